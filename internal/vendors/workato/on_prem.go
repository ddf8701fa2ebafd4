package workato

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const onPremPage = "https://docs.workato.com/workato-api/on-prem.html"

var onPremOperations = []*op.Operation{
	listOnPremGroups, getOnPremGroup, createOnPremGroup, updateOnPremGroup, deleteOnPremGroup, getOnPremGroupStatus, listOnPremGroupAgents,
	listOnPremAgents, getOnPremAgent, createOnPremAgent, updateOnPremAgent, deleteOnPremAgent, getOnPremAgentStatus,
	listOnPremAgentsByName, getOnPremAgentActivationCode,
}

// OnPremGroup is a group of agents that reach systems behind a firewall.
type OnPremGroup struct {
	ID                   Int                `json:"id" lua:"id,key" doc:"Id."`
	Name                 string             `json:"name" lua:"name" doc:"Name."`
	InUse                op.Opt[bool]       `json:"in_use,omitzero" lua:"in_use" doc:"Whether connections use it."`
	UseManagedConnection op.Opt[bool]       `json:"use_managed_connection,omitzero" lua:"use_managed_connection" doc:"Whether its profiles are kept in Workato."`
	ConfigVersion        op.Opt[ID]         `json:"config_version,omitzero" lua:"config_version,noise" doc:"Version of its configuration."`
	LogsEnabled          op.Opt[bool]       `json:"logs_enabled,omitzero" lua:"logs_enabled" doc:"Whether its agents send logs."`
	WhitelistedIPs       op.Raw             `json:"whitelisted_ips,omitzero" lua:"whitelisted_ips" doc:"Addresses that its agents may call from, as Workato keeps them."`
	CreatedAt            op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	Extra                op.Extra           `json:",embed"`
}

var listOnPremGroups = op.NewList(op.Operation{
	Name: "workato.list_on_prem_groups",
	Doc: `Lists groups of on-prem agents.

All of the workspace, in Workato's order.`,
	Source:      onPremPage,
	Example:     `for g in iter(workato.list_on_prem_groups) do print(g.id, g.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "on-prem group",
	Shows:       op.Many(onPremGroup, nil),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]OnPremGroup, string, error) {
	return page[OnPremGroup](ctx, c, rest.Path("on_prem_groups"), nil, ifPaged, cursor)
})

// OnPremGroupID is the input of operations that take no more than a group.
type OnPremGroupID struct {
	ID int64 `json:"-" lua:"on_prem_group_id,required,key" doc:"Group that is meant."`
}

// Samples show a list for one group; both are read.
var getOnPremGroup = op.New(op.Operation{
	Name: "workato.get_on_prem_group",
	Doc: `Reads one group of on-prem agents.

Raises not_found if there is no such group.`,
	Source:      onPremPage,
	Example:     `print(workato.get_on_prem_group { on_prem_group_id = 4 }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "on-prem group",
	Shows:       op.One(onPremGroup, "on_prem_group_id"),
}, func(ctx context.Context, c *client, in OnPremGroupID) (g OnPremGroup, err error) {
	return g, c.get(ctx, rest.Path("on_prem_groups", in.ID), nil, &g)
})

// CreateOnPremGroup is the input of workato.create_on_prem_group.
type CreateOnPremGroup struct {
	Name string `json:"name" lua:"name,required,key" doc:"Name."`
}

var createOnPremGroup = op.New(op.Operation{
	Name: "workato.create_on_prem_group",
	Doc: `Creates a group of on-prem agents.

Raises invalid if Workato refuses the name.`,
	Source:  onPremPage,
	Example: `local id = workato.create_on_prem_group { name = "Data centre 1" }.id`,
	Effect:  op.Write,
	Object:  "on-prem group",
	Shows:   op.Created(onPremGroup),
	Changes: []op.Change{op.Creates(onPremGroup, nil)},
	Inverse: op.Deletes("delete_on_prem_group", "on_prem_group_id", "id"),
}, func(ctx context.Context, c *client, in CreateOnPremGroup) (g OnPremGroup, err error) {
	return g, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("on_prem_groups"), Body: in}, &g)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateOnPremGroup, since time.Time) (g OnPremGroup, landed bool, err error) {
	all, err := everything[OnPremGroup](ctx, c, rest.Path("on_prem_groups"), nil, ifPaged)
	if err != nil {
		return g, false, err
	}
	found, err := newest(all, since, func(x OnPremGroup) bool { return x.Name == in.Name }, func(x OnPremGroup) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return g, false, err
	}
	return theOne(found, "on-prem group "+in.Name)
}))

