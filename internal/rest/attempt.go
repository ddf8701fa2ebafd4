package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"runner/internal/op"
)

// This file makes one attempt: it pays the limit, adds credentials, sets the
// time-out, reads the whole answer, and renews credentials once if they are
// refused. The loop around it is retryablehttp's.

type exchangeKey struct{}

// An exchange is a request with all its attempts.
type exchange struct {
	c      *Client
	rules  Rules
	safe   bool
	sent   atomic.Bool // a part of the current attempt may have left
	tries  int
	wait   time.Duration
	answer *Answer
	err    *op.Error
}

// check is retryablehttp's question after each attempt.
func (x *exchange) check(ctx context.Context, resp *http.Response, err error) (bool, error) {
	x.tries++
	x.answer, x.err = nil, nil
	if err != nil {
		x.err = x.failure(ctx, err)
	} else {
		x.answer = x.c.answerOf(resp)
		x.err = x.c.classify(x.answer)
	}
	if x.err == nil {
		return false, nil
	}
	x.err.Sent = x.err.Sent || x.sent.Load()
	if ctx.Err() != nil {
		return false, nil
	}
	wait, again := x.rules.After(x.err, x.safe)
	x.wait = wait
	return again, nil
}

// stopped is the error of a call that was cancelled between two attempts.
func (x *exchange) stopped(ctx context.Context, err error) *op.Error {
	e := x.failure(ctx, err)
	e.Attempts = x.tries
	return e
}

// attempts is the RoundTripper behind all clients.
type attempts struct {
	c    *Client
	next http.RoundTripper
}

func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok { // a token request: it follows the rules of the call it is for
		x = &exchange{c: a.c, rules: rulesOf(req.Context())}
		return a.send(req, x)
	}
	x.sent.Store(false)
	req = req.Clone(req.Context()) // a RoundTripper may not change its request
	ours := sameHost(req.URL, a.c.base)
	if a.c.auth != nil && ours {
		if err := a.c.auth.Authorize(req); err != nil {
			return nil, err
		}
	}
	resp, err := a.send(req, x)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || a.c.auth == nil || !ours || !a.c.auth.Renew(req) {
		return resp, err
	}
	// A refused request was not acted on, so it can be sent again.
	x.sent.Store(false)
	again := req.Clone(req.Context())
	if req.GetBody != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	if err := a.c.auth.Authorize(again); err != nil {
		return nil, err
	}
	return a.send(again, x)
}

// send makes one request and reads its answer to the end, so that the
// time-out covers the body too and the connection can be used again.
func (a *attempts) send(req *http.Request, x *exchange) (*http.Response, error) {
	if err := x.rules.Before(req.Context()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(req.Context(), a.c.timeout, errAttempt)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { x.sent.Store(true) },
	})
	resp, err := a.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		if errors.Is(context.Cause(ctx), errAttempt) {
			return nil, errAttempt
		}
		return nil, err
	}
	limit := a.c.maxAnswer
	if resp.StatusCode >= 400 {
		limit = min(limit, 1<<20) // an error needs no more
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	resp.Body.Close()
	if err != nil {
		if errors.Is(context.Cause(ctx), errAttempt) {
			return nil, errAttempt
		}
		return nil, err
	}
	if int64(len(body)) > limit {
		if resp.StatusCode < 400 {
			return nil, &tooLarge{limit}
		}
		body = body[:limit]
	}
	x.rules.Answered(resp.StatusCode, requestID(resp.Header))
	resp.Body = &whole{Reader: bytes.NewReader(body), body: body}
	return resp, nil
}

// whole is a body that was read already.
type whole struct {
	*bytes.Reader
	body []byte
}

func (*whole) Close() error { return nil }

func (c *Client) answerOf(resp *http.Response) *Answer {
	a := &Answer{Status: resp.StatusCode, Header: resp.Header, RequestID: requestID(resp.Header), Method: resp.Request.Method, URL: resp.Request.URL.Redacted()}
	if w, ok := resp.Body.(*whole); ok {
		a.Body = w.body
	}
	return a
}

// requestID is the vendor's name for a request, under the header names in use.
func requestID(h http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "Request-Id", "X-Amzn-Requestid", "X-Trace-Id"} {
		if id := h.Get(name); id != "" {
			return id
		}
	}
	return ""
}
