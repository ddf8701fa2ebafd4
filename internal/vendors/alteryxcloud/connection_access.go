package alteryxcloud

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

var connectionAccessOperations = []*op.Operation{
	listConnectionSubjects, grantConnectionAccess, revokeConnectionAccess, grantConnectionPermission,
}

// A Subject is a person or a group with whom something is shared.
type Subject struct {
	ID    ID       `json:"id" lua:"id" doc:"Id of the person or group."`
	Extra op.Extra `json:",embed"`
}

// Only that it is a list is known.
var listConnectionSubjects = op.New(op.Operation{
	Name: "alteryx_cloud.list_connection_subjects",
	Doc: `Lists with whom a connection is shared.

All of them, in the vendor's order, as it answers them. Raises not_found if there is no such connection.`,
	Source:      live + "GET /v4/connections/{id}/permissions/sharedSubjects",
	Example:     `for _, s in ipairs(alteryx_cloud.list_connection_subjects { connection_id = 51 }) do print(s.id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "subjects of connection",
	Shows:       within(op.Blind(connectionShares, removedAssets), connection, "connection_id"),
}, func(ctx context.Context, c *client, in GetConnection) ([]Subject, error) {
	return whole[Subject](ctx, c.plain, rest.Path("v4", "connections", in.ConnectionID, "permissions", "sharedSubjects"), nil)
})

// GrantConnectionAccess is the input of alteryx_cloud.grant_connection_access.
type GrantConnectionAccess struct {
	ConnectionID ID     `lua:"connection_id,required,key" doc:"Connection to share."`
	Policy       string `lua:"policy,required" doc:"What they may do, like connection_viewer or connection_editor."`
	PersonIDs    []ID   `lua:"person_ids" doc:"People."`
	GroupIDs     []ID   `lua:"group_ids" doc:"Groups."`
}

// That a repeat changes nothing is inferred.
var grantConnectionAccess = op.New(op.Operation{
	Name: "alteryx_cloud.grant_connection_access",
	Doc: `Shares a connection with people and groups.

Raises invalid if neither is given or the vendor refuses the policy, and not_found if there is no such connection.`,
	Source:      live + "POST /v4/connections/share",
	Example:     `alteryx_cloud.grant_connection_access { connection_id = 51, policy = "connection_viewer", person_ids = { 61 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Changes:     []op.Change{op.Hides(connection, "connection_id"), op.Stirs(connectionShares)},
}, func(ctx context.Context, c *client, in GrantConnectionAccess) (op.None, error) {
	if err := some("person_ids, like group_ids,", append(in.PersonIDs[:len(in.PersonIDs):len(in.PersonIDs)], in.GroupIDs...)); err != nil {
		return op.None{}, err
	}
	// The ids are texts, and an empty bucket is refused.
	subjects := map[string][]string{}
	for bucket, ids := range map[string][]ID{"person": in.PersonIDs, "group": in.GroupIDs} {
		if len(ids) > 0 {
			subjects[bucket] = written(ids)
		}
	}
	body := struct {
		ConnectionID ID                  `json:"connectionId"`
		Policy       string              `json:"policy"`
		Subjects     map[string][]string `json:"subjects"`
	}{in.ConnectionID, in.Policy, subjects}
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "connections", "share"), Body: body}, nil)
})

// RevokeConnectionAccess is the input of alteryx_cloud.revoke_connection_access.
type RevokeConnectionAccess struct {
	ConnectionID ID     `json:"connectionId" lua:"connection_id,required,key" doc:"Connection."`
	SubjectID    ID     `json:"subjectId" lua:"subject_id,required" doc:"Person or group who loses it."`
	SubjectType  string `json:"subjectType" lua:"subject_type,required" enum:"person group" doc:"What subject_id is."`
}

// That a repeat may answer 404 is inferred.
var revokeConnectionAccess = op.New(op.Operation{
	Name: "alteryx_cloud.revoke_connection_access",
	Doc: `Stops sharing a connection with one person or group.

Raises not_found if it is not shared with them, or there is no such connection.`,
	Source:      live + "DELETE /v4/connections/share",
	Example:     `alteryx_cloud.revoke_connection_access { connection_id = 51, subject_id = 61, subject_type = "person" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Changes:     []op.Change{op.Hides(connection, "connection_id"), op.Stirs(connectionShares)},
}, func(ctx context.Context, c *client, in RevokeConnectionAccess) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "connections", "share"), Query: rest.Query(in)}, nil)
})

// ConnectionPermission is a permission on a connection.
type ConnectionPermission struct {
	Role      string             `json:"role" lua:"role" doc:"owner or readOnly."`
	Person    *Ref               `json:"person,omitzero" lua:"person" doc:"Who has it."`
	CreatedAt op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was given."`
	Extra     op.Extra           `json:",embed"`
}

// GivenConnectionPermission is a permission to be given.
type GivenConnectionPermission struct {
	PersonID ID             `json:"personId" lua:"person_id,required" doc:"Who gets it."`
	Role     string         `json:"role" lua:"role,required" enum:"owner readOnly" doc:"Role on the connection."`
	Policy   op.Opt[string] `json:"policy,omitzero" lua:"policy" doc:"Policy, like connection_viewer."`
}

// GrantConnectionPermission is the input of alteryx_cloud.grant_connection_permission.
type GrantConnectionPermission struct {
	ConnectionID ID                          `json:"-" lua:"connection_id,required,key" doc:"Connection to share."`
	Permissions  []GivenConnectionPermission `json:"data" lua:"permissions,required" doc:"Who gets what."`
}

var grantConnectionPermission = op.New(op.Operation{
	Name: "alteryx_cloud.grant_connection_permission",
	Doc: `Shares a connection with people by the older call.

Prefer grant_connection_access, which takes groups, too. Raises not_found if there is no such connection, and invalid if
the vendor refuses a value.`,
	Source:      spec + "POST /v4/connections/{id}/permissions",
	Example:     `alteryx_cloud.grant_connection_permission { connection_id = 51, permissions = { { person_id = 61, role = "readOnly" } } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Changes:     []op.Change{op.Hides(connection, "connection_id"), op.Stirs(connectionShares)},
}, func(ctx context.Context, c *client, in GrantConnectionPermission) ([]ConnectionPermission, error) {
	if err := some("permissions", in.Permissions); err != nil {
		return nil, err
	}
	var answer listOf[ConnectionPermission]
	err := send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "connections", in.ConnectionID, "permissions"), Body: in}, &answer)
	return answer.Items, err
})
