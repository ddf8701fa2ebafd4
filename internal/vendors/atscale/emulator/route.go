package emulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	apiPath = "/api/1.0" // of everything on Design Center's port but the login
	orgPath = apiPath + "/org/{orgId}"
)

// A route is one endpoint: who may call it, how it answers, what it does.
type route struct {
	on    string // method and path, as ServeMux reads them
	style style
	need  permission // of the caller; none but a token if empty
	open  bool       // needs no token
	raw   bool       // takes API tokens and no other
	// forbids says no with 403. All others say it with 401, as to those who have no token.
	forbids bool
	do      handler
}

// A handler carries out a call. It runs while the server is locked, and checks everything before it changes anything.
type handler func(c *call) (any, error)

// A call is one request of somebody known.
type call struct {
	*state
	server *Server
	opts   Options
	r      *http.Request
	body   []byte
	now    time.Time // the same throughout the call

	session session
	by      *user // nil on open routes
	org     *org  // of the path; the default one if it has none
}

func routesOf(e Edition) []route {
	if e == Container {
		return slices.Concat(brokerRoutes(), catalogRoutes(), repoRoutes(), modelAggregateRoutes(), modelBuildRoutes(),
			modelWarehouseRoutes(), modelQueryRoutes())
	}
	return slices.Concat(loginRoutes(), orgRoutes(), roleRoutes(), userRoutes(), groupRoutes(), permissionRoutes(),
		projectRoutes(), projectWriteRoutes(), snapshotRoutes(), publishRoutes(), aggregateRoutes(), buildRoutes(),
		jobRoutes(), creationRoutes(), warehouseRoutes(), dataSourceRoutes(), engineRoutes(), settingRoutes(),
		queryRoutes(), submitRoutes(), xmlaRoutes())
}

func (c *call) carryOut(rt *route) (any, error) {
	if err := c.outage(rt); err != nil {
		return nil, err
	}
	c.org = c.orgs.get(Org)
	if !rt.open {
		if err := c.authorize(rt); err != nil {
			return nil, err
		}
	}
	return rt.do(c)
}

// outage is asked first: neither switch depends on who calls (inf).
func (c *call) outage(rt *route) error {
	if c.opts.APIDisabled && strings.HasPrefix(c.r.URL.Path, apiPath+"/") {
		return refuse(http.StatusServiceUnavailable, "Design Center APIs are not enabled")
	}
	if rt.style == engine && c.now.Before(c.engineUp) {
		return refuse(http.StatusServiceUnavailable, "The engine is starting")
	}
	return nil
}

// authorize finds out who calls, then the organization, then whether the one may do this in the other.
func (c *call) authorize(rt *route) error {
	identify := c.identify
	if rt.raw {
		identify = c.identifyRaw
	}
	if err := identify(); err != nil {
		return err
	}
	if id := c.path("orgId"); id != "" {
		if c.org = c.orgs.get(id); c.org == nil {
			return refuse(http.StatusNotFound, "Organization %s not found", id)
		}
	}
	if c.may(rt.need) {
		return nil
	}
	if rt.forbids {
		return refuse(http.StatusForbidden, "The user is not allowed to do this")
	}
	return notAllowed()
}

// may reports whether the caller has a permission in the organization of the path.
func (c *call) may(p permission) bool { return c.allows(c.by, c.org.ID, p) }

func (c *call) path(name string) string { return c.r.PathValue(name) }

func (c *call) query(name string) string { return c.r.URL.Query().Get(name) }
