package alteryxcloud

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var jobOperations = []*op.Operation{
	listJobGroups, getJobGroup, getJobGroupStatus, runRecipe, cancelJobGroup, listJobGroupJobs, getJobStatus,
}

// JobGroup is one run of a recipe, with all its jobs.
type JobGroup struct {
	ID               ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name             op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	Description      op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	Status           string             `json:"status" lua:"status" doc:"Created, InProgress, Complete, Failed or Canceled."`
	Ranfrom          op.Opt[string]     `json:"ranfrom,omitzero" lua:"ranfrom" doc:"Where it was started: ui, schedule or api."`
	Ranfor           op.Opt[string]     `json:"ranfor,omitzero" lua:"ranfor" doc:"What for, like recipe or plan."`
	WrangledDataset  *Ref               `json:"wrangledDataset,omitzero" lua:"wrangled_dataset" doc:"Recipe that runs."`
	FlowRun          *Ref               `json:"flowrun,omitzero" lua:"flowrun" doc:"Run of a flow that it is part of; absent if of none."`
	ProfilingEnabled op.Opt[bool]       `json:"profilingEnabled,omitzero" lua:"profiling_enabled" doc:"Whether what it writes is profiled."`
	Flow             *Ref               `json:"flow,omitzero" lua:"flow" doc:"Flow of the recipe; absent where the vendor does not say."`
	Snapshot         *Ref               `json:"snapshot,omitzero" lua:"snapshot" doc:"The recipe as it was."`
	Updater          *Ref               `json:"updater,omitzero" lua:"updater,noise" doc:"Who changed it last."`
	Creator          *Ref               `json:"creator,omitzero" lua:"creator" doc:"Who started it."`
	CreatedAt        op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was started."`
	UpdatedAt        op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it changed last."`
	Extra            op.Extra           `json:",embed"`
}

// ListJobGroups is the input of alteryx_cloud.list_job_groups.
type ListJobGroups struct {
	Status       string             `json:"status" lua:"status" enum:"Created InProgress Complete Failed Canceled" doc:"Only job groups that stand so."`
	Ranfrom      string             `json:"ranfrom" lua:"ranfrom" enum:"ui schedule api" doc:"Only those that were started there."`
	Ranfor       string             `json:"ranfor" lua:"ranfor" doc:"Only those for this, like recipe or plan."`
	Type         string             `json:"type" lua:"type" doc:"Only those of this type; the vendor lists no values."`
	RunBy        string             `json:"runBy" lua:"run_by" enum:"all currentUser" doc:"Only those of the caller. The vendor's choice if omitted."`
	CreatedAfter op.Opt[op.RFC3339] `json:"-" lua:"created_after" doc:"Only those created at this moment or later."`
	Selection
}

var listJobGroups = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_job_groups",
	Doc: `Lists job groups: the history of runs.

All that match, in the order of sort. The list is alive: what comes or goes while pages are fetched may be missing or
appear twice.`,
	Source:      spec + "GET /v4/jobLibrary",
	Example:     `for g in iter(alteryx_cloud.list_job_groups, { status = "Failed", created_after = "2026-03-02T00:00:00Z" }) do print(g.id, g.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "job group",
	Shows:       op.Blind(jobGroup, runs),
}, func(ctx context.Context, c *client, in ListJobGroups, cursor string) ([]JobGroup, string, error) {
	q := rest.Query(in)
	if err := createdAfter(q, in.CreatedAfter); err != nil {
		return nil, "", err
	}
	return page[JobGroup](ctx, c.plain, rest.Path("v4", "jobLibrary"), q, cursor)
})

// createdAfter adds a filter by the moment of creation, in milliseconds.
func createdAfter(q url.Values, moment op.Opt[op.RFC3339]) error {
	if !moment.Given {
		return nil
	}
	at, err := time.Parse(time.RFC3339, string(moment.Value))
	if err != nil {
		return &op.Error{Kind: op.Invalid, Cause: fmt.Sprintf("created_after is %q, which is no moment", moment.Value), Hint: "write it like 2026-03-02T08:00:00Z"}
	}
	q.Set("dateFilter[createdAt][gte]", strconv.FormatInt(at.UnixMilli(), 10))
	return nil
}

// GetJobGroup is the input of operations that take one job group.
type GetJobGroup struct {
	JobGroupID ID `json:"-" lua:"job_group_id,required,key" doc:"Job group."`
}

var getJobGroup = op.New(op.Operation{
	Name: "alteryx_cloud.get_job_group",
	Doc: `Reads one job group.

