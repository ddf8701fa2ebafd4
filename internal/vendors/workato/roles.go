package workato

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file holds the roles of people: those of the older model, and the
// environment and project roles of the newer.

const (
	rolesPage            = "https://docs.workato.com/workato-api/roles.html"
	environmentRolesPage = "https://docs.workato.com/workato-api/environment-roles.html"
	projectRolesPage     = "https://docs.workato.com/workato-api/project-roles.html"
)

var roleOperations = []*op.Operation{
	listRoles, updateRole, copyRole,
	listEnvironmentRoles, getEnvironmentRole, createEnvironmentRole, updateEnvironmentRole, deleteEnvironmentRole,
	listProjectRoles, getProjectRole, createProjectRole, updateProjectRole, deleteProjectRole,
}

// Role is a role of the older model.
type Role struct {
	ID          Int                 `json:"id" lua:"id,key" doc:"Id."`
	Name        string              `json:"name" lua:"name" doc:"Name."`
	Inheritable op.Opt[bool]        `json:"inheritable,omitzero" lua:"inheritable" doc:"Whether workspaces below may use it."`
	AllFolders  op.Opt[bool]        `json:"all_folders,omitzero" lua:"all_folders" doc:"Whether it may reach all folders; absent from some answers."`
	FolderIDs   op.Opt[[]Int]       `json:"folder_ids,omitzero" lua:"folder_ids" doc:"Folders it may reach."`
	Privileges  map[string][]string `json:"privileges" lua:"privileges" doc:"What it may do, by group."`
	CreatedAt   op.Opt[op.RFC3339]  `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt   op.Opt[op.RFC3339]  `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra       op.Extra            `json:",embed"`
}

var listRoles = op.NewList(op.Operation{
	Name: "workato.list_roles",
	Doc: `Lists the custom roles of the older permission model.

All of them, in Workato's order. Those of the newer model are list_environment_roles and list_project_roles.`,
	Source:      rolesPage,
	Example:     `for r in iter(workato.list_roles) do print(r.id, r.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "role",
	Shows:       unless(op.Many(role, nil), copiedRoles),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]Role, string, error) {
	return page[Role](ctx, c, rest.Path("roles"), nil, byPage, cursor)
})

// UpdateRole is the input of workato.update_role.
type UpdateRole struct {
	ID         int64           `json:"-" lua:"role_id,required,key" doc:"Role to change."`
	AllFolders bool            `json:"-" lua:"all_folders,required" doc:"Whether it may reach all folders."`
	FolderIDs  op.Opt[[]int64] `json:"folder_ids,omitzero" lua:"folder_ids" doc:"Folders it may reach; only if all_folders is false."`
}

// The vendor wants all_folders as text. Its answer is unconfirmed.
var updateRole = op.New(op.Operation{
	Name: "workato.update_role",
	Doc: `Sets which folders a role of the older model may reach.

What the role may do there is changed on Workato's web pages. Raises not_found if there is no such role, and invalid if
folder_ids are given and all_folders is true.`,
	Source:      rolesPage,
	Example:     `workato.update_role { role_id = 71, all_folders = false, folder_ids = { 193 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "role",
	Changes: []op.Change{op.Sets(role, "role_id", op.With{
		"all_folders": op.Vague(), "folder_ids": op.First(op.Arg("folder_ids"), op.Vague()),
	}), op.Stirs(rights)},
}, func(ctx context.Context, c *client, in UpdateRole) (op.None, error) {
	if in.AllFolders && len(in.FolderIDs.Value) > 0 {
		return op.None{}, fitting(true, len(in.FolderIDs.Value))
	}
	body, err := asMembers(in)
	if err != nil {
		return op.None{}, err
	}
	body["all_folders"] = []byte(fmt.Sprintf("%q", fmt.Sprint(in.AllFolders)))
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("roles", in.ID), Body: body})
})

// CopyRole is the input of workato.copy_role.
type CopyRole struct {
	ID        int64   `json:"-" lua:"role_id,required,key" doc:"Role to copy."`
	Name      string  `json:"name" lua:"name,required" doc:"Name of the copy."`
	FolderIDs []int64 `json:"folder_ids,omitzero" lua:"folder_ids" doc:"Folders that the copy may reach; as the original if omitted."`
}

