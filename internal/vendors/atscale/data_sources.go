package atscale

import (
	"context"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file browses data warehouses: what they have, not what AtScale makes of
// it.

var dataSourceOperations = []*op.Operation{
	listDatabases, listSchemas, listTables, getTable, refreshTables, getQueryColumns,
}

// names are a list of names, written as texts or as objects with a name: which
// it is, is unconfirmed.
type names []string

func (n *names) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	list := under[named]("data", "databases", "schemas", "tables", "values")
	if err := list.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	*n = make(names, len(list.items))
	for i, x := range list.items {
		(*n)[i] = string(x)
	}
	return nil
}

type named string

func (n *named) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil || raw.Kind() != '{' {
		*n = named(text(raw))
		return err
	}
	for _, name := range []string{"name", "tableName", "schema", "database"} {
		if v, ok := member(raw, name); ok && *n == "" {
			*n = named(text(v))
		}
	}
	return nil
}

func (c *client) dataSource(connectionID string, segments ...any) string {
	return rest.Path("data-sources", "orgId", c.org, "conn", connectionID) + rest.Path(segments...)
}

func (c *client) names(ctx context.Context, path string, q url.Values) ([]string, error) {
	var list names
	err := c.engine.Get(ctx, path, q, &list)
	return list, err
}

// ListDatabases is the input of atscale.list_databases.
type ListDatabases struct {
	ConnectionID string `json:"-" lua:"connection_id,required,key" doc:"Data warehouse: connection_id of list_connection_groups."`
}

var listDatabases = op.New(op.Operation{
	Name: "atscale.list_databases",
	Doc: `Lists the databases of a data warehouse.

Their names, in the vendor's order; there is no paging. Installer edition. Raises not_found if there is no such data
warehouse.`,
	Source:      aiLink,
	Example:     `print(atscale.list_databases { connection_id = "warehouse" })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "databases of connection",
	Shows:       op.Blind(connectionGroup, enginesRunning),
}, installer(func(ctx context.Context, c *client, args ListDatabases) ([]string, error) {
	return c.names(ctx, c.dataSource(args.ConnectionID, "databases"), nil)
}))

// ListSchemas is the input of atscale.list_schemas.
type ListSchemas struct {
	ConnectionID string `json:"-" lua:"connection_id,required,key" doc:"Data warehouse: connection_id of list_connection_groups."`
	Database     string `json:"database" lua:"database,required" doc:"Database."`
}

var listSchemas = op.New(op.Operation{
	Name: "atscale.list_schemas",
	Doc: `Lists the schemas of a database.

Their names, in the vendor's order; there is no paging. Installer edition. Raises not_found if there is no such
database.`,
	Source:      aiLink,
	Example:     `print(atscale.list_schemas { connection_id = "warehouse", database = "sales" })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schemas of connection",
	Shows:       op.Blind(connectionGroup, enginesRunning),
}, installer(func(ctx context.Context, c *client, args ListSchemas) ([]string, error) {
	return c.names(ctx, c.dataSource(args.ConnectionID, "schemas"), rest.Query(args))
}))

// ListTables is the input of atscale.list_tables.
type ListTables struct {
	ConnectionID string `json:"-" lua:"connection_id,required,key" doc:"Data warehouse: connection_id of list_connection_groups."`
	Database     string `json:"database" lua:"database,required" doc:"Database."`
	Schema       string `json:"schema" lua:"schema,required" doc:"Schema of it."`
}

