package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

var interrupted = op.Error{Kind: op.Cancelled, Subject: "the run", Cause: "it was interrupted", RetryAfter: -1, Sent: true}

func stopAfterASecond(r *Run) {
	reason := interrupted
	time.AfterFunc(time.Second, func() { r.Stop(&reason) })
}

func TestStop(t *testing.T) {
	of := func(o *op.Operation) op.Error {
		e := interrupted
		e.Sent, e.Op = false, o.Name
		return e
	}
	ofWeb := func(o *op.Operation, attempts int) op.Error {
		e := of(o)
		e.Acts, e.Attempts = o.Effect != op.Read, attempts
		return e
	}
	for name, tt := range map[string]struct {
		handlers []http.HandlerFunc
		limit    op.Limit
		script   func(b *Branch, web *Connection) *op.Error
		want     op.Error
		took     time.Duration
		requests int
		lines    []string
	}{
		"a sleep ends": {
			nil, op.Limit{}, func(b *Branch, _ *Connection) *op.Error { return b.Sleep(time.Hour) },
			interrupted, time.Second, 0, []string{},
		},
		"a call waiting for the limit ends and is not sent": {
			[]http.HandlerFunc{answers(200)}, op.Limit{PerSecond: 0.01, Burst: 1},
			func(b *Branch, web *Connection) *op.Error {
				if _, e := call(b, web, webCreate, "7", ""); e != nil {
					return e
				}
				_, e := call(b, web, webCreate, "8", "")
				return e
			},
			ofWeb(webCreate, 1), time.Second, 1,
			[]string{"begin :web.create_flow#1", "done :web.create_flow#1", "begin :web.create_flow#2", "fail :web.create_flow#2 cancelled stopped"},
		},
		"a call waiting for its next attempt ends": {
			[]http.HandlerFunc{asksToWait(60), answers(200)}, op.Limit{},
			func(b *Branch, web *Connection) *op.Error {
				_, e := call(b, web, webCreate, "7", "")
				return e
			},
			ofWeb(webCreate, 1), time.Second, 1,
			[]string{"begin :web.create_flow#1", "fail :web.create_flow#1 cancelled stopped"},
		},
		"a read waiting between two requests ends": {
			[]http.HandlerFunc{answers(200)}, op.Limit{PerSecond: 0.4, Burst: 1},
			func(b *Branch, web *Connection) *op.Error {
				_, e := call(b, web, webList, "7", "")
				return e
			},
			ofWeb(webList, 1), time.Second, 1,
			[]string{"begin :web.list_flows#1", "fail :web.list_flows#1 cancelled stopped"},
		},
		"an attempt without a clear answer leaves doubt": {
			[]http.HandlerFunc{drops, asksToWait(60)}, op.Limit{},
			func(b *Branch, web *Connection) *op.Error {
				_, e := call(b, web, webUpdate, "7", "")
				return e
			},
			op.Error{
				Kind: op.InDoubt, Was: op.Cancelled, Op: "web.update_flow", Subject: "the run", Attempts: 2, Sent: true, Acts: true, RetryAfter: -1,
				Cause: "it was sent, and whether it happened is not known: it was interrupted", Hint: doubtHint(webUpdate),
			}, time.Second, 2,
			[]string{"begin :web.update_flow#1", "fail :web.update_flow#1 in_doubt sent"},
		},
		"a call in flight is let come to its end, and the next does not begin": {
			nil, op.Limit{}, func(b *Branch, _ *Connection) *op.Error {
				if _, e := call(b, to(takes), createFlow, "7", "5s"); e != nil {
					t.Errorf("the call in flight: %v", e)
				}
				_, e := call(b, to(takes), createFlow, "8", "5s")
				return e
			},
			func() op.Error { e := interrupted; e.Sent = false; return e }(), 5 * time.Second, 0,
			[]string{"begin :acme.create_flow#1", "done :acme.create_flow#1"},
		},
		"a write between two requests comes to its end": {
			[]http.HandlerFunc{answers(200)}, op.Limit{PerSecond: 0.4, Burst: 1},
			func(b *Branch, web *Connection) *op.Error {
				if _, e := call(b, web, webMove, "7", ""); e != nil {
					t.Errorf("the call under way: %v", e)
				}
				return b.Sleep(time.Hour)
			},
			interrupted, 2500 * time.Millisecond, 2,
			[]string{"begin :web.move_flow#1", "done :web.move_flow#1"},
		},
		"branches end, and further ones do not start": {
			nil, op.Limit{}, func(b *Branch, _ *Connection) *op.Error {
				n, e := each(b, "each", 2, numbers(5), func(b *Branch, key string) *op.Error { return b.Sleep(time.Hour) })
				if n != 3 {
					t.Errorf("%d not started", n)
				}
				return e
			},
			interrupted, time.Second, 0,
			[]string{"step /each[0] start", "step /each[1] start", "step /each[0] end failed", "step /each[1] end failed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, tt.handlers...)
			synctest.Test(t, func(t *testing.T) {
				m := &memory{}
				r := start(t, m, Perform)
				web := s.connect(t, tt.limit, time.Hour)
				began := time.Now()
				stopAfterASecond(r)
				r.Do(func(b *Branch) {
					sameError(t, tt.script(b, web), tt.want)
					sameError(t, r.Stopped(), interrupted) // the reason itself is as it was
				})
				if took := time.Since(began); took != tt.took || s.requests() != tt.requests {
					t.Errorf("took %v, %d requests", took, s.requests())
				}
				// Which of two branches hears first of a stop is left open.
				sameLines(t, slices.Sorted(slices.Values(m.lines())), slices.Sorted(slices.Values(tt.lines)))
			})
		})
	}
}

