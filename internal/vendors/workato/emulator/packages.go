package emulator

import (
	"net/http"
	"time"
)

// A pack is a package: an export or an import that is under way or done.
type pack struct {
	ID         int64        `json:"id"`
	Operation  string       `json:"operation_type"` // export or import
	Status     string       `json:"status"`
	Error      string       `json:"error,omitempty"`
	ManifestID int64        `json:"export_manifest_id,omitempty"`
	FolderID   int64        `json:"folder_id"`
	Restart    bool         `json:"restart_recipes"`
	Recipes    []recipeDone `json:"recipe_status"`
	StartedAt  time.Time    `json:"started_at"`

	by   *client
	data []byte // the zip
}

type recipeDone struct {
	ID     int64  `json:"id"`
	Result string `json:"import_result"`
}

const (
	inProgress = "in_progress"
	processing = "processing"
	completed  = "completed"
)

// Packages are being processed after two seconds, and done after five (inf).
const (
	packQueued = 2 * time.Second
	packTime   = 5 * time.Second
)

func packageRoutes() []route {
	in := perMinute("lifecycle")
	return []route{
		{on: "POST /api/packages/export/{id}", bucket: in, do: onManifest(exportPackage)},
		{on: "POST /api/packages/import/{id}", bucket: bucket{"packages import", 500, time.Hour, true}, do: importPackage},
		{on: "GET /api/packages/{id}", bucket: in, do: onPackage(getPackage)},
		{on: "GET /api/packages/{id}/download", bucket: in, do: onPackage(downloadPackage)},
		{on: "GET /storage/packages/{name}", open: true, do: storedPackage},
	}
}

func onPackage(do func(*call, *pack) (any, error)) handler {
	return func(c *call) (any, error) {
		p := c.packs.get(c.pathID("id"))
		if p == nil || !c.sees(p.FolderID) {
			return nil, notFound()
		}
		return do(c, p)
	}
}

func (c *call) packView(p *pack) object {
	v := object{"id": p.ID, "operation_type": p.Operation, "status": p.Status}
	if p.Error != "" {
		v["error"] = p.Error
	}
	if p.Operation == "import" {
		v["recipe_status"] = append([]recipeDone{}, p.Recipes...)
		return v
	}
	v["export_manifest_id"], v["download_url"] = p.ManifestID, nil
	if p.Status == completed {
		v["download_url"] = "http://" + c.r.Host + p.storage()
	}
	return v
}

// storage is where the zip lies: outside the API, and open to who knows the path.
func (p *pack) storage() string { return "/storage/packages/" + newUUID(p.ID) + ".zip" }

func (c *call) addPack(p *pack) object {
	p.ID, p.Status, p.StartedAt, p.by = c.newID(), inProgress, c.now, c.by
	c.packs.put(p.ID, p)
	return c.packView(p)
}

// exportPackage takes the assets as they are now (inf), not as they are when it is done.
func exportPackage(c *call, m *manifest) (any, error) {
	assets := m.Assets
	if m.Auto {
		assets = c.assetsIn(m.FolderID)
	}
	zipped, err := c.zip(m.FolderID, assets)
	if err != nil {
		return nil, err
	}
	m.ExportedAt = c.now
	c.record("Package", "package_exported", m.ID, m.Name)
	return c.addPack(&pack{Operation: "export", ManifestID: m.ID, FolderID: m.FolderID, data: zipped}), nil
}

// importPackage refuses a body that is empty or of another type (inf). What is wrong inside shows in the status.
func importPackage(c *call) (any, error) {
	folder := c.pathID("id")
	if !c.sees(folder) {
		return nil, notFound()
	}
	if len(c.raw) == 0 || c.r.Header.Get("Content-Type") != "application/octet-stream" {
		return nil, refuse(http.StatusBadRequest, "Bad request")
	}
	c.record("Package", "package_imported", folder, c.folders.get(folder).Name)
	return c.addPack(&pack{Operation: "import", FolderID: folder, Restart: c.param("restart_recipes") == "true",
		data: c.raw}), nil
}

func getPackage(c *call, p *pack) (any, error) { return c.packView(p), nil }

func downloadPackage(_ *call, p *pack) (any, error) {
	if p.Operation != "export" || p.Status != completed {
		return nil, notFound()
	}
	return redirect{p.storage()}, nil
}

func storedPackage(c *call) (any, error) {
	for p := range c.packs.all() {
		if p.Operation == "export" && p.Status == completed && p.storage() == c.r.URL.Path {
			return file{p.data}, nil
		}
	}
	return nil, notFound()
}

// settle has a package go on. The content of an import arrives when it is completed.
func (p *pack) settle(st *state, now time.Time) {
	switch age := now.Sub(p.StartedAt); {
	case p.Status != inProgress && p.Status != processing:
	case age >= packTime:
		p.Status = completed
		if p.Operation == "import" {
			st.unpack(p, p.StartedAt.Add(packTime))
		}
	case age >= packQueued:
		p.Status = processing
	}
}
