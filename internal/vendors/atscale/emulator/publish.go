package emulator

import (
	"slices"
	"time"
)

// published is a project as the engine serves it.
type published struct {
	ID          string    `json:"id"`
	OrgID       string    `json:"orgId"`
	Name        string    `json:"name"`
	Caption     string    `json:"caption"`
	Linked      string    `json:"linkedProjectId"` // the draft
	Cubes       []model   `json:"cubes"`
	XML         string    `json:"xml"`
	PublishedAt time.Time `json:"publishedAt"`
	PublishedBy string    `json:"publishedBy"`
}

// A model is a cube as the engine serves it.
type model struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Caption string `json:"caption"`
	Broken  string `json:"broken,omitempty"` // why builds of it fail
}

func publishRoutes() []route {
	const list = "/projects/orgId/{orgId}"
	return []route{
		{on: "POST " + orgPath + "/project/{projectId}/publish", need: mayPublish, do: publish},
		{on: "GET " + list, style: engine, do: listEngineProjects},
		{on: "GET /projects/published/orgId/{orgId}", style: engine, do: listPublished},
		{on: "GET " + list + "/schema/{publishedId}", style: engine, do: getSchema},
		{on: "DELETE " + list + "/schema/{publishedId}", style: engine, need: mayPublish, do: unpublish},
		{on: "POST " + list + "/schema/publish/{projectId}", style: engine, need: mayPublish, do: publishSchema},
	}
}

// publish gives a draft to the engine, again if need be. (inf) What was published before keeps its id.
func publish(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	if p.EngineID == "" || c.opts.FreshEngineIDs && c.published.get(p.EngineID) == nil {
		p.EngineID = c.newID()
	}
	c.serve(&published{ID: p.EngineID, OrgID: p.OrgID, Name: p.Name, Caption: p.Caption, Linked: p.ID,
		Cubes: models(p.Cubes), XML: p.xml(), PublishedAt: c.now, PublishedBy: c.by.ID})
	c.serveDefined(p)
	return map[string]any{}, nil
}

func models(cubes []cube) []model {
	out := []model{}
	for _, k := range cubes {
		out = append(out, model{k.ID, k.Name, k.Caption, k.Broken})
	}
	return out
}

// serve puts a project in the place of the one with its id. Aggregates of cubes that are gone go with them (inf).
func (st *state) serve(p *published) {
	st.published.put(p.ID, p)
	st.aggregates.dropIf(func(a *aggregate) bool { return a.ProjectID == p.ID && p.model(a.CubeID) == nil })
}

func (p *published) model(id string) *model {
	if i := slices.IndexFunc(p.Cubes, func(m model) bool { return m.ID == id }); i >= 0 {
		return &p.Cubes[i]
	}
	return nil
}

// engineProject finds what is published. (inf) Whoever may sign in may see it, unless the draft is exclusive.
func (c *call) engineProject(id string) (*published, error) {
	p := c.published.get(id)
	if p == nil || p.OrgID != c.org.ID {
		return nil, notFound("Project", id)
	}
	if !c.mayQuery(p) {
		return nil, notAllowed()
	}
	return p, nil
}

func (c *call) mayQuery(p *published) bool {
	draft := c.projects.get(p.Linked)
	return draft == nil || c.sees(c.by, draft)
}

func (c *call) served() []*published {
	return c.published.where(func(p *published) bool { return p.OrgID == c.org.ID && c.mayQuery(p) })
}

// listEngineProjects says less than listPublished, and (inf) has the same ids.
func listEngineProjects(c *call) (any, error) {
	return map[string]any{"data": views(c.served(), func(p *published) any {
		return map[string]any{"id": p.ID, "name": p.Name, "caption": p.Caption}
	})}, nil
}

func listPublished(c *call) (any, error) {
	return views(c.served(), func(p *published) any {
		cubes := []any{}
		for _, m := range p.Cubes {
			cubes = append(cubes, map[string]any{"id": m.ID, "name": m.Name, "caption": m.Caption, "projectId": p.ID})
		}
		return map[string]any{"id": p.ID, "name": p.Name, "caption": p.Caption, "linkedProjectId": p.Linked, "cubes": cubes}
	}), nil
}

// getSchema nests its text once more than others do.
func getSchema(c *call) (any, error) {
	p, err := c.engineProject(c.path("publishedId"))
	if err != nil {
		return nil, err
	}
	return map[string]any{"response": p.XML}, nil
}

// unpublish takes the aggregates along; (inf) jobs too, and builds under way end. The draft keeps the id it was
// published under.
func unpublish(c *call) (any, error) {
	p, err := c.engineProject(c.path("publishedId"))
	if err != nil {
		return nil, err
	}
	c.withdraw(p, c.now)
	return map[string]any{}, nil
}

func (st *state) withdraw(p *published, now time.Time) {
	st.published.drop(p.ID)
	st.aggregates.dropIf(func(a *aggregate) bool { return a.ProjectID == p.ID })
	st.jobs.dropIf(func(j *job) bool { return j.ProjectID == p.ID })
	for b := range st.batches.all() {
		if b.ProjectID == p.ID && b.Ended.IsZero() {
			b.Ended, b.Outcome = now, "cancelled"
		}
	}
}

// publishSchema publishes XML without a draft.
func publishSchema(c *call) (any, error) {
	p, err := readXML(c.body)
	if err != nil {
		return nil, err
	}
	id := c.path("projectId")
	if old := c.published.get(id); old != nil && old.OrgID != c.org.ID {
		return nil, notFound("Project", id)
	}
	for i := range p.Cubes {
		if p.Cubes[i].ID == "" {
			p.Cubes[i].ID = c.newID()
		}
	}
	by := c.query("publisherId")
	if by == "" {
		by = c.by.ID
	}
	c.serve(&published{ID: id, OrgID: c.org.ID, Name: p.Name, Caption: p.Caption, Linked: c.query("linkedProjectId"),
		Cubes: models(p.Cubes), XML: string(c.body), PublishedAt: c.now, PublishedBy: by})
	return map[string]any{"id": id}, nil
}
