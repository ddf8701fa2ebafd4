package emulator

import "slices"

// A plan runs flows one after the other.
type plan struct {
	ID int64 `json:"id"`
	asset
	Notifications bool   `json:"notificationsEnabled"`
	OriginalID    int64  `json:"originalPlanId,omitempty"`
	Nodes         []node `json:"planNodes"`
	Fails         bool   `json:"fails"` // its runs do
	Hangs         bool   `json:"hangs"`
}

// A node is a step of a plan.
type node struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	FlowID int64  `json:"flowId"`
}

func planRoutes() []route {
	const in = v4 | plansService
	return append(listed("/plans", in, listPlans, usualLimit), []route{
		{on: "GET /plans/{id}/full", in: in, do: onPlan(func(c *call, p *plan) (any, error) {
			return c.only(c.planView(p)), nil
		})},
		{on: "POST /plans", in: in, do: createPlan},
		{on: "PATCH /plans/{id}", in: in, do: onPlan(updatePlan)},
		{on: "DELETE /plans/{id}", in: in, do: onPlan(deletePlan)},
		{on: "GET /plans/{id}/runParameters", in: in, do: onPlan(runParameters)},
		{on: "GET /plans/{id}/permissions", in: in, do: onPlan(listPlanShares)},
		{on: "POST /plans/{id}/permissions", in: in, do: onPlan(sharePlan)},
		{on: "DELETE /plans/{id}/permissions/{subjectId}", in: in, do: onPlan(unsharePlan)},
	}...)
}

func onPlan(do func(*call, *plan) (any, error)) handler {
	return func(c *call) (any, error) {
		p, err := c.plan(c.pathID("id"))
		if err != nil {
			return nil, err
		}
		return do(c, p)
	}
}

func (c *call) plan(id int64) (*plan, error) {
	if p := c.plans[id]; p != nil && c.sees(&p.asset) {
		return p, nil
	}
	return nil, c.missing("Plan", id)
}

func (c *call) planView(p *plan) object {
	nodes := []object{}
	for _, n := range p.Nodes {
		nodes = append(nodes, made(p.CreatedAt).show(object{"id": n.ID, "name": n.Name, "taskType": "flow", "flow": ref(n.FlowID),
			"creator": ref(p.OwnerID), "updater": ref(p.OwnerID)}))
	}
	runs := c.planRuns.where(func(r *planRun) bool { return r.PlanID == p.ID })
	out := object{"id": p.ID, "name": p.Name, "description": p.Description, "creator": ref(p.OwnerID),
		"updater": ref(p.UpdatedBy), "workspace": ref(p.WorkspaceID), "notificationsEnabled": p.Notifications,
		"originalPlanId": orNull(p.OriginalID), "snapshotted": len(runs) > 0, "planSnapshotRunCount": len(runs),
		"planNodes": object{"data": nodes}, "latestPlanSnapshotRun": nil}
	if len(runs) > 0 {
		out["latestPlanSnapshotRun"] = c.planRunView(slices.MaxFunc(runs, func(a, b *planRun) int {
			return a.CreatedAt.Compare(b.CreatedAt)
		}))
	}
	if c.flag("includeCreatorInfo") {
		out["creator"] = c.publicPerson(p.OwnerID)
	}
	if c.flag("includeAssociatedPeople") {
		out["associatedPeople"] = object{"data": c.planPeople(p)} // (inf) the name
	}
	return p.show(out)
}

func listPlans(c *call) ([]object, error) {
	mine, err := c.ownership("ownershipFilter")
	if err != nil {
		return nil, err
	}
	return views(c.plans.where(func(p *plan) bool { return mine(&p.asset) }), c.planView), nil
}

// createPlan takes the steps of the plan that it is a copy of (inf).
func createPlan(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name")
	p := &plan{asset: c.newAsset(in.text("name"), in.text("description")), OriginalID: in.id("originalPlanId"), Nodes: []node{}}
	if err := in.err(); err != nil {
		return nil, err
	}
	if p.OriginalID != 0 {
		from, err := c.plan(p.OriginalID)
		if err != nil {
			return nil, refuse("There is no plan %d.", p.OriginalID)
		}
		p.Fails, p.Hangs = from.Fails, from.Hangs
		for _, n := range from.Nodes {
			p.Nodes = append(p.Nodes, node{c.newID(), n.Name, n.FlowID})
		}
	}
	p.ID = c.newID()
	c.plans.put(p.ID, p)
	return created{c.planView(p)}, nil
}

func updatePlan(c *call, p *plan) (any, error) {
	if err := c.mayEdit(&p.asset); err != nil {
		return nil, err
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	next := *p
	keep(in, "name", &next.Name, in.text("name"))
	keep(in, "description", &next.Description, in.text("description"))
	keep(in, "notificationsEnabled", &next.Notifications, in.flag("notificationsEnabled"))
	if in.has("name") && next.Name == "" {
		in.complain("name", "must not be empty")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	next.touch(c)
	*p = next
	return c.planView(p), nil
}

func deletePlan(c *call, p *plan) (any, error) {
	if err := c.mayOwn(&p.asset); err != nil {
		return nil, err
	}
	c.dropPlan(p)
	return noContent{}, nil
}

// dropPlan takes the plan's schedules with it, whoever owns them.
func (c *call) dropPlan(p *plan) {
	for s := range c.schedules.all() {
		if s.runs("runPlan", idString(p.ID)) {
			c.dropSchedule(s)
		}
	}
	c.plans.drop(p.ID)
	c.forget("Plan", p.ID)
}

// runParameters has no parameters in it: nothing here takes any.
func runParameters(c *call, p *plan) (any, error) {
	out := []object{}
	for i, n := range p.Nodes {
		out = append(out, object{"handle": n.Name, "displayId": i + 1, "planNodeId": n.ID, "flow": ref(n.FlowID),
			"conflicts": []object{}, "datasources": object{"data": []object{}}, "outputObjects": object{"data": []object{}},
			"planOverrides": object{"data": []object{}}})
	}
	return object{"planNodeParameters": out}, nil
}

// planPeople are those whom the plan is shared with, with what they may do; the owner is not among them (inf).
func (c *call) planPeople(p *plan) []object {
	out := []object{}
	for _, s := range p.Shares {
		if m := c.people[s.SubjectID]; m != nil && s.Kind == toPerson {
			row := c.personView(m)
			row["role"], row["policy"] = s.Role, s.Policy
			out = append(out, row)
		}
	}
	return out
}

func listPlanShares(c *call, p *plan) (any, error) { return c.list(c.planPeople(p)) }

func sharePlan(c *call, p *plan) (any, error) {
	if err := c.mayOwn(&p.asset); err != nil {
		return nil, err
	}
	grants, err := c.readGrants("collaborator", "readOnly")
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		if g.Policy != "plan_editor" && g.Policy != "plan_viewer" {
			return nil, badInput("policy must be one of plan_editor, plan_viewer")
		}
	}
	out := []object{}
	for _, g := range grants {
		changed := p.share(g)
		out = append(out, object{"personId": g.SubjectID, "person": ref(g.SubjectID), "role": g.Role, "policy": g.Policy,
			"isPermissionChange": changed})
	}
	return created{object{"data": out}}, nil
}

// unsharePlan answers 404 about somebody it is not shared with (inf).
func unsharePlan(c *call, p *plan) (any, error) {
	if err := c.mayOwn(&p.asset); err != nil {
		return nil, err
	}
	if !p.unshare(toPerson, c.pathID("subjectId")) {
		return nil, notFound("Permission of person", c.r.PathValue("subjectId"))
	}
	return noContent{}, nil
}
