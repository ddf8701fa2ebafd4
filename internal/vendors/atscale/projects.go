package atscale

import (
	"bytes"
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"runner/internal/op"
	"runner/internal/rest"
)

const (
	projectsPage = reference + "I2024.1.2/api-ref/projects"
	projectPage  = reference + "I2024.2.1/api-ref/project"
	aiLink       = "https://pypi.org/project/atscale, AtScale's Python package (AI-Link), installer edition"
	hajimeo      = "https://github.com/hajimeo/samples, bash/install_atscale.sh (2018)"
	utility      = "https://github.com/rwidjaja/PythonAtscaleUtility"
)

var projectOperations = []*op.Operation{
	listProjects, getProject, getProjectOptions, createEmptyProject, createProject, updateProject,
	getProjectClone, copyProject, publishProject, deleteProject, listFolders,
}

// Project is a draft, as Design Center keeps it. A published project has an id
// of its own, which the calls to the engine want.
type Project struct {
	ID          string         `json:"id" lua:"id,key" doc:"Id of the draft."`
	Name        string         `json:"name" lua:"name" doc:"Name."`
	EngineID    op.Opt[string] `json:"-" lua:"engine_id" doc:"Id of the published project, from the annotation engineId; absent if the draft was never published."`
	Cubes       Cubes          `json:"cubes,omitzero" lua:"cubes" doc:"Its cubes."`
	Annotations Annotations    `json:"annotations,omitzero" lua:"annotations" doc:"What AtScale notes about it."`
	Created     op.Raw         `json:"created,omitzero" lua:"created" doc:"When it was made: seconds or milliseconds since 1970, as the release has it."`
	Environment op.Raw         `json:"environment,omitzero" lua:"environment" doc:"Environment it is for."`
	Properties  op.Raw         `json:"properties,omitzero" lua:"properties" doc:"Properties: caption, description and more."`
	Attributes  op.Raw         `json:"attributes,omitzero" lua:"attributes" doc:"Attributes."`
	Members     op.Raw         `json:"calculated-members,omitzero" lua:"calculated_members" doc:"Calculated members."`
	Datasets    op.Raw         `json:"datasets,omitzero" lua:"datasets" doc:"Datasets."`
	Dimensions  op.Raw         `json:"dimensions,omitzero" lua:"dimensions" doc:"Dimensions."`
	Extra       op.Extra       `json:",embed"`
}

// Cubes are the cubes of a draft.
type Cubes struct {
	Cube  oneOrMany[DraftCube] `json:"cube" lua:"cube" doc:"The cubes."`
	Extra op.Extra             `json:",embed"`
}

// DraftCube is a cube of a draft.
type DraftCube struct {
	ID    string   `json:"id" lua:"id,key" doc:"Id."`
	Name  string   `json:"name" lua:"name" doc:"Name."`
	Extra op.Extra `json:",embed"`
}

// Annotations are what AtScale notes about a project.
type Annotations struct {
	Annotation oneOrMany[Annotation] `json:"annotation" lua:"annotation" doc:"The notes."`
	Extra      op.Extra              `json:",embed"`
}

// Annotation is a name with a value.
type Annotation struct {
	Name  string   `json:"name" lua:"name" doc:"Name, like engineId."`
	Value op.Raw   `json:"value,omitzero" lua:"value" doc:"Value."`
	Extra op.Extra `json:",embed"`
}

// noted fills in what the annotations tell.
func (p *Project) noted() {
	for _, a := range p.Annotations.Annotation {
		if id := text(a.Value); a.Name == "engineId" && id != "" {
			p.EngineID = op.Some(id)
		}
	}
}

func (c *client) projects(ctx context.Context, org string) ([]Project, error) {
	list := under[Project]("projects", "project")
	err := c.dc.Get(ctx, rest.Path("api", "1.0", "org", org, "projects"), nil, list)
	for i := range list.items {
		list.items[i].noted()
	}
	return list.items, err
}

