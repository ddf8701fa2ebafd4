package emulator

func modelBuildRoutes() []route {
	return []route{
		{on: "POST /v1/aggregates-batch/catalogs/{catalogId}/models/{modelId}", style: container, need: mayManage,
			do: startModelBuild},
		{on: "GET /wapi/p/aggregate/batch-history", style: container, need: mayView, do: modelBuildHistory},
	}
}

// modelBatchView is the view of a batch by the words of this edition.
func (c *call) modelBatchView(b *batch) map[string]any {
	out := c.batchView(b)
	out["catalogId"], out["modelId"] = b.ProjectID, b.CubeID
	for _, name := range []string{"projectId", "cubeId", "organizationId"} {
		delete(out, name)
	}
	return out
}

// startModelBuild takes overrides of grace periods as an object, as clients send them, or as the list of the documents.
func startModelBuild(c *call) (any, error) {
	if c.query("isFullBuild") == "" {
		return nil, badRequest("isFullBuild is required")
	}
	full, err := c.flag("isFullBuild")
	if err != nil {
		return nil, err
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	switch f.in["gracePeriodOverrides"].(type) {
	case nil, map[string]any, []any:
	default:
		return nil, badRequest("gracePeriodOverrides must be an object")
	}
	p, m, err := c.modelOf(c.path("catalogId"), c.path("modelId"))
	if err != nil {
		return nil, err
	}
	b, err := c.start(p, m, full)
	if err != nil {
		return nil, err
	}
	return made{map[string]any{"batch": c.modelBatchView(b), "success": true}}, nil
}

func modelBuildHistory(c *call) (any, error) {
	return paged(c, views(c.batchesOf(ofAll, c.query("catalogId"), c.query("modelId")), c.modelBatchView))
}
