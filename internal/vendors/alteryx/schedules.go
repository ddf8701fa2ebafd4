package alteryx

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const schedulesPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/schedules-endpoints.html"

var scheduleOperations = []*op.Operation{
	listSchedules, getSchedule, createSchedule, updateSchedule, deleteSchedule,
}

// Schedule is a schedule of a workflow. The fields from version_id on are
// absent from lists in the Default view.
type Schedule struct {
	ID          string             `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name        string             `json:"name" lua:"name" doc:"Name."`
	WorkflowID  op.Opt[string]     `json:"workflowId,omitzero" lua:"workflow_id" doc:"Workflow it runs; absent if that was deleted."`
	OwnerID     string             `json:"ownerId" lua:"owner_id" doc:"User who owns it."`
	RunDateTime op.Opt[op.RFC3339] `json:"runDateTime,omitzero" lua:"run_date_time,noise" doc:"Next run, in UTC; in a list with a window, the next in that window."`
	TimeZone    op.Opt[string]     `json:"timeZone,omitzero" lua:"time_zone" doc:"IANA name."`

	VersionID        op.Opt[string]     `json:"versionId,omitzero" lua:"version_id" doc:"Version of the workflow; absent if that was deleted."`
	Comment          op.Opt[string]     `json:"comment,omitzero" lua:"comment" doc:"Comment."`
	Enabled          op.Opt[bool]       `json:"enabled,omitzero" lua:"enabled" doc:"Whether it runs."`
	Priority         op.Opt[string]     `json:"priority,omitzero" lua:"priority" doc:"Default, Low, Medium, High or Critical."`
	WorkerTag        op.Opt[string]     `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it."`
	Status           op.Opt[string]     `json:"status,omitzero" lua:"status,noise" doc:"Status, as the Server words it."`
	CredentialID     op.Opt[string]     `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential it runs with."`
	CreationTime     op.Opt[op.RFC3339] `json:"creationTime,omitzero" lua:"creation_time" doc:"When it was created."`
	LastRunTime      op.Opt[op.RFC3339] `json:"lastRunTime,omitzero" lua:"last_run_time,noise" doc:"Last run; absent if there was none."`
	State            op.Opt[string]     `json:"state,omitzero" lua:"state,noise" doc:"State, as the Server words it."`
	RunCount         op.Opt[int64]      `json:"runCount,omitzero" lua:"run_count,noise" doc:"How often it ran."`
	Iteration        *IterationSpan     `json:"iteration,omitzero" lua:"iteration" doc:"Beginning and end, not how it repeats."`
	Frequency        op.Opt[string]     `json:"frequency,omitzero" lua:"frequency" doc:"How it repeats, as the Server words it."`
	LastError        op.Opt[string]     `json:"lastError,omitzero" lua:"last_error,noise" doc:"Last error; absent if there was none."`
	CPUName          op.Opt[string]     `json:"cpuName,omitzero" lua:"cpu_name" doc:"Machine it is bound to."`
	LastModifiedID   op.Opt[string]     `json:"lastModifiedId,omitzero" lua:"last_modified_id,noise" doc:"User who changed it last."`
	LastModifiedDate op.Opt[op.RFC3339] `json:"lastModifiedDate,omitzero" lua:"last_modified_date,noise" doc:"When it was changed last."`
	CanEdit          op.Opt[bool]       `json:"canEdit,omitzero" lua:"can_edit" doc:"Whether the connection's user may change it."`
	Questions        []ScheduleAnswer   `json:"questions,omitzero" lua:"questions" doc:"Answers to the questions of an analytic app; empty in the Default view."`
	Extra            op.Extra           `json:",embed"`
}

// ScheduleAnswer is the answer to one question of an analytic app.
type ScheduleAnswer struct {
	Name  string   `json:"name" lua:"name" doc:"Name of the question."`
	Value string   `json:"value" lua:"value" doc:"Answer."`
	Extra op.Extra `json:",embed"`
}

// AppValue answers one question of an analytic app.
type AppValue struct {
	Name  string `json:"name" lua:"name,required" doc:"Name of the question, as list_workflow_questions tells it."`
	Value string `json:"value" lua:"value,required" doc:"Answer, as text."`
}

// ListSchedules is the input of alteryx.list_schedules.
type ListSchedules struct {
	OwnerID    string     `json:"ownerId" lua:"owner_id" doc:"Only schedules of this owner."`
	WorkflowID string     `json:"workflowId" lua:"workflow_id,key" doc:"Only schedules of this workflow."`
	RunsAfter  op.RFC3339 `json:"runsAfter" lua:"runs_after" doc:"Only schedules that run at this moment or later, in UTC; together with runs_before."`
	RunsBefore op.RFC3339 `json:"runsBefore" lua:"runs_before" doc:"Only schedules that run before this moment, in UTC; at most 45 days after runs_after."`
	View       string     `json:"view" lua:"view" enum:"Default Full" default:"Default" doc:"Full adds state, timing and answers to each schedule."`
}

