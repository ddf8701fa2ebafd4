package alteryx

import (
	"context"
	"slices"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const userGroupsPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/user-group-endpoints.html"

var userGroupOperations = []*op.Operation{
	listUserGroups, getUserGroup, createUserGroup, updateUserGroup, deleteUserGroup,
	addGroupUsers, removeGroupUser, addGroupADGroup, removeGroupADGroup,
}

// ListedUserGroup is a user group as a list shows it.
type ListedUserGroup struct {
	ID    string   `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name  string   `json:"name" lua:"name" doc:"Name."`
	Role  string   `json:"role" lua:"role" doc:"Role of its members: NoAccess, Viewer, Member, Artisan, Curator or Evaluated."`
	Extra op.Extra `json:",embed"`
}

// UserGroup is a user group with its members.
type UserGroup struct {
	ID            string        `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name          string        `json:"name" lua:"name" doc:"Name."`
	Role          string        `json:"role" lua:"role" doc:"Role of its members: NoAccess, Viewer, Member, Artisan, Curator or Evaluated."`
	DateAdded     op.RFC3339    `json:"dateAdded" lua:"date_added" doc:"When the group was created."`
	CredentialIDs []string      `json:"credentialIds" lua:"credential_ids" doc:"Credentials shared with the group."`
	ConnectionIDs []string      `json:"connectionIds" lua:"connection_ids" doc:"Data connections shared with the group."`
	Members       []GroupMember `json:"members" lua:"members" doc:"Users and Active Directory groups in the group."`
	Extra         op.Extra      `json:",embed"`
}

// GroupMember is a user or an Active Directory group in a user group.
type GroupMember struct {
	UserID        op.Opt[string]     `json:"userId,omitzero" lua:"user_id" doc:"Id of the user; absent for an Active Directory group."`
	DateAdded     op.Opt[op.RFC3339] `json:"dateAddedToGroup,omitzero" lua:"date_added_to_group,noise" doc:"When the member joined."`
	AddedByUserID op.Opt[string]     `json:"addedByUserId,omitzero" lua:"added_by_user_id,noise" doc:"Who added the member."`
	AD            *ADObject          `json:"activeDirectoryObject,omitzero" lua:"active_directory_object" doc:"Person or group of the Active Directory; only with Windows authentication."`
	Extra         op.Extra           `json:",embed"`
}

// ADObject is a person or a group of the Active Directory, as user groups show
// them.
type ADObject struct {
	SID            string         `json:"sid" lua:"sid" doc:"Security identifier."`
	Category       string         `json:"category" lua:"category" doc:"Person or Group."`
	DisplayName    op.Opt[string] `json:"displayName,omitzero" lua:"display_name" doc:"Name as people read it."`
	DomainName     op.Opt[string] `json:"domainName,omitzero" lua:"domain_name" doc:"Domain."`
	SIDAccountName op.Opt[string] `json:"sidAccountName,omitzero" lua:"sid_account_name" doc:"Account name."`
	Extra          op.Extra       `json:",embed"`
}

// adGroup finds an Active Directory group among the members.
func (g UserGroup) adGroup(sid string) (GroupMember, bool) {
	i := slices.IndexFunc(g.Members, func(m GroupMember) bool { return m.AD != nil && m.AD.SID == sid })
	if i < 0 {
		return GroupMember{}, false
	}
	return g.Members[i], true
}

func readUserGroup(ctx context.Context, c *client, id string) (g UserGroup, err error) {
	return g, c.Get(ctx, rest.Path("v3", "usergroups", id), nil, &g)
}

var listUserGroups = op.New(op.Operation{
	Name: "alteryx.list_user_groups",
	Doc: `Lists user groups, without their members.

All groups of the Server, in its order; there is no paging. Groups of the Active Directory are not among them.
Raises denied if the connection's user is not a Curator.`,
	Source:      userGroupsPage,
	Example:     `for _, g in ipairs(alteryx.list_user_groups {}) do print(g.name, g.role) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Shows:       op.Many(userGroup, nil),
}, func(ctx context.Context, c *client, _ struct{}) (groups []ListedUserGroup, err error) {
	return groups, c.Get(ctx, rest.Path("v3", "usergroups"), nil, &groups)
})

// GetUserGroup is the input of alteryx.get_user_group.
type GetUserGroup struct {
	UserGroupID string `json:"-" lua:"user_group_id,required,key" doc:"User group to read."`
}

var getUserGroup = op.New(op.Operation{
	Name: "alteryx.get_user_group",
	Doc: `Reads one user group with its members.

Groups of the Active Directory cannot be read. Raises not_found if there is no such user group.`,
	Source:      userGroupsPage,
	Example:     `print(#alteryx.get_user_group { user_group_id = "61d57bea3c15317e1a482060" }.members)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Shows:       op.One(userGroup, "user_group_id"),
}, func(ctx context.Context, c *client, in GetUserGroup) (UserGroup, error) {
	return readUserGroup(ctx, c, in.UserGroupID)
})

// CreateUserGroup is the input of alteryx.create_user_group.
type CreateUserGroup struct {
	Name string `json:"name" lua:"name,required,key" doc:"Name, 1 to 255 characters."`
	Role string `json:"role" lua:"role,required" enum:"NoAccess Viewer Member Artisan Curator Evaluated" doc:"Role of the members."`
}

// Whether two groups may have one name is not documented, so the probe goes by
// the date too. Only the single group shows it.
var createUserGroup = op.New(op.Operation{
	Name: "alteryx.create_user_group",
	Doc: `Creates a user group.

Answers its id only. Raises invalid if the Server refuses the name or the role.`,
	Source:  userGroupsPage,
	Example: `local id = alteryx.create_user_group { name = "Finance", role = "Viewer" }.id`,
	Effect:  op.Write,
	Object:  "user group",
	Inverse: op.Deletes("delete_user_group", "user_group_id", "id"),
	Shows:   op.Created(userGroup),
	Changes: []op.Change{op.Creates(userGroup, op.With{"members": op.Empty()})},
}, func(ctx context.Context, c *client, in CreateUserGroup) (g Created, err error) {
	return g, c.Post(ctx, rest.Path("v3", "usergroups"), in, &g.ID)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateUserGroup, since time.Time) (Created, bool, error) {
	var groups []ListedUserGroup
	if err := c.Get(ctx, rest.Path("v3", "usergroups"), nil, &groups); err != nil {
		return Created{}, false, err
	}
	var found []Created
	for _, g := range groups {
		if g.Name != in.Name {
			continue
		}
		full, err := readUserGroup(ctx, c, g.ID)
		if err != nil {
			return Created{}, false, err
		}
		made, err := madeSince(full.DateAdded, since)
		if err != nil {
			return Created{}, false, err
		}
		if made {
			found = append(found, Created{g.ID})
		}
	}
	return theOne(found, "user group "+in.Name)
}))

// UpdateUserGroup is the input of alteryx.update_user_group.
type UpdateUserGroup struct {
	UserGroupID string         `json:"-" lua:"user_group_id,required,key" doc:"User group to change."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name, 1 to 255 characters. As it is if omitted."`
	Role        op.Opt[string] `json:"role,omitzero" lua:"role" enum:"NoAccess Viewer Member Artisan Curator Evaluated" doc:"New role of the members. As it is if omitted."`
}

// userGroupContract is UpdateUserGroupContract.
var userGroupContract = map[string]string{"name": "", "role": ""}

var updateUserGroup = op.New(op.Operation{
	Name: "alteryx.update_user_group",
	Doc: `Changes the name or the role of a user group.

The Server wants both, so the group is read first and what is not given is sent as it is.
Raises not_found if there is no such user group, and invalid if the Server refuses a value.`,
	Source:      userGroupsPage,
	Example:     `alteryx.update_user_group { user_group_id = "61d57bea3c15317e1a482060", role = "Artisan" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Inverse:     op.Restores("update_user_group", "user_group_id"),
	Changes: []op.Change{
		op.Sets(userGroup, "user_group_id", nil),
		follows(userGroup, "user_group_id", []string{"name"}, op.Blurs(dcmConnection, "sharing")),
	},
}, func(ctx context.Context, c *client, in UpdateUserGroup) (op.None, error) {
	now, err := readUserGroup(ctx, c, in.UserGroupID)
	if err != nil {
		return op.None{}, err
	}
	body, err := merge(now, in, userGroupContract)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, c.Put(ctx, rest.Path("v3", "usergroups", in.UserGroupID), body, nil)
})

// DeleteUserGroup is the input of alteryx.delete_user_group.
type DeleteUserGroup struct {
	UserGroupID string `json:"-" lua:"user_group_id,required,key" doc:"User group to delete."`
	ForceDelete bool   `json:"forceDelete" lua:"force_delete" default:"false" doc:"Delete it even if it has members."`
}

// The answer to a second call is presumably 404.
var deleteUserGroup = op.New(op.Operation{
	Name: "alteryx.delete_user_group",
	Doc: `Deletes a user group.

Its members stay users. Raises invalid if the group has members and force_delete is not true, and not_found if there
is no such user group.`,
	Source:      userGroupsPage,
	Example:     `alteryx.delete_user_group { user_group_id = "61d57bea3c15317e1a482060", force_delete = true }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Changes: []op.Change{
		op.Removes(userGroup, "user_group_id"),
		op.Drops(credential, "", "user_group_ids", "", "user_group_id"),
		op.Drops(dataConnection, "", "user_group_ids", "", "user_group_id"),
		op.Drops(collection, "", "user_group_ids", "", "user_group_id"),
		op.Blurs(dcmConnection, "sharing"),
		stirsSharing,
	},
}, func(ctx context.Context, c *client, in DeleteUserGroup) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "usergroups", in.UserGroupID), rest.Query(in), nil)
})

