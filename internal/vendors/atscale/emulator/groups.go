package emulator

import "slices"

type group struct {
	ID    string `json:"ID"`
	OrgID string `json:"OrgID"`
	Name  string `json:"Name"`
}

func groupRoutes() []route {
	const one = orgPath + "/groups/{groupId}"
	return []route{
		{on: "GET " + orgPath + "/groups", need: mayAdminister, do: listGroups},
		{on: "POST " + orgPath + "/groups", need: mayAdminister, do: createGroup},
		{on: "POST " + one, need: mayAdminister, do: updateGroup},
		{on: "DELETE " + one, need: mayAdminister, do: deleteGroup},
	}
}

// listGroups counts members, those too who are not in the organization any more (inf).
func listGroups(c *call) (any, error) {
	rows := c.groups.where(func(g *group) bool { return g.OrgID == c.org.ID })
	return views(rows, func(g *group) any {
		in := c.users.where(func(u *user) bool { return slices.Contains(u.Groups, g.ID) })
		return map[string]any{"ID": g.ID, "OrgID": g.OrgID, "Name": g.Name, "NumberOfUsers": len(in)}
	}), nil
}

func createGroup(c *call) (any, error) {
	g := &group{OrgID: c.org.ID}
	if err := c.nameGroup(g); err != nil {
		return nil, err
	}
	g.ID = c.newID()
	c.groups.put(g.ID, g)
	return g, nil
}

func updateGroup(c *call) (any, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	return g, c.nameGroup(g)
}

func (c *call) nameGroup(g *group) error {
	f, err := c.fields()
	if err != nil {
		return err
	}
	name := f.need("name")
	if err := f.err(); err != nil {
		return err
	}
	g.Name = name
	return nil
}

func (c *call) group() (*group, error) {
	g, err := find(&c.groups, c.path("groupId"), "Group")
	if err == nil && g.OrgID != c.org.ID {
		return nil, notFound("Group", g.ID)
	}
	return g, err
}

// deleteGroup does not mind members.
func deleteGroup(c *call) (any, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	c.groups.drop(g.ID)
	for u := range c.users.all() {
		u.Groups = slices.DeleteFunc(u.Groups, func(id string) bool { return id == g.ID })
	}
	c.forget(g.ID)
	return map[string]any{}, nil
}
