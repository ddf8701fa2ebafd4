package emulator

import (
	"slices"
	"strings"
	"time"
)

// A folder lies in another one, but for one root in each environment. What lies right in a root is a project.
type folder struct {
	ID          int64       `json:"id"`
	Name        string      `json:"name"`
	ParentID    int64       `json:"parent_id,omitempty"` // 0 for a root
	ProjectID   int64       `json:"project_id,omitempty"`
	IsProject   bool        `json:"is_project"`
	Environment environment `json:"environment_type"`
	CreatedAt   time.Time   `json:"created_at"`
	UpdatedAt   time.Time   `json:"updated_at"`
}

func folderRoutes() []route {
	in := perMinute("folders")
	return []route{
		{on: "GET /api/folders", bucket: in, do: listFolders},
		{on: "POST /api/folders", bucket: in, do: createFolder},
		{on: "GET /api/folders/{id}", bucket: in, do: onFolder(getFolder)},
		{on: "PUT /api/folders/{id}", bucket: in, do: onFolder(updateFolder)},
		{on: "DELETE /api/folders/{id}", bucket: in, do: onFolder(deleteFolder)},
	}
}

// onFolder makes a handler of what is done with one folder. A root is no folder (inf).
func onFolder(do func(*call, *folder) (any, error)) handler {
	return func(c *call) (any, error) {
		f := c.folder(c.pathID("id"))
		if f == nil || f.ParentID == 0 {
			return nil, notFound()
		}
		return do(c, f)
	}
}

func folderView(f *folder) object {
	return object{"id": f.ID, "name": f.Name, "parent_id": orNull(f.ParentID), "is_project": f.IsProject,
		"project_id": orNull(f.ProjectID), "created_at": at(f.CreatedAt), "updated_at": at(f.UpdatedAt)}
}

func getFolder(_ *call, f *folder) (any, error) { return folderView(f), nil }

// root is where the folders of the caller's environment begin.
func (c *call) root() *folder { return c.rootOf(c.env) }

func (st *state) rootOf(env environment) *folder {
	for _, e := range environments {
		if e.kind == env {
			return st.folders.get(e.root)
		}
	}
	return nil
}

// folder is one that the caller can see, or nil. Those out of the caller's reach look absent.
func (c *call) folder(id int64) *folder {
	f := c.folders.get(id)
	if f == nil || f.Environment != c.env || !c.reaches(f) {
		return nil
	}
	return f
}

func (c *call) sees(folderID int64) bool { return c.folder(folderID) != nil }

// reaches reports whether a folder is in the client's scope: it, or one that it lies in (inf).
func (c *call) reaches(f *folder) bool {
	if c.by.AllFolders {
		return true
	}
	return slices.ContainsFunc(c.line(f), func(up *folder) bool { return slices.Contains(c.by.FolderIDs, up.ID) })
}

// line is a folder and all it lies in, up to the root.
func (st *state) line(f *folder) []*folder {
	var out []*folder
	for ; f != nil; f = st.folders.get(f.ParentID) {
		out = append(out, f)
	}
	return out
}

func (st *state) inside(id, folderID int64) bool {
	return slices.ContainsFunc(st.line(st.folders.get(id)), func(up *folder) bool { return up.ID == folderID })
}

// listFolders shows the children of one folder. To a client that may not see the root it shows the topmost of those
// that the client may see, if asked for the root's (inf).
func listFolders(c *call) (any, error) {
	parent, err := c.paramID("parent_id")
	if err != nil {
		return nil, err
	}
	if root := c.root().ID; parent == 0 || parent == root {
		parent = root
	} else if !c.sees(parent) {
		return nil, notFound()
	}
	nested := c.param("with_nested_folders") == "true"
	found := c.folders.where(func(f *folder) bool {
		return f.ID != parent && c.sees(f.ID) && (c.parentFor(f) == parent || nested && c.inside(f.ID, parent))
	})
	return bare(c, views(found, folderView))
}

// parentFor is the root if the caller cannot see the real parent.
func (c *call) parentFor(f *folder) int64 {
	if c.sees(f.ParentID) {
		return f.ParentID
	}
	return c.root().ID
}

