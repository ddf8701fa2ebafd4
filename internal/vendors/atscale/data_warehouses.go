package atscale

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var dataWarehouseOperations = []*op.Operation{listDataWarehouses, createDataWarehouse}

// DataWarehouse is a data warehouse of the container edition.
type DataWarehouse struct {
	ID              string         `json:"id" lua:"id,key" doc:"Id."`
	Name            string         `json:"name" lua:"name" doc:"Name."`
	ConnectionID    op.Opt[string] `json:"connectionId,omitzero" lua:"connection_id" doc:"Id that models name it by."`
	AggregateSchema op.Opt[string] `json:"aggregateSchema,omitzero" lua:"aggregate_schema" doc:"Schema that aggregates are made in."`
	Extra           op.Extra       `json:",embed"`
}

func (c *client) dataWarehouses(ctx context.Context) ([]DataWarehouse, error) {
	list := under[DataWarehouse]("data", "values")
	err := c.dc.Get(ctx, "/wapi/p/data-warehouses", nil, list)
	return list.items, err
}

var listDataWarehouses = op.New(op.Operation{
	Name: "atscale.list_data_warehouses",
	Doc: `Lists the data warehouses.

In the vendor's order; there is no paging. Container edition, by a path of its web application.`,
	Source:      psUtils,
	Example:     `for _, w in ipairs(atscale.list_data_warehouses {}) do print(w.id, w.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "data warehouse",
	Shows:       unless(op.Many(dataWarehouse, nil), platformFields),
}, container(func(ctx context.Context, c *client, _ struct{}) ([]DataWarehouse, error) {
	return c.dataWarehouses(ctx)
}))

// CreateDataWarehouse is the input of atscale.create_data_warehouse.
type CreateDataWarehouse struct {
	Platform               string            `json:"-" lua:"platform,required" enum:"snowflake google-big-query databricks postgresql" doc:"Which kind of database it is."`
	Name                   string            `json:"-" lua:"name,required,key" doc:"Name."`
	ConnectionID           string            `json:"-" lua:"connection_id,required" doc:"Id that models name it by."`
	AggregateSchema        op.Opt[string]    `json:"-" lua:"aggregate_schema" doc:"Schema that aggregates are made in."`
	UserNames              []string          `json:"-" lua:"user_names" doc:"Users who may use it."`
	GroupNames             []string          `json:"-" lua:"group_names" doc:"Groups that may use it."`
	IsImpersonationEnabled op.Opt[bool]      `json:"-" lua:"is_impersonation_enabled" default:"false" doc:"Ask the database as the person who asks."`
	IsCanaryAlwaysEnabled  op.Opt[bool]      `json:"-" lua:"is_canary_always_enabled" default:"false" doc:"Always send canary queries."`
	IsPartialAggHitEnabled op.Opt[bool]      `json:"-" lua:"is_partial_agg_hit_enabled" default:"false" doc:"Let a query use aggregates for a part. 2026.7 and later require it, so it is always sent."`
	Connections            []op.Raw          `json:"-" lua:"connections" doc:"Connections to the database, with the names that AtScale gives their fields; they may hold passwords: pass those as secrets."`
	Fields                 map[string]op.Raw `json:"-" lua:"fields" doc:"Further fields of the platform, with the names that AtScale gives them."`
}

func (in CreateDataWarehouse) body() (map[string]any, error) {
	users, groups, connections := []any{}, []any{}, in.Connections
	for _, n := range in.UserNames {
		users = append(users, map[string]any{"userName": n})
	}
	for _, n := range in.GroupNames {
		groups = append(groups, map[string]any{"name": n})
	}
	if connections == nil {
		connections = []op.Raw{}
	}
	return withFields(in.Fields, map[string]any{
		"name": in.Name, "connectionId": in.ConnectionID, "connections": connections,
		"access":                 map[string]any{"users": users, "groups": groups},
		"isImpersonationEnabled": in.IsImpersonationEnabled.Or(false),
		"isCanaryAlwaysEnabled":  in.IsCanaryAlwaysEnabled.Or(false),
		"isPartialAggHitEnabled": in.IsPartialAggHitEnabled.Or(false),
	}, map[string]op.Opt[string]{"aggregateSchema": in.AggregateSchema})
}

// That a connection id is there once is what the probe goes by.
var createDataWarehouse = op.New(op.Operation{
	Name: "atscale.create_data_warehouse",
	Doc: `Adds a data warehouse with its connections.

Answers its id. Container edition, by a path of its web application. Raises invalid with the reason if AtScale refuses a
value.`,
	Source:  psUtils,
	Example: `local id = atscale.create_data_warehouse { platform = "postgresql", name = "Warehouse", connection_id = "warehouse", aggregate_schema = "atscale", connections = { connection } }.id`,
	Effect:  op.Write,
	Object:  "data warehouse",
	Shows:   op.Created(dataWarehouse),
	Changes: []op.Change{op.Creates(dataWarehouse, op.With{"aggregate_schema": orNone("aggregate_schema")}), op.Stirs(platformFields)},
}, container(func(ctx context.Context, c *client, args CreateDataWarehouse) (made Created, err error) {
	body, err := args.body()
	if err != nil {
		return made, err
	}
	return made, c.dc.Post(ctx, rest.Path("wapi", "p", "data-warehouses", args.Platform), body, in(&made))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateDataWarehouse, _ time.Time) (made Created, landed bool, err error) {
	list, err := c.dataWarehouses(ctx)
	if err != nil {
		return made, false, err
	}
	var found []Created
	for _, w := range list {
		if w.ConnectionID.Value == args.ConnectionID || !w.ConnectionID.Given && w.Name == args.Name {
			found = append(found, Created{ID: w.ID})
		}
	}
	return theOne(found, "data warehouse "+args.Name)
}))