It has ended when its status is Complete, Failed or Canceled. Raises not_found if there is no such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}",
	Example:     `print(alteryx_cloud.get_job_group { job_group_id = 801 }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "job group",
	Shows:       op.One(jobGroup, "job_group_id"),
}, func(ctx context.Context, c *client, in GetJobGroup) (g JobGroup, err error) {
	return g, c.plain.Get(ctx, rest.Path("v4", "jobGroups", in.JobGroupID), nil, &g)
})

var getJobGroupStatus = op.New(op.Operation{
	Name: "alteryx_cloud.get_job_group_status",
	Doc: `Tells how a job group stands.

Answers a text: Created, InProgress, Complete, Failed or Canceled. The cheapest read to wait with. Raises not_found if
there is no such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/status",
	Example:     `print(alteryx_cloud.get_job_group_status { job_group_id = 801 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "status of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) (status string, err error) {
	return status, c.plain.Get(ctx, rest.Path("v4", "jobGroups", in.JobGroupID, "status"), nil, &status)
})

// RunRecipe is the input of alteryx_cloud.run_recipe.
type RunRecipe struct {
	RecipeID           ID                        `lua:"recipe_id,required,key" doc:"Recipe to run: the vendor calls it a wrangled dataset."`
	Overrides          op.Opt[map[string]op.Raw] `lua:"overrides" doc:"Settings of the run: engine, profiling, what it writes."`
	RunParameters      op.Opt[map[string]op.Raw] `lua:"run_parameters" doc:"Values of its parameters: { overrides = { data = { { key = …, value = … } } } }."`
	TestMode           op.Opt[bool]              `lua:"test_mode" default:"false" doc:"Checks the recipe only; then no job group is made."`
	IgnoreRecipeErrors op.Opt[bool]              `lua:"ignore_recipe_errors" default:"false" doc:"Runs although the recipe has errors."`
	ForceCacheUpdate   op.Opt[bool]              `lua:"force_cache_update" default:"false" doc:"Reads its sources anew."`
}

// StartedRecipe is the answer of alteryx_cloud.run_recipe.
type StartedRecipe struct {
	ID             ID             `json:"id" lua:"id" doc:"Id of the job group; 0 in test mode."`
	Reason         op.Opt[string] `json:"reason,omitzero" lua:"reason" doc:"JobStarted, or what else the vendor says."`
	SessionID      op.Opt[string] `json:"sessionId,omitzero" lua:"session_id" doc:"The vendor's name for the session."`
	JobGraph       op.Raw         `json:"jobGraph,omitzero" lua:"job_graph" doc:"Which job follows which, as the vendor answers it; absent if an earlier attempt had started it."`
	Jobs           op.Raw         `json:"jobs,omitzero" lua:"jobs" doc:"Its jobs, as the vendor answers them; absent if an earlier attempt had started it."`
	AlreadyStarted bool           `json:"-" lua:"already_started" doc:"Whether an earlier attempt of this call had started it."`
	Extra          op.Extra       `json:",embed"`
}

// See run_flow for what a repeat is answered, and how the run is found then.
var runRecipe = op.New(op.Operation{
	Name: "alteryx_cloud.run_recipe",
	Doc: `Starts a run of a recipe.

