package workato

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const userGroupsPage = "https://docs.workato.com/workato-api/collaborator-groups.html"

var userGroupOperations = []*op.Operation{
	listUserGroups, getUserGroup, createUserGroup, updateUserGroup, deleteUserGroup,
	listUserGroupMembers, addUserGroupMembers, removeUserGroupMembers, listUserGroupProjectGrants,
}

// UserGroup is a group of collaborators.
type UserGroup struct {
	ID           string             `json:"id" lua:"id,key" doc:"Id, like am-ABC123-xyz."`
	Name         string             `json:"name" lua:"name" doc:"Name."`
	Description  op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	MembersCount op.Opt[Int]        `json:"members_count,omitzero" lua:"members_count" doc:"How many members it has."`
	System       op.Opt[bool]       `json:"system,omitzero" lua:"system" doc:"Whether Workato made it; such groups cannot be deleted."`
	CreatedAt    op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt    op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra        op.Extra           `json:",embed"`
}

// ListUserGroups is the input of workato.list_user_groups.
type ListUserGroups struct {
	Name string `json:"name" lua:"name,key" doc:"Only groups of this name; whether Workato looks for a part of it is not documented."`
}

var listUserGroups = op.NewList(op.Operation{
	Name: "workato.list_user_groups",
	Doc: `Lists groups of collaborators.

All that match, in Workato's order.`,
	Source:      userGroupsPage,
	Example:     `for g in iter(workato.list_user_groups) do print(g.id, g.name, g.members_count) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Shows:       op.Many(userGroup, map[string]op.Match{"name": unforeseen("name")}),
}, func(ctx context.Context, c *client, in ListUserGroups, cursor string) ([]UserGroup, string, error) {
	return page[UserGroup](ctx, c, rest.Path("user_groups"), query(in), byBracket, cursor)
})

// GetUserGroup is the input of workato.get_user_group.
type GetUserGroup struct {
	ID string `json:"-" lua:"user_group_id,required,key" doc:"Group to read."`
}

var getUserGroup = op.New(op.Operation{
	Name: "workato.get_user_group",
	Doc: `Reads one group of collaborators, without its members.

Raises not_found if there is no such group.`,
	Source:      userGroupsPage,
	Example:     `print(workato.get_user_group { user_group_id = "am-AbCdEf-GhIjKl" }.members_count)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Shows:       op.One(userGroup, "user_group_id"),
}, func(ctx context.Context, c *client, in GetUserGroup) (g UserGroup, err error) {
	return g, c.get(ctx, rest.Path("user_groups", in.ID), nil, &g)
})

// CreateUserGroup is the input of workato.create_user_group.
type CreateUserGroup struct {
	Name        string         `json:"name" lua:"name,required,key" doc:"Name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
}

// Whether the vendor wants the fields in a wrapper is unconfirmed; they are
// sent flat, as the manual's table has them.
var createUserGroup = op.New(op.Operation{
	Name: "workato.create_user_group",
	Doc: `Creates a group of collaborators.

Raises invalid if Workato refuses the name.`,
	Source:  userGroupsPage,
	Example: `local id = workato.create_user_group { name = "Finance" }.id`,
	Effect:  op.Write,
	Object:  "user group",
	Shows:   op.Created(userGroup),
	Changes: []op.Change{op.Creates(userGroup, op.With{"members_count": op.Is(0), "system": op.Is(false), "description": op.First(op.Arg("description"), op.Vague())})},
	Inverse: op.Deletes("delete_user_group", "user_group_id", "id"),
}, func(ctx context.Context, c *client, in CreateUserGroup) (g UserGroup, err error) {
	return g, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("user_groups"), Body: in}, &g)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateUserGroup, since time.Time) (g UserGroup, landed bool, err error) {
	all, err := everything[UserGroup](ctx, c, rest.Path("user_groups"), query(ListUserGroups{Name: in.Name}), byBracket)
	if err != nil {
		return g, false, err
	}
	found, err := newest(all, since, func(x UserGroup) bool { return x.Name == in.Name }, func(x UserGroup) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return g, false, err
	}
	return theOne(found, "user group "+in.Name)
}))

// UpdateUserGroup is the input of workato.update_user_group.
type UpdateUserGroup struct {
	ID          string         `json:"-" lua:"user_group_id,required,key" doc:"Group to change."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"New description."`
}

// Whether a field that is left out keeps its value is unconfirmed, so both are
// sent. The answer is unconfirmed: nothing is read of it.
var updateUserGroup = op.New(op.Operation{
	Name: "workato.update_user_group",
	Doc: `Changes the name or the description of a group.

The group is read first, and what is not given is sent as it is. Raises not_found if there is no such group.`,
	Source:      userGroupsPage,
	Example:     `workato.update_user_group { user_group_id = "am-AbCdEf-GhIjKl", name = "Finance Analysts" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Changes:     []op.Change{op.Sets(userGroup, "user_group_id", nil), op.Stirs(rights), op.Blurs(projectGrant, "user_group")},
	Inverse:     op.Restores("update_user_group", "user_group_id"),
}, func(ctx context.Context, c *client, in UpdateUserGroup) (op.None, error) {
	var now UserGroup
	if err := c.get(ctx, rest.Path("user_groups", in.ID), nil, &now); err != nil {
		return op.None{}, err
	}
	body, err := merge(now, in, "name", "description")
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("user_groups", in.ID), Body: body})
})

