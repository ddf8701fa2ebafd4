package emulator

import (
	"slices"
	"time"
)

// An aggregate is the definition of one; its instances are the tables that were built by it.
type aggregate struct {
	ID           string         `json:"id"`
	OrgID        string         `json:"orgId"`
	ProjectID    string         `json:"projectId"` // the published one
	CubeID       string         `json:"cubeId"`
	Name         string         `json:"name"`
	Type         string         `json:"type"`
	Subtype      string         `json:"subtype"`
	ConnectionID string         `json:"connectionId"`
	Incremental  bool           `json:"incremental"`
	Stats        map[string]any `json:"stats"`
	Blocked      bool           `json:"blocked"`
	Instances    []instance     `json:"instances"` // the latest is last, and the active one unless it is blocked
}

// An instance is a table in the warehouse.
type instance struct {
	ID      string    `json:"id"`
	Status  string    `json:"status"`
	Message string    `json:"message"`
	Schema  string    `json:"tableSchema"`
	Table   string    `json:"tableName"`
	Created time.Time `json:"created"`
	QueryID string    `json:"buildQueryId"`
}

const (
	userDefined   = "user_defined"
	systemDefined = "system_defined"
)

func aggregateRoutes() []route {
	const list = "/aggregates/orgId/{orgId}"
	const one = list + "/definitionId/{definitionId}"
	return []route{
		{on: "GET " + list, style: engine, need: mayView, do: listAggregates},
		{on: "DELETE " + one + "/instanceId/{instanceId}", style: engine, need: mayManage, do: blockInstance},
		{on: "PUT " + one, style: engine, need: mayManage, do: unblockDefinition},
		{on: "PUT " + one + "/instanceId/{instanceId}", style: engine, need: mayManage, do: unblockInstance},
	}
}

// aggregatesOf are those of a project and a cube, or of all if the ids are empty.
func (c *call) aggregatesOf(projectID, cubeID string) []*aggregate {
	return c.aggregates.where(func(a *aggregate) bool {
		return a.OrgID == c.org.ID && (projectID == "" || a.ProjectID == projectID) && (cubeID == "" || a.CubeID == cubeID)
	})
}

func listAggregates(c *call) (any, error) {
	return listed(c, views(c.aggregatesOf(c.query("projectId"), c.query("cubeId")), (*aggregate).view))
}

func (a *aggregate) view() map[string]any {
	return map[string]any{
		"id": a.ID, "name": a.Name, "type": a.Type, "subtype": a.Subtype, "project_id": a.ProjectID,
		"cube_id": a.CubeID, "connection_id": a.ConnectionID, "incremental": a.Incremental, "stats": a.Stats,
		"latest_instance": a.latest().view(), "active_instance": a.active().view(),
	}
}

// latest is nil if none was built.
func (a *aggregate) latest() *instance {
	if len(a.Instances) == 0 {
		return nil
	}
	return &a.Instances[len(a.Instances)-1]
}

func (a *aggregate) active() *instance {
	if a.Blocked {
		return nil
	}
	return a.latest()
}

func (i *instance) view() any {
	if i == nil {
		return nil
	}
	return map[string]any{
		"id": i.ID, "status": i.Status, "table_name": i.Table, "table_schema": i.Schema, "created": moment(i.Created),
	}
}

func (c *call) definition() (*aggregate, error) {
	a, err := find(&c.aggregates, c.path("definitionId"), "Aggregate definition")
	if err == nil && a.OrgID != c.org.ID {
		return nil, notFound("Aggregate definition", a.ID)
	}
	return a, err
}

// instance finds the instance of the path.
func (c *call) instance() (*aggregate, error) {
	a, err := c.definition()
	if err != nil {
		return nil, err
	}
	id := c.path("instanceId")
	if !slices.ContainsFunc(a.Instances, func(i instance) bool { return i.ID == id }) {
		return nil, notFound("Aggregate instance", id)
	}
	return a, nil
}

// blockInstance deactivates; (inf) without block it drops the instance instead.
func blockInstance(c *call) (any, error) {
	a, err := c.instance()
	if err != nil {
		return nil, err
	}
	block, err := c.flag("block")
	if err != nil {
		return nil, err
	}
	done := true
	if block {
		done, a.Blocked = !a.Blocked, true
	} else {
		id := c.path("instanceId")
		a.Instances = slices.DeleteFunc(a.Instances, func(i instance) bool { return i.ID == id })
	}
	return map[string]any{"deleted": done}, nil
}

// unblockDefinition does all there is to do.
func unblockDefinition(c *call) (any, error) {
	a, err := c.definition()
	if err != nil {
		return nil, err
	}
	if ok, err := c.flag("unblock"); err != nil || !ok {
		return nil, badRequest("unblock=true is required")
	}
	was := a.Blocked
	a.Blocked = false
	return map[string]any{"updated": was}, nil
}

// unblockInstance finds nothing left to do after unblockDefinition, which is normal.
func unblockInstance(c *call) (any, error) {
	if _, err := c.instance(); err != nil {
		return nil, err
	}
	return unblockDefinition(c)
}

// serveDefined makes definitions of what users wrote into the draft, once each (inf).
func (c *call) serveDefined(p *project) {
	for _, k := range p.Cubes {
		for _, d := range k.Defined {
			id := "udagg-" + d.ID + "-" + p.EngineID
			if c.aggregates.get(id) == nil {
				c.aggregates.put(id, &aggregate{ID: id, OrgID: p.OrgID, ProjectID: p.EngineID, CubeID: k.ID, Name: d.Name,
					Type: userDefined, Subtype: "fact", ConnectionID: financeConnection, Stats: map[string]any{}, Instances: []instance{}})
			}
		}
	}
}
