package alteryx

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file uploads packages of workflows. The swagger calls the media type
// application/form-data, presumably a slip: multipart/form-data is sent.

// Package is the file of an upload.
type Package struct {
	Content  []byte         `json:"-" lua:"content,required" doc:"The bytes of the .yxzp file."`
	FileName op.Opt[string] `json:"-" lua:"file_name" default:"the name, with .yxzp" doc:"Name of the file."`
	Bypass   op.Opt[bool]   `json:"-" lua:"bypass_workflow_version_check" default:"false" doc:"Take a package of a newer Designer than the Server supports. Only newer Servers heed it."`
}

// check refuses an empty package: it would be a workflow that cannot run.
func (p Package) check() error {
	if len(p.Content) == 0 {
		return &op.Error{Kind: op.Invalid, Cause: "content is empty", Hint: "give the bytes of a .yxzp file"}
	}
	return nil
}

// form begins the body of an upload.
func (p Package) form(name string) *rest.Form {
	f := &rest.Form{FileName: p.FileName.Value, File: p.Content}
	if f.FileName == "" {
		f.FileName = strings.TrimSuffix(name, ".yxzp") + ".yxzp"
	}
	f.Add("name", name)
	return f
}

func addText(f *rest.Form, name string, v op.Opt[string]) {
	if v.Given && !v.Null {
		f.Add(name, v.Value)
	}
}

func addBool(f *rest.Form, name string, v op.Opt[bool]) {
	if v.Given && !v.Null {
		f.Add(name, strconv.FormatBool(v.Value))
	}
}

// addIDs adds a list as JSON, as the swagger asks for.
func addIDs(f *rest.Form, name string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	b, err := json.Marshal(ids)
	f.Add(name, string(b))
	return err
}

// CreateWorkflow is the input of alteryx.create_workflow.
type CreateWorkflow struct {
	Name    string `json:"-" lua:"name,required,key" doc:"Name of the workflow."`
	OwnerID string `json:"-" lua:"owner_id,required" doc:"User who shall own it."`
	Package
	ExecutionMode           string         `json:"-" lua:"execution_mode,required" enum:"Safe SemiSafe Standard" doc:"What its tools may do: Standard is unrestricted."`
	WorkerTag               op.Opt[string] `json:"-" lua:"worker_tag" doc:"Worker that runs it."`
	DistrictTags            []string       `json:"-" lua:"district_tags" doc:"Ids of districts."`
	Comments                op.Opt[string] `json:"-" lua:"comments" doc:"Comments."`
	IsPublic                op.Opt[bool]   `json:"-" lua:"is_public" default:"false" doc:"Let everybody see it."`
	IsReadyForMigration     op.Opt[bool]   `json:"-" lua:"is_ready_for_migration" default:"false" doc:"Mark it for migration."`
	SourceAppID             op.Opt[string] `json:"-" lua:"source_app_id" doc:"Id that stays the same when the workflow is migrated; not one that is in use."`
	OthersMayDownload       op.Opt[bool]   `json:"-" lua:"others_may_download" default:"false" doc:"Let others download it."`
	OthersCanExecute        op.Opt[bool]   `json:"-" lua:"others_can_execute" default:"false" doc:"Let others run it."`
	HasPrivateDataExemption op.Opt[bool]   `json:"-" lua:"has_private_data_exemption" doc:"Let it run with private data."`
	WorkflowCredentialType  op.Opt[string] `json:"-" lua:"workflow_credential_type" enum:"Default Required Specific" default:"Default" doc:"What it runs with: Required asks, Specific takes credential_id."`
	CredentialID            op.Opt[string] `json:"-" lua:"credential_id" doc:"Credential for Specific."`
	CollectionIDs           []string       `json:"-" lua:"collection_ids" doc:"Collections to put it into."`
}

