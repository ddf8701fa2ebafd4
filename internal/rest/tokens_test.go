package rest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// signed is what a request is signed with.
func signed(ctx context.Context, a Auth) (string, error) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	err := a.Authorize(r)
	return r.Header.Get("Authorization"), err
}

// A wrong password in many branches is one failed sign-in.
func TestRefusalsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetched := 0
		tokens := NewTokens(func(context.Context) (string, time.Duration, error) {
			fetched++
			time.Sleep(time.Second)
			return "", 0, &op.Error{Kind: op.Unauthenticated, Cause: "wrong"}
		})
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := signed(t.Context(), tokens); op.KindOf(err) != op.Unauthenticated {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if fetched != 1 {
			t.Errorf("signed in %d times, want 1", fetched)
		}
	})
}

// Who waits for a token can be stopped.
func TestWaitingForTokensEnds(t *testing.T) {
	tokens := NewTokens(func(context.Context) (string, time.Duration, error) { return "x", time.Hour, nil })
	tokens.lock <- struct{}{}
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	cancel(stopped)
	if _, err := signed(ctx, tokens); !errors.Is(err, stopped) {
		t.Errorf("got %v, want %v", err, stopped)
	}
}

// A token that was refused is dropped, but not the one that came after it.
func TestRefusedTokensAreRenewed(t *testing.T) {
	fetched := ""
	tokens := NewTokens(func(context.Context) (string, time.Duration, error) {
		fetched += "x"
		return fetched, time.Hour, nil
	})
	for i, want := range []string{"Bearer x", "Bearer xx", "Bearer xx"} {
		got, err := signed(t.Context(), tokens)
		if err != nil || got != want {
			t.Errorf("request %d is signed with %q, %v, want %q", i, got, err, want)
		}
		refused := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		refused.Header.Set("Authorization", "Bearer x")
		tokens.Renew(refused)
	}
}
