package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"runner/internal/op"
)

// inTurn answers the nth request with the nth handler, and the rest with the
// last.
func inTurn(handlers ...http.HandlerFunc) (http.HandlerFunc, *atomic.Int64) {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		i := int(n.Add(1)) - 1
		handlers[min(i, len(handlers)-1)](w, r)
	}, &n
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

func dropping(w http.ResponseWriter, _ *http.Request) { drop(w) }

func TestRules(t *testing.T) {
	for name, tt := range map[string]struct {
		method   string
		handlers []http.HandlerFunc
		waits    []time.Duration
		diary    string
		took     time.Duration
		kind     op.Kind // "" for a success
		attempts int
	}{
		"done at once": {
			"GET", []http.HandlerFunc{status(200)}, nil,
			"before; answered 200", 0, "", 0,
		},
		"no wish to try again": {
			"GET", []http.HandlerFunc{status(500)}, nil,
			"before; answered 500; after unavailable sent safe", 0, op.Unavailable, 1,
		},
		"waits are kept": {
			"GET", []http.HandlerFunc{status(500), status(503), status(429), status(200)}, []time.Duration{3 * time.Second, 70 * time.Minute, 0},
			"before; answered 500; after unavailable sent safe; before; answered 503; after unavailable sent safe; before; answered 429; after limited sent safe; before; answered 200",
			70*time.Minute + 3*time.Second, "", 0,
		},
		"until it is given up": {
			"POST", []http.HandlerFunc{status(429)}, []time.Duration{time.Second, time.Second},
			"before; answered 429; after limited sent; before; answered 429; after limited sent; before; answered 429; after limited sent",
			2 * time.Second, op.Limited, 3,
		},
		"whatever the kind": {
			"PUT", []http.HandlerFunc{status(400), dropping, status(204)}, []time.Duration{time.Millisecond, time.Minute},
			"before; answered 400; after invalid sent; before; after unavailable sent; before; answered 204",
			time.Minute + time.Millisecond, "", 0,
		},
		"HEAD reads": {
			"HEAD", []http.HandlerFunc{status(500)}, nil,
			"before; answered 500; after unavailable sent safe", 0, op.Unavailable, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, n := inTurn(tt.handlers...)
			bubble(t, h, Settings{}, bare, func(t *testing.T, c *Client) {
				d := &diary{waits: tt.waits}
				began := time.Now()
				_, err := c.Do(WithRules(t.Context(), d), Request{Method: tt.method, Path: "/x", Body: map[string]int{"a": 1}})
				if took := time.Since(began); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if got := d.text(); got != tt.diary {
					t.Errorf("the rules saw\n%s\nwant\n%s", got, tt.diary)
				}
				if tt.kind == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if e := errorOf(t, err); e.Kind != tt.kind || e.Attempts != tt.attempts || n.Load() != int64(tt.attempts) {
					t.Errorf("got %s after %d attempts, want %s after %d; the server saw %d", e.Kind, e.Attempts, tt.kind, tt.attempts, n.Load())
				}
			})
		})
	}
}

func TestWithoutRulesSentOnce(t *testing.T) {
	h, n := inTurn(status(503))
	c := serve(t, h, Settings{}, Options{})
	if err := c.Get(t.Context(), "/x", nil, nil); op.KindOf(err) != op.Unavailable || n.Load() != 1 {
		t.Errorf("got %v after %d requests", err, n.Load())
	}
}

// Each attempt carries the whole body and the same headers.
func TestBodyIsSentAgain(t *testing.T) {
	var bodies []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		bodies = append(bodies, fmt.Sprint(string(b), " ", err, " ", r.ContentLength, " ", r.Header.Get("Content-Type"), " ", r.Header.Get("Idempotency-Key"), " ", r.Header.Get("User-Agent")))
		if len(bodies) < 3 {
			w.WriteHeader(500)
		}
	}, Settings{}, Options{})
	d := &diary{waits: make([]time.Duration, 5)}
	_, err := c.Do(WithRules(t.Context(), d), Request{
		Method: "POST", Path: "/x", Body: map[string]any{"b": 1, "a": "ä"}, Header: http.Header{"idempotency-key": {"k"}},
	})
	want := `{"a":"ä","b":1} <nil> 16 application/json k runner/test`
	if err != nil || !slices.Equal(bodies, []string{want, want, want}) {
		t.Errorf("got %q, %v", bodies, err)
	}
}

