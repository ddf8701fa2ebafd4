package alteryxcloud

import (
	"context"
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var scheduleOperations = []*op.Operation{
	listSchedules, getSchedule, createSchedule, updateSchedule, enableSchedule, disableSchedule, transferSchedules, deleteSchedule,
}

// Schedule says when what runs.
type Schedule struct {
	ID            ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name          string             `json:"name" lua:"name" doc:"Name."`
	Enabled       op.Opt[bool]       `json:"enabled,omitzero" lua:"enabled" doc:"Whether it runs."`
	DisableReason op.Opt[string]     `json:"disableReason,omitzero" lua:"disable_reason,noise" doc:"Why it does not run; absent if it does."`
	Triggers      op.Raw             `json:"triggers,omitzero" lua:"triggers" doc:"When it runs, as the vendor answers it."`
	Tasks         op.Raw             `json:"tasks,omitzero" lua:"tasks" doc:"What it runs, as the vendor answers it."`
	CreatedBy     op.Opt[ID]         `json:"createdBy,omitzero" lua:"created_by" doc:"Person who created it."`
	UpdatedBy     op.Opt[ID]         `json:"updatedBy,omitzero" lua:"updated_by,noise" doc:"Person who changed it last."`
	Creator       *Ref               `json:"creator,omitzero" lua:"creator" doc:"The same as created_by, with more."`
	CreatedAt     op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt     op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra         op.Extra           `json:",embed"`
}

// ListSchedules is the input of alteryx_cloud.list_schedules.
type ListSchedules struct {
	TaskTypeFilter []string `json:"-" lua:"task_type_filter" doc:"Only schedules with tasks of these types, as the vendor writes them."`
	AssetID        string   `json:"assetId" lua:"asset_id" doc:"Only schedules that run this: the id of a plan, flow or workflow."`
	Filter         string   `json:"filter" lua:"filter" doc:"Only what has this text."`
	FilterType     string   `json:"filterType" lua:"filter_type" enum:"fuzzy contains exact exactIgnoreCase" doc:"How filter compares. The vendor's choice if omitted."`
	Sort           string   `json:"sort" lua:"sort" doc:"Field to sort by, as the vendor writes it; with a - before it for the last first."`
}

var listSchedules = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_schedules",
	Doc: `Lists the caller's own schedules.

All that match, in the order of sort. Those of others are not among them, not even for an admin: see
list_plan_schedules.`,
	Source:      spec + "GET /v4/schedules",
	Example:     `for s in iter(alteryx_cloud.list_schedules, {}) do print(s.id, s.name, s.enabled) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Shows:       unless(op.Many(schedule, nil, "sort"), deletedSchedules, transferredSchedule, removedAssets, ownership),
}, func(ctx context.Context, c *client, in ListSchedules, cursor string) ([]Schedule, string, error) {
	return page[Schedule](ctx, c.plain, rest.Path("v4", "schedules"), repeat(rest.Query(in), "taskTypeFilter", in.TaskTypeFilter), cursor)
})

// GetSchedule is the input of operations that take one schedule.
type GetSchedule struct {
	ScheduleID ID `json:"-" lua:"schedule_id,required,key" doc:"Schedule."`
}

var getSchedule = op.New(op.Operation{
	Name: "alteryx_cloud.get_schedule",
	Doc: `Reads one schedule.

For a while it still answers one that was deleted; list_schedules does not. Raises not_found if there is no such
schedule.`,
	Source:      spec + "GET /v4/schedules/{id}",
	Example:     `print(alteryx_cloud.get_schedule { schedule_id = 301 }.enabled)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Shows:       unless(&op.View{Entity: schedule, By: "schedule_id", Lingers: true}, deletedSchedules, removedAssets),
}, func(ctx context.Context, c *client, in GetSchedule) (s Schedule, err error) {
	return s, c.plain.Get(ctx, rest.Path("v4", "schedules", in.ScheduleID), nil, &s)
})

// CreateSchedule is the input of alteryx_cloud.create_schedule.
type CreateSchedule struct {
	Name     string   `json:"name" lua:"name,required,key" doc:"Name."`
	Triggers []op.Raw `json:"triggers" lua:"triggers,required" doc:"When it runs: { { timeBased = { daily = { hourOfDay = 2, minuteOfHour = 0 }, timezone = \"UTC\" } } }, in the vendor's own names. Beside daily there are hourly, weekly, monthly, monthlyWeekday and cron (Quartz); oneTime is documented, and refused."`
	Tasks    []op.Raw `json:"tasks" lua:"tasks,required" doc:"What it runs: { { runPlan = { planId = 41 } } }, runFlow or runWorkflow, in the vendor's own names."`
}

