// Package engine is what happens to a call between script and vendor: it is
// identified, recorded, allowed or planned, limited, retried and performed.
// It knows no vendor and no language.
package engine

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/overlay"
)

// A Host is the world that a run needs besides its calls. The local one is
// goroutines and the real clock.
type Host interface {
	// Now is the time of the host.
	Now() time.Time
	// Sleep waits, outside the baton. When ctx is done it returns early, with
	// an error.
	Sleep(ctx context.Context, d time.Duration) error
	// Go starts a strand.
	Go(func())
}

// A Journal takes the records of a run; *journal.Writer is one.
type Journal interface {
	// Append takes a record, which gets the number n. It is called with the
	// baton held, so one call at a time. An error stops the run.
	Append(journal.Record) (n int64, err error)
	// Flush asks for record n to be on disk soon; called with the baton held.
	Flush(n int64)
	// Sync returns nil when record n is on disk. It is called from any
	// goroutine, without the baton. An error stops the run.
	Sync(n int64) error
}

// Options are what a run needs. All fields but the functions are required.
type Options struct {
	Run     string // id of the run: idempotency keys are made from it
	Host    Host
	Journal Journal
	Policy  Policy
	// Gate is asked before anything is changed; nil lets everything pass. A dry
	// run changes nothing.
	Gate Gate
	// Began is when the script's clock starts; the host's time if zero. History
	// brings its own.
	Began time.Time
	// History is what is known of a run that goes on; nil if it is a new one.
	History *History
	// Rehearsal takes what a rehearsal finds out; required for one.
	Rehearsal *Rehearsal
	// Replayed is told the outcomes of calls that are replayed; the journal has
	// them. It may be nil.
	Replayed func(journal.Record)
	// Blobs keeps results that are too large for a record; nil if nothing does,
	// and then they are lost.
	Blobs Blobs
	// Seal closes a result that holds secrets, so that only its owner can open it
	// again; nil if it is not to be kept. Seal is called without the baton.
	Seal func(result []byte) (string, error)
	Open func(sealed string) ([]byte, *op.Error)
	// Lost is what stands for a secret that the record did not keep. A call that
	// would send it is refused.
	Lost string
	// Secret is told every value of a secret field before it can be written
	// anywhere.
	Secret func(string)
	// Redact takes those values out of JSON.
	Redact func([]byte) []byte
	// Waiting is told of waits of more than two seconds before a call is sent
	// again, with their reason. It is called from any goroutine.
	Waiting func(why string, wait time.Duration)
	// Still is told what a script waits for, and since when, every now and then.
	// It is no part of the record.
	Still func(what string, since time.Duration)
}

// Blobs keep what is too large for a record.
type Blobs interface {
	// Put returns when a body is safely on disk, with its name. It is called
	// from any goroutine.
	Put(body []byte) (name string, err error)
	// Get is the body of a name, as it was put.
	Get(name string) ([]byte, error)
}

// A Run is one execution of a script. Its branches take turns: one at a time
// holds the baton.
type Run struct {
	o      Options
	baton  baton
	policy Policy

	overlay *overlay.Overlay // of a dry run
	past    *past            // of a run that goes on

	sealing    sync.Once // whether results can be sealed was tried
	unsealable error

	stop  context.Context // done when no new call may begin
	halt  context.CancelCauseFunc
	abort context.Context // done when calls in flight are given up too
	kill  context.CancelCauseFunc

	// Guarded by the baton.
	last  time.Time     // of the last record
	clock time.Time     // of the last delivered event
	ahead time.Duration // by how much sleeping put a dry run's clock forward
	away  time.Duration // how long no process was there, up to the last record
}

// errEnded is why the contexts of a run are done that came to its end.
var errEnded = errors.New("the run has ended")

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
	if o.Still == nil {
		o.Still = func(string, time.Duration) {}
	}
	r := &Run{o: o, policy: o.Policy}
	if o.Policy == Dry {
		r.overlay = overlay.New()
	}
	if r.clock = o.Began; r.clock.IsZero() {
		r.clock = r.tick()
	}
	r.clock = r.clock.Round(0).UTC()
	if h := o.History; h != nil {
		r.past = newPast(h, r.o.Host.Now())
		r.clock, r.last = h.began, h.last
		if !r.past.replaying() {
			r.away = h.away(unranked)
		}
		r.baton.follow(r.past.replaying(), r.stalled)
	}
	r.abort, r.kill = context.WithCancelCause(ctx)
	r.stop, r.halt = context.WithCancelCause(r.abort)
	return r
}

// Do runs the root branch to its end, with the baton. It is called once.
func (r *Run) Do(root func(*Branch)) {
	defer r.kill(errEnded)
	r.baton.hold()
	root(newBranch(newStrand(r), ""))
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
	cause := context.Cause(r.stop)
	if e, ok := cause.(*op.Error); ok && e != nil {
		return e
	}
	if cause == errEnded {
		return nil
	}
	return &op.Error{Kind: op.Cancelled, Cause: "the run was stopped", RetryAfter: -1}
}

// Stopping is done when the run was stopped.
func (r *Run) Stopping() context.Context { return r.stop }

// Dry reports whether nothing is changed: this is a dry run, or a rehearsal.
func (r *Run) Dry() bool { return r.policy != Perform }

// Rehearsing reports whether this is the rehearsal of a run that was made, or
// is to be made, without being a dry run.
func (r *Run) Rehearsing() bool { return r.policy == Rehearse }

// Turns counts how often the baton changed hands: a watchdog sees by it
// whether a branch computes without end.
func (r *Run) Turns() int64 { return r.baton.turns.Load() }

// Idle reports whether no branch is running: all wait.
func (r *Run) Idle() bool { return r.baton.idle() }

// append writes a record while the baton is held: only then is the order of
// the records that of the script. A journal that cannot be written stops the
// run: what happens next would not be known afterwards. The number is then 0.
func (r *Run) append(rec journal.Record, body any) int64 {
	_, isCall := body.(*journal.Call)
	replaying := r.past.replaying()
	if body != nil && !(replaying && isCall) { // the record has it
		b, err := json.Marshal(body)
		if err != nil {
			r.Stop(&op.Error{Kind: op.Bug, Cause: "a record cannot be written: " + err.Error(), RetryAfter: -1})
			return 0
		}
		rec.B = b
	}
	if replaying {
		if have := r.replay(rec, body); have != nil {
			return have.N
		}
		return 0
	}
	rec.T = r.tick()
	n, err := r.o.Journal.Append(rec)
	if err != nil {
		r.Stop(journalFailed(err))
		return 0
	}
	return n
}

// tick is the time of the next record: the host's, never before that of the
// last one. It is what a reader of the journal will see, to the nanosecond.
func (r *Run) tick() time.Time {
	if t := r.o.Host.Now().Round(0).UTC(); t.After(r.last) {
		r.last = t
	}
	return r.last
}

func journalFailed(err error) *op.Error {
	return (&op.Error{
		Kind: op.Refused, Subject: "journal", Cause: err.Error(), RetryAfter: -1,
		Hint: "make room on the disk or mend it; nothing was sent after this",
	}).Wrap(err)
}
