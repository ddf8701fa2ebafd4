package emulator

import "time"

// This file writes schedules. POST, PUT and PATCH set what they are given and check the result alike.

// createSchedule makes the caller the owner.
func createSchedule(c *call) (any, error) {
	if !c.maySchedule(c.by) {
		return nil, unauthorized()
	}
	s := &schedule{Enabled: true, Priority: "Default", TimeZone: "UTC", OwnerID: c.by.ID, Questions: []appValue{},
		Created: c.now}
	if err := c.write(s); err != nil {
		return nil, err
	}
	s.ID = c.newID()
	if s.Name == "" {
		s.Name = c.workflows.get(s.WorkflowID).Name // (inf)
	}
	insert(c.state, &c.schedules, s.ID, s)
	return created{s.ID}, nil
}

// changeSchedule is PUT as well as PATCH: they differ in what the contract requires.
func changeSchedule(c *call) (any, error) {
	s, err := c.mySchedule()
	if err != nil {
		return nil, err
	}
	changed := *s // so that a refusal leaves the schedule alone
	if c.r.Method == "PUT" && !c.in.has("timeZone") {
		changed.TimeZone = "UTC"
	}
	if err := c.write(&changed); err != nil {
		return nil, err
	}
	*s = changed
	return c.scheduleView(s), nil
}

// write sets the given fields and checks of them what the contract cannot see. (inf) Times are instants; the time zone
// only says at which hour of the day the schedule runs later on.
func (c *call) write(s *schedule) error {
	if c.in.has("iteration") {
		s.Iteration = iteration{} // a new one replaces the old one whole
	}
	if c.in.has("questions") {
		s.Questions = nil // decoding would write into the list of the schedule as it was
	}
	priority, tag := s.Priority, s.WorkerTag
	if err := c.in.into(s); err != nil {
		return err
	}
	if !c.curator() && !c.by.CanPrioritizeJobs {
		s.Priority = priority
	}
	if !c.curator() && !c.by.CanAssignJobs {
		s.WorkerTag = tag
	}
	if s.TimeZone == "" {
		s.TimeZone = "UTC"
	}
	s.ModifiedBy, s.Modified = c.by.ID, c.now

	bad := modelState{}
	if c.in.has("iteration") {
		s.Iteration.check(c.opts.TooOld, bad)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil && c.in.has("timeZone") && knowsZones() {
		bad.add("timeZone", "The time zone is not known.")
	}
	if id := c.in.str("credentialId"); id != "" && c.credentials.get(id) == nil {
		bad.add("credentialId", "The credential does not exist.")
	}
	owner, w := c.users.get(s.OwnerID), c.workflows.get(s.WorkflowID)
	switch {
	case !c.in.has("workflowId") && !c.in.has("ownerId"):
		// A schedule that has been broken by other things can still be disabled.
	case w == nil:
		bad.add("workflowId", "The workflow does not exist.")
	case owner == nil || !c.maySchedule(owner):
		bad.add("ownerId", "The owner does not exist or may not schedule.")
	case !c.reaches(owner, w):
		bad.add("ownerId", "The owner has no access to the workflow.")
	}
	return bad.err()
}

// knowsZones reports whether the machine has a database of time zones; without one no name can be refused.
func knowsZones() bool {
	_, err := time.LoadLocation("Europe/Berlin")
	return err == nil
}
