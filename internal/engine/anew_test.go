package engine

import (
	"context"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// A call that was moved is answered under its new name, and stays so.
func TestAMovedCallIsAnsweredUnderItsNewName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		p := begin(t)
		if e := p.exec(s.connect(), inOrder(ask(shopCreate, "1"), ask(shopCreate, "2"))); e != nil {
			t.Fatal(e)
		}
		moved := inStep("part", inOrder(ask(shopCreate, "1"), ask(shopCreate, "2"), ask(shopCreate, "3")))
		p = goOn(t, p.m.records, journal.Continuation{Anew: true, Accept: true})
		if e := p.exec(s.connect(), moved); e != nil {
			t.Fatal(e)
		}
		want := []string{
			"resume", "step /part start", "begin /part:shop.create#1", "done /part:shop.create#1",
			"begin /part:shop.create#2", "done /part:shop.create#2", "begin /part:shop.create#3", "done /part:shop.create#3", "step /part end done", "end",
		}
		sameLines(t, p.added(), want)
		same(t, "sent", s.sent, []string{"create 1", "create 2", "create 3"})
		for i := range p.m.records[p.was:] { // whatever is left of it
			q := goOn(t, p.m.records[:p.was+i+1], journal.Continuation{})
			if e := q.exec(s.connect(), moved); e != nil && e.Kind != op.InDoubt {
				t.Errorf("%d records: %v", i+1, e)
			}
		}
	})
}

// A keyed call that was moved is sent again with the key that it had.
func TestAMovedCallKeepsItsKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		p := begin(t)
		if e := p.exec(s.connect(), ask(shopRun, "1")); e != nil {
			t.Fatal(e)
		}
		p = goOn(t, p.cut(t, "begin :shop.run#1"), journal.Continuation{Anew: true, Accept: true})
		if e := p.exec(s.connect(), inStep("part", ask(shopRun, "1"))); e != nil {
			t.Fatal(e)
		}
		if len(s.keys) != 2 || s.keys[0] != s.keys[1] {
			t.Errorf("keys %q", s.keys)
		}
	})
}

// Calls that ask for the same are no reason to stop: the second is made if
// the first was answered before.
func TestTwinsAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		fails := true
		s.answer = func(_ context.Context, verb string, in Flow) (Flow, error) {
			if verb == "get" && fails {
				return Flow{}, refusal()
			}
			return in, nil
		}
		twins := inOrder(ask(shopCreate, "1"), ask(shopGet, "2"), ask(shopCreate, "1"))
		p := begin(t)
		if e := p.exec(s.connect(), twins); e == nil {
			t.Fatal("it did not fail")
		}
		fails = false
		p = goOn(t, p.m.records, journal.Continuation{})
		if e := p.exec(s.connect(), twins); e != nil {
			t.Fatal(e)
		}
		p = goOn(t, p.cut(t, "done :shop.get#1"), journal.Continuation{})
		if e := p.exec(s.connect(), twins); e != nil {
			t.Error(e)
		}
		same(t, "sent", s.sent, []string{"create 1", "get 2", "get 2", "create 1", "create 1"})
	})
}

// What was done once is not done twice, wherever the script has it now and
// whenever a process dies on the way.
func TestChangedScriptsRepeatNothing(t *testing.T) {
	a, b, c := ask(shopCreate, "a"), ask(shopCreate, "b"), ask(shopCreate, "c")
	for name, scripts := range map[string][]script{
		"two are swapped":            {inOrder(a, b), inOrder(b, a)},
		"and back":                   {inOrder(a, b), inOrder(b, a), inOrder(a, b)},
		"one in between, then none":  {inOrder(a, b), inOrder(a, c, b), inOrder(a, b)},
		"another in its place":       {inOrder(a, b), inOrder(c, b), inOrder(c, b, a)},
		"left out, and in again":     {inOrder(a, b, c), inOrder(b), inOrder(c, b, a)},
		"round about":                {inOrder(a, b, c), inOrder(b, c, a), inOrder(c, a, b)},
		"into a step, and out again": {inOrder(a, b), inStep("part", inOrder(b, a)), inOrder(b, a)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{}
				var from func(records []journal.Record, next int, path string)
				from = func(records []journal.Record, next int, path string) {
					if next == len(scripts) {
						return
					}
					s.sent = nil
					p := goOn(t, records, journal.Continuation{Anew: true, Accept: true})
					if e := p.exec(s.connect(), scripts[next]); e != nil {
						t.Errorf("%s: script %d: %v", path, next+1, e)
					}
					done := map[string]bool{}
					for _, rec := range records {
						if rec.Kind == journal.Done {
							done[string(rec.B)] = true
						}
					}
					for _, sent := range s.sent {
						if done[`{"id":"`+sent[len("create "):]+`","name":"","token":""}`] {
							t.Errorf("%s: script %d: %s is made again", path, next+1, sent)
						}
					}
					for i := range p.added() {
						// A call that is cut off is in doubt for good: this vendor cannot be asked.
						if cut := p.m.records[:p.was+i+1]; len(historyOf(t, cut).Doubts()) == 0 {
							from(cut, next+1, path+" "+line(cut[len(cut)-1])+",")
						}
					}
				}
				first := begin(t)
				if e := first.exec(s.connect(), scripts[0]); e != nil {
					t.Fatal(e)
				}
				from(first.m.records, 1, "")
			})
		})
	}
}

// What is answered from the record is recorded again, as what it is and with
// the time that the script saw, however often that happens.
func TestWhatIsRecalledIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) {
			if in.ID == "2" {
				return Flow{}, refusal()
			}
			return in, nil
		}}
		script := inOrder(ask(shopCreate, "1"), caught(ask(shopPut, "2")), pausing(time.Minute), ask(shopGet, "3"))
		p := begin(t)
		_ = p.exec(s.connect(), script)
		first := p.m.records
		for range 3 {
			time.Sleep(time.Hour)
			now := time.Now()
			p = goOn(t, p.m.records, journal.Continuation{Anew: true})
			if e := p.exec(s.connect(), script); e != nil {
				t.Fatal(e)
			}
			added := p.m.records[p.was+1:]
			if len(added) != len(first)-1 {
				t.Fatalf("added %q", p.added())
			}
			for i, rec := range added[:len(added)-1] {
				want := first[i+1]
				want.Via = viaRecalled
				if want.Kind != journal.Begin {
					want.C = want.T.Format(time.RFC3339Nano)
				}
				want.N, want.T = rec.N, rec.T
				if !reflect.DeepEqual(rec, want) || rec.T.Before(now) {
					t.Errorf("got\n  %+v\nwant\n  %+v", rec, want)
				}
			}
		}
		same(t, "sent", s.sent, []string{"create 1", "put 2", "get 3"})
	})
}
