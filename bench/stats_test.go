package bench

import (
	"cmp"
	"runtime"
	"slices"
	"testing"
	"time"
)

// A side is one of the programs that are compared. All do the same work.
type side struct {
	name   string
	run    func()
	times  []time.Duration // by the clock
	cpu    []time.Duration // of this process
	allocs []float64
}

// compare runs the sides in turn for as long as the benchmark lasts, each
// second round backwards: who comes first has the cooler caches. Without a
// collection in between, one side would pay for the garbage of another.
func compare(b *testing.B, sides ...*side) {
	b.Helper()
	for round := 0; b.Loop(); round++ {
		for i := range sides {
			s := sides[i]
			if round%2 == 1 {
				s = sides[len(sides)-1-i]
			}
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began, used := time.Now(), cpu()
			s.run()
			s.times = append(s.times, time.Since(began))
			s.cpu = append(s.cpu, cpu()-used)
			runtime.ReadMemStats(&after)
			s.allocs = append(s.allocs, float64(after.Mallocs-before.Mallocs))
		}
	}
}

// time is the median of the rounds, robust against the odd one that another
// process disturbed.
func (s *side) time() time.Duration { return median(s.times) }

// over is how many times as long the side took as other: the median of what
// the rounds say, so that a slow spell of the machine falls on both.
func (s *side) over(other *side) float64 { return ratio(s.times, other.times) }

// cpuOver is the same of the processor time, which says more where latency
// hides the work, or other processes disturb.
func (s *side) cpuOver(other *side) float64 { return ratio(s.cpu, other.cpu) }

func ratio(a, b []time.Duration) float64 {
	ratios := make([]float64, len(a))
	for i := range ratios {
		ratios[i] = float64(a[i]) / float64(max(1, b[i]))
	}
	return median(ratios)
}

// beyond is what the side took and allocated more than other, for each of n
// calls.
func (s *side) beyond(other *side, n int) (micros, allocs float64) {
	more := make([]float64, len(s.times))
	for i := range more {
		more[i] = float64(s.times[i]-other.times[i]) / float64(n) / 1e3
	}
	return median(more), (median(s.allocs) - median(other.allocs)) / float64(n)
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
