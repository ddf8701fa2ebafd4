package workato

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const (
	foldersPage  = "https://docs.workato.com/en/workato-api/folders.html"
	projectsPage = "https://docs.workato.com/workato-api/projects.html"
)

var folderOperations = []*op.Operation{
	listFolders, listRootFolders, getFolder, createFolder, updateFolder, deleteFolder,
	listProjects, updateProject, deleteProject,
}

// Folder holds recipes, connections and other folders.
type Folder struct {
	ID        Int                `json:"id" lua:"id,key" doc:"Id."`
	Name      string             `json:"name" lua:"name" doc:"Name."`
	ParentID  op.Opt[Int]        `json:"parent_id,omitzero" lua:"parent_id" doc:"Folder it is in."`
	IsProject op.Opt[bool]       `json:"is_project,omitzero" lua:"is_project" doc:"Whether it is the folder of a project."`
	ProjectID op.Opt[Int]        `json:"project_id,omitzero" lua:"project_id" doc:"Project it belongs to."`
	CreatedAt op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra     op.Extra           `json:",embed"`
}

// ListFolders is the input of workato.list_folders.
type ListFolders struct {
	ParentID          int64        `json:"parent_id" lua:"parent_id,required,key" doc:"Folder whose folders are listed."`
	WithNestedFolders op.Opt[bool] `json:"-" lua:"with_nested_folders" default:"false" doc:"Also the folders in these, at any depth."`
}

// That an unknown parent is not found is inferred from other unknown ids.
var listFolders = op.NewList(op.Operation{
	Name: "workato.list_folders",
	Doc: `Lists the folders in a folder.

All of them that the client can see, in Workato's order. Those at the top are list_root_folders. Raises not_found if
there is no such folder.`,
	Source:      foldersPage,
	Example:     `for f in iter(workato.list_folders, { parent_id = 193 }) do print(f.id, f.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "folders in folder",
	Shows:       within(unless(op.Many(folder, nil), content), folder, "parent_id"),
}, func(ctx context.Context, c *client, in ListFolders, cursor string) ([]Folder, string, error) {
	q := query(in)
	truth(q, "with_nested_folders", in.WithNestedFolders)
	return page[Folder](ctx, c, rest.Path("folders"), q, byPage, cursor)
})

// ListRootFolders is the input of workato.list_root_folders.
type ListRootFolders struct {
	WithNestedFolders op.Opt[bool] `json:"-" lua:"with_nested_folders" default:"false" doc:"Also the folders in these, at any depth."`
}

// One endpoint serves both lists. They are two operations because a dry run
// does not know which id the folder at the top has.
var listRootFolders = op.NewList(op.Operation{
	Name: "workato.list_root_folders",
	Doc: `Lists the folders at the top, those of projects among them.

All of them that the client can see, in Workato's order.`,
	Source:      foldersPage,
	Example:     `for f in iter(workato.list_root_folders) do print(f.id, f.name, f.project_id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Shows:       unless(op.Many(folder, nil), content, nestedFolders),
}, func(ctx context.Context, c *client, in ListRootFolders, cursor string) ([]Folder, string, error) {
	q := url.Values{}
	truth(q, "with_nested_folders", in.WithNestedFolders)
	return page[Folder](ctx, c, rest.Path("folders"), q, byPage, cursor)
})

// GetFolder is the input of workato.get_folder.
type GetFolder struct {
	ID int64 `json:"-" lua:"folder_id,required,key" doc:"Folder to read."`
}

// New in the manual of 2026; the answer is unconfirmed, and taken to be as in
// the list.
var getFolder = op.New(op.Operation{
	Name: "workato.get_folder",
	Doc: `Reads one folder.

Raises not_found if there is no such folder.`,
	Source:      foldersPage,
	Example:     `print(workato.get_folder { folder_id = 193 }.name)`,
	Since:       "2026",
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Shows:       unless(op.One(folder, "folder_id"), content),
}, func(ctx context.Context, c *client, in GetFolder) (f Folder, err error) {
	return f, c.get(ctx, rest.Path("folders", in.ID), nil, &f)
})

// CreateFolder is the input of workato.create_folder.
type CreateFolder struct {
	Name     string        `json:"name" lua:"name,required,key" doc:"Name."`
	ParentID op.Opt[int64] `json:"parent_id,omitzero" lua:"parent_id" doc:"Folder it is put in. Without one it is at the top, and a project of its own."`
}

var createFolder = op.New(op.Operation{
	Name: "workato.create_folder",
	Doc: `Creates a folder, or a project.

Without parent_id it makes a project: project_id and id are two different ids. Raises not_found or invalid if there is
no such parent, and invalid if Workato refuses the name.`,
	Source:  foldersPage,
	Example: `local f = workato.create_folder { name = "Finance", parent_id = 193 }`,
	Effect:  op.Write,
	Object:  "folder",
	Shows:   op.Created(folder),
	Changes: []op.Change{createsFolder},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		if op.Element(u.Answer, "is_project") == true {
			id := op.Element(u.Answer, "project_id")
			return "delete_project", op.Args{"project_id": id}, id != nil
		}
		return op.Deletes("delete_folder", "folder_id", "id")(u)
	},
}, func(ctx context.Context, c *client, in CreateFolder) (f Folder, err error) {
	return f, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("folders"), Body: in}, &f)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateFolder, since time.Time) (f Folder, landed bool, err error) {
	q := url.Values{}
	if in.ParentID.Given {
		q.Set("parent_id", strconv.FormatInt(in.ParentID.Value, 10))
	}
	all, err := everything[Folder](ctx, c, rest.Path("folders"), q, byPage)
	if err != nil {
		return f, false, err
	}
	found, err := newest(all, since, func(x Folder) bool { return x.Name == in.Name }, func(x Folder) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return f, false, err
	}
	return theOne(found, "folder "+in.Name)
}))

// createsFolder makes a folder, and the project that goes with one at the top.
// Only the vendor knows which id that gets, so it cannot be told apart in the
// list of projects; nor does a dry run know the folder at the top.
func createsFolder(s *op.Scene) {
	if _, nested := s.Args["parent_id"]; nested {
		op.Creates(folder, op.With{"is_project": op.Is(false)})(s)
		op.Stirs(nestedFolders)(s)
		return
	}
	op.Creates(folder, op.With{"is_project": op.Is(true), "parent_id": op.Old()})(s)
	op.Stirs(newProjects)(s)
}

// UpdateFolder is the input of workato.update_folder.
type UpdateFolder struct {
	ID       int64          `json:"-" lua:"folder_id,required,key" doc:"Folder to change."`
	Name     op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	ParentID op.Opt[int64]  `json:"parent_id,omitzero" lua:"parent_id" doc:"Folder that it is moved to."`
}

// The answer is unconfirmed: nothing is read of it.
var updateFolder = op.New(op.Operation{
	Name: "workato.update_folder",
	Doc: `Renames or moves a folder.

Only what is given is sent. The folder of a project is renamed with update_project. Raises not_found if there is no such
folder, and invalid if it cannot be moved there.`,
	Source:      foldersPage,
	Example:     `workato.update_folder { folder_id = 204, name = "Accounting" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Changes: []op.Change{
		op.Sets(folder, "folder_id", op.With{"project_id": op.If(op.Vague(), "parent_id")}),
		op.When(given("parent_id"), op.Stirs(nestedFolders)),
		// It may be the folder of a project, which is called like it.
		op.When(given("name"), op.Blurs(project, "name"), op.Blurs(projectGrant, "project")),
	},
	Inverse: op.Restores("update_folder", "folder_id"),
}, func(ctx context.Context, c *client, in UpdateFolder) (op.None, error) {
	if err := changing(in); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("folders", in.ID), Body: in})
})

