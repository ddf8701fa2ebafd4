package engine

import (
	"context"
	"time"
)

// Local is the host of a process: goroutines and the real clock.
type Local struct{}

// Now is the time.
func (Local) Now() time.Time { return time.Now() }

// Sleep waits.
func (Local) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Go starts a goroutine.
func (Local) Go(f func()) { go f() }
