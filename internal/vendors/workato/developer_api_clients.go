package workato

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const apiClientsPage = "https://docs.workato.com/workato-api/api-client-apis.html"

var developerAPIClientOperations = []*op.Operation{
	listDeveloperAPIClients, getDeveloperAPIClient, createDeveloperAPIClient, updateDeveloperAPIClient, deleteDeveloperAPIClient,
	rotateDeveloperAPIClientToken, listDeveloperAPIClientRoles, copyDeveloperAPIClientRole,
}

// DeveloperAPIClient is who calls the Developer API with a token.
type DeveloperAPIClient struct {
	ID                  Int                `json:"id" lua:"id,key" doc:"Id."`
	Name                string             `json:"name" lua:"name" doc:"Name; nothing keeps two clients from having the same."`
	APIPrivilegeGroupID op.Opt[Int]        `json:"api_privilege_group_id,omitzero" lua:"api_privilege_group_id" doc:"Its role: an id of list_developer_api_client_roles."`
	AllFolders          op.Opt[bool]       `json:"all_folders,omitzero" lua:"all_folders" doc:"Whether it may reach all folders."`
	FolderIDs           op.Opt[[]Int]      `json:"folder_ids,omitzero" lua:"folder_ids" doc:"Folders that it may reach; absent if all_folders is true."`
	EnvironmentName     op.Opt[string]     `json:"environment_name,omitzero" lua:"environment_name" doc:"Its environment; absent if the workspace has none."`
	EnvironmentID       op.Opt[Int]        `json:"environment_id,omitzero" lua:"environment_id" doc:"Id of its environment; absent if the workspace has none."`
	IPAllowList         op.Opt[Joined]     `json:"ip_allow_list,omitzero" lua:"ip_allow_list" doc:"Addresses it may call from, with commas between; absent if any."`
	CreatedAt           op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt           op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Token               *Token             `json:"token,omitzero" lua:"token" doc:"Its token."`
	User                *Named             `json:"user,omitzero" lua:"user" doc:"Who created it; absent from some answers."`
	Extra               op.Extra           `json:",embed"`
}

// Token is what is told of a client's token.
type Token struct {
	UpdatedAt op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at" doc:"When it was made."`
	Value     op.Opt[string]     `json:"value,omitzero" lua:"value,secret" doc:"The token itself; only in the answers that make it."`
	Extra     op.Extra           `json:",embed"`
}

// Named is an object by its id and name.
type Named struct {
	ID    Int            `json:"id" lua:"id" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

// withoutUser makes a view one that does not show who created a client: only
// get_developer_api_client does.
func withoutUser(v *op.View) *op.View {
	v.Fields = func(op.Args) []string {
		return []string{
			"id", "name", "api_privilege_group_id", "all_folders", "folder_ids", "environment_name", "environment_id",
			"ip_allow_list", "created_at", "updated_at", "token",
		}
	}
	return v
}

func readDeveloperAPIClient(ctx context.Context, c *client, id int64) (a DeveloperAPIClient, err error) {
	return a, c.get(ctx, rest.Path("developer_api_clients", id), nil, &a)
}

var listDeveloperAPIClients = op.NewList(op.Operation{
	Name: "workato.list_developer_api_clients",
	Doc: `Lists Developer API clients.

All of the workspace, of every environment, in Workato's order. No token values are among it.`,
	Source:      apiClientsPage,
	Example:     `for c in iter(workato.list_developer_api_clients) do print(c.id, c.name, c.token.updated_at) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "developer API client",
	Shows:       withoutUser(op.Many(apiClient, nil)),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]DeveloperAPIClient, string, error) {
	return page[DeveloperAPIClient](ctx, c, rest.Path("developer_api_clients"), nil, byPage, cursor)
})

// GetDeveloperAPIClient is the input of workato.get_developer_api_client.
type GetDeveloperAPIClient struct {
	ID int64 `json:"-" lua:"developer_api_client_id,required,key" doc:"Client to read."`
}

var getDeveloperAPIClient = op.New(op.Operation{
	Name: "workato.get_developer_api_client",
	Doc: `Reads one Developer API client.

The value of its token is not among it. Raises not_found if there is no such client.`,
	Source:      apiClientsPage,
	Example:     `print(workato.get_developer_api_client { developer_api_client_id = 15204 }.token.updated_at)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "developer API client",
	Shows:       op.One(apiClient, "developer_api_client_id"),
}, func(ctx context.Context, c *client, in GetDeveloperAPIClient) (DeveloperAPIClient, error) {
	return readDeveloperAPIClient(ctx, c, in.ID)
})