// A call that waited for an attempt before is in flight again.
func TestStopDuringALaterAttempt(t *testing.T) {
	s := newSite(t, asksToWait(1), answers(200))
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := start(t, m, Perform)
		reason := interrupted
		s.leaving = func(n int) {
			if n == 2 {
				r.Stop(&reason)
				time.Sleep(time.Second) // time enough to be cut off
			}
		}
		web := s.connect(t, op.Limit{}, time.Hour)
		r.Do(func(b *Branch) {
			if _, e := call(b, web, webCreate, "7", ""); e != nil {
				t.Error(e)
			}
		})
		sameLines(t, m.lines(), []string{"begin :web.create_flow#1", "done :web.create_flow#1"})
	})
}

// The intent waits for the disk when the stop comes: the call is not sent,
// and has an outcome, since without one it would be in doubt.
func TestStopWhileTheIntentGoesToDisk(t *testing.T) {
	m, sent := &memory{}, 0
	r := start(t, m, Perform)
	reason := interrupted
	m.sync = func(int64) error { r.Stop(&reason); return nil }
	want := interrupted
	want.Sent, want.Op = false, "acme.create_flow"
	r.Do(func(b *Branch) {
		_, e := call(b, to(func(_ context.Context, in Flow) (Flow, error) { sent++; return in, nil }), createFlow, "7", "")
		sameError(t, e, want)
	})
	if sent != 0 {
		t.Error("it was sent")
	}
	sameLines(t, m.lines(), []string{"begin :acme.create_flow#1", "fail :acme.create_flow#1 cancelled stopped"})
}

// A stop at the moment of the intent must leave an outcome too.
func TestStopAtTheIntent(t *testing.T) {
	m := &memory{}
	r := start(t, m, Perform)
	reason := interrupted
	m.on = func(rec journal.Record) error {
		if rec.Kind == journal.Begin {
			r.Stop(&reason)
		}
		return nil
	}
	r.Do(func(b *Branch) { _, _ = call(b, to(echo), getFlow, "7", "") })
	sameLines(t, m.lines(), []string{"begin :acme.get_flow#1", "fail :acme.get_flow#1 cancelled stopped"})
}

func TestAbort(t *testing.T) {
	for name, tt := range map[string]struct {
		op        *op.Operation
		answered  int // requests before the one that hangs
		reason    op.Kind
		kind, was op.Kind
	}{
		"a write":                             {webCreate, 0, op.Cancelled, op.InDoubt, op.Cancelled},
		"a write, whatever the reason":        {webCreate, 0, op.Refused, op.InDoubt, op.Refused},
		"an idempotent write":                 {webUpdate, 0, op.Cancelled, op.InDoubt, op.Cancelled},
		"a read":                              {webGet, 0, op.Cancelled, op.Cancelled, ""},
		"the reading part of a write":         {webModify, 0, op.Cancelled, op.Cancelled, ""},
		"the writing part of a write":         {webModify, 1, op.Cancelled, op.InDoubt, op.Cancelled},
		"the second of two requests to write": {webMove, 1, op.Cancelled, op.InDoubt, op.Cancelled},
	} {
		t.Run(name, func(t *testing.T) {
			hangs := make(chan struct{})
			hang := func(_ http.ResponseWriter, r *http.Request) { close(hangs); <-r.Context().Done() }
			handlers := make([]http.HandlerFunc, 0, 2)
			for range tt.answered {
				handlers = append(handlers, answers(200))
			}
			s := newSite(t, append(handlers, hang)...)
			m := &memory{}
			r := start(t, m, Perform)
			go func() {
				<-hangs
				r.Abort(&op.Error{Kind: tt.reason, Cause: "given up", RetryAfter: -1})
			}()
			web := s.connect(t, op.Limit{}, time.Hour)
			r.Do(func(b *Branch) {
				_, e := call(b, web, tt.op, "7", "")
				if e == nil || e.Kind != tt.kind || e.Was != tt.was || !e.Sent || !strings.HasSuffix(e.Cause, "given up") {
					t.Errorf("got %+v, want %s was %q", e, tt.kind, tt.was)
				}
			})
			sameLines(t, m.lines(), []string{"begin :" + tt.op.Name + "#1", fmt.Sprintf("fail :%s#1 %s sent", tt.op.Name, tt.kind)})
		})
	}
}

