package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A manifest says what is exported together.
type manifest struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	Status     string    `json:"status"` // working or archived
	FolderID   int64     `json:"folder_id"`
	Auto       bool      `json:"auto_generate_assets"`
	Assets     []asset   `json:"assets"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	ExportedAt time.Time `json:"last_exported_at,omitzero"`
}

// An asset is a recipe or a connection.
type asset struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

func manifestRoutes() []route {
	in := perMinute("lifecycle")
	return []route{
		{on: "GET /api/export_manifests/folder_assets", bucket: in, do: folderAssets},
		{on: "POST /api/export_manifests", bucket: in, do: createManifest},
		{on: "GET /api/export_manifests/{id}", bucket: in, do: onManifest(getManifest)},
		{on: "PUT /api/export_manifests/{id}", bucket: in, do: onManifest(updateManifest)},
		{on: "DELETE /api/export_manifests/{id}", bucket: in, do: onManifest(deleteManifest)},
	}
}

func onManifest(do func(*call, *manifest) (any, error)) handler {
	return func(c *call) (any, error) {
		m := c.manifests.get(c.pathID("id"))
		if m == nil || !c.sees(m.FolderID) {
			return nil, notFound()
		}
		return do(c, m)
	}
}

// assetsIn are the recipes in a folder, however deep, and the connections.
func (st *state) assetsIn(folderID int64) []asset {
	var out []asset
	for k := range st.connections.all() {
		if st.inside(k.FolderID, folderID) && !k.Runtime {
			out = append(out, asset{k.ID, "connection"})
		}
	}
	for r := range st.recipes.all() {
		if st.inside(r.FolderID, folderID) {
			out = append(out, asset{r.ID, "recipe"})
		}
	}
	return out
}

// assetView is nil if there is no such asset, or the caller cannot see it.
func (c *call) assetView(a asset) object {
	name, folderID, no := "", int64(0), 1
	if r := c.recipe(a.ID); a.Type == "recipe" && r != nil {
		name, folderID, no = r.Name, r.FolderID, r.last().No
	} else if k := c.connection(a.ID); a.Type == "connection" && k != nil {
		name, folderID = k.Name, k.FolderID
	} else {
		return nil
	}
	path := c.pathOf(folderID)
	return object{"id": a.ID, "name": name, "type": a.Type, "version": no, "folder": c.folders.get(folderID).Name,
		"absolute_path": path, "root_folder": !strings.Contains(path, "/"), "unreachable": false,
		"zip_name": fileName(name, a.Type), "checked": true, "status": "added"}
}

// pathOf are the names of a folder and those it lies in, from the root.
func (st *state) pathOf(folderID int64) string {
	var names []string
	for _, f := range st.line(st.folders.get(folderID)) {
		names = append(names, f.Name)
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}

func (c *call) assetViews(list []asset) []any {
	out := []any{}
	for _, a := range list {
		if v := c.assetView(a); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// folderAssets shows the root's without a folder (inf).
func folderAssets(c *call) (any, error) {
	folder, err := c.paramID("folder_id")
	if err != nil {
		return nil, err
	}
	if folder == 0 {
		folder = c.root().ID
	}
	if !c.sees(folder) {
		return nil, notFound()
	}
	return result(object{"assets": c.assetViews(c.assetsIn(folder))}), nil
}

func (c *call) manifestView(m *manifest) object {
	return object{"id": m.ID, "name": m.Name, "status": m.Status, "created_at": at(m.CreatedAt),
		"updated_at": at(m.UpdatedAt),
		"deleted_at": nil, "last_exported_at": at(m.ExportedAt), "project_path": c.pathOf(m.FolderID)}
}

// readManifest reads assets as objects with an id and a type; a folder is needed if they are to be found (inf).
func (c *call) readManifest(m *manifest, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	in.need("export_manifest")
	typed[object](in, "export_manifest", "an Object")
	in = in.within("export_manifest")
	if all || in.has("name") {
		in.need("name")
	}
	keep(in, "name", &m.Name, in.short("name", 255))
	keep(in, "folder_id", &m.FolderID, in.id("folder_id"))
	keep(in, "auto_generate_assets", &m.Auto, in.flag("auto_generate_assets"))
	keep(in, "assets", &m.Assets, c.readAssets(in))
	if !c.sees(m.FolderID) {
		in.complain("folder_id", "is unknown")
	}
	if !m.Auto && len(m.Assets) == 0 {
		in.complain("assets", "can't be blank")
	}
	m.UpdatedAt = c.now
	return in.err()
}

func (c *call) readAssets(in *input) []asset {
	out := []asset{}
	for _, one := range in.objects("assets") {
		one.need("id", "type")
		a := asset{one.id("id"), one.text("type")}
		if c.assetView(a) == nil {
			one.complain("id", "is unknown")
		}
		out = append(out, a)
	}
	return out
}

func createManifest(c *call) (any, error) {
	m := &manifest{Status: "working", FolderID: c.root().ID, Assets: []asset{}, CreatedAt: c.now}
	if err := c.readManifest(m, true); err != nil {
		return nil, err
	}
	m.ID = c.newID()
	c.manifests.put(m.ID, m)
	c.record("ExportManifest", "export_manifest_created", m.ID, m.Name)
	return created{result(c.manifestView(m))}, nil
}

func getManifest(c *call, m *manifest) (any, error) { return result(c.manifestView(m)), nil }

func updateManifest(c *call, m *manifest) (any, error) {
	changed := *m
	if err := c.readManifest(&changed, false); err != nil {
		return nil, err
	}
	*m = changed
	c.record("ExportManifest", "export_manifest_updated", m.ID, m.Name)
	return result(c.manifestView(m)), nil
}

func deleteManifest(c *call, m *manifest) (any, error) {
	c.manifests.drop(m.ID)
	c.record("ExportManifest", "export_manifest_deleted", m.ID, m.Name)
	return result(success()), nil
}

// fileName is what an asset is called in a package.
func fileName(name, kind string) string {
	safe := strings.Map(func(r rune) rune {
		if strings.ContainsRune(` /\"':`, r) {
			return '_'
		}
		return r
	}, strings.ToLower(name))
	return fmt.Sprintf("%s.%s.json", safe, kind)
}
