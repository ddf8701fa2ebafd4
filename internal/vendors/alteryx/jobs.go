package alteryx

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"runner/internal/op"
	"runner/internal/rest"
)

const jobsPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/jobs-endpoints.html"

var jobOperations = []*op.Operation{
	listJobs, getJob, getJobMessages, cancelJob, getJobOutput,
}

// JobSummary is a line of the queue and history of jobs.
type JobSummary struct {
	JobID         string             `json:"jobId" lua:"job_id,key" doc:"Id of the job: 24 hex digits."`
	Status        string             `json:"status" lua:"status" doc:"Queued, Initializing, Running or Completed. Completed does not mean success: see get_job."`
	WorkflowName  string             `json:"workflowName" lua:"workflow_name" doc:"Name of its workflow."`
	WorkflowID    string             `json:"workflowId" lua:"workflow_id" doc:"Id of its workflow."`
	SubmittedBy   string             `json:"submittedBy" lua:"submitted_by" doc:"User who submitted it, as the Server words it."`
	QueueTime     op.Opt[op.RFC3339] `json:"queueTime,omitzero" lua:"queue_time" doc:"When it was queued."`
	StartTime     op.Opt[op.RFC3339] `json:"startTime,omitzero" lua:"start_time,noise" doc:"When it began to run; absent if it has not."`
	ExecutionTime op.Opt[string]     `json:"executionTime,omitzero" lua:"execution_time,noise" doc:"How long it ran, as the Server words it; absent until it has ended."`
	Priority      string             `json:"priority" lua:"priority" doc:"Priority."`
	Extra         op.Extra           `json:",embed"`
}

// ListJobs is the input of alteryx.list_jobs.
//
// The filters that take lists are single strings in the swagger, with plural
// names. That their values are separated by commas is unconfirmed.
type ListJobs struct {
	Statuses        []string     `json:"statuses" lua:"statuses" doc:"Only jobs in these states: Queued, Initializing, Running, Complete. All if omitted."`
	Priorities      []string     `json:"priorities" lua:"priorities" doc:"Only jobs with these priorities: Low, Medium, High, Critical. All if omitted."`
	AllUsers        op.Opt[bool] `json:"allUsers,omitzero" lua:"all_users" default:"false, or true if users is given" doc:"The jobs of all users, not only those of the connection's."`
	Users           []string     `json:"users" lua:"users" doc:"Only jobs of the users with these ids. All if omitted."`
	WorkflowNames   []string     `json:"workflowNames" lua:"workflow_names" doc:"Only jobs of the workflows with these names. All if omitted."`
	CompletedAfter  op.Day       `json:"completedAfter" lua:"completed_after" doc:"Only jobs that ended on this day or later."`
	CompletedBefore op.Day       `json:"completedBefore" lua:"completed_before" doc:"Only jobs that ended before this day."`
	SortField       string       `json:"sortField" lua:"sort_field" enum:"CreateDate AppName CompletionDateTime Priority Status" doc:"What to sort by. The Server's order if omitted."`
	Direction       string       `json:"direction" lua:"direction" enum:"asc desc" doc:"Ascending or descending."`
	PageSize        op.Opt[int]  `json:"-" lua:"page_size" default:"100" doc:"How many jobs are asked for at a time."`
}

// query is that of the filters. A list of none would be no filter at all.
func (in ListJobs) query() (url.Values, error) {
	for name, list := range map[string][]string{"statuses": in.Statuses, "priorities": in.Priorities, "users": in.Users, "workflow_names": in.WorkflowNames} {
		if list != nil && len(list) == 0 {
			return nil, &op.Error{Kind: op.Invalid, Cause: name + " is an empty list", Hint: "leave it out for no filter"}
		}
	}
	if len(in.Users) > 0 && !in.AllUsers.Given {
		in.AllUsers = op.Some(true) // without it the Server ignores users
	}
	return rest.Query(in), nil
}

// jobsPerPage: the vendor documents no largest page.
const jobsPerPage = 100

// pageAt is where the page of a cursor begins, and how long it is.
func pageAt(cursor string, size op.Opt[int]) (offset, limit int, err error) {
	if limit = size.Or(jobsPerPage); limit < 1 {
		return 0, 0, &op.Error{Kind: op.Invalid, Cause: "page_size is less than 1", Hint: "leave it out for 100"}
	}
	if cursor == "" {
		return 0, limit, nil
	}
	if offset, err = strconv.Atoi(cursor); err != nil {
		return 0, 0, &op.Error{Kind: op.Bug, Cause: fmt.Sprintf("%q is not a cursor", cursor)}
	}
	return offset, limit, nil
}

