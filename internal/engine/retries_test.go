package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// Which failed calls are tried again, and which are part of the script's way.
// "bad" fails in the first life and not in the second.
func TestWhatIsTriedAgain(t *testing.T) {
	bad, put, create := ask(shopCreate, "bad"), func(id string) script { return ask(shopPut, id) }, func(id string) script { return ask(shopCreate, id) }
	badRead := ask(shopGet, "bad")
	// onFailure is what scripts do that clean up: pcall, undo, error.
	onFailure := func(try, undo script) script {
		return func(b *Branch, c *Connection) *op.Error {
			e := try(b, c)
			if e != nil {
				if failed := undo(b, c); failed != nil {
					return failed
				}
			}
			return e
		}
	}
	own := func(b *Branch, _ *Connection) *op.Error {
		return &op.Error{Kind: op.Failed, Cause: "it is not as it should be", RetryAfter: -1}
	}
	after := func(d time.Duration, part script) script {
		return func(b *Branch, c *Connection) *op.Error {
			if e := b.Sleep(d); e != nil {
				return e
			}
			return part(b, c)
		}
	}
	for name, tt := range map[string]struct {
		script script
		sent   []string // by the second life
		fails  bool     // it does again
	}{
		"it ended the run":                             {inOrder(create("1"), bad, create("2")), []string{"create bad", "create 2"}, false},
		"a read did":                                   {inOrder(create("1"), badRead, create("2")), []string{"get bad", "create 2"}, false},
		"it ended its step":                            {inOrder(caught(inStep("part", inOrder(create("1"), bad))), own), []string{"create bad"}, true},
		"it ended its branch":                          {caught(beside(inOrder(create("1"), bad), create("2"))), []string{"create bad"}, false},
		"it was caught":                                {inOrder(caught(bad), create("1"), own), []string{}, true},
		"it was caught in a step":                      {inOrder(inStep("part", inOrder(caught(bad), create("1"))), own), []string{}, true},
		"a mistake of the script's after it":           {inOrder(create("1"), caught(bad), own), []string{"create bad"}, true},
		"a mistake of the script's after another call": {inOrder(caught(bad), create("1"), own), []string{}, true},
		"cleaned up in the step":                       {inStep("part", inOrder(create("1"), onFailure(bad, ask(shopDelete, "1")))), []string{}, true},
		"cleaned up around the step":                   {onFailure(inStep("part", inOrder(create("1"), bad)), ask(shopDelete, "1")), []string{}, true},
		"cleaned up in another step":                   {onFailure(inStep("part", bad), inStep("undo", ask(shopDelete, "1"))), []string{}, true},
		"cleaned up in its branch":                     {beside(inStep("part", onFailure(bad, ask(shopDelete, "1"))), after(time.Second, create("2"))), []string{}, true},
		"cleaned up, and nobody knows":                 {onFailure(inStep("part", bad), caught(ask(shopDelete, "lost"))), []string{}, true},
		"the cleaning failed":                          {onFailure(inStep("part", bad), caught(ask(shopDelete, "bad"))), []string{"create bad"}, false},
		"only looked at afterwards":                    {onFailure(inStep("part", bad), ask(shopGet, "1")), []string{"create bad"}, false},
		"others went on beside it":                     {beside(bad, inOrder(create("2"), after(time.Second, create("3")))), []string{"create bad"}, false},
		"others in steps beside it":                    {beside(bad, inStep("part", inOrder(create("2"), after(time.Second, create("3"))))), []string{"create bad"}, false},
		"it began another step beside":                 {beside(bad, inOrder(after(time.Second, inStep("part", create("3"))))), []string{"create bad"}, false},
		"a branch that began after it":                 {branches(2, beside(bad, after(time.Minute, create("1"))), create("2"), after(time.Second, create("3"))), []string{"create bad"}, false},
		"a fan-out that began after it":                {onFailure(beside(bad), beside(ask(shopDelete, "1"))), []string{}, true},
		"nested":                                       {inStep("a", beside(inStep("b", beside(inStep("c", bad), after(time.Second, put("2")))), after(2*time.Second, put("3")))), []string{"create bad"}, false},
		"nested, cleaned up outside":                   {onFailure(inStep("a", beside(inStep("b", bad))), ask(shopDelete, "1")), []string{}, true},
		"two of them":                                  {caught(beside(bad, ask(shopPut, "bad"))), []string{"create bad", "put bad"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fails := true
				s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) {
					switch {
					case fails && in.ID == "bad":
						return Flow{}, refusal()
					case fails && in.ID == "lost":
						return Flow{}, lostAnswer()
					}
					return in, nil
				}}
				p := begin(t)
				_ = p.exec(s.connect(), tt.script)
				fails = false
				before := len(s.sent)
				p = goOn(t, p.m.records, journal.Continuation{Anew: true})
				if e := p.exec(s.connect(), tt.script); e != nil != tt.fails {
					t.Errorf("the second life: %v", e)
				}
				same(t, "sent", s.sent[before:], tt.sent)
				before = len(s.sent)
				p = goOn(t, p.m.records[:len(p.m.records)-1], journal.Continuation{}) // cut off just before its end
				if e := p.exec(s.connect(), tt.script); e != nil != tt.fails || len(s.sent) > before {
					t.Errorf("the third life: %v, sent %q", e, s.sent[before:])
				}
			})
		})
	}
}

