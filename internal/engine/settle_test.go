package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// A call that did not land is sent again after another intent. A process that
// dies after that goes on from there.
func TestACallThatWasRepeatedIsReplayed(t *testing.T) {
	script := inOrder(ask(shopAdd, "1"), ask(shopCreate, "2"))
	for name, tt := range map[string]struct {
		last string // record that is left
		sent []string
	}{
		"after it was done":         {"done :shop.add#1", []string{"create 2"}},
		"after the next":            {"done :shop.create#1", []string{}},
		"after the second intent":   {"begin :shop.add#1", []string{"add 1", "create 2"}},
		"while the next is waiting": {"begin :shop.create#1", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{}
				n := 0
				s.answer = func(_ context.Context, verb string, in Flow) (Flow, error) {
					if n++; n == 1 {
						return Flow{}, lostAnswer()
					}
					return in, nil
				}
				first := begin(t)
				if e := first.exec(s.connect(), script); e != nil {
					t.Fatal(e)
				}
				records := first.cut(t, tt.last)
				before := len(s.sent)
				second := goOn(t, records, journal.Continuation{})
				e := second.exec(s.connect(), script)
				if tt.last == "begin :shop.create#1" {
					if e == nil || e.Kind != op.InDoubt {
						t.Errorf("got %v", e)
					}
				} else if e != nil {
					t.Error(e)
				}
				same(t, "sent", s.sent[before:], tt.sent)
			})
		})
	}
}

// What a person said is answered at once, also if the process died after the
// script had been told of the doubt.
func TestAVerdictAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) {
			if in.ID == "1" {
				return Flow{}, lostAnswer()
			}
			return in, nil
		}}
		script := beside(ask(shopCreate, "1"), inOrder(ask(shopCreate, "2"), ask(shopCreate, "3")))
		p := begin(t)
		_ = p.exec(s.connect(), script)
		records := append(p.cut(t, "done /each[1]:shop.create#1"), journal.Record{N: 100, Kind: journal.Settle, Key: "/each[0]:shop.create#1", B: body(journal.Settlement{Landed: true, Result: []byte(`{"id":"1"}`)})})
		before := len(s.sent)
		p = goOn(t, records, journal.Continuation{})
		if e := p.exec(s.connect(), script); e != nil {
			t.Error(e)
		}
		same(t, "sent", s.sent[before:], []string{"create 3"})
	})
}

// However often it stays in doubt, the look asks for what was made since it
// was sent first.
func TestALookAsksSinceItWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := ask(shopAdd, "1")
		s := &shop{
			answer: func(context.Context, string, Flow) (Flow, error) { return Flow{}, lostAnswer() },
			look:   func(Flow) (Flow, bool, error) { return Flow{}, false, refusal() },
		}
		p := begin(t)
		began := time.Now()
		for range 4 {
			time.Sleep(time.Hour)
			if p.was == 1 {
				began = time.Now()
			}
			if e := p.exec(s.connect(), script); e == nil || e.Kind != op.InDoubt {
				t.Fatalf("got %v", e)
			}
			p = goOn(t, p.m.records, journal.Continuation{})
		}
		for i, since := range s.since {
			if !since.Equal(began) {
				t.Errorf("look %d asks since %v, it was sent at %v", i+1, since, began)
			}
		}
		if len(s.since) != 4 || len(s.sent) != 1 {
			t.Errorf("%d looks, sent %q", len(s.since), s.sent)
		}
	})
}

