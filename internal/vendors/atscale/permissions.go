package atscale

import (
	"context"

	"runner/internal/op"
	"runner/internal/rest"
)

const cubesPage = reference + "I2024.1.2/api-ref/cube"

var permissionOperations = []*op.Operation{
	getProjectPermissions, updateProjectPermissions, getCubePermissionTypes, getCubePermissions,
}

// Permissions tell who may do what with a project or a cube.
type Permissions struct {
	Designtime PermissionMatrix `json:"designtime_permissions,omitzero" lua:"designtime_permissions" doc:"Who may design: read, update, delete."`
	Runtime    PermissionMatrix `json:"runtime_permissions,omitzero" lua:"runtime_permissions" doc:"Who may use it: query, create tables from it."`
	Extra      op.Extra         `json:",embed"`
}

// PermissionMatrix lists permissions by principal.
type PermissionMatrix struct {
	Designtime map[string][]string `json:"designtime_permission_matrix,omitzero" lua:"designtime_permission_matrix" doc:"Ids of permissions, by the id of the user or group."`
	Runtime    map[string][]string `json:"runtime_permission_matrix,omitzero" lua:"runtime_permission_matrix" doc:"Ids of permissions, by the id of the user or group."`
	Extra      op.Extra            `json:",embed"`
}

// GetProjectPermissions is the input of atscale.get_project_permissions.
type GetProjectPermissions struct {
	InOrganization
	ProjectID string `json:"-" lua:"project_id,required,key" doc:"Draft project."`
}

// Unconfirmed: inferred from the page on cubes.
var getProjectPermissions = op.New(op.Operation{
	Name: "atscale.get_project_permissions",
	Doc: `Reads who may do what with a project.

The answer was inferred from that on cubes, so look at what comes. Installer edition.
Raises not_found if there is no such project.`,
	Source:      cubesPage,
	Example:     `print(atscale.get_project_permissions { project_id = project.id }.designtime_permissions)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "permissions of project",
	Shows:       ofOrganization(op.Blind(projectAccess, deletedPrincipals, project)),
}, installer(func(ctx context.Context, c *client, args GetProjectPermissions) (p Permissions, err error) {
	path := rest.Path("api", "1.0", "org", c.organization(args.OrgID), "permissions", "project", args.ProjectID)
	return p, c.dc.Get(ctx, path, nil, in(&p))
}))

// UpdateProjectPermissions is the input of atscale.update_project_permissions.
type UpdateProjectPermissions struct {
	ProjectID       string `json:"-" lua:"project_id,required,key" doc:"Draft project."`
	ExclusiveAccess bool   `json:"exclusive_access" lua:"exclusive_access,required" doc:"True: only those who are given access have it. False: all have it."`
}

var updateProjectPermissions = op.New(op.Operation{
	Name: "atscale.update_project_permissions",
	Doc: `Sets whether a project is for all, or only for those who are given access.

Installer edition. Raises not_found if there is no such project.`,
	Source:      "https://github.com/hajimeo/samples, bash/install_atscale.sh (2018)",
	Example:     `atscale.update_project_permissions { project_id = project.id, exclusive_access = true }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "permissions of project",
	Changes:     []op.Change{op.Stirs(projectAccess)},
}, installer(func(ctx context.Context, c *client, args UpdateProjectPermissions) (op.None, error) {
	return op.None{}, c.dc.Post(ctx, c.ofOrg("permissions", "project", args.ProjectID), args, nil)
}))

// CubePermissionTypes are the permissions that there are for a cube.
type CubePermissionTypes struct {
	Designtime []Permission `json:"designtime_permissions" lua:"designtime_permissions" doc:"cube.read, cube.update, cube.delete."`
	Runtime    []Permission `json:"runtime_permissions" lua:"runtime_permissions" doc:"cube.query, cube.ctas."`
	Extra      op.Extra     `json:",embed"`
}

// GetCubePermissionTypes is the input of atscale.get_cube_permission_types.
type GetCubePermissionTypes struct {
	ProjectID string `json:"-" lua:"project_id,required,key" doc:"Draft project."`
}

var getCubePermissionTypes = op.New(op.Operation{
	Name: "atscale.get_cube_permission_types",
	Doc: `Reads which permissions there are for the cubes of a project.

Installer edition. Raises not_found if there is no such project.`,
	Source:      cubesPage,
	Example:     `for _, p in ipairs(atscale.get_cube_permission_types { project_id = project.id }.runtime_permissions) do print(p.id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "permissions of project",
	Shows:       op.Blind(project),
}, installer(func(ctx context.Context, c *client, args GetCubePermissionTypes) (p CubePermissionTypes, err error) {
	return p, c.dc.Get(ctx, c.ofOrg("permissions", "project", args.ProjectID, "cube"), nil, in(&p))
}))

// GetCubePermissions is the input of atscale.get_cube_permissions.
type GetCubePermissions struct {
	InOrganization
	ProjectID string `json:"-" lua:"project_id,required" doc:"Draft project."`
	CubeID    string `json:"-" lua:"cube_id,required,key" doc:"Cube of it."`
}

// That the runtime part is shaped like the other is unconfirmed.
var getCubePermissions = op.New(op.Operation{
	Name: "atscale.get_cube_permissions",
	Doc: `Reads who may do what with a cube.

Installer edition. Raises not_found if there is no such cube, and unsupported if the Design Center APIs are switched off.`,
	Source:      cubesPage,
	Example:     `for who, what in pairs(atscale.get_cube_permissions { project_id = project.id, cube_id = cube.id }.designtime_permissions.designtime_permission_matrix) do print(who, what) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "permissions of cube",
	Shows:       ofOrganization(op.Blind(projectAccess, deletedPrincipals, project)),
}, installer(func(ctx context.Context, c *client, args GetCubePermissions) (p Permissions, err error) {
	path := rest.Path("api", "1.0", "org", c.organization(args.OrgID), "permissions", "project", args.ProjectID, "cube", args.CubeID)
	return p, c.dc.Get(ctx, path, nil, in(&p))
}))
