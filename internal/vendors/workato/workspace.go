package workato

import (
	"context"

	"runner/internal/op"
	"runner/internal/rest"
)

var workspaceOperations = []*op.Operation{getWorkspace}

// Workspace is where the token leads.
type Workspace struct {
	ID                        Int                `json:"id" lua:"id,key" doc:"Id of the workspace."`
	Name                      op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name of the workspace."`
	Email                     op.Opt[string]     `json:"email,omitzero" lua:"email" doc:"E-mail address of its owner."`
	CompanyName               op.Opt[string]     `json:"company_name,omitzero" lua:"company_name" doc:"Company."`
	Location                  op.Opt[string]     `json:"location,omitzero" lua:"location" doc:"Location."`
	PlanID                    op.Opt[ID]         `json:"plan_id,omitzero" lua:"plan_id" doc:"Plan."`
	RootFolderID              op.Opt[Int]        `json:"root_folder_id,omitzero" lua:"root_folder_id" doc:"Folder above all others."`
	RecipesCount              op.Opt[Int]        `json:"recipes_count,omitzero" lua:"recipes_count,noise" doc:"How many recipes there are."`
	ActiveRecipesCount        op.Opt[Int]        `json:"active_recipes_count,omitzero" lua:"active_recipes_count,noise" doc:"How many recipes run."`
	CurrentBillingPeriodStart op.Opt[op.RFC3339] `json:"current_billing_period_start,omitzero" lua:"current_billing_period_start" doc:"First moment of the billing period."`
	CurrentBillingPeriodEnd   op.Opt[op.RFC3339] `json:"current_billing_period_end,omitzero" lua:"current_billing_period_end" doc:"Last moment of the billing period."`
	CreatedAt                 op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	LastSeen                  op.Opt[op.RFC3339] `json:"last_seen,omitzero" lua:"last_seen,noise" doc:"When it was used last."`
	Extra                     op.Extra           `json:",embed"`
}

var getWorkspace = op.New(op.Operation{
	Name: "workato.get_workspace",
	Doc: `Reads the workspace that the token leads to.

It needs a client of the DEV environment whose role may get workspace details, so a refusal does not prove that the
token is dead. Raises unauthenticated if the client may not.`,
	Source:      "https://docs.workato.com/workato-api/users.html",
	Example:     `print(workato.get_workspace {}.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workspace",
	Shows:       op.Blind(recipe, content), // it counts recipes
}, func(ctx context.Context, c *client, _ struct{}) (w Workspace, err error) {
	return w, c.get(ctx, rest.Path("users", "me"), nil, &w)
})
