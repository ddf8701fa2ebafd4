package workato

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"runner/internal/op"
	"runner/internal/rest"
)

const packagesPage = "https://docs.workato.com/en/workato-api/recipe-lifecycle-management.html"

var packageOperations = []*op.Operation{
	listFolderAssets, createExportManifest, getExportManifest, updateExportManifest, deleteExportManifest,
	exportPackage, importPackage, getPackage, getPackageContent,
}

// FolderAsset is one thing that a package could hold.
type FolderAsset struct {
	ID           ID             `json:"id" lua:"id,key" doc:"Id."`
	Name         op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Type         op.Opt[string] `json:"type,omitzero" lua:"type" doc:"What it is: recipe, connection, lookup_table and so on."`
	Version      op.Opt[Int]    `json:"version,omitzero" lua:"version" doc:"Version."`
	Folder       op.Opt[string] `json:"folder,omitzero" lua:"folder" doc:"Folder it is in, below the one that was asked for."`
	AbsolutePath op.Opt[string] `json:"absolute_path,omitzero" lua:"absolute_path" doc:"Path from the top."`
	RootFolder   op.Opt[bool]   `json:"root_folder,omitzero" lua:"root_folder" doc:"Whether it is in the folder at the top."`
	Unreachable  op.Opt[bool]   `json:"unreachable,omitzero" lua:"unreachable" doc:"Whether it cannot be reached."`
	ZipName      op.Opt[string] `json:"zip_name,omitzero" lua:"zip_name" doc:"Its name in the package."`
	Checked      op.Opt[bool]   `json:"checked,omitzero" lua:"checked" doc:"Whether it would be taken along."`
	Status       op.Opt[string] `json:"status,omitzero" lua:"status" doc:"Status, as Workato words it."`
	Extra        op.Extra       `json:",embed"`
}

// ListFolderAssets is the input of workato.list_folder_assets.
type ListFolderAssets struct {
	FolderID         op.Opt[int64] `json:"folder_id,omitzero" lua:"folder_id,key" doc:"Folder to look into; the one at the top if omitted."`
	IncludeTestCases op.Opt[bool]  `json:"-" lua:"include_test_cases" default:"false" doc:"Also test cases."`
	IncludeData      op.Opt[bool]  `json:"-" lua:"include_data" default:"false" doc:"Also the data of lookup tables."`
}

