package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/secret"
	"runner/internal/vendors"
)

// A session executes one script: it wires the engine, the language, the
// journal and the report together.
type session struct {
	a      *app
	f      *flags
	script bindings.Script
	dir    string // where the project is looked for
	params func([]bindings.Param) (map[string]any, *op.Error)

	redactor *secret.Redactor
	out, err *printer
	report   *report.Report
	journal  *record
	config   *config
	stops    []func()
	inert    bool // what is printed is read by a terminal or a CI system
}

type proxyFunc = func(*http.Request) (*url.URL, error)

// execute runs the script and returns the exit code.
func (s *session) execute(ctx context.Context) int {
	s.open()
	defer s.close()
	if problems, f := bindings.Check(s.script, vendors.Modules()); f != nil || len(problems) > 0 {
		return s.invalid(problems, f)
	}
	var e *op.Error
	if s.config, e = s.a.loadConfig(s.dir); e != nil {
		return s.finish(&bindings.Failure{Error: e})
	}
	now := s.a.now()
	id := journal.NewID(now, rand.Reader)
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	s.journal = &record{
		dir: s.a.stateDir("runs", id), script: s.script, observe: s.observe,
		options: journal.Options{Now: s.a.now, Redact: s.redactor.JSON},
	}
	policy, mode := engine.Perform, "run"
	if s.f.dryRun {
		policy, mode = engine.Dry, "dry-run"
	}
	run := engine.New(ctx, engine.Options{
		Host: engine.Local{}, Journal: s.journal, Policy: policy,
		Secret: s.redactor.Add, Redact: s.redactor.JSON,
		Waiting: func(why string, wait time.Duration) {
			s.err.line(fmt.Sprintf("waiting %v: %s", wait.Round(100*time.Millisecond), report.Inert(why)))
		},
	})
	world := bindings.New(bindings.Options{
		Run: run, Modules: vendors.Modules(), Connect: s.connect, Load: s.load,
		Seed: binary.LittleEndian.Uint64(seed[:]), MaxCompute: s.f.maxCompute, MaxMemory: uint64(s.f.maxMemory) << 20,
		Secret: s.secret,
		Params: func(list []bindings.Param) (map[string]any, *op.Error) { return s.params(list) },
	})
	s.append(journal.Open, journal.Opening{
		Format: 1, Run: id, Tool: version, Script: s.script.Name, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(s.script.Source))),
		Params: s.f.paramTexts, Mode: mode, Seed: binary.LittleEndian.Uint64(seed[:]), Emulate: s.f.emulate,
	})
	release := s.a.onSignal(run, s.err)
	failure := world.Exec(s.script)
	interrupted := release()
	code := s.finish(failure)
	if interrupted == syscall.SIGTERM && code == exitInterrupted {
		code = exitTerminated
	}
	return code
}

// open prepares what writes: every writer redacts.
func (s *session) open() {
	s.redactor = &secret.Redactor{}
	s.report = report.New()
	s.out = newPrinter(s.a.stdout, s.redactor, s.a.styleOf(s.a.stdout, s.f.color))
	s.err = newPrinter(s.a.stderr, s.redactor, s.a.styleOf(s.a.stderr, s.f.color))
	s.err.style.Full = s.f.full
	s.inert = s.a.careful(s.a.stdout)
}

func (s *session) close() {
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
		if s.inert {
			l.Text = report.Inert(l.Text)
		}
		s.out.line(l.Text)
	case l.Level == "print":
		s.err.line(report.Inert(l.Text))
	case l.Level != "debug" || s.f.debug:
		s.err.line(fmt.Sprintf("%s: %s", l.Level, report.Inert(l.Text)))
	}
}

func (s *session) append(k journal.Kind, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // our own structs
	}
	_, _ = s.journal.Append(journal.Record{Kind: k, T: s.a.now(), B: b}) // Close tells
}