// What a person says holds, also about a call that stayed in doubt before.
func TestAPersonsVerdict(t *testing.T) {
	script := inOrder(ask(shopCreate, "1"), ask(shopCreate, "2"))
	for name, tt := range map[string]struct {
		resumes int // that left it in doubt
		verdict journal.Settlement
		sent    []string
		via     string
	}{
		"landed":                 {0, journal.Settlement{Landed: true, Result: []byte(`{"id":"1","name":"said"}`)}, []string{"create 2"}, "decided"},
		"landed, after a resume": {1, journal.Settlement{Landed: true, Result: []byte(`{"id":"1","name":"said"}`)}, []string{"create 2"}, "decided"},
		"landed, after three":    {3, journal.Settlement{Landed: true, Result: []byte(`{"id":"1","name":"said"}`)}, []string{"create 2"}, "decided"},
		"not landed":             {0, journal.Settlement{}, []string{"create 1", "create 2"}, "sent"},
		"not landed, after two":  {2, journal.Settlement{}, []string{"create 1", "create 2"}, "sent"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{answer: func(context.Context, string, Flow) (Flow, error) { return Flow{}, lostAnswer() }}
				p := begin(t)
				for range 1 + tt.resumes {
					if e := p.exec(s.connect(), script); e == nil || e.Kind != op.InDoubt {
						t.Fatalf("got %v", e)
					}
					p = goOn(t, p.m.records, journal.Continuation{})
				}
				p.m.put(journal.Record{Kind: journal.Settle, Key: ":shop.create#1", B: body(tt.verdict)})
				s.answer = nil
				before := len(s.sent)
				p = goOn(t, p.m.records, journal.Continuation{})
				if e := p.exec(s.connect(), script); e != nil {
					t.Error(e)
				}
				same(t, "sent", s.sent[before:], tt.sent)
				for _, rec := range p.m.records[p.was:] {
					if rec.Kind == journal.Done && rec.Key == ":shop.create#1" && rec.Via != tt.via {
						t.Errorf("it is known as %q, want %q", rec.Via, tt.via)
					}
				}
			})
		})
	}
}

// What a person said takes the place of the doubt: the script goes on at the
// time at which it was told of the doubt, before what was delivered after it.
func TestAVerdictTakesThePlaceOfTheDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) {
			switch in.ID {
			case "1":
				time.Sleep(time.Second)
				return Flow{}, lostAnswer()
			case "2":
				time.Sleep(5 * time.Second)
			}
			return in, nil
		}}
		stamped := func(b *Branch, c *Connection) *op.Error {
			_, e := b.Call(Call{Op: shopPut, Connection: c, Args: flow("3", b.Now().Format(time.RFC3339Nano)), At: "test.lua:1"})
			return e
		}
		script := beside(inOrder(caught(ask(shopCreate, "1")), stamped), ask(shopCreate, "2"))
		p := begin(t)
		_ = p.exec(s.connect(), script)
		p.m.put(journal.Record{Kind: journal.Settle, Key: "/each[0]:shop.create#1", B: body(journal.Settlement{Landed: true, Result: []byte(`{"id":"1"}`)})})
		before := len(s.sent)
		p = goOn(t, p.m.records, journal.Continuation{})
		if e := p.exec(s.connect(), script); e != nil {
			t.Error(e)
		}
		same(t, "sent", s.sent[before:], []string{})
	})
}

// A stop keeps a call from being sent again: that it did not land is known
// then, and the next process sends it.
func TestStopBeforeTheSecondIntent(t *testing.T) {
	for name, tt := range map[string]struct {
		stop  func(s *shop, r *Run)
		lines []string
		next  []string // sent by the next process
	}{
		"during the settle wait": {
			func(_ *shop, r *Run) { time.AfterFunc(time.Second, func() { r.Stop(&op.Error{Kind: op.Cancelled}) }) },
			[]string{"begin :shop.add#1", "fail :shop.add#1 in_doubt sent", "end"}, []string{"add 1"},
		},
		"during the look": {
			func(s *shop, r *Run) {
				s.look = func(Flow) (Flow, bool, error) { r.Stop(&op.Error{Kind: op.Cancelled}); return Flow{}, false, nil }
			},
			[]string{"begin :shop.add#1", "fail :shop.add#1 cancelled stopped", "end"}, []string{"add 1"},
		},
		"during a look that finds it": {
			func(s *shop, r *Run) {
				s.look = func(in Flow) (Flow, bool, error) { r.Stop(&op.Error{Kind: op.Cancelled}); return in, true, nil }
			},
			[]string{"begin :shop.add#1", "done :shop.add#1", "end"}, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{answer: func(context.Context, string, Flow) (Flow, error) { return Flow{}, lostAnswer() }}
				p := begin(t)
				tt.stop(s, p.run)
				_ = p.exec(s.connect(), ask(shopAdd, "1"))
				sameLines(t, p.added(), tt.lines)
				s.answer, s.look = nil, nil
				before := len(s.sent)
				p = goOn(t, p.m.records, journal.Continuation{})
				if e := p.exec(s.connect(), ask(shopAdd, "1")); e != nil {
					t.Error(e)
				}
				same(t, "sent", s.sent[before:], tt.next)
			})
		})
	}
	t.Run("before it is sent", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &shop{answer: func(context.Context, string, Flow) (Flow, error) { return Flow{}, lostAnswer() }}
			p := begin(t)
			intents := 0
			p.m.on = func(rec journal.Record) error {
				if rec.Kind == journal.Begin {
					if intents++; intents == 2 {
						p.run.Stop(&op.Error{Kind: op.Cancelled})
					}
				}
				return nil
			}
			_ = p.exec(s.connect(), ask(shopAdd, "1"))
			sameLines(t, p.added(), []string{"begin :shop.add#1", "begin :shop.add#1", "fail :shop.add#1 cancelled stopped", "end"})
			same(t, "sent", s.sent, []string{"add 1"})
		})
	})
}

