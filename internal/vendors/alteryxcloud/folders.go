package alteryxcloud

import (
	"context"
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var folderOperations = []*op.Operation{
	listFolders, getFolder, createFolder, updateFolder, deleteFolder, listFolderFlows,
}

// Folder is a folder of flows.
type Folder struct {
	ID          ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name        op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	Description op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	Workspace   *Ref               `json:"workspace,omitzero" lua:"workspace" doc:"Its workspace."`
	Creator     *Ref               `json:"creator,omitzero" lua:"creator" doc:"Who created it."`
	Updater     *Ref               `json:"updater,omitzero" lua:"updater,noise" doc:"Who changed it last."`
	CreatedAt   op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt   op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra       op.Extra           `json:",embed"`
}

// ListFolders is the input of alteryx_cloud.list_folders.
type ListFolders struct{ Selection }

var listFolders = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_folders",
	Doc: `Lists the folders of flows that the caller can see.

All that match, in the order of sort.`,
	Source:      spec + "GET /v4/folders",
	Example:     `for f in iter(alteryx_cloud.list_folders, {}) do print(f.id, f.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Shows:       unless(op.Many(folder, nil, "sort"), removedAssets, imports),
}, func(ctx context.Context, c *client, in ListFolders, cursor string) ([]Folder, string, error) {
	return page[Folder](ctx, c.plain, rest.Path("v4", "folders"), rest.Query(in), cursor)
})

// GetFolder is the input of operations that take one folder.
type GetFolder struct {
	FolderID ID `json:"-" lua:"folder_id,required,key" doc:"Folder."`
}

var getFolder = op.New(op.Operation{
	Name: "alteryx_cloud.get_folder",
	Doc: `Reads one folder of flows.

Raises not_found if there is no such folder.`,
	Source:      spec + "GET /v4/folders/{id}",
	Example:     `print(alteryx_cloud.get_folder { folder_id = 5 }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Shows:       unless(op.One(folder, "folder_id"), removedAssets),
}, func(ctx context.Context, c *client, in GetFolder) (f Folder, err error) {
	return f, c.plain.Get(ctx, rest.Path("v4", "folders", in.FolderID), nil, &f)
})

// CreateFolder is the input of alteryx_cloud.create_folder.
type CreateFolder struct {
	Name        string         `json:"name" lua:"name,required,key" doc:"Name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
}

var createFolder = op.New(op.Operation{
	Name: "alteryx_cloud.create_folder",
	Doc: `Creates a folder of flows.

Raises invalid if the vendor refuses a value.`,
	Source:  spec + "POST /v4/folders",
	Example: `local folder = alteryx_cloud.create_folder { name = "Finance" }`,
	Effect:  op.Write,
	Object:  "folder",
	Shows:   op.Created(folder),
	Changes: []op.Change{op.Creates(folder, nil)},
	Inverse: op.Deletes("delete_folder", "folder_id", "id"),
}, func(ctx context.Context, c *client, in CreateFolder) (f Folder, err error) {
	return f, c.plain.Post(ctx, rest.Path("v4", "folders"), in, &f)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateFolder, since time.Time) (f Folder, landed bool, err error) {
	list, err := all[Folder](ctx, c.plain, rest.Path("v4", "folders"), nil)
	if err != nil {
		return f, false, err
	}
	found, err := newest(list, since, func(f Folder) bool { return f.Name.Value == in.Name }, func(f Folder) op.RFC3339 { return f.CreatedAt.Value })
	if err != nil {
		return f, false, err
	}
	return theOne(found, "folders called "+in.Name)
}))

// UpdateFolder is the input of alteryx_cloud.update_folder.
type UpdateFolder struct {
	FolderID    ID             `json:"-" lua:"folder_id,required,key" doc:"Folder to change."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
}

var updateFolder = op.New(op.Operation{
	Name: "alteryx_cloud.update_folder",
	Doc: `Changes the given fields of a folder of flows.

Raises not_found if there is no such folder.`,
	Source:      spec + "PATCH /v4/folders/{id}",
	Example:     `alteryx_cloud.update_folder { folder_id = 5, name = "Finance EMEA" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Shows:       op.One(folder, "folder_id"),
	Changes:     []op.Change{op.Sets(folder, "folder_id", nil)},
	Inverse:     op.Restores("update_folder", "folder_id"),
}, func(ctx context.Context, c *client, in UpdateFolder) (x Changed, err error) {
	x.ID = in.FolderID
	return x, send(ctx, c.plain, rest.Request{Method: http.MethodPatch, Path: rest.Path("v4", "folders", in.FolderID), Body: in}, &x)
})

// Whether the flows in it are deleted too is not documented.
var deleteFolder = op.New(op.Operation{
	Name: "alteryx_cloud.delete_folder",
	Doc: `Deletes a folder of flows.

What becomes of the flows in it the vendor does not say: move them first. Raises not_found if there is no such folder.`,
	Source:      spec + "DELETE /v4/folders/{id}",
	Example:     `alteryx_cloud.delete_folder { folder_id = 5 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Changes:     []op.Change{op.Removes(folder, "folder_id"), op.Stirs(deletedFolders)},
}, func(ctx context.Context, c *client, in GetFolder) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "folders", in.FolderID)}, nil)
})

// ListFolderFlows is the input of alteryx_cloud.list_folder_flows.
type ListFolderFlows struct {
	FolderID    ID     `json:"-" lua:"folder_id,required,key" doc:"Folder whose flows are listed."`
	FlowsFilter string `json:"flowsFilter" lua:"flows_filter" enum:"all shared owned" default:"all" doc:"Only flows that were shared with the caller, or that the caller owns."`
	Selection
}

var listFolderFlows = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_folder_flows",
	Doc: `Lists the flows in a folder.

All that match, in the order of sort. Raises not_found if there is no such folder.`,
	Source:      spec + "GET /v4/folders/{id}/flows",
	Example:     `for f in iter(alteryx_cloud.list_folder_flows, { folder_id = 5 }) do print(f.id, f.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "flows in folder",
	Shows:       within(flows(op.Many(flow, nil)), folder, "folder_id"),
}, func(ctx context.Context, c *client, in ListFolderFlows, cursor string) ([]Flow, string, error) {
	return page[Flow](ctx, c.plain, rest.Path("v4", "folders", in.FolderID, "flows"), rest.Query(in), cursor)
})
