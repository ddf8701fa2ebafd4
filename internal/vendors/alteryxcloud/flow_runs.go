package alteryxcloud

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"runner/internal/op"
	"runner/internal/rest"
)

var flowRunOperations = []*op.Operation{
	runFlow, getFlowRun, getFlowRunStatus, listFlowRunJobGroups,
}

// keyed is a header that makes a call safe to repeat: the vendor answers 304 to
// one whose value it has seen.
func keyed(ctx context.Context) http.Header {
	if key := op.Key(ctx); key != "" {
		return http.Header{"X-Execution-Id": {key}}
	}
	return nil
}

// started reports that a call failed only because it was carried out before.
func started(err error) bool {
	e, ok := errors.AsType[*op.Error](err)
	return ok && e.Status == http.StatusNotModified
}

// notFoundAgain is the error of a call that was carried out before, if what it
// started cannot be told.
func notFoundAgain(subject, cause string) error {
	return &op.Error{
		Kind: op.InDoubt, Subject: subject, RetryAfter: -1,
		Cause: "the vendor has started it already, and " + cause, Hint: "look at the runs in the workspace",
	}
}

// RunFlow is the input of alteryx_cloud.run_flow.
type RunFlow struct {
	FlowID             ID                        `json:"-" lua:"flow_id,required,key" doc:"Flow to run."`
	RunAsync           op.Opt[bool]              `json:"-" lua:"run_async" default:"false" doc:"Answers before the jobs are made."`
	RunParameters      op.Opt[map[string]op.Raw] `json:"runParameters,omitzero" lua:"run_parameters" doc:"Values of its parameters: { overrides = { data = { { key = …, value = … } } } }."`
	WrangledDatasetIDs []ID                      `json:"wrangledDatasetIds,omitzero" lua:"wrangled_dataset_ids" doc:"Recipes whose outputs are made. All if omitted."`
	Execution          op.Opt[string]            `json:"execution,omitzero" lua:"execution" enum:"photon amp xml-amp emrSpark" doc:"Engine."`
	Overrides          op.Opt[map[string]op.Raw] `json:"overrides,omitzero" lua:"overrides" doc:"Settings of outputs, by recipe."`
	IgnoreRecipeErrors op.Opt[bool]              `json:"ignoreRecipeErrors,omitzero" lua:"ignore_recipe_errors" default:"false" doc:"Runs although a recipe has errors."`
}

// StartedFlow is the answer of alteryx_cloud.run_flow.
type StartedFlow struct {
	FlowRunID      ID       `json:"flowRunId" lua:"flow_run_id" doc:"Id of the run."`
	JobGroups      []Ref    `json:"data" lua:"job_groups" doc:"Job groups that it started; empty if the vendor does not say."`
	AlreadyStarted bool     `json:"-" lua:"already_started" doc:"Whether an earlier attempt of this call had started it."`
	Extra          op.Extra `json:",embed"`
}

// A repeat with the same x-execution-id is answered 304, without the run. It is
// looked for among the caller's newest runs by API. Another run of the flow by
// the same caller, started by another call since, could be taken for it; while
// several are under way, none is.
var runFlow = op.New(op.Operation{
	Name: "alteryx_cloud.run_flow",
	Doc: `Starts a run of a flow: of all its outputs, unless some are named.

Answers at once; wait with run_flow_and_wait, or look at get_flow_run_status. It can be repeated safely: an attempt whose
answer was lost is found, not made twice. Raises not_found if there is no such flow, limited above 20 runs a minute, and
in_doubt if it was started before and cannot be told from another.`,
	Source:      spec + "POST /v4/flows/{id}/run",
	Example:     `local run = alteryx_cloud.run_flow { flow_id = 21 }`,
	Effect:      op.Write,
	Idempotency: op.Keyed,
	Object:      "run of flow",
	Shows:       &op.View{Entity: flowRun, ID: "flow_run_id"},
	Changes:     []op.Change{op.Creates(flowRun, op.With{"flow": refTo("flow_id")}), op.Stirs(runs)},
}, func(ctx context.Context, c *client, in RunFlow) (r StartedFlow, err error) {
	q := url.Values{}
	if in.RunAsync.Given {
		q.Set("runAsync", boolText(in.RunAsync.Value))
	}
	err = c.plain.JSON(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "flows", in.FlowID, "run"), Query: q, Body: in, Header: keyed(ctx)}, &r)
	if !started(err) {
		return r, err
	}
	groups, err := c.newestJobGroups(ctx)
	if err != nil {
		return r, err
	}
	return c.startedFlow(ctx, in.FlowID, groups)
})

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// newestJobGroups are the newest that the caller started by API.
func (c *client) newestJobGroups(ctx context.Context) ([]JobGroup, error) {
	groups, _, err := page[JobGroup](ctx, c.plain, rest.Path("v4", "jobLibrary"), url.Values{"ranfrom": {"api"}, "runBy": {"currentUser"}, "sort": {"-createdAt"}}, "")
	return groups, err
}

