package emulator

import (
	"net/url"
	"path"
	"strings"
)

// catalogRoutes are of the container edition: what the installer edition calls a published project and its cubes are
// a catalog and its models there.
func catalogRoutes() []route {
	return []route{
		{on: "GET /v1/catalogs", style: container, do: listCatalogs},
		{on: "POST /v1/catalogs/deploy", style: container, need: mayPublish, do: deploy},
		{on: "DELETE /wapi/p/catalog/{catalogId}", style: container, need: mayPublish, do: undeploy},
		{on: "GET /wapi/p/projects/deployed", style: container, do: listDeployed},
	}
}

func (p *published) modelViews() []any {
	out := []any{}
	for _, m := range p.Cubes {
		out = append(out, map[string]any{"id": m.ID, "name": m.Name, "caption": m.Caption})
	}
	return out
}

func listCatalogs(c *call) (any, error) {
	return views(c.served(), func(p *published) any {
		return map[string]any{"id": p.ID, "name": p.Name, "caption": p.Caption, "publishedAt": moment(p.PublishedAt),
			"publishedBy": p.PublishedBy, "models": p.modelViews()}
	}), nil
}

// deploy compiles the head of a branch. (inf) It takes no time, and what comes from one repository is one catalog.
func deploy(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	repoURL := f.need("repoUrl")
	f.need("gitToken")
	f.need("branch")
	f.text("gitUsername")
	if u, err := url.Parse(repoURL); repoURL != "" && (err != nil || u.Host == "") {
		f.complain("repoUrl is not a URL")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	p := c.deployed(repoURL)
	p.PublishedAt, p.PublishedBy = c.now, c.by.Username
	return map[string]any{"catalogId": p.ID, "tableau": nil, "compilationWarnings": []any{}}, nil
}

// deployed is the catalog of a repository, a new one if need be.
func (c *call) deployed(repoURL string) *published {
	linked := ""
	for r := range c.repos.all() {
		if r.URL == repoURL {
			linked = r.ID
		}
	}
	name := strings.TrimSuffix(path.Base(repoURL), ".git")
	for p := range c.published.all() {
		if linked != "" && p.Linked == linked || p.Name == name {
			return p
		}
	}
	p := &published{ID: c.newID(), OrgID: Org, Name: name, Caption: name, Linked: linked}
	p.Cubes = []model{{ID: c.newID(), Name: name, Caption: name}}
	c.published.put(p.ID, p)
	return p
}

// undeploy answers what went wrong in the engine and in Tableau: nothing.
func undeploy(c *call) (any, error) {
	p, err := c.engineProject(c.path("catalogId"))
	if err != nil {
		return nil, err
	}
	c.withdraw(p, c.now)
	return []any{nil, nil}, nil
}

func listDeployed(c *call) (any, error) {
	out := []any{}
	for r := range c.repos.all() {
		projects := []any{}
		for _, p := range c.served() {
			if p.Linked == r.ID {
				projects = append(projects, map[string]any{
					"id": p.ID, "name": p.Name, "caption": p.Caption, "models": p.modelViews(),
				})
			}
		}
		if len(projects) > 0 {
			out = append(out, map[string]any{"repoId": r.ID, "name": r.Name, "projects": projects})
		}
	}
	return out, nil
}

// modelOf finds a deployed model by the ids of its catalog and of itself.
func (c *call) modelOf(catalogID, modelID string) (*published, *model, error) {
	p := c.published.get(catalogID)
	if p == nil {
		return nil, nil, notFound("Catalog", catalogID)
	}
	m := p.model(modelID)
	if m == nil {
		return nil, nil, notFound("Model", modelID)
	}
	return p, m, nil
}
