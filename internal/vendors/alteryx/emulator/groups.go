package emulator

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// An adObject is a person or group of the Active Directory.
type adObject struct {
	SID            string `json:"sid"`
	Category       string `json:"category"` // Person or Group
	DisplayName    string `json:"displayName"`
	DomainName     string `json:"domainName"`
	SIDAccountName string `json:"sidAccountName"`
}

// A groupMember is a user or an Active Directory group.
type groupMember struct {
	AD        *adObject `json:"activeDirectoryObject,omitempty"`
	UserID    string    `json:"userId,omitempty"`
	DateAdded time.Time `json:"dateAddedToGroup"`
	AddedBy   string    `json:"addedByUserId"`
}

type group struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	DateAdded time.Time     `json:"dateAdded"`
	Role      role          `json:"role"`
	Members   []groupMember `json:"members"` // sorted, so that states compare equal
}

func groupID(g *group) string { return g.ID }

func (g *group) has(userID string) bool {
	return slices.ContainsFunc(g.Members, func(m groupMember) bool { return m.UserID == userID })
}

func (g *group) add(m groupMember) {
	g.Members = append(g.Members, m)
	slices.SortFunc(g.Members, func(a, b groupMember) int { return cmp.Compare(a.UserID, b.UserID) })
}

// leave takes a user out of a group and reports whether they were in it.
func (st *state) leave(g *group, userID string) bool {
	before := len(g.Members)
	touch(st, &st.groups, g.ID)
	g.Members = slices.DeleteFunc(g.Members, func(m groupMember) bool { return m.UserID == userID })
	return len(g.Members) < before
}

func groupRoutes() []route {
	named := contract(req(length(1, 255), "name"), req(roles(), "role"))
	return []route{
		{on: "GET /v3/usergroups", need: curator, do: listGroups},
		{on: "POST /v3/usergroups", need: curator, do: createGroup, body: named},
		{on: "GET /v3/usergroups/{userGroupId}", need: curator, do: inGroup(func(c *call, g *group) (any, error) {
			return c.groupView(g), nil
		})},
		{on: "PUT /v3/usergroups/{userGroupId}", need: curator, do: inGroup(updateGroup), body: named},
		{on: "DELETE /v3/usergroups/{userGroupId}", need: curator, do: inGroup(deleteGroup),
			query: contract(opt(boolean, "forceDelete"))},
		{on: "POST /v3/usergroups/{userGroupId}/users", need: curator, do: inGroup(addUsers), body: listOf(text)},
		{on: "DELETE /v3/usergroups/{userGroupId}/users/{userId}", need: curator, do: inGroup(removeUser)},
		{on: "POST /v3/usergroups/{userGroupId}/activedirectorygroups", need: curator, do: inGroup(addADGroup),
			body: filled()},
		{on: "DELETE /v3/usergroups/{userGroupId}/activedirectorygroups/{adGroupSid}", need: curator,
			do: inGroup(removeADGroup)},
	}
}

// inGroup makes a handler of what is done with one group.
func inGroup(do func(*call, *group) (any, error)) handler {
	return func(c *call) (any, error) {
		g, err := find(&c.groups, c.path("userGroupId"), "User group")
		if err != nil {
			return nil, err
		}
		return do(c, g)
	}
}

func (st *state) groupView(g *group) any {
	credentials := where(st.credentials.all(), func(k *credential) bool { return k.UserGroupIDs.has(g.ID) })
	connections := where(st.dataConnections.all(), func(d *dataConnection) bool { return d.UserGroupIDs.has(g.ID) })
	return struct {
		*group
		CredentialIDs []string `json:"credentialIds"`
		ConnectionIDs []string `json:"connectionIds"`
	}{g, views(credentials, credentialID), views(connections, connectionID)}
}

func listGroups(c *call) (any, error) {
	return views(c.groups.all(), func(g *group) any {
		return map[string]any{"id": g.ID, "name": g.Name, "role": g.Role}
	}), nil
}

func (st *state) groupNamed(name, except string) bool {
	for g := range st.groups.all() {
		if g.ID != except && strings.EqualFold(g.Name, name) {
			return true
		}
	}
	return false
}

