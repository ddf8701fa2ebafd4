package engine

import (
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// A Branch is a line of execution of a run, with its place in it. Its methods
// may only be called by the code that it runs, with the baton.
type Branch struct {
	strand *strand
	scopes []scope // the innermost last
}

func newBranch(s *strand, path string) *Branch {
	return &Branch{strand: s, scopes: []scope{{path: path}}}
}

func (b *Branch) scope() *scope { return &b.scopes[len(b.scopes)-1] }

// Path is the chain of steps and branch keys that the branch is in:
// "/offboard/each[ada@example.com]"; "" at the top.
func (b *Branch) Path() string { return b.scope().path }

// Run is the run that the branch belongs to.
func (b *Branch) Run() *Run { return b.strand.run }

// Step runs fn as a named part of the script. What fn returns says how the
// step ended.
func (b *Branch) Step(name string, fn func() Ended) {
	path := b.scope().step(name)
	r := b.Run()
	r.append(journal.Record{Kind: journal.Step, Key: path}, journal.StepEvent{Event: "start"})
	b.scopes = append(b.scopes, scope{path: path})
	depth := len(b.scopes)
	end := fn()
	b.scopes = b.scopes[:depth-1]
	r.append(journal.Record{Kind: journal.Step, Key: path}, end.event(false))
}

// An Ended is how a step or branch ended.
type Ended struct {
	Status string // of journal
	Reason string
	Call   string // of a failure: the call that failed
}

func (e Ended) event(branch bool) journal.StepEvent {
	return journal.StepEvent{Event: "end", Branch: branch, Status: e.Status, Reason: e.Reason, Call: e.Call}
}

// Close is called when the script has come to its end. The error says why the
// run did not.
func (b *Branch) Close() *op.Error {
	r := b.Run()
	if r.past.replaying() && r.Stopped() == nil {
		r.stalled()
	}
	return r.Stopped()
}

// Now is the run's time: that of the last delivered event, as the journal has
// it, so that a script reads the same time when its run is replayed.
func (b *Branch) Now() time.Time {
	r := b.Run()
	return r.clock.Add(r.ahead)
}

// Sleep waits without the baton. A dry run puts its clock forward instead. A
// sleep that was cut short is not recorded: it is not over.
func (b *Branch) Sleep(d time.Duration) *op.Error {
	r := b.Run()
	if e := r.Stopped(); e != nil {
		return e
	}
	if e := b.Overdue(); e != nil {
		return e
	}
	d, late := b.shortened(d)
	key := b.scope().key("sleep")
	rec := journal.Record{Kind: journal.Timer, Key: key}
	if r.policy == Dry {
		r.ahead += max(0, d)
		return late
	}
	if over, exact := r.past.over(key); over != nil {
		b.await(*over, exact, func() { r.recordAgain(rec, *over, exact, viaRecalled) })
		if e := r.Stopped(); e != nil {
			return e
		}
		return late
	}
	if r.policy == Rehearse { // beyond the record it takes no time
		r.ahead += max(0, d)
		return late
	}
	if r.past != nil && late == nil { // what of it has passed since it began counts
		d = min(d, r.clock.Add(d).Sub(r.o.Host.Now())) // the clock may have been put back meanwhile
	}
	r.baton.wait(b.strand, func() func() {
		cut := r.o.Host.Sleep(r.stop, d) // the reason of an early end is the run's
		return func() {
			if cut == nil {
				r.append(rec, nil)
				r.clock = later(r.clock, r.last)
			}
		}
	})
	if e := r.Stopped(); e != nil {
		return e
	}
	return late
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Opened records where a connection leads that the script opened.
func (r *Run) Opened(o journal.Opened) {
	r.append(journal.Record{Kind: journal.Account, Key: o.Connection}, o)
}

// Note records a line of the log or a printed text.
func (b *Branch) Note(level, text, at string) {
	b.Run().append(journal.Record{Kind: journal.Note, Key: b.Path()}, journal.Line{Level: level, Text: text, At: at})
}

// Still tells what the branch waits for, and since when.
func (b *Branch) Still(what string, since time.Duration) { b.Run().o.Still(what, since) }

// Output records a result of the script: any JSON.
func (b *Branch) Output(name string, value []byte) {
	b.Run().append(journal.Record{Kind: journal.Output, Key: b.Path()}, journal.Result{Name: name, Value: value})
}

// OpenPoint records where a dry run needs an unknown to go on.
func (b *Branch) OpenPoint(at, label, why string) {
	b.Run().append(journal.Record{Kind: journal.Point, Key: b.Path()}, journal.OpenPoint{At: at, Label: label, Why: why})
}
