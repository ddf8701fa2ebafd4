package engine

import (
	"context"

	"runner/internal/journal"
	"runner/internal/op"
)

// Wait waits for something outside the run without the baton, if it is not
// ready at once. That it is over is an event of the run, like the end of a
// sleep: other branches may have gone on meanwhile, so the place where this one
// goes on is in the journal. ctx is done when the run was stopped; f returns
// then.
func (b *Branch) Wait(name string, ready func() bool, f func(ctx context.Context)) *op.Error {
	r := b.Run()
	if e := r.Stopped(); e != nil {
		return e
	}
	key := b.scope().key(name)
	rec := journal.Record{Kind: journal.Timer, Key: key}
	if over, exact := r.past.over(key); over != nil {
		b.await(*over, exact, func() { r.recordAgain(rec, *over, exact, viaRecalled) })
		if e := r.Stopped(); e != nil {
			return e
		}
	}
	if ready() {
		return nil
	}
	r.baton.wait(b.strand, func() func() {
		f(r.stop)
		return func() {
			if r.Stopped() == nil {
				r.append(rec, nil)
				r.clock = later(r.clock, r.last)
			}
		}
	})
	return r.Stopped()
}
