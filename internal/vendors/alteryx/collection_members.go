package alteryx

import (
	"context"
	"slices"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file puts users, user groups, schedules and workflows into collections
// and takes them out.
//
// What a second add answers is not documented, so adds are not sent again
// without a look. Memberships have no dates: a probe cannot tell a member that
// the call added from one that was there before, whose permissions then are
// still the old ones.
//
// Presumed, because the vendor does not say: a second remove answers 404; a
// flag that is left out is false, so all six are always sent; access without an
// expiration date does not end.

var collectionMemberOperations = []*op.Operation{
	addCollectionUser, updateCollectionUser, removeCollectionUser,
	addCollectionUserGroup, updateCollectionUserGroup, removeCollectionUserGroup,
	addCollectionSchedule, removeCollectionSchedule,
	addCollectionWorkflow, removeCollectionWorkflow,
}

// addToCollection sends body, whose id names what is added.
func addToCollection(ctx context.Context, c *client, collection, kind, argument, id string, body any) (col Collection, err error) {
	if err := rest.Filled(argument, id); err != nil {
		return col, err
	}
	return col, c.Post(ctx, rest.Path("v3", "collections", collection, kind), body, &col)
}

func removeFromCollection(ctx context.Context, c *client, collection, kind, id string) (col Collection, err error) {
	err = c.Delete(ctx, rest.Path("v3", "collections", collection, kind, id), nil, &col)
	if err != nil || col.ID != "" {
		return col, err
	}
	return readCollection(ctx, c, collection) // the answer was lost, and the second says only that it is done
}

// setPermissions replaces what a member may do.
func setPermissions(ctx context.Context, c *client, collection, kind, id string, body any) (col Collection, err error) {
	return col, c.Put(ctx, rest.Path("v3", "collections", collection, kind, id, "permissions"), body, &col)
}

// AddCollectionUser is the input of alteryx.add_collection_user.
type AddCollectionUser struct {
	CollectionID string                `json:"-" lua:"collection_id,required,key" doc:"Collection to let the user into."`
	UserID       string                `json:"userId" lua:"user_id,required" doc:"User who gets access."`
	Expiration   op.RFC3339            `json:"expirationDate,omitzero" lua:"expiration_date" doc:"When the access ends. Never if omitted."`
	Permissions  CollectionPermissions `json:"collectionsPermissions" lua:"permissions" doc:"What the user may do; only see and run what is in it if omitted."`
}

var addCollectionUser = op.New(op.Operation{
	Name: "alteryx.add_collection_user",
	Doc: `Gives a user access to a collection.

Answers the collection as it is then. To change what a user may do who has access already, use update_collection_user.
Raises not_found if there is no such collection or user, and invalid if the Server refuses a value.`,
	Source:  collectionsPage,
	Example: `alteryx.add_collection_user { collection_id = "61d57bea3c15317e1a482070", user_id = "61d57bea3c15317e1a48205b", permissions = { can_add_assets = true } }`,
	Effect:  op.Write,
	Object:  "collection",
	Inverse: takesOut("remove_collection_user", "users", "user_id", "user_id", "collection_id", "user_id"),
	Shows:   op.One(collection, "collection_id"),
	Changes: []op.Change{
		byID(op.PutsWith(collection, "collection_id", "users", "user_id", "user_id", nil)),
		op.Hides(collection, "collection_id"),
	},
}, func(ctx context.Context, c *client, in AddCollectionUser) (Collection, error) {
	return addToCollection(ctx, c, in.CollectionID, "users", "user_id", in.UserID, in)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddCollectionUser, _ time.Time) (Collection, bool, error) {
	col, err := readCollection(ctx, c, in.CollectionID)
	return col, col.hasUser(in.UserID), err
}))

// UpdateCollectionUser is the input of alteryx.update_collection_user.
type UpdateCollectionUser struct {
	CollectionID string                `json:"-" lua:"collection_id,required,key" doc:"Collection that the user has access to."`
	UserID       string                `json:"-" lua:"user_id,required" doc:"User whose permissions change; with Windows authentication the user's Active Directory sid."`
	Expiration   op.RFC3339            `json:"expirationDate,omitzero" lua:"expiration_date" doc:"When the access ends. Not sent if omitted."`
	Permissions  CollectionPermissions `json:"collectionsPermissions" lua:"permissions,required" doc:"All that the user may do from now on."`
}

