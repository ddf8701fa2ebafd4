package engine

import (
	"fmt"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// A FanOut is what Each needs.
type FanOut struct {
	Name  string   // of the path's segment
	Keys  []string // one a branch, each once
	Width int      // how many run at a time
	// Timeout is how long a branch may take, 0 for as long as it likes.
	Timeout time.Duration
	// Worker is called for each of the strands that do the work, and makes
	// what runs its branches, one after the other: i is the index of the key.
	// failed ends the fan-out: no further branch starts.
	Worker func() func(b *Branch, i int) (end Ended, failed bool)
}

// Each runs a branch for every key, Width at a time, and returns when all
// that were started have ended. Keys that were not started are counted.
func (b *Branch) Each(f FanOut) (notStarted int, err *op.Error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	r := b.Run()
	segment := b.scope().fanOut(f.Name)
	next, running, leftOut, failed := 0, 0, 0, false
	for range min(max(1, f.Width), len(f.Keys)) {
		s := newStrand(r)
		run := b.bounded(f, f.Worker())
		running++
		r.o.Host.Go(func() {
			<-s.wake
			for next < len(f.Keys) && !failed && r.Stopped() == nil {
				i := next
				next++
				path := segment + "[" + plain(f.Keys[i]) + "]"
				if r.past.leavesOut(path) {
					leftOut++
				} else if r.branch(s, path, i, run) {
					failed = true
				}
			}
			running--
			if running == 0 {
				r.baton.makeReady(b.strand)
			}
			r.baton.pass()
		})
		r.baton.makeReady(s)
	}
	if running > 0 {
		r.baton.park(b.strand)
	}
	if leftOut > 0 {
		r.Stop(leftOutError(segment, leftOut))
	}
	return len(f.Keys) - next + leftOut, r.Stopped()
}

// branch runs one branch of a fan-out, between its two records.
func (r *Run) branch(s *strand, path string, i int, run func(*Branch, int) (Ended, bool)) (failed bool) {
	r.append(journal.Record{Kind: journal.Step, Key: path}, journal.StepEvent{Event: "start", Branch: true})
	end, failed := run(newBranch(s, path), i)
	r.append(journal.Record{Kind: journal.Step, Key: path}, end.event(true))
	return failed
}

// check refuses keys that would lead to the same path.
func (f FanOut) check() *op.Error {
	seen := make(map[string]int, len(f.Keys))
	for i, key := range f.Keys {
		if j, twice := seen[plain(key)]; twice {
			return &op.Error{
				Kind: op.Invalid, Cause: fmt.Sprintf("items %d and %d have the same key %q", j+1, i+1, key),
				Hint: `give a key that differs for every item: { key = "id" }`, RetryAfter: -1,
			}
		}
		seen[plain(key)] = i
	}
	return nil
}
