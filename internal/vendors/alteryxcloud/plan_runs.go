package alteryxcloud

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"runner/internal/op"
	"runner/internal/rest"
)

var planRunOperations = []*op.Operation{runPlan, getPlanRun, listPlanRuns, cancelPlanRun}

// RunPlan is the input of alteryx_cloud.run_plan.
type RunPlan struct {
	PlanID    ID             `json:"-" lua:"plan_id,required,key" doc:"Plan to run."`
	Overrides []PlanOverride `json:"planNodeOverrides,omitzero" lua:"overrides" doc:"Values of parameters, for this run."`
}

// PlanOverride is a value of a parameter of a task.
type PlanOverride struct {
	Handle      string `json:"handle" lua:"handle,required" doc:"Handle of the task, as get_plan_run_parameters tells it."`
	OverrideKey string `json:"overrideKey" lua:"override_key,required" doc:"Name of the parameter."`
	Value       op.Raw `json:"value" lua:"value,required" doc:"Value: { variable = { value = … } }, for one."`
}

// StartedPlan is the answer of alteryx_cloud.run_plan.
type StartedPlan struct {
	PlanSnapshotRunID ID             `json:"planSnapshotRunId" lua:"plan_snapshot_run_id" doc:"Id of the run, which get_plan_run takes."`
	ValidationStatus  op.Opt[string] `json:"validationStatus,omitzero" lua:"validation_status" doc:"Valid, or MissingFlowReferences: then nothing was started. Absent if an earlier attempt had started it."`
	AlreadyStarted    bool           `json:"-" lua:"already_started" doc:"Whether an earlier attempt of this call had started it."`
	Extra             op.Extra       `json:",embed"`
}

// A repeat with the same x-execution-id is answered 304; that the run is not in
// that answer is unconfirmed. It is looked for among the caller's newest runs
// by API. Another run of the plan by the same caller, started by another call
// since, could be taken for it; while several are under way, none is.
var runPlan = op.New(op.Operation{
	Name: "alteryx_cloud.run_plan",
	Doc: `Starts a run of a plan.

Answers at once; wait with run_plan_and_wait, or look at get_plan_run. It can be repeated safely: an attempt whose answer
was lost is found, not made twice. Raises conflict if the plan refers to flows that are missing, not_found if there is no
such plan, limited above 30 runs a minute, and in_doubt if it was started before and cannot be told from another.`,
	Source:      spec + "POST /v4/plans/{id}/run",
	Example:     `local run = alteryx_cloud.run_plan { plan_id = 41 }`,
	Effect:      op.Write,
	Idempotency: op.Keyed,
	Object:      "run of plan",
	Shows:       &op.View{Entity: planRun, ID: "plan_snapshot_run_id"},
	Changes: []op.Change{
		op.Creates(planRun, op.With{"plan": func(s *op.Scene, _ string) (any, bool) {
			return map[string]any{"id": s.Args["plan_id"], "name": s.Vague("name")}, true
		}, "finished_at": op.Vague(), "started_at": op.Vague()}),
		op.Unsettles(plan, "plan_id", "latest_plan_snapshot_run", "plan_snapshot_run_count"),
		op.Stirs(runs),
	},
}, func(ctx context.Context, c *client, in RunPlan) (r StartedPlan, err error) {
	err = c.plain.JSON(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "plans", in.PlanID, "run"), Body: in, Header: keyed(ctx)}, &r)
	switch {
	case started(err):
		return c.startedPlan(ctx, in.PlanID)
	case err == nil && r.ValidationStatus.Or("Valid") != "Valid":
		return r, &op.Error{
			Kind: op.Conflict, Subject: fmt.Sprintf("plan %d", in.PlanID), RetryAfter: -1,
			Cause: "it was not started: " + r.ValidationStatus.Value, Hint: "mend the tasks of the plan whose flows are missing",
		}
	}
	return r, err
})

// startedPlan finds the newest run of a plan by the caller.
func (c *client) startedPlan(ctx context.Context, planID ID) (r StartedPlan, err error) {
	list, _, err := page[PlanRun](ctx, c.plain, rest.Path("v4", "planSnapshotRuns"), url.Values{"ranfrom": {"api"}, "runBy": {"currentUser"}, "sort": {"-createdAt"}}, "")
	if err != nil {
		return r, err
	}
	active := 0
	for _, x := range list {
		if x.Plan == nil || x.Plan.ID != planID {
			continue
		}
		if r.PlanSnapshotRunID == 0 {
			r.PlanSnapshotRunID, r.AlreadyStarted = x.ID, true
		}
		if !ended(x.Status) {
			active++
		}
	}
	subject := fmt.Sprintf("plan %d", planID)
	switch {
	case r.PlanSnapshotRunID == 0:
		return r, notFoundAgain(subject, "its run is not among the newest")
	case active > 1:
		return StartedPlan{}, notFoundAgain(subject, "several of its runs are under way")
	}
	return r, nil
}

