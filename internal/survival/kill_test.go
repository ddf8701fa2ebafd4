package survival

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// start is about how long a process takes to begin.
const start = 20 * time.Millisecond

// A series plays trials beside each other until enough was done.
type series struct {
	sync.Mutex
	runs, kills int
	shapes      []shape
	next        func(n int, s shape, seed uint64) *trial
	enough      func(*series) bool
	ended       func(*trial, error) // it may have been the last: then enough says so
	width       int                 // how many are played at a time
}

func (s *series) play() {
	var all sync.WaitGroup
	for range s.width * runtime.NumCPU() {
		all.Go(func() {
			for {
				s.Lock()
				n := s.runs
				if s.enough(s) {
					s.Unlock()
					return
				}
				s.runs++
				s.Unlock()
				x := s.next(n, s.shapes[n%len(s.shapes)], *seed+uint64(n))
				err := x.play()
				s.Lock()
				s.kills += x.kills
				s.ended(x, err)
				s.Unlock()
			}
		})
	}
	all.Wait()
}

// Runs whose processes are killed, one after the other, come to their end with
// every effect once, and with the right results.
func TestKilled(t *testing.T) {
	prepare(t)
	began := time.Now()
	bad := 0
	s := &series{
		shapes: []shape{fanout(12), queue(12), nested(6)}, width: 2,
		next:   func(_ int, s shape, seed uint64) *trial { return newTrial(t, runner, s, seed) },
		enough: func(s *series) bool { return s.kills >= *kills || bad >= 3 },
		ended: func(x *trial, err error) {
			if err != nil {
				bad++
				t.Errorf("%v\n%s", err, x.story())
			}
		},
	}
	s.play()
	t.Logf("%d runs, %d kill -9 in %v: %d of them wrong", s.runs, s.kills, time.Since(began).Round(time.Second), bad)
}
