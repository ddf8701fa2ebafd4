package engine

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// What branches share is guarded by the baton alone: the race detector sees
// it if two of them ever run at a time.
func TestOneBranchAtATime(t *testing.T) {
	for name, tt := range map[string]struct{ branches, width, calls int }{
		"as many as branches": {200, 200, 5},
		"fewer than branches": {500, 7, 2},
	} {
		t.Run(name, func(t *testing.T) {
			shared, running, m := map[string]int{}, 0, &memory{}
			yields := to(func(_ context.Context, in Flow) (Flow, error) {
				runtime.Gosched()
				return in, nil
			})
			r := start(t, m, Perform)
			r.Do(func(b *Branch) {
				_, e := each(b, "each", tt.width, numbers(tt.branches), func(b *Branch, key string) *op.Error {
					for range tt.calls {
						if running++; running != 1 {
							t.Errorf("%d branches run", running)
						}
						shared[key]++
						runtime.Gosched()
						running--
						if _, e := call(b, yields, getFlow, key, ""); e != nil {
							return e
						}
					}
					return nil
				})
				if e != nil {
					t.Error(e)
				}
			})
			want := map[string]int{}
			for _, key := range numbers(tt.branches) {
				want[key] = tt.calls
			}
			if !maps.Equal(shared, want) {
				t.Errorf("got %v", shared)
			}
			if n := len(m.records); n != tt.branches*(2+2*tt.calls) {
				t.Errorf("%d records", n)
			}
		})
	}
}

// b and c are answered while a still computes. The one that arrived first is
// delivered when nobody can run, and only when it waits again the next one.
func TestOutcomesAreDeliveredOneByOneInOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := start(t, m, Perform)
		conn := to(takes)
		r.Do(func(b *Branch) {
			_, _ = each(b, "each", 4, []string{"b", "c", "d", "a"}, func(b *Branch, key string) *op.Error {
				if key == "a" {
					time.Sleep(10 * time.Second) // with the baton
				}
				first := map[string]string{"a": "1s", "b": "3s", "c": "2s", "d": "20s"}[key]
				if _, e := call(b, conn, getFlow, key, first); e != nil {
					return e
				}
				then := map[string]string{"a": "60s", "b": "50s", "c": "40s", "d": "70s"}[key]
				_, e := call(b, conn, getFlow, key, then)
				return e
			})
		})
		sameLines(t, m.lines(), []string{
			"step /each[b] start", "begin /each[b]:acme.get_flow#1",
			"step /each[c] start", "begin /each[c]:acme.get_flow#1",
			"step /each[d] start", "begin /each[d]:acme.get_flow#1",
			"step /each[a] start", "begin /each[a]:acme.get_flow#1",
			"done /each[c]:acme.get_flow#1", "begin /each[c]:acme.get_flow#2",
			"done /each[b]:acme.get_flow#1", "begin /each[b]:acme.get_flow#2",
			"done /each[a]:acme.get_flow#1", "begin /each[a]:acme.get_flow#2",
			"done /each[d]:acme.get_flow#1", "begin /each[d]:acme.get_flow#2",
			"done /each[c]:acme.get_flow#2", "step /each[c] end done",
			"done /each[b]:acme.get_flow#2", "step /each[b] end done",
			"done /each[a]:acme.get_flow#2", "step /each[a] end done",
			"done /each[d]:acme.get_flow#2", "step /each[d] end done",
		})
	})
}

// Strands that can run take turns: those of the outer fan-out were ready
// before those that its first branch starts.
func TestFirstReadyRunsFirst(t *testing.T) {
	m := &memory{}
	start(t, m, Perform).Do(func(b *Branch) {
		_, _ = each(b, "outer", 2, numbers(2), func(b *Branch, _ string) *op.Error {
			_, e := each(b, "inner", 2, numbers(2), func(b *Branch, _ string) *op.Error { return nil })
			return e
		})
	})
	sameLines(t, m.lines(), []string{
		"step /outer[0] start", "step /outer[1] start",
		"step /outer[0]/inner[0] start", "step /outer[0]/inner[0] end done", "step /outer[0]/inner[1] start", "step /outer[0]/inner[1] end done",
		"step /outer[1]/inner[0] start", "step /outer[1]/inner[0] end done", "step /outer[1]/inner[1] start", "step /outer[1]/inner[1] end done",
		"step /outer[0] end done", "step /outer[1] end done",
	})
}

// Replay is exact only if every record is appended with the baton held: the
// order of the journal is then that of the script. A begin that the sending
// goroutine appends would come after the baton was passed.
func TestRecordsAreAppendedWithTheBaton(t *testing.T) {
	for name, width := range map[string]int{"alone": 1, "beside others": 3} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r *Run
				var holder atomic.Pointer[Branch] // of the code that runs
				m := &memory{}
				m.on = func(rec journal.Record) error {
					if r.Idle() {
						t.Errorf("nobody holds the baton at %s", line(rec))
					}
					if rec.Kind == journal.Begin && rec.Key != holder.Load().Path()+":acme.create_flow#1" {
						t.Errorf("%s is appended while another branch runs", line(rec))
					}
					return nil
				}
				r = start(t, m, Perform)
				conn := to(takes)
				r.Do(func(b *Branch) {
					_, _ = each(b, "each", width, numbers(6), func(b *Branch, key string) *op.Error {
						holder.Store(b)
						_, e := call(b, conn, createFlow, key, key+"s")
						return e
					})
				})
				if n := len(m.records); n != 6*4 {
					t.Errorf("%d records: %q", n, m.lines())
				}
			})
		})
	}
}

