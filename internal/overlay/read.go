package overlay

import (
	"fmt"

	"runner/internal/op"
)

// This file answers reads.

// An Answer is what a dry run makes of a read.
type Answer struct {
	Result  []byte
	Changed bool   // it is not what the vendor answered
	Gone    bool   // a planned call removed the object
	Needs   []Need // then nothing else counts: read these, and ask again
}

// A Read is a read, and what the vendor answered to it.
type Read struct {
	Op     *op.Operation
	Args   []byte
	Result []byte // nil if it could not be asked, or said that there is no such object
	Last   bool   // whole answer, or the last page
}

// Read answers a read through the effects of the calls planned so far.
func (o *Overlay) Read(conn string, r Read) Answer {
	a := o.account(conn)
	view := r.Op.Shows
	if view != nil && r.Result != nil {
		a.remember(view, r)
	}
	if !a.changed || view == nil {
		return Answer{Result: r.Result}
	}
	l := &laying{question: &question{account: a, op: r.Op}, view: view, args: op.ArgsOf(r.Args), read: r}
	v, ok := l.answer()
	switch {
	case len(l.needs) > 0:
		return Answer{Needs: l.needs}
	case l.gone:
		return Answer{Gone: true, Changed: true}
	case !ok:
		return Answer{Result: r.Result}
	}
	return Answer{Result: op.AppendTree(nil, v), Changed: true}
}

// Blind reports whether the answer to a read depends on what was planned in a
// way that nobody worked out. It need not be sent then: nothing is known of
// the answer.
func (o *Overlay) Blind(conn string, r *op.Operation) bool {
	a, view := o.account(conn), r.Shows
	if view == nil {
		return false
	}
	if view.Any {
		return a.changed
	}
	for _, e := range view.Blind {
		if s, ok := a.entities[e]; ok && len(s.mutations) > 0 {
			return true
		}
	}
	return false
}

// Orphaned reports whether a planned call removed the object that a read is
// within: then the vendor would not answer it.
func (o *Overlay) Orphaned(conn string, r *op.Operation, args []byte) bool {
	a, view := o.account(conn), r.Shows
	if view == nil || view.Within == nil || !a.changed {
		return false
	}
	id, ok := op.ArgsOf(args)[view.Parent]
	if !ok {
		return false
	}
	mutations, _ := a.shadow(view.Within).of(id)
	_, gone := applied(nil, mutations, all)
	return gone
}

// remember keeps objects as they were read last.
func (a *account) remember(v *op.View, r Read) {
	if v.Entity == nil || v.Many || v.Field != "" || v.Entity.Get != r.Op.Verb() {
		return
	}
	if object, ok := op.Tree(r.Result).(map[string]any); ok {
		id, ok := object[v.Entity.IDField()]
		if !ok {
			id = op.ArgsOf(r.Args)[v.By]
		}
		a.shadow(v.Entity).base[key(id)] = base{object: object}
	}
}

// A laying is one answer in the making.
type laying struct {
	*question
	view *op.View
	args op.Args
	read Read
	gone bool
}

// answer is what the read will answer; ok is false if it is what the vendor
// answered. With needs neither counts.
func (l *laying) answer() (v any, ok bool) {
	switch view := l.view; {
	case l.adrift():
		return l.unknown("whether the " + view.Within.Name + " is still there"), true
	case view.Many:
		return l.many()
	case view.Entity != nil:
		return l.one()
	case len(view.Lists) > 0:
		object, _ := op.Tree(l.read.Result).(map[string]any)
		if object == nil {
			if !l.newOnly() {
				return nil, false
			}
			object = map[string]any{}
			for f := range view.Lists {
				object[f] = []any{}
			}
		}
		return object, l.follow(object, view.Lists, nil, l.op.Out(), all)
	}
	return nil, false
}

// adrift reports whether the object that a read is within may be gone: a
// planned call removed one that nobody knows.
func (l *laying) adrift() bool {
	if l.view.Within == nil {
		return false
	}
	id := l.args[l.view.Parent]
	_, vaguely := l.account.shadow(l.view.Within).of(id)
	return vaguely && l.own(l.view.Within, id).there == op.Maybe
}

// unknown stands for the whole answer.
func (l *laying) unknown(why string) op.Unknown {
	about := l.op.Thing(l.read.Args)
	if why != "" {
		why = ": " + why
	}
	return op.Unknown{Label: "answer of " + l.op.Verb() + " for " + about + why}
}

// newOnly reports whether all that is unknown in the arguments are ids of
// objects that planned calls create: nothing that there is has to do with them.
func (l *laying) newOnly() bool {
	found := false
	for _, v := range l.args {
		u, ok := v.(op.Unknown)
		if ok && !u.New || !ok && op.HasUnknown(op.AppendTree(nil, v)) {
			return false
		}
		found = found || ok
	}
	return found
}

func (l *laying) shown(t *op.Type) func(string) bool {
	var only map[string]bool
	if l.view != nil && l.view.Fields != nil {
		if list := l.view.Fields(l.args); list != nil {
			only = map[string]bool{}
			for _, f := range list {
				only[f] = true
			}
		}
	}
	return func(f string) bool {
		if only != nil && !only[f] {
			return false
		}
		_, ok := t.Field(f)
		return ok
	}
}