// The rules of settling, by what the operation can and what is known.
func TestSettling(t *testing.T) {
	found := func(in Flow) (Flow, bool, error) { in.Name = "found"; return in, true, nil }
	silent := func(Flow) (Flow, bool, error) { return Flow{}, false, refusal() }
	unclear := func(Flow) (Flow, bool, error) {
		return Flow{}, false, &op.Error{Kind: op.InDoubt, Cause: "there are two of that name", Hint: "look", RetryAfter: -1}
	}
	for name, tt := range map[string]struct {
		op     *op.Operation
		failed int // requests that get no answer, from the first
		look   func(Flow) (Flow, bool, error)
		lines  []string
		via    string // of the outcome
		cause  string // of the failure
		took   time.Duration
	}{
		"it landed":                   {shopAdd, 1, found, []string{"begin :shop.add#1", "done :shop.add#1", "end"}, "probed", "", settleTime},
		"it did not":                  {shopAdd, 1, nil, []string{"begin :shop.add#1", "begin :shop.add#1", "done :shop.add#1", "end"}, "sent", "", settleTime},
		"three times not":             {shopAdd, 3, nil, []string{"begin :shop.add#1", "begin :shop.add#1", "begin :shop.add#1", "begin :shop.add#1", "done :shop.add#1", "end"}, "sent", "", 3 * settleTime},
		"and no more":                 {shopAdd, 9, nil, []string{"begin :shop.add#1", "begin :shop.add#1", "begin :shop.add#1", "begin :shop.add#1", "fail :shop.add#1 unavailable probed", "end"}, "probed", "it did not happen: the connection broke", 4 * settleTime},
		"nobody can tell":             {shopAdd, 1, silent, []string{"begin :shop.add#1", "fail :shop.add#1 in_doubt sent", "end"}, "sent", "it was sent, and whether it happened is not known: the connection broke; and it could not be looked up: it is running", settleTime},
		"the look itself is in doubt": {shopAdd, 1, unclear, []string{"begin :shop.add#1", "fail :shop.add#1 in_doubt sent", "end"}, "sent", "there are two of that name", settleTime},
		"it cannot be looked up":      {shopCreate, 1, nil, []string{"begin :shop.create#1", "fail :shop.create#1 in_doubt sent", "end"}, "sent", "it was sent, and whether it happened is not known: the connection broke", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{look: tt.look}
				s.answer = func(_ context.Context, _ string, in Flow) (Flow, error) {
					if len(s.sent) <= tt.failed {
						return Flow{}, lostAnswer()
					}
					return in, nil
				}
				p := begin(t)
				began := time.Now()
				s.connect()
				e := p.exec(s.connect(), ask(tt.op, "1"))
				if took := time.Since(began); took != tt.took {
					t.Errorf("it took %v, want %v", took, tt.took)
				}
				if tt.cause == "" && e != nil || tt.cause != "" && (e == nil || e.Cause != tt.cause) {
					t.Errorf("got %v, want %q", e, tt.cause)
				}
				sameLines(t, p.added(), tt.lines)
				if last := p.m.records[len(p.m.records)-2]; last.Via != tt.via {
					t.Errorf("via %q, want %q", last.Via, tt.via)
				}
			})
		})
	}
}

