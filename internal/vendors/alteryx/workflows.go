package alteryx

import (
	"context"
	"fmt"
	"slices"

	"runner/internal/op"
	"runner/internal/rest"
)

const workflowsPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/workflow-endpoints.html"

var workflowOperations = []*op.Operation{
	listWorkflows, getWorkflow, createWorkflow, createWorkflowVersion, updateWorkflow, deleteWorkflow,
	exportWorkflow, listWorkflowQuestions, transferWorkflow, runWorkflow, listWorkflowJobs,
}

// ListedWorkflow is a workflow as a list shows it. The Default view has the last
// two fields and those before published_version_id, the Full view all but the
// last two.
type ListedWorkflow struct {
	Workflow
	PublishedVersionNumber op.Opt[int64] `json:"publishedVersionNumber,omitzero" lua:"published_version_number" doc:"Number of the published version; absent in the Full view."`
	IsAMP                  op.Opt[bool]  `json:"isAmp,omitzero" lua:"is_amp" doc:"Whether the AMP engine runs it; absent in the Full view, where each version says so."`
}

// Workflow is a workflow, an analytic app or a macro.
type Workflow struct {
	ID            string             `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	SourceAppID   string             `json:"sourceAppId" lua:"source_app_id" doc:"Id that stays the same when the workflow is migrated."`
	Name          string             `json:"name" lua:"name" doc:"Name."`
	OwnerID       string             `json:"ownerId" lua:"owner_id" doc:"User who owns it."`
	DateCreated   op.Opt[op.RFC3339] `json:"dateCreated,omitzero" lua:"date_created" doc:"When it was created."`
	ExecutionMode op.Opt[string]     `json:"executionMode,omitzero" lua:"execution_mode" doc:"What its tools may do: Safe, SemiSafe or Standard."`

	PublishedVersionID      op.Opt[string]    `json:"publishedVersionId,omitzero" lua:"published_version_id" doc:"Id of the published version."`
	Versions                []WorkflowVersion `json:"versions,omitzero" lua:"versions" doc:"All versions; empty in the Default view."`
	RunCount                op.Opt[int64]     `json:"runCount,omitzero" lua:"run_count,noise" doc:"How often it ran."`
	WorkerTag               op.Opt[string]    `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it."`
	DistrictTags            []string          `json:"districtTags,omitzero" lua:"district_tags" doc:"Ids of districts; empty in the Default view."`
	Comments                op.Opt[string]    `json:"comments,omitzero" lua:"comments" doc:"Comments."`
	IsPublic                op.Opt[bool]      `json:"isPublic,omitzero" lua:"is_public" doc:"Whether everybody can see it."`
	IsReadyForMigration     op.Opt[bool]      `json:"isReadyForMigration,omitzero" lua:"is_ready_for_migration" doc:"Whether it is marked for migration."`
	OthersMayDownload       op.Opt[bool]      `json:"othersMayDownload,omitzero" lua:"others_may_download" doc:"Whether others may download it."`
	OthersCanViewHistory    op.Opt[bool]      `json:"othersCanViewHistory,omitzero" lua:"others_can_view_history" doc:"Whether others see its versions."`
	OthersCanExecute        op.Opt[bool]      `json:"othersCanExecute,omitzero" lua:"others_can_execute" doc:"Whether others may run it."`
	HasPrivateDataExemption op.Opt[bool]      `json:"hasPrivateDataExemption,omitzero" lua:"has_private_data_exemption" doc:"Whether it may run with private data."`
	PackageWorkflowType     op.Opt[string]    `json:"packageWorkflowType,omitzero" lua:"package_workflow_type" doc:"App, Module (a plain workflow) or Macro."`
	Extra                   op.Extra          `json:",embed"`
}

