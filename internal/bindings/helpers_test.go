package bindings

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
)

// This file holds the small world that the tests run scripts in: a module
// called desk over a client in memory, and a journal that remembers.

// desk is the client. Its operations may run at the same time.
type desk struct {
	mu      sync.Mutex
	tickets []ticket
	value   json.RawMessage // what desk.make_value answers
	most    int             // calls under way at the same time
	now     int
	hold    func(context.Context) // called while a call of wait_ticket is under way
}

type ticket struct {
	ID    int64    `json:"id" lua:"id"`
	Name  string   `json:"name" lua:"name"`
	State string   `json:"state" lua:"state"`
	Tags  []string `json:"tags" lua:"tags"`
	Owner *person  `json:"owner,omitempty" lua:"owner"`
	Free  op.Raw   `json:"free,omitempty" lua:"free"`
	Extra op.Extra `json:",embed"`
}

type person struct {
	Email string `json:"email" lua:"email,required" doc:"Who."`
	Role  string `json:"role" lua:"role" enum:"Viewer Artisan Curator"`
}

type addTicket struct {
	Name   string               `lua:"name,required,key" doc:"What it is called."`
	State  string               `lua:"state" enum:"open closed"`
	Tags   []string             `lua:"tags"`
	States []string             `lua:"states" enum:"open closed"`
	Owner  *person              `lua:"owner"`
	People []person             `lua:"people"`
	Share  float64              `lua:"share"`
	Count  op.Opt[int64]        `lua:"count,nullable"`
	Urgent op.Opt[bool]         `lua:"urgent"`
	Due    op.Opt[op.RFC3339]   `lua:"due,nullable"`
	Day    op.Opt[op.Day]       `lua:"day"`
	File   []byte               `lua:"file"`
	Labels map[string]string    `lua:"labels"`
	Nested map[string][]float64 `lua:"nested"`
	Free   op.Raw               `lua:"free"`
	Token  string               `lua:"token,secret"`
}

type byID struct {
	ID int64 `lua:"id,required,key" doc:"Which."`
}

type failing struct {
	Kind   string `lua:"kind,required,key"`
	Status int64  `lua:"status"`
	Go     string `lua:"go"`
}

type anything struct {
	Value op.Raw `lua:"value"`
}

// echoed predicts that fields will be as the arguments of the same names say.
func echoed(o *op.Operation, args []byte, label func(field string) string) []byte {
	given, _ := op.Tree(args).(map[string]any)
	out := map[string]any{}
	for _, f := range o.Out().Names() {
		if v, ok := given[f]; ok {
			out[f] = v
		} else {
			out[f] = op.Unknown{Label: label(f)}
		}
	}
	return op.AppendTree(nil, out)
}

func declared(name string, effect op.Effect) op.Operation {
	return op.Operation{Name: "desk." + name, Doc: "Does it.", Source: "https://docs.example", Effect: effect, Object: "ticket", Predict: echoed}
}

func deskModule() *op.Module {
	unpredicted := func(o op.Operation) op.Operation {
		o.Predict = nil
		return o
	}
	list := func(_ context.Context, d *desk, _ struct{}, cursor string) ([]ticket, string, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		from := 0
		fmt.Sscan(cursor, &from)
		to := min(from+2, len(d.tickets))
		next := ""
		if to < len(d.tickets) {
			next = fmt.Sprint(to)
		}
		return d.tickets[from:to], next, nil
	}
	return op.NewModule(op.Module{Name: "desk", Title: "Desk", Operations: []*op.Operation{
		op.New(declared("add_ticket", op.Write), func(_ context.Context, d *desk, in addTicket) (ticket, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			t := ticket{ID: int64(len(d.tickets) + 1), Name: in.Name, State: "open", Tags: in.Tags, Owner: in.Owner, Free: in.Free}
			d.tickets = append(d.tickets, t)
			return t, nil
		}),
		op.New(declared("get_ticket", op.Read), func(_ context.Context, d *desk, in byID) (ticket, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if in.ID < 1 || in.ID > int64(len(d.tickets)) {
				return ticket{}, &op.Error{Kind: op.NotFound, Cause: "there is no such ticket", Hint: "look at desk.list_tickets", Status: 404, RequestID: "r1", RetryAfter: -1}
			}
			return d.tickets[in.ID-1], nil
		}),
		op.New(declared("remove_ticket", op.Destructive), func(context.Context, *desk, byID) (op.None, error) { return op.None{}, nil }),
		op.NewList(declared("list_tickets", op.Read), list),
		op.New(declared("wait_ticket", op.Read), func(ctx context.Context, d *desk, in byID) (ticket, error) {
			d.mu.Lock()
			d.now++
			d.most = max(d.most, d.now)
			d.mu.Unlock()
			if d.hold != nil {
				d.hold(ctx)
			}
			d.mu.Lock()
			d.now--
			d.mu.Unlock()
			return ticket{ID: in.ID}, ctx.Err()
		}),
		op.New(declared("fail_ticket", op.Read), func(_ context.Context, _ *desk, in failing) (op.None, error) {
			if in.Go != "" {
				panic(in.Go)
			}
			return op.None{}, &op.Error{Kind: op.Kind(in.Kind), Subject: "ticket 7", Cause: "it fell", Hint: "pick it up", Status: int(in.Status), RetryAfter: -1}
		}),
		op.New(unpredicted(declared("make_value", op.Write)), func(_ context.Context, d *desk, _ struct{}) (op.Raw, error) { return op.Raw(d.value), nil }),
		op.New(declared("echo_value", op.Read), func(_ context.Context, _ *desk, in anything) (anything, error) { return in, nil }),
		op.New(declared("send_value", op.Write), func(context.Context, *desk, anything) (op.None, error) { return op.None{}, nil }),
	}}, func(op.World, struct{}) (op.Client, error) { return op.Client{}, nil })
}

