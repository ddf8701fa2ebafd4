package rest

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"runner/internal/op"
)

// Tokens are bearer tokens that end, and are asked for when one is needed: one
// at a time, and once more when one is refused.
type Tokens struct {
	fetch func(context.Context) (token string, keep time.Duration, err error)
	asked atomic.Int64 // fetches that have ended

	lock    chan struct{} // a lock that can be given up waiting for; it guards what follows
	token   string
	old     *time.Timer // has fired when the token is to be renewed
	refusal *op.Error   // how the last fetch failed
}

// NewTokens makes tokens that fetch gets: it answers a token, and after what
// time to ask for the next. It is not called twice at the same time.
func NewTokens(fetch func(context.Context) (token string, keep time.Duration, err error)) *Tokens {
	return &Tokens{fetch: fetch, lock: make(chan struct{}, 1)}
}

// Authorize adds the token, and fetches one if need be.
func (t *Tokens) Authorize(r *http.Request) error {
	token, err := t.current(r.Context())
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// Renew drops the refused token, unless another request has done so already.
func (t *Tokens) Renew(refused *http.Request) bool {
	if t.acquire(refused.Context()) != nil {
		return false
	}
	defer t.release()
	if refused.Header.Get("Authorization") == "Bearer "+t.token {
		t.token = ""
	}
	return true
}

func (t *Tokens) acquire(ctx context.Context) error {
	select {
	case t.lock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *Tokens) release() { <-t.lock }

func (t *Tokens) current(ctx context.Context) (string, error) {
	asked := t.asked.Load()
	if err := t.acquire(ctx); err != nil {
		return "", err
	}
	defer t.release()
	if t.token != "" && !t.isOld() {
		return t.token, nil
	}
	if t.refusal != nil && t.asked.Load() != asked {
		// Refused while this call waited, so it holds for this call too: a wrong
		// password in fifty branches must not be fifty failed sign-ins.
		return "", t.refusal
	}
	token, keep, err := t.fetch(ctx)
	t.refusal = nil
	if err != nil {
		return "", t.failed(ctx, err)
	}
	t.asked.Add(1)
	t.token, t.old = token, time.NewTimer(keep)
	return token, nil
}

// isOld looks at the timer. Once it has fired there is a new token or none.
func (t *Tokens) isOld() bool {
	select {
	case <-t.old.C:
		t.token = ""
		return true
	default:
		return false
	}
}

// failed is an error of the request for a token. The call itself was not sent.
func (t *Tokens) failed(ctx context.Context, err error) error {
	ours, ok := errors.AsType[*op.Error](err)
	if !ok || ctx.Err() != nil {
		return err
	}
	e := *ours
	e.Cause = "no access token: " + e.Cause
	switch e.Kind {
	case op.Unauthenticated, op.Garbled:
		t.refusal = &e
		t.asked.Add(1)
	}
	return &e
}
