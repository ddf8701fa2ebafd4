package alteryxcloud

import (
	"context"
	"net/http"
	"strings"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var flowOperations = []*op.Operation{
	listFlows, listLibraryFlows, getFlow, updateFlow, copyFlow, deleteFlow, grantFlowAccess,
}

// Flow is a flow.
type Flow struct {
	ID               ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name             op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	Description      op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	Folder           *Ref               `json:"folder,omitzero" lua:"folder" doc:"Folder that it is in; absent if in none."`
	Settings         op.Raw             `json:"settings,omitzero" lua:"settings" doc:"Settings, as the vendor answers them."`
	DefaultOutputDir op.Opt[string]     `json:"defaultOutputDir,omitzero" lua:"default_output_dir" doc:"Where its outputs go."`
	Creator          *Ref               `json:"creator,omitzero" lua:"creator" doc:"Who created it."`
	Updater          *Ref               `json:"updater,omitzero" lua:"updater,noise" doc:"Who changed it last."`
	Workspace        *Ref               `json:"workspace,omitzero" lua:"workspace" doc:"Its workspace."`
	CreatedAt        op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt        op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra            op.Extra           `json:",embed"`
}

// flows is a list of flows. How flows_filter selects is the caller's affair:
// with it the list is unknown once a flow was changed.
func flows(v *op.View) *op.View {
	v.Free = append(v.Free, "sort")
	return unless(v, removedAssets, imports, deletedFolders)
}

// ListFlows is the input of alteryx_cloud.list_flows.
type ListFlows struct {
	FolderID    op.Opt[ID] `json:"folderId,omitzero" lua:"folder_id" doc:"Only flows in this folder."`
	FlowsFilter string     `json:"flowsFilter" lua:"flows_filter" enum:"all shared owned" default:"all" doc:"Only flows that were shared with the caller, or that the caller owns."`
	Selection
}

var listFlows = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_flows",
	Doc: `Lists the flows that the caller can see.

All that match, in the order of sort.`,
	Source:      spec + "GET /v4/flows",
	Example:     `for f in iter(alteryx_cloud.list_flows, { flows_filter = "owned" }) do print(f.id, f.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "flow",
	Shows:       flows(op.Many(flow, nil)),
}, func(ctx context.Context, c *client, in ListFlows, cursor string) ([]Flow, string, error) {
	return page[Flow](ctx, c.plain, rest.Path("v4", "flows"), rest.Query(in), cursor)
})

// ListLibraryFlows is the input of alteryx_cloud.list_library_flows.
type ListLibraryFlows struct {
	FlowsFilter    string       `json:"flowsFilter" lua:"flows_filter" enum:"all shared owned forTransfer" default:"all" doc:"Which flows; forTransfer are those that transfer_assets would move."`
	ExcludeFolders op.Opt[bool] `json:"excludeFolders,omitzero" lua:"exclude_folders" default:"true" doc:"Leaves out folders, which the library lists among the flows."`
	Selection
}

// The vendor's default for excludeFolders is not documented: it is always said.
var listLibraryFlows = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_library_flows",
	Doc: `Lists the library of flows, as its page shows it.

All that match, in the order of sort. With flows_filter = "forTransfer" these are the flows of the caller that a
transfer would move: evidence for an offboarding.`,
	Source:      spec + "GET /v4/flowsLibrary",
	Example:     `for f in iter(alteryx_cloud.list_library_flows, { flows_filter = "forTransfer" }) do print(f.id, f.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "flow",
	Shows:       unless(flows(op.Many(flow, nil, "exclude_folders")), ownership, folder),
}, func(ctx context.Context, c *client, in ListLibraryFlows, cursor string) ([]Flow, string, error) {
	in.ExcludeFolders = op.Some(in.ExcludeFolders.Or(true))
	return page[Flow](ctx, c.plain, rest.Path("v4", "flowsLibrary"), rest.Query(in), cursor)
})

// GetFlow is the input of operations that take one flow.
type GetFlow struct {
	FlowID ID `json:"-" lua:"flow_id,required,key" doc:"Flow."`
}

