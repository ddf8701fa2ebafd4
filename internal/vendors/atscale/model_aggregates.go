package atscale

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"runner/internal/op"
	"runner/internal/rest"
)

var modelAggregateOperations = []*op.Operation{
	listModelAggregates, listModelAggregateInstances, deactivateModelAggregate, reactivateModelAggregate, deleteModelAggregate,
	exportModelAggregates, importModelAggregates,
}

// OfModel is a filter by model.
type OfModel struct {
	CatalogID string `json:"catalogId" lua:"catalog_id" doc:"Only those of this catalog."`
	ModelID   string `json:"modelId" lua:"model_id,key" doc:"Only those of this model."`
}

// ModelAggregate is the definition of an aggregate. Of its fields no more is
// documented.
type ModelAggregate struct {
	ID        string         `json:"id" lua:"id,key" doc:"Id of the definition."`
	CatalogID op.Opt[string] `json:"catalogId,omitzero" lua:"catalog_id" doc:"Catalog, if the answer tells it."`
	ModelID   op.Opt[string] `json:"modelId,omitzero" lua:"model_id" doc:"Model, if the answer tells it."`
	Extra     op.Extra       `json:",embed"`
}

// ListModelAggregates is the input of atscale.list_model_aggregates.
type ListModelAggregates struct {
	OfModel
	PageSize
}

