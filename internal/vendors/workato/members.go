package workato

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

const teamPage = "https://docs.workato.com/workato-api/team.html"

var memberOperations = []*op.Operation{
	listMembers, getMember, inviteMember, updateMemberRoles, removeMember,
	listMemberPrivileges, listMemberProjectGrants, listMemberProjectPrivileges,
}

// Member is a collaborator of the workspace.
type Member struct {
	ID              Int                `json:"id" lua:"id,key" doc:"Id."`
	Name            op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	Email           op.Opt[string]     `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	GrantType       op.Opt[string]     `json:"grant_type,omitzero" lua:"grant_type" doc:"team for a collaborator, federation_manager for a moderator."`
	Roles           []MemberRole       `json:"roles,omitzero" lua:"roles" doc:"Role in each environment."`
	ExternalID      op.Opt[ID]         `json:"external_id,omitzero" lua:"external_id" doc:"Id at the identity provider; absent if there is none."`
	TimeZone        op.Opt[string]     `json:"time_zone,omitzero" lua:"time_zone" doc:"Time zone, as Workato words it."`
	CreatedAt       op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When the collaborator was added."`
	LastActivityLog *LastActivity      `json:"last_activity_log,omitzero" lua:"last_activity_log,noise" doc:"What they did last; absent if nothing is recorded."`
	Extra           op.Extra           `json:",embed"`
}

// MemberRole is the role of a collaborator in one environment.
type MemberRole struct {
	EnvironmentType string         `json:"environment_type" lua:"environment_type" doc:"dev, test or prod."`
	RoleName        string         `json:"role_name" lua:"role_name" doc:"Name of the role; \"No access\" for none."`
	RoleType        op.Opt[string] `json:"role_type,omitzero" lua:"role_type" doc:"privilege_group for roles of the older model, environment for those of the newer."`
	Extra           op.Extra       `json:",embed"`
}

// LastActivity is what somebody did last.
type LastActivity struct {
	ID        op.Opt[Int]        `json:"id,omitzero" lua:"id" doc:"Id in the audit log."`
	EventType op.Opt[string]     `json:"event_type,omitzero" lua:"event_type" doc:"What was done."`
	CreatedAt op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When."`
	Extra     op.Extra           `json:",embed"`
}

// EnvironmentRoleOf gives a role in one environment.
type EnvironmentRoleOf struct {
	EnvironmentType string         `json:"environment_type" lua:"environment_type,required" enum:"dev test prod" doc:"Environment; dev in workspaces without environments."`
	Name            string         `json:"name" lua:"name,required" doc:"Name of the role. NoAccess takes the access away."`
	RoleType        op.Opt[string] `json:"role_type,omitzero" lua:"role_type" enum:"privilege_group environment" default:"privilege_group" doc:"Which model the role is of: privilege_group is the older one."`
}

// ListMembers is the input of workato.list_members.
type ListMembers struct {
	Email op.Opt[string] `json:"email,omitzero" lua:"email,key" doc:"Only members whose address contains this text."`
}

// That the filter looks for a part of the address is what clients in the field
// saw; whether it minds capitals is unconfirmed.
var listMembers = op.New(op.Operation{
	Name: "workato.list_members",
	Doc: `Lists the collaborators of the workspace.

All that match, in Workato's order; there is no paging. Who was invited and has not accepted yet is not among them. It
needs a client of the DEV environment. Compare the address yourself: email finds parts of addresses.`,
	Source:      teamPage,
	Example:     `for _, m in ipairs(workato.list_members {}) do print(m.id, m.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "member",
	Shows:       op.Many(member, map[string]op.Match{"email": op.Contains("email")}),
}, func(ctx context.Context, c *client, in ListMembers) (members []Member, err error) {
	if in.Email.Given {
		if err := rest.Filled("email", in.Email.Value); err != nil {
			return nil, err
		}
	}
	return members, c.list(ctx, rest.Path("members"), query(in), &members)
})

// GetMember is the input of workato.get_member.
type GetMember struct {
	ID int64 `json:"-" lua:"member_id,required,key" doc:"Member to read."`
}

// The envelope of the answer is unconfirmed; any is read.
var getMember = op.New(op.Operation{
	Name: "workato.get_member",
	Doc: `Reads one collaborator.

Raises not_found if there is no such member.`,
	Source:      teamPage,
	Example:     `print(workato.get_member { member_id = 523144 }.email)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "member",
	Shows:       op.One(member, "member_id"),
}, func(ctx context.Context, c *client, in GetMember) (m Member, err error) {
	return m, c.get(ctx, rest.Path("members", in.ID), nil, &m)
})