// Whether an expiry that is not sent is kept is not documented. A PUT replaces,
// so presumably not.
var updateCollectionUser = op.New(op.Operation{
	Name: "alteryx.update_collection_user",
	Doc: `Replaces what a user may do with a collection.

The permissions that stand now cannot be read, so those not given are taken away; give the expiration date again too,
if there is one. Answers the collection, which does not show them.
Raises not_found if there is no such collection or the user has no access to it, and invalid if the Server refuses a
value.`,
	Source:      collectionsPage,
	Example:     `alteryx.update_collection_user { collection_id = "61d57bea3c15317e1a482070", user_id = "61d57bea3c15317e1a48205b", permissions = { is_admin = true } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Shows:       op.One(collection, "collection_id"),
	Changes:     []op.Change{op.Hides(collection, "collection_id")},
}, func(ctx context.Context, c *client, in UpdateCollectionUser) (Collection, error) {
	return setPermissions(ctx, c, in.CollectionID, "users", in.UserID, in)
})

// RemoveCollectionUser is the input of alteryx.remove_collection_user.
type RemoveCollectionUser struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection that the user has access to."`
	UserID       string `json:"-" lua:"user_id,required" doc:"User who loses access."`
}

var removeCollectionUser = op.New(op.Operation{
	Name: "alteryx.remove_collection_user",
	Doc: `Takes away a user's access to a collection.

Answers the collection as it is then. Access through a user group stays.
Raises not_found if there is no such collection or the user has no access to it.`,
	Source:      collectionsPage,
	Example:     `alteryx.remove_collection_user { collection_id = "61d57bea3c15317e1a482070", user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Shows:       op.One(collection, "collection_id"),
	Changes:     []op.Change{byID(op.Drops(collection, "collection_id", "users", "user_id", "user_id"))},
}, func(ctx context.Context, c *client, in RemoveCollectionUser) (Collection, error) {
	return removeFromCollection(ctx, c, in.CollectionID, "users", in.UserID)
})

// AddCollectionUserGroup is the input of alteryx.add_collection_user_group.
type AddCollectionUserGroup struct {
	CollectionID string                `json:"-" lua:"collection_id,required,key" doc:"Collection to let the group into."`
	UserGroupID  string                `json:"userGroupId" lua:"user_group_id,required" doc:"User group that gets access."`
	Expiration   op.RFC3339            `json:"expirationDate,omitzero" lua:"expiration_date" doc:"When the access ends. Never if omitted."`
	Permissions  CollectionPermissions `json:"collectionsPermissions" lua:"permissions" doc:"What the group may do; only see and run what is in it if omitted."`
}

var addCollectionUserGroup = op.New(op.Operation{
	Name: "alteryx.add_collection_user_group",
	Doc: `Gives a user group access to a collection.

Answers the collection as it is then. To change what a group may do that has access already, use
update_collection_user_group.
Raises not_found if there is no such collection or user group, and invalid if the Server refuses a value.`,
	Source:  collectionsPage,
	Example: `alteryx.add_collection_user_group { collection_id = "61d57bea3c15317e1a482070", user_group_id = "61d57bea3c15317e1a482060" }`,
	Effect:  op.Write,
	Object:  "collection",
	Inverse: takesOut("remove_collection_user_group", "user_group_ids", "", "user_group_id", "collection_id", "user_group_id"),
	Shows:   op.One(collection, "collection_id"),
	Changes: []op.Change{
		op.Puts(collection, "collection_id", "user_group_ids", "user_group_id"),
		op.Hides(collection, "collection_id"),
	},
}, func(ctx context.Context, c *client, in AddCollectionUserGroup) (Collection, error) {
	return addToCollection(ctx, c, in.CollectionID, "userGroups", "user_group_id", in.UserGroupID, in)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddCollectionUserGroup, _ time.Time) (Collection, bool, error) {
	col, err := readCollection(ctx, c, in.CollectionID)
	return col, slices.Contains(col.UserGroupIDs, in.UserGroupID), err
}))

// UpdateCollectionUserGroup is the input of
// alteryx.update_collection_user_group.
type UpdateCollectionUserGroup struct {
	CollectionID string                `json:"-" lua:"collection_id,required,key" doc:"Collection that the group has access to."`
	UserGroupID  string                `json:"-" lua:"user_group_id,required" doc:"User group whose permissions change."`
	Expiration   op.RFC3339            `json:"expirationDate,omitzero" lua:"expiration_date" doc:"When the access ends. Not sent if omitted."`
	Permissions  CollectionPermissions `json:"collectionsPermissions" lua:"permissions,required" doc:"All that the group may do from now on."`
}

var updateCollectionUserGroup = op.New(op.Operation{
	Name: "alteryx.update_collection_user_group",
	Doc: `Replaces what a user group may do with a collection.

The permissions that stand now cannot be read, so those not given are taken away; give the expiration date again too,
if there is one. Answers the collection, which does not show them.
Raises not_found if there is no such collection or the group has no access to it, and invalid if the Server refuses a
value.`,
	Source:      collectionsPage,
	Example:     `alteryx.update_collection_user_group { collection_id = "61d57bea3c15317e1a482070", user_group_id = "61d57bea3c15317e1a482060", permissions = {} }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Shows:       op.One(collection, "collection_id"),
	Changes:     []op.Change{op.Hides(collection, "collection_id")},
}, func(ctx context.Context, c *client, in UpdateCollectionUserGroup) (Collection, error) {
	return setPermissions(ctx, c, in.CollectionID, "userGroups", in.UserGroupID, in)
})

// RemoveCollectionUserGroup is the input of
// alteryx.remove_collection_user_group.
type RemoveCollectionUserGroup struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection that the group has access to."`
	UserGroupID  string `json:"-" lua:"user_group_id,required" doc:"User group that loses access."`
}

