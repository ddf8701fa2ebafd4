package emulator

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

const (
	basePath  = "/webapi"
	tokenPath = basePath + "/oauth2/token"
	maxBody   = 64 << 20 // packages are the largest bodies; a Server has a limit too
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
	opts Options

	mu     sync.Mutex // guards all below
	state  *state
	tokens map[string]token
	issued int
	log    []Request
	faults []*Fault
}

// New returns an emulated Server in its initial state.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Server{opts: o, state: newState(o), tokens: map[string]token{}}
}

// BasePath returns the path that all endpoints lie under.
func (s *Server) BasePath() string { return basePath }

// A Request is one request as it was received.
type Request struct {
	Method string
	Path   string // with the query
	Body   []byte
	Status int // of the answer; 0 if the connection was dropped or the answer is still to come
}

// Requests returns all requests in the order of their arrival, those for tokens too.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.log...)
}

// Mutations returns the requests that could have changed something: all but reads and requests for tokens.
func (s *Server) Mutations() []Request {
	var out []Request
	for _, r := range s.Requests() {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Path != tokenPath {
			out = append(out, r)
		}
	}
	return out
}

// ServeHTTP answers one request. To drop a connection it panics with [http.ErrAbortHandler], which net/http's server
// understands; a caller without one has to recover.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge) // or the client is gone and does not mind
		return
	}
	entry, f := s.receive(r, body)
	a := &answer{server: s, body: body, header: http.Header{}}
	switch f.Kind {
	case DropBefore:
		panic(http.ErrAbortHandler)
	case Status:
		f.answer(a)
	default:
		a.route(r)
	}
	switch f.Kind {
	case DropAfter:
		panic(http.ErrAbortHandler)
	case StatusAfter:
		f.answer(a)
	case Slow:
		if !f.wait(r.Context()) {
			panic(http.ErrAbortHandler)
		}
	}
	s.mu.Lock()
	s.log[entry].Status = a.status
	s.mu.Unlock()
	a.writeTo(w)
}

// receive logs a request and tells its place in the log and the fault that befalls it.
func (s *Server) receive(r *http.Request, body []byte) (int, Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, Request{Method: r.Method, Path: r.URL.RequestURI(), Body: body})
	f := s.nextFault(r.Method, r.URL.Path)
	if f.Kind == ExpireTokens {
		clear(s.tokens)
	}
	return len(s.log) - 1, f
}

// An answer is put together in memory, because a fault may still replace or withhold it. It is the ResponseWriter that
// the routes see, and their way to the server they work for: the routing table is shared by all servers.
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
