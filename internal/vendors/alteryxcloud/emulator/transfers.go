package emulator

import "slices"

func transferRoutes() []route {
	return []route{{on: "PATCH /workspaces/{workspace}/transfer", in: v4 | iam, admin: true, current: true, do: transferAssets}}
}

// kinds of assets that can be transferred; the names are (inf). There are no datasets or recipes apart from flows
// here, so nothing is found of them.
var assetKinds = []string{"flows", "connections", "plans", "workflows", "datasets", "recipes"}

// A selection says what is to be transferred: ids by kind, or everything of a kind if nil.
type selection map[string][]string

func (s selection) has(kind, id string) bool {
	ids, ok := s[kind]
	return ok && (ids == nil || slices.Contains(ids, id))
}

// transferAssets cannot be undone. It accepts somebody suspended as the former owner (inf), but not as the next one
// (inf), and does not move schedules (inf).
func transferAssets(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	from, to, err := c.transferEnds(in)
	if err != nil {
		return nil, err
	}
	chosen, err := selected(in)
	if err != nil {
		return nil, err
	}
	switch {
	case from == nil || to == nil:
		return nil, refuse("Both people must be members of the workspace.")
	case from == to:
		return nil, refuse("Assets cannot be transferred to their owner.")
	case to.Status == suspended:
		return nil, refuse("Assets cannot be transferred to somebody who is suspended.")
	}
	if err := c.ownsAll(from, chosen); err != nil {
		return nil, err
	}
	c.handOver(from, to, chosen)
	return noContent{}, nil
}

// transferEnds reads either form of the body; both are refused (inf).
func (c *call) transferEnds(in *input) (from, to *person, err error) {
	byID := in.has("fromPersonId") || in.has("toPersonId")
	byEmail := in.has("fromPersonEmail") || in.has("toPersonEmail")
	switch {
	case byID && byEmail:
		in.complain("fromPersonId", "cannot be given together with addresses")
	case byEmail:
		in.need("fromPersonEmail", "toPersonEmail")
		from, to = c.memberByEmail(in.text("fromPersonEmail")), c.memberByEmail(in.text("toPersonEmail"))
	default:
		in.need("fromPersonId", "toPersonId")
		from, to = c.people[in.id("fromPersonId")], c.people[in.id("toPersonId")]
	}
	return from, to, in.err()
}

// selected reads assets; without it everything is meant.
func selected(in *input) (selection, error) {
	out := selection{}
	if !in.has("assets") {
		for _, kind := range assetKinds {
			out[kind] = nil
		}
		return out, nil
	}
	assets := in.within("assets")
	assets.allow(assetKinds...)
	for _, kind := range assetKinds {
		switch v := assets.values[kind].(type) {
		case nil:
		case []any:
			out[kind] = []string{}
			for _, id := range v {
				out[kind] = append(out[kind], idText(id))
			}
		default:
			if v != "all" {
				assets.complain(kind, `must be an array of ids or "all"`)
			}
			out[kind] = nil
		}
	}
	return out, in.err()
}

// ownsAll refuses ids of what does not belong to the former owner (inf).
func (c *call) ownsAll(from *person, chosen selection) error {
	owned := map[string]bool{}
	c.eachAsset(func(kind, id string, a *asset) {
		if a.OwnerID == from.ID {
			owned[kind+id] = true
		}
	})
	for _, kind := range assetKinds {
		for _, id := range chosen[kind] {
			if !owned[kind+id] {
				return refuse("Person %d owns none of the %s with id %s.", from.ID, kind, id)
			}
		}
	}
	return nil
}

// handOver leaves the former owner a collaborator, but of connections, which know no such role.
func (c *call) handOver(from, to *person, chosen selection) {
	c.eachAsset(func(kind, id string, a *asset) {
		if a.OwnerID != from.ID || !chosen.has(kind, id) {
			return
		}
		a.OwnerID, a.UpdatedBy, a.UpdatedAt = to.ID, c.by.ID, c.now
		a.unshare(toPerson, to.ID)
		switch kind {
		case "flows":
			a.share(share{Kind: toPerson, SubjectID: from.ID, Role: "collaborator", Policy: "flow_editor", times: made(c.now)})
		case "plans":
			a.share(share{Kind: toPerson, SubjectID: from.ID, Role: "collaborator", Policy: "plan_editor", times: made(c.now)})
		}
	})
}