// InviteMember is the input of workato.invite_member.
type InviteMember struct {
	Name         string              `json:"name" lua:"name,required" doc:"Name of the person."`
	Email        string              `json:"email" lua:"email,required,key" doc:"Where the mail goes."`
	EnvRoles     []EnvironmentRoleOf `json:"env_roles" lua:"env_roles,required" doc:"Role in each environment; at least one, groups alone are not enough."`
	UserGroupIDs []string            `json:"user_group_ids,omitzero" lua:"user_group_ids" doc:"User groups that the person joins."`
}

// A pending invitation can be read nowhere, so no probe tells whether it was
// sent. The manual's table calls env_roles an object, its samples have a list.
// The deprecated role_name is not offered. How an invitation within the 20
// minutes is refused is unconfirmed.
var inviteMember = op.New(op.Operation{
	Name: "workato.invite_member",
	Doc: `Invites a person to the workspace by mail.

The person is no member until they accept. One address can be invited once in 20 minutes. It needs a client of the DEV
environment. Raises invalid if Workato does not know a role or an environment, and limited if the address was invited
just now.`,
	Source:  teamPage,
	Example: `workato.invite_member { name = "Ada Marsh", email = "ada@example.com", env_roles = { { environment_type = "dev", name = "Operator" } } }`,
	Effect:  op.Write,
	Object:  "invitation of",
	Changes: []op.Change{op.Stirs(invitations)},
}, func(ctx context.Context, c *client, in InviteMember) (op.None, error) {
	if len(in.EnvRoles) == 0 {
		return op.None{}, invalid("env_roles is empty", "give the role in one environment at least")
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("member_invitations"), Body: in})
})

// UpdateMemberRoles is the input of workato.update_member_roles.
type UpdateMemberRoles struct {
	ID       int64               `json:"-" lua:"member_id,required,key" doc:"Member whose roles change."`
	EnvRoles []EnvironmentRoleOf `json:"env_roles" lua:"env_roles,required" doc:"New role in each environment; those that are not named keep theirs."`
}

// The manual has the member as the answer, a client in the field {"result":
// "ok"}: nothing is read of it.
var updateMemberRoles = op.New(op.Operation{
	Name: "workato.update_member_roles",
	Doc: `Gives a collaborator other roles in some environments.

Environments that are not named keep their role; NoAccess takes the access to one away. It needs a client of the DEV
environment. Raises not_found if there is no such member, and invalid if Workato does not know a role.`,
	Source:      "https://api-docs.workato.com/workato-api/resources/workspace-collaborators/put-members-id",
	Example:     `workato.update_member_roles { member_id = 523144, env_roles = { { environment_type = "prod", name = "NoAccess" } } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "member",
	Changes:     []op.Change{setsRoles, op.Stirs(rights)},
	Inverse:     formerRoles,
}, func(ctx context.Context, c *client, in UpdateMemberRoles) (op.None, error) {
	if len(in.EnvRoles) == 0 {
		return op.None{}, invalid("env_roles is empty", "name an environment at least")
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("members", in.ID), Body: in})
})

// noAccess is how requests and answers write that there is no role.
const noAccess, shownNoAccess = "NoAccess", "No access"

// setsRoles gives a member roles in the environments that the call names.
func setsRoles(s *op.Scene) {
	id, ok := s.Args["member_id"]
	if !ok {
		return
	}
	set := op.Mutation{Entity: member, ID: id, Act: op.ActSet, Field: "roles", Value: s.Vague("roles")}
	now, known := s.Object(member, id)
	given, isList := s.Args["env_roles"].([]any)
	if roles, listed := now["roles"].([]any); known && listed && isList {
		roles := op.Copy(roles).([]any)
		for _, g := range given {
			roles = withRole(roles, g)
		}
		set.Value = roles
	}
	s.Do(set)
}

func withRole(roles []any, given any) []any {
	name, kind := op.Element(given, "name"), op.Element(given, "role_type")
	if name == noAccess {
		name = shownNoAccess
	}
	if kind == nil {
		kind = "privilege_group"
	}
	entry := map[string]any{"environment_type": op.Element(given, "environment_type"), "role_name": name, "role_type": kind}
	for i, r := range roles {
		if op.Same(op.Element(r, "environment_type"), entry["environment_type"]) == op.Yes {
			roles[i] = entry
			return roles
		}
	}
	return append(roles, entry)
}

// formerRoles gives a member the roles from before, in the environments that
// the call named.
func formerRoles(u op.Undo) (string, op.Args, bool) {
	before, _ := u.Before["roles"].([]any)
	given, _ := u.Args["env_roles"].([]any)
	var roles []any
	for _, g := range given {
		role := map[string]any{"environment_type": op.Element(g, "environment_type"), "name": noAccess}
		for _, b := range before {
			if op.Same(op.Element(b, "environment_type"), role["environment_type"]) != op.Yes {
				continue
			}
			if name := op.Element(b, "role_name"); name != shownNoAccess {
				role["name"] = name
			}
			if kind := op.Element(b, "role_type"); kind != nil {
				role["role_type"] = kind
			}
		}
		roles = append(roles, role)
	}
	return "update_member_roles", op.Args{"member_id": u.Args["member_id"], "env_roles": roles}, u.Before != nil && len(roles) > 0
}

// RemoveMember is the input of workato.remove_member.
type RemoveMember struct {
	ID int64 `json:"-" lua:"member_id,required,key" doc:"Member to remove."`
}

// The answer is unconfirmed.
var removeMember = op.New(op.Operation{
	Name: "workato.remove_member",
	Doc: `Removes a collaborator from the workspace.

For good: there is no inactive state. To take the access away first, give NoAccess with update_member_roles. API
clients are not tied to people and go on. It needs a client of the DEV environment. Raises not_found if there is no such
member.`,
	Source:      teamPage,
	Example:     `workato.remove_member { member_id = 523144 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "member",
	Changes:     []op.Change{op.Removes(member, "member_id"), op.Stirs(memberships, rights), op.Blurs(userGroup, "members_count"), op.Blurs(apiClient, "user")},
}, func(ctx context.Context, c *client, in RemoveMember) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("members", in.ID)})
})

