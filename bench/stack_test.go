package bench

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/secret"
	"runner/internal/vendors"
)

const email = "ada@example.com"

// A stack is what a run is made of, wired as cmd/runner does it: the journal
// on disk, the report fed by every record, and secrets taken out.
type stack struct {
	b        *testing.B
	dir      string
	runs     int
	redactor *secret.Redactor
	conn     *engine.Connection
}

const clientSecret = "b1946ac92492d234"

// newStack opens a connection, which stays open from run to run as that of
// the loop does. Its limit is out of the way.
func newStack(b *testing.B, s *server, width int) *stack {
	st := &stack{b: b, dir: b.TempDir(), redactor: &secret.Redactor{}}
	st.redactor.Add(clientSecret)
	settings, err := json.Marshal(map[string]any{
		"url": s.url, "client_id": "bench", "client_secret": clientSecret, "rate": 1e9, "connections": width,
	})
	if err != nil {
		b.Fatal(err)
	}
	client, err := module(b).Connect(op.World{Agent: "runner/bench"}, settings)
	if err != nil {
		b.Fatal(err)
	}
	st.conn = engine.NewConnection("alteryx", client)
	return st
}

func module(b *testing.B) *op.Module {
	for _, m := range vendors.Modules() {
		if m.Name == "alteryx" {
			return m
		}
	}
	b.Fatal("there is no module alteryx")
	return nil
}

func (s *stack) operation(verb string) *op.Operation {
	o, ok := module(s.b).Operation(verb)
	if !ok {
		s.b.Fatalf("there is no operation %q", verb)
	}
	return o
}

// A book is the journal as the engine sees it: the report sees every record
// first.
type book struct {
	*journal.Writer
	report *report.Report
}

func (b book) Append(r journal.Record) (int64, error) {
	b.report.Add(r)
	return b.Writer.Append(r)
}

// record makes a run with a journal of its own, which is complete on disk
// when work has returned.
func (s *stack) record(work func(*engine.Run)) {
	s.runs++
	w, err := journal.Create(filepath.Join(s.dir, strconv.Itoa(s.runs)), journal.Options{Now: time.Now, Redact: s.redactor.JSON})
	if err != nil {
		s.b.Fatal(err)
	}
	work(engine.New(context.Background(), engine.Options{
		Host: engine.Local{}, Journal: book{w, report.New()}, Secret: s.redactor.Add, Redact: s.redactor.JSON,
	}))
	if err := w.Close(); err != nil {
		s.b.Fatal(err)
	}
}

// script runs Lua from its text to its end.
func (s *stack) script(source string) {
	script := bindings.Script{Name: "bench.lua", Source: source}
	modules := vendors.Modules()
	if problems, f := bindings.Check(script, modules); f != nil || len(problems) > 0 {
		s.b.Fatal(problems, f)
	}
	s.record(func(r *engine.Run) {
		world := bindings.New(bindings.Options{
			Run: r, Modules: modules,
			Connect: func(*engine.Branch, string, string, string) (*engine.Connection, *op.Error) { return s.conn, nil },
		})
		if f := world.Exec(script); f != nil {
			s.b.Fatal(f.Error, f.At)
		}
	})
}