var listModelAggregates = op.NewList(op.Operation{
	Name: "atscale.list_model_aggregates",
	Doc: `Lists the definitions of the aggregates of a model.

All that match, in the vendor's order. Container edition, by a path of its web application.`,
	Source:      psUtils,
	Example:     `for a in iter(atscale.list_model_aggregates, { catalog_id = catalog.id, model_id = model.id }) do print(a.id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "aggregates of model",
	Shows:       op.Blind(aggregatesInUse, droppedAggregates, builtAggregates, deployments),
}, containerPages(func(ctx context.Context, c *client, args ListModelAggregates, cursor string) ([]ModelAggregate, string, error) {
	return readNumbered(ctx, c.dc, "/wapi/p/aggregate/definition", rest.Query(args.OfModel), args.PageSize, true, cursor, func(a ModelAggregate) string { return a.ID })
}))

// ModelAggregateInstance is a table that was built for a definition.
type ModelAggregateInstance struct {
	ID           string         `json:"id" lua:"id,key" doc:"Id."`
	DefinitionID string         `json:"definitionId" lua:"definition_id" doc:"Definition."`
	CatalogID    string         `json:"catalogId" lua:"catalog_id" doc:"Catalog."`
	ModelID      string         `json:"modelId" lua:"model_id" doc:"Model."`
	ConnectionID op.Opt[string] `json:"connectionId,omitzero" lua:"connection_id" doc:"Data warehouse it stands in."`
	Status       string         `json:"status" lua:"status" doc:"Status, like active or failed."`
	Message      op.Opt[string] `json:"message,omitzero" lua:"message" doc:"What went wrong, if anything."`
	TableName    op.Opt[string] `json:"tableName,omitzero" lua:"table_name" doc:"Table."`
	TableSchema  op.Opt[string] `json:"tableSchema,omitzero" lua:"table_schema" doc:"Schema of the table."`
	BuildQueryID op.Opt[string] `json:"buildQueryId,omitzero" lua:"build_query_id" doc:"Query that built it."`
	Stats        op.Raw         `json:"stats,omitzero" lua:"stats,noise" doc:"How large it is, and how much it is used."`
	Extra        op.Extra       `json:",embed"`
}

var listModelAggregateInstances = op.New(op.Operation{
	Name: "atscale.list_model_aggregate_instances",
	Doc: `Lists the tables that were built for the aggregates of a model.

In the vendor's order; whether the list has pages is not known. Container edition, later releases.`,
	Source:      utility,
	Example:     `for _, i in ipairs(atscale.list_model_aggregate_instances { catalog_id = catalog.id, model_id = model.id }) do print(i.table_name, i.status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "aggregates of model",
	Shows:       op.Blind(aggregatesInUse, droppedAggregates, builtAggregates, deployments),
}, container(func(ctx context.Context, c *client, args OfModel) ([]ModelAggregateInstance, error) {
	list := under[ModelAggregateInstance]("data")
	err := c.dc.Get(ctx, "/v1/aggregates/instances", rest.Query(args), list)
	return list.items, err
}))

// ModelAggregateID is the input of operations on a definition.
type ModelAggregateID struct {
	DefinitionID string `json:"-" lua:"definition_id,required,key" doc:"Definition: id of list_model_aggregates."`
}

// BlockedModelAggregate tells whether a definition was deactivated.
type BlockedModelAggregate struct {
	Blocked op.Raw   `json:"blocked,omitzero" lua:"blocked" doc:"What AtScale says of it: true, or how many."`
	Extra   op.Extra `json:",embed"`
}

func definition(id, action string) rest.Request {
	return rest.Request{Method: http.MethodPut, Path: rest.Path("v1", "aggregates", "definitions", id, action)}
}

var deactivateModelAggregate = op.New(op.Operation{
	Name: "atscale.deactivate_model_aggregate",
	Doc: `Deactivates an aggregate: queries use it no more.

reactivate_model_aggregate takes it back. Container edition. Raises not_found if there is no such definition, and denied
if the connection's user has not the role aggregates_manage.`,
	Source:      psUtils,
	Example:     `atscale.deactivate_model_aggregate { definition_id = aggregate.id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "aggregate",
	Changes:     []op.Change{op.Stirs(aggregatesInUse)},
	Inverse:     op.Opposite("reactivate_model_aggregate", "definition_id"),
}, container(func(ctx context.Context, c *client, args ModelAggregateID) (b BlockedModelAggregate, err error) {
	return b, c.dc.JSON(ctx, definition(args.DefinitionID, "block"), in(&b))
}))

// UnblockedModelAggregate tells whether a definition was reactivated.
type UnblockedModelAggregate struct {
	Unblocked op.Raw   `json:"unblocked,omitzero" lua:"unblocked" doc:"What AtScale says of it: true, or how many."`
	Extra     op.Extra `json:",embed"`
}

var reactivateModelAggregate = op.New(op.Operation{
	Name: "atscale.reactivate_model_aggregate",
	Doc: `Reactivates an aggregate that was deactivated.

Container edition. Raises not_found if there is no such definition, and denied if the connection's user has not the role
aggregates_manage.`,
	Source:      psUtils,
	Example:     `atscale.reactivate_model_aggregate { definition_id = aggregate.id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "aggregate",
	Changes:     []op.Change{op.Stirs(aggregatesInUse)},
	Inverse:     op.Opposite("deactivate_model_aggregate", "definition_id"),
}, container(func(ctx context.Context, c *client, args ModelAggregateID) (u UnblockedModelAggregate, err error) {
	return u, c.dc.JSON(ctx, definition(args.DefinitionID, "unblock"), in(&u))
}))

// DeletedModelAggregate tells whether a definition was deleted.
type DeletedModelAggregate struct {
	Deleted op.Raw   `json:"deleted,omitzero" lua:"deleted" doc:"What AtScale says of it: true, or how many; absent if the first answer was lost."`
	Extra   op.Extra `json:",embed"`
}

var deleteModelAggregate = op.New(op.Operation{
	Name: "atscale.delete_model_aggregate",
	Doc: `Deletes the definition of an aggregate.

Container edition. Raises not_found if there is no such definition, and denied if the connection's user has not the role
aggregates_manage.`,
	Source:      psUtils,
	Example:     `atscale.delete_model_aggregate { definition_id = aggregate.id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "aggregate",
	Changes:     []op.Change{op.Stirs(aggregatesInUse)},
}, container(func(ctx context.Context, c *client, args ModelAggregateID) (d DeletedModelAggregate, err error) {
	return d, c.dc.Delete(ctx, rest.Path("v1", "aggregates", "definitions", args.DefinitionID), nil, in(&d))
}))

// ModelID is the input of operations on a model.
type ModelID struct {
	CatalogID string `json:"-" lua:"catalog_id,required" doc:"Catalog."`
	ModelID   string `json:"-" lua:"model_id,required,key" doc:"Model of it."`
}

// ExportedAggregates are the aggregates of a model, as a file keeps them.
type ExportedAggregates struct {
	Content string `lua:"content" doc:"The aggregates, as JSON text that import_model_aggregates takes."`
}

var exportModelAggregates = op.New(op.Operation{
	Name: "atscale.export_model_aggregates",
	Doc: `Reads the aggregates of a model that the system defined, to be moved to another one.

Container edition. Raises not_found if there is no such model.`,
	Source:      psUtils,
	Example:     `local content = atscale.export_model_aggregates { catalog_id = catalog.id, model_id = model.id }.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "aggregates of model",
	Shows:       op.Blind(aggregatesInUse, droppedAggregates, builtAggregates, deployments),
}, container(func(ctx context.Context, c *client, args ModelID) (ExportedAggregates, error) {
	var content op.Raw
	err := c.slowDC.Get(ctx, rest.Path("v1", "aggregates", "export", "catalogs", args.CatalogID, "models", args.ModelID), nil, &content)
	return ExportedAggregates{string(content)}, err
}))

// ImportModelAggregates is the input of atscale.import_model_aggregates.
type ImportModelAggregates struct {
	ModelID
	Content               string         `json:"-" lua:"content,required" doc:"The aggregates, as export_model_aggregates answers them."`
	ImportDistributionKey op.Opt[bool]   `json:"-" lua:"import_distribution_key" default:"false" doc:"Take the distribution keys over."`
	ImportPartitionKeys   op.Opt[bool]   `json:"-" lua:"import_partition_keys" default:"false" doc:"Take the partition keys over."`
	ImportReplication     op.Opt[bool]   `json:"-" lua:"import_replication" default:"false" doc:"Take the replication over."`
	ConnectionRemap       op.Opt[string] `json:"-" lua:"connection_remap" doc:"Other data warehouses for those in the content, as AtScale words it."`
}

// ImportResult is what an import answers. None of its fields is documented.
type ImportResult struct {
	Extra op.Extra `json:",embed"`
}

// Nothing tells whether an import landed: the definitions get ids of their own.
var importModelAggregates = op.New(op.Operation{
	Name: "atscale.import_model_aggregates",
	Doc: `Adds aggregates to a model that were exported from another one.

A second import may add them twice. Container edition. Raises invalid if AtScale refuses the content, and not_found if
there is no such model.`,
	Source:  psUtils,
	Example: `atscale.import_model_aggregates { catalog_id = catalog.id, model_id = model.id, content = content }`,
	Effect:  op.Write,
	Object:  "aggregates of model",
	Changes: []op.Change{op.Stirs(aggregatesInUse, builtAggregates)},
}, container(func(ctx context.Context, c *client, args ImportModelAggregates) (r ImportResult, err error) {
	if !isObject([]byte(args.Content)) && !op.Raw(args.Content).IsValid() {
		return r, &op.Error{Kind: op.Invalid, Cause: "content is not JSON", Hint: "give what export_model_aggregates answers"}
	}
	q := url.Values{
		"importDistributionKey": {strconv.FormatBool(args.ImportDistributionKey.Or(false))},
		"importPartitionKeys":   {strconv.FormatBool(args.ImportPartitionKeys.Or(false))},
		"importReplication":     {strconv.FormatBool(args.ImportReplication.Or(false))},
	}
	if args.ConnectionRemap.Given {
		q.Set("connectionRemap", args.ConnectionRemap.Value)
	}
	return r, c.slowDC.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("v1", "aggregates", "import", "catalogs", args.CatalogID, "models", args.ModelID.ModelID), Query: q,
		Raw: []byte(args.Content), Header: http.Header{"Content-Type": {"application/json"}},
	}, in(&r))
}))
