package casetest

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// Again is a context in which the first request that fails is sent once more,
// at once.
func Again(ctx context.Context) context.Context { return rest.WithRules(ctx, &again{}) }

type again struct{ sent bool }

func (*again) Before(context.Context) error   { return nil }
func (*again) Answered(int, string, op.Quota) {}
func (a *again) After(*op.Error, bool) (time.Duration, bool) {
	first := !a.sent
	a.sent = true
	return 0, first
}