// A run is begun anew as often as it takes; what it cannot help stays.
func TestARunThatFailsAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		tries := map[string]int{}
		s.answer = func(_ context.Context, verb string, in Flow) (Flow, error) {
			if tries[in.ID]++; in.ID >= "2" && tries[in.ID] < 3 {
				return Flow{}, refusal()
			}
			return in, nil
		}
		script := inOrder(ask(shopCreate, "1"), ask(shopCreate, "2"), ask(shopCreate, "3"), ask(shopCreate, "4"))
		p := begin(t)
		lives := 1
		for p.exec(s.connect(), script) != nil {
			p = goOn(t, p.m.records, journal.Continuation{})
			lives++
		}
		same(t, "sent", s.sent, []string{"create 1", "create 2", "create 2", "create 2", "create 3", "create 3", "create 3", "create 4", "create 4", "create 4"})
		if lives != 7 {
			t.Errorf("%d lives", lives)
		}
	})
}

// --only-failed takes up branches that failed; what others did is known, and
// those that were not begun, or were stopped, are left.
func TestOnlyWhatFailed(t *testing.T) {
	create := func(id string) script { return ask(shopCreate, id) }
	nested := func(part script) script { return inStep("part", branches(1, create("x"), part)) }
	wait := func(b *Branch, _ *Connection) *op.Error { return b.Sleep(time.Second) }
	for name, tt := range map[string]struct {
		script script
		sent   []string // by the life that takes up what failed
		left   string   // where something is left, "" if nothing is
		rest   []string // sent by the one after it
	}{
		"one of several":                  {branches(1, create("0"), create("bad"), create("2"), create("3")), []string{"create bad"}, "/each", []string{"create 2", "create 3"}},
		"the last":                        {branches(1, create("0"), create("bad")), []string{"create bad"}, "", nil},
		"two at a time":                   {branches(2, create("bad"), inOrder(wait, create("1")), create("2")), []string{"create bad"}, "/each", []string{"create 2"}},
		"what follows in it":              {branches(1, inOrder(create("bad"), create("1")), create("2")), []string{"create bad", "create 1"}, "/each", []string{"create 2"}},
		"within another":                  {branches(1, nested(create("bad")), create("2")), []string{"create bad"}, "/each", []string{"create 2"}},
		"what comes after all":            {inOrder(branches(1, create("bad")), create("2")), []string{"create bad"}, "flow 2", []string{"create 2"}},
		"none: it is not within a branch": {create("bad"), []string{}, "flow bad", []string{"create bad"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fails := true
				s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) {
					if fails && in.ID == "bad" {
						return Flow{}, refusal()
					}
					return in, nil
				}}
				p := begin(t)
				if e := p.exec(s.connect(), tt.script); e == nil {
					t.Fatal("it went well")
				}
				fails = false
				before := len(s.sent)
				p = goOn(t, p.m.records, journal.Continuation{Anew: true, OnlyFailed: true})
				e := p.exec(s.connect(), tt.script)
				same(t, "sent", s.sent[before:], tt.sent)
				if (e != nil) != (len(tt.rest) > 0) || e != nil && (e.Kind != op.Refused || e.Subject != tt.left) {
					t.Errorf("got %+v", e)
				}
				before = len(s.sent)
				p = goOn(t, p.m.records, journal.Continuation{})
				if e := p.exec(s.connect(), tt.script); e != nil && tt.rest != nil {
					t.Error(e)
				}
				same(t, "sent", s.sent[before:], append([]string{}, tt.rest...))
			})
		})
	}
}
