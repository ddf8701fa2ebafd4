package emulator

import (
	"fmt"
	"slices"
	"time"
)

// This file has the roles of the newer model: those of environments and those of projects, which are alike.

// privileges are verbs by what they are about.
type privileges map[string][]string

var everything = privileges{
	"Connections": {"read", "create", "update", "delete"}, "Folders": {"read", "create", "update", "delete"},
	"Recipes": {"read", "create", "update", "delete", "run"}, "Team": {"read", "update"},
}

type newRole struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Type      string    `json:"type"` // system, custom, inheritable or inherited
	Config    any       `json:"config"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// handle is the role's other id, which grants show.
func (r *newRole) handle() string { return fmt.Sprintf("pr-%08d", r.ID) }

// rights are all that the config speaks of, verb by verb if it says so (inf).
func (r *newRole) rights() privileges {
	out := privileges{}
	config, _ := r.Config.(object)
	for name, v := range config {
		inner, _ := v.(object)
		out[name] = []string{}
		switch verbs := inner["privileges"].(type) {
		case string:
			out[name] = []string{verbs}
		case []any:
			for _, verb := range verbs {
				out[name] = append(out[name], fmt.Sprint(verb))
			}
		}
	}
	return out
}

// roleKind is what differs between environment and project roles.
type roleKind struct {
	wrapper  string
	resource string
	table    func(*state) *table[int64, newRole]
	count    func(*state, *newRole) int
}

var environmentRoles = roleKind{"environment_role", "EnvironmentRole",
	func(st *state) *table[int64, newRole] { return &st.envRoles }, (*state).holders}

var projectRoles = roleKind{"project_role", "ProjectRole",
	func(st *state) *table[int64, newRole] { return &st.projectRoles }, (*state).granted}

// holders counts the members that have an environment role somewhere.
func (st *state) holders(r *newRole) int {
	return len(st.members.where(func(m *member) bool {
		return slices.ContainsFunc(m.Roles, func(e envRole) bool { return e.Type == environmentType && e.Name == r.Name })
	}))
}

// granted counts the grants of a project role (inf).
func (st *state) granted(r *newRole) int {
	return len(st.grants.where(func(g *grant) bool { return g.RoleID == r.ID }))
}

func (st *state) envRoleNamed(name string) *newRole {
	for r := range st.envRoles.all() {
		if r.Name == name {
			return r
		}
	}
	return nil
}

func newRoleRoutes() []route {
	return slices.Concat(environmentRoles.routes(), projectRoles.routes())
}

func (k roleKind) routes() []route {
	path, in := "/api/"+k.wrapper+"s", perMinute(k.wrapper+"s")
	return []route{
		{on: "GET " + path, bucket: in, do: k.list},
		{on: "POST " + path, bucket: in, do: k.create},
		{on: "GET " + path + "/{id}", bucket: in, do: k.on(k.get)},
		{on: "PUT " + path + "/{id}", bucket: in, do: k.on(k.update)},
		{on: "DELETE " + path + "/{id}", bucket: in, do: k.on(k.delete)},
	}
}

func (k roleKind) on(do func(*call, *newRole) (any, error)) handler {
	return func(c *call) (any, error) {
		r := k.table(c.state).get(c.pathID("id"))
		if r == nil {
			return nil, notFound()
		}
		return do(c, r)
	}
}

func (k roleKind) get(c *call, r *newRole) (any, error) { return data(k.view(c, r)), nil }

func (k roleKind) view(c *call, r *newRole) object {
	v := k.row(c, r)
	v["config"] = r.Config
	return v
}

// row leaves the config out.
func (k roleKind) row(c *call, r *newRole) object {
	return object{"id": r.ID, "name": r.Name, "members_count": k.count(c.state, r), "type": r.Type,
		"created_at": at(r.CreatedAt), "updated_at": at(r.UpdatedAt)}
}

func (k roleKind) list(c *call) (any, error) {
	found := k.table(c.state).where(func(r *newRole) bool { return !c.given("name") || r.Name == c.param("name") })
	return bracketed(c, views(found, func(r *newRole) object { return k.row(c, r) }))
}

// read takes a role under its name, or bare (inf).
func (k roleKind) read(c *call, r *newRole, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	in = in.within(k.wrapper)
	if all || in.has("name") {
		in.need("name")
	}
	keep(in, "name", &r.Name, in.short("name", 255))
	keep(in, "config", &r.Config, any(typed[object](in, "config", "an Object")))
	for other := range k.table(c.state).all() { // (inf)
		if other.ID != r.ID && other.Name == r.Name {
			in.complain("name", "has already been taken")
		}
	}
	r.UpdatedAt = c.now
	return in.err()
}

func (k roleKind) create(c *call) (any, error) {
	r := &newRole{Type: "custom", Config: object{}, CreatedAt: c.now}
	if err := k.read(c, r, true); err != nil {
		return nil, err
	}
	r.ID = c.newID()
	k.table(c.state).put(r.ID, r)
	c.record(k.resource, k.wrapper+"_created", r.ID, r.Name)
	return data(k.view(c, r)), nil
}

// update has members keep a role that gets another name.
func (k roleKind) update(c *call, r *newRole) (any, error) {
	changed := *r
	if err := k.read(c, &changed, false); err != nil {
		return nil, err
	}
	if r.Type != "custom" { // (inf)
		return nil, badRequest("Only custom roles can be changed")
	}
	for m := range c.members.all() {
		for i, e := range m.Roles {
			if k.wrapper == environmentRoles.wrapper && e.Type == environmentType && e.Name == r.Name {
				m.Roles[i].Name = changed.Name
			}
		}
	}
	*r = changed
	c.record(k.resource, k.wrapper+"_updated", r.ID, r.Name)
	return data(k.view(c, r)), nil
}

// delete refuses a role that somebody has (inf).
func (k roleKind) delete(c *call, r *newRole) (any, error) {
	if r.Type != "custom" {
		return nil, badRequest("Only custom roles can be deleted")
	}
	if n := k.count(c.state, r); n > 0 {
		return nil, badRequest("The role is assigned %d times", n)
	}
	k.table(c.state).drop(r.ID)
	c.record(k.resource, k.wrapper+"_deleted", r.ID, r.Name)
	return success(), nil
}
