package emulator

// A repo is an attached Git repository.
type repo struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	URL           string `json:"url"`
	Type          string `json:"type"`
	Pattern       string `json:"visibleBranchesPattern"`
	DefaultBranch string `json:"defaultBranch"`
	CreatedBy     string `json:"createdBy"`
}

func repoRoutes() []route {
	return []route{
		{on: "GET /wapi/p/repo", style: container, do: listRepos},
		{on: "POST /wapi/p/repo", style: container, need: mayCreate, do: attachRepo},
		{on: "DELETE /wapi/p/repo/{repoId}", style: container, need: mayCreate, do: detachRepo},
	}
}

func listRepos(c *call) (any, error) { return c.repos.where(func(*repo) bool { return true }), nil }

func attachRepo(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	r := &repo{Name: f.need("name"), URL: f.need("url"), Type: f.text("type"), Pattern: f.text("visibleBranchesPattern"),
		DefaultBranch: f.text("defaultBranch"), CreatedBy: c.by.Username}
	if r.Type == "" {
		r.Type = "catalog" // (inf)
	}
	if r.Type != "catalog" && r.Type != "global_settings" {
		f.complain("type must be catalog or global_settings")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	r.ID = c.newID()
	c.repos.put(r.ID, r)
	return r, nil
}

// detachRepo leaves the catalogs of a repository deployed (inf).
func detachRepo(c *call) (any, error) {
	r, err := find(&c.repos, c.path("repoId"), "Repository")
	if err != nil {
		return nil, err
	}
	c.repos.drop(r.ID)
	return r, nil
}
