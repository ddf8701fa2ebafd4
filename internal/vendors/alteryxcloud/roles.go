package alteryxcloud

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var roleOperations = []*op.Operation{
	listRoles, getRole, listRolePeople, grantRole, revokeRole,
}

// invitedID is an id, or an object with one.
type invitedID struct{ Invited }

func (i *invitedID) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '{' {
		return json.UnmarshalDecode(dec, &i.Invited)
	}
	return json.UnmarshalDecode(dec, &i.ID)
}

// Role is a role: in paths it is known by its policy id.
type Role struct {
	PolicyID           ID                 `json:"policyId" lua:"policy_id,key" doc:"Id: what other calls take as role_id."`
	WorkspaceID        op.Opt[ID]         `json:"workspaceId,omitzero" lua:"workspace_id" doc:"Workspace of the role."`
	Name               op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name; absent for some built-in roles, which have a tag."`
	Tag                op.Opt[string]     `json:"tag,omitzero" lua:"tag" doc:"Tag of a built-in role, like workspace_admin."`
	ResourceOperations op.Opt[[]Resource] `json:"resourceOperations,omitzero" lua:"resource_operations" doc:"What it lets people do."`
	UserCount          op.Opt[int64]      `json:"userCount,omitzero" lua:"user_count,noise" doc:"How many people hold it."`
	NameLocked         op.Opt[bool]       `json:"nameLocked,omitzero" lua:"name_locked" doc:"Whether the name is fixed."`
	PrivilegeLocked    op.Opt[bool]       `json:"privilegeLocked,omitzero" lua:"privilege_locked" doc:"Whether the privileges are fixed."`
	ProductPolicyID    op.Opt[string]     `json:"productPolicyId,omitzero" lua:"product_policy_id" doc:"Id at the product."`
	Capabilities       op.Raw             `json:"capabilities,omitzero" lua:"capabilities" doc:"Capabilities, as the vendor answers them."`
	CreatedAt          op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt          op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra              op.Extra           `json:",embed"`
}

// Resource is what a role lets people do with a type of object.
type Resource struct {
	ResourceType string         `json:"resourceType" lua:"resource_type" doc:"Type of object, like flow."`
	Operations   []string       `json:"operations" lua:"operations" doc:"What may be done: read, update, delete, create, share, execute, export."`
	PolicyTag    op.Opt[string] `json:"policyTag,omitzero" lua:"policy_tag" doc:"Name of the level, like flow_editor."`
	Extra        op.Extra       `json:",embed"`
}

// ListRoles is the input of alteryx_cloud.list_roles.
type ListRoles struct {
	AccountID   string     `json:"accountId" lua:"account_id" doc:"Only roles of this account."`
	WorkspaceID op.Opt[ID] `json:"workspaceId,omitzero" lua:"workspace_id" doc:"Only roles of this workspace. Those of the token's workspace if omitted."`
}

var listRoles = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_roles",
	Doc: `Lists roles.

All of them, in the vendor's order. The id that other calls take is policy_id.`,
	Source:      spec + "GET /v4/authorization/roles",
	Example:     `for r in iter(alteryx_cloud.list_roles, {}) do print(r.policy_id, r.name or r.tag) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "role",
	Shows:       unless(op.Many(role, nil, "account_id"), newWorkspaces),
}, func(ctx context.Context, c *client, in ListRoles, cursor string) ([]Role, string, error) {
	return page[Role](ctx, c.plain, rest.Path("v4", "authorization", "roles"), rest.Query(in), cursor)
})

// GetRole is the input of alteryx_cloud.get_role.
type GetRole struct {
	RoleID ID `json:"-" lua:"role_id,required,key" doc:"Role to read: its policy id."`
}

var getRole = op.New(op.Operation{
	Name: "alteryx_cloud.get_role",
	Doc: `Reads one role.

Raises not_found if there is no such role.`,
	Source:      live + "GET /v4/authorization/roles/{id}",
	Example:     `print(alteryx_cloud.get_role { role_id = 12 }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "role",
	Shows:       op.One(role, "role_id"),
}, func(ctx context.Context, c *client, in GetRole) (r Role, err error) {
	return r, c.plain.Get(ctx, rest.Path("v4", "authorization", "roles", in.RoleID), nil, &r)
})

// ListRolePeople is the input of alteryx_cloud.list_role_people.
type ListRolePeople struct {
	RoleID ID `json:"-" lua:"role_id,required,key" doc:"Role whose holders are listed: its policy id."`
}