// PlanRun is a run of a plan.
type PlanRun struct {
	ID                     ID                 `json:"id" lua:"id,key" doc:"Id."`
	Plan                   *PlanOfRun         `json:"plan,omitzero" lua:"plan" doc:"Plan that runs."`
	Ranfrom                op.Opt[string]     `json:"ranfrom,omitzero" lua:"ranfrom" doc:"Where it was started: ui, schedule or api."`
	Creator                *Ref               `json:"creator,omitzero" lua:"creator" doc:"Who started it."`
	Status                 string             `json:"status" lua:"status" doc:"Created, InProgress, Complete, Failed or Canceled."`
	SubmittedAt            op.Opt[op.RFC3339] `json:"submittedAt,omitzero" lua:"submitted_at" doc:"When it was submitted."`
	StartedAt              op.Opt[op.RFC3339] `json:"startedAt,omitzero" lua:"started_at,noise" doc:"When it began; absent until it has."`
	FinishedAt             op.Opt[op.RFC3339] `json:"finishedAt,omitzero" lua:"finished_at,noise" doc:"When it ended; absent until it has."`
	FailedToCancelSomeJobs op.Opt[bool]       `json:"failedToCancelSomeJobs,omitzero" lua:"failed_to_cancel_some_jobs,noise" doc:"Whether jobs run on although it was cancelled."`
	CreatedAt              op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt              op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it changed last."`
	Extra                  op.Extra           `json:",embed"`
}

// PlanOfRun is a plan as its runs show it.
type PlanOfRun struct {
	ID    ID             `json:"id" lua:"id" doc:"Its id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Its name; absent where the vendor does not say."`
	Extra op.Extra       `json:",embed"`
}

// GetPlanRun is the input of operations that take one plan run.
type GetPlanRun struct {
	PlanRunID ID `json:"-" lua:"plan_run_id,required,key" doc:"Run."`
}

var getPlanRun = op.New(op.Operation{
	Name: "alteryx_cloud.get_plan_run",
	Doc: `Reads how a run of a plan stands.

It has ended when its status is Complete, Failed or Canceled. Raises not_found if there is no such run.`,
	Source:      spec + "GET /v4/planSnapshotRuns/{id}",
	Example:     `print(alteryx_cloud.get_plan_run { plan_run_id = 410 }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "plan run",
	Shows:       op.One(planRun, "plan_run_id"),
}, func(ctx context.Context, c *client, in GetPlanRun) (r PlanRun, err error) {
	return r, c.plain.Get(ctx, rest.Path("v4", "planSnapshotRuns", in.PlanRunID), nil, &r)
})

// ListPlanRuns is the input of alteryx_cloud.list_plan_runs.
type ListPlanRuns struct {
	Status       string             `json:"status" lua:"status" enum:"Created InProgress Complete Failed Canceled" doc:"Only runs that stand so."`
	Ranfrom      string             `json:"ranfrom" lua:"ranfrom" enum:"ui schedule api" doc:"Only runs that were started there."`
	RunBy        string             `json:"runBy" lua:"run_by" enum:"all currentUser" doc:"Only runs of the caller. The vendor's choice if omitted."`
	CreatedAfter op.Opt[op.RFC3339] `json:"-" lua:"created_after" doc:"Only runs created at this moment or later."`
	Selection
}

// That dateFilter is written as for job groups, in milliseconds, is inferred.
var listPlanRuns = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_plan_runs",
	Doc: `Lists the runs of plans.

All that match, in the order of sort. The list is alive: what comes or goes while pages are fetched may be missing or
appear twice.`,
	Source:      spec + "GET /v4/planSnapshotRuns",
	Example:     `for r in iter(alteryx_cloud.list_plan_runs, { run_by = "currentUser", sort = "-createdAt" }) do print(r.id, r.status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "plan run",
	Shows:       op.Blind(planRun, runs),
}, func(ctx context.Context, c *client, in ListPlanRuns, cursor string) ([]PlanRun, string, error) {
	q := rest.Query(in)
	if err := createdAfter(q, in.CreatedAfter); err != nil {
		return nil, "", err
	}
	return page[PlanRun](ctx, c.plain, rest.Path("v4", "planSnapshotRuns"), q, cursor)
})

// That a repeat succeeds is inferred.
var cancelPlanRun = op.New(op.Operation{
	Name: "alteryx_cloud.cancel_plan_run",
	Doc: `Cancels a run of a plan.

Look at failed_to_cancel_some_jobs afterwards. Raises not_found if there is no such run.`,
	Source:      spec + "POST /v4/planSnapshotRuns/{id}/cancel",
	Example:     `alteryx_cloud.cancel_plan_run { plan_run_id = 410 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "plan run",
	Shows:       op.One(planRun, "plan_run_id"),
	Changes:     []op.Change{op.Unsettles(planRun, "plan_run_id", "status")},
}, func(ctx context.Context, c *client, in GetPlanRun) (r PlanRun, err error) {
	r.ID = in.PlanRunID
	return r, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "planSnapshotRuns", in.PlanRunID, "cancel")}, &r)
})