var listFolderAssets = op.New(op.Operation{
	Name: "workato.list_folder_assets",
	Doc: `Lists what is in a folder that a package could hold.

All of it, in Workato's order. Raises not_found if there is no such folder.`,
	Source:      packagesPage,
	Example:     `for _, a in ipairs(workato.list_folder_assets { folder_id = 193 }) do print(a.type, a.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "assets of folder",
	Shows:       op.Blind(),
}, func(ctx context.Context, c *client, in ListFolderAssets) (all []FolderAsset, err error) {
	q := query(in)
	truth(q, "include_test_cases", in.IncludeTestCases)
	truth(q, "include_data", in.IncludeData)
	return all, c.list(ctx, rest.Path("export_manifests", "folder_assets"), q, &all, "assets")
})

// ExportManifest says what a package shall hold.
type ExportManifest struct {
	ID             Int                `json:"id" lua:"id,key" doc:"Id."`
	Name           string             `json:"name" lua:"name" doc:"Name."`
	Status         op.Opt[string]     `json:"status,omitzero" lua:"status" doc:"working or archived."`
	ProjectPath    op.Opt[string]     `json:"project_path,omitzero" lua:"project_path" doc:"Path of the project."`
	LastExportedAt op.Opt[op.RFC3339] `json:"last_exported_at,omitzero" lua:"last_exported_at,noise" doc:"When it was exported last; absent if never."`
	CreatedAt      op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt      op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	DeletedAt      op.Opt[op.RFC3339] `json:"deleted_at,omitzero" lua:"deleted_at" doc:"When it was deleted; absent if it was not."`
	Extra          op.Extra           `json:",embed"`
}

// ManifestFields are what creates and updates share.
type ManifestFields struct {
	Assets             []ManifestAsset `json:"assets,omitzero" lua:"assets" doc:"What the package holds, as list_folder_assets shows it."`
	AutoGenerateAssets op.Opt[bool]    `json:"auto_generate_assets,omitzero" lua:"auto_generate_assets" default:"false" doc:"Take all that is in folder_id, instead of assets."`
	FolderID           op.Opt[int64]   `json:"folder_id,omitzero" lua:"folder_id" doc:"Folder whose content is taken."`
	IncludeTestCases   op.Opt[bool]    `json:"include_test_cases,omitzero" lua:"include_test_cases" default:"false" doc:"Take test cases along."`
	IncludeData        op.Opt[bool]    `json:"include_data,omitzero" lua:"include_data" default:"false" doc:"Take the data of lookup tables along."`
	IncludeTags        op.Opt[bool]    `json:"include_tags,omitzero" lua:"include_tags" default:"false" doc:"Take tags along."`
	AutoRun            op.Opt[bool]    `json:"auto_run,omitzero" lua:"auto_run" default:"false" doc:"Start the export at once."`
}

// ManifestAsset is one thing that a package shall hold.
type ManifestAsset struct {
	ID           int64          `json:"id" lua:"id,required" doc:"Id."`
	Type         string         `json:"type" lua:"type,required" doc:"What it is: recipe, connection, lookup_table and so on."`
	Version      op.Opt[int64]  `json:"version,omitzero" lua:"version" doc:"Version."`
	Folder       op.Opt[string] `json:"folder,omitzero" lua:"folder" doc:"Folder it is in."`
	AbsolutePath op.Opt[string] `json:"absolute_path,omitzero" lua:"absolute_path" doc:"Path from the top."`
	RootFolder   op.Opt[bool]   `json:"root_folder,omitzero" lua:"root_folder" doc:"Whether it is in the folder at the top."`
	Unreachable  op.Opt[bool]   `json:"unreachable,omitzero" lua:"unreachable" doc:"Whether it cannot be reached."`
	ZipName      op.Opt[string] `json:"zip_name,omitzero" lua:"zip_name" doc:"Its name in the package."`
}

// CreateExportManifest is the input of workato.create_export_manifest.
type CreateExportManifest struct {
	Name string `json:"name" lua:"name,required,key" doc:"Name."`
	ManifestFields
}

// A second manifest does no harm. No probe: there is no list of manifests.
var createExportManifest = op.New(op.Operation{
	Name: "workato.create_export_manifest",
	Doc: `Creates a manifest: what a package shall hold.

Give assets, or auto_generate_assets with folder_id. Raises invalid if Workato refuses a value.`,
	Source:  packagesPage,
	Example: `local id = workato.create_export_manifest { name = "Finance", auto_generate_assets = true, folder_id = 193 }.id`,
	Effect:  op.Write,
	Object:  "export manifest",
	Shows:   op.Created(exportManifest),
	Changes: []op.Change{op.Creates(exportManifest, op.With{"deleted_at": op.Is(nil), "last_exported_at": op.Is(nil)})},
	Inverse: op.Deletes("delete_export_manifest", "export_manifest_id", "id"),
}, func(ctx context.Context, c *client, in CreateExportManifest) (m ExportManifest, err error) {
	if in.AutoGenerateAssets.Or(false) == (len(in.Assets) > 0) {
		return m, invalid("it takes either assets or auto_generate_assets with folder_id", "give one of them")
	}
	return m, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("export_manifests"), Body: wrapped("export_manifest", in)}, &m)
})

// GetExportManifest is the input of workato.get_export_manifest.
type GetExportManifest struct {
	ID int64 `json:"-" lua:"export_manifest_id,required,key" doc:"Manifest that is meant."`
}

var getExportManifest = op.New(op.Operation{
	Name: "workato.get_export_manifest",
	Doc: `Reads one manifest.

Raises not_found if there is no such manifest.`,
	Source:      packagesPage,
	Example:     `print(workato.get_export_manifest { export_manifest_id = 5 }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "export manifest",
	Shows:       op.One(exportManifest, "export_manifest_id"),
}, func(ctx context.Context, c *client, in GetExportManifest) (m ExportManifest, err error) {
	return m, c.get(ctx, rest.Path("export_manifests", in.ID), nil, &m)
})

// UpdateExportManifest is the input of workato.update_export_manifest.
type UpdateExportManifest struct {
	ID   int64          `json:"-" lua:"export_manifest_id,required,key" doc:"Manifest to change."`
	Name op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	ManifestFields
}

var updateExportManifest = op.New(op.Operation{
	Name: "workato.update_export_manifest",
	Doc: `Replaces what a manifest holds, or its name.

Raises not_found if there is no such manifest, and invalid if Workato refuses a value.`,
	Source:      packagesPage,
	Example:     `workato.update_export_manifest { export_manifest_id = 5, auto_generate_assets = true, folder_id = 193 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "export manifest",
	Shows:       op.One(exportManifest, "export_manifest_id"),
	Changes:     []op.Change{op.Sets(exportManifest, "export_manifest_id", op.With{"project_path": op.Vague()}), op.Hides(exportManifest, "export_manifest_id")},
}, func(ctx context.Context, c *client, in UpdateExportManifest) (m ExportManifest, err error) {
	return m, c.one(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("export_manifests", in.ID), Body: wrapped("export_manifest", in)}, &m)
})

// The answer is unconfirmed.
var deleteExportManifest = op.New(op.Operation{
	Name: "workato.delete_export_manifest",
	Doc: `Deletes a manifest.

What it lists stays. Raises not_found if there is no such manifest.`,
	Source:      packagesPage,
	Example:     `workato.delete_export_manifest { export_manifest_id = 5 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "export manifest",
	Changes:     []op.Change{op.Removes(exportManifest, "export_manifest_id")},
}, func(ctx context.Context, c *client, in GetExportManifest) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("export_manifests", in.ID)})
})

