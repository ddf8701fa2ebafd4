package emulator

import (
	"strings"
	"time"
)

// A member is a collaborator of the workspace.
type member struct {
	ID         int64     `json:"id"`
	GrantType  string    `json:"grant_type"` // team, or federation_manager for a moderator
	Roles      []envRole `json:"roles"`      // at most one for each environment
	ExternalID string    `json:"external_id"`
	Name       string    `json:"name"`
	Email      string    `json:"email"`
	TimeZone   string    `json:"time_zone"`
	CreatedAt  time.Time `json:"created_at"`
}

// An envRole is what a member may do in an environment.
type envRole struct {
	Environment environment `json:"environment_type"`
	Name        string      `json:"role_name"`
	Type        string      `json:"role_type"` // privilege_group for the legacy ones, or environment
}

const (
	legacyType      = "privilege_group"
	environmentType = "environment"

	noAccess      = "NoAccess"  // as it is asked for
	noAccessShown = "No access" // as it is shown
)

func memberRoutes() []route {
	in := perMinute("members")
	return []route{
		{on: "GET /api/members", bucket: in, dev: true, do: listMembers},
		{on: "GET /api/members/{id}", bucket: in, dev: true, do: onMember(getMember)},
		{on: "PUT /api/members/{id}", bucket: in, dev: true, do: onMember(updateMember)},
		{on: "DELETE /api/members/{id}", bucket: in, dev: true, do: onMember(deleteMember)},
		{on: "GET /api/members/{id}/privileges", bucket: in, dev: true, do: onMember(memberPrivileges)},
		{on: "GET /api/members/{id}/project_grants", bucket: in, dev: true, do: onMember(memberGrants)},
		{on: "GET /api/members/{id}/projects_privileges", bucket: in, dev: true, do: onMember(projectsPrivileges)},
		{on: "POST /api/member_invitations", bucket: in, dev: true, do: invite},
	}
}

// onMember makes a handler of what is done with one member.
func onMember(do func(*call, *member) (any, error)) handler {
	return func(c *call) (any, error) {
		m := c.members.get(c.pathID("id"))
		if m == nil {
			return nil, notFound()
		}
		return do(c, m)
	}
}

func (c *call) memberView(m *member) object {
	return object{"id": m.ID, "grant_type": m.GrantType, "roles": m.Roles, "external_id": orNull(m.ExternalID),
		"name": m.Name, "email": m.Email, "time_zone": m.TimeZone, "created_at": at(m.CreatedAt),
		"last_activity_log": c.lastActivity(m.ID)}
}

// lastActivity is what somebody did last in development.
func (st *state) lastActivity(userID int64) any {
	for i := len(st.log) - 1; i >= 0; i-- {
		if e := st.log[i]; e.UserID == userID && e.Environment == dev {
			return object{"id": e.ID, "event_type": e.Type, "created_at": at(e.Time)}
		}
	}
	return nil
}

// listMembers looks for the email as a part of the address, in whatever case (inf).
func listMembers(c *call) (any, error) {
	part := strings.ToLower(c.param("email"))
	found := c.members.where(func(m *member) bool { return strings.Contains(strings.ToLower(m.Email), part) })
	return object{"data": views(found, c.memberView), "total": len(found)}, nil
}

// getMember has the envelope of the update (inf).
func getMember(c *call, m *member) (any, error) { return data(c.memberView(m)), nil }

// updateMember leaves environments that are not named as they are.
func updateMember(c *call, m *member) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	given := c.readEnvRoles(in)
	if err := in.err(); err != nil {
		return nil, err
	}
	m.give(given)
	c.record("ManagedUserGrant", "collaborator_updated", m.ID, m.Name)
	return data(c.memberView(m)), nil
}

func (m *member) give(roles []envRole) {
	for _, given := range roles {
		for i := range m.Roles {
			if m.Roles[i].Environment == given.Environment {
				m.Roles[i], given.Name = given, ""
			}
		}
		if given.Name != "" {
			m.Roles = append(m.Roles, given)
		}
	}
}

// deleteMember takes the member out of all groups and grants.
func deleteMember(c *call, m *member) (any, error) {
	c.members.drop(m.ID)
	for g := range c.groups.all() {
		g.MemberIDs = exclude(g.MemberIDs, m.ID)
	}
	for g := range c.grants.all() {
		if g.UserID == m.ID {
			c.grants.drop(g.ID)
		}
	}
	c.record("ManagedUserGrant", "collaborator_deleted", m.ID, m.Name)
	return noContent{}, nil
}

// memberPrivileges leaves out environments without access (inf).
func memberPrivileges(c *call, m *member) (any, error) {
	out := []any{}
	for _, r := range m.Roles {
		if r.Name == noAccessShown {
			continue
		}
		rights, folders := c.rightsOf(r)
		out = append(out, object{"environment_type": r.Environment, "name": r.Name, "privileges": rights,
			"folder_ids": folders})
	}
	return object{"data": out, "total": len(out)}, nil
}

func (st *state) rightsOf(r envRole) (privileges, []int64) {
	if r.Type == environmentType {
		if role := st.envRoleNamed(r.Name); role != nil {
			return role.rights(), []int64{}
		}
	}
	for role := range st.roles.all() {
		if role.Name == r.Name {
			return role.Privileges, role.FolderIDs
		}
	}
	return systemRoles[r.Name], []int64{}
}

// memberGrants are those of the member, not those of their groups (inf).
func memberGrants(c *call, m *member) (any, error) {
	return c.grantList(func(g *grant) bool { return g.UserID == m.ID }), nil
}

// projectsPrivileges is not documented but by its name: the rights of a member in each project, through groups too (inf).
func projectsPrivileges(c *call, m *member) (any, error) {
	out := []any{}
	for g := range c.grants.all() {
		group := c.groups.get(g.GroupID)
		if !c.reachesGrant(g) || g.UserID != m.ID && (group == nil || !group.has(m.ID)) {
			continue
		}
		p, role := c.projects.get(g.ProjectID), c.projectRoles.get(g.RoleID)
		out = append(out, object{"project_id": p.ID, "environment_type": c.folders.get(p.FolderID).Environment,
			"name": role.Name, "privileges": role.rights()})
	}
	return object{"data": out, "total": len(out)}, nil
}