// That a window with one end is refused is inferred: the swagger says that
// both must be used in tandem.
var listSchedules = op.New(op.Operation{
	Name: "alteryx.list_schedules",
	Doc: `Lists schedules.

All that match and the connection's user can see, in the Server's order; there is no paging.
Raises invalid if only one of runs_after and runs_before is given, or they are more than 45 days apart.`,
	Source:      schedulesPage,
	Example:     `for _, s in ipairs(alteryx.list_schedules { owner_id = user.id, view = "Full" }) do print(s.name, s.enabled) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Shows: unless(inFull(op.Many(schedule, nil),
		"id", "name", "workflow_id", "owner_id", "run_date_time", "time_zone"), deletedSchedules),
}, func(ctx context.Context, c *client, in ListSchedules) (schedules []Schedule, err error) {
	return schedules, c.Get(ctx, rest.Path("v3", "schedules"), rest.Query(in), &schedules)
})

// GetSchedule is the input of alteryx.get_schedule.
type GetSchedule struct {
	ScheduleID string `json:"-" lua:"schedule_id,required,key" doc:"Schedule to read."`
}

var getSchedule = op.New(op.Operation{
	Name: "alteryx.get_schedule",
	Doc: `Reads one schedule in full.

Of the iteration the Server tells beginning and end, not how it repeats. Raises not_found if there is no such schedule.`,
	Source:      schedulesPage,
	Example:     `print(alteryx.get_schedule { schedule_id = "61d57bea3c15317e1a48205b" }.enabled)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Shows:       unless(op.One(schedule, "schedule_id"), deletedSchedules),
}, func(ctx context.Context, c *client, in GetSchedule) (s Schedule, err error) {
	return s, c.Get(ctx, rest.Path("v3", "schedules", in.ScheduleID), nil, &s)
})

// CreateSchedule is the input of alteryx.create_schedule.
type CreateSchedule struct {
	WorkflowID   string         `json:"workflowId" lua:"workflow_id,required" doc:"Workflow to run."`
	Iteration    Iteration      `json:"iteration" lua:"iteration,required" doc:"When it runs."`
	Name         op.Opt[string] `json:"name,omitzero" lua:"name,key" doc:"Name, up to 256 characters."`
	Comment      op.Opt[string] `json:"comment,omitzero" lua:"comment" doc:"Comment, up to 1024 characters."`
	Priority     op.Opt[string] `json:"priority,omitzero" lua:"priority" enum:"Default Low Medium High Critical" default:"Default" doc:"Priority; ignored unless the connection's user may set it."`
	WorkerTag    op.Opt[string] `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it; ignored unless the connection's user may set it."`
	CredentialID op.Opt[string] `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential it runs with."`
	TimeZone     op.Opt[string] `json:"timeZone,omitzero" lua:"time_zone" default:"UTC" doc:"IANA name. The times of the iteration are clock times of this zone."`
	Questions    []AppValue     `json:"questions,omitzero" lua:"questions" doc:"Answers to the questions of an analytic app."`
}

// Inferred, as the swagger is silent: a new schedule is enabled and belongs to
// the connection's user, and an unknown workflow is answered 400. Whether the
// Server minds a "Z" in the times of an iteration with a time zone is
// unconfirmed.
var createSchedule = op.New(op.Operation{
	Name: "alteryx.create_schedule",
	Doc: `Creates a schedule for a workflow.

It is enabled and belongs to the connection's user; another owner can be set with update_schedule.
Raises invalid if the Server refuses a value or there is no such workflow, and denied if the connection's user may not
schedule.`,
	Source:  schedulesPage,
	Example: `alteryx.create_schedule { workflow_id = flow.id, name = "nightly", iteration = { iteration_type = "Daily", start_time = "2027-01-04T02:00:00Z", daily = { run_only_work_week = true } } }`,
	Effect:  op.Write,
	Object:  "schedule",
	Inverse: op.Deletes("delete_schedule", "schedule_id", "id"),
	Shows:   op.Created(schedule),
	Changes: []op.Change{op.Creates(schedule, op.With{
		"enabled": op.Is(true), "iteration": op.Vague(), "questions": op.First(op.Arg("questions"), op.Empty()),
		"priority": ifAllowed("priority", op.Is("Default")), "worker_tag": op.Vague(),
		"run_count": op.Is(0), "last_run_time": op.Is(nil), "last_error": op.Is(nil),
	})},
}, func(ctx context.Context, c *client, in CreateSchedule) (made Created, err error) {
	return made, c.Post(ctx, rest.Path("v3", "schedules"), in, &made.ID)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateSchedule, since time.Time) (made Created, landed bool, err error) {
	if err := rest.Filled("workflow_id", in.WorkflowID); err != nil {
		return made, false, err
	}
	var candidates []Schedule
	if err := c.Get(ctx, rest.Path("v3", "schedules"), rest.Query(ListSchedules{WorkflowID: in.WorkflowID}), &candidates); err != nil {
		return made, false, err
	}
	var found []Created
	for _, s := range candidates {
		// Without a name the Server may make one up, so every new schedule of
		// the workflow may be this call's. One that somebody else made for the
		// workflow in the same minutes, under the same name, looks the same.
		if in.Name.Given && s.Name != in.Name.Value {
			continue
		}
		var full Schedule
		if err := c.Get(ctx, rest.Path("v3", "schedules", s.ID), nil, &full); err != nil {
			return made, false, err
		}
		isNew, err := madeSince(full.CreationTime.Value, since)
		if err != nil {
			return made, false, err
		}
		if isNew {
			found = append(found, Created{ID: s.ID})
		}
	}
	return theOne(found, "schedules of workflow "+in.WorkflowID)
}))