// AddGroupUsers is the input of alteryx.add_group_users.
type AddGroupUsers struct {
	UserGroupID string   `json:"-" lua:"user_group_id,required,key" doc:"User group that grows."`
	UserIDs     []string `json:"-" lua:"user_ids,required" doc:"Users to add."`
}

// AddedUsers says who was added to a group.
type AddedUsers struct {
	Added     int64             `json:"successfullyAddedUserCount" lua:"successfully_added_user_count" doc:"How many users were added."`
	Submitted int64             `json:"totalUsersSubmittedCount" lua:"total_users_submitted_count" doc:"How many users the call named."`
	Failed    map[string]string `json:"failedUserReasons" lua:"failed_user_reasons" doc:"Why users were not added, by user id; empty if all were."`
	Extra     op.Extra          `json:",embed"`
}

// A second call leaves the same members but answers otherwise: what it says of
// users who are members already is not documented.
var addGroupUsers = op.New(op.Operation{
	Name: "alteryx.add_group_users",
	Doc: `Adds users to a user group.

It succeeds even if some users, or all, could not be added: look at failed_user_reasons.
Raises not_found if there is no such user group, and invalid if the Server refuses the list as a whole.`,
	Source:      userGroupsPage,
	Example:     `alteryx.add_group_users { user_group_id = "61d57bea3c15317e1a482060", user_ids = { "61d57bea3c15317e1a48205b" } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Inverse:     takesOutUser,
	Changes: []op.Change{
		op.PutsWith(userGroup, "user_group_id", "members", "user_id", "user_ids", op.With{
			"date_added_to_group": op.Vague(), "added_by_user_id": op.Vague(),
		}),
		joins,
	},
}, func(ctx context.Context, c *client, in AddGroupUsers) (added AddedUsers, err error) {
	for _, id := range in.UserIDs {
		if err := rest.Filled("an id in user_ids", id); err != nil {
			return added, err
		}
	}
	return added, c.Post(ctx, rest.Path("v3", "usergroups", in.UserGroupID, "users"), in.UserIDs, &added)
})

// RemoveGroupUser is the input of alteryx.remove_group_user.
type RemoveGroupUser struct {
	UserGroupID string `json:"-" lua:"user_group_id,required,key" doc:"User group that shrinks."`
	UserID      string `json:"-" lua:"user_id,required" doc:"User to remove."`
}

var removeGroupUser = op.New(op.Operation{
	Name: "alteryx.remove_group_user",
	Doc: `Removes a user from a user group.

Answers the group as it is then, also if the user was not in it. Raises not_found if there is no such user group, and
invalid if the Server refuses an id.`,
	Source:      userGroupsPage,
	Example:     `alteryx.remove_group_user { user_group_id = "61d57bea3c15317e1a482060", user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Inverse:     putsBackUser,
	Shows:       op.One(userGroup, "user_group_id"),
	Changes:     []op.Change{op.Drops(userGroup, "user_group_id", "members", "user_id", "user_id"), leaves},
}, func(ctx context.Context, c *client, in RemoveGroupUser) (g UserGroup, err error) {
	return g, c.Delete(ctx, rest.Path("v3", "usergroups", in.UserGroupID, "users", in.UserID), nil, &g)
})

// AddGroupADGroup is the input of alteryx.add_group_ad_group.
type AddGroupADGroup struct {
	UserGroupID string `json:"-" lua:"user_group_id,required,key" doc:"User group that grows."`
	ADGroupSID  string `json:"-" lua:"ad_group_sid,required" doc:"Security identifier of the Active Directory group."`
}

// What a second call answers is not documented. That the members list the
// group follows from their shape only. A member without a date counts as
// landed: it is there, which is what the call was for.
var addGroupADGroup = op.New(op.Operation{
	Name: "alteryx.add_group_ad_group",
	Doc: `Adds a group of the Active Directory to a user group.

Only on Servers with Windows authentication. Raises not_found if there is no such user group or Active Directory
group, and invalid if the Server refuses the identifier.`,
	Source:  userGroupsPage,
	Example: `alteryx.add_group_ad_group { user_group_id = "61d57bea3c15317e1a482060", ad_group_sid = "S-1-5-21-1004336348-1177238915-682003330-512" }`,
	Effect:  op.Write,
	Object:  "user group",
	Changes: []op.Change{op.Unsettles(userGroup, "user_group_id", "members"), stirsSharing},
}, func(ctx context.Context, c *client, in AddGroupADGroup) (op.None, error) {
	if err := rest.Filled("ad_group_sid", in.ADGroupSID); err != nil {
		return op.None{}, err
	}
	// The body is the identifier alone, in quotes.
	return op.None{}, c.Post(ctx, rest.Path("v3", "usergroups", in.UserGroupID, "activedirectorygroups"), in.ADGroupSID, nil)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddGroupADGroup, since time.Time) (op.None, bool, error) {
	g, err := readUserGroup(ctx, c, in.UserGroupID)
	m, isIn := g.adGroup(in.ADGroupSID)
	if err != nil || !isIn || m.DateAdded.Or("") == "" {
		return op.None{}, isIn, err
	}
	landed, err := madeSince(m.DateAdded.Value, since)
	return op.None{}, landed, err
}))

