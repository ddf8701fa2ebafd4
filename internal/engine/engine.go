// Package engine is what happens to a call between script and vendor: it is
// identified, recorded, allowed or planned, limited, retried and performed.
// It knows no vendor and no language.
package engine

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"runner/internal/journal"
	"runner/internal/op"
)

// A Host is the world that a run needs besides its calls. The local one is
// goroutines and the real clock.
type Host interface {
	// Now is the time of the host.
	Now() time.Time
	// Sleep waits, outside the baton, and returns early when ctx is done.
	Sleep(ctx context.Context, d time.Duration) error
	// Go starts a strand.
	Go(func())
}

// A Journal takes the records of a run; *journal.Writer is one.
type Journal interface {
	Append(journal.Record) (int64, error)
	Flush(n int64)
	Sync(n int64) error
}

// A Connection is an opened account at a vendor.
type Connection struct {
	Name    string
	Vendor  any           // what the module's operations take
	Timeout time.Duration // of a call with all its attempts
	limiter *rate.Limiter
}

// NewConnection makes a connection that keeps to the client's limit.
func NewConnection(name string, c op.Client) *Connection {
	limit := rate.Inf
	if c.Limit.PerSecond > 0 {
		limit = rate.Limit(c.Limit.PerSecond)
	}
	return &Connection{Name: name, Vendor: c.Vendor, Timeout: c.Timeout, limiter: rate.NewLimiter(limit, max(1, c.Limit.Burst))}
}

// Options are what a run needs. All fields but the functions are required.
type Options struct {
	Host    Host
	Journal Journal
	Policy  Policy
	// Secret is told every value of a secret field before it can be written
	// anywhere.
	Secret func(string)
	// Redact takes those values out of JSON.
	Redact func([]byte) []byte
	// Waiting is told of waits of more than two seconds, with their reason.
	Waiting func(why string, wait time.Duration)
}

// A Run is one execution of a script. Its branches take turns: one at a time
// holds the baton.
type Run struct {
	o      Options
	baton  baton
	policy Policy

	stop  context.Context // done when no new call may begin
	halt  context.CancelCauseFunc
	abort context.Context // done when calls in flight are given up too
	kill  context.CancelCauseFunc

	clock   time.Time     // of the last delivered event; guarded by the baton
	ahead   time.Duration // by how much sleeping put a dry run's clock forward
	counter atomic.Int64  // how often the baton changed hands
}

// New prepares a run. Its clock starts at the host's.
func New(ctx context.Context, o Options) *Run {
	if o.Secret == nil {
		o.Secret = func(string) {}
	}
	if o.Redact == nil {
		o.Redact = func(b []byte) []byte { return b }
	}
	if o.Waiting == nil {
		o.Waiting = func(string, time.Duration) {}
	}
	r := &Run{o: o, policy: o.Policy, clock: o.Host.Now()}
	r.abort, r.kill = context.WithCancelCause(ctx)
	r.stop, r.halt = context.WithCancelCause(r.abort)
	r.baton.deliver = r.deliver
	return r
}

// Do runs the root branch to its end, with the baton. It is called once.
func (r *Run) Do(root func(*Branch)) {
	defer r.kill(nil)
	s := &strand{run: r, wake: make(chan struct{}, 1)}
	r.baton.hold()
	root(newBranch(s, ""))
	r.baton.pass()
}

// Stop ends the run: no further call begins, waits end, and calls in flight
// are let come to their end. The first reason stands. A script cannot catch
// it.
func (r *Run) Stop(reason *op.Error) { r.halt(reason) }

// Abort ends the run like Stop, and gives up the calls in flight.
func (r *Run) Abort(reason *op.Error) {
	r.halt(reason)
	r.kill(reason)
}

// Stopped is the reason why the run was stopped, nil while it was not.
func (r *Run) Stopped() *op.Error {
	if r.stop.Err() == nil {
		return nil
	}
	if e, ok := context.Cause(r.stop).(*op.Error); ok {
		return e
	}
	return &op.Error{Kind: op.Cancelled, Cause: "the run was stopped"}
}

// Stopping is done when the run was stopped.
func (r *Run) Stopping() context.Context { return r.stop }

// Dry reports whether this is a dry run.
func (r *Run) Dry() bool { return r.policy == Dry }

// Turns counts how often the baton changed hands: a watchdog sees by it
// whether a branch computes without end.
func (r *Run) Turns() int64 { return r.counter.Load() }

// Idle reports whether no branch is running: all wait.
func (r *Run) Idle() bool { return r.baton.idle() }

// append writes a record while the baton is held. A journal that cannot be
// written stops the run: what happens next would not be known afterwards.
func (r *Run) append(rec journal.Record, body any) int64 {
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			r.Stop(&op.Error{Kind: op.Bug, Cause: "a record cannot be written: " + err.Error()})
			return 0
		}
		rec.B = b
	}
	rec.T = r.tick()
	n, err := r.o.Journal.Append(rec)
	if err != nil {
		r.Stop(journalFailed(err))
	}
	return n
}

// tick is the host's time, never before the last event.
func (r *Run) tick() time.Time {
	t := r.o.Host.Now()
	if t.Before(r.clock) {
		return r.clock
	}
	return t
}

func journalFailed(err error) *op.Error {
	return (&op.Error{
		Kind: op.Refused, Subject: "journal", Cause: err.Error(),
		Hint: "make room on the disk or mend it; nothing was sent after this",
	}).Wrap(err)
}
