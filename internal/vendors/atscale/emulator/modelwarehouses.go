package emulator

import (
	"maps"
	"net/http"
)

// platforms are the last segments of the paths to which warehouses are posted.
var platforms = map[string]bool{"snowflake": true, "google-big-query": true, "databricks": true, "postgresql": true}

func modelWarehouseRoutes() []route {
	// (inf) What is beneath data-sources, by analogy with the other edition.
	const browse = "/v1/data-sources/conn/{connId}"
	return []route{
		{on: "GET /wapi/p/data-warehouses", style: container, do: listModelWarehouses},
		{on: "POST /wapi/p/data-warehouses/{platform}", style: container, need: mayConnect, do: createModelWarehouse},
		{on: "GET " + browse + "/databases", style: container, raw: true, need: mayDesign, do: listDatabases},
		{on: "GET " + browse + "/schemas", style: container, raw: true, need: mayDesign, do: listSchemas},
		{on: "GET " + browse + "/tables", style: container, raw: true, need: mayDesign, do: listTables},
		{on: "GET " + browse + "/table/{table}/info", style: container, raw: true, need: mayDesign, do: tableInfo},
	}
}

// listModelWarehouses shows who may use a warehouse; (inf) everybody if nothing is said.
func listModelWarehouses(c *call) (any, error) {
	return views(c.warehousesHere(), func(w *warehouse) any {
		out := map[string]any{"access": map[string]any{"users": []any{}, "groups": []any{map[string]any{"name": "everyone"}}},
			"isImpersonationEnabled": false, "isCanaryAlwaysEnabled": false, "isPartialAggHitEnabled": false}
		maps.Copy(out, w.Extra)
		maps.Copy(out, map[string]any{"id": w.ID, "name": w.Name, "connectionId": w.ConnectionID, "type": w.Platform,
			"aggregateSchema": w.Schema, "connections": w.Subgroups})
		return out
	}), nil
}

func createModelWarehouse(c *call) (any, error) {
	platform := c.path("platform")
	if !platforms[platform] {
		return nil, notFound("Platform", platform)
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	w := &warehouse{OrgID: Org, Platform: platform, Name: f.need("name"), ConnectionID: f.need("connectionId"),
		Schema: f.need("aggregateSchema"), Extra: map[string]any{}, Subgroups: []map[string]any{}}
	for _, name := range []string{"isImpersonationEnabled", "isCanaryAlwaysEnabled", "isPartialAggHitEnabled"} {
		w.Extra[name] = f.flag(name)
	}
	if !f.has("isPartialAggHitEnabled") {
		f.complain("isPartialAggHitEnabled is required") // since 2026.7
	}
	if f.has("access") {
		w.Extra["access"] = f.object("access")
	}
	for _, v := range member[[]any](f, "connections", "list") {
		in, ok := v.(map[string]any)
		if !ok {
			f.complain("connections must be a list of objects")
		}
		w.Subgroups = append(w.Subgroups, in)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if c.connection(w.ConnectionID) != nil {
		return nil, refuse(http.StatusConflict, "Connection %s already exists", w.ConnectionID) // (inf)
	}
	w.ID = c.newID()
	c.warehouses.put(w.ID, w)
	return map[string]any{"id": w.ID}, nil
}
