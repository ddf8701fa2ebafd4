package scripts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"runner/internal/commandtest"
	"runner/internal/vendors"
	"runner/internal/vendors/alteryx/emulator"
	"runner/internal/vendors/stage"
)

// runner is the real command, built once.
var runner string

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m, &runner)) }

// A company is what runs of scripts share: an emulator of each vendor.
type company struct {
	*emulator.Server // Alteryx Server
	vendors          map[string]emulated
	env              []string
	called           map[string]*called // by vendor
}

// An emulated is an emulator of any vendor.
type emulated interface {
	http.Handler
	Mutations() []stage.Request
	Dump() []byte
	Inject(f stage.Fault)
	Mend()
}

// newCompany serves all vendors, on a clock that makes waits short.
func newCompany(t *testing.T) *company {
	t.Helper()
	return newCompanyAt(t, commandtest.Quick(20))
}

func newCompanyAt(t *testing.T, now func() time.Time) *company {
	t.Helper()
	c := &company{vendors: map[string]emulated{}, called: map[string]*called{}, env: []string{"RUNNER_STATE_DIR=" + t.TempDir()}}
	for _, v := range vendors.All {
		if v.Emulate == nil {
			continue
		}
		h, settings := v.Emulate(now)
		c.vendors[v.Module.Name] = h.(emulated)
		c.env = append(c.env, commandtest.Serve(t, v.Module.Name, h, settings)...)
	}
	c.Server = c.vendors["alteryx"].(*emulator.Server)
	return c
}

// sent is how many requests that could change something all vendors got.
func (c *company) sent() (n int) {
	for _, v := range c.vendors {
		n += len(v.Mutations())
	}
	return n
}

// dumps is the state of all vendors.
func (c *company) dumps() string {
	var b strings.Builder
	for _, module := range slices.Sorted(maps.Keys(c.vendors)) {
		b.Write(c.vendors[module].Dump())
	}
	return b.String()
}

// stand puts another emulator of a vendor in place of the usual one.
func (c *company) stand(t *testing.T, module string, h emulated, settings map[string]any) {
	t.Helper()
	c.vendors[module] = h
	c.env = append(c.env, commandtest.Serve(t, module, h, settings)...)
}

// A result is what a command left behind.
type result struct {
	code           int
	stdout, stderr string
}

func (r result) String() string {
	return fmt.Sprintf("exit code %d\n--- stdout ---\n%s--- stderr ---\n%s", r.code, r.stdout, r.stderr)
}

func (c *company) runner(t *testing.T, args ...string) result {
	t.Helper()
	commandtest.Sources("..")
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), runner, args...)
	cmd.Env = c.env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	r := result{stdout: stdout.String(), stderr: stderr.String()}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		r.code = exit.ExitCode()
	} else if err != nil {
		t.Fatalf("%s: %v", runner, err)
	}
	return r
}

// must runs a command that has to succeed.
func (c *company) must(t *testing.T, args ...string) result {
	t.Helper()
	r := c.runner(t, args...)
	if r.code != 0 {
		t.Fatalf("%q: %v", args, r)
	}
	return r
}

// run runs a script, and says how it ended.
func (c *company) run(t *testing.T, args ...string) result {
	t.Helper()
	return c.runner(t, append([]string{"run", "--yes"}, args...)...)
}

// mustRun runs a script that has to succeed.
func (c *company) mustRun(t *testing.T, args ...string) result {
	t.Helper()
	return c.must(t, append([]string{"run", "--yes"}, args...)...)
}

// dryRun runs a script dry: it has to succeed, to foresee everything, and to
// change nothing.
func (c *company) dryRun(t *testing.T, args ...string) result {
	t.Helper()
	sent, before := c.sent(), c.dumps()
	r := c.must(t, append([]string{"run", "--dry-run"}, args...)...)
	if now := c.sent() - sent; now > 0 {
		t.Errorf("%q: a dry run sent %d requests", args, now)
	}
	if before != c.dumps() {
		t.Errorf("%q: a dry run changed something", args)
	}
	if strings.Contains(r.stderr, "open point") {
		t.Errorf("%q: there are open points: %v", args, r)
	}
	return r
}

// again runs a script that has nothing left to do.
func (c *company) again(t *testing.T, args ...string) result {
	t.Helper()
	sent := c.sent()
	r := c.mustRun(t, args...)
	if now := c.sent() - sent; now > 0 {
		t.Errorf("%q: the second run sent %d requests", args, now)
	}
	if !strings.Contains(r.stderr, "nothing to do: ") {
		t.Errorf("%q: the second run does not say that there is nothing to do: %v", args, r)
	}
	return r
}

// refuses runs a script that has to fail before it changes anything, or asks
// whether it may; dry or not.
func (c *company) refuses(t *testing.T, code int, args []string, texts ...string) {
	t.Helper()
	sent, before := c.sent(), c.dumps()
	for _, how := range [][]string{{"run"}, {"run", "--yes"}, {"run", "--dry-run"}} {
		r := c.runner(t, append(how, args...)...)
		if c.sent() != sent || c.dumps() != before {
			t.Errorf("%q: it changed something: %v", args, r)
		}
		wantCode(t, r, code, texts...)
	}
}

var change = regexp.MustCompile(`(?m)^  [-+~] [a-z_]+\.([a-z_]+) `)

// planned are the operations that a run lists as changes.
func planned(r result) []string {
	var ops []string
	for _, m := range change.FindAllStringSubmatch(r.stderr, -1) {
		ops = append(ops, m[1])
	}
	return ops
}

// wantIn says which texts are missing.
func wantIn(t *testing.T, what, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%s lacks %q:\n%s", what, w, got)
		}
	}
}

// wantCode compares how a command ended, and says which texts its card lacks.
func wantCode(t *testing.T, r result, code int, texts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("want exit code %d: %v", code, r)
	}
	wantIn(t, "stderr", flat(r.stderr), texts...)
}

// flat is a card on one line.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// tables are the outputs of a run with --format json.
func tables(t *testing.T, r result) map[string][]map[string]any {
	t.Helper()
	all := map[string][]map[string]any{}
	for line := range strings.Lines(r.stdout) {
		var one map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		for name, raw := range one {
			var rows []map[string]any
			if json.Unmarshal(raw, &rows) == nil {
				all[name] = rows
			}
		}
	}
	return all
}

// lines shows rows as texts of the given columns.
func lines(rows []map[string]any, columns ...string) []string {
	var out []string
	for _, row := range rows {
		var cells []string
		for _, c := range columns {
			cells = append(cells, fmt.Sprint(row[c]))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	return out
}

func wantLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n  %s\nwant:\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
