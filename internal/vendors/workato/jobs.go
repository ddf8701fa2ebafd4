package workato

import (
	"context"
	"net/http"
	"strconv"

	"runner/internal/op"
	"runner/internal/rest"
)

const jobsPage = "https://docs.workato.com/en/workato-api/jobs.html"

var jobOperations = []*op.Operation{listJobs, getJob, runJobsAgain, cancelJobs, runWaitingJob}

// Job is one run of a recipe.
type Job struct {
	ID              string             `json:"id" lua:"id,key" doc:"Id, like j-AbCdEf-GhIjKl."`
	RecipeID        op.Opt[Int]        `json:"recipe_id,omitzero" lua:"recipe_id" doc:"Its recipe."`
	Status          op.Opt[string]     `json:"status,omitzero" lua:"status" doc:"succeeded, failed or pending."`
	Title           op.Opt[string]     `json:"title,omitzero" lua:"title" doc:"Title."`
	IsError         op.Opt[bool]       `json:"is_error,omitzero" lua:"is_error" doc:"Whether it ended with an error."`
	Error           op.Raw             `json:"error,omitzero" lua:"error" doc:"The error; absent if there is none."`
	IsPollError     op.Opt[bool]       `json:"is_poll_error,omitzero" lua:"is_poll_error" doc:"Whether the trigger failed."`
	StartedAt       op.Opt[op.RFC3339] `json:"started_at,omitzero" lua:"started_at" doc:"When it started."`
	CompletedAt     op.Opt[op.RFC3339] `json:"completed_at,omitzero" lua:"completed_at" doc:"When it ended; absent if it has not."`
	CallingRecipeID op.Opt[Int]        `json:"calling_recipe_id,omitzero" lua:"calling_recipe_id" doc:"Recipe that called it; absent if none."`
	CallingJobID    op.Opt[ID]         `json:"calling_job_id,omitzero" lua:"calling_job_id" doc:"Job that called it; absent if none."`
	MasterJobID     op.Opt[ID]         `json:"master_job_id,omitzero" lua:"master_job_id" doc:"Job that it repeats."`
	Lines           op.Opt[[]op.Raw]   `json:"lines,omitzero" lua:"lines" doc:"What its steps took and made; absent from lists."`
	Extra           op.Extra           `json:",embed"`
}

// ListJobs is the input of workato.list_jobs.
type ListJobs struct {
	RecipeID  int64        `json:"-" lua:"recipe_id,required,key" doc:"Recipe whose jobs are listed."`
	Status    string       `json:"status" lua:"status" enum:"succeeded failed pending" doc:"Only jobs in this state."`
	RerunOnly op.Opt[bool] `json:"-" lua:"rerun_only" default:"false" doc:"Only jobs that were run again."`
}