var createSchedule = op.New(op.Operation{
	Name: "alteryx_cloud.create_schedule",
	Doc: `Creates a schedule.

It is enabled, and the caller's. Raises invalid if a trigger or task is refused: the code in the message says why, like
INVALID_CRON_EXPRESSION or TRIGGER_WILL_NEVER_FIRE.`,
	Source:  spec + "POST /v4/schedules",
	Example: `alteryx_cloud.create_schedule { name = "nightly", triggers = { { timeBased = { daily = { hourOfDay = 2, minuteOfHour = 0 }, timezone = "UTC" } } }, tasks = { { runPlan = { planId = 41 } } } }`,
	Effect:  op.Write,
	Object:  "schedule",
	Shows:   op.Created(schedule),
	Changes: []op.Change{op.Creates(schedule, op.With{
		"enabled": op.Is(true), "disable_reason": op.Is(nil), "triggers": op.Vague(), "tasks": op.Vague(),
	})},
	Inverse: op.Deletes("delete_schedule", "schedule_id", "id"),
}, func(ctx context.Context, c *client, in CreateSchedule) (s Schedule, err error) {
	if err := some("triggers", in.Triggers); err != nil {
		return s, err
	}
	if err := some("tasks", in.Tasks); err != nil {
		return s, err
	}
	return s, c.plain.Post(ctx, rest.Path("v4", "schedules"), in, &s)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateSchedule, since time.Time) (s Schedule, landed bool, err error) {
	list, err := all[Schedule](ctx, c.plain, rest.Path("v4", "schedules"), nil)
	if err != nil {
		return s, false, err
	}
	found, err := newest(list, since, func(s Schedule) bool { return s.Name == in.Name }, func(s Schedule) op.RFC3339 { return s.CreatedAt.Value })
	if err != nil {
		return s, false, err
	}
	return theOne(found, "schedules called "+in.Name)
}))

// UpdateSchedule is the input of alteryx_cloud.update_schedule.
type UpdateSchedule struct {
	ScheduleID ID               `json:"-" lua:"schedule_id,required,key" doc:"Schedule to change."`
	Name       op.Opt[string]   `json:"name,omitzero" lua:"name" doc:"Name."`
	Triggers   op.Opt[[]op.Raw] `json:"triggers,omitzero" lua:"triggers" doc:"When it runs, as create_schedule takes it; all triggers."`
	Tasks      op.Opt[[]op.Raw] `json:"tasks,omitzero" lua:"tasks" doc:"What it runs, as create_schedule takes it; all tasks."`
}

// It is a PUT, whose fields the document calls optional: what it makes of one
// that is missing is unconfirmed, so fields that are not given are sent as they
// stand.
var updateSchedule = op.New(op.Operation{
	Name: "alteryx_cloud.update_schedule",
	Doc: `Changes the given fields of a schedule.

The schedule is read first, and what is not given is sent as it stands. Raises not_found if there is no such schedule,
and invalid if a trigger or task is refused.`,
	Source:      spec + "PUT /v4/schedules/{id}",
	Example:     `alteryx_cloud.update_schedule { schedule_id = 301, name = "nightly, EMEA" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Shows:       op.One(schedule, "schedule_id"),
	Changes: []op.Change{op.Sets(schedule, "schedule_id", op.With{
		"triggers": op.If(op.Vague(), "triggers"), "tasks": op.If(op.Vague(), "tasks"),
	})},
	Inverse: restores("update_schedule", "schedule_id", "triggers", "tasks"),
}, func(ctx context.Context, c *client, in UpdateSchedule) (x Changed, err error) {
	path := rest.Path("v4", "schedules", in.ScheduleID)
	var now Schedule
	if err := c.plain.Get(ctx, path, nil, &now); err != nil {
		return x, err
	}
	body := struct {
		Name     string `json:"name"`
		Triggers any    `json:"triggers,omitzero"`
		Tasks    any    `json:"tasks,omitzero"`
	}{Name: in.Name.Or(now.Name), Triggers: in.Triggers.Value, Tasks: in.Tasks.Value}
	if !in.Triggers.Given {
		body.Triggers = plainOf(now.Triggers)
	}
	if !in.Tasks.Given {
		body.Tasks = tasksOf(now.Tasks)
	}
	x.ID = in.ScheduleID
	return x, send(ctx, c.plain, rest.Request{Method: http.MethodPut, Path: path, Body: body}, &x)
})

var enableSchedule = op.New(op.Operation{
	Name: "alteryx_cloud.enable_schedule",
	Doc: `Enables a schedule.

One that is enabled stays so. Raises not_found if there is no such schedule.`,
	Source:      spec + "POST /v4/schedules/{id}/enable",
	Example:     `alteryx_cloud.enable_schedule { schedule_id = 301 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Shows:       op.One(schedule, "schedule_id"),
	Changes:     []op.Change{op.SetsOnly(schedule, "schedule_id", op.With{"enabled": op.Is(true), "disable_reason": op.Is(nil)})},
	Inverse:     switches("disable_schedule", "schedule_id", "enabled", false),
}, func(ctx context.Context, c *client, in GetSchedule) (s Schedule, err error) {
	s.ID = in.ScheduleID
	return s, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "schedules", in.ScheduleID, "enable"), Body: struct{}{}}, &s)
})

