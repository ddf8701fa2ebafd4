package emulator

import "slices"

// A planRun is one run of a plan. It makes no job groups here (inf).
type planRun struct {
	ID          int64  `json:"id"`
	WorkspaceID int64  `json:"workspaceId"`
	PlanID      int64  `json:"planId"`
	OwnerID     int64  `json:"ownerId"`
	RanFrom     string `json:"ranfrom"`
	ScheduleID  int64  `json:"scheduleId,omitempty"`
	run
}

func planRunRoutes() []route {
	const in = v4 | plansService
	return append(listed("/planSnapshotRuns", in, listPlanRuns, usualLimit), []route{
		{on: "POST /plans/{id}/run", in: in, quota: quota{30, 60}, do: onPlan(runPlan)},
		{on: "GET /planSnapshotRuns/{id}", in: in, do: onPlanRun(func(c *call, r *planRun) (any, error) {
			return c.only(c.planRunView(r)), nil
		})},
		{on: "POST /planSnapshotRuns/{id}/cancel", in: in, do: onPlanRun(func(c *call, r *planRun) (any, error) {
			r.cancel(c.now)
			return c.planRunView(r), nil
		})},
		{on: "GET /planSnapshotRuns/{id}/schedule", in: in, do: onPlanRun(func(c *call, r *planRun) (any, error) {
			if s := c.schedules[r.ScheduleID]; s != nil {
				return c.scheduleView(s), nil
			}
			return nil, notFound("Schedule of plan run", r.ID)
		})},
	}...)
}

func onPlanRun(do func(*call, *planRun) (any, error)) handler {
	return func(c *call) (any, error) {
		r := c.planRuns[c.pathID("id")]
		if r == nil || !c.seesRun(r.OwnerID) {
			return nil, notFound("Plan run", c.r.PathValue("id"))
		}
		return do(c, r)
	}
}

func (c *call) planRunView(r *planRun) object {
	name := any(nil)
	if p := c.plans[r.PlanID]; p != nil {
		name = p.Name
	}
	return object{"id": r.ID, "status": r.status(c.now), "createdAt": stamp(r.CreatedAt), "submittedAt": stamp(r.CreatedAt),
		"startedAt": stamp(r.startedAt(c.now)), "finishedAt": stamp(r.finishedAt(c.now)), "updatedAt": stamp(r.updatedAt(c.now)),
		"scheduleHistoryId": orNull(r.ScheduleID), "failedToCancelSomeJobs": false, "ranfrom": r.RanFrom,
		"creator": ref(r.OwnerID), "plan": object{"id": r.PlanID, "name": name}, "nextRun": nil, "previousRun": nil}
}

// listPlanRuns lists the newest first (inf).
func listPlanRuns(c *call) ([]object, error) {
	status, err := c.paramWord("status", runStatuses...)
	if err != nil {
		return nil, err
	}
	by, err := c.paramWord("runBy", "all", "currentUser")
	if err != nil {
		return nil, err
	}
	from, err := c.paramWord("ranfrom", ranFroms...)
	if err != nil {
		return nil, err
	}
	when, err := c.createdWithin()
	if err != nil {
		return nil, err
	}
	return newestFirst(views(c.planRuns.where(
		func(r *planRun) bool { return c.seesRun(r.OwnerID) && when.holds(r.CreatedAt) },
		func(r *planRun) bool { return status == "" || r.status(c.now) == status },
		func(r *planRun) bool { return from == "" || r.RanFrom == from },
		func(r *planRun) bool { return by != "currentUser" || r.OwnerID == c.by.ID },
	), c.planRunView)), nil
}

// runPlan lets viewers run it, too (inf). Without all of its flows nothing is queued, and the same x-execution-id may
// be used again (inf).
func runPlan(c *call, p *plan) (any, error) {
	if c.startedBefore("plans") {
		return notModified{}, nil
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.objects("planNodeOverrides")
	if err := in.err(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(p.Nodes, func(n node) bool { return c.flows[n.FlowID] == nil }) {
		return created{object{"validationStatus": "MissingFlowReferences", "planSnapshotRunId": nil}}, nil // (inf) 201
	}
	r := &planRun{ID: c.newID(), WorkspaceID: c.WorkspaceID, PlanID: p.ID, OwnerID: c.by.ID, RanFrom: "api",
		run: run{CreatedAt: c.now, Hangs: p.Hangs}}
	r.Fails = p.Fails || slices.ContainsFunc(p.Nodes, func(n node) bool { return c.flows[n.FlowID].Fails })
	c.planRuns.put(r.ID, r)
	c.noteStart("plans")
	return created{object{"validationStatus": "Valid", "planSnapshotRunId": r.ID}}, nil
}
