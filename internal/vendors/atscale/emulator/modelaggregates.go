package emulator

// publicPage is how many definitions the public list shows, whatever it is asked for.
const publicPage = 10

func modelAggregateRoutes() []route {
	const one = "/v1/aggregates/definitions/{definitionId}"
	const model = "/catalogs/{catalogId}/models/{modelId}"
	return []route{
		{on: "GET /v1/aggregates", style: container, need: mayView, do: firstDefinitions},
		{on: "GET /v1/aggregates/instances", style: container, need: mayView, do: listInstances},
		{on: "GET /wapi/p/aggregate/definition", style: container, need: mayView, do: pageOfDefinitions},
		{on: "PUT " + one + "/block", style: container, need: mayManage, do: blockDefinition(true, "blocked")},
		{on: "PUT " + one + "/unblock", style: container, need: mayManage, do: blockDefinition(false, "unblocked")},
		{on: "DELETE " + one, style: container, need: mayManage, do: deleteDefinition},
		{on: "GET /v1/aggregates/export" + model, style: container, need: mayView, do: exportDefinitions},
		{on: "POST /v1/aggregates/import" + model, style: container, need: mayManage, do: importDefinitions},
	}
}

// modelView is the view of a definition by the words of this edition (inf).
func (a *aggregate) modelView() map[string]any {
	return map[string]any{
		"id": a.ID, "name": a.Name, "type": a.Type, "subtype": a.Subtype, "catalogId": a.ProjectID, "modelId": a.CubeID,
		"connectionId": a.ConnectionID, "isIncremental": a.Incremental, "isBlocked": a.Blocked, "stats": a.Stats,
	}
}

func (c *call) askedDefinitions() []*aggregate {
	return c.aggregatesOf(c.query("catalogId"), c.query("modelId"))
}

func firstDefinitions(c *call) (any, error) {
	all := c.askedDefinitions()
	return map[string]any{"data": views(all[:min(publicPage, len(all))], (*aggregate).modelView)}, nil
}

func pageOfDefinitions(c *call) (any, error) {
	return paged(c, views(c.askedDefinitions(), (*aggregate).modelView))
}

// paged answers a page of a list. Pages count from 1.
func paged[T any](c *call, all []T) (any, error) {
	part, out, err := pageOf(c, all)
	if err != nil {
		return nil, err
	}
	out["data"] = part
	return out, nil
}

func pageOf[T any](c *call, all []T) ([]T, map[string]any, error) {
	n, err := c.number("page", 1)
	if err != nil {
		return nil, nil, err
	}
	limit, err := c.number("limit", defaultLimit)
	if err != nil {
		return nil, nil, err
	}
	if n == 0 || limit == 0 {
		return nil, nil, badRequest("page and limit must be at least 1")
	}
	from := int(min(int64(n-1)*int64(limit), int64(len(all))))
	to := min(from+limit, len(all))
	return append([]T{}, all[from:to]...), map[string]any{"total": len(all), "page": n, "limit": limit}, nil
}

func listInstances(c *call) (any, error) {
	out := []any{}
	for _, a := range c.askedDefinitions() {
		for _, i := range a.Instances {
			out = append(out, map[string]any{
				"id": i.ID, "definitionId": a.ID, "catalogId": a.ProjectID, "modelId": a.CubeID, "connectionId": a.ConnectionID,
				"status": i.Status, "message": i.Message, "tableName": i.Table, "tableSchema": i.Schema,
				"buildQueryId": i.QueryID, "stats": a.Stats,
			})
		}
	}
	return map[string]any{"data": out}, nil
}

// blockDefinition answers whether something changed (inf).
func blockDefinition(block bool, word string) handler {
	return func(c *call) (any, error) {
		a, err := c.definition()
		if err != nil {
			return nil, err
		}
		changed := a.Blocked != block
		a.Blocked = block
		return map[string]any{word: changed}, nil
	}
}

func deleteDefinition(c *call) (any, error) {
	a, err := c.definition()
	if err != nil {
		return nil, err
	}
	c.aggregates.drop(a.ID)
	return map[string]any{"deleted": true}, nil
}

// exportDefinitions makes what importDefinitions takes: system-defined aggregates only. (inf) Its shape.
func exportDefinitions(c *call) (any, error) {
	p, m, err := c.modelOf(c.path("catalogId"), c.path("modelId"))
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, a := range c.aggregatesOf(p.ID, m.ID) {
		if a.Type == systemDefined {
			out = append(out, map[string]any{
				"name": a.Name, "subtype": a.Subtype, "connectionId": a.ConnectionID, "incremental": a.Incremental,
			})
		}
	}
	return map[string]any{"catalogName": p.Name, "modelName": m.Name, "aggregates": out}, nil
}

func importDefinitions(c *call) (any, error) {
	p, m, err := c.modelOf(c.path("catalogId"), c.path("modelId"))
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"importDistributionKey", "importPartitionKeys", "importReplication"} {
		if _, err := c.flag(name); err != nil {
			return nil, err
		}
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	list := member[[]any](f, "aggregates", "list")
	if !f.has("aggregates") {
		f.complain("aggregates is required")
	}
	var read []*aggregate
	for _, v := range list {
		in, _ := v.(map[string]any)
		one := &fields{in: in}
		read = append(read, &aggregate{OrgID: Org, ProjectID: p.ID, CubeID: m.ID, Name: one.need("name"), Type: systemDefined,
			Subtype: one.text("subtype"), ConnectionID: one.text("connectionId"), Incremental: one.flag("incremental"),
			Stats: map[string]any{}, Instances: []instance{}})
		f.bad = append(f.bad, one.bad...)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	for _, a := range read {
		a.ID = c.newID()
		c.aggregates.put(a.ID, a)
	}
	return map[string]any{"imported": len(read)}, nil
}