// The intent of one branch is on record before any other runs.
func TestTheIntentIsOnRecordBeforeTheNextBranchRuns(t *testing.T) {
	m := &memory{}
	r := start(t, m, Perform)
	conn := to(echo)
	r.Do(func(b *Branch) {
		_, _ = each(b, "each", 3, numbers(3), func(b *Branch, key string) *op.Error {
			begun := 0
			for _, l := range m.lines() {
				if len(l) > 5 && l[:5] == "begin" {
					begun++
				}
			}
			if fmt.Sprint(begun) != key {
				t.Errorf("%d calls have begun when branch %s starts", begun, key)
			}
			_, e := call(b, conn, getFlow, key, "")
			return e
		})
	})
}

func TestSequentialRunStaysInItsGoroutine(t *testing.T) {
	m, seen := &memory{}, map[string]bool{}
	conn := NewConnection("acme", op.Client{Timeout: time.Minute, Limit: op.Limit{PerSecond: 1e6, Burst: 1000}, Vendor: client(func(_ context.Context, in Flow) (Flow, error) {
		seen[goroutine()] = true
		return in, nil
	})})
	before := runtime.NumGoroutine()
	r := start(t, m, Perform)
	r.Do(func(b *Branch) {
		for range 20 {
			for _, o := range []*op.Operation{getFlow, createFlow, deleteFlow} {
				if _, e := call(b, conn, o, "7", ""); e != nil {
					t.Error(e)
				}
			}
			_ = b.Sleep(0)
			if n := runtime.NumGoroutine(); n > before {
				t.Fatalf("%d goroutines, %d before", n, before)
			}
		}
	})
	if got := slices.Collect(maps.Keys(seen)); !slices.Equal(got, []string{goroutine()}) {
		t.Errorf("calls were made in goroutines %v, the run is in %s", got, goroutine())
	}
}

func TestTenThousandBranchesAreCheap(t *testing.T) {
	most, before := 0, runtime.NumGoroutine()
	r := start(t, &memory{}, Perform)
	conn := to(func(_ context.Context, in Flow) (Flow, error) {
		runtime.Gosched()
		return in, nil
	})
	r.Do(func(b *Branch) {
		_, _ = each(b, "each", 50, numbers(10_000), func(b *Branch, key string) *op.Error {
			_, e := call(b, conn, getFlow, key, "")
			most = max(most, runtime.NumGoroutine())
			return e
		})
	})
	if most > before+55 {
		t.Errorf("up to %d goroutines, %d before", most, before)
	}
}

// A bubble ends only if every goroutine in it has ended.
func TestEveryGoroutineEnds(t *testing.T) {
	for name, stop := range map[string]func(*Run){
		"at its end": func(*Run) {},
		"stopped":    func(r *Run) { r.Stop(&op.Error{Kind: op.Cancelled}) },
		"given up":   func(r *Run) { r.Abort(&op.Error{Kind: op.Cancelled}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, &memory{}, Perform)
				time.AfterFunc(5*time.Second, func() { stop(r) })
				conn := NewConnection("acme", op.Client{Vendor: client(takes), Timeout: time.Hour})
				ended := 0
				r.Do(func(b *Branch) {
					_, _ = each(b, "outer", 3, numbers(6), func(b *Branch, key string) *op.Error {
						defer func() { ended++ }()
						_, _ = each(b, "inner", 2, numbers(3), func(b *Branch, key string) *op.Error {
							if _, e := call(b, conn, createFlow, key, key+"s"); e != nil {
								return e
							}
							return b.Sleep(time.Minute)
						})
						return nil
					})
				})
				synctest.Wait()
				if want := map[string]int{"at its end": 6}[name]; ended < want || ended == 0 {
					t.Errorf("%d outer branches ended", ended)
				}
				if !r.Idle() {
					t.Error("the baton is still held")
				}
			})
		})
	}
}

// An operation that panics does so without the baton; whoever recovers from
// it further up must not go on without it.
func TestPanicOfAnOperationStopsTheRun(t *testing.T) {
	m := &memory{}
	r := start(t, m, Perform)
	conn := to(func(context.Context, Flow) (Flow, error) { panic("nil map") })
	r.Do(func(b *Branch) {
		_, e := call(b, conn, createFlow, "7", "")
		sameError(t, e, op.Error{Kind: op.Bug, Op: "acme.create_flow", Subject: "flow 7", Cause: "panic: nil map", Hint: "report it", RetryAfter: -1})
		if r.Idle() {
			t.Error("the branch goes on without the baton")
		}
		_, e = call(b, conn, createFlow, "8", "")
		sameError(t, e, op.Error{Kind: op.Bug, Op: "acme.create_flow", Cause: "panic: nil map", Hint: "report it; the run's journal is complete", RetryAfter: -1})
	})
	sameLines(t, m.lines(), []string{"begin :acme.create_flow#1", "fail :acme.create_flow#1 bug sent"})
}

func TestTurnsCountEveryHandover(t *testing.T) {
	r := start(t, &memory{}, Perform)
	var seen []int64
	r.Do(func(b *Branch) {
		seen = append(seen, r.Turns())
		_, _ = each(b, "each", 1, numbers(2), func(*Branch, string) *op.Error {
			seen = append(seen, r.Turns())
			return nil
		})
		seen = append(seen, r.Turns())
		_ = b.Sleep(0)
		seen = append(seen, r.Turns())
	})
	if want := []int64{0, 1, 1, 2, 3}; !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
}
