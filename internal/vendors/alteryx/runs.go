package alteryx

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// WorkflowJob is a job in the list of its workflow.
type WorkflowJob struct {
	ID         string             `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	CreateDate op.Opt[op.RFC3339] `json:"createDate,omitzero" lua:"create_date" doc:"When it was created."`
	Status     string             `json:"status" lua:"status" doc:"Created, Queued, Running, Completed or Cancelled. Completed does not mean success: see get_job."`
	Priority   op.Opt[string]     `json:"priority,omitzero" lua:"priority" doc:"Priority."`
	WorkerTag  op.Opt[string]     `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it."`
	RunWithE2  op.Opt[bool]       `json:"runWithE2,omitzero" lua:"run_with_e2" doc:"Whether the AMP engine runs it."`
	Extra      op.Extra           `json:",embed"`
}

// ListWorkflowJobs is the input of alteryx.list_workflow_jobs.
type ListWorkflowJobs struct {
	WorkflowID string      `json:"-" lua:"workflow_id,required,key" doc:"Workflow whose jobs are listed."`
	Status     string      `json:"status" lua:"status" enum:"Complete Error Running Queued" doc:"Only jobs in this state. A job with an error may still show as Completed."`
	ResultCode string      `json:"resultCode" lua:"result_code" enum:"Success Warning Error" doc:"Only jobs with this result."`
	SortField  string      `json:"sortField" lua:"sort_field" doc:"What to sort by; the vendor names no values here, those of list_jobs may do. The Server's order if omitted."`
	Direction  string      `json:"direction" lua:"direction" enum:"asc desc" doc:"Ascending or descending."`
	PageSize   op.Opt[int] `json:"-" lua:"page_size" default:"100" doc:"How many jobs are asked for at a time."`
}

// listWorkflowJobs gets bare arrays without a total, so the first page that is
// not full is the last. A Server that caps pages below page_size would end the
// list too early; none is known to.
var listWorkflowJobs = op.NewList(op.Operation{
	Name: "alteryx.list_workflow_jobs",
	Doc: `Lists the jobs of a workflow.

All that match, in the order of sort_field. The list is alive: jobs that come or go while pages are fetched may be
missing or appear twice. Raises not_found if there is no such workflow.`,
	Source:      workflowsPage,
	Example:     `for job in iter(alteryx.list_workflow_jobs, { workflow_id = flow.id, result_code = "Error" }) do print(job.id, job.create_date) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "jobs of workflow",
	Shows: within(unless(op.Many(job, map[string]op.Match{
		"workflow_id": op.Equal("app_id"), "status": unforeseen("status"), // where Completed is asked for as Complete
	}, "sort_field", "direction", "page_size"), waitingJobs), workflow, "workflow_id"),
}, func(ctx context.Context, c *client, in ListWorkflowJobs, cursor string) (jobs []WorkflowJob, next string, err error) {
	offset, limit, err := pageAt(cursor, in.PageSize)
	if err != nil {
		return nil, "", err
	}
	path := rest.Path("v3", "workflows", in.WorkflowID, "jobs")
	if err := c.Get(ctx, path, withPage(rest.Query(in), offset, limit), &jobs); err != nil {
		return nil, "", err
	}
	if len(jobs) == limit {
		next = strconv.Itoa(offset + limit)
	}
	return jobs, next, nil
})

// RunWorkflow is the input of alteryx.run_workflow.
type RunWorkflow struct {
	WorkflowID   string         `json:"-" lua:"workflow_id,required,key" doc:"Workflow to run."`
	Questions    []AppValue     `json:"questions,omitzero" lua:"questions" doc:"Answers to the questions of an analytic app."`
	Priority     op.Opt[string] `json:"priority,omitzero" lua:"priority" enum:"Default Low Medium High Critical" default:"Default" doc:"Priority; ignored unless the connection's user may set it."`
	WorkerTag    op.Opt[string] `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it; ignored unless the connection's user may set it."`
	CredentialID op.Opt[string] `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential to run with."`
}

var runWorkflow = op.New(op.Operation{
	Name: "alteryx.run_workflow",
	Doc: `Starts a run of a workflow.

Answers the job at once, usually Queued. Read it with get_job until its status is Completed or Cancelled. Completed
does not mean success: look at disposition then, which is Success if all went well.
Raises not_found if there is no such workflow, denied if the connection's user may not run it, and invalid if the
Server refuses a value.`,
	Source:  workflowsPage,
	Example: `local job = alteryx.run_workflow { workflow_id = flow.id, questions = { { name = "Region", value = "North" } } }`,
	Effect:  op.Write,
	Object:  "job of workflow",
	Shows:   op.Created(job),
	Changes: []op.Change{
		op.Creates(job, op.With{
			"app_id": op.Arg("workflow_id"), "priority": ifAllowed("priority", op.Is("Default")), "worker_tag": op.Vague(),
		}),
		op.Unsettles(workflow, "workflow_id", "run_count"),
	},
}, func(ctx context.Context, c *client, in RunWorkflow) (j Job, err error) {
	return j, c.Post(ctx, rest.Path("v3", "workflows", in.WorkflowID, "jobs"), in, &j)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in RunWorkflow, since time.Time) (j Job, landed bool, err error) {
	found, err := jobsSince(ctx, c, in.WorkflowID, since)
	if err != nil {
		return j, false, err
	}
	one, landed, err := runOf(found, in.WorkflowID, since)
	if err != nil || !landed {
		return j, false, err
	}
	return j, true, c.Get(ctx, rest.Path("v3", "jobs", one.ID), nil, &j)
}))

