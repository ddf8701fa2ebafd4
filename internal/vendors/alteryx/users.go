package alteryx

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const usersPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/user-endpoints.html"

var userOperations = []*op.Operation{
	listUsers, getUser, createUser, updateUser, deleteUser,
	getUserAssets, transferAssets, deactivateUser, resetPassword,
}

// ListedUser is a user as a list shows it. The Default view has date_created and
// the fields before default_worker_tag, the Full view all but date_created.
type ListedUser struct {
	User
	DateCreated op.Opt[op.RFC3339] `json:"dateCreated,omitzero" lua:"date_created" doc:"When the user was created; absent in the Full view."`
}

// User is a user of the Server.
type User struct {
	ID        string `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	FirstName string `json:"firstName" lua:"first_name" doc:"First name."`
	LastName  string `json:"lastName" lua:"last_name" doc:"Last name."`
	Email     string `json:"email" lua:"email" doc:"E-mail address."`
	Role      string `json:"role" lua:"role" doc:"Role: NoAccess, Viewer, Member, Artisan, Curator, or Evaluated (decided from groups)."`
	IsActive  bool   `json:"isActive" lua:"is_active" doc:"Whether the user may sign in."`

	DefaultWorkerTag     op.Opt[string]     `json:"defaultWorkerTag,omitzero" lua:"default_worker_tag" doc:"Worker that runs the user's jobs."`
	CanScheduleJobs      op.Opt[bool]       `json:"canScheduleJobs,omitzero" lua:"can_schedule_jobs" doc:"May schedule jobs."`
	CanPrioritizeJobs    op.Opt[bool]       `json:"canPrioritizeJobs,omitzero" lua:"can_prioritize_jobs" doc:"May set priorities."`
	CanAssignJobs        op.Opt[bool]       `json:"canAssignJobs,omitzero" lua:"can_assign_jobs" doc:"May choose workers."`
	CanCreateCollections op.Opt[bool]       `json:"canCreateCollections,omitzero" lua:"can_create_collections" doc:"May create collections."`
	IsAPIEnabled         op.Opt[bool]       `json:"isApiEnabled,omitzero" lua:"is_api_enabled" doc:"May use the API."`
	DefaultCredentialID  op.Opt[string]     `json:"defaultCredentialId,omitzero" lua:"default_credential_id" doc:"Credential that the user's jobs run with."`
	IsAccountLocked      op.Opt[bool]       `json:"isAccountLocked,omitzero" lua:"is_account_locked" doc:"Locked out after failed sign-ins."`
	LastLogin            op.Opt[op.RFC3339] `json:"lastLoginDateTime,omitzero" lua:"last_login,noise" doc:"Last sign-in; absent if there was none."`
	IsValidated          op.Opt[bool]       `json:"isValidated,omitzero" lua:"is_validated" doc:"Address confirmed."`
	SharedCredentialIDs  op.Opt[[]string]   `json:"sharedCredentialIds,omitzero" lua:"shared_credential_ids" doc:"Credentials shared with the user."`
	DataConnectionIDs    op.Opt[[]string]   `json:"dataConnectionIds,omitzero" lua:"data_connection_ids" doc:"Data connections shared with the user."`
	TimeZone             op.Opt[string]     `json:"timeZone,omitzero" lua:"time_zone" doc:"IANA name."`
	Language             op.Opt[string]     `json:"language,omitzero" lua:"language" doc:"Language, like en-us."`
	DCMPermissions
	Extra op.Extra `json:",embed"`
}

// DCMPermissions are a user's powers in the data connection manager.
type DCMPermissions struct {
	CanCreateAndUpdateDCM     op.Opt[bool] `json:"canCreateAndUpdateDcm,omitzero" lua:"can_create_and_update_dcm" doc:"May create and change DCM connections."`
	CanShareForExecutionDCM   op.Opt[bool] `json:"canShareForExecutionDcm,omitzero" lua:"can_share_for_execution_dcm" doc:"May share DCM connections for running."`
	CanShareForCollaboration  op.Opt[bool] `json:"canShareForCollaborationDcm,omitzero" lua:"can_share_for_collaboration_dcm" doc:"May share DCM connections for editing."`
	CanManageGenericVaultsDCM op.Opt[bool] `json:"canManageGenericVaultsDcm,omitzero" lua:"can_manage_generic_vaults_dcm" doc:"May manage vaults."`
}

// ListUsers is the input of alteryx.list_users.
type ListUsers struct {
	View          string         `json:"view" lua:"view" enum:"Default Full" default:"Default" doc:"Full adds permissions and shares to each user."`
	Active        op.Opt[bool]   `json:"active,omitzero" lua:"active" doc:"Only active, or only inactive users. Both if omitted."`
	Email         op.Opt[string] `json:"email,omitzero" lua:"email,key" doc:"Only the user with this address."`
	Role          string         `json:"role" lua:"role" enum:"NoAccess Viewer Member Artisan Curator Evaluated" doc:"Only users with this role."`
	FirstName     string         `json:"firstName" lua:"first_name" doc:"Only users with this first name."`
	LastName      string         `json:"lastName" lua:"last_name" doc:"Only users with this last name."`
	CreatedAfter  op.RFC3339     `json:"createdAfter" lua:"created_after" doc:"Only users created after this moment."`
	CreatedBefore op.RFC3339     `json:"createdBefore" lua:"created_before" doc:"Only users created before this moment."`
}

var listUsers = op.New(op.Operation{
	Name: "alteryx.list_users",
	Doc: `Lists users.

All that match, in the Server's order; there is no paging.`,
	Source:      usersPage,
	Example:     `for _, u in ipairs(alteryx.list_users { role = "Artisan" }) do print(u.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user",
	Shows: inFull(op.Many(user, map[string]op.Match{
		"active": op.Equal("is_active"), "email": op.EqualFold("email"), "role": op.EqualFold("role"),
		"first_name": op.EqualFold("first_name"), "last_name": op.EqualFold("last_name"),
	}), "id", "first_name", "last_name", "email", "role", "is_active", "date_created"),
}, func(ctx context.Context, c *client, in ListUsers) (users []ListedUser, err error) {
	if in.Email.Given {
		if err := rest.Filled("email", in.Email.Value); err != nil {
			return nil, err
		}
	}
	return users, c.Get(ctx, rest.Path("v3", "users"), rest.Query(in), &users)
})

// GetUser is the input of alteryx.get_user.
type GetUser struct {
	UserID string `json:"-" lua:"user_id,required,key" doc:"User to read."`
}

var getUser = op.New(op.Operation{
	Name: "alteryx.get_user",
	Doc: `Reads one user in full.

Raises not_found if there is no such user.`,
	Source:      usersPage,
	Example:     `print(alteryx.get_user { user_id = "61d57bea3c15317e1a48205b" }.email)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user",
	Shows:       op.One(user, "user_id"),
}, func(ctx context.Context, c *client, in GetUser) (u User, err error) {
	return u, c.Get(ctx, rest.Path("v3", "users", in.UserID), nil, &u)
})

