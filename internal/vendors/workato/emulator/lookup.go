package emulator

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// A lookupTable is a small table that recipes read.
type lookupTable struct {
	ID          int64                   `json:"id"`
	Name        string                  `json:"name"`
	Environment environment             `json:"environment_type"`
	ProjectID   int64                   `json:"project_id,omitempty"`
	Columns     []string                `json:"columns"`
	Rows        table[int64, lookupRow] `json:"rows"`
	CreatedAt   time.Time               `json:"created_at"`
	UpdatedAt   time.Time               `json:"updated_at"`
}

type lookupRow struct {
	ID        int64             `json:"id"`
	Data      map[string]string `json:"data"`
	CreatedAt time.Time         `json:"created_at"`
	UpdatedAt time.Time         `json:"updated_at"`
}

const mostColumns = 10

func lookupRoutes() []route {
	in := perMinute("lookup_tables")
	return []route{
		{on: "GET /api/lookup_tables", bucket: in, do: listTables},
		{on: "POST /api/lookup_tables", bucket: in, do: createTable},
		{on: "POST /api/lookup_tables/batch_delete", bucket: perSecond("lookup_tables batch_delete"), do: deleteTables},
		{on: "GET /api/lookup_tables/{id}/rows", bucket: in, do: onTable(listRows)},
		{on: "POST /api/lookup_tables/{id}/rows", bucket: in, do: onTable(addRow)},
		{on: "GET /api/lookup_tables/{id}/lookup", bucket: in, do: onTable(lookUp)},
		{on: "GET /api/lookup_tables/{id}/rows/{rid}", bucket: in, do: onRow(getRow)},
		{on: "PUT /api/lookup_tables/{id}/rows/{rid}", bucket: in, do: onRow(updateRow)},
		{on: "DELETE /api/lookup_tables/{id}/rows/{rid}", bucket: in, do: onRow(deleteRow)},
	}
}

// lookupTable is one that the caller can see, or nil. Those of no project belong to the environment.
func (c *call) lookupTable(id int64) *lookupTable {
	t := c.tables.get(id)
	if t == nil || t.Environment != c.env || t.ProjectID != 0 && c.project(t.ProjectID) == nil {
		return nil
	}
	return t
}

func onTable(do func(*call, *lookupTable) (any, error)) handler {
	return func(c *call) (any, error) {
		t := c.lookupTable(c.pathID("id"))
		if t == nil {
			return nil, notFound()
		}
		return do(c, t)
	}
}

func onRow(do func(*call, *lookupTable, *lookupRow) (any, error)) handler {
	return onTable(func(c *call, t *lookupTable) (any, error) {
		row := t.Rows.get(c.pathID("rid"))
		if row == nil {
			return nil, notFound()
		}
		return do(c, t, row)
	})
}

// tableView has the schema in a text.
func tableView(t *lookupTable) object {
	labels := []object{}
	for _, name := range t.Columns {
		labels = append(labels, object{"label": name})
	}
	schema, _ := json.Marshal(labels) // texts in lists always can be
	return object{"id": t.ID, "name": t.Name, "schema": string(schema), "project_id": orNull(t.ProjectID),
		"created_at": at(t.CreatedAt), "updated_at": at(t.UpdatedAt)}
}

func listTables(c *call) (any, error) {
	return bare(c, views(c.tables.where(func(t *lookupTable) bool { return c.lookupTable(t.ID) != nil }), tableView))
}

