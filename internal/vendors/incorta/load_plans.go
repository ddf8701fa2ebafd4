package incorta

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var loadPlanOperations = []*op.Operation{
	startLoadPlan, restartLoadPlan, getLoadPlanExecution,
}

// StartedLoadPlan is the answer to the start of a load plan.
type StartedLoadPlan struct {
	ExecutionID int64    `json:"loadPlanExecutionId" lua:"execution_id" doc:"Number of the execution, for get_load_plan_execution."`
	Extra       op.Extra `json:",embed"`
}

// executes says that a load plan is executed. Which schemas it loads, nothing
// tells.
func executes() []op.Change {
	return []op.Change{op.Creates(execution, nil), op.Blurs(schema, loadFields...), op.Stirs(schema)}
}

func (c *client) execute(ctx context.Context, verb string, in any) (e StartedLoadPlan, err error) {
	path, err := c.v2("load-plan", verb)
	if err != nil {
		return e, err
	}
	if err := c.read(ctx, rest.Request{Method: http.MethodPost, Path: path, Body: in}, &e); err != nil {
		return e, err
	}
	if e.ExecutionID == 0 {
		return e, &op.Error{Kind: op.Garbled, Cause: "the cluster names no execution", Acts: true, Sent: true}
	}
	return e, nil
}

// StartLoadPlan is the input of incorta.start_load_plan.
type StartLoadPlan struct {
	LoadPlanName string `json:"loadPlanName" lua:"load_plan_name,required,key" doc:"Load plan, in exact case."`
}

// There is no probe: only the answer names the execution, and nothing lists them.
var startLoadPlan = op.New(op.Operation{
	Name: "incorta.start_load_plan",
	Doc: `Starts a load plan.

Answers the number of the execution at once; incorta.start_load_plan_and_wait waits for its end.
The connection's user must be a Super User, or have the SuperRole or Schema Manager role and may edit all its schemas.
Raises conflict if an execution of the same load plan runs, denied if the user may not, and invalid or not_found if
there is no such load plan.`,
	Source:  docs + "execute-load-plan-endpoint-v2",
	Example: `local run = incorta.start_load_plan { load_plan_name = "Nightly finance" }; print(run.execution_id)`,
	Effect:  op.Write,
	Object:  "execution of load plan",
	Shows:   op.Created(execution),
	Changes: executes(),
}, func(ctx context.Context, c *client, in StartLoadPlan) (StartedLoadPlan, error) {
	return c.execute(ctx, "execute", in)
})

// RestartLoadPlan is the input of incorta.restart_load_plan.
type RestartLoadPlan struct {
	LoadPlanName            string        `json:"loadPlanName" lua:"load_plan_name,required,key" doc:"Load plan, in exact case."`
	GroupSequence           int64         `json:"groupSequence" lua:"group_sequence,required" doc:"Number of the group to begin with."`
	RecentLoadPlanExecution op.Opt[int64] `json:"recentLoadPlanExecution,omitzero" lua:"recent_execution_id" doc:"Number of the last execution: to do only again what failed in it. That needs detailed tracking of load jobs switched on in Incorta Labs."`
}

// That it answers like the start of a load plan, also when it is refused, is
// unconfirmed.
var restartLoadPlan = op.New(op.Operation{
	Name: "incorta.restart_load_plan",
	Doc: `Runs a load plan again: from its start, from a group on, or only what failed.

Answers the number of the new execution at once; incorta.restart_load_plan_and_wait waits for its end.
Raises conflict if an execution of the same load plan runs, denied if the connection's user may not, and invalid or
not_found if there is no such load plan, group or execution.`,
	Source:  docs + "restart-load-plan-endpoint-v2",
	Example: `incorta.restart_load_plan { load_plan_name = "Weekly operations", group_sequence = 1, recent_execution_id = 2 }`,
	Effect:  op.Write,
	Object:  "execution of load plan",
	Shows:   op.Created(execution),
	Changes: executes(),
}, func(ctx context.Context, c *client, in RestartLoadPlan) (StartedLoadPlan, error) {
	return c.execute(ctx, "restart", in)
})

// LoadPlanExecution is one execution of a load plan.
type LoadPlanExecution struct {
	ExecutionID  int64              `json:"loadPlanExecutionId" lua:"execution_id,key" doc:"Number of the execution."`
	LoadPlanName op.Opt[string]     `json:"loadPlanName" lua:"load_plan_name" doc:"Load plan; absent if the cluster does not say."`
	State        string             `json:"state" lua:"state,noise" doc:"How far it is, as the runner reads the cluster's word: running, succeeded, failed, stopped or unknown (a word that the runner does not know, or none)."`
	Status       op.Opt[string]     `json:"status" lua:"status,noise" doc:"The cluster's own word for it."`
	StartTime    op.Opt[op.RFC3339] `json:"startTime" lua:"start_time,noise" doc:"When it began; absent if the cluster does not say."`
	EndTime      op.Opt[op.RFC3339] `json:"endTime" lua:"end_time,noise" doc:"When it ended; absent until then, or if the cluster does not say."`
	Problems     []LoadProblem      `json:"problems" lua:"problems,noise" doc:"What failed or was stopped in it, as deep as level asks for."`
	Details      op.Opt[Details]    `json:"details" lua:"details,noise" doc:"What else the cluster says, with its own names: the groups, their schemas and objects, as deep as level asks for. Absent if nothing."`
}

