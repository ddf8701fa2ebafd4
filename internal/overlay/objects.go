package overlay

import (
	"fmt"
	"slices"

	"runner/internal/op"
)

// This file knows objects in full: what the vendor has, read when it is asked
// for, and what the planned calls make of it.

// A Need is an object that has to be read before a question can be answered.
type Need struct {
	Get  *op.Operation
	Args []byte

	entity *op.Entity
	id     any
}

// same reports whether two needs are one read.
func (n Need) same(m Need) bool { return n.Get == m.Get && string(n.Args) == string(m.Args) }

// Know takes the answer to a need: nil if there is no such object, or, with
// unreadable, none can be had.
func (o *Overlay) Know(conn string, n Need, answer []byte, unreadable bool) {
	s := o.account(conn).shadow(n.entity)
	if n.Get.Out().Form != op.List {
		object, _ := op.Tree(answer).(map[string]any)
		s.base[key(n.id)] = base{object, object == nil && !unreadable}
		return
	}
	s.base[key(n.id)] = base{gone: !unreadable}
	items, _ := op.Tree(answer).([]any)
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			s.base[key(object[n.entity.IDField()])] = base{object: object}
		}
	}
}

// A question is one read or planned call, and what it turns out to need.
type question struct {
	account *account
	op      *op.Operation // any of the module: it knows its siblings
	needs   []Need
}

// base is an object as the vendor has it. ok is false if it has to be read
// first; object is nil if it cannot be.
func (q *question) base(e *op.Entity, id any) (b base, ok bool) {
	s := q.account.shadow(e)
	if b, ok := s.base[key(id)]; ok {
		return b, true
	}
	if _, unknown := id.(op.Unknown); unknown {
		return base{}, true
	}
	get, ok := q.op.Sibling(e.Get)
	if !ok {
		return base{}, true
	}
	args := map[string]any{}
	if get.Out().Form != op.List {
		args[e.Argument()] = id
	}
	n := Need{get, op.AppendTree(nil, args), e, id}
	if !slices.ContainsFunc(q.needs, n.same) {
		q.needs = append(q.needs, n)
	}
	return base{}, false
}

// A state is how an object stands after the planned calls.
type state struct {
	object map[string]any
	there  op.Verdict
	ready  bool // false if something has to be read first
	known  bool // false if the object could not be read: its fields are unknown
}

// own is an object with what was done to itself.
func (q *question) own(e *op.Entity, id any) state {
	s := q.account.shadow(e)
	mutations, vaguely := s.of(id)
	var object map[string]any
	known := true
	there := op.Yes
	if !s.creates(id) {
		b, ok := q.base(e, id)
		if !ok {
			return state{}
		}
		if object = b.object; b.gone {
			there = op.No
		} else if object == nil {
			object, known = q.vague(e, id), false
		}
	}
	after, gone := applied(object, mutations, all)
	switch {
	case gone:
		there = op.No
	case vaguely && there == op.Yes && slices.ContainsFunc(s.mutations, func(m op.Mutation) bool {
		return m.Act == op.ActRemove && m.ID != nil && op.Same(m.ID, id) == op.Maybe
	}):
		there = op.Maybe
	}
	return state{after, there, true, known}
}

func (s *shadow) creates(id any) bool { return s.isCreated[key(id)] }

// vague is an object of which nothing is known.
func (q *question) vague(e *op.Entity, id any) map[string]any {
	object := map[string]any{}
	for _, f := range q.op.FieldsOf(e) {
		object[f] = op.Unknown{Label: fmt.Sprintf("%s of %s %s", f, e.Name, label(id))}
	}
	object[e.IDField()] = id
	return object
}

// full is an object with what was done to it and to those that it lists.
func (q *question) full(e *op.Entity, id any) state {
	st := q.own(e, id)
	if !st.ready || st.there == op.No {
		return st
	}
	t := q.op.ShapeOf(e)
	if t == nil {
		return st
	}
	l := &laying{question: q, args: op.Args{e.Argument(): id}}
	mutations, _ := q.account.shadow(e).of(id)
	ready := l.follow(st.object, e.Lists, id, t, all) && l.noise(st.object, e, id, mutations, all) && l.counts(st.object, e, id, mutations, all)
	st.ready = ready && len(q.needs) == 0
	return st
}