// MemberPrivileges is what a collaborator may do in one environment.
type MemberPrivileges struct {
	EnvironmentType op.Opt[string]      `json:"environment_type,omitzero" lua:"environment_type" doc:"dev, test or prod."`
	Name            op.Opt[string]      `json:"name,omitzero" lua:"name" doc:"Name of the role."`
	Privileges      map[string][]string `json:"privileges" lua:"privileges" doc:"What the role may do, by group."`
	FolderIDs       op.Opt[[]Int]       `json:"folder_ids,omitzero" lua:"folder_ids" doc:"Folders it may reach. Not in the manual, but in answers."`
	Extra           op.Extra            `json:",embed"`
}

// ListMemberPrivileges is the input of workato.list_member_privileges.
type ListMemberPrivileges struct {
	ID int64 `json:"-" lua:"member_id,required,key" doc:"Member whose rights are read."`
}

var listMemberPrivileges = op.New(op.Operation{
	Name: "workato.list_member_privileges",
	Doc: `Lists what a collaborator may do, by environment.

All environments; there is no paging. Raises not_found if there is no such member.`,
	Source:      teamPage,
	Example:     `for _, p in ipairs(workato.list_member_privileges { member_id = 523144 }) do print(p.environment_type, p.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "privileges of member",
	Shows:       within(op.Blind(rights, memberships, environmentRole, role), member, "member_id"),
}, func(ctx context.Context, c *client, in ListMemberPrivileges) (all []MemberPrivileges, err error) {
	return all, c.list(ctx, rest.Path("members", in.ID, "privileges"), nil, &all)
})

// ListMemberProjectGrants is the input of workato.list_member_project_grants.
type ListMemberProjectGrants struct {
	ID int64 `json:"-" lua:"member_id,required,key" doc:"Member whose grants are listed."`
}

// The answer is inferred from that of the grants of a project.
var listMemberProjectGrants = op.New(op.Operation{
	Name: "workato.list_member_project_grants",
	Doc: `Lists the project grants of a collaborator.

Raises not_found if there is no such member.`,
	Source:      teamPage,
	Example:     `for _, g in ipairs(workato.list_member_project_grants { member_id = 523144 }) do print(g.project.name, g.project_role.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project grants of member",
	Shows:       within(op.Blind(rights, memberships, projectGrant, project, projectRole), member, "member_id"),
}, func(ctx context.Context, c *client, in ListMemberProjectGrants) (all []ProjectGrant, err error) {
	return all, c.list(ctx, rest.Path("members", in.ID, "project_grants"), nil, &all)
})

// ProjectPrivileges is what a collaborator may do in one project.
type ProjectPrivileges struct {
	Extra op.Extra `json:",embed"`
}

// ListMemberProjectPrivileges is the input of
// workato.list_member_project_privileges.
type ListMemberProjectPrivileges struct {
	ID int64 `json:"-" lua:"member_id,required,key" doc:"Member whose rights are read."`
}

// The answer is unconfirmed: its fields come as they are.
var listMemberProjectPrivileges = op.New(op.Operation{
	Name: "workato.list_member_project_privileges",
	Doc: `Lists what a collaborator may do, by project.

The fields are Workato's. Raises not_found if there is no such member.`,
	Source:      teamPage,
	Example:     `print(#workato.list_member_project_privileges { member_id = 523144 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project privileges of member",
	Shows:       within(op.Blind(rights, memberships, projectGrant, project, projectRole), member, "member_id"),
}, func(ctx context.Context, c *client, in ListMemberProjectPrivileges) (all []ProjectPrivileges, err error) {
	return all, c.list(ctx, rest.Path("members", in.ID, "projects_privileges"), nil, &all)
})