// WorkflowVersion is one version of a workflow.
type WorkflowVersion struct {
	VersionID               string             `json:"versionId" lua:"version_id" doc:"Id of the version."`
	VersionNumber           int64              `json:"versionNumber" lua:"version_number" doc:"Number of the version."`
	DateCreated             op.Opt[op.RFC3339] `json:"dateCreated,omitzero" lua:"date_created" doc:"When it was created."`
	UploadSource            string             `json:"uploadSource" lua:"upload_source" doc:"Where it came from: Designer, or the Server's pages or API."`
	UploadDate              op.Opt[op.RFC3339] `json:"uploadDate,omitzero" lua:"upload_date" doc:"When it was uploaded."`
	PackageWorkflowType     string             `json:"packageWorkflowType" lua:"package_workflow_type" doc:"App, Module (a plain workflow) or Macro."`
	Published               bool               `json:"published" lua:"published" doc:"Whether it is the version that runs."`
	Comments                op.Opt[string]     `json:"comments,omitzero" lua:"comments" doc:"Comments."`
	RunDisabled             bool               `json:"runDisabled" lua:"run_disabled" doc:"Whether it cannot be run."`
	ExecutionMode           string             `json:"executionMode" lua:"execution_mode" doc:"What its tools may do: Safe, SemiSafe or Standard."`
	WorkflowCredentialType  string             `json:"workflowCredentialType" lua:"workflow_credential_type" doc:"What it runs with: Default, Required (asked for) or Specific (credential_id)."`
	CredentialID            op.Opt[string]     `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential it runs with."`
	HasPrivateDataExemption op.Opt[bool]       `json:"hasPrivateDataExemption,omitzero" lua:"has_private_data_exemption" doc:"Whether it may run with private data."`
	OthersMayDownload       bool               `json:"othersMayDownload" lua:"others_may_download" doc:"Whether others may download it."`
	OthersCanViewHistory    bool               `json:"othersCanViewHistory" lua:"others_can_view_history" doc:"Whether others see its versions."`
	Details                 *WorkflowDetails   `json:"details,omitzero" lua:"details" doc:"What its author wrote into it."`
	Extra                   op.Extra           `json:",embed"`
}

// WorkflowDetails are what the author of a workflow wrote into it.
type WorkflowDetails struct {
	Name                 string   `json:"name" lua:"name" doc:"Name inside the file."`
	FileName             string   `json:"fileName" lua:"file_name" doc:"Name of the file."`
	Author               string   `json:"author" lua:"author" doc:"Author."`
	Copyright            string   `json:"copyright" lua:"copyright" doc:"Copyright."`
	Description          string   `json:"description" lua:"description" doc:"Description."`
	IsAMP                bool     `json:"isAmp" lua:"is_amp" doc:"Whether the AMP engine runs it."`
	OutputMessage        string   `json:"outputMessage" lua:"output_message" doc:"What an app says when it has ended."`
	NoOutputFilesMessage string   `json:"noOutputFilesMessage" lua:"no_output_files_message" doc:"What an app says when it wrote no file."`
	URL                  string   `json:"url" lua:"url" doc:"Link."`
	URLText              string   `json:"urlText" lua:"url_text" doc:"Text of the link."`
	Extra                op.Extra `json:",embed"`
}

// ListWorkflows is the input of alteryx.list_workflows.
type ListWorkflows struct {
	View          string     `json:"view" lua:"view" enum:"Default Full" default:"Default" doc:"Full adds settings and versions to each workflow."`
	Name          string     `json:"name" lua:"name,key" doc:"Only workflows with this name."`
	OwnerID       string     `json:"ownerId" lua:"owner_id" doc:"Only workflows of this owner."`
	CreatedAfter  op.RFC3339 `json:"createdAfter" lua:"created_after" doc:"Only workflows whose published version was created at this moment or later."`
	CreatedBefore op.RFC3339 `json:"createdBefore" lua:"created_before" doc:"Only workflows whose published version was created at this moment or earlier."`
}