// createTable takes the table bare or under its name, and the schema as a list or in a text (inf).
func createTable(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in = in.within("lookup_table")
	in.need("name", "schema")
	t := &lookupTable{Name: in.short("name", 255), Environment: c.env, ProjectID: in.id("project_id"), Rows: table[int64,
		lookupRow]{},
		CreatedAt: c.now, UpdatedAt: c.now, Columns: in.columns()}
	if in.has("project_id") && c.project(t.ProjectID) == nil {
		in.complain("project_id", "is unknown")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	t.ID = c.newID()
	c.tables.put(t.ID, t)
	c.record("LookupTable", "lookup_table_created", t.ID, t.Name)
	return tableView(t), nil
}

func (in *input) columns() []string {
	if s, ok := in.values["schema"].(string); ok {
		var list []any
		if json.Unmarshal([]byte(s), &list) == nil {
			in.values["schema"] = list
		}
	}
	out := []string{}
	for _, one := range in.objects("schema") {
		one.need("label")
		out = append(out, one.text("label"))
	}
	if len(out) > mostColumns {
		in.complain("schema", "has more than %d columns", mostColumns)
	}
	return out
}

// deleteTables deletes nothing if one is unknown (inf).
func deleteTables(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("ids")
	ids := in.ids("ids")
	if err := in.err(); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if c.lookupTable(id) == nil {
			return nil, notFound()
		}
	}
	for _, id := range ids {
		c.tables.drop(id)
		c.record("LookupTable", "lookup_table_deleted", id, "")
	}
	return success(), nil
}

func rowView(row *lookupRow) object {
	return object{"id": row.ID, "data": row.Data, "created_at": at(row.CreatedAt), "updated_at": at(row.UpdatedAt)}
}

// matching are the rows that have the values of by[column].
func (c *call) matching(t *lookupTable) (rows []*lookupRow, asked bool) {
	by := map[string]string{}
	for name, values := range c.r.URL.Query() {
		if column, ok := strings.CutPrefix(name, "by["); ok && strings.HasSuffix(column, "]") {
			by[strings.TrimSuffix(column, "]")] = values[0]
		}
	}
	return t.Rows.where(func(row *lookupRow) bool {
		for column, value := range by {
			if row.Data[column] != value {
				return false
			}
		}
		return true
	}), len(by) > 0
}

func listRows(c *call, t *lookupTable) (any, error) {
	p, err := c.pageOf("page", "per_page", 500, 1000)
	if err != nil {
		return nil, err
	}
	rows, _ := c.matching(t)
	return views(cut(p, rows), rowView), nil
}

func lookUp(c *call, t *lookupTable) (any, error) {
	rows, asked := c.matching(t)
	if !asked {
		return nil, badField("by", "can't be blank")
	}
	if len(rows) == 0 {
		return nil, notFound()
	}
	return rowView(rows[0]), nil
}

// readRow returns the row's values with those that are given. Unknown columns are refused (inf).
func (c *call) readRow(t *lookupTable, old map[string]string) (map[string]string, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("data")
	typed[object](in, "data", "an Object")
	given := in.within("data")
	if err := in.err(); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, name := range t.Columns {
		out[name] = ""
	}
	maps.Copy(out, old)
	for name := range given.values {
		if !slices.Contains(t.Columns, name) {
			given.complain(name, "is no column")
			continue
		}
		out[name] = given.text(name)
	}
	return out, in.err()
}

func addRow(c *call, t *lookupTable) (any, error) {
	values, err := c.readRow(t, nil)
	if err != nil {
		return nil, err
	}
	row := &lookupRow{c.newID(), values, c.now, c.now}
	t.Rows.put(row.ID, row)
	c.record("LookupTable", "lookup_table_row_created", t.ID, t.Name)
	return rowView(row), nil
}

func getRow(_ *call, _ *lookupTable, row *lookupRow) (any, error) { return rowView(row), nil }

func updateRow(c *call, t *lookupTable, row *lookupRow) (any, error) {
	values, err := c.readRow(t, row.Data)
	if err != nil {
		return nil, err
	}
	row.Data, row.UpdatedAt = values, c.now
	c.record("LookupTable", "lookup_table_row_updated", t.ID, t.Name)
	return rowView(row), nil
}

func deleteRow(c *call, t *lookupTable, row *lookupRow) (any, error) {
	t.Rows.drop(row.ID)
	c.record("LookupTable", "lookup_table_row_deleted", t.ID, t.Name)
	return success(), nil
}
