package atscale

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const groupsPage = reference + "I2024.1.2/api-ref/group"

var groupOperations = []*op.Operation{listGroups, createGroup, updateGroup, deleteGroup}

// Group is a group of users. No call is known that tells or changes who is in
// it.
type Group struct {
	ID            string        `json:"ID" lua:"id,key" doc:"Id."`
	Name          string        `json:"Name" lua:"name" doc:"Name."`
	OrgID         string        `json:"OrgID" lua:"org_id" doc:"Organization it belongs to."`
	NumberOfUsers op.Opt[int64] `json:"NumberOfUsers,omitzero" lua:"number_of_users,noise" doc:"How many users are in it; absent in the answer to create_group."`
	Extra         op.Extra      `json:",embed"`
}

func (c *client) groups(ctx context.Context, org string) ([]Group, error) {
	list := under[Group]("groups")
	err := c.account.Get(ctx, rest.Path("api", "1.0", "org", org, "groups"), nil, list)
	return list.items, err
}

var listGroups = op.New(op.Operation{
	Name: "atscale.list_groups",
	Doc: `Lists the groups of an organization.

In the vendor's order; there is no paging. Installer edition.
Raises not_found if there is no such organization, and denied if the connection's user may not administer it.`,
	Source:      groupsPage,
	Example:     `for _, g in ipairs(atscale.list_groups {}) do print(g.name, g.number_of_users) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "group",
	Shows:       ofOrganization(op.Many(group, nil)),
}, installer(func(ctx context.Context, c *client, args InOrganization) ([]Group, error) {
	return c.groups(ctx, c.organization(args.OrgID))
}))

// CreateGroup is the input of atscale.create_group.
type CreateGroup struct {
	Name string `json:"name" lua:"name,required,key" doc:"Name."`
}

// That a name is there once is unconfirmed; the probe goes by it.
var createGroup = op.New(op.Operation{
	Name: "atscale.create_group",
	Doc: `Creates a group.

Installer edition. Raises denied if the connection's user may not administer the organization.`,
	Source:  groupsPage,
	Example: `local id = atscale.create_group { name = "Finance" }.id`,
	Effect:  op.Write,
	Object:  "group",
	Shows:   op.Created(group),
	Changes: []op.Change{op.Creates(group, op.With{"number_of_users": op.Vague()})},
	Inverse: op.Deletes("delete_group", "group_id", "id"),
}, installer(func(ctx context.Context, c *client, args CreateGroup) (g Group, err error) {
	return g, c.account.Post(ctx, c.ofOrg("groups"), args, in(&g))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateGroup, _ time.Time) (g Group, landed bool, err error) {
	list, err := c.groups(ctx, c.org)
	if err != nil {
		return g, false, err
	}
	var found []Group
	for _, g := range list {
		if g.Name == args.Name {
			found = append(found, g)
		}
	}
	return theOne(found, "group "+args.Name)
}))

// UpdateGroup is the input of atscale.update_group.
type UpdateGroup struct {
	GroupID string `json:"-" lua:"group_id,required,key" doc:"Group to change."`
	Name    string `json:"name" lua:"name,required" doc:"New name."`
}

// That the body has the field of create_group is unconfirmed.
var updateGroup = op.New(op.Operation{
	Name: "atscale.update_group",
	Doc: `Renames a group.

Installer edition. Raises not_found if there is no such group, and denied if the connection's user may not administer
the organization.`,
	Source:      groupsPage,
	Example:     `atscale.update_group { group_id = group.id, name = "Finance and Risk" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "group",
	Changes:     []op.Change{op.Sets(group, "group_id", nil)},
	Inverse:     op.Restores("update_group", "group_id"),
}, installer(func(ctx context.Context, c *client, args UpdateGroup) (op.None, error) {
	return op.None{}, c.account.Post(ctx, c.ofOrg("groups", args.GroupID), args, nil)
}))

// DeleteGroup is the input of atscale.delete_group.
type DeleteGroup struct {
	GroupID string `json:"-" lua:"group_id,required,key" doc:"Group to delete."`
}

// That the method is DELETE is inferred from a heading, "Update & Delete".
var deleteGroup = op.New(op.Operation{
	Name: "atscale.delete_group",
	Doc: `Deletes a group.

Its users stay. Installer edition. Raises not_found if there is no such group, and denied if the connection's user may
not administer the organization.`,
	Source:      groupsPage,
	Example:     `atscale.delete_group { group_id = group.id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "group",
	Changes:     []op.Change{op.Removes(group, "group_id"), op.Stirs(deletedPrincipals)},
}, installer(func(ctx context.Context, c *client, args DeleteGroup) (op.None, error) {
	return op.None{}, c.account.Delete(ctx, c.ofOrg("groups", args.GroupID), nil, nil)
}))
