package overlay

import (
	"maps"
	"slices"

	"runner/internal/op"
)

// This file answers lists. What a list shows is settled object by object: one
// that no planned call touches stays as the vendor answered it; one that does
// not fit any more is left out; one that fits only now comes at the end, as do
// new ones, since nobody knows the vendor's order.

// A list is what the elements of a list have in common.
type list struct {
	entity *op.Entity
	fields []string // that decide which objects it shows
	counts []string // those of them that are lists whose length decides
	fits   func(object map[string]any) op.Verdict
	id     func(item any) any
	patch  func(item any, id any, mutations []op.Mutation) (any, bool)
	show   func(id any) (any, bool)
	last   bool
}

// lay answers a list; why is not empty if it cannot be foreseen. ready is
// false if something has to be read first.
func (l *laying) lay(g list, items []any) (out []any, why string, ready bool) {
	s := l.account.shadow(g.entity)
	if s.widely(g.fields, g.counts) {
		return nil, "which " + g.entity.Name + " are in it", true
	}
	out = make([]any, 0, len(items)+len(s.created))
	seen := map[string]bool{}
	ready = true
	for _, item := range items {
		id := g.id(item)
		seen[key(id)] = true
		mutations, vaguely := s.of(id)
		if vaguely || touches(mutations, g.fields) {
			st := l.own(g.entity, id)
			if !st.ready {
				ready = false
				continue
			}
			switch min(st.there, g.fits(st.object)) {
			case op.No:
				continue
			case op.Maybe:
				return nil, "whether " + g.entity.Name + " " + label(id) + " is in it", true
			}
		} else if _, gone := applied(nil, mutations, all); gone {
			continue
		}
		item, ok := g.patch(item, id, mutations)
		ready = ready && ok
		out = append(out, item)
	}
	if !g.last {
		return out, "", ready
	}
	for _, id := range l.candidates(s, g.fields) {
		if seen[key(id)] {
			continue
		}
		seen[key(id)] = true
		st := l.own(g.entity, id)
		if !st.ready {
			ready = false
			continue
		}
		if !s.creates(id) { // one that fitted before was on an earlier page
			if b, ok := l.base(g.entity, id); !ok || b.object != nil && g.fits(b.object) == op.Yes {
				continue
			}
		}
		switch min(st.there, g.fits(st.object)) {
		case op.Maybe:
			return nil, "whether " + g.entity.Name + " " + label(id) + " is in it", true
		case op.Yes:
			item, ok := g.show(id)
			ready = ready && ok
			out = append(out, item)
		}
	}
	return out, "", ready
}

// widely reports whether a field that decides was changed on objects that
// nobody knows by their ids: then others may fit now. One whose list loses an
// element fits now only if the length of that list decides.
func (s *shadow) widely(fields, counts []string) bool {
	for _, m := range s.mutations {
		u, vague := m.ID.(op.Unknown)
		decide := fields
		switch {
		case vague && !u.New:
		case m.ID != nil:
			continue
		case m.Act == op.ActDrop:
			decide = counts
		}
		if touches([]op.Mutation{m}, decide) {
			return true
		}
	}
	return false
}

// candidates are the objects that may fit now, and did not: new ones, and
// those of which a field that decides was changed.
func (l *laying) candidates(s *shadow, fields []string) []any {
	ids := slices.Clone(s.created)
	for _, m := range s.mutations {
		if _, unknown := m.ID.(op.Unknown); m.ID != nil && !unknown && touches([]op.Mutation{m}, fields) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// many answers a read that lists objects.
func (l *laying) many() (any, bool) {
	e := l.view.Entity
	t := l.op.Out().Elem
	items, _ := op.Tree(l.read.Result).([]any)
	if l.read.Result == nil && !l.newOnly() {
		return nil, false
	}
	if !l.concerned(e) {
		if l.read.Result == nil {
			return []any{}, true
		}
		return nil, false
	}
	matches, ok := l.view.Wanted(l.args, t)
	if !ok {
		return l.unknown(""), true
	}
	var fields, counts []string
	for _, arg := range slices.Sorted(maps.Keys(matches)) {
		fields = append(fields, matches[arg].Field)
		if of, ok := e.Counts[matches[arg].Field]; ok {
			fields, counts = append(fields, of), append(counts, of)
		}
	}
	shown := l.shown(t)
	out, why, ready := l.lay(list{
		entity: e, fields: fields, counts: counts, last: l.read.Last,
		id: func(item any) any {
			object, _ := item.(map[string]any)
			return object[l.view.IDField()]
		},
		fits: func(object map[string]any) op.Verdict {
			best := op.Yes
			for arg, m := range matches {
				best = min(best, m.Fits(counted(e, object, m.Field), l.args[arg]))
			}
			return best
		},
		patch: func(item any, id any, mutations []op.Mutation) (any, bool) {
			object, _ := item.(map[string]any)
			after, _ := applied(object, mutations, shown)
			return after, l.dress(after, e, id, mutations, t, shown)
		},
		show: func(id any) (any, bool) { return l.show(e, id, t, shown) },
	}, items)
	if why != "" {
		return l.unknown(why), true
	}
	return out, ready
}

// counted is an object with a field that counts, if that is the one.
func counted(e *op.Entity, object map[string]any, field string) map[string]any {
	of, ok := e.Counts[field]
	if !ok {
		return object
	}
	with := maps.Clone(object)
	with[field] = length(object[of], e, object[e.IDField()], field)
	return with
}

// concerned reports whether a planned call touches the objects of a list, or
// those that they list themselves.
func (l *laying) concerned(e *op.Entity) bool {
	if len(l.account.shadow(e).mutations) > 0 {
		return true
	}
	for _, g := range e.Lists {
		if len(l.account.shadow(g.Entity).mutations) > 0 {
			return true
		}
	}
	return false
}

// follow settles the lists of other objects in an object. owner is the id of
// the object, nil if the lists follow from the arguments alone.
func (l *laying) follow(object map[string]any, lists map[string]op.Listing, owner any, t *op.Type, shown func(string) bool) bool {
	ready := true
	for _, f := range slices.Sorted(maps.Keys(lists)) {
		g := lists[f]
		field, ok := t.Field(f)
		if !ok || !shown(f) || g.If != nil && !g.If(l.args) || len(l.account.shadow(g.Entity).mutations) == 0 {
			continue
		}
		value := owner
		if g.Arg != "" {
			value = l.args[g.Arg]
		}
		if u, ok := object[f].(op.Unknown); ok && !u.New {
			continue
		}
		items, _ := object[f].([]any)
		elem := field.Type.Elem
		out, why, ok := l.lay(list{
			entity: g.Entity, fields: []string{g.Where.Field}, last: true,
			id:   func(item any) any { return op.Element(item, g.Entity.IDField()) },
			fits: func(object map[string]any) op.Verdict { return g.Where.Fits(object, value) },
			patch: func(item any, _ any, mutations []op.Mutation) (any, bool) {
				part, ok := item.(map[string]any)
				if !ok {
					return item, true
				}
				after, _ := applied(part, mutations, func(f string) bool { _, ok := elem.Field(f); return ok })
				return after, true
			},
			show: func(id any) (any, bool) {
				st := l.own(g.Entity, id)
				return l.project(g.Entity, id, st.object, elem, all), st.ready
			},
		}, items)
		switch {
		case why != "":
			object[f] = op.Unknown{Label: f + ": " + why}
		case len(out) > 0 || object[f] != nil:
			object[f] = out
		}
		ready = ready && ok
	}
	return ready
}