func withPage(q url.Values, offset, limit int) url.Values {
	q.Set("offset", strconv.Itoa(offset))
	q.Set("limit", strconv.Itoa(limit))
	return q
}

// pagination is PaginationInfo, as far as it is needed. Its page numbers count
// from 1; that offset counts jobs, not pages, is inferred from its name.
type pagination struct {
	TotalItems  int  `json:"totalItems"`
	HasNextPage bool `json:"hasNextPage"`
}

// next is the cursor after a page of got jobs from offset on. A page that is
// empty although more are said to follow would end the list too early.
func (p pagination) next(offset, got int) (string, error) {
	more := p.HasNextPage || offset+got < p.TotalItems
	switch {
	case more && got == 0:
		return "", &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("the Server answered an empty page from job %d on, and says that there are %d", offset, p.TotalItems)}
	case more:
		return strconv.Itoa(offset + got), nil
	}
	return "", nil
}

var listJobs = op.NewList(op.Operation{
	Name: "alteryx.list_jobs",
	Doc: `Lists jobs: the queue and the history.

All that match, in the order of sort_field. The list is alive: jobs that come or go while pages are fetched may be
missing or appear twice. Only newer Servers have it; elsewhere list_workflow_jobs lists the jobs of one workflow.
Raises unsupported if the Server is too old, denied if the connection's user may not see the queue, and invalid if a
filter is an empty list.`,
	Source:      swagger + "Jobs: Jobs_GetJobsInQueue",
	Example:     `for job in iter(alteryx.list_jobs, { all_users = true, statuses = { "Queued", "Running" } }) do print(job.workflow_name, job.status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "job",
	Shows:       op.Blind(job),
}, func(ctx context.Context, c *client, in ListJobs, cursor string) (jobs []JobSummary, next string, err error) {
	offset, limit, err := pageAt(cursor, in.PageSize)
	if err != nil {
		return nil, "", err
	}
	q, err := in.query()
	if err != nil {
		return nil, "", err
	}
	var page struct {
		Data       []JobSummary `json:"data"`
		Pagination pagination   `json:"pagination"`
	}
	if err := c.Get(ctx, rest.Path("v3", "jobs"), withPage(q, offset, limit), &page); err != nil {
		return nil, "", err
	}
	next, err = page.Pagination.next(offset, len(page.Data))
	return page.Data, next, err
})

// Job is one run of a workflow.
type Job struct {
	ID             string             `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	AppID          string             `json:"appId" lua:"app_id" doc:"Id of its workflow."`
	CreateDateTime op.Opt[op.RFC3339] `json:"createDateTime,omitzero" lua:"create_date_time" doc:"When it was created."`
	Status         string             `json:"status" lua:"status" doc:"Created, Queued, Running, Completed or Cancelled. Completed does not mean success."`
	Disposition    op.Opt[string]     `json:"disposition,omitzero" lua:"disposition,noise" doc:"How a completed job went: Success, or what else the Server says, like Error."`
	Outputs        []JobOutput        `json:"outputs,omitzero" lua:"outputs,noise" doc:"What it wrote; get_job_output fetches it."`
	Messages       []JobMessage       `json:"messages,omitzero" lua:"messages,noise" doc:"What it said; empty if they were not asked for."`
	Priority       op.Opt[string]     `json:"priority,omitzero" lua:"priority" doc:"Default, Low, Medium, High or Critical."`
	WorkerTag      op.Opt[string]     `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it."`
	RunWithE2      op.Opt[bool]       `json:"runWithE2,omitzero" lua:"run_with_e2" doc:"Whether the AMP engine runs it."`
	Extra          op.Extra           `json:",embed"`
}

// JobOutput is one thing that a job wrote.
type JobOutput struct {
	ID               string   `json:"id" lua:"id" doc:"Id of the output."`
	AvailableFormats []string `json:"availableFormats" lua:"available_formats" doc:"Formats that get_job_output can ask for."`
	FileName         string   `json:"fileName" lua:"file_name" doc:"Name of the file."`
	Extra            op.Extra `json:",embed"`
}

// JobMessage is one thing that a job said.
type JobMessage struct {
	Status int64    `json:"status" lua:"status" doc:"Kind of the message, a number the vendor does not explain."`
	Text   string   `json:"text" lua:"text" doc:"Message."`
	ToolID int64    `json:"toolId" lua:"tool_id" doc:"Tool of the workflow that said it."`
	Extra  op.Extra `json:",embed"`
}

// GetJob is the input of alteryx.get_job.
type GetJob struct {
	JobID           string       `json:"-" lua:"job_id,required,key" doc:"Job to read."`
	IncludeMessages op.Opt[bool] `json:"includeMessages" lua:"include_messages" default:"true" doc:"Read what the job said, too."`
}

// The help says that only apps can be asked for; clients in the field ask for
// plain workflows as well. The values of disposition are not documented:
// Success was seen in the code of clients.
var getJob = op.New(op.Operation{
	Name: "alteryx.get_job",
	Doc: `Reads the state of a job.

A job has ended when its status is Completed or Cancelled. Completed does not mean success: look at disposition, which
is Success if all went well, and at the messages. Raises not_found if there is no such job.`,
	Source:      jobsPage,
	Example:     `local job = alteryx.get_job { job_id = run.id }; print(job.status, job.disposition)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "job",
	Shows:       unless(&op.View{Entity: job, By: "job_id", Free: []string{"include_messages"}}, waitingJobs),
}, func(ctx context.Context, c *client, in GetJob) (j Job, err error) {
	// The help gives true as the Server's default; it is said all the same.
	in.IncludeMessages = op.Some(in.IncludeMessages.Or(true))
	return j, c.Get(ctx, rest.Path("v3", "jobs", in.JobID), rest.Query(in), &j)
})

// GetJobMessages is the input of alteryx.get_job_messages.
type GetJobMessages struct {
	JobID string `json:"-" lua:"job_id,required,key" doc:"Job whose messages are read."`
}

// The swagger has one message as the answer; a list is more likely.
var getJobMessages = op.New(op.Operation{
	Name: "alteryx.get_job_messages",
	Doc: `Reads what a finished job said.

All messages, in the Server's order. Raises not_found if there is no such job, and denied if the connection's user is
not a Curator.`,
	Source:      jobsPage,
	Example:     `for _, m in ipairs(alteryx.get_job_messages { job_id = run.id }) do print(m.text) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "messages of job",
	Shows:       op.Blind(job),
}, func(ctx context.Context, c *client, in GetJobMessages) ([]JobMessage, error) {
	var messages oneOrMany[JobMessage]
	err := c.Get(ctx, rest.Path("v3", "jobs", in.JobID, "messages"), nil, &messages)
	return messages, err
})

// CancelJob is the input of alteryx.cancel_job.
type CancelJob struct {
	JobID string `json:"-" lua:"job_id,required,key" doc:"Job to cancel."`
}

// Inferred: a job that has ended is refused with 400, and so is a second call
// for a running one; that leaves the same state.
var cancelJob = op.New(op.Operation{
	Name: "alteryx.cancel_job",
	Doc: `Cancels a running job, or takes a waiting one out of the queue.

Curators can cancel any job, others those they started or scheduled. Only newer Servers have it.
Raises not_found if there is no such job, invalid if it has ended, denied if it is not for the connection's user to
cancel, and unsupported if the Server is too old.`,
	Source:      swagger + "Jobs: Jobs_CancelJob",
	Example:     `alteryx.cancel_job { job_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "job",
	Changes:     []op.Change{op.Unsettles(job, "job_id", "status"), op.Stirs(waitingJobs)},
}, func(ctx context.Context, c *client, in CancelJob) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "jobs", in.JobID), nil, nil)
})

// GetJobOutput is the input of alteryx.get_job_output.
type GetJobOutput struct {
	JobID    string `json:"-" lua:"job_id,required,key" doc:"Job that wrote the output."`
	OutputID string `json:"-" lua:"output_id,required" doc:"Output to fetch: an id of the job's outputs."`
	Format   string `json:"format" lua:"format,required" doc:"Format of the file: one of the output's available_formats."`
}

// An endpoint of v1, which takes the same token; v3 has none for it.
var getJobOutput = op.New(op.Operation{
	Name: "alteryx.get_job_output",
	Doc: `Fetches a file that a job wrote.

Raises not_found if there is no such job or output.`,
	Source:      "Alteryx Server's own swagger document (v1), Jobs: GET v1/jobs/{id}/output/{outputId}",
	Example:     `local file = alteryx.get_job_output { job_id = job.id, output_id = job.outputs[1].id, format = "Csv" }`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "output of job",
	Shows:       op.Blind(job),
}, func(ctx context.Context, c *client, in GetJobOutput) (Download, error) {
	return c.download(ctx, rest.Path("v1", "jobs", in.JobID, "output", in.OutputID), rest.Query(in))
})
