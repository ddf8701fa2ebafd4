package emulator

import (
	"slices"
	"strings"
)

// A group gives its members its roles.
type group struct {
	ID          int64   `json:"id"`
	WorkspaceID int64   `json:"workspaceId"`
	Name        string  `json:"name"`
	Members     []int64 `json:"members"`
	Roles       []int64 `json:"roles"`
	ExternalID  string  `json:"externalId,omitempty"`
	SCIM        bool    `json:"autoProvisioned"`
	times
}

func groupRoutes() []route {
	const one = "/workspaces/{workspace}/groups/{groupId}"
	return []route{
		{on: "GET /groups", do: listGroups},
		{on: "GET /workspaces/{workspace}/groups", do: listGroups},
		{on: "POST /workspaces/{workspace}/groups", admin: true, do: createGroup},
		{on: "PUT " + one, admin: true, do: onGroup(renameGroup)},
		{on: "PUT " + one + "/roles", admin: true, do: onGroup(setGroupRoles)},
		{on: "POST " + one + "/users", admin: true, do: onGroup(func(c *call, g *group) (any, error) {
			return c.changeMembers(g, include)
		})},
		{on: "DELETE " + one + "/users", admin: true, do: onGroup(func(c *call, g *group) (any, error) {
			return c.changeMembers(g, exclude)
		})},
		{on: "DELETE " + one, admin: true, do: onGroup(deleteGroup)},
	}
}

func onGroup(do func(*call, *group) (any, error)) handler {
	return func(c *call) (any, error) {
		g := c.groups[c.pathID("groupId")]
		if g == nil {
			return nil, notFound("Group", c.r.PathValue("groupId"))
		}
		return do(c, g)
	}
}

// groupView shows the members' ids, or the people themselves; the names of both are (inf).
func (c *call) groupView(g *group) object {
	users := []any{}
	for _, id := range g.Members {
		if c.flag("includeFullUsers") {
			users = append(users, c.publicPerson(id))
		} else {
			users = append(users, id)
		}
	}
	policies := []object{}
	for _, id := range g.Roles {
		policies = append(policies, c.roles[id].short())
	}
	return g.show(object{"id": g.ID, "name": g.Name, "displayName": g.Name, "workspaceId": g.WorkspaceID,
		"status": "ACTIVE", "autoProvisioned": g.SCIM, "externalId": orNull(g.ExternalID), "users": users,
		"policies": policies})
}

// listGroups has an envelope of its own, with the count always in it. The name is looked for as a part (inf).
func listGroups(c *call) (any, error) {
	name := strings.ToLower(c.param("name"))
	rows, limit, offset, err := c.arrange(views(c.groups.where(func(g *group) bool {
		return strings.Contains(strings.ToLower(g.Name), name)
	}), c.groupView), usualLimit)
	if err != nil {
		return nil, err
	}
	return object{"groups": cut(rows, limit, offset), "count": len(rows)}, nil
}

// groupNamed reports whether another group has the name; names are unique (inf).
func (c *call) groupNamed(name string, except int64) bool {
	return len(c.groups.where(func(g *group) bool { return g.ID != except && strings.EqualFold(g.Name, name) })) > 0
}

// createGroup answers 200. Members may be none, but have to be given, as strings.
func createGroup(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name", "members")
	g := &group{WorkspaceID: c.WorkspaceID, Name: in.text("name"), Members: sorted(in.textIDs("members")),
		ExternalID: in.text("externalId"), SCIM: in.flag("scimEnabled"), times: made(c.now)}
	list := in.list("roles")
	if err := in.err(); err != nil {
		return nil, err
	}
	if g.Roles, err = c.rolesFrom(list); err != nil {
		return nil, err
	}
	if _, err := c.members(g.Members); err != nil {
		return nil, err
	}
	if c.groupNamed(g.Name, 0) {
		return nil, refuse("There is a group %q already.", g.Name)
	}
	g.ID = c.newID()
	c.groups.put(g.ID, g)
	return c.groupView(g), nil
}

func renameGroup(c *call, g *group) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name")
	name := in.text("name")
	if err := in.err(); err != nil {
		return nil, err
	}
	if c.groupNamed(name, g.ID) {
		return nil, refuse("There is a group %q already.", name)
	}
	g.Name, g.UpdatedAt = name, c.now
	return c.groupView(g), nil
}

// setGroupRoles replaces the roles.
func setGroupRoles(c *call, g *group) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	if _, given := in.values["roleIds"]; !given {
		in.complain("roleIds", "is required")
	}
	list := in.list("roleIds")
	if err := in.err(); err != nil {
		return nil, err
	}
	roles, err := c.rolesFrom(list)
	if err != nil {
		return nil, err
	}
	before := g.Roles
	g.Roles = roles
	if c.lastAdmin() {
		g.Roles = before
		return nil, noAdminLeft()
	}
	g.UpdatedAt = c.now
	return nil, nil
}

// changeMembers reads the ids from the query and answers 201, even to a removal. It may be repeated (inf).
func (c *call) changeMembers(g *group, change func([]int64, ...int64) []int64) (any, error) {
	ids, err := c.paramIDs("userIds")
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, badInput("userIds is required")
	}
	if _, err := c.members(ids); err != nil {
		return nil, err
	}
	before := g.Members
	g.Members = change(g.Members, ids...)
	if c.lastAdmin() {
		g.Members = before
		return nil, noAdminLeft()
	}
	if !slices.Equal(before, g.Members) {
		g.UpdatedAt = c.now
	}
	return created{}, nil
}

// deleteGroup answers 201. The group need not be empty (inf).
func deleteGroup(c *call, g *group) (any, error) {
	c.groups.drop(g.ID)
	if c.lastAdmin() {
		c.groups.put(g.ID, g)
		return nil, noAdminLeft()
	}
	c.eachAsset(func(_, _ string, a *asset) { a.unshare(toGroup, g.ID) })
	return created{}, nil
}
