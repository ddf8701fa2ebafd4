package atscale

import (
	"context"
	"net/http"
	"net/url"

	"runner/internal/op"
	"runner/internal/rest"
)

var aggregateOperations = []*op.Operation{
	listAggregates, listUserAggregates, deactivateAggregate, reactivateAggregate,
}

// Aggregate is the definition of an aggregate, with its newest instance.
type Aggregate struct {
	ID             string         `json:"id" lua:"id,key" doc:"Id of the definition."`
	Name           op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Type           op.Opt[string] `json:"type,omitzero" lua:"type" doc:"Type: made by the system or a user."`
	Subtype        op.Opt[string] `json:"subtype,omitzero" lua:"subtype" doc:"Subtype."`
	ProjectID      string         `json:"project_id" lua:"project_id" doc:"Published project."`
	CubeID         string         `json:"cube_id" lua:"cube_id" doc:"Published cube."`
	ConnectionID   op.Opt[string] `json:"connection_id,omitzero" lua:"connection_id" doc:"Warehouse it stands in."`
	Incremental    op.Opt[bool]   `json:"incremental,omitzero" lua:"incremental" doc:"Whether builds add to it."`
	Stats          op.Raw         `json:"stats,omitzero" lua:"stats,noise" doc:"How much it is used."`
	LatestInstance op.Raw         `json:"latest_instance,omitzero" lua:"latest_instance" doc:"Table that was built last; its id is what deactivate_aggregate wants."`
	ActiveInstance op.Raw         `json:"active_instance,omitzero" lua:"active_instance" doc:"Table that queries use; absent if none does."`
	Extra          op.Extra       `json:",embed"`
}

// ListAggregates is the input of atscale.list_aggregates.
type ListAggregates struct {
	ProjectID string `json:"projectId" lua:"project_id" doc:"Only those of this published project."`
	CubeID    string `json:"cubeId" lua:"cube_id,key" doc:"Only those of this published cube."`
	PageSize
}

