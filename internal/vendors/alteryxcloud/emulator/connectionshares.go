package emulator

import "maps"

func connectionShareRoutes() []route {
	return []route{
		{on: "GET /connections/{id}/permissions/sharedSubjects", do: onConnection(listSubjects)},
		{on: "POST /connections/{id}/permissions", do: onConnection(grantConnection)},
		{on: "POST /connections/share", do: shareConnection},
		{on: "DELETE /connections/share", do: unshareConnection},
	}
}

// connectionPolicies are the tags that may be given (inf).
var connectionPolicies = []string{"connection_editor", "connection_viewer"}

// subjectView has the names of what it was shared by (inf).
func (c *call) subjectView(s share) object {
	out := object{"subjectId": s.SubjectID, "subjectType": s.Kind, "policy": s.Policy, "role": s.Role}
	if s.Kind == toGroup {
		out["name"] = c.groups[s.SubjectID].Name
		return out
	}
	maps.Copy(out, c.publicPerson(s.SubjectID))
	return out
}

func listSubjects(c *call, k *connection) (any, error) {
	out := []object{}
	for _, s := range k.Shares {
		out = append(out, c.subjectView(s))
	}
	return c.list(out)
}

// shareConnection refuses an empty bucket of subjects.
func shareConnection(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("connectionId", "policy", "subjects")
	id, policy := in.id("connectionId"), in.word("policy", connectionPolicies...)
	subjects := in.within("subjects")
	subjects.allow(toPerson, toGroup)
	ids := map[string][]int64{}
	for _, kind := range sortedKeys(subjects.values) {
		ids[kind] = subjects.textIDs(kind)
		if len(ids[kind]) == 0 {
			subjects.complain(kind, "must not be empty")
		}
	}
	if len(subjects.values) == 0 {
		in.complain("subjects", "must not be empty")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	k, err := c.connection(id)
	if err != nil {
		return nil, err
	}
	if err := c.mayOwn(&k.asset); err != nil {
		return nil, err
	}
	if err := c.knowsSubjects(ids); err != nil {
		return nil, err
	}
	out := []object{}
	for _, kind := range []string{toPerson, toGroup} {
		for _, id := range ids[kind] {
			s := share{Kind: kind, SubjectID: id, Role: roleOf(policy), Policy: policy, times: made(c.now)}
			k.share(s)
			out = append(out, c.subjectView(s))
		}
	}
	return created{object{"data": out}}, nil // (inf) what is in it
}

func (c *call) knowsSubjects(ids map[string][]int64) error {
	if _, err := c.members(ids[toPerson]); err != nil {
		return err
	}
	for _, id := range ids[toGroup] {
		if c.groups[id] == nil {
			return refuse("There is no group %d in the workspace.", id)
		}
	}
	return nil
}

// roleOf takes editors for collaborators (inf).
func roleOf(policy string) string {
	if policy == "connection_editor" || policy == "connection_owner" {
		return "collaborator"
	}
	return "readOnly"
}

func unshareConnection(c *call) (any, error) {
	kind, err := c.paramWord("subjectType", toPerson, toGroup)
	if err != nil {
		return nil, err
	}
	id, ok := decimal(c.param("connectionId"))
	subject, ok2 := decimal(c.param("subjectId"))
	if kind == "" || !ok || !ok2 {
		return nil, badInput("connectionId, subjectId and subjectType are required")
	}
	k, err := c.connection(id)
	if err != nil {
		return nil, err
	}
	if err := c.mayOwn(&k.asset); err != nil {
		return nil, err
	}
	if !k.unshare(kind, subject) {
		return nil, notFound("Share with "+kind, subject)
	}
	return noContent{}, nil
}

// grantConnection is the older way. An owner by it may change the connection; it still belongs to its creator (inf).
func grantConnection(c *call, k *connection) (any, error) {
	if err := c.mayOwn(&k.asset); err != nil {
		return nil, err
	}
	grants, err := c.readGrants("owner", "readOnly")
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, g := range grants {
		policy := "connection_viewer"
		if g.Role == "owner" {
			policy = "connection_owner"
		}
		if g.Policy == "" {
			g.Policy = policy
		}
		k.share(g)
		out = append(out, g.show(object{"role": g.Role, "policy": g.Policy, "person": c.publicPerson(g.SubjectID),
			"connection": ref(k.ID)}))
	}
	return created{object{"data": out}}, nil
}

// readGrants reads the list that flows, plans and connections are shared by: people by id or address.
func (c *call) readGrants(roles ...string) ([]share, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("data")
	list := in.objects("data")
	if in.has("data") && len(list) == 0 {
		in.complain("data", "must not be empty")
	}
	out := []share{}
	for _, g := range list {
		if g.has("personId") == g.has("email") {
			g.complain("personId", "or email is required")
		}
		g.need("role")
		s := share{Kind: toPerson, SubjectID: g.id("personId"), Role: g.word("role", roles...), Policy: g.text("policy"),
			times: made(c.now)}
		if p := c.memberByEmail(g.text("email")); p != nil {
			s.SubjectID = p.ID
		}
		out = append(out, s)
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	for _, s := range out {
		if c.people[s.SubjectID] == nil {
			return nil, refuse("Things can only be shared with members of the workspace.")
		}
	}
	return out, nil
}
