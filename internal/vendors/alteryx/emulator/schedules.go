package emulator

import "time"

type schedule struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	WorkflowID   string     `json:"workflowId"`
	OwnerID      string     `json:"ownerId"`
	Comment      string     `json:"comment"`
	Priority     string     `json:"priority"`
	WorkerTag    string     `json:"workerTag"`
	Enabled      bool       `json:"enabled"`
	CredentialID string     `json:"credentialId"`
	TimeZone     string     `json:"timeZone"`
	Questions    []appValue `json:"questions"`
	Iteration    iteration  `json:"iteration"`
	Created      time.Time  `json:"creationTime"`
	LastRun      time.Time  `json:"lastRunTime,omitzero"`
	RunCount     int        `json:"runCount"`
	ModifiedBy   string     `json:"lastModifiedId"`
	Modified     time.Time  `json:"lastModifiedDate"`
}

// An appValue is the answer to a question of an analytic app.
type appValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func priorities() *shape { return oneOf("Default", "Low", "Medium", "High", "Critical") }

func answers() *shape { return listOf(contract(opt(text, "name", "value"))) }

func scheduleRoutes() []route {
	const one = "/v3/schedules/{scheduleId}"
	repeats, rest := iterationContract(), opt(answers(), "questions")
	return []route{
		{on: "GET " + one, need: artisan, do: getSchedule},
		{on: "PUT " + one, need: artisan, do: changeSchedule, body: contract(
			req(filled(), "workflowId", "ownerId"), req(repeats, "iteration"), req(length(0, 256), "name"),
			req(length(0, 1024), "comment"), req(priorities(), "priority"), req(text, "workerTag", "credentialId"),
			req(boolean, "enabled"), opt(text, "timeZone"), rest)},
		{on: "PATCH " + one, need: artisan, do: changeSchedule, body: contract(
			opt(filled(), "ownerId"), opt(repeats, "iteration"), opt(length(0, 256), "name"),
			opt(length(0, 1024), "comment"), opt(priorities(), "priority"), opt(text, "workerTag", "credentialId"),
			opt(boolean, "enabled"), opt(text, "timeZone"), rest)},
		{on: "DELETE " + one, need: artisan, do: deleteSchedule},
		{on: "GET /v3/schedules", need: artisan, do: listSchedules, query: contract(
			opt(text, "ownerId", "workflowId"), opt(dateTime, "runsAfter", "runsBefore"), opt(detail(), "view"))},
		{on: "POST /v3/schedules", need: artisan, do: createSchedule, body: contract(
			req(filled(), "workflowId"), req(repeats, "iteration"), opt(length(0, 256), "name"),
			opt(length(0, 1024), "comment"), opt(priorities(), "priority"),
			opt(text, "workerTag", "credentialId", "timeZone"), rest)},
	}
}

// mySchedule finds a schedule that the caller may see: to all but Curators those of others are not there (inf).
func (c *call) mySchedule() (*schedule, error) {
	s, err := find(&c.schedules, c.path("scheduleId"), "Schedule")
	if err == nil && !c.curator() && s.OwnerID != c.by.ID {
		return nil, notFound("Schedule")
	}
	return s, err
}

func getSchedule(c *call) (any, error) {
	s, err := c.mySchedule()
	if err != nil {
		return nil, err
	}
	return c.scheduleView(s), nil
}

// runDate is the next run after a moment. A schedule that will not run again shows when it ran last, or began (inf).
func (s *schedule) runDate(after time.Time) time.Time {
	if next, ok := s.Iteration.next(after, s.zone()); ok {
		return next
	}
	if !s.LastRun.IsZero() {
		return s.LastRun
	}
	return s.Iteration.StartTime
}

func (s *schedule) zone() *time.Location {
	if zone, err := time.LoadLocation(s.TimeZone); err == nil {
		return zone
	}
	return time.UTC // the machine may know no time zones; a wrong name was refused if it knows them
}

func (c *call) reducedSchedule(s *schedule) map[string]any {
	after := c.now
	if c.query.has("runsAfter") {
		after = c.query.time("runsAfter").Add(-time.Nanosecond) // the window includes its beginning
	}
	return map[string]any{
		"id": s.ID, "name": s.Name, "workflowId": s.WorkflowID, "ownerId": s.OwnerID, "timeZone": s.TimeZone,
		"runDateTime": s.runDate(after),
	}
}

// scheduleView shows of the iteration no more than the swagger has: start and end, not how it repeats. So a schedule
// that was read cannot be written back.
func (c *call) scheduleView(s *schedule) any {
	view := c.reducedSchedule(s)
	repeats := map[string]any{"startTime": s.Iteration.StartTime}
	if !s.Iteration.EndTime.IsZero() {
		repeats["endTime"] = s.Iteration.EndTime
	}
	if !s.LastRun.IsZero() {
		view["lastRunTime"] = s.LastRun
	}
	versionID := ""
	if w := c.workflows.get(s.WorkflowID); w != nil {
		versionID = w.PublishedVersionID
	}
	for name, v := range map[string]any{
		"versionId": versionID, "comment": s.Comment, "enabled": s.Enabled, "priority": s.Priority,
		"workerTag": s.WorkerTag, "credentialId": s.CredentialID, "creationTime": s.Created, "runCount": s.RunCount,
		"iteration": repeats, "frequency": s.Iteration.Type, "lastModifiedId": s.ModifiedBy,
		"lastModifiedDate": s.Modified, "canEdit": c.curator() || s.OwnerID == c.by.ID, "questions": s.Questions,
	} {
		view[name] = v
	}
	return view
}

// listSchedules takes a window of at most 45 days, and both ends of it or none.
func listSchedules(c *call) (any, error) {
	q := c.query
	after, before := q.time("runsAfter"), q.time("runsBefore")
	if q.has("runsAfter") != q.has("runsBefore") {
		return nil, badRequest("RunsAfter and RunsBefore must be used in tandem.")
	}
	if before.Sub(after) > 45*24*time.Hour {
		return nil, badRequest("RunsAfter and RunsBefore are limited to 45 days apart.")
	}
	found := where(c.schedules.all(), func(s *schedule) bool {
		if q.has("runsAfter") {
			next, ok := s.Iteration.next(after.Add(-time.Nanosecond), s.zone())
			if !ok || !next.Before(before) {
				return false
			}
		}
		// (inf) A disabled schedule does not run, so no window has it.
		return (s.Enabled || !q.has("runsAfter")) && (c.curator() || s.OwnerID == c.by.ID) &&
			(!q.has("ownerId") || s.OwnerID == q.str("ownerId")) &&
			(!q.has("workflowId") || s.WorkflowID == q.str("workflowId"))
	})
	if c.full() {
		return views(found, c.scheduleView), nil
	}
	return views(found, c.reducedSchedule), nil
}

func deleteSchedule(c *call) (any, error) {
	s, err := c.mySchedule()
	if err != nil {
		return nil, err
	}
	c.dropSchedule(s)
	return nil, nil
}

func (st *state) dropSchedule(s *schedule) {
	for col := range st.collections.all() {
		touch(st, &st.collections, col.ID)
		col.ScheduleIDs.remove(s.ID)
	}
	st.schedules.drop(s.ID)
}
