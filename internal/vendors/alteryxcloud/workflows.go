package alteryxcloud

import (
	"context"
	"net/http"
	"strconv"

	"runner/internal/op"
	"runner/internal/rest"
)

var workflowOperations = []*op.Operation{
	listWorkflows, listServiceWorkflows, getWorkflow, runWorkflow, cancelWorkflowJob, grantWorkflowAccess, deleteWorkflow,
}

// Workflow is a cloud-native workflow.
type Workflow struct {
	ID                 string             `json:"id" lua:"id,key" doc:"Id: a ULID."`
	Name               op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	Description        op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	Type               op.Opt[string]     `json:"type,omitzero" lua:"type" doc:"Type, like CLOUD or DESKTOP."`
	WorkspaceID        op.Opt[ID]         `json:"workspaceId,omitzero" lua:"workspace_id" doc:"Its workspace."`
	OwnerID            op.Raw             `json:"ownerId,omitzero" lua:"owner_id" doc:"Who owns it, as the vendor answers it."`
	Updater            op.Raw             `json:"updater,omitzero" lua:"updater,noise" doc:"Who changed it last, as the vendor answers it."`
	Creator            op.Raw             `json:"creator,omitzero" lua:"creator" doc:"Who created it, as the vendor answers it."`
	AssociatedSubjects op.Raw             `json:"associatedSubjects,omitzero" lua:"associated_subjects,noise" doc:"With whom it is shared, as the vendor answers it; absent unless asked for."`
	CreatedAt          op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt          op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra              op.Extra           `json:",embed"`
}

// Only limit is known to be heeded here; see page for what follows from that.
var listWorkflows = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_workflows",
	Doc: `Lists the cloud-native workflows that the caller can see.

All of them, in the vendor's order. list_service_workflows has filters.`,
	Source:      live + "GET /v4/workflows",
	Example:     `for w in iter(alteryx_cloud.list_workflows, {}) do print(w.id, w.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Shows:       unless(op.Many(workflow, nil), removedAssets, imports),
}, func(ctx context.Context, c *client, in nothing, cursor string) ([]Workflow, string, error) {
	return page[Workflow](ctx, c.plain, rest.Path("v4", "workflows"), nil, cursor)
})

// ListServiceWorkflows is the input of alteryx_cloud.list_service_workflows.
type ListServiceWorkflows struct {
	Name                      string       `json:"name[like]" lua:"name,key" doc:"Only workflows with a name like this."`
	Type                      string       `json:"type[eq]" lua:"type" doc:"Only workflows of this type."`
	Sort                      string       `json:"sort" lua:"sort" doc:"Field to sort by, as the vendor writes it."`
	IncludeAssociatedSubjects op.Opt[bool] `json:"includeAssociatedSubjects,omitzero" lua:"include_associated_subjects" default:"false" doc:"Adds with whom each is shared."`
}

var listServiceWorkflows = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_service_workflows",
	Doc: `Lists cloud-native workflows by name or type, from the workflow service.

All that match, in the order of sort.`,
	Source:      spec + "GET /svc-workflow/api/v1/workflows",
	Example:     `for w in iter(alteryx_cloud.list_service_workflows, { name = "Daily" }) do print(w.id, w.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Shows:       unless(op.Many(workflow, map[string]op.Match{"name": op.AtLeast("name")}, "sort", "include_associated_subjects"), removedAssets, imports),
}, func(ctx context.Context, c *client, in ListServiceWorkflows, cursor string) ([]Workflow, string, error) {
	return page[Workflow](ctx, c.plain, rest.Path("svc-workflow", "api", "v1", "workflows"), rest.Query(in), cursor)
})

// GetWorkflow is the input of operations that take one workflow.
type GetWorkflow struct {
	WorkflowID string `json:"-" lua:"workflow_id,required,key" doc:"Workflow: a ULID."`
}

