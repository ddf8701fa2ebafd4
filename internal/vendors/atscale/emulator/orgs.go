package emulator

import "maps"

// An org is a tenant. Its first is named by the word default, all others by ids.
type org struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Port int    `json:"hiveServer2Port"` // of SQL
}

func orgRoutes() []route {
	return []route{
		{on: "GET " + apiPath + "/orgs", need: superuser, do: listOrgs},
		{on: "GET " + apiPath + "/org", need: apiSuperuser, do: listOrgs},
		{on: "POST " + apiPath + "/org", need: apiSuperuser, do: createOrg},
		{on: "POST " + orgPath, need: apiSuperuser, do: updateOrg},
		{on: "DELETE " + orgPath, need: apiSuperuser, do: deleteOrg},
		{on: "GET /organizations/orgId/{orgId}", style: engine, do: getPort},
		{on: "POST /organizations/orgId/{orgId}", style: engine, need: mayAdminister, do: setPort},
	}
}

func listOrgs(c *call) (any, error) {
	all := c.orgs.where(func(*org) bool { return true })
	return views(all, func(o *org) any {
		return map[string]any{"id": o.ID, "name": o.Name, "NumberOfUsers": len(c.members(o.ID))}
	}), nil
}

// createOrg takes its input from the query. (inf) The roles are copied from the current organization, and whoever
// makes an organization is in it with all of them.
func createOrg(c *call) (any, error) {
	name := c.query("name")
	port, err := c.number("port", 0)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, badRequest("name is required")
	}
	model := c.org
	if id := c.query("currentOrgId"); id != "" {
		if model, err = find(&c.orgs, id, "Organization"); err != nil {
			return nil, err
		}
	}
	o := &org{ID: c.newID(), Name: name, Port: port}
	c.orgs.put(o.ID, o)
	for _, r := range c.roles.where(func(r *role) bool { return r.OrgID == model.ID }) {
		id := c.newID()
		c.roles.put(id, &role{ID: id, OrgID: o.ID, Title: r.Title, Permissions: r.Permissions})
		c.by.Roles[o.ID] = append(c.by.Roles[o.ID], id)
	}
	return named[string]{o.ID, o.Name}, nil
}

// updateOrg renames (inf).
func updateOrg(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	name := f.need("name")
	if err := f.err(); err != nil {
		return nil, err
	}
	c.org.Name = name
	return named[string]{c.org.ID, name}, nil
}

// deleteOrg takes all that is in an organization along. (inf) The default one stays.
func deleteOrg(c *call) (any, error) {
	id := c.org.ID
	if id == Org {
		return nil, c.refused("The default organization cannot be deleted")
	}
	c.orgs.drop(id)
	c.roles.dropIf(func(r *role) bool { return r.OrgID == id })
	c.groups.dropIf(func(g *group) bool { return g.OrgID == id })
	c.projects.dropIf(func(p *project) bool { return p.OrgID == id })
	c.published.dropIf(func(p *published) bool { return p.OrgID == id })
	c.aggregates.dropIf(func(a *aggregate) bool { return a.OrgID == id })
	c.batches.dropIf(func(b *batch) bool { return b.OrgID == id })
	c.jobs.dropIf(func(j *job) bool { return j.OrgID == id })
	c.creations.dropIf(func(j *creation) bool { return j.OrgID == id })
	c.warehouses.dropIf(func(w *warehouse) bool { return w.OrgID == id })
	c.engines.dropIf(func(e *engineNode) bool { return e.OrgID == id })
	c.environments.dropIf(func(e *environment) bool { return e.OrgID == id })
	c.queries.dropIf(func(q *query) bool { return q.OrgID == id })
	c.snapshots.dropIf(func(s *snapshot) bool { return c.projects.get(s.ProjectID) == nil })
	for u := range c.users.all() {
		maps.DeleteFunc(u.Roles, func(o string, _ []string) bool { return o == id })
	}
	return map[string]any{}, nil
}

func getPort(c *call) (any, error) {
	return map[string]any{"id": c.org.ID, "name": c.org.Name, "hiveServer2Port": c.org.Port}, nil
}

func setPort(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	port := f.number("hiveServer2Port")
	if !f.has("hiveServer2Port") || port < 1 || port > 65535 {
		f.complain("hiveServer2Port must be a port")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	c.org.Port = port
	return getPort(c)
}
