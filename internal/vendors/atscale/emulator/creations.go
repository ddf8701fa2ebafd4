package emulator

// A creation is a schedule by which aggregates are defined, not only built.
type creation struct {
	ID         string `json:"id"`
	OrgID      string `json:"orgId"`
	ProjectID  string `json:"projectId"` // the draft (inf)
	CubeID     string `json:"cubeId"`
	Expression string `json:"time_expression"`
	Active     bool   `json:"active"`
	CreatedBy  string `json:"createdBy"`
}

// creationRoutes are in Design Center's envelope. (inf) All of the schedules but their path.
func creationRoutes() []route {
	const list = "/org/{orgId}/project/{projectId}/cube/{cubeId}/aggregates-creation/scheduler"
	return []route{
		{on: "GET /org/{orgId}/aggregates-creation/builds/history", need: mayView, do: creationHistory},
		{on: "GET " + list, need: mayView, do: listCreations},
		{on: "POST " + list, need: mayManage, do: createCreation},
	}
}

func creationHistory(c *call) (any, error) {
	part, out, err := cut(c, views(c.batchesOf(ofCreations, "", ""), c.batchView))
	if err != nil {
		return nil, err
	}
	for _, b := range part {
		delete(b, "isFullBuild")
		delete(b, "message")
	}
	return map[string]any{"data": part, "limit": out["limit"], "offset": out["offset"], "force_pull": false}, nil
}

func (c *call) cubeOfPath() (*project, *cube, error) {
	p, err := c.project()
	if err != nil {
		return nil, nil, err
	}
	k := p.cube(c.path("cubeId"))
	if k == nil {
		return nil, nil, notFound("Cube", c.path("cubeId"))
	}
	return p, k, nil
}

func listCreations(c *call) (any, error) {
	p, k, err := c.cubeOfPath()
	if err != nil {
		return nil, err
	}
	return c.creations.where(func(s *creation) bool { return s.ProjectID == p.ID && s.CubeID == k.ID }), nil
}

func createCreation(c *call) (any, error) {
	p, k, err := c.cubeOfPath()
	if err != nil {
		return nil, err
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	s := &creation{OrgID: c.org.ID, ProjectID: p.ID, CubeID: k.ID, Active: true, CreatedBy: c.by.ID}
	s.Expression = f.quartz("time_expression")
	if err := f.err(); err != nil {
		return nil, err
	}
	s.ID = c.newID()
	c.creations.put(s.ID, s)
	return s, nil
}