// Package is an export or an import that is under way, or done.
type Package struct {
	ID               Int            `json:"id" lua:"id,key" doc:"Id."`
	OperationType    op.Opt[string] `json:"operation_type,omitzero" lua:"operation_type" doc:"export or import."`
	Status           op.Opt[string] `json:"status,omitzero" lua:"status" doc:"in_progress, processing, completed or failed."`
	ExportManifestID op.Opt[Int]    `json:"export_manifest_id,omitzero" lua:"export_manifest_id" doc:"Manifest of an export."`
	DownloadURL      op.Opt[string] `json:"download_url,omitzero" lua:"download_url,secret" doc:"Where the content of an export can be fetched by everybody who has the address; absent until it is done."`
	Error            op.Opt[string] `json:"error,omitzero" lua:"error" doc:"Why it failed."`
	RecipeStatus     []RecipeImport `json:"recipe_status,omitzero" lua:"recipe_status" doc:"What became of each recipe of an import."`
	Extra            op.Extra       `json:",embed"`
}

// RecipeImport is what became of one recipe of an import.
type RecipeImport struct {
	ID           Int      `json:"id" lua:"id" doc:"Recipe."`
	ImportResult string   `json:"import_result" lua:"import_result" doc:"no_update_or_update_without_restart, no_update_or_updated_without_restart or restarted: good. stopped or restart_failed: updated, and does not run. stop_failed or not_found: not updated."`
	Extra        op.Extra `json:",embed"`
}

// ExportPackage is the input of workato.export_package.
type ExportPackage struct {
	ID int64 `json:"-" lua:"export_manifest_id,required,key" doc:"Manifest to export."`
}

// A second export does no harm. No probe: there is no list of packages.
var exportPackage = op.New(op.Operation{
	Name: "workato.export_package",
	Doc: `Starts the export of a manifest.

Answers at once: read it with get_package until its status is completed or failed; get_package_content fetches it then.
Raises not_found if there is no such manifest.`,
	Source:  packagesPage,
	Example: `local id = workato.export_package { export_manifest_id = 5 }.id`,
	Effect:  op.Write,
	Object:  "package of manifest",
	Shows:   op.Created(pkg),
	Changes: []op.Change{
		op.Creates(pkg, op.With{"operation_type": op.Is("export"), "recipe_status": op.Empty(), "error": op.Is(nil)}),
		op.Unsettles(exportManifest, "export_manifest_id", "last_exported_at"),
	},
}, func(ctx context.Context, c *client, in ExportPackage) (p Package, err error) {
	return p, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("packages", "export", in.ID)}, &p)
})

// ImportPackage is the input of workato.import_package.
type ImportPackage struct {
	FolderID              int64         `json:"-" lua:"folder_id,required,key" doc:"Folder that the content is put into."`
	Content               []byte        `json:"-" lua:"content,required" doc:"The bytes of the package, a zip file."`
	RestartRecipes        op.Opt[bool]  `json:"-" lua:"restart_recipes" default:"false" doc:"Stop, update and start recipes that run; needed if some do."`
	IncludeTags           op.Opt[bool]  `json:"-" lua:"include_tags" default:"false" doc:"Take tags along."`
	FolderIDForHomeAssets op.Opt[int64] `json:"-" lua:"folder_id_for_home_assets" doc:"Folder for what was at the top."`
}

