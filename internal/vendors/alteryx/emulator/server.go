package emulator

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"runner/internal/vendors/stage"
)

const (
	basePath  = "/webapi"
	tokenPath = basePath + "/oauth2/token"
)

// Options of an emulator. The zero value is a Server with built-in authentication and TLS, on the real clock, with the
// seed company.
type Options struct {
	Now     func() time.Time // the Server's clock; time.Now if nil
	Windows bool             // Windows authentication: Active Directory endpoints work, users cannot be created
	NoTLS   bool             // refuse to take passwords of credentials, as a Server without TLS does
	TooOld  bool             // a Server before 2024.1: the newer endpoints answer 404
	Empty   bool             // nobody but the API user
}

// Server is an emulated Alteryx Server. It may be used from many goroutines; requests are carried out one by one.
type Server struct {
	*stage.Stage
	opts Options

	mu     sync.Mutex // guards all below
	state  *state
	tokens map[string]token
	issued int
}

// New returns an emulated Server in its initial state.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{opts: o, state: newState(o), tokens: map[string]token{}}
	s.Stage = &stage.Stage{
		Base:   basePath,
		Reads:  func(r *http.Request) bool { return r.URL.Path == tokenPath },
		Expire: s.expire,
	}
	return s
}

// expire makes all tokens issued so far invalid.
func (s *Server) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
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
		w.WriteHeader(http.StatusBadRequest) // cannot be: the stage has read it
		return
	}
	a := &answer{server: s, body: body, header: http.Header{}}
	a.route(r)
	a.writeTo(w)
}

// An answer is the ResponseWriter that the routes see, and their way to the server they work for: the routing table is
// shared by all servers.
type answer struct {
	server *Server
	body   []byte // of the request

	header http.Header
	status int
	out    bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(p []byte) (int, error) { return a.out.Write(p) }
func (a *answer) WriteHeader(status int)      { a.status = status }

// route has the request answered by its route, or says as ASP.NET does that there is none.
func (a *answer) route(r *http.Request) {
	r, url := r.Clone(r.Context()), *r.URL
	// ASP.NET does not mind a slash at the end.
	url.Path, url.RawPath = strings.TrimRight(url.Path, "/"), strings.TrimRight(url.RawPath, "/")
	r.URL = &url
	if path.Clean(url.Path) == url.Path { // ServeMux would redirect to the clean path
		router().ServeHTTP(a, r)
	}
	if r.Pattern != "" {
		return
	}
	a.out.Reset()
	if a.status == http.StatusMethodNotAllowed {
		a.fail(&route{}, refuse(a.status, "The requested resource does not support http method '%s'.", r.Method))
		return
	}
	a.header = http.Header{}
	a.fail(&route{}, noResource(r))
}

func (a *answer) writeTo(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	w.Write(a.out.Bytes()) // an error means that the client is gone
}
