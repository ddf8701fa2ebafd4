package engine

import (
	"net/http"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// However many branches share a connection, and however often they try, the
// attempts in any span of time stay within the limit and its burst.
func TestLimitIsKept(t *testing.T) {
	for name, tt := range map[string]struct {
		limit        op.Limit
		width, calls int
		retries      bool
		attempts     int
	}{
		"one branch":              {op.Limit{PerSecond: 2, Burst: 1}, 1, 20, false, 20},
		"many branches":           {op.Limit{PerSecond: 10, Burst: 5}, 20, 60, false, 60},
		"retries pay too":         {op.Limit{PerSecond: 4, Burst: 2}, 10, 20, true, 40},
		"less than one a second":  {op.Limit{PerSecond: 0.1, Burst: 1}, 3, 6, false, 6},
		"a burst of zero is one":  {op.Limit{PerSecond: 5}, 4, 12, false, 12},
		"no limit":                {op.Limit{}, 10, 30, false, 30},
		"a burst without a limit": {op.Limit{Burst: 3}, 10, 30, false, 30},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, answers(200))
			if tt.retries {
				s = newSite(t, firstRefused())
			}
			synctest.Test(t, func(t *testing.T) {
				conn := s.connect(t, tt.limit, 0)
				start(t, &memory{}, Perform).Do(func(b *Branch) {
					_, _ = each(b, "each", tt.width, numbers(tt.calls), func(b *Branch, key string) *op.Error {
						if _, e := call(b, conn, webCreate, key, ""); e != nil {
							t.Error(e)
						}
						return nil
					})
				})
			})
			if n := len(s.left); n != tt.attempts {
				t.Fatalf("%d attempts, want %d", n, tt.attempts)
			}
			burst := max(1, tt.limit.Burst)
			for i := range s.left {
				for j := i; j < len(s.left); j++ {
					if tt.limit.PerSecond == 0 {
						continue
					}
					span := s.left[j].Sub(s.left[i])
					if most := float64(burst) + tt.limit.PerSecond*span.Seconds() + 0.001; float64(j-i+1) > most {
						t.Fatalf("%d attempts in %v, want at most %.1f", j-i+1, span, most)
					}
				}
			}
			took := s.left[len(s.left)-1].Sub(s.left[0])
			if tt.limit.PerSecond > 0 {
				if ideal := float64(tt.attempts-burst) / tt.limit.PerSecond; !tt.retries && took.Seconds() > ideal+0.001 {
					t.Errorf("took %v, the limit allows %.1f s", took, ideal)
				}
			} else if took != 0 {
				t.Errorf("took %v without a limit", took)
			}
		})
	}
}

// A call whose turn would come after its deadline says so at once, and does
// not keep others from theirs.
func TestLimitBeyondTheDeadline(t *testing.T) {
	s := newSite(t, answers(200))
	synctest.Test(t, func(t *testing.T) {
		conn := s.connect(t, op.Limit{PerSecond: 0.1, Burst: 1}, 15*time.Second)
		began := time.Now()
		var refused []*op.Error
		start(t, &memory{}, Perform).Do(func(b *Branch) {
			_, _ = each(b, "each", 5, numbers(5), func(b *Branch, key string) *op.Error {
				if _, e := call(b, conn, webCreate, key, ""); e != nil {
					refused = append(refused, e)
					if time.Since(began) != 0 {
						t.Errorf("branch %s waited %v", key, time.Since(began))
					}
				}
				return nil
			})
			if _, e := call(b, conn, webCreate, "5", ""); e != nil {
				t.Errorf("the next call: %v", e)
			}
		})
		if took := time.Since(began); took != 20*time.Second || s.requests() != 3 || len(refused) != 3 {
			t.Errorf("took %v, %d requests, %d refused", took, s.requests(), len(refused))
		}
		for _, e := range refused {
			sameError(t, e, op.Error{
				Kind: op.Timeout, Op: "web.create_flow", Subject: "flow " + e.Subject[len("flow "):], Attempts: 1, Acts: true, RetryAfter: -1,
				Cause: `the limit of connection "web" left no room before the call's deadline`,
				Hint:  "run fewer branches at a time, or raise call_timeout or rate of the connection",
			})
		}
	})
}

