package emulator

import (
	"slices"
	"strings"
)

func personWriteRoutes() []route {
	return []route{
		{on: "PATCH /workspaces/{workspace}/people/{id}", admin: true, do: updatePerson(false)},
		{on: "PUT /workspaces/{workspace}/people/{id}", do: updatePerson(true)},
		{on: "DELETE /workspaces/{workspace}/people/{personId}", in: v4 | iam, admin: true, do: removePerson},
	}
}

// updatePerson by PUT takes fewer fields than by PATCH, and the name only of oneself; others are refused (inf).
func updatePerson(put bool) handler {
	return func(c *call) (any, error) {
		p := c.people[c.pathID("id")]
		if p == nil {
			return nil, notFound("Person", c.r.PathValue("id"))
		}
		if p != c.by && !c.isAdmin(c.by) {
			return nil, forbidden("Only workspace admins may change other people.")
		}
		in, err := c.body()
		if err != nil {
			return nil, err
		}
		if put {
			in.allow("outputHomeDir", "uploadDir", "authorizationRoles", "name")
			if p != c.by && in.has("name") {
				in.complain("name", "cannot be changed for others")
			}
		}
		changed, err := c.changedPerson(p, in)
		if err != nil {
			return nil, err
		}
		*p = *changed
		return c.personView(p), nil
	}
}

// allow complains about fields that are not among these.
func (in *input) allow(names ...string) {
	for _, name := range sortedKeys(in.values) {
		if !slices.Contains(names, name) {
			in.complain(name, "cannot be changed here")
		}
	}
}

func (c *call) changedPerson(p *person, in *input) (*person, error) {
	next := *p
	keep(in, "name", &next.Name, in.text("name"))
	keep(in, "email", &next.Email, in.text("email"))
	keep(in, "state", &next.State, in.word("state", "active", "hidden"))
	keep(in, "outputHomeDir", &next.OutputHomeDir, in.text("outputHomeDir"))
	keep(in, "uploadDir", &next.UploadDir, in.text("uploadDir"))
	keep(in, "validateExportCompliance", &next.ExportCompliance, in.flag("validateExportCompliance"))
	disable, list := in.flag("isDisabled"), in.list("authorizationRoles")
	if in.has("email") && (!strings.Contains(next.Email, "@") || strings.ContainsAny(next.Email, " \t\n")) {
		in.complain("email", "must be an e-mail address")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	if other := c.memberByEmail(next.Email); other != nil && other != p {
		return nil, refuse("The address %q belongs to somebody else.", next.Email)
	}
	if err := c.changeRights(p, &next, in, disable, list); err != nil {
		return nil, err
	}
	if key := strings.ToLower(next.Email); c.known[key] == 0 {
		c.known[key] = p.ID
	}
	next.UpdatedAt = c.now
	return &next, nil
}

// changeRights replaces the roles, and takes isDisabled for a suspension (inf).
func (c *call) changeRights(p, next *person, in *input, disable bool, list []any) error {
	if in.has("authorizationRoles") {
		if !c.isAdmin(c.by) {
			return forbidden("Only workspace admins may change roles.")
		}
		roles, err := c.rolesFrom(list)
		if err != nil {
			return err
		}
		next.Roles = roles
	}
	if in.has("isDisabled") && disable != (p.Status == suspended) {
		if disable && p == c.by {
			return refuse("You cannot disable yourself.")
		}
		next.Status = active
		if disable {
			next.Status = suspended
		}
		next.LastStateChange = c.now
	}
	before := c.people[p.ID]
	c.people[p.ID] = next
	left := !c.lastAdmin()
	c.people[p.ID] = before
	if !left {
		return noAdminLeft()
	}
	return nil
}

// removePerson ends a membership. What the person owned goes with them, and so do their roles, groups and tokens (inf).
func removePerson(c *call) (any, error) {
	p := c.people[c.pathID("personId")]
	switch {
	case p == nil:
		return nil, notFound("Person", c.r.PathValue("personId"))
	case p == c.by:
		return nil, refuse("You cannot remove yourself.")
	case c.lastAdmin(p.ID):
		return nil, noAdminLeft()
	}
	c.dropAssets(p.ID)
	for g := range c.groups.all() {
		g.Members = exclude(g.Members, p.ID)
	}
	for t := range c.apiTokens.all() {
		if t.PersonID == p.ID && t.WorkspaceID == c.WorkspaceID {
			c.apiTokens.drop(t.TokenID)
		}
	}
	for t := range c.oauth.all() {
		if t.PersonID == p.ID && t.WorkspaceID == c.WorkspaceID {
			c.oauth.drop(t.SID)
		}
	}
	c.people.drop(p.ID)
	return []object{{"id": p.ID}}, nil // (inf) the status, and what is in the array
}
