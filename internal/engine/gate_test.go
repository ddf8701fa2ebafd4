package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// A porter is a gate that has a person decide about the first call, while the
// others wait, and looks at the object of every call.
type porter struct {
	asked    *Latch
	answer   string
	opened   string // what the person said
	asks     int
	passed   []string
	recalled []string
}

func (g *porter) Pass(p *Passing) *op.Error {
	g.passed = append(g.passed, p.Key)
	if g.asked != nil {
		g.asked.Wait(p)
	} else {
		g.asked = &Latch{}
		g.opened = p.Ask(func(context.Context) journal.Decision {
			time.Sleep(time.Minute)
			g.asks++
			return journal.Decision{Question: "go on?", Answer: g.answer, By: "terminal"}
		}).Answer
		// It takes a while to see what follows from it.
		p.Branch().Aside(func(context.Context) { time.Sleep(time.Second) })
		g.asked.Open(p.Branch().Run())
	}
	if g.opened != "yes" {
		return &op.Error{Kind: op.Refused, Cause: "not allowed", RetryAfter: -1}
	}
	_, e := p.Read(shopGet, fmt.Appendf(nil, `{"id":"%s"}`, p.Key))
	return e
}

func (g *porter) Recalled(p *Passing) { g.recalled = append(g.recalled, p.Key) }

// told is what a host tells its gate of the decisions of the record.
func (g *porter) told(records []journal.Record) {
	for _, rec := range records {
		if rec.Kind == journal.Decide && strings.Contains(string(rec.B), `"yes"`) {
			g.asked, g.opened = &Latch{}, "yes"
			g.asked.Open(nil)
		}
	}
}

func (g *porter) at(o *Options) { o.Gate = g }

// Whenever a process dies: what waited before the gate comes again in its
// order, nobody is asked twice, and a call that passed does not pass again.
func TestCallsBeforeTheGateAreReplayed(t *testing.T) {
	put := func(ids ...string) script {
		var parts []script
		for _, id := range ids {
			parts = append(parts, ask(shopPut, id))
		}
		return inOrder(parts...)
	}
	script := beside(inOrder(ask(shopGet, "0"), put("1", "2")), put("3", "4"), inOrder(ask(shopGet, "0"), ask(shopGet, "0"), put("5")))
	synctest.Test(t, func(t *testing.T) {
		latency := 0
		s := &shop{}
		s.answer = func(_ context.Context, _ string, in Flow) (Flow, error) {
			s.mu.Lock()
			latency = latency*7%23 + 1
			wait := time.Duration(latency) * time.Second
			s.mu.Unlock()
			time.Sleep(wait)
			return in, nil
		}
		g := &porter{answer: "yes"}
		first := begin(t, g.at)
		if e := first.exec(s.connect(), script); e != nil {
			t.Fatal(e)
		}
		for i := 1; i < len(first.m.records)-1; i++ {
			records := first.m.records[:i+1]
			begun, decided := map[string]bool{}, false
			for _, rec := range records {
				decided = decided || rec.Kind == journal.Decide
				if rec.Kind == journal.Begin && rec.Op == shopPut.Name {
					begun[rec.Key] = true
				}
			}
			g := &porter{answer: "yes"}
			g.told(records)
			second := goOn(t, records, journal.Continuation{}, g.at)
			if e := second.exec(s.connect(), script); e != nil {
				t.Errorf("after %s: %v", line(records[i]), e)
				continue
			}
			if want := map[bool]int{true: 0, false: 1}[decided]; g.asks != want {
				t.Errorf("after %s: %d asked, want %d", line(records[i]), g.asks, want)
			}
			if len(g.recalled) != len(begun) || len(g.passed) != 5-len(begun) {
				t.Errorf("after %s: recalled %q, passed %q", line(records[i]), g.recalled, g.passed)
			}
			third := goOn(t, second.m.records[:len(second.m.records)-1], journal.Continuation{}, (&porter{}).at)
			if e := third.exec(s.connect(), script); e != nil || len(third.added()) != 2 {
				t.Errorf("after %s and all: %v, %q", line(records[i]), e, third.added())
			}
		}
	})
}