// createGroup refuses a name that is in use (inf).
func createGroup(c *call) (any, error) {
	if c.groupNamed(c.in.str("name"), "") {
		return nil, badField("name", "A user group with this name already exists.")
	}
	g := &group{ID: c.newID(), Name: c.in.str("name"), Role: role(c.in.str("role")), DateAdded: c.now,
		Members: []groupMember{}}
	insert(c.state, &c.groups, g.ID, g)
	return created{g.ID}, nil
}

func updateGroup(c *call, g *group) (any, error) {
	if c.groupNamed(c.in.str("name"), g.ID) {
		return nil, badField("name", "A user group with this name already exists.")
	}
	touch(c.state, &c.groups, g.ID)
	g.Name, g.Role = c.in.str("name"), role(c.in.str("role"))
	return nil, nil
}

func deleteGroup(c *call, g *group) (any, error) {
	if len(g.Members) > 0 && !c.query.flag("forceDelete") {
		return nil, badRequest("The user group is not empty. Set forceDelete to delete it.")
	}
	for k := range c.credentials.all() {
		touch(c.state, &c.credentials, k.ID)
		k.UserGroupIDs.remove(g.ID)
	}
	for d := range c.dataConnections.all() {
		d.UserGroupIDs.remove(g.ID)
	}
	for col := range c.collections.all() {
		touch(c.state, &c.collections, col.ID)
		delete(col.UserGroups, g.ID)
	}
	for d := range c.dcmConnections.all() {
		d.Execution.UserGroupIDs.remove(g.ID)
		d.Collaboration.UserGroupIDs.remove(g.ID)
	}
	remove(c.state, &c.groups, g.ID)
	return nil, nil
}

// addUsers answers 200 even if none could be added. (inf) Who is in the group already counts as not added.
func addUsers(c *call, g *group) (any, error) {
	touch(c.state, &c.groups, g.ID)
	ids, added, failed := texts(c.bare), 0, map[string]string{}
	for _, id := range ids {
		switch {
		case c.users.get(id) == nil:
			failed[id] = "The user does not exist."
		case g.has(id):
			failed[id] = "The user is already a member of the user group."
		default:
			g.add(groupMember{UserID: id, DateAdded: c.now, AddedBy: c.by.ID})
			added++
		}
	}
	return map[string]any{
		"successfullyAddedUserCount": added, "totalUsersSubmittedCount": len(ids), "failedUserReasons": failed,
	}, nil
}

// removeUser is 200 also for somebody who is not in the group.
func removeUser(c *call, g *group) (any, error) {
	c.leave(g, c.path("userId"))
	return c.groupView(g), nil
}

func (c *call) needWindows() error {
	if c.opts.Windows {
		return nil
	}
	return badRequest("This endpoint can only be used with Windows authentication.")
}

func (g *group) findAD(sid string) int {
	return slices.IndexFunc(g.Members, func(m groupMember) bool { return m.AD != nil && strings.EqualFold(m.AD.SID, sid) })
}

func addADGroup(c *call, g *group) (any, error) {
	if err := c.needWindows(); err != nil {
		return nil, err
	}
	sid, _ := c.bare.(string)
	for _, ad := range c.directory {
		if !strings.EqualFold(ad.SID, sid) {
			continue
		}
		if g.findAD(sid) < 0 { // (inf) a repeat changes nothing
			touch(c.state, &c.groups, g.ID)
			g.add(groupMember{AD: &ad, DateAdded: c.now, AddedBy: c.by.ID})
		}
		return nil, nil
	}
	return nil, notFound("Active Directory group")
}

func removeADGroup(c *call, g *group) (any, error) {
	if err := c.needWindows(); err != nil {
		return nil, err
	}
	i := g.findAD(c.path("adGroupSid"))
	if i < 0 {
		return nil, badRequest("The Active Directory group is not a member of the user group.")
	}
	touch(c.state, &c.groups, g.ID)
	g.Members = slices.Delete(g.Members, i, i+1)
	return nil, nil
}
