// Package overlay lays the effects of planned calls over the later reads of
// the same dry run: what a planned call creates is there, what it changes is
// changed, what it removes is gone. It works on what operations declare about
// themselves, and knows no vendor.
package overlay

import (
	"fmt"
	"maps"
	"slices"

	"runner/internal/op"
)

// This file keeps what the planned calls do to each object. An answer is never
// changed in place: an object as a later read shows it is the one that the
// vendor answered, with the mutations applied in order.

// An Overlay is what the planned calls of a dry run have done so far. Its
// methods are called by one goroutine at a time.
type Overlay struct {
	accounts map[string]*account
	labels   map[string]int // of new ids: each gets one of its own
}

// New is an overlay without effects.
func New() *Overlay {
	return &Overlay{accounts: map[string]*account{}, labels: map[string]int{}}
}

// An account is what was done by one connection: others see other objects.
type account struct {
	entities map[*op.Entity]*shadow
	changed  bool
}

// A shadow is what is known of the objects of one type.
type shadow struct {
	mutations []op.Mutation
	byID      map[string][]int // which of them are of an object, by its key
	wide      []int            // which are of all objects, or of one that nobody knows
	created   []any            // ids, in order
	isCreated map[string]bool  // by key
	base      map[string]base  // as the vendor answered them last, by key
}

type base struct {
	object map[string]any // nil if it could not be read
	gone   bool           // the vendor has none of that id
}

func (o *Overlay) account(conn string) *account {
	a, ok := o.accounts[conn]
	if !ok {
		a = &account{entities: map[*op.Entity]*shadow{}}
		o.accounts[conn] = a
	}
	return a
}

func (a *account) shadow(e *op.Entity) *shadow {
	s, ok := a.entities[e]
	if !ok {
		s = &shadow{byID: map[string][]int{}, isCreated: map[string]bool{}, base: map[string]base{}}
		a.entities[e] = s
	}
	return s
}

// key is an id as text. Ids that are the same have the same key, whether a
// vendor answers them as numbers or as texts.
func key(id any) string {
	if s, ok := id.(string); ok {
		return s
	}
	return string(op.AppendTree(nil, id))
}

// commit takes over what a planned call does.
func (a *account) commit(mutations []op.Mutation) {
	for _, m := range mutations {
		s := a.shadow(m.Entity)
		if n := len(s.mutations); m.ID == nil || isVague(m.ID) {
			s.wide = append(s.wide, n)
		} else {
			s.byID[key(m.ID)] = append(s.byID[key(m.ID)], n)
		}
		s.mutations = append(s.mutations, m)
		if m.Act == op.ActCreate {
			s.created = append(s.created, m.ID)
			s.isCreated[key(m.ID)] = true
		}
		a.changed = true
	}
}

// of are the mutations of an object; vaguely is true if one of them is of an
// object that nobody knows, so perhaps of this one.
func (s *shadow) of(id any) (list []op.Mutation, vaguely bool) {
	which := s.wide
	switch own := s.byID[key(id)]; {
	case isVague(id): // it may be any of them
		which = nil
		for i := range s.mutations {
			which = append(which, i)
		}
	case len(which) == 0:
		which = own
	case len(own) > 0:
		which = slices.Sorted(slices.Values(slices.Concat(which, own)))
	}
	for _, i := range which {
		m := s.mutations[i]
		if m.ID != nil && (isVague(m.ID) || isVague(id)) {
			vaguely = true
			m = blurred(m)
		}
		list = append(list, m)
	}
	return list, vaguely
}

// isVague reports whether nobody knows which object an id is of.
func isVague(id any) bool {
	u, ok := id.(op.Unknown)
	return ok && !u.New
}

// blurred is what a mutation comes to that may be of another object.
func blurred(m op.Mutation) op.Mutation {
	m.Elem = ""
	switch m.Act {
	case op.ActSet, op.ActPut, op.ActDrop, op.ActEdit:
		m.Act, m.Value = op.ActSet, op.Unknown{Label: fmt.Sprintf("%s of %s that may be <%s>", m.Field, m.Entity.Name, label(m.ID))}
	case op.ActRemove, op.ActCreate:
		m.Act = op.ActHide
	}
	return m
}

func label(v any) string {
	if u, ok := v.(op.Unknown); ok {
		return u.Label
	}
	if s, ok := v.(string); ok {
		return s
	}
	return key(v)
}

// applied is an object after mutations, of which it keeps to the fields that
// are shown. gone is true if one of them removes it.
func applied(object map[string]any, mutations []op.Mutation, shown func(field string) bool) (after map[string]any, gone bool) {
	after = make(map[string]any, len(object))
	for k, v := range object {
		after[k] = v
	}
	for _, m := range mutations {
		switch m.Act {
		case op.ActCreate:
			gone = false
			for k, v := range m.Fields {
				after[k] = v
			}
		case op.ActRemove:
			gone = true
		case op.ActSet, op.ActPut, op.ActDrop, op.ActEdit:
			if !shown(m.Field) {
				continue
			}
			if v := set(after[m.Field], m); v == nil {
				delete(after, m.Field)
			} else {
				after[m.Field] = v
			}
		}
	}
	return after, gone
}

// set is a field after a mutation.
func set(v any, m op.Mutation) any {
	if m.Act == op.ActSet {
		return m.Value
	}
	if _, ok := v.(op.Unknown); ok {
		return v
	}
	list, _ := v.([]any)
	want := m.Value
	if m.Act == op.ActPut {
		want = op.Element(m.Value, m.Elem)
	}
	out := make([]any, 0, len(list)+1)
	found := op.No
	for _, x := range list {
		same := op.Same(op.Element(x, m.Elem), want)
		found = max(found, same)
		if m.Act == op.ActEdit {
			out = append(out, edited(x, same, m))
			continue
		}
		if m.Act == op.ActPut || same == op.No {
			out = append(out, x)
		}
	}
	switch {
	case found == op.Maybe:
		return op.Unknown{Label: m.Field + " of " + m.Entity.Name + " " + label(m.ID)}
	case m.Act == op.ActPut && found == op.No:
		return append(out, m.Value)
	case v == nil:
		return nil
	}
	return out
}

// edited is an element of a list with the fields that it gets.
func edited(x any, same op.Verdict, m op.Mutation) any {
	object, ok := x.(map[string]any)
	if !ok || same != op.Yes {
		return x
	}
	after := maps.Clone(object)
	for f, v := range m.Fields {
		if v == nil {
			delete(after, f)
		} else {
			after[f] = v
		}
	}
	return after
}

// touches reports whether one of the mutations changes one of the fields.
func touches(mutations []op.Mutation, fields []string) bool {
	for _, m := range mutations {
		for _, f := range fields {
			if m.Field == f && (m.Act == op.ActSet || m.Act == op.ActPut || m.Act == op.ActDrop) {
				return true
			}
		}
	}
	return false
}

func all(string) bool { return true }
