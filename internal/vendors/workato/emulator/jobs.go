package emulator

import (
	"slices"
	"time"
)

// A job is one run of a recipe.
type job struct {
	ID          string    `json:"id"`
	RecipeID    int64     `json:"recipe_id"`
	Status      string    `json:"status"` // pending, succeeded or failed
	Title       string    `json:"title"`
	Error       string    `json:"error,omitempty"`
	MasterID    string    `json:"master_job_id,omitempty"` // of which it is a repetition
	Token       string    `json:"-"`                       // that resumes it
	Stuck       bool      `json:"stuck,omitempty"`         // it does not end by itself
	StartedAt   time.Time `json:"started_at"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
}

const (
	pending   = "pending"
	succeeded = "succeeded"
	failed    = "failed"
)

// jobTime is how long a job takes that nothing stops (inf).
const jobTime = 5 * time.Second

func jobRoutes() []route {
	in, slow := perMinute("jobs"), perSecond("jobs repeat and cancel")
	return []route{
		{on: "GET /api/recipes/{id}/jobs", bucket: in, do: onRecipe(listJobs)},
		{on: "GET /api/recipes/{id}/jobs/{handle}", bucket: in, do: onRecipe(getJob)},
		{on: "POST /api/recipes/{id}/repeat_jobs", bucket: slow, do: onRecipe(repeatJobs)},
		{on: "POST /api/recipes/{id}/cancel_jobs", bucket: slow, do: onRecipe(cancelJobs)},
		{on: "POST /api/job/resume", bucket: in, do: resumeJob},
	}
}

func (j *job) settle(now time.Time) {
	if j.Status == pending && !j.Stuck && !now.Before(j.StartedAt.Add(jobTime)) {
		j.Status, j.CompletedAt = succeeded, j.StartedAt.Add(jobTime)
	}
}

func (st *state) newJob(r *recipe, master string) *job {
	j := &job{ID: st.newHandle("j"), RecipeID: r.ID, Status: pending, Title: r.Name, MasterID: master, StartedAt: st.time}
	r.LastRunAt = st.time
	r.Tasks++
	st.jobs.put(j.ID, j)
	return j
}

// counts are a recipe's jobs that succeeded and failed.
func (st *state) counts(r *recipe) (done, bad int) {
	done, bad = r.Succeeded, r.Failed
	for _, j := range st.jobsOf(r) {
		switch j.Status {
		case succeeded:
			done++
		case failed:
			bad++
		}
	}
	return done, bad
}

// jobsOf are a recipe's jobs, the newest first.
func (st *state) jobsOf(r *recipe) []*job {
	out := st.jobs.where(func(j *job) bool { return j.RecipeID == r.ID })
	slices.SortStableFunc(out, func(a, b *job) int { return b.StartedAt.Compare(a.StartedAt) })
	return out
}

func (j *job) view() object {
	return object{"id": j.ID, "recipe_id": j.RecipeID, "status": j.Status, "started_at": at(j.StartedAt),
		"completed_at": at(j.CompletedAt), "title": j.Title, "is_error": j.Status == failed, "error": orNull(j.Error),
		"is_poll_error": false, "calling_recipe_id": nil, "calling_job_id": nil, "root_recipe_id": nil, "root_job_id": nil,
		"master_job_id": orNull(j.MasterID)}
}

// listJobs goes on after offset_job_id, or before it with prev (inf). Its pages are of per_page jobs: Workato's own
// tool sends it.
func listJobs(c *call, r *recipe) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(c.jobsOf(r), func(j *job) bool {
		return c.given("status") && j.Status != c.param("status") || c.param("rerun_only") == "true" && j.MasterID == ""
	})
	items := all
	if i := slices.IndexFunc(all, func(j *job) bool { return j.ID == c.param("offset_job_id") }); i >= 0 {
		items = all[i+1:]
		if c.param("prev") == "true" {
			items = all[max(0, i-p.size):i]
		}
	}
	done, bad := c.counts(r)
	return object{"job_count": done + bad + len(c.jobs.where(func(j *job) bool {
			return j.RecipeID == r.ID &&
				j.Status == pending
		})),
			"job_succeeded_count": done, "job_failed_count": bad, "items": views(items[:min(p.size, len(items))], (*job).view)},
		nil
}

func (c *call) job(r *recipe, id string) *job {
	if j := c.jobs.get(id); j != nil && j.RecipeID == r.ID {
		return j
	}
	return nil
}

// getJob has one line for the trigger (inf).
func getJob(c *call, r *recipe) (any, error) {
	j := c.job(r, c.r.PathValue("handle"))
	if j == nil {
		return nil, notFound()
	}
	v := j.view()
	trigger, _ := r.applications()
	v["lines"] = []any{object{"recipe_line_number": 0, "adapter_name": trigger, "input": nil, "output": nil,
		"error": orNull(j.Error)}}
	return v, nil
}

func (c *call) jobIDs(most int) ([]string, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("job_ids")
	ids := in.texts("job_ids")
	if in.has("job_ids") && len(ids) == 0 {
		in.complain("job_ids", "can't be blank")
	}
	if len(ids) > most {
		in.complain("job_ids", "has more than %d entries", most)
	}
	return ids, in.err()
}

// repeatJobs enqueues what it can. Jobs that are not finished cannot be repeated (inf).
func repeatJobs(c *call, r *recipe) (any, error) {
	ids, err := c.jobIDs(25)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range ids {
		row := object{"job_id": id, "status": "enqueued", "error": nil}
		switch j := c.job(r, id); {
		case j == nil:
			row["status"], row["error"] = failed, "Job not found"
		case j.Status == pending:
			row["status"], row["error"] = failed, "Job is still running"
		default:
			c.newJob(r, id)
		}
		out = append(out, row)
	}
	c.record("Flow", "recipe_jobs_repeated", r.ID, r.Name)
	return object{"results": out}, nil
}

// cancelJobs answers like repeatJobs (inf): the documents do not say.
func cancelJobs(c *call, r *recipe) (any, error) {
	ids, err := c.jobIDs(100)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, id := range ids {
		row := object{"job_id": id, "status": "canceled", "error": nil}
		j := c.job(r, id)
		switch {
		case j == nil:
			row["status"], row["error"] = failed, "Job not found"
		case j.Status != pending:
			row["status"], row["error"] = failed, "Job is not running"
		default:
			j.Status, j.Error, j.CompletedAt = failed, "Canceled", c.now
		}
		out = append(out, row)
	}
	c.record("Flow", "recipe_jobs_canceled", r.ID, r.Name)
	return object{"results": out}, nil
}

// resumeJob ends the waiting of the job that a token belongs to.
func resumeJob(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("token")
	token := in.text("token")
	if err := in.err(); err != nil {
		return nil, err
	}
	for j := range c.jobs.all() {
		if r := c.recipe(j.RecipeID); r != nil && j.Token == token && j.Status == pending {
			j.Status, j.CompletedAt = succeeded, c.now
			c.record("Flow", "recipe_job_resumed", r.ID, r.Name)
			return noContent{}, nil
		}
	}
	return nil, notFound()
}

// jobCounts shows the counters of the recipes that are asked for, or of all (inf): the documents do not say.
func jobCounts(c *call) (any, error) {
	q := c.r.URL.Query()
	asked := append(q["recipe_ids[]"], q["ids[]"]...)
	found := c.recipes.where(func(r *recipe) bool {
		return c.sees(r.FolderID) && (len(asked) == 0 || slices.Contains(asked, decimal(r.ID)))
	})
	return views(found, func(r *recipe) object {
		done, bad := c.counts(r)
		return object{"recipe_id": r.ID, "job_succeeded_count": done, "job_failed_count": bad}
	}), nil
}