// CreateUser is the input of alteryx.create_user.
type CreateUser struct {
	FirstName            string         `json:"firstName" lua:"first_name,required" doc:"First name, 1 to 255 characters."`
	LastName             string         `json:"lastName" lua:"last_name,required" doc:"Last name, 1 to 255 characters."`
	Email                string         `json:"email" lua:"email,required,key" doc:"E-mail address."`
	Role                 string         `json:"role,omitzero" lua:"role" enum:"NoAccess Viewer Member Artisan Curator Evaluated" default:"Evaluated" doc:"Role."`
	DefaultWorkerTag     op.Opt[string] `json:"defaultWorkerTag,omitzero" lua:"default_worker_tag" doc:"Worker that runs the user's jobs."`
	CanScheduleJobs      op.Opt[bool]   `json:"canScheduleJobs,omitzero" lua:"can_schedule_jobs" default:"false" doc:"May schedule jobs."`
	CanPrioritizeJobs    op.Opt[bool]   `json:"canPrioritizeJobs,omitzero" lua:"can_prioritize_jobs" default:"false" doc:"May set priorities."`
	CanAssignJobs        op.Opt[bool]   `json:"canAssignJobs,omitzero" lua:"can_assign_jobs" default:"false" doc:"May choose workers."`
	CanCreateCollections op.Opt[bool]   `json:"canCreateCollections,omitzero" lua:"can_create_collections" default:"false" doc:"May create collections."`
	IsAPIEnabled         op.Opt[bool]   `json:"isApiEnabled,omitzero" lua:"is_api_enabled" default:"false" doc:"May use the API."`
	DefaultCredentialID  op.Opt[string] `json:"defaultCredentialId,omitzero" lua:"default_credential_id" doc:"Credential that the user's jobs run with."`
	IsActive             op.Opt[bool]   `json:"isActive,omitzero" lua:"is_active" default:"true" doc:"Whether the user may sign in."`
	TimeZone             op.Opt[string] `json:"timeZone,omitzero" lua:"time_zone" doc:"IANA name."`
	DCMPermissions
}

