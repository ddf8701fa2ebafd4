package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"runner/internal/journal"
	"runner/internal/report"
	"runner/internal/torture"
	"runner/internal/vendors"
)

// Times of a trial. Those of vendors go by the trial's clock, which is faster
// than the machine's.
const (
	tortureSpeed   = 20
	tortureSettle  = 10                     // vendor's seconds until a probe is believed
	tortureLate    = 150 * time.Millisecond // until a late effect comes
	tortureTimeout = 1                      // seconds that a process waits for an answer which does not come
	mostResumes    = 5
)

// tortureBase is what the clocks of all trials show in the beginning: the same,
// so that what depends on the day comes out the same.
var tortureBase = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

// An ordeal is a script that is tortured.
type ordeal struct {
	a      *app
	ctx    context.Context
	script string
	args   []string // of the script
	keep   bool     // the folders of trials that failed
	key    string   // what runs seal secrets to

	used  []string // modules that the script calls, of those with an emulator; nil before that is known
	calls []torture.Call
	want  remains
}

func (o *ordeal) changes() (n int) {
	for _, c := range o.calls {
		if !c.Read {
			n++
		}
	}
	return n
}

// rehearse runs the script undisturbed, twice, and finds the points at which it
// can be disturbed.
func (o *ordeal) rehearse() ([]torture.Point, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	o.key = identity.String()
	first, calls, err := o.undisturbed()
	if err != nil {
		return nil, err
	}
	second, _, err := o.undisturbed()
	if err != nil {
		return nil, err
	}
	if lines := first.differs(second); len(lines) > 0 {
		return nil, &usage{cause: "two undisturbed runs do not come to the same, so nothing can be told from a disturbed one: " + lines[0]}
	}
	o.want, o.calls = first, calls
	return torture.Points(calls), nil
}

func (o *ordeal) undisturbed() (remains, []torture.Call, error) {
	t, err := o.open(false)
	if err != nil {
		return remains{}, nil, err
	}
	defer t.close(false)
	r := t.run(torture.Point{})
	if r.code != exitDone {
		return remains{}, nil, &usage{cause: fmt.Sprintf("the script ends with %d on the emulators, undisturbed: %s", r.code, last(r.stderr)), hint: "runner run it with --emulate --yes, and mend that first"}
	}
	if o.used == nil {
		o.used = []string{}
		for _, x := range t.stand.Requests() {
			if !slices.Contains(o.used, x.Vendor) {
				o.used = append(o.used, x.Vendor)
			}
		}
	}
	calls, err := t.calls()
	return t.remains(r), calls, err
}

func last(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}

// A trial is one run of the script, with its resumes, on emulators of its own.
type trial struct {
	*ordeal
	dir     string
	clock   torture.Clock
	stand   *torture.Stand
	seeds   map[string][]byte
	victim  victim
	env     []string
	servers []*http.Server
}

// open brings a trial into the same state as all others. With impatience the
// process does not wait long for answers.
func (o *ordeal) open(impatience bool) (*trial, error) {
	dir, err := os.MkdirTemp("", "runner-torture-")
	if err != nil {
		return nil, &usage{cause: err.Error()}
	}
	c := torture.Clock{Base: tortureBase, Began: o.a.now().Round(0), Speed: tortureSpeed}
	t := &trial{ordeal: o, dir: dir, clock: c, stand: torture.NewStand(c, o.a.now)}
	t.victim = victim{Clock: c, Vendors: map[string]map[string]any{}, Secrets: filepath.Join(dir, "secrets")}
	if err := os.Mkdir(t.victim.Secrets, 0o700); err != nil {
		t.close(false)
		return nil, &usage{cause: err.Error()}
	}
	for _, v := range vendors.All {
		if v.Emulate == nil || o.used != nil && !slices.Contains(o.used, v.Module.Name) {
			continue
		}
		if err := t.serve(v, impatience); err != nil {
			t.close(false)
			return nil, &usage{cause: err.Error()}
		}
	}
	t.seeds = t.stand.Dumps()
	for _, entry := range o.a.environ() { // of the runner's own variables none
		if name, _, _ := strings.Cut(entry, "="); !strings.HasPrefix(name, "RUNNER_") && name != "GOGC" {
			t.env = append(t.env, entry)
		}
	}
	t.env = append(t.env, "GOGC=off", "RUNNER_STATE_DIR="+filepath.Join(dir, "state"), identityVariable+"="+o.key)
	return t, nil
}

func (t *trial) serve(v vendors.Vendor, impatience bool) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var settings map[string]any
	handler := t.stand.Add(v.Module.Name, func(now func() time.Time) torture.Emulator {
		h, s := v.Emulate(now)
		settings = s
		return h.(torture.Emulator)
	})
	settings["url"] = "http://" + listener.Addr().String()
	settings["rate"], settings["settle"] = 1e6, tortureSettle
	if impatience {
		settings["timeout"] = tortureTimeout
	}
	t.victim.Vendors[v.Module.Name] = settings
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: quiet()}
	t.servers = append(t.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with Close
	return nil
}

// close ends the servers and removes the folder.
func (t *trial) close(keep bool) {
	for _, s := range t.servers {
		_ = s.Close()
	}
	t.stand.Settle()
	if !keep {
		_ = os.RemoveAll(t.dir) // what is left is in the folder for such things
	}
}

