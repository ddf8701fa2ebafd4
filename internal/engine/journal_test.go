package engine

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// What may change something is sent only when its intent is on disk.
func TestIntentIsOnDiskBeforeAWriteIsSent(t *testing.T) {
	for _, o := range []*op.Operation{getFlow, createFlow, runFlow, updateFlow, deleteFlow} {
		t.Run(o.Name, func(t *testing.T) {
			m, sent := &memory{}, 0
			r := start(t, m, Perform)
			conn := to(func(_ context.Context, in Flow) (Flow, error) {
				sent++
				begin := int64(len(m.records))
				if m.records[begin-1].Kind != journal.Begin {
					t.Errorf("the last record is %s", line(m.records[begin-1]))
				}
				if onDisk := m.synced >= begin; onDisk != (o.Effect != op.Read) {
					t.Errorf("the intent is record %d, %d are on disk", begin, m.synced)
				}
				return in, nil
			})
			r.Do(func(b *Branch) {
				for range 3 {
					b.Note("info", "between", "")
					_, _ = call(b, conn, o, "7", "")
				}
			})
			if sent != 3 {
				t.Errorf("%d sent", sent)
			}
		})
	}
}

// A journal that cannot be written stops the run before anything is sent.
func TestJournalThatFails(t *testing.T) {
	full := errors.New("append to journal: no space left on device")
	refused := op.Error{
		Kind: op.Refused, Subject: "journal", Cause: full.Error(), RetryAfter: -1,
		Hint: "make room on the disk or mend it; nothing was sent after this",
	}
	ofCall := refused
	ofCall.Op = "acme.create_flow"
	append := func(k journal.Kind) func(*memory) {
		return func(m *memory) {
			m.on = func(r journal.Record) error {
				if r.Kind == k {
					return full
				}
				return nil
			}
		}
	}
	write := func(b *Branch, c *Connection) *op.Error {
		_, e := call(b, c, createFlow, "7", "")
		return e
	}
	for name, tt := range map[string]struct {
		fails  func(*memory)
		script func(b *Branch, c *Connection) *op.Error
		want   *op.Error
		sent   int
		lines  []string
	}{
		"the intent of a write": {append(journal.Begin), write, &refused, 0, []string{}},
		"the intent of a read": {
			append(journal.Begin), func(b *Branch, c *Connection) *op.Error {
				_, e := call(b, c, getFlow, "7", "")
				return e
			}, &refused, 0, []string{},
		},
		"bringing it to disk": {
			func(m *memory) { m.sync = func(int64) error { return full } }, write, &ofCall, 0,
			[]string{"begin :acme.create_flow#1", "fail :acme.create_flow#1 refused stopped"},
		},
		"a line of the log before": {
			append(journal.Note), func(b *Branch, c *Connection) *op.Error {
				b.Note("info", "hello", "")
				return write(b, c)
			}, &refused, 0, []string{},
		},
		"an outcome": {
			append(journal.Done), write, nil, 1, []string{"begin :acme.create_flow#1"},
		},
		"the end of a sleep": {
			append(journal.Timer), func(b *Branch, c *Connection) *op.Error {
				if e := b.Sleep(0); e == nil {
					t.Error("the sleep went well")
				}
				return write(b, c)
			}, &refused, 0, []string{},
		},
		"what was planned is told too": {
			append(journal.Begin), func(b *Branch, c *Connection) *op.Error {
				_, _ = call(b, c, createFlow, "7", "")
				_, e := each(b, "each", 2, numbers(3), func(b *Branch, _ string) *op.Error { return write(b, c) })
				return e
			}, &refused, 0, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, sent := &memory{}, 0
			tt.fails(m)
			conn := to(func(_ context.Context, in Flow) (Flow, error) { sent++; return in, nil })
			r := start(t, m, Perform)
			r.Do(func(b *Branch) {
				got := tt.script(b, conn)
				if tt.want != nil {
					sameError(t, got, *tt.want)
				} else if got != nil {
					t.Error(got)
				}
				sameError(t, r.Stopped(), refused)
				if !errors.Is(r.Stopped(), full) {
					t.Error("the cause is lost")
				}
			})
			if sent != tt.sent {
				t.Errorf("%d sent, want %d", sent, tt.sent)
			}
			sameLines(t, m.lines(), tt.lines)
		})
	}
}

