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
	names            map[string]string // by id, also of what is gone by now
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
	c := &company{vendors: map[string]emulated{}, names: map[string]string{}, env: []string{"RUNNER_STATE_DIR=" + t.TempDir()}}
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
	r := c.must(t, append([]string{"run", "--yes"}, args...)...)
	if now := c.sent() - sent; now > 0 {
		t.Errorf("%q: the second run sent %d requests", args, now)
	}
	if !strings.Contains(r.stderr, "nothing to do: ") {
		t.Errorf("%q: the second run does not say that there is nothing to do: %v", args, r)
	}
	return r
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

// A snapshot is a Server's state with names in place of ids: users by their
// addresses, all else by what people call it.
type snapshot struct {
	names   map[string]string
	records map[string]any // "userGroups": "Operations": …
}

func (c *company) snapshot() snapshot {
	s := snapshot{c.names, map[string]any{}}
	state := c.State()
	for _, rows := range state {
		list, _ := rows.([]any)
		for _, row := range list {
			record, _ := row.(map[string]any)
			id, _ := record["id"].(string)
			for _, field := range []string{"email", "name", "userName"} {
				if name, ok := record[field].(string); ok && s.names[id] == "" {
					s.names[id] = name
				}
			}
		}
	}
	for table, rows := range state {
		records := map[string]any{}
		list, _ := rows.([]any)
		for _, row := range list {
			record, _ := row.(map[string]any)
			id, _ := record["id"].(string)
			records[s.name(id)] = s.named(record)
		}
		s.records[table] = records
	}
	return s
}

func (s snapshot) name(id string) string {
	if name := s.names[id]; name != "" {
		return name
	}
	return id
}

// named puts names in place of ids, throughout a value, and lists in order.
// When somebody joined a group, and when something was changed, is left out.
func (s snapshot) named(v any) any {
	switch v := v.(type) {
	case string:
		return s.name(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = s.named(x)
		}
		slices.SortStableFunc(out, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			switch k {
			case "id", "dateAddedToGroup", "addedByUserId", "lastModifiedDate", "lastModifiedId":
			default:
				out[s.name(k)] = s.named(x)
			}
		}
		if user, ok := out["userId"]; ok && len(out) == 1 {
			return user
		}
		return out
	}
	return v
}

// diff tells what changed, one line for each place, in order.
func diff(before, after snapshot) []string {
	var lines []string
	differ("", before.records, after.records, &lines)
	slices.Sort(lines)
	return lines
}

func differ(path string, a, b any, lines *[]string) {
	ma, oka := a.(map[string]any)
	mb, okb := b.(map[string]any)
	if !oka || !okb {
		if x, y := text(a), text(b); x != y {
			*lines = append(*lines, fmt.Sprintf("%s: %s → %s", strings.TrimPrefix(path, "/"), x, y))
		}
		return
	}
	for k := range ma {
		if _, ok := mb[k]; !ok {
			*lines = append(*lines, strings.TrimPrefix(path+"/"+k, "/")+": gone")
		}
	}
	for k := range mb {
		if _, ok := ma[k]; !ok {
			*lines = append(*lines, strings.TrimPrefix(path+"/"+k, "/")+": new")
			continue
		}
		differ(path+"/"+k, ma[k], mb[k], lines)
	}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// wantChanges compares what changed with what should have, line by line.
func wantChanges(t *testing.T, before, after snapshot, want ...string) {
	t.Helper()
	got := diff(before, after)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("changed:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// record is one record of a snapshot.
func (s snapshot) record(t *testing.T, table, name string) map[string]any {
	t.Helper()
	rows, _ := s.records[table].(map[string]any)
	r, ok := rows[name].(map[string]any)
	if !ok {
		t.Fatalf("no %q among %v of %s", name, slices.Sorted(maps.Keys(rows)), table)
	}
	return r
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
