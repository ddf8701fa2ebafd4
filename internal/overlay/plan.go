package overlay

import (
	"fmt"
	"maps"
	"slices"

	"runner/internal/op"
)

// This file plans calls that change something.

// A Plan is what a planned call will answer, and do.
type Plan struct {
	Answer    []byte
	Targets   []Target
	Unchanged bool // everything is already as wanted
	Missing   *op.Entity
	Needs     []Need // then nothing else counts: read these, and ask again
}

// A Target is an object that a planned call touches, or goes by.
type Target struct {
	Entity *op.Entity
	ID     any
	Get    *op.Operation // the read that tells it; nil if there is none
	Args   []byte
	Before map[string]any // nil if it could not be read, or the call creates it
	After  map[string]any // nil if the call removes it, or it could not be read
	Noise  int            // fields left out, because they change by themselves

	Created, Removed bool

	looked bool // the call only goes by it
}

// Plan says what a call will do, and has later reads see it.
func (o *Overlay) Plan(conn string, w *op.Operation, args []byte) Plan {
	a := o.account(conn)
	q := &question{account: a, op: w}
	given := op.ArgsOf(args)
	label := w.Thing(args)
	if n := o.labels[label] + 1; n > 1 {
		label += fmt.Sprintf(" #%d", n)
	}
	isNew := op.Unknown{Label: "id of " + label, New: true}
	var looked []Target
	mutations := w.Planning(given, isNew, func(e *op.Entity, id any) (map[string]any, bool) {
		st := q.full(e, id)
		if !st.ready || st.there != op.Yes || !st.known {
			return nil, false
		}
		if !slices.ContainsFunc(looked, func(t Target) bool { return t.Entity == e && op.Same(t.ID, id) == op.Yes }) {
			t := q.target(e, id, st.object, st.object)
			t.looked = true
			looked = append(looked, t)
		}
		return st.object, true
	})
	targets, missing := q.before(mutations)
	if len(q.needs) > 0 {
		return Plan{Needs: q.needs}
	}
	if missing != nil {
		return Plan{Missing: missing}
	}
	beside := q.beside(mutations)
	a.commit(mutations)
	for _, m := range mutations {
		if m.Act == op.ActCreate {
			o.labels[w.Thing(args)]++
			break
		}
	}
	p := Plan{Targets: q.after(append(looked, targets...))}
	p.Unchanged = len(w.Changes) > 0 && unchanged(p.Targets, mutations)
	p.Targets = append(p.Targets, beside...)
	p.Answer = q.answer(w, args, given, isNew)
	return p
}

func (q *question) target(e *op.Entity, id any, before, after map[string]any) Target {
	t := Target{Entity: e, ID: id, Before: before, After: after, Noise: len(q.op.Noise(e))}
	if get, ok := q.op.Sibling(e.Get); ok {
		t.Get, t.Args = get, []byte("{}")
		if get.Out().Form != op.List {
			t.Args = op.AppendTree(nil, map[string]any{e.Argument(): id})
		}
	}
	return t
}

// before reads the objects that mutations touch, as they are now. missing is
// the first that there is none of.
func (q *question) before(mutations []op.Mutation) (targets []Target, missing *op.Entity) {
	for _, m := range op.Touched(mutations) {
		t := q.target(m.Entity, m.ID, nil, nil)
		t.Created = m.Act == op.ActCreate
		if !t.Created {
			st := q.full(m.Entity, m.ID)
			switch {
			case !st.ready:
			case st.there == op.No && missing == nil:
				missing = m.Entity
			case st.known:
				t.Before = maps.Clone(st.object)
			}
		}
		targets = append(targets, t)
	}
	return targets, missing
}

// beside are the objects, of those that were read, that a mutation of all
// objects changes. The call does not go by them, so nothing depends on how
// they are.
func (q *question) beside(mutations []op.Mutation) (targets []Target) {
	for _, m := range mutations {
		if m.ID != nil {
			continue
		}
		known := q.account.shadow(m.Entity).base
		for _, k := range slices.Sorted(maps.Keys(known)) {
			id, ok := known[k].object[m.Entity.IDField()]
			if !ok {
				continue
			}
			st := q.own(m.Entity, id)
			after, _ := applied(st.object, []op.Mutation{m}, all)
			if _, vague := after[m.Field].(op.Unknown); vague || !st.ready || st.there != op.Yes {
				continue
			}
			t := Target{Entity: m.Entity, ID: id, Before: st.object, After: after}
			if q.quieten(&t); len(t.Differences()) > 0 {
				targets = append(targets, t)
			}
		}
	}
	return targets
}

// after completes targets once the call is planned.
func (q *question) after(targets []Target) []Target {
	for i := range targets {
		t := &targets[i]
		if t.looked {
			continue
		}
		switch st := q.full(t.Entity, t.ID); {
		case !st.ready:
		case st.there == op.No:
			t.Removed = true
		case st.known || t.Created:
			t.After = st.object
		}
	}
	for i := range targets {
		q.quieten(&targets[i])
	}
	q.needs = nil // what cannot be told without another read is not shown
	return targets
}

// quieten leaves out what changes by itself.
func (q *question) quieten(t *Target) {
	shape := q.op.ShapeOf(t.Entity)
	if shape == nil {
		return
	}
	if t.Before != nil {
		t.Before = shape.Quiet(t.Before).(map[string]any)
	}
	if t.After != nil {
		t.After = shape.Quiet(t.After).(map[string]any)
	}
}

// unchanged reports whether every object is already as the call makes it.
func unchanged(targets []Target, mutations []op.Mutation) bool {
	for _, m := range mutations {
		switch {
		case m.ID == nil, m.Act == op.ActCreate, m.Act == op.ActRemove, m.Act == op.ActHide:
			return false
		}
	}
	for _, t := range targets {
		if t.Before == nil || t.After == nil || len(t.Differences()) > 0 {
			return false
		}
	}
	return true
}

// Differences are the fields that the call changes, in order, without noise.
// One that is created or removed has none.
func (t Target) Differences() []string {
	var fields []string
	if t.Before == nil || t.After == nil {
		return nil
	}
	for f, v := range t.After {
		if op.Same(t.Before[f], v) != op.Yes && key(t.Before[f]) != key(v) {
			fields = append(fields, f)
		}
	}
	for f, v := range t.Before {
		if _, ok := t.After[f]; !ok && v != nil {
			fields = append(fields, f)
		}
	}
	slices.Sort(fields)
	return fields
}

// answer is what the planned call will answer.
func (q *question) answer(w *op.Operation, args []byte, given op.Args, isNew op.Unknown) []byte {
	view := w.Shows
	if view == nil || view.Entity == nil || view.Many || w.Out().Form != op.Object {
		return w.Planned(args)
	}
	id := any(isNew)
	if view.By != "" {
		id = given[view.By]
	} else if s := q.account.shadow(view.Entity); len(s.created) > 0 {
		id = s.created[len(s.created)-1]
	}
	l := &laying{question: q, view: view, args: given}
	v, ok := l.show(view.Entity, id, w.Out(), l.shown(w.Out()))
	if !ok {
		return w.Planned(args)
	}
	return op.AppendTree(nil, v)
}
