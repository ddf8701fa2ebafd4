package engine

import (
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
