package emulator

import "strings"

// This file puts users, groups, workflows and schedules into collections and takes them out.

func memberRoutes() []route {
	granted := contract(opt(dateTime, "expirationDate"), req(contract(opt(boolean, "isAdmin", "canAddAssets",
		"canRemoveAssets", "canUpdateAssets", "canAddUsers", "canRemoveUsers")), "collectionsPermissions"))
	with := func(name string) *shape { return contract(req(filled(), name), granted.fields) }
	user, group := access{"userId", (*call).collectionUser}, access{"userGroupId", (*call).collectionGroup}
	workflow := content{"workflowId", (*call).collectionWorkflow}
	schedule := content{"scheduleId", (*call).collectionSchedule}
	const in = " /v3/collections/{collectionId}/"
	return []route{
		{on: "POST" + in + "users", need: curator, do: inCollection(user.add), body: with("userId")},
		{on: "POST" + in + "userGroups", need: curator, do: inCollection(group.add), body: with("userGroupId")},
		{on: "PUT" + in + "users/{userId}/permissions", need: curator, do: inCollection(user.update), body: granted},
		{on: "PUT" + in + "userGroups/{userGroupId}/permissions", need: curator,
			do: inCollection(group.update), body: granted},
		{on: "DELETE" + in + "users/{userId}", need: curator, do: inCollection(user.remove)},
		{on: "DELETE" + in + "userGroups/{userGroupId}", need: curator, do: inCollection(group.remove)},

		{on: "POST" + in + "workflows", need: curator, do: inCollection(workflow.add),
			body: contract(req(filled(), "workflowId"))},
		{on: "POST" + in + "schedules", need: curator, do: inCollection(schedule.add),
			body: contract(req(filled(), "scheduleId"))},
		{on: "DELETE" + in + "workflows/{workflowId}", need: curator, do: inCollection(workflow.remove)},
		{on: "DELETE" + in + "schedules/{scheduleId}", need: curator, do: inCollection(schedule.remove)},
	}
}

// access is the handlers for one kind of member. of finds the member's own id and the grants of its kind.
type access struct {
	param string
	of    func(c *call, col *collection, id string) (string, map[string]grant, error)
}

// collectionUser takes the sid for the id with Windows authentication.
func (c *call) collectionUser(col *collection, id string) (string, map[string]grant, error) {
	if c.opts.Windows {
		for u := range c.users.all() {
			if strings.EqualFold(u.SID, id) {
				return u.ID, col.Users, nil
			}
		}
		return "", nil, notFound("User")
	}
	u, err := find(&c.users, id, "User")
	if err != nil {
		return "", nil, err
	}
	return u.ID, col.Users, nil
}

func (c *call) collectionGroup(col *collection, id string) (string, map[string]grant, error) {
	g, err := find(&c.groups, id, "User group")
	if err != nil {
		return "", nil, err
	}
	return g.ID, col.UserGroups, nil
}

// add gives a member that is in already the new permissions (inf).
func (a access) add(c *call, col *collection) error {
	id, grants, err := a.of(c, col, c.in.str(a.param))
	if err != nil {
		return err
	}
	var g grant
	if err := c.in.into(&g); err != nil {
		return err
	}
	grants[id] = g
	return nil
}

func (a access) update(c *call, col *collection) error {
	id, grants, err := a.of(c, col, c.path(a.param))
	if err != nil {
		return err
	}
	if _, in := grants[id]; !in {
		return notFound("Member")
	}
	var g grant
	if err := c.in.into(&g); err != nil {
		return err
	}
	grants[id] = g
	return nil
}

func (a access) remove(c *call, col *collection) error {
	id, grants, err := a.of(c, col, c.path(a.param))
	if err != nil {
		return err
	}
	if _, in := grants[id]; !in {
		return notFound("Member") // (inf)
	}
	delete(grants, id)
	return nil
}

// content is the handlers for one kind of asset. of finds the ids of its kind and whether there is such an asset.
type content struct {
	param string
	of    func(c *call, col *collection, id string) (*idSet, error)
}

func (c *call) collectionWorkflow(col *collection, id string) (*idSet, error) {
	_, err := find(&c.workflows, id, "Workflow")
	return &col.WorkflowIDs, err
}

func (c *call) collectionSchedule(col *collection, id string) (*idSet, error) {
	_, err := find(&c.schedules, id, "Schedule")
	return &col.ScheduleIDs, err
}

func (a content) add(c *call, col *collection) error {
	id := c.in.str(a.param)
	ids, err := a.of(c, col, id)
	if err == nil {
		ids.add(id) // (inf) a repeat changes nothing
	}
	return err
}

func (a content) remove(c *call, col *collection) error {
	id := c.path(a.param)
	ids, err := a.of(c, col, id)
	if err == nil && !ids.remove(id) {
		err = notFound("Asset") // (inf)
	}
	return err
}
