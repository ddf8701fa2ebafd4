package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"runner/internal/op"
)

// This file is what is known of a call while it is tried: whether it may have
// reached the vendor, and what the loop should do after an attempt.
//
//   - Sent means that the call may have landed. It stays true once an attempt
//     got no clear answer, also if a later attempt could not be sent.
//   - A DELETE that is tried again after such an attempt, also by a run that
//     is resumed, and finds nothing, is done: the first one landed.

type exchangeKey struct{}

// An exchange is a request with all its attempts.
type exchange struct {
	c       *Client
	rules   Rules
	method  string
	host    string
	safe    bool
	loop    retryablehttp.Client
	sent    atomic.Bool // a part of the current attempt may have left
	unclear bool        // an attempt may have left and got no clear answer
	waiting bool        // the loop is about to wait for the next attempt
	tries   int
	wait    time.Duration
	answer  *Answer
	err     *op.Error
}

// check is retryablehttp's question after each attempt.
func (x *exchange) check(ctx context.Context, resp *http.Response, err error) (bool, error) {
	x.tries++
	x.answer, x.err, x.waiting = nil, nil, false
	if err != nil {
		x.err = x.failure(ctx, err)
		if resp != nil { // a redirect that is not followed
			x.err.Status, x.err.RequestID = resp.StatusCode, requestID(resp.Header)
		}
	} else {
		x.answer = answerOf(resp)
		x.err = x.c.classify(x.answer)
	}
	if x.err == nil {
		return false, nil
	}
	if (x.unclear || repeats(ctx)) && x.method == http.MethodDelete && x.answer != nil && x.err.Kind == op.NotFound {
		x.answer.Repeated, x.err = true, nil
		return false, nil
	}
	x.err.Acts = !x.safe
	x.unclear = x.unclear || x.err.Sent && (x.err.Kind == op.Unavailable || x.err.Kind == op.Timeout)
	x.err.Sent = x.err.Sent || x.unclear
	if ctx.Err() != nil {
		return false, nil
	}
	if _, ok := errors.AsType[*unsent](err); ok {
		return false, nil
	}
	x.wait, x.waiting = x.rules.After(x.err, x.safe)
	return x.waiting, nil
}

// backoff is retryablehttp's question before each wait.
func (x *exchange) backoff(time.Duration, time.Duration, int, *http.Response) time.Duration {
	return x.wait
}

// stopped is the error of a call that was stopped between two attempts. An
// attempt that the vendor answered clearly did not land, so it does not count
// as sent.
func (x *exchange) stopped(ctx context.Context, err error) *op.Error {
	last := x.err.Cause
	x.sent.Store(x.unclear)
	e := x.failure(ctx, err)
	if e.Kind == op.Timeout && last != "" {
		e.Cause += fmt.Sprintf("; %d attempts, the last: %s", x.tries, last)
	}
	e.Attempts = x.tries
	return e
}

// trace notes in x whether a part of req may have left. Until there is a
// connection nothing can have. The transport asks for a second one by itself
// if nothing could be written on the first; or if a request broke that it
// holds to be repeatable, and then the first may have left.
func (x *exchange) trace(req *http.Request) *httptrace.ClientTrace {
	t := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { x.sent.Store(true) }}
	if !repeatable(req) {
		t.GetConn = func(string) { x.sent.Store(false) }
	}
	return t
}

// repeatable is net/http's own rule for requests that it sends again.
func repeatable(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	_, plain := req.Header["Idempotency-Key"]
	_, x := req.Header["X-Idempotency-Key"]
	return plain || x
}
