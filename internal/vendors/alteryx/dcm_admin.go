package alteryx

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// These operations act on everybody's DCM connections and want a Curator.

// ListAdminDCMConnections is the input of alteryx.list_admin_dcm_connections.
type ListAdminDCMConnections struct {
	ConnectionID string `json:"connectionId" lua:"connection_id,key" doc:"Only the DCM connections that this connection id of a workflow stands for."`
	VisibleBy    string `json:"visibleBy" lua:"visible_by" doc:"Only what this user may see, as they see it. By the user's id."`
}

// The swagger declares one object, and says list: both are read.
var listAdminDCMConnections = op.New(op.Operation{
	Name: "alteryx.list_admin_dcm_connections",
	Doc: `Lists the DCM connections of all users.

All that match, in the Server's order; there is no paging. Secrets come without their values.
Raises denied if the connection's user is not a Curator, and invalid if the Server refuses a filter.`,
	Source:      dcmPage,
	Example:     `for _, d in ipairs(alteryx.list_admin_dcm_connections { visible_by = "61d57bea3c15317e1a48205b" }) do print(d.name, d.owner.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Shows:       unless(op.Many(dcmConnection, map[string]op.Match{"connection_id": op.Has("assigned_connection_ids")}), deletedDCM),
}, func(ctx context.Context, c *client, in ListAdminDCMConnections) ([]DCMConnection, error) {
	return c.adminDCMConnections(ctx, in)
})

func (c *client) adminDCMConnections(ctx context.Context, in ListAdminDCMConnections) (all oneOrMany[DCMConnection], err error) {
	return all, c.Get(ctx, rest.Path("v3", "dcm", "admin", "connections"), rest.Query(in), &all)
}

// GetAdminDCMConnection is the input of alteryx.get_admin_dcm_connection.
type GetAdminDCMConnection struct {
	ID string `json:"-" lua:"id,required,key" doc:"DCM connection to read."`
}

var getAdminDCMConnection = op.New(op.Operation{
	Name: "alteryx.get_admin_dcm_connection",
	Doc: `Reads any user's DCM connection.

Secrets come without their values. Raises not_found if there is no such DCM connection, and denied if the connection's
user is not a Curator.`,
	Source:      dcmPage,
	Example:     `print(alteryx.get_admin_dcm_connection { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3" }.owner.email)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Shows:       unless(op.One(dcmConnection, "id"), deletedDCM),
}, func(ctx context.Context, c *client, in GetAdminDCMConnection) (d DCMConnection, err error) {
	return d, c.Get(ctx, rest.Path("v3", "dcm", "admin", "connections", in.ID), nil, &d)
})

// CreateAdminDCMConnection is the input of alteryx.create_admin_dcm_connection.
type CreateAdminDCMConnection struct {
	OwnerID string `lua:"owner_id,required" doc:"User who shall own it."`
	DCMConnectionContract
}

// Two namesakes of the same kind that the owner got in the same minutes
// cannot be told apart: they raise in_doubt.
var createAdminDCMConnection = op.New(op.Operation{
	Name: "alteryx.create_admin_dcm_connection",
	Doc: `Creates a DCM connection that another user owns.

The Server must run with TLS. A data source or credential that is given without an id is created along.
Raises invalid if the Server refuses a value, not_found if there is no owner, data source or credential with an id that
was given, and denied if the connection's user is not a Curator.`,
	Source:  dcmPage,
	Example: `alteryx.create_admin_dcm_connection { owner_id = "61d57bea3c15317e1a48205b", name = "Warehouse", schema_name = "database-odbc-mssql-adintegrated", parameters = {}, data_source = { name = "mssql-01", schema_name = "database-odbc-mssql", host = "mssql-01", parameters = {} }, credentials = {} }`,
	Effect:  op.Write,
	Object:  "DCM connection",
	Shows:   op.Created(dcmConnection),
	Changes: []op.Change{
		op.When(sharesParts, op.Blurs(dcmConnection, "data_source", "credentials")),
		op.Creates(dcmConnection, dcmCreated(ownedBy("owner_id"))),
		op.Stirs(visibleDCM),
	},
}, func(ctx context.Context, c *client, in CreateAdminDCMConnection) (d DCMConnection, err error) {
	if err := rest.Filled("owner_id", in.OwnerID); err != nil {
		return d, err
	}
	return d, c.Post(ctx, rest.Path("v3", "dcm", "admin", "connections"), in.upsert(in.OwnerID, ""), &d)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateAdminDCMConnection, since time.Time) (DCMConnection, bool, error) {
	return c.madeDCMConnection(ctx, in.DCMConnectionContract, in.OwnerID, since)
}))

// UpdateAdminDCMConnection is the input of alteryx.update_admin_dcm_connection.
type UpdateAdminDCMConnection struct {
	ID      string `lua:"id,required,key" doc:"DCM connection to change."`
	OwnerID string `lua:"owner_id,required" doc:"User who owns it."`
	DCMConnectionContract
}

// Not read first, as update_dcm_connection is not. Whether another owner id
// moves the connection is not documented.
var updateAdminDCMConnection = op.New(op.Operation{
	Name: "alteryx.update_admin_dcm_connection",
	Doc: `Replaces any user's DCM connection; so its secrets can be rotated from one place.

All of it has to be given, data source and credentials with their ids: read it with get_admin_dcm_connection, and add
the values of the secrets, which are never answered. The Server must run with TLS.
Raises not_found if there is no such DCM connection, invalid if the Server refuses a value, and denied if the
connection's user is not a Curator.`,
	Source:      dcmPage,
	Example:     `alteryx.update_admin_dcm_connection { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3", owner_id = "61d57bea3c15317e1a48205b", name = "Warehouse", schema_name = "database-odbc-mssql-adintegrated", parameters = {}, data_source = { id = "22222222-2222-2222-2222-222222222222", name = "mssql-01", schema_name = "database-odbc-mssql", host = "mssql-02", parameters = {} }, credentials = {} }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Shows:       op.One(dcmConnection, "id"),
	Changes: []op.Change{
		op.Blurs(dcmConnection, "data_source", "credentials"),
		op.Sets(dcmConnection, "id", dcmUpdated(maybeOwnedBy("owner_id"))),
		op.Hides(dcmConnection, "id"),
		op.Stirs(visibleDCM),
	},
}, func(ctx context.Context, c *client, in UpdateAdminDCMConnection) (d DCMConnection, err error) {
	if err := rest.Filled("id", in.ID); err != nil { // without an id the Server would create
		return d, err
	}
	if err := rest.Filled("owner_id", in.OwnerID); err != nil {
		return d, err
	}
	if err := in.withIDs(); err != nil {
		return d, err
	}
	return d, c.Post(ctx, rest.Path("v3", "dcm", "admin", "connections"), in.upsert(in.OwnerID, in.ID), &d)
})

// DeleteAdminDCMConnection is the input of alteryx.delete_admin_dcm_connection.
type DeleteAdminDCMConnection struct {
	ID string `json:"-" lua:"id,required,key" doc:"DCM connection to delete."`
}

var deleteAdminDCMConnection = op.New(op.Operation{
	Name: "alteryx.delete_admin_dcm_connection",
	Doc: `Deletes any user's DCM connection.

Its data source and credentials can go with it: the answer lists all that went.
Raises not_found if there is no such DCM connection, and denied if the connection's user is not a Curator.`,
	Source:      dcmPage,
	Example:     `alteryx.delete_admin_dcm_connection { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Changes:     []op.Change{op.Removes(dcmConnection, "id")},
}, func(ctx context.Context, c *client, in DeleteAdminDCMConnection) (d DeletedDCM, err error) {
	return d, c.Delete(ctx, rest.Path("v3", "dcm", "admin", "connections", in.ID), nil, &d)
})

// DeleteAdminDCMExecutionSharing is the input of
// alteryx.delete_admin_dcm_execution_sharing.
type DeleteAdminDCMExecutionSharing struct {
	ID string `json:"-" lua:"id,required,key" doc:"DCM connection that nobody but its owner shall run with."`
}

var deleteAdminDCMExecutionSharing = op.New(op.Operation{
	Name: "alteryx.delete_admin_dcm_execution_sharing",
	Doc: `Takes any user's DCM connection from all who may run workflows with it, but for its owner.

Raises not_found if there is no such DCM connection, and denied if the connection's user is not a Curator.`,
	Source:      dcmPage,
	Example:     `alteryx.delete_admin_dcm_execution_sharing { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "execution sharing of DCM connection",
	Changes:     []op.Change{sharesDCM("execution", nil), op.Stirs(visibleDCM)},
}, func(ctx context.Context, c *client, in DeleteAdminDCMExecutionSharing) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "dcm", "admin", "connections", in.ID, "sharing", "execution"), nil, nil)
})

// DeleteAdminDCMCollaborationSharing is the input of
// alteryx.delete_admin_dcm_collaboration_sharing.
type DeleteAdminDCMCollaborationSharing struct {
	ID string `json:"-" lua:"id,required,key" doc:"DCM connection that nobody but its owner shall use."`
}

var deleteAdminDCMCollaborationSharing = op.New(op.Operation{
	Name: "alteryx.delete_admin_dcm_collaboration_sharing",
	Doc: `Takes any user's DCM connection from all who may use it in workflows of their own, but for its owner.

Raises not_found if there is no such DCM connection, denied if the connection's user is not a Curator, and unsupported
if the Server is too old.`,
	Source:      swagger + "DCMEAdmin: DCMEAdmin_UnshareConnectionForCollaborationAdmin",
	Example:     `alteryx.delete_admin_dcm_collaboration_sharing { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "collaboration sharing of DCM connection",
	Changes:     []op.Change{sharesDCM("collaboration", nil), op.Stirs(visibleDCM)},
}, func(ctx context.Context, c *client, in DeleteAdminDCMCollaborationSharing) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "dcm", "admin", "connections", in.ID, "sharing", "collaboration"), nil, nil)
})

