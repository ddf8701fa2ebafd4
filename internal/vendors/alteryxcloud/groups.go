package alteryxcloud

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var groupOperations = []*op.Operation{
	listGroups, createGroup, updateGroup, updateGroupRoles, addGroupUsers, removeGroupUsers, deleteGroup,
}

// Group is a group of members.
type Group struct {
	ID              ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name            string             `json:"name" lua:"name" doc:"Name."`
	DisplayName     op.Opt[string]     `json:"displayName,omitzero" lua:"display_name" doc:"Name as people see it."`
	WorkspaceID     op.Opt[ID]         `json:"workspaceId,omitzero" lua:"workspace_id" doc:"Workspace of the group."`
	Status          op.Opt[string]     `json:"status,omitzero" lua:"status" doc:"Status, as the vendor words it."`
	AutoProvisioned op.Opt[bool]       `json:"autoProvisioned,omitzero" lua:"auto_provisioned" doc:"Whether an identity provider keeps it."`
	Users           op.Opt[groupUsers] `json:"users,omitzero" lua:"users" doc:"Who is in it; absent where the vendor does not say."`
	Policies        op.Raw             `json:"policies,omitzero" lua:"policies" doc:"Its roles, as the vendor answers them; absent where it does not."`
	ExternalID      op.Opt[string]     `json:"externalId,omitzero" lua:"external_id" doc:"Id at the identity provider; absent if it has none."`
	CreatedAt       op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt       op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Etag            op.Opt[string]     `json:"etag,omitzero" lua:"etag,noise" doc:"Mark of the version."`
	Extra           op.Extra           `json:",embed"`
}