// runOf tells which of the newest jobs of a workflow a call sent at since has
// started. A script may run one workflow for each of many regions, so a job
// from shortly before is more likely an earlier run than a clock that is slow:
// with nothing newer, that cannot be told.
//
// The list says neither who started a job nor with which answers. If the call
// did not land, and a schedule or somebody else started the workflow since,
// that job is taken for the call's.
func runOf(found []WorkflowJob, workflowID string, since time.Time) (job WorkflowJob, landed bool, err error) {
	var after []WorkflowJob
	for _, j := range found {
		at, err := moment(j.CreateDate.Value)
		if err != nil {
			return job, false, err
		}
		if !at.Before(since.Truncate(time.Second)) {
			after = append(after, j)
		}
	}
	if len(found) > 0 && len(after) == 0 {
		return job, false, &op.Error{
			Kind: op.InDoubt, Subject: "jobs of workflow " + workflowID,
			Cause: "the last began just before the call was sent; it is an earlier run, or the Server's clock is slow",
			Hint:  "look at them on the Server",
		}
	}
	return theOne(after, "jobs of workflow "+workflowID)
}

// jobsSince are the jobs of a workflow that were created after since. The
// newest first are asked for, in the words of GET /v3/jobs, as the vendor
// gives none for this list; a Server that sorts otherwise is read to the end.
func jobsSince(ctx context.Context, c *client, workflowID string, since time.Time) (found []WorkflowJob, err error) {
	for offset := 0; ; offset += jobsPerPage {
		q := withPage(url.Values{"sortField": {"CreateDate"}, "direction": {"desc"}}, offset, jobsPerPage)
		var page []WorkflowJob
		if err := c.Get(ctx, rest.Path("v3", "workflows", workflowID, "jobs"), q, &page); err != nil {
			return nil, err
		}
		var created []time.Time
		older := false // the last of the page was created before
		for _, j := range page {
			isNew, err := madeSince(j.CreateDate.Value, since)
			if err != nil {
				return nil, err
			}
			if isNew {
				found = append(found, j)
			}
			older = !isNew
			at, _ := moment(j.CreateDate.Value) // madeSince has read it
			created = append(created, at)
		}
		newestFirst := slices.IsSortedFunc(created, func(a, b time.Time) int { return b.Compare(a) })
		if len(page) < jobsPerPage || newestFirst && older {
			return found, nil
		}
	}
}
