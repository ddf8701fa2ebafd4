package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file checks that a script sees in its second life what it saw in its
// first: results, failures, cursors, secrets as far as they are kept, and time.

// Whenever the process dies: a sleep takes as long as is left of it, and the
// script reads the times that it read.
func TestTimeOfARunThatGoesOn(t *testing.T) {
	type times []time.Duration
	script := func(seen *times, began *time.Time) script {
		return func(b *Branch, c *Connection) *op.Error {
			now := func() { *seen = append(*seen, b.Now().Sub(*began)) }
			now()
			if e := ask(shopPut, "1")(b, c); e != nil {
				return e
			}
			now()
			if e := b.Sleep(time.Minute); e != nil {
				return e
			}
			now()
			if e := ask(shopPut, "2")(b, c); e != nil {
				return e
			}
			now()
			return nil
		}
	}
	for name, tt := range map[string]struct {
		last  string
		later time.Duration
		anew  bool
		took  time.Duration // the second life
		want  times
	}{
		"before all":                  {"begin :shop.put#1", time.Hour, false, 62 * time.Second, times{0, 3601e9, 3661e9, 3662e9}},
		"in the sleep, at once":       {"done :shop.put#1", 0, false, 61 * time.Second, times{0, 1e9, 61e9, 62e9}},
		"in the sleep, a while later": {"done :shop.put#1", 20 * time.Second, false, 41 * time.Second, times{0, 1e9, 61e9, 62e9}},
		"in the sleep, an hour later": {"done :shop.put#1", time.Hour, false, time.Second, times{0, 1e9, 3601e9, 3602e9}},
		"after the sleep":             {"timer :sleep#1", time.Hour, false, time.Second, times{0, 1e9, 61e9, 3662e9}},
		"after all":                   {"done :shop.put#2", time.Hour, false, 0, times{0, 1e9, 61e9, 62e9}},
		"begun anew after the sleep":  {"timer :sleep#1", time.Hour, true, time.Second, times{0, 1e9, 61e9, 3662e9}},
		"begun anew after all":        {"done :shop.put#2", time.Hour, true, 0, times{0, 1e9, 61e9, 62e9}},
		"begun anew in the sleep":     {"done :shop.put#1", 20 * time.Second, true, 41 * time.Second, times{0, 1e9, 61e9, 62e9}},
		"in the sleep, put back":      {"done :shop.put#1", -time.Hour, false, 61 * time.Second, times{0, 3601e9, 3601e9, 3601e9}},
		"after the sleep, put back":   {"timer :sleep#1", -time.Hour, false, time.Second, times{0, 3601e9, 3661e9, 3661e9}},
		"begun anew, put back":        {"timer :sleep#1", -time.Hour, true, time.Second, times{0, 3601e9, 3661e9, 3661e9}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) {
					time.Sleep(time.Second)
					return in, nil
				}}
				began := time.Now()
				var first, second times
				p := begin(t)
				if e := p.exec(s.connect(), script(&first, &began)); e != nil {
					t.Fatal(e)
				}
				ends := time.Now()
				records := p.cut(t, tt.last)
				// The process died when it wrote its last record; the clock is
				// that of the machine.
				shift := ends.Sub(records[len(records)-1].T) + max(0, -tt.later)
				for i := range records {
					if i > 0 || tt.later >= 0 {
						records[i].T = records[i].T.Add(shift)
					}
				}
				if tt.later >= 0 {
					began = began.Add(shift)
				} else {
					began = records[0].T
					want := shift - time.Hour
					for i := range tt.want {
						if i > 0 {
							tt.want[i] += want
						}
					}
				}
				time.Sleep(max(0, tt.later))
				start := time.Now()
				p = goOn(t, records, journal.Continuation{Anew: tt.anew})
				if e := p.exec(s.connect(), script(&second, &began)); e != nil {
					t.Fatal(e)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("it took %v, want %v", took, tt.took)
				}
				if !slices.Equal(second, tt.want) {
					t.Errorf("it read %v, want %v", second, tt.want)
				}
				for i, rec := range p.m.records[1:] {
					if rec.T.Before(p.m.records[i].T) {
						t.Errorf("record %d is of %v, the one before of %v", i+2, rec.T, p.m.records[i].T)
					}
				}
			})
		})
	}
}

