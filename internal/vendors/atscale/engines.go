package atscale

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const enginesPage = reference + "I2024.2.1/api-ref/engine"

var engineOperations = []*op.Operation{listEngines, createEngine, updateEngine, deleteEngine}

// Engine is an engine that an organization's projects are published to.
type Engine struct {
	EngineID      string         `json:"engine_id" lua:"engine_id,key" doc:"Id."`
	OrgID         string         `json:"org_id" lua:"org_id" doc:"Organization."`
	Name          string         `json:"name" lua:"name" doc:"Name."`
	Protocol      op.Opt[string] `json:"protocol,omitzero" lua:"protocol" doc:"http or https."`
	Host          op.Opt[string] `json:"host,omitzero" lua:"host" doc:"Host."`
	Port          op.Opt[int64]  `json:"port,omitzero" lua:"port" doc:"Port."`
	Properties    op.Raw         `json:"properties,omitzero" lua:"properties" doc:"Further properties."`
	DefaultEngine op.Opt[bool]   `json:"default_engine,omitzero" lua:"default_engine" doc:"Whether it is the one that is used if none is named."`
	Extra         op.Extra       `json:",embed"`
}

func (c *client) engines(ctx context.Context) ([]Engine, error) {
	list := under[Engine]("engines", "data")
	err := c.dc.Get(ctx, c.ofOrg("engine"), nil, list)
	return list.items, err
}

var listEngines = op.New(op.Operation{
	Name: "atscale.list_engines",
	Doc: `Lists the engines of the organization.

In the vendor's order; there is no paging. Installer edition.`,
	Source:      enginesPage,
	Example:     `for _, e in ipairs(atscale.list_engines {}) do print(e.name, e.host, e.port) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "engine",
	Shows:       op.Many(engine, nil),
}, installer(func(ctx context.Context, c *client, _ struct{}) ([]Engine, error) {
	return c.engines(ctx)
}))

// CreateEngine is the input of atscale.create_engine.
type CreateEngine struct {
	OrgID         string            `json:"org_id"`
	Name          string            `json:"name" lua:"name,required,key" doc:"Name."`
	Protocol      op.Opt[string]    `json:"protocol,omitzero" lua:"protocol" enum:"http https" doc:"http or https."`
	Host          string            `json:"host" lua:"host,required" doc:"Host."`
	Port          int64             `json:"port" lua:"port,required" doc:"Port."`
	Properties    map[string]op.Raw `json:"properties,omitzero" lua:"properties" doc:"Further properties, with the names that AtScale gives them."`
	DefaultEngine op.Opt[bool]      `json:"default_engine,omitzero" lua:"default_engine" doc:"Use it if none is named."`
}

// What the call answers is taken to be the engine, alone or in a list.
var createEngine = op.New(op.Operation{
	Name: "atscale.create_engine",
	Doc: `Adds an engine to the organization.

Installer edition. Raises invalid if AtScale refuses a value, and denied if the connection's user may not.`,
	Source:  enginesPage,
	Example: `local engine = atscale.create_engine { name = "second", protocol = "https", host = "engine2.example.com", port = 10502 }`,
	Effect:  op.Write,
	Object:  "engine",
	Shows:   op.Created(engine),
	Changes: []op.Change{op.Creates(engine, op.With{"properties": op.Vague(), "org_id": op.Vague()}), op.Blurs(engine, "default_engine")},
	Inverse: op.Deletes("delete_engine", "engine_id", "engine_id"),
}, installer(func(ctx context.Context, c *client, args CreateEngine) (e Engine, err error) {
	args.OrgID = c.org
	var answer oneOrMany[Engine]
	if err := c.dc.Post(ctx, c.ofOrg("engine"), args, in(&answer)); err != nil {
		return e, err
	}
	for _, e := range answer {
		if len(answer) == 1 || e.Name == args.Name {
			return e, nil
		}
	}
	return e, &op.Error{Kind: op.Garbled, Cause: "the answer does not hold the new engine"}
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateEngine, _ time.Time) (e Engine, landed bool, err error) {
	list, err := c.engines(ctx)
	if err != nil {
		return e, false, err
	}
	var found []Engine
	for _, e := range list {
		if e.Name == args.Name && e.Host.Or(args.Host) == args.Host && e.Port.Or(args.Port) == args.Port {
			found = append(found, e)
		}
	}
	return theOne(found, "engine "+args.Name)
}))