var getWorkflow = op.New(op.Operation{
	Name: "alteryx_cloud.get_workflow",
	Doc: `Reads one cloud-native workflow.

Raises not_found if there is no such workflow.`,
	Source:      spec + "GET /svc-workflow/api/v1/workflows/{workflow_id}",
	Example:     `print(alteryx_cloud.get_workflow { workflow_id = "01HQ6M2Z3V8T5K" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Shows:       unless(op.One(workflow, "workflow_id"), removedAssets),
}, func(ctx context.Context, c *client, in GetWorkflow) (w Workflow, err error) {
	var answer dataOf[Workflow]
	err = c.plain.Get(ctx, rest.Path("svc-workflow", "api", "v1", "workflows", in.WorkflowID), nil, &answer)
	return answer.Value, err
})

// RunWorkflow is the input of alteryx_cloud.run_workflow.
type RunWorkflow struct {
	WorkflowID      string `json:"-" lua:"workflow_id,required,key" doc:"Workflow to run: a ULID."`
	CompilerVersion string `json:"compilerVersion" lua:"compiler_version" doc:"Version of the compiler. The vendor's choice if omitted."`
	ExecutionEngine string `json:"executionEngine" lua:"execution_engine" doc:"Engine. The vendor's choice if omitted."`
}

// StartedWorkflow is the answer of alteryx_cloud.run_workflow.
type StartedWorkflow struct {
	JobGroupID ID             `json:"jobgroupId" lua:"job_group_id" doc:"Job group of the run, which get_job_group takes."`
	JobID      op.Raw         `json:"jobId,omitzero" lua:"job_id" doc:"Job at the workflow service, which cancel_workflow_job takes."`
	JobStatus  op.Opt[string] `json:"jobStatus,omitzero" lua:"job_status" doc:"How it stands."`
	Extra      op.Extra       `json:",embed"`
}

// Nothing shows which workflow a job group runs, so there is no probe.
var runWorkflow = op.New(op.Operation{
	Name: "alteryx_cloud.run_workflow",
	Doc: `Starts a run of a cloud-native workflow.

Answers at once; wait with run_workflow_and_wait, or look at get_job_group_status. A call without an answer is not sent
again: whether it started something has to be seen in the workspace. Raises not_found if there is no such workflow.`,
	Source:  spec + "POST /svc-workflow/api/v1/workflows/{workflow_id}/run",
	Example: `local run = alteryx_cloud.run_workflow { workflow_id = "01HQ6M2Z3V8T5K" }`,
	Effect:  op.Write,
	Object:  "run of workflow",
	Shows:   &op.View{Entity: jobGroup, ID: "job_group_id"},
	Changes: []op.Change{op.Creates(jobGroup, op.With{"name": op.Vague()}), op.Stirs(runs)},
}, func(ctx context.Context, c *client, in RunWorkflow) (r StartedWorkflow, err error) {
	var answer dataOf[StartedWorkflow]
	err = c.plain.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("svc-workflow", "api", "v1", "workflows", in.WorkflowID, "run"), Query: rest.Query(in),
	}, &answer)
	return answer.Value, err
})

// CancelWorkflowJob is the input of alteryx_cloud.cancel_workflow_job.
type CancelWorkflowJob struct {
	JobID string `json:"-" lua:"job_id,required,key" doc:"Job of run_workflow's answer, as text."`
}

// That a repeat succeeds is inferred.
var cancelWorkflowJob = op.New(op.Operation{
	Name: "alteryx_cloud.cancel_workflow_job",
	Doc: `Cancels a run of a cloud-native workflow.

Answers what the vendor does, as it comes. Raises unsupported where jobs of the workflow service are not enabled: then
cancel_job_group may do. Raises not_found if there is no such job.`,
	Source:      live + "POST /svc-workflow/api/v1/jobs/{id}/cancel",
	Example:     `alteryx_cloud.cancel_workflow_job { job_id = "01HQ6M9R7S" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "job of workflow",
	Changes:     []op.Change{op.Blurs(jobGroup, "status"), op.Stirs(runs)},
}, func(ctx context.Context, c *client, in CancelWorkflowJob) (v op.Raw, err error) {
	return v, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("svc-workflow", "api", "v1", "jobs", in.JobID, "cancel")}, &v)
})

