package workato

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

const lookupTablesPage = "https://docs.workato.com/workato-api/lookup-tables.html"

var lookupTableOperations = []*op.Operation{
	listLookupTables, createLookupTable, deleteLookupTables,
	listLookupTableRows, getLookupTableMatch, getLookupTableRow, createLookupTableRow, updateLookupTableRow, deleteLookupTableRow,
}

// LookupTable is a small table that recipes look things up in.
type LookupTable struct {
	ID        Int                `json:"id" lua:"id,key" doc:"Id."`
	Name      string             `json:"name" lua:"name" doc:"Name."`
	Schema    op.Opt[JSONText]   `json:"schema,omitzero" lua:"schema" doc:"Its columns: a text that holds JSON."`
	ProjectID op.Opt[Int]        `json:"project_id,omitzero" lua:"project_id" doc:"Its project; absent if it has none."`
	CreatedAt op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra     op.Extra           `json:",embed"`
}

// JSONText is a text that holds JSON; some answers may give the JSON itself.
type JSONText string

// UnmarshalJSONFrom reads a text, or the JSON as a text.
func (t *JSONText) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '"' {
		return json.UnmarshalDecode(dec, (*string)(t))
	}
	v, err := dec.ReadValue()
	*t = JSONText(v)
	return err
}

var listLookupTables = op.NewList(op.Operation{
	Name: "workato.list_lookup_tables",
	Doc: `Lists lookup tables.

All that the client can see, in Workato's order.`,
	Source:      lookupTablesPage,
	Example:     `for t in iter(workato.list_lookup_tables) do print(t.id, t.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "lookup table",
	Shows:       unless(op.Many(lookupTable, nil), content),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]LookupTable, string, error) {
	return page[LookupTable](ctx, c, rest.Path("lookup_tables"), nil, byPage, cursor)
})

// CreateLookupTable is the input of workato.create_lookup_table.
type CreateLookupTable struct {
	Name      string        `json:"name" lua:"name,required,key" doc:"Name."`
	Schema    []Column      `json:"schema" lua:"schema,required" doc:"Its columns, 10 at most."`
	ProjectID op.Opt[int64] `json:"project_id,omitzero" lua:"project_id" doc:"Project it belongs to."`
}

// Column is a column of a lookup table.
type Column struct {
	Label string `json:"label" lua:"label,required" doc:"Name of the column."`
}

// That the fields stand in a member lookup_table is what clients in the field
// send.
var createLookupTable = op.New(op.Operation{
	Name: "workato.create_lookup_table",
	Doc: `Creates a lookup table.

Raises invalid if Workato refuses the name or a column.`,
	Source:  lookupTablesPage,
	Example: `local id = workato.create_lookup_table { name = "Cost centres", schema = { { label = "code" }, { label = "owner" } } }.id`,
	Effect:  op.Write,
	Object:  "lookup table",
	Shows:   op.Created(lookupTable),
	Changes: []op.Change{op.Creates(lookupTable, op.With{"schema": op.Vague()})},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		id := op.Element(u.Answer, "id")
		return "delete_lookup_tables", op.Args{"lookup_table_ids": []any{id}}, id != nil
	},
}, func(ctx context.Context, c *client, in CreateLookupTable) (t LookupTable, err error) {
	if n := len(in.Schema); n < 1 || n > 10 {
		return t, invalid("schema has no column, or more than 10", "give 1 to 10 columns")
	}
	return t, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("lookup_tables"), Body: wrapped("lookup_table", in)}, &t)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateLookupTable, since time.Time) (t LookupTable, landed bool, err error) {
	all, err := everything[LookupTable](ctx, c, rest.Path("lookup_tables"), nil, byPage)
	if err != nil {
		return t, false, err
	}
	found, err := newest(all, since, func(x LookupTable) bool { return x.Name == in.Name }, func(x LookupTable) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return t, false, err
	}
	return theOne(found, "lookup table "+in.Name)
}))

// DeleteLookupTables is the input of workato.delete_lookup_tables.
type DeleteLookupTables struct {
	IDs []int64 `json:"ids" lua:"lookup_table_ids,required" doc:"Tables to delete."`
}

var deleteLookupTables = op.New(op.Operation{
	Name: "workato.delete_lookup_tables",
	Doc: `Deletes lookup tables with their rows.

Recipes that use them fail from then on. What becomes of ids that there are none of is not documented.`,
	Source:      lookupTablesPage,
	Example:     `workato.delete_lookup_tables { lookup_table_ids = { 41 } }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "lookup tables",
	Changes: []op.Change{func(s *op.Scene) {
		ids, _ := s.Args["lookup_table_ids"].([]any)
		for _, id := range ids {
			s.Do(op.Mutation{Entity: lookupTable, ID: id, Act: op.ActRemove})
		}
	}, op.Stirs(lookupRows)},
}, func(ctx context.Context, c *client, in DeleteLookupTables) (op.None, error) {
	if len(in.IDs) == 0 {
		return op.None{}, invalid("lookup_table_ids is empty", "name a table at least")
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("lookup_tables", "batch_delete"), Body: in})
})

