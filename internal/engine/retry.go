package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"runner/internal/op"
)

// This file decides whether a failed call is sent again. The rules are:
//
//   - limited: always; the vendor did not act.
//   - unavailable, timeout: if it did not leave, or the request only reads,
//     or the operation is Idempotent or Keyed.
//   - anything else: never.
//
// There are at most maxAttempts attempts, and none after the call's deadline.
// What the vendor says about when to come back stands above our schedule.

const (
	maxAttempts = 5
	firstWait   = 500 * time.Millisecond
	longestWait = 30 * time.Second
	announced   = 2 * time.Second
)

// attempts are the rules of one call, as rest asks for them.
type attempts struct {
	run     *Run
	call    Call
	began   time.Time
	failed  int
	left    bool        // an attempt that may act left, and got no clear answer
	waiting atomic.Bool // nothing is in flight: the call may be given up
}

// Before pays the limit of the connection.
func (a *attempts) Before(ctx context.Context) error {
	a.waiting.Store(true)
	defer a.waiting.Store(false)
	if e := a.run.Stopped(); e != nil {
		return unsent(e)
	}
	limiter := a.call.Connection.limiter
	if limiter.Tokens() >= 1 && limiter.Allow() {
		return nil
	}
	if err := limiter.Wait(ctx); err != nil {
		if e := a.run.Stopped(); e != nil {
			return unsent(e)
		}
		return &op.Error{Kind: op.Timeout, Cause: fmt.Sprintf("the limit of connection %q left no room before the call's deadline", a.call.Connection.Name), RetryAfter: -1}
	}
	return nil
}

// unsent is a copy of the reason of a stop, for a call that it kept from
// being sent.
func unsent(e *op.Error) *op.Error {
	c := *e
	c.Sent = false
	return &c
}

// After decides about another attempt.
func (a *attempts) After(e *op.Error, safe bool) (time.Duration, bool) {
	a.failed++
	if e.Sent && e.Acts && unclear(e.Kind) {
		a.left = true
	}
	if a.run.Stopped() != nil || !mayRepeat(a.call.Op, e, safe) || a.failed >= maxAttempts {
		return 0, false
	}
	wait := e.RetryAfter
	why := "the server asks to wait"
	if wait < 0 {
		wait = backoff(a.failed)
		why = fmt.Sprintf("%s: %s", a.call.Op.Name, e.Cause)
	}
	if deadline := a.call.Connection.Timeout; deadline > 0 {
		if left := deadline - a.run.o.Host.Now().Sub(a.began); wait > left {
			e.Hint = fmt.Sprintf("the next attempt would be in %v, after the call's deadline (call_timeout, %v); run it again later", wait.Round(time.Second), deadline)
			return 0, false
		}
	}
	if wait > announced {
		a.run.o.Waiting(fmt.Sprintf("%s; attempt %d of %d", why, a.failed+1, maxAttempts), wait)
	}
	a.waiting.Store(true)
	return wait, true
}

// Answered takes note of an answer.
func (a *attempts) Answered(int, string) {}

func mayRepeat(o *op.Operation, e *op.Error, safe bool) bool {
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
