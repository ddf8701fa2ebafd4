package engine

import (
	"cmp"
	"encoding/json"
	"slices"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file finds out what it means for a run that its script or its params
// were changed, without sending anything. Calls that the record knows are
// answered from it, in its order. What it does not know is unknown, and a
// branch that cannot do without it ends there: what it would have asked for
// after that is not reached.

// A Rehearsal is what a changed script makes of the record of a run.
type Rehearsal struct {
	Answered int       // calls that are answered from the record
	Again    []Finding // calls that had failed, or are in doubt, and are made again or settled
	Moved    []Finding // calls that the record has in another place, and that are answered from there
	Changed  []Finding // changes that the record has with other arguments
	New      []Finding // calls that the record does not have
	Gone     []Finding // changes that the record has, and the script does not come to
	Open     int       // branches that ended at something unknown: more may follow there

	made []*made
}

// A Finding is a call of a rehearsal.
type Finding struct {
	Key, Op, Thing, At string
	Read               bool
	Was, Now           string // arguments, as JSON; or where it was
	Between            bool   // calls that are on record come after it
}

// made is a call that the record does not have, while it is not known whether
// others come after it that the record has.
type made struct {
	scope string
	*Finding
	instead *known // the call of that name on record; nil if there is none
}

// Harmless reports whether the script only goes on where the record ends.
func (x *Rehearsal) Harmless() bool {
	return len(x.Moved)+len(x.Changed)+len(x.Gone) == 0 && !slices.ContainsFunc(x.New, func(f Finding) bool { return f.Between })
}

// rehearse answers a call of a rehearsal.
func (b *Branch) rehearse(c Call, key string) (Answer, *op.Error) {
	r := b.Run()
	p, x := r.past, r.o.Rehearsal
	r.baton.turns.Add(1) // also a call that waits for nothing is one
	rec, body := r.entry(c, key)
	f := Finding{Key: key, Op: c.Op.Name, Thing: c.Op.Thing(c.Args), At: c.At, Read: c.Op.Effect == op.Read, Now: string(body.Args)}
	k := p.earlier[key]
	switch {
	case k != nil && !k.asked && k.begin.H == rec.H:
		k.asked = true
		x.follow(scopeOf(key))
		if outcome := k.told(); outcome != nil {
			x.Answered++
			return b.retold(c, key, outcome)
		}
		x.Again = append(x.Again, f)
	case p.stray(c, rec) != nil:
		k = p.stray(c, rec)
		k.asked = true
		f.Was = k.begin.Key
		x.Moved = append(x.Moved, f)
		if outcome := k.told(); outcome != nil {
			return b.retold(c, key, outcome)
		}
	case !f.Read && k != nil && !k.asked && !k.again:
		x.made = append(x.made, &made{scopeOf(key), &f, k})
	default:
		x.made = append(x.made, &made{scopeOf(key), &f, nil})
	}
	return Answer{Result: op.AppendUnknown(nil, "answer of "+c.Op.Verb()+" for "+f.Thing)}, r.Stopped()
}

// retold answers a call when it is its turn in the record.
func (b *Branch) retold(c Call, key string, k *journal.Record) (answer Answer, failed *op.Error) {
	r := b.Run()
	b.await(*k, false, func() {
		r.clock = later(r.clock, clockOf(*k))
		answer, failed = r.told(c, key, k)
	})
	return answer, failed
}

// follow takes note that the script comes to a call of the record, after those
// in the scopes around and within that the record does not have.
func (x *Rehearsal) follow(scope string) {
	for _, m := range x.made {
		if within(scope, m.scope) || within(m.scope, scope) {
			m.Between = true
		}
	}
}

// Finish completes a rehearsal whose script has come to its end. open is how
// many branches ended at something unknown.
func (x *Rehearsal) Finish(h *History, open int) {
	x.Open = open
	for _, m := range x.made {
		if k := m.instead; k != nil && !k.asked { // else the script makes that one elsewhere
			k.asked = true
			m.Was = argsOf(k.begin)
			x.Changed = append(x.Changed, *m.Finding)
			continue
		}
		x.New = append(x.New, *m.Finding)
	}
	for key, k := range h.earlier {
		if k.asked || !k.changes() || k.outcome != nil && k.outcome.Kind == journal.Fail && !k.inDoubt() {
			continue
		}
		var c journal.Call
		_ = json.Unmarshal(k.begin.B, &c) // what it was about is said as far as it is known
		x.Gone = append(x.Gone, Finding{Key: key, Op: k.begin.Op, Thing: c.Thing, At: c.At, Was: string(c.Args)})
	}
	slices.SortFunc(x.Gone, func(a, b Finding) int { return cmp.Compare(h.earlier[a.Key].first, h.earlier[b.Key].first) })
}
