package emulator

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"runner/internal/vendors/stage"
)

// A route is one endpoint: its pattern is also the privilege to call it.
type route struct {
	on     string // method and path, as ServeMux reads them
	bucket bucket // what it counts against
	dev    bool   // only for clients of the development environment
	open   bool   // needs no token
	do     handler
}

// A handler carries out a call. It runs while the server is locked. A nil answer is an empty body; created, noContent,
// redirect and file stand for other answers than 200 with JSON. It checks everything before it changes anything.
type handler func(c *call) (any, error)

// A call is one request while it is carried out.
type call struct {
	*state
	opts Options
	r    *http.Request
	raw  []byte // the body
	now  time.Time
	by   *client
	env  environment
}

func allRoutes() []route {
	return slices.Concat(
		clientRoutes(), workspaceRoutes(), memberRoutes(), groupRoutes(), newRoleRoutes(), grantRoutes(), roleRoutes(),
		folderRoutes(), projectRoutes(), connectionRoutes(), recipeRoutes(), jobRoutes(),
		activityRoutes(), tagRoutes(), propertyRoutes(), lookupRoutes(), manifestRoutes(), packageRoutes(),
		deploymentRoutes(),
		collectionRoutes(), platformRoutes(), onPremRoutes(), simpleRoutes(),
	)
}

// router finds routes. It is made when the first request comes.
var router = sync.OnceValue(func() *stage.Router[route] {
	mux := &stage.Router[route]{}
	for _, rt := range allRoutes() {
		mux.Add(rt.on, &rt)
	}
	return mux
})

// carryOut asks for the token before it tells whether there is such an endpoint (inf).
func (c *call) carryOut() (any, error) {
	rt := router().Find(c.r)
	if rt != nil && rt.open {
		return rt.do(c)
	}
	if !strings.HasPrefix(c.r.URL.Path, basePath+"/") {
		return nil, notFound()
	}
	if err := c.authenticate(); err != nil {
		return nil, err
	}
	if rt == nil {
		return nil, noEndpoint(c.r.URL.Path)
	}
	if err := c.count(rt.bucket); err != nil {
		return nil, err
	}
	if err := c.authorize(rt); err != nil {
		return nil, err
	}
	return rt.do(c)
}

// noEndpoint has words of its own for builds and deployments.
func noEndpoint(path string) error {
	for _, of := range []string{"/api/projects", "/api/project_builds", "/api/deployments"} {
		if strings.HasPrefix(path, of) {
			return refuse(http.StatusNotFound, "API not found")
		}
	}
	return notFound()
}