// The answer is unconfirmed, so it is not read.
var copyRole = op.New(op.Operation{
	Name: "workato.copy_role",
	Doc: `Copies a role of the older model.

It answers nothing: list_roles shows the copy. Raises not_found if there is no such role.`,
	Source:  rolesPage,
	Example: `workato.copy_role { role_id = 71, name = "Finance operator", folder_ids = { 193 } }`,
	Effect:  op.Write,
	Object:  "role",
	Changes: []op.Change{op.Stirs(copiedRoles)},
}, func(ctx context.Context, c *client, in CopyRole) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("roles", in.ID, "copy"), Body: in})
}, op.Probe(settle, func(ctx context.Context, c *client, in CopyRole, since time.Time) (op.None, bool, error) {
	all, err := everything[Role](ctx, c, rest.Path("roles"), nil, byPage)
	if err != nil {
		return op.None{}, false, err
	}
	found, err := newest(all, since, func(x Role) bool { return x.Name == in.Name }, func(x Role) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return op.None{}, false, err
	}
	_, landed, err := theOne(found, "role "+in.Name)
	return op.None{}, landed, err
}))

// ScopedRole is a role of the newer model, in environments or in projects.
type ScopedRole struct {
	ID           ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name         string             `json:"name" lua:"name" doc:"Name."`
	Type         op.Opt[string]     `json:"type,omitzero" lua:"type" doc:"system, custom, inheritable or inherited."`
	MembersCount op.Opt[Int]        `json:"members_count,omitzero" lua:"members_count,noise" doc:"How many members have it."`
	Config       op.Raw             `json:"config,omitzero" lua:"config" doc:"What it may do, as Workato keeps it; absent from lists."`
	CreatedAt    op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt    op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra        op.Extra           `json:",embed"`
}

// ListScopedRoles is the input of the operations that list such roles.
type ListScopedRoles struct {
	Name string `json:"name" lua:"name,key" doc:"Only the role of this name."`
}

// NewScopedRole is a role to be created.
type NewScopedRole struct {
	Name   string `json:"name" lua:"name,required,key" doc:"Name."`
	Config op.Raw `json:"config" lua:"config,required" doc:"What it may do, as Workato keeps it: { team = { privileges = \"all\" } }."`
}

// wrapped is the body: the manual has the fields in a member named after the
// role.
func wrapped(name string, in any) map[string]any { return map[string]any{name: in} }

func readScopedRole(ctx context.Context, c *client, collection string, id any) (r ScopedRole, err error) {
	return r, c.get(ctx, rest.Path(collection, id), nil, &r)
}

func createScopedRole(ctx context.Context, c *client, collection, wrapper string, in NewScopedRole) (r ScopedRole, err error) {
	return r, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path(collection), Body: wrapped(wrapper, in)}, &r)
}

func lookForScopedRole(ctx context.Context, c *client, collection string, in NewScopedRole, since time.Time) (r ScopedRole, landed bool, err error) {
	all, err := everything[ScopedRole](ctx, c, rest.Path(collection), query(ListScopedRoles{Name: in.Name}), byBracket)
	if err != nil {
		return r, false, err
	}
	found, err := newest(all, since, func(x ScopedRole) bool { return x.Name == in.Name }, func(x ScopedRole) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return r, false, err
	}
	one, landed, err := theOne(found, "role "+in.Name)
	if err != nil || !landed {
		return r, false, err
	}
	r, err = readScopedRole(ctx, c, collection, one.ID)
	return r, err == nil, err
}

// updateScopedRole sends name and config both: whether one that is left out
// stays is unconfirmed.
func updateScopedRole(ctx context.Context, c *client, collection, wrapper string, id any, in any) (r ScopedRole, err error) {
	now, err := readScopedRole(ctx, c, collection, id)
	if err != nil {
		return r, err
	}
	body, err := merge(now, in, "name", "config")
	if err != nil {
		return r, err
	}
	return r, c.one(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path(collection, id), Body: wrapped(wrapper, body)}, &r)
}

