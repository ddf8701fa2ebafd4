package alteryxcloud

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

// usersPage describes members, their states and what a transfer moves.
const usersPage = "https://help.alteryx.com/aac/en/platform/admin/users-page.html; "

var peopleOperations = []*op.Operation{
	listMembers, listPeople, getCurrentPerson, getPerson, listAdmins,
	updatePerson, suspendPerson, suspendPeople, unsuspendPeople, transferAssets, removePerson,
}

// Person is a person. What they may do is there only where it was asked for.
type Person struct {
	ID                       ID                 `json:"id" lua:"id,key" doc:"Id."`
	Email                    op.Opt[string]     `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	Name                     op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name; absent until they have one."`
	IsAdmin                  op.Opt[bool]       `json:"isAdmin,omitzero" lua:"is_admin" doc:"Set on the caller's own record only: not for reviews of access."`
	IsDisabled               op.Opt[bool]       `json:"isDisabled,omitzero" lua:"is_disabled" doc:"Whether they are disabled."`
	State                    op.Opt[string]     `json:"state,omitzero" lua:"state" doc:"State of the record: active or hidden."`
	Status                   op.Opt[string]     `json:"status,omitzero" lua:"status" doc:"Status of the membership, like new or suspended; absent where the vendor does not say."`
	LastLoginTime            op.Opt[op.RFC3339] `json:"lastLoginTime,omitzero" lua:"last_login_time,noise" doc:"Last sign-in; absent if there was none."`
	LastStateChange          op.Opt[op.RFC3339] `json:"lastStateChange,omitzero" lua:"last_state_change,noise" doc:"When the state changed last."`
	GID                      op.Opt[string]     `json:"gid,omitzero" lua:"gid" doc:"Global id."`
	SSOPrincipal             op.Opt[string]     `json:"ssoPrincipal,omitzero" lua:"sso_principal" doc:"Name at the identity provider."`
	OutputHomeDir            op.Opt[string]     `json:"outputHomeDir,omitzero" lua:"output_home_dir" doc:"Folder for what their jobs write."`
	UploadDir                op.Opt[string]     `json:"uploadDir,omitzero" lua:"upload_dir" doc:"Folder for what they upload."`
	ValidateExportCompliance op.Opt[bool]       `json:"validateExportCompliance,omitzero" lua:"validate_export_compliance" doc:"Whether export compliance is checked."`
	CreatedAt                op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When the record was created."`
	UpdatedAt                op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`

	AuthorizationRoles  op.Opt[[]HeldRole]  `json:"authorizationRoles,omitzero" lua:"authorization_roles" doc:"Roles; absent unless privileges are asked for."`
	MaximalPrivileges   op.Opt[[]Privilege] `json:"maximalPrivileges,omitzero" lua:"maximal_privileges,noise" doc:"What they may do by all their roles; absent unless asked for."`
	MaximalCapabilities op.Raw              `json:"maximalCapabilities,omitzero" lua:"maximal_capabilities,noise" doc:"Capabilities by all their roles, as the vendor answers them; absent unless privileges are asked for."`
	PeopleWorkspaces    op.Raw              `json:"peopleworkspaces,omitzero" lua:"peopleworkspaces,noise" doc:"Their memberships, as the vendor answers them; absent unless privileges are asked for."`
	Extra               op.Extra            `json:",embed"`
}

// HeldRole is a role that somebody holds.
type HeldRole struct {
	PolicyID    ID             `json:"policyId" lua:"policy_id" doc:"Id of the role."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name, unless it is built in."`
	Tag         op.Opt[string] `json:"tag,omitzero" lua:"tag" doc:"Tag of a built-in role, like workspace_admin."`
	WorkspaceID op.Opt[ID]     `json:"workspaceId,omitzero" lua:"workspace_id" doc:"Workspace of the role."`
	Extra       op.Extra       `json:",embed"`
}

// Privilege is what may be done with a type of object.
type Privilege struct {
	ResourceType string   `json:"resourceType" lua:"resource_type" doc:"Type of object, like flow."`
	Operations   []string `json:"operations" lua:"operations" doc:"What may be done: read, update, delete, create, share, execute, export."`
	Extra        op.Extra `json:",embed"`
}

// withoutRights are the fields of a person in a list that was not asked for
// privileges.
var withoutRights = []string{
	"id", "email", "name", "is_admin", "is_disabled", "state", "status", "last_login_time", "last_state_change", "gid",
	"sso_principal", "output_home_dir", "upload_dir", "validate_export_compliance", "created_at", "updated_at",
}