var listProjects = op.New(op.Operation{
	Name: "atscale.list_projects",
	Doc: `Lists the draft projects of an organization, each in full.

In the vendor's order; there is no paging, and the answer is large. list_published_projects tells what is published.
Installer edition. Raises unsupported if the Design Center APIs are switched off.`,
	Source:      projectsPage,
	Example:     `for _, p in ipairs(atscale.list_projects {}) do print(p.name, p.engine_id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project",
	Shows:       ofOrganization(op.Many(project, nil)),
}, installer(func(ctx context.Context, c *client, args InOrganization) ([]Project, error) {
	return c.projects(ctx, c.organization(args.OrgID))
}))

// GetProject is the input of atscale.get_project.
type GetProject struct {
	ProjectID string `json:"-" lua:"project_id,required,key" doc:"Draft project to read."`
}

func (c *client) project(ctx context.Context, id string) (p Project, err error) {
	err = c.dc.Get(ctx, c.ofOrg("project", id), nil, in(&p))
	p.noted()
	return p, err
}

var getProject = op.New(op.Operation{
	Name: "atscale.get_project",
	Doc: `Reads one draft project in full.

Installer edition. Raises not_found if there is no such draft, and unsupported if the Design Center APIs are switched
off.`,
	Source:      projectsPage,
	Example:     `print(atscale.get_project { project_id = "8a5b1c9e" }.engine_id)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project",
	Shows:       op.One(project, "project_id"),
}, installer(func(ctx context.Context, c *client, args GetProject) (Project, error) {
	return c.project(ctx, args.ProjectID)
}))

// ProjectOptions is what the connection's user may do with a draft.
type ProjectOptions struct {
	ID        string   `json:"id" lua:"id,key" doc:"Id of the draft."`
	CanUpdate bool     `json:"can_update" lua:"can_update" doc:"May change it."`
	CanDelete bool     `json:"can_delete" lua:"can_delete" doc:"May delete it."`
	Extra     op.Extra `json:",embed"`
}

// An unknown project is answered 400.
var getProjectOptions = op.New(op.Operation{
	Name: "atscale.get_project_options",
	Doc: `Tells what the connection's user may do with a draft project.

Installer edition. Raises not_found if there is no such draft, and denied if the user may not ask.`,
	Source:      projectPage,
	Example:     `print(atscale.get_project_options { project_id = project.id }.can_delete)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project",
	Shows:       op.Blind(project, projectAccess),
}, installer(func(ctx context.Context, c *client, args GetProject) (o ProjectOptions, err error) {
	err = c.dc.Get(ctx, c.ofOrg("project", args.ProjectID, "options"), nil, in(&o))
	if e, ok := err.(*op.Error); ok && e.Status == http.StatusBadRequest {
		e.Kind = op.NotFound
	}
	return o, err
}))

// CreateEmptyProject is the input of atscale.create_empty_project.
type CreateEmptyProject struct {
	Name                 string       `json:"name" lua:"name,required,key" doc:"Name."`
	SpeculativeAggregate op.Opt[bool] `json:"speculative-aggregate" lua:"speculative_aggregate" default:"false" doc:"Let the engine make aggregates before they are asked for."`
	InclusiveAccess      op.Opt[bool] `json:"inclusive-access" lua:"inclusive_access" default:"true" doc:"True: all have access. False: only those who are given it."`
}

// newProject looks for a draft of one of these names that was made since. Two
// drafts may have one name, so one that does not tell when it was made may be
// older.
func newProject(ctx context.Context, c *client, since time.Time, names ...string) (p Project, landed bool, err error) {
	list, err := c.projects(ctx, c.org)
	if err != nil {
		return p, false, err
	}
	var found []Project
	for _, p := range list {
		if p.Name == "" || !slices.Contains(names, p.Name) {
			continue
		}
		made, known := moment(p.Created)
		if !known {
			return p, false, &op.Error{
				Kind: op.InDoubt, Subject: "project " + p.Name, Cause: "there is one, but AtScale does not tell since when",
				Hint: "look in AtScale whether this call has made it",
			}
		}
		if made.After(since.Add(-clockSkew)) {
			found = append(found, p)
		}
	}
	return theOne(found, "project "+names[0])
}

// moment is a time as text, or in seconds or milliseconds since 1970: which it
// is, is unconfirmed.
func moment(v op.Raw) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, text(v)); err == nil {
		return at, true
	}
	n, err := strconv.ParseInt(text(v), 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}, false
	case n > 1e11:
		return time.UnixMilli(n), true
	}
	return time.Unix(n, 0), true
}

// nameIn is the name that a definition gives its project; empty if it is not
// where it is looked for.
func nameIn(definition []byte) string {
	var project struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(definition, &project) == nil {
		return project.Name
	}
	dec := xml.NewDecoder(bytes.NewReader(definition))
	for {
		tok, err := dec.Token()
		if err != nil {
			return ""
		}
		if root, ok := tok.(xml.StartElement); ok {
			for _, a := range root.Attr {
				if a.Name.Local == "name" {
					return a.Value
				}
			}
			return ""
		}
	}
}

// The fields stand in the query and in the body, as in the reference.
var createEmptyProject = op.New(op.Operation{
	Name: "atscale.create_empty_project",
	Doc: `Creates a draft project without cubes.

Installer edition. Raises invalid if the name is refused, and denied if the connection's user may not create projects.`,
	Source:  projectPage,
	Example: `local project = atscale.create_empty_project { name = "Sales" }`,
	Effect:  op.Write,
	Object:  "project",
	Shows:   op.Created(project),
	Changes: []op.Change{
		op.Creates(project, op.With{"engine_id": op.Is(nil), "cubes": op.Vague(), "annotations": op.Vague()}),
		op.Stirs(folders),
	},
	Inverse: op.Deletes("delete_project", "project_id", "id"),
}, installer(func(ctx context.Context, c *client, args CreateEmptyProject) (p Project, err error) {
	args.SpeculativeAggregate = op.Some(args.SpeculativeAggregate.Or(false))
	args.InclusiveAccess = op.Some(args.InclusiveAccess.Or(true))
	q := url.Values{
		"name":                  {args.Name},
		"speculative-aggregate": {strconv.FormatBool(args.SpeculativeAggregate.Value)},
		"inclusive-access":      {strconv.FormatBool(args.InclusiveAccess.Value)},
	}
	err = c.dc.JSON(ctx, rest.Request{Method: http.MethodPost, Path: c.ofOrg("project", "createEmpty"), Query: q, Body: args}, in(&p))
	p.noted()
	return p, err
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateEmptyProject, since time.Time) (Project, bool, error) {
	return newProject(ctx, c, since, args.Name)
}))

