package alteryxcloud

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var planOperations = []*op.Operation{
	listPlans, getPlan, createPlan, updatePlan, deletePlan, listPlanSchedules, getPlanRunParameters, exportPlan, importPlan,
}

// Plan is a plan: tasks in an order.
type Plan struct {
	ID                    ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name                  string             `json:"name" lua:"name" doc:"Name."`
	Description           op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	NotificationsEnabled  op.Opt[bool]       `json:"notificationsEnabled,omitzero" lua:"notifications_enabled" doc:"Whether mail is sent about its runs."`
	OriginalPlanID        op.Opt[ID]         `json:"originalPlanId,omitzero" lua:"original_plan_id" doc:"Plan that it is a copy of; absent if of none."`
	Workspace             *Ref               `json:"workspace,omitzero" lua:"workspace" doc:"Its workspace."`
	Snapshotted           op.Opt[bool]       `json:"snapshotted,omitzero" lua:"snapshotted,noise" doc:"Whether it ran."`
	Creator               *Ref               `json:"creator,omitzero" lua:"creator" doc:"Who created it."`
	Updater               *Ref               `json:"updater,omitzero" lua:"updater,noise" doc:"Who changed it last."`
	PlanNodes             op.Raw             `json:"planNodes,omitzero" lua:"plan_nodes" doc:"Its tasks, as the vendor answers them; lists may leave them out."`
	LatestPlanSnapshotRun op.Raw             `json:"latestPlanSnapshotRun,omitzero" lua:"latest_plan_snapshot_run,noise" doc:"Its last run, as the vendor answers it."`
	PlanSnapshotRunCount  op.Opt[int64]      `json:"planSnapshotRunCount,omitzero" lua:"plan_snapshot_run_count,noise" doc:"How often it ran."`
	AssociatedPeople      op.Raw             `json:"associatedPeople,omitzero" lua:"associated_people,noise" doc:"Who has to do with it, as the vendor answers it; absent unless asked for."`
	CreatedAt             op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt             op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra                 op.Extra           `json:",embed"`
}

// ListPlans is the input of alteryx_cloud.list_plans.
type ListPlans struct {
	OwnershipFilter         string       `json:"ownershipFilter" lua:"ownership_filter" enum:"all shared owned" default:"all" doc:"Only plans that were shared with the caller, or that the caller owns."`
	IncludeAssociatedPeople op.Opt[bool] `json:"includeAssociatedPeople,omitzero" lua:"include_associated_people" default:"false" doc:"Adds who has to do with each."`
	Selection
}

var listPlans = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_plans",
	Doc: `Lists the plans that the caller can see.

All that match, in the order of sort.`,
	Source:      spec + "GET /v4/plans",
	Example:     `for p in iter(alteryx_cloud.list_plans, { ownership_filter = "owned" }) do print(p.id, p.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "plan",
	Shows:       unless(op.Many(plan, nil, "include_associated_people", "sort"), removedAssets, imports),
}, func(ctx context.Context, c *client, in ListPlans, cursor string) ([]Plan, string, error) {
	return page[Plan](ctx, c.plain, rest.Path("v4", "plans"), rest.Query(in), cursor)
})

// GetPlan is the input of operations that take one plan.
type GetPlan struct {
	PlanID ID `json:"-" lua:"plan_id,required,key" doc:"Plan."`
}

// GetFullPlan is the input of alteryx_cloud.get_plan.
type GetFullPlan struct {
	PlanID                  ID           `json:"-" lua:"plan_id,required,key" doc:"Plan to read."`
	IncludeAssociatedPeople op.Opt[bool] `json:"includeAssociatedPeople,omitzero" lua:"include_associated_people" default:"false" doc:"Adds who has to do with it."`
	IncludeCreatorInfo      op.Opt[bool] `json:"includeCreatorInfo,omitzero" lua:"include_creator_info" default:"false" doc:"Adds more about who created it."`
}

var getPlan = op.New(op.Operation{
	Name: "alteryx_cloud.get_plan",
	Doc: `Reads one plan in full.