// createFolder makes a project if no parent is given, or the root (inf).
func createFolder(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name")
	name, parent := in.short("name", 255), in.id("parent_id")
	up := c.root()
	if parent != 0 {
		up = c.folder(parent)
	}
	if up == nil || !c.reaches(up) {
		in.complain("parent_id", "is unknown")
	} else {
		c.checkName(in, name, up.ID, 0)
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	f := c.addFolder(name, up, c.now)
	c.record("Folder", "folder_created", f.ID, f.Name)
	return folderView(f), nil
}

// checkName refuses a name that another folder in the same place has (inf).
func (c *call) checkName(in *input, name string, parent, except int64) {
	for f := range c.folders.all() {
		if f.ParentID == parent && f.ID != except && f.Name == name {
			in.complain("name", "has already been taken")
		}
	}
}

// addFolder makes a folder, and the project if it is one.
func (st *state) addFolder(name string, up *folder, now time.Time) *folder {
	f := &folder{ID: st.newID(), Name: name, ParentID: up.ID, ProjectID: up.ProjectID, Environment: up.Environment,
		CreatedAt: now, UpdatedAt: now}
	if up.ParentID == 0 {
		st.addProject(f, st.newID(), "")
	}
	st.folders.put(f.ID, f)
	return f
}

func updateFolder(c *call, f *folder) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	name, parent := f.Name, f.ParentID
	keep(in, "name", &name, in.short("name", 255))
	keep(in, "parent_id", &parent, in.id("parent_id"))
	if strings.TrimSpace(name) == "" {
		in.complain("name", "can't be blank")
	}
	up := f
	if parent != f.ParentID {
		up = c.newParent(in, f, parent)
	}
	c.checkName(in, name, parent, f.ID)
	if err := in.err(); err != nil {
		return nil, err
	}
	f.Name, f.ParentID, f.UpdatedAt = name, parent, c.now
	c.adopt(f, up.ProjectID)
	if p := c.projects.get(f.ProjectID); f.IsProject {
		p.Name = name
	}
	c.record("Folder", "folder_updated", f.ID, f.Name)
	return folderView(f), nil
}

// newParent refuses to move a project, to move into nothing, and to move a folder into itself (inf).
func (c *call) newParent(in *input, f *folder, parent int64) *folder {
	up := c.folder(parent)
	if up == nil || up.ParentID == 0 || f.IsProject || c.inside(parent, f.ID) {
		in.complain("parent_id", "is invalid")
		return f
	}
	return up
}

// adopt has a folder and all in it belong to a project.
func (st *state) adopt(f *folder, projectID int64) {
	for other := range st.folders.all() {
		if st.inside(other.ID, f.ID) {
			other.ProjectID = projectID
		}
	}
}

// deleteFolder needs force for a folder that holds something. Running recipes are in the way all the same (inf).
func deleteFolder(c *call, f *folder) (any, error) {
	if f.IsProject {
		return nil, badRequest("Cannot destroy folder: it is a project")
	}
	what := c.contents(f.ID)
	if c.param("force") != "true" {
		if err := what.refusal(); err != nil {
			return nil, err
		}
	}
	if what.running {
		return nil, badRequest("Cannot destroy folder: it contains running recipes")
	}
	c.dropFolder(f.ID)
	c.record("Folder", "folder_deleted", f.ID, f.Name)
	return success(), nil
}

// contents tell what lies in a folder, however deep.
type contents struct{ recipes, connections, folders, running bool }

func (st *state) contents(folderID int64) (out contents) {
	for r := range st.recipes.all() {
		in := st.inside(r.FolderID, folderID)
		out.recipes, out.running = out.recipes || in, out.running || in && r.Running
	}
	for k := range st.connections.all() {
		out.connections = out.connections || st.inside(k.FolderID, folderID)
	}
	for f := range st.folders.all() {
		out.folders = out.folders || f.ParentID == folderID
	}
	return out
}

// refusal has other words for connections than for recipes; which ones is not documented (inf).
func (w contents) refusal() error {
	switch {
	case w.connections:
		return badRequest("Cannot destroy folder: it contains connections")
	case w.recipes:
		return badRequest("Cannot destroy folder: it contains recipes")
	case w.folders:
		return badRequest("Cannot destroy folder: it contains folders")
	}
	return nil
}

// dropFolder deletes a folder with all that lies in it.
func (st *state) dropFolder(id int64) {
	for r := range st.recipes.all() {
		if st.inside(r.FolderID, id) {
			st.dropRecipe(r)
		}
	}
	for k := range st.connections.all() {
		if st.inside(k.FolderID, id) {
			st.connections.drop(k.ID)
		}
	}
	var gone []int64
	for f := range st.folders.all() {
		if st.inside(f.ID, id) {
			gone = append(gone, f.ID)
		}
	}
	for _, f := range gone {
		st.folders.drop(f)
	}
	for cl := range st.clients.all() {
		cl.FolderIDs = exclude(cl.FolderIDs, gone...)
	}
	for r := range st.roles.all() {
		r.FolderIDs = exclude(r.FolderIDs, gone...)
	}
}