var listAggregates = op.NewList(op.Operation{
	Name: "atscale.list_aggregates",
	Doc: `Lists the definitions of aggregates.

All that match, in the vendor's order. Project and cube are the published ones. Installer edition.`,
	Source:      utility,
	Example:     `for a in iter(atscale.list_aggregates, { project_id = project.id, cube_id = cube.id }) do print(a.id, a.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "aggregate",
	Shows:       op.Blind(aggregatesInUse, droppedAggregates, builtAggregates, publications, enginesRunning),
}, installerPages(func(ctx context.Context, c *client, args ListAggregates, cursor string) ([]Aggregate, string, error) {
	return readEngine(ctx, c.engine, rest.Path("aggregates", "orgId", c.org), rest.Query(args), args.PageSize, cursor, func(a Aggregate) string { return a.ID })
}))

// UserAggregate is an aggregate that a person defined in a draft.
type UserAggregate struct {
	ID         string   `json:"id" lua:"id,key" doc:"Id."`
	Name       string   `json:"name" lua:"name" doc:"Name."`
	Properties op.Raw   `json:"properties,omitzero" lua:"properties" doc:"Properties."`
	Attributes op.Raw   `json:"attributes,omitzero" lua:"attributes" doc:"Attributes that it groups by."`
	Partitions op.Raw   `json:"partitions,omitzero" lua:"partitions" doc:"Partitions."`
	Extra      op.Extra `json:",embed"`
}

// ListUserAggregates is the input of atscale.list_user_aggregates.
type ListUserAggregates struct {
	ProjectID string `json:"-" lua:"project_id,required" doc:"Draft project."`
	CubeID    string `json:"-" lua:"cube_id,required,key" doc:"Cube of it."`
}

// aggregatesOfDraft is the answer, whose list has but one element at times.
type aggregatesOfDraft struct {
	Aggregate oneOrMany[UserAggregate] `json:"aggregate"`
}

var listUserAggregates = op.New(op.Operation{
	Name: "atscale.list_user_aggregates",
	Doc: `Lists the aggregates that people defined in a draft cube.

In the vendor's order; there is no paging. Installer edition.
Raises not_found if there is no such cube, and unsupported if the Design Center APIs are switched off.`,
	Source:      reference + "I2024.1.2/api-ref/aggregate",
	Example:     `for _, a in ipairs(atscale.list_user_aggregates { project_id = project.id, cube_id = cube.id }) do print(a.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "aggregates of cube",
	Shows:       op.Blind(project),
}, installer(func(ctx context.Context, c *client, args ListUserAggregates) ([]UserAggregate, error) {
	var answer aggregatesOfDraft
	err := c.dc.Get(ctx, c.ofOrg("project", args.ProjectID, "cube", args.CubeID, "aggregates"), nil, in(&answer))
	return answer.Aggregate, err
}))

// AggregateInstance is the input of atscale.deactivate_aggregate and
// reactivate_aggregate.
type AggregateInstance struct {
	DefinitionID string `json:"-" lua:"definition_id,required,key" doc:"Definition: id of list_aggregates."`
	InstanceID   string `json:"-" lua:"instance_id,required" doc:"Instance of it: latest_instance.id."`
}

func (c *client) instance(a AggregateInstance, withInstance bool) string {
	path := rest.Path("aggregates", "orgId", c.org, "definitionId", a.DefinitionID)
	if withInstance {
		path += rest.Path("instanceId", a.InstanceID)
	}
	return path
}

// Deactivated tells whether an instance was deactivated.
type Deactivated struct {
	Deleted bool     `json:"deleted" lua:"deleted" doc:"Whether it was deactivated; presumably false if it was before."`
	Extra   op.Extra `json:",embed"`
}

var deactivateAggregate = op.New(op.Operation{
	Name: "atscale.deactivate_aggregate",
	Doc: `Deactivates an aggregate: queries use its table no more.

reactivate_aggregate takes it back. Installer edition. Raises not_found if there is no such instance, and denied if the
connection's user may not manage aggregates.`,
	Source:      utility,
	Example:     `atscale.deactivate_aggregate { definition_id = aggregate.id, instance_id = aggregate.latest_instance.id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "aggregate",
	Changes:     []op.Change{op.Stirs(aggregatesInUse)},
	Inverse:     op.Opposite("reactivate_aggregate", "definition_id", "instance_id"),
}, installer(func(ctx context.Context, c *client, args AggregateInstance) (d Deactivated, err error) {
	return d, c.engine.Delete(ctx, c.instance(args, true), url.Values{"block": {"true"}}, in(&d))
}))

// Reactivated tells what the two calls of a reactivation did.
type Reactivated struct {
	Definition bool `lua:"definition_updated" doc:"Whether the definition was reactivated."`
	Instance   bool `lua:"instance_updated" doc:"Whether the instance was reactivated; false is normal."`
}

// Clients make both calls: that on the definition, and the same on the instance.
var reactivateAggregate = op.New(op.Operation{
	Name: "atscale.reactivate_aggregate",
	Doc: `Reactivates an aggregate that was deactivated.

Installer edition. Raises not_found if there is no such instance, and denied if the connection's user may not manage
aggregates.`,
	Source:      utility,
	Example:     `atscale.reactivate_aggregate { definition_id = aggregate.id, instance_id = aggregate.latest_instance.id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "aggregate",
	Changes:     []op.Change{op.Stirs(aggregatesInUse)},
	Inverse:     op.Opposite("deactivate_aggregate", "definition_id", "instance_id"),
}, installer(func(ctx context.Context, c *client, args AggregateInstance) (r Reactivated, err error) {
	var answer struct {
		Updated bool `json:"updated"`
	}
	for withInstance, updated := range []*bool{&r.Definition, &r.Instance} {
		answer.Updated = false
		err := c.engine.JSON(ctx, rest.Request{
			Method: http.MethodPut, Path: c.instance(args, withInstance == 1), Query: url.Values{"unblock": {"true"}},
		}, in(&answer))
		if err != nil {
			return r, err
		}
		*updated = answer.Updated
	}
	return r, nil
}))
