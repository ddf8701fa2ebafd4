package atscale

import (
	"context"
	"net/http"
	"net/url"

	"runner/internal/op"
	"runner/internal/rest"
)

var publishedOperations = []*op.Operation{
	listEngineProjects, listPublishedProjects, exportPublishedProject, publishProjectXML, unpublishProject,
}

// EngineProject is a project as the engine lists it.
type EngineProject struct {
	ID      string   `json:"id" lua:"id,key" doc:"Id of the published project."`
	Caption string   `json:"caption" lua:"caption" doc:"Name as people see it."`
	Extra   op.Extra `json:",embed"`
}

var listEngineProjects = op.New(op.Operation{
	Name: "atscale.list_engine_projects",
	Doc: `Lists the projects that the engine has.

In the vendor's order. list_published_projects tells their cubes too. Installer edition.`,
	Source:      utility,
	Example:     `for _, p in ipairs(atscale.list_engine_projects {}) do print(p.id, p.caption) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "published project",
	Shows:       op.Blind(published, publications, enginesRunning),
}, installer(func(ctx context.Context, c *client, _ struct{}) ([]EngineProject, error) {
	list := under[EngineProject]("data")
	err := c.engine.Get(ctx, rest.Path("projects", "orgId", c.org), nil, list)
	return list.items, err
}))

// PublishedProject is a project that can be queried.
type PublishedProject struct {
	ID              string          `json:"id" lua:"id,key" doc:"Id of the published project: what calls to the engine want."`
	Name            string          `json:"name" lua:"name" doc:"Name."`
	LinkedProjectID op.Opt[string]  `json:"linkedProjectId,omitzero" lua:"linked_project_id" doc:"Draft project it was published from."`
	Cubes           []PublishedCube `json:"cubes" lua:"cubes" doc:"Its cubes."`
	Extra           op.Extra        `json:",embed"`
}

// PublishedCube is a cube that can be queried.
type PublishedCube struct {
	ID    string   `json:"id" lua:"id,key" doc:"Id: what calls to the engine want."`
	Name  string   `json:"name" lua:"name" doc:"Name."`
	Extra op.Extra `json:",embed"`
}

var listPublishedProjects = op.New(op.Operation{
	Name: "atscale.list_published_projects",
	Doc: `Lists the published projects with their cubes.

In the vendor's order; there is no paging. Their ids are others than those of the drafts. Installer edition.`,
	Source:      aiLink,
	Example:     `for _, p in ipairs(atscale.list_published_projects {}) do print(p.id, p.name, #p.cubes) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "published project",
	Shows:       unless(op.Many(published, nil), publications, enginesRunning),
}, installer(func(ctx context.Context, c *client, _ struct{}) ([]PublishedProject, error) {
	list := under[PublishedProject]("data", "projects")
	err := c.engine.Get(ctx, rest.Path("projects", "published", "orgId", c.org), nil, list)
	return list.items, err
}))

// PublishedID is the input of operations on a published project.
type PublishedID struct {
	PublishedID string `json:"-" lua:"published_id,required,key" doc:"Id of the published project: engine_id of the draft."`
}

var exportPublishedProject = op.New(op.Operation{
	Name: "atscale.export_published_project",
	Doc: `Reads a published project as XML.

Installer edition. Raises not_found if there is no such published project.`,
	Source:      "https://github.com/vijay-art/atscale-collibra-connector",
	Example:     `local xml = atscale.export_published_project { published_id = project.engine_id }.xml`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "published project",
	Shows:       op.Blind(published, publications, enginesRunning),
}, installer(func(ctx context.Context, c *client, args PublishedID) (ProjectXML, error) {
	var x xmlIn
	if err := c.slowEngine.Get(ctx, rest.Path("projects", "orgId", c.org, "schema", args.PublishedID), nil, &x); err != nil {
		return ProjectXML{}, err
	}
	return x.project()
}))

// PublishProjectXML is the input of atscale.publish_project_xml.
type PublishProjectXML struct {
	ProjectID       string         `json:"-" lua:"project_id,required,key" doc:"Id in the path: of the project to publish."`
	XML             string         `json:"-" lua:"xml,required" doc:"The project, as export_project answers it."`
	PublisherID     op.Opt[string] `json:"-" lua:"publisher_id" doc:"User who publishes it."`
	LinkedProjectID op.Opt[string] `json:"-" lua:"linked_project_id" doc:"Draft project it belongs to."`
}

var publishProjectXML = op.New(op.Operation{
	Name: "atscale.publish_project_xml",
	Doc: `Publishes XML straight to the engine, past Design Center.

Installer edition. Raises invalid if the engine refuses the XML, and denied if the connection's user may not publish.`,
	Source:      "https://github.com/vijay-art/atscale-collibra-connector",
	Example:     `atscale.publish_project_xml { project_id = project.engine_id, linked_project_id = project.id, xml = xml }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "published project",
	Changes:     []op.Change{op.Blurs(project, "engine_id", "annotations"), op.Stirs(publications)},
}, installer(func(ctx context.Context, c *client, args PublishProjectXML) (op.None, error) {
	q := url.Values{"publishType": {"normal_publish"}, "schemaType": {"project"}}
	if args.PublisherID.Given {
		q.Set("publisherId", args.PublisherID.Value)
	}
	if args.LinkedProjectID.Given {
		q.Set("linkedProjectId", args.LinkedProjectID.Value)
	}
	return op.None{}, c.slowEngine.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: rest.Path("projects", "orgId", c.org, "schema", "publish", args.ProjectID), Query: q,
		Raw: []byte(args.XML), Header: http.Header{"Content-Type": {"application/xml"}},
	}, nil)
}))

var unpublishProject = op.New(op.Operation{
	Name: "atscale.unpublish_project",
	Doc: `Takes a published project back, with its cubes and their aggregates.

Queries on it fail from then on, and its aggregates have to be built anew. The draft stays. Installer edition.
Raises not_found if there is no such published project, and denied if the connection's user may not publish it.`,
	Source:      aiLink,
	Example:     `atscale.unpublish_project { published_id = project.engine_id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "published project",
	Changes: []op.Change{
		op.Removes(published, "published_id"), op.Blurs(project, "engine_id", "annotations"), op.Stirs(droppedAggregates),
	},
}, installer(func(ctx context.Context, c *client, args PublishedID) (op.None, error) {
	return op.None{}, c.engine.Delete(ctx, rest.Path("projects", "orgId", c.org, "schema", args.PublishedID), nil, nil)
}))