var createUser = op.New(op.Operation{
	Name: "alteryx.create_user",
	Doc: `Creates a user.

Not on Servers with Windows authentication. Raises invalid if the address is taken or the Server refuses a value.`,
	Source:  usersPage,
	Example: `alteryx.create_user { first_name = "Ada", last_name = "Marsh", email = "ada@example.com", role = "Artisan" }`,
	Effect:  op.Write,
	Object:  "user",
	Inverse: op.Deletes("delete_user", "user_id", "id"),
	Shows:   op.Created(user),
	Changes: []op.Change{op.Creates(user, op.With{
		"default_worker_tag": orEmpty("default_worker_tag"), "default_credential_id": orEmpty("default_credential_id"),
		"time_zone": orEmpty("time_zone"), "is_account_locked": op.Is(false), "last_login": op.Is(nil),
	})},
}, func(ctx context.Context, c *client, in CreateUser) (u User, err error) {
	return u, c.Post(ctx, rest.Path("v3", "users"), in, &u)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateUser, since time.Time) (u User, landed bool, err error) {
	var found []ListedUser
	if err := c.Get(ctx, rest.Path("v3", "users"), rest.Query(ListUsers{Email: op.Some(in.Email)}), &found); err != nil {
		return u, false, err
	}
	for _, f := range found {
		if f.Email != in.Email {
			continue
		}
		made, err := madeSince(f.DateCreated.Value, since)
		if err != nil {
			return u, false, err
		}
		if !made {
			continue
		}
		err = c.Get(ctx, rest.Path("v3", "users", f.ID), nil, &u)
		return u, err == nil, err
	}
	return u, false, nil
}))

// UpdateUser is the input of alteryx.update_user.
type UpdateUser struct {
	UserID               string         `json:"-" lua:"user_id,required,key" doc:"User to change."`
	FirstName            op.Opt[string] `json:"firstName,omitzero" lua:"first_name" doc:"First name."`
	LastName             op.Opt[string] `json:"lastName,omitzero" lua:"last_name" doc:"Last name."`
	Email                op.Opt[string] `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	Role                 op.Opt[string] `json:"role,omitzero" lua:"role" enum:"NoAccess Viewer Member Artisan Curator Evaluated" doc:"Role."`
	DefaultWorkerTag     op.Opt[string] `json:"defaultWorkerTag,omitzero" lua:"default_worker_tag" doc:"Worker that runs the user's jobs."`
	CanScheduleJobs      op.Opt[bool]   `json:"canScheduleJobs,omitzero" lua:"can_schedule_jobs" doc:"May schedule jobs."`
	CanPrioritizeJobs    op.Opt[bool]   `json:"canPrioritizeJobs,omitzero" lua:"can_prioritize_jobs" doc:"May set priorities."`
	CanAssignJobs        op.Opt[bool]   `json:"canAssignJobs,omitzero" lua:"can_assign_jobs" doc:"May choose workers."`
	CanCreateCollections op.Opt[bool]   `json:"canCreateCollections,omitzero" lua:"can_create_collections" doc:"May create collections."`
	IsAPIEnabled         op.Opt[bool]   `json:"isApiEnabled,omitzero" lua:"is_api_enabled" doc:"May use the API."`
	DefaultCredentialID  op.Opt[string] `json:"defaultCredentialId,omitzero" lua:"default_credential_id" doc:"Credential that the user's jobs run with; \"\" for none."`
	IsAccountLocked      op.Opt[bool]   `json:"isAccountLocked,omitzero" lua:"is_account_locked" doc:"Locked out after failed sign-ins."`
	IsActive             op.Opt[bool]   `json:"isActive,omitzero" lua:"is_active" doc:"Whether the user may sign in. To deactivate, prefer deactivate_user: it takes the user out of groups too."`
	IsValidated          op.Opt[bool]   `json:"isValidated,omitzero" lua:"is_validated" doc:"Address confirmed."`
	TimeZone             op.Opt[string] `json:"timeZone,omitzero" lua:"time_zone" doc:"IANA name."`
	Language             op.Opt[string] `json:"language,omitzero" lua:"language" enum:"de-de en-us es-es fr-fr it-it ja-jp pt-br zh-cn" doc:"Language."`
	DCMPermissions
}

// userContract is UpdateUserContract: all fields have to be sent. The help
// says that canCreateCollections may be left out, the swagger that it may not.
var userContract = map[string]string{
	"firstName": `""`, "lastName": `""`, "email": `""`, "role": `"Evaluated"`, "defaultWorkerTag": `""`,
	"canScheduleJobs": "false", "canPrioritizeJobs": "false", "canAssignJobs": "false", "canCreateCollections": "false",
	"isApiEnabled": "false", "defaultCredentialId": `""`, "isAccountLocked": "false", "isActive": "false", "isValidated": "false",
	"timeZone": `""`, "language": `""`,
	"canCreateAndUpdateDcm": "", "canShareForExecutionDcm": "", "canShareForCollaborationDcm": "", "canManageGenericVaultsDcm": "",
}

var updateUser = op.New(op.Operation{
	Name: "alteryx.update_user",
	Doc: `Changes the given fields of a user.

The Server wants the whole record, so the user is read first and the fields that are not given are sent as they are.
Raises not_found if there is no such user.`,
	Source:      usersPage,
	Example:     `alteryx.update_user { user_id = "61d57bea3c15317e1a48205b", role = "Viewer" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "user",
	Inverse:     op.Restores("update_user", "user_id"),
	Shows:       op.One(user, "user_id"),
	Changes: []op.Change{
		op.Sets(user, "user_id", nil),
		follows(user, "user_id", []string{"first_name", "last_name"}, op.Edits(studio, "users", "id", "user_id", op.With{"name": op.Vague()})),
		// DCM, rules and jobs name people by their addresses.
		follows(user, "user_id", []string{"email"},
			op.Blurs(dcmConnection, "owner", "shared_by", "sharing"), op.Blurs(dcmRule, "created_by"), op.Stirs(job)),
	},
}, func(ctx context.Context, c *client, in UpdateUser) (u User, err error) {
	path := rest.Path("v3", "users", in.UserID)
	var now User
	if err := c.Get(ctx, path, nil, &now); err != nil {
		return u, err
	}
	body, err := merge(now, in, userContract)
	if err != nil {
		return u, err
	}
	return u, c.Put(ctx, path, body, &u)
})

