package engine

import (
	"context"
	"fmt"
	"time"

	"runner/internal/op"
)

// This file bounds how long a step or branch may take. The rules are:
//
//   - What begins after the deadline, by the run's clock, fails at once: calls,
//     sleeps and, if their callers ask Overdue, steps and fan-outs.
//   - A sleep that would go beyond it ends at it, and fails.
//   - A call in flight is given up at it, and no attempt of it waits beyond it.
//   - Of several deadlines around, the earliest holds.
//
// The run's clock is that of the last delivered event, so what a deadline
// decides is decided in the same way when the run is replayed. Only the end of
// a call in flight is a matter of the host's clock, and that is an outcome,
// which is recorded.

// What passed while no process was there does not count.

// A deadline is when a step or branch has to be over.
type deadline struct {
	at   time.Time // by the run's clock, without the time in which no process was there
	of   string    // what it is the deadline of: step "wait"
	span time.Duration
}

// missed is the failure of what comes too late.
func (d *deadline) missed() *op.Error {
	return &op.Error{Kind: op.Timeout, Subject: d.of, Cause: fmt.Sprintf("it took longer than it may (%v s)", d.span.Seconds()), RetryAfter: -1}
}

// earlier is the deadline that comes first; either may be nil.
func earlier(a, b *deadline) *deadline {
	if a == nil || b != nil && b.at.Before(a.at) {
		return b
	}
	return a
}

// deadline is the earliest one around, nil for none.
func (b *Branch) deadline() (d *deadline) {
	for i := range b.scopes {
		d = earlier(d, b.scopes[i].deadline)
	}
	return d
}

// bound sets how long the innermost step or branch may take, from now on; 0
// is for ever.
func (b *Branch) bound(what, name string, timeout time.Duration) {
	if timeout > 0 {
		b.scope().deadline = &deadline{b.worked().Add(timeout), fmt.Sprintf("%s %q", what, name), timeout}
	}
}

// StepWithin is Step with a deadline; 0 is for ever.
func (b *Branch) StepWithin(name string, timeout time.Duration, fn func() Ended) {
	b.Step(name, func() Ended {
		b.bound("step", name, timeout)
		return fn()
	})
}

// bounded gives the branches of a fan-out their deadlines: their own, and
// those around.
func (b *Branch) bounded(f FanOut, run func(*Branch, int) (Ended, bool)) func(*Branch, int) (Ended, bool) {
	around := b.deadline()
	if around == nil && f.Timeout <= 0 {
		return run
	}
	return func(b *Branch, i int) (Ended, bool) {
		b.bound("branch", f.Name+"["+f.Keys[i]+"]", f.Timeout)
		s := b.scope()
		s.deadline = earlier(around, s.deadline)
		return run(b, i)
	}
}

// Overdue is the failure of what begins now, nil if there is time left.
func (b *Branch) Overdue() *op.Error {
	if d := b.deadline(); d != nil && !b.worked().Before(d.at) {
		return d.missed()
	}
	return nil
}

// shortened is how long a sleep of d may be, and the failure that it ends with
// if that is less.
func (b *Branch) shortened(d time.Duration) (time.Duration, *op.Error) {
	due := b.due()
	switch {
	case due == nil || !b.worked().Add(d).After(due.at):
		return d, nil
	case b.Run().Dry():
		return due.at.Sub(b.worked()), due.missed()
	}
	return max(0, due.left(b.Run().o.Host)), due.missed()
}

// A due is a deadline as the host sees it.
type due struct {
	*deadline
	until time.Time // by the host's clock
}

// due is the earliest deadline around, nil for none. The clock of a dry run is
// ahead of the host's.
func (b *Branch) due() *due {
	d := b.deadline()
	if d == nil {
		return nil
	}
	return &due{d, d.at.Add(b.Run().away - b.Run().ahead)}
}

// worked is the run's time without that in which no process was there.
func (b *Branch) worked() time.Time { return b.Now().Add(-b.Run().away) }

func (d *due) left(h Host) time.Duration { return d.until.Sub(h.Now()) }

// within ends ctx at the deadline, with its failure as the cause.
func (d *due) within(ctx context.Context, h Host) (context.Context, context.CancelFunc) {
	if d == nil {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, d.left(h), d.missed())
}

// leaves reports whether there is time for a wait, and else says so in e.
func (d *due) leaves(wait time.Duration, h Host, e *op.Error) bool {
	if d == nil || wait < d.left(h) {
		return true
	}
	e.Hint = fmt.Sprintf("the next attempt would be in %v, after the deadline of %s (%v s)", wait.Round(100*time.Millisecond), d.of, d.span.Seconds())
	return false
}

// outrun tells in e, which says that the limit leaves no room for a call that
// began then, whose deadline that is: it may come before the call's own.
func (d *due) outrun(e *op.Error, began time.Time, c *Connection) {
	if d == nil || c.Timeout > 0 && began.Add(c.Timeout).Before(d.until) {
		return
	}
	e.Subject, e.Cause = d.of, fmt.Sprintf("the limit of connection %q leaves no room in what it may take (%v s)", c.Name, d.span.Seconds())
	e.Hint = "run fewer branches at a time, or give it more time"
}
