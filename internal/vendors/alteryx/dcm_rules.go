package alteryx

import (
	"context"
	"fmt"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// Connection handling rules make workflows that name one DCM connection run
// with another: so that what was built against a test database runs against
// the production one. All operations want a Curator, all a Server with TLS.

var dcmRuleOperations = []*op.Operation{
	listDCMHandlingRules, getDCMHandlingRule, createDCMHandlingRule, updateDCMHandlingRule, deleteDCMHandlingRule,
}

// DCMHandlingRule replaces one DCM connection by another when workflows run.
type DCMHandlingRule struct {
	ID                    string     `json:"id" lua:"id,key" doc:"Id: a GUID."`
	SourceConnectionID    string     `json:"sourceConnectionId" lua:"source_connection_id" doc:"Connection id that stands in the workflow."`
	SourceConnectionTitle string     `json:"sourceConnectionTitle" lua:"source_connection_title" doc:"Title of that connection."`
	TargetConnectionID    string     `json:"targetConnectionId" lua:"target_connection_id" doc:"Connection id that is used in its place; \"\" if none is set."`
	TargetConnectionTitle string     `json:"targetConnectionTitle" lua:"target_connection_title" doc:"Title of that connection."`
	CreatedBy             DCMUser    `json:"createdBy" lua:"created_by" doc:"Who created the rule."`
	CreatedOn             op.RFC3339 `json:"createdOn" lua:"created_on" doc:"When the rule was created."`
	LastChangedOn         op.RFC3339 `json:"lastChangedOn" lua:"last_changed_on,noise" doc:"When the rule was last changed."`
	Extra                 op.Extra   `json:",embed"`
}

// ListDCMHandlingRules is the input of alteryx.list_dcm_handling_rules.
type ListDCMHandlingRules struct{}

// The swagger declares one object, and says list: both are read.
var listDCMHandlingRules = op.New(op.Operation{
	Name: "alteryx.list_dcm_handling_rules",
	Doc: `Lists the rules that replace one DCM connection by another when workflows run.

All of them, in the Server's order; there is no paging. Raises denied if the connection's user is not a Curator.`,
	Source:      dcmPage,
	Example:     `for _, r in ipairs(alteryx.list_dcm_handling_rules()) do print(r.source_connection_title, r.target_connection_title) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "DCM handling rule",
	Shows:       op.Many(dcmRule, nil),
}, func(ctx context.Context, c *client, _ ListDCMHandlingRules) ([]DCMHandlingRule, error) {
	return c.dcmHandlingRules(ctx)
})

func (c *client) dcmHandlingRules(ctx context.Context) (rules oneOrMany[DCMHandlingRule], err error) {
	return rules, c.Get(ctx, rest.Path("v3", "dcm", "admin", "connectionhandlingrules"), nil, &rules)
}

// GetDCMHandlingRule is the input of alteryx.get_dcm_handling_rule.
type GetDCMHandlingRule struct {
	ID string `json:"-" lua:"id,required,key" doc:"Rule to read."`
}

var getDCMHandlingRule = op.New(op.Operation{
	Name: "alteryx.get_dcm_handling_rule",
	Doc: `Reads one rule that replaces a DCM connection by another.

Raises not_found if there is no such rule, and denied if the connection's user is not a Curator.`,
	Source:      dcmPage,
	Example:     `print(alteryx.get_dcm_handling_rule { id = "7a1d0c52-4a8e-4c0e-9d3b-5f1f6d1f0a11" }.target_connection_title)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "DCM handling rule",
	Shows:       op.One(dcmRule, "id"),
}, func(ctx context.Context, c *client, in GetDCMHandlingRule) (DCMHandlingRule, error) {
	return c.dcmHandlingRule(ctx, in.ID)
})

func (c *client) dcmHandlingRule(ctx context.Context, id string) (r DCMHandlingRule, err error) {
	return r, c.Get(ctx, rest.Path("v3", "dcm", "admin", "connectionhandlingrules", id), nil, &r)
}

// CreateDCMHandlingRule is the input of alteryx.create_dcm_handling_rule.
type CreateDCMHandlingRule struct {
	SourceConnectionID    string         `json:"sourceConnectionId" lua:"source_connection_id,required,key" doc:"Connection id that stands in workflows."`
	SourceConnectionTitle op.Opt[string] `json:"sourceConnectionTitle,omitzero" lua:"source_connection_title" doc:"Title of that connection, for people."`
	TargetConnectionID    op.Opt[string] `json:"targetConnectionId,omitzero" lua:"target_connection_id" doc:"Connection id to use in its place. None if omitted."`
	TargetConnectionTitle op.Opt[string] `json:"targetConnectionTitle,omitzero" lua:"target_connection_title" doc:"Title of that connection, for people."`
}

// What a rule without a target does is not documented. Two rules for the same
// source and target, made in the same minutes, cannot be told apart: they
// raise in_doubt.
var createDCMHandlingRule = op.New(op.Operation{
	Name: "alteryx.create_dcm_handling_rule",
	Doc: `Creates a rule that replaces one DCM connection by another when workflows run.

Whoever runs a workflow needs access to the target.
Raises invalid if the Server refuses a value, and denied if the connection's user is not a Curator.`,
	Source:  dcmPage,
	Example: `alteryx.create_dcm_handling_rule { source_connection_id = "c.cid.123b5925-e1e5-4568-a2cc-83c74eee8a6e", target_connection_id = "c.cid.456936dd-d0fd-4498-bc74-e550ea6a22c6" }`,
	Effect:  op.Write,
	Object:  "DCM handling rule",
	Inverse: op.Deletes("delete_dcm_handling_rule", "id", "id"),
	Shows:   op.Created(dcmRule),
	Changes: []op.Change{op.Creates(dcmRule, op.With{"target_connection_id": orEmpty("target_connection_id")})},
}, func(ctx context.Context, c *client, in CreateDCMHandlingRule) (r DCMHandlingRule, err error) {
	if err := rest.Filled("source_connection_id", in.SourceConnectionID); err != nil {
		return r, err
	}
	return r, c.Post(ctx, rest.Path("v3", "dcm", "admin", "connectionhandlingrules"), in, &r)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateDCMHandlingRule, since time.Time) (DCMHandlingRule, bool, error) {
	rules, err := c.dcmHandlingRules(ctx)
	if err != nil {
		return DCMHandlingRule{}, false, err
	}
	var made []DCMHandlingRule
	for _, r := range rules {
		if r.SourceConnectionID != in.SourceConnectionID || r.TargetConnectionID != in.TargetConnectionID.Or("") {
			continue
		}
		recent, err := madeSince(r.CreatedOn, since)
		if err != nil {
			return r, false, err
		}
		if recent {
			made = append(made, r)
		}
	}
	return theOne(made, fmt.Sprintf("DCM handling rule for %q", in.SourceConnectionID))
}))

