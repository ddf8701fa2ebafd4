package emulator

import "time"

// A dcmRule redirects one connection id to another.
type dcmRule struct {
	ID          string    `json:"id"`
	CreatedBy   string    `json:"createdById"`
	CreatedOn   time.Time `json:"createdOn"`
	ChangedOn   time.Time `json:"lastChangedOn"`
	SourceID    string    `json:"sourceConnectionId"`
	SourceTitle string    `json:"sourceConnectionTitle"`
	TargetID    string    `json:"targetConnectionId"`
	TargetTitle string    `json:"targetConnectionTitle"`
}

func dcmRuleRoutes() []route {
	const all, one = "/v3/dcm/admin/connectionhandlingrules", "/v3/dcm/admin/connectionhandlingrules/{id}"
	return []route{
		{on: "GET " + all, need: curator, do: listRules},
		{on: "POST " + all, need: curator, do: saveRule, body: contract(req(filled(), "sourceConnectionId"),
			opt(text, "id", "sourceConnectionTitle", "targetConnectionId", "targetConnectionTitle"))},
		{on: "GET " + one, need: curator, do: getRule},
		{on: "DELETE " + one, need: curator, do: deleteRule},
	}
}

func (st *state) ruleView(r *dcmRule) any {
	return map[string]any{
		"id": r.ID, "createdBy": st.dcmUser(r.CreatedBy), "createdOn": r.CreatedOn, "lastChangedOn": r.ChangedOn,
		"sourceConnectionId": r.SourceID, "sourceConnectionTitle": r.SourceTitle,
		"targetConnectionId": r.TargetID, "targetConnectionTitle": r.TargetTitle,
	}
}

// listRules answers a list, though the swagger has a single rule: its description says list.
func listRules(c *call) (any, error) { return views(c.dcmRules.all(), c.ruleView), nil }

func getRule(c *call) (any, error) {
	r, err := find(&c.dcmRules, c.path("id"), "Rule")
	if err != nil {
		return nil, err
	}
	return c.ruleView(r), nil
}

// saveRule creates a rule, or changes the one whose id is given. Who made it and when is not taken from the request.
func saveRule(c *call) (any, error) {
	id := c.in.str("id")
	r := &dcmRule{CreatedBy: c.by.ID, CreatedOn: c.now}
	if id != "" {
		var err error
		if r, err = find(&c.dcmRules, id, "Rule"); err != nil {
			return nil, err
		}
	}
	if err := c.in.into(r); err != nil {
		return nil, err
	}
	r.ChangedOn = c.now
	if id != "" {
		return c.ruleView(r), nil
	}
	r.ID = c.newGUID()
	c.dcmRules.put(r.ID, r)
	return created{c.ruleView(r)}, nil
}

func deleteRule(c *call) (any, error) {
	r, err := find(&c.dcmRules, c.path("id"), "Rule")
	if err != nil {
		return nil, err
	}
	c.dcmRules.drop(r.ID)
	return map[string]any{"id": r.ID, "deletedOn": c.now}, nil
}
