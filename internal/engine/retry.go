package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"runner/internal/op"
)

// This file decides whether a failed request is sent again. The rules are:
//
//   - limited: always; the vendor did not act. The connection's other requests
//     wait too (limit.go).
//   - unavailable, timeout: if it did not leave, or the request only reads,
//     or the operation is Idempotent or Keyed.
//   - anything else: never; nor what trying again does not change, like a
//     host name that there is none of.
//
// There are at most maxAttempts attempts, and none after the call's deadline.
// What the vendor says about when to come back stands above our schedule;
// "now" does so once, since clocks differ.
//
// Between two attempts, and while it stands in the queue of the limit, a
// request is not under way, so a stop ends the wait. The exception is a write
// of several requests, one of which was answered: it is let come to its end.

const (
	maxAttempts = 5
	firstWait   = 500 * time.Millisecond
	longestWait = 30 * time.Second
	announced   = 2 * time.Second
)

// attempts are the rules of one call, as rest asks for them. The requests of
// a call come one after the other.
type attempts struct {
	run    *Run
	call   Call
	key    string // the call's
	began  time.Time
	cancel context.CancelCauseFunc // ends the call's context

	failed   int  // attempts of the current request
	again    bool // the next attempt is of the same request
	left     bool // an attempt that may act left, and got no clear answer
	answered bool // the last that was heard is a success
	midway   bool // a write that had a success already
	out      bool // some request was let out

	paid time.Time // when the current request was let out

	requestID string // the vendor's name for what it answered last, "" if it gave none

	mu      sync.Mutex  // guards what follows; giveUp comes from elsewhere
	kept    bool        // a stop kept a request from being sent
	waiting bool        // nothing is under way: a stop may end the call
	release func() bool // ends what listens for a stop
}

// Before pays the limit of the connection.
func (a *attempts) Before(ctx context.Context) error {
	if a.answered { // then this is another request
		a.failed, a.left, a.answered = 0, false, false
		a.midway = a.call.Op.Effect != op.Read
	}
	if !a.again {
		a.failed = 0
	}
	stop := a.run.stop.Done()
	if a.midway {
		stop = a.run.abort.Done()
	}
	e := a.call.Connection.pay(ctx, stop, a.run.o.Waiting)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = false // from here on a stop does not end it
	select {
	case <-stop:
		a.kept = true
		return unsent(a.run.Stopped())
	default:
	}
	if e != nil {
		a.call.due.outrun(e, a.began, a.call.Connection)
		return e
	}
	a.out, a.paid = true, time.Now()
	return nil
}

// After decides about another attempt. That the vendor refused one because of
// a limit concerns everybody on the connection.
func (a *attempts) After(e *op.Error, safe bool) (time.Duration, bool) {
	if e.Kind == op.Limited {
		a.call.Connection.Quota.Limited(a.paid, e.RetryAfter)
	}
	a.failed++
	a.again, a.answered = false, false
	if e.Sent && e.Acts && unclear(e.Kind) {
		a.left = true
	}
	if !mayRepeat(a.call.Op, e, safe) || a.failed >= maxAttempts {
		return 0, false
	}
	wait, asked := e.RetryAfter, true
	// "At once" is obeyed the first time; a server that goes on saying so, or
	// names a date that is over by our clock, would be asked five times at once.
	if wait < 0 || wait == 0 && a.failed > 1 {
		wait, asked = backoff(a.failed), false
	}
	if deadline := a.call.Connection.Timeout; deadline > 0 {
		if left := deadline - a.run.o.Host.Now().Sub(a.began); wait >= left {
			e.Hint = fmt.Sprintf("the next attempt would be in %v, after the call's deadline (call_timeout, %v); run it again later", wait.Round(100*time.Millisecond), deadline)
			return 0, false
		}
	}
	if !a.call.due.leaves(wait, a.run.o.Host, e) || !a.mayWait() {
		return 0, false
	}
	if wait > announced && (!asked || a.call.Connection.news(time.Now().Add(wait), true)) {
		why := fmt.Sprintf("%s: %s", a.call.Op.Name, e.Cause)
		if asked {
			why = "the server asked for " + inSeconds(wait)
		}
		a.run.o.Waiting(fmt.Sprintf("%s; retry %d of %d", why, a.failed, maxAttempts-1), wait)
	}
	a.again = true
	return wait, true
}

// mayWait sees to it that a stop ends the wait that follows. Either it is
// seen here, or it sees that the call is waiting.
func (a *attempts) mayWait() bool {
	if a.midway {
		return a.run.abort.Err() == nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.run.stop.Err() != nil {
		return false
	}
	a.waiting = true
	if a.release == nil {
		a.release = context.AfterFunc(a.run.stop, a.giveUp)
	}
	return true
}

// giveUp ends a call that waits for its next attempt. It holds the lock while
// it does: a request that was let out meanwhile must not be cut off.
func (a *attempts) giveUp() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting {
		a.kept = true
		a.cancel(a.run.Stopped())
	}
}

// end is called when the call has ended, and tells whether a stop kept a
// request of it from being sent.
func (a *attempts) end() (kept bool) {
	if a.release != nil {
		a.release()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = false
	return a.kept
}

// Answered takes note of an answer, of its name and of what it says of the
// limit. One to a request for a token comes before that to the request it is
// for, so the last one counts.
func (a *attempts) Answered(status int, requestID string, said op.Quota) {
	a.answered = status >= 200 && status < 300
	a.requestID = requestID
	a.call.Connection.Quota.Heard(said)
}

func mayRepeat(o *op.Operation, e *op.Error, safe bool) bool {
	if e.Final {
		return false
	}
	switch e.Kind {
	case op.Limited:
		return true
	case op.Unavailable, op.Timeout:
		return !e.Sent || safe || o.Effect == op.Read || o.Idempotency != op.Once
	}
	return false
}

// backoff is a random wait that may grow with each failure (full jitter).
func backoff(failures int) time.Duration {
	most := min(longestWait, firstWait<<(failures-1))
	return time.Duration(rand.Int64N(int64(most))) //nolint:gosec // a schedule is no secret
}