// UpdateSchedule is the input of alteryx.update_schedule.
type UpdateSchedule struct {
	ScheduleID   string             `json:"-" lua:"schedule_id,required,key" doc:"Schedule to change."`
	Enabled      op.Opt[bool]       `json:"enabled,omitzero" lua:"enabled" doc:"False pauses it, true resumes it."`
	OwnerID      op.Opt[string]     `json:"ownerId,omitzero" lua:"owner_id" doc:"User who shall own it."`
	Iteration    op.Opt[Iteration]  `json:"iteration,omitzero" lua:"iteration" doc:"When it runs. Without time_zone, its times are clock times of the zone the schedule has."`
	Name         op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name, up to 256 characters."`
	Comment      op.Opt[string]     `json:"comment,omitzero" lua:"comment" doc:"Comment, up to 1024 characters."`
	Priority     op.Opt[string]     `json:"priority,omitzero" lua:"priority" enum:"Default Low Medium High Critical" doc:"Priority."`
	WorkerTag    op.Opt[string]     `json:"workerTag,omitzero" lua:"worker_tag" doc:"Worker that runs it."`
	CredentialID op.Opt[string]     `json:"credentialId,omitzero" lua:"credential_id" doc:"Credential it runs with."`
	TimeZone     op.Opt[string]     `json:"timeZone,omitzero" lua:"time_zone" doc:"IANA name."`
	Questions    op.Opt[[]AppValue] `json:"questions,omitzero" lua:"questions" doc:"Answers to the questions of an analytic app."`
}

var updateSchedule = op.New(op.Operation{
	Name: "alteryx.update_schedule",
	Doc: `Changes the given fields of a schedule.

Only what is given is sent; the rest stays as it is. enabled pauses and resumes, owner_id transfers one schedule.
Raises not_found if there is no such schedule, invalid if the Server refuses a value, and denied if the connection's
user may not change it.`,
	Source:      schedulesPage,
	Example:     `alteryx.update_schedule { schedule_id = "61d57bea3c15317e1a48205b", enabled = false }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Inverse:     exceptFor(op.Restores("update_schedule", "schedule_id"), "iteration"),
	Shows:       op.One(schedule, "schedule_id"),
	Changes: []op.Change{op.Sets(schedule, "schedule_id", op.With{
		"iteration": op.If(op.Vague(), "iteration"), "frequency": op.If(op.Vague(), "iteration"),
		"run_date_time": op.If(op.Vague(), "iteration", "time_zone"), "can_edit": op.If(op.Vague(), "owner_id"),
	})},
}, func(ctx context.Context, c *client, in UpdateSchedule) (s Schedule, err error) {
	return s, c.Patch(ctx, rest.Path("v3", "schedules", in.ScheduleID), in, &s)
})

// DeleteSchedule is the input of alteryx.delete_schedule.
type DeleteSchedule struct {
	ScheduleID string `json:"-" lua:"schedule_id,required,key" doc:"Schedule to delete."`
}

// That a repeat answers 404 is inferred.
var deleteSchedule = op.New(op.Operation{
	Name: "alteryx.delete_schedule",
	Doc: `Deletes a schedule.

Raises not_found if there is no such schedule. To pause one, use update_schedule with enabled = false.`,
	Source:      schedulesPage,
	Example:     `alteryx.delete_schedule { schedule_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Changes: []op.Change{
		op.Removes(schedule, "schedule_id"),
		op.Drops(collection, "", "schedule_ids", "", "schedule_id"),
	},
}, func(ctx context.Context, c *client, in DeleteSchedule) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "schedules", in.ScheduleID), nil, nil)
})
