package alteryx

import (
	"context"
	"slices"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const collectionsPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/collection-endpoints.html"

var collectionOperations = []*op.Operation{
	listCollections, getCollection, createCollection, updateCollection, deleteCollection,
}

// ListedCollection is a collection as a list shows it. The fields from
// workflow_ids on are absent in the Default view.
type ListedCollection struct {
	ID        string     `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name      string     `json:"name" lua:"name" doc:"Name."`
	OwnerID   string     `json:"ownerId" lua:"owner_id" doc:"User who owns it."`
	DateAdded op.RFC3339 `json:"dateAdded" lua:"date_added" doc:"When it was created."`

	WorkflowIDs     op.Opt[[]string]  `json:"workflowIds,omitzero" lua:"workflow_ids" doc:"Workflows in it; absent in the Default view."`
	ScheduleIDs     op.Opt[[]string]  `json:"scheduleIds,omitzero" lua:"schedule_ids" doc:"Schedules in it; absent in the Default view."`
	Users           *[]CollectionUser `json:"users,omitzero" lua:"users" doc:"Users who have access; absent in the Default view."`
	UserGroupIDs    op.Opt[[]string]  `json:"userGroupIds,omitzero" lua:"user_group_ids" doc:"User groups that have access; absent in the Default view."`
	SubscriptionIDs op.Opt[[]string]  `json:"subscriptionIds,omitzero" lua:"subscription_ids" doc:"Studios that have access; absent in the Default view."`
	Extra           op.Extra          `json:",embed"`
}

// Collection is a collection with what and who is in it. What its members may
// do can be set, but no view shows it.
type Collection struct {
	ID              string           `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name            string           `json:"name" lua:"name" doc:"Name."`
	OwnerID         string           `json:"ownerId" lua:"owner_id" doc:"User who owns it."`
	DateAdded       op.RFC3339       `json:"dateAdded" lua:"date_added" doc:"When it was created."`
	WorkflowIDs     []string         `json:"workflowIds" lua:"workflow_ids" doc:"Workflows in it."`
	ScheduleIDs     []string         `json:"scheduleIds" lua:"schedule_ids" doc:"Schedules in it."`
	Users           []CollectionUser `json:"users" lua:"users" doc:"Users who have access."`
	UserGroupIDs    []string         `json:"userGroupIds" lua:"user_group_ids" doc:"User groups that have access."`
	SubscriptionIDs []string         `json:"subscriptionIds" lua:"subscription_ids" doc:"Studios that have access."`
	Extra           op.Extra         `json:",embed"`
}

// CollectionUser is a user who has access to a collection.
type CollectionUser struct {
	UserID op.Opt[string]      `json:"userId,omitzero" lua:"user_id" doc:"Id of the user."`
	AD     *CollectionADObject `json:"activeDirectoryObject,omitzero" lua:"active_directory_object" doc:"Person of the Active Directory; only with Windows authentication."`
	Extra  op.Extra            `json:",embed"`
}

// CollectionADObject is a person or a group of the Active Directory, as
// collections show them.
type CollectionADObject struct {
	SID            string         `json:"sid" lua:"sid" doc:"Security identifier."`
	Category       string         `json:"category" lua:"category" doc:"Person or Group."`
	DisplayName    op.Opt[string] `json:"displayName,omitzero" lua:"display_name" doc:"Name as people read it."`
	Name           op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	SAMAccountName op.Opt[string] `json:"samAccountName,omitzero" lua:"sam_account_name" doc:"Account name."`
	Extra          op.Extra       `json:",embed"`
}

// hasUser finds a user by the id, or by the sid with Windows authentication.
func (col Collection) hasUser(id string) bool {
	return slices.ContainsFunc(col.Users, func(u CollectionUser) bool {
		return u.UserID.Or("") == id || u.AD != nil && u.AD.SID == id
	})
}

// CollectionPermissions are what a member may do with a collection beyond
// seeing and running what is in it. The vendor gives names only; what each
// allows is read from them.
type CollectionPermissions struct {
	IsAdmin         bool `json:"isAdmin" lua:"is_admin" default:"false" doc:"May do everything."`
	CanAddAssets    bool `json:"canAddAssets" lua:"can_add_assets" default:"false" doc:"May put workflows and schedules in."`
	CanRemoveAssets bool `json:"canRemoveAssets" lua:"can_remove_assets" default:"false" doc:"May take workflows and schedules out."`
	CanUpdateAssets bool `json:"canUpdateAssets" lua:"can_update_assets" default:"false" doc:"May change workflows and schedules."`
	CanAddUsers     bool `json:"canAddUsers" lua:"can_add_users" default:"false" doc:"May let users in."`
	CanRemoveUsers  bool `json:"canRemoveUsers" lua:"can_remove_users" default:"false" doc:"May take access away."`
}

func readCollection(ctx context.Context, c *client, id string) (col Collection, err error) {
	return col, c.Get(ctx, rest.Path("v3", "collections", id), nil, &col)
}

// ListCollections is the input of alteryx.list_collections.
type ListCollections struct {
	View string `json:"view" lua:"view" enum:"Default Full" default:"Default" doc:"Full adds what and who is in each collection."`
}

var listCollections = op.New(op.Operation{
	Name: "alteryx.list_collections",
	Doc: `Lists collections.

All that the connection's user may see, in the Server's order; there is no paging.
Raises denied if that user is not a Curator.`,
	Source:      collectionsPage,
	Example:     `for _, col in ipairs(alteryx.list_collections {}) do print(col.name, col.owner_id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Shows:       inFull(op.Many(collection, nil), "id", "name", "owner_id", "date_added"),
}, func(ctx context.Context, c *client, in ListCollections) (cols []ListedCollection, err error) {
	return cols, c.Get(ctx, rest.Path("v3", "collections"), rest.Query(in), &cols)
})

// GetCollection is the input of alteryx.get_collection.
type GetCollection struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection to read."`
}

var getCollection = op.New(op.Operation{
	Name: "alteryx.get_collection",
	Doc: `Reads one collection with what and who is in it.

What its members may do is not among it: the Server does not tell. Raises not_found if there is no such collection.`,
	Source:      collectionsPage,
	Example:     `print(#alteryx.get_collection { collection_id = "61d57bea3c15317e1a482070" }.users)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Shows:       op.One(collection, "collection_id"),
}, func(ctx context.Context, c *client, in GetCollection) (Collection, error) {
	return readCollection(ctx, c, in.CollectionID)
})

// CreateCollection is the input of alteryx.create_collection.
type CreateCollection struct {
	Name string `json:"name" lua:"name,required,key" doc:"Name."`
}

// The probe goes by name and date. The owner is the connection's user, but
// nothing tells that user's id, so somebody else's new collection of the same
// name cannot be told apart.
var createCollection = op.New(op.Operation{
	Name: "alteryx.create_collection",
	Doc: `Creates a collection that the connection's user owns.

Answers its id only. Raises denied if that user may not create collections, and invalid if the Server refuses the name.`,
	Source:  collectionsPage,
	Example: `local id = alteryx.create_collection { name = "Finance" }.id`,
	Effect:  op.Write,
	Object:  "collection",
	Inverse: op.Deletes("delete_collection", "collection_id", "id"),
	Shows:   op.Created(collection),
	Changes: []op.Change{op.Creates(collection, op.With{
		"workflow_ids": op.Empty(), "schedule_ids": op.Empty(), "users": op.Empty(), "user_group_ids": op.Empty(), "subscription_ids": op.Empty(),
	})},
}, func(ctx context.Context, c *client, in CreateCollection) (col Created, err error) {
	return col, c.Post(ctx, rest.Path("v3", "collections"), in, &col.ID)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateCollection, since time.Time) (Created, bool, error) {
	var cols []ListedCollection
	if err := c.Get(ctx, rest.Path("v3", "collections"), nil, &cols); err != nil {
		return Created{}, false, err
	}
	var found []Created
	for _, col := range cols {
		if col.Name != in.Name {
			continue
		}
		made, err := madeSince(col.DateAdded, since)
		if err != nil {
			return Created{}, false, err
		}
		if made {
			found = append(found, Created{col.ID})
		}
	}
	return theOne(found, "collection "+in.Name)
}))

// UpdateCollection is the input of alteryx.update_collection.
type UpdateCollection struct {
	CollectionID string         `json:"-" lua:"collection_id,required,key" doc:"Collection to change."`
	Name         op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name, 1 to 255 characters. As it is if omitted."`
	OwnerID      op.Opt[string] `json:"ownerId,omitzero" lua:"owner_id" doc:"User who shall own it. As it is if omitted."`
}

// collectionContract is UpdateCollectionContract.
var collectionContract = map[string]string{"name": "", "ownerId": ""}

var updateCollection = op.New(op.Operation{
	Name: "alteryx.update_collection",
	Doc: `Renames a collection, or gives it to another owner.

The Server wants name and owner, so the collection is read first and what is not given is sent as it is.
Raises not_found if there is no such collection, and invalid if the Server refuses the name or the owner.`,
	Source:      collectionsPage,
	Example:     `alteryx.update_collection { collection_id = "61d57bea3c15317e1a482070", owner_id = heir.id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Inverse:     op.Restores("update_collection", "collection_id"),
	Shows:       op.One(collection, "collection_id"),
	Changes:     []op.Change{op.Sets(collection, "collection_id", nil)},
}, func(ctx context.Context, c *client, in UpdateCollection) (col Collection, err error) {
	now, err := readCollection(ctx, c, in.CollectionID)
	if err != nil {
		return col, err
	}
	body, err := merge(now, in, collectionContract)
	if err != nil {
		return col, err
	}
	return col, c.Put(ctx, rest.Path("v3", "collections", in.CollectionID), body, &col)
})

// DeleteCollection is the input of alteryx.delete_collection.
type DeleteCollection struct {
	CollectionID string `json:"-" lua:"collection_id,required,key" doc:"Collection to delete."`
	ForceDelete  bool   `json:"forceDelete" lua:"force_delete" default:"false" doc:"Delete it even if something is in it."`
}

// What force_delete does is not documented; its name and the 400 suggest that
// a collection with something in it is refused without. That what is in it
// stays is presumed as well, and that the answer to a second call is 404.
var deleteCollection = op.New(op.Operation{
	Name: "alteryx.delete_collection",
	Doc: `Deletes a collection.

The workflows and schedules in it stay. Raises invalid if something is in it and force_delete is not true, and
not_found if there is no such collection.`,
	Source:      collectionsPage,
	Example:     `alteryx.delete_collection { collection_id = "61d57bea3c15317e1a482070", force_delete = true }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "collection",
	Changes:     []op.Change{op.Removes(collection, "collection_id")},
}, func(ctx context.Context, c *client, in DeleteCollection) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "collections", in.CollectionID), rest.Query(in), nil)
})
