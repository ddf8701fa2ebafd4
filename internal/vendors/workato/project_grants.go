package workato

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

const projectGrantsPage = "https://docs.workato.com/workato-api/project-grants.html"

var projectGrantOperations = []*op.Operation{
	listProjectGrants, grantProjectRoles, getProjectGrant, updateProjectGrant, revokeProjectGrant,
}

// ProjectGrant gives a collaborator or a group a role in a project.
type ProjectGrant struct {
	ID          string          `json:"id" lua:"id,key" doc:"Id, like pg-AbC-dEf."`
	Project     *GrantedProject `json:"project,omitzero" lua:"project" doc:"Project it is for."`
	ProjectRole *GrantedRole    `json:"project_role,omitzero" lua:"project_role" doc:"Role that it gives."`
	UserGroup   *GrantedGroup   `json:"user_group,omitzero" lua:"user_group" doc:"Group that has it; absent if a person has."`
	User        *GrantedUser    `json:"user,omitzero" lua:"user" doc:"Collaborator who has it; absent if a group has."`
	Extra       op.Extra        `json:",embed"`
}

// GrantedProject is the project of a grant.
type GrantedProject struct {
	ID          Int                 `json:"id" lua:"id" doc:"Id of the project."`
	Name        op.Opt[string]      `json:"name,omitzero" lua:"name" doc:"Name."`
	Environment *GrantedEnvironment `json:"environment,omitzero" lua:"environment" doc:"Environment it is in."`
	Extra       op.Extra            `json:",embed"`
}

// GrantedEnvironment is the environment of a grant.
type GrantedEnvironment struct {
	ID    op.Opt[ID]     `json:"id,omitzero" lua:"id" doc:"Id."`
	Type  op.Opt[string] `json:"type,omitzero" lua:"type" doc:"dev, test or prod."`
	Extra op.Extra       `json:",embed"`
}

// GrantedRole is the role of a grant.
type GrantedRole struct {
	ID    ID             `json:"id" lua:"id" doc:"Id, like pr-AbC-dEf; the list of project roles may show a number instead."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

// GrantedGroup is the group that has a grant.
type GrantedGroup struct {
	ID    ID             `json:"id" lua:"id" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

// GrantedUser is the collaborator who has a grant.
type GrantedUser struct {
	ID    Int            `json:"id" lua:"id" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Email op.Opt[string] `json:"email,omitzero" lua:"email" doc:"E-mail address."`
	Extra op.Extra       `json:",embed"`
}

// ListProjectGrants is the input of workato.list_project_grants.
type ListProjectGrants struct {
	ProjectID int64 `json:"-" lua:"project_id,required,key" doc:"Project whose grants are listed."`
}

// Grants show their project in a table of its own, so which are in the list
// after a change is not worked out.
var listProjectGrants = op.New(op.Operation{
	Name: "workato.list_project_grants",
	Doc: `Lists who has which role in a project.

All grants that the connection's client can reach. Raises not_found if there is no such project.`,
	Source:      projectGrantsPage,
	Example:     `for _, g in ipairs(workato.list_project_grants { project_id = 12 }) do print(g.project_role.name, g.user and g.user.email) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "grants of project",
	Shows:       within(op.Blind(projectGrant, project, projectRole, revokedGrants, userGroup, member), project, "project_id"),
}, func(ctx context.Context, c *client, in ListProjectGrants) (all []ProjectGrant, err error) {
	return all, c.list(ctx, rest.Path("projects", in.ProjectID, "project_grants"), nil, &all)
})

// GrantProjectRoles is the input of workato.grant_project_roles.
type GrantProjectRoles struct {
	ProjectID int64          `json:"-" lua:"project_id,required,key" doc:"Project that the roles are for."`
	Grants    []ProjectAward `json:"project_grants" lua:"project_grants,required" doc:"Who gets which role, 100 at most."`
}

// ProjectAward is one role for one collaborator or group.
type ProjectAward struct {
	AssignmentType string `json:"assignment_type" lua:"assignment_type,required" enum:"User UserGroup" doc:"Who gets it: a collaborator or a group."`
	AssignmentID   ID     `json:"assignment_id" lua:"assignment_id,required" doc:"Id of the collaborator or the group, as text."`
	ProjectRoleID  ID     `json:"project_role_id" lua:"project_role_id,required" doc:"Id of the role, as text."`
}

// The manual shows the grants as parameters of the query; that a JSON body
// works is unconfirmed.
var grantProjectRoles = op.New(op.Operation{
	Name: "workato.grant_project_roles",
	Doc: `Gives collaborators or groups roles in a project.

Who has a role there gets the new one instead; others stay. Answers the grants that were made or changed.
Raises not_found if there is no such project, and invalid if Workato does not know a role or a person.`,
	Source:      projectGrantsPage,
	Example:     `workato.grant_project_roles { project_id = 12, project_grants = { { assignment_type = "User", assignment_id = "523144", project_role_id = "83" } } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "grants of project",
	Changes:     []op.Change{op.Hides(project, "project_id"), op.Stirs(projectGrant, awardedGrants, rights)},
}, func(ctx context.Context, c *client, in GrantProjectRoles) (all []ProjectGrant, err error) {
	if len(in.Grants) == 0 || len(in.Grants) > most {
		return nil, invalid("project_grants has none, or more than 100", "give 1 to 100 at a time")
	}
	return all, c.listBy(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("projects", in.ProjectID, "project_grants"), Body: in}, &all)
})

