package engine

import (
	"encoding/json"
	"strconv"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/overlay"
)

// This file makes the calls of a dry run: reads are sent, and answered as if
// what was planned before them had been done; the rest is planned.

// foresee makes or plans a call.
func (b *Branch) foresee(c Call, key string) (Answer, *op.Error) {
	b.Run().baton.turns.Add(1) // also a call that waits for nothing is one
	if c.Op.Effect == op.Read {
		return b.see(c, key)
	}
	r, reads := b.Run(), 0
	for {
		p := r.overlay.Plan(c.Connection.Name, c.Op, c.Args)
		if len(p.Needs) > 0 {
			if e := b.fetch(c, key, &reads, p.Needs); e != nil {
				return Answer{}, e
			}
			continue
		}
		if p.Missing != nil {
			e := &op.Error{Kind: op.NotFound, Cause: "there is no such " + p.Missing.Name, RetryAfter: -1}
			return Answer{}, c.named(e)
		}
		rec, body := r.entry(c, key)
		rec.Kind, rec.Via = journal.Planned, "planned"
		body.Answer, body.Thing = elide(p.Answer), c.Op.Thing(c.Args)
		body.Unchanged = p.Unchanged
		for _, t := range p.Targets {
			body.Targets = append(body.Targets, targetOf(t))
		}
		r.append(rec, body)
		return Answer{Result: p.Answer}, r.Stopped()
	}
}

// see makes a read. One that asks by something unknown is not sent, and its
// answer is unknown unless it asks for what a planned call creates.
func (b *Branch) see(c Call, key string) (Answer, *op.Error) {
	r, reads := b.Run(), 0
	if r.overlay.Orphaned(c.Connection.Name, c.Op, c.Args) {
		return Answer{}, c.removed()
	}
	read := overlay.Read{Op: c.Op, Args: c.Args, Last: true}
	var answer Answer
	var failed *op.Error
	blind := r.overlay.Blind(c.Connection.Name, c.Op)
	sent := !blind && !op.HasUnknown(c.Args)
	if sent {
		if answer, failed = b.send(c, key); failed == nil {
			read.Result, read.Last = answer.Result, answer.Next == ""
		} else if failed.Kind != op.NotFound || r.Stopped() != nil {
			return answer, failed
		}
	}
	for {
		var laid overlay.Answer
		if !blind {
			laid = r.overlay.Read(c.Connection.Name, read)
		}
		if len(laid.Needs) > 0 {
			if e := b.fetch(c, key, &reads, laid.Needs); e != nil {
				return Answer{}, e
			}
			continue
		}
		switch {
		case laid.Gone:
			return Answer{}, c.removed()
		case laid.Result != nil:
			answer.Result = laid.Result
		case sent:
			return answer, failed
		default:
			answer.Result = op.AppendUnknown(nil, "answer of "+c.Op.Verb()+" for "+c.Op.Thing(c.Args))
		}
		if !sent {
			rec, body := r.entry(c, key)
			rec.Kind, rec.Via = journal.Planned, "planned"
			body.Answer, body.Thing = elide(answer.Result), c.Op.Thing(c.Args)
			r.append(rec, body)
		}
		return answer, r.Stopped()
	}
}

// removed is the failure of a read that comes too late.
func (c Call) removed() *op.Error {
	return c.named(&op.Error{Kind: op.NotFound, Cause: "a planned call has removed it", RetryAfter: -1})
}

// fetch reads what the overlay has to know. An object that may not be read is
// one of which nothing is known.
func (b *Branch) fetch(c Call, key string, reads *int, needs []overlay.Need) *op.Error {
	r := b.Run()
	for _, n := range needs {
		*reads++
		answer, e := b.aside(c, key, *reads, n.Get, n.Args)
		switch {
		case e == nil || e.Kind == op.NotFound:
			r.overlay.Know(c.Connection.Name, n, answer.Result, false)
		case e.Kind == op.Denied || e.Kind == op.Unsupported || e.Kind == op.Invalid:
			r.overlay.Know(c.Connection.Name, n, nil, true)
		default:
			return e
		}
		if e := r.Stopped(); e != nil {
			return unsent(e)
		}
	}
	return nil
}

// aside makes a read that the script did not ask for, on behalf of a call: its
// name is that of the call, with a number.
func (b *Branch) aside(c Call, key string, n int, o *op.Operation, args []byte) (Answer, *op.Error) {
	return b.send(Call{Op: o, Connection: c.Connection, Args: args, At: c.At}, key+"~"+strconv.Itoa(n))
}

// targetOf is an object that a planned call touches, as the journal has it.
func targetOf(t overlay.Target) journal.Target {
	jt := journal.Target{Object: t.Entity.Name, ID: op.AppendTree(nil, t.ID), Args: t.Args}
	if t.Get != nil {
		jt.Get = t.Get.Name
		if t.Get.Out().Form == op.List {
			jt.In = t.Entity.IDField()
		}
	}
	switch {
	case t.Created:
		jt.Change = journal.Created
	case t.Removed:
		jt.Change = journal.Removed
	}
	for _, f := range t.Differences() {
		jt.Fields = append(jt.Fields, fieldChange(f, t.Before[f], t.After[f]))
	}
	if t.Before != nil && t.Get != nil {
		jt.Before = map[string]json.RawMessage{}
		for f, v := range t.Before {
			jt.Before[f] = overlay.Fingerprint(v)
		}
	}
	jt.Noise = t.Noise
	return jt
}

func fieldChange(field string, from, to any) journal.FieldChange {
	gets, loses, ok := overlay.Lists(from, to)
	if !ok {
		return journal.FieldChange{Field: field, From: op.AppendTree(nil, from), To: op.AppendTree(nil, to)}
	}
	c := journal.FieldChange{Field: field}
	for _, v := range gets {
		c.Gets = append(c.Gets, op.AppendTree(nil, v))
	}
	for _, v := range loses {
		c.Loses = append(c.Loses, op.AppendTree(nil, v))
	}
	return c
}
