package alteryx

import (
	"context"
	"fmt"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// DCM is the Data Connection Manager. A DCM connection joins one data source
// with the credentials that it needs, each under a role of its own, and is
// read and written as a whole. It has two ids: the one that these operations
// take, and the connection id by which workflows name it.
//
// These operations act on what the connection's user owns or may see, those
// of dcm_admin.go on everybody's. The vendor's help says that all DCM
// endpoints want a Server with TLS.

const dcmPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/dcme-endpoints.html"

var dcmOperations = []*op.Operation{
	getDCMConnection, getDCMConnectionByConnectionID, createDCMConnection, updateDCMConnection, deleteDCMConnection,
	updateDCMExecutionSharing, deleteDCMExecutionSharing, updateDCMCollaborationSharing,
	listAdminDCMConnections, getAdminDCMConnection, createAdminDCMConnection, updateAdminDCMConnection,
	deleteAdminDCMConnection, deleteAdminDCMExecutionSharing, deleteAdminDCMCollaborationSharing,
	getConnectDCMConnection,
}

// GetDCMConnection is the input of alteryx.get_dcm_connection.
type GetDCMConnection struct {
	ID string `json:"-" lua:"id,required,key" doc:"DCM connection to read."`
}

var getDCMConnection = op.New(op.Operation{
	Name: "alteryx.get_dcm_connection",
	Doc: `Reads a DCM connection that the connection's user may see.

Secrets come without their values. Raises not_found if there is no such DCM connection, or the user may not see it.`,
	Source:      dcmPage,
	Example:     `print(alteryx.get_dcm_connection { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Shows:       unless(op.One(dcmConnection, "id"), visibleDCM, deletedDCM),
}, func(ctx context.Context, c *client, in GetDCMConnection) (d DCMConnection, err error) {
	return d, c.Get(ctx, rest.Path("v3", "dcm", "connections", in.ID), nil, &d)
})

// GetDCMConnectionByConnectionID is the input of
// alteryx.get_dcm_connection_by_connection_id.
type GetDCMConnectionByConnectionID struct {
	ConnectionID string `json:"connectionId" lua:"connection_id,required,key" doc:"Connection id as it stands in a workflow."`
}

var getDCMConnectionByConnectionID = op.New(op.Operation{
	Name: "alteryx.get_dcm_connection_by_connection_id",
	Doc: `Reads the DCM connection that a connection id in a workflow stands for.

The same connection id can stand for another connection with another user. Secrets come without their values.
Raises not_found if it stands for none that the connection's user may see, and invalid if it is not a connection id.`,
	Source:      dcmPage,
	Example:     `print(alteryx.get_dcm_connection_by_connection_id { connection_id = "c.cid.123b5925-e1e5-4568-a2cc-83c74eee8a6e" }.id)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Shows:       op.Blind(dcmConnection, deletedDCM),
}, func(ctx context.Context, c *client, in GetDCMConnectionByConnectionID) (d DCMConnection, err error) {
	if err := rest.Filled("connection_id", in.ConnectionID); err != nil {
		return d, err
	}
	return d, c.Get(ctx, rest.Path("v3", "dcm", "connections", "lookup"), rest.Query(in), &d)
})

// CreateDCMConnection is the input of alteryx.create_dcm_connection.
type CreateDCMConnection struct {
	DCMConnectionContract
}

// Only a Curator can list DCM connections, so the probe of anybody else's
// call raises denied and tells nothing. It does not know who the connection's
// user is: a namesake of the same kind that somebody else made in the same
// minutes would be taken for the call's, or with it raise in_doubt.
var createDCMConnection = op.New(op.Operation{
	Name: "alteryx.create_dcm_connection",
	Doc: `Creates a DCM connection that the connection's user owns.

The Server must run with TLS. A data source or credential that is given without an id is created along.
Raises invalid if the Server refuses a value, not_found if there is no data source or credential with an id that was
given, and denied if the user may not create DCM connections.`,
	Source:  dcmPage,
	Example: `alteryx.create_dcm_connection { name = "Warehouse", schema_name = "database-odbc-mssql-adintegrated", parameters = {}, data_source = { name = "mssql-01", schema_name = "database-odbc-mssql", host = "mssql-01", parameters = {} }, credentials = {} }`,
	Effect:  op.Write,
	Object:  "DCM connection",
	Shows:   op.Created(dcmConnection),
	Changes: []op.Change{
		op.When(sharesParts, op.Blurs(dcmConnection, "data_source", "credentials")),
		op.Creates(dcmConnection, dcmCreated(op.Vague())),
	},
}, func(ctx context.Context, c *client, in CreateDCMConnection) (d DCMConnection, err error) {
	return d, c.Post(ctx, rest.Path("v3", "dcm", "connections"), in.upsert("", ""), &d)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateDCMConnection, since time.Time) (DCMConnection, bool, error) {
	return c.madeDCMConnection(ctx, in.DCMConnectionContract, "", since)
}))

// madeDCMConnection finds the DCM connection that a create made; ownerID is
// "" where it is not known.
func (c *client) madeDCMConnection(ctx context.Context, want DCMConnectionContract, ownerID string, since time.Time) (d DCMConnection, landed bool, err error) {
	all, err := c.adminDCMConnections(ctx, ListAdminDCMConnections{})
	if err != nil {
		return d, false, err
	}
	var made []DCMConnection
	for _, f := range all {
		if f.Name != want.Name || f.SchemaName != want.SchemaName || ownerID != "" && f.Owner.ID != ownerID {
			continue
		}
		recent, err := madeSince(f.CreatedOn, since)
		if err != nil {
			return d, false, err
		}
		if recent {
			made = append(made, f)
		}
	}
	return theOne(made, fmt.Sprintf("DCM connection %q", want.Name))
}

// UpdateDCMConnection is the input of alteryx.update_dcm_connection.
type UpdateDCMConnection struct {
	ID string `lua:"id,required,key" doc:"DCM connection to change."`
	DCMConnectionContract
}

// The connection is not read first to fill in what is not given, as other
// updates do: secrets are never answered, and what becomes of one that is sent
// without its value is not documented. The swagger's own example of an update
// sends secrets without values, so they are presumably kept.
var updateDCMConnection = op.New(op.Operation{
	Name: "alteryx.update_dcm_connection",
	Doc: `Replaces a DCM connection that the connection's user owns.

All of it has to be given, data source and credentials with their ids: read it with get_dcm_connection, and add the
values of the secrets, which are never answered. The Server must run with TLS.
Raises not_found if there is no such DCM connection, or the user may not see it, and invalid if the Server refuses a
value.`,
	Source:      dcmPage,
	Example:     `alteryx.update_dcm_connection { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3", name = "Warehouse", schema_name = "database-odbc-mssql-adintegrated", parameters = {}, data_source = { id = "22222222-2222-2222-2222-222222222222", name = "mssql-01", schema_name = "database-odbc-mssql", host = "mssql-02", parameters = {} }, credentials = {} }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Shows:       op.One(dcmConnection, "id"),
	Changes: []op.Change{
		op.Blurs(dcmConnection, "data_source", "credentials"),
		op.Sets(dcmConnection, "id", dcmUpdated(op.Keep())),
		op.Hides(dcmConnection, "id"),
	},
}, func(ctx context.Context, c *client, in UpdateDCMConnection) (d DCMConnection, err error) {
	if err := rest.Filled("id", in.ID); err != nil { // without an id the Server would create
		return d, err
	}
	if err := in.withIDs(); err != nil {
		return d, err
	}
	return d, c.Post(ctx, rest.Path("v3", "dcm", "connections"), in.upsert("", in.ID), &d)
})

// DeleteDCMConnection is the input of alteryx.delete_dcm_connection.
type DeleteDCMConnection struct {
	ID string `json:"-" lua:"id,required,key" doc:"DCM connection to delete."`
}

var deleteDCMConnection = op.New(op.Operation{
	Name: "alteryx.delete_dcm_connection",
	Doc: `Deletes a DCM connection that the connection's user owns.

Its data source and credentials can go with it: the answer lists all that went.
Raises not_found if there is no such DCM connection, or the user may not see it.`,
	Source:      dcmPage,
	Example:     `alteryx.delete_dcm_connection { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "DCM connection",
	Changes:     []op.Change{op.Removes(dcmConnection, "id")},
}, func(ctx context.Context, c *client, in DeleteDCMConnection) (d DeletedDCM, err error) {
	return d, c.Delete(ctx, rest.Path("v3", "dcm", "connections", in.ID), nil, &d)
})

// UpdateDCMExecutionSharing is the input of
// alteryx.update_dcm_execution_sharing.
type UpdateDCMExecutionSharing struct {
	ID           string   `json:"-" lua:"id,required,key" doc:"DCM connection to share."`
	UserIDs      []string `json:"userIds" lua:"user_ids,required" doc:"All users who may run with it; {} for none."`
	UserGroupIDs []string `json:"userGroupIds" lua:"user_group_ids,required" doc:"All user groups that may run with it; {} for none."`
}

var updateDCMExecutionSharing = op.New(op.Operation{
	Name: "alteryx.update_dcm_execution_sharing",
	Doc: `Sets who may run workflows on the Server with a DCM connection.

Who had it and is not named loses it. The two lists cannot both be empty: delete_dcm_execution_sharing takes it from
all.
Raises not_found if there is no such DCM connection, or the user may not see it, invalid if the Server refuses a value,
and denied if the user may not share DCM connections.`,
	Source:      dcmPage,
	Example:     `alteryx.update_dcm_execution_sharing { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3", user_ids = {}, user_group_ids = { "61d57bea3c15317e1a482060" } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "execution sharing of DCM connection",
	Changes:     []op.Change{sharesDCM("execution", execution)},
}, func(ctx context.Context, c *client, in UpdateDCMExecutionSharing) (op.None, error) {
	return op.None{}, c.Put(ctx, rest.Path("v3", "dcm", "connections", in.ID, "sharing", "execution"), in, nil)
})

// DeleteDCMExecutionSharing is the input of
// alteryx.delete_dcm_execution_sharing.
type DeleteDCMExecutionSharing struct {
	ID string `json:"-" lua:"id,required,key" doc:"DCM connection that nobody else shall run with."`
}

var deleteDCMExecutionSharing = op.New(op.Operation{
	Name: "alteryx.delete_dcm_execution_sharing",
	Doc: `Takes a DCM connection from all who may run workflows with it, but for its owner.

Raises not_found if there is no such DCM connection, or the user may not see it, and denied if the user may not share
DCM connections.`,
	Source:      dcmPage,
	Example:     `alteryx.delete_dcm_execution_sharing { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "execution sharing of DCM connection",
	Changes:     []op.Change{sharesDCM("execution", nil)},
}, func(ctx context.Context, c *client, in DeleteDCMExecutionSharing) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "dcm", "connections", in.ID, "sharing", "execution"), nil, nil)
})

// UpdateDCMCollaborationSharing is the input of
// alteryx.update_dcm_collaboration_sharing.
type UpdateDCMCollaborationSharing struct {
	ID                string   `json:"-" lua:"id,required,key" doc:"DCM connection to share."`
	SharedCredentials []string `json:"sharedCredentials" lua:"shared_credentials,required" doc:"Credentials of the connection to share along, by their ids; {} for none."`
	UserIDs           []string `json:"userIds" lua:"user_ids,required" doc:"All users who may use it; {} for none."`
	UserGroupIDs      []string `json:"userGroupIds" lua:"user_group_ids,required" doc:"All user groups that may use it; {} for none."`
}

// That it replaces is inferred: it is a PUT, and that for execution does.
var updateDCMCollaborationSharing = op.New(op.Operation{
	Name: "alteryx.update_dcm_collaboration_sharing",
	Doc: `Sets who may use a DCM connection in workflows of their own, and which of its credentials go along.

Who had it and is not named loses it. Those who get it without a credential bring their own.
Raises not_found if there is no such DCM connection, or the user may not see it, invalid if the Server refuses a value,
denied if the user may not share DCM connections, and unsupported if the Server is too old.`,
	Source:      swagger + "DCME: DCME_ShareDcmConnectionForCollaboration",
	Example:     `alteryx.update_dcm_collaboration_sharing { id = "d8cc5fca-86cc-4e7e-93a3-d500cca9a3f3", shared_credentials = {}, user_ids = { "61d57bea3c15317e1a48205b" }, user_group_ids = {} }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "collaboration sharing of DCM connection",
	Changes:     []op.Change{sharesDCM("collaboration", collaboration)},
}, func(ctx context.Context, c *client, in UpdateDCMCollaborationSharing) (s DCMCollaborationSharing, err error) {
	return s, c.Put(ctx, rest.Path("v3", "dcm", "connections", in.ID, "sharing", "collaboration"), in, &s)
})
