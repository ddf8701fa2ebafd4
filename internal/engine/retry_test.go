package engine

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// The table of retry.go, complete: every kind of failure with every sort of
// operation, sent or not, by a request that only reads or not.
func TestWhichFailuresAreRepeated(t *testing.T) {
	const never, always, harmless = 0, 1, 2
	rule := map[op.Kind]int{
		op.Limited: always, op.Unavailable: harmless, op.Timeout: harmless,
		op.Invalid: never, op.Unauthenticated: never, op.Denied: never, op.NotFound: never, op.Conflict: never,
		op.Garbled: never, op.Unsupported: never, op.InDoubt: never, op.Failed: never, op.Script: never,
		op.Refused: never, op.Stale: never, op.Mismatch: never, op.Cancelled: never, op.Bug: never,
	}
	if len(rule) != len(op.Kinds()) {
		t.Errorf("there are %d kinds, the table has %d", len(op.Kinds()), len(rule))
	}
	for kind, when := range rule {
		for _, effect := range []op.Effect{op.Read, op.Write, op.Destructive} {
			for _, idempotency := range []op.Idempotency{op.Once, op.Keyed, op.Idempotent} {
				for _, sent := range []bool{false, true} {
					for _, safe := range []bool{false, true} {
						o := operation("x", effect, idempotency)
						dangerous := sent && !safe && effect != op.Read && idempotency == op.Once
						want := when == always || when == harmless && !dangerous
						if mayRepeat(o, &op.Error{Kind: kind, Sent: sent, Final: true}, safe) {
							t.Errorf("a final %s is repeated", kind)
						}
						if got := mayRepeat(o, &op.Error{Kind: kind, Sent: sent}, safe); got != want {
							t.Errorf("%s of a %s, %s operation, sent %v, safe %v: %v, want %v", kind, effect, idempotency, sent, safe, got, want)
						}
					}
				}
			}
		}
	}
}

// waits are what the script is told about them.
type waits []string

func (w *waits) note(why string, d time.Duration) {
	*w = append(*w, fmt.Sprintf("%s: %v", why, d.Round(time.Second)))
}