// connect opens a connection for a module: a configured one, or one to its
// emulator.
func (s *session) connect(module, name string) (*engine.Connection, *op.Error) {
	var v vendors.Vendor
	for _, x := range vendors.All {
		if x.Module.Name == module {
			v = x
		}
	}
	if name == "" {
		if name = s.f.connections[module]; name == "" {
			name = module
		}
	}
	var settings map[string]any
	var e *op.Error
	if s.f.emulate && v.Emulate != nil {
		settings, e = s.emulated(v)
	} else {
		settings, e = s.a.settings(s.config, v.Module, name, s.secret, s.redactor.Add)
	}
	if e != nil {
		return nil, e
	}
	client, e := connectWith(v.Module, name, op.World{Agent: "runner/" + version, Proxy: s.a.proxy}, settings)
	if e != nil {
		return nil, e
	}
	return engine.NewConnection(name, client), nil
}

// emulated starts the vendor's emulator on loopback.
func (s *session) emulated(v vendors.Vendor) (map[string]any, *op.Error) {
	address, stop, err := serve(v, "127.0.0.1:0", s.a.now)
	if err != nil {
		return nil, configError("emulator of "+v.Module.Title, err.Error(), "")
	}
	s.stops = append(s.stops, stop)
	_, settings := v.Emulate(s.a.now)
	settings["url"], settings["rate"] = address, 1e6
	return settings, nil
}

// serve starts an emulator and returns its address.
func serve(v vendors.Vendor, addr string, now func() time.Time) (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", nil, err
	}
	handler, _ := v.Emulate(now)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// secret resolves a reference; the value is redacted from then on.
func (s *session) secret(ref string) (string, *op.Error) {
	return s.a.secret(s.dir, ref, s.redactor)
}

func (a *app) secret(dir, ref string, redactor *secret.Redactor) (string, *op.Error) {
	parsed, err := secret.Parse(ref)
	var value string
	if err == nil {
		value, err = secret.Source{Env: a.env, Dir: dir, Environ: a.environ()}.Resolve(context.Background(), parsed)
	}
	if err != nil {
		e := configError("", err.Error(), "")
		if x, ok := errors.AsType[*secret.Error](err); ok {
			e.Subject, e.Cause, e.Hint = strings.TrimSpace("secret "+x.Ref.String()), x.Cause, x.Hint
		}
		return "", e
	}
	redactor.Add(value)
	return value, nil
}

// load finds a module of the project.
func (s *session) load(name string) (chunk, source string, ok bool, err error) {
	path := strings.ReplaceAll(name, ".", "/")
	for _, dir := range []string{s.dir, s.config.project} {
		for _, candidate := range []string{path + ".lua", path + "/init.lua"} {
			full := filepath.Join(dir, filepath.FromSlash(candidate))
			b, err := os.ReadFile(full)
			if err == nil {
				return s.a.shown(full), string(b), true, nil
			}
			if !errors.Is(err, os.ErrNotExist) {
				return "", "", false, err
			}
		}
	}
	return "", "", false, nil
}

// onSignal stops the run at the first signal and gives it up at the second.
// release ends that, and answers the first signal.
func (a *app) onSignal(run *engine.Run, err *printer) (release func() os.Signal) {
	done, finished := make(chan struct{}), make(chan struct{})
	var first os.Signal
	go func() {
		defer close(finished)
		for {
			select {
			case <-done:
				return
			case sig := <-a.signals:
				stop := &op.Error{Kind: op.Cancelled, Subject: "the run", Cause: "it was interrupted", RetryAfter: -1}
				if first != nil {
					run.Abort(stop)
					return
				}
				first = sig
				run.Stop(stop)
				err.line("stopping: no further call begins, and those under way are let come to their end; press Ctrl-C again to give them up")
			}
		}
	}()
	return func() os.Signal {
		close(done)
		<-finished
		return first
	}
}

// stateDir is a folder of the runner's state, "" without a home.
func (a *app) stateDir(parts ...string) string {
	base := a.userDir("XDG_STATE_HOME", filepath.Join(".local", "state"))
	if dir, ok := a.env("RUNNER_STATE_DIR"); ok && dir != "" {
		base = dir
	}
	if base == "" {
		return ""
	}
	return filepath.Join(append([]string{base}, parts...)...)
}

// crash is what a Go panic outside of Lua comes to.
func (a *app) crash(v any) int {
	fmt.Fprintf(a.stderr, "error[bug]: the runner made a mistake: %v\nnext:  report it, with what --debug prints\n", v)
	if _, ok := a.env("RUNNER_DEBUG"); ok {
		fmt.Fprintf(a.stderr, "%s\n", debug.Stack())
	}
	return exitBug
}