// UpdateOnPremGroup is the input of workato.update_on_prem_group.
type UpdateOnPremGroup struct {
	ID   int64  `json:"-" lua:"on_prem_group_id,required,key" doc:"Group to change."`
	Name string `json:"name" lua:"name,required" doc:"New name."`
}

// The answer is unconfirmed: nothing is read of it.
var updateOnPremGroup = op.New(op.Operation{
	Name: "workato.update_on_prem_group",
	Doc: `Renames a group of on-prem agents.

Raises not_found if there is no such group.`,
	Source:      onPremPage,
	Example:     `workato.update_on_prem_group { on_prem_group_id = 4, name = "Data centre 2" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "on-prem group",
	Changes:     []op.Change{op.Sets(onPremGroup, "on_prem_group_id", nil)},
	Inverse:     op.Restores("update_on_prem_group", "on_prem_group_id"),
}, func(ctx context.Context, c *client, in UpdateOnPremGroup) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("on_prem_groups", in.ID), Body: in})
})

var deleteOnPremGroup = op.New(op.Operation{
	Name: "workato.delete_on_prem_group",
	Doc: `Deletes a group of on-prem agents, and its agents.

Connections that go through it stop working. Raises not_found if there is no such group.`,
	Source:      onPremPage,
	Example:     `workato.delete_on_prem_group { on_prem_group_id = 4 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "on-prem group",
	Changes:     []op.Change{op.Removes(onPremGroup, "on_prem_group_id"), op.Stirs(deletedAgents, onPremState)},
}, func(ctx context.Context, c *client, in OnPremGroupID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("on_prem_groups", in.ID)})
})

// OnPremStatus is how a group or an agent is doing. Its fields are Workato's.
type OnPremStatus struct {
	Status op.Opt[string] `json:"status,omitzero" lua:"status" doc:"State, as Workato words it; absent if it does not say."`
	Extra  op.Extra       `json:",embed"`
}

// The answer is unconfirmed: its fields come as they are.
var getOnPremGroupStatus = op.New(op.Operation{
	Name: "workato.get_on_prem_group_status",
	Doc: `Reads how a group of on-prem agents is doing.

Raises not_found if there is no such group.`,
	Source:      onPremPage,
	Example:     `print(workato.get_on_prem_group_status { on_prem_group_id = 4 }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "status of on-prem group",
	Shows:       within(op.Blind(onPremState), onPremGroup, "on_prem_group_id"),
}, func(ctx context.Context, c *client, in OnPremGroupID) (s OnPremStatus, err error) {
	return s, c.get(ctx, rest.Path("on_prem_groups", in.ID, "status"), nil, &s)
})

// The endpoint stands in the list of privileges only.
var listOnPremGroupAgents = op.NewList(op.Operation{
	Name: "workato.list_on_prem_group_agents",
	Doc: `Lists the agents of a group.

All of them, in Workato's order. Raises not_found if there is no such group.`,
	Source:      onPremPage,
	Example:     `for a in iter(workato.list_on_prem_group_agents, { on_prem_group_id = 4 }) do print(a.id, a.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "agents of on-prem group",
	Shows:       within(unless(op.Many(onPremAgent, nil), deletedAgents), onPremGroup, "on_prem_group_id"),
}, func(ctx context.Context, c *client, in OnPremGroupID, cursor string) ([]OnPremAgent, string, error) {
	return page[OnPremAgent](ctx, c, rest.Path("on_prem_groups", in.ID, "agents"), nil, ifPaged, cursor)
})

// OnPremAgent runs behind a firewall, and reaches systems there.
type OnPremAgent struct {
	ID            Int          `json:"id" lua:"id,key" doc:"Id."`
	Name          string       `json:"name" lua:"name" doc:"Name."`
	OS            op.Opt[ID]   `json:"os,omitzero" lua:"os" doc:"windows, linux or mac."`
	OnPremGroupID op.Opt[Int]  `json:"on_prem_group_id,omitzero" lua:"on_prem_group_id" doc:"Its group."`
	AwaitingSetup op.Opt[bool] `json:"awaiting_setup,omitzero" lua:"awaiting_setup" doc:"Whether it has not been activated yet."`
	Enabled       op.Opt[bool] `json:"enabled,omitzero" lua:"enabled" doc:"Whether it may work."`
	Extra         op.Extra     `json:",embed"`
}

var listOnPremAgents = op.NewList(op.Operation{
	Name: "workato.list_on_prem_agents",
	Doc: `Lists on-prem agents.

All of the workspace, in Workato's order.`,
	Source:      onPremPage,
	Example:     `for a in iter(workato.list_on_prem_agents) do print(a.id, a.name, a.enabled) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "on-prem agent",
	Shows:       unless(op.Many(onPremAgent, nil), deletedAgents),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]OnPremAgent, string, error) {
	return page[OnPremAgent](ctx, c, rest.Path("on_prem_agents"), nil, ifPaged, cursor)
})

// OnPremAgentID is the input of operations that take no more than an agent.
type OnPremAgentID struct {
	ID int64 `json:"-" lua:"on_prem_agent_id,required,key" doc:"Agent that is meant."`
}

// Samples show a list for one agent; both are read.
var getOnPremAgent = op.New(op.Operation{
	Name: "workato.get_on_prem_agent",
	Doc: `Reads one on-prem agent.

Raises not_found if there is no such agent.`,
	Source:      onPremPage,
	Example:     `print(workato.get_on_prem_agent { on_prem_agent_id = 8 }.enabled)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "on-prem agent",
	Shows:       unless(op.One(onPremAgent, "on_prem_agent_id"), deletedAgents),
}, func(ctx context.Context, c *client, in OnPremAgentID) (a OnPremAgent, err error) {
	return a, c.get(ctx, rest.Path("on_prem_agents", in.ID), nil, &a)
})

