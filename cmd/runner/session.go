package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/guard"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/plan"
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
	path    string // of the script's file, "" if it is none
	params  func([]bindings.Param) (map[string]any, *op.Error)
	oneCall *op.Operation // the script was written for this call; nobody knows its lines

	out, err *printer
	report   *report.Report
	journal  *record
	config   *config
	sealing  *sealing
	run      *engine.Run
	stops    []func()
	modules  map[string]string // sources of the project's modules, by their names in messages
	inputs   map[string]string // digests of the files that params name, by their paths
	given    map[string][]byte // those files

	told     map[*engine.Connection]bool // connections of which the journal knows where they lead
	claims   map[place]*claim            // leases, guarded by the baton
	accounts *accounts                   // shared with the dry run before the first change
	gate     *gate
	limits   *guard.Limits     // of a dry run: it counts; otherwise the gate's
	past     *resuming         // of a run that goes on
	paths    map[string]string // files of the project's modules that were loaded, by name
	asks     []string          // of a dry run: the questions of the script
	tally    map[string]int    // of a dry run: the calls that doing it will take, by connection
	records  []journal.Record  // of a dry run that makes a plan
	plan     *applying         // of an apply
	halted   halt              // what a person or a guard stopped
	foresaw  bool              // a dry run was made before the first change
	within   *session          // of a dry run before the first change: the session that makes it
}

// execute runs the script; the error is its exit code.
func (s *session) execute(ctx context.Context) error {
	if s.past == nil { // else the report has begun
		s.open()
	}
	defer s.close()
	if problems, f := bindings.Check(s.script, vendors.Modules()); f != nil || len(problems) > 0 {
		return exitError(s.invalid(problems, f))
	}
	s.begin(ctx)
	release, overdue := s.a.onSignal(s.run, s.err), s.deadline()
	failure := s.perform()
	overdue()
	return s.finish(failure, release())
}

// prepare reads the settings.
func (s *session) prepare() (e *op.Error) {
	if s.config, e = s.a.loadConfig(s.dir); e != nil {
		return e
	}
	if s.sealing, e = s.a.sealing(s.config); e != nil {
		return e
	}
	if s.past != nil {
		return s.past.reconnect(s)
	}
	if s.plan != nil {
		return s.plan.reconnect(s)
	}
	return nil
}

// perform prepares the run, and executes the script.
func (s *session) perform() *bindings.Failure {
	if e := s.prepare(); e != nil {
		return &bindings.Failure{Error: e}
	}
	return s.interpret()
}

// interpret executes the script.
func (s *session) interpret() *bindings.Failure {
	world := bindings.New(bindings.Options{
		Run: s.run, Modules: vendors.Modules(), Connect: s.connect, Load: s.load,
		Seed: s.journal.seed, MaxCompute: s.f.maxCompute, MaxMemory: uint64(s.f.maxMemory) << 20,
		Secret: s.secret, Limits: s.limit, Confirm: s.confirm,
		Params: func(list []bindings.Param) (map[string]any, *op.Error) { return s.params(list) },
	})
	return world.Exec(s.script)
}

// open prepares what writes: every writer redacts.
func (s *session) open() {
	s.report, s.modules = report.New(), map[string]string{}
	s.tally, s.claims, s.told = map[string]int{}, map[place]*claim{}, map[*engine.Connection]bool{}
	stdout, stderr := s.a.stdout, s.a.stderr
	if s.within != nil { // nobody wants to read everything twice
		stdout, stderr = io.Discard, io.Discard
	} else {
		s.accounts = newAccounts()
	}
	s.out = newPrinter(stdout, &s.a.redactor, s.a.styleOf(stdout, s.f.color))
	s.err = newPrinter(stderr, &s.a.redactor, s.a.styleOf(stderr, s.f.color))
	s.err.style.Full = s.f.full
}

// begin opens the run and its journal.
func (s *session) begin(ctx context.Context) {
	now := s.a.now()
	id := journal.NewID(now, rand.Reader)
	if s.past != nil {
		id = s.past.history.Opening.Run
	}
	s.journal = &record{
		dir: s.folder(id), script: s.script, seed: s.seed(),
		observe: s.observe, unwritten: s.unwritten, redact: s.a.redactor.String,
		options: s.a.journalOptions(),
	}
	policy, mode := engine.Perform, "run"
	g := newGate(s)
	s.gate, s.limits = g, &g.limits
	for _, l := range s.f.bounds {
		s.limits.Add(l)
	}
	switch {
	case s.f.dryRun:
		policy, mode = engine.Dry, "dry-run"
	case s.plan != nil:
		mode = "apply"
		s.limits.SetPopulation(s.plan.Population, s.script.Name)
	}
	options := engine.Options{
		Run: id, Host: s.a.host(), Journal: s.a.watched(s.journal), Policy: policy, Gate: g, Began: now,
		Secret: s.a.redactor.Add, Redact: s.a.redactor.JSON, Waiting: s.waiting, Still: s.still,
		Seal: s.seal, Open: s.unseal,
	}
	if s.journal.dir != "" {
		options.Blobs = &journal.Blobs{Dir: filepath.Join(s.journal.dir, journal.BlobsName)}
	}
	if s.past != nil {
		s.past.goOn(s, &options)
	} else {
		s.appendAt(now, journal.Open, nil, s.opening(id, mode))
		s.keepInputs()
	}
	s.run = engine.New(ctx, options)
}