// UpdateEngine is the input of atscale.update_engine.
type UpdateEngine struct {
	EngineID      string                    `json:"-" lua:"engine_id,required,key" doc:"Engine to change."`
	Name          op.Opt[string]            `json:"name,omitzero" lua:"name" doc:"Name. As it is if omitted."`
	Protocol      op.Opt[string]            `json:"protocol,omitzero" lua:"protocol" enum:"http https" doc:"http or https. As it is if omitted."`
	Host          op.Opt[string]            `json:"host,omitzero" lua:"host" doc:"Host. As it is if omitted."`
	Port          op.Opt[int64]             `json:"port,omitzero" lua:"port" doc:"Port. As it is if omitted."`
	Properties    op.Opt[map[string]op.Raw] `json:"properties,omitzero" lua:"properties" doc:"Further properties, with the names that AtScale gives them. As they are if omitted."`
	DefaultEngine op.Opt[bool]              `json:"default_engine,omitzero" lua:"default_engine" doc:"Use it if none is named. As it is if omitted."`
}

var updateEngine = op.New(op.Operation{
	Name: "atscale.update_engine",
	Doc: `Changes the given fields of an engine.

AtScale wants the whole record, so the engine is read first and what is not given is sent as it is. Installer edition.
Raises not_found if there is no such engine, and denied if the connection's user may not.`,
	Source:      enginesPage,
	Example:     `atscale.update_engine { engine_id = engine.engine_id, host = "engine3.example.com" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "engine",
	Changes: []op.Change{
		op.Sets(engine, "engine_id", op.With{"properties": op.If(op.Vague(), "properties")}),
		op.When(given("properties"), op.Hides(engine, "engine_id")),
		op.When(given("default_engine"), op.Blurs(engine, "default_engine"), op.Sets(engine, "engine_id", onlyDefaultEngine)),
	},
	Inverse: op.Restores("update_engine", "engine_id"),
}, installer(func(ctx context.Context, c *client, args UpdateEngine) (op.None, error) {
	list, err := c.engines(ctx)
	if err != nil {
		return op.None{}, err
	}
	for _, now := range list {
		if now.EngineID != args.EngineID {
			continue
		}
		body := map[string]any{"org_id": c.org, "engine_id": now.EngineID, "name": args.Name.Or(now.Name)}
		keep(body, "protocol", args.Protocol, now.Protocol)
		keep(body, "host", args.Host, now.Host)
		keep(body, "port", args.Port, now.Port)
		keep(body, "default_engine", args.DefaultEngine, now.DefaultEngine)
		if args.Properties.Given {
			body["properties"] = args.Properties.Value
		} else if len(now.Properties) > 0 {
			body["properties"] = now.Properties
		}
		return op.None{}, c.dc.Put(ctx, c.ofOrg("engine", args.EngineID), body, nil)
	}
	return op.None{}, &op.Error{Kind: op.NotFound, Subject: "engine " + args.EngineID, Cause: "the organization has none of this id"}
}))

// onlyDefaultEngine sets that flag of the engine again, after that of all became
// unknown: no two engines are the default one.
var onlyDefaultEngine = op.With{"name": op.Keep(), "protocol": op.Keep(), "host": op.Keep(), "port": op.Keep(), "properties": op.Keep()}

// keep puts what is wanted into a body, or else what is there now.
func keep[T any](body map[string]any, name string, wanted, now op.Opt[T]) {
	switch {
	case wanted.Given && !wanted.Null:
		body[name] = wanted.Value
	case now.Given && !now.Null:
		body[name] = now.Value
	}
}

// DeleteEngine is the input of atscale.delete_engine.
type DeleteEngine struct {
	EngineID string `json:"-" lua:"engine_id,required,key" doc:"Engine to delete."`
}

// Unconfirmed: inferred from the update.
var deleteEngine = op.New(op.Operation{
	Name: "atscale.delete_engine",
	Doc: `Takes an engine out of the organization.

The request is not documented where it can be read; it was inferred. Installer edition. Raises not_found if there is no
such engine, and unsupported if this release deletes in another way.`,
	Source:      enginesPage,
	Example:     `atscale.delete_engine { engine_id = engine.engine_id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "engine",
	Changes:     []op.Change{op.Removes(engine, "engine_id")},
}, installer(func(ctx context.Context, c *client, args DeleteEngine) (op.None, error) {
	return op.None{}, c.dc.Delete(ctx, rest.Path("api", "1.0", "org", c.org, "engine", args.EngineID), nil, nil)
}))
