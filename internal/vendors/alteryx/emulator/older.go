package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// This file is the endpoints of the APIs before v3 that have no equivalent there. Their errors look different.

func olderRoutes() []route {
	return []route{
		{on: "GET /admin/v1/workflows/migratable", need: curator, do: listMigratable, legacy: true,
			query: contract(opt(text, "subscriptionIds"))},
		{on: "GET /admin/v1/{appId}/package", need: curator, do: downloadApp, legacy: true},
		{on: "POST /admin/v1/workflows", need: curator, do: publishApp, legacy: true, body: contract(
			req(upload, "file"), req(filled(), "name", "owner"), opt(text, "sourceId", "workerTag", "comments"),
			opt(boolean, "isPublic"))},
		{on: "GET /v1/jobs/{jobId}/output/{outputId}", need: artisan, do: downloadOutput, legacy: true,
			query: contract(req(filled(), "format"))},
	}
}

// listMigratable is documented in prose only, so the names of its fields may be different (inf).
func listMigratable(c *call) (any, error) {
	studios := separate([]string{c.query.str("subscriptionIds")})
	out := []map[string]string{}
	for w := range c.workflows.all() {
		if w.IsReadyForMigration && (!c.query.has("subscriptionIds") || slices.Contains(studios, c.studioOf(w))) {
			out = append(out, map[string]string{
				"appId": w.ID, "revisionId": w.PublishedVersionID, "subscriptionId": c.studioOf(w),
			})
		}
	}
	return out, nil
}

func downloadApp(c *call) (any, error) {
	w, err := find(&c.workflows, c.path("appId"), "App")
	if err != nil {
		return nil, err
	}
	v := w.published()
	if v == nil {
		return nil, notFound("Published version")
	}
	return v.download(), nil
}

// publishApp answers the bare id of a new workflow, or of the one that it is a new version of. (inf) The fields are not
// documented beyond "package plus metadata"; the owner is an id or an address.
func publishApp(c *call) (any, error) {
	var owner *user
	for u := range c.users.all() {
		if u.ID == c.in.str("owner") || strings.EqualFold(u.Email, c.in.str("owner")) {
			owner = u
		}
	}
	if owner == nil || !c.mayOwn(owner) {
		return nil, badField("owner", "The owner must be an active Artisan or Curator.")
	}
	if err := c.checkPackage(); err != nil {
		return nil, err
	}
	for w := range c.workflows.all() {
		if source := c.in.str("sourceId"); source != "" && w.SourceAppID == source {
			touch(c.state, &c.workflows, w.ID)
			return w.ID, c.addVersion(w, true)
		}
	}
	w := &workflow{ID: c.newID(), SourceAppID: c.in.str("sourceId"), OwnerID: owner.ID, DateCreated: c.now,
		PackageWorkflowType: "App", DistrictTags: []string{}, ExecutionMode: "Safe"}
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
	return w.ID, nil
}

func downloadOutput(c *call) (any, error) {
	j, err := c.job()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(j.Outputs, func(o output) bool { return o.ID == c.path("outputId") })
	if i < 0 {
		return nil, notFound("Output")
	}
	o, format := j.Outputs[i], c.query.str("format")
	if !slices.ContainsFunc(o.AvailableFormats, func(f string) bool { return strings.EqualFold(f, format) }) {
		return nil, refuse(http.StatusBadRequest, "The format is not available.")
	}
	return file{o.FileName, "text/csv", fmt.Appendf(nil, "job,records\n%s,42\n", j.ID)}, nil
}
