package atscale

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"runner/internal/op"
)

// tokens are the credentials of a connection, shared by its doors. A token is
// renewed five minutes before it ends (or when nine tenths of a shorter life
// are over), and once when it is refused.
type tokens struct {
	fetch func(context.Context) (string, error)
	asked atomic.Int64 // requests for tokens that have ended

	lock    chan struct{} // a lock that can be given up waiting for; it guards what follows
	token   string
	old     *time.Timer // has fired when the token is to be renewed
	refusal *op.Error   // how the last request failed
}

func newTokens(fetch func(context.Context) (string, error)) *tokens {
	return &tokens{fetch: fetch, lock: make(chan struct{}, 1)}
}

// Authorize adds the token, and fetches one if need be.
func (t *tokens) Authorize(r *http.Request) error {
	token, err := t.current(r.Context())
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// Renew drops the refused token, unless another request has done so already.
func (t *tokens) Renew(refused *http.Request) bool {
	if t.acquire(refused.Context()) != nil {
		return false
	}
	defer t.release()
	if refused.Header.Get("Authorization") == "Bearer "+t.token {
		t.token = ""
	}
	return true
}

func (t *tokens) acquire(ctx context.Context) error {
	select {
	case t.lock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t *tokens) release() { <-t.lock }

func (t *tokens) current(ctx context.Context) (string, error) {
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
	token, err := t.fetch(ctx)
	t.refusal = nil
	if err != nil {
		return "", t.failed(ctx, err)
	}
	t.asked.Add(1)
	life := lifeOf(token)
	t.token, t.old = token, time.NewTimer(life-min(5*time.Minute, life/10))
	return token, nil
}

// isOld looks at the timer. Once it has fired there is a new token or none.
func (t *tokens) isOld() bool {
	select {
	case <-t.old.C:
		t.token = ""
		return true
	default:
		return false
	}
}

// failed is an error of the request for a token. The call itself was not sent.
func (t *tokens) failed(ctx context.Context, err error) error {
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