// GroupUser is somebody in a group.
type GroupUser struct {
	ID    ID             `json:"id" lua:"id" doc:"Id of the person."`
	Email op.Opt[string] `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

// groupUsers is a list of people or of their ids: the vendor's document leaves
// both open. It is nil for anything else: a number, say.
type groupUsers []GroupUser

// told leaves users out where they are no list: that would look like nobody.
func (g Group) told() Group {
	if g.Users.Value == nil {
		g.Users = op.Opt[groupUsers]{}
	}
	return g
}

// alone leaves users out where they are at most ids: where they were not asked
// for, and in the answers of writes.
func (g Group) alone() Group {
	g.Users = op.Opt[groupUsers]{}
	return g
}

// withoutUsers are the fields of a group that is answered alone.
var withoutUsers = []string{
	"id", "name", "display_name", "workspace_id", "status", "auto_provisioned", "policies", "external_id", "created_at", "updated_at", "etag",
}

func (l *groupUsers) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil || raw.Kind() != '[' {
		return err
	}
	var items []invitedID
	if err := json.Unmarshal(raw, &items, ignoringCase); err != nil {
		return err
	}
	*l = make(groupUsers, len(items))
	for i, x := range items {
		(*l)[i] = GroupUser{ID: x.ID, Email: x.Email, Extra: x.Extra}
		if name, ok := x.Extra["name"]; ok {
			(*l)[i].Name = op.Some(textOf(name))
		}
	}
	return nil
}

// ListGroups is the input of alteryx_cloud.list_groups.
type ListGroups struct {
	Name             string       `json:"name" lua:"name,key" doc:"Only groups of this name; how it is compared is the vendor's."`
	IncludeFullUsers op.Opt[bool] `json:"includeFullUsers,omitzero" lua:"include_full_users" default:"true" doc:"Adds who is in each."`
}

// The vendor's default for includeFullUsers is false. With true, a plan tells
// whether somebody is in a group already.
var listGroups = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_groups",
	Doc: `Lists the groups of the connection's workspace, with who is in them.

All that match, in the vendor's order. Raises denied if the caller is no Workspace Admin.`,
	Source:      spec + "GET /v4/workspaces/{id}/groups",
	Example:     `for g in iter(alteryx_cloud.list_groups, {}) do print(g.id, g.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "group",
	Shows: &op.View{
		Entity: group, Many: true, Filters: map[string]op.Match{"name": op.AtLeast("name")}, Free: []string{"include_full_users"},
		Fields: func(a op.Args) []string {
			if a["include_full_users"] == false {
				return withoutUsers
			}
			return nil
		},
	},
}, func(ctx context.Context, c *client, in ListGroups, cursor string) ([]Group, string, error) {
	path, err := c.within(ctx, v4, "groups")
	if err != nil {
		return nil, "", err
	}
	in.IncludeFullUsers = op.Some(in.IncludeFullUsers.Or(true))
	groups, next, err := page[Group](ctx, c.plain, path, rest.Query(in), cursor)
	for i, g := range groups {
		if groups[i] = g.told(); !in.IncludeFullUsers.Value {
			groups[i] = g.alone()
		}
	}
	return groups, next, err
})

// CreateGroup is the input of alteryx_cloud.create_group. The vendor takes
// members as texts.
type CreateGroup struct {
	Name        string         `json:"name" lua:"name,required,key" doc:"Name."`
	Members     []string       `json:"members" lua:"members" doc:"Ids of people, as texts. Nobody if omitted."`
	Roles       []ID           `json:"roles,omitzero" lua:"roles" doc:"Roles of the group: policy ids."`
	SCIMEnabled op.Opt[bool]   `json:"scimEnabled,omitzero" lua:"scim_enabled" doc:"Whether an identity provider keeps it."`
	ExternalID  op.Opt[string] `json:"externalId,omitzero" lua:"external_id" doc:"Id at the identity provider."`
}

var createGroup = op.New(op.Operation{
	Name: "alteryx_cloud.create_group",
	Doc: `Creates a group.

Raises invalid if the vendor refuses a value, and denied if the caller is no Workspace Admin.`,
	Source:  spec + "POST /v4/workspaces/{id}/groups",
	Example: `alteryx_cloud.create_group { name = "Finance" }`,
	Effect:  op.Write,
	Object:  "group",
	Shows:   &op.View{Entity: group, Fields: func(op.Args) []string { return withoutUsers }},
	Changes: []op.Change{op.Creates(group, op.With{
		"users": func(s *op.Scene, _ string) (any, bool) {
			users := []any{}
			seen := map[string]bool{}
			for _, id := range op.Values(s.Args["members"]) {
				if text, ok := id.(string); ok { // as reads show it
					if seen[text] {
						continue
					}
					seen[text] = true
					id = op.Tree([]byte(text))
				}
				users = append(users, groupUser(id))
			}
			return users, true
		},
		"policies": op.First(op.If(op.Vague(), "roles"), op.Empty()),
	})},
	Inverse: op.Deletes("delete_group", "group_id", "id"),
}, func(ctx context.Context, c *client, in CreateGroup) (g Group, err error) {
	path, err := c.within(ctx, v4, "groups")
	if err != nil {
		return g, err
	}
	err = c.plain.Post(ctx, path, in, &g)
	return g.alone(), err
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateGroup, since time.Time) (g Group, landed bool, err error) {
	path, err := c.within(ctx, v4, "groups")
	if err != nil {
		return g, false, err
	}
	list, err := all[Group](ctx, c.plain, path, nil)
	if err != nil {
		return g, false, err
	}
	for i, g := range list {
		list[i] = g.alone()
	}
	found, err := newest(list, since, func(g Group) bool { return g.Name == in.Name }, func(g Group) op.RFC3339 { return g.CreatedAt.Value })
	if err != nil {
		return g, false, err
	}
	return theOne(found, "groups called "+in.Name)
}))

// groupUser is a person as a group shows them.
func groupUser(id any) map[string]any {
	who := string(op.AppendTree(nil, id))
	if u, ok := id.(op.Unknown); ok {
		who = "<" + u.Label + ">"
	}
	return map[string]any{"id": id, "email": op.Unknown{Label: "email of person " + who}, "name": op.Unknown{Label: "name of person " + who}}
}

// UpdateGroup is the input of alteryx_cloud.update_group.
type UpdateGroup struct {
	GroupID ID     `json:"-" lua:"group_id,required,key" doc:"Group to rename."`
	Name    string `json:"name" lua:"name,required" doc:"New name."`
}

var updateGroup = op.New(op.Operation{
	Name: "alteryx_cloud.update_group",
	Doc: `Renames a group.

Raises not_found if there is no such group.`,
	Source:      spec + "PUT /v4/workspaces/{id}/groups/{groupId}",
	Example:     `alteryx_cloud.update_group { group_id = 31, name = "Finance EMEA" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "group",
	Shows:       &op.View{Entity: group, By: "group_id", Fields: func(op.Args) []string { return withoutUsers }},
	Changes:     []op.Change{op.Sets(group, "group_id", op.With{"name": op.Arg("name"), "display_name": op.Vague()}), op.Stirs(connectionShares)},
	Inverse:     op.Restores("update_group", "group_id"),
}, func(ctx context.Context, c *client, in UpdateGroup) (g Group, err error) {
	path, err := c.within(ctx, v4, "groups", in.GroupID)
	if err != nil {
		return g, err
	}
	err = c.plain.Put(ctx, path, in, &g)
	return g.alone(), err
})

// UpdateGroupRoles is the input of alteryx_cloud.update_group_roles.
type UpdateGroupRoles struct {
	GroupID ID   `json:"-" lua:"group_id,required,key" doc:"Group."`
	RoleIDs []ID `json:"roleIds" lua:"role_ids,required" doc:"All roles that it has afterwards: policy ids. An empty list takes all away."`
}

