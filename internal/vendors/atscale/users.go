package atscale

import (
	"context"
	"net/http"
	"strings"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const (
	usersPage     = reference + "I2024.1.2/api-ref/user"
	usersHelpPage = `https://help.atscale.com, article 15752627093783, "How to Create, Edit and Delete a User with the API"`
)

var userOperations = []*op.Operation{
	listRoles, listUsers, getUser, createUser, updateUser, deleteUser,
}

// Role is a bundle of system permissions.
type Role struct {
	ID          string       `json:"id" lua:"id,key" doc:"Id."`
	Title       string       `json:"title" lua:"title" doc:"Title, as the user interface shows it."`
	Permissions []Permission `json:"permissions" lua:"permissions" doc:"What its users may do."`
	Extra       op.Extra     `json:",embed"`
}

// Permission is something that a role or a person may do.
type Permission struct {
	ID    string   `json:"id" lua:"id" doc:"Id, like aggregates_view or cube.read."`
	Name  string   `json:"name" lua:"name" doc:"Name."`
	Extra op.Extra `json:",embed"`
}

var listRoles = op.New(op.Operation{
	Name: "atscale.list_roles",
	Doc: `Lists the roles of an organization with their permissions.

In the vendor's order; there is no paging. Installer edition.
Raises denied if the connection's user may not administer the organization.`,
	Source:      usersHelpPage,
	Example:     `for _, r in ipairs(atscale.list_roles {}) do print(r.title, #r.permissions) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "role",
	Shows:       ofOrganization(op.Apart()),
}, installer(func(ctx context.Context, c *client, args InOrganization) ([]Role, error) {
	list := under[Role]("roles")
	err := c.account.Get(ctx, rest.Path("api", "1.0", "org", c.organization(args.OrgID), "roles"), nil, list)
	return list.items, err
}))

// User is a member of an organization.
type User struct {
	UserID       string         `json:"user_id" lua:"user_id,key" doc:"Id; empty if it is not known, see create_user."`
	AuthUsername string         `json:"auth_username" lua:"auth_username" doc:"Name to sign in with, without regard to capitals."`
	Name         op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name as people read it."`
	Email        op.Opt[string] `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	SuperUser    op.Opt[bool]   `json:"super_user,omitzero" lua:"super_user" doc:"Whether the user may do everything."`
	APISuperUser op.Opt[bool]   `json:"api_super_user,omitzero" lua:"api_super_user" doc:"Whether the user may use the API for all organizations."`
	Extra        op.Extra       `json:",embed"`
}

// users are the members of an organization.
func (c *client) users(ctx context.Context, org string) ([]User, error) {
	list := under[User]("users")
	err := c.account.Get(ctx, rest.Path("api", "1.0", "org", org, "users"), nil, list)
	return list.items, err
}

// signedInAs are the users who sign in with a name.
func signedInAs(list []User, username string) (found []User) {
	for _, u := range list {
		if strings.EqualFold(u.AuthUsername, username) {
			found = append(found, u)
		}
	}
	return found
}

var listUsers = op.New(op.Operation{
	Name: "atscale.list_users",
	Doc: `Lists the users of an organization.

In the vendor's order; there is no paging. Who has no role is not a member and not listed. Which roles a user has is
not told. Installer edition.
Raises not_found if there is no such organization, and denied if the connection's user may not administer it.`,
	Source:      usersPage,
	Example:     `for _, u in ipairs(atscale.list_users {}) do print(u.auth_username, u.super_user) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user",
	Shows:       ofOrganization(op.Many(user, nil)),
}, installer(func(ctx context.Context, c *client, args InOrganization) ([]User, error) {
	return c.users(ctx, c.organization(args.OrgID))
}))

// UserAccount is a user as the account page shows it.
type UserAccount struct {
	UserID   string   `json:"user_id" lua:"user_id,key" doc:"Id."`
	Username string   `json:"username" lua:"username" doc:"Name to sign in with."`
	Extra    op.Extra `json:",embed"`
}

// GetUser is the input of atscale.get_user.
type GetUser struct {
	UserID string `json:"-" lua:"user_id,required,key" doc:"User to read."`
}

// Of the answer no more than the user name is known.
var getUser = op.New(op.Operation{
	Name: "atscale.get_user",
	Doc: `Reads the account of a user.

Beside the user name it holds what the release answers. Installer edition. Raises not_found if there is no such user.`,
	Source:      "https://pypi.org/project/atscale, AtScale's Python package (AI-Link), installer edition",
	Example:     `print(atscale.get_user { user_id = "admin1234" }.username)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "user",
	Shows:       op.Blind(user, deletedPrincipals),
}, installer(func(ctx context.Context, c *client, args GetUser) (u UserAccount, err error) {
	err = c.account.Get(ctx, c.ofOrg("userAccount", args.UserID), nil, in(&u))
	u.UserID = args.UserID
	return u, err
}))

// CreateUser is the input of atscale.create_user.
type CreateUser struct {
	Username string         `json:"username" lua:"username,required,key" doc:"Name to sign in with."`
	Password string         `json:"password" lua:"password,required,secret" doc:"Password; it is sent as its confirmation, too."`
	Confirm  string         `json:"confirm_password"`
	Roles    []string       `json:"roles" lua:"roles,required" doc:"Ids of the roles that the user gets, one at least: without a role a user is not a member of the organization."`
	Email    op.Opt[string] `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	Name     op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name as people read it."`
}

// The vendor's own example answers an empty user_id, so the list tells it. There
// are more optional fields, presumably groups, that no readable page names.
var createUser = op.New(op.Operation{
	Name: "atscale.create_user",
	Doc: `Creates a user.

The vendor does not answer the new id, so the users are listed afterwards; user_id is empty if the list does not show
the user. Not where users come from an external directory. Installer edition.
Raises invalid, conflict or unavailable if the name is taken or a value is refused: which, the vendor does not say.
Raises denied if the connection's user may not administer the organization.`,
	Source:  usersHelpPage,
	Example: `atscale.create_user { username = "ada", password = secret("env:NEW_PASSWORD"), roles = { role.id }, email = "ada@example.com" }`,
	Effect:  op.Write,
	Object:  "user",
	Shows:   op.Created(user),
	Changes: []op.Change{op.Creates(user, op.With{"auth_username": op.Arg("username")}), op.Blurs(group, "number_of_users"), op.Blurs(organization, "number_of_users")},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		id := op.Element(u.Answer, "user_id")
		return "delete_user", op.Args{"user_id": id}, id != nil && id != ""
	},
}, installer(func(ctx context.Context, c *client, args CreateUser) (u User, err error) {
	if len(args.Roles) == 0 {
		return u, &op.Error{Kind: op.Invalid, Cause: "roles is empty", Hint: "name a role at least: without one the user is not a member of the organization"}
	}
	args.Confirm = args.Password
	if err := c.account.Post(ctx, c.ofOrg("users"), args, in(&u)); err != nil {
		return u, err
	}
	if u.AuthUsername == "" {
		u.AuthUsername = args.Username
	}
	if u.UserID != "" {
		return u, nil
	}
	list, err := c.users(ctx, c.org)
	if op.KindOf(err) == op.Denied { // the user was made all the same
		return u, nil
	}
	if err != nil {
		return u, err
	}
	if found := signedInAs(list, args.Username); len(found) == 1 {
		return found[0], nil
	}
	return u, nil
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateUser, _ time.Time) (u User, landed bool, err error) {
	// A name is there once, so whoever has it now is who was to be made.
	list, err := c.users(ctx, c.org)
	if err != nil {
		return u, false, err
	}
	return theOne(signedInAs(list, args.Username), "user "+args.Username)
}))

