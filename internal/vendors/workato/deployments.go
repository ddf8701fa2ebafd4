package workato

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var deploymentOperations = []*op.Operation{
	createProjectBuild, getProjectBuild, runBuildDeployment, runProjectDeployment, getDeployment, listDeployments,
}

// ProjectBuild is what a project was like when it was built.
type ProjectBuild struct {
	ID              Int                `json:"id" lua:"id,key" doc:"Id."`
	State           op.Opt[string]     `json:"state,omitzero" lua:"state" doc:"How far it is: pending, success or failed."`
	ProjectID       op.Opt[ID]         `json:"project_id,omitzero" lua:"project_id" doc:"Its project."`
	Description     op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	DownloadURL     op.Opt[string]     `json:"download_url,omitzero" lua:"download_url" doc:"Where its package is; absent until it is done."`
	PerformedByName op.Opt[string]     `json:"performed_by_name,omitzero" lua:"performed_by_name" doc:"Who built it."`
	CreatedAt       op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was begun."`
	UpdatedAt       op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra           op.Extra           `json:",embed"`
}

// Deployment puts a build into an environment.
type Deployment struct {
	ID              Int                `json:"id" lua:"id,key" doc:"Id."`
	State           op.Opt[string]     `json:"state,omitzero" lua:"state" doc:"How far it is: pending, success or failed."`
	ProjectBuildID  op.Opt[Int]        `json:"project_build_id,omitzero" lua:"project_build_id" doc:"Build that it puts there."`
	EnvironmentType op.Opt[string]     `json:"environment_type,omitzero" lua:"environment_type" doc:"Environment: test or prod."`
	ProjectID       op.Opt[ID]         `json:"project_id,omitzero" lua:"project_id" doc:"Its project."`
	Description     op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	PerformedByName op.Opt[string]     `json:"performed_by_name,omitzero" lua:"performed_by_name" doc:"Who deployed it."`
	CreatedAt       op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was begun."`
	UpdatedAt       op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra           op.Extra           `json:",embed"`
}

// CreateProjectBuild is the input of workato.create_project_build.
type CreateProjectBuild struct {
	ProjectID        string         `json:"-" lua:"project_id,required,key" doc:"Id of the project, or f and the id of its folder: f193."`
	Description      op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	IncludeTestCases op.Opt[bool]   `json:"include_test_cases,omitzero" lua:"include_test_cases" default:"false" doc:"Take test cases along."`
}

// No probe: there is no list of builds.
var createProjectBuild = op.New(op.Operation{
	Name: "workato.create_project_build",
	Doc: `Builds a project, to be deployed.

Answers at once: read the build with get_project_build until it is done. Raises not_found if there is no such project,
and unsupported if the workspace has no environments.`,
	Source:  projectsPage,
	Example: `local build = workato.create_project_build { project_id = "12", description = "Release 7" }`,
	Effect:  op.Write,
	Object:  "build of project",
	Shows:   op.Created(projectBuild),
	Changes: []op.Change{op.Creates(projectBuild, op.With{"project_id": op.Vague()})},
}, func(ctx context.Context, c *client, in CreateProjectBuild) (b ProjectBuild, err error) {
	return b, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("projects", in.ProjectID, "build"), Body: in}, &b)
})

// GetProjectBuild is the input of workato.get_project_build.
type GetProjectBuild struct {
	ID int64 `json:"-" lua:"project_build_id,required,key" doc:"Build to read."`
}