// DeleteFolder is the input of workato.delete_folder.
type DeleteFolder struct {
	ID    int64        `json:"-" lua:"folder_id,required,key" doc:"Folder to delete."`
	Force op.Opt[bool] `json:"-" lua:"force" default:"false" doc:"Delete all that is in it, too."`
}

// The answer is inferred; how the refusal looks is unconfirmed.
var deleteFolder = op.New(op.Operation{
	Name: "workato.delete_folder",
	Doc: `Deletes a folder that is no project's.

Only an empty one, unless force is true: then all recipes, connections and folders in it go, too. Projects go with
delete_project. Raises not_found if there is no such folder, and invalid, denied or conflict if it is not empty.`,
	Source:      foldersPage,
	Example:     `workato.delete_folder { folder_id = 204 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Changes:     []op.Change{op.Removes(folder, "folder_id"), op.When(isTrue("force"), op.Stirs(content))},
}, func(ctx context.Context, c *client, in DeleteFolder) (op.None, error) {
	q := url.Values{}
	truth(q, "force", in.Force)
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("folders", in.ID), Query: q})
})

// Project is a folder at the top with what is built and deployed of it.
type Project struct {
	ID          Int            `json:"id" lua:"id,key" doc:"Id of the project; its folder has another."`
	Name        string         `json:"name" lua:"name" doc:"Name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	FolderID    op.Opt[Int]    `json:"folder_id,omitzero" lua:"folder_id" doc:"Id of its folder."`
	Extra       op.Extra       `json:",embed"`
}

var listProjects = op.NewList(op.Operation{
	Name: "workato.list_projects",
	Doc: `Lists projects.

All that the client can see, in Workato's order. create_folder without parent_id makes one.`,
	Source:      projectsPage,
	Example:     `for p in iter(workato.list_projects) do print(p.id, p.folder_id, p.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project",
	Shows:       unless(op.Many(project, nil), content, newProjects),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]Project, string, error) {
	return page[Project](ctx, c, rest.Path("projects"), nil, byPage, cursor)
})

// UpdateProject is the input of workato.update_project.
type UpdateProject struct {
	ID          int64          `json:"-" lua:"project_id,required,key" doc:"Project to change; not the id of its folder."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"New description."`
}

// The answer is unconfirmed: nothing is read of it.
var updateProject = op.New(op.Operation{
	Name: "workato.update_project",
	Doc: `Changes the name or the description of a project.

Only what is given is sent. Raises not_found if there is no such project.`,
	Source:      projectsPage,
	Example:     `workato.update_project { project_id = 12, name = "Accounting" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "project",
	Changes: []op.Change{
		op.Sets(project, "project_id", nil),
		op.When(given("name"), op.Blurs(folder, "name"), op.Blurs(projectGrant, "project")),
	},
	Inverse: op.Restores("update_project", "project_id"),
}, func(ctx context.Context, c *client, in UpdateProject) (op.None, error) {
	if err := changing(in); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("projects", in.ID), Body: in})
})

// DeleteProject is the input of workato.delete_project.
type DeleteProject struct {
	ID int64 `json:"-" lua:"project_id,required,key" doc:"Project to delete; not the id of its folder."`
}

var deleteProject = op.New(op.Operation{
	Name: "workato.delete_project",
	Doc: `Deletes a project with all that is in it.

Raises not_found if there is no such project, and denied if it cannot be deleted: Workato says "Cannot destroy folder".`,
	Source:      projectsPage,
	Example:     `workato.delete_project { project_id = 12 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "project",
	Changes:     []op.Change{op.Removes(project, "project_id"), op.Stirs(content, revokedGrants)},
}, func(ctx context.Context, c *client, in DeleteProject) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("projects", in.ID)})
})
