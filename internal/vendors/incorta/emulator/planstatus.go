package emulator

import (
	"slices"
	"strconv"
	"time"
)

// This file tells how far an execution of a load plan is. The vendor's page says what each level adds and is cut off
// before it names a field, so that all names but loadPlanExecutionId and groupSequence are guessed (inf).

func planStatus(c *call) (any, error) {
	id, err := strconv.ParseInt(c.path("executionId"), 10, 64)
	if err != nil {
		return nil, badInput("The execution ID must be a whole number.")
	}
	e := c.execution(id)
	if e == nil {
		return nil, unknown("The load plan execution %d is not found.", id)
	}
	if !c.seesAny(e) {
		return nil, forbidden("The user does not have access to any schema of the load plan.") // (inf) the status
	}
	level := c.query.num("level", 1)
	out := c.step(c.loadsOf(e, e.Groups), e.Asked)
	out["loadPlanExecutionId"], out["loadPlanName"] = e.ID, e.Plan
	if level >= 2 {
		groups := []any{}
		for _, g := range e.Groups {
			groups = append(groups, c.groupStatus(e, g, level))
		}
		out["loadGroups"] = groups
	}
	return out, nil
}

func (c *call) seesAny(e *execution) bool {
	for _, g := range e.Groups {
		if slices.ContainsFunc(g.Schemas, func(name string) bool { return c.sees(c.schema(name).ownership) }) {
			return true
		}
	}
	return false
}

func (c *call) groupStatus(e *execution, g planGroup, level int64) any {
	loads := c.loadsOf(e, []planGroup{g})
	var asked time.Time
	if loads[0] != nil {
		asked = loads[0].Asked
	}
	out := c.step(loads, asked)
	out["groupSequence"] = g.Sequence
	if level >= 3 {
		schemas := []any{}
		for i, name := range g.Schemas {
			schemas = append(schemas, c.schemaStep(name, loads[i], level))
		}
		out["schemas"] = schemas
	}
	return out
}

func (c *call) schemaStep(name string, l *load, level int64) any {
	var begin time.Time
	if l != nil && l.Status != queued {
		begin = l.Begin
	}
	out := c.step([]*load{l}, begin)
	out["schemaName"] = name
	if l != nil && l.Status == failed {
		out["message"] = l.Message
	}
	if level >= 4 {
		objects := []any{}
		for _, r := range c.schema(name).Relations {
			objects = append(objects, map[string]any{"objectName": r.Name, "status": c.opts.Words.of(l.objectStatus(r.Name))})
		}
		out["objects"] = objects
	}
	return out
}

func (l *load) objectStatus(table string) progress {
	switch {
	case l == nil:
		return queued
	case l.Status == failed && !slices.Contains(l.Failed, table):
		return succeeded
	}
	return l.Status
}

// loadsOf are the loads of groups, with nil for those that it has not come to.
func (st *state) loadsOf(e *execution, groups []planGroup) []*load {
	var out []*load
	for _, g := range groups {
		for _, name := range g.Schemas {
			out = append(out, st.loadIn(e, name))
		}
	}
	return out
}

func (st *state) progressOf(e *execution) progress { return together(st.loadsOf(e, e.Groups)) }

// together is how far loads are as a whole.
func together(loads []*load) progress {
	count := map[progress]int{}
	for _, l := range loads {
		if l == nil {
			count[queued]++
		} else {
			count[l.Status]++
		}
	}
	switch {
	case count[queued] == len(loads):
		return queued
	case count[queued]+count[running] > 0:
		return running
	case count[failed] > 0:
		return failed
	}
	return succeeded
}

// step is what all levels tell alike. Times that have not come are null.
func (c *call) step(loads []*load, start time.Time) map[string]any {
	p := together(loads)
	out := map[string]any{"status": c.opts.Words.of(p), "startTime": nil, "endTime": nil}
	if !start.IsZero() {
		out["startTime"] = c.date(start)
	}
	if p >= succeeded {
		end := time.Time{}
		for _, l := range loads {
			end = later(end, l.End)
		}
		out["endTime"] = c.date(end)
	}
	return out
}
