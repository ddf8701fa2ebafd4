package emulator

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// A schedule starts tasks when a trigger fires. Here it never does by itself.
type schedule struct {
	ID            int64    `json:"id"`
	WorkspaceID   int64    `json:"workspaceId"`
	Name          string   `json:"name"`
	Enabled       bool     `json:"enabled"`
	DisableReason string   `json:"disableReason,omitempty"`
	Triggers      []object `json:"triggers"`
	Tasks         []task   `json:"tasks"`
	OwnerID       int64    `json:"ownerId"`
	UpdatedBy     int64    `json:"updatedBy"`
	times
	deletedAt time.Time
}

// A task is what a schedule starts.
type task struct {
	Kind    string `json:"kind"` // runFlow, runPlan or runWorkflow
	AssetID string `json:"assetId"`
}

const (
	usualSchedules = 10
	maxName        = 255             // (inf)
	lingering      = 5 * time.Second // how long a deleted schedule can still be read by its id (inf)
)

func scheduleRoutes() []route {
	const in = v4 | scheduling
	return append(listed("/schedules", in, listSchedules, usualSchedules), []route{
		{on: "POST /schedules", in: in, do: createSchedule},
		{on: "GET /schedules/{id}", in: in, do: getSchedule},
		{on: "PUT /schedules/{id}", in: in, do: onSchedule(updateSchedule)},
		{on: "POST /schedules/{id}/enable", in: in, do: onSchedule(enableSchedule)},
		{on: "POST /schedules/{id}/disable", in: in, do: onSchedule(disableSchedule)},
		{on: "POST /schedules/transferOwnership", do: transferSchedules},
		{on: "DELETE /schedules/{id}", in: in, do: onSchedule(deleteSchedule)},
		{on: "GET /plans/{id}/schedules", in: v4 | plansService, do: onPlan(listPlanSchedules)},
	}...)
}

func idString(id int64) string { return strconv.FormatInt(id, 10) }

// runs reports whether the schedule starts this.
func (s *schedule) runs(kind, id string) bool { return slices.Contains(s.Tasks, task{kind, id}) }

// onSchedule is for the owner and for admins (inf); others do not see it.
func onSchedule(do func(*call, *schedule) (any, error)) handler {
	return func(c *call) (any, error) {
		s := c.schedules[c.pathID("id")]
		if s == nil || !c.seesRun(s.OwnerID) {
			return nil, notFound("Schedule", c.r.PathValue("id"))
		}
		return do(c, s)
	}
}

// getSchedule may still find one that was deleted a moment ago.
func getSchedule(c *call) (any, error) {
	id := c.pathID("id")
	for _, s := range c.removed {
		if s.ID == id && c.seesRun(s.OwnerID) && c.now.Before(s.deletedAt.Add(lingering)) {
			return c.only(c.scheduleView(s)), nil
		}
	}
	return onSchedule(func(c *call, s *schedule) (any, error) { return c.only(c.scheduleView(s)), nil })(c)
}

func (c *call) scheduleView(s *schedule) object {
	tasks := []object{}
	for _, t := range s.Tasks {
		tasks = append(tasks, c.taskView(t))
	}
	out := s.show(object{"id": s.ID, "name": s.Name, "enabled": s.Enabled, "triggers": s.Triggers, "tasks": tasks,
		"createdBy": s.OwnerID, "updatedBy": s.UpdatedBy, "creator": c.publicPerson(s.OwnerID)})
	if s.DisableReason != "" {
		out["disableReason"] = s.DisableReason
	}
	return out
}

// taskView adds the name of what is started, if it is there.
func (c *call) taskView(t task) object {
	id, _ := decimal(t.AssetID)
	switch t.Kind {
	case "runFlow":
		out := object{"flowId": id}
		if f := c.flows[id]; f != nil {
			out["id"], out["name"] = f.ID, f.Name
		}
		return object{t.Kind: out}
	case "runPlan":
		out := object{"planId": id}
		if p := c.plans[id]; p != nil {
			out["id"], out["name"] = p.ID, p.Name
		}
		return object{t.Kind: out}
	}
	out := object{"workflowId": t.AssetID}
	if w := c.workflows[t.AssetID]; w != nil {
		out["id"], out["name"], out["type"] = w.ID, w.Name, "CLOUD"
	}
	return object{t.Kind: out}
}

// listSchedules shows one's own, even to an admin. A filter by kind takes the names of tasks (inf).
func listSchedules(c *call) ([]object, error) {
	kinds, asset := c.query()["taskTypeFilter"], c.param("assetId")
	return views(c.schedules.where(
		func(s *schedule) bool { return s.OwnerID == c.by.ID },
		func(s *schedule) bool {
			return len(kinds) == 0 || slices.ContainsFunc(s.Tasks, func(t task) bool { return slices.Contains(kinds, t.Kind) })
		},
		func(s *schedule) bool {
			return asset == "" || slices.ContainsFunc(s.Tasks, func(t task) bool { return t.AssetID == asset })
		},
	), c.scheduleView), nil
}

// listPlanSchedules shows them whoever owns them.
func listPlanSchedules(c *call, p *plan) (any, error) {
	return c.list(views(c.schedules.where(func(s *schedule) bool { return s.runs("runPlan", idString(p.ID)) }), c.scheduleView))
}

func badSchedule(code, format string, args ...any) error {
	f := refuse(format, args...).(*failure)
	f.code = code
	return f
}

