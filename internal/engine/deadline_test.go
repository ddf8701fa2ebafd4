package engine

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// timed runs fn as a step with a deadline, and returns its error.
func timed(b *Branch, name string, timeout time.Duration, fn func() *op.Error) (e *op.Error) {
	b.StepWithin(name, timeout, func() Ended {
		if e = fn(); e != nil {
			return Ended{Status: journal.StatusFailed}
		}
		return Ended{Status: journal.StatusDone}
	})
	return e
}

// late is the failure of what is late for a step of ten seconds.
var late = op.Error{Kind: op.Timeout, Subject: `step "ten"`, Cause: "it took longer than it may (10 s)", RetryAfter: -1}

func TestDeadlines(t *testing.T) {
	named := func(e op.Error, o *op.Operation) op.Error { e.Op = o.Name; return e }
	inDoubt := func(o *op.Operation) op.Error {
		return op.Error{
			Kind: op.InDoubt, Was: op.Timeout, Op: o.Name, Subject: late.Subject, Sent: true, Acts: true, RetryAfter: -1,
			Cause: "it was sent, and whether it happened is not known: it took longer than it may (10 s)", Hint: "look at flow 7, then say what came of it\nrunner settle test '/ten:acme.create_flow#1' landed, or not-landed",
		}
	}
	one := func(o *op.Operation) func(b *Branch, web *Connection) *op.Error {
		return func(b *Branch, web *Connection) *op.Error {
			_, e := call(b, web, o, "7", "")
			return e
		}
	}
	// sent is what an attempt fails with that was given up.
	sent := func(ctx context.Context) error {
		e := *context.Cause(ctx).(*op.Error)
		e.Sent, e.Acts = true, true
		return &e
	}
	inFlight := func(o *op.Operation, timeout time.Duration, fails func(context.Context) error) func(*Branch, *Connection) *op.Error {
		return func(b *Branch, _ *Connection) *op.Error {
			vendor := to(func(ctx context.Context, in Flow) (Flow, error) {
				<-ctx.Done()
				return in, fails(ctx)
			})
			vendor.Timeout = timeout
			_, e := call(b, vendor, o, "7", "")
			return e
		}
	}
	for name, tt := range map[string]struct {
		handlers []http.HandlerFunc
		limit    op.Limit
		script   func(b *Branch, web *Connection) *op.Error
		want     op.Error
		took     time.Duration
		requests int
		lines    []string // between those of the step
	}{
		"a call that begins after it": {
			nil, op.Limit{}, func(b *Branch, web *Connection) *op.Error {
				if e := b.Sleep(10 * time.Second); e != nil {
					t.Errorf("the sleep: %v", e)
				}
				return one(webCreate)(b, web)
			}, named(late, webCreate), 10 * time.Second, 0, []string{"timer /ten:sleep#1"},
		},
		"a sleep that begins after it": {
			nil, op.Limit{}, func(b *Branch, _ *Connection) *op.Error {
				_ = b.Sleep(10 * time.Second)
				return b.Sleep(0)
			}, late, 10 * time.Second, 0, []string{"timer /ten:sleep#1"},
		},
		"a sleep that goes beyond it ends at it": {
			nil, op.Limit{}, func(b *Branch, _ *Connection) *op.Error { return b.Sleep(time.Hour) },
			late, 10 * time.Second, 0, []string{"timer /ten:sleep#1"},
		},
		"what was caught is raised again": {
			nil, op.Limit{}, func(b *Branch, web *Connection) *op.Error {
				sameError(t, b.Sleep(time.Hour), late)
				sameError(t, one(webGet)(b, web), named(late, webGet))
				return timed(b, "inner", time.Hour, func() *op.Error { return b.Sleep(time.Second) })
			}, late, 10 * time.Second, 0, []string{"timer /ten:sleep#1", "step /ten/inner start", "step /ten/inner end failed"},
		},
		"a read in flight": {
			nil, op.Limit{}, inFlight(getFlow, 0, sent),
			op.Error{Kind: op.Timeout, Op: getFlow.Name, Subject: late.Subject, Cause: late.Cause, Sent: true, Acts: true, RetryAfter: -1},
			10 * time.Second, 0, []string{"begin /ten:acme.get_flow#1", "fail /ten:acme.get_flow#1 timeout sent"},
		},
		"a call that tells no more than its context": {
			nil, op.Limit{}, inFlight(createFlow, 0, func(ctx context.Context) error { return ctx.Err() }), named(late, createFlow),
			10 * time.Second, 0, []string{"begin /ten:acme.create_flow#1", "fail /ten:acme.create_flow#1 timeout sent"},
		},
		"a write in flight is in doubt": {
			nil, op.Limit{}, inFlight(createFlow, 0, sent), inDoubt(createFlow), 10 * time.Second, 0,
			[]string{"begin /ten:acme.create_flow#1", "fail /ten:acme.create_flow#1 in_doubt sent"},
		},
		"the call's own deadline comes first": {
			nil, op.Limit{}, inFlight(getFlow, 4*time.Second, func(ctx context.Context) error { return ctx.Err() }),
			op.Error{Kind: op.Timeout, Op: getFlow.Name, Subject: "flow 7", Cause: "the call took longer than it may", RetryAfter: -1},
			4 * time.Second, 0, []string{"begin /ten:acme.get_flow#1", "fail /ten:acme.get_flow#1 timeout sent"},
		},
		"the next attempt would come after it": {
			[]http.HandlerFunc{asksToWait(60), answers(200)}, op.Limit{}, one(webCreate),
			op.Error{
				Kind: op.Limited, Op: webCreate.Name, Subject: "flow 7", Cause: "HTTP 429 Too Many Requests", Status: 429, Attempts: 1, Sent: true, Acts: true, RetryAfter: time.Minute,
				Hint: `the next attempt would be in 1m0s, after the deadline of step "ten" (10 s)`,
			}, 0, 1, []string{"begin /ten:web.create_flow#1", "fail /ten:web.create_flow#1 limited sent"},
		},
		"the limit leaves no room": {
			[]http.HandlerFunc{answers(200)}, op.Limit{PerSecond: 0.05, Burst: 1}, func(b *Branch, web *Connection) *op.Error {
				_ = one(webCreate)(b, web)
				return one(webCreate)(b, web)
			},
			op.Error{
				Kind: op.Timeout, Op: webCreate.Name, Subject: late.Subject, Cause: `the limit of connection "web" leaves no room in what it may take (10 s)`, Attempts: 1, Acts: true, RetryAfter: -1,
				Hint: "run fewer branches at a time, or give it more time",
			}, 0, 1, []string{"begin /ten:web.create_flow#1", "done /ten:web.create_flow#1", "begin /ten:web.create_flow#2", "fail /ten:web.create_flow#2 timeout sent"},
		},
		"a step within is the first to be late": {
			nil, op.Limit{}, func(b *Branch, _ *Connection) *op.Error {
				e := timed(b, "two", 2*time.Second, func() *op.Error { return b.Sleep(time.Hour) })
				sameError(t, e, op.Error{Kind: op.Timeout, Subject: `step "two"`, Cause: "it took longer than it may (2 s)", RetryAfter: -1})
				if e := b.Overdue(); e != nil {
					t.Errorf("the outer step has time left: %v", e)
				}
				return timed(b, "long", time.Hour, func() *op.Error { return b.Sleep(time.Hour) })
			}, late, 10 * time.Second, 0,
			[]string{"step /ten/two start", "timer /ten/two:sleep#1", "step /ten/two end failed", "step /ten/long start", "timer /ten/long:sleep#1", "step /ten/long end failed"},
		},
		"a branch is bound by what is around it": {
			nil, op.Limit{}, func(b *Branch, _ *Connection) (last *op.Error) {
				_, _ = each(b, "each", 1, []string{"a"}, func(b *Branch, _ string) *op.Error {
					last = b.Sleep(time.Hour)
					return last
				})
				return last
			}, late, 10 * time.Second, 0,
			[]string{"step /ten/each[a] start", "timer /ten/each[a]:sleep#1", "step /ten/each[a] end failed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, s := &memory{}, newSite(t, append(tt.handlers, answers(200))...)
			synctest.Test(t, func(t *testing.T) {
				web := s.connect(t, tt.limit, 0)
				began := time.Now()
				start(t, m, Perform).Do(func(b *Branch) {
					e := timed(b, "ten", 10*time.Second, func() *op.Error { return tt.script(b, web) })
					sameError(t, e, tt.want)
					if took := time.Since(began); took != tt.took {
						t.Errorf("took %v, want %v", took, tt.took)
					}
					if e := b.Overdue(); e != nil {
						t.Errorf("after the step: %v", e)
					}
				})
			})
			if n := len(s.left); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			lines := append([]string{"step /ten start"}, tt.lines...)
			sameLines(t, m.lines(), append(lines, "step /ten end failed"))
		})
	}
}