// LoadProblem is a part of a load plan that did not go well.
type LoadProblem struct {
	Name    string         `json:"name" lua:"name,key" doc:"Group, schema or object, after those that it is in: Group 1 / Sales / orders."`
	State   string         `json:"state" lua:"state" doc:"failed or stopped."`
	Status  string         `json:"status" lua:"status" doc:"The cluster's own word for it."`
	Message op.Opt[string] `json:"message" lua:"message" doc:"What the cluster says of it; absent if nothing."`
}

// UnmarshalJSONFrom reads an execution. None of the names is documented.
func (e *LoadPlanExecution) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	o := objectOf(v.Clone())
	for _, name := range o.names() { // {"loadPlan": {…}}
		if inner := o.members[name]; len(o.members) == 1 && inner.Kind() == '{' {
			o = objectOf(inner)
			break
		}
	}
	*e = LoadPlanExecution{
		ExecutionID:  o.number("loadPlanExecutionId", "executionId", "id").Value,
		LoadPlanName: o.text("loadPlanName", "loadPlan", "name"),
		Status:       o.status(),
		StartTime:    o.moment("startTime", "startedAt", "startDate", "executionStartTime", "loadPlanStartTime"),
		EndTime:      o.moment("endTime", "finishTime", "endedAt", "finishedAt", "endDate", "executionEndTime", "loadPlanEndTime"),
	}
	e.State = stateOf(e.Status.Value)
	for _, name := range o.names() {
		problems(o.members[name], nil, &e.Problems)
	}
	if rest := o.rest(); len(rest) > 0 {
		e.Details = op.Some(Details{Extra: rest})
	}
	return nil
}

// status is the word for how far something is.
func (o object) status() op.Opt[string] {
	if s := o.text("status", "state", "executionStatus", "loadPlanStatus", "loadPlanExecutionStatus", "loadStatus"); s.Given {
		return s
	}
	for _, name := range o.names() {
		plain := strings.ToLower(name)
		if o.members[name].Kind() == '"' && (strings.HasSuffix(plain, "status") || strings.HasSuffix(plain, "state")) {
			return o.text(name)
		}
	}
	return op.Opt[string]{}
}

// problems finds what did not go well in the parts of an execution: what has no
// part that did not either.
func problems(v jsontext.Value, within []string, all *[]LoadProblem) {
	if len(within) > 8 {
		return
	}
	switch v.Kind() {
	case '[':
		for _, item := range (object{members: map[string]jsontext.Value{"": v}, read: map[string]bool{}}).list("") {
			problems(item, within, all)
		}
	case '{':
		o := objectOf(v)
		status := o.status()
		name := o.text("name", "groupName", "schemaName", "objectName", "tableName", "fullName", "groupSequence", "sequence")
		if name.Given {
			within = append(within[:len(within):len(within)], name.Value)
		}
		before := len(*all)
		for _, member := range o.names() {
			problems(o.members[member], within, all)
		}
		state := stateOf(status.Value)
		if len(*all) == before && (state == failed || state == stopped) {
			*all = append(*all, LoadProblem{
				Name: strings.Join(within, " / "), State: state, Status: status.Value,
				Message: o.text("message", "errorMessage", "error", "reason", "failureReason"),
			})
		}
	}
}

// GetLoadPlanExecution is the input of incorta.get_load_plan_execution.
type GetLoadPlanExecution struct {
	ExecutionID int64         `json:"-" lua:"execution_id,required,key" doc:"Number of the execution."`
	Level       op.Opt[int64] `json:"level" lua:"level" default:"1" doc:"How much is told: 1 the load plan, 2 its groups too, 3 and their schemas, 4 and their objects."`
}

var getLoadPlanExecution = op.New(op.Operation{
	Name: "incorta.get_load_plan_execution",
	Doc: `Reads how far an execution of a load plan is.

It has ended when state is succeeded, failed or stopped. With level 4, problems names the objects that failed.
The connection's user needs to see one of its schemas. Raises not_found or invalid if there is no such execution, and
invalid if level is not from 1 to 4.`,
	Source:      docs + "load-plan-execution-status-endpoint-v2",
	Example:     `local run = incorta.get_load_plan_execution { execution_id = 2, level = 4 }; print(run.state, #run.problems)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "load plan execution",
	Shows:       &op.View{Entity: execution, By: "execution_id", Free: []string{"level"}},
}, func(ctx context.Context, c *client, in GetLoadPlanExecution) (e LoadPlanExecution, err error) {
	path, err := c.v2("load-plan", "status", in.ExecutionID)
	if err != nil {
		return e, err
	}
	level := in.Level.Or(1)
	if level < 1 || level > 4 {
		return e, &op.Error{Kind: op.Invalid, Cause: "level is not from 1 to 4"}
	}
	if err := c.get(ctx, path, url.Values{"level": {strconv.FormatInt(level, 10)}}, &e); err != nil {
		return e, err
	}
	e.ExecutionID = in.ExecutionID
	return e, nil
})