func TestBeforeEndsTheCall(t *testing.T) {
	refused := &op.Error{Kind: op.Refused, Subject: "run", Cause: "the limit of 5 writes is reached", Hint: "raise it", RetryAfter: noWait, Sent: true}
	for name, tt := range map[string]struct {
		err  error
		fail int // which Before fails
		want op.Error
		log  string
	}{
		"an error of ours": {
			refused, 1,
			op.Error{Kind: op.Refused, Subject: "run", Cause: "the limit of 5 writes is reached", Hint: "raise it", RetryAfter: noWait, Attempts: 1, Acts: true},
			"before",
		},
		"wrapped": {
			fmt.Errorf("limit: %w", refused), 1,
			op.Error{Kind: op.Refused, Subject: "run", Cause: "the limit of 5 writes is reached", Hint: "raise it", RetryAfter: noWait, Attempts: 1, Acts: true},
			"before",
		},
		"even one that could be tried again": {
			&op.Error{Kind: op.Timeout, Cause: "no room", RetryAfter: noWait}, 1,
			op.Error{Kind: op.Timeout, Cause: "no room", RetryAfter: noWait, Attempts: 1, Acts: true},
			"before",
		},
		"an error of another's": {
			errors.New("oops"), 1,
			op.Error{Kind: op.Bug, Cause: "oops", RetryAfter: noWait, Attempts: 1, Acts: true},
			"before",
		},
		"at the second attempt, the first is not clear": {
			refused, 2,
			op.Error{Kind: op.Refused, Subject: "run", Cause: "the limit of 5 writes is reached", Hint: "raise it", RetryAfter: noWait, Attempts: 2, Sent: true, Acts: true},
			"before; answered 500; after unavailable sent; before",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, n := inTurn(status(500))
			c := serve(t, h, Settings{}, Options{})
			d := &diary{waits: make([]time.Duration, 5), before: func(n int) error {
				if n == tt.fail {
					return tt.err
				}
				return nil
			}}
			sameError(t, errorOf(t, c.Post(WithRules(t.Context(), d), "/x", nil, nil)), tt.want)
			if d.text() != tt.log || n.Load() != int64(tt.fail-1) {
				t.Errorf("the rules saw %q, want %q; the server saw %d", d.text(), tt.log, n.Load())
			}
		})
	}
	if want := (op.Error{Kind: op.Refused, Subject: "run", Cause: "the limit of 5 writes is reached", Hint: "raise it", RetryAfter: noWait, Sent: true}); !reflect.DeepEqual(*refused, want) {
		t.Errorf("the error of the rules was changed: %+v", refused)
	}
}

