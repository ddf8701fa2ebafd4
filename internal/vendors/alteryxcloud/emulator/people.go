package emulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The status of a member.
const (
	invited   = "new"
	active    = "active" // (inf) the word: the vendor's filters name only the other two
	suspended = "suspended"
)

// A person is a member of one workspace. The same person is another record in another workspace.
type person struct {
	ID               int64     `json:"id"`
	WorkspaceID      int64     `json:"workspaceId"`
	Email            string    `json:"email"`
	Name             string    `json:"name"`
	Status           string    `json:"status"`
	State            string    `json:"state"`
	Roles            []int64   `json:"roles"`
	ExportCompliance bool      `json:"validateExportCompliance"`
	OutputHomeDir    string    `json:"outputHomeDir"`
	UploadDir        string    `json:"uploadDir"`
	Mails            int       `json:"invitationMails"`
	LastLogin        time.Time `json:"lastLoginTime,omitzero"`
	LastStateChange  time.Time `json:"lastStateChange"`
	times
}

func peopleRoutes() []route {
	return []route{
		{on: "GET /workspaces/{workspace}/people", in: v4 | iam, do: listMembers},
		{on: "GET /workspaces/{workspace}/admins", in: v4 | iam, do: listAdmins},
		{on: "GET /people", do: listPeople},
		{on: "GET /people/current", do: func(c *call) (any, error) { return c.only(c.personView(c.by)), nil }},
		{on: "GET /people/count", do: func(*call) (any, error) {
			return nil, gone("This endpoint is no longer available.")
		}},
		{on: "GET /people/{id}", in: v4 | iam, do: getPerson},
	}
}

// personView shows isDisabled for those who are suspended (inf).
func (c *call) personView(p *person) object {
	out := object{"id": p.ID, "email": p.Email, "name": p.Name, "isDisabled": p.Status == suspended, "state": p.State,
		"validateExportCompliance": p.ExportCompliance, "lastLoginTime": stamp(p.LastLogin),
		"lastStateChange": stamp(p.LastStateChange), "gid": gid("01P", p.ID), "ssoPrincipal": nil,
		"outputHomeDir": p.OutputHomeDir, "uploadDir": p.UploadDir}
	if p == c.by {
		out["isAdmin"] = c.isAdmin(p)
	}
	if c.flag("includePrivileges") {
		c.showPrivileges(p, out)
	}
	if c.flag("includeStatus") {
		out["status"] = p.Status // (inf) the name
	}
	return p.show(out)
}

// showPrivileges adds the roles that somebody has, those of their groups not (inf).
func (c *call) showPrivileges(p *person, out object) {
	roles, may := []object{}, map[string][]string{}
	for _, id := range p.Roles {
		r := c.roles[id]
		roles = append(roles, r.short())
		for _, g := range r.Grants {
			may[g.ResourceType] = include(may[g.ResourceType], g.Operations...)
		}
	}
	privileges := []object{}
	for _, kind := range resourceTypes {
		if len(may[kind]) > 0 {
			privileges = append(privileges, object{"resourceType": kind, "operations": may[kind]})
		}
	}
	out["authorizationRoles"], out["maximalPrivileges"], out["maximalCapabilities"] = roles, privileges, []object{}
	out["peopleworkspaces"] = object{"data": []object{{ // (inf) what is in it
		"personId": p.ID, "workspaceId": p.WorkspaceID, "status": p.Status, "createdAt": stamp(p.CreatedAt)}}}
}

// publicPerson is what others get to see; people who are gone are shown by their id (inf).
func (c *call) publicPerson(id int64) object {
	p := c.people[id]
	if p == nil {
		return object{"id": id}
	}
	return object{"id": p.ID, "name": p.Name, "email": p.Email}
}

// listMembers knows the words of status that the vendor mentions; another is refused (inf). Roles are ids or tags
// (inf).
func listMembers(c *call) (any, error) {
	status, err := c.paramWord("status", invited, active, suspended)
	if err != nil {
		return nil, err
	}
	query := c.query()
	with, without := splitWords(query["roles"]), splitWords(query["excludingRoles"])
	return c.list(views(c.people.where(
		func(p *person) bool { return status == "" || p.Status == status },
		func(p *person) bool { return len(with) == 0 || c.hasAny(p, with) },
		func(p *person) bool { return !c.hasAny(p, without) },
	), c.personView))
}

func (c *call) hasAny(p *person, roles []string) bool {
	return slices.ContainsFunc(p.Roles, func(id int64) bool {
		return slices.Contains(roles, strconv.FormatInt(id, 10)) ||
			c.roles[id].Tag != "" && slices.Contains(roles, c.roles[id].Tag)
	})
}

// listPeople knows no filter by role: it is ignored.
func listPeople(c *call) (any, error) {
	ids, err := c.paramIDs("peopleIds")
	if err != nil {
		return nil, err
	}
	email, state, disabled := c.param("email"), c.param("state"), c.param("isDisabled")
	found := views(c.people.where(
		func(p *person) bool { return len(ids) == 0 || slices.Contains(ids, p.ID) },
		func(p *person) bool { return email == "" || strings.EqualFold(p.Email, email) },
		func(p *person) bool { return state == "" || p.State == state },
		func(p *person) bool { return disabled == "" || (disabled == "true") == (p.Status == suspended) },
	), c.personView)
	if c.flag("noLimit") {
		return c.page(found, len(found)+1)
	}
	return c.list(found)
}

func getPerson(c *call) (any, error) {
	p := c.people[c.pathID("id")]
	if p == nil {
		return nil, notFound("Person", c.r.PathValue("id"))
	}
	return c.only(c.personView(p)), nil
}

// listAdmins leaves out those who are invited or suspended unless they are asked for (inf).
func listAdmins(c *call) (any, error) {
	also := splitWords(c.query()["includeStatus"])
	if slices.ContainsFunc(also, func(s string) bool { return s != invited && s != suspended }) {
		return nil, badInput("includeStatus must be new or suspended")
	}
	return c.list(views(c.people.where(c.isAdmin, func(p *person) bool {
		return p.Status == active || slices.Contains(also, p.Status)
	}), c.personView))
}

// isAdmin also looks at the roles of somebody's groups.
func (s *space) isAdmin(p *person) bool {
	admin := s.adminRole()
	if slices.Contains(p.Roles, admin) {
		return true
	}
	return len(s.groups.where(func(g *group) bool {
		return slices.Contains(g.Roles, admin) && slices.Contains(g.Members, p.ID)
	})) > 0
}

// lastAdmin reports whether nobody would be left who may administer without these people.
func (s *space) lastAdmin(without ...int64) bool {
	return len(s.people.where(s.isAdmin, func(p *person) bool {
		return p.Status == active && !slices.Contains(without, p.ID)
	})) == 0
}

// members are the people with these ids; one who is unknown is refused with 400, as the vendor does.
func (s *space) members(ids []int64) ([]*person, error) {
	out := []*person{}
	for _, id := range sorted(ids) {
		p := s.people[id]
		if p == nil {
			return nil, refuse("Person %d is not a member of the workspace.", id)
		}
		out = append(out, p)
	}
	return out, nil
}

// memberByEmail is nil if there is none.
func (s *space) memberByEmail(email string) *person {
	for p := range s.people.all() {
		if strings.EqualFold(p.Email, email) {
			return p
		}
	}
	return nil
}
