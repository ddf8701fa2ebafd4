package emulator

func suspensionRoutes() []route {
	return []route{
		{on: "PUT /workspaces/{workspace}/people/{personId}/suspended", admin: true, do: setSuspended},
		{on: "POST /workspaces/{workspace}/people/suspend", in: v4 | iam, admin: true, do: suspendPeople(true)},
		{on: "POST /workspaces/{workspace}/people/unsuspend", in: v4 | iam, admin: true, do: suspendPeople(false)},
	}
}

// suspend shuts people out, or lets them in again. It may be repeated (inf). What they own stays, and their schedules
// stay enabled. Nobody can suspend themselves or the last admin (inf), and who has not accepted yet becomes suspended
// and, afterwards, enabled (inf).
func (c *call) suspend(people []*person, out bool) error {
	ids := []int64{}
	for _, p := range people {
		if out && p == c.by {
			return refuse("You cannot suspend yourself.")
		}
		ids = append(ids, p.ID)
	}
	if out && c.lastAdmin(ids...) {
		return noAdminLeft()
	}
	for _, p := range people {
		if out == (p.Status == suspended) || !out && p.Status == invited {
			continue
		}
		p.Status = active
		if out {
			p.Status = suspended
		}
		p.LastStateChange, p.UpdatedAt = c.now, c.now
	}
	return nil
}

func suspendPeople(out bool) handler {
	return func(c *call) (any, error) {
		in, err := c.body()
		if err != nil {
			return nil, err
		}
		in.need("personIds")
		ids := in.ids("personIds")
		if err := in.err(); err != nil {
			return nil, err
		}
		people, err := c.members(ids)
		if err != nil {
			return nil, err
		}
		return nil, c.suspend(people, out)
	}
}

// setSuspended takes true or false, or an object with suspended; no body is true (inf).
func setSuspended(c *call) (any, error) {
	v, err := c.parse()
	if err != nil {
		return nil, err
	}
	if o, ok := v.(object); ok {
		v = o["suspended"]
	}
	out, ok := v.(bool)
	if v == nil {
		out, ok = true, true
	}
	if !ok {
		return nil, badInput("suspended must be a boolean")
	}
	p := c.people[c.pathID("personId")]
	if p == nil {
		return nil, notFound("Person", c.r.PathValue("personId"))
	}
	if err := c.suspend([]*person{p}, out); err != nil {
		return nil, err
	}
	return object{"id": p.ID, "suspended": out}, nil // (inf) the names
}
