package emulator

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A route is one endpoint: who may call it, what it takes, what it does.
type route struct {
	on    string // method and path below the version and the tenant, as ServeMux reads them
	need  right
	query contract
	body  contract // nil: a body is not looked at
	do    handler

	both   bool // in v1 as well
	v1Only bool
	open   bool // needs no token
}

// A handler carries out a call. It runs while the server is locked. A nil answer is an empty body. It checks everything
// before it changes anything.
type handler func(c *call) (any, error)

// A call is one authorized request with checked input.
type call struct {
	*state
	keys *keyring
	opts Options
	r    *http.Request
	now  time.Time // the same throughout the call; hides the clock
	by   *user     // nil on open routes
	v1   bool

	query input
	in    input
}

// router is the routing table of this server: which versions there are is a matter of its options.
func (s *Server) router() *http.ServeMux {
	mux := http.NewServeMux()
	for _, rt := range slices.Concat(
		tokenRoutes(), userRoutes(), schemaRoutes(), loadRoutes(s.opts), loadPlanRoutes(), catalogRoutes(),
		dashboardRoutes(), queryRoutes(), extractionRoutes(), configRoutes(),
	) {
		method, path, _ := strings.Cut(rt.on, " ")
		if rt.both || rt.v1Only {
			mux.Handle(method+" "+v1Path+path, s.serve(rt, true))
		}
		switch {
		case rt.v1Only || s.opts.V1Only:
		case s.opts.NoTenant:
			mux.Handle(method+" "+v2Path+path, s.serve(rt, false))
		default:
			mux.Handle(method+" "+v2Path+"/{tenant}"+path, s.serve(rt, false))
		}
	}
	if s.opts.OAuth {
		mux.HandleFunc("POST "+TokenPath, s.issueJWT)
	}
	return mux
}

func (s *Server) serve(rt route, v1 bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		v, err := s.carryOut(rt, r, v1)
		if err != nil {
			writeFailure(w, err)
			return
		}
		writeAnswer(w, v)
	})
}

func (s *Server) carryOut(rt route, r *http.Request, v1 bool) (any, error) {
	c := &call{state: s.state, keys: s.keys, opts: s.opts, r: r, now: s.now(), v1: v1}
	if !rt.open {
		if err := c.authorize(rt.need); err != nil {
			return nil, err
		}
	}
	var err error
	if c.query, err = rt.query.fromQuery(r.URL.Query()); err != nil {
		return nil, err
	}
	if rt.body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if c.in, err = rt.body.fromBody(r.Header.Get("Content-Type"), bytes.TrimSpace(body)); err != nil {
			return nil, err
		}
	}
	c.settle(c.now)
	v, err := rt.do(c)
	c.settle(c.now) // what takes no time is over
	return v, err
}

// now is the clock's time as precise as the vendor tells it.
func (s *Server) now() time.Time { return s.opts.Now().UTC().Truncate(time.Millisecond) }

func (c *call) path(name string) string { return c.r.PathValue(name) }