var getProjectBuild = op.New(op.Operation{
	Name: "workato.get_project_build",
	Doc: `Reads how far a build is.

Raises not_found if there is no such build.`,
	Source:      projectsPage,
	Example:     `print(workato.get_project_build { project_build_id = 77 }.state)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project build",
	Shows:       op.One(projectBuild, "project_build_id"),
}, func(ctx context.Context, c *client, in GetProjectBuild) (b ProjectBuild, err error) {
	return b, c.get(ctx, rest.Path("project_builds", in.ID), nil, &b)
})

// RunBuildDeployment is the input of workato.run_build_deployment.
type RunBuildDeployment struct {
	ID              int64          `json:"-" lua:"project_build_id,required,key" doc:"Build to deploy."`
	EnvironmentType string         `json:"-" lua:"environment_type,required" enum:"test prod" doc:"Environment that it is put into."`
	Description     op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
}

var runBuildDeployment = op.New(op.Operation{
	Name: "workato.run_build_deployment",
	Doc: `Deploys a build into an environment.

It replaces what the project has there. Answers at once: read it with get_deployment until its state is success or
failed. Raises not_found if there is no such build, and unsupported if the workspace has no environments.`,
	Source:  projectsPage,
	Example: `local d = workato.run_build_deployment { project_build_id = 77, environment_type = "test" }`,
	Effect:  op.Destructive,
	Object:  "deployment of build",
	Shows:   op.Created(deployment),
	Changes: []op.Change{op.Creates(deployment, nil)},
}, func(ctx context.Context, c *client, in RunBuildDeployment) (d Deployment, err error) {
	return d, c.one(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("project_builds", in.ID, "deploy"), Query: url.Values{"environment_type": {in.EnvironmentType}}, Body: in,
	}, &d)
}, op.Probe(settle, func(ctx context.Context, c *client, in RunBuildDeployment, since time.Time) (Deployment, bool, error) {
	return lookForDeployment(ctx, c, ListDeployments{EnvironmentType: in.EnvironmentType}, since,
		func(d Deployment) bool { return int64(d.ProjectBuildID.Value) == in.ID })
}))

// RunProjectDeployment is the input of workato.run_project_deployment.
type RunProjectDeployment struct {
	ProjectID       string         `json:"-" lua:"project_id,required,key" doc:"Id of the project, or f and the id of its folder: f193."`
	EnvironmentType string         `json:"-" lua:"environment_type,required" enum:"test prod" doc:"Environment that it is put into."`
	Description     op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
}

// The probe takes any deployment of the project there that is new: whose it is
// does not show.
var runProjectDeployment = op.New(op.Operation{
	Name: "workato.run_project_deployment",
	Doc: `Builds a project and deploys it into an environment.

It replaces what the project has there. Answers at once: read it with get_deployment until its state is success or
failed. Raises not_found if there is no such project, and unsupported if the workspace has no environments.`,
	Source:  projectsPage,
	Example: `local d = workato.run_project_deployment { project_id = "12", environment_type = "test" }`,
	Effect:  op.Destructive,
	Object:  "deployment of project",
	Shows:   op.Created(deployment),
	Changes: []op.Change{op.Creates(deployment, op.With{"project_id": op.Vague()})},
}, func(ctx context.Context, c *client, in RunProjectDeployment) (d Deployment, err error) {
	return d, c.one(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("projects", in.ProjectID, "deploy"), Query: url.Values{"environment_type": {in.EnvironmentType}}, Body: in,
	}, &d)
}, op.Probe(settle, func(ctx context.Context, c *client, in RunProjectDeployment, since time.Time) (Deployment, bool, error) {
	filter := ListDeployments{EnvironmentType: in.EnvironmentType}
	if in.ProjectID != "" && in.ProjectID[0] == 'f' {
		filter.FolderID = in.ProjectID
	} else {
		filter.ProjectID = in.ProjectID
	}
	return lookForDeployment(ctx, c, filter, since, func(Deployment) bool { return true })
}))

func lookForDeployment(ctx context.Context, c *client, filter ListDeployments, since time.Time, like func(Deployment) bool) (d Deployment, landed bool, err error) {
	var all []Deployment
	if err := c.list(ctx, rest.Path("deployments"), query(filter), &all); err != nil {
		return d, false, err
	}
	found, err := newest(all, since, like, func(x Deployment) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return d, false, err
	}
	return theOne(found, "deployments to "+filter.EnvironmentType)
}

// GetDeployment is the input of workato.get_deployment.
type GetDeployment struct {
	ID int64 `json:"-" lua:"deployment_id,required,key" doc:"Deployment to read."`
}

var getDeployment = op.New(op.Operation{
	Name: "workato.get_deployment",
	Doc: `Reads how far a deployment is.

Raises not_found if there is no such deployment.`,
	Source:      projectsPage,
	Example:     `print(workato.get_deployment { deployment_id = 9 }.state)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "deployment",
	Shows:       op.One(deployment, "deployment_id"),
}, func(ctx context.Context, c *client, in GetDeployment) (d Deployment, err error) {
	return d, c.get(ctx, rest.Path("deployments", in.ID), nil, &d)
})

// ListDeployments is the input of workato.list_deployments.
type ListDeployments struct {
	ProjectID       string     `json:"project_id" lua:"project_id,key" doc:"Only deployments of this project."`
	FolderID        string     `json:"folder_id" lua:"folder_id" doc:"Only deployments of the project with this folder: f and its id."`
	EnvironmentType string     `json:"environment_type" lua:"environment_type" enum:"test prod" doc:"Only deployments to this environment."`
	State           string     `json:"state" lua:"state" enum:"pending success failed" doc:"Only deployments in this state."`
	From            op.RFC3339 `json:"from" lua:"from" doc:"Only deployments from this moment on, in UTC."`
	To              op.RFC3339 `json:"to" lua:"to" doc:"Only deployments up to this moment, in UTC."`
}

// No paging is documented.
var listDeployments = op.New(op.Operation{
	Name: "workato.list_deployments",
	Doc: `Lists deployments.

All that match, in Workato's order. Raises unsupported if the workspace has no environments.`,
	Source:      projectsPage,
	Example:     `for _, d in ipairs(workato.list_deployments { environment_type = "prod", state = "failed" }) do print(d.id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "deployment",
	Shows: op.Many(deployment, map[string]op.Match{
		"folder_id": unforeseen("project_id"), "from": op.AtLeast("created_at"), "to": op.AtMost("created_at"),
	}),
}, func(ctx context.Context, c *client, in ListDeployments) (all []Deployment, err error) {
	return all, c.list(ctx, rest.Path("deployments"), query(in), &all)
})