// A ticking host is never asked twice at the same time.
type ticking struct {
	Local
	now   time.Time
	steps []time.Duration // in turn; the last one again and again
}

func (h *ticking) Now() time.Time {
	h.now = h.now.Add(h.steps[0])
	if len(h.steps) > 1 {
		h.steps = h.steps[1:]
	}
	return h.now
}

// The script's time is that of the last delivered event as a reader of the
// journal will see it; a second look at the clock would be a later one.
func TestTheClockIsThatOfTheLastEvent(t *testing.T) {
	zone := time.FixedZone("here", 3600)
	for name, steps := range map[string][]time.Duration{
		"time goes on":       {time.Second},
		"by nanoseconds":     {time.Nanosecond},
		"the clock is reset": {time.Second, time.Second, -time.Hour, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			r := New(t.Context(), Options{Host: &ticking{now: time.Date(2026, 5, 1, 10, 0, 0, 0, zone), steps: steps}, Journal: m})
			r.Do(func(b *Branch) {
				began := b.Now()
				b.Note("info", "an event it is not", "")
				if got := b.Now(); got != began {
					t.Errorf("the clock went on to %v without an event", got)
				}
				events := []func(){
					func() { _, _ = call(b, to(echo), getFlow, "7", "") },
					func() { _ = b.Sleep(0) },
					func() { _, _ = call(b, to(echo), createFlow, "7", "") },
				}
				for i, event := range events {
					event()
					if got, want := b.Now(), m.records[len(m.records)-1].T; got != want {
						t.Errorf("after event %d it is %v, the record says %v", i+1, got, want)
					}
				}
			})
			for i, rec := range m.records {
				if rec.T.Location() != time.UTC || i > 0 && rec.T.Before(m.records[i-1].T) {
					t.Errorf("record %d is of %v", i+1, rec.T)
				}
			}
		})
	}
}

// Values of secret fields are known before a record can hold them, and stand
// in no digest.
func TestSecretsAreKnownBeforeTheyAreRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		policy Policy
		args   string
		answer Flow
		want   []string
	}{
		"of an argument":    {Perform, `{"id":"7","token":"s3cret-in"}`, Flow{ID: "7"}, []string{"s3cret-in"}},
		"of an answer":      {Perform, `{"id":"7"}`, Flow{ID: "7", Token: "s3cret-out"}, []string{"s3cret-out"}},
		"of both":           {Perform, `{"id":"7","token":"s3cret-in"}`, Flow{ID: "7", Token: "s3cret-out"}, []string{"s3cret-in", "s3cret-out"}},
		"of a planned call": {Dry, `{"id":"7","token":"s3cret-in"}`, Flow{}, []string{"s3cret-in"}},
	} {
		t.Run(name, func(t *testing.T) {
			var secrets []string
			redact := func(b []byte) []byte {
				text := string(b)
				for _, s := range secrets {
					text = strings.ReplaceAll(text, s, "[secret]")
				}
				return []byte(text)
			}
			m := &memory{}
			m.on = func(r journal.Record) error {
				if b := redact(r.B); strings.Contains(string(b), "s3cret") {
					t.Errorf("%s is recorded when only %q are known", b, secrets)
				}
				return nil
			}
			r := New(t.Context(), Options{Host: Local{}, Journal: m, Policy: tt.policy, Redact: redact, Secret: func(s string) { secrets = append(secrets, s) }})
			c := Call{Op: updateFlow, Connection: to(func(context.Context, Flow) (Flow, error) { return tt.answer, nil }), Args: []byte(tt.args)}
			r.Do(func(b *Branch) { _, _ = b.Call(c) })
			if !slices.Equal(secrets, tt.want) {
				t.Errorf("got %q, want %q", secrets, tt.want)
			}
			c.Args = []byte(strings.ReplaceAll(tt.args, "s3cret-in", "[secret]"))
			if want := r.digest(c); m.records[0].H != want {
				t.Errorf("the digest is %s, without the secret %s", m.records[0].H, want)
			}
		})
	}
}

