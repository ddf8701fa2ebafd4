package alteryx

import "runner/internal/op"

// This file foresees transfers to a new owner. Workflows and collections move.
// A schedule moves if the new owner may schedule jobs and can reach its
// workflow; the rest stays behind, which is no failure.

func give(s *op.Scene, entity *op.Entity, id any) {
	s.Do(op.Mutation{Entity: entity, ID: id, Act: op.ActSet, Field: "owner_id", Value: s.Args["owner_id"]})
}

// giveSchedule moves a schedule, or leaves open whether it does.
func giveSchedule(s *op.Scene, id any, moves op.Verdict) {
	switch moves {
	case op.Yes:
		give(s, schedule, id)
	case op.Maybe:
		s.Do(op.Mutation{Entity: schedule, ID: id, Act: op.ActSet, Field: "owner_id", Value: s.Vague("owner_id")})
	}
}

// withheld reports whether a flag that is true by default is false.
func withheld(s *op.Scene, flag string) bool { return s.Args[flag] == false }

func transfersAssets(s *op.Scene) {
	heir, _ := s.Object(user, s.Args["owner_id"])
	assets, known := s.Object(assetsOfUser, s.Args["user_id"])
	if !known {
		op.Blurs(workflow, "owner_id")(s)
		op.Blurs(schedule, "owner_id")(s)
		op.Blurs(collection, "owner_id")(s)
		op.Blurs(studio, "workflows")(s)
		return
	}
	var moved []any
	for _, kind := range [...]struct {
		list   string
		entity *op.Entity
	}{{"workflows", workflow}, {"collections", collection}} {
		if withheld(s, "transfer_"+kind.list) {
			continue
		}
		items, ok := assets[kind.list].([]any)
		if !ok {
			op.Blurs(kind.entity, "owner_id")(s)
		}
		for _, item := range items {
			id := op.Element(item, "id")
			give(s, kind.entity, id)
			if kind.entity == workflow {
				moved = append(moved, id)
			}
		}
	}
	if len(moved) > 0 {
		op.Blurs(studio, "workflows")(s) // the new owner may be in another
	}
	if withheld(s, "transfer_schedules") {
		return
	}
	items, ok := assets["schedules"].([]any)
	if !ok {
		op.Blurs(schedule, "owner_id")(s)
	}
	for _, item := range items {
		id := op.Element(item, "id")
		now, known := s.Object(schedule, id)
		switch {
		case !known:
			giveSchedule(s, id, min(maySchedule(heir), op.Maybe))
		case now["workflow_id"] != nil: // one whose workflow was deleted stays
			giveSchedule(s, id, min(maySchedule(heir), max(isCurator(heir), op.Maybe, isAmong(moved, now["workflow_id"]))))
		}
	}
}

func transfersWorkflow(s *op.Scene) {
	id := s.Args["workflow_id"]
	give(s, workflow, id)
	now, known := s.Object(workflow, id)
	if known && op.Same(now["owner_id"], s.Args["owner_id"]) == op.Yes {
		return
	}
	op.Blurs(studio, "workflows")(s)
	if withheld(s, "transfer_schedules") {
		return
	}
	heir, _ := s.Object(user, s.Args["owner_id"])
	assets, known := s.Object(assetsOfUser, now["owner_id"])
	items, ok := assets["schedules"].([]any)
	if !known || !ok {
		op.Blurs(schedule, "owner_id")(s)
		return
	}
	for _, item := range items {
		sid, runs := op.Element(item, "id"), op.Maybe
		if of, known := s.Object(schedule, sid); known {
			runs = op.Same(of["workflow_id"], id)
		}
		giveSchedule(s, sid, min(maySchedule(heir), runs))
	}
}

// maySchedule tells whether a user may have schedules. It is not known of one
// who could not be read, nor of one whose role is decided from groups.
func maySchedule(u map[string]any) op.Verdict {
	return max(isCurator(u), op.Same(u["can_schedule_jobs"], true))
}

func isCurator(u map[string]any) op.Verdict {
	switch u["role"] {
	case nil, "Evaluated":
		return op.Maybe
	}
	return op.Same(u["role"], "Curator")
}

func isAmong(ids []any, id any) op.Verdict {
	best := op.No
	for _, x := range ids {
		best = max(best, op.Same(x, id))
	}
	return best
}
