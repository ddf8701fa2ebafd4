package atscale

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var repositoryOperations = []*op.Operation{listRepositories, createRepository, deleteRepository}

// Repository is a Git repository that is attached to AtScale.
type Repository struct {
	ID                     string         `json:"id" lua:"id,key" doc:"Id."`
	Name                   string         `json:"name" lua:"name" doc:"Name."`
	URL                    string         `json:"url" lua:"url" doc:"Address."`
	Type                   op.Opt[string] `json:"type,omitzero" lua:"type" doc:"catalog or global_settings."`
	VisibleBranchesPattern op.Opt[string] `json:"visibleBranchesPattern,omitzero" lua:"visible_branches_pattern" doc:"Pattern of the branches that are shown."`
	DefaultBranch          op.Opt[string] `json:"defaultBranch,omitzero" lua:"default_branch" doc:"Branch that is used if none is named."`
	CreatedBy              op.Opt[string] `json:"createdBy,omitzero" lua:"created_by" doc:"Who attached it, if the release answers it."`
	Extra                  op.Extra       `json:",embed"`
}

func (c *client) repositories(ctx context.Context) ([]Repository, error) {
	list := under[Repository]("data", "repos")
	err := c.dc.Get(ctx, "/wapi/p/repo", nil, list)
	return list.items, err
}

var listRepositories = op.New(op.Operation{
	Name: "atscale.list_repositories",
	Doc: `Lists the attached Git repositories.

In the vendor's order; there is no paging. Container edition, by a path of its web application.`,
	Source:      psUtils,
	Example:     `for _, r in ipairs(atscale.list_repositories {}) do print(r.name, r.url) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "repository",
	Shows:       op.Many(repository, nil),
}, container(func(ctx context.Context, c *client, _ struct{}) ([]Repository, error) {
	return c.repositories(ctx)
}))

// CreateRepository is the input of atscale.create_repository.
type CreateRepository struct {
	Name                   string         `json:"name" lua:"name,required,key" doc:"Name."`
	URL                    string         `json:"url" lua:"url,required" doc:"Address."`
	Type                   op.Opt[string] `json:"type" lua:"type" enum:"catalog global_settings" default:"catalog" doc:"What is in it."`
	VisibleBranchesPattern op.Opt[string] `json:"visibleBranchesPattern,omitzero" lua:"visible_branches_pattern" doc:"Pattern of the branches that are shown."`
	DefaultBranch          op.Opt[string] `json:"defaultBranch,omitzero" lua:"default_branch" doc:"Branch that is used if none is named."`
}

var createRepository = op.New(op.Operation{
	Name: "atscale.create_repository",
	Doc: `Attaches a Git repository.

ensure_repository looks first whether it is there. Container edition, by a path of its web application.
Raises invalid if AtScale refuses a value.`,
	Source:  psUtils,
	Example: `atscale.create_repository { name = "sales", url = "https://git.example.com/sales.git", default_branch = "main" }`,
	Effect:  op.Write,
	Object:  "repository",
	Shows:   op.Created(repository),
	Changes: []op.Change{op.Creates(repository, nil)},
	Inverse: op.Deletes("delete_repository", "repository_id", "id"),
}, container(func(ctx context.Context, c *client, args CreateRepository) (r Repository, err error) {
	args.Type = op.Some(args.Type.Or("catalog"))
	return r, c.dc.Post(ctx, "/wapi/p/repo", args, in(&r))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateRepository, _ time.Time) (r Repository, landed bool, err error) {
	list, err := c.repositories(ctx)
	if err != nil {
		return r, false, err
	}
	var found []Repository
	for _, r := range list {
		if r.Name == args.Name && r.URL == args.URL {
			found = append(found, r)
		}
	}
	return theOne(found, "repository "+args.Name)
}))

// DeleteRepository is the input of atscale.delete_repository.
type DeleteRepository struct {
	RepositoryID string `json:"-" lua:"repository_id,required,key" doc:"Repository to detach."`
}

// The repository itself stays on the Git server, and can be attached again:
// hence a write.
var deleteRepository = op.New(op.Operation{
	Name: "atscale.delete_repository",
	Doc: `Detaches a Git repository.

The repository itself stays. Container edition, by a path of its web application. Raises not_found if there is no such
repository.`,
	Source:      psUtils,
	Example:     `atscale.delete_repository { repository_id = repository.id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "repository",
	Changes:     []op.Change{op.Removes(repository, "repository_id")},
}, container(func(ctx context.Context, c *client, args DeleteRepository) (op.None, error) {
	return op.None{}, c.dc.Delete(ctx, rest.Path("wapi", "p", "repo", args.RepositoryID), nil, nil)
}))