var updateGroupRoles = op.New(op.Operation{
	Name: "alteryx_cloud.update_group_roles",
	Doc: `Sets the roles of a group.

Roles that are not named are taken away. Raises not_found if there is no such group.`,
	Source:      spec + "PUT /v4/workspaces/{id}/groups/{groupId}/roles",
	Example:     `alteryx_cloud.update_group_roles { group_id = 31, role_ids = { 12 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "group",
	Changes:     []op.Change{op.Unsettles(group, "group_id", "policies"), op.Hides(group, "group_id"), op.Blurs(person, "maximal_privileges")},
}, func(ctx context.Context, c *client, in UpdateGroupRoles) (op.None, error) {
	path, err := c.within(ctx, v4, "groups", in.GroupID, "roles")
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodPut, Path: path, Body: in}, nil)
})

// GroupUsers is the input of add_group_users and remove_group_users.
type GroupUsers struct {
	GroupID ID   `json:"-" lua:"group_id,required,key" doc:"Group."`
	UserIDs []ID `json:"-" lua:"user_ids,required" doc:"Ids of people."`
}

// The ids go into the query, also of a POST.
func (c *client) groupUsers(ctx context.Context, method string, in GroupUsers) error {
	if err := some("user_ids", in.UserIDs); err != nil {
		return err
	}
	path, err := c.within(ctx, v4, "groups", in.GroupID, "users")
	if err != nil {
		return err
	}
	return send(ctx, c.plain, rest.Request{Method: method, Path: path, Query: repeat(url.Values{}, "userIds", in.UserIDs)}, nil)
}

// membership takes back a change of who is in a group, for those about whom it
// changed something: was says whether they were in it.
func membership(verb string, was op.Verdict) op.Inverse {
	return func(u op.Undo) (string, op.Args, bool) {
		if u.Before == nil || u.Before["users"] == nil {
			return "", nil, false
		}
		var changed []any
		for _, id := range op.Values(u.Args["user_ids"]) {
			in := op.No
			for _, x := range op.Values(u.Before["users"]) {
				in = max(in, op.Same(op.Element(x, "id"), id))
			}
			if in == was {
				changed = append(changed, id)
			}
		}
		return verb, op.Args{"group_id": u.Args["group_id"], "user_ids": changed}, len(changed) > 0
	}
}

// That a repeat for those who are in it succeeds is inferred.
var addGroupUsers = op.New(op.Operation{
	Name: "alteryx_cloud.add_group_users",
	Doc: `Puts people into a group.

Raises not_found if there is no such group, and invalid if there is no such person.`,
	Source:      spec + "POST /v4/workspaces/{id}/groups/{groupId}/users",
	Example:     `alteryx_cloud.add_group_users { group_id = 31, user_ids = { 61, 62 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "group",
	Changes: []op.Change{func(s *op.Scene) {
		for _, id := range op.Values(s.Args["user_ids"]) {
			s.Do(op.Mutation{Entity: group, ID: s.Args["group_id"], Act: op.ActPut, Field: "users", Elem: "id", Value: groupUser(id)})
		}
	}},
	Inverse: membership("remove_group_users", op.No),
}, func(ctx context.Context, c *client, in GroupUsers) (op.None, error) {
	return op.None{}, c.groupUsers(ctx, http.MethodPost, in)
})

// The vendor answers 201, as to what is created.
var removeGroupUsers = op.New(op.Operation{
	Name: "alteryx_cloud.remove_group_users",
	Doc: `Takes people out of a group.

Raises not_found if there is no such group, and invalid if somebody is not in it.`,
	Source:      spec + "DELETE /v4/workspaces/{id}/groups/{groupId}/users",
	Example:     `alteryx_cloud.remove_group_users { group_id = 31, user_ids = { 61 } }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "group",
	Changes:     []op.Change{op.Drops(group, "group_id", "users", "id", "user_ids")},
	Inverse:     membership("add_group_users", op.Yes),
}, func(ctx context.Context, c *client, in GroupUsers) (op.None, error) {
	return op.None{}, c.groupUsers(ctx, http.MethodDelete, in)
})

// DeleteGroup is the input of alteryx_cloud.delete_group.
type DeleteGroup struct {
	GroupID ID `json:"-" lua:"group_id,required,key" doc:"Group to delete."`
}

// Whether a group has to be empty is not documented; the only deletion seen
// was of one that had been emptied.
var deleteGroup = op.New(op.Operation{
	Name: "alteryx_cloud.delete_group",
	Doc: `Deletes a group.

Whether it has to be empty the vendor does not say. Raises not_found if there is no such group.`,
	Source:      spec + "DELETE /v4/workspaces/{id}/groups/{groupId}",
	Example:     `alteryx_cloud.delete_group { group_id = 31 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "group",
	Changes:     []op.Change{op.Removes(group, "group_id"), op.Stirs(connectionShares)},
}, func(ctx context.Context, c *client, in DeleteGroup) (op.None, error) {
	path, err := c.within(ctx, v4, "groups", in.GroupID)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: path}, nil)
})