var listEnvironmentRoles = op.NewList(op.Operation{
	Name: "workato.list_environment_roles",
	Doc: `Lists environment roles.

All that match, in Workato's order, without what they may do.`,
	Source:      environmentRolesPage,
	Example:     `for r in iter(workato.list_environment_roles) do print(r.id, r.name, r.type) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "environment role",
	Shows:       withoutConfig(op.Many(environmentRole, nil)),
}, func(ctx context.Context, c *client, in ListScopedRoles, cursor string) ([]ScopedRole, string, error) {
	return page[ScopedRole](ctx, c, rest.Path("environment_roles"), query(in), byBracket, cursor)
})

func withoutConfig(v *op.View) *op.View {
	v.Fields = func(op.Args) []string {
		return []string{"id", "name", "type", "members_count", "created_at", "updated_at"}
	}
	return v
}

// GetEnvironmentRole is the input of workato.get_environment_role.
type GetEnvironmentRole struct {
	ID string `json:"-" lua:"environment_role_id,required,key" doc:"Role to read."`
}

var getEnvironmentRole = op.New(op.Operation{
	Name: "workato.get_environment_role",
	Doc: `Reads one environment role with what it may do.

Raises not_found if there is no such role.`,
	Source:      environmentRolesPage,
	Example:     `print(workato.get_environment_role { environment_role_id = "83" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "environment role",
	Shows:       op.One(environmentRole, "environment_role_id"),
}, func(ctx context.Context, c *client, in GetEnvironmentRole) (ScopedRole, error) {
	return readScopedRole(ctx, c, "environment_roles", in.ID)
})

// The body is that of the Embedded manual's update.
var createEnvironmentRole = op.New(op.Operation{
	Name: "workato.create_environment_role",
	Doc: `Creates an environment role.

Raises invalid if Workato refuses the name or the config.`,
	Source:  environmentRolesPage,
	Example: `workato.create_environment_role { name = "Auditor", config = { team = { privileges = "all" } } }`,
	Effect:  op.Write,
	Object:  "environment role",
	Shows:   op.Created(environmentRole),
	Changes: []op.Change{op.Creates(environmentRole, op.With{"members_count": op.Is(0), "config": op.Vague()})},
	Inverse: op.Deletes("delete_environment_role", "environment_role_id", "id"),
}, func(ctx context.Context, c *client, in NewScopedRole) (ScopedRole, error) {
	return createScopedRole(ctx, c, "environment_roles", "environment_role", in)
}, op.Probe(settle, func(ctx context.Context, c *client, in NewScopedRole, since time.Time) (ScopedRole, bool, error) {
	return lookForScopedRole(ctx, c, "environment_roles", in, since)
}))

// UpdateEnvironmentRole is the input of workato.update_environment_role.
type UpdateEnvironmentRole struct {
	ID     string         `json:"-" lua:"environment_role_id,required,key" doc:"Role to change."`
	Name   op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	Config op.Raw         `json:"config,omitzero" lua:"config" doc:"What it may do from now on, as Workato keeps it."`
}

var updateEnvironmentRole = op.New(op.Operation{
	Name: "workato.update_environment_role",
	Doc: `Changes the name of an environment role, or what it may do.

The role is read first, and what is not given is sent as it is. Everybody who has the role is affected at once.
Raises not_found if there is no such role, and invalid if Workato refuses the config.`,
	Source:      environmentRolesPage,
	Example:     `workato.update_environment_role { environment_role_id = "83", name = "Auditors" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "environment role",
	Shows:       op.One(environmentRole, "environment_role_id"),
	Changes:     []op.Change{op.Sets(environmentRole, "environment_role_id", nil), op.Stirs(rights), op.When(given("name"), op.Blurs(member, "roles"))},
	Inverse:     op.Restores("update_environment_role", "environment_role_id"),
}, func(ctx context.Context, c *client, in UpdateEnvironmentRole) (ScopedRole, error) {
	return updateScopedRole(ctx, c, "environment_roles", "environment_role", in.ID, in)
})

// DeleteEnvironmentRole is the input of workato.delete_environment_role.
type DeleteEnvironmentRole struct {
	ID string `json:"-" lua:"environment_role_id,required,key" doc:"Role to delete."`
}

var deleteEnvironmentRole = op.New(op.Operation{
	Name: "workato.delete_environment_role",
	Doc: `Deletes an environment role.

What becomes of those who have it is not documented: give them another role first. Raises not_found if there is no such
role.`,
	Source:      environmentRolesPage,
	Example:     `workato.delete_environment_role { environment_role_id = "83" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "environment role",
	Changes:     []op.Change{op.Removes(environmentRole, "environment_role_id"), op.Stirs(rights), op.Blurs(member, "roles")},
}, func(ctx context.Context, c *client, in DeleteEnvironmentRole) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("environment_roles", in.ID)})
})