// people is a list of people, which shows their roles only if they are asked
// for. Who was invited, or is among others for reasons of their own, follows
// from no argument.
func people(filters map[string]op.Match, free ...string) *op.View {
	v := op.Many(person, filters, append(free, "include_privileges", "sort")...)
	v.Fields = func(a op.Args) []string {
		if a["include_privileges"] == true {
			return nil
		}
		return withoutRights
	}
	return unless(v, invitations)
}

// ListMembers is the input of alteryx_cloud.list_members.
type ListMembers struct {
	Status            string       `json:"status" lua:"status" doc:"Only members with this status. The vendor lists no values; new and suspended are seen elsewhere."`
	Roles             []ID         `json:"-" lua:"roles" doc:"Only members who hold one of these roles: policy ids."`
	ExcludingRoles    []ID         `json:"-" lua:"excluding_roles" doc:"Only members who hold none of these roles: policy ids."`
	IncludePrivileges op.Opt[bool] `json:"includePrivileges,omitzero" lua:"include_privileges" default:"false" doc:"Adds roles and privileges to each."`
	AccountID         string       `json:"accountId" lua:"account_id" doc:"Account of the workspace."`
	Selection
}

// The form of roles and excludingRoles is not documented: they are repeated,
// like all lists in queries of this vendor.
var listMembers = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_members",
	Doc: `Lists the members of the connection's workspace.

All that match, in the order of sort. With include_privileges each member has authorization_roles and
maximal_privileges: that is the read for reviews of access. The vendor ignores filters that it does not know, so check
what comes back. Raises denied if the caller is no Workspace Admin.`,
	Source:      spec + "GET /iam/v1/workspaces/{id}/people",
	Example:     `for m in iter(alteryx_cloud.list_members, { include_privileges = true }) do print(m.email, #m.authorization_roles) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "member",
	Shows:       people(nil, "account_id"),
}, func(ctx context.Context, c *client, in ListMembers, cursor string) ([]Person, string, error) {
	path, err := c.within(ctx, iam, "people")
	if err != nil {
		return nil, "", err
	}
	q := repeat(repeat(rest.Query(in), "roles", in.Roles), "excludingRoles", in.ExcludingRoles)
	return page[Person](ctx, c.api, path, q, cursor)
})

// ListPeople is the input of alteryx_cloud.list_people.
type ListPeople struct {
	Email             string       `json:"email" lua:"email,key" doc:"Only who has this address."`
	State             string       `json:"state" lua:"state" enum:"active hidden" doc:"Only people in this state."`
	IsDisabled        op.Opt[bool] `json:"isDisabled,omitzero" lua:"is_disabled" doc:"Only people who are, or are not, disabled."`
	PeopleIDs         []ID         `json:"-" lua:"people_ids" doc:"Only the people with these ids."`
	IncludePrivileges op.Opt[bool] `json:"includePrivileges,omitzero" lua:"include_privileges" default:"false" doc:"Adds roles and privileges to each."`
	IncludeStatus     op.Opt[bool] `json:"includeStatus,omitzero" lua:"include_status" default:"false" doc:"Adds the status of the membership to each."`
	Selection
}

var listPeople = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_people",
	Doc: `Lists the people of the token's workspace.

All that match, in the order of sort. There is no filter by role, and is_admin is set on the caller's own record only:
for reviews of access take list_members with include_privileges. find_person looks somebody up by the address.`,
	Source:      spec + "GET /v4/people",
	Example:     `for p in iter(alteryx_cloud.list_people, { email = "ada@example.com" }) do print(p.id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "person",
	Shows:       people(map[string]op.Match{"email": op.EqualFold("email"), "people_ids": op.In("id")}, "include_status"),
}, func(ctx context.Context, c *client, in ListPeople, cursor string) ([]Person, string, error) {
	return page[Person](ctx, c.plain, rest.Path("v4", "people"), repeat(rest.Query(in), "peopleIds", in.PeopleIDs), cursor)
})

// GetCurrentPerson is the input of alteryx_cloud.get_current_person.
type GetCurrentPerson struct {
	IncludePrivileges op.Opt[bool] `json:"includePrivileges,omitzero" lua:"include_privileges" default:"true" doc:"Adds roles and privileges."`
}