// A failure is the same in each life: what a script decides by, and what a
// person is told.
func TestFailuresOfARunThatGoesOn(t *testing.T) {
	for name, failure := range map[string]op.Error{
		"refused":        {Kind: op.Conflict, Cause: "it is running", Hint: "stop it", Status: 409, RequestID: "r-7", Attempts: 2, Sent: true, Acts: true, RetryAfter: -1},
		"asked to wait":  {Kind: op.Limited, Cause: "too many", Status: 429, RetryAfter: 30 * time.Second},
		"at once":        {Kind: op.Unavailable, Cause: "not there", RetryAfter: 0},
		"never again":    {Kind: op.Unavailable, Cause: "no such host", Final: true, RetryAfter: -1},
		"in doubt":       {Kind: op.Timeout, Cause: "no answer", Sent: true, Acts: true, RetryAfter: -1},
		"a mistake":      {Kind: op.Bug, Cause: "odd", RetryAfter: -1},
		"with a subject": {Kind: op.NotFound, Subject: `role "admin"`, Cause: "there is none", RetryAfter: -1},
	} {
		for how, anew := range map[string]bool{"replayed": false, "begun anew": true} {
			if anew && name == "in doubt" {
				continue // it is settled then
			}
			t.Run(name+", "+how, func(t *testing.T) {
				s := &shop{answer: func(context.Context, string, Flow) (Flow, error) { e := failure; return Flow{}, &e }}
				var seen []op.Error
				script := func(b *Branch, c *Connection) *op.Error {
					e := ask(shopCreate, "7")(b, c)
					bare := *e.Wrap(nil)
					bare.Acts = false // it is for the engine alone
					seen = append(seen, bare)
					return nil
				}
				p := begin(t)
				_ = p.exec(s.connect(), script)
				p = goOn(t, p.m.records[:3], journal.Continuation{Anew: anew})
				_ = p.exec(s.connect(), script)
				if len(s.sent) != 1 || !reflect.DeepEqual(seen[0], seen[1]) || seen[0].Retryable() != seen[1].Retryable() || seen[1].Call != ":shop.create#1" {
					t.Errorf("sent %q; first\n  %+v, then\n  %+v", s.sent, seen[0], seen[1])
				}
			})
		}
	}
}

// Pages are replayed with their cursors.
func TestPagesOfARunThatGoesOn(t *testing.T) {
	asked := []string{}
	list := op.NewList(op.Operation{Name: "shop.list", Doc: "Lists.", Source: "made up", Effect: op.Read, Object: "flow"},
		func(_ context.Context, _ *shop, _ Flow, cursor string) ([]Flow, string, error) {
			asked = append(asked, cursor)
			next := map[string]string{"": "p2", "p2": "p3"}[cursor]
			return []Flow{{ID: "of " + cursor}}, next, nil
		})
	var seen []string
	script := func(b *Branch, c *Connection) *op.Error {
		for cursor, n := "", 0; n < 3; n++ {
			a, e := b.Call(Call{Op: list, Connection: c, Args: flow("7", ""), Page: true, Cursor: cursor})
			if e != nil {
				return e
			}
			seen, cursor = append(seen, string(a.Result)+a.Next), a.Next
		}
		return nil
	}
	s := &shop{}
	p := begin(t)
	if e := p.exec(s.connect(), script); e != nil {
		t.Fatal(e)
	}
	whole := seen
	for i := range 7 {
		for _, anew := range []bool{false, true} {
			seen, asked = nil, []string{}
			q := goOn(t, p.m.records[:i+1], journal.Continuation{Anew: anew})
			if e := q.exec(s.connect(), script); e != nil || !slices.Equal(seen, whole) || len(asked) != 3-i/2 {
				t.Errorf("%d records, anew %v: %v, saw %q, asked for %q", i+1, anew, e, seen, asked)
			}
		}
	}
}