// UpdateUser is the input of atscale.update_user.
type UpdateUser struct {
	UserID   string           `json:"-" lua:"user_id,required,key" doc:"User to change."`
	Email    op.Opt[string]   `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	Name     op.Opt[string]   `json:"name,omitzero" lua:"name" doc:"Name as people read it."`
	Password op.Opt[string]   `json:"password,omitzero" lua:"password,secret" doc:"New password."`
	Roles    op.Opt[[]string] `json:"roles,omitzero" lua:"roles" doc:"Ids of all roles that the user is to have."`
}

// Unconfirmed: that users can be edited is the title of a help page; path and
// method are those of groups, the fields those of create_user. In case the
// vendor wants the whole record, what the list tells of the user is sent too.
var updateUser = op.New(op.Operation{
	Name: "atscale.update_user",
	Doc: `Changes the given fields of a user.

The request is not documented where it can be read; it was inferred. The user is read first, and what is not given is
sent as it is; password and roles only if they are given. Without roles a user is no member any more, and not listed.
Installer edition.
Raises not_found if there is no such user, and denied if the connection's user may not administer the organization.`,
	Source:      usersHelpPage,
	Example:     `atscale.update_user { user_id = user.user_id, email = "ada.marsh@example.com" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "user",
	Changes: []op.Change{
		op.Sets(user, "user_id", nil),
		op.When(given("password", "roles"), op.Hides(user, "user_id")),
		op.When(noRoles, op.Removes(user, "user_id"), op.Blurs(organization, "number_of_users")),
	},
	Inverse: op.Restores("update_user", "user_id"),
}, installer(func(ctx context.Context, c *client, args UpdateUser) (op.None, error) {
	list, err := c.users(ctx, c.org)
	if err != nil {
		return op.None{}, err
	}
	body := struct {
		Username string `json:"username"`
		UpdateUser
		Confirm op.Opt[string] `json:"confirm_password,omitzero"`
	}{UpdateUser: args, Confirm: args.Password}
	known := false
	for _, u := range list {
		if u.UserID != args.UserID {
			continue
		}
		known, body.Username = true, u.AuthUsername
		if !args.Email.Given {
			body.Email = u.Email
		}
		if !args.Name.Given {
			body.Name = u.Name
		}
	}
	if !known {
		return op.None{}, &op.Error{Kind: op.NotFound, Subject: "user " + args.UserID, Cause: "the organization has none of this id"}
	}
	return op.None{}, c.account.Post(ctx, c.ofOrg("users", args.UserID), body, nil)
}))

// given tells whether one of these arguments is given.
func given(names ...string) func(op.Args) bool {
	return func(a op.Args) bool {
		for _, n := range names {
			if _, ok := a[n]; ok {
				return true
			}
		}
		return false
	}
}

// noRoles tells whether all roles are to be taken away.
func noRoles(a op.Args) bool {
	list, ok := a["roles"].([]any)
	return ok && len(list) == 0
}

// DeleteUser is the input of atscale.delete_user.
type DeleteUser struct {
	UserID string `json:"-" lua:"user_id,required,key" doc:"User to delete."`
}

// Unconfirmed, as update_user. A token that the user has may live to its end.
var deleteUser = op.New(op.Operation{
	Name: "atscale.delete_user",
	Doc: `Deletes a user.

The request is not documented where it can be read; it was inferred. Who is signed in may stay so for up to an hour.
Installer edition. Raises not_found if there is no such user, and denied if the connection's user may not administer the
organization.`,
	Source:      usersHelpPage,
	Example:     `atscale.delete_user { user_id = user.user_id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "user",
	Changes: []op.Change{
		op.Removes(user, "user_id"), op.Blurs(group, "number_of_users"), op.Blurs(organization, "number_of_users"), op.Stirs(deletedPrincipals),
	},
}, installer(func(ctx context.Context, c *client, args DeleteUser) (op.None, error) {
	return op.None{}, c.account.JSON(ctx, rest.Request{Method: http.MethodDelete, Path: c.ofOrg("users", args.UserID)}, nil)
}))
