package engine

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// An edit of the script between two processes is found out as soon as it
// matters, and before anything is sent: durability.md, 2.7.
func TestEditsOfARunThatBrokeOff(t *testing.T) {
	create, get := func(id string) script { return ask(shopCreate, id) }, func(id string) script { return ask(shopGet, id) }
	note := func(text string) script {
		return func(b *Branch, _ *Connection) *op.Error { b.Note("info", text, "x.lua:1"); return nil }
	}
	original := inOrder(create("1"), get("2"), create("3"), create("4"))
	for name, tt := range map[string]struct {
		edited   script
		cause    string // of the mismatch; empty if there is none
		compared op.Comparison
		sent     []string // by the second process
	}{
		"none":                      {original, "", op.Comparison{}, []string{"create 4"}},
		"a call after all":          {inOrder(original, create("5")), "", op.Comparison{}, []string{"create 4", "create 5"}},
		"what follows is another":   {inOrder(create("1"), get("2"), create("3"), create("5")), "", op.Comparison{}, []string{"create 5"}},
		"the rest is gone":          {inOrder(create("1"), get("2"), create("3")), "", op.Comparison{}, nil},
		"a call before all":         {inOrder(get("0"), original), `the call :shop.create#1 {"id":"1","name":""} here, and the script comes to the call :shop.get#1 {"id":"0","name":""}`, op.Comparison{}, nil},
		"a call in between":         {inOrder(create("1"), get("2"), ask(shopPut, "9"), create("3")), `the call :shop.create#2 {"id":"3","name":""} here, and the script comes to the call :shop.put#1 {"id":"9","name":""}`, op.Comparison{}, nil},
		"the first call is gone":    {inOrder(get("2"), create("3")), "the call :shop.create#1 ", op.Comparison{}, nil},
		"one in between is gone":    {inOrder(create("1"), create("3")), "the call :shop.get#1 ", op.Comparison{}, nil},
		"the last call is gone":     {inOrder(create("1"), get("2")), `the call :shop.create#2 {"id":"3","name":""} here, and the script does not come to it`, op.Comparison{}, nil},
		"all calls are gone":        {inOrder(), `the call :shop.create#1 {"id":"1","name":""} here, and the script does not come to it`, op.Comparison{}, nil},
		"arguments of one":          {inOrder(create("1"), get("9"), create("3")), "the run made this call with other arguments", op.Comparison{Field: "arguments", Planned: `{"id":"2","name":""}`, Wanted: `{"id":"9","name":""}`}, nil},
		"two are swapped":           {inOrder(create("1"), create("3"), get("2")), "the call :shop.get#1 ", op.Comparison{}, nil},
		"two of a kind are swapped": {inOrder(create("3"), get("2"), create("1")), "the run made this call with other arguments", op.Comparison{Field: "arguments", Planned: `{"id":"1","name":""}`, Wanted: `{"id":"3","name":""}`}, nil},
		"a line of the log":         {inOrder(note("new"), original), `the call :shop.create#1 {"id":"1","name":""} here, and the script comes to a line of the log`, op.Comparison{}, nil},
		"a step around it":          {inStep("part", original), `the call :shop.create#1 {"id":"1","name":""} here, and the script comes to the beginning of /part`, op.Comparison{}, nil},
		"a sleep": {func(b *Branch, c *Connection) *op.Error {
			_ = b.Sleep(time.Minute)
			return original(b, c)
		}, "the call :shop.create#1 ", op.Comparison{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{}
				first := begin(t)
				if e := first.exec(s.connect(), original); e != nil {
					t.Fatal(e)
				}
				records := first.cut(t, "done :shop.create#2")
				before := len(s.sent)
				second := goOn(t, records, journal.Continuation{})
				e := second.exec(s.connect(), tt.edited)
				same(t, "sent", s.sent[before:], append([]string{}, tt.sent...))
				if tt.cause == "" {
					if e != nil || second.run.Replaying() {
						t.Errorf("it came to %v", e)
					}
					return
				}
				if e == nil {
					t.Fatal("it came to its end")
				}
				if e.Kind != op.Mismatch || !strings.Contains(e.Error(), tt.cause) || !strings.HasPrefix(e.Hint, "nothing was sent; the run is as it was\n") {
					t.Errorf("got %+v, want %q", e, tt.cause)
				}
				if tt.compared != (op.Comparison{}) && (len(e.Compared) != 1 || e.Compared[0] != tt.compared) {
					t.Errorf("compared: %+v", e.Compared)
				}
				if len(second.added()) > 0 || !second.run.Replaying() {
					t.Errorf("recorded: %q", second.added())
				}
			})
		})
	}
}

// What would be sent again waits until the record has been followed to its
// end: before that nobody knows that it is still the same run.
func TestNothingIsSentBeforeTheReplayIsOver(t *testing.T) {
	for name, o := range map[string]*op.Operation{"a read": shopGet, "idempotent": shopPut, "with a key": shopRun, "looked up": shopAdd} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{answer: func(ctx context.Context, verb string, in Flow) (Flow, error) {
					if in.ID == "1" {
						time.Sleep(time.Hour) // it is under way all the time
					}
					return in, nil
				}}
				first := begin(t)
				_ = first.exec(s.connect(), beside(ask(o, "1"), inOrder(ask(shopCreate, "2"), ask(shopCreate, "3"))))
				records := first.cut(t, "done /each[1]:shop.create#2")
				before := len(s.sent)
				second := goOn(t, records, journal.Continuation{})
				e := second.exec(s.connect(), beside(ask(o, "1"), inOrder(ask(shopCreate, "2"), ask(shopCreate, "4"))))
				if e == nil || e.Kind != op.Mismatch {
					t.Errorf("got %v", e)
				}
				if len(s.sent) > before || len(s.looked) > 0 || len(second.added()) > 0 {
					t.Errorf("sent %q, looked up %d times, recorded %q", s.sent[before:], len(s.looked), second.added())
				}
			})
		})
	}
}