// A cellar keeps what is too large for a record.
type cellar map[string][]byte

func (c cellar) Put(body []byte) (string, error) {
	c["blob"] = slices.Clone(body)
	return "blob", nil
}

func (c cellar) Get(name string) ([]byte, error) {
	if b, ok := c[name]; ok {
		return b, nil
	}
	return nil, errors.New("there is no " + name)
}

// Large results come from beside the journal; one that is not there stops the
// run instead of being asked for again.
func TestLargeResultsOfARunThatGoesOn(t *testing.T) {
	for name, tt := range map[string]struct {
		first     Blobs
		lose, cut bool // the second life has none of them, or no place for them
		cause     string
	}{
		"kept":          {cellar{}, false, false, ""},
		"lost":          {cellar{}, true, false, "its answer is lost: there is no blob"},
		"never kept":    {nil, false, false, "its answer was too large to be kept"},
		"nobody to ask": {cellar{}, false, true, "its answer was too large to be kept"},
	} {
		for how, anew := range map[string]bool{"replayed": false, "begun anew": true} {
			t.Run(name+", "+how, func(t *testing.T) {
				large := strings.Repeat("x", maxBody)
				s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) { in.Name = large; return in, nil }}
				script := func(b *Branch, c *Connection) *op.Error {
					a, e := call(b, c, shopCreate, "7", "")
					var out Flow
					if e == nil && (json.Unmarshal(a.Result, &out) != nil || out.Name != large) {
						t.Errorf("the script got %.100s", a.Result)
					}
					return e
				}
				p := begin(t, func(o *Options) { o.Blobs = tt.first })
				if e := p.exec(s.connect(), script); e != nil {
					t.Fatal(e)
				}
				second := tt.first
				switch {
				case tt.lose:
					second = cellar{}
				case tt.cut:
					second = nil
				}
				p = goOn(t, p.m.records[:3], journal.Continuation{Anew: anew}, func(o *Options) { o.Blobs = second })
				e := p.exec(s.connect(), script)
				if tt.cause == "" && e != nil || tt.cause != "" && (e == nil || e.Kind != op.Refused || e.Cause != tt.cause) {
					t.Errorf("got %+v, want %q", e, tt.cause)
				}
				same(t, "sent", s.sent, []string{"create 7"})
			})
		}
	}
}

const lostMark = "[secret]"

// A lock seals results in a way that anybody can see.
type lock struct{ secrets []string }

func (l *lock) on(o *Options) {
	o.Lost = lostMark
	o.Secret = func(s string) { l.secrets = append(l.secrets, s) }
	o.Redact = func(b []byte) []byte {
		text := string(b)
		for _, s := range l.secrets {
			text = strings.ReplaceAll(text, s, lostMark)
		}
		return []byte(text)
	}
}

func sealing(o *Options) {
	o.Seal = func(result []byte) (string, error) { return "sealed:" + string(result), nil }
	o.Open = func(sealed string) ([]byte, *op.Error) { return []byte(strings.TrimPrefix(sealed, "sealed:")), nil }
}

