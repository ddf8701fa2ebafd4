package workato

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const connectionsPage = "https://docs.workato.com/en/workato-api/connections.html"

var connectionOperations = []*op.Operation{
	listConnections, createConnection, updateConnection, revokeConnectionAuthorization, deleteConnection,
	getConnectionPickList, createRuntimeUserConnection, getRuntimeUserConnectionURL,
}

// Connection is what recipes reach an application through.
type Connection struct {
	ID                   Int                `json:"id" lua:"id,key" doc:"Id."`
	Name                 string             `json:"name" lua:"name" doc:"Name."`
	Application          op.Opt[string]     `json:"application,omitzero" lua:"application" doc:"Application that it reaches: its provider."`
	Description          op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	FolderID             op.Opt[Int]        `json:"folder_id,omitzero" lua:"folder_id" doc:"Folder it is in."`
	ParentID             op.Opt[Int]        `json:"parent_id,omitzero" lua:"parent_id" doc:"Connection it was derived from; absent if from none."`
	ExternalID           op.Opt[ID]         `json:"external_id,omitzero" lua:"external_id" doc:"Id that its creator gave it; absent if none."`
	AuthorizationStatus  op.Opt[string]     `json:"authorization_status,omitzero" lua:"authorization_status" doc:"success, failed or exception; absent if it was never authorised, or is disconnected."`
	AuthorizationError   op.Opt[string]     `json:"authorization_error,omitzero" lua:"authorization_error" doc:"Why it could not be authorised."`
	AuthorizedAt         op.Opt[op.RFC3339] `json:"authorized_at,omitzero" lua:"authorized_at" doc:"When it was authorised."`
	ConnectionLostAt     op.Opt[op.RFC3339] `json:"connection_lost_at,omitzero" lua:"connection_lost_at,noise" doc:"When it was lost."`
	ConnectionLostReason op.Opt[string]     `json:"connection_lost_reason,omitzero" lua:"connection_lost_reason,noise" doc:"Why it was lost."`
	Tags                 op.Opt[[]op.Raw]   `json:"tags,omitzero" lua:"tags" doc:"Its tags, if they were asked for."`
	CreatedAt            op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt            op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra                op.Extra           `json:",embed"`
}

// ListConnections is the input of workato.list_connections.
type ListConnections struct {
	FolderID       op.Opt[int64] `json:"folder_id,omitzero" lua:"folder_id" doc:"Only connections of this folder."`
	ParentID       op.Opt[int64] `json:"parent_id,omitzero" lua:"parent_id" doc:"Only connections derived from this one."`
	ExternalID     string        `json:"external_id" lua:"external_id" doc:"Only connections with this id of their creator's."`
	Provider       string        `json:"provider" lua:"provider" doc:"Only connections to this application."`
	UpdatedAfter   op.RFC3339    `json:"updated_after" lua:"updated_after" doc:"Only connections changed after this moment."`
	IncludeRuntime op.Opt[bool]  `json:"-" lua:"include_runtime_connections" default:"false" doc:"Also those of end users."`
	IncludeTags    op.Opt[bool]  `json:"-" lua:"include_tags" default:"false" doc:"Show the tags of each."`
}