// A large body is named by its digest; the script gets it whole.
func TestLargeBodiesAreElidedInRecords(t *testing.T) {
	small, large := strings.Repeat("x", 1000), strings.Repeat("x", maxBody)
	elided := func(text string) string {
		return fmt.Sprintf(`{"$bytes":%d,"sha256":"%x"}`, len(text), sha256.Sum256([]byte(text)))
	}
	in := func(name string) string { return fmt.Sprintf(`{"id":"7","name":%q}`, name) }
	out := func(name string) string { return fmt.Sprintf(`{"id":"7","name":%q,"token":""}`, name) }
	for name, tt := range map[string]struct{ args, answer, inRecord, outRecord string }{
		"small": {small, small, in(small), out(small)},
		"large": {large, large, elided(in(large)), elided(out(large))},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			start(t, m, Perform).Do(func(b *Branch) {
				a, e := b.Call(Call{Op: getFlow, Args: []byte(in(tt.args)), Connection: to(func(_ context.Context, in Flow) (Flow, error) {
					if in.Name != tt.args {
						t.Errorf("the vendor got %d bytes", len(in.Name))
					}
					return Flow{ID: "7", Name: tt.answer}, nil
				})})
				if e != nil || string(a.Result) != out(tt.answer) {
					t.Errorf("the script got %d bytes, %v", len(a.Result), e)
				}
			})
			var begin journal.Call
			if err := json.Unmarshal(m.records[0].B, &begin); err != nil || string(begin.Args) != tt.inRecord || string(m.records[1].B) != tt.outRecord {
				t.Errorf("the records hold %.100s and %.100s, %v", begin.Args, m.records[1].B, err)
			}
		})
	}
	t.Run("a large plan", func(t *testing.T) {
		m := &memory{}
		start(t, m, Dry).Do(func(b *Branch) {
			a, e := b.Call(Call{Op: addFlow, Args: []byte(in(large)), Connection: to(echo)})
			if e != nil || len(a.Result) < maxBody {
				t.Errorf("the script got %d bytes, %v", len(a.Result), e)
			}
		})
		if n := len(m.records[0].B); n > 1000 {
			t.Errorf("the record holds %d bytes", n)
		}
	})
}

func TestWhatABranchTellsIsRecorded(t *testing.T) {
	m := &memory{}
	r := start(t, m, Dry)
	r.Do(func(b *Branch) {
		b.Step("report", func() Ended {
			b.Note("warn", "careful", "a.lua:3")
			b.Output("rows", []byte(`[1,2]`))
			b.OpenPoint("a.lua:4", "id of flow 7", "a comparison needs it")
			return Ended{Status: journal.StatusOpen, Reason: "at a.lua:4"}
		})
		b.Output("broken", []byte(`[1,`))
		sameError(t, r.Stopped(), op.Error{Kind: op.Bug, Cause: r.Stopped().Cause, RetryAfter: -1})
	})
	type record struct {
		Kind   journal.Kind
		Key, B string
	}
	var got []record
	for _, r := range m.records {
		got = append(got, record{r.Kind, r.Key, string(r.B)})
	}
	want := []record{
		{journal.Step, "/report", `{"event":"start","branch":false}`},
		{journal.Note, "/report", `{"level":"warn","text":"careful","at":"a.lua:3"}`},
		{journal.Output, "/report", `{"name":"rows","value":[1,2]}`},
		{journal.Point, "/report", `{"at":"a.lua:4","label":"id of flow 7","why":"a comparison needs it"}`},
		{journal.Step, "/report", `{"event":"end","branch":false,"status":"open","reason":"at a.lua:4"}`},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// The vendor's name for a request is what its support asks for.
func TestRequestIDsAreKept(t *testing.T) {
	named := func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Request-Id", "req-7")
			next(w, r)
		}
	}
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"of an answer":        {named(answers(200)), "req-7"},
		"of a failure":        {named(answers(404)), "req-7"},
		"the vendor has none": {answers(200), ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, s := &memory{}, newSite(t, tt.handler)
			start(t, m, Perform).Do(func(b *Branch) {
				_, _ = b.Call(Call{Op: webGet, Connection: s.connect(t, op.Limit{}, 0), Args: []byte(`{"id":"7"}`)}) // the record tells
			})
			if got := m.records[1].ID; got != tt.want {
				t.Errorf("the outcome's record names request %q, want %q", got, tt.want)
			}
		})
	}
}
