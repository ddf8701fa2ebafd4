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

// Server is an emulated AtScale. It may be used from many goroutines; requests are carried out one by one.
type Server struct {
	*stage.Stage
	opts Options
	mux  *http.ServeMux

	mu     sync.Mutex // guards what follows
	state  *state
	tokens map[string]session // by JWT
	issued int
	began  time.Time // API tokens were made then
}

// New returns an emulated AtScale in its initial state.
func New(o Options) *Server {
	o = o.filled()
	s := &Server{opts: o, mux: http.NewServeMux(), state: newState(o), tokens: map[string]session{}, began: o.Now()}
	s.Stage = &stage.Stage{Reads: reads, Expire: s.expire}
	for _, rt := range routesOf(o.Edition) {
		s.mux.HandleFunc(rt.on, func(w http.ResponseWriter, r *http.Request) { s.carryOut(w, r, &rt) })
	}
	return s
}

// BasePath returns the path that all endpoints lie under: none.
func (s *Server) BasePath() string { return "" }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Stage.Serve(w, r, http.HandlerFunc(s.route))
}

// expire leaves API tokens alone: only a JWT runs out unforeseen.
func (s *Server) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// reads tells the posts that change nothing.
func reads(r *http.Request) bool {
	p := r.URL.Path
	return r.Method == http.MethodPost && (p == "/v1/token" || strings.HasSuffix(p, "/openid-connect/token") ||
		strings.HasSuffix(p, "/query/info") || strings.Contains(p, "/query/") && strings.Contains(p, "/submit") ||
		strings.Contains(p, "/xmla"))
}

// route has the request answered by its route, or says that there is none.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	r, url := r.Clone(r.Context()), *r.URL
	if len(url.Path) > 1 { // a slash at the end is accepted, as one example has it
		url.Path, url.RawPath = strings.TrimSuffix(url.Path, "/"), strings.TrimSuffix(url.RawPath, "/")
	}
	r.URL = &url
	escaped := url.EscapedPath()
	h, pattern := s.mux.Handler(r)
	if pattern == "" || path.Clean(escaped) != escaped { // ServeMux would redirect to the clean path
		s.noRoute(w, r, h)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// noRoute answers what ServeMux would say in plain text as its service does.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request, h http.Handler) {
	seen := &statusOnly{header: http.Header{}}
	h.ServeHTTP(seen, r)
	err := refuse(http.StatusNotFound, "The requested resource could not be found.")
	if seen.status == http.StatusMethodNotAllowed {
		w.Header()["Allow"] = seen.header["Allow"]
		err = refuse(http.StatusMethodNotAllowed, "HTTP method not allowed, supported methods: %s", seen.header.Get("Allow"))
	}
	s.styleOf(r).fail(w, err, s.opts.Now())
}

func (s *Server) styleOf(r *http.Request) style {
	switch {
	case s.opts.Edition == Container:
		return container
	case strings.HasPrefix(r.URL.Path, apiPath+"/"):
		return designCenter
	}
	return engine
}

// statusOnly is a ResponseWriter for what nobody reads.
type statusOnly struct {
	header http.Header
	status int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) Write(p []byte) (int, error) { return len(p), nil }
func (s *statusOnly) WriteHeader(status int)      { s.status = status }

// carryOut answers a request by its route while the server is locked.
func (s *Server) carryOut(w http.ResponseWriter, r *http.Request, rt *route) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now().UTC()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		body = nil // cannot be: it was read before
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.state.settle(now)
	c := &call{state: s.state, server: s, opts: s.opts, r: r, body: body, now: now}
	v, err := c.carryOut(rt)
	if err != nil {
		rt.style.fail(w, err, now)
		return
	}
	rt.style.succeed(w, v, now)
}
