package emulator

import "slices"

// The tables of all warehouses, and their columns.
var (
	warehouseSchemas = []string{"finance", "operations", "atscale_aggs"}
	warehouseTables  = map[string][]named[string]{
		"fact_sales":     {{"order_id", "long"}, {"order_date", "date"}, {"customer_key", "long"}, {"amount", "decimal"}},
		"dim_customer":   {{"customer_key", "long"}, {"customer_name", "string"}, {"straße", "string"}},
		"fact_shipments": {{"shipment_id", "long"}, {"shipped_at", "timestamp"}, {"delay_days", "int"}},
	}
)

func dataSourceRoutes() []route {
	const of = "/data-sources/orgId/{orgId}/conn/{connId}"
	return []route{
		{on: "GET " + of + "/databases", style: engine, need: mayDesign, do: listDatabases},
		{on: "GET " + of + "/schemas", style: engine, need: mayDesign, do: listSchemas},
		{on: "GET " + of + "/tables", style: engine, need: mayDesign, do: listTables},
		{on: "GET " + of + "/table/{table}/info", style: engine, need: mayDesign, do: tableInfo},
		{on: "POST " + of + "/tables/cacheRefresh", style: engine, need: mayDesign, do: refreshTables},
		{on: "POST " + of + "/query/info", style: engine, need: mayDesign, do: queryInfo},
	}
}

// browsed finds the warehouse of the path. (inf) A wrong database or schema is not found.
func (c *call) browsed() (*warehouse, error) {
	w := c.connection(c.path("connId"))
	if w == nil {
		return nil, notFound("Connection", c.path("connId"))
	}
	if d := c.query("database"); d != "" && d != w.Database {
		return nil, notFound("Database", d)
	}
	if s := c.query("schema"); s != "" && !slices.Contains(warehouseSchemas, s) {
		return nil, notFound("Schema", s)
	}
	return w, nil
}

func listDatabases(c *call) (any, error) {
	w, err := c.browsed()
	if err != nil {
		return nil, err
	}
	return []string{w.Database}, nil
}

func listSchemas(c *call) (any, error) {
	_, err := c.browsed()
	return warehouseSchemas, err
}

func listTables(c *call) (any, error) {
	_, err := c.browsed()
	return []string{"dim_customer", "fact_sales", "fact_shipments"}, err
}

func tableInfo(c *call) (any, error) {
	if _, err := c.browsed(); err != nil {
		return nil, err
	}
	columns, ok := warehouseTables[c.path("table")]
	if !ok {
		return nil, notFound("Table", c.path("table"))
	}
	return columnsView(columns), nil
}

func columnsView(columns []named[string]) any {
	out := []any{}
	for _, k := range columns {
		out = append(out, map[string]any{"name": k.ID, "column-type": map[string]any{"data-type": k.Name}})
	}
	return map[string]any{"columns": out}
}

// refreshTables counts, since nothing else is to be seen of it.
func refreshTables(c *call) (any, error) {
	w, err := c.browsed()
	if err != nil {
		return nil, err
	}
	w.CacheDrops++
	return map[string]any{}, nil
}

// queryInfo tells the columns of a text it does not read: always the same. (inf) All of it.
func queryInfo(c *call) (any, error) {
	if _, err := c.browsed(); err != nil {
		return nil, err
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	f.need("query")
	if err := f.err(); err != nil {
		return nil, err
	}
	return columnsView(warehouseTables["fact_sales"]), nil
}