// The manual has no paging here, and the vendor's own client asks for pages all
// the same: pages are asked for, and an answer with all at once is taken.
var listConnections = op.NewList(op.Operation{
	Name: "workato.list_connections",
	Doc: `Lists connections.

All that match and the client can see, in Workato's order. There is no operation that reads a single one. Nothing
tells who made a connection.`,
	Source:      connectionsPage,
	Example:     `for c in iter(workato.list_connections, { provider = "salesforce" }) do print(c.id, c.name, c.authorization_status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Shows: unless(op.Many(connection, map[string]op.Match{
		"provider": op.EqualFold("application"),
	}, "include_tags", "include_runtime_connections"), content, runtimeConnections),
}, func(ctx context.Context, c *client, in ListConnections, cursor string) ([]Connection, string, error) {
	return page[Connection](ctx, c, rest.Path("connections"), in.query(), ifPaged, cursor)
})

func (in ListConnections) query() url.Values {
	q := query(in)
	truth(q, "include_runtime_connections", in.IncludeRuntime)
	if in.IncludeTags.Or(false) {
		q.Set("includes[]", "tags")
	}
	return q
}

// ConnectionFields are what creates and updates share.
type ConnectionFields struct {
	FolderID        op.Opt[int64]     `json:"folder_id,omitzero" lua:"folder_id" doc:"Folder it is in."`
	ParentID        op.Opt[int64]     `json:"parent_id,omitzero" lua:"parent_id" doc:"Connection to derive it from, of the same provider."`
	ExternalID      op.Opt[string]    `json:"external_id,omitzero" lua:"external_id" doc:"Id of your own."`
	ShellConnection op.Opt[bool]      `json:"shell_connection,omitzero" lua:"shell_connection" default:"false" doc:"Do not try to authorise it: connections that sign in by OAuth can only be authorised on Workato's web pages."`
	Input           map[string]op.Raw `json:"input,omitzero" lua:"input,secret" doc:"Parameters of the application, with its credentials."`
}

// CreateConnection is the input of workato.create_connection.
type CreateConnection struct {
	Name     string `json:"name" lua:"name,required,key" doc:"Name."`
	Provider string `json:"provider" lua:"provider,required" doc:"Application that it reaches, like salesforce."`
	ConnectionFields
}

var createConnection = op.New(op.Operation{
	Name: "workato.create_connection",
	Doc: `Creates a connection.

It is authorised at once with the credentials in input, unless shell_connection is true: look at authorization_status.
Raises invalid if Workato does not know the provider, or refuses a value.`,
	Source:  connectionsPage,
	Example: `workato.create_connection { name = "Salesforce (CI)", provider = "salesforce", folder_id = 193, shell_connection = true }`,
	Effect:  op.Write,
	Object:  "connection",
	Shows:   op.Created(connection),
	Changes: []op.Change{op.Creates(connection, op.With{
		"application": op.Arg("provider"), "tags": op.Vague(), "connection_lost_at": op.Is(nil), "connection_lost_reason": op.Is(nil),
		"parent_id": op.Arg("parent_id"), "external_id": op.Arg("external_id"),
	})},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		verb, args, ok := op.Deletes("delete_connection", "connection_id", "id")(u)
		return verb, args, ok && op.Element(u.Answer, "authorization_status") != "success" // else it has to be disconnected first
	},
}, func(ctx context.Context, c *client, in CreateConnection) (x Connection, err error) {
	return x, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("connections"), Body: in}, &x)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateConnection, since time.Time) (x Connection, landed bool, err error) {
	filter := ListConnections{FolderID: in.FolderID, Provider: in.Provider}
	all, err := everything[Connection](ctx, c, rest.Path("connections"), filter.query(), ifPaged)
	if err != nil {
		return x, false, err
	}
	found, err := newest(all, since, func(x Connection) bool { return x.Name == in.Name }, func(x Connection) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return x, false, err
	}
	return theOne(found, "connection "+in.Name)
}))

// UpdateConnection is the input of workato.update_connection.
type UpdateConnection struct {
	ID       int64          `json:"-" lua:"connection_id,required,key" doc:"Connection to change."`
	Name     op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	Provider op.Opt[string] `json:"provider,omitzero" lua:"provider" doc:"Application that it reaches."`
	ConnectionFields
}

// The list of privileges says POST; manual and clients say PUT.
var updateConnection = op.New(op.Operation{
	Name: "workato.update_connection",
	Doc: `Changes the given fields of a connection.

Only what is given is sent; with input it is authorised anew. Raises not_found if there is no such connection, and
invalid if Workato refuses a value.`,
	Source:      connectionsPage,
	Example:     `workato.update_connection { connection_id = 36, name = "Salesforce (CI)" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Shows:       op.One(connection, "connection_id"),
	Changes: []op.Change{
		op.Sets(connection, "connection_id", op.With{
			"application":          op.Arg("provider"),
			"authorization_status": op.If(op.Vague(), "input", "provider", "shell_connection", "parent_id"),
			"authorization_error":  op.If(op.Vague(), "input", "provider", "shell_connection", "parent_id"),
			"authorized_at":        op.If(op.Vague(), "input", "provider", "shell_connection", "parent_id"),
		}),
		op.When(given("input", "shell_connection"), op.Hides(connection, "connection_id")),
		op.When(given("name", "provider"), op.Blurs(recipe, "config")),
	},
	Inverse: formerConnection,
}, func(ctx context.Context, c *client, in UpdateConnection) (x Connection, err error) {
	if err := changing(in); err != nil {
		return x, err
	}
	return x, c.one(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("connections", in.ID), Body: in}, &x)
})

