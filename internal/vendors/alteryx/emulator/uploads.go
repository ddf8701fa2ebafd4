package emulator

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

// packageSuffix is that of the only files that can be uploaded.
const packageSuffix = ".yxzp"

func uploadRoutes() []route {
	common := contract(
		req(upload, "file"), req(length(1, 255), "name"), req(filled(), "ownerId"),
		req(boolean, "othersMayDownload", "othersCanExecute"), req(executionModes(), "executionMode"),
		req(credentialTypes(), "workflowCredentialType"), opt(text, "credentialId", "comments"),
		opt(boolean, "hasPrivateDataExemption", "bypassWorkflowVersionCheck"),
	).fields
	return []route{
		{on: "POST /v3/workflows", need: artisan, do: uploadWorkflow, body: contract(common,
			req(boolean, "isPublic", "isReadyForMigration"), opt(text, "workerTag", "sourceAppId"),
			opt(listOf(text), "districtTags", "collectionIds"))},
		{on: "POST /v3/workflows/{workflowId}/versions", need: artisan, do: uploadVersion, body: contract(common,
			req(boolean, "makePublished"))},
	}
}

// uploadWorkflow answers the bare id. Only Curators may upload for others (inf).
func uploadWorkflow(c *call) (any, error) {
	owner := c.users.get(c.in.str("ownerId"))
	if owner == nil || !c.mayOwn(owner) {
		return nil, badField("ownerId", "The owner must be an active Artisan or Curator.")
	}
	if owner != c.by && !c.curator() {
		return nil, unauthorized()
	}
	source := c.in.str("sourceAppId")
	for w := range c.workflows.all() {
		if source != "" && w.SourceAppID == source {
			return nil, badField("sourceAppId", "The sourceAppId is in use.")
		}
	}
	for _, id := range c.in.strs("collectionIds") {
		if c.collections.get(id) == nil {
			return nil, badField("collectionIds", "The collection does not exist.")
		}
	}
	if err := c.checkPackage(); err != nil {
		return nil, err
	}
	w := &workflow{ID: c.newID(), DateCreated: c.now, PackageWorkflowType: "App", DistrictTags: []string{},
		OthersCanViewHistory: true}
	if err := c.in.into(w); err != nil {
		return nil, err
	}
	if w.SourceAppID == "" {
		w.SourceAppID = c.newID()
	}
	if err := c.addVersion(w, true); err != nil {
		return nil, err
	}
	insert(c.state, &c.workflows, w.ID, w)
	for _, id := range c.in.strs("collectionIds") {
		touch(c.state, &c.collections, id)
		c.collections.get(id).WorkflowIDs.add(w.ID)
	}
	return w.ID, nil
}

func uploadVersion(c *call) (any, error) {
	w, err := c.workflow(http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	if w.OwnerID != c.by.ID && !c.curator() {
		return nil, unauthorized()
	}
	if err := c.sameStudio(w, c.in.str("ownerId")); err != nil { // (inf) as for PUT
		return nil, err
	}
	if err := c.checkPackage(); err != nil {
		return nil, err
	}
	touch(c.state, &c.workflows, w.ID)
	if err := c.in.into(w); err != nil {
		return nil, err
	}
	if err := c.addVersion(w, c.in.flag("makePublished")); err != nil {
		return nil, err
	}
	return workflowView(w), nil
}

func (c *call) checkPackage() error {
	f, _ := c.in["file"].(uploaded)
	if len(f.Data) == 0 || !strings.HasSuffix(strings.ToLower(f.Name), packageSuffix) {
		return badField("file", "The file must be a workflow package (.yxzp).")
	}
	return c.runAs()
}

// addVersion makes a version of the uploaded file. The kind of workflow stays what it was: packages are not opened.
func (c *call) addVersion(w *workflow, publish bool) error {
	f, _ := c.in["file"].(uploaded)
	v := version{VersionID: c.newID(), VersionNumber: len(w.Versions) + 1, DateCreated: c.now, UploadDate: c.now,
		UploadSource: "ServerUIorServerAPI", PackageWorkflowType: w.PackageWorkflowType, OthersCanViewHistory: true,
		ExecutionMode: "Safe", WorkflowCredentialType: "Default", FileName: f.Name, Package: f.Data}
	if err := c.in.into(&v); err != nil {
		return err
	}
	w.Versions = append(w.Versions, v)
	if publish {
		w.publish(v.VersionID)
	}
	return nil
}

// download returns the package as it was uploaded. Seeded versions get a small one made up.
func (v *version) download() file {
	data := v.Package
	if data == nil {
		var buf bytes.Buffer
		z := zip.NewWriter(&buf)
		if f, err := z.Create(strings.TrimSuffix(v.FileName, packageSuffix) + ".yxmd"); err == nil {
			fmt.Fprintf(f, "<AlteryxDocument yxmdVer=\"2024.1\"><!-- version %d --></AlteryxDocument>\n", v.VersionNumber)
		}
		z.Close() // writing to memory cannot fail
		data = buf.Bytes()
	}
	return file{v.FileName, "application/octet-stream", data}
}
