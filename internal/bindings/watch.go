package bindings

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"runner/internal/op"
)

// This file ends runaway scripts. Lua looks at its context at every
// instruction, so stopping the run ends a loop; a native function cannot be
// ended, so the script is left behind if it does not notice.

const watchEvery = 50 * time.Millisecond

// A watcher looks after a run. It is a timer that winds itself up again: a
// goroutine of its own would cost every start, and most scripts are over
// before the first look.
type watcher struct {
	w     *World
	stuck chan struct{} // closed when a stopped script did not come to its end

	mu       sync.Mutex
	timer    *time.Timer
	released bool
	turns    int64         // of the run, at the last look
	computed time.Duration // for how long they have been that many
	halted   time.Duration // for how long since then the run has been stopped
}

// watch looks after the run until release is called. stuck is closed when a
// stopped script did not come to its end.
func (w *World) watch() (stuck <-chan struct{}, release func()) {
	k := &watcher{w: w, stuck: make(chan struct{}), turns: -1}
	k.mu.Lock() // the timer may fire before it is kept
	defer k.mu.Unlock()
	k.timer = time.AfterFunc(watchEvery, k.look)
	return k.stuck, k.release
}

func (k *watcher) release() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.released = true
	k.timer.Stop()
}

func (k *watcher) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.released {
		return
	}
	if !k.goOn() {
		close(k.stuck)
		return
	}
	k.timer.Reset(watchEvery)
}

// goOn looks once, and reports whether there is hope.
func (k *watcher) goOn() bool {
	w := k.w
	w.checkMemory()
	if n := w.run.Turns(); n != k.turns || w.run.Idle() {
		k.turns, k.computed, k.halted = n, 0, 0
		return true
	}
	if w.run.Stopped() != nil {
		k.halted += watchEvery
		return k.halted <= grace
	}
	if k.computed += watchEvery; k.computed > w.o.MaxCompute {
		w.run.Stop(&op.Error{
			Kind: op.Script, Cause: fmt.Sprintf("the script computed for %v without making a call", w.o.MaxCompute),
			Hint: "look for a loop without end", RetryAfter: -1,
		})
	}
	return true
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

// heap is how many bytes the objects of the process take. Asking stops the
// world for some microseconds; runtime/metrics would not, but takes longer to
// start than all else that is looked at here.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