func (l *laying) one() (any, bool) {
	e, s := l.view.Entity, l.account.shadow(l.view.Entity)
	t := l.op.Out()
	shown := l.shown(t)
	object, _ := op.Tree(l.read.Result).(map[string]any)
	if object == nil { // not there, or not there yet
		id, ok := l.find()
		if !ok {
			return nil, false
		}
		if l.gone && l.view.Lingers {
			l.gone = false
			return l.unknown("whether it is still answered"), true
		}
		return l.show(e, id, t, shown)
	}
	id, ok := object[l.view.IDField()]
	if !ok {
		id = l.args[l.view.By]
	}
	mutations, vaguely := s.of(id)
	if vaguely {
		st := l.own(e, id)
		if !st.ready {
			return nil, false
		}
		if st.there == op.Maybe {
			return l.unknown("whether it is still there"), true
		}
	}
	if l.view.Field != "" && touches(mutations, []string{l.view.Field}) {
		switch l.named(id) {
		case op.No:
			l.gone = true
			return nil, true
		case op.Maybe:
			return l.unknown("whether it is still called so"), true
		}
	}
	after, gone := applied(object, mutations, shown)
	if gone && l.view.Lingers {
		return l.unknown("whether it is still answered"), true
	}
	if gone {
		l.gone = true
		return nil, true
	}
	if !l.dress(after, e, id, mutations, t, shown) {
		return nil, false
	}
	if len(mutations) == 0 && op.Same(object, after) == op.Yes {
		return nil, false
	}
	return after, true
}

// find looks for an object that a planned call creates, or gives the name that
// is asked for.
func (l *laying) find() (id any, ok bool) {
	var fields []string
	if l.view.Field != "" {
		fields = append(fields, l.view.Field)
	}
	for _, id := range l.candidates(l.account.shadow(l.view.Entity), fields) {
		st := l.own(l.view.Entity, id)
		if st.ready && l.named(id) == op.Yes {
			if st.there == op.No {
				l.gone = true
			}
			return id, true
		}
	}
	return nil, false
}

// named reports whether an object is the one that the read asks for.
func (l *laying) named(id any) op.Verdict {
	field := l.view.Field
	if field == "" {
		field = l.view.Entity.IDField()
	}
	return op.Same(l.own(l.view.Entity, id).object[field], l.args[l.view.By])
}

// show is an object in the shape of an answer, from all that is known of it.
func (l *laying) show(e *op.Entity, id any, t *op.Type, shown func(string) bool) (any, bool) {
	if l.gone {
		return nil, true
	}
	st := l.full(e, id)
	if !st.ready {
		return nil, false
	}
	return l.project(e, id, st.object, t, shown), true
}

// project gives an object the shape of an answer.
func (l *laying) project(e *op.Entity, id any, object map[string]any, t *op.Type, shown func(string) bool) any {
	if t.Form != op.Object {
		return id
	}
	out := map[string]any{}
	own := map[string]bool{}
	for _, f := range l.op.FieldsOf(e) {
		own[f] = true
	}
	for i := range t.Fields {
		f := t.Fields[i].Name
		switch counted, counts := e.Counts[f]; {
		case !shown(f):
			if t.Fields[i].Type.Always() {
				out[f] = []any{}
			}
		case f == e.IDField() || l.view != nil && l.view.Entity == e && f == l.view.IDField():
			out[f] = id
		case counts:
			out[f] = length(object[counted], e, id, f)
		case own[f]:
			if v, ok := object[f]; ok {
				out[f] = v
			}
		default:
			out[f] = op.Unknown{Label: fmt.Sprintf("%s of %s %s", f, e.Name, label(id))}
		}
	}
	if t.Open {
		for f, v := range object {
			if _, known := t.Field(f); !known && !own[f] {
				out[f] = v // the vendor answers more than we know
			}
		}
	}
	return out
}

// dress completes an object that was changed: what follows from other objects,
// what is counted, and what changes with every change.
func (l *laying) dress(object map[string]any, e *op.Entity, id any, mutations []op.Mutation, t *op.Type, shown func(string) bool) bool {
	return l.follow(object, e.Lists, id, t, shown) && l.counts(object, e, id, mutations, shown) && l.noise(object, e, id, mutations, shown)
}

// noise makes unknown what changes with every change.
func (l *laying) noise(object map[string]any, e *op.Entity, id any, mutations []op.Mutation, shown func(string) bool) bool {
	changed := false
	for _, m := range mutations {
		if m.Act == op.ActCreate {
			return true
		}
		changed = changed || m.ID != nil
	}
	if changed {
		for f := range l.op.Noise(e) {
			if shown(f) {
				object[f] = op.Unknown{Label: fmt.Sprintf("%s of %s %s", f, e.Name, label(id))}
			}
		}
	}
	return true
}

// counts counts anew what has changed.
func (l *laying) counts(object map[string]any, e *op.Entity, id any, mutations []op.Mutation, shown func(string) bool) bool {
	for count, counted := range e.Counts {
		if !shown(count) || !touches(mutations, []string{counted}) && !l.listed(e, counted) {
			continue
		}
		if _, ok := object[count]; !ok {
			continue
		}
		st := l.full(e, id)
		if !st.ready {
			return false
		}
		object[count] = length(st.object[counted], e, id, count)
	}
	return true
}

// listed reports whether a field follows from objects that were changed.
func (l *laying) listed(e *op.Entity, field string) bool {
	g, ok := e.Lists[field]
	return ok && len(l.account.shadow(g.Entity).mutations) > 0
}

func length(v any, e *op.Entity, id any, field string) any {
	if list, ok := v.([]any); ok {
		return op.Tree(fmt.Append(nil, len(list)))
	}
	if v == nil {
		return op.Tree([]byte("0"))
	}
	return op.Unknown{Label: fmt.Sprintf("%s of %s %s", field, e.Name, label(id))}
}
