package engine

import (
	"context"

	"runner/internal/journal"
	"runner/internal/op"
)

// A Policy says whether calls are performed.
type Policy uint8

// The policies.
const (
	Perform Policy = iota // all calls
	Dry                   // reads; the rest is planned
)

// A Gate is asked before a call that changes something begins. An error stops
// the run, and nothing is sent.
type Gate interface {
	// Pass is called with the baton held: by one branch at a time, in the order
	// of the script. Where it waits, by Read or Aside, others may come in
	// between.
	Pass(p *Passing) *op.Error
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
// stopped.
func (p *Passing) Aside(f func(ctx context.Context)) { p.branch.Aside(f) }

// Aside runs f without the baton: it may wait. ctx is done when the run was
// stopped.
func (b *Branch) Aside(f func(ctx context.Context)) {
	r := b.Run()
	r.baton.wait(b.strand, func() func() {
		f(r.stop)
		return func() {}
	})
}

// Branch is the branch that makes the call.
func (p *Passing) Branch() *Branch { return p.branch }

// Decided records what a person said about the call.
func (p *Passing) Decided(d journal.Decision) {
	p.branch.Run().append(journal.Record{Kind: journal.Decide, Key: p.Key}, d)
}

// Decided records what a person said.
func (b *Branch) Decided(d journal.Decision) {
	b.Run().append(journal.Record{Kind: journal.Decide, Key: b.Path()}, d)
}
