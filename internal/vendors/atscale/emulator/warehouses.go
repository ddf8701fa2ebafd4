package emulator

import (
	"maps"
	"net/http"
)

// A warehouse is a connection group: ways into one database, each for some kinds of queries.
type warehouse struct {
	ID           string           `json:"id"`
	OrgID        string           `json:"organizationId"`
	Name         string           `json:"name"`
	ConnectionID string           `json:"connectionId"`
	Platform     string           `json:"platformType"`
	Database     string           `json:"database"`
	Schema       string           `json:"defaultSchema"` // of aggregates
	Subgroups    []map[string]any `json:"subgroups"`
	Extra        map[string]any   `json:"extra,omitempty"` // of its platform
	CacheDrops   int              `json:"cacheRefreshes"`
}

// queryRoles are what a connection can be for.
var queryRoles = []string{
	"large_user_query_role", "small_user_query_role", "system_query_role", "canary_query_role", "agg_creation_role",
}

func warehouseRoutes() []route {
	const list = "/connection-groups/orgId/{orgId}"
	return []route{
		{on: "GET " + list, style: engine, do: listWarehouses},
		{on: "POST " + list, style: engine, need: mayConnect, do: createWarehouse},
		{on: "POST " + list + "/connection-group/{groupId}", style: engine, need: mayConnect, do: addConnection},
	}
}

func (c *call) warehousesHere() []*warehouse {
	return c.warehouses.where(func(w *warehouse) bool { return w.OrgID == c.org.ID })
}

func listWarehouses(c *call) (any, error) {
	rows := views(c.warehousesHere(), (*warehouse).view)
	return map[string]any{"results": map[string]any{"count": len(rows), "values": rows}}, nil
}

// view shows connections without their passwords (inf).
func (w *warehouse) view() any {
	subgroups := []any{}
	for _, s := range w.Subgroups {
		shown := maps.Clone(s)
		delete(shown, "password")
		subgroups = append(subgroups, shown)
	}
	out := maps.Clone(w.Extra)
	if out == nil {
		out = map[string]any{}
	}
	maps.Copy(out, map[string]any{
		"id": w.ID, "name": w.Name, "platformType": w.Platform, "connectionId": w.ConnectionID, "database": w.Database,
		"organizationId": w.OrgID, "defaultSchema": w.Schema, "subgroups": subgroups,
	})
	return out
}

// createWarehouse answers that it was created, with status 200.
func createWarehouse(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	w := &warehouse{OrgID: c.org.ID, Name: f.need("name"), ConnectionID: f.need("connectionId"),
		Schema: f.text("defaultSchema"), Platform: f.text("platformType"), Database: f.text("database"), Extra: f.in, Subgroups: []map[string]any{}}
	if list, ok := f.in["subgroups"].([]any); f.has("subgroups") && (!ok || len(list) > 0) {
		f.complain("subgroups must be an empty list") // (inf) connections are added by the other call
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if c.connection(w.ConnectionID) != nil {
		return nil, refuse(http.StatusConflict, "Connection %s already exists", w.ConnectionID) // (inf)
	}
	w.ID = c.newID()
	c.warehouses.put(w.ID, w)
	return map[string]any{"created": true, "id": w.ID}, nil
}

// connection finds a warehouse by the id that its maker gave it.
func (c *call) connection(id string) *warehouse {
	for _, w := range c.warehousesHere() {
		if w.ConnectionID == id {
			return w
		}
	}
	return nil
}

func addConnection(c *call) (any, error) {
	w, err := find(&c.warehouses, c.path("groupId"), "Connection group")
	if err != nil {
		return nil, err
	}
	if w.OrgID != c.org.ID {
		return nil, notFound("Connection group", w.ID)
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	f.need("name")
	f.need("hosts")
	f.oneOf("queryRoles", queryRoles)
	if err := f.err(); err != nil {
		return nil, err
	}
	id := c.newID()
	s := maps.Clone(f.in)
	s["id"] = id
	w.Subgroups = append(w.Subgroups, s)
	return map[string]any{"id": id}, nil
}
