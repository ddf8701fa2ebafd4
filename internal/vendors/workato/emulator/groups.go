package emulator

import (
	"encoding/json"
	"slices"
	"time"
)

// A group is one of collaborators.
type group struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	System      bool      `json:"system"`
	MemberIDs   []int64   `json:"user_ids"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func (g *group) has(userID int64) bool { return slices.Contains(g.MemberIDs, userID) }

func groupRoutes() []route {
	in := perMinute("user_groups")
	return []route{
		{on: "GET /api/user_groups", bucket: in, do: listGroups},
		{on: "POST /api/user_groups", bucket: in, do: createGroup},
		{on: "GET /api/user_groups/{id}", bucket: in, do: onGroup(getGroup)},
		{on: "PUT /api/user_groups/{id}", bucket: in, do: onGroup(updateGroup)},
		{on: "DELETE /api/user_groups/{id}", bucket: in, do: onGroup(deleteGroup)},
		{on: "GET /api/user_groups/{id}/members", bucket: in, do: onGroup(groupMembers)},
		{on: "POST /api/user_groups/{id}/members", bucket: in, do: onGroup(addToGroup)},
		{on: "DELETE /api/user_groups/{id}/members", bucket: in, do: onGroup(removeFromGroup)},
		{on: "GET /api/user_groups/{id}/project_grants", bucket: in, do: onGroup(groupGrants)},
	}
}

// onGroup makes a handler of what is done with one group.
func onGroup(do func(*call, *group) (any, error)) handler {
	return func(c *call) (any, error) {
		g := c.groups.get(c.r.PathValue("id"))
		if g == nil {
			return nil, notFound()
		}
		return do(c, g)
	}
}

func groupView(g *group) object {
	return object{"id": g.ID, "name": g.Name, "description": g.Description, "members_count": len(g.MemberIDs),
		"system": g.System, "created_at": at(g.CreatedAt), "updated_at": at(g.UpdatedAt)}
}

func getGroup(_ *call, g *group) (any, error) { return data(groupView(g)), nil }

// listGroups takes the name as a whole (inf), like that of roles.
func listGroups(c *call) (any, error) {
	return bracketed(c, views(c.groups.where(func(g *group) bool {
		return !c.given("name") || g.Name == c.param("name")
	}), groupView))
}

// readGroup reads what is given into a group, bare or under its name: the documents do not say which (inf).
func (c *call) readGroup(g *group, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	in = in.within("user_group")
	if all || in.has("name") {
		in.need("name")
	}
	keep(in, "name", &g.Name, in.short("name", 255))
	keep(in, "description", &g.Description, in.text("description"))
	for other := range c.groups.all() { // (inf)
		if other.ID != g.ID && other.Name == g.Name {
			in.complain("name", "has already been taken")
		}
	}
	g.UpdatedAt = c.now
	return in.err()
}

func createGroup(c *call) (any, error) {
	g := &group{MemberIDs: []int64{}, CreatedAt: c.now}
	if err := c.readGroup(g, true); err != nil {
		return nil, err
	}
	g.ID = c.newHandle("pf")
	c.groups.put(g.ID, g)
	c.record("UserGroup", "user_group_created", g.ID, g.Name)
	return data(groupView(g)), nil
}

func updateGroup(c *call, g *group) (any, error) {
	changed := *g
	if err := c.readGroup(&changed, false); err != nil {
		return nil, err
	}
	if g.System { // (inf)
		return nil, badRequest("System groups cannot be changed")
	}
	*g = changed
	c.record("UserGroup", "user_group_updated", g.ID, g.Name)
	return data(groupView(g)), nil
}

// deleteGroup takes the group's grants back.
func deleteGroup(c *call, g *group) (any, error) {
	if g.System { // (inf)
		return nil, badRequest("System groups cannot be deleted")
	}
	c.groups.drop(g.ID)
	for p := range c.grants.all() {
		if p.GroupID == g.ID {
			c.grants.drop(p.ID)
		}
	}
	c.record("UserGroup", "user_group_deleted", g.ID, g.Name)
	return success(), nil
}

// groupMembers shows little of them (inf).
func groupMembers(c *call, g *group) (any, error) {
	in := c.members.where(func(m *member) bool { return g.has(m.ID) })
	return bracketed(c, views(in, func(m *member) object {
		return object{"id": m.ID, "name": m.Name, "email": m.Email}
	}))
}

// userIDs are those of the query or, which the documents do not say, of the body (inf). Somebody unknown is a 404 (inf).
func (c *call) userIDs() ([]int64, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	q := c.r.URL.Query()
	if given := append(q["user_ids[]"], q["user_ids"]...); len(given) > 0 {
		list := []any{}
		for _, id := range given {
			list = append(list, json.Number(id))
		}
		in.values["user_ids"] = list
	}
	ids := in.ids("user_ids")
	if len(ids) == 0 {
		in.complain("user_ids", "can't be blank")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if c.members.get(id) == nil {
			return nil, notFound()
		}
	}
	return ids, nil
}

// addToGroup answers nothing (inf). Who is in the group already does no harm.
func addToGroup(c *call, g *group) (any, error) {
	ids, err := c.userIDs()
	if err != nil {
		return nil, err
	}
	g.MemberIDs, g.UpdatedAt = include(g.MemberIDs, ids...), c.now
	c.record("UserGroup", "user_group_members_added", g.ID, g.Name)
	return nil, nil
}

func removeFromGroup(c *call, g *group) (any, error) {
	ids, err := c.userIDs()
	if err != nil {
		return nil, err
	}
	g.MemberIDs, g.UpdatedAt = exclude(g.MemberIDs, ids...), c.now
	c.record("UserGroup", "user_group_members_removed", g.ID, g.Name)
	return nil, nil
}

func groupGrants(c *call, g *group) (any, error) {
	return c.grantList(func(p *grant) bool { return p.GroupID == g.ID }), nil
}
