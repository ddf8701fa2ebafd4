package atscale

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var projectFileOperations = []*op.Operation{importProject, exportProject, exportProjectFile}

// ImportProject is the input of atscale.import_project.
type ImportProject struct {
	Name     string         `json:"-" lua:"name,required,key" doc:"Name of the project, as the file has it; by it the project is looked for if no answer comes."`
	Content  []byte         `json:"-" lua:"content,required" doc:"The bytes of the XML file."`
	FileName op.Opt[string] `json:"-" lua:"file_name" default:"the name, with .xml" doc:"Name of the file."`
}

// ImportedProject is what an import answers.
type ImportedProject struct {
	ID   string `json:"id" lua:"id,key" doc:"Id of the draft."`
	Name string `json:"name" lua:"name" doc:"Name."`
}

var importProject = op.New(op.Operation{
	Name: "atscale.import_project",
	Doc: `Uploads an XML file as a new draft project.

Installer edition. Raises invalid if the file is empty or AtScale refuses it, and denied if the connection's user may not
create projects.`,
	Source:  hajimeo,
	Example: `local id = atscale.import_project { name = "Sales", content = file }.id`,
	Effect:  op.Write,
	Object:  "project",
	Shows:   op.Created(project),
	Changes: []op.Change{
		op.Creates(project, op.With{"name": op.Vague(), "engine_id": op.Vague(), "cubes": op.Vague(), "annotations": op.Vague()}),
		op.Stirs(folders),
	},
	Inverse: op.Deletes("delete_project", "project_id", "id"),
}, installer(func(ctx context.Context, c *client, args ImportProject) (p ImportedProject, err error) {
	if len(args.Content) == 0 {
		return p, &op.Error{Kind: op.Invalid, Cause: "content is empty", Hint: "give the bytes of a project's XML file"}
	}
	form := &rest.Form{FileName: args.FileName.Or(strings.TrimSuffix(args.Name, ".xml") + ".xml"), File: args.Content}
	return p, c.slowDC.JSON(ctx, rest.Request{Method: http.MethodPost, Path: c.ofOrg("file", "import"), Form: form}, in(&p))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args ImportProject, since time.Time) (ImportedProject, bool, error) {
	p, landed, err := newProject(ctx, c, since, args.Name, nameIn(args.Content))
	return ImportedProject{ID: p.ID, Name: p.Name}, landed, err
}))

// ProjectXML is a project as XML.
type ProjectXML struct {
	XML string `lua:"xml" doc:"The XML."`
}

// xmlIn finds XML in an envelope: in its response, or that of its response.
type xmlIn struct{ text string }

func (x *xmlIn) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	for range 3 {
		raw = opened(raw)
	}
	x.text = text(raw)
	return err
}

func (x *xmlIn) project() (ProjectXML, error) {
	if !strings.HasPrefix(strings.TrimSpace(x.text), "<") {
		return ProjectXML{}, &op.Error{Kind: op.Garbled, Cause: "the answer holds no XML"}
	}
	return ProjectXML{x.text}, nil
}

var exportProject = op.New(op.Operation{
	Name: "atscale.export_project",
	Doc: `Reads a draft project as XML.

create_project takes it. Installer edition. Raises not_found if there is no such draft, and unsupported if the Design
Center APIs are switched off.`,
	Source:      projectsPage,
	Example:     `local xml = atscale.export_project { project_id = project.id }.xml`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project",
	Shows:       op.Blind(project),
}, installer(func(ctx context.Context, c *client, args GetProject) (ProjectXML, error) {
	var x xmlIn
	if err := c.slowDC.Get(ctx, c.ofOrg("project", args.ProjectID, "xml"), nil, &x); err != nil {
		return ProjectXML{}, err
	}
	return x.project()
}))

var exportProjectFile = op.New(op.Operation{
	Name: "atscale.export_project_file",
	Doc: `Downloads a draft project as the XML file that import_project takes.

Installer edition. Raises not_found if there is no such draft.`,
	Source:      utility,
	Example:     `local xml = atscale.export_project_file { project_id = project.id }.xml`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "project",
	Shows:       op.Blind(project),
}, installer(func(ctx context.Context, c *client, args GetProject) (ProjectXML, error) {
	path := rest.Path("org", c.org, "project", args.ProjectID, "xml", "download")
	a, err := c.slowDC.Do(ctx, rest.Request{Method: http.MethodGet, Path: path, Accept: "*/*"})
	if err != nil {
		return ProjectXML{}, err
	}
	return notPage(a)
}))

// notPage refuses a page to sign in on: it begins like XML, too.
func notPage(a *rest.Answer) (ProjectXML, error) {
	x := xmlIn{string(a.Body)}
	start := strings.ToLower(strings.TrimSpace(x.text[:min(len(x.text), 200)]))
	if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
		x.text = ""
	}
	return x.project()
}

// read finds the text in an answer that was read already.
func (x *xmlIn) read(body []byte) error { return json.Unmarshal(body, x) }