// Each branch has its time from its own start on.
func TestDeadlinesOfBranches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		began := time.Now()
		start(t, &memory{}, Perform).Do(func(b *Branch) {
			_, _ = b.Each(FanOut{Name: "each", Keys: []string{"a", "b", "c"}, Width: 2, Timeout: 10 * time.Second, Worker: func() func(*Branch, int) (Ended, bool) {
				return func(b *Branch, i int) (Ended, bool) {
					e := b.Sleep(time.Duration(6+3*i) * time.Second)
					got = append(got, fmt.Sprint(time.Since(began), " ", e))
					return Ended{Status: journal.StatusDone}, false
				}
			}})
			if e := b.Overdue(); e != nil {
				t.Errorf("after the branches: %v", e)
			}
		})
		sameLines(t, got, []string{"6s <nil>", "9s <nil>", `16s branch "each[c]": it took longer than it may (10 s)`})
	})
}

// In a dry run the clock jumps, and the same things are late.
func TestDeadlinesOfADryRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		m := &memory{}
		start(t, m, Dry).Do(func(b *Branch) {
			e := timed(b, "ten", 10*time.Second, func() *op.Error {
				if e := b.Sleep(9 * time.Second); e != nil {
					t.Error(e)
				}
				if _, e := call(b, to(takes), getFlow, "7", "500ms"); e != nil {
					t.Errorf("a read that takes half a second of the last one: %v", e)
				}
				sameError(t, b.Sleep(time.Hour), late)
				_, e := call(b, to(echo), createFlow, "7", "")
				return e
			})
			want := late
			want.Op = createFlow.Name
			sameError(t, e, want)
		})
		if took := time.Since(began); took != 500*time.Millisecond {
			t.Errorf("took %v", took)
		}
		sameLines(t, m.lines(), []string{"step /ten start", "begin /ten:acme.get_flow#1", "done /ten:acme.get_flow#1", "step /ten end failed"})
	})
}