var removeCollectionUserGroup = op.New(op.Operation{
	Name: "alteryx.remove_collection_user_group",
	Doc: `Takes away a user group's access to a collection.

Answers the collection as it is then. Raises not_found if there is no such collection or the group has no access to it.`,
	Source:      collectionsPage,
	Example:     `alteryx.remove_collection_user_group { collection_id = "61d57bea3c15317e1a482070", user_group_id = "61d57bea3c15317e1a482060" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Shows:       op.One(collection, "collection_id"),
	Changes:     []op.Change{op.Drops(collection, "collection_id", "user_group_ids", "", "user_group_id")},
}, func(ctx context.Context, c *client, in RemoveCollectionUserGroup) (Collection, error) {
	return removeFromCollection(ctx, c, in.CollectionID, "userGroups", in.UserGroupID)
})

// AddCollectionSchedule is the input of alteryx.add_collection_schedule.
type AddCollectionSchedule struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection that grows."`
	ScheduleID   string `json:"scheduleId" lua:"schedule_id,required" doc:"Schedule to put in."`
}

var addCollectionSchedule = op.New(op.Operation{
	Name: "alteryx.add_collection_schedule",
	Doc: `Puts a schedule into a collection.

Answers the collection as it is then. Raises not_found if there is no such collection or schedule, and invalid if the
Server refuses it.`,
	Source:  collectionsPage,
	Example: `alteryx.add_collection_schedule { collection_id = "61d57bea3c15317e1a482070", schedule_id = "61d57bea3c15317e1a482080" }`,
	Effect:  op.Write,
	Object:  "collection",
	Inverse: takesOut("remove_collection_schedule", "schedule_ids", "", "schedule_id", "collection_id", "schedule_id"),
	Shows:   op.One(collection, "collection_id"),
	Changes: []op.Change{op.Puts(collection, "collection_id", "schedule_ids", "schedule_id")},
}, func(ctx context.Context, c *client, in AddCollectionSchedule) (Collection, error) {
	return addToCollection(ctx, c, in.CollectionID, "schedules", "schedule_id", in.ScheduleID, in)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddCollectionSchedule, _ time.Time) (Collection, bool, error) {
	col, err := readCollection(ctx, c, in.CollectionID)
	return col, slices.Contains(col.ScheduleIDs, in.ScheduleID), err
}))

