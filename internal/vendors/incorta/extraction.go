package incorta

import (
	"context"
	"fmt"
	"maps"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file extracts data of verified business views to external tables. It
// needs Advanced SQLi to be set up, and a Super admin user. Nothing lists external
// schemas and tables, so no call can be looked up afterwards.

var extractionOperations = []*op.Operation{
	createExternalSchema, deleteExternalSchema, createExternalTable, addExternalTableRows, deleteExternalTable,
}

// CreateExternalSchema is the input of incorta.create_external_schema.
type CreateExternalSchema struct {
	SchemaName string            `json:"schemaName" lua:"schema_name,required,key" doc:"Name: one of those that the management console allows."`
	More       map[string]op.Raw `json:"-" lua:"more" doc:"Further fields of the request, with the vendor's own names: the vendor's page could not be read to its end."`
}

// That the name is sent as schemaName is inferred from the sister endpoints.
var createExternalSchema = op.New(op.Operation{
	Name: "incorta.create_external_schema",
	Doc: `Creates an external schema, for tables of extracted data.

Raises invalid or conflict if there is one of that name, or the management console does not allow it, and denied if the
connection's user is no Super admin.`,
	Source:  docs + "create-external-schema-endpoint-v2",
	Since:   "2024.1.4",
	Example: `incorta.create_external_schema { schema_name = "lakehouse" }`,
	Effect:  op.Write,
	Object:  "external schema",
	Changes: []op.Change{op.Hides(externalSchema, "schema_name")},
	Inverse: op.Opposite("delete_external_schema", "schema_name"),
}, func(ctx context.Context, c *client, in CreateExternalSchema) (Done, error) {
	return c.extract(ctx, http.MethodPost, "schema", in.More, map[string]any{"schemaName": in.SchemaName})
})

// extract sends a request about extraction.
func (c *client) extract(ctx context.Context, method, what string, more map[string]op.Raw, fields map[string]any) (d Done, err error) {
	path, err := c.v2("extraction", what)
	if err != nil {
		return d, err
	}
	body := map[string]any{}
	for name, v := range more {
		if _, ours := fields[name]; ours {
			return d, &op.Error{Kind: op.Invalid, Cause: fmt.Sprintf("more holds %q, which is an argument of its own", name)}
		}
		body[name] = v
	}
	for name, v := range fields {
		if v == "" {
			return d, &op.Error{Kind: op.Invalid, Cause: name + " is empty", Hint: "check where it comes from"}
		}
	}
	maps.Copy(body, fields)
	return c.tell(ctx, rest.Request{Method: method, Path: path, Body: body})
}

// DeleteExternalSchema is the input of incorta.delete_external_schema.
type DeleteExternalSchema struct {
	SchemaName string       `json:"-" lua:"schema_name,required,key" doc:"External schema to delete."`
	Cascade    op.Opt[bool] `json:"cascade,omitzero" lua:"cascade" default:"false" doc:"Delete its tables and their files too. Clusters from 2024.1.6 or 2024.7."`
}

var deleteExternalSchema = op.New(op.Operation{
	Name: "incorta.delete_external_schema",
	Doc: `Deletes an external schema.

Raises invalid or conflict if it has tables and cascade is not set, not_found or invalid if there is none, and denied if
the connection's user is no Super admin.`,
	Source:      docs + "delete-external-schema-endpoint-v2",
	Since:       "2024.1.4",
	Example:     `incorta.delete_external_schema { schema_name = "ops_export", cascade = true }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "external schema",
	Changes: []op.Change{
		op.Hides(externalSchema, "schema_name"),
		op.When(func(a op.Args) bool { return a["cascade"] == true }, op.Stirs(externalTable)),
	},
}, func(ctx context.Context, c *client, in DeleteExternalSchema) (d Done, err error) {
	path, err := c.v2("extraction", "schema", in.SchemaName)
	if err != nil {
		return d, err
	}
	return c.tell(ctx, rest.Request{Method: http.MethodDelete, Path: path, Query: rest.Query(in)})
})

// CreateExternalTable is the input of incorta.create_external_table.
type CreateExternalTable struct {
	SourceTableName string            `json:"-" lua:"source_table_name,required" doc:"Verified business view to extract: schema.view."`
	TargetTableName string            `json:"-" lua:"target_table_name,required,key" doc:"External table to make: schema.table."`
	More            map[string]op.Raw `json:"-" lua:"more" doc:"Further fields of the request, with the vendor's own names, as for replacing what is there: the vendor's page could not be read to its end."`
}

var createExternalTable = op.New(op.Operation{
	Name: "incorta.create_external_table",
	Doc: `Extracts a business view to a new external table.

Raises invalid or conflict if the table or its files are there and more does not tell to replace them, not_found or
invalid if there is no such view or external schema, and denied if the connection's user is no Super admin.`,
	Source:  docs + "extract-to-external-table-endpoint-v2",
	Since:   "2024.1.4",
	Example: `incorta.create_external_table { source_table_name = "OpsViews.DelaysByCarrier", target_table_name = "ops_export.carriers" }`,
	Effect:  op.Write,
	Object:  "external table",
	Changes: []op.Change{op.Hides(externalTable, "target_table_name")},
	// A call with more may have replaced a table, which no deletion brings back.
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		_, replaces := u.Args["more"]
		return "delete_external_table", op.Args{"table_name": u.Args["target_table_name"], "purge": true}, !replaces
	},
}, func(ctx context.Context, c *client, in CreateExternalTable) (Done, error) {
	return c.extract(ctx, http.MethodPost, "table", in.More, map[string]any{
		"sourceTableName": in.SourceTableName, "targetTableName": in.TargetTableName,
	})
})

