package alteryx

import (
	"context"
	"slices"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// Credentials are accounts of the operating system that workflows run as. The
// Server has two views of one. They differ in the names of id and user name on
// the wire; in Lua both are id and username. No view shows the password.

const credentialsPage = "https://help.alteryx.com/current/en/server/api-overview/alteryx-server-api-v3/server-api-v3-objects/credential-endpoints.html"

var credentialOperations = []*op.Operation{
	listCredentials, getCredential, createCredential, updateCredential, deleteCredential,
	addCredentialUser, addCredentialUserGroup, removeCredentialUser, removeCredentialUserGroup,
}

// ListedCredential is a credential as a list shows it. The last two fields are
// absent in the Default view.
type ListedCredential struct {
	ID           string           `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Username     string           `json:"userName" lua:"username" doc:"Account that it stands for."`
	UserIDs      op.Opt[[]string] `json:"userIds,omitzero" lua:"user_ids" doc:"Users who may use it; absent in the Default view."`
	UserGroupIDs op.Opt[[]string] `json:"userGroupIds,omitzero" lua:"user_group_ids" doc:"User groups that may use it; absent in the Default view."`
	Extra        op.Extra         `json:",embed"`
}

// Credential is a credential with those who may use it.
type Credential struct {
	ID           string   `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Username     string   `json:"userName" lua:"username" doc:"Account that it stands for."`
	UserIDs      []string `json:"userIds" lua:"user_ids" doc:"Users who may use it."`
	UserGroupIDs []string `json:"userGroupIds" lua:"user_group_ids" doc:"User groups that may use it."`
	Extra        op.Extra `json:",embed"`
}

// StoredCredential is a credential as create_credential and update_credential
// answer it.
type StoredCredential struct {
	ID           string             `json:"credentialId" lua:"id,key" doc:"Id: 24 hex digits."`
	Username     string             `json:"username" lua:"username" doc:"Account that it stands for."`
	UserIDs      []string           `json:"userIds" lua:"user_ids" doc:"Users who may use it."`
	UserGroupIDs []string           `json:"userGroupIds" lua:"user_group_ids" doc:"User groups that may use it."`
	IsAdmin      op.Opt[bool]       `json:"isAdmin,omitzero" lua:"is_admin" doc:"Not explained by the vendor; absent if the Server does not say."`
	CreatedBy    op.Opt[string]     `json:"createdByEmail,omitzero" lua:"created_by_email" doc:"Address of its creator; absent if the Server does not say."`
	LastUpdated  op.Opt[op.RFC3339] `json:"lastUpdatedDate,omitzero" lua:"last_updated_date,noise" doc:"When it was last changed; absent if the Server does not say."`
	Status       op.Opt[string]     `json:"status,omitzero" lua:"status" doc:"Not explained by the vendor; absent if the Server does not say."`
	Extra        op.Extra           `json:",embed"`
}

func readCredential(ctx context.Context, c *client, id string) (k Credential, err error) {
	return k, c.Get(ctx, rest.Path("v3", "credentials", id), nil, &k)
}

// ListCredentials is the input of alteryx.list_credentials.
type ListCredentials struct {
	View        string         `json:"view" lua:"view" enum:"Default Full" default:"Default" doc:"Full adds who may use each credential."`
	UserID      op.Opt[string] `json:"userId,omitzero" lua:"user_id" doc:"Only credentials that this user may use."`
	UserGroupID op.Opt[string] `json:"userGroupId,omitzero" lua:"user_group_id" doc:"Only credentials that this user group may use."`
}

var listCredentials = op.New(op.Operation{
	Name: "alteryx.list_credentials",
	Doc: `Lists stored credentials.

All that match, in the Server's order; there is no paging. If the connection's user is not a Curator, the list holds
what that user may use, and the Server ignores view, user_id and user_group_id.
Raises invalid if a filter is given and empty: the Server would leave it out.`,
	Source:      credentialsPage,
	Example:     `for _, k in ipairs(alteryx.list_credentials { view = "Full" }) do print(k.username, #k.user_ids) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "credential",
	Shows: inFull(op.Many(credential, map[string]op.Match{
		"user_id": op.Has("user_ids"), "user_group_id": op.Has("user_group_ids"),
	}), "id", "username"),
}, func(ctx context.Context, c *client, in ListCredentials) (found []ListedCredential, err error) {
	if in.UserID.Given {
		if err := rest.Filled("user_id", in.UserID.Value); err != nil {
			return nil, err
		}
	}
	if in.UserGroupID.Given {
		if err := rest.Filled("user_group_id", in.UserGroupID.Value); err != nil {
			return nil, err
		}
	}
	return found, c.Get(ctx, rest.Path("v3", "credentials"), rest.Query(in), &found)
})

// GetCredential is the input of alteryx.get_credential.
type GetCredential struct {
	CredentialID string `json:"-" lua:"credential_id,required,key" doc:"Credential to read."`
}

var getCredential = op.New(op.Operation{
	Name: "alteryx.get_credential",
	Doc: `Reads one stored credential, without its password.

Raises not_found if there is no such credential.`,
	Source:      credentialsPage,
	Example:     `print(alteryx.get_credential { credential_id = "61d57bea3c15317e1a4820a0" }.username)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "credential",
	Shows:       op.One(credential, "credential_id"),
}, func(ctx context.Context, c *client, in GetCredential) (Credential, error) {
	return readCredential(ctx, c, in.CredentialID)
})

// CreateCredential is the input of alteryx.create_credential.
type CreateCredential struct {
	Username string `json:"username" lua:"username,required,key" doc:"Account that it stands for, like DOMAIN\\name."`
	Password string `json:"password" lua:"password,required,secret" doc:"Password of the account."`
}

// The help pages of 2023.2 say that the API cannot store credentials; since when
// it can is not documented, nor which status refuses a Server without TLS:
// presumably 400.
//
// Nothing that can be read has a date, so the probe cannot tell a credential
// that this call stored from one that had the same user name before, whose
// password then is still the old one. Not every field of the answer can be
// read again either.
var createCredential = op.New(op.Operation{
	Name: "alteryx.create_credential",
	Doc: `Stores a credential that workflows can run as.

Only on newer Servers that run with TLS. Raises invalid if the Server refuses a value or runs without TLS, and
unsupported if it is too old.`,
	Source:  swagger + "Credentials: Credentials_AddCredential",
	Example: `local k = alteryx.create_credential { username = "CORP\\svc-finance", password = p.password }`,
	Effect:  op.Write,
	Object:  "credential",
	Shows:   op.Created(credential),
	Changes: []op.Change{op.Creates(credential, nil)}, // who may use it then is not documented
}, func(ctx context.Context, c *client, in CreateCredential) (k StoredCredential, err error) {
	return k, c.Post(ctx, rest.Path("v3", "credentials"), in, &k)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in CreateCredential, _ time.Time) (StoredCredential, bool, error) {
	var all []ListedCredential
	if err := c.Get(ctx, rest.Path("v3", "credentials"), nil, &all); err != nil {
		return StoredCredential{}, false, err
	}
	var found []string
	for _, k := range all {
		if k.Username == in.Username {
			found = append(found, k.ID)
		}
	}
	id, landed, err := theOne(found, "credential "+in.Username)
	if err != nil || !landed {
		return StoredCredential{}, false, err
	}
	k, err := readCredential(ctx, c, id)
	return StoredCredential{ID: k.ID, Username: k.Username, UserIDs: k.UserIDs, UserGroupIDs: k.UserGroupIDs, Extra: k.Extra}, err == nil, err
}))

