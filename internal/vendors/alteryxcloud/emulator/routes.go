package emulator

import (
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"runner/internal/vendors/stage"
)

// A route is one endpoint: where it is, who may call it, what it does.
type route struct {
	on       string  // method and path below the service, as ServeMux reads them
	in       service // that serve it; v4 if 0
	admin    bool    // only for workspace admins
	current  bool    // takes current for the id of the workspace
	noLegacy bool    // refused with a legacy token, even to admins
	open     bool    // needs no token
	form     bool    // takes another body than JSON
	quota    quota
	do       handler
}

// A handler carries out a call. It runs while the server is locked. A nil answer is an empty body; the types in
// reply.go stand for other answers than 200 with JSON. It checks everything before it changes anything.
type handler func(c *call) (any, error)

// A call is one request while it is carried out.
type call struct {
	*account
	*space // the workspace of the token
	opts   Options
	r      *http.Request
	raw    []byte // the body
	now    time.Time
	header http.Header // of the answer
	by     *person
	legacy bool // the token is a legacy one
	in     service
}

// router finds routes. It is made when the first request comes.
var router = sync.OnceValue(func() *stage.Router[route] {
	mux := &stage.Router[route]{}
	for _, rt := range allRoutes() {
		method, path, _ := strings.Cut(rt.on, " ")
		for _, s := range services {
			if rt.in&s.service != 0 {
				mux.Add(method+" "+s.path+path, &rt)
			}
		}
	}
	return mux
})

func allRoutes() []route {
	all := slices.Concat(
		oauthRoutes(), authRoutes(), apiTokenRoutes(), workspaceRoutes(), configurationRoutes(), peopleRoutes(),
		invitationRoutes(), suspensionRoutes(), personWriteRoutes(), transferRoutes(), roleRoutes(), groupRoutes(),
		connectionRoutes(), connectionShareRoutes(), flowRoutes(), folderRoutes(), flowRunRoutes(), planRoutes(),
		planRunRoutes(), scheduleRoutes(), jobRoutes(), jobListRoutes(), workflowRoutes(), packageRoutes(),
		parameterRoutes(), documentRoutes(),
	)
	for i := range all {
		if all[i].in == 0 {
			all[i].in = v4
		}
	}
	return all
}

// carryOut looks for the route before it looks at the token (inf).
func (c *call) carryOut(h host) (any, error) {
	service, on := serviceOf(c.r.URL.Path)
	c.in = service
	rt := router().Find(c.r)
	if rt == nil || on&h == 0 {
		c.in = v4 // the words of the wrong host are the same on both
		if service == workflowService && on&h != 0 {
			return nil, page404()
		}
		return nil, noRoute(c.r)
	}
	if err := c.gateway(); err != nil {
		return nil, err
	}
	if rt.open {
		return rt.do(c)
	}
	if err := c.authenticate(); err != nil {
		return nil, err
	}
	if err := c.count(rt); err != nil {
		return nil, err
	}
	if err := c.authorize(rt); err != nil {
		return nil, err
	}
	if err := c.mediaType(rt); err != nil {
		return nil, err
	}
	return rt.do(c)
}

// gateway is what stands before the services of the api host.
func (c *call) gateway() error {
	switch {
	case !c.in.behindGateway():
		return nil
	case c.r.Method == http.MethodGet && len(c.raw) > 0:
		return &failure{status: http.StatusBadRequest, page: "Error: Bad Request"}
	case c.opts.ProjectID != "" && c.r.Header.Get("X-Api-Project-Id") != c.opts.ProjectID:
		return &failure{status: http.StatusUnauthorized, body: object{"fault": object{
			"faultstring": "Invalid ApiKey", "detail": object{"errorcode": "oauth.v2.InvalidApiKey"}}}} // (inf) the words
	}
	return nil
}

// mediaType refuses a body that is not JSON where JSON is due.
func (c *call) mediaType(rt *route) error {
	if len(c.raw) == 0 || rt.form {
		return nil
	}
	if kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); kind != "application/json" {
		return &failure{status: http.StatusUnsupportedMediaType, name: "UnsupportedMediaTypeException", // (inf) the name
			message: "Content-Type must be application/json."}
	}
	return nil
}