// memory is a journal that remembers.
type memory struct {
	mu      sync.Mutex
	records []journal.Record
}

func (m *memory) Append(r journal.Record) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.N = int64(len(m.records) + 1)
	m.records = append(m.records, r)
	return r.N, nil
}

func (*memory) Flush(int64) {}

func (*memory) Sync(int64) error { return nil }

func (m *memory) all() []journal.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.records
}

// A play is one run of a script, and what came of it.
type play struct {
	t       *testing.T
	desk    *desk
	journal *memory
	world   *World
	run     *engine.Run
	failure *Failure
}

// A stage says how to run it.
type stage struct {
	dry     bool
	options Options
	desk    *desk
	files   map[string]string // modules of the project
	host    engine.Host
	still   func(what string, since time.Duration)
}

func (s stage) open(t *testing.T) *play {
	p := &play{t: t, desk: s.desk, journal: &memory{}}
	if p.desk == nil {
		p.desk = &desk{}
	}
	if s.host == nil {
		s.host = engine.Local{}
	}
	policy := engine.Perform
	if s.dry {
		policy = engine.Dry
	}
	p.run = engine.New(context.Background(), engine.Options{Host: s.host, Journal: p.journal, Policy: policy, Still: s.still})
	o := s.options
	o.Run, o.Modules = p.run, append(o.Modules, deskModule())
	if o.Connect == nil {
		o.Connect = func(_ *engine.Branch, _, _, name string) (*engine.Connection, *op.Error) {
			if name == "nowhere" {
				return nil, &op.Error{Kind: op.Refused, Cause: "there is no connection nowhere", RetryAfter: -1}
			}
			return engine.NewConnection(name, op.Client{Vendor: p.desk}), nil
		}
	}
	if o.Params == nil {
		o.Params = func([]Param) (map[string]any, *op.Error) { return nil, nil }
	}
	if o.Load == nil {
		o.Load = func(name string) (string, string, bool, error) {
			source, ok := s.files[name]
			return name + ".lua", source, ok, nil
		}
	}
	if o.Secret == nil {
		o.Secret = func(ref string) (string, *op.Error) { return "value of " + ref, nil }
	}
	if o.MaxCompute == 0 {
		o.MaxCompute = 20 * time.Second
	}
	p.world = New(o)
	return p
}

func (s stage) play(t *testing.T, source string) *play {
	t.Helper()
	p := s.open(t)
	p.failure = p.world.Exec(Script{Name: "script.lua", Source: source})
	return p
}

// printed are the texts that the script printed.
func (p *play) printed() []string {
	var lines []string
	for _, r := range p.journal.all() {
		var l journal.Line
		if r.Kind == journal.Note && json.Unmarshal(r.B, &l) == nil && l.Level == "print" {
			lines = append(lines, l.Text)
		}
	}
	return lines
}

// points are the open points, as "file:line label".
func (p *play) points() []string {
	var list []string
	for _, r := range p.journal.all() {
		var o journal.OpenPoint
		if r.Kind == journal.Point && json.Unmarshal(r.B, &o) == nil {
			list = append(list, o.At+" "+o.Label)
		}
	}
	return list
}

// calls are those that were made or planned, as "key args".
func (p *play) calls() []string {
	var list []string
	for _, r := range p.journal.all() {
		var c journal.Call
		if (r.Kind == journal.Begin || r.Kind == journal.Planned) && json.Unmarshal(r.B, &c) == nil {
			list = append(list, r.Key+" "+string(c.Args))
		}
	}
	return list
}

// ends are how steps and branches ended, as "path status".
func (p *play) ends() []string {
	var list []string
	for _, r := range p.journal.all() {
		var e journal.StepEvent
		if r.Kind == journal.Step && json.Unmarshal(r.B, &e) == nil && e.Event == "end" {
			list = append(list, r.Key+" "+e.Status)
		}
	}
	return list
}

// said is all that the failure says.
func (p *play) said() string {
	if p.failure == nil {
		return ""
	}
	return p.failure.text()
}

func (f *Failure) text() string {
	text := fmt.Sprintf("%s: [%s] %s", f.At, f.Kind, f.Error.Error())
	if f.Hint != "" {
		text += " (" + f.Hint + ")"
	}
	return text
}

func (p *play) mustWork() *play {
	p.t.Helper()
	if p.failure != nil {
		p.t.Fatalf("the script failed: %s", p.said())
	}
	return p
}

// fails checks the kind and a part of what a script's failure says.
func fails(t *testing.T, source string, kind op.Kind, want string) {
	t.Helper()
	p := stage{}.play(t, source)
	if p.failure == nil {
		t.Fatalf("%s\ndid not fail", source)
	}
	if p.failure.Kind != kind || !strings.Contains(p.said(), want) {
		t.Errorf("%s\nfailed with %s\nwant %s with %q", source, p.said(), kind, want)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
