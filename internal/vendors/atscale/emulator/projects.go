package emulator

import (
	"maps"
	"net/http"
	"slices"
)

// A project is a draft. What is published has an id of its own.
type project struct {
	ID          string         `json:"id"`
	OrgID       string         `json:"orgId"`
	Name        string         `json:"name"` // in queries
	Caption     string         `json:"caption"`
	Description string         `json:"description"`
	Folder      string         `json:"folder"`
	EnvID       string         `json:"environmentId"`
	Created     int64          `json:"created"` // milliseconds
	CreatedBy   string         `json:"createdBy"`
	EngineID    string         `json:"engineId"` // of what was published last
	Exclusive   bool           `json:"exclusiveAccess"`
	Speculative bool           `json:"speculativeAggregates"`
	Predicted   bool           `json:"predictionDefinedAggregates"`
	Cubes       []cube         `json:"cubes"`
	Access      access         `json:"access"`
	Extra       map[string]any `json:"extra,omitempty"` // of the definition it was made from
}

// A cube has the same id in the draft and in what is published: public scripts mix them.
type cube struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Caption     string    `json:"caption"`
	Description string    `json:"description"`
	Design      access    `json:"designtimePermissions"`
	Runtime     access    `json:"runtimePermissions"`
	Defined     []defined `json:"aggregates"`
	Broken      string    `json:"broken,omitempty"` // why builds of it fail
}

// defined is an aggregate that somebody wrote into the draft.
type defined struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Attributes []string `json:"attributes"`
}

func projectRoutes() []route {
	const one = orgPath + "/project/{projectId}"
	return []route{
		{on: "GET " + orgPath + "/projects", need: mayDesign, do: listProjects},
		{on: "GET " + orgPath + "/folders", need: mayDesign, do: listFolders},
		{on: "GET " + one, need: mayDesign, do: getProject},
		{on: "GET " + one + "/options", need: mayDesign, forbids: true, do: projectOptions},
		{on: "GET " + one + "/clone", need: mayDesign, do: cloneProject},
		{on: "GET " + one + "/xml", need: mayDesign, do: projectXML},
		{on: "GET /org/{orgId}/project/{projectId}/xml/download", need: mayDesign, do: downloadXML},
		{on: "GET " + one + "/cube/{cubeId}/aggregates", need: mayView, do: listDefined},
	}
}

// project finds a draft that the caller may see. (inf) Who may not see it gets the 401 of those without a right, and an
// unknown one is 404.
func (c *call) project() (*project, error) {
	p := c.projects.get(c.path("projectId"))
	if p == nil || p.OrgID != c.org.ID {
		return nil, notFound("Project", c.path("projectId"))
	}
	if !c.sees(c.by, p) {
		return nil, notAllowed()
	}
	return p, nil
}

func (p *project) cube(id string) *cube {
	if i := slices.IndexFunc(p.Cubes, func(k cube) bool { return k.ID == id }); i >= 0 {
		return &p.Cubes[i]
	}
	return nil
}

// visible are the drafts of the organization that the caller may see.
func (c *call) visible() []*project {
	return c.projects.where(func(p *project) bool { return p.OrgID == c.org.ID && c.sees(c.by, p) })
}

func listProjects(c *call) (any, error) { return views(c.visible(), (*project).view), nil }

func getProject(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return p.view(), nil
}

