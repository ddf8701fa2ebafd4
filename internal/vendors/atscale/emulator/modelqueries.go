package emulator

func modelQueryRoutes() []route {
	return []route{
		{on: "POST /engine/query/submit", style: container, do: submitXML},
		{on: "POST /api/query/submit/json", style: container, do: submitJSON},
		{on: "POST /engine/xmla", style: container, do: execute},
		{on: "POST /v1/xmla", style: container, do: execute},
		{on: "GET /wapi/p/queries", style: container, need: mayViewQueries, do: pageOfQueries},
	}
}

// pageOfQueries has its list under another name than others do. (inf) The names of what is in it.
func pageOfQueries(c *call) (any, error) {
	part, out, err := pageOf(c, views(c.queriesWhere("catalogId", "modelId", "status"), (*query).view))
	if err != nil {
		return nil, err
	}
	for _, q := range part {
		q["catalog_id"], q["model_id"] = q["project_id"], q["cube_id"]
		delete(q, "project_id")
		delete(q, "cube_id")
	}
	out["results"] = part
	return out, nil
}