// CreatedProject is the answer of creates of projects. get_project tells the
// rest.
type CreatedProject struct {
	ID string `json:"id" lua:"id,key" doc:"Id of the draft."`
}

// CreateProject is the input of atscale.create_project.
type CreateProject struct {
	Name       string         `json:"-" lua:"name,required,key" doc:"Name of the project, as the definition has it; by it the project is looked for if no answer comes."`
	Definition op.Raw         `json:"-" lua:"definition" doc:"Definition as get_project_clone answers it. Either this or xml."`
	XML        op.Opt[string] `json:"-" lua:"xml" doc:"Definition as export_project answers it."`
}

// body is the definition, and its media type.
func (in CreateProject) body() (body []byte, media string) {
	if in.XML.Given {
		return []byte(in.XML.Value), "application/xml"
	}
	if s := text(in.Definition); s != "" {
		return []byte(s), "application/json"
	}
	return in.Definition, "application/json"
}

// That the answer to XML has the id too is unconfirmed. A table that a script
// got from an operation has names in snake_case, so a definition is taken as
// JSON text as well.
var createProject = op.New(op.Operation{
	Name: "atscale.create_project",
	Doc: `Creates a draft project from a definition.

A definition is JSON, with the names that AtScale gives them, or XML. Installer edition.
Raises invalid if AtScale refuses the definition, and denied if the connection's user may not create projects.`,
	Source:  aiLink,
	Example: `local id = atscale.create_project { name = "Sales", xml = xml }.id`,
	Effect:  op.Write,
	Object:  "project",
	Shows:   op.Created(project),
	Changes: []op.Change{
		op.Creates(project, op.With{"engine_id": op.Vague(), "cubes": op.Vague(), "annotations": op.Vague()}),
		op.Stirs(folders),
	},
	Inverse: op.Deletes("delete_project", "project_id", "id"),
}, installer(func(ctx context.Context, c *client, args CreateProject) (made CreatedProject, err error) {
	if args.XML.Given == (args.Definition != nil) {
		return made, &op.Error{Kind: op.Invalid, Cause: "it wants either definition or xml", Hint: "give one of the two"}
	}
	body, media := args.body()
	return made, c.slowDC.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: c.ofOrg("project"), Raw: body, Header: http.Header{"Content-Type": {media}},
	}, in(&made))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateProject, since time.Time) (CreatedProject, bool, error) {
	body, _ := args.body()
	p, landed, err := newProject(ctx, c, since, args.Name, nameIn(body))
	return CreatedProject{p.ID}, landed, err
}))