// GrantWorkflowAccess is the input of alteryx_cloud.grant_workflow_access.
type GrantWorkflowAccess struct {
	WorkflowID          string       `lua:"workflow_id,required,key" doc:"Workflow to share: a ULID."`
	Privileges          []string     `lua:"privileges,required" doc:"What they may do: create, delete, execute, read, share, update."`
	PersonIDs           []ID         `lua:"person_ids" doc:"People."`
	GroupIDs            []ID         `lua:"group_ids" doc:"Groups."`
	IncludeDependencies op.Opt[bool] `lua:"include_dependencies" default:"false" doc:"Shares what it uses, too."`
	SendEmail           op.Opt[bool] `lua:"send_email" default:"false" doc:"Tells them by e-mail."`
	Message             string       `lua:"message" doc:"Message in that e-mail."`
}

// Nothing shows with whom a workflow is shared for certain, and a repeat may
// send mail again, so there is no probe and no repeat. A message that is null
// is refused, and so are ids that are numbers.
var grantWorkflowAccess = op.New(op.Operation{
	Name: "alteryx_cloud.grant_workflow_access",
	Doc: `Shares a cloud-native workflow with people and groups.

Raises invalid if neither is given or the vendor refuses a value, and not_found if there is no such workflow.`,
	Source:  live + "POST /svc-workflow/api/v2/workflows/{id}/share",
	Example: `alteryx_cloud.grant_workflow_access { workflow_id = "01HQ6M2Z3V8T5K", privileges = { "read", "execute" }, person_ids = { 62 } }`,
	Effect:  op.Write,
	Object:  "workflow",
	Changes: []op.Change{op.Hides(workflow, "workflow_id")},
}, func(ctx context.Context, c *client, in GrantWorkflowAccess) (op.None, error) {
	if err := some("privileges", in.Privileges); err != nil {
		return op.None{}, err
	}
	if err := some("person_ids, like group_ids,", append(in.PersonIDs[:len(in.PersonIDs):len(in.PersonIDs)], in.GroupIDs...)); err != nil {
		return op.None{}, err
	}
	body := struct {
		IncludeDependencies bool     `json:"includeDependencies"`
		Privileges          []string `json:"privileges"`
		SendEmail           bool     `json:"sendEmail"`
		ToPersonIDs         []string `json:"toPersonIds,omitempty"`
		ToGroupIDs          []string `json:"toGroupIds,omitempty"`
		Message             string   `json:"additionalInfoMsg,omitempty"`
	}{in.IncludeDependencies.Or(false), in.Privileges, in.SendEmail.Or(false), written(in.PersonIDs), written(in.GroupIDs), in.Message}
	path := rest.Path("svc-workflow", "api", "v2", "workflows", in.WorkflowID, "share")
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: path, Body: body}, nil)
})

// written are ids as texts.
func written(ids []ID) []string {
	var list []string
	for _, id := range ids {
		list = append(list, strconv.FormatInt(int64(id), 10))
	}
	return list
}

var deleteWorkflow = op.New(op.Operation{
	Name: "alteryx_cloud.delete_workflow",
	Doc: `Deletes a cloud-native workflow.

Raises not_found if there is no such workflow.`,
	Source:      live + "DELETE /svc-workflow/api/v2/workflows/{id}",
	Example:     `alteryx_cloud.delete_workflow { workflow_id = "01HQ6M2Z3V8T5K" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "workflow",
	Changes:     []op.Change{op.Removes(workflow, "workflow_id"), op.Blurs(schedule, "tasks")},
}, func(ctx context.Context, c *client, in GetWorkflow) (op.None, error) {
	path := rest.Path("svc-workflow", "api", "v2", "workflows", in.WorkflowID)
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: path}, nil)
})
