package engine

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// What a run that is begun anew makes of calls that are not as recorded,
// without leave to accept changes and with it. The first life ends with a
// failure after all of its calls.
func TestEditsOfARunThatIsBegunAnew(t *testing.T) {
	create, put, get := func(id string) script { return ask(shopCreate, id) }, func(id string) script { return ask(shopPut, id) }, func(id string) script { return ask(shopGet, id) }
	fails := func(*Branch, *Connection) *op.Error { return &op.Error{Kind: op.Failed, Cause: "no", RetryAfter: -1} }
	calls := inOrder(create("1"), get("2"), put("3"), create("4"))
	const other, twice = "the run made this call with other arguments", "where the script did not come to it yet"
	for name, tt := range map[string]struct {
		edited   script
		cause    string   // of the mismatch without leave; empty if there is none
		sent     []string // without leave
		accepted []string // with it
	}{
		"none":                         {calls, "", []string{}, []string{}},
		"a new call, at the end":       {inOrder(calls, create("5")), "", []string{"create 5"}, []string{"create 5"}},
		"a new call of another kind":   {inOrder(ask(shopRun, "0"), calls), "", []string{"run 0"}, []string{"run 0"}},
		"one is gone":                  {inOrder(create("1"), get("2"), create("4")), "", []string{}, []string{}},
		"all are gone":                 {inOrder(), "", []string{}, []string{}},
		"the read of another":          {inOrder(create("1"), get("9"), put("3"), create("4")), "", []string{"get 9"}, []string{"get 9"}},
		"other arguments":              {inOrder(create("1"), get("2"), put("9"), create("4")), other, []string{}, []string{"put 9"}},
		"other arguments of the last":  {inOrder(create("1"), get("2"), put("3"), create("9")), other, []string{}, []string{"create 9"}},
		"a new call of a kind before":  {inOrder(create("0"), calls), other, []string{}, []string{"create 0"}},
		"the first of a kind is gone":  {inOrder(get("2"), put("3"), create("4")), twice, []string{}, []string{}},
		"two are swapped":              {inOrder(create("4"), get("2"), put("3"), create("1")), twice, []string{}, []string{}},
		"moved into a step":            {inStep("part", calls), twice, []string{}, []string{"get 2"}},
		"a step around the idempotent": {inOrder(create("1"), get("2"), inStep("part", put("3")), create("4")), "", []string{"put 3"}, []string{}},
		"once more":                    {inOrder(calls, create("4")), "", []string{"create 4"}, []string{"create 4"}},
	} {
		for how, accept := range map[string]bool{"without leave": false, "accepted": true} {
			t.Run(name+", "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := &shop{}
					p := begin(t)
					_ = p.exec(s.connect(), inOrder(calls, fails))
					before := len(s.sent)
					p = goOn(t, p.m.records, journal.Continuation{Accept: accept})
					e := p.exec(s.connect(), tt.edited)
					want, cause := tt.sent, tt.cause
					if accept {
						want, cause = tt.accepted, ""
					}
					same(t, "sent", s.sent[before:], want)
					if cause == "" && e != nil {
						t.Error(e)
					}
					if cause != "" {
						if e == nil {
							t.Fatal("it came to its end")
						}
						if e.Kind != op.Mismatch || !strings.Contains(e.Cause, cause) || strings.Contains(e.Hint, "nothing was sent") {
							t.Errorf("got %+v, want %q", e, cause)
						}
						if cause == other && (len(e.Compared) != 1 || e.Compared[0].Planned == e.Compared[0].Wanted) {
							t.Errorf("compared %+v", e.Compared)
						}
					}
				})
			})
		}
	}
}

// Branches that make the same call are no reason to stop a script that is as
// it was: the one that made it is let come to it first.
func TestBranchesThatMakeTheSameCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{}
		script := beside(ask(shopCreate, "x"), inOrder(ask(shopGet, "1"), ask(shopGet, "2"), ask(shopCreate, "x"), ask(shopGet, "3")))
		p := begin(t)
		p.m.sync = func(n int64) error {
			p.m.mu.Lock()
			key := p.m.records[n-1].Key
			p.m.mu.Unlock()
			if key == "/each[0]:shop.create#1" {
				time.Sleep(time.Hour) // it is stopped before it is sent
			}
			return nil
		}
		time.AfterFunc(time.Minute, func() { p.run.Stop(&op.Error{Kind: op.Cancelled}) })
		_ = p.exec(s.connect(), script)
		before := len(s.sent)
		p = goOn(t, p.m.records, journal.Continuation{})
		if e := p.exec(s.connect(), script); e != nil {
			t.Error(e)
		}
		same(t, "sent", s.sent[before:], []string{"create x"})
		for i := range p.added() { // also if it breaks off again
			records := p.m.records[:p.was+i+1]
			if len(historyOf(t, records).Doubts()) > 0 {
				continue
			}
			q := goOn(t, records, journal.Continuation{})
			if e := q.exec(s.connect(), script); e != nil {
				t.Errorf("after %s: %v", line(records[len(records)-1]), e)
			}
		}
	})
}

func pausing(d time.Duration) script {
	return func(b *Branch, _ *Connection) *op.Error { return b.Sleep(d) }
}
