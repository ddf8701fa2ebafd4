package rest

import (
	"context"
	"time"

	"runner/internal/op"
)

// Rules govern the attempts of a call. The engine puts them into the context
// of a call; a request without rules is sent once.
type Rules interface {
	// Before is called before every attempt, also those for a token, and pays
	// the connection's limit. An error ends the call, and After is not asked.
	Before(ctx context.Context) error
	// After is called when an attempt failed. safe says that the request only
	// reads. It answers whether to try again, and after which wait.
	After(failed *op.Error, safe bool) (wait time.Duration, again bool)
	// Answered is called for every answer that came, with its status, the
	// vendor's name for the request, "" if it gave none, and what it says of the
	// vendor's limit.
	Answered(status int, requestID string, said op.Quota)
}

type rulesKey struct{}

// WithRules returns a context whose requests follow r.
func WithRules(ctx context.Context, r Rules) context.Context {
	return context.WithValue(ctx, rulesKey{}, r)
}

type repeatsKey struct{}

// WithRepeat returns a context for a call that was made before and may have
// landed: a DELETE that finds nothing is done.
func WithRepeat(ctx context.Context) context.Context {
	return context.WithValue(ctx, repeatsKey{}, true)
}

func repeats(ctx context.Context) bool { return ctx.Value(repeatsKey{}) != nil }

func rulesOf(ctx context.Context) Rules {
	if r, ok := ctx.Value(rulesKey{}).(Rules); ok {
		return r
	}
	return once{}
}

type once struct{}

func (once) Before(context.Context) error                        { return nil }
func (once) After(*op.Error, bool) (wait time.Duration, ok bool) { return 0, false }
func (once) Answered(int, string, op.Quota)                      {}