// RemoveCollectionSchedule is the input of alteryx.remove_collection_schedule.
type RemoveCollectionSchedule struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection that shrinks."`
	ScheduleID   string `json:"-" lua:"schedule_id,required" doc:"Schedule to take out."`
}

var removeCollectionSchedule = op.New(op.Operation{
	Name: "alteryx.remove_collection_schedule",
	Doc: `Takes a schedule out of a collection.

Answers the collection as it is then; the schedule itself stays. Raises not_found if there is no such collection or the
schedule is not in it.`,
	Source:      collectionsPage,
	Example:     `alteryx.remove_collection_schedule { collection_id = "61d57bea3c15317e1a482070", schedule_id = "61d57bea3c15317e1a482080" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Inverse:     putsBack("add_collection_schedule", "schedule_ids", "", "schedule_id", "collection_id", "schedule_id"),
	Shows:       op.One(collection, "collection_id"),
	Changes:     []op.Change{op.Drops(collection, "collection_id", "schedule_ids", "", "schedule_id")},
}, func(ctx context.Context, c *client, in RemoveCollectionSchedule) (Collection, error) {
	return removeFromCollection(ctx, c, in.CollectionID, "schedules", in.ScheduleID)
})

// AddCollectionWorkflow is the input of alteryx.add_collection_workflow.
type AddCollectionWorkflow struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection that grows."`
	WorkflowID   string `json:"workflowId" lua:"workflow_id,required" doc:"Workflow to put in."`
}

var addCollectionWorkflow = op.New(op.Operation{
	Name: "alteryx.add_collection_workflow",
	Doc: `Puts a workflow into a collection.

Answers the collection as it is then. Raises not_found if there is no such collection or workflow, and invalid if the
Server refuses it.`,
	Source:  collectionsPage,
	Example: `alteryx.add_collection_workflow { collection_id = "61d57bea3c15317e1a482070", workflow_id = "61d57bea3c15317e1a482090" }`,
	Effect:  op.Write,
	Object:  "collection",
	Inverse: takesOut("remove_collection_workflow", "workflow_ids", "", "workflow_id", "collection_id", "workflow_id"),
	Shows:   op.One(collection, "collection_id"),
	Changes: []op.Change{op.Puts(collection, "collection_id", "workflow_ids", "workflow_id")},
}, func(ctx context.Context, c *client, in AddCollectionWorkflow) (Collection, error) {
	return addToCollection(ctx, c, in.CollectionID, "workflows", "workflow_id", in.WorkflowID, in)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddCollectionWorkflow, _ time.Time) (Collection, bool, error) {
	col, err := readCollection(ctx, c, in.CollectionID)
	return col, slices.Contains(col.WorkflowIDs, in.WorkflowID), err
}))

// RemoveCollectionWorkflow is the input of alteryx.remove_collection_workflow.
type RemoveCollectionWorkflow struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection that shrinks."`
	WorkflowID   string `json:"-" lua:"workflow_id,required" doc:"Workflow to take out."`
}

var removeCollectionWorkflow = op.New(op.Operation{
	Name: "alteryx.remove_collection_workflow",
	Doc: `Takes a workflow out of a collection.

Answers the collection as it is then; the workflow itself stays. Raises not_found if there is no such collection or the
workflow is not in it.`,
	Source:      collectionsPage,
	Example:     `alteryx.remove_collection_workflow { collection_id = "61d57bea3c15317e1a482070", workflow_id = "61d57bea3c15317e1a482090" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Inverse:     putsBack("add_collection_workflow", "workflow_ids", "", "workflow_id", "collection_id", "workflow_id"),
	Shows:       op.One(collection, "collection_id"),
	Changes:     []op.Change{op.Drops(collection, "collection_id", "workflow_ids", "", "workflow_id")},
}, func(ctx context.Context, c *client, in RemoveCollectionWorkflow) (Collection, error) {
	return removeFromCollection(ctx, c, in.CollectionID, "workflows", in.WorkflowID)
})
