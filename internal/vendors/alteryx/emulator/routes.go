package emulator

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A route is one endpoint: who may call it, what it takes, what it does.
type route struct {
	on    string // method and path below the base path, as ServeMux reads them
	need  role   // the least role of the caller
	query *shape
	body  *shape
	do    handler

	newer  bool // missing on a Server that is too old
	texts  bool // errors are bare JSON strings
	legacy bool // errors have the shape of the APIs before v3
	open   bool // needs no token
}

// A handler carries out a call. It runs while the server is locked. A nil answer is an empty body; created and file
// stand for other answers than 200 with JSON. It checks everything before it changes anything.
type handler func(c *call) (any, error)

// A call is one authorized request with checked input.
type call struct {
	*state
	opts Options
	r    *http.Request
	now  time.Time // the same throughout the call; hides the clock
	by   *user     // nil on open routes

	query input
	in    input // of a body that is an object
	bare  any   // of a body that is none
}

// router is the routing table of all servers, made when the first request comes.
var router = sync.OnceValue(func() *http.ServeMux {
	mux := http.NewServeMux()
	for _, rt := range slices.Concat(
		tokenRoutes(), userRoutes(), transferRoutes(), groupRoutes(), collectionRoutes(), memberRoutes(),
		credentialRoutes(), scheduleRoutes(), jobRoutes(), workflowRoutes(), uploadRoutes(), subscriptionRoutes(),
		dataConnectionRoutes(), dcmRoutes(), dcmAdminRoutes(), dcmRuleRoutes(), usageRoutes(), auditRoutes(), olderRoutes(),
	) {
		method, path, _ := strings.Cut(rt.on, " ")
		mux.Handle(method+" "+basePath+path, &rt)
	}
	return mux
})

// ServeHTTP is called by the routing table with the answer of the server that the request came to.
func (rt *route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := w.(*answer)
	s := a.server
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := rt.carryOut(s, r, a.body)
	if err != nil {
		a.fail(rt, err)
		return
	}
	a.succeed(v)
}

func (rt *route) carryOut(s *Server, r *http.Request, body []byte) (any, error) {
	if rt.newer && s.opts.TooOld {
		return nil, noResource(r)
	}
	c := &call{state: s.state, opts: s.opts, r: r, now: s.opts.Now().UTC().Truncate(time.Millisecond)}
	if !rt.open {
		by, err := s.authorize(r, c.now, rt.need)
		if err != nil {
			return nil, err
		}
		c.by = by
	}
	if err := rt.decode(c, body); err != nil {
		return nil, err
	}
	if rt.open {
		return s.issueToken(c)
	}
	v, err := rt.do(c)
	c.settleChanges(c.by.ID, c.now)
	return v, err
}

func (c *call) path(name string) string { return c.r.PathValue(name) }

func (c *call) curator() bool { return c.roleOf(c.by) == curator }
