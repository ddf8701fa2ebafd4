package emulator

import (
	"slices"
)

// A grant is what a role may do with one kind of thing.
type grant struct {
	ResourceType string   `json:"resourceType"`
	Operations   []string `json:"operations"`
	PolicyTag    string   `json:"policyTag"`
}

// resourceTypes are those that roles of the emulator are about.
var resourceTypes = []string{"connection", "flow", "plan", "schedule", "workflow"}

// A role is a policy of a workspace. Built-in ones have a tag, others a name.
type role struct {
	ID          int64   `json:"policyId"`
	WorkspaceID int64   `json:"workspaceId"`
	Name        string  `json:"name,omitempty"`
	Tag         string  `json:"tag,omitempty"`
	Grants      []grant `json:"resourceOperations"`
	times
}

func roleRoutes() []route {
	return []route{
		{on: "GET /authorization/roles", do: func(c *call) (any, error) {
			if id := c.param("workspaceId"); id != "" {
				if err := c.inWorkspace(id); err != nil {
					return nil, err
				}
			}
			return c.list(views(c.roles.rows(), c.roleView))
		}},
		{on: "GET /authorization/roles/{id}", do: onRole(func(c *call, r *role) (any, error) { return c.roleView(r), nil })},
		{on: "GET /authorization/roles/{id}/people", admin: true, noLegacy: true, do: onRole(listHolders)},
		{on: "PUT /authorization/roles/{id}/people", in: v4 | iam, admin: true, do: onRole(assignRole)},
		{on: "DELETE /authorization/roles/{id}/people/{subject}", in: v4 | iam, admin: true, do: onRole(unassignRole)},
	}
}

func onRole(do func(*call, *role) (any, error)) handler {
	return func(c *call) (any, error) {
		r := c.roles[c.pathID("id")]
		if r == nil {
			return nil, notFound("Role", c.r.PathValue("id"))
		}
		return do(c, r)
	}
}

// short is a role as it is shown with people.
func (r *role) short() object {
	out := object{"policyId": r.ID, "workspaceId": r.WorkspaceID}
	if r.Tag != "" {
		out["tag"] = r.Tag
	} else {
		out["name"] = r.Name
	}
	return out
}

func (c *call) roleView(r *role) object {
	out := r.short()
	out["productPolicyId"], out["capabilities"] = nil, []object{}
	out["nameLocked"], out["privilegeLocked"] = r.Tag != "", r.Tag != ""
	out["userCount"], out["resourceOperations"] = len(c.holders(r)), append([]grant{}, r.Grants...)
	return r.show(out)
}

// holders have the role themselves, not through a group (inf).
func (s *space) holders(r *role) []*person {
	return s.people.where(func(p *person) bool { return slices.Contains(p.Roles, r.ID) })
}

func listHolders(c *call, r *role) (any, error) { return c.list(views(c.holders(r), c.personView)) }

// assignRole takes a bare array and adds to those who have the role (inf).
func assignRole(c *call, r *role) (any, error) {
	v, err := c.parse()
	if err != nil {
		return nil, err
	}
	list, isList := v.([]any)
	ids, ok := idsFrom(list)
	if !isList || !ok {
		return nil, badInput("the body must be an array of ids")
	}
	people, err := c.members(ids)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		p.Roles, p.UpdatedAt = include(p.Roles, r.ID), c.now
	}
	return c.roleView(r), nil
}

// unassignRole answers 404 to somebody who does not have the role (inf).
func unassignRole(c *call, r *role) (any, error) {
	p := c.people[c.pathID("subject")]
	if p == nil || !slices.Contains(p.Roles, r.ID) {
		return nil, notFound("Person with the role", c.r.PathValue("subject"))
	}
	before := p.Roles
	p.Roles = exclude(p.Roles, r.ID)
	if c.lastAdmin() {
		p.Roles = before
		return nil, noAdminLeft()
	}
	p.UpdatedAt = c.now
	return noContent{}, nil
}

// noAdminLeft refuses what would lock everybody out (inf).
func noAdminLeft() error { return refuse("The workspace needs an admin.") }

// rolesFrom reads role ids, tags, or objects with a policyId; the form is not documented (inf).
func (s *space) rolesFrom(list []any) ([]int64, error) {
	out := []int64{}
	for _, v := range list {
		if o, ok := v.(object); ok {
			v = o["policyId"]
		}
		id, ok := idFrom(v)
		for r := range s.roles.all() {
			if tag, isText := v.(string); isText && r.Tag == tag && tag != "" {
				id, ok = r.ID, true
			}
		}
		if !ok || s.roles[id] == nil {
			return nil, refuse("There is no such role: %v.", v)
		}
		out = append(out, id)
	}
	return sorted(out), nil
}