var getCurrentPerson = op.New(op.Operation{
	Name: "alteryx_cloud.get_current_person",
	Doc: `Reads whom the token acts as.

A cheap check that a token is good.`,
	Source:      spec + "GET /v4/people/current",
	Example:     `print(alteryx_cloud.get_current_person {}.email)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "current person",
	Shows:       op.Blind(person),
}, func(ctx context.Context, c *client, in GetCurrentPerson) (p Person, err error) {
	in.IncludePrivileges = op.Some(in.IncludePrivileges.Or(true))
	return p, c.plain.Get(ctx, rest.Path("v4", "people", "current"), rest.Query(in), &p)
})

// GetPerson is the input of alteryx_cloud.get_person.
type GetPerson struct {
	PersonID          ID           `json:"-" lua:"person_id,required,key" doc:"Person to read."`
	IncludePrivileges op.Opt[bool] `json:"includePrivileges,omitzero" lua:"include_privileges" default:"true" doc:"Adds roles and privileges."`
}

// The vendor's default is false. With true, what grant_role changes can be
// seen, and a plan tells whether there is anything to do.
var getPerson = op.New(op.Operation{
	Name: "alteryx_cloud.get_person",
	Doc: `Reads one person, with roles and privileges.

Raises not_found if there is no such person.`,
	Source:      spec + "GET /v4/people/{id}",
	Example:     `print(alteryx_cloud.get_person { person_id = 61 }.email)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "person",
	Shows: &op.View{Entity: person, By: "person_id", Free: []string{"include_privileges"}, Fields: func(a op.Args) []string {
		if a["include_privileges"] == false {
			return withoutRights
		}
		return nil
	}},
}, func(ctx context.Context, c *client, in GetPerson) (p Person, err error) {
	in.IncludePrivileges = op.Some(in.IncludePrivileges.Or(true))
	return p, c.plain.Get(ctx, rest.Path("v4", "people", in.PersonID), rest.Query(in), &p)
})

// ListAdmins is the input of alteryx_cloud.list_admins.
type ListAdmins struct {
	AccountID     string `json:"accountId" lua:"account_id" doc:"Account of the workspace."`
	IncludeStatus string `json:"includeStatus" lua:"include_status" enum:"new suspended" doc:"Also admins with this status."`
}

var listAdmins = op.New(op.Operation{
	Name: "alteryx_cloud.list_admins",
	Doc: `Lists the admins of the connection's workspace.

All of them, in the vendor's order; there is no paging. Raises denied if the caller may not see them.`,
	Source:      spec + "GET /v4/workspaces/{workspaceId}/admins",
	Example:     `for _, a in ipairs(alteryx_cloud.list_admins {}) do print(a.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "admin",
	Shows:       op.Blind(person, group, invitations),
}, func(ctx context.Context, c *client, in ListAdmins) ([]Person, error) {
	path, err := c.within(ctx, v4, "admins")
	if err != nil {
		return nil, err
	}
	return whole[Person](ctx, c.plain, path, rest.Query(in))
})

// UpdatePerson is the input of alteryx_cloud.update_person.
type UpdatePerson struct {
	PersonID                 ID                `json:"-" lua:"person_id,required,key" doc:"Person to change."`
	Name                     op.Opt[string]    `json:"name,omitzero" lua:"name" doc:"Name."`
	Email                    op.Opt[string]    `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	IsDisabled               op.Opt[bool]      `json:"isDisabled,omitzero" lua:"is_disabled" doc:"Whether they are disabled. To keep somebody out, prefer suspend_people."`
	State                    op.Opt[string]    `json:"state,omitzero" lua:"state" enum:"active hidden" doc:"State of the record."`
	OutputHomeDir            op.Opt[string]    `json:"outputHomeDir,omitzero" lua:"output_home_dir" doc:"Folder for what their jobs write."`
	UploadDir                op.Opt[string]    `json:"uploadDir,omitzero" lua:"upload_dir" doc:"Folder for what they upload."`
	ValidateExportCompliance op.Opt[bool]      `json:"validateExportCompliance,omitzero" lua:"validate_export_compliance" doc:"Whether export compliance is checked."`
	AuthorizationRoles       op.Opt[[]RoleRef] `json:"authorizationRoles,omitzero" lua:"authorization_roles" doc:"Roles. Prefer grant_role and revoke_role: whether this replaces the others is not documented."`
}

// RoleRef names a role.
type RoleRef struct {
	PolicyID ID `json:"policyId" lua:"policy_id,required" doc:"Id of the role."`
}

var updatePerson = op.New(op.Operation{
	Name: "alteryx_cloud.update_person",
	Doc: `Changes the given fields of a member.

Only what is given is sent. Of others an admin may change the two folders and the roles; more the vendor may refuse.
Raises not_found if there is no such member, and denied or invalid if the vendor refuses a field.`,
	Source:      spec + "PATCH /v4/workspaces/{workspaceId}/people/{id}",
	Example:     `alteryx_cloud.update_person { person_id = 61, upload_dir = "/uploads/61" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "person",
	Shows:       &op.View{Entity: person, By: "person_id", Fields: func(op.Args) []string { return withoutRights }},
	Changes: []op.Change{op.Sets(person, "person_id", op.With{
		"authorization_roles": op.If(op.Vague(), "authorization_roles"), "maximal_privileges": op.Keep(),
		"status": op.If(op.Vague(), "is_disabled"),
	}), appears, op.Stirs(planShares)},
	Inverse: restores("update_person", "person_id", "authorization_roles"),
}, func(ctx context.Context, c *client, in UpdatePerson) (p Person, err error) {
	path, err := c.within(ctx, v4, "people", in.PersonID)
	if err != nil {
		return p, err
	}
	return p, c.plain.Patch(ctx, path, in, &p)
})

// suspensionFields may change when somebody is suspended. Which of them do is
// not documented.
var suspensionFields = []string{"is_disabled", "status"}

// SuspendPerson is the input of alteryx_cloud.suspend_person.
type SuspendPerson struct {
	PersonID ID `json:"-" lua:"person_id,required,key" doc:"Member to suspend."`
}

// Whether the vendor wants a body, perhaps true, is not documented. No read of
// one person tells whether they were suspended, or had not accepted yet, so
// there is no inverse.
var suspendPerson = op.New(op.Operation{
	Name: "alteryx_cloud.suspend_person",
	Doc: `Suspends one member.

Prefer suspend_people, which is known to work; what is said there holds here.`,
	Source:      spec + "PUT /v4/workspaces/{id}/people/{personId}/suspended",
	Example:     `alteryx_cloud.suspend_person { person_id = 61 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "person",
	Changes:     []op.Change{op.Unsettles(person, "person_id", suspensionFields...), op.Stirs(planShares)},
}, func(ctx context.Context, c *client, in SuspendPerson) (op.None, error) {
	path, err := c.within(ctx, v4, "people", in.PersonID, "suspended")
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodPut, Path: path}, nil)
})