// seal closes a result to the user's key, if there is one.
func (s *session) seal(result []byte) (string, error) {
	if !s.sealing.Configured() {
		return "", nil
	}
	return s.sealing.Seal(result)
}

func (s *session) unseal(sealed string) ([]byte, *op.Error) { return s.sealing.Open(sealed) }

// opening is how the run begins.
func (s *session) opening(id, mode string) journal.Opening {
	return journal.Opening{
		Format: 1, Run: id, Tool: version, Script: s.script.Name, SHA256: plan.Digest([]byte(s.script.Source)),
		Params: s.f.paramTexts, Mode: mode, Seed: s.journal.seed, Emulate: s.f.emulate, Plan: s.planID(),
		Dir: s.dir, Path: s.path, Inputs: s.inputs, Flags: s.f.decisive,
	}
}

// keepInputs keeps what the run has been given.
func (s *session) keepInputs() {
	for name, path := range s.paths {
		s.journal.Keep(journal.KeptScript, name, append([]byte("-- "+path+"\n"), s.modules[path]...))
	}
	for path, content := range s.given {
		s.journal.Keep(journal.KeptInputs, path, content)
	}
}

// networkVariable allows a state folder on another machine.
const networkVariable = "RUNNER_STATE_ON_NETWORK"

// journalOptions are those of every journal.
func (a *app) journalOptions() journal.Options {
	network, _ := a.env(networkVariable)
	return journal.Options{
		Now: a.now, Redact: a.redactor.JSON, PID: os.Getpid(), Host: hostname(), NetworkFS: network != "" && network != "0",
	}
}

// close ends what the session began; after a crash the journal too.
func (s *session) close() {
	if s.journal != nil {
		_, _ = s.journal.Close() // finish has told
	}
	s.release()
	for _, stop := range s.stops {
		stop()
	}
}

// observe sees every record as it is made: it prints what the script prints,
// and feeds the report.
func (s *session) observe(r journal.Record) {
	s.report.Add(r)
	if s.f.dryRun {
		s.foresee(r)
	}
	s.replayed(r)
	if r.Kind == journal.Done || r.Kind == journal.Fail {
		s.gate.settle(r.Key)
	}
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

// replayed sees the outcomes of calls, also those that the journal had.
func (s *session) replayed(r journal.Record) {
	if s.plan != nil {
		s.plan.learn(r)
	}
}

func (s *session) append(k journal.Kind, failure *op.Error, body any) {
	s.appendAt(s.a.now(), k, failure, body)
}

func (s *session) appendAt(t time.Time, k journal.Kind, failure *op.Error, body any) {
	rec := journal.Record{Kind: k, T: t, B: marshal(body)}
	if k == journal.Note {
		rec.Via = engine.ViaHost
	}
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
	if s.past != nil {
		if chunk, source, ok = s.past.module(name); ok {
			s.modules[chunk] = source
			return chunk, source, true, nil
		}
	}
	path := strings.ReplaceAll(name, ".", "/")
	for _, dir := range []string{s.dir, s.config.project} {
		for _, candidate := range []string{path + ".lua", path + "/init.lua"} {
			full := filepath.Join(dir, filepath.FromSlash(candidate))
			b, err := os.ReadFile(full)
			if err == nil {
				chunk = s.a.shown(full)
				s.modules[chunk] = string(b)
				if s.paths == nil {
					s.paths = map[string]string{}
				}
				s.paths[name] = chunk
				if s.journal != nil {
					s.journal.Keep(journal.KeptScript, name, append([]byte("-- "+chunk+"\n"), b...))
				}
				if s.plan != nil && s.run != nil { // those known beforehand were checked by then
					if e := s.plan.module(chunk, b); e != nil {
						return "", "", false, s.stop(halt{error: e})
					}
				}
				return chunk, string(b), true, nil
			}
			if !errors.Is(err, os.ErrNotExist) {
				return "", "", false, err
			}
		}
	}
	return "", "", false, nil
}

// seed is that of the run's random numbers. What applies a plan takes the
// plan's, and a dry run before the first change the run's, so that the same
// numbers come.
func (s *session) seed() uint64 {
	switch {
	case s.past != nil:
		return s.past.history.Opening.Seed
	case s.plan != nil:
		return s.plan.Seed
	case s.within != nil:
		return s.within.journal.seed
	}
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	return binary.LittleEndian.Uint64(seed[:])
}

// limit is the word limits of a script.
func (s *session) limit(list []guard.Limit, population int) {
	for _, l := range list {
		s.limits.Add(l)
	}
	if population > 0 {
		s.limits.SetPopulation(population, s.script.Name)
	}
}

// folder is where the journal is kept: that of a dry run before the first
// change in the folder of its run.
func (s *session) folder(id string) string {
	if s.within != nil && s.within.journal.dir != "" {
		return filepath.Join(s.within.journal.dir, foreseenDir)
	}
	return s.a.stateDir("runs", id)
}

// foreseenDir is the folder, within that of a run, of the dry run before its
// first change.
const foreseenDir = "foreseen"