var listTables = op.New(op.Operation{
	Name: "atscale.list_tables",
	Doc: `Lists the tables of a schema.

Their names, in the vendor's order; there is no paging. AtScale keeps the list for a while: refresh_tables drops it.
Installer edition. Raises not_found if there is no such schema.`,
	Source:      aiLink,
	Example:     `print(atscale.list_tables { connection_id = "warehouse", database = "sales", schema = "public" })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "tables of connection",
	Shows:       op.Blind(connectionGroup, tableLists, enginesRunning),
}, installer(func(ctx context.Context, c *client, args ListTables) ([]string, error) {
	return c.names(ctx, c.dataSource(args.ConnectionID, "tables"), rest.Query(args))
}))

// Columns are those of a table or a query.
type Columns struct {
	Columns []Column `json:"columns" lua:"columns" doc:"The columns, in order."`
	Extra   op.Extra `json:",embed"`
}

// Column is a column of a table or a query.
type Column struct {
	Name  string     `json:"name" lua:"name,key" doc:"Name."`
	Type  ColumnType `json:"column-type,omitzero" lua:"column_type" doc:"Type."`
	Extra op.Extra   `json:",embed"`
}

// ColumnType is the type of a column.
type ColumnType struct {
	DataType op.Opt[string] `json:"data-type,omitzero" lua:"data_type" doc:"Type, as AtScale words it."`
	Extra    op.Extra       `json:",embed"`
}

// GetTable is the input of atscale.get_table.
type GetTable struct {
	ConnectionID string `json:"-" lua:"connection_id,required" doc:"Data warehouse: connection_id of list_connection_groups."`
	Database     string `json:"database" lua:"database,required" doc:"Database."`
	Schema       string `json:"schema" lua:"schema,required" doc:"Schema of it."`
	Table        string `json:"-" lua:"table,required,key" doc:"Table of it."`
}

var getTable = op.New(op.Operation{
	Name: "atscale.get_table",
	Doc: `Reads the columns of a table.

Installer edition. Raises not_found if there is no such table.`,
	Source:      aiLink,
	Example:     `for _, c in ipairs(atscale.get_table { connection_id = "warehouse", database = "sales", schema = "public", table = "orders" }.columns) do print(c.name, c.column_type.data_type) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "table",
	Shows:       op.Blind(connectionGroup, tableLists, enginesRunning),
}, installer(func(ctx context.Context, c *client, args GetTable) (t Columns, err error) {
	return t, c.engine.Get(ctx, c.dataSource(args.ConnectionID, "table", args.Table, "info"), rest.Query(args), in(&t))
}))

var refreshTables = op.New(op.Operation{
	Name: "atscale.refresh_tables",
	Doc: `Drops the list of tables that AtScale keeps of a data warehouse, so that new tables show.

Installer edition. Raises not_found if there is no such data warehouse.`,
	Source:      aiLink,
	Example:     `atscale.refresh_tables { connection_id = "warehouse" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "tables of connection",
	Changes:     []op.Change{op.Stirs(tableLists)},
}, installer(func(ctx context.Context, c *client, args ListDatabases) (op.None, error) {
	return op.None{}, c.engine.Post(ctx, c.dataSource(args.ConnectionID, "tables", "cacheRefresh"), nil, nil)
}))

// GetQueryColumns is the input of atscale.get_query_columns.
type GetQueryColumns struct {
	ConnectionID string `json:"-" lua:"connection_id,required,key" doc:"Data warehouse: connection_id of list_connection_groups."`
	Query        string `json:"query" lua:"query,required" doc:"SQL of the data warehouse."`
}

// The body is unconfirmed.
var getQueryColumns = op.New(op.Operation{
	Name: "atscale.get_query_columns",
	Doc: `Tells which columns a query on a data warehouse has.

The body is not documented where it can be read; it was inferred. Installer edition. Raises invalid if the query is not
understood, and not_found if there is no such data warehouse.`,
	Source:      aiLink,
	Example:     `print(atscale.get_query_columns { connection_id = "warehouse", query = "SELECT id FROM orders" }.columns)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "query",
	Shows:       op.Blind(connectionGroup, enginesRunning),
}, installer(func(ctx context.Context, c *client, args GetQueryColumns) (t Columns, err error) {
	return t, c.slowEngine.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: c.dataSource(args.ConnectionID, "query", "info"), Body: args, Safe: true,
	}, in(&t))
}))
