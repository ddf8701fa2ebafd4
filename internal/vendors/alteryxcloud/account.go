package alteryxcloud

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

var accountOperations = []*op.Operation{
	getAuthStatus, getOpenAPISpec, getBillingAccount, exportUsage,
}

// AuthStatus says whether a token is good.
type AuthStatus struct {
	Body    string   `json:"body" lua:"body" doc:"OK or Unauthorized."`
	Headers op.Raw   `json:"headers,omitzero" lua:"headers" doc:"What the vendor makes of the token, as it comes."`
	Extra   op.Extra `json:",embed"`
}

// GetAuthStatus is the input of alteryx_cloud.get_auth_status.
type GetAuthStatus struct {
	WorkspaceID   op.Opt[ID] `lua:"workspace_id" doc:"Workspace to check the token against."`
	WorkspaceName string     `lua:"workspace_name" doc:"The same by its name."`
}

var getAuthStatus = op.New(op.Operation{
	Name: "alteryx_cloud.get_auth_status",
	Doc: `Tells whether the token is good.

Raises unauthenticated if it is not.`,
	Source:      spec + "GET /v4/auth",
	Example:     `print(alteryx_cloud.get_auth_status {}.body)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "token",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, in GetAuthStatus) (s AuthStatus, err error) {
	h := http.Header{}
	if in.WorkspaceID.Given {
		h.Set("X-Trifacta-Workspace-Id", written([]ID{in.WorkspaceID.Value})[0])
	}
	if in.WorkspaceName != "" {
		h.Set("X-Trifacta-Workspace-Name", in.WorkspaceName)
	}
	return s, c.plain.JSON(ctx, rest.Request{Method: http.MethodGet, Path: rest.Path("v4", "auth"), Header: h}, &s)
})

var getOpenAPISpec = op.New(op.Operation{
	Name: "alteryx_cloud.get_open_api_spec",
	Doc: `Reads the tenant's own OpenAPI document.

It lists all operations, also those that the tenant has not bought.`,
	Source:      spec + "GET /v4/open-api-spec",
	Example:     `print(alteryx_cloud.get_open_api_spec {}.info.version)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "OpenAPI document",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, in nothing) (v op.Raw, err error) {
	return v, c.plain.Get(ctx, rest.Path("v4", "open-api-spec"), nil, &v)
})

// BillingAccount is the account that a token belongs to.
type BillingAccount struct {
	Name       string      `json:"name" lua:"name" doc:"Name."`
	Workspaces []Workspace `json:"workspaces" lua:"workspaces" doc:"Its workspaces."`
	Extra      op.Extra    `json:",embed"`
}

var getBillingAccount = op.New(op.Operation{
	Name: "alteryx_cloud.get_billing_account",
	Doc: `Reads the account of the token, with its workspaces.

Raises denied if the caller may not see it.`,
	Source:      field + "GET /billing/v1/my/billing-accounts/current",
	Example:     `for _, w in ipairs(alteryx_cloud.get_billing_account {}.workspaces) do print(w.id, w.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "account",
	Shows:       op.Blind(workspace, newWorkspaces),
}, func(ctx context.Context, c *client, in nothing) (a BillingAccount, err error) {
	var answer dataOf[BillingAccount]
	err = c.api.Get(ctx, rest.Path("billing", "v1", "my", "billing-accounts", "current"), nil, &answer)
	return answer.Value, err
})

var exportUsage = op.New(op.Operation{
	Name: "alteryx_cloud.export_usage",
	Doc: `Exports the usage of the account as a file.

For administrators of the account. Raises denied for others.`,
	Source:      field + "GET /billing/v1/usage/export",
	Example:     `local file = alteryx_cloud.export_usage {}.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "usage",
	Shows:       op.Blind(runs, jobGroup),
}, func(ctx context.Context, c *client, in nothing) (Download, error) {
	return download(ctx, c.api, rest.Path("billing", "v1", "usage", "export"), nil)
})