// CreateDeveloperAPIClient is the input of workato.create_developer_api_client.
type CreateDeveloperAPIClient struct {
	Name                string         `json:"name" lua:"name,required,key" doc:"Name."`
	APIPrivilegeGroupID int64          `json:"api_privilege_group_id" lua:"api_privilege_group_id,required" doc:"Its role: an id of list_developer_api_client_roles."`
	AllFolders          bool           `json:"all_folders" lua:"all_folders,required" doc:"Whether it may reach all folders."`
	FolderIDs           []int64        `json:"folder_ids,omitzero" lua:"folder_ids" doc:"Folders that it may reach; required if all_folders is false."`
	EnvironmentName     op.Opt[string] `json:"environment_name,omitzero" lua:"environment_name" doc:"Its environment, as Workato shows the name; required if the workspace has environments."`
	IPAllowList         op.Opt[string] `json:"ip_allow_list,omitzero" lua:"ip_allow_list" doc:"Addresses it may call from, with commas between; any if omitted."`
}

// The probe finds the client without the value of its token.
var createDeveloperAPIClient = op.New(op.Operation{
	Name: "workato.create_developer_api_client",
	Doc: `Creates a Developer API client, with a token.

The value of the token, token.value, is in this answer only: store it at once. No read shows it later, and no probe can
recover it: where the answer was lost and the client found, token.value is absent, and
rotate_developer_api_client_token makes another.
Raises invalid if folder_ids does not fit all_folders, or Workato refuses a value.`,
	Source:  apiClientsPage,
	Example: `local client = workato.create_developer_api_client { name = "CI", api_privilege_group_id = 641, all_folders = false, folder_ids = { 193 }, environment_name = "Development" }`,
	Effect:  op.Write,
	Object:  "developer API client",
	Shows:   withoutUser(op.Created(apiClient)),
	Changes: []op.Change{op.Creates(apiClient, op.With{
		"folder_ids":    foldersOfClient,
		"ip_allow_list": orElse("ip_allow_list", nil), "environment_name": op.First(op.Arg("environment_name"), op.Is(nil)),
	})},
	Inverse: op.Deletes("delete_developer_api_client", "developer_api_client_id", "id"),
}, func(ctx context.Context, c *client, in CreateDeveloperAPIClient) (a DeveloperAPIClient, err error) {
	if err := fitting(in.AllFolders, len(in.FolderIDs)); err != nil {
		return a, err
	}
	return a, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("developer_api_clients"), Body: in}, &a)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateDeveloperAPIClient, since time.Time) (a DeveloperAPIClient, landed bool, err error) {
	all, err := everything[DeveloperAPIClient](ctx, c, rest.Path("developer_api_clients"), nil, byPage)
	if err != nil {
		return a, false, err
	}
	found, err := newest(all, since,
		func(x DeveloperAPIClient) bool {
			return x.Name == in.Name && (!in.EnvironmentName.Given || x.EnvironmentName.Value == in.EnvironmentName.Value)
		},
		func(x DeveloperAPIClient) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return a, false, err
	}
	return theOne(found, "developer API client "+in.Name)
}))

// foldersOfClient are the folders of a client that may not reach all.
func foldersOfClient(s *op.Scene, field string) (any, bool) {
	if s.Args["all_folders"] == true {
		return nil, true
	}
	v, ok := s.Args["folder_ids"]
	if list, _ := v.([]any); len(list) > 1 {
		return s.Vague(field), true // in which order Workato keeps them is not documented
	}
	return v, ok
}

// fitting refuses folders that do not fit all_folders: the client could reach
// more, or other things, than the caller means.
func fitting(allFolders bool, folders int) error {
	switch {
	case allFolders && folders > 0:
		return invalid("folder_ids are given, and all_folders is true", "leave one of them out")
	case !allFolders && folders == 0:
		return invalid("all_folders is false, and folder_ids is empty", "give the folders that the client may reach")
	}
	return nil
}