// view is the definition of a project. (inf) Which annotations precede the one with the engine's id, and who made it.
func (p *project) view() map[string]any {
	notes := []map[string]any{{"name": "version", "value": "1"}, {"name": "createdBy", "value": p.CreatedBy}}
	if p.EngineID != "" {
		notes = append(notes, map[string]any{"name": "engineId", "value": p.EngineID})
	}
	cubes := make([]any, len(p.Cubes))
	for i := range p.Cubes {
		cubes[i] = p.Cubes[i].view()
	}
	out := map[string]any{
		"datasets": map[string]any{"data-set": []any{}}, "dimensions": map[string]any{"dimension": []any{}},
	}
	maps.Copy(out, p.Extra)
	maps.Copy(out, map[string]any{
		"id": p.ID, "name": p.Name, "created": p.Created, "environment": p.EnvID,
		"annotations": map[string]any{"annotation": notes},
		"properties": map[string]any{"caption": p.Caption, "description": p.Description, "visible": true,
			"speculative-aggregates": p.Speculative, "prediction-defined-aggregates": p.Predicted},
		"cubes": map[string]any{"cube": cubes},
	})
	return out
}

func (k *cube) view() map[string]any {
	return map[string]any{
		"id": k.ID, "name": k.Name,
		"properties": map[string]any{"caption": k.Caption, "description": k.Description, "visible": true},
		"aggregates": map[string]any{"aggregate": k.definitions()},
	}
}

func (k *cube) definitions() []any {
	out := []any{}
	for _, d := range k.Defined {
		out = append(out, map[string]any{
			"id": d.ID, "name": d.Name, "properties": map[string]any{"caption": d.Name},
			"attributes": map[string]any{"attribute-ref": d.Attributes}, "partitions": map[string]any{"partition": []any{}},
		})
	}
	return out
}

func listDefined(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	k := p.cube(c.path("cubeId"))
	if k == nil {
		return nil, notFound("Cube", c.path("cubeId"))
	}
	return map[string]any{"aggregate": k.definitions()}, nil
}

// projectOptions answers without an envelope, and 400 if there is no such project.
func projectOptions(c *call) (any, error) {
	p := c.projects.get(c.path("projectId"))
	if p == nil || p.OrgID != c.org.ID {
		return nil, badRequest("Project %s does not exist", c.path("projectId"))
	}
	if !c.sees(c.by, p) {
		return nil, refuse(http.StatusForbidden, "The user is not allowed to see project %s", p.ID)
	}
	return bare{map[string]any{"id": p.ID, "can_update": c.may(mayEdit), "can_delete": c.mayDelete(p)}}, nil
}

// mayDelete is for whoever made a project and for administrators (inf).
func (c *call) mayDelete(p *project) bool {
	return c.may(mayEdit) && (p.CreatedBy == c.by.ID || c.may(mayAdminister))
}

// cloneProject stores nothing.
func cloneProject(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return c.copyOf(p).view(), nil
}

// copyOf makes a draft that was never published, with ids of its own.
func (c *call) copyOf(p *project) *project {
	out := *p
	out.ID, out.EngineID, out.CreatedBy, out.Created = c.newID(), "", c.by.ID, c.now.UnixMilli()
	out.Cubes, out.Access = copyCubes(p.Cubes), p.Access.copy()
	for i := range out.Cubes {
		out.Cubes[i].ID = c.newID()
		for j := range out.Cubes[i].Defined {
			out.Cubes[i].Defined[j].ID = c.newID()
		}
	}
	return &out
}

func copyCubes(cubes []cube) []cube {
	out := slices.Clone(cubes)
	for i, k := range out {
		out[i].Design, out[i].Runtime, out[i].Defined = k.Design.copy(), k.Runtime.copy(), slices.Clone(k.Defined)
	}
	return out
}

// listFolders has the projects in none at the top (inf).
func listFolders(c *call) (any, error) {
	items := map[string][]any{"": {}}
	for _, p := range c.visible() {
		items[p.Folder] = append(items[p.Folder], map[string]any{
			"id": p.ID, "name": p.Name, "caption": p.Caption, "type": "project",
		})
	}
	folders := []any{}
	for _, name := range slices.Sorted(maps.Keys(items))[1:] {
		folders = append(folders, map[string]any{
			"id": "folder-" + name, "name": name, "items": items[name], "child_folders": []any{},
		})
	}
	return map[string]any{"id": "root", "name": "root", "items": items[""], "child_folders": folders}, nil
}
