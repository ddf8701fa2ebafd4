package engine

import (
	"context"
	"encoding/json"

	"runner/internal/journal"
	"runner/internal/op"
)

// A Policy says whether calls are performed.
type Policy uint8

// The policies.
const (
	Perform  Policy = iota // all calls
	Dry                    // reads; the rest is planned
	Rehearse               // none: what the record does not know is unknown
)

// A Gate is asked before a call that changes something begins. An error stops
// the run, and nothing is sent.
type Gate interface {
	// Pass is called with the baton held: by one branch at a time, in the order
	// of the script. Where it waits, by Read or Aside, others may come in
	// between.
	Pass(p *Passing) *op.Error
	// Recalled is told of a call that passed when the run was begun: it is
	// answered from the record, or settled. It is called with the baton held,
	// and does not wait.
	Recalled(p *Passing)
}

// A Passing is a call before the gate.
type Passing struct {
	Key  string
	Call Call

	branch *Branch
	reads  int
}

// Read makes a call that reads, on the same connection, and records it.
func (p *Passing) Read(o *op.Operation, args []byte) ([]byte, *op.Error) {
	p.reads++
	answer, e := p.branch.aside(p.Call, p.Key, p.reads, o, args)
	return answer.Result, e
}

// Aside runs f without the baton: it may wait. ctx is done when the run was
// stopped. What f finds out may not change what the script does: it is not on
// record. What may is for Ask.
func (b *Branch) Aside(f func(ctx context.Context)) {
	r := b.Run()
	r.baton.wait(b.strand, func() func() {
		f(r.stop)
		return func() {}
	})
}

// Ask has a person, or whatever f asks, decide about the call.
func (p *Passing) Ask(f func(ctx context.Context) journal.Decision) journal.Decision {
	return p.branch.ask(p.Key, f)
}

// Ask has a person decide. f is called without the baton: it may wait; ctx is
// done when the run was stopped. What was decided is on record, so a run that
// goes on does not ask again.
func (b *Branch) Ask(f func(ctx context.Context) journal.Decision) journal.Decision {
	return b.ask(b.Path(), f)
}

func (b *Branch) ask(key string, f func(ctx context.Context) journal.Decision) (d journal.Decision) {
	r := b.Run()
	rec := journal.Record{Kind: journal.Decide, Key: key}
	if said, exact := r.past.said(key); said != nil {
		if json.Unmarshal(said.B, &d) == nil {
			if !exact || r.past.replaying() { // otherwise it was replayed for the call, ahead of the question
				b.await(*said, exact, func() { r.recordAgain(rec, *said, exact, viaRecalled) })
			}
			return d
		}
	}
	b.outlast()
	r.baton.wait(b.strand, func() func() {
		d = f(r.stop)
		return func() {
			if r.Stopped() == nil {
				r.append(rec, d)
				r.clock = later(r.clock, r.last)
			}
		}
	})
	return d
}

// Branch is the branch that makes the call.
func (p *Passing) Branch() *Branch { return p.branch }

// A Latch keeps calls waiting before the gate until it is opened. The zero
// value is closed. It is used with the baton held.
type Latch struct {
	open    bool
	waiting []*strand
}

// Wait returns when the latch was opened. Others go on meanwhile.
func (l *Latch) Wait(p *Passing) {
	if l.open {
		return
	}
	s := p.branch.strand
	l.waiting = append(l.waiting, s)
	s.run.baton.park(s)
}

// Open lets all go on that wait, in the order in which they came. It may be
// called again.
func (l *Latch) Open(r *Run) {
	l.open = true
	for _, s := range l.waiting {
		r.baton.makeReady(s)
	}
	l.waiting = nil
}