// AddExternalTableRows is the input of incorta.add_external_table_rows.
type AddExternalTableRows struct {
	SourceTableName string         `json:"-" lua:"source_table_name,required" doc:"Verified business view to extract: schema.view."`
	TargetTableName string         `json:"-" lua:"target_table_name,required,key" doc:"External table that gets the rows: schema.table."`
	Limit           op.Opt[string] `json:"-" lua:"limit" doc:"How many rows at most, as text. All if omitted."`
}

var addExternalTableRows = op.New(op.Operation{
	Name: "incorta.add_external_table_rows",
	Doc: `Extracts a business view and adds its rows to an external table.

Sent twice, it adds them twice. Raises not_found or invalid if there is no such view or table, and denied if the
connection's user is no Super admin.`,
	Source:  docs + "append-to-external-table-endpoint-v2",
	Since:   "2024.1.4",
	Example: `incorta.add_external_table_rows { source_table_name = "OpsViews.DelaysByCarrier", target_table_name = "ops_export.delays" }`,
	Effect:  op.Write,
	Object:  "external table",
	Changes: []op.Change{op.Hides(externalTable, "target_table_name")},
}, func(ctx context.Context, c *client, in AddExternalTableRows) (Done, error) {
	fields := map[string]any{"sourceTableName": in.SourceTableName, "targetTableName": in.TargetTableName}
	if in.Limit.Given {
		fields["limit"] = in.Limit.Value
	}
	return c.extract(ctx, http.MethodPut, "table", nil, fields)
})

// DeleteExternalTable is the input of incorta.delete_external_table.
type DeleteExternalTable struct {
	TableName string       `json:"-" lua:"table_name,required,key" doc:"External table to delete: schema.table."`
	Purge     op.Opt[bool] `json:"purge,omitzero" lua:"purge" default:"false" doc:"Delete its files too."`
}

var deleteExternalTable = op.New(op.Operation{
	Name: "incorta.delete_external_table",
	Doc: `Deletes an external table.

Its files stay, unless purge is set. Raises not_found or invalid if there is no such table, and denied if the
connection's user is no Super admin.`,
	Source:      docs + "delete-external-table-endpoint-v2",
	Since:       "2024.1.4",
	Example:     `incorta.delete_external_table { table_name = "ops_export.delays", purge = true }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "external table",
	Changes:     []op.Change{op.Hides(externalTable, "table_name")},
}, func(ctx context.Context, c *client, in DeleteExternalTable) (d Done, err error) {
	path, err := c.v2("extraction", "table", in.TableName)
	if err != nil {
		return d, err
	}
	return c.tell(ctx, rest.Request{Method: http.MethodDelete, Path: path, Query: rest.Query(in)})
})