// The second intent is on disk before the second request leaves.
func TestTheSecondIntentIsOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		p := begin(t)
		s.answer = func(_ context.Context, _ string, in Flow) (Flow, error) {
			if n := int64(len(p.m.records)); p.m.synced != n || p.m.records[n-1].Kind != journal.Begin {
				t.Errorf("%d of %d records are on disk: %q", p.m.synced, n, p.m.lines())
			}
			if len(s.sent) < 3 {
				return Flow{}, lostAnswer()
			}
			return in, nil
		}
		if e := p.exec(s.connect(), ask(shopAdd, "1")); e != nil || len(s.sent) != 3 {
			t.Errorf("%v, sent %q", e, s.sent)
		}
	})
}

// Nobody looks before the vendor can be at work on it no longer: of a process
// that died, it may have got the request as long as it lived, and no later
// than the call may take.
func TestWhenALookTellsTheTruth(t *testing.T) {
	for name, tt := range map[string]struct {
		timeout time.Duration
		settle  op.Opt[time.Duration]
		later   time.Duration // when the next process starts
		wait    time.Duration // that it takes until it looks
	}{
		"at once":                         {0, op.Opt[time.Duration]{}, 0, settleTime},
		"a while later":                   {0, op.Opt[time.Duration]{}, 20 * time.Second, settleTime},
		"a day later, without a time-out": {0, op.Opt[time.Duration]{}, 24 * time.Hour, settleTime},
		"within the time-out":             {30 * time.Second, op.Opt[time.Duration]{}, 10 * time.Second, settleTime},
		"after the time-out":              {30 * time.Second, op.Opt[time.Duration]{}, 50 * time.Second, 40 * time.Second},
		"after both":                      {30 * time.Second, op.Opt[time.Duration]{}, 2 * time.Minute, 0},
		"the connection says how long":    {30 * time.Second, op.Opt[time.Duration]{Value: time.Hour, Given: true}, time.Minute, time.Hour - 30*time.Second},
		"at once, the connection says":    {0, op.Opt[time.Duration]{Given: true}, 0, 0},
		"a clock that was put back":       {30 * time.Second, op.Opt[time.Duration]{}, -time.Hour, settleTime},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(10 * time.Hour)
				s := &shop{look: func(in Flow) (Flow, bool, error) { return in, true, nil }}
				conn := NewConnection("shop", op.Client{Vendor: s, Timeout: tt.timeout, Settle: tt.settle})
				p := begin(t)
				_ = p.exec(conn, ask(shopAdd, "1"))
				records := p.cut(t, "begin :shop.add#1")
				if tt.later < 0 { // what the records say is later then
					for i := range records {
						records[i].T = records[i].T.Add(-tt.later)
					}
				} else {
					time.Sleep(tt.later)
				}
				began := time.Now()
				p = goOn(t, records, journal.Continuation{})
				if e := p.exec(conn, ask(shopAdd, "1")); e != nil {
					t.Error(e)
				}
				if len(s.looked) != 1 || s.looked[0].Sub(began) != tt.wait {
					t.Errorf("looked after %v, want %v", s.looked[0].Sub(began), tt.wait)
				}
				same(t, "sent", s.sent, []string{"add 1"})
				if done := p.m.records[len(p.m.records)-2]; done.Via != "probed" || done.Kind != journal.Done {
					t.Errorf("got %+v", done)
				}
			})
		})
	}
}

// What a person is told to type is what a shell takes.
func TestQuotedNames(t *testing.T) {
	if got, want := quoted("/each[it's]:a.b#1"), `'/each[it'\''s]:a.b#1'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