// UpdateCredential is the input of alteryx.update_credential.
type UpdateCredential struct {
	CredentialID string `json:"-" lua:"credential_id,required,key" doc:"Credential to change."`
	NewPassword  string `json:"newPassword" lua:"new_password,required,secret" doc:"New password of the account."`
}

// As for create_credential.
var updateCredential = op.New(op.Operation{
	Name: "alteryx.update_credential",
	Doc: `Sets the password of a stored credential.

It changes what the Server knows, not the account itself. Only on newer Servers that run with TLS. Raises not_found if
there is no such credential, invalid if the Server refuses the password or runs without TLS, and unsupported if it is
too old.`,
	Source:      swagger + "Credentials: Credentials_UpdateCredential",
	Example:     `alteryx.update_credential { credential_id = "61d57bea3c15317e1a4820a0", new_password = p.password }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "credential",
	Shows:       op.One(credential, "credential_id"),
	Changes:     []op.Change{op.Hides(credential, "credential_id")},
}, func(ctx context.Context, c *client, in UpdateCredential) (k StoredCredential, err error) {
	return k, c.Put(ctx, rest.Path("v3", "credentials", in.CredentialID), in, &k)
})

// DeleteCredential is the input of alteryx.delete_credential.
type DeleteCredential struct {
	CredentialID string `json:"-" lua:"credential_id,required,key" doc:"Credential to delete."`
	Force        bool   `json:"force" lua:"force" default:"false" doc:"Take it away from all who may use it, too."`
}

// That a shared credential is refused without force is not documented: the
// vendor only says that force cleans up shares. Nor is what the answered list
// means, and whether it is one in every release. The answer to a second call is
// presumably 404.
var deleteCredential = op.New(op.Operation{
	Name: "alteryx.delete_credential",
	Doc: `Deletes a stored credential.

Answers the list of credentials that the Server answers; the vendor does not say what it means.
Raises invalid if the credential is shared and force is not true, and not_found if there is no such credential.`,
	Source:      credentialsPage,
	Example:     `alteryx.delete_credential { credential_id = "61d57bea3c15317e1a4820a0", force = true }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "credential",
	Changes: []op.Change{
		op.Removes(credential, "credential_id"),
		// What used it, which only force allows, uses none then.
		op.When(isTrue("force"), op.Blurs(user, "default_credential_id"), op.Blurs(studio, "credential_id"),
			op.Blurs(schedule, "credential_id"), op.Blurs(workflow, "versions")),
	},
}, func(ctx context.Context, c *client, in DeleteCredential) ([]Credential, error) {
	var answer oneOrMany[Credential]
	err := c.Delete(ctx, rest.Path("v3", "credentials", in.CredentialID), rest.Query(in), &answer)
	return answer, err
})

