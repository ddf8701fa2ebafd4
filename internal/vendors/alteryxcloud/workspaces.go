package alteryxcloud

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var workspaceOperations = []*op.Operation{
	listWorkspaces, getCurrentWorkspace, getWorkspace, createWorkspace,
	listWorkspaceSettings, updateWorkspaceSettings, resetWorkspaceSettings, getWorkspaceSettingsSchema,
}

// Workspace is a workspace.
type Workspace struct {
	ID              ID                 `json:"id" lua:"id,key" doc:"Id: the number that other calls take."`
	GID             op.Opt[string]     `json:"gid,omitzero" lua:"gid" doc:"Global id: a ULID, which paths do not take."`
	Name            op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	State           op.Opt[string]     `json:"state,omitzero" lua:"state" doc:"State: active, hidden or pending_purge."`
	Tier            op.Opt[string]     `json:"tier,omitzero" lua:"tier" doc:"Tier that was bought."`
	CustomURL       op.Opt[string]     `json:"custom_url,omitzero" lua:"custom_url" doc:"Own part of the address."`
	MaxUserNumber   op.Opt[int64]      `json:"max_user_number,omitzero" lua:"max_user_number" doc:"How many members it may have."`
	UserCount       op.Opt[int64]      `json:"userCount,omitzero" lua:"user_count,noise" doc:"How many members it has."`
	MemberCount     op.Opt[int64]      `json:"workspace_member_count,omitzero" lua:"workspace_member_count,noise" doc:"The same count, where the vendor answers it by this name."`
	WorkspaceTier   op.Opt[string]     `json:"workspace_tier,omitzero" lua:"workspace_tier" doc:"The tier, where the vendor answers it by this name."`
	WorkspaceTiers  op.Raw             `json:"workspacetiers,omitzero" lua:"workspacetiers" doc:"Its tiers, as the vendor answers them."`
	LastStateChange op.Opt[op.RFC3339] `json:"lastStateChange,omitzero" lua:"last_state_change,noise" doc:"When its state changed last."`
	CreatedAt       op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt       op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra           op.Extra           `json:",embed"`
}

// ListWorkspaces is the input of alteryx_cloud.list_workspaces.
type ListWorkspaces struct {
	AccountID string `json:"accountId" lua:"account_id" doc:"Only those of this account. All that the token sees if omitted."`
}

