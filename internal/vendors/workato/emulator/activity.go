package emulator

import (
	"slices"
	"time"
)

// An event is a row of the activity log.
type event struct {
	ID           int64
	Type         string
	Time         time.Time
	Environment  environment
	UserID       int64
	Resource     string // its type, such as Flow
	ResourceID   any
	ResourceName string
}

// record adds a row about a change that the caller made in their environment. It counts as made by who made the
// client (inf). The documents name only some types of events; the others are made up after them (inf).
func (c *call) record(resource, kind string, id any, name string) {
	c.logEvent(event{Type: kind, Time: c.now, Environment: c.env, UserID: c.by.UserID, Resource: resource,
		ResourceID: id, ResourceName: name})
}

func (st *state) logEvent(e event) {
	e.ID = int64(40001 + len(st.log))
	st.log = append(st.log, e)
}

func activityRoutes() []route {
	return []route{
		{on: "GET /api/activity_logs", bucket: perMinute("environment management"), do: listActivity},
		{on: "POST /api/secrets_management/clear_cache", bucket: perMinute("environment management"), do: clearCache},
	}
}

// listActivity has the newest first. Unknown types and users are no error.
func listActivity(c *call) (any, error) {
	p, err := c.pageOf("", "page[size]", fullPage, fullPage)
	if err != nil {
		return nil, err
	}
	matches, err := c.activityFilter()
	if err != nil {
		return nil, err
	}
	rows, total := []any{}, 0
	after, err := c.paramID("page[after]")
	for i := len(c.log) - 1; i >= 0; i-- {
		e := c.log[i]
		if e.Environment != c.env || !matches(e) {
			continue
		}
		total++
		if (after == 0 || e.ID < after) && len(rows) < p.size {
			rows = append(rows, c.eventView(e))
		}
	}
	return object{"data": rows, "total": total}, err
}

func (c *call) activityFilter() (func(event) bool, error) {
	from, err := c.paramTime("from")
	if err != nil {
		return nil, err
	}
	to, err := c.paramTime("to")
	if err != nil {
		return nil, err
	}
	q := c.r.URL.Query()
	among := func(name, value string, absent bool) bool {
		return len(q[name]) == 0 && absent || slices.Contains(q[name], value)
	}
	return func(e event) bool {
		return !e.Time.Before(from) && (to.IsZero() || !e.Time.After(to)) && among("users_ids[]", decimal(e.UserID), true) &&
			among("include_resource_types[]", e.Resource, true) && !among("exclude_resource_types[]", e.Resource, false) &&
			among("include_event_types[]", e.Type, true) && !among("exclude_event_types[]", e.Type, false)
	}, nil
}

func (c *call) eventView(e event) object {
	v := object{"id": e.ID, "event_type": e.Type, "timestamp": at(e.Time),
		"workspace": object{"id": workspaceID, "name": "Example Company", "email": "api-runner@example.com",
			"environment": e.Environment},
		"user": nil, "details": object{"request": object{"ip_address": "192.0.2.1", "user_agent": "emulated"}},
		"resource": object{"id": e.ResourceID, "name": e.ResourceName, "type": e.Resource}}
	if m := c.members.get(e.UserID); m != nil {
		v["user"] = object{"id": m.ID, "name": m.Name, "email": m.Email}
	}
	return v
}

func clearCache(c *call) (any, error) {
	c.cacheCleared++
	c.record("SecretsManagement", "secrets_cache_cleared", nil, "")
	return success(), nil
}