// SuspendPeople is the input of suspend_people and unsuspend_people.
type SuspendPeople struct {
	PersonIDs []ID `json:"personIds" lua:"person_ids,required,key" doc:"Members."`
}

var suspendPeople = op.New(op.Operation{
	Name: "alteryx_cloud.suspend_people",
	Doc: `Suspends members: they cannot enter any more.

They still count against the seats, and own what they own; what they shared is out of reach for others. Their
schedules keep running until somebody disables them, so this alone is no offboarding. Raises denied if the caller is no
Workspace Admin, and invalid if somebody is no member.`,
	Source:      usersPage + spec + "POST /v4/workspaces/{id}/people/suspend",
	Example:     `alteryx_cloud.suspend_people { person_ids = { 61 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "people",
	Changes:     []op.Change{op.Unsettles(person, "person_ids", suspensionFields...), op.Stirs(planShares)},
}, func(ctx context.Context, c *client, in SuspendPeople) (op.None, error) {
	return op.None{}, c.suspension(ctx, "suspend", in)
})

var unsuspendPeople = op.New(op.Operation{
	Name: "alteryx_cloud.unsuspend_people",
	Doc: `Lifts the suspension of members.

Raises denied if the caller is no Workspace Admin, and invalid if somebody is no member.`,
	Source:      usersPage + spec + "POST /v4/workspaces/{id}/people/unsuspend",
	Example:     `alteryx_cloud.unsuspend_people { person_ids = { 61 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "people",
	Changes:     []op.Change{op.Unsettles(person, "person_ids", suspensionFields...), op.Stirs(planShares)},
}, func(ctx context.Context, c *client, in SuspendPeople) (op.None, error) {
	return op.None{}, c.suspension(ctx, "unsuspend", in)
})

func (c *client) suspension(ctx context.Context, verb string, in SuspendPeople) error {
	if err := some("person_ids", in.PersonIDs); err != nil {
		return err
	}
	path, err := c.within(ctx, iam, "people", verb)
	if err != nil {
		return err
	}
	return send(ctx, c.api, rest.Request{Method: http.MethodPost, Path: path, Body: in}, nil)
}

// TransferAssets is the input of alteryx_cloud.transfer_assets.
type TransferAssets struct {
	FromPersonID    op.Opt[ID]        `json:"fromPersonId,omitzero" lua:"from_person_id" doc:"Who gives; together with to_person_id."`
	ToPersonID      op.Opt[ID]        `json:"toPersonId,omitzero" lua:"to_person_id" doc:"Who takes."`
	FromPersonEmail string            `json:"fromPersonEmail,omitzero" lua:"from_person_email,key" doc:"Address of who gives; together with to_person_email, instead of the ids."`
	ToPersonEmail   string            `json:"toPersonEmail,omitzero" lua:"to_person_email" doc:"Address of who takes."`
	Assets          map[string]op.Raw `json:"assets,omitzero" lua:"assets" default:"everything" doc:"Kinds of assets, each with a list of ids, or with \"all\". The vendor does not list the kinds."`
}

func (in TransferAssets) check() error {
	ids := in.FromPersonID.Given && in.ToPersonID.Given
	emails := in.FromPersonEmail != "" && in.ToPersonEmail != ""
	other := in.FromPersonEmail != "" || in.ToPersonEmail != ""
	if emails {
		other = in.FromPersonID.Given || in.ToPersonID.Given
	}
	if ids == emails || other {
		return &op.Error{Kind: op.Invalid, Cause: "it is not clear who gives and who takes", Hint: "give from_person_id and to_person_id, or from_person_email and to_person_email"}
	}
	if in.Assets != nil && len(in.Assets) == 0 {
		return &op.Error{Kind: op.Invalid, Cause: "assets is empty", Hint: "leave it out to move everything"}
	}
	return nil
}

// That a repeat finds nothing left to move, and succeeds, is inferred.
var transferAssets = op.New(op.Operation{
	Name: "alteryx_cloud.transfer_assets",
	Doc: `Moves what one person owns to another: flows, datasets, recipes, connections and more.

It cannot be undone. It has to come before remove_person. The former owner keeps collaborator access (not to macros);
what was only shared with them does not move; nothing checks that the receiver can use what arrives. Whether schedules
move is not documented: see transfer_schedules. Raises invalid if one of the two is unknown, and denied if the caller is
no Workspace Admin.`,
	Source:      usersPage + spec + "PATCH /v4/workspaces/{id}/transfer",
	Example:     `alteryx_cloud.transfer_assets { from_person_email = "ada@example.com", to_person_email = "lin@example.com" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "assets of person",
	Changes: []op.Change{
		op.Hides(person, "from_person_id"), op.Hides(person, "to_person_id"),
		op.Blurs(flow, "creator"), op.Blurs(plan, "creator", "plan_nodes"), op.Blurs(connection, "creator"), op.Blurs(folder, "creator"),
		op.Blurs(workflow, "creator", "owner_id"), op.Blurs(schedule, "creator", "created_by"),
		op.Stirs(ownership, connectionShares, planShares),
	},
}, func(ctx context.Context, c *client, in TransferAssets) (op.None, error) {
	if err := in.check(); err != nil {
		return op.None{}, err
	}
	path, err := c.within(ctx, iam, "transfer")
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.api, rest.Request{Method: http.MethodPatch, Path: path, Body: in}, nil)
})

// RemovePerson is the input of alteryx_cloud.remove_person.
type RemovePerson struct {
	PersonID ID `json:"-" lua:"person_id,required,key" doc:"Member to remove."`
}

// The answer is an array of mixed items that nobody describes; it is not read.
var removePerson = op.New(op.Operation{
	Name: "alteryx_cloud.remove_person",
	Doc: `Removes a member from the connection's workspace. The account stays.

What they own and was not transferred goes with them; the vendor's support can bring it back within 14 days. Nobody can
remove themselves. Raises not_found or invalid if there is no such member, and denied if the caller is no Workspace
Admin.`,
	Source:      usersPage + spec + "DELETE /v4/workspaces/{id}/people/{personId}",
	Example:     `alteryx_cloud.remove_person { person_id = 61 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "person",
	Changes: []op.Change{
		op.Removes(person, "person_id"),
		op.Drops(group, "", "users", "id", "person_id"),
		op.Blurs(role, "user_count"), op.Blurs(planRun, "plan"),
		op.Stirs(removedAssets, connectionShares, planShares),
	},
}, func(ctx context.Context, c *client, in RemovePerson) (op.None, error) {
	path, err := c.within(ctx, iam, "people", in.PersonID)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, send(ctx, c.api, rest.Request{Method: http.MethodDelete, Path: path}, nil)
})
