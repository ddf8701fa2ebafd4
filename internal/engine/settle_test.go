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