// form leaves nothing that the Server requires to the Server: what is not
// given is sent as false.
func (in CreateWorkflow) form() (*rest.Form, error) {
	f := in.Package.form(in.Name)
	f.Add("ownerId", in.OwnerID)
	addText(f, "workerTag", in.WorkerTag)
	if err := addIDs(f, "districtTags", in.DistrictTags); err != nil {
		return nil, err
	}
	addText(f, "comments", in.Comments)
	addBool(f, "isPublic", op.Some(in.IsPublic.Or(false)))
	addBool(f, "isReadyForMigration", op.Some(in.IsReadyForMigration.Or(false)))
	addText(f, "sourceAppId", in.SourceAppID)
	addBool(f, "othersMayDownload", op.Some(in.OthersMayDownload.Or(false)))
	addBool(f, "othersCanExecute", op.Some(in.OthersCanExecute.Or(false)))
	f.Add("executionMode", in.ExecutionMode)
	addBool(f, "hasPrivateDataExemption", in.HasPrivateDataExemption)
	f.Add("workflowCredentialType", in.WorkflowCredentialType.Or("Default"))
	addText(f, "credentialId", in.CredentialID)
	if err := addIDs(f, "collectionIds", in.CollectionIDs); err != nil {
		return nil, err
	}
	addBool(f, "bypassWorkflowVersionCheck", in.Bypass)
	return f, nil
}

var createWorkflow = op.New(op.Operation{
	Name: "alteryx.create_workflow",
	Doc: `Uploads a package as a new workflow.

The Server does not check what is in the package. Raises invalid if the package is empty, the source_app_id is in use
or the Server refuses a value, and denied if the connection's user may not upload.`,
	Source:  workflowsPage,
	Example: `alteryx.create_workflow { name = "Daily sales", owner_id = user.id, execution_mode = "Safe", content = package }`,
	Effect:  op.Write,
	Object:  "workflow",
	Shows:   op.Created(workflow),
	Changes: []op.Change{
		op.Creates(workflow, op.With{
			"district_tags": op.First(op.Arg("district_tags"), op.Empty()), "run_count": op.Is(0),
		}),
		fillsCollections,
		op.Blurs(studio, "workflows"),
	},
}, func(ctx context.Context, c *client, in CreateWorkflow) (made Created, err error) {
	if err := in.check(); err != nil {
		return made, err
	}
	form, err := in.form()
	if err != nil {
		return made, err
	}
	return made, c.JSON(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("v3", "workflows"), Form: form}, &made.ID)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateWorkflow, since time.Time) (made Created, landed bool, err error) {
	var candidates []ListedWorkflow
	if err := c.Get(ctx, rest.Path("v3", "workflows"), rest.Query(ListWorkflows{Name: in.Name, OwnerID: in.OwnerID}), &candidates); err != nil {
		return made, false, err
	}
	// The Server takes each source_app_id once, so with one it is told for
	// certain. Without, a workflow that somebody else uploaded for the same
	// owner in the same minutes, under the same name, looks the same.
	var found []Created
	for _, w := range candidates {
		if w.Name != in.Name || w.OwnerID != in.OwnerID || in.SourceAppID.Given && w.SourceAppID != in.SourceAppID.Value {
			continue
		}
		isNew, err := madeSince(w.DateCreated.Value, since)
		if err != nil {
			return made, false, err
		}
		if isNew {
			found = append(found, Created{ID: w.ID})
		}
	}
	return theOne(found, "workflows called "+in.Name)
}))

// CreateWorkflowVersion is the input of alteryx.create_workflow_version.
type CreateWorkflowVersion struct {
	WorkflowID string `json:"-" lua:"workflow_id,required,key" doc:"Workflow that gets a new version."`
	Package
	MakePublished           bool           `json:"-" lua:"make_published,required" doc:"Make it the version that runs."`
	Comments                op.Opt[string] `json:"-" lua:"comments" doc:"Comments on this version."`
	Name                    op.Opt[string] `json:"-" lua:"name" doc:"Name."`
	OwnerID                 op.Opt[string] `json:"-" lua:"owner_id" doc:"User who shall own it."`
	OthersMayDownload       op.Opt[bool]   `json:"-" lua:"others_may_download" doc:"Let others download it."`
	OthersCanExecute        op.Opt[bool]   `json:"-" lua:"others_can_execute" doc:"Let others run it."`
	ExecutionMode           op.Opt[string] `json:"-" lua:"execution_mode" enum:"Safe SemiSafe Standard" doc:"What its tools may do."`
	HasPrivateDataExemption op.Opt[bool]   `json:"-" lua:"has_private_data_exemption" doc:"Let it run with private data."`
	WorkflowCredentialType  op.Opt[string] `json:"-" lua:"workflow_credential_type" enum:"Default Required Specific" doc:"What it runs with: Required asks, Specific takes credential_id."`
	CredentialID            op.Opt[string] `json:"-" lua:"credential_id" doc:"Credential for Specific."`
}