// UpdateDeveloperAPIClient is the input of workato.update_developer_api_client.
type UpdateDeveloperAPIClient struct {
	ID                  int64           `json:"-" lua:"developer_api_client_id,required,key" doc:"Client to change."`
	Name                op.Opt[string]  `json:"name,omitzero" lua:"name" doc:"New name."`
	APIPrivilegeGroupID op.Opt[int64]   `json:"api_privilege_group_id,omitzero" lua:"api_privilege_group_id" doc:"New role: an id of list_developer_api_client_roles."`
	AllFolders          op.Opt[bool]    `json:"all_folders,omitzero" lua:"all_folders" doc:"Whether it may reach all folders."`
	FolderIDs           op.Opt[[]int64] `json:"folder_ids,omitzero" lua:"folder_ids" doc:"Folders that it may reach from now on; required if all_folders becomes false."`
	EnvironmentName     op.Opt[string]  `json:"environment_name,omitzero" lua:"environment_name" doc:"New environment, as Workato shows the name."`
	IPAllowList         op.Opt[string]  `json:"ip_allow_list,omitzero" lua:"ip_allow_list" doc:"Addresses it may call from, with commas between."`
}

// Whether a field that is left out keeps its value is unconfirmed, so all are
// sent.
var updateDeveloperAPIClient = op.New(op.Operation{
	Name: "workato.update_developer_api_client",
	Doc: `Changes the given fields of a Developer API client.

The client is read first, and what is not given is sent as it is. Its token stays the same; a narrower scope counts at
once. Raises not_found if there is no such client, and invalid if folder_ids does not fit all_folders, or Workato
refuses a value.`,
	Source:      apiClientsPage,
	Example:     `workato.update_developer_api_client { developer_api_client_id = 15204, folder_ids = { 193, 204 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "developer API client",
	Shows:       withoutUser(op.One(apiClient, "developer_api_client_id")),
	Changes: []op.Change{op.Sets(apiClient, "developer_api_client_id", op.With{
		"folder_ids": foldersOfClient, "environment_id": op.If(op.Vague(), "environment_name"),
	})},
	Inverse: formerClient,
}, func(ctx context.Context, c *client, in UpdateDeveloperAPIClient) (a DeveloperAPIClient, err error) {
	if err := changing(in); err != nil {
		return a, err
	}
	now, err := readDeveloperAPIClient(ctx, c, in.ID)
	if err != nil {
		return a, err
	}
	all, folders := in.AllFolders.Or(now.AllFolders.Value), len(now.FolderIDs.Value)
	if in.FolderIDs.Given {
		folders = len(in.FolderIDs.Value)
	} else if all {
		folders = 0
	}
	if err := fitting(all, folders); err != nil {
		return a, err
	}
	body, err := merge(now, in, "name", "api_privilege_group_id", "all_folders", "folder_ids", "environment_name", "ip_allow_list")
	if err != nil {
		return a, err
	}
	if all {
		delete(body, "folder_ids")
	}
	return a, c.one(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("developer_api_clients", in.ID), Body: body}, &a)
})

// formerClient restores the fields that a call gave, and with one of all_folders
// and folder_ids the other.
func formerClient(u op.Undo) (string, op.Args, bool) {
	if u.Before == nil {
		return "", nil, false
	}
	args := op.Args{"developer_api_client_id": u.Args["developer_api_client_id"]}
	for name := range u.Args {
		switch v, ok := u.Before[name]; {
		case name == "developer_api_client_id", name == "all_folders", name == "folder_ids":
		case !ok:
			return "", nil, false // it had none, and whether one can be cleared is unconfirmed
		default:
			args[name] = op.Copy(v)
		}
	}
	if given("all_folders", "folder_ids")(u.Args) {
		args["all_folders"] = u.Before["all_folders"]
		if u.Before["all_folders"] != true {
			args["folder_ids"] = op.Copy(u.Before["folder_ids"])
		}
	}
	return "update_developer_api_client", args, true
}

// DeleteDeveloperAPIClient is the input of workato.delete_developer_api_client.
type DeleteDeveloperAPIClient struct {
	ID int64 `json:"-" lua:"developer_api_client_id,required,key" doc:"Client to delete."`
}

// That a second call answers 404 is unconfirmed.
var deleteDeveloperAPIClient = op.New(op.Operation{
	Name: "workato.delete_developer_api_client",
	Doc: `Deletes a Developer API client.

Its token is dead at once. Raises not_found if there is no such client.`,
	Source:      apiClientsPage,
	Example:     `workato.delete_developer_api_client { developer_api_client_id = 15204 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "developer API client",
	Changes:     []op.Change{op.Removes(apiClient, "developer_api_client_id")},
}, func(ctx context.Context, c *client, in DeleteDeveloperAPIClient) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("developer_api_clients", in.ID)})
})