var listProjectRoles = op.NewList(op.Operation{
	Name: "workato.list_project_roles",
	Doc: `Lists project roles.

All that match, in Workato's order, without what they may do.`,
	Source:      projectRolesPage,
	Example:     `for r in iter(workato.list_project_roles) do print(r.id, r.name, r.type) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project role",
	Shows:       withoutConfig(op.Many(projectRole, nil)),
}, func(ctx context.Context, c *client, in ListScopedRoles, cursor string) ([]ScopedRole, string, error) {
	return page[ScopedRole](ctx, c, rest.Path("project_roles"), query(in), byBracket, cursor)
})

// GetProjectRole is the input of workato.get_project_role.
type GetProjectRole struct {
	ID string `json:"-" lua:"project_role_id,required,key" doc:"Role to read."`
}

var getProjectRole = op.New(op.Operation{
	Name: "workato.get_project_role",
	Doc: `Reads one project role with what it may do.

Raises not_found if there is no such role.`,
	Source:      projectRolesPage,
	Example:     `print(workato.get_project_role { project_role_id = "83" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project role",
	Shows:       op.One(projectRole, "project_role_id"),
}, func(ctx context.Context, c *client, in GetProjectRole) (ScopedRole, error) {
	return readScopedRole(ctx, c, "project_roles", in.ID)
})

// The body is unconfirmed: it is that of environment roles.
var createProjectRole = op.New(op.Operation{
	Name: "workato.create_project_role",
	Doc: `Creates a project role.

Raises invalid if Workato refuses the name or the config.`,
	Source:  projectRolesPage,
	Example: `workato.create_project_role { name = "Reviewer", config = { recipes = { privileges = { "read" } } } }`,
	Effect:  op.Write,
	Object:  "project role",
	Shows:   op.Created(projectRole),
	Changes: []op.Change{op.Creates(projectRole, op.With{"members_count": op.Is(0), "config": op.Vague()})},
	Inverse: op.Deletes("delete_project_role", "project_role_id", "id"),
}, func(ctx context.Context, c *client, in NewScopedRole) (ScopedRole, error) {
	return createScopedRole(ctx, c, "project_roles", "project_role", in)
}, op.Probe(settle, func(ctx context.Context, c *client, in NewScopedRole, since time.Time) (ScopedRole, bool, error) {
	return lookForScopedRole(ctx, c, "project_roles", in, since)
}))

// UpdateProjectRole is the input of workato.update_project_role.
type UpdateProjectRole struct {
	ID     string         `json:"-" lua:"project_role_id,required,key" doc:"Role to change."`
	Name   op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	Config op.Raw         `json:"config,omitzero" lua:"config" doc:"What it may do from now on, as Workato keeps it."`
}

// The body is unconfirmed: it is that of environment roles.
var updateProjectRole = op.New(op.Operation{
	Name: "workato.update_project_role",
	Doc: `Changes the name of a project role, or what it may do.

The role is read first, and what is not given is sent as it is. Everybody who has the role is affected at once.
Raises not_found if there is no such role, and invalid if Workato refuses the config.`,
	Source:      projectRolesPage,
	Example:     `workato.update_project_role { project_role_id = "83", name = "Reviewers" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "project role",
	Shows:       op.One(projectRole, "project_role_id"),
	Changes:     []op.Change{op.Sets(projectRole, "project_role_id", nil), op.Stirs(rights), op.When(given("name"), op.Blurs(projectGrant, "project_role"))},
	Inverse:     op.Restores("update_project_role", "project_role_id"),
}, func(ctx context.Context, c *client, in UpdateProjectRole) (ScopedRole, error) {
	return updateScopedRole(ctx, c, "project_roles", "project_role", in.ID, in)
})

// DeleteProjectRole is the input of workato.delete_project_role.
type DeleteProjectRole struct {
	ID string `json:"-" lua:"project_role_id,required,key" doc:"Role to delete."`
}

var deleteProjectRole = op.New(op.Operation{
	Name: "workato.delete_project_role",
	Doc: `Deletes a project role.

What becomes of grants of it is not documented: revoke or change them first. Raises not_found if there is no such role.`,
	Source:      projectRolesPage,
	Example:     `workato.delete_project_role { project_role_id = "83" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "project role",
	Changes:     []op.Change{op.Removes(projectRole, "project_role_id"), op.Stirs(rights, revokedGrants)},
}, func(ctx context.Context, c *client, in DeleteProjectRole) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("project_roles", in.ID)})
})
