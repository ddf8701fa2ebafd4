package alteryxcloud

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

var planAccessOperations = []*op.Operation{listPlanPeople, grantPlanAccess, revokePlanAccess}

var listPlanPeople = op.New(op.Operation{
	Name: "alteryx_cloud.list_plan_people",
	Doc: `Lists the people with whom a plan is shared.

All of them, in the vendor's order; there is no paging. Raises not_found if there is no such plan.`,
	Source:      spec + "GET /v4/plans/{id}/permissions",
	Example:     `for _, p in ipairs(alteryx_cloud.list_plan_people { plan_id = 41 }) do print(p.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "people of plan",
	Shows:       within(op.Blind(planShares, removedAssets), plan, "plan_id"),
}, func(ctx context.Context, c *client, in GetPlan) ([]Person, error) {
	return whole[Person](ctx, c.plain, rest.Path("v4", "plans", in.PlanID, "permissions"), nil)
})

// PlanPermission is a permission on a plan.
type PlanPermission struct {
	PersonID op.Opt[ID] `json:"personId,omitzero" lua:"person_id" doc:"Who has it."`
	Role     string     `json:"role" lua:"role" doc:"collaborator or readOnly."`
	Policy   string     `json:"policy" lua:"policy" doc:"plan_editor or plan_viewer."`
	Warning  op.Raw     `json:"warning,omitzero" lua:"warning" doc:"What could not be shared with it; absent if all could."`
	Extra    op.Extra   `json:",embed"`
}

// GrantPlanAccess is the input of alteryx_cloud.grant_plan_access.
type GrantPlanAccess struct {
	PlanID      ID                `json:"-" lua:"plan_id,required,key" doc:"Plan to share."`
	Permissions []GivenPermission `json:"data" lua:"permissions,required" doc:"Who gets what. Each needs a policy: plan_editor or plan_viewer."`
}

// That a repeat changes nothing is inferred.
var grantPlanAccess = op.New(op.Operation{
	Name: "alteryx_cloud.grant_plan_access",
	Doc: `Shares a plan with people.

Look at warning: what the plan uses may not be shared along. Raises not_found if there is no such plan, and invalid if a
policy is missing or the vendor refuses a value.`,
	Source:      spec + "POST /v4/plans/{id}/permissions",
	Example:     `alteryx_cloud.grant_plan_access { plan_id = 41, permissions = { { person_id = 62, role = "readOnly", policy = "plan_viewer" } } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "plan",
	Changes:     []op.Change{op.Hides(plan, "plan_id"), op.Stirs(planShares)},
}, func(ctx context.Context, c *client, in GrantPlanAccess) ([]PlanPermission, error) {
	if err := permitted(in.Permissions); err != nil {
		return nil, err
	}
	for _, p := range in.Permissions {
		if !p.Policy.Given {
			return nil, &op.Error{Kind: op.Invalid, Cause: "a permission on a plan wants a policy", Hint: "give plan_editor or plan_viewer"}
		}
	}
	var answer listOf[PlanPermission]
	err := send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "plans", in.PlanID, "permissions"), Body: in}, &answer)
	return answer.Items, err
})

// RevokePlanAccess is the input of alteryx_cloud.revoke_plan_access.
type RevokePlanAccess struct {
	PlanID    ID `json:"-" lua:"plan_id,required,key" doc:"Plan."`
	SubjectID ID `json:"-" lua:"subject_id,required" doc:"Person who loses it."`
}

var revokePlanAccess = op.New(op.Operation{
	Name: "alteryx_cloud.revoke_plan_access",
	Doc: `Stops sharing a plan with a person.

Raises not_found if it is not shared with them, or there is no such plan.`,
	Source:      spec + "DELETE /v4/plans/{id}/permissions/{subjectId}",
	Example:     `alteryx_cloud.revoke_plan_access { plan_id = 41, subject_id = 62 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "plan",
	Changes:     []op.Change{op.Hides(plan, "plan_id"), op.Stirs(planShares)},
}, func(ctx context.Context, c *client, in RevokePlanAccess) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "plans", in.PlanID, "permissions", in.SubjectID)}, nil)
})
