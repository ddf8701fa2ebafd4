package emulator

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"runner/internal/vendors/stage"
)

const basePath = "/api"

// Options of an emulator. The zero value is a workspace with three environments, on the real clock, with the seed
// company and without rate limits.
type Options struct {
	Now            func() time.Time // the workspace's clock; time.Now if nil
	Empty          bool             // nothing but the API clients, the system's roles and the owner
	NoEnvironments bool             // a workspace that has none: everything is development
	Limits         bool             // count requests, and refuse what is too much
	NoRetryAfter   bool             // such refusals do not say how long to wait
	Forbidden      bool             // a missing privilege is 403: the vendor's own sources disagree
	StrictPages    bool             // a page of more than 100 is 400; cut to 100 otherwise
	RecipeDelay    time.Duration    // how long it takes a recipe to start or stop; it does at once if 0
}

// Server is an emulated workspace. It may be used from many goroutines; requests are carried out one by one.
type Server struct {
	*stage.Stage

	mu    sync.Mutex // guards what follows
	state *state
	opts  Options
}

// New returns an emulated workspace in its initial state.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{Stage: &stage.Stage{Base: basePath}, state: newState(o), opts: o}
	s.Expire = s.expire
	s.Reads = reads
	return s
}

// BasePath returns the path that all endpoints lie under.
func (s *Server) BasePath() string { return basePath }

// ServeHTTP answers one request. To drop a connection it panics with [http.ErrAbortHandler], which net/http's server
// understands; a caller without one has to recover.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Serve(w, r, http.HandlerFunc(s.handle))
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{state: s.state, opts: s.opts, r: r, raw: body, now: s.clock()}
	c.settle(c.now)
	v, err := c.carryOut()
	if err != nil {
		fail(w, err)
		return
	}
	succeed(w, r, v)
}

// clock is in milliseconds, as the vendor shows times.
func (s *Server) clock() time.Time { return s.opts.Now().UTC().Truncate(time.Millisecond) }

func (s *Server) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for cl := range s.state.clients.all() {
		cl.token = ""
	}
}

// reads reports whether a request only reads although it is posted.
func reads(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/pick_list") }