// shareCredential sends body, whose id names who may use the credential.
func shareCredential(ctx context.Context, c *client, credential, kind, argument, id string, body any) (k Credential, err error) {
	if err := rest.Filled(argument, id); err != nil {
		return k, err
	}
	return k, c.Post(ctx, rest.Path("v3", "credentials", credential, kind), body, &k)
}

func unshareCredential(ctx context.Context, c *client, credential, kind, id string) (k Credential, err error) {
	err = c.Delete(ctx, rest.Path("v3", "credentials", credential, kind, id), nil, &k)
	if err != nil || k.ID != "" {
		return k, err
	}
	return readCredential(ctx, c, credential) // the answer was lost, and the second says only that it is done
}

// AddCredentialUser is the input of alteryx.add_credential_user.
type AddCredentialUser struct {
	CredentialID string `json:"-" lua:"credential_id,required,key" doc:"Credential to share."`
	UserID       string `json:"userId" lua:"user_id,required" doc:"User who may use it."`
}

// What a second call answers is not documented. The probe cannot tell whether
// the user might use the credential before; the state is the same.
var addCredentialUser = op.New(op.Operation{
	Name: "alteryx.add_credential_user",
	Doc: `Lets a user use a stored credential.

Answers the credential as it is then. Raises not_found if there is no such credential or user, and invalid if the Server
refuses the user.`,
	Source:  credentialsPage,
	Example: `alteryx.add_credential_user { credential_id = "61d57bea3c15317e1a4820a0", user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:  op.Write,
	Object:  "credential",
	Inverse: takesOut("remove_credential_user", "user_ids", "", "user_id", "credential_id", "user_id"),
	Shows:   op.One(credential, "credential_id"),
	Changes: []op.Change{op.Puts(credential, "credential_id", "user_ids", "user_id")},
}, func(ctx context.Context, c *client, in AddCredentialUser) (Credential, error) {
	return shareCredential(ctx, c, in.CredentialID, "users", "user_id", in.UserID, in)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddCredentialUser, _ time.Time) (Credential, bool, error) {
	k, err := readCredential(ctx, c, in.CredentialID)
	return k, slices.Contains(k.UserIDs, in.UserID), err
}))

// AddCredentialUserGroup is the input of alteryx.add_credential_user_group.
type AddCredentialUserGroup struct {
	CredentialID string `json:"-" lua:"credential_id,required,key" doc:"Credential to share."`
	UserGroupID  string `json:"userGroupId" lua:"user_group_id,required" doc:"User group that may use it."`
}

// As for users.
var addCredentialUserGroup = op.New(op.Operation{
	Name: "alteryx.add_credential_user_group",
	Doc: `Lets a user group use a stored credential.

Answers the credential as it is then. Raises not_found if there is no such credential or user group, and invalid if the
Server refuses the group.`,
	Source:  credentialsPage,
	Example: `alteryx.add_credential_user_group { credential_id = "61d57bea3c15317e1a4820a0", user_group_id = "61d57bea3c15317e1a482060" }`,
	Effect:  op.Write,
	Object:  "credential",
	Inverse: takesOut("remove_credential_user_group", "user_group_ids", "", "user_group_id", "credential_id", "user_group_id"),
	Shows:   op.One(credential, "credential_id"),
	Changes: []op.Change{op.Puts(credential, "credential_id", "user_group_ids", "user_group_id")},
}, func(ctx context.Context, c *client, in AddCredentialUserGroup) (Credential, error) {
	return shareCredential(ctx, c, in.CredentialID, "userGroups", "user_group_id", in.UserGroupID, in)
}, op.Probe(time.Minute, func(ctx context.Context, c *client, in AddCredentialUserGroup, _ time.Time) (Credential, bool, error) {
	k, err := readCredential(ctx, c, in.CredentialID)
	return k, slices.Contains(k.UserGroupIDs, in.UserGroupID), err
}))

// RemoveCredentialUser is the input of alteryx.remove_credential_user.
type RemoveCredentialUser struct {
	CredentialID string `json:"-" lua:"credential_id,required,key" doc:"Credential that is shared."`
	UserID       string `json:"-" lua:"user_id,required" doc:"User who may not use it any more."`
}

// The answer to a second call is presumably 404.
var removeCredentialUser = op.New(op.Operation{
	Name: "alteryx.remove_credential_user",
	Doc: `Takes the use of a stored credential away from a user.

Answers the credential as it is then. Use through a user group stays.
Raises not_found if there is no such credential or it is not shared with the user.`,
	Source:      credentialsPage,
	Example:     `alteryx.remove_credential_user { credential_id = "61d57bea3c15317e1a4820a0", user_id = "61d57bea3c15317e1a48205b" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "credential",
	Inverse:     putsBack("add_credential_user", "user_ids", "", "user_id", "credential_id", "user_id"),
	Shows:       op.One(credential, "credential_id"),
	Changes:     []op.Change{op.Drops(credential, "credential_id", "user_ids", "", "user_id")},
}, func(ctx context.Context, c *client, in RemoveCredentialUser) (Credential, error) {
	return unshareCredential(ctx, c, in.CredentialID, "users", in.UserID)
})

// RemoveCredentialUserGroup is the input of
// alteryx.remove_credential_user_group.
type RemoveCredentialUserGroup struct {
	CredentialID string `json:"-" lua:"credential_id,required,key" doc:"Credential that is shared."`
	UserGroupID  string `json:"-" lua:"user_group_id,required" doc:"User group that may not use it any more."`
}

// The answer to a second call is presumably 404.
var removeCredentialUserGroup = op.New(op.Operation{
	Name: "alteryx.remove_credential_user_group",
	Doc: `Takes the use of a stored credential away from a user group.

Answers the credential as it is then. Raises not_found if there is no such credential or it is not shared with the
group.`,
	Source:      credentialsPage,
	Example:     `alteryx.remove_credential_user_group { credential_id = "61d57bea3c15317e1a4820a0", user_group_id = "61d57bea3c15317e1a482060" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "credential",
	Inverse:     putsBack("add_credential_user_group", "user_group_ids", "", "user_group_id", "credential_id", "user_group_id"),
	Shows:       op.One(credential, "credential_id"),
	Changes:     []op.Change{op.Drops(credential, "credential_id", "user_group_ids", "", "user_group_id")},
}, func(ctx context.Context, c *client, in RemoveCredentialUserGroup) (Credential, error) {
	return unshareCredential(ctx, c, in.CredentialID, "userGroups", in.UserGroupID)
})