// The shape of the answer is not documented; a list of people is inferred.
var listRolePeople = op.New(op.Operation{
	Name: "alteryx_cloud.list_role_people",
	Doc: `Lists the people who hold a role.

All of them, in the vendor's order. Raises denied for an API access token of the older kind, even of an admin: then take
list_members with include_privileges. Raises not_found if there is no such role.`,
	Source:      live + "GET /v4/authorization/roles/{id}/people",
	Example:     `for _, p in ipairs(alteryx_cloud.list_role_people { role_id = 12 }) do print(p.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "people with role",
	Shows: within(unless(&op.View{
		Entity: person, Many: true, Filters: map[string]op.Match{"role_id": op.HasWith("authorization_roles", "policy_id")},
		Fields: func(op.Args) []string { return withoutRights },
	}, invitations), role, "role_id"),
}, func(ctx context.Context, c *client, in ListRolePeople) ([]Person, error) {
	return whole[Person](ctx, c.plain, rest.Path("v4", "authorization", "roles", in.RoleID, "people"), nil)
})

// heldRole is a role as who gets it will show it: by its name or its tag.
func heldRole(s *op.Scene, id any) map[string]any {
	return map[string]any{"policy_id": id, "name": s.Vague("name"), "tag": s.Vague("tag"), "workspace_id": s.Vague("workspace_id")}
}

// GrantRole is the input of alteryx_cloud.grant_role.
type GrantRole struct {
	RoleID    ID   `json:"-" lua:"role_id,required,key" doc:"Role to give: its policy id."`
	PersonIDs []ID `json:"-" lua:"person_ids,required" doc:"People who get it."`
}

// That it adds to the holders, and does not replace them, is inferred from how
// scripts in the field use it.
var grantRole = op.New(op.Operation{
	Name: "alteryx_cloud.grant_role",
	Doc: `Gives a role to people.

Who holds it keeps it. Answers the role. Raises not_found if there is no such role, and denied if the caller is no
Workspace Admin.`,
	Source:      spec + "PUT /v4/authorization/roles/{id}/people",
	Example:     `alteryx_cloud.grant_role { role_id = 12, person_ids = { 61, 62 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "role",
	Shows:       op.One(role, "role_id"),
	Changes: []op.Change{
		func(s *op.Scene) {
			for _, id := range op.Values(s.Args["person_ids"]) {
				s.Do(op.Mutation{
					Entity: person, ID: id, Act: op.ActPut, Field: "authorization_roles", Elem: "policy_id",
					Value: heldRole(s, s.Args["role_id"]),
				})
				s.Do(op.Mutation{Entity: person, ID: id, Act: op.ActSet, Field: "maximal_privileges", Value: s.Vague("maximal_privileges")})
			}
		},
		op.Unsettles(role, "role_id", "user_count"),
	},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		ids := op.Values(u.Args["person_ids"])
		if len(ids) != 1 || u.Before == nil {
			return "", nil, false // of several, some may have had it before
		}
		for _, r := range op.Values(u.Before["authorization_roles"]) {
			if op.Same(op.Element(r, "policy_id"), u.Args["role_id"]) != op.No {
				return "", nil, false
			}
		}
		return "revoke_role", op.Args{"role_id": u.Args["role_id"], "person_id": ids[0]}, u.Before["authorization_roles"] != nil
	},
}, func(ctx context.Context, c *client, in GrantRole) (r Role, err error) {
	if err := some("person_ids", in.PersonIDs); err != nil {
		return r, err
	}
	r.PolicyID = in.RoleID
	return r, send(ctx, c.api, rest.Request{
		Method: http.MethodPut, Path: rest.Path("iam", "v1", "authorization", "roles", in.RoleID, "people"), Body: in.PersonIDs,
	}, &r)
})

// RevokeRole is the input of alteryx_cloud.revoke_role.
type RevokeRole struct {
	RoleID   ID `json:"-" lua:"role_id,required,key" doc:"Role to take away: its policy id."`
	PersonID ID `json:"-" lua:"person_id,required" doc:"Person who loses it."`
}

// That a repeat may answer 404 is inferred.
var revokeRole = op.New(op.Operation{
	Name: "alteryx_cloud.revoke_role",
	Doc: `Takes a role from one person.

Raises not_found if there is no such role or the person does not hold it, invalid if nobody would be left as Workspace
Admin, and denied if the caller is none.`,
	Source:      spec + "DELETE /v4/authorization/roles/{id}/people/{subjectId}",
	Example:     `alteryx_cloud.revoke_role { role_id = 12, person_id = 61 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "role",
	Changes: []op.Change{
		op.Drops(person, "person_id", "authorization_roles", "policy_id", "role_id"),
		op.SetsOnly(person, "person_id", op.With{"maximal_privileges": op.Vague()}),
		op.Unsettles(role, "role_id", "user_count"),
	},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		return "grant_role", op.Args{"role_id": u.Args["role_id"], "person_ids": []any{u.Args["person_id"]}}, u.Before != nil
	},
}, func(ctx context.Context, c *client, in RevokeRole) (op.None, error) {
	path := rest.Path("iam", "v1", "authorization", "roles", in.RoleID, "people", in.PersonID)
	return op.None{}, send(ctx, c.api, rest.Request{Method: http.MethodDelete, Path: path}, nil)
})