// GetProjectGrant is the input of workato.get_project_grant.
type GetProjectGrant struct {
	ID string `json:"-" lua:"project_grant_id,required,key" doc:"Grant to read."`
}

var getProjectGrant = op.New(op.Operation{
	Name: "workato.get_project_grant",
	Doc: `Reads one project grant.

Raises not_found if there is no such grant.`,
	Source:      projectGrantsPage,
	Example:     `print(workato.get_project_grant { project_grant_id = "pg-AbC-dEf" }.project_role.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project grant",
	Shows:       unless(op.One(projectGrant, "project_grant_id"), revokedGrants, awardedGrants),
}, func(ctx context.Context, c *client, in GetProjectGrant) (g ProjectGrant, err error) {
	return g, c.get(ctx, rest.Path("project_grants", in.ID), nil, &g)
})

// UpdateProjectGrant is the input of workato.update_project_grant.
type UpdateProjectGrant struct {
	ID            string `json:"-" lua:"project_grant_id,required,key" doc:"Grant to change."`
	ProjectRoleID ID     `json:"project_role_id" lua:"project_role_id,required" doc:"Id of the role that it gives from now on, as text."`
}

// The body is inferred.
var updateProjectGrant = op.New(op.Operation{
	Name: "workato.update_project_grant",
	Doc: `Changes the role that a project grant gives.

Raises not_found if there is no such grant, and invalid if Workato does not know the role.`,
	Source:      projectGrantsPage,
	Example:     `workato.update_project_grant { project_grant_id = "pg-AbC-dEf", project_role_id = "84" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "project grant",
	Shows:       op.One(projectGrant, "project_grant_id"),
	Changes:     []op.Change{setsGrantedRole, op.Stirs(rights)},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		id := op.Element(u.Before["project_role"], "id")
		return "update_project_grant", op.Args{"project_grant_id": u.Args["project_grant_id"], "project_role_id": id}, id != nil
	},
}, func(ctx context.Context, c *client, in UpdateProjectGrant) (g ProjectGrant, err error) {
	if err := rest.Filled("project_role_id", string(in.ProjectRoleID)); err != nil {
		return g, err
	}
	return g, c.one(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("project_grants", in.ID), Body: in}, &g)
})

// setsGrantedRole gives a grant another role, unless it has it. The answer may
// write its id otherwise, so the rest is unknown.
func setsGrantedRole(s *op.Scene) {
	id := s.Args["project_grant_id"]
	now, _ := s.Object(projectGrant, id)
	value := any(s.Vague("project_role"))
	if before := now["project_role"]; before != nil && op.Same(op.Element(before, "id"), s.Args["project_role_id"]) == op.Yes {
		value = op.Copy(before)
	}
	s.Do(op.Mutation{Entity: projectGrant, ID: id, Act: op.ActSet, Field: "project_role", Value: value})
}

// RevokeProjectGrant is the input of workato.revoke_project_grant.
type RevokeProjectGrant struct {
	ID string `json:"-" lua:"project_grant_id,required,key" doc:"Grant to revoke."`
}

// The answer is unconfirmed.
var revokeProjectGrant = op.New(op.Operation{
	Name: "workato.revoke_project_grant",
	Doc: `Takes away a role in a project.

Raises not_found if there is no such grant.`,
	Source:      projectGrantsPage,
	Example:     `workato.revoke_project_grant { project_grant_id = "pg-AbC-dEf" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "project grant",
	Changes:     []op.Change{op.Removes(projectGrant, "project_grant_id"), op.Stirs(rights)},
	Inverse:     grantAgain,
}, func(ctx context.Context, c *client, in RevokeProjectGrant) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("project_grants", in.ID)})
})

// grantAgain makes a grant that was revoked anew, with another id.
func grantAgain(u op.Undo) (string, op.Args, bool) {
	kind, who := "User", op.Element(u.Before["user"], "id")
	if who == nil {
		kind, who = "UserGroup", op.Element(u.Before["user_group"], "id")
	}
	project, role := op.Element(u.Before["project"], "id"), op.Element(u.Before["project_role"], "id")
	if who == nil || project == nil || role == nil {
		return "", nil, false
	}
	award := map[string]any{"assignment_type": kind, "assignment_id": textOf(who), "project_role_id": textOf(role)}
	return "grant_project_roles", op.Args{"project_id": project, "project_grants": []any{award}}, true
}