func TestAttempts(t *testing.T) {
	slow := slices.Repeat([]http.HandlerFunc{asksToWait(3)}, 4)
	for name, tt := range map[string]struct {
		op       *op.Operation
		handlers []http.HandlerFunc
		timeout  time.Duration
		requests int
		kind     op.Kind // "" for success
		took     time.Duration
		hint     string
		waits    waits
	}{
		"no failure": {webCreate, []http.HandlerFunc{answers(200)}, time.Hour, 1, "", 0, "", nil},
		"limited, even if it acts": {
			webCreate, []http.HandlerFunc{asksToWait(1), asksToWait(2), answers(200)}, time.Hour, 3, "", 3 * time.Second, "", nil,
		},
		"at once, the first time": {
			webCreate, []http.HandlerFunc{asksToWait(0), answers(200)}, time.Hour, 2, "", 0, "", nil,
		},
		"long waits are announced": {
			webCreate, []http.HandlerFunc{asksToWait(60), asksToWait(2), asksToWait(3), answers(200)}, time.Hour, 4, "", 65 * time.Second, "",
			waits{"the server asked for 60 s; retry 1 of 4: 1m0s", "the server asked for 3 s; retry 3 of 4: 3s"},
		},
		"the fifth attempt succeeds": {
			webGet, append(slow, answers(200)), time.Hour, 5, "", 12 * time.Second, "",
			waits{"the server asked for 3 s; retry 1 of 4: 3s", "the server asked for 3 s; retry 2 of 4: 3s", "the server asked for 3 s; retry 3 of 4: 3s", "the server asked for 3 s; retry 4 of 4: 3s"},
		},
		"there is no sixth": {
			webGet, []http.HandlerFunc{asksToWait(1)}, time.Hour, 5, op.Limited, 4 * time.Second, "", nil,
		},
		"what only reads": {webGet, []http.HandlerFunc{drops, answers(500), answers(504), answers(200)}, time.Hour, 4, "", -1, "", nil},
		"what acts once":  {webCreate, []http.HandlerFunc{answers(500), answers(200)}, time.Hour, 1, op.InDoubt, 0, doubtHint(webCreate), nil},
		"what has a key":  {webRun, []http.HandlerFunc{drops, answers(200)}, time.Hour, 2, "", -1, "", nil},
		"idempotent":      {webUpdate, []http.HandlerFunc{answers(503), answers(200)}, time.Hour, 2, "", -1, "", nil},
		"a clear answer":  {webUpdate, []http.HandlerFunc{answers(409), answers(200)}, time.Hour, 1, op.Conflict, 0, "", nil},
		"after the deadline": {
			webUpdate, []http.HandlerFunc{asksToWait(700)}, 600 * time.Second, 1, op.Limited, 0,
			"the next attempt would be in 11m40s, after the call's deadline (call_timeout, 10m0s); run it again later", nil,
		},
		"after what is left until the deadline": {
			webUpdate, []http.HandlerFunc{asksToWait(400)}, 600 * time.Second, 2, op.Limited, 400 * time.Second,
			"the next attempt would be in 6m40s, after the call's deadline (call_timeout, 10m0s); run it again later",
			waits{"the server asked for 400 s; retry 1 of 4: 6m40s"},
		},
		"exactly at the deadline is too late": {
			webUpdate, []http.HandlerFunc{asksToWait(600)}, 600 * time.Second, 1, op.Limited, 0,
			"the next attempt would be in 10m0s, after the call's deadline (call_timeout, 10m0s); run it again later", nil,
		},
		"without a deadline": {
			webUpdate, []http.HandlerFunc{asksToWait(7200), answers(200)}, 0, 2, "", 2 * time.Hour, "",
			waits{"the server asked for 7200 s; retry 1 of 4: 2h0m0s"},
		},
		"every request of a call has attempts of its own": {
			webList, slices.Repeat([]http.HandlerFunc{asksToWait(1), asksToWait(1), answers(200)}, 10), time.Hour, 30, "", 20 * time.Second, "", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, tt.handlers...)
			synctest.Test(t, func(t *testing.T) {
				var told waits
				r := New(t.Context(), Options{Run: "test", Host: Local{}, Journal: &memory{}, Waiting: told.note})
				conn := s.connect(t, op.Limit{}, tt.timeout)
				began := time.Now()
				r.Do(func(b *Branch) {
					_, e := call(b, conn, tt.op, "7", "")
					switch {
					case e == nil && tt.kind != "" || e != nil && (e.Kind != tt.kind || e.Hint != tt.hint):
						t.Errorf("got %+v, want %q with hint %q", e, tt.kind, tt.hint)
					case e != nil && e.Op != tt.op.Name:
						t.Errorf("the error is of %q", e.Op)
					}
				})
				if took := time.Since(began); took != tt.took && tt.took >= 0 {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if n := s.requests(); n != tt.requests {
					t.Errorf("%d requests, want %d", n, tt.requests)
				}
				if !reflect.DeepEqual(told, tt.waits) {
					t.Errorf("told %q, want %q", told, tt.waits)
				}
			})
		})
	}
}

// A server whose clock is ahead names a time that is past; asked at once it
// would be asked five times in a row.
func TestWaitOfZeroIsNotAtOnce(t *testing.T) {
	total := time.Duration(0)
	for range 20 {
		s := newSite(t, asksToWait(0), asksToWait(0), asksToWait(0), answers(200))
		synctest.Test(t, func(t *testing.T) {
			conn := s.connect(t, op.Limit{}, time.Hour)
			began := time.Now()
			start(t, &memory{}, Perform).Do(func(b *Branch) { _, _ = call(b, conn, webCreate, "7", "") })
			total += time.Since(began)
		})
	}
	if total < 5*time.Second { // 17.5 s on average
		t.Errorf("60 waits took %v", total)
	}
}

func TestBackoff(t *testing.T) {
	for failures, most := range map[int]time.Duration{
		1: 500 * time.Millisecond, 2: time.Second, 3: 2 * time.Second, 4: 4 * time.Second, 7: 30 * time.Second, 30: 30 * time.Second,
	} {
		longest := time.Duration(0)
		for range 2000 {
			d := backoff(failures)
			if d < 0 || d >= most {
				t.Fatalf("backoff(%d) = %v, want below %v", failures, d, most)
			}
			longest = max(longest, d)
		}
		if longest < most*9/10 {
			t.Errorf("backoff(%d) comes to %v at most, want up to %v", failures, longest, most)
		}
	}
}
