package emulator

import (
	"regexp"
	"strings"
)

// A job builds the aggregates of a cube again and again. It does not fire by itself here.
type job struct {
	ID         string `json:"job_id"`
	OrgID      string `json:"org_id"`
	ProjectID  string `json:"project_id"` // the published one
	CubeID     string `json:"cube_id"`
	Full       bool   `json:"full_build"`
	Expression string `json:"time_expression"`
	Active     bool   `json:"active"`
	CreatedBy  string `json:"created_by"`
}

func jobRoutes() []route {
	const list = "/aggregate-batch/scheduler/orgId/{orgId}/projectId/{publishedId}/cubeId/{cubeId}/jobs"
	return []route{
		{on: "GET " + list, style: engine, need: mayView, do: listJobs},
		{on: "POST " + list, style: engine, need: mayManage, do: createJob},
		{on: "DELETE " + list + "/{jobId}", style: engine, need: mayManage, do: deleteJob},
	}
}

// modelOfPath finds a published cube by the two ids of the path.
func (c *call) modelOfPath() (*published, *model, error) {
	p, err := c.engineProject(c.path("publishedId"))
	if err != nil {
		return nil, nil, err
	}
	m := p.model(c.path("cubeId"))
	if m == nil {
		return nil, nil, notFound("Cube", c.path("cubeId"))
	}
	return p, m, nil
}

func listJobs(c *call) (any, error) {
	p, m, err := c.modelOfPath()
	if err != nil {
		return nil, err
	}
	active, err := c.flag("active")
	if err != nil {
		return nil, err
	}
	return c.jobs.where(func(j *job) bool {
		return j.ProjectID == p.ID && j.CubeID == m.ID && (j.Active || !active)
	}), nil
}

func createJob(c *call) (any, error) {
	p, m, err := c.modelOfPath()
	if err != nil {
		return nil, err
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	j := &job{OrgID: c.org.ID, ProjectID: p.ID, CubeID: m.ID, Full: f.flag("full_build"), Active: true, CreatedBy: c.by.ID}
	j.Expression = f.quartz("time_expression")
	if err := f.err(); err != nil {
		return nil, err
	}
	j.ID = c.newID()
	c.jobs.put(j.ID, j)
	return map[string]any{"job_id": j.ID}, nil
}

func deleteJob(c *call) (any, error) {
	p, m, err := c.modelOfPath()
	if err != nil {
		return nil, err
	}
	j := c.jobs.get(c.path("jobId"))
	if j == nil || j.ProjectID != p.ID || j.CubeID != m.ID {
		return nil, notFound("Job", c.path("jobId"))
	}
	c.jobs.drop(j.ID)
	return map[string]any{}, nil
}

var quartzField = regexp.MustCompile(`^[0-9A-Z*/,#?-]+$`)

// quartz returns a cron expression with seconds, in which exactly one of the days is a question mark. (inf) A seventh
// field for the year is accepted, as Quartz does.
func (f *fields) quartz(name string) string {
	s := f.need(name)
	parts := strings.Fields(s)
	ok := len(parts) == 6 || len(parts) == 7
	for _, p := range parts {
		ok = ok && quartzField.MatchString(p)
	}
	if ok {
		ok = (parts[3] == "?") != (parts[5] == "?")
	}
	if !ok && s != "" {
		f.complain("%s is not a Quartz expression", name)
	}
	return s
}