// What a vendor shows once is there in the next life if it was sealed.
// Otherwise calls that would send it are refused, new ones and those that are
// sent again, and others are made.
func TestSecretsOfARunThatGoesOn(t *testing.T) {
	use := func(o *op.Operation, token *string) script {
		return func(b *Branch, c *Connection) *op.Error {
			_, e := b.Call(Call{Op: o, Connection: c, Args: fmt.Appendf(nil, `{"id":"8","token":%q}`, *token)})
			return e
		}
	}
	for name, tt := range map[string]struct {
		sealed  bool
		use     *op.Operation
		last    string
		refused bool
		sent    []string // by the second life
	}{
		"sealed, a new call":             {true, shopCreate, "done :shop.create#1", false, []string{"create 8"}},
		"sealed, one that is sent again": {true, shopPut, "begin :shop.put#1", false, []string{"put 8", "get 9"}},
		"sealed, all done":               {true, shopPut, "done :shop.put#1", false, []string{"get 9"}},
		"lost, a new call":               {false, shopCreate, "done :shop.create#1", true, []string{}},
		"lost, one that is sent again":   {false, shopPut, "begin :shop.put#1", true, []string{}},
		"lost, a read that is":           {false, shopGet, "begin :shop.get#1", true, []string{}},
		"lost, and not needed any more":  {false, shopPut, "done :shop.put#1", false, []string{"get 9"}},
	} {
		for how, anew := range map[string]bool{"replayed": false, "begun anew": true} {
			t.Run(name+", "+how, func(t *testing.T) {
				s := &shop{answer: func(_ context.Context, verb string, in Flow) (Flow, error) {
					if verb == "create" && in.Token != "" && in.Token != "s3cret" {
						t.Errorf("%s got %q", verb, in.Token)
					}
					if in.ID == "7" {
						in.Token = "s3cret"
					}
					return in, nil
				}}
				token := ""
				script := inOrder(func(b *Branch, c *Connection) *op.Error {
					a, e := call(b, c, shopCreate, "7", "")
					var out Flow
					_ = json.Unmarshal(a.Result, &out)
					token = out.Token
					return e
				}, use(tt.use, &token), ask(shopGet, "9"))
				with := []func(*Options){(&lock{}).on}
				if tt.sealed {
					with = append(with, sealing)
				}
				p := begin(t, with...)
				if e := p.exec(s.connect(), script); e != nil {
					t.Fatal(e)
				}
				records := p.cut(t, tt.last)
				for i := range records { // as the journal has them
					records[i].B = []byte(strings.ReplaceAll(string(records[i].B), "s3cret", lostMark))
				}
				before := len(s.sent)
				l := &lock{}
				with[0] = l.on
				p = goOn(t, records, journal.Continuation{Anew: anew}, with...)
				e := p.exec(s.connect(), script)
				refused := e != nil && e.Kind == op.Refused && strings.Contains(e.Cause, "does not keep secrets")
				if refused != tt.refused || e != nil && !refused {
					t.Errorf("got %v", e)
				}
				if tt.use == shopCreate && !tt.refused {
					tt.sent = []string{"create 8", "get 9"}
				}
				same(t, "sent", s.sent[before:], tt.sent)
				if tt.sealed != slices.Contains(l.secrets, "s3cret") || slices.Contains(l.secrets, lostMark) && tt.sealed {
					t.Errorf("secrets that are known: %q", l.secrets)
				}
			})
		}
	}
}

// What cannot be opened stops the run. What could not be sealed is not asked
// for; a read is as if nothing was to be kept.
func TestSealsThatFail(t *testing.T) {
	s := &shop{answer: func(_ context.Context, _ string, in Flow) (Flow, error) { in.Token = "s3cret"; return in, nil }}
	p := begin(t, (&lock{}).on, sealing)
	_ = p.exec(s.connect(), ask(shopCreate, "7"))
	p = goOn(t, p.m.records[:3], journal.Continuation{}, func(o *Options) {
		o.Open = func(string) ([]byte, *op.Error) {
			return nil, &op.Error{Kind: op.Unauthenticated, Cause: "no key", RetryAfter: -1}
		}
	})
	if e := p.exec(s.connect(), ask(shopCreate, "7")); e == nil || e.Kind != op.Unauthenticated || e.Op != "shop.create" {
		t.Errorf("got %v", e)
	}
	told, before := "", len(s.sent)
	unsealed := func(o *Options) {
		o.Seal = func([]byte) (string, error) { return "", errors.New("no key") }
		o.Waiting = func(why string, _ time.Duration) { told = why }
	}
	if e := begin(t, unsealed).exec(s.connect(), ask(shopCreate, "7")); e == nil || e.Kind != op.Refused || len(s.sent) != before {
		t.Errorf("%v, sent %q", e, s.sent[before:])
	}
	p = begin(t, unsealed)
	if e := p.exec(s.connect(), ask(shopGet, "7")); e != nil || p.m.records[2].X != "" || told != "the secrets of shop.get are not kept: no key" {
		t.Errorf("%v, %+v, told %q", e, p.m.records[2], told)
	}
}