var disableSchedule = op.New(op.Operation{
	Name: "alteryx_cloud.disable_schedule",
	Doc: `Disables a schedule.

One that is disabled stays so. Raises not_found if there is no such schedule.`,
	Source:      spec + "POST /v4/schedules/{id}/disable",
	Example:     `alteryx_cloud.disable_schedule { schedule_id = 301 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Shows:       op.One(schedule, "schedule_id"),
	Changes: []op.Change{
		op.SetsOnly(schedule, "schedule_id", op.With{"enabled": op.Is(false)}),
		func(s *op.Scene) {
			if now, known := s.Object(schedule, s.Args["schedule_id"]); !known || now["enabled"] != false {
				op.Unsettles(schedule, "schedule_id", "disable_reason")(s)
			}
		},
	},
	Inverse: switches("enable_schedule", "schedule_id", "enabled", true),
}, func(ctx context.Context, c *client, in GetSchedule) (s Schedule, err error) {
	s.ID = in.ScheduleID
	return s, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "schedules", in.ScheduleID, "disable"), Body: struct{}{}}, &s)
})

// TransferSchedules is the input of alteryx_cloud.transfer_schedules.
type TransferSchedules struct {
	ScheduleIDs   []ID       `json:"scheduleIds" lua:"schedule_ids,required,key" doc:"Schedules to give away."`
	ToPersonID    ID         `json:"toUserId" lua:"to_person_id,required" doc:"Person who gets them."`
	ToWorkspaceID op.Opt[ID] `json:"toWorkspaceId,omitzero" lua:"to_workspace_id" doc:"Workspace that they come into. Their own if omitted."`
}

// That a repeat changes nothing is inferred.
var transferSchedules = op.New(op.Operation{
	Name: "alteryx_cloud.transfer_schedules",
	Doc: `Gives schedules to another person.

Whether transfer_assets moves schedules, too, the vendor does not say. Raises not_found or invalid if there is no such
schedule or person.`,
	Source:      spec + "POST /v4/schedules/transferOwnership",
	Example:     `alteryx_cloud.transfer_schedules { schedule_ids = { 301 }, to_person_id = 62 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "schedules",
	Changes:     []op.Change{op.Unsettles(schedule, "schedule_ids", "created_by", "creator"), op.Hides(schedule, "schedule_ids"), op.Stirs(transferredSchedule)},
}, func(ctx context.Context, c *client, in TransferSchedules) (op.None, error) {
	if err := some("schedule_ids", in.ScheduleIDs); err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "schedules", "transferOwnership"), Body: in}, nil)
})

var deleteSchedule = op.New(op.Operation{
	Name: "alteryx_cloud.delete_schedule",
	Doc: `Deletes a schedule.

list_schedules shows it no more at once, get_schedule may for a while. To pause one, use disable_schedule. Raises
not_found if there is no such schedule.`,
	Source:      spec + "DELETE /v4/schedules/{id}",
	Example:     `alteryx_cloud.delete_schedule { schedule_id = 301 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "schedule",
	Changes:     []op.Change{op.Removes(schedule, "schedule_id")},
}, func(ctx context.Context, c *client, in GetSchedule) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "schedules", in.ScheduleID)}, nil)
})