// RotateDeveloperAPIClientToken is the input of
// workato.rotate_developer_api_client_token.
type RotateDeveloperAPIClientToken struct {
	ID int64 `json:"-" lua:"developer_api_client_id,required,key" doc:"Client that gets another token."`
}

// No probe: the new token can be read nowhere, and for the client that makes the
// calls nothing can, since its own token is dead.
var rotateDeveloperAPIClientToken = op.New(op.Operation{
	Name: "workato.rotate_developer_api_client_token",
	Doc: `Makes another token for a Developer API client.

The old token is dead at once, there is no time of overlap. The value of the new one, token.value, is in this answer
only: store it before the next call. No read shows it later, and no probe can recover it: if the answer is lost, the
value is too, and the token has to be rotated again. The client that makes the calls should be the last, or be left out:
once its own token is dead, only another client or Workato's web page can make a new one.
Raises not_found if there is no such client.`,
	Source:  apiClientsPage,
	Example: `local token = workato.rotate_developer_api_client_token { developer_api_client_id = 15204 }.token.value`,
	Effect:  op.Destructive,
	Object:  "developer API client",
	Shows:   withoutUser(op.One(apiClient, "developer_api_client_id")),
	Changes: []op.Change{op.Unsettles(apiClient, "developer_api_client_id", "token")},
}, func(ctx context.Context, c *client, in RotateDeveloperAPIClientToken) (a DeveloperAPIClient, err error) {
	return a, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("developer_api_clients", in.ID, "regenerate")}, &a)
})

// DeveloperAPIClientRole is what clients of that role may do.
type DeveloperAPIClientRole struct {
	ID        Int                `json:"id" lua:"id,key" doc:"Id: the api_privilege_group_id of clients."`
	Name      string             `json:"name" lua:"name" doc:"Name."`
	CreatedAt op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra     op.Extra           `json:",embed"`
}

var listDeveloperAPIClientRoles = op.NewList(op.Operation{
	Name: "workato.list_developer_api_client_roles",
	Doc: `Lists the roles of Developer API clients.

All of the workspace, in Workato's order. They are made and changed on Workato's web pages.`,
	Source:      apiClientsPage,
	Example:     `for r in iter(workato.list_developer_api_client_roles) do print(r.id, r.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "developer API client role",
	Shows:       unless(op.Many(apiClientRole, nil), copiedRoles),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]DeveloperAPIClientRole, string, error) {
	return page[DeveloperAPIClientRole](ctx, c, rest.Path("developer_api_client_roles"), nil, byPage, cursor)
})

// CopyDeveloperAPIClientRole is the input of
// workato.copy_developer_api_client_role.
type CopyDeveloperAPIClientRole struct {
	ID   int64          `json:"-" lua:"developer_api_client_role_id,required,key" doc:"Role to copy."`
	Name op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name of the copy; Workato makes one up if omitted."`
}

// Body and answer are unconfirmed: the call is in the list of privileges and in
// the Embedded manual only. So nothing is made of the answer.
var copyDeveloperAPIClientRole = op.New(op.Operation{
	Name: "workato.copy_developer_api_client_role",
	Doc: `Copies a role of Developer API clients.

It answers nothing: list_developer_api_client_roles shows the copy. Raises not_found if there is no such role.`,
	Source:  "https://docs.workato.com/oem/oem-api/developer-api-client-apis.html",
	Example: `workato.copy_developer_api_client_role { developer_api_client_role_id = 641, name = "CI, read only" }`,
	Effect:  op.Write,
	Object:  "developer API client role",
	Changes: []op.Change{op.Stirs(copiedRoles)},
}, func(ctx context.Context, c *client, in CopyDeveloperAPIClientRole) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("developer_api_client_roles", in.ID, "copy"), Body: in})
}, op.Probe(settle, func(ctx context.Context, c *client, in CopyDeveloperAPIClientRole, since time.Time) (op.None, bool, error) {
	all, err := everything[DeveloperAPIClientRole](ctx, c, rest.Path("developer_api_client_roles"), nil, byPage)
	if err != nil {
		return op.None{}, false, err
	}
	found, err := newest(all, since,
		func(x DeveloperAPIClientRole) bool { return !in.Name.Given || x.Name == in.Name.Value },
		func(x DeveloperAPIClientRole) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return op.None{}, false, err
	}
	_, landed, err := theOne(found, fmt.Sprintf("copies of developer API client role %d", in.ID))
	return op.None{}, landed, err
}))