// formerConnection takes back a change of what can be read: credentials cannot.
func formerConnection(u op.Undo) (string, op.Args, bool) {
	if given("input", "shell_connection", "provider")(u.Args) {
		return "", nil, false
	}
	return op.Restores("update_connection", "connection_id")(u)
}

// RevokeConnectionAuthorization is the input of
// workato.revoke_connection_authorization.
type RevokeConnectionAuthorization struct {
	ID    int64        `json:"-" lua:"connection_id,required,key" doc:"Connection to disconnect."`
	Force op.Opt[bool] `json:"-" lua:"force" default:"false" doc:"Disconnect it even if recipes run that use it; they stop working."`
}

// The manual has force in the query, the API reference in the body: it is sent
// in both.
var revokeConnectionAuthorization = op.New(op.Operation{
	Name: "workato.revoke_connection_authorization",
	Doc: `Disconnects a connection: takes its authorisation away.

It stays, and can be authorised again with its credentials; one that is disconnected already stays so.
Raises not_found if there is no such connection, and conflict or invalid if recipes that run use it and force is not
true.`,
	Source:      connectionsPage,
	Example:     `workato.revoke_connection_authorization { connection_id = 36 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Changes: []op.Change{
		op.Hides(connection, "connection_id"),
		op.Unsettles(connection, "connection_id", "authorization_status", "authorized_at", "authorization_error"),
		op.When(isTrue("force"), op.Blurs(recipe, "running", "stopped_at", "stop_cause"), op.Stirs(jobs)),
	},
}, func(ctx context.Context, c *client, in RevokeConnectionAuthorization) (op.None, error) {
	r := rest.Request{Method: http.MethodPost, Path: rest.Path("connections", in.ID, "disconnect")}
	if in.Force.Or(false) {
		r.Query, r.Body = url.Values{"force": {"true"}}, map[string]bool{"force": true}
	}
	return op.None{}, c.done(ctx, r)
})

// DeleteConnection is the input of workato.delete_connection.
type DeleteConnection struct {
	ID int64 `json:"-" lua:"connection_id,required,key" doc:"Connection to delete."`
}

// How the refusal looks is unconfirmed.
var deleteConnection = op.New(op.Operation{
	Name: "workato.delete_connection",
	Doc: `Deletes a connection that is disconnected and that no active recipe uses.

Raises not_found if there is no such connection, and conflict or invalid if it is still connected or used.`,
	Source:      connectionsPage,
	Example:     `workato.delete_connection { connection_id = 36 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Changes:     []op.Change{op.Removes(connection, "connection_id"), op.Blurs(recipe, "config")},
}, func(ctx context.Context, c *client, in DeleteConnection) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("connections", in.ID)})
})

// GetConnectionPickList is the input of workato.get_connection_pick_list.
type GetConnectionPickList struct {
	ID     int64             `json:"-" lua:"connection_id,required,key" doc:"Connection to ask through."`
	Name   string            `json:"pick_list_name" lua:"pick_list_name,required" doc:"Name of the pick list, as the connector has it."`
	Params map[string]op.Raw `json:"pick_list_params,omitzero" lua:"pick_list_params" doc:"Parameters of the pick list."`
}