// DeleteUser is the input of alteryx.delete_user.
type DeleteUser struct {
	UserID string `json:"-" lua:"user_id,required,key" doc:"User to delete."`
}

var deleteUser = op.New(op.Operation{
	Name: "alteryx.delete_user",
	Doc: `Deletes a user who owns nothing and is in no group.

Raises conflict if the user still owns something or is in a group, and not_found if there is no such user.`,
	Source:      usersPage,
	Example:     `alteryx.delete_user { user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user",
	Changes: []op.Change{
		op.Removes(user, "user_id"),
		op.Drops(credential, "", "user_ids", "", "user_id"),
		op.Drops(dataConnection, "", "user_ids", "", "user_id"),
		op.Drops(collection, "", "users", "user_id", "user_id"),
		op.Drops(studio, "", "users", "id", "user_id"),
		op.Blurs(dcmConnection, "sharing"),
		op.Blurs(dcmRule, "created_by"),
		op.Stirs(job),
		op.Stirs(deletedDCM),
	},
}, func(ctx context.Context, c *client, in DeleteUser) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "users", in.UserID), nil, nil)
})

// GetUserAssets is the input of alteryx.get_user_assets.
type GetUserAssets struct {
	UserID    string `json:"-" lua:"user_id,required,key" doc:"User whose assets are read."`
	AssetType string `json:"assetType" lua:"asset_type" enum:"All Workflows Schedules Collections" default:"All" doc:"Which kind of asset."`
}

// Assets is what a user owns.
type Assets struct {
	Workflows   []Asset  `json:"workflows" lua:"workflows" doc:"Workflows the user owns."`
	Schedules   []Asset  `json:"schedules" lua:"schedules" doc:"Schedules the user owns."`
	Collections []Asset  `json:"collections" lua:"collections" doc:"Collections the user owns."`
	Extra       op.Extra `json:",embed"`
}

// Asset is one thing a user owns.
type Asset struct {
	ID    string   `json:"id" lua:"id" doc:"Id."`
	Name  string   `json:"name" lua:"name" doc:"Name."`
	Extra op.Extra `json:",embed"`
}

var getUserAssets = op.New(op.Operation{
	Name: "alteryx.get_user_assets",
	Doc: `Reads which workflows, schedules and collections a user owns.

What is shared with the user is not among them. Kinds that were not asked for are empty lists.
Raises not_found if there is no such user.`,
	Source:      usersPage,
	Example:     `print(#alteryx.get_user_assets { user_id = "61d57bea3c15317e1a48205b" }.workflows)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user",
	Shows:       within(unless(&op.View{Lists: assetLists, Free: []string{"user_id", "asset_type"}}, deletedSchedules), user, "user_id"),
}, func(ctx context.Context, c *client, in GetUserAssets) (a Assets, err error) {
	return a, c.Get(ctx, rest.Path("v3", "users", in.UserID, "assets"), rest.Query(in), &a)
})

// TransferAssets is the input of alteryx.transfer_assets.
type TransferAssets struct {
	UserID      string       `json:"-" lua:"user_id,required,key" doc:"User who owns the assets now."`
	OwnerID     string       `json:"ownerId" lua:"owner_id,required" doc:"User who shall own them: an Artisan or Curator."`
	Workflows   op.Opt[bool] `json:"transferWorkflows" lua:"transfer_workflows" default:"true" doc:"Move the workflows."`
	Schedules   op.Opt[bool] `json:"transferSchedules" lua:"transfer_schedules" default:"true" doc:"Move the schedules."`
	Collections op.Opt[bool] `json:"transferCollections" lua:"transfer_collections" default:"true" doc:"Move the collections."`
}

// AffectedSchedule is a schedule that breaks when the old owner goes.
type AffectedSchedule struct {
	ID    string   `json:"affectedScheduleId" lua:"affected_schedule_id" doc:"Id of the schedule."`
	Extra op.Extra `json:",embed"`
}

var transferAssets = op.New(op.Operation{
	Name: "alteryx.transfer_assets",
	Doc: `Moves what a user owns to another user.

Answers the schedules that would break or be disabled if the old owner were deleted: give them a credential or an
owner with update_schedule. A schedule moves only if the new owner can reach its workflow and may schedule jobs; read
get_user_assets afterwards to see what stayed. It cannot be taken back selectively.
Raises not_found if there is no such user, invalid if the new owner is neither Artisan nor Curator, and denied if the
connection's user is not a Curator.`,
	Source:      "https://help.alteryx.com/current/en/designer/workflows/enterprise-utilities/transfer-assets.html",
	Example:     `alteryx.transfer_assets { user_id = "61d57bea3c15317e1a48205b", owner_id = heir.id }`,
	Since:       "2024.1",
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "assets of user",
	Changes:     []op.Change{transfersAssets},
}, func(ctx context.Context, c *client, in TransferAssets) (affected []AffectedSchedule, err error) {
	for _, kind := range []*op.Opt[bool]{&in.Workflows, &in.Schedules, &in.Collections} {
		*kind = op.Some(kind.Or(true)) // the Server wants all four fields
	}
	return affected, c.Put(ctx, rest.Path("v3", "users", in.UserID, "assetTransfer"), in, &affected)
})

// DeactivateUser is the input of alteryx.deactivate_user.
type DeactivateUser struct {
	UserID string `json:"-" lua:"user_id,required,key" doc:"User to deactivate."`
}

// The answer to a second call is not documented; presumably no group is left.
var deactivateUser = op.New(op.Operation{
	Name: "alteryx.deactivate_user",
	Doc: `Deactivates a user and takes them out of every group.

Answers the ids of the groups that the user was in. The user keeps what they own.
Raises not_found if there is no such user.`,
	Source:      usersPage,
	Example:     `alteryx.deactivate_user { user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user",
	Changes: []op.Change{
		op.Sets(user, "user_id", op.With{"is_active": op.Is(false)}),
		op.Drops(userGroup, "", "members", "user_id", "user_id"),
		stirsSharing, // what a user sees depends on their groups
	},
}, func(ctx context.Context, c *client, in DeactivateUser) (groups []string, err error) {
	return groups, c.Post(ctx, rest.Path("v3", "users", in.UserID, "deactivate"), nil, &groups)
})

// ResetPassword is the input of alteryx.reset_password.
type ResetPassword struct {
	UserID string `json:"-" lua:"user_id,required,key" doc:"User who gets the mail."`
}

// Each call sends a mail, and nothing can be read that tells whether it did.
var resetPassword = op.New(op.Operation{
	Name: "alteryx.reset_password",
	Doc: `Mails a user a link to set a new password.

Only on Servers with built-in authentication. Raises not_found if there is no such user.`,
	Source:  usersPage,
	Example: `alteryx.reset_password { user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:  op.Write,
	Object:  "password of user",
	Changes: []op.Change{op.Hides(user, "user_id")},
}, func(ctx context.Context, c *client, in ResetPassword) (op.None, error) {
	return op.None{}, c.Post(ctx, rest.Path("v3", "users", in.UserID, "passwordReset"), nil, nil)
})