var getFlow = op.New(op.Operation{
	Name: "alteryx_cloud.get_flow",
	Doc: `Reads one flow.

Raises not_found if there is no such flow.`,
	Source:      spec + "GET /v4/flows/{id}",
	Example:     `print(alteryx_cloud.get_flow { flow_id = 21 }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "flow",
	Shows:       unless(op.One(flow, "flow_id"), removedAssets, deletedFolders),
}, func(ctx context.Context, c *client, in GetFlow) (f Flow, err error) {
	return f, c.plain.Get(ctx, rest.Path("v4", "flows", in.FlowID), nil, &f)
})

// UpdateFlow is the input of alteryx_cloud.update_flow.
type UpdateFlow struct {
	FlowID      ID                        `json:"-" lua:"flow_id,required,key" doc:"Flow to change."`
	Name        op.Opt[string]            `json:"name,omitzero" lua:"name" doc:"Name."`
	Description op.Opt[string]            `json:"description,omitzero" lua:"description" doc:"Description."`
	FolderID    op.Opt[ID]                `json:"folderId,omitzero" lua:"folder_id" doc:"Folder to move it to."`
	Settings    op.Opt[map[string]op.Raw] `json:"settings,omitzero" lua:"settings" doc:"Settings."`
}

// Changed is what the vendor answers to some changes.
type Changed struct {
	ID        ID                 `json:"id" lua:"id" doc:"Id."`
	Updater   *Ref               `json:"updater,omitzero" lua:"updater" doc:"Who changed it."`
	UpdatedAt op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at" doc:"When it was changed."`
	Extra     op.Extra           `json:",embed"`
}

// A PUT is answered 403.
var updateFlow = op.New(op.Operation{
	Name: "alteryx_cloud.update_flow",
	Doc: `Changes the given fields of a flow: its name, its folder, its settings.

Only what is given is sent. Raises not_found if there is no such flow.`,
	Source:      spec + "PATCH /v4/flows/{id}",
	Example:     `alteryx_cloud.update_flow { flow_id = 21, name = "Daily close" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "flow",
	Shows:       op.One(flow, "flow_id"),
	Changes: []op.Change{op.Sets(flow, "flow_id", op.With{
		"folder": refTo("folder_id"), "settings": op.If(op.Vague(), "settings"),
	}), renames},
	Inverse: restores("update_flow", "flow_id", "folder_id", "settings"),
}, func(ctx context.Context, c *client, in UpdateFlow) (x Changed, err error) {
	x.ID = in.FlowID
	return x, send(ctx, c.plain, rest.Request{Method: http.MethodPatch, Path: rest.Path("v4", "flows", in.FlowID), Body: in}, &x)
})

// CopyFlow is the input of alteryx_cloud.copy_flow.
type CopyFlow struct {
	FlowID          ID             `json:"-" lua:"flow_id,required,key" doc:"Flow to copy."`
	Name            op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name of the copy. The vendor makes one up if omitted."`
	Description     op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description of the copy."`
	CopyDatasources op.Opt[bool]   `json:"copyDatasources,omitzero" lua:"copy_datasources" default:"false" doc:"Copies what it reads from, too."`
}

var copyFlow = op.New(op.Operation{
	Name: "alteryx_cloud.copy_flow",
	Doc: `Copies a flow.

The copy is the caller's. Answers the copy. Raises not_found if there is no such flow.`,
	Source:  spec + "POST /v4/flows/{id}/copy",
	Example: `local copy = alteryx_cloud.copy_flow { flow_id = 21, name = "Daily close (test)" }`,
	Effect:  op.Write,
	Object:  "copy of flow",
	Shows:   op.Created(flow),
	Changes: []op.Change{op.Creates(flow, nil)},
	Inverse: op.Deletes("delete_flow", "flow_id", "id"),
}, func(ctx context.Context, c *client, in CopyFlow) (f Flow, err error) {
	return f, c.plain.Post(ctx, rest.Path("v4", "flows", in.FlowID, "copy"), in, &f)
}, op.Probe(settle, func(ctx context.Context, c *client, in CopyFlow, since time.Time) (f Flow, landed bool, err error) {
	wanted := in.Name.Value
	if !in.Name.Given {
		// The vendor makes up a name from that of the flow, in words that it does
		// not document: what begins or ends with it may be the copy.
		var original Flow
		if err := c.plain.Get(ctx, rest.Path("v4", "flows", in.FlowID), nil, &original); err != nil {
			return f, false, err
		}
		wanted = original.Name.Value
	}
	list, err := all[Flow](ctx, c.plain, rest.Path("v4", "flows"), rest.Query(ListFlows{FlowsFilter: "owned"}))
	if err != nil {
		return f, false, err
	}
	found, err := newest(list, since, func(f Flow) bool {
		return f.ID != in.FlowID && (f.Name.Value == wanted || !in.Name.Given && strings.Contains(f.Name.Value, wanted))
	}, func(f Flow) op.RFC3339 { return f.CreatedAt.Value })
	if err != nil {
		return f, false, err
	}
	return theOne(found, "copies of the flow")
}))

var deleteFlow = op.New(op.Operation{
	Name: "alteryx_cloud.delete_flow",
	Doc: `Deletes a flow.

Raises not_found if there is no such flow.`,
	Source:      spec + "DELETE /v4/flows/{id}",
	Example:     `alteryx_cloud.delete_flow { flow_id = 21 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "flow",
	Changes:     []op.Change{op.Removes(flow, "flow_id"), op.Blurs(schedule, "tasks")},
}, func(ctx context.Context, c *client, in GetFlow) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "flows", in.FlowID)}, nil)
})

// FlowPermission is a permission on a flow.
type FlowPermission struct {
	Role   string   `json:"role" lua:"role" doc:"owner, collaborator or readOnly."`
	Person *Ref     `json:"person,omitzero" lua:"person" doc:"Who has it."`
	Flow   *Ref     `json:"flow,omitzero" lua:"flow" doc:"The flow."`
	Extra  op.Extra `json:",embed"`
}

// GivenPermission is a permission to be given.
type GivenPermission struct {
	PersonID op.Opt[ID]     `json:"personId,omitzero" lua:"person_id" doc:"Who gets it; or email."`
	Email    op.Opt[string] `json:"email,omitzero" lua:"email" doc:"Address of who gets it."`
	Role     string         `json:"role" lua:"role,required" enum:"collaborator readOnly" doc:"Role."`
	Policy   op.Opt[string] `json:"policy,omitzero" lua:"policy" doc:"Policy, like flow_editor or plan_viewer."`
}

// permitted refuses permissions for nobody, or for two at once.
func permitted(list []GivenPermission) error {
	if err := some("permissions", list); err != nil {
		return err
	}
	for _, p := range list {
		if p.PersonID.Given == p.Email.Given {
			return &op.Error{Kind: op.Invalid, Cause: "a permission wants either person_id or email", Hint: "give one of them"}
		}
	}
	return nil
}

// GrantFlowAccess is the input of alteryx_cloud.grant_flow_access.
type GrantFlowAccess struct {
	FlowID      ID                `json:"-" lua:"flow_id,required,key" doc:"Flow to share."`
	Permissions []GivenPermission `json:"data" lua:"permissions,required" doc:"Who gets what."`
}

// No read shows with whom a flow is shared: GET is answered 403.
var grantFlowAccess = op.New(op.Operation{
	Name: "alteryx_cloud.grant_flow_access",
	Doc: `Shares a flow with people.

No call tells with whom a flow is shared, or stops sharing it. Raises not_found if there is no such flow, and invalid if
the vendor refuses a value.`,
	Source:      spec + "POST /v4/flows/{id}/permissions",
	Example:     `alteryx_cloud.grant_flow_access { flow_id = 21, permissions = { { email = "lin@example.com", role = "collaborator" } } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "flow",
	Changes:     []op.Change{op.Hides(flow, "flow_id")},
}, func(ctx context.Context, c *client, in GrantFlowAccess) ([]FlowPermission, error) {
	if err := permitted(in.Permissions); err != nil {
		return nil, err
	}
	var answer listOf[FlowPermission]
	err := send(ctx, c.plain, rest.Request{Method: http.MethodPost, Path: rest.Path("v4", "flows", in.FlowID, "permissions"), Body: in}, &answer)
	return answer.Items, err
})