// It only reads, although it is a POST.
var getConnectionPickList = op.New(op.Operation{
	Name: "workato.get_connection_pick_list",
	Doc: `Reads the choices of a field of the application, through a connection.

Each is a list of a label, a value, and what else the connector says. Raises not_found if there is no such connection,
and invalid if it has no such pick list.`,
	Source:      connectionsPage,
	Example:     `for _, x in ipairs(workato.get_connection_pick_list { connection_id = 36, pick_list_name = "sobject" }) do print(x[1], x[2]) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "pick list of connection",
	Shows:       op.Blind(connection, content),
}, func(ctx context.Context, c *client, in GetConnectionPickList) (choices [][]op.Raw, err error) {
	return choices, c.listBy(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("connections", in.ID, "pick_list"), Body: in, Safe: true}, &choices)
})

// CreateRuntimeUserConnection is the input of
// workato.create_runtime_user_connection.
type CreateRuntimeUserConnection struct {
	ParentID    int64          `json:"parent_id" lua:"parent_id,required" doc:"Connection it is derived from."`
	FolderID    int64          `json:"folder_id" lua:"folder_id,required" doc:"Folder it is put in."`
	ExternalID  string         `json:"external_id" lua:"external_id,required,key" doc:"Your own id of the end user."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	CallbackURL op.Opt[string] `json:"callback_url,omitzero" lua:"callback_url" doc:"Where Workato tells that it is authorised."`
	RedirectURL op.Opt[string] `json:"redirect_url,omitzero" lua:"redirect_url" doc:"Where the end user is led then."`
}

// RuntimeUserConnection is a connection that an end user has to authorise.
type RuntimeUserConnection struct {
	ID    Int      `json:"id" lua:"id,key" doc:"Id of the connection."`
	URL   string   `json:"url" lua:"url" doc:"Where the end user authorises it."`
	Extra op.Extra `json:",embed"`
}

var createRuntimeUserConnection = op.New(op.Operation{
	Name: "workato.create_runtime_user_connection",
	Doc: `Begins a connection of an end user, who has to authorise it by OAuth.

Raises not_found if there is no such connection to derive it from, and invalid if Workato refuses a value.`,
	Source:  connectionsPage,
	Example: `print(workato.create_runtime_user_connection { parent_id = 36, folder_id = 193, external_id = "user-17" }.url)`,
	Effect:  op.Write,
	Object:  "runtime user connection",
	Changes: []op.Change{op.Stirs(runtimeConnections)},
	Inverse: op.Deletes("delete_connection", "connection_id", "id"),
}, func(ctx context.Context, c *client, in CreateRuntimeUserConnection) (x RuntimeUserConnection, err error) {
	return x, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("connections", "runtime_user_connections"), Body: in}, &x)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateRuntimeUserConnection, since time.Time) (x RuntimeUserConnection, landed bool, err error) {
	if err := rest.Filled("external_id", in.ExternalID); err != nil {
		return x, false, err
	}
	filter := ListConnections{ExternalID: in.ExternalID, ParentID: op.Some(in.ParentID), IncludeRuntime: op.Some(true)}
	all, err := everything[Connection](ctx, c, rest.Path("connections"), filter.query(), ifPaged)
	if err != nil {
		return x, false, err
	}
	found, err := newest(all, since, func(x Connection) bool { return string(x.ExternalID.Value) == in.ExternalID }, func(x Connection) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return x, false, err
	}
	one, landed, err := theOne(found, "runtime user connection "+in.ExternalID)
	if err != nil || !landed {
		return x, false, err
	}
	x, err = oauthURL(ctx, c, int64(one.ID))
	return x, err == nil, err
}))

// GetRuntimeUserConnectionURL is the input of
// workato.get_runtime_user_connection_url.
type GetRuntimeUserConnectionURL struct {
	ID int64 `json:"-" lua:"connection_id,required,key" doc:"Runtime user connection to authorise."`
}

var getRuntimeUserConnectionURL = op.New(op.Operation{
	Name: "workato.get_runtime_user_connection_url",
	Doc: `Reads where an end user authorises a connection.

Raises not_found if there is no such connection.`,
	Source:      connectionsPage,
	Example:     `print(workato.get_runtime_user_connection_url { connection_id = 37 }.url)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "runtime user connection",
	Shows:       op.Blind(runtimeConnections, connection),
}, func(ctx context.Context, c *client, in GetRuntimeUserConnectionURL) (RuntimeUserConnection, error) {
	return oauthURL(ctx, c, in.ID)
})

// oauthURL completes the answer, which has the address alone.
func oauthURL(ctx context.Context, c *client, id int64) (x RuntimeUserConnection, err error) {
	err = c.get(ctx, rest.Path("connections", "runtime_user_connections", id, "get_oauth_url"), nil, &x)
	if err == nil && x.URL == "" {
		return x, &op.Error{Kind: op.Garbled, Subject: fmt.Sprintf("runtime user connection %d", id), Cause: "there is no address in the answer"}
	}
	x.ID = Int(id)
	return x, err
}
