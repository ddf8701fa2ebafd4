package emulator

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// A grant gives a member or a group a role in a project.
type grant struct {
	ID        string    `json:"id"`
	ProjectID int64     `json:"project_id"`
	RoleID    int64     `json:"project_role_id"`
	UserID    int64     `json:"user_id,omitempty"`
	GroupID   string    `json:"user_group_id,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

func grantRoutes() []route {
	in := perMinute("project_grants")
	return []route{
		{on: "GET /api/projects/{id}/project_grants", bucket: in, do: onProject(listGrants)},
		{on: "PUT /api/projects/{id}/project_grants", bucket: in, do: onProject(putGrants)},
		{on: "GET /api/project_grants/{id}", bucket: in, do: onGrant(getGrant)},
		{on: "PUT /api/project_grants/{id}", bucket: in, do: onGrant(updateGrant)},
		{on: "DELETE /api/project_grants/{id}", bucket: in, do: onGrant(deleteGrant)},
	}
}

// onGrant makes a handler of what is done with one grant.
func onGrant(do func(*call, *grant) (any, error)) handler {
	return func(c *call) (any, error) {
		g := c.grants.get(c.r.PathValue("id"))
		if g == nil || !c.reachesGrant(g) {
			return nil, notFound()
		}
		return do(c, g)
	}
}

// reachesGrant reports whether the caller can see the grant's project.
func (c *call) reachesGrant(g *grant) bool { return c.project(g.ProjectID) != nil }

func (c *call) grantView(g *grant) object {
	p, role := c.projects.get(g.ProjectID), c.projectRoles.get(g.RoleID)
	v := object{"id": g.ID, "project": object{"id": p.ID, "name": p.Name, "environment": c.environmentOf(p)},
		"project_role": object{"id": role.handle(), "name": role.Name}, "user_group": nil, "user": nil}
	if m := c.members.get(g.UserID); m != nil {
		v["user"] = object{"id": m.ID, "name": m.Name, "email": m.Email}
	}
	if of := c.groups.get(g.GroupID); of != nil {
		v["user_group"] = object{"id": of.ID, "name": of.Name}
	}
	return v
}

func getGrant(c *call, g *grant) (any, error) { return data(c.grantView(g)), nil }

func (c *call) environmentOf(p *project) any {
	for _, e := range environments {
		if f := c.folders.get(p.FolderID); f != nil && f.Environment == e.kind {
			return object{"id": e.id, "type": e.kind}
		}
	}
	return nil
}

func (c *call) grantList(which func(*grant) bool) object {
	return data(views(c.grants.where(which, c.reachesGrant), c.grantView))
}

func listGrants(c *call, p *project) (any, error) {
	return c.grantList(func(g *grant) bool { return g.ProjectID == p.ID }), nil
}

// putGrants adds grants, or changes those of the same user or group. It answers those that were named.
func putGrants(c *call, p *project) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	c.grantsFromQuery(in)
	in.need("project_grants")
	list := in.objects("project_grants")
	if len(list) > 100 {
		in.complain("project_grants", "has more than 100 entries")
	}
	var given []*grant
	for _, one := range list {
		given = append(given, c.readGrant(one, p))
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	out := []any{}
	for _, g := range given {
		out = append(out, c.grantView(c.putGrant(g)))
	}
	return data(out), nil
}

// grantsFromQuery reads project_grants[][field], as one page of the documents has it. A body goes first (inf).
func (c *call) grantsFromQuery(in *input) {
	q := c.r.URL.Query()
	kinds := q["project_grants[][assignment_type]"]
	if in.has("project_grants") || len(kinds) == 0 {
		return
	}
	list := []any{}
	for i, kind := range kinds {
		one := object{"assignment_type": kind}
		for _, name := range []string{"assignment_id", "project_role_id"} {
			if values := q["project_grants[]["+name+"]"]; i < len(values) {
				one[name] = values[i]
			}
		}
		list = append(list, one)
	}
	in.values["project_grants"] = list
}

func (c *call) readGrant(in *input, p *project) *grant {
	in.need("assignment_type", "assignment_id", "project_role_id")
	g := &grant{ProjectID: p.ID, RoleID: c.readRole(in)}
	switch kind := in.text("assignment_type"); kind {
	case "User":
		if g.UserID = in.id("assignment_id"); g.UserID != 0 && c.members.get(g.UserID) == nil {
			in.complain("assignment_id", "is unknown")
		}
	case "UserGroup":
		if g.GroupID = in.text("assignment_id"); g.GroupID != "" && c.groups.get(g.GroupID) == nil {
			in.complain("assignment_id", "is unknown")
		}
	default:
		in.complain("assignment_type", "must be User or UserGroup")
	}
	return g
}

// readRole takes either id of a project role: the list shows the one, grants the other.
func (c *call) readRole(in *input) int64 {
	text, _ := in.values["project_role_id"].(string)
	if n, ok := in.values["project_role_id"].(json.Number); ok {
		text = n.String()
	}
	for r := range c.projectRoles.all() {
		if text == r.handle() || text == strconv.FormatInt(r.ID, 10) {
			return r.ID
		}
	}
	if strings.TrimSpace(text) != "" || in.has("project_role_id") {
		in.complain("project_role_id", "is unknown")
	}
	return 0
}

func (c *call) putGrant(g *grant) *grant {
	same := c.grants.where(func(o *grant) bool {
		return o.ProjectID == g.ProjectID && o.UserID == g.UserID && o.GroupID == g.GroupID
	})
	if len(same) > 0 {
		same[0].RoleID = g.RoleID
		c.record("ProjectGrant", "project_grant_updated", same[0].ID, "")
		return same[0]
	}
	g.ID, g.CreatedAt = c.newHandle("pg"), c.now
	c.grants.put(g.ID, g)
	c.record("ProjectGrant", "project_grant_created", g.ID, "")
	return g
}

// updateGrant takes the role in the body, or in the query like the other call (inf).
func updateGrant(c *call, g *grant) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	if !in.has("project_role_id") && c.given("project_role_id") {
		in.values["project_role_id"] = c.param("project_role_id")
	}
	in.need("project_role_id")
	role := c.readRole(in)
	if err := in.err(); err != nil {
		return nil, err
	}
	g.RoleID = role
	c.record("ProjectGrant", "project_grant_updated", g.ID, "")
	return data(c.grantView(g)), nil
}

func deleteGrant(c *call, g *grant) (any, error) {
	c.grants.drop(g.ID)
	c.record("ProjectGrant", "project_grant_deleted", g.ID, "")
	return success(), nil
}