// form says of the workflow as it is what was not given: the Server requires
// it, and an upload shall change no permissions by the way.
func (in CreateWorkflowVersion) form(now workflowAsIs) *rest.Form {
	f := in.Package.form(in.Name.Or(now.Name))
	credential := in.CredentialID
	if !credential.Given && !in.WorkflowCredentialType.Given && now.CredentialID.Value != "" {
		credential = now.CredentialID
	}
	exemption := in.HasPrivateDataExemption
	if !exemption.Given {
		exemption = now.HasPrivateDataExemption
	}
	f.Add("ownerId", in.OwnerID.Or(now.OwnerID))
	addBool(f, "othersMayDownload", op.Some(in.OthersMayDownload.Or(now.OthersMayDownload.Value)))
	addBool(f, "othersCanExecute", op.Some(in.OthersCanExecute.Or(now.OthersCanExecute.Value)))
	f.Add("executionMode", in.ExecutionMode.Or(now.ExecutionMode.Value))
	addBool(f, "hasPrivateDataExemption", exemption)
	addText(f, "comments", in.Comments)
	addBool(f, "makePublished", op.Some(in.MakePublished))
	f.Add("workflowCredentialType", in.WorkflowCredentialType.Or(now.WorkflowCredentialType))
	addText(f, "credentialId", credential)
	addBool(f, "bypassWorkflowVersionCheck", in.Bypass)
	return f
}

var createWorkflowVersion = op.New(op.Operation{
	Name: "alteryx.create_workflow_version",
	Doc: `Uploads a package as a new version of a workflow.

The workflow is read first, and what is not given stays as it is. The Server does not check what is in the package.
Raises not_found if there is no such workflow, invalid if the package is empty or the Server refuses a value, and
denied if the connection's user may not change it.`,
	Source:  workflowsPage,
	Example: `alteryx.create_workflow_version { workflow_id = flow.id, content = package, make_published = true, comments = "release 12" }`,
	Effect:  op.Write,
	Object:  "workflow",
	Shows:   op.One(workflow, "workflow_id"),
	Changes: []op.Change{
		op.Sets(workflow, "workflow_id", op.With{
			"versions": op.Vague(), "comments": op.If(op.Vague(), "comments"), // those of the version, perhaps only
		}),
		op.When(isTrue("make_published"), op.Blurs(schedule, "version_id"), op.Unsettles(workflow, "workflow_id",
			"published_version_id", "published_version_number", "package_workflow_type", "is_amp")),
		op.Hides(workflow, "workflow_id"),
		follows(workflow, "workflow_id", []string{"name"}, op.Edits(studio, "workflows", "id", "workflow_id", op.With{"name": op.Arg("name")}), op.Stirs(job)),
		op.Stirs(packages),
	},
}, func(ctx context.Context, c *client, in CreateWorkflowVersion) (w Workflow, err error) {
	if err := in.check(); err != nil {
		return w, err
	}
	path := rest.Path("v3", "workflows", in.WorkflowID)
	var now Workflow
	if err := c.Get(ctx, path, nil, &now); err != nil {
		return w, err
	}
	asIs, err := now.asIs(now.PublishedVersionID.Value)
	if err != nil {
		return w, err
	}
	return w, c.JSON(ctx, rest.Request{Method: http.MethodPost, Path: path + "/versions", Form: in.form(asIs)}, &w)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateWorkflowVersion, since time.Time) (w Workflow, landed bool, err error) {
	if err := c.Get(ctx, rest.Path("v3", "workflows", in.WorkflowID), nil, &w); err != nil {
		return w, false, err
	}
	// Versions do not show the bytes. One that somebody else uploaded in the
	// same minutes, with the same comments or where none were given, looks the
	// same. The name is not compared: which field of a version shows it is not
	// documented, and a wrong guess would upload a second time.
	var found []Workflow
	for _, v := range w.Versions {
		if in.Comments.Given && v.Comments.Value != in.Comments.Value {
			continue
		}
		isNew, err := madeSince(v.UploadDate.Value, since)
		if err != nil {
			return w, false, err
		}
		if isNew {
			found = append(found, w)
		}
	}
	return theOne(found, "versions of workflow "+in.WorkflowID)
}))