// RemoveGroupADGroup is the input of alteryx.remove_group_ad_group.
type RemoveGroupADGroup struct {
	UserGroupID string `json:"-" lua:"user_group_id,required,key" doc:"User group that shrinks."`
	ADGroupSID  string `json:"-" lua:"ad_group_sid,required" doc:"Security identifier of the Active Directory group."`
}

// A second call leaves the same state but answers 400. No probe mends that:
// only if it were sure that members list Active Directory groups, would not
// finding one mean that it is gone.
var removeGroupADGroup = op.New(op.Operation{
	Name: "alteryx.remove_group_ad_group",
	Doc: `Removes a group of the Active Directory from a user group.

Only on Servers with Windows authentication. Raises not_found if there is no such user group, and invalid if the
Active Directory group is not in it.`,
	Source:      userGroupsPage,
	Example:     `alteryx.remove_group_ad_group { user_group_id = "61d57bea3c15317e1a482060", ad_group_sid = "S-1-5-21-1004336348-1177238915-682003330-512" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user group",
	Changes:     []op.Change{op.Unsettles(userGroup, "user_group_id", "members"), stirsSharing},
}, func(ctx context.Context, c *client, in RemoveGroupADGroup) (op.None, error) {
	return op.None{}, c.Delete(ctx, rest.Path("v3", "usergroups", in.UserGroupID, "activedirectorygroups", in.ADGroupSID), nil, nil)
})