// A process that dies between a refusal and the end refuses again, as it did.
func TestARefusalIsReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		script := inOrder(ask(shopGet, "1"), ask(shopPut, "2"))
		p := begin(t, (&porter{answer: "no"}).at)
		_ = p.exec(s.connect(), script)
		g := &porter{answer: "yes"}
		p = goOn(t, p.cut(t, "decide :shop.put#1"), journal.Continuation{}, g.at)
		if e := p.exec(s.connect(), script); e == nil || e.Kind != op.Refused || g.asks != 0 {
			t.Errorf("%d asked: %v", g.asks, e)
		}
		sameLines(t, p.added(), []string{"resume", "end"})
	})
}

// What a gate looks at for a call that is tried again is looked at again.
func TestTheGateLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{answer: func(_ context.Context, verb string, in Flow) (Flow, error) {
			if verb == "create" {
				return Flow{}, refusal()
			}
			return in, nil
		}}
		p := begin(t, (&porter{answer: "yes"}).at)
		if e := p.exec(s.connect(), ask(shopCreate, "1")); e == nil {
			t.Fatal("it went well")
		}
		p = goOn(t, p.m.records, journal.Continuation{}, (&porter{}).at)
		_ = p.exec(s.connect(), ask(shopCreate, "1"))
		same(t, "sent", s.sent, []string{"get :shop.create#1", "create 1", "get :shop.create#1", "create 1"})
	})
}

// An answer that ended the run is asked for again; others hold.
func TestRefusalsAreAskedForAgain(t *testing.T) {
	for name, script := range map[string]script{
		"alone":                    ask(shopPut, "1"),
		"in a step":                inStep("part", ask(shopPut, "1")),
		"while others are made":    beside(ask(shopPut, "1"), inOrder(ask(shopGet, "2"), ask(shopGet, "3"))),
		"while others wait for it": beside(ask(shopPut, "1"), ask(shopPut, "2")),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{answer: func(_ context.Context, verb string, in Flow) (Flow, error) {
					time.Sleep(40 * time.Second)
					return in, nil
				}}
				p := begin(t, (&porter{answer: "no"}).at)
				if e := p.exec(s.connect(), script); e == nil || e.Kind != op.Refused {
					t.Fatalf("got %v", e)
				}
				g := &porter{answer: "yes"}
				p = goOn(t, p.m.records, journal.Continuation{}, g.at)
				if e := p.exec(s.connect(), script); e != nil || g.asks != 1 {
					t.Errorf("%d asked: %v", g.asks, e)
				}
				g = &porter{answer: "no"} // nobody is asked any more
				p = goOn(t, p.m.records, journal.Continuation{Anew: true}, g.at)
				if e := p.exec(s.connect(), script); e != nil || g.asks != 0 {
					t.Errorf("%d asked: %v", g.asks, e)
				}
			})
		})
	}
}

// What a script asks is on record too.
func TestAScriptsQuestionsAreReplayed(t *testing.T) {
	asks := 0
	script := func(b *Branch, c *Connection) *op.Error {
		d := b.Ask(func(context.Context) journal.Decision {
			asks++
			return journal.Decision{Question: "which?", Answer: fmt.Sprint(asks)}
		})
		if e := ask(shopPut, d.Answer)(b, c); e != nil {
			return e
		}
		if d := b.Ask(func(context.Context) journal.Decision { asks++; return journal.Decision{Answer: "no"} }); d.Answer == "no" {
			return &op.Error{Kind: op.Failed, Cause: "nobody wants it", RetryAfter: -1}
		}
		return nil
	}
	s := &shop{}
	first := begin(t)
	if e := first.exec(s.connect(), script); e == nil || asks != 2 {
		t.Fatalf("got %v, %d asked", e, asks)
	}
	for i, want := range []int{2, 1, 1, 1, 0, 1} { // cut off before the end it holds, after it the last is asked again
		asks = 0
		second := goOn(t, first.m.records[:i+1], journal.Continuation{})
		if e := second.exec(s.connect(), script); e == nil || asks != want {
			t.Errorf("%d records: %v, %d asked", i+1, e, asks)
		}
	}
	if !slices.Equal(s.sent, []string{"put 1", "put 1", "put 1", "put 1"}) {
		t.Errorf("sent %q", s.sent)
	}
}
