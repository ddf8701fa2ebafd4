package emulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

type workflow struct {
	ID                      string    `json:"id"`
	SourceAppID             string    `json:"sourceAppId"`
	Name                    string    `json:"name"`
	OwnerID                 string    `json:"ownerId"`
	DateCreated             time.Time `json:"dateCreated"`
	RunCount                int       `json:"runCount"`
	WorkerTag               string    `json:"workerTag"`
	DistrictTags            []string  `json:"districtTags"`
	Comments                string    `json:"comments"`
	IsPublic                bool      `json:"isPublic"`
	IsReadyForMigration     bool      `json:"isReadyForMigration"`
	PublishedVersionID      string    `json:"publishedVersionId"`
	OthersMayDownload       bool      `json:"othersMayDownload"`
	OthersCanViewHistory    bool      `json:"othersCanViewHistory"`
	OthersCanExecute        bool      `json:"othersCanExecute"`
	ExecutionMode           string    `json:"executionMode"`
	HasPrivateDataExemption bool      `json:"hasPrivateDataExemption"`
	PackageWorkflowType     string    `json:"packageWorkflowType"` // App, Module or Macro
	Versions                []version `json:"versions"`

	// What is inside the package, as far as it matters.
	Questions         []question `json:"questions,omitempty"`
	DataConnectionIDs idSet      `json:"usesDataConnectionIds,omitempty"`
	DCMConnectionIDs  idSet      `json:"usesDcmConnectionIds,omitempty"` // their ids, not those used inside workflows
}

type version struct {
	VersionID               string    `json:"versionId"`
	VersionNumber           int       `json:"versionNumber"`
	DateCreated             time.Time `json:"dateCreated"`
	UploadSource            string    `json:"uploadSource"`
	UploadDate              time.Time `json:"uploadDate"`
	PackageWorkflowType     string    `json:"packageWorkflowType"`
	Published               bool      `json:"published"`
	Comments                string    `json:"comments"`
	RunDisabled             bool      `json:"runDisabled"`
	ExecutionMode           string    `json:"executionMode"`
	WorkflowCredentialType  string    `json:"workflowCredentialType"`
	CredentialID            string    `json:"credentialId"`
	HasPrivateDataExemption bool      `json:"hasPrivateDataExemption"`
	OthersMayDownload       bool      `json:"othersMayDownload"`
	OthersCanViewHistory    bool      `json:"othersCanViewHistory"`
	FileName                string    `json:"fileName"`
	Package                 []byte    `json:"package,omitempty"` // none for the seeded ones: it is made when asked for
}

type question struct {
	Name         string     `json:"name"`
	QuestionType string     `json:"questionType"`
	Description  string     `json:"description"`
	Value        string     `json:"value"`
	Multiple     bool       `json:"multiple"`
	Items        []keyValue `json:"items"`
}

type keyValue struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func workflowRoutes() []route {
	const one = "/v3/workflows/{workflowId}"
	versioned := contract(opt(text, "versionId"))
	return []route{
		{on: "GET " + one, need: artisan, do: getWorkflow},
		{on: "PUT " + one, need: curator, do: updateWorkflow, body: contract(
			req(length(1, 255), "name"), req(text, "versionId", "ownerId", "workerTag", "comments", "credentialId"),
			req(boolean, "makePublished", "isPublic", "isReadyForMigration", "othersMayDownload", "othersCanExecute"),
			opt(boolean, "othersCanViewHistory", "hasPrivateDataExemption"), req(listOf(text), "districtTags"),
			req(executionModes(), "executionMode"), req(credentialTypes(), "workflowCredentialType"))},
		{on: "DELETE " + one, need: curator, do: deleteWorkflow, query: contract(opt(boolean, "force"))},
		{on: "GET " + one + "/package", need: artisan, do: downloadPackage, query: versioned},
		{on: "GET " + one + "/questions", need: artisan, do: listQuestions, query: versioned},
		{on: "GET /v3/workflows", need: artisan, do: listWorkflows, query: contract(
			opt(detail(), "view"), opt(text, "name", "ownerId"), opt(dateTime, "createdAfter", "createdBefore"))},
	}
}

func executionModes() *shape  { return oneOf("Safe", "SemiSafe", "Standard") }
func credentialTypes() *shape { return oneOf("Default", "Required", "Specific") }

// reaches reports whether a user has access to a workflow: as a Curator or the owner, because it is public, through the
// studio, or through a collection.
func (st *state) reaches(u *user, w *workflow) bool {
	if w.OwnerID == u.ID || w.IsPublic || st.roleOf(u) == curator ||
		u.SubscriptionID != "" && u.SubscriptionID == st.studioOf(w) {
		return true
	}
	for col := range st.collections.all() {
		if col.WorkflowIDs.has(w.ID) && st.letsIn(col, u, st.now()) {
			return true
		}
	}
	return false
}

