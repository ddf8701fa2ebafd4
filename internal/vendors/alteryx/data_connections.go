package alteryx

import (
	"context"
	"slices"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// These are the Server's own data connections, which workflows name in their
// input and output tools. Those of the Data Connection Manager are in dcm.go.

const dataConnectionsPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/server-connection-endpoints.html"

var dataConnectionOperations = []*op.Operation{
	listDataConnections, getDataConnection, updateDataConnection, deleteDataConnection,
	addDataConnectionUser, addDataConnectionUserGroup, removeDataConnectionUser, removeDataConnectionUserGroup,
}

// DataConnection is a data connection of the Server. The fields from
// dcm_connection_id on are absent from lists in the Default view.
type DataConnection struct {
	ID                 string           `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name               string           `json:"name" lua:"name" doc:"Name."`
	ConnectionString   string           `json:"connectionString" lua:"connection_string,secret" doc:"What the database driver is given; it can hold a password."`
	ConnectionType     string           `json:"connectionType" lua:"connection_type" doc:"Kind of database."`
	DCMConnectionID    op.Opt[string]   `json:"dcmConnectionId,omitzero" lua:"dcm_connection_id" doc:"DCM connection that took its place; absent if none did."`
	DCMConnectionTitle op.Opt[string]   `json:"dcmConnectionTitle,omitzero" lua:"dcm_connection_title" doc:"Title of that DCM connection."`
	UserIDs            op.Opt[[]string] `json:"userIds,omitzero" lua:"user_ids" doc:"Users it is shared with."`
	UserGroupIDs       op.Opt[[]string] `json:"userGroupIds,omitzero" lua:"user_group_ids" doc:"User groups it is shared with."`
	Extra              op.Extra         `json:",embed"`
}

// ListDataConnections is the input of alteryx.list_data_connections.
type ListDataConnections struct {
	View string `json:"view" lua:"view" enum:"Default Full" default:"Default" doc:"Full adds to each with whom it is shared."`
}

var listDataConnections = op.New(op.Operation{
	Name: "alteryx.list_data_connections",
	Doc: `Lists the Server's data connections.

All of them, in the Server's order; there is no paging. Those of the Data Connection Manager are not among them.
Raises denied if the connection's user is not a Curator.`,
	Source:      dataConnectionsPage,
	Example:     `for _, d in ipairs(alteryx.list_data_connections { view = "Full" }) do print(d.name, #d.user_ids) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "data connection",
	Shows:       inFull(op.Many(dataConnection, nil), "id", "name", "connection_string", "connection_type"),
}, func(ctx context.Context, c *client, in ListDataConnections) (connections []DataConnection, err error) {
	return connections, c.Get(ctx, rest.Path("v3", "serverDataConnections"), rest.Query(in), &connections)
})

// GetDataConnection is the input of alteryx.get_data_connection.
type GetDataConnection struct {
	DataConnectionID string `json:"-" lua:"data_connection_id,required,key" doc:"Data connection to read."`
}

var getDataConnection = op.New(op.Operation{
	Name: "alteryx.get_data_connection",
	Doc: `Reads one data connection with the users and groups that it is shared with.

Raises not_found if there is no such data connection.`,
	Source:      dataConnectionsPage,
	Example:     `print(alteryx.get_data_connection { data_connection_id = "61dec3bc3c15317e1a480101" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "data connection",
	Shows:       op.One(dataConnection, "data_connection_id"),
}, func(ctx context.Context, c *client, in GetDataConnection) (DataConnection, error) {
	return c.dataConnection(ctx, in.DataConnectionID)
})

func (c *client) dataConnection(ctx context.Context, id string) (d DataConnection, err error) {
	return d, c.Get(ctx, rest.Path("v3", "serverDataConnections", id), nil, &d)
}

// UpdateDataConnection is the input of alteryx.update_data_connection.
type UpdateDataConnection struct {
	DataConnectionID string `json:"-" lua:"data_connection_id,required,key" doc:"Data connection to rename."`
	Name             string `json:"name" lua:"name,required" doc:"New name, 1 to 255 characters."`
}

var updateDataConnection = op.New(op.Operation{
	Name: "alteryx.update_data_connection",
	Doc: `Renames a data connection.

Nothing but the name can be changed.
Raises not_found if there is no such data connection, and invalid if the Server refuses the name.`,
	Source:      dataConnectionsPage,
	Example:     `alteryx.update_data_connection { data_connection_id = "61dec3bc3c15317e1a480101", name = "Warehouse" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "data connection",
	Inverse:     op.Restores("update_data_connection", "data_connection_id"),
	Shows:       op.One(dataConnection, "data_connection_id"),
	Changes:     []op.Change{op.Sets(dataConnection, "data_connection_id", nil)},
}, func(ctx context.Context, c *client, in UpdateDataConnection) (d DataConnection, err error) {
	return d, c.Put(ctx, rest.Path("v3", "serverDataConnections", in.DataConnectionID), in, &d)
})

// DeleteDataConnection is the input of alteryx.delete_data_connection.
type DeleteDataConnection struct {
	DataConnectionID string `json:"-" lua:"data_connection_id,required,key" doc:"Data connection to delete."`
}

var deleteDataConnection = op.New(op.Operation{
	Name: "alteryx.delete_data_connection",
	Doc: `Deletes a data connection.

Workflows that name it fail from then on. Raises not_found if there is no such data connection.`,
	Source:      dataConnectionsPage,
	Example:     `alteryx.delete_data_connection { data_connection_id = "61dec3bc3c15317e1a480101" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "data connection",
	Changes:     []op.Change{op.Removes(dataConnection, "data_connection_id")},
}, func(ctx context.Context, c *client, in DeleteDataConnection) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "serverDataConnections", in.DataConnectionID), nil, nil)
})