// Row is a row of a lookup table.
type Row struct {
	ID            op.Opt[Int]        `json:"id,omitzero" lua:"id,key" doc:"Id."`
	LookupTableID op.Opt[Int]        `json:"lookup_table_id,omitzero" lua:"lookup_table_id" doc:"Its table."`
	Data          map[string]op.Raw  `json:"data" lua:"data" doc:"Values by their columns."`
	CreatedAt     op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt     op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra         op.Extra           `json:",embed"`
}

// rowPaging is longer than that of other lists.
var rowPaging = paging{number: "page", size: "per_page", per: 1000}

// ListLookupTableRows is the input of workato.list_lookup_table_rows.
type ListLookupTableRows struct {
	TableID int64             `json:"-" lua:"lookup_table_id,required,key" doc:"Table whose rows are listed."`
	By      map[string]string `json:"-" lua:"by" doc:"Only rows with these values in these columns."`
}

// by are the columns that select rows.
func by(columns map[string]string) url.Values {
	q := url.Values{}
	for name, value := range columns {
		q.Set("by["+name+"]", value)
	}
	return q
}

var listLookupTableRows = op.NewList(op.Operation{
	Name: "workato.list_lookup_table_rows",
	Doc: `Lists the rows of a lookup table.

All that match, in Workato's order. Raises not_found if there is no such table.`,
	Source:      lookupTablesPage,
	Example:     `for r in iter(workato.list_lookup_table_rows, { lookup_table_id = 41, by = { owner = "Ada" } }) do print(r.id, r.data.code) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "rows of lookup table",
	Shows:       within(op.Blind(lookupRows, content), lookupTable, "lookup_table_id"),
}, func(ctx context.Context, c *client, in ListLookupTableRows, cursor string) ([]Row, string, error) {
	return page[Row](ctx, c, rest.Path("lookup_tables", in.TableID, "rows"), by(in.By), rowPaging, cursor)
})

// GetLookupTableMatch is the input of workato.get_lookup_table_match.
type GetLookupTableMatch struct {
	TableID int64             `json:"-" lua:"lookup_table_id,required,key" doc:"Table to look into."`
	By      map[string]string `json:"-" lua:"by,required" doc:"Values by their columns."`
}

var getLookupTableMatch = op.New(op.Operation{
	Name: "workato.get_lookup_table_match",
	Doc: `Reads the first row of a lookup table that has some values.

Raises not_found if there is none, or no such table.`,
	Source:      lookupTablesPage,
	Example:     `print(workato.get_lookup_table_match { lookup_table_id = 41, by = { code = "F-1" } }.data.owner)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "rows of lookup table",
	Shows:       within(op.Blind(lookupRows, content), lookupTable, "lookup_table_id"),
}, func(ctx context.Context, c *client, in GetLookupTableMatch) (r Row, err error) {
	if len(in.By) == 0 {
		return r, invalid("by is empty", "name a column at least")
	}
	return r, c.get(ctx, rest.Path("lookup_tables", in.TableID, "lookup"), by(in.By), &r)
})

