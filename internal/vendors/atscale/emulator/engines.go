package emulator

// An engineNode is an engine as Design Center knows it.
type engineNode struct {
	ID         string         `json:"engine_id"`
	OrgID      string         `json:"org_id"`
	Name       string         `json:"name"`
	Protocol   string         `json:"protocol"`
	Host       string         `json:"host"`
	Port       int            `json:"port"`
	Properties map[string]any `json:"properties"`
	Default    bool           `json:"default_engine"`
}

// An environment ties connections to a SQL port.
type environment struct {
	ID            string   `json:"id"`
	OrgID         string   `json:"org_id"`
	EngineID      string   `json:"engine_id"`
	Name          string   `json:"name"`
	ConnectionIDs []string `json:"connectionIds"`
	Port          int      `json:"hiveServer2Port"`
}

func engineRoutes() []route {
	const list = orgPath + "/engine"
	const one = list + "/{engineId}"
	return []route{
		{on: "GET " + list, need: mayDesign, do: listEngines},
		{on: "POST " + list, need: mayAdminister, do: createEngine},
		{on: "PUT " + one, need: mayAdminister, do: updateEngine},
		{on: "DELETE " + one, need: mayAdminister, do: deleteEngine}, // (inf)
		{on: "GET " + one + "/environments", need: mayDesign, do: listEnvironments},
		{on: "POST /environments/orgId/{orgId}", style: engine, need: mayConnect, do: createEnvironment},
	}
}

func listEngines(c *call) (any, error) {
	return c.engines.where(func(e *engineNode) bool { return e.OrgID == c.org.ID }), nil
}

func (c *call) engineOfPath() (*engineNode, error) {
	e, err := find(&c.engines, c.path("engineId"), "Engine")
	if err == nil && e.OrgID != c.org.ID {
		return nil, notFound("Engine", e.ID)
	}
	return e, err
}

func createEngine(c *call) (any, error) {
	e := &engineNode{OrgID: c.org.ID, Protocol: "http", Properties: map[string]any{}}
	if err := c.describe(e, true); err != nil {
		return nil, err
	}
	e.ID = c.newID()
	c.engines.put(e.ID, e)
	return e, nil
}

// updateEngine leaves alone what is not given (inf).
func updateEngine(c *call) (any, error) {
	e, err := c.engineOfPath()
	if err != nil {
		return nil, err
	}
	return e, c.describe(e, false)
}

func (c *call) describe(e *engineNode, whole bool) error {
	f, err := c.fields()
	if err != nil {
		return err
	}
	changed := *e
	if whole || f.has("name") {
		changed.Name = f.need("name")
	}
	if whole || f.has("host") {
		changed.Host = f.need("host")
	}
	if f.has("protocol") {
		changed.Protocol = f.need("protocol")
	}
	if whole || f.has("port") {
		changed.Port = f.number("port")
		if changed.Port < 1 || changed.Port > 65535 {
			f.complain("port must be a port")
		}
	}
	if f.has("properties") {
		changed.Properties = f.object("properties")
	}
	if f.has("default_engine") {
		changed.Default = f.flag("default_engine")
	}
	if id := f.text("org_id"); id != "" && id != c.org.ID {
		f.complain("org_id is not that of the path")
	}
	if err := f.err(); err != nil {
		return err
	}
	*e = changed
	return nil
}

func deleteEngine(c *call) (any, error) {
	e, err := c.engineOfPath()
	if err != nil {
		return nil, err
	}
	c.engines.drop(e.ID)
	return map[string]any{}, nil
}

// listEnvironments has all of the organization: (inf) one engine serves them.
func listEnvironments(c *call) (any, error) {
	if _, err := c.engineOfPath(); err != nil {
		return nil, err
	}
	return c.environments.where(func(e *environment) bool { return e.OrgID == c.org.ID }), nil
}

func createEnvironment(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	e := &environment{OrgID: c.org.ID, Name: f.need("name"), ConnectionIDs: f.texts("connectionIds"),
		Port: f.number("hiveServer2Port")}
	for _, id := range e.ConnectionIDs {
		if c.connection(id) == nil && c.warehouses.get(id) == nil {
			f.complain("connection %q not found", id)
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	e.ID = c.newID()
	c.environments.put(e.ID, e)
	return map[string]any{"id": e.ID}, nil
}