// AddDataConnectionUser is the input of alteryx.add_data_connection_user.
type AddDataConnectionUser struct {
	DataConnectionID string `json:"-" lua:"data_connection_id,required,key" doc:"Data connection to share."`
	UserID           string `json:"userId" lua:"user_id,required" doc:"User who may use it."`
}

// The answer to a repeat is not documented, hence Once. The probe cannot tell
// a share that stood before from the call's; either is what was asked for.
var addDataConnectionUser = op.New(op.Operation{
	Name: "alteryx.add_data_connection_user",
	Doc: `Shares a data connection with a user.

Raises not_found if there is no such data connection, and invalid if the Server refuses the user.`,
	Source:  dataConnectionsPage,
	Example: `alteryx.add_data_connection_user { data_connection_id = "61dec3bc3c15317e1a480101", user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:  op.Write,
	Object:  "data connection",
	Inverse: takesOut("remove_data_connection_user", "user_ids", "", "user_id", "data_connection_id", "user_id"),
	Shows:   op.One(dataConnection, "data_connection_id"),
	Changes: []op.Change{op.Puts(dataConnection, "data_connection_id", "user_ids", "user_id")},
}, func(ctx context.Context, c *client, in AddDataConnectionUser) (d DataConnection, err error) {
	if err := rest.Filled("user_id", in.UserID); err != nil {
		return d, err
	}
	return d, c.Post(ctx, rest.Path("v3", "serverDataConnections", in.DataConnectionID, "users"), in, &d)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddDataConnectionUser, _ time.Time) (DataConnection, bool, error) {
	d, err := c.dataConnection(ctx, in.DataConnectionID)
	return d, slices.Contains(d.UserIDs.Value, in.UserID), err
}))

// AddDataConnectionUserGroup is the input of
// alteryx.add_data_connection_user_group.
type AddDataConnectionUserGroup struct {
	DataConnectionID string `json:"-" lua:"data_connection_id,required,key" doc:"Data connection to share."`
	UserGroupID      string `json:"userGroupId" lua:"user_group_id,required" doc:"User group whose members may use it."`
}

// As with users.
var addDataConnectionUserGroup = op.New(op.Operation{
	Name: "alteryx.add_data_connection_user_group",
	Doc: `Shares a data connection with a user group.

Raises not_found if there is no such data connection, and invalid if the Server refuses the group.`,
	Source:  dataConnectionsPage,
	Example: `alteryx.add_data_connection_user_group { data_connection_id = "61dec3bc3c15317e1a480101", user_group_id = "61d57bea3c15317e1a482060" }`,
	Effect:  op.Write,
	Object:  "data connection",
	Inverse: takesOut("remove_data_connection_user_group", "user_group_ids", "", "user_group_id", "data_connection_id", "user_group_id"),
	Shows:   op.One(dataConnection, "data_connection_id"),
	Changes: []op.Change{op.Puts(dataConnection, "data_connection_id", "user_group_ids", "user_group_id")},
}, func(ctx context.Context, c *client, in AddDataConnectionUserGroup) (d DataConnection, err error) {
	if err := rest.Filled("user_group_id", in.UserGroupID); err != nil {
		return d, err
	}
	return d, c.Post(ctx, rest.Path("v3", "serverDataConnections", in.DataConnectionID, "userGroups"), in, &d)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddDataConnectionUserGroup, _ time.Time) (DataConnection, bool, error) {
	d, err := c.dataConnection(ctx, in.DataConnectionID)
	return d, slices.Contains(d.UserGroupIDs.Value, in.UserGroupID), err
}))

// RemoveDataConnectionUser is the input of alteryx.remove_data_connection_user.
type RemoveDataConnectionUser struct {
	DataConnectionID string `json:"-" lua:"data_connection_id,required,key" doc:"Data connection to take away."`
	UserID           string `json:"-" lua:"user_id,required" doc:"User who may no longer use it."`
}

// What the Server answers when it is not shared with the user is not
// documented; 404 is likely.
var removeDataConnectionUser = op.New(op.Operation{
	Name: "alteryx.remove_data_connection_user",
	Doc: `Takes a data connection away from a user.

What the user has through a group stays. Raises not_found if there is no such data connection or user.`,
	Source:      dataConnectionsPage,
	Example:     `alteryx.remove_data_connection_user { data_connection_id = "61dec3bc3c15317e1a480101", user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "data connection",
	Inverse:     putsBack("add_data_connection_user", "user_ids", "", "user_id", "data_connection_id", "user_id"),
	Shows:       op.One(dataConnection, "data_connection_id"),
	Changes:     []op.Change{op.Drops(dataConnection, "data_connection_id", "user_ids", "", "user_id")},
}, func(ctx context.Context, c *client, in RemoveDataConnectionUser) (d DataConnection, err error) {
	return d, c.Delete(ctx, rest.Path("v3", "serverDataConnections", in.DataConnectionID, "users", in.UserID), nil, &d)
})

// RemoveDataConnectionUserGroup is the input of
// alteryx.remove_data_connection_user_group.
type RemoveDataConnectionUserGroup struct {
	DataConnectionID string `json:"-" lua:"data_connection_id,required,key" doc:"Data connection to take away."`
	UserGroupID      string `json:"-" lua:"user_group_id,required" doc:"User group whose members may no longer use it."`
}

// As with users.
var removeDataConnectionUserGroup = op.New(op.Operation{
	Name: "alteryx.remove_data_connection_user_group",
	Doc: `Takes a data connection away from a user group.

Members whom it is shared with themselves keep it. Raises not_found if there is no such data connection or group.`,
	Source:      dataConnectionsPage,
	Example:     `alteryx.remove_data_connection_user_group { data_connection_id = "61dec3bc3c15317e1a480101", user_group_id = "61d57bea3c15317e1a482060" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "data connection",
	Inverse:     putsBack("add_data_connection_user_group", "user_group_ids", "", "user_group_id", "data_connection_id", "user_group_id"),
	Shows:       op.One(dataConnection, "data_connection_id"),
	Changes:     []op.Change{op.Drops(dataConnection, "data_connection_id", "user_group_ids", "", "user_group_id")},
}, func(ctx context.Context, c *client, in RemoveDataConnectionUserGroup) (d DataConnection, err error) {
	return d, c.Delete(ctx, rest.Path("v3", "serverDataConnections", in.DataConnectionID, "userGroups", in.UserGroupID), nil, &d)
})