// RowID is the input of operations that take no more than a row.
type RowID struct {
	TableID int64 `json:"-" lua:"lookup_table_id,required" doc:"Table of the row."`
	RowID   int64 `json:"-" lua:"row_id,required,key" doc:"Row that is meant."`
}

func (in RowID) path() string { return rest.Path("lookup_tables", in.TableID, "rows", in.RowID) }

var getLookupTableRow = op.New(op.Operation{
	Name: "workato.get_lookup_table_row",
	Doc: `Reads one row of a lookup table.

Raises not_found if there is no such table or row.`,
	Source:      lookupTablesPage,
	Example:     `print(workato.get_lookup_table_row { lookup_table_id = 41, row_id = 7 }.data.owner)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "row of lookup table",
	Shows:       within(op.Blind(lookupRows, content), lookupTable, "lookup_table_id"),
}, func(ctx context.Context, c *client, in RowID) (r Row, err error) {
	return r, c.get(ctx, in.path(), nil, &r)
})

// CreateLookupTableRow is the input of workato.create_lookup_table_row.
type CreateLookupTableRow struct {
	TableID int64             `json:"-" lua:"lookup_table_id,required,key" doc:"Table that the row is added to."`
	Data    map[string]op.Raw `json:"data" lua:"data,required" doc:"Values by their columns."`
}

// No probe: two rows may be the same, and rows do not tell for certain when
// they were made.
var createLookupTableRow = op.New(op.Operation{
	Name: "workato.create_lookup_table_row",
	Doc: `Adds a row to a lookup table.

Raises not_found if there is no such table, and invalid if it has no such column.`,
	Source:  lookupTablesPage,
	Example: `workato.create_lookup_table_row { lookup_table_id = 41, data = { code = "F-1", owner = "Ada" } }`,
	Effect:  op.Write,
	Object:  "row of lookup table",
	Changes: []op.Change{op.Hides(lookupTable, "lookup_table_id"), op.Stirs(lookupRows)},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		id := op.Element(u.Answer, "id")
		return "delete_lookup_table_row", op.Args{"lookup_table_id": u.Args["lookup_table_id"], "row_id": id}, id != nil
	},
}, func(ctx context.Context, c *client, in CreateLookupTableRow) (r Row, err error) {
	return r, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("lookup_tables", in.TableID, "rows"), Body: in}, &r)
})

// UpdateLookupTableRow is the input of workato.update_lookup_table_row.
type UpdateLookupTableRow struct {
	RowID
	Data map[string]op.Raw `json:"data" lua:"data,required" doc:"New values by their columns; columns that are not named keep theirs."`
}

var updateLookupTableRow = op.New(op.Operation{
	Name: "workato.update_lookup_table_row",
	Doc: `Changes values of a row of a lookup table.

Only the columns that are named change. Raises not_found if there is no such table or row, and invalid if it has no such
column.`,
	Source:      lookupTablesPage,
	Example:     `workato.update_lookup_table_row { lookup_table_id = 41, row_id = 7, data = { owner = "Lin" } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "row of lookup table",
	Changes:     []op.Change{op.Hides(lookupTable, "lookup_table_id"), op.Stirs(lookupRows)},
}, func(ctx context.Context, c *client, in UpdateLookupTableRow) (r Row, err error) {
	return r, c.one(ctx, rest.Request{Method: http.MethodPut, Path: in.path(), Body: map[string]any{"data": in.Data}}, &r)
})

var deleteLookupTableRow = op.New(op.Operation{
	Name: "workato.delete_lookup_table_row",
	Doc: `Deletes a row of a lookup table.

Raises not_found if there is no such table or row.`,
	Source:      lookupTablesPage,
	Example:     `workato.delete_lookup_table_row { lookup_table_id = 41, row_id = 7 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "row of lookup table",
	Changes:     []op.Change{op.Hides(lookupTable, "lookup_table_id"), op.Stirs(lookupRows)},
}, func(ctx context.Context, c *client, in RowID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: in.path()})
})
