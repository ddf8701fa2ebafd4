package emulator

import (
	"net/http"
	"slices"
	"time"
)

type plan struct {
	Name     string `json:"name"`
	Schedule string `json:"schedule"` // nothing starts by itself
	Source   string `json:"loadSource"`
	ownership
	Groups [][]string `json:"groups"` // names of schemas; groups run one after the other
}

// An execution is one run of a load plan.
type execution struct {
	ID     int64       `json:"id"`
	Plan   string      `json:"plan"`
	Source string      `json:"loadSource"`
	By     string      `json:"by"`
	Asked  time.Time   `json:"asked"`
	Groups []planGroup `json:"groups"`
	Now    int         `json:"now"` // index of the group that is running, or ran last
}

type planGroup struct {
	Sequence int64    `json:"sequence"` // counted from 1 (inf)
	Schemas  []string `json:"schemas"`
}

func loadPlanRoutes() []route {
	return []route{
		{on: "POST /load-plan/execute", need: loadsSchemas, do: executePlan, body: contract{req("loadPlanName", text)}},
		{on: "POST /load-plan/restart", need: loadsSchemas, do: restartPlan, body: contract{
			req("loadPlanName", text), req("groupSequence", integer), opt("recentLoadPlanExecution", integer)}},
		{on: "GET /load-plan/status/{executionId}", do: planStatus, query: contract{opt("level", within(1, 4))}},
	}
}

func executePlan(c *call) (any, error) {
	p, err := c.startablePlan()
	if err != nil {
		return nil, err
	}
	return c.execute(p, p.from(1)), nil
}

// restartPlan runs the plan again from a group; 0 is the first one as well (inf). With the id of the last execution it
// only runs what failed then.
func restartPlan(c *call) (any, error) {
	p, err := c.startablePlan()
	if err != nil {
		return nil, err
	}
	sequence := c.in.num("groupSequence", 0)
	if sequence < 0 || sequence > int64(len(p.Groups)) {
		return nil, badInput("The load plan %s has no group %d.", p.Name, sequence)
	}
	groups := p.from(max(sequence, 1))
	if c.in.has("recentLoadPlanExecution") {
		if groups, err = c.failedOnly(p, groups); err != nil {
			return nil, err
		}
	}
	return c.execute(p, groups), nil
}

// startablePlan finds a plan that the caller may run now.
func (c *call) startablePlan() (*plan, error) {
	name := c.in.str("loadPlanName")
	p := first(c.plans, func(p *plan) bool { return p.Name == name })
	if p == nil {
		return nil, unknownInBody("The load plan %s is not found.", name) // (inf) the status
	}
	for _, s := range slices.Concat(p.Groups...) {
		if c.accessOf(c.by, c.schema(s).ownership) < edit {
			return nil, forbidden("The user does not have edit access to the schema %s of the load plan %s.", s, p.Name)
		}
	}
	if e := c.lastExecution(p.Name); e != nil && c.progressOf(e) <= running {
		return nil, refuse(http.StatusBadRequest, codeBusy, "A job of the load plan %s is already running.", p.Name)
	}
	return p, nil
}

// from are the groups of a plan from a sequence on.
func (p *plan) from(sequence int64) []planGroup {
	var out []planGroup
	for i, schemas := range p.Groups {
		if n := int64(i + 1); n >= sequence {
			out = append(out, planGroup{n, schemas})
		}
	}
	return out
}

// failedOnly keeps the schemas whose loads failed in the last execution.
func (c *call) failedOnly(p *plan, groups []planGroup) ([]planGroup, error) {
	if c.opts.NoDetailTracking {
		return nil, refused("Failed steps can only be restarted if detailed load jobs tracking is enabled.")
	}
	e := c.lastExecution(p.Name)
	if e == nil || e.ID != c.in.num("recentLoadPlanExecution", 0) {
		return nil, refused("The execution is not the latest one of the load plan %s.", p.Name)
	}
	var out []planGroup
	for _, g := range groups {
		left := slices.DeleteFunc(slices.Clone(g.Schemas), func(s string) bool {
			l := c.loadIn(e, s)
			return l == nil || l.Status != failed
		})
		if len(left) > 0 {
			out = append(out, planGroup{g.Sequence, left})
		}
	}
	if len(out) == 0 {
		return nil, refused("The execution has no failed steps from this group on.") // (inf)
	}
	return out, nil
}

func (c *call) execute(p *plan, groups []planGroup) any {
	e := &execution{Plan: p.Name, Source: p.Source, By: c.by.Email, Asked: c.now, Groups: groups}
	for _, other := range c.executions {
		e.ID = max(e.ID, other.ID)
	}
	e.ID++
	c.executions = append(c.executions, e)
	c.startGroup(e, c.now)
	return map[string]any{"loadPlanExecutionId": e.ID}
}

func (st *state) startGroup(e *execution, at time.Time) {
	for _, name := range e.Groups[e.Now].Schemas {
		st.start(st.schema(name), load{Source: e.Source, By: e.By, Execution: e.ID, Asked: at}, 0)
	}
}

// continueExecution starts the next group when the last load of one is over, even if some failed (inf).
func (st *state) continueExecution(id int64, at time.Time) {
	e := st.execution(id)
	for _, s := range e.Groups[e.Now].Schemas {
		if !st.loadIn(e, s).over() {
			return
		}
	}
	if e.Now+1 < len(e.Groups) {
		e.Now++
		st.startGroup(e, at)
	}
}

func (st *state) execution(id int64) *execution {
	return first(st.executions, func(e *execution) bool { return e.ID == id })
}

func (st *state) lastExecution(plan string) *execution {
	for _, e := range slices.Backward(st.executions) {
		if e.Plan == plan {
			return e
		}
	}
	return nil
}

// loadIn is the load of a schema in an execution, or nil if it has not come to it.
func (st *state) loadIn(e *execution, schema string) *load {
	return first(st.loads, func(l *load) bool { return l.Execution == e.ID && l.Schema == schema })
}