// Unconfirmed: whether the name must be the same or only be contained, and
// how exact the moments may be; the swagger has plain strings.
var listWorkflows = op.New(op.Operation{
	Name: "alteryx.list_workflows",
	Doc: `Lists workflows.

All that match and the connection's user can see, in the Server's order; no paging is documented.
Raises invalid if the Server refuses a filter.`,
	Source:      workflowsPage,
	Example:     `for _, w in ipairs(alteryx.list_workflows { owner_id = user.id }) do print(w.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Shows: inFull(op.Many(workflow, map[string]op.Match{"name": op.EqualFold("name")}),
		"id", "source_app_id", "name", "owner_id", "date_created", "execution_mode", "published_version_number", "is_amp"),
}, func(ctx context.Context, c *client, in ListWorkflows) (workflows []ListedWorkflow, err error) {
	return workflows, c.Get(ctx, rest.Path("v3", "workflows"), rest.Query(in), &workflows)
})

// GetWorkflow is the input of alteryx.get_workflow.
type GetWorkflow struct {
	WorkflowID string `json:"-" lua:"workflow_id,required,key" doc:"Workflow to read."`
}

var getWorkflow = op.New(op.Operation{
	Name: "alteryx.get_workflow",
	Doc: `Reads one workflow with all its versions.

Raises not_found if there is no such workflow.`,
	Source:      workflowsPage,
	Example:     `print(alteryx.get_workflow { workflow_id = "61d57bea3c15317e1a48205b" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Shows:       op.One(workflow, "workflow_id"),
}, func(ctx context.Context, c *client, in GetWorkflow) (w Workflow, err error) {
	return w, c.Get(ctx, rest.Path("v3", "workflows", in.WorkflowID), nil, &w)
})

// UpdateWorkflow is the input of alteryx.update_workflow.
type UpdateWorkflow struct {
	WorkflowID              string           `json:"-" lua:"workflow_id,required,key" doc:"Workflow to change."`
	Name                    op.Opt[string]   `json:"name,omitzero" lua:"name" doc:"Name, 1 to 255 characters."`
	VersionID               op.Opt[string]   `json:"versionId,omitzero" lua:"version_id" doc:"Version to change. The published one if omitted."`
	MakePublished           op.Opt[bool]     `json:"makePublished,omitzero" lua:"make_published" doc:"Make that version the one that runs. As it is if omitted."`
	OwnerID                 op.Opt[string]   `json:"ownerId,omitzero" lua:"owner_id" doc:"User who shall own it: of the same studio as the owner now. Otherwise use transfer_workflow."`
	WorkerTag               op.Opt[string]   `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it."`
	DistrictTags            op.Opt[[]string] `json:"districtTags,omitzero" lua:"district_tags" doc:"Ids of districts, in place of those it has."`
	Comments                op.Opt[string]   `json:"comments,omitzero" lua:"comments" doc:"Comments."`
	IsPublic                op.Opt[bool]     `json:"isPublic,omitzero" lua:"is_public" doc:"Whether everybody can see it."`
	IsReadyForMigration     op.Opt[bool]     `json:"isReadyForMigration,omitzero" lua:"is_ready_for_migration" doc:"Mark it for migration."`
	OthersMayDownload       op.Opt[bool]     `json:"othersMayDownload,omitzero" lua:"others_may_download" doc:"Whether others may download it."`
	OthersCanViewHistory    op.Opt[bool]     `json:"othersCanViewHistory,omitzero" lua:"others_can_view_history" doc:"Whether others see its versions."`
	OthersCanExecute        op.Opt[bool]     `json:"othersCanExecute,omitzero" lua:"others_can_execute" doc:"Whether others may run it."`
	ExecutionMode           op.Opt[string]   `json:"executionMode,omitzero" lua:"execution_mode" enum:"Safe SemiSafe Standard" doc:"What its tools may do."`
	HasPrivateDataExemption op.Opt[bool]     `json:"hasPrivateDataExemption,omitzero" lua:"has_private_data_exemption" doc:"Whether it may run with private data."`
	WorkflowCredentialType  op.Opt[string]   `json:"workflowCredentialType,omitzero" lua:"workflow_credential_type" enum:"Default Required Specific" doc:"What it runs with: Required asks, Specific takes credential_id."`
	CredentialID            op.Opt[string]   `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential for Specific; \"\" for none."`
}

// workflowContract is UpdateWorkflowContract: all but two fields have to be
// sent. Where nothing is known, the most careful value is.
var workflowContract = map[string]string{
	"name": `""`, "versionId": `""`, "makePublished": "false", "ownerId": `""`, "workerTag": `""`, "districtTags": "[]",
	"comments": `""`, "isPublic": "false", "isReadyForMigration": "false", "othersMayDownload": "false",
	"othersCanViewHistory": "", "othersCanExecute": "false", "executionMode": `"Safe"`, "hasPrivateDataExemption": "",
	"workflowCredentialType": `"Default"`, "credentialId": `""`,
}

// workflowAsIs is a workflow in the terms of its contract. The contract has
// some fields that only versions show.
type workflowAsIs struct {
	Workflow
	VersionID              string         `json:"versionId"`
	MakePublished          bool           `json:"makePublished"`
	WorkflowCredentialType string         `json:"workflowCredentialType,omitzero"`
	CredentialID           op.Opt[string] `json:"credentialId,omitzero"`
}

// asIs takes from a version what the workflow itself does not show. Comments,
// mode and permissions stand in both: those of the workflow are sent, as the
// contract is the workflow's. Unconfirmed for a version that is not published.
func (w Workflow) asIs(versionID string) (workflowAsIs, error) {
	i := slices.IndexFunc(w.Versions, func(v WorkflowVersion) bool { return v.VersionID == versionID })
	if i < 0 {
		return workflowAsIs{}, &op.Error{
			Kind: op.NotFound, Subject: fmt.Sprintf("version %q", versionID), Cause: "workflow " + w.ID + " has no such version",
			Hint: "look at its versions: alteryx.get_workflow{ workflow_id = \"" + w.ID + "\" }.versions",
		}
	}
	v := w.Versions[i]
	if mode := w.ExecutionMode; !mode.Given || mode.Null {
		w.ExecutionMode = op.Some(v.ExecutionMode)
	}
	return workflowAsIs{Workflow: w, VersionID: v.VersionID, MakePublished: v.Published, WorkflowCredentialType: v.WorkflowCredentialType, CredentialID: v.CredentialID}, nil
}

// publishes reports whether a call makes another version the one that runs.
func publishes(a op.Args) bool { return a["make_published"] == true && a["version_id"] != nil }

func publishedVersion(s *op.Scene, _ string) (any, bool) {
	return s.Args["version_id"], publishes(s.Args)
}

var updateWorkflow = op.New(op.Operation{
	Name: "alteryx.update_workflow",
	Doc: `Changes the given fields of a workflow.

The Server wants the whole record, so the workflow is read first and what is not given is sent as it is.
Raises not_found if there is no such workflow or version, invalid if the Server refuses a value, and denied if the
connection's user is not a Curator.`,
	Source:      workflowsPage,
	Example:     `alteryx.update_workflow { workflow_id = "61d57bea3c15317e1a48205b", is_public = false }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Shows:       op.One(workflow, "workflow_id"),
	Changes: []op.Change{
		op.Sets(workflow, "workflow_id", op.With{
			"published_version_id": publishedVersion,
			"versions": op.If(op.Vague(), "version_id", "make_published", "comments", "execution_mode", "others_may_download",
				"others_can_view_history", "has_private_data_exemption", "workflow_credential_type", "credential_id"),
		}),
		op.When(publishes, op.Unsettles(workflow, "workflow_id", "published_version_number", "package_workflow_type", "is_amp"),
			op.Blurs(schedule, "version_id"), op.Stirs(packages)),
		follows(workflow, "workflow_id", []string{"name"}, op.Edits(studio, "workflows", "id", "workflow_id", op.With{"name": op.Arg("name")}), op.Stirs(job)),
	},
}, func(ctx context.Context, c *client, in UpdateWorkflow) (w Workflow, err error) {
	path := rest.Path("v3", "workflows", in.WorkflowID)
	var now Workflow
	if err := c.Get(ctx, path, nil, &now); err != nil {
		return w, err
	}
	current, err := now.asIs(in.VersionID.Or(now.PublishedVersionID.Value))
	if err != nil {
		return w, err
	}
	body, err := merge(current, in, workflowContract)
	if err != nil {
		return w, err
	}
	return w, c.Put(ctx, path, body, &w)
})

// DeleteWorkflow is the input of alteryx.delete_workflow.
type DeleteWorkflow struct {
	WorkflowID string       `json:"-" lua:"workflow_id,required,key" doc:"Workflow to delete."`
	Force      op.Opt[bool] `json:"force,omitzero" lua:"force" default:"false" doc:"Delete the schedules that use it first."`
}

// That a scheduled workflow is refused with 400 without force is inferred, and
// so is that a repeat answers 404.
var deleteWorkflow = op.New(op.Operation{
	Name: "alteryx.delete_workflow",
	Doc: `Deletes a workflow with all its versions.

export_workflow before keeps a copy of one version.
Raises not_found if there is no such workflow, invalid if a schedule uses it and force is not set, and denied if the
connection's user is not a Curator.`,
	Source:      workflowsPage,
	Example:     `alteryx.delete_workflow { workflow_id = "61d57bea3c15317e1a48205b", force = true }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Changes: []op.Change{
		op.Removes(workflow, "workflow_id"),
		op.Drops(collection, "", "workflow_ids", "", "workflow_id"),
		op.Drops(studio, "", "workflows", "id", "workflow_id"),
		// Its schedules go too, and out of their collections.
		op.When(isTrue("force"), op.Blurs(collection, "schedule_ids"), op.Stirs(deletedSchedules)),
		op.Stirs(packages),
		op.Stirs(job),
	},
}, func(ctx context.Context, c *client, in DeleteWorkflow) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "workflows", in.WorkflowID), rest.Query(in), nil)
})

// ExportWorkflow is the input of alteryx.export_workflow.
type ExportWorkflow struct {
	WorkflowID string `json:"-" lua:"workflow_id,required,key" doc:"Workflow to download."`
	VersionID  string `json:"versionId" lua:"version_id" doc:"Version to download. The published one if omitted."`
}

var exportWorkflow = op.New(op.Operation{
	Name: "alteryx.export_workflow",
	Doc: `Downloads the package of a workflow, a .yxzp file.

create_workflow takes it as it is. Raises not_found if there is no such workflow, invalid if there is no such version,
and denied if the workflow may not be downloaded by the connection's user.`,
	Source:      swagger + "Workflows: Workflows_DownloadWorkflow",
	Example:     `local package = alteryx.export_workflow { workflow_id = "61d57bea3c15317e1a48205b" }.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "package of workflow",
	Shows:       within(op.Blind(packages), workflow, "workflow_id"),
}, func(ctx context.Context, c *client, in ExportWorkflow) (Download, error) {
	// What is taken for a copy of the workflow must not be a login page.
	return fileOf(c.download(ctx, rest.Path("v3", "workflows", in.WorkflowID, "package"), rest.Query(in)))
})

// ListWorkflowQuestions is the input of alteryx.list_workflow_questions.
type ListWorkflowQuestions struct {
	WorkflowID string `json:"-" lua:"workflow_id,required,key" doc:"Analytic app whose questions are listed."`
	VersionID  string `json:"versionId" lua:"version_id" doc:"Version to ask. The published one if omitted."`
}

// WorkflowQuestion is a question that an analytic app asks before it runs.
type WorkflowQuestion struct {
	Name         string                 `json:"name" lua:"name,key" doc:"Name: what run_workflow wants in its questions."`
	QuestionType string                 `json:"questionType" lua:"question_type" doc:"Type of the question, like ListBox."`
	Description  op.Opt[string]         `json:"description,omitzero" lua:"description" doc:"What a person is asked."`
	Value        op.Opt[string]         `json:"value,omitzero" lua:"value" doc:"Answer that is preset."`
	Multiple     bool                   `json:"multiple" lua:"multiple" doc:"Whether several items may be chosen."`
	Items        []WorkflowQuestionItem `json:"items" lua:"items" doc:"Items to choose from."`
	Extra        op.Extra               `json:",embed"`
}

// WorkflowQuestionItem is an answer to choose.
type WorkflowQuestionItem struct {
	Key   string   `json:"key" lua:"key" doc:"What a person reads."`
	Value string   `json:"value" lua:"value" doc:"What is answered."`
	Extra op.Extra `json:",embed"`
}

var listWorkflowQuestions = op.New(op.Operation{
	Name: "alteryx.list_workflow_questions",
	Doc: `Lists the questions of an analytic app.

In the Server's order. Raises not_found if there is no such workflow, invalid if there is no such version, and denied
if the connection's user has no access to it.`,
	Source:      swagger + "Workflows: Workflows_GetWorkflowQuestions",
	Example:     `for _, q in ipairs(alteryx.list_workflow_questions { workflow_id = flow.id }) do print(q.name, q.value) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "questions of workflow",
	Shows:       within(op.Blind(packages), workflow, "workflow_id"),
}, func(ctx context.Context, c *client, in ListWorkflowQuestions) (questions []WorkflowQuestion, err error) {
	return questions, c.Get(ctx, rest.Path("v3", "workflows", in.WorkflowID, "questions"), rest.Query(in), &questions)
})

// TransferWorkflow is the input of alteryx.transfer_workflow.
type TransferWorkflow struct {
	WorkflowID        string       `json:"-" lua:"workflow_id,required,key" doc:"Workflow to transfer."`
	OwnerID           string       `json:"ownerId" lua:"owner_id,required" doc:"User who shall own it: an Artisan or Curator."`
	TransferSchedules op.Opt[bool] `json:"transferSchedules" lua:"transfer_schedules" default:"true" doc:"Move its schedules too."`
}

var transferWorkflow = op.New(op.Operation{
	Name: "alteryx.transfer_workflow",
	Doc: `Moves a workflow to another owner.

DCM connections, data connections and run-as credentials do not move: give the new owner access to them, or the next
run fails. If the new owner is in another studio, its users gain access and those of the old one lose it.
Raises not_found if there is no such workflow or user, invalid if the new owner is neither Artisan nor Curator, and
denied if the connection's user may not transfer it.`,
	Source:      swagger + "Workflows: Workflows_TransferWorkflow",
	Example:     `alteryx.transfer_workflow { workflow_id = flow.id, owner_id = heir.id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Changes:     []op.Change{transfersWorkflow},
}, func(ctx context.Context, c *client, in TransferWorkflow) (op.None, error) {
	if err := rest.Filled("owner_id", in.OwnerID); err != nil {
		return op.None{}, err
	}
	in.TransferSchedules = op.Some(in.TransferSchedules.Or(true)) // the Server wants both fields
	return op.None{}, c.Put(ctx, rest.Path("v3", "workflows", in.WorkflowID, "transfer"), in, nil)
})
