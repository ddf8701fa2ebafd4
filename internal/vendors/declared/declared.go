// Package declared checks what the operations of a vendor declare of
// themselves: dry runs, plans and retries go by nothing else. It needs no
// server.
package declared

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
)

// A Suite is a module, and what has to be known of its vendor that it does not
// say. All but the module can be left out. Exceptions are reasons, by the verb
// or by "verb.argument"; one that is not needed is an error.
type Suite struct {
	Module *op.Module
	// Unmatched are arguments of lists that select by what cannot be foreseen:
	// once something relevant was planned, the answer is unknown.
	Unmatched map[string]string
	// Idle are arguments that change nothing by their value; a verb stands for
	// all its arguments.
	Idle map[string]string
	// Unprobed are the verbs of calls that must not be sent twice, and of which
	// nothing tells whether they landed: in doubt, a person decides.
	Unprobed map[string]string
	// Unread are the names of entities that no read answers, and of which calls
	// name single objects nevertheless.
	Unread map[string]string
	// Now is an object as it is before a call. If nil, all are there, and no more
	// is known of them than their ids.
	Now func(entity *op.Entity, id any) (map[string]any, bool)
}

// Check runs the suite.
func (s Suite) Check(t *testing.T) {
	t.Run("effects", s.effects)
	t.Run("examples", s.examples)
	t.Run("probes", s.probes)
	t.Run("views", s.views)
	t.Run("arguments", s.arguments)
	t.Run("fields", s.fields)
}

// A dry run knows what reads will show only if each operation says what it
// shows and changes.
func (s Suite) effects(t *testing.T) {
	for _, o := range s.Module.Operations {
		switch {
		case o.Effect == op.Read && o.Shows == nil:
			t.Errorf("%s is a read without Shows", o.Name)
		case o.Effect == op.Read && len(o.Changes) > 0:
			t.Errorf("%s is a read with Changes", o.Name)
		case o.Effect == op.Read && o.Idempotency != op.Idempotent:
			t.Errorf("%s is a read that may not be repeated", o.Name)
		case o.Effect != op.Read && len(o.Changes) == 0:
			t.Errorf("%s is no read and has no Changes", o.Name)
		case o.Effect != op.Read && o.Shows != nil && o.Shows.Entity == nil:
			t.Errorf("%s is no read and shows no object", o.Name)
		}
	}
}

func (s Suite) examples(t *testing.T) {
	for _, o := range s.Module.Operations {
		if !strings.Contains(o.Example, o.Name) {
			t.Errorf("%s has no example of itself: %q", o.Name, o.Example)
		}
	}
}

// A call that may not be sent again can be looked up.
func (s Suite) probes(t *testing.T) {
	left := copied(s.Unprobed)
	for _, o := range s.Module.Operations {
		_, probed := o.CanProbe()
		once := o.Effect != op.Read && o.Idempotency == op.Once
		switch excused := left.take(o.Verb()); {
		case once && !probed && !excused:
			t.Errorf("%s may not be repeated and cannot be looked up", o.Name)
		case excused && (probed || !once):
			t.Errorf("%s is excused without need", o.Name)
		case probed && !once:
			t.Errorf("%s has a probe that nobody asks", o.Name)
		}
	}
	left.check(t)
}

// What reads show has to be there: fields, ids, and what arguments select by.
func (s Suite) views(t *testing.T) {
	left := copied(s.Unmatched)
	for _, o := range s.Module.Operations {
		v := o.Shows
		if v == nil {
			continue
		}
		shape := o.Out()
		if shape.Form == op.List {
			shape = shape.Elem
		}
		if v.By != "" && !isField(o.In(), v.By) {
			t.Errorf("%s shows the object that %q names, which is no argument", o.Name, v.By)
		}
		if v.Entity != nil && o.ShapeOf(v.Entity) == nil {
			t.Errorf("%s shows a %s, which no read answers", o.Name, v.Entity.Name)
			continue
		}
		if v.Entity != nil && !isField(shape, v.IDField()) {
			t.Errorf("%s shows a %s without its id: %q is no field", o.Name, v.Entity.Name, v.IDField())
		}
		if v.Fields != nil {
			for _, f := range v.Fields(op.Args{}) {
				if !isField(shape, f) {
					t.Errorf("%s shows %q, which is no field of the answer", o.Name, f)
				}
			}
		}
		for arg, m := range v.Filters {
			_, counts := v.Entity.Counts[m.Field]
			if !isField(o.In(), arg) || !isField(o.ShapeOf(v.Entity), m.Field) && !counts {
				t.Errorf("%s compares %q with %q; one does not exist", o.Name, arg, m.Field)
			}
		}
		if !v.Many {
			continue
		}
		for _, arg := range o.In().Names() {
			_, filters := v.Filters[arg]
			known := filters || isField(shape, arg) || slices.Contains(v.Free, arg)
			place := o.Verb() + "." + arg
			if excused := left.take(place); excused == known {
				t.Errorf("%s: known how it selects: %t, excused: %t", place, known, excused)
			}
		}
	}
	left.check(t)
}