Raises not_found if there is no such plan.`,
	Source:      spec + "GET /v4/plans/{id}/full",
	Example:     `print(alteryx_cloud.get_plan { plan_id = 41 }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "plan",
	Shows:       unless(&op.View{Entity: plan, By: "plan_id", Free: []string{"include_associated_people", "include_creator_info"}}, removedAssets),
}, func(ctx context.Context, c *client, in GetFullPlan) (p Plan, err error) {
	return p, c.plain.Get(ctx, rest.Path("v4", "plans", in.PlanID, "full"), rest.Query(in), &p)
})

// CreatePlan is the input of alteryx_cloud.create_plan.
type CreatePlan struct {
	Name           string         `json:"name" lua:"name,required,key" doc:"Name."`
	Description    op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	OriginalPlanID op.Opt[ID]     `json:"originalPlanId,omitzero" lua:"original_plan_id" doc:"Plan to copy. An empty plan is made if omitted."`
}

var createPlan = op.New(op.Operation{
	Name: "alteryx_cloud.create_plan",
	Doc: `Creates a plan, empty or as a copy of another.

Raises invalid if the vendor refuses a value, and not_found if there is no plan to copy.`,
	Source:  spec + "POST /v4/plans",
	Example: `local plan = alteryx_cloud.create_plan { name = "Nightly" }`,
	Effect:  op.Write,
	Object:  "plan",
	Shows:   op.Created(plan),
	Changes: []op.Change{op.Creates(plan, op.With{"plan_snapshot_run_count": op.Is(0), "latest_plan_snapshot_run": op.Is(nil), "original_plan_id": op.First(op.Arg("original_plan_id"), op.Is(nil))})},
	Inverse: op.Deletes("delete_plan", "plan_id", "id"),
}, func(ctx context.Context, c *client, in CreatePlan) (p Plan, err error) {
	return p, c.plain.Post(ctx, rest.Path("v4", "plans"), in, &p)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreatePlan, since time.Time) (p Plan, landed bool, err error) {
	list, err := all[Plan](ctx, c.plain, rest.Path("v4", "plans"), rest.Query(ListPlans{OwnershipFilter: "owned"}))
	if err != nil {
		return p, false, err
	}
	found, err := newest(list, since, func(p Plan) bool { return p.Name == in.Name }, func(p Plan) op.RFC3339 { return p.CreatedAt.Value })
	if err != nil {
		return p, false, err
	}
	return theOne(found, "plans called "+in.Name)
}))

// UpdatePlan is the input of alteryx_cloud.update_plan.
type UpdatePlan struct {
	PlanID               ID             `json:"-" lua:"plan_id,required,key" doc:"Plan to change."`
	Name                 op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Description          op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	NotificationsEnabled op.Opt[bool]   `json:"notificationsEnabled,omitzero" lua:"notifications_enabled" doc:"Whether mail is sent about its runs."`
}

var updatePlan = op.New(op.Operation{
	Name: "alteryx_cloud.update_plan",
	Doc: `Changes the given fields of a plan.

Only what is given is sent. Raises not_found if there is no such plan.`,
	Source:      spec + "PATCH /v4/plans/{id}",
	Example:     `alteryx_cloud.update_plan { plan_id = 41, notifications_enabled = false }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "plan",
	Shows:       op.One(plan, "plan_id"),
	Changes:     []op.Change{op.Sets(plan, "plan_id", nil), renames, op.When(func(a op.Args) bool { return a["name"] != nil }, op.Blurs(planRun, "plan"))},
	Inverse:     op.Restores("update_plan", "plan_id"),
}, func(ctx context.Context, c *client, in UpdatePlan) (p Plan, err error) {
	return p, c.plain.Patch(ctx, rest.Path("v4", "plans", in.PlanID), in, &p)
})

var deletePlan = op.New(op.Operation{
	Name: "alteryx_cloud.delete_plan",
	Doc: `Deletes a plan and its schedules.

Raises not_found if there is no such plan.`,
	Source:      spec + "DELETE /v4/plans/{id}",
	Example:     `alteryx_cloud.delete_plan { plan_id = 41 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "plan",
	Changes:     []op.Change{op.Removes(plan, "plan_id"), op.Stirs(deletedSchedules), op.Blurs(schedule, "tasks"), op.Blurs(planRun, "plan")},
}, func(ctx context.Context, c *client, in GetPlan) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "plans", in.PlanID)}, nil)
})

