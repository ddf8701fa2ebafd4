package emulator

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// Packages are zips with one JSON file each; what is really in the vendor's is not documented (inf).

func packageRoutes() []route {
	const in = v4 | plansService
	return []route{
		{on: "GET /flows/{id}/package", quota: quota{40, 50}, do: onFlow(func(c *call, f *flow) (any, error) {
			return zipped("flow.json", f.packed())
		})},
		{on: "GET /flows/{id}/package/dryRun", quota: quota{20, 40}, do: onFlow(func(*call, *flow) (any, error) {
			return object{}, nil // (inf)
		})},
		{on: "POST /flows/package", form: true, do: importFlow(false)},
		{on: "POST /flows/package/dryRun", form: true, do: importFlow(true)},
		{on: "GET /plans/{id}/package", in: in, quota: quota{20, 40}, do: onPlan(exportPlan)},
		{on: "POST /plans/package", in: in, quota: quota{20, 40}, form: true, do: importPlan},
	}
}

// packedFlow is a flow in a package.
type packedFlow struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Recipes     []string `json:"recipes"`
}

// packedPlan is a plan in a package, with the flows that it runs.
type packedPlan struct {
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Flows       []packedFlow `json:"flows"`
}

func (f *flow) packed() packedFlow {
	out := packedFlow{f.Name, f.Description, nil}
	for _, r := range f.Recipes {
		out.Recipes = append(out.Recipes, r.Name)
	}
	return out
}

func zipped(name string, v any) (any, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return file{"application/zip", out.Bytes()}, nil
}

// unzip reads the JSON of the package that was uploaded.
func (c *call) unzip(name string, into any) error {
	data, err := c.upload()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refuse("The file is not a package.")
	}
	r, err := z.Open(name)
	if err != nil {
		return refuse("The package has no %s.", name)
	}
	defer r.Close()
	dec := json.NewDecoder(io.LimitReader(r, 1<<20))
	dec.UseNumber()
	if dec.Decode(into) != nil {
		return refuse("The package cannot be read.")
	}
	return nil
}

// upload is the first file in the form, under whatever name (inf).
func (c *call) upload() ([]byte, error) {
	kind, params, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, &failure{status: http.StatusUnsupportedMediaType, name: "UnsupportedMediaTypeException",
			message: "Content-Type must be multipart/form-data."}
	}
	form := multipart.NewReader(bytes.NewReader(c.raw), params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, badInput("File is required")
		}
		if part.FileName() == "" {
			continue
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, badInput("File is cut off")
		}
		return data, nil
	}
}

// addFlow makes a flow of one in a package. It belongs to the caller.
func (c *call) addFlow(p packedFlow, folderID int64) *flow {
	f := &flow{ID: c.newID(), asset: c.newAsset(p.Name, p.Description), FolderID: folderID, Settings: object{}}
	for _, name := range p.Recipes {
		f.Recipes = append(f.Recipes, recipe{c.newID(), name})
	}
	c.flows.put(f.ID, f)
	return f
}

func importFlow(dry bool) handler {
	return func(c *call) (any, error) {
		folders, err := c.paramIDs("folderId")
		if err != nil {
			return nil, err
		}
		var p packedFlow
		if err := c.unzip("flow.json", &p); err != nil {
			return nil, err
		}
		folderID := int64(0)
		if len(folders) > 0 {
			folderID = folders[0]
		}
		if folderID != 0 && c.folders[folderID] == nil {
			return nil, refuse("There is no folder %d.", folderID)
		}
		if dry {
			flows := []object{{"name": p.Name, "description": p.Description}}
			return object{"flows": flows, "primaryFlowIds": []object{}}, nil // (inf)
		}
		f := c.addFlow(p, folderID)
		return created{importedFlow(c, f)}, nil
	}
}

func importedFlow(c *call, f *flow) object {
	return object{"flows": []object{c.flowView(f)}, "primaryFlowIds": []int64{f.ID}, "datasources": []object{},
		"flownodes": []object{}, "flowedges": []object{}, "recipes": []object{}, "outputobjects": []object{},
		"webhookflowtasks": []object{}, "deletedObjects": object{}, "createdObjectMapping": object{}, "importRuleChanges": object{}}
}

func exportPlan(c *call, p *plan) (any, error) {
	out := packedPlan{Name: p.Name, Description: p.Description}
	for _, n := range p.Nodes {
		if f := c.flows[n.FlowID]; f != nil {
			out.Flows = append(out.Flows, f.packed())
		}
	}
	return zipped("plan.json", out)
}

// importPlan makes new flows, too.
func importPlan(c *call) (any, error) {
	var in packedPlan
	if err := c.unzip("plan.json", &in); err != nil {
		return nil, err
	}
	p := &plan{ID: c.newID(), asset: c.newAsset(in.Name, in.Description), Nodes: []node{}}
	packages := []object{}
	for _, one := range in.Flows {
		f := c.addFlow(one, 0)
		p.Nodes = append(p.Nodes, node{c.newID(), f.Name, f.ID})
		packages = append(packages, importedFlow(c, f))
	}
	c.plans.put(p.ID, p)
	return created{object{"flowPackages": packages, "planPackage": c.planView(p), "taskCount": len(p.Nodes)}}, nil
}