// An argument that nothing of a plan depends on would make the call look as if
// all were already as wanted. What a call creates is new at any rate, and of
// what it hides about an object nobody can tell.
func (s Suite) arguments(t *testing.T) {
	left := copied(s.Idle)
	for _, o := range s.Module.Operations {
		if o.Effect == op.Read {
			continue
		}
		required, all := Required(o), sampled(o, 1)
		base := s.planned(o, required)
		if strings.Contains(base, " creates ") || strings.Contains(strings.ReplaceAll(base, " all hides ", ""), " hides ") {
			continue
		}
		if base == "" && (!strings.HasPrefix(o.Verb(), "update_") || s.planned(o, all) == "") {
			t.Errorf("%s plans no change", o.Name)
		}
		excused, needed := left.take(o.Verb()), false
		for i := range o.In().Fields {
			f := &o.In().Fields[i]
			differs := false
			for _, args := range []op.Args{required, all} {
				other := maps.Clone(args)
				other[f.Name] = sample(f, 2)
				differs = differs || s.planned(o, other) != s.planned(o, args)
			}
			needed = needed || !differs
			place := o.Verb() + "." + f.Name
			if idle := left.take(place); !excused && idle == differs {
				t.Errorf("%s: its value matters: %t, excused: %t; planned is\n%s", place, differs, idle, base)
			}
		}
		if excused && !needed {
			t.Errorf("%s is excused without need", o.Name)
		}
	}
	left.check(t)
}

// Mutations of fields that no read answers would be lost.
func (s Suite) fields(t *testing.T) {
	unread := map[string]bool{}
	for _, o := range s.Module.Operations {
		args := sampled(o, 2)
		for _, m := range slices.Concat(s.plan(o, args), Suite{Now: nowhere}.plan(o, args)) {
			shape, entity := o.ShapeOf(m.Entity), m.Entity.Name
			if shape == nil {
				unread[entity] = unread[entity] || m.ID != nil
				if _, excused := s.Unread[entity]; m.Act != op.ActHide || m.ID != nil && !excused {
					t.Errorf("%s changes %s, which no read answers", o.Name, entity)
				}
				continue
			}
			if m.Field != "" && !isField(shape, m.Field) && !s.isListed(m.Entity, m.Field) {
				t.Errorf("%s changes %q of %s, which is no field", o.Name, m.Field, entity)
			}
			if from := m.Entity.Lists[m.Field].Entity; m.Act != op.ActHide && from != nil {
				t.Errorf("%s changes %q of %s, which follows from %s", o.Name, m.Field, entity, from.Name)
			}
		}
	}
	for entity := range s.Unread {
		if !unread[entity] {
			t.Errorf("%s is excused without need", entity)
		}
	}
}

// isListed reports whether a list shows a field that the object itself does not.
func (s Suite) isListed(entity *op.Entity, field string) bool {
	return slices.ContainsFunc(s.Module.Operations, func(o *op.Operation) bool {
		return o.Shows != nil && o.Shows.Many && o.Shows.Entity == entity && isField(o.Out().Elem, field)
	})
}

func isField(shape *op.Type, name string) bool { _, ok := shape.Field(name); return ok }

// A list of exceptions, of which those that were needed are taken away.
type exceptions map[string]string

func copied(list map[string]string) exceptions { return maps.Clone(list) }

func (e exceptions) take(place string) (excused bool) {
	_, excused = e[place]
	delete(e, place)
	return excused
}

// check reports what is left.
func (e exceptions) check(t *testing.T) {
	if len(e) > 0 {
		t.Errorf("excused, but nothing there is called so: %v", e)
	}
}