Answers the job group at once; wait with run_recipe_and_wait, or look at get_job_group_status. It can be repeated safely:
an attempt whose answer was lost is found, not made twice. Raises invalid if there is no such recipe or it has errors,
limited above 30 runs a minute, and in_doubt if it was started before and cannot be told from another.`,
	Source:      spec + "POST /v4/jobGroups",
	Example:     `local run = alteryx_cloud.run_recipe { recipe_id = 71 }`,
	Effect:      op.Write,
	Idempotency: op.Keyed,
	Object:      "run of recipe",
	Shows:       op.Created(jobGroup),
	Changes:     []op.Change{op.Creates(jobGroup, op.With{"wrangled_dataset": refTo("recipe_id"), "ranfrom": op.Is("api"), "flowrun": op.Is(nil)}), op.Stirs(runs)},
}, func(ctx context.Context, c *client, in RunRecipe) (r StartedRecipe, err error) {
	body := struct {
		WrangledDataset    map[string]ID             `json:"wrangledDataset"`
		Overrides          op.Opt[map[string]op.Raw] `json:"overrides,omitzero"`
		RunParameters      op.Opt[map[string]op.Raw] `json:"runParameters,omitzero"`
		TestMode           op.Opt[bool]              `json:"testMode,omitzero"`
		IgnoreRecipeErrors op.Opt[bool]              `json:"ignoreRecipeErrors,omitzero"`
		ForceCacheUpdate   op.Opt[bool]              `json:"forceCacheUpdate,omitzero"`
	}{map[string]ID{"id": in.RecipeID}, in.Overrides, in.RunParameters, in.TestMode, in.IgnoreRecipeErrors, in.ForceCacheUpdate}
	err = c.plain.JSON(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "jobGroups"), Body: body, Header: keyed(ctx)}, &r)
	if !started(err) {
		return r, err
	}
	groups, err := c.newestJobGroups(ctx)
	if err != nil {
		return r, err
	}
	active := 0
	for _, g := range groups {
		if g.WrangledDataset == nil || g.WrangledDataset.ID != in.RecipeID || g.FlowRun != nil {
			continue
		}
		if r.ID == 0 {
			r.ID, r.AlreadyStarted = g.ID, true
		}
		if !ended(g.Status) {
			active++
		}
	}
	subject := fmt.Sprintf("recipe %d", in.RecipeID)
	switch {
	case r.ID == 0:
		return r, notFoundAgain(subject, "its run is not among the newest")
	case active > 1:
		return StartedRecipe{}, notFoundAgain(subject, "several of its runs are under way")
	}
	return r, nil
})

// CancelledJobGroup is the answer of alteryx_cloud.cancel_job_group.
type CancelledJobGroup struct {
	JobGroupID ID       `json:"jobgroupId" lua:"job_group_id" doc:"Id of the job group."`
	JobIDs     []ID     `json:"jobIds" lua:"job_ids" doc:"Jobs that are cancelled."`
	Extra      op.Extra `json:",embed"`
}

var cancelJobGroup = op.New(op.Operation{
	Name: "alteryx_cloud.cancel_job_group",
	Doc: `Cancels the jobs of a job group.

One that has ended stays as it is. Raises not_found if there is no such job group.`,
	Source:      spec + "POST /v4/jobGroups/{id}/cancel",
	Example:     `alteryx_cloud.cancel_job_group { job_group_id = 801 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "job group",
	Changes:     []op.Change{op.Unsettles(jobGroup, "job_group_id", "status")},
}, func(ctx context.Context, c *client, in GetJobGroup) (x CancelledJobGroup, err error) {
	x.JobGroupID = in.JobGroupID
	return x, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "jobGroups", in.JobGroupID, "cancel"), Body: struct{}{}}, &x)
})

// Job is one step of a job group.
type Job struct {
	ID              ID             `json:"id" lua:"id,key" doc:"Id."`
	Status          string         `json:"status" lua:"status" doc:"Created, InProgress, Complete, Failed or Canceled."`
	JobType         op.Opt[string] `json:"jobType,omitzero" lua:"job_type" doc:"Type, like wrangle or publish."`
	PercentComplete op.Opt[int64]  `json:"percentComplete,omitzero" lua:"percent_complete" doc:"How far it is, from 0 to 100."`
	ErrorMessage    op.Raw         `json:"errorMessage,omitzero" lua:"error_message" doc:"Why it failed, as the vendor answers it."`
	Extra           op.Extra       `json:",embed"`
}

var listJobGroupJobs = op.New(op.Operation{
	Name: "alteryx_cloud.list_job_group_jobs",
	Doc: `Lists the jobs of a job group.

All of them, in the vendor's order; there is no paging. Raises not_found if there is no such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/jobs",
	Example:     `for _, j in ipairs(alteryx_cloud.list_job_group_jobs { job_group_id = 801 }) do print(j.id, j.job_type, j.status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "jobs of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) ([]Job, error) {
	return whole[Job](ctx, c.plain, rest.Path("v4", "jobGroups", in.JobGroupID, "jobs"), nil)
})

// GetJobStatus is the input of alteryx_cloud.get_job_status.
type GetJobStatus struct {
	JobID ID `json:"-" lua:"job_id,required,key" doc:"Job of a job group."`
}

var getJobStatus = op.New(op.Operation{
	Name: "alteryx_cloud.get_job_status",
	Doc: `Tells how one job of a job group stands.

Answers a text: Created, InProgress, Complete, Failed or Canceled. Raises not_found if there is no such job.`,
	Source:      spec + "GET /v4/jobs/{id}/status",
	Example:     `print(alteryx_cloud.get_job_status { job_id = 8011 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "status of job",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobStatus) (status string, err error) {
	return status, c.plain.Get(ctx, rest.Path("v4", "jobs", in.JobID, "status"), nil, &status)
})
