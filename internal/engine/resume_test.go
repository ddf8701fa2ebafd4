package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file holds what the tests of runs that go on have in common: a vendor
// that remembers, and processes that die.

// A shop is a vendor that outlives the processes of a run.
type shop struct {
	mu     sync.Mutex
	sent   []string // what it was asked for: "create 7"
	keys   []string // idempotency keys that it got
	looked []time.Time
	since  []time.Time // what the looks asked for

	// answer says what comes of a request; nil answers what was asked for.
	answer func(ctx context.Context, verb string, in Flow) (Flow, error)
	// look says whether a call landed; nil says that none did.
	look func(in Flow) (Flow, bool, error)
}

func (s *shop) perform(ctx context.Context, verb string, in Flow) (Flow, error) {
	s.mu.Lock()
	s.sent = append(s.sent, verb+" "+in.ID)
	s.keys = append(s.keys, op.Key(ctx))
	answer := s.answer
	s.mu.Unlock()
	if answer == nil {
		return in, nil
	}
	return answer(ctx, verb, in)
}

const settleTime = time.Minute

func looking(_ context.Context, s *shop, in Flow, since time.Time) (Flow, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked, s.since = append(s.looked, time.Now()), append(s.since, since)
	if s.look == nil {
		return Flow{}, false, nil
	}
	return s.look(in)
}

func atShop(verb string, e op.Effect, i op.Idempotency, parts ...op.Part[*shop, Flow, Flow]) *op.Operation {
	return op.New(op.Operation{Name: "shop." + verb, Doc: "Does something.", Source: "made up", Effect: e, Idempotency: i, Object: "flow"},
		func(ctx context.Context, s *shop, in Flow) (Flow, error) { return s.perform(ctx, verb, in) }, parts...)
}

var (
	shopGet    = atShop("get", op.Read, op.Once)
	shopCreate = atShop("create", op.Write, op.Once)
	shopAdd    = atShop("add", op.Write, op.Once, op.Probe[*shop, Flow, Flow](settleTime, looking))
	shopRun    = atShop("run", op.Write, op.Keyed)
	shopPut    = atShop("put", op.Write, op.Idempotent)
	shopDelete = atShop("delete", op.Destructive, op.Once)
)

func (s *shop) connect() *Connection { return NewConnection("shop", op.Client{Vendor: s}) }

// A script is what runs; its error ends the run.
type script func(b *Branch, c *Connection) *op.Error

// ask is a call whose failure ends the script.
func ask(o *op.Operation, id string) script {
	return func(b *Branch, c *Connection) *op.Error {
		_, e := call(b, c, o, id, "")
		return e
	}
}

// inOrder does one after the other.
func inOrder(parts ...script) script {
	return func(b *Branch, c *Connection) *op.Error {
		for _, part := range parts {
			if e := part(b, c); e != nil {
				return e
			}
		}
		return nil
	}
}

// caught does something whose failure does not matter.
func caught(part script) script {
	return func(b *Branch, c *Connection) *op.Error {
		_ = part(b, c)
		return nil
	}
}

// inStep is a step that ends as its part does.
func inStep(name string, part script) script {
	return func(b *Branch, c *Connection) (e *op.Error) {
		b.Step(name, func() Ended {
			e = part(b, c)
			return endOf(b, e)
		})
		return e
	}
}

// beside runs a branch for each part, all at a time.
func beside(parts ...script) script { return branches(len(parts), parts...) }

// branches runs a branch for each part, and fails as the first that fails.
func branches(width int, parts ...script) script {
	return func(b *Branch, c *Connection) *op.Error {
		var first *op.Error
		_, e := b.Each(FanOut{Name: "each", Keys: numbers(len(parts)), Width: width, Worker: func() func(*Branch, int) (Ended, bool) {
			return func(b *Branch, i int) (Ended, bool) {
				e := parts[i](b, c)
				if first == nil {
					first = e
				}
				return endOf(b, e), e != nil && e.Kind != op.InDoubt
			}
		}})
		if first != nil {
			return first
		}
		return e
	}
}

// endOf is how a step ends, as the language has it.
func endOf(b *Branch, e *op.Error) Ended {
	switch {
	case e == nil:
		return Ended{Status: journal.StatusDone}
	case b.Run().Stopped() != nil:
		return Ended{Status: journal.StatusStopped}
	case e.Kind == op.InDoubt:
		return Ended{Status: journal.StatusInDoubt, Reason: e.Error(), Call: e.Call}
	}
	return Ended{Status: journal.StatusFailed, Reason: e.Error(), Call: e.Call}
}

// A process is one life of a run.
type process struct {
	run *Run
	m   *memory
	was int // records at its start
}

// begin prepares a new run.
func begin(t testing.TB, change ...func(*Options)) *process {
	t.Helper()
	m := &memory{}
	m.put(journal.Record{Kind: journal.Open, T: time.Now().Round(0).UTC(), B: body(journal.Opening{Format: 1, Run: "test"})})
	o := Options{Run: "test", Host: Local{}, Journal: m, Began: m.records[0].T}
	for _, f := range change {
		f(&o)
	}
	return &process{run: New(t.Context(), o), m: m, was: 1}
}

// goOn prepares a run that goes on from records.
func goOn(t testing.TB, records []journal.Record, c journal.Continuation, change ...func(*Options)) *process {
	t.Helper()
	h := historyOf(t, records)
	if !h.Exact() {
		c.Anew = true
	}
	h.Resume(c)
	m := &memory{records: slices.Clone(records), goesOn: &c, synced: int64(len(records))}
	o := Options{Run: "test", Host: Local{}, Journal: m, History: h}
	for _, f := range change {
		f(&o)
	}
	return &process{run: New(t.Context(), o), m: m, was: len(records)}
}

func historyOf(t testing.TB, records []journal.Record) *History {
	t.Helper()
	h := NewHistory()
	for _, rec := range records {
		if err := h.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// exec runs a script to its end, and records how it ended, as a host does.
func (p *process) exec(c *Connection, s script) (e *op.Error) {
	p.run.Do(func(b *Branch) {
		if e = s(b, c); e == nil {
			e = b.Close()
		}
	})
	if p.run.Replaying() {
		return e
	}
	end := journal.Record{Kind: journal.End, B: body(journal.Ending{})}
	if e != nil {
		end.B, end.E = body(journal.Ending{Code: 1, Reason: e.Error(), Call: e.Call}), marshalError(*e)
	}
	end.T = p.run.tick()
	_, _ = p.m.Append(end)
	return e
}

// cut is what is left of a journal after the last record that is line.
func (p *process) cut(t testing.TB, last string) []journal.Record {
	t.Helper()
	for i, rec := range slices.Backward(p.m.records) {
		if line(rec) == last {
			return slices.Clone(p.m.records[:i+1])
		}
	}
	t.Fatalf("there is no %q in\n  %q", last, p.m.lines())
	return nil
}

// added are the records of this process.
func (p *process) added() []string { return p.m.lines()[p.was:] }

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("%s:\n  %q\nwant\n  %q", what, got, want)
	}
}

// lostAnswer is a failure that leaves open whether the vendor acted.
func lostAnswer() error {
	return &op.Error{Kind: op.Unavailable, Cause: "the connection broke", Sent: true, Acts: true, RetryAfter: -1}
}

// refusal is a failure that leaves nothing open.
func refusal() error {
	return &op.Error{Kind: op.Conflict, Cause: "it is running", Status: 409, Sent: true, Acts: true, RetryAfter: -1}
}
