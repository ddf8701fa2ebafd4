package bindings

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"

	"runner/internal/op"
)

// This file ends runaway scripts. Lua looks at its context at every
// instruction, so stopping the run ends a loop; a native function cannot be
// ended, so the script is left behind if it does not notice.

const watchEvery = 50 * time.Millisecond

// watch looks after the run until release is called. stuck is closed when a
// stopped script did not come to its end.
func (w *World) watch() (stuck <-chan struct{}, release func()) {
	gone, left := make(chan struct{}), make(chan struct{})
	go func() {
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		turns, since := int64(-1), time.Time{}
		var halted time.Time
		for {
			var now time.Time
			select {
			case <-gone:
				return
			case now = <-ticker.C:
			}
			w.checkMemory()
			if n := w.run.Turns(); n != turns || w.run.Idle() {
				turns, since, halted = n, now, time.Time{}
				continue
			}
			if w.run.Stopped() != nil {
				if halted.IsZero() {
					halted = now
				}
				if now.Sub(halted) > grace {
					close(left)
					return
				}
				continue
			}
			if now.Sub(since) > w.o.MaxCompute {
				w.run.Stop(&op.Error{
					Kind: op.Script, Cause: fmt.Sprintf("the script computed for %v without making a call", w.o.MaxCompute),
					Hint: "look for a loop without end", RetryAfter: -1,
				})
			}
		}
	}()
	return left, func() { close(gone) }
}

// checkMemory stops a run whose script holds too much. Garbage does not
// count: it is collected before that is said.
func (w *World) checkMemory() {
	if heap() <= w.o.MaxMemory || w.run.Stopped() != nil {
		return
	}
	runtime.GC()
	if heap() <= w.o.MaxMemory {
		return
	}
	w.run.Stop(&op.Error{
		Kind: op.Script, Cause: fmt.Sprintf("the script uses more than %d MiB", w.o.MaxMemory>>20),
		Hint: "go through long lists with iter, and keep only what you need", RetryAfter: -1,
	})
}

// heap is how many bytes the objects of the process take.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