// ConnectDCMConnection is a DCM connection as Alteryx Connect reads it.
type ConnectDCMConnection struct {
	ObjectID   string               `json:"objectId" lua:"object_id,key" doc:"Id: a GUID."`
	Name       string               `json:"name" lua:"name" doc:"Name."`
	DataSource ConnectDCMDataSource `json:"dataSource" lua:"data_source" doc:"Data source."`
	Extra      op.Extra             `json:",embed"`
}

// ConnectDCMDataSource is a data source as Alteryx Connect reads it.
type ConnectDCMDataSource struct {
	Name       string            `json:"name" lua:"name" doc:"Name."`
	SchemaName string            `json:"schemaName" lua:"schema_name" doc:"Kind of data source."`
	DrvName    op.Opt[string]    `json:"drvName,omitzero" lua:"drv_name" doc:"Driver; absent if there is none."`
	Host       op.Opt[string]    `json:"host,omitzero" lua:"host" doc:"Host; absent if there is none."`
	Parameters map[string]op.Raw `json:"parameters" lua:"parameters" doc:"Parameters of the data source, as the schema names them."`
	Extra      op.Extra          `json:",embed"`
}

// GetConnectDCMConnection is the input of alteryx.get_connect_dcm_connection.
type GetConnectDCMConnection struct {
	ConnectionID string `json:"-" lua:"connection_id,required,key" doc:"Connection id as it stands in a workflow."`
}

// That the path wants a connection id, not an id, is inferred from its name.
var getConnectDCMConnection = op.New(op.Operation{
	Name: "alteryx.get_connect_dcm_connection",
	Doc: `Reads the reduced view of a DCM connection that is made for Alteryx Connect.

It has no owner, no credentials and no sharing.
Raises not_found if there is no such DCM connection, invalid if it is not a connection id, and denied if the
connection's user is not a Curator.`,
	Source:      swagger + "DCMEConnect: DCMEConnect_GetDCMEConnectionForConnect",
	Example:     `print(alteryx.get_connect_dcm_connection { connection_id = "c.cid.123b5925-e1e5-4568-a2cc-83c74eee8a6e" }.data_source.host)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Shows:       op.Blind(dcmConnection, deletedDCM),
}, func(ctx context.Context, c *client, in GetConnectDCMConnection) (d ConnectDCMConnection, err error) {
	return d, c.Get(ctx, rest.Path("v3", "DCMEConnections", in.ConnectionID), nil, &d)
})