// workflow finds a workflow that the caller has access to. To others it is not there, or forbidden, depending on what
// they want (inf).
func (c *call) workflow(otherwise int) (*workflow, error) {
	w, err := find(&c.workflows, c.path("workflowId"), "Workflow")
	if err == nil && !c.reaches(c.by, w) {
		err = refuse(otherwise, "You have no access to this workflow.")
	}
	return w, err
}

func (w *workflow) version(id string) *version {
	i := slices.IndexFunc(w.Versions, func(v version) bool { return v.VersionID == id })
	if i < 0 {
		return nil
	}
	return &w.Versions[i]
}

func (w *workflow) published() *version { return w.version(w.PublishedVersionID) }

// publish makes one version the one that runs.
func (w *workflow) publish(id string) {
	w.PublishedVersionID = id
	for i := range w.Versions {
		w.Versions[i].Published = w.Versions[i].VersionID == id
	}
}

// askedVersion is the version in the query, or the published one.
func (c *call) askedVersion(w *workflow) (*version, error) {
	id := c.query.str("versionId")
	if id == "" {
		id = w.PublishedVersionID
	}
	v := w.version(id)
	if v == nil {
		return nil, badRequest("Invalid VersionId.")
	}
	return v, nil
}

func getWorkflow(c *call) (any, error) {
	w, err := c.workflow(http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	return workflowView(w), nil
}

func listWorkflows(c *call) (any, error) {
	q := c.query
	found := where(c.workflows.all(), func(w *workflow) bool {
		v := w.published() // the dates are those of the published version
		return c.reaches(c.by, w) && (!q.has("name") || strings.EqualFold(w.Name, q.str("name"))) &&
			(!q.has("ownerId") || w.OwnerID == q.str("ownerId")) && (v == nil || c.createdWithin(v.DateCreated))
	})
	if !c.full() {
		return views(found, reducedWorkflow), nil
	}
	// The swagger types the list as reduced in either view, so the full one has those fields as well (inf).
	return views(found, func(w *workflow) any {
		return struct {
			workflowFull
			PublishedVersionNumber int  `json:"publishedVersionNumber"`
			IsAmp                  bool `json:"isAmp"`
		}{workflowView(w), w.number(), true}
	}), nil
}

// sameStudio refuses a new owner in another studio: for that there is the transfer.
func (c *call) sameStudio(w *workflow, ownerID string) error {
	to := c.users.get(ownerID)
	if to == nil || ownerID != w.OwnerID && (to.SubscriptionID == "" || to.SubscriptionID != c.studioOf(w)) {
		return badField("ownerId", "The new owner must be in the same subscription as the current owner.")
	}
	return nil
}

func updateWorkflow(c *call) (any, error) {
	w, err := c.workflow(http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	v := w.version(c.in.str("versionId"))
	if v == nil {
		return nil, badField("versionId", "The version does not exist.")
	}
	if err := c.sameStudio(w, c.in.str("ownerId")); err != nil {
		return nil, err
	}
	if err := c.runAs(); err != nil {
		return nil, err
	}
	touch(c.state, &c.workflows, w.ID)
	w.DistrictTags = nil // decoding would reuse the array
	if err := c.in.into(w); err != nil {
		return nil, err
	}
	if err := c.in.into(v); err != nil {
		return nil, err
	}
	if c.in.flag("makePublished") {
		w.publish(v.VersionID)
	}
	return workflowView(w), nil
}

// runAs checks the credential of a version.
func (c *call) runAs() error {
	if c.in.str("workflowCredentialType") == "Specific" && c.in.str("credentialId") == "" {
		return badField("credentialId", "A credential is required when the workflowCredentialType is Specific.")
	}
	return c.knownCredential()
}

// deleteWorkflow takes the schedules along if forced.
func deleteWorkflow(c *call) (any, error) {
	w, err := c.workflow(http.StatusNotFound)
	if err != nil {
		return nil, err
	}
	for s := range c.schedules.all() {
		if s.WorkflowID != w.ID {
			continue
		}
		if !c.query.flag("force") {
			return nil, badRequest("The workflow is scheduled. Set force to delete it and its schedules.") // (inf)
		}
		c.dropSchedule(s)
	}
	for col := range c.collections.all() {
		touch(c.state, &c.collections, col.ID)
		col.WorkflowIDs.remove(w.ID)
	}
	remove(c.state, &c.workflows, w.ID)
	return nil, nil
}

func downloadPackage(c *call) (any, error) {
	w, err := c.workflow(http.StatusForbidden)
	if err != nil {
		return nil, err
	}
	if w.OwnerID != c.by.ID && !w.OthersMayDownload && !c.curator() {
		return nil, refuse(http.StatusForbidden, "The workflow may not be downloaded.")
	}
	v, err := c.askedVersion(w)
	if err != nil {
		return nil, err
	}
	return v.download(), nil
}

func listQuestions(c *call) (any, error) {
	w, err := c.workflow(http.StatusForbidden)
	if err != nil {
		return nil, err
	}
	if _, err := c.askedVersion(w); err != nil {
		return nil, err
	}
	return append([]question{}, w.Questions...), nil
}