// No probe: there is no list of packages.
var importPackage = op.New(op.Operation{
	Name: "workato.import_package",
	Doc: `Starts the import of a package into a folder.

It overwrites what is there under the same names, and may stop and start recipes. Answers at once: read it with
get_package until its status is completed or failed. Completed does not mean that every recipe went well: look at
recipe_status. At most 500 an hour. Raises not_found if there is no such folder, and invalid if the content is no
package, or recipes run and restart_recipes is not true.`,
	Source:  packagesPage,
	Example: `local id = workato.import_package { folder_id = 204, content = package, restart_recipes = true }.id`,
	Effect:  op.Destructive,
	Object:  "package for folder",
	Shows:   op.Created(pkg),
	Changes: []op.Change{
		op.Creates(pkg, op.With{"operation_type": op.Is("import"), "export_manifest_id": op.Is(nil), "download_url": op.Is(nil)}),
		op.Stirs(content, jobs, lookupRows, recipeVersions),
	},
}, func(ctx context.Context, c *client, in ImportPackage) (p Package, err error) {
	if len(in.Content) == 0 {
		return p, invalid("content is empty", "give the bytes of a package")
	}
	q := url.Values{}
	truth(q, "restart_recipes", in.RestartRecipes)
	truth(q, "include_tags", in.IncludeTags)
	if in.FolderIDForHomeAssets.Given && !in.FolderIDForHomeAssets.Null {
		q.Set("folder_id_for_home_assets", strconv.FormatInt(in.FolderIDForHomeAssets.Value, 10))
	}
	return p, c.one(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("packages", "import", in.FolderID), Query: q,
		Raw: in.Content, Header: http.Header{"Content-Type": {"application/octet-stream"}},
	}, &p)
})

// GetPackage is the input of workato.get_package.
type GetPackage struct {
	ID int64 `json:"-" lua:"package_id,required,key" doc:"Package to read."`
}

var getPackage = op.New(op.Operation{
	Name: "workato.get_package",
	Doc: `Reads how far an export or an import is.

Raises not_found if there is no such package.`,
	Source:      packagesPage,
	Example:     `print(workato.get_package { package_id = 242 }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "package",
	Shows:       op.One(pkg, "package_id"),
}, func(ctx context.Context, c *client, in GetPackage) (p Package, err error) {
	return p, c.get(ctx, rest.Path("packages", in.ID), nil, &p)
})

// Content is a file that Workato hands out.
type Content struct {
	Content []byte `lua:"content" doc:"The bytes of the file."`
}

// The answer is the zip, or a redirect to a storage address on another host,
// which gets no credentials. The HTTP client follows no redirect to another
// host, so the address is asked for here.
var getPackageContent = op.New(op.Operation{
	Name: "workato.get_package_content",
	Doc: `Fetches what was exported: a zip file.

It holds recipes, and whatever else the manifest lists, in the clear. Raises not_found if there is no such package, or
the export is not done.`,
	Source:      packagesPage,
	Example:     `local zip = workato.get_package_content { package_id = 242 }.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "content of package",
	Shows:       within(op.Blind(pkg), pkg, "package_id"),
}, func(ctx context.Context, c *client, in GetPackage) (f Content, err error) {
	return c.packageContent(ctx, in.ID)
})

// packageContent takes the address of the storage from get_package if the
// download is redirected there.
func (c *client) packageContent(ctx context.Context, id int64) (f Content, err error) {
	a, err := c.Do(ctx, rest.Request{Method: http.MethodGet, Path: rest.Path("packages", id, "download"), Accept: "*/*"})
	if err == nil {
		return Content{a.Body}, nil
	}
	e, ok := errors.AsType[*op.Error](err)
	if !ok || e.Status < 300 || e.Status >= 400 {
		return f, err
	}
	var p Package
	if err := c.get(ctx, rest.Path("packages", id), nil, &p); err != nil {
		return f, err
	}
	storage, parseErr := url.Parse(p.DownloadURL.Value)
	if parseErr != nil || storage.Host == "" {
		return f, err
	}
	if a, err = c.Do(ctx, rest.Request{Method: http.MethodGet, URL: storage, Accept: "*/*"}); err != nil {
		return f, err
	}
	return Content{a.Body}, nil
}
