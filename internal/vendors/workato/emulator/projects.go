package emulator

import (
	"net/http"
	"strings"
)

// A project is known by an id of its own besides that of its folder.
type project struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	FolderID    int64  `json:"folder_id"`
}

func projectRoutes() []route {
	in := perMinute("folders")
	return []route{
		{on: "GET /api/projects", bucket: in, do: listProjects},
		{on: "PUT /api/projects/{id}", bucket: in, do: onProject(updateProject)},
		{on: "DELETE /api/projects/{id}", bucket: in, do: onProject(deleteProject)},
	}
}

// onProject makes a handler of what is done with one project.
func onProject(do func(*call, *project) (any, error)) handler {
	return func(c *call) (any, error) {
		p := c.project(c.pathID("id"))
		if p == nil {
			return nil, notFound()
		}
		return do(c, p)
	}
}

// project is one that the caller can see, or nil.
func (c *call) project(id int64) *project {
	if p := c.projects.get(id); p != nil && c.sees(p.FolderID) {
		return p
	}
	return nil
}

func (st *state) addProject(f *folder, id int64, description string) {
	f.IsProject, f.ProjectID = true, id
	st.projects.put(id, &project{id, f.Name, description, f.ID})
}

func projectView(p *project) object {
	return object{"id": p.ID, "name": p.Name, "description": p.Description, "folder_id": p.FolderID}
}

func listProjects(c *call) (any, error) {
	return bare(c, views(c.projects.where(func(p *project) bool { return c.sees(p.FolderID) }), projectView))
}

// updateProject renames the folder too.
func updateProject(c *call, p *project) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	changed, f := *p, c.folders.get(p.FolderID)
	keep(in, "name", &changed.Name, in.short("name", 255))
	keep(in, "description", &changed.Description, in.text("description"))
	if strings.TrimSpace(changed.Name) == "" {
		in.complain("name", "can't be blank")
	}
	c.checkName(in, changed.Name, f.ParentID, f.ID)
	if err := in.err(); err != nil {
		return nil, err
	}
	*p, f.Name, f.UpdatedAt = changed, changed.Name, c.now
	c.record("Project", "project_updated", p.ID, p.Name)
	return projectView(p), nil
}

// deleteProject has a documented refusal; that running recipes are its reason is inferred (inf).
func deleteProject(c *call, p *project) (any, error) {
	if c.contents(p.FolderID).running {
		return nil, refuse(http.StatusForbidden, "Cannot destroy folder")
	}
	c.dropFolder(p.FolderID)
	c.projects.drop(p.ID)
	for g := range c.grants.all() {
		if g.ProjectID == p.ID {
			c.grants.drop(g.ID)
		}
	}
	c.record("Project", "project_deleted", p.ID, p.Name)
	return success(), nil
}