// readSchedule sets what was given.
func (c *call) readSchedule(s *schedule, in *input) error {
	keep(in, "name", &s.Name, in.text("name"))
	if in.has("triggers") {
		s.Triggers = []object{}
		for _, t := range in.objects("triggers") {
			t.checkTrigger()
			s.Triggers = append(s.Triggers, t.values)
		}
		if len(s.Triggers) == 0 {
			in.complain("triggers", "must not be empty")
		}
	}
	if in.has("tasks") {
		s.Tasks = nil
		for _, t := range in.objects("tasks") {
			s.Tasks = append(s.Tasks, t.task())
		}
		if len(s.Tasks) == 0 {
			in.complain("tasks", "must not be empty")
		}
	}
	if err := in.err(); err != nil {
		return err
	}
	if len([]rune(s.Name)) > maxName {
		return badSchedule("SCHEDULE_NAME_TOO_LONG", "The name is longer than %d characters.", maxName)
	}
	for _, t := range s.Triggers {
		if err := c.willFire(t); err != nil {
			return err
		}
	}
	return c.canStart(s)
}

// task reads {runPlan: {planId}} and the like.
func (in *input) task() task {
	for _, kind := range [][2]string{{"runFlow", "flowId"}, {"runPlan", "planId"}, {"runWorkflow", "workflowId"}} {
		if !in.has(kind[0]) {
			continue
		}
		inner := in.within(kind[0])
		inner.need(kind[1])
		if kind[0] == "runWorkflow" {
			return task{kind[0], inner.text(kind[1])}
		}
		return task{kind[0], idString(inner.id(kind[1]))}
	}
	in.complain("task", "must be runFlow, runPlan or runWorkflow")
	return task{}
}

// canStart refuses tasks about what is not there, or not for the caller.
func (c *call) canStart(s *schedule) error {
	for _, t := range s.Tasks {
		id, _ := decimal(t.AssetID)
		switch t.Kind {
		case "runFlow":
			if _, err := c.flow(id); err != nil {
				return badSchedule("CANNOT_USE_FLOW_IN_SCHEDULE", "Flow %d cannot be scheduled.", id)
			}
		case "runPlan":
			if _, err := c.plan(id); err != nil {
				return badSchedule("CANNOT_USE_PLAN_IN_SCHEDULE", "Plan %d cannot be scheduled.", id)
			}
		case "runWorkflow":
			if w := c.workflows[t.AssetID]; w == nil || !c.sees(&w.asset) {
				return refuse("Workflow %s cannot be scheduled.", t.AssetID)
			}
		}
	}
	return nil
}

// createSchedule makes it enabled.
func createSchedule(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name", "triggers", "tasks")
	s := &schedule{WorkspaceID: c.WorkspaceID, Enabled: true, OwnerID: c.by.ID, UpdatedBy: c.by.ID, times: made(c.now)}
	if err := c.readSchedule(s, in); err != nil {
		return nil, err
	}
	s.ID = c.newID()
	c.schedules.put(s.ID, s)
	return created{c.scheduleView(s)}, nil
}

func updateSchedule(c *call, s *schedule) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	next := *s
	if err := c.readSchedule(&next, in); err != nil {
		return nil, err
	}
	*s = next
	s.UpdatedBy, s.UpdatedAt = c.by.ID, c.now
	return object{"id": s.ID, "updater": ref(s.UpdatedBy), "updatedAt": stamp(s.UpdatedAt)}, nil
}

// enableSchedule may be repeated (inf). One that could not start anything is refused (inf).
func enableSchedule(c *call, s *schedule) (any, error) {
	if err := c.canStart(s); err != nil {
		return nil, err
	}
	c.setEnabled(s, true)
	return c.scheduleView(s), nil
}

func disableSchedule(c *call, s *schedule) (any, error) {
	c.setEnabled(s, false)
	return c.scheduleView(s), nil
}

func (c *call) setEnabled(s *schedule, on bool) {
	if s.Enabled == on {
		return
	}
	s.Enabled, s.DisableReason = on, ""
	s.UpdatedBy, s.UpdatedAt = c.by.ID, c.now
}

func deleteSchedule(c *call, s *schedule) (any, error) {
	c.dropSchedule(s)
	return noContent{}, nil
}

func (c *call) dropSchedule(s *schedule) {
	s.deletedAt = c.now
	c.removed = append(c.removed, s)
	c.schedules.drop(s.ID)
}

// transferSchedules moves all of them or none (inf), to a member who is not suspended (inf).
func transferSchedules(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("scheduleIds", "toUserId")
	ids, toID, in2 := in.ids("scheduleIds"), in.id("toUserId"), in.id("toWorkspaceId")
	if in.has("scheduleIds") && len(ids) == 0 {
		in.complain("scheduleIds", "must not be empty")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	if in.has("toWorkspaceId") && in2 != c.WorkspaceID {
		return nil, forbidden("Schedules cannot be moved to workspace %d.", in2) // (inf)
	}
	to := c.people[toID]
	if to == nil || to.Status == suspended {
		return nil, refuse("Person %d cannot own schedules.", toID)
	}
	for _, id := range ids {
		if s := c.schedules[id]; s == nil || !c.seesRun(s.OwnerID) {
			return nil, &failure{status: http.StatusBadRequest, name: "ValidationFailed",
				message: "There is no schedule " + idString(id) + "."}
		}
	}
	for _, id := range ids {
		s := c.schedules[id]
		s.OwnerID, s.UpdatedBy, s.UpdatedAt = toID, c.by.ID, c.now
	}
	return noContent{}, nil // (inf) 204
}