// The help page shows a bare array; another form is read as well.
var listWorkspaces = op.New(op.Operation{
	Name: "alteryx_cloud.list_workspaces",
	Doc: `Lists the workspaces that the caller can see.

All of them, in the vendor's order; there is no paging. A token acts in one of them only.`,
	Source:      "https://help.alteryx.com/aac/en/developer-help/get-started-with-alteryx-one-apis.html",
	Example:     `for _, w in ipairs(alteryx_cloud.list_workspaces {}) do print(w.id, w.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workspace",
	Shows:       unless(op.Many(workspace, nil), newWorkspaces),
}, func(ctx context.Context, c *client, in ListWorkspaces) ([]Workspace, error) {
	return whole[Workspace](ctx, c.plain, rest.Path("v4", "workspaces"), rest.Query(in))
})

// nothing is the input of operations that take nothing.
type nothing struct{}

var getCurrentWorkspace = op.New(op.Operation{
	Name: "alteryx_cloud.get_current_workspace",
	Doc: `Reads the workspace that the token is for.

Compare its id with the one that a runbook expects before anything is changed: see check_workspace.`,
	Source:      spec + "GET /v4/workspaces/current",
	Example:     `print(alteryx_cloud.get_current_workspace {}.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "current workspace",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, in nothing) (w Workspace, err error) {
	return w, c.plain.Get(ctx, rest.Path("v4", "workspaces", "current"), nil, &w)
})

// GetWorkspace is the input of alteryx_cloud.get_workspace.
type GetWorkspace struct {
	WorkspaceID ID `json:"-" lua:"workspace_id,required,key" doc:"Workspace to read: its number, not its gid."`
}

var getWorkspace = op.New(op.Operation{
	Name: "alteryx_cloud.get_workspace",
	Doc: `Reads one workspace.

Raises not_found if there is no such workspace, and denied if the token is for another one.`,
	Source:      live + "GET /v4/workspaces/{id}",
	Example:     `print(alteryx_cloud.get_workspace { workspace_id = 7 }.max_user_number)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workspace",
	Shows:       unless(op.One(workspace, "workspace_id"), newWorkspaces),
}, func(ctx context.Context, c *client, in GetWorkspace) (w Workspace, err error) {
	return w, c.plain.Get(ctx, rest.Path("v4", "workspaces", in.WorkspaceID), nil, &w)
})

// CreateWorkspace is the input of alteryx_cloud.create_workspace.
type CreateWorkspace struct {
	AccountID     string         `json:"-" lua:"account_id" doc:"Account that the workspace belongs to."`
	Name          string         `json:"name" lua:"name,required,key" doc:"Name."`
	Tier          op.Opt[string] `json:"tier,omitzero" lua:"tier" enum:"free pro none legacy standard premium standard-free starter professional professional_trial enterprise_cloud enterprise_cloud_trial starter22 professional22 enterprise_cloud22 enterprise_cloud22_trial looker_freemium platform_packaging" doc:"Tier."`
	State         op.Opt[string] `json:"state,omitzero" lua:"state" enum:"active hidden pending_purge" doc:"State."`
	CustomURL     op.Opt[string] `json:"custom_url,omitzero" lua:"custom_url" doc:"Own part of the address."`
	MaxUserNumber op.Opt[int64]  `json:"max_user_number,omitzero" lua:"max_user_number" doc:"How many members it may have."`
	EMRConfigID   op.Opt[int64]  `json:"emrConfigId,omitzero" lua:"emr_config_id" doc:"EMR configuration to use."`
}

var createWorkspace = op.New(op.Operation{
	Name: "alteryx_cloud.create_workspace",
	Doc: `Creates a workspace.

For administrators of the account. Raises denied for others, and invalid if the vendor refuses a value.`,
	Source:  spec + "POST /v4/workspaces",
	Example: `alteryx_cloud.create_workspace { account_id = "42", name = "Finance", tier = "enterprise_cloud22" }`,
	Effect:  op.Write,
	Object:  "workspace",
	Shows:   op.Created(workspace),
	// A token acts in its own workspace: whether it sees the new one is not known.
	Changes: []op.Change{op.Creates(workspace, nil), op.Stirs(newWorkspaces)},
}, func(ctx context.Context, c *client, in CreateWorkspace) (w Workspace, err error) {
	return w, c.plain.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("v4", "workspaces"), Query: rest.Query(ListWorkspaces{AccountID: in.AccountID}), Body: in,
	}, &w)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateWorkspace, since time.Time) (w Workspace, landed bool, err error) {
	list, err := whole[Workspace](ctx, c.plain, rest.Path("v4", "workspaces"), rest.Query(ListWorkspaces{AccountID: in.AccountID}))
	if err != nil {
		return w, false, err
	}
	found, err := newest(list, since, func(w Workspace) bool { return w.Name.Value == in.Name }, func(w Workspace) op.RFC3339 { return w.CreatedAt.Value })
	if err != nil {
		return w, false, err
	}
	return theOne(found, "workspaces called "+in.Name)
}))

// WorkspaceSetting is a setting of a workspace.
type WorkspaceSetting struct {
	Key   string   `json:"key" lua:"key,key" doc:"Name of the setting."`
	Value op.Raw   `json:"value" lua:"value" doc:"Its value; absent where the vendor's default holds."`
	Extra op.Extra `json:",embed"`
}

// ListWorkspaceSettings is the input of alteryx_cloud.list_workspace_settings.
type ListWorkspaceSettings struct {
	Key string `json:"key" lua:"key,key" doc:"Only this setting."`
}

var listWorkspaceSettings = op.New(op.Operation{
	Name: "alteryx_cloud.list_workspace_settings",
	Doc: `Lists the settings of the connection's workspace.

All of them, in the vendor's order. A setting without a value has the vendor's default.`,
	Source:      spec + "GET /v4/workspaces/{id}/configuration",
	Example:     `for _, s in ipairs(alteryx_cloud.list_workspace_settings {}) do print(s.key, s.value) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workspace setting",
	Shows:       op.Many(workspaceSetting, nil),
}, func(ctx context.Context, c *client, in ListWorkspaceSettings) ([]WorkspaceSetting, error) {
	return whole[WorkspaceSetting](ctx, c.plain, c.current("configuration"), rest.Query(in))
})

// GivenSetting is a setting and the value it shall have.
type GivenSetting struct {
	Key   string `json:"key" lua:"key,required" doc:"Name of the setting: one of get_workspace_settings_schema."`
	Value op.Raw `json:"value" lua:"value,required,nullable" doc:"Value; its type depends on the setting."`
}

// UpdateWorkspaceSettings is the input of alteryx_cloud.update_workspace_settings.
type UpdateWorkspaceSettings struct {
	Settings []GivenSetting `json:"configuration" lua:"settings,required" doc:"What to change. Settings that are not named stay as they are."`
}

// The shape of the answer is not documented; it is not needed.
var updateWorkspaceSettings = op.New(op.Operation{
	Name: "alteryx_cloud.update_workspace_settings",
	Doc: `Changes settings of the connection's workspace.

Raises invalid if there is no such setting or the value does not fit, and denied if the caller is no Workspace Admin.`,
	Source:      spec + "PATCH /v4/workspaces/{id}/configuration",
	Example:     `alteryx_cloud.update_workspace_settings { settings = { { key = "feature.scheduling", value = true } } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "workspace settings",
	Changes: []op.Change{func(s *op.Scene) {
		for _, item := range op.Values(s.Args["settings"]) {
			s.Do(op.Mutation{Entity: workspaceSetting, ID: op.Element(item, "key"), Act: op.ActSet, Field: "value", Value: member(item, "value")})
		}
	}},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		items := op.Values(u.Args["settings"])
		if len(items) != 1 || u.Before == nil {
			return "", nil, false // only the first is known as it was
		}
		key := op.Element(items[0], "key")
		if v := u.Before["value"]; v != nil {
			return "update_workspace_settings", op.Args{"settings": []any{map[string]any{"key": key, "value": op.Copy(v)}}}, true
		}
		return "reset_workspace_settings", op.Args{"keys": []any{key}}, true
	},
}, func(ctx context.Context, c *client, in UpdateWorkspaceSettings) (op.None, error) {
	if err := some("settings", in.Settings); err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodPatch, Path: c.current("configuration"), Body: in}, nil)
})

// member is a member of an object; nil if it is none, or has none.
func member(v any, name string) any {
	object, _ := v.(map[string]any)
	return object[name]
}

// ResetWorkspaceSettings is the input of alteryx_cloud.reset_workspace_settings.
type ResetWorkspaceSettings struct {
	Keys []string `json:"settings" lua:"keys,required" doc:"Names of the settings."`
}

// ResetSettings is the answer of alteryx_cloud.reset_workspace_settings.
type ResetSettings struct {
	NumberOfRowsDeleted int64    `json:"numberOfRowsDeleted" lua:"number_of_rows_deleted" doc:"How many settings had a value of their own."`
	Extra               op.Extra `json:",embed"`
}

var resetWorkspaceSettings = op.New(op.Operation{
	Name: "alteryx_cloud.reset_workspace_settings",
	Doc: `Gives settings of the connection's workspace the vendor's defaults again.

Raises denied if the caller is no Workspace Admin.`,
	Source:      spec + "POST /v4/workspaces/{id}/delete-configuration",
	Example:     `alteryx_cloud.reset_workspace_settings { keys = { "feature.scheduling" } }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "workspace settings",
	Changes: []op.Change{func(s *op.Scene) {
		for _, key := range op.Values(s.Args["keys"]) {
			s.Do(op.Mutation{Entity: workspaceSetting, ID: key, Act: op.ActSet, Field: "value"})
		}
	}},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		keys := op.Values(u.Args["keys"])
		if len(keys) != 1 || u.Before["value"] == nil {
			return "", nil, false
		}
		return "update_workspace_settings", op.Args{"settings": []any{map[string]any{"key": keys[0], "value": op.Copy(u.Before["value"])}}}, true
	},
}, func(ctx context.Context, c *client, in ResetWorkspaceSettings) (r ResetSettings, err error) {
	if err := some("keys", in.Keys); err != nil {
		return r, err
	}
	return r, send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: c.current("delete-configuration"), Body: in}, &r)
})

var getWorkspaceSettingsSchema = op.New(op.Operation{
	Name: "alteryx_cloud.get_workspace_settings_schema",
	Doc: `Reads which settings a workspace has.

What the vendor answers, as it comes.`,
	Source:      spec + "GET /v4/workspaces/{id}/configuration-schema",
	Example:     `output(alteryx_cloud.get_workspace_settings_schema {})`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workspace settings schema",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, in nothing) (v op.Raw, err error) {
	return v, c.plain.Get(ctx, c.current("configuration-schema"), url.Values{}, &v)
})