// A write that was given up between two requests is half done, as far as
// anybody knows.
func TestAbortBetweenTwoRequests(t *testing.T) {
	for name, second := range map[string]http.HandlerFunc{"in the queue of the limit": nil, "before the next attempt": asksToWait(600)} {
		t.Run(name, func(t *testing.T) {
			limit := op.Limit{PerSecond: 0.01, Burst: 1}
			handlers := []http.HandlerFunc{answers(200)}
			if second != nil {
				limit, handlers = op.Limit{}, append(handlers, second)
			}
			s := newSite(t, handlers...)
			synctest.Test(t, func(t *testing.T) {
				r := start(t, &memory{}, Perform)
				web := s.connect(t, limit, time.Hour)
				reason := interrupted
				stopAfterASecond(r)
				time.AfterFunc(2*time.Second, func() { r.Abort(&reason) })
				began := time.Now()
				r.Do(func(b *Branch) {
					_, e := call(b, web, webMove, "7", "")
					if e == nil || e.Kind != op.InDoubt || e.Was != op.Cancelled || time.Since(began) != 2*time.Second {
						t.Errorf("got %+v after %v", e, time.Since(began))
					}
				})
			})
		})
	}
}

func TestFirstReasonStands(t *testing.T) {
	first, second := &op.Error{Kind: op.Refused, Cause: "first"}, &op.Error{Kind: op.Cancelled, Cause: "second"}
	ctx, cancel := context.WithCancel(t.Context())
	for name, tt := range map[string]struct {
		stop func(r *Run)
		want *op.Error
	}{
		"not stopped":        {func(*Run) {}, nil},
		"stop and stop":      {func(r *Run) { r.Stop(first); r.Stop(second) }, first},
		"stop and abort":     {func(r *Run) { r.Stop(first); r.Abort(second) }, first},
		"abort and stop":     {func(r *Run) { r.Abort(first); r.Stop(second) }, first},
		"without a reason":   {func(r *Run) { r.Stop(nil) }, &op.Error{Kind: op.Cancelled, Cause: "the run was stopped", RetryAfter: -1}},
		"from above":         {func(*Run) { cancel() }, &op.Error{Kind: op.Cancelled, Cause: "the run was stopped", RetryAfter: -1}},
		"stop, then its end": {func(r *Run) { r.Do(func(*Branch) { r.Stop(first) }) }, first},
		"its end":            {func(r *Run) { r.Do(func(*Branch) {}) }, nil},
		"its end, then stop": {func(r *Run) { r.Do(func(*Branch) {}); r.Stop(first) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			above := t.Context()
			if name == "from above" {
				above = ctx
			}
			r := New(above, Options{Host: Local{}, Journal: &memory{}})
			tt.stop(r)
			got := r.Stopped()
			if tt.want == nil && got != nil {
				t.Errorf("got %v", got)
			}
			if tt.want != nil {
				sameError(t, got, *tt.want)
			}
		})
	}
}

// A stop at any moment: what was sent is done, what was not sent is not, and
// nothing is in doubt, since the vendor answers all it gets.
func TestStopCutsNothingOff(t *testing.T) {
	s := newSite(t, answers(200))
	for seed := range uint64(100) {
		m := &memory{}
		r := start(t, m, Perform)
		reason, left := interrupted, rand.New(rand.NewPCG(seed, 0)).IntN(60)
		m.on = func(journal.Record) error {
			if left--; left == 0 {
				go r.Stop(&reason)
			}
			return nil
		}
		before := s.requests()
		web := s.connect(t, op.Limit{PerSecond: 5000, Burst: 1}, time.Hour)
		r.Do(func(b *Branch) {
			_, _ = each(b, "each", 8, numbers(20), func(b *Branch, key string) *op.Error {
				_, e := call(b, web, webCreate, key, "")
				return e
			})
		})
		begun, done, kept := 0, 0, 0
		for _, rec := range m.records {
			switch rec.Kind {
			case journal.Begin:
				begun++
			case journal.Done:
				done++
			case journal.Fail:
				if kept++; rec.Via != "stopped" {
					t.Errorf("seed %d: %s", seed, rec.E)
				}
			}
		}
		if sent := s.requests() - before; sent != done || done+kept != begun {
			t.Errorf("seed %d: %d sent, %d begun, %d done, %d kept from being sent", seed, sent, begun, done, kept)
		}
	}
}
