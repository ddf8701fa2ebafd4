package emulator

import "net/http"

// This file moves assets from one owner to another. What an asset needs besides its owner (run-as credentials, data
// connections, DCM connections) stays where it is, so schedules and runs may fail afterwards until it is shared with
// the new owner: see [state.missing].

type asset struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

type assets struct {
	Workflows   []asset `json:"workflows"`
	Schedules   []asset `json:"schedules"`
	Collections []asset `json:"collections"`
}

func (a assets) empty() bool { return len(a.Workflows)+len(a.Schedules)+len(a.Collections) == 0 }

func transferRoutes() []route {
	return []route{
		{on: "PUT /v3/users/{userId}/assetTransfer", need: artisan, do: transferAssets, texts: true, newer: true,
			body: contract(req(filled(), "ownerId"), req(boolean, "transferWorkflows", "transferSchedules",
				"transferCollections"))},
		{on: "PUT /v3/workflows/{workflowId}/transfer", need: artisan, do: transferWorkflow, texts: true,
			body: contract(req(filled(), "ownerId"), req(boolean, "transferSchedules"))},
	}
}

// assetsOf lists what a user owns, not what is shared with them.
func (st *state) assetsOf(id string) assets {
	return assets{
		views(where(st.workflows.all(), func(w *workflow) bool { return w.OwnerID == id }),
			func(w *workflow) asset { return asset{w.Name, w.ID} }),
		views(where(st.schedules.all(), func(s *schedule) bool { return s.OwnerID == id }),
			func(s *schedule) asset { return asset{s.Name, s.ID} }),
		views(where(st.collections.all(), func(col *collection) bool { return col.OwnerID == id }),
			func(col *collection) asset { return asset{col.Name, col.ID} }),
	}
}

// listAssets shows kinds that were not asked for as empty lists (inf).
func listAssets(c *call) (any, error) {
	u, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	all, none := c.assetsOf(u.ID), []asset{}
	switch c.query.str("assetType") {
	case "Workflows":
		return assets{all.Workflows, none, none}, nil
	case "Schedules":
		return assets{none, all.Schedules, none}, nil
	case "Collections":
		return assets{none, none, all.Collections}, nil
	}
	return all, nil
}

// newOwner checks the caller and the user who is to take over. (inf) Only Curators may transfer.
func (c *call) newOwner() (*user, error) {
	if !c.curator() {
		return nil, refuse(http.StatusForbidden, "Only Curators can transfer assets.")
	}
	to, err := find(&c.users, c.in.str("ownerId"), "New owner")
	if err != nil {
		return nil, err
	}
	if !c.mayOwn(to) {
		return nil, badRequest("The new owner must be an active Artisan or Curator.")
	}
	return to, nil
}

// transferAssets answers the schedules that would break or be disabled if the old owner were deleted now. A schedule
// that the new owner cannot have stays behind, the rest is moved all the same (inf).
func transferAssets(c *call) (any, error) {
	from, err := find(&c.users, c.path("userId"), "User")
	if err != nil {
		return nil, err
	}
	to, err := c.newOwner()
	if err != nil {
		return nil, err
	}
	if to == from {
		return nil, badRequest("The new owner is the owner already.") // (inf)
	}
	if c.in.flag("transferWorkflows") {
		for w := range c.workflows.all() {
			if w.OwnerID == from.ID {
				touch(c.state, &c.workflows, w.ID)
				w.OwnerID = to.ID
			}
		}
	}
	if c.in.flag("transferCollections") {
		for col := range c.collections.all() {
			if col.OwnerID == from.ID {
				touch(c.state, &c.collections, col.ID)
				col.OwnerID = to.ID
			}
		}
	}
	affected := []map[string]string{}
	for s := range c.schedules.all() {
		if s.OwnerID != from.ID {
			continue
		}
		if moved := c.in.flag("transferSchedules") && c.moveSchedule(s, to); !moved || c.scheduleBreaks(s) {
			affected = append(affected, map[string]string{"affectedScheduleId": s.ID})
		}
	}
	return affected, nil
}

// moveSchedule reports whether the new owner can have the schedule.
func (st *state) moveSchedule(s *schedule, to *user) bool {
	w := st.workflows.get(s.WorkflowID)
	if w == nil || !st.maySchedule(to) || !st.reaches(to, w) {
		return false
	}
	s.OwnerID = to.ID
	return true
}

// scheduleBreaks reports whether a schedule runs with a credential that its owner may not use.
func (st *state) scheduleBreaks(s *schedule) bool {
	return s.CredentialID != "" && !st.mayRunAs(s.OwnerID, s.CredentialID)
}

// transferWorkflow moves one workflow and, if asked to, its owner's schedules of it; a repeat changes nothing. The
// studio of a workflow is that of its owner, so access follows.
func transferWorkflow(c *call) (any, error) {
	w, err := find(&c.workflows, c.path("workflowId"), "Workflow")
	if err != nil {
		return nil, err
	}
	from := w.OwnerID
	to, err := c.newOwner()
	if err != nil {
		return nil, err
	}
	touch(c.state, &c.workflows, w.ID)
	w.OwnerID = to.ID
	if c.in.flag("transferSchedules") {
		for s := range c.schedules.all() {
			if s.WorkflowID == w.ID && s.OwnerID == from {
				c.moveSchedule(s, to)
			}
		}
	}
	return nil, nil
}