// A result is how one process ended.
type result struct {
	code           int // -1 if it was killed
	stdout, stderr string
}

// run starts the script, to be disturbed at a point.
func (t *trial) run(p torture.Point) result {
	v := t.victim
	if p.Moment.Inside {
		v.Moment, v.Call = p.Moment.Kind(), p.Call
	}
	return t.start(v, p, append([]string{"run", t.script, "--yes", "--json"}, t.args...)...)
}

// start runs the runner to its end, or to that which the point has for it.
func (t *trial) start(v victim, p torture.Point, args ...string) result {
	cmd := exec.CommandContext(t.ctx, t.a.executable, args...)
	cmd.Env = append(slices.Clone(t.env), tortureVariable+"="+string(marshal(v)))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	diesWithUs(cmd)
	started := make(chan struct{})
	if p.Moment.Name != "" && !p.Moment.Inside {
		t.stand.Lay(&torture.Ambush{Moment: p.Moment, Call: p.Call, Request: p.Request, Late: tortureLate, Kill: func() {
			<-started
			_ = cmd.Process.Kill() // it may have ended by itself
		}})
	}
	err := cmd.Start()
	if err == nil {
		close(started)
		err = cmd.Wait()
	}
	r := result{stdout: stdout.String(), stderr: stderr.String()}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		r.code = exit.ExitCode()
	} else if err != nil {
		r.code, r.stderr = -1, err.Error()
	}
	return r
}

// folder is that of the run's journal; "" if it left none.
func (t *trial) folder() string {
	found, _ := filepath.Glob(filepath.Join(t.dir, "state", "runs", "*")) // the pattern is good
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// calls are those of the journal, each with its requests.
func (t *trial) calls() ([]torture.Call, error) {
	requests := map[string][]torture.Request{}
	for _, r := range t.stand.Requests() {
		requests[r.Call] = append(requests[r.Call], r)
	}
	var calls []torture.Call
	if t.folder() == "" {
		return nil, &usage{cause: "the script calls nothing, so there is nothing to disturb"}
	}
	for rec, err := range journal.ReadRun(t.folder()) {
		if err != nil {
			return nil, &usage{cause: err.Error()}
		}
		if rec.Kind != journal.Begin {
			continue
		}
		var c journal.Call
		if err := json.Unmarshal(rec.B, &c); err != nil {
			return nil, &usage{cause: err.Error()}
		}
		calls = append(calls, torture.Call{Key: rec.Key, Read: c.Effect == "read", Requests: requests[rec.Key]})
	}
	return calls, nil
}

// remains are what a run left behind, for comparison.
type remains struct {
	states  map[string]any
	outputs any
	effects map[string][]string
	secrets []string
	answers map[string]journal.Record // how calls were answered
}

func (t *trial) remains(r result) remains {
	m := remains{states: map[string]any{}, effects: torture.Effects(t.stand.Requests())}
	var seeds []byte
	for name, dump := range t.stand.Dumps() {
		if !slices.Contains(t.used, name) {
			continue // the script does not call it
		}
		m.states[name] = torture.Picture(t.seeds[name], dump, tortureBase)
	}
	for _, seed := range t.seeds {
		seeds = append(seeds, seed...)
	}
	var left report.Report
	if json.Unmarshal([]byte(r.stdout), &left) == nil {
		m.outputs = torture.Picture(seeds, marshal(left.Outputs), tortureBase)
	}
	names, _ := os.ReadDir(t.victim.Secrets)
	for _, n := range names {
		m.secrets = append(m.secrets, n.Name())
	}
	m.answers = map[string]journal.Record{}
	for rec, err := range journal.ReadRun(t.folder()) {
		if err == nil && rec.Kind == journal.Done {
			m.answers[rec.Key] = rec
		}
	}
	return m
}

// differs tells how other remains differ.
func (m remains) differs(other remains) (lines []string) {
	for _, name := range sortedKeys(m.states) {
		lines = append(lines, torture.Diff(name, m.states[name], other.states[name])...)
	}
	lines = append(lines, torture.Diff("outputs", m.outputs, other.outputs)...)
	for call, want := range m.effects {
		if got := other.effects[call]; len(got) != len(want) {
			lines = append(lines, fmt.Sprintf("effects of %s: %d instead of %d: %q instead of %q", call, len(got), len(want), got, want))
		}
	}
	for call, got := range other.effects {
		if len(m.effects[call]) == 0 {
			lines = append(lines, fmt.Sprintf("effects of %s: %d instead of none: %q", call, len(got), got))
		}
	}
	if !slices.Equal(m.secrets, other.secrets) {
		lines = append(lines, fmt.Sprintf("secrets in %q instead of %q", other.secrets, m.secrets))
	}
	return lines
}

// untilSignal is a context that ends with the first signal.
func (a *app) untilSignal(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	go func() {
		select {
		case sig := <-a.signals:
			cancel(signalled{sig})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

type signalled struct{ os.Signal }

func (s signalled) Error() string { return s.String() }

// interruptedOr is the error of a command that may have been interrupted.
func interruptedOr(ctx context.Context, err error) error {
	if sig, ok := errors.AsType[signalled](context.Cause(ctx)); ok {
		if sig.Signal == syscall.SIGTERM {
			return exitError(exitTerminated)
		}
		return exitError(exitInterrupted)
	}
	return err
}
