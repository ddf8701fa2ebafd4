package emulator

import "slices"

// This file is what a Curator may do with the DCM connections of all.

func dcmAdminRoutes() []route {
	const all, one = "/v3/dcm/admin/connections", "/v3/dcm/admin/connections/{id}"
	return []route{
		{on: "GET " + all, need: curator, do: listDCM, query: contract(opt(text, "connectionId", "visibleBy"))},
		{on: "POST " + all, need: curator, do: saveDCMFor, body: dcmContract(req(filled(), "ownerId"))},
		{on: "GET " + one, need: curator, do: inDCM(func(c *call, d *dcmConnection) any { return c.dcmView(d, d.OwnerID) })},
		{on: "DELETE " + one, need: curator, do: inDCM(func(c *call, d *dcmConnection) any { return c.dropDCM(d) })},
		// (inf) Both may be repeated.
		{on: "DELETE " + one + "/sharing/execution", need: curator, do: inDCM(func(c *call, d *dcmConnection) any {
			d.Execution, d.ChangedOn = sharing{}, c.now
			return nil
		})},
		{on: "DELETE " + one + "/sharing/collaboration", need: curator, do: inDCM(func(c *call, d *dcmConnection) any {
			d.Collaboration, d.ChangedOn = collaboration{}, c.now
			return nil
		})},
	}
}

func inDCM(do func(*call, *dcmConnection) any) handler {
	return func(c *call) (any, error) {
		d, err := find(&c.dcmConnections, c.path("id"), "Connection")
		if err != nil {
			return nil, err
		}
		return do(c, d), nil
	}
}

// listDCM answers a list, though the swagger has a single connection: its description says list. With visibleBy it
// shows what that user would see.
func listDCM(c *call) (any, error) {
	q := c.query
	by := q.str("visibleBy")
	if by != "" && c.users.get(by) == nil {
		return nil, badRequest("The user in visibleBy does not exist.")
	}
	found := slices.Collect(where(c.dcmConnections.all(), func(d *dcmConnection) bool {
		return (!q.has("connectionId") || d.ConnectionID == q.str("connectionId")) && (by == "" || c.sees(by, d))
	}))
	return views(slices.Values(found), func(d *dcmConnection) any {
		if by == "" {
			return c.dcmView(d, d.OwnerID)
		}
		return c.dcmView(d, by)
	}), nil
}