// DeleteUserGroup is the input of workato.delete_user_group.
type DeleteUserGroup struct {
	ID string `json:"-" lua:"user_group_id,required,key" doc:"Group to delete."`
}

// That groups of the system are refused is presumed.
var deleteUserGroup = op.New(op.Operation{
	Name: "workato.delete_user_group",
	Doc: `Deletes a group of collaborators.

Its members stay, without the rights that they had by the group. Raises not_found if there is no such group.`,
	Source:      userGroupsPage,
	Example:     `workato.delete_user_group { user_group_id = "am-AbCdEf-GhIjKl" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Changes:     []op.Change{op.Removes(userGroup, "user_group_id"), op.Stirs(memberships, rights, revokedGrants)},
}, func(ctx context.Context, c *client, in DeleteUserGroup) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("user_groups", in.ID)})
})

// GroupMember is a collaborator in a group.
type GroupMember struct {
	ID    Int            `json:"id" lua:"id,key" doc:"Id of the collaborator."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Email op.Opt[string] `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	Extra op.Extra       `json:",embed"`
}

// ListUserGroupMembers is the input of workato.list_user_group_members.
type ListUserGroupMembers struct {
	ID string `json:"-" lua:"user_group_id,required,key" doc:"Group whose members are listed."`
}

// The paging is inferred from that of the groups, as are the fields.
var listUserGroupMembers = op.NewList(op.Operation{
	Name: "workato.list_user_group_members",
	Doc: `Lists the members of a group.

All of them, in Workato's order. Raises not_found if there is no such group.`,
	Source:      userGroupsPage,
	Example:     `for m in iter(workato.list_user_group_members, { user_group_id = "am-AbCdEf-GhIjKl" }) do print(m.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "members of user group",
	Shows:       within(op.Blind(memberships), userGroup, "user_group_id"),
}, func(ctx context.Context, c *client, in ListUserGroupMembers, cursor string) ([]GroupMember, string, error) {
	return page[GroupMember](ctx, c, rest.Path("user_groups", in.ID, "members"), nil, ignorable(byBracket), cursor)
})

// GroupUsers is the input of the operations that change who is in a group.
type GroupUsers struct {
	ID      string  `json:"-" lua:"user_group_id,required,key" doc:"Group that changes."`
	UserIDs []int64 `json:"-" lua:"user_ids,required" doc:"Ids of members of the workspace."`
}

func (in GroupUsers) request(method string) (rest.Request, error) {
	if len(in.UserIDs) == 0 {
		return rest.Request{}, invalid("user_ids is empty", "name somebody at least")
	}
	return rest.Request{Method: method, Path: rest.Path("user_groups", in.ID, "members"), Query: with(url.Values{}, "user_ids[]", in.UserIDs)}, nil
}

// The manual has user_ids as a repeated parameter of the query; that it takes
// brackets, as arrays do elsewhere, is inferred.
var addUserGroupMembers = op.New(op.Operation{
	Name: "workato.add_user_group_members",
	Doc: `Adds collaborators to a group.

Who is in it already stays. Raises not_found if there is no such group or collaborator.`,
	Source:      "https://api-docs.workato.com/workato-api/resources/collaborator-groups/post-add-user-groups-id-members",
	Example:     `workato.add_user_group_members { user_group_id = "am-AbCdEf-GhIjKl", user_ids = { 523144 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Changes:     []op.Change{changesMembers},
}, func(ctx context.Context, c *client, in GroupUsers) (op.None, error) {
	r, err := in.request(http.MethodPost)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, r)
})

var removeUserGroupMembers = op.New(op.Operation{
	Name: "workato.remove_user_group_members",
	Doc: `Takes collaborators out of a group.

They stay collaborators. Raises not_found if there is no such group.`,
	Source:      userGroupsPage,
	Example:     `workato.remove_user_group_members { user_group_id = "am-AbCdEf-GhIjKl", user_ids = { 523144 } }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Changes:     []op.Change{changesMembers},
}, func(ctx context.Context, c *client, in GroupUsers) (op.None, error) {
	r, err := in.request(http.MethodDelete)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, r)
})

// changesMembers is what follows from who is in a group. No read of one object
// shows it, so it cannot be told whether all is already as wanted.
func changesMembers(s *op.Scene) {
	op.Hides(userGroup, "user_group_id")(s)
	op.Unsettles(userGroup, "user_group_id", "members_count")(s)
	op.Stirs(memberships, rights)(s)
}

// ListUserGroupProjectGrants is the input of
// workato.list_user_group_project_grants.
type ListUserGroupProjectGrants struct {
	ID string `json:"-" lua:"user_group_id,required,key" doc:"Group whose grants are listed."`
}

var listUserGroupProjectGrants = op.New(op.Operation{
	Name: "workato.list_user_group_project_grants",
	Doc: `Lists the project grants of a group.

Raises not_found if there is no such group.`,
	Source:      userGroupsPage,
	Example:     `for _, g in ipairs(workato.list_user_group_project_grants { user_group_id = "am-AbCdEf-GhIjKl" }) do print(g.project.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project grants of user group",
	Shows:       within(op.Blind(projectGrant, project, projectRole, revokedGrants), userGroup, "user_group_id"),
}, func(ctx context.Context, c *client, in ListUserGroupProjectGrants) (all []ProjectGrant, err error) {
	return all, c.list(ctx, rest.Path("user_groups", in.ID, "project_grants"), nil, &all)
})
