package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/vendors"
)

// A session executes one script: it wires the engine, the language, the
// journal and the report together.
type session struct {
	a       *app
	f       *flags
	script  bindings.Script
	dir     string // where the project is looked for
	params  func([]bindings.Param) (map[string]any, *op.Error)
	oneCall *op.Operation // the script was written for this call; nobody knows its lines

	out, err *printer
	report   *report.Report
	journal  *record
	config   *config
	stops    []func()
	modules  map[string]string // sources of the project's modules, by their names in messages
}

// execute runs the script; the error is its exit code.
func (s *session) execute(ctx context.Context) error {
	s.open()
	defer s.close()
	if problems, f := bindings.Check(s.script, vendors.Modules()); f != nil || len(problems) > 0 {
		return exitError(s.invalid(problems, f))
	}
	run := s.begin(ctx)
	var e *op.Error
	if s.config, e = s.a.loadConfig(s.dir); e != nil {
		return s.finish(&bindings.Failure{Error: e}, nil)
	}
	world := bindings.New(bindings.Options{
		Run: run, Modules: vendors.Modules(), Connect: s.connect, Load: s.load,
		Seed: s.journal.seed, MaxCompute: s.f.maxCompute, MaxMemory: uint64(s.f.maxMemory) << 20,
		Secret: s.secret,
		Params: func(list []bindings.Param) (map[string]any, *op.Error) { return s.params(list) },
	})
	release := s.a.onSignal(run, s.err)
	failure := world.Exec(s.script)
	return s.finish(failure, release())
}

// open prepares what writes: every writer redacts.
func (s *session) open() {
	s.report, s.modules = report.New(), map[string]string{}
	s.out = newPrinter(s.a.stdout, &s.a.redactor, s.a.styleOf(s.a.stdout, s.f.color))
	s.err = newPrinter(s.a.stderr, &s.a.redactor, s.a.styleOf(s.a.stderr, s.f.color))
	s.err.style.Full = s.f.full
}

// begin opens the run and its journal.
func (s *session) begin(ctx context.Context) *engine.Run {
	now := s.a.now()
	id := journal.NewID(now, rand.Reader)
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	s.journal = &record{
		dir: s.a.stateDir("runs", id), script: s.script, seed: binary.LittleEndian.Uint64(seed[:]),
		observe: s.observe, unwritten: s.unwritten, redact: s.a.redactor.String,
		options: journal.Options{Now: s.a.now, Redact: s.a.redactor.JSON},
	}
	policy, mode := engine.Perform, "run"
	if s.f.dryRun {
		policy, mode = engine.Dry, "dry-run"
	}
	s.append(journal.Open, nil, journal.Opening{
		Format: 1, Run: id, Tool: version, Script: s.script.Name, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(s.script.Source))),
		Params: s.f.paramTexts, Mode: mode, Seed: s.journal.seed, Emulate: s.f.emulate,
	})
	return engine.New(ctx, engine.Options{
		Host: engine.Local{}, Journal: s.journal, Policy: policy,
		Secret: s.a.redactor.Add, Redact: s.a.redactor.JSON, Waiting: s.waiting,
	})
}

// close ends what the session began; after a crash the journal too.
func (s *session) close() {
	if s.journal != nil {
		_, _ = s.journal.Close() // finish has told
	}
	for _, stop := range s.stops {
		stop()
	}
}

// observe sees every record as it is made: it prints what the script prints,
// and feeds the report.
func (s *session) observe(r journal.Record) {
	s.report.Add(r)
	if r.Kind != journal.Note {
		return
	}
	var l journal.Line
	if json.Unmarshal(r.B, &l) != nil {
		return
	}
	switch {
	case l.Level == "print" && !s.f.json:
		if s.out.style.Inert {
			l.Text = report.Inert(l.Text)
		}
		s.out.line(l.Text)
	case l.Level == "print":
		s.err.line(report.Inert(l.Text))
	case l.Level != "debug" || s.f.debug:
		s.err.line(report.Inert(l.Level + ": " + l.Text))
	}
}

func (s *session) append(k journal.Kind, failure *op.Error, body any) {
	rec := journal.Record{Kind: k, T: s.a.now(), B: marshal(body)}
	if failure != nil {
		rec.E = marshal(failure)
	}
	_, _ = s.journal.Append(rec) // Close tells
}

// marshal writes a struct of ours.
func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// secret resolves a reference that stands in the script.
func (s *session) secret(ref string) (string, *op.Error) { return s.a.secretIn(s.dir, ref) }

// load finds a module of the project.
func (s *session) load(name string) (chunk, source string, ok bool, err error) {
	path := strings.ReplaceAll(name, ".", "/")
	for _, dir := range []string{s.dir, s.config.project} {
		for _, candidate := range []string{path + ".lua", path + "/init.lua"} {
			full := filepath.Join(dir, filepath.FromSlash(candidate))
			b, err := os.ReadFile(full)
			if err == nil {
				chunk = s.a.shown(full)
				s.modules[chunk] = string(b)
				return chunk, string(b), true, nil
			}
			if !errors.Is(err, os.ErrNotExist) {
				return "", "", false, err
			}
		}
	}
	return "", "", false, nil
}