// CreateOnPremAgent is the input of workato.create_on_prem_agent.
type CreateOnPremAgent struct {
	Name          string `json:"name" lua:"name,required,key" doc:"Name."`
	OnPremGroupID int64  `json:"on_prem_group_id" lua:"on_prem_group_id,required" doc:"Group it is put in."`
	OS            string `json:"os" lua:"os,required" enum:"windows linux mac" doc:"What it runs on."`
}

// Agents do not tell when they were made. One that is as the call asked, and has
// not been activated, counts as landed: it is there, which is what the call was
// for.
var createOnPremAgent = op.New(op.Operation{
	Name: "workato.create_on_prem_agent",
	Doc: `Creates an on-prem agent.

It is activated with the code of get_on_prem_agent_activation_code. Raises not_found or invalid if there is no such
group.`,
	Source:  onPremPage,
	Example: `local id = workato.create_on_prem_agent { name = "dc1-a", on_prem_group_id = 4, os = "linux" }.id`,
	Effect:  op.Write,
	Object:  "on-prem agent",
	Shows:   op.Created(onPremAgent),
	Changes: []op.Change{op.Creates(onPremAgent, nil), op.Blurs(onPremGroup, "in_use")},
	Inverse: op.Deletes("delete_on_prem_agent", "on_prem_agent_id", "id"),
}, func(ctx context.Context, c *client, in CreateOnPremAgent) (a OnPremAgent, err error) {
	return a, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("on_prem_agents"), Body: in}, &a)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateOnPremAgent, _ time.Time) (a OnPremAgent, landed bool, err error) {
	var found []OnPremAgent
	all, err := everything[OnPremAgent](ctx, c, rest.Path("on_prem_agents"), nil, ifPaged)
	if err != nil {
		return a, false, err
	}
	for _, x := range all {
		if x.Name == in.Name && int64(x.OnPremGroupID.Value) == in.OnPremGroupID && x.AwaitingSetup.Or(true) {
			found = append(found, x)
		}
	}
	return theOne(found, "on-prem agent "+in.Name)
}))

// UpdateOnPremAgent is the input of workato.update_on_prem_agent.
type UpdateOnPremAgent struct {
	ID            int64          `json:"-" lua:"on_prem_agent_id,required,key" doc:"Agent to change."`
	Name          op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	OnPremGroupID op.Opt[int64]  `json:"on_prem_group_id,omitzero" lua:"on_prem_group_id" doc:"Group it is moved to."`
	Enabled       op.Opt[bool]   `json:"enabled,omitzero" lua:"enabled" doc:"Whether it may work."`
}