// UpdateDCMHandlingRule is the input of alteryx.update_dcm_handling_rule.
type UpdateDCMHandlingRule struct {
	ID                    string         `json:"-" lua:"id,required,key" doc:"Rule to change."`
	SourceConnectionID    op.Opt[string] `json:"sourceConnectionId,omitzero" lua:"source_connection_id" doc:"Connection id that stands in workflows."`
	SourceConnectionTitle op.Opt[string] `json:"sourceConnectionTitle,omitzero" lua:"source_connection_title" doc:"Title of that connection, for people."`
	TargetConnectionID    op.Opt[string] `json:"targetConnectionId,omitzero" lua:"target_connection_id" doc:"Connection id to use in its place."`
	TargetConnectionTitle op.Opt[string] `json:"targetConnectionTitle,omitzero" lua:"target_connection_title" doc:"Title of that connection, for people."`
}

// dcmHandlingRuleContract is DCMEConnectionHandlingRuleContract without what
// the Server itself writes. It wants the source only; what becomes of the rest
// if it is left out is not documented, so it is sent.
var dcmHandlingRuleContract = map[string]string{
	"id": "", "sourceConnectionId": "", "sourceConnectionTitle": "", "targetConnectionId": "", "targetConnectionTitle": "",
}

var updateDCMHandlingRule = op.New(op.Operation{
	Name: "alteryx.update_dcm_handling_rule",
	Doc: `Changes the given fields of a rule that replaces one DCM connection by another.

The rule is read first and the fields that are not given are sent as they are.
Raises not_found if there is no such rule, invalid if the Server refuses a value, and denied if the connection's user is
not a Curator.`,
	Source:      dcmPage,
	Example:     `alteryx.update_dcm_handling_rule { id = "7a1d0c52-4a8e-4c0e-9d3b-5f1f6d1f0a11", target_connection_id = "c.cid.456936dd-d0fd-4498-bc74-e550ea6a22c6" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "DCM handling rule",
	Shows:       op.One(dcmRule, "id"),
	Changes:     []op.Change{op.Sets(dcmRule, "id", nil)},
}, func(ctx context.Context, c *client, in UpdateDCMHandlingRule) (r DCMHandlingRule, err error) {
	now, err := c.dcmHandlingRule(ctx, in.ID)
	if err != nil {
		return r, err
	}
	body, err := merge(now, in, dcmHandlingRuleContract)
	if err != nil {
		return r, err
	}
	return r, c.Post(ctx, rest.Path("v3", "dcm", "admin", "connectionhandlingrules"), body, &r)
})

// DeleteDCMHandlingRule is the input of alteryx.delete_dcm_handling_rule.
type DeleteDCMHandlingRule struct {
	ID string `json:"-" lua:"id,required,key" doc:"Rule to delete."`
}

var deleteDCMHandlingRule = op.New(op.Operation{
	Name: "alteryx.delete_dcm_handling_rule",
	Doc: `Deletes a rule that replaces one DCM connection by another.

Workflows run with the connection that they name again.
Raises not_found if there is no such rule, and denied if the connection's user is not a Curator.`,
	Source:      dcmPage,
	Example:     `alteryx.delete_dcm_handling_rule { id = "7a1d0c52-4a8e-4c0e-9d3b-5f1f6d1f0a11" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "DCM handling rule",
	Changes:     []op.Change{op.Removes(dcmRule, "id")},
}, func(ctx context.Context, c *client, in DeleteDCMHandlingRule) (d DeletedDCMObject, err error) {
	return d, c.Delete(ctx, rest.Path("v3", "dcm", "admin", "connectionhandlingrules", in.ID), nil, &d)
})