var listPlanSchedules = op.New(op.Operation{
	Name: "alteryx_cloud.list_plan_schedules",
	Doc: `Lists the schedules of a plan, whoever owns them.

All of them, in the vendor's order; there is no paging. For an offboarding this is the way to the schedules of somebody
else: list_schedules shows only the caller's own. Raises not_found if there is no such plan.`,
	Source:      spec + "GET /v4/plans/{id}/schedules",
	Example:     `for _, s in ipairs(alteryx_cloud.list_plan_schedules { plan_id = 41 }) do print(s.id, s.name, s.enabled) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schedules of plan",
	Shows:       within(op.Blind(schedule, removedAssets), plan, "plan_id"),
}, func(ctx context.Context, c *client, in GetPlan) ([]Schedule, error) {
	// Without a limit it may be a page; the document has none, and what the
	// vendor does not know it ignores.
	return whole[Schedule](ctx, c.plain, rest.Path("v4", "plans", in.PlanID, "schedules"), url.Values{"limit": {"1000"}})
})

var getPlanRunParameters = op.New(op.Operation{
	Name: "alteryx_cloud.get_plan_run_parameters",
	Doc: `Reads the parameters of a plan's runs, by its tasks.

What the vendor answers, as it comes. Raises not_found if there is no such plan.`,
	Source:      spec + "GET /v4/plans/{id}/runParameters",
	Example:     `output(alteryx_cloud.get_plan_run_parameters { plan_id = 41 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "run parameters of plan",
	Shows:       within(op.Blind(plan, flow, removedAssets, imports), plan, "plan_id"),
}, func(ctx context.Context, c *client, in GetPlan) (v op.Raw, err error) {
	return v, c.plain.Get(ctx, rest.Path("v4", "plans", in.PlanID, "runParameters"), nil, &v)
})

// ExportPlan is the input of alteryx_cloud.export_plan.
type ExportPlan struct {
	PlanID  ID     `json:"-" lua:"plan_id,required,key" doc:"Plan to export."`
	Comment string `json:"comment" lua:"comment" doc:"Comment that goes into the package."`
}

var exportPlan = op.New(op.Operation{
	Name: "alteryx_cloud.export_plan",
	Doc: `Exports a plan as a package: a zip file.

Raises not_found if there is no such plan, and limited above 20 a minute.`,
	Source:      spec + "GET /v4/plans/{id}/package",
	Example:     `local package = alteryx_cloud.export_plan { plan_id = 41 }.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "package of plan",
	Shows:       within(op.Blind(plan, flow, removedAssets, imports), plan, "plan_id"),
}, func(ctx context.Context, c *client, in ExportPlan) (Download, error) {
	return download(ctx, c.plain, rest.Path("v4", "plans", in.PlanID, "package"), rest.Query(in))
})

// ImportPlan is the input of alteryx_cloud.import_plan.
type ImportPlan struct {
	Content  []byte     `json:"-" lua:"content,required" doc:"Bytes of the package."`
	FileName string     `json:"-" lua:"file_name,key" default:"package.zip" doc:"Name of the file."`
	FolderID op.Opt[ID] `json:"folderId,omitzero" lua:"folder_id" doc:"Folder that its flows come into."`
}

// What is in a package the arguments do not say, so there is no probe. The
// shape of the answer is not documented.
var importPlan = op.New(op.Operation{
	Name: "alteryx_cloud.import_plan",
	Doc: `Imports a package of a plan.

Answers what the vendor does, as it comes: what was made, or which connections and environment parameters have to be
mapped first. Raises invalid if it is no package, and limited above 20 a minute.`,
	Source:  spec + "POST /v4/plans/package",
	Example: `alteryx_cloud.import_plan { content = package }`,
	Effect:  op.Write,
	Object:  "package of a plan",
	Changes: []op.Change{op.Stirs(imports)},
}, func(ctx context.Context, c *client, in ImportPlan) (v op.Raw, err error) {
	if err := filledPackage(in.Content); err != nil {
		return v, err
	}
	return v, upload(ctx, c.plain, rest.Path("v4", "plans", "package"), rest.Query(in), ImportFlow{FileName: in.FileName}.name(), in.Content, &v)
})