// The answer is unconfirmed: nothing is read of it.
var updateOnPremAgent = op.New(op.Operation{
	Name: "workato.update_on_prem_agent",
	Doc: `Changes the given fields of an on-prem agent.

Only what is given is sent. Raises not_found if there is no such agent.`,
	Source:      onPremPage,
	Example:     `workato.update_on_prem_agent { on_prem_agent_id = 8, enabled = false }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "on-prem agent",
	Changes:     []op.Change{op.Sets(onPremAgent, "on_prem_agent_id", nil), op.Stirs(onPremState), op.Blurs(onPremGroup, "in_use")},
	Inverse:     op.Restores("update_on_prem_agent", "on_prem_agent_id"),
}, func(ctx context.Context, c *client, in UpdateOnPremAgent) (op.None, error) {
	if err := changing(in); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("on_prem_agents", in.ID), Body: in})
})

var deleteOnPremAgent = op.New(op.Operation{
	Name: "workato.delete_on_prem_agent",
	Doc: `Deletes an on-prem agent.

Raises not_found if there is no such agent.`,
	Source:      onPremPage,
	Example:     `workato.delete_on_prem_agent { on_prem_agent_id = 8 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "on-prem agent",
	Changes:     []op.Change{op.Removes(onPremAgent, "on_prem_agent_id"), op.Stirs(onPremState), op.Blurs(onPremGroup, "in_use")},
}, func(ctx context.Context, c *client, in OnPremAgentID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("on_prem_agents", in.ID)})
})

// The answer is unconfirmed: its fields come as they are.
var getOnPremAgentStatus = op.New(op.Operation{
	Name: "workato.get_on_prem_agent_status",
	Doc: `Reads how an on-prem agent is doing.

Raises not_found if there is no such agent.`,
	Source:      onPremPage,
	Example:     `print(workato.get_on_prem_agent_status { on_prem_agent_id = 8 }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "status of on-prem agent",
	Shows:       within(op.Blind(onPremState), onPremAgent, "on_prem_agent_id"),
}, func(ctx context.Context, c *client, in OnPremAgentID) (s OnPremStatus, err error) {
	return s, c.get(ctx, rest.Path("on_prem_agents", in.ID, "status"), nil, &s)
})

// ListOnPremAgentsByName is the input of workato.list_on_prem_agents_by_name.
type ListOnPremAgentsByName struct {
	CommonName string `json:"-" lua:"common_name,required,key" doc:"Common name of the agent's certificate."`
}

var listOnPremAgentsByName = op.New(op.Operation{
	Name: "workato.list_on_prem_agents_by_name",
	Doc: `Finds on-prem agents by the common name of their certificates.

All that match; an empty list if none does.`,
	Source:      onPremPage,
	Example:     `print(#workato.list_on_prem_agents_by_name { common_name = "3d2f" })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "on-prem agents",
	Shows:       op.Blind(onPremAgent, deletedAgents),
}, func(ctx context.Context, c *client, in ListOnPremAgentsByName) (all []OnPremAgent, err error) {
	if err := rest.Filled("common_name", in.CommonName); err != nil {
		return nil, err
	}
	// One agent may come as a list or alone.
	r := rest.Request{Method: http.MethodGet, Path: rest.Path("on_prem_agents", "search"), Query: url.Values{"cn": {in.CommonName}}}
	v, err := c.value(ctx, r)
	if err != nil {
		return nil, err
	}
	if items, ok := listIn(v, []string{"items", "result", "data"}); ok {
		return all, read(r, items, &all)
	}
	all = make([]OnPremAgent, 1)
	return all, read(r, bare(v), &all[0])
})

// ActivationCode activates an agent.
type ActivationCode struct {
	ActivationCode string   `json:"activation_code" lua:"activation_code,secret" doc:"The code."`
	Extra          op.Extra `json:",embed"`
}

// The name of the field is inferred.
var getOnPremAgentActivationCode = op.New(op.Operation{
	Name: "workato.get_on_prem_agent_activation_code",
	Doc: `Reads the code that activates an on-prem agent.

It is a secret. Raises not_found if there is no such agent.`,
	Source:      onPremPage,
	Example:     `local code = workato.get_on_prem_agent_activation_code { on_prem_agent_id = 8 }.activation_code`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "activation code of on-prem agent",
	Shows:       within(op.Blind(onPremState), onPremAgent, "on_prem_agent_id"),
}, func(ctx context.Context, c *client, in OnPremAgentID) (code ActivationCode, err error) {
	r := rest.Request{Method: http.MethodGet, Path: rest.Path("on_prem_agents", in.ID, "activation_code")}
	v, err := c.value(ctx, r)
	if err != nil {
		return code, err
	}
	m := members(bare(v))
	for _, name := range []string{"activation_code", "code", "result", "data"} {
		if m[name].Kind() == '"' {
			return code, read(r, m[name], &code.ActivationCode)
		}
	}
	// What is there is not shown: it is a secret under another name.
	return code, garbled(r, "there is no activation code where one should be", nil)
})
