package atscale

import (
	"context"
	"net/http"
	"net/url"

	"runner/internal/op"
	"runner/internal/rest"
)

// psUtils is the vendor's own client of the container edition. Paths below
// /wapi belong to its web application and are internal.
const psUtils = "https://github.com/AtScaleInc/ps-utils, src/services/AtScaleRestClientService.ts"

var catalogOperations = []*op.Operation{listCatalogs, deployCatalog, undeployCatalog, listDeployments}

// Catalog is a deployed catalog with its models.
type Catalog struct {
	ID          string             `json:"id" lua:"id,key" doc:"Id."`
	Name        string             `json:"name" lua:"name" doc:"Name."`
	Caption     op.Opt[string]     `json:"caption,omitzero" lua:"caption" doc:"Name as people see it."`
	PublishedAt op.Opt[op.RFC3339] `json:"publishedAt,omitzero" lua:"published_at,noise" doc:"When it was deployed."`
	PublishedBy op.Opt[string]     `json:"publishedBy,omitzero" lua:"published_by,noise" doc:"Who deployed it."`
	Models      []Model            `json:"models" lua:"models" doc:"Its models."`
	Extra       op.Extra           `json:",embed"`
}

// Model is a model of a catalog.
type Model struct {
	ID      string         `json:"id" lua:"id,key" doc:"Id."`
	Name    string         `json:"name" lua:"name" doc:"Name."`
	Caption op.Opt[string] `json:"caption,omitzero" lua:"caption" doc:"Name as people see it."`
	Extra   op.Extra       `json:",embed"`
}

var listCatalogs = op.New(op.Operation{
	Name: "atscale.list_catalogs",
	Doc: `Lists the deployed catalogs with their models.

In the vendor's order; there is no paging. Container edition.`,
	Source:      psUtils,
	Example:     `for _, c in ipairs(atscale.list_catalogs {}) do print(c.id, c.name, #c.models) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "catalog",
	Shows:       unless(op.Many(catalog, nil), deployments),
}, container(func(ctx context.Context, c *client, _ struct{}) ([]Catalog, error) {
	list := under[Catalog]("data", "catalogs")
	err := c.dc.Get(ctx, "/v1/catalogs", nil, list)
	return list.items, err
}))

// DeployCatalog is the input of atscale.deploy_catalog.
type DeployCatalog struct {
	RepoURL     string         `json:"repoUrl" lua:"repo_url,required,key" doc:"Address of the Git repository."`
	Branch      string         `json:"branch" lua:"branch,required" doc:"Branch."`
	GitToken    string         `json:"gitToken" lua:"git_token,required,secret" doc:"Token to read the repository with."`
	GitUsername op.Opt[string] `json:"gitUsername,omitzero" lua:"git_username" doc:"User of that token, if the Git server wants one."`
}

// Deployed is what came of a deployment.
type Deployed struct {
	CatalogID           string   `json:"catalogId" lua:"catalog_id,key" doc:"Id of the catalog."`
	Tableau             op.Raw   `json:"tableau,omitzero" lua:"tableau" doc:"What was done in Tableau, if anything."`
	CompilationWarnings op.Raw   `json:"compilationWarnings,omitzero" lua:"compilation_warnings" doc:"What the compiler warns of."`
	Extra               op.Extra `json:",embed"`
}

// It is synchronous, and takes minutes.
var deployCatalog = op.New(op.Operation{
	Name: "atscale.deploy_catalog",
	Doc: `Compiles a branch of a Git repository, and deploys the catalog in it, or deploys it again.

It waits until all is done, for minutes: one attempt may take as long as the connection's call_timeout. Container edition.
Raises invalid with what the compiler says if the branch does not compile.`,
	Source:      psUtils,
	Example:     `local id = atscale.deploy_catalog { repo_url = "https://git.example.com/sales.git", branch = "main", git_token = secret("env:GIT_TOKEN") }.catalog_id`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "catalog of repository",
	Changes:     []op.Change{op.Stirs(deployments)},
}, container(func(ctx context.Context, c *client, args DeployCatalog) (d Deployed, err error) {
	return d, c.slowDC.Post(ctx, "/v1/catalogs/deploy", args, in(&d))
}))

// CatalogID is the input of operations on a catalog.
type CatalogID struct {
	CatalogID string `json:"-" lua:"catalog_id,required,key" doc:"Catalog."`
}

// Undeployed tells what went wrong.
type Undeployed struct {
	EngineError  op.Opt[string] `lua:"engine_error" doc:"What the engine says; absent if all went well."`
	TableauError op.Opt[string] `lua:"tableau_error" doc:"What Tableau says; absent if all went well."`
}

// The answer is [engineError, tableauError].
var undeployCatalog = op.New(op.Operation{
	Name: "atscale.undeploy_catalog",
	Doc: `Takes a deployed catalog back, with its models and their aggregates.

Queries on it fail from then on. Container edition, by a path of its web application. Raises conflict if the engine
reports an error, and not_found if there is no such catalog.`,
	Source:      psUtils,
	Example:     `atscale.undeploy_catalog { catalog_id = catalog.id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "catalog",
	Changes:     []op.Change{op.Removes(catalog, "catalog_id"), op.Stirs(droppedAggregates)},
}, container(func(ctx context.Context, c *client, args CatalogID) (u Undeployed, err error) {
	var failures []op.Raw
	if err := c.slowDC.JSON(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("wapi", "p", "catalog", args.CatalogID)}, in(&failures)); err != nil {
		return u, err
	}
	for i, out := range []*op.Opt[string]{&u.EngineError, &u.TableauError} {
		if i >= len(failures) || failures[i].Kind() == 'n' {
			continue
		}
		said := text(failures[i])
		if said == "" {
			said = string(failures[i])
		}
		if said != `""` {
			*out = op.Some(said)
		}
	}
	if u.EngineError.Given {
		return u, &op.Error{Kind: op.Conflict, Subject: "catalog " + args.CatalogID, Cause: "the engine says " + rest.Shorten(u.EngineError.Value)}
	}
	return u, nil
}))

// Deployment is a repository with what is deployed of it.
type Deployment struct {
	RepoID   string     `json:"repoId" lua:"repo_id,key" doc:"Repository."`
	Name     string     `json:"name" lua:"name" doc:"Name of the repository."`
	Projects []Deployee `json:"projects" lua:"projects" doc:"What is deployed."`
	Extra    op.Extra   `json:",embed"`
}

// Deployee is a catalog that is deployed from a repository.
type Deployee struct {
	ID      string         `json:"id" lua:"id,key" doc:"Id."`
	Name    string         `json:"name" lua:"name" doc:"Name."`
	Caption op.Opt[string] `json:"caption,omitzero" lua:"caption" doc:"Name as people see it."`
	Models  []Model        `json:"models" lua:"models" doc:"Its models."`
	Extra   op.Extra       `json:",embed"`
}

var listDeployments = op.New(op.Operation{
	Name: "atscale.list_deployments",
	Doc: `Lists what is deployed, by repository.

In the vendor's order; there is no paging. Container edition, by a path of its web application.`,
	Source:      psUtils,
	Example:     `for _, d in ipairs(atscale.list_deployments {}) do print(d.name, #d.projects) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "deployment",
	Shows:       op.Blind(deployments, catalog, repository),
}, container(func(ctx context.Context, c *client, _ struct{}) ([]Deployment, error) {
	list := under[Deployment]("data")
	err := c.dc.Get(ctx, "/wapi/p/projects/deployed", url.Values{}, list)
	return list.items, err
}))