// UpdateProject is the input of atscale.update_project.
type UpdateProject struct {
	ProjectID         string         `json:"projectId" lua:"project_id,required,key" doc:"Draft project to change."`
	DisplayName       op.Opt[string] `json:"display_name,omitzero" lua:"display_name" doc:"Name as people see it. As it is if omitted."`
	RenamingQueryName op.Opt[bool]   `json:"renaming_query_name,omitzero" lua:"renaming_query_name" default:"false" doc:"Give the project that name for queries, too."`
	Description       op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description. As it is if omitted."`
	Updating          op.Opt[bool]   `json:"updating_description,omitzero"`
	IntendedEnvID     op.Opt[string] `json:"intended_env_id,omitzero" lua:"intended_env_id" doc:"Environment it is for."`
	PredictionDefAggs op.Opt[bool]   `json:"prediction_def_aggs,omitzero" lua:"prediction_def_aggs" doc:"Let the engine predict aggregates."`
}

var updateProject = op.New(op.Operation{
	Name: "atscale.update_project",
	Doc: `Changes name, description or environment of a draft project.

What is published stays as it is until publish_project. Installer edition. Raises not_found if there is no such draft.`,
	Source:      hajimeo,
	Example:     `atscale.update_project { project_id = project.id, description = "Sales by day" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "project",
	Changes: []op.Change{
		op.Sets(project, "project_id", op.With{
			"name":        op.If(op.Vague(), "display_name", "renaming_query_name"),
			"properties":  op.If(op.Vague(), "display_name", "description", "prediction_def_aggs"),
			"environment": op.If(op.Vague(), "intended_env_id"),
		}),
		op.Hides(project, "project_id"),
		op.Stirs(folders),
	},
}, installer(func(ctx context.Context, c *client, args UpdateProject) (op.None, error) {
	if args.DisplayName.Given {
		args.RenamingQueryName = op.Some(args.RenamingQueryName.Or(false))
	}
	args.Updating = op.Some(args.Description.Given)
	return op.None{}, c.dc.Patch(ctx, c.ofOrg("project", args.ProjectID), args, nil)
}))

var getProjectClone = op.New(op.Operation{
	Name: "atscale.get_project_clone",
	Doc: `Reads a copy of a draft project with new ids.

Nothing is stored: create_project does. Answers the copy as the JSON text that create_project takes as its definition.
Installer edition. Raises not_found if there is no such draft.`,
	Source:      projectsPage,
	Example:     `local json = atscale.get_project_clone { project_id = project.id }.definition`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project",
	Shows:       op.Blind(project),
}, installer(func(ctx context.Context, c *client, args GetProject) (d Definition, err error) {
	var raw op.Raw
	if err := c.dc.Get(ctx, c.ofOrg("project", args.ProjectID, "clone"), nil, in(&raw)); err != nil {
		return d, err
	}
	return Definition{string(raw)}, nil
}))

// Definition is a project as JSON text.
type Definition struct {
	Definition string `lua:"definition,noise" doc:"Definition, as JSON text with the names that AtScale gives them."`
}

// CopyProject is the input of atscale.copy_project.
type CopyProject struct {
	ProjectID            string       `json:"-" lua:"project_id,required" doc:"Draft project to copy."`
	Name                 string       `json:"-" lua:"name,required,key" doc:"Name of the copy."`
	SpeculativeAggregate op.Opt[bool] `json:"-" lua:"speculative_aggregate" default:"false" doc:"Let the engine make aggregates before they are asked for."`
}

// That the method is POST is unconfirmed.
var copyProject = op.New(op.Operation{
	Name: "atscale.copy_project",
	Doc: `Stores a copy of a draft project under another name.

Answers its id. Installer edition. Raises not_found if there is no such draft.`,
	Source:  aiLink,
	Example: `local id = atscale.copy_project { project_id = project.id, name = "Sales test" }.id`,
	Effect:  op.Write,
	Object:  "project",
	Shows:   op.Created(project),
	Changes: []op.Change{
		op.Creates(project, op.With{"engine_id": op.Vague(), "cubes": op.Vague(), "annotations": op.Vague()}),
		op.Stirs(folders),
	},
	Inverse: op.Deletes("delete_project", "project_id", "id"),
}, installer(func(ctx context.Context, c *client, args CopyProject) (made CreatedProject, err error) {
	q := url.Values{"access": {"copy"}, "newName": {args.Name}, "speculativeAggregate": {strconv.FormatBool(args.SpeculativeAggregate.Or(false))}}
	return made, c.slowDC.JSON(ctx, rest.Request{Method: http.MethodPost, Path: c.ofOrg("project", args.ProjectID, "copy"), Query: q}, in(&made))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CopyProject, since time.Time) (CreatedProject, bool, error) {
	p, landed, err := newProject(ctx, c, since, args.Name)
	return CreatedProject{p.ID}, landed, err
}))

// Whether a republish keeps the published id is unconfirmed.
var publishProject = op.New(op.Operation{
	Name: "atscale.publish_project",
	Doc: `Publishes a draft project, or publishes it again.

list_published_projects, and engine_id of get_project, tell the id of what is published afterwards. Installer edition.
Raises not_found if there is no such draft, and denied if the connection's user may not publish it.`,
	Source:      aiLink,
	Example:     `atscale.publish_project { project_id = project.id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "project",
	Changes: []op.Change{
		op.Sets(project, "project_id", op.With{"engine_id": op.Vague(), "annotations": op.Vague()}),
		op.Stirs(publications),
	},
}, installer(func(ctx context.Context, c *client, args GetProject) (op.None, error) {
	return op.None{}, c.slowDC.Post(ctx, c.ofOrg("project", args.ProjectID, "publish"), nil, nil)
}))

var deleteProject = op.New(op.Operation{
	Name: "atscale.delete_project",
	Doc: `Deletes a draft project.

What is published of it is another project, which unpublish_project removes. Installer edition.
Raises not_found if there is no such draft, and denied if the connection's user may not delete it.`,
	Source:      utility,
	Example:     `atscale.delete_project { project_id = project.id }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "project",
	Changes:     []op.Change{op.Removes(project, "project_id"), op.Stirs(folders, publications)},
}, installer(func(ctx context.Context, c *client, args GetProject) (op.None, error) {
	return op.None{}, c.dc.Delete(ctx, c.ofOrg("project", args.ProjectID), nil, nil)
}))

// Folder is a folder of projects.
type Folder struct {
	ID    string       `json:"id" lua:"id,key" doc:"Id."`
	Name  string       `json:"name" lua:"name" doc:"Name."`
	Items []FolderItem `json:"items" lua:"items" doc:"What is in it."`
	Extra op.Extra     `json:",embed"`
}

// FolderItem is something in a folder.
type FolderItem struct {
	ID    op.Opt[string] `json:"id,omitzero" lua:"id" doc:"Id."`
	Extra op.Extra       `json:",embed"`
}

var listFolders = op.New(op.Operation{
	Name: "atscale.list_folders",
	Doc: `Lists the folders of draft projects.

In the vendor's order; there is no paging. Folders in folders stand in child_folders. Installer edition.`,
	Source:      utility,
	Example:     `for _, f in ipairs(atscale.list_folders {}) do print(f.name, #f.items) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Shows:       op.Blind(folders, project),
}, installer(func(ctx context.Context, c *client, _ struct{}) ([]Folder, error) {
	list := under[Folder]("child_folders", "folders")
	err := c.dc.Get(ctx, c.ofOrg("folders"), nil, list)
	return list.items, err
}))
