package emulator

import "strings"

// A subscription is what the product calls a studio. Its workflows are those of its users.
type subscription struct {
	ID                string `json:"id"`
	Name              string `json:"name"`
	CredentialID      string `json:"credentialId"`
	CanShareSchedules bool   `json:"canShareSchedules"`
	APIKey            string `json:"apiKey"`
	APISecret         string `json:"apiSecret"`
}

func subscriptionRoutes() []route {
	const one = "/v3/subscriptions/{subscriptionId}"
	return []route{
		{on: "GET " + one, need: curator, do: getSubscription},
		{on: "PUT " + one, need: curator, do: updateSubscription, body: contract(
			req(filled(), "name"), req(text, "credentialId"), req(boolean, "canShareSchedules"))},
		{on: "GET /v3/subscriptions", need: curator, do: listSubscriptions, query: contract(
			opt(text, "name", "defaultWorkflowCredentialId"), opt(boolean, "canShareSchedule"),
			opt(integer, "userCountGreaterThanEquals", "userCountLessThanEquals", "workflowCountGreaterThanEquals",
				"workflowCountLessThanEquals"))},
		// The vendor spells the flag differently here.
		{on: "POST /v3/subscriptions", need: curator, do: createSubscription, body: contract(
			req(length(1, 255), "name"), opt(boolean, "canShareSchedule"), opt(text, "credentialId"))},
		{on: "DELETE /v3/subscriptions", need: curator, do: deleteSubscription, query: contract(
			req(filled(), "subscriptionId"))},
		{on: "PUT " + one + "/users", need: curator, do: moveUsers, body: contract(req(listOf(text), "userIds"))},
	}
}

// studioView is the plain view; others add to it.
func studioView(s *subscription) map[string]any {
	return map[string]any{
		"id": s.ID, "name": s.Name, "credentialId": s.CredentialID, "canShareSchedules": s.CanShareSchedules,
	}
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (st *state) inStudio(id string) (users, workflows []named) {
	users = views(where(st.users.all(), func(u *user) bool { return u.SubscriptionID == id }),
		func(u *user) named { return named{u.ID, u.name()} })
	workflows = views(where(st.workflows.all(), func(w *workflow) bool { return st.studioOf(w) == id }),
		func(w *workflow) named { return named{w.ID, w.Name} })
	return users, workflows
}

// studioOf follows from the owner: a workflow that goes to an owner elsewhere changes studios.
func (st *state) studioOf(w *workflow) string {
	if owner := st.users.get(w.OwnerID); owner != nil {
		return owner.SubscriptionID
	}
	return ""
}

func getSubscription(c *call) (any, error) {
	s, err := find(&c.subscriptions, c.path("subscriptionId"), "Subscription")
	if err != nil {
		return nil, err
	}
	view := studioView(s)
	view["users"], view["workflows"] = c.inStudio(s.ID)
	return view, nil
}

func listSubscriptions(c *call) (any, error) {
	q := c.query
	within := func(n int, least, most string) bool {
		return (!q.has(least) || n >= q.num(least)) && (!q.has(most) || n <= q.num(most))
	}
	out := []any{}
	for s := range c.subscriptions.all() {
		users, workflows := c.inStudio(s.ID)
		if q.has("name") && !strings.EqualFold(q.str("name"), s.Name) ||
			q.has("canShareSchedule") && q.flag("canShareSchedule") != s.CanShareSchedules ||
			q.has("defaultWorkflowCredentialId") && q.str("defaultWorkflowCredentialId") != s.CredentialID ||
			!within(len(users), "userCountGreaterThanEquals", "userCountLessThanEquals") ||
			!within(len(workflows), "workflowCountGreaterThanEquals", "workflowCountLessThanEquals") {
			continue
		}
		view := studioView(s)
		view["userCount"], view["workflowCount"] = len(users), len(workflows)
		out = append(out, view)
	}
	return out, nil
}

// knownCredential checks an optional reference.
func (c *call) knownCredential() error {
	if id := c.in.str("credentialId"); id != "" && c.credentials.get(id) == nil {
		return badField("credentialId", "The credential does not exist.")
	}
	return nil
}

func createSubscription(c *call) (any, error) {
	if err := c.knownCredential(); err != nil {
		return nil, err
	}
	s := &subscription{ID: c.newID(), Name: c.in.str("name"), CredentialID: c.in.str("credentialId"),
		CanShareSchedules: c.in.flag("canShareSchedule")}
	s.APIKey, s.APISecret = "emulated-studio-key-"+s.ID, "emulated-studio-secret-"+s.ID
	insert(c.state, &c.subscriptions, s.ID, s)
	view := studioView(s)
	view["apiKey"], view["apiSecret"], view["apiEnabled"] = s.APIKey, s.APISecret, true
	view["active"], view["dateUpdated"] = true, c.now
	view["credentials"], view["dataConnections"] = []any{}, []any{}
	return created{view}, nil
}

func updateSubscription(c *call) (any, error) {
	s, err := find(&c.subscriptions, c.path("subscriptionId"), "Subscription")
	if err != nil {
		return nil, err
	}
	if err := c.knownCredential(); err != nil {
		return nil, err
	}
	touch(c.state, &c.subscriptions, s.ID)
	if err := c.in.into(s); err != nil {
		return nil, err
	}
	return studioView(s), nil
}

func deleteSubscription(c *call) (any, error) {
	s, err := find(&c.subscriptions, c.query.str("subscriptionId"), "Subscription")
	if err != nil {
		return nil, err
	}
	if users, workflows := c.inStudio(s.ID); len(users)+len(workflows) > 0 {
		return nil, badRequest("The subscription still has users or workflows.")
	}
	remove(c.state, &c.subscriptions, s.ID)
	return nil, nil
}

// moveUsers moves all users or none (inf).
func moveUsers(c *call) (any, error) {
	s, err := find(&c.subscriptions, c.path("subscriptionId"), "Subscription")
	if err != nil {
		return nil, err
	}
	for _, id := range c.in.strs("userIds") {
		if _, err := find(&c.users, id, "User"); err != nil {
			return nil, err
		}
	}
	for _, id := range c.in.strs("userIds") {
		touch(c.state, &c.users, id)
		c.users.get(id).SubscriptionID = s.ID
	}
	return nil, nil
}
