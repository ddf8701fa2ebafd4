package emulator

import "slices"

// A jobGroup is one run of a recipe.
type jobGroup struct {
	ID          int64   `json:"id"`
	WorkspaceID int64   `json:"workspaceId"`
	Name        string  `json:"name"`
	FlowID      int64   `json:"flowId"`
	RecipeID    int64   `json:"recipeId"`
	FlowRunID   int64   `json:"flowRunId,omitempty"`
	OwnerID     int64   `json:"ownerId"`
	RanFrom     string  `json:"ranfrom"`
	RanFor      string  `json:"ranfor"`
	Profiling   bool    `json:"profilingEnabled"`
	Jobs        []int64 `json:"jobs"`
	run
}

var (
	ranFroms = []string{"ui", "schedule", "api"}
	ranFors  = []string{"recipe", "sampling", "pendingDatasource", "plan", "extract", "profile", "publish", "refresh"}
)

func jobRoutes() []route {
	return []route{
		{on: "POST /jobGroups", quota: quota{30, 60}, do: runRecipe},
		{on: "GET /jobGroups/{id}", do: onJobGroup(func(c *call, j *jobGroup) (any, error) { return c.only(c.jobView(j)), nil })},
		{on: "GET /jobGroups/{id}/status", do: onJobGroup(func(c *call, j *jobGroup) (any, error) {
			return j.status(c.now), nil
		})},
		{on: "POST /jobGroups/{id}/cancel", do: onJobGroup(cancelJobs)},
		{on: "GET /jobs/{id}/status", do: jobStatus},
	}
}

func onJobGroup(do func(*call, *jobGroup) (any, error)) handler {
	return func(c *call) (any, error) {
		j := c.jobGroups[c.pathID("id")]
		if j == nil || !c.seesRun(j.OwnerID) {
			return nil, notFound("Job group", c.r.PathValue("id"))
		}
		return do(c, j)
	}
}

// seesRun is for those who started a run, and for admins (inf).
func (c *call) seesRun(ownerID int64) bool { return ownerID == c.by.ID || c.isAdmin(c.by) }

func (c *call) jobView(j *jobGroup) object {
	return object{"id": j.ID, "name": j.Name, "description": nil, "status": j.status(c.now), "ranfrom": j.RanFrom,
		"ranfor": j.RanFor, "profilingEnabled": j.Profiling, "creator": ref(j.OwnerID), "updater": ref(j.OwnerID),
		"wrangledDataset": ref(j.RecipeID), "flowrun": ref(j.FlowRunID), "snapshot": ref(j.ID), "flow": ref(j.FlowID),
		"createdAt": stamp(j.CreatedAt), "updatedAt": stamp(j.updatedAt(c.now))}
}

// startJob starts a recipe: a job for it, and one more if it is profiled.
func (c *call) startJob(f *flow, r recipe, ranFor string, profiling bool) *jobGroup {
	j := &jobGroup{ID: c.newID(), WorkspaceID: c.WorkspaceID, Name: r.Name, FlowID: f.ID, RecipeID: r.ID, OwnerID: c.by.ID,
		RanFrom: "api", RanFor: ranFor, Profiling: profiling, run: run{CreatedAt: c.now, Fails: f.Fails}}
	j.Jobs = []int64{c.newID()}
	if profiling {
		j.Jobs = append(j.Jobs, c.newID())
	}
	c.jobGroups.put(j.ID, j)
	return j
}

// startView is how a start is answered.
func (j *jobGroup) startView() object {
	jobs := []object{}
	for _, id := range j.Jobs {
		jobs = append(jobs, object{"id": id})
	}
	return object{"id": j.ID, "sessionId": newUUID(j.ID), "reason": "JobStarted",
		"jobGraph": object{"vertices": j.Jobs, "edges": []object{}}, "jobs": object{"data": jobs}}
}

// recipeByID looks in the flows that the caller sees.
func (c *call) recipeByID(id int64) (*flow, recipe, bool) {
	for f := range c.flows.all() {
		if i := slices.IndexFunc(f.Recipes, func(r recipe) bool { return r.ID == id }); i >= 0 && c.sees(&f.asset) {
			return f, f.Recipes[i], true
		}
	}
	return nil, recipe{}, false
}

func runRecipe(c *call) (any, error) {
	if c.startedBefore("jobGroups") {
		return notModified{}, nil
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("wrangledDataset")
	dataset, overrides := in.within("wrangledDataset"), in.within("overrides")
	dataset.need("id")
	id, testing, profiling := dataset.id("id"), in.flag("testMode"), overrides.flag("profiler")
	in.object("runParameters")
	in.flag("ignoreRecipeErrors")
	in.flag("forceCacheUpdate")
	in.word("ranfrom", ranFroms...)
	if err := in.err(); err != nil {
		return nil, err
	}
	f, r, ok := c.recipeByID(id)
	if !ok {
		return nil, refuse("There is no wrangledDataset %d.", id)
	}
	if testing { // nothing runs
		return created{object{"datasetId": r.ID, "datasetName": r.Name, "sessionId": newUUID(r.ID)}}, nil
	}
	if err := c.mayEdit(&f.asset); err != nil { // (inf) that readers cannot run it
		return nil, err
	}
	j := c.startJob(f, r, "recipe", profiling)
	c.noteStart("jobGroups")
	return created{j.startView()}, nil
}

func cancelJobs(c *call, j *jobGroup) (any, error) {
	ids := []int64{}
	if !j.over(c.now) {
		ids = j.Jobs
	}
	j.cancel(c.now)
	return object{"jobgroupId": j.ID, "jobIds": ids}, nil
}

// jobStatus is that of the group (inf).
func jobStatus(c *call) (any, error) {
	id := c.pathID("id")
	for j := range c.jobGroups.all() {
		if slices.Contains(j.Jobs, id) && c.seesRun(j.OwnerID) {
			return j.status(c.now), nil
		}
	}
	return nil, notFound("Job", c.r.PathValue("id"))
}