// inTheLine runs calls of so many branches at once, and answers what was told
// and when the requests left.
func inTheLine(t *testing.T, s *site, limit op.Limit, timeout time.Duration, branches int, late time.Duration) (told waits, left []time.Duration, failed []*op.Error) {
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context(), Options{Host: Local{}, Journal: &memory{}, Waiting: told.note})
		conn, began := s.connect(t, limit, timeout), time.Now()
		r.Do(func(b *Branch) {
			_, _ = each(b, "each", branches, numbers(branches), func(b *Branch, key string) *op.Error {
				if key != "0" {
					if e := b.Sleep(late); e != nil {
						return e
					}
				}
				if _, e := call(b, conn, webUpdate, key, ""); e != nil {
					failed = append(failed, e)
				}
				return nil
			})
		})
		for _, at := range s.left {
			left = append(left, at.Sub(began))
		}
	})
	return told, left, failed
}

// Sixty-four branches that wait for the limit are one line to read.
func TestWaitsForTheLimitAreToldOnce(t *testing.T) {
	told, left, failed := inTheLine(t, newSite(t, answers(200)), op.Limit{PerSecond: 1, Burst: 1}, time.Hour, 64, 0)
	if want := (waits{`the limit of connection "web": 3s`}); !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if len(failed) > 0 || left[63] != 63*time.Second {
		t.Errorf("the last request left after %v; failed: %v", left[len(left)-1], failed)
	}
}

// When one is refused with a wait, the others wait too, and it is told once.
// After it they go at half the pace, without a burst.
func TestAllWaitWhenOneIsLimited(t *testing.T) {
	told, left, failed := inTheLine(t, newSite(t, asksToWait(42), answers(200)), op.Limit{PerSecond: 10, Burst: 10}, time.Hour, 4, time.Second)
	if want := (waits{"the server asked for 42 s; retry 1 of 4: 42s"}); !slices.Equal(told, want) || len(failed) > 0 {
		t.Errorf("told %q, want %q; failed: %v", told, want, failed)
	}
	if len(left) != 5 || left[0] != 0 || left[1] != 42*time.Second {
		t.Fatalf("the requests left after %v", left)
	}
	for i := 2; i < len(left); i++ { // of the fifth of a second that half the pace is, a little came back
		if gap := left[i] - left[i-1]; gap < 195*time.Millisecond || gap > 200*time.Millisecond {
			t.Errorf("request %d left %v after the one before", i, gap)
		}
	}
}

func TestTheServersWaitIsBeyondTheDeadline(t *testing.T) {
	told, left, failed := inTheLine(t, newSite(t, asksToWait(42)), op.Limit{}, 30*time.Second, 2, time.Second)
	if len(told) > 0 || len(left) != 1 || len(failed) != 2 || failed[0].Kind != op.Limited {
		t.Fatalf("told %q, left %v, failed %v", told, left, failed)
	}
	sameError(t, failed[1], op.Error{
		Kind: op.Timeout, Op: "web.update_flow", Subject: "flow 1", Attempts: 1, Acts: true, RetryAfter: -1,
		Cause: `the server asked connection "web" to wait for 41 s, until after the call's deadline`,
		Hint:  "run it again later, or raise call_timeout of the connection",
	})
}

// What answers say is left is made to last until the reset.
func TestHeadersSlowDown(t *testing.T) {
	says := func(left int, reset string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(left))
			w.Header().Set("X-RateLimit-Reset", reset)
			answers(200)(w, r)
		}
	}
	s := newSite(t, says(2, "30"), answers(200), answers(200), says(0, "20"), answers(200))
	var told waits
	synctest.Test(t, func(t *testing.T) {
		r := New(t.Context(), Options{Host: Local{}, Journal: &memory{}, Waiting: told.note})
		conn, began := s.connect(t, op.Limit{PerSecond: 100, Burst: 100}, time.Hour), time.Now()
		r.Do(func(b *Branch) {
			for i, want := range []time.Duration{0, 15 * time.Second, 30 * time.Second, 30 * time.Second, 50 * time.Second} {
				if _, e := call(b, conn, webGet, "7", ""); e != nil || time.Since(began) != want {
					t.Errorf("request %d: %v after %v, want %v", i, e, time.Since(began), want)
				}
			}
		})
	})
	if want := (waits{`the limit of connection "web": 15s`, `the limit of connection "web": 15s`, `the server's limit for connection "web" is used up: 20s`}); !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