func TestStopped(t *testing.T) {
	reason := &op.Error{Kind: op.Refused, Cause: "a guard stopped the run", Hint: "look at the report", RetryAfter: noWait}
	never := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	after := func(d time.Duration, cause error) func(context.Context) (context.Context, context.CancelFunc) {
		return func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			timer := time.AfterFunc(d, func() { cancel(cause) })
			return ctx, func() { timer.Stop(); cancel(nil) }
		}
	}
	deadline := func(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
		return func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, d) }
	}
	for name, tt := range map[string]struct {
		handlers []http.HandlerFunc
		stop     func(context.Context) (context.Context, context.CancelFunc)
		took     time.Duration
		want     op.Error
	}{
		"cancelled while it is under way": {
			[]http.HandlerFunc{never}, after(2*time.Second, nil), 2 * time.Second,
			op.Error{Kind: op.Cancelled, Cause: "the run was stopped", RetryAfter: noWait, Attempts: 1, Sent: true},
		},
		"stopped with a reason while it is under way": {
			[]http.HandlerFunc{never}, after(2*time.Second, reason), 2 * time.Second,
			op.Error{Kind: op.Refused, Cause: reason.Cause, Hint: reason.Hint, RetryAfter: noWait, Attempts: 1, Sent: true},
		},
		"stopped with a reason before it began": {
			[]http.HandlerFunc{never}, func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancelCause(ctx)
				cancel(reason)
				return ctx, func() {}
			}, 0,
			op.Error{Kind: op.Refused, Cause: reason.Cause, Hint: reason.Hint, RetryAfter: noWait, Attempts: 1},
		},
		"stopped with a wrapped reason in the body": {
			[]http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, "{")
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			}}, after(2*time.Second, fmt.Errorf("stop: %w", reason)), 2 * time.Second,
			op.Error{Kind: op.Refused, Cause: reason.Cause, Hint: reason.Hint, RetryAfter: noWait, Attempts: 1, Sent: true},
		},
		"past the deadline while it is under way": {
			[]http.HandlerFunc{never}, deadline(5 * time.Second), 5 * time.Second,
			op.Error{Kind: op.Timeout, Cause: "the call took longer than it may", RetryAfter: noWait, Attempts: 1, Sent: true},
		},
		"cancelled in a wait, the vendor did not act": {
			[]http.HandlerFunc{status(429)}, after(2*time.Second, nil), 2 * time.Second,
			op.Error{Kind: op.Cancelled, Cause: "the run was stopped", RetryAfter: noWait, Attempts: 1},
		},
		"cancelled in a wait, the vendor may have acted": {
			[]http.HandlerFunc{status(500)}, after(2*time.Second, nil), 2 * time.Second,
			op.Error{Kind: op.Cancelled, Cause: "the run was stopped", RetryAfter: noWait, Attempts: 1, Sent: true},
		},
		"cancelled in a later wait, an earlier attempt may have acted": {
			[]http.HandlerFunc{dropping, status(429)}, after(70*time.Second, nil), 70 * time.Second,
			op.Error{Kind: op.Cancelled, Cause: "the run was stopped", RetryAfter: noWait, Attempts: 2, Sent: true},
		},
		"stopped with a reason in a wait": {
			[]http.HandlerFunc{status(429)}, after(61*time.Second, reason), 61 * time.Second,
			op.Error{Kind: op.Refused, Cause: reason.Cause, Hint: reason.Hint, RetryAfter: noWait, Attempts: 2},
		},
		"past the deadline in a wait": {
			[]http.HandlerFunc{status(429)}, deadline(90 * time.Second), 90 * time.Second,
			op.Error{Kind: op.Timeout, Cause: "the call took longer than it may; 2 attempts, the last: HTTP 429 Too Many Requests", RetryAfter: noWait, Attempts: 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := inTurn(tt.handlers...)
			bubble(t, h, Settings{}, bare, func(t *testing.T, c *Client) {
				ctx, cancel := tt.stop(WithRules(t.Context(), &diary{waits: []time.Duration{time.Minute, time.Minute, time.Minute}}))
				defer cancel()
				began := time.Now()
				got := errorOf(t, c.Post(ctx, "/x", nil, nil))
				if took := time.Since(began); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				want := tt.want
				want.Acts = true
				sameError(t, got, want)
			})
		})
	}
	if want := (op.Error{Kind: op.Refused, Cause: "a guard stopped the run", Hint: "look at the report", RetryAfter: noWait}); !reflect.DeepEqual(*reason, want) {
		t.Errorf("the reason was changed: %+v", reason)
	}
}

func TestTimeout(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"slow header": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"slow body": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			for r.Context().Err() == nil {
				fmt.Fprint(w, "{")
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(100 * time.Millisecond):
				case <-r.Context().Done():
				}
			}
		},
		"slow body of an error": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(404)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, h, Settings{Timeout: op.Some(2.5)}, bare, func(t *testing.T, c *Client) {
				d := &diary{waits: []time.Duration{4 * time.Second}}
				began := time.Now()
				got := errorOf(t, c.Get(WithRules(t.Context(), d), "/x", nil, nil))
				if took := time.Since(began); took != 9*time.Second {
					t.Errorf("two attempts and a wait took %v, want 9s", took)
				}
				sameError(t, got, op.Error{Kind: op.Timeout, Cause: "no answer from localhost in 2.5s", RetryAfter: noWait, Attempts: 2, Sent: true})
			})
		})
	}
}

// The limit's queue may be longer than an attempt may take.
func TestTimeoutBeginsAfterTheLimit(t *testing.T) {
	bubble(t, text("{}"), Settings{Timeout: op.Some(1.0)}, bare, func(t *testing.T, c *Client) {
		d := &diary{before: func(int) error { time.Sleep(time.Hour); return nil }}
		if err := c.Get(WithRules(t.Context(), d), "/x", nil, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestUsualTimeout(t *testing.T) {
	bubble(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Settings{}, bare, func(t *testing.T, c *Client) {
		began := time.Now()
		err := c.Get(t.Context(), "/x", nil, nil)
		if took := time.Since(began); took != time.Minute || op.KindOf(err) != op.Timeout {
			t.Errorf("got %v after %v", err, took)
		}
	})
}
