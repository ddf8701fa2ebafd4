package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// An environment is known by its type; its name is what people read.
type environment string

const (
	dev  environment = "dev"
	test environment = "test"
	prod environment = "prod"
)

// A place is an environment with all that is known of it.
type place struct {
	kind environment
	id   int64
	name string
	root int64 // the folder that all others lie in
}

// environments are those of the workspace, in the order of promotion. The ids are made up.
var environments = []place{
	{dev, 301, "Development", 1000},
	{test, 302, "Test", 2000},
	{prod, 303, "Production", 3000},
}

// authenticate finds the client that a token belongs to.
func (c *call) authenticate() error {
	token, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return unauthorized()
	}
	for cl := range c.clients.all() {
		if cl.token == token {
			c.by, c.env = cl, cl.Environment
			return nil
		}
	}
	return unauthorized()
}

// authorize looks for the privilege. A client of another environment is refused like one without it (inf).
func (c *call) authorize(rt *route) error {
	role := c.clientRoles.get(c.by.RoleID)
	if role != nil && role.allows(rt.on) && (!rt.dev || c.env == dev) {
		return nil
	}
	if c.opts.Forbidden {
		return refuse(http.StatusForbidden, "Forbidden")
	}
	return unauthorized()
}

// allows reports whether a role has a privilege. "*" is all of them, "GET *" all that only read.
func (r *clientRole) allows(privilege string) bool {
	method, _, _ := strings.Cut(privilege, " ")
	return slices.ContainsFunc(r.Privileges, func(p string) bool {
		return p == "*" || p == privilege || p == method+" *"
	})
}

// unauthorized is the answer to a bad token and to a missing privilege alike.
func unauthorized() error { return refuse(http.StatusUnauthorized, "Unauthorized") }
