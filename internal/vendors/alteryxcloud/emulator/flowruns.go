package emulator

import "slices"

// A flowRun is one run of a flow: a job group for each of its recipes.
type flowRun struct {
	ID          int64   `json:"id"`
	WorkspaceID int64   `json:"workspaceId"`
	FlowID      int64   `json:"flowId"`
	OwnerID     int64   `json:"ownerId"`
	JobGroups   []int64 `json:"jobGroups"`
	run
}

func flowRunRoutes() []route {
	return []route{
		{on: "POST /flows/{id}/run", quota: quota{20, 40}, do: onFlow(runFlow)},
		{on: "GET /flowRuns/{id}", do: onFlowRun(func(c *call, r *flowRun) (any, error) { return c.only(c.flowRunView(r)), nil })},
		{on: "GET /flowRuns/{id}/status", do: onFlowRun(func(c *call, r *flowRun) (any, error) {
			return c.flowRunStatus(r), nil
		})},
		{on: "GET /flowRuns/{id}/jobGroups", do: onFlowRun(func(c *call, r *flowRun) (any, error) {
			return c.list(views(c.jobGroups.where(func(j *jobGroup) bool { return j.FlowRunID == r.ID }), c.jobView))
		})},
	}
}

func onFlowRun(do func(*call, *flowRun) (any, error)) handler {
	return func(c *call) (any, error) {
		r := c.flowRuns[c.pathID("id")]
		if r == nil || !c.seesRun(r.OwnerID) {
			return nil, notFound("Flow run", c.r.PathValue("id"))
		}
		return do(c, r)
	}
}

func (c *call) flowRunView(r *flowRun) object {
	return object{"id": r.ID, "flow": ref(r.FlowID), "requestId": newUUID(r.ID), "createdAt": stamp(r.CreatedAt),
		"updatedAt": stamp(r.updatedAt(c.now)), "scheduleExecutionId": nil}
}

// flowRunStatus is the worst of its job groups (inf).
func (c *call) flowRunStatus(r *flowRun) string {
	for _, s := range []string{waiting, running, failed, canceled} {
		if slices.ContainsFunc(r.JobGroups, func(id int64) bool { return c.jobGroups[id].status(c.now) == s }) {
			return s
		}
	}
	return complete
}

// runFlow is asynchronous whatever runAsync says (inf).
func runFlow(c *call, f *flow) (any, error) {
	if c.startedBefore("flows") {
		return notModified{}, nil
	}
	if err := c.mayEdit(&f.asset); err != nil {
		return nil, err
	}
	recipes, err := c.chosenRecipes(f)
	if err != nil {
		return nil, err
	}
	r := &flowRun{ID: c.newID(), WorkspaceID: c.WorkspaceID, FlowID: f.ID, OwnerID: c.by.ID,
		run: run{CreatedAt: c.now, Fails: f.Fails}}
	out := []object{}
	for _, one := range recipes {
		j := c.startJob(f, one, "recipe", false)
		j.FlowRunID = r.ID
		r.JobGroups = append(r.JobGroups, j.ID)
		started := j.startView()
		started["flowRun"] = ref(r.ID)
		out = append(out, started)
	}
	c.flowRuns.put(r.ID, r)
	c.noteStart("flows")
	return created{object{"flowRunId": r.ID, "data": out}}, nil
}

// chosenRecipes are all of the flow unless the body names some.
func (c *call) chosenRecipes(f *flow) ([]recipe, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	ids := in.ids("wrangledDatasetIds")
	in.object("runParameters")
	in.object("overrides")
	in.flag("ignoreRecipeErrors")
	in.word("execution", "photon", "amp", "xml-amp", "emrSpark")
	if err := in.err(); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return f.Recipes, nil
	}
	out := []recipe{}
	for _, id := range sorted(ids) {
		i := slices.IndexFunc(f.Recipes, func(r recipe) bool { return r.ID == id })
		if i < 0 {
			return nil, refuse("Flow %d has no wrangledDataset %d.", f.ID, id)
		}
		out = append(out, f.Recipes[i])
	}
	return out, nil
}