// startedFlow finds the newest run of a flow among job groups, the newest of
// which come first.
func (c *client) startedFlow(ctx context.Context, flowID ID, groups []JobGroup) (r StartedFlow, err error) {
	flowOf := map[ID]ID{} // by run
	active := map[ID]bool{}
	for _, g := range groups {
		if g.FlowRun == nil {
			continue
		}
		run := g.FlowRun.ID
		if _, known := flowOf[run]; !known {
			if len(flowOf) == 20 {
				break // older ones are not this call's
			}
			var f FlowRun
			if err := c.plain.Get(ctx, rest.Path("v4", "flowRuns", run), nil, &f); err != nil {
				return r, err
			}
			flowOf[run] = 0
			if f.Flow != nil {
				flowOf[run] = f.Flow.ID
			}
		}
		if flowOf[run] != flowID {
			continue
		}
		if r.FlowRunID == 0 {
			r.FlowRunID, r.AlreadyStarted = run, true
		}
		if run == r.FlowRunID {
			r.JobGroups = append(r.JobGroups, Ref{ID: g.ID})
		}
		if !ended(g.Status) {
			active[run] = true
		}
	}
	switch {
	case r.FlowRunID == 0:
		return r, notFoundAgain("flow", "its run is not among the newest")
	case len(active) > 1:
		return StartedFlow{}, notFoundAgain("flow", "several of its runs are under way")
	}
	return r, nil
}

// ended reports a status after which nothing more happens.
func ended(status string) bool {
	return status == "Complete" || status == "Failed" || status == "Canceled"
}

// FlowRun is a run of a flow.
type FlowRun struct {
	ID        ID                 `json:"id" lua:"id,key" doc:"Id."`
	Flow      *Ref               `json:"flow,omitzero" lua:"flow" doc:"Flow that runs."`
	RequestID op.Opt[string]     `json:"requestId,omitzero" lua:"request_id" doc:"The vendor's name for the request that started it."`
	CreatedAt op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was started."`
	UpdatedAt op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it changed last."`
	Extra     op.Extra           `json:",embed"`
}

// GetFlowRun is the input of operations that take one flow run.
type GetFlowRun struct {
	FlowRunID ID `json:"-" lua:"flow_run_id,required,key" doc:"Run."`
}

var getFlowRun = op.New(op.Operation{
	Name: "alteryx_cloud.get_flow_run",
	Doc: `Reads a run of a flow.

How it stands is told by get_flow_run_status. Raises not_found if there is no such run.`,
	Source:      spec + "GET /v4/flowRuns/{id}",
	Example:     `print(alteryx_cloud.get_flow_run { flow_run_id = 910 }.flow.id)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "flow run",
	Shows:       op.One(flowRun, "flow_run_id"),
}, func(ctx context.Context, c *client, in GetFlowRun) (r FlowRun, err error) {
	return r, c.plain.Get(ctx, rest.Path("v4", "flowRuns", in.FlowRunID), nil, &r)
})

// That the values are those of job groups is inferred.
var getFlowRunStatus = op.New(op.Operation{
	Name: "alteryx_cloud.get_flow_run_status",
	Doc: `Tells how a run of a flow stands.

Answers a text: Created, InProgress, Complete, Failed or Canceled. Raises not_found if there is no such run.`,
	Source:      spec + "GET /v4/flowRuns/{id}/status",
	Example:     `print(alteryx_cloud.get_flow_run_status { flow_run_id = 910 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "status of flow run",
	Shows:       op.Blind(flowRun, jobGroup),
}, func(ctx context.Context, c *client, in GetFlowRun) (status string, err error) {
	return status, c.plain.Get(ctx, rest.Path("v4", "flowRuns", in.FlowRunID, "status"), nil, &status)
})

var listFlowRunJobGroups = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_flow_run_job_groups",
	Doc: `Lists the job groups of a run of a flow.

All of them, in the vendor's order. Raises not_found if there is no such run.`,
	Source:      spec + "GET /v4/flowRuns/{id}/jobGroups",
	Example:     `for g in iter(alteryx_cloud.list_flow_run_job_groups, { flow_run_id = 910 }) do print(g.id, g.status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "job groups of flow run",
	Shows:       within(op.Blind(runs, jobGroup), flowRun, "flow_run_id"),
}, func(ctx context.Context, c *client, in GetFlowRun, cursor string) ([]JobGroup, string, error) {
	return page[JobGroup](ctx, c.plain, rest.Path("v4", "flowRuns", in.FlowRunID, "jobGroups"), nil, cursor)
})
