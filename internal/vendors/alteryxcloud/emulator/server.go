package emulator

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"runner/internal/vendors/stage"
)

// Options of an emulator. The zero value is an account of today on the real clock, with the seed company and without
// rate limits.
type Options struct {
	Now   func() time.Time // the account's clock; time.Now if nil
	Empty bool             // nobody but the API user, and nothing but the built-in roles

	Limits    bool          // count requests, and refuse what is too much
	Window    time.Duration // in which requests are counted; a minute if 0
	ProjectID string        // the api host refuses requests without this x-api-project-id; it is not looked at if ""
	Issuer    string        // the iss claim of access tokens; /as on the host that was asked if ""
	Gone      bool          // what was deleted is 410; 404 otherwise, since the vendor's own sources disagree
}

// Server is an emulated account. It may be used from many goroutines; requests are carried out one by one.
type Server struct {
	*stage.Stage

	mu      sync.Mutex // guards what follows
	account *account
	opts    Options
}

// New returns an emulated account in its initial state.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Window <= 0 {
		o.Window = time.Minute
	}
	s := &Server{account: newAccount(o), opts: o}
	s.Stage = &stage.Stage{Reads: asksForToken, Expire: s.expire}
	return s
}

// asksForToken reports requests that only renew a token.
func asksForToken(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == TokenPath
}

// ServeHTTP answers one request. To drop a connection it panics with [http.ErrAbortHandler], which net/http's server
// understands; a caller without one has to recover.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.Host
	switch {
	case strings.HasPrefix(name, "api."):
		s.serve(w, r, apiHost)
	case strings.HasSuffix(name, ".alteryxcloud.com"):
		s.serve(w, r, plainHost)
	default:
		s.serve(w, r, plainHost|apiHost)
	}
}

// Plain is the host without "api.", and the issuer of tokens.
func (s *Server) Plain() http.Handler { return s.host(plainHost) }

// API is the api host alone.
func (s *Server) API() http.Handler { return s.host(apiHost) }

func (s *Server) host(h host) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, h) })
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, h host) {
	quiet.ServeHTTP(w, r)
	s.Serve(w, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handle(w, r, h) }))
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request, h host) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{account: s.account, opts: s.opts, r: r, raw: body, now: s.clock(), header: w.Header()}
	c.requests++
	w.Header().Set("X-Trifacta-Request-Id", newUUID(int64(c.requests)))
	v, err := c.carryOut(h)
	if err != nil {
		c.fail(w, err)
		return
	}
	succeed(w, v)
}

// clock is in milliseconds, as the vendor shows times.
func (s *Server) clock() time.Time { return s.opts.Now().UTC().Truncate(time.Millisecond) }

// quiet does nothing but tell net/http's server not to complain about semicolons in queries.
var quiet = http.AllowQuerySemicolons(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
