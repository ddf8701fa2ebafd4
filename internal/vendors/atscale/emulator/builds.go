package emulator

import (
	"fmt"
	"net/http"
	"time"
)

// A batch is a build of all aggregates of a cube. It goes on by the clock alone.
type batch struct {
	ID        string    `json:"id"`
	OrgID     string    `json:"orgId"`
	ProjectID string    `json:"projectId"` // the published one
	CubeID    string    `json:"cubeId"`
	Type      string    `json:"batchType"`
	Full      bool      `json:"isFullBuild"`
	Created   time.Time `json:"createDate"`
	StartedBy string    `json:"startedBy"`
	Broken    string    `json:"broken,omitempty"` // why it will fail
	Started   time.Time `json:"startTime"`        // when it leaves the queue
	Ended     time.Time `json:"endTime"`
	Outcome   string    `json:"outcome"` // "" as long as it has not ended
}

const (
	ofAll       = "aggregate_batch"
	ofCreations = "aggregate_creation_batch" // (inf) its name
	zeroTime    = "0001-01-01T00:00:00Z"
)

func buildRoutes() []route {
	const all = "/aggregate-batch/orgId/{orgId}"
	return []route{
		{on: "POST " + all + "/projectId/{publishedId}", style: engine, need: mayManage, do: startBuild},
		{on: "GET " + all + "/history", style: engine, need: mayView, do: buildHistory},
		{on: "GET " + all + "/envId/{envId}", style: engine, need: mayView, do: latestBuilds},
	}
}

// settleBatch ends a build whose time is over.
func (st *state) settleBatch(b *batch, now time.Time) {
	ends := b.Created.Add(st.buildTime)
	if b.Outcome != "" || now.Before(ends) {
		return
	}
	b.Ended, b.Outcome = ends, "done"
	if b.Broken != "" {
		b.Outcome = "failed"
		return
	}
	of := func(a *aggregate) bool { return a.ProjectID == b.ProjectID && a.CubeID == b.CubeID }
	for i, a := range st.aggregates.where(of) {
		if !a.Blocked {
			a.Instances = append(a.Instances, instance{
				ID: fmt.Sprintf("6e000000-%04x-%s", i, b.ID[14:]), Status: "active", Schema: "atscale_aggs",
				Table: fmt.Sprintf("as_agg_%s_%d", b.ID[24:], i), Created: ends, QueryID: "build-" + b.ID,
			})
		}
	}
}

// status is what a batch says of itself at a moment that it was settled for.
func (b *batch) status(now time.Time) string {
	switch {
	case b.Outcome != "":
		return b.Outcome
	case now.Before(b.Started):
		return "new"
	}
	return "inprogress"
}

// view shows the times that have come; the others are the zero time.
func (c *call) batchView(b *batch) map[string]any {
	told := func(t time.Time) string {
		if t.IsZero() || c.now.Before(t) {
			return zeroTime
		}
		return moment(t)
	}
	out := map[string]any{
		"id": b.ID, "batchType": b.Type, "createDate": moment(b.Created), "startTime": told(b.Started),
		"endTime": told(b.Ended), "status": b.status(c.now), "projectId": b.ProjectID, "cubeId": b.CubeID,
		"organizationId": b.OrgID, "estimateTime": c.opts.BuildTime.Milliseconds(), "isFullBuild": b.Full,
	}
	if b.Outcome == "failed" {
		out["message"] = b.Broken // (inf)
	}
	return out
}

// start makes a batch, unless one of the same cube is under way.
func (c *call) start(p *published, m *model, full bool) (*batch, error) {
	for b := range c.batches.all() {
		if b.ProjectID == p.ID && b.CubeID == m.ID && b.Outcome == "" {
			return nil, refuse(http.StatusInternalServerError, "An aggregate batch is already running for cube %s", m.ID)
		}
	}
	b := &batch{ID: c.newID(), OrgID: c.org.ID, ProjectID: p.ID, CubeID: m.ID, Type: ofAll, Full: full, Created: c.now,
		StartedBy: c.by.ID, Broken: m.Broken, Started: c.now.Add(c.opts.BuildTime / 10)}
	c.batches.put(b.ID, b)
	return b, nil
}

// startBuild answers without an envelope. (inf) What is beside the batch is from the reference of the other edition.
func startBuild(c *call) (any, error) {
	full, err := c.flag("isFullBuild")
	if err != nil {
		return nil, err
	}
	p, err := c.engineProject(c.path("publishedId"))
	if err != nil {
		return nil, err
	}
	if c.query("cubeId") == "" {
		return nil, badRequest("Request is missing required query parameter 'cubeId'")
	}
	m := p.model(c.query("cubeId"))
	if m == nil {
		return nil, notFound("Cube", c.query("cubeId"))
	}
	b, err := c.start(p, m, full)
	if err != nil {
		return nil, err
	}
	if c.opts.OldEngine {
		return bare{map[string]any{"batch": map[string]any{"id": b.ID, "status": b.status(c.now)}}}, nil
	}
	return also{map[string]any{"batch": c.batchView(b), "success": true}}, nil
}

// batchesOf are the builds of a kind, the latest first (inf). An empty id stands for all.
func (c *call) batchesOf(kind, projectID, cubeID string) []*batch {
	return backwards(c.batches.where(func(b *batch) bool {
		return b.OrgID == c.org.ID && b.Type == kind && (projectID == "" || b.ProjectID == projectID) &&
			(cubeID == "" || b.CubeID == cubeID)
	}))
}

func buildHistory(c *call) (any, error) {
	return listed(c, views(c.batchesOf(ofAll, c.query("projectId"), c.query("cubeId")), c.batchView))
}

// latestBuilds is how old engines are polled. (inf) All projects are in all environments.
func latestBuilds(c *call) (any, error) {
	if e := c.environments.get(c.path("envId")); e == nil || e.OrgID != c.org.ID {
		return nil, notFound("Environment", c.path("envId"))
	}
	out, seen := []any{}, map[string]bool{}
	for _, b := range c.batchesOf(ofAll, "", "") {
		if key := b.ProjectID + "/" + b.CubeID; !seen[key] {
			seen[key] = true
			out = append(out, map[string]any{"projectId": b.ProjectID, "cubeId": b.CubeID, "batch": map[string]any{
				"id": b.ID, "status": b.status(c.now), "progressPercentage": c.progress(b),
			}})
		}
	}
	return map[string]any{"batches": out}, nil
}

func (c *call) progress(b *batch) int {
	if b.Outcome != "" {
		return 100
	}
	return int(100 * max(0, c.now.Sub(b.Created)) / c.opts.BuildTime)
}