// How long a page is at most is not documented, so only an empty one is known
// to come after the last.
var listJobs = op.NewList(op.Operation{
	Name: "workato.list_jobs",
	Doc: `Lists the jobs of a recipe.

All that match, in Workato's order. The list is alive: jobs that come while pages are fetched may be missing.
Raises not_found if there is no such recipe.`,
	Source:      jobsPage,
	Example:     `for j in iter(workato.list_jobs, { recipe_id = 1234, status = "failed" }) do print(j.id, j.title) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "jobs of recipe",
	Shows:       within(op.Blind(jobs, content), recipe, "recipe_id"),
}, func(ctx context.Context, c *client, in ListJobs, cursor string) (list []Job, next string, err error) {
	q := query(in)
	truth(q, "rerun_only", in.RerunOnly)
	q.Set("per_page", strconv.Itoa(most)) // not in the manual, sent by the vendor's own client
	if cursor != "" {
		q.Set("offset_job_id", cursor)
	}
	path := rest.Path("recipes", in.RecipeID, "jobs")
	if err := c.list(ctx, path, q, &list); err != nil || len(list) == 0 {
		return nil, "", err
	}
	next = list[len(list)-1].ID
	if list[0].ID == cursor { // the page may begin with the job that it comes after
		list = list[1:]
	}
	if len(list) == 0 {
		return nil, "", nil
	}
	if next == cursor || next == "" {
		return nil, "", garbled(rest.Request{Method: http.MethodGet}, "the page ends as the page before", nil)
	}
	return list, next, nil
})

// GetJob is the input of workato.get_job.
type GetJob struct {
	RecipeID int64  `json:"-" lua:"recipe_id,required" doc:"Recipe of the job."`
	JobID    string `json:"-" lua:"job_id,required,key" doc:"Job to read."`
}

var getJob = op.New(op.Operation{
	Name: "workato.get_job",
	Doc: `Reads one job with what its steps took and made.

Raises not_found if there is no such recipe or job.`,
	Source:      jobsPage,
	Example:     `print(workato.get_job { recipe_id = 1234, job_id = "j-AbCdEf-GhIjKl" }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "job",
	Shows:       within(op.Blind(jobs, content), recipe, "recipe_id"),
}, func(ctx context.Context, c *client, in GetJob) (j Job, err error) {
	return j, c.get(ctx, rest.Path("recipes", in.RecipeID, "jobs", in.JobID), nil, &j)
})

// JobsOfRecipe is the input of operations on several jobs.
type JobsOfRecipe struct {
	RecipeID int64    `json:"-" lua:"recipe_id,required,key" doc:"Recipe of the jobs."`
	JobIDs   []string `json:"job_ids" lua:"job_ids,required" doc:"Jobs that are meant; 25 at most."`
}

func (in JobsOfRecipe) check() error {
	if n := len(in.JobIDs); n < 1 || n > 25 {
		return invalid("job_ids has none, or more than 25", "give 1 to 25 at a time")
	}
	return nil
}

// JobResult is what became of a job that is to run again.
type JobResult struct {
	JobID  string         `json:"job_id" lua:"job_id,key" doc:"Job that is meant."`
	Status op.Opt[string] `json:"status,omitzero" lua:"status" doc:"enqueued or failed."`
	Error  op.Opt[string] `json:"error,omitzero" lua:"error" doc:"Why it will not run; absent if it will."`
	Extra  op.Extra       `json:",embed"`
}

// No probe: a job that is run again keeps its id, and the list does not tell
// how often it ran.
var runJobsAgain = op.New(op.Operation{
	Name: "workato.run_jobs_again",
	Doc: `Runs jobs of a recipe again.

It succeeds even if some jobs, or all, cannot be run: look at the status of each. Raises not_found if there is no such
recipe, and invalid if there are more than 25 jobs.`,
	Source:  jobsPage,
	Example: `for _, r in ipairs(workato.run_jobs_again { recipe_id = 1234, job_ids = { "j-AbCdEf-GhIjKl" } }) do print(r.job_id, r.status) end`,
	Effect:  op.Write,
	Object:  "jobs of recipe",
	Changes: []op.Change{op.Hides(recipe, "recipe_id"), op.Stirs(jobs)},
}, func(ctx context.Context, c *client, in JobsOfRecipe) (results []JobResult, err error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return results, c.listBy(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes", in.RecipeID, "repeat_jobs"), Body: in}, &results, "results")
})

// The body is inferred from that of repeat_jobs, and the answer unconfirmed.
var cancelJobs = op.New(op.Operation{
	Name: "workato.cancel_jobs",
	Doc: `Cancels running jobs of a recipe.

Raises not_found if there is no such recipe, and invalid if there are more than 25 jobs.`,
	Source:      jobsPage,
	Example:     `workato.cancel_jobs { recipe_id = 1234, job_ids = { "j-AbCdEf-GhIjKl" } }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "jobs of recipe",
	Changes:     []op.Change{op.Hides(recipe, "recipe_id"), op.Stirs(jobs)},
}, func(ctx context.Context, c *client, in JobsOfRecipe) (op.None, error) {
	if err := in.check(); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("recipes", in.RecipeID, "cancel_jobs"), Body: in})
})

// RunWaitingJob is the input of workato.run_waiting_job.
type RunWaitingJob struct {
	Token string            `json:"token" lua:"token,required,secret" doc:"Token that the waiting step handed out."`
	Data  map[string]op.Raw `json:"data,omitzero" lua:"data" doc:"What the step goes on with."`
}

// No probe: no read takes the token.
var runWaitingJob = op.New(op.Operation{
	Name: "workato.run_waiting_job",
	Doc: `Has a job go on that waits for it.

Raises not_found or invalid if the token is unknown or was used.`,
	Source:  jobsPage,
	Example: `workato.run_waiting_job { token = "made-up", data = { approved = true } }`,
	Effect:  op.Write,
	Object:  "waiting job",
	Changes: []op.Change{op.Stirs(jobs)},
}, func(ctx context.Context, c *client, in RunWaitingJob) (op.None, error) {
	if err := rest.Filled("token", in.Token); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("job", "resume"), Body: in})
})
