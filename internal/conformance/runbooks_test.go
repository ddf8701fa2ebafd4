package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"runner/internal/commandtest"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/vendors"
)

// runner is the real command, built once.
var runner string

func TestMain(m *testing.M) {
	if dir := os.Getenv(tokenDir); dir != "" { // a process of tokens_test.go
		if err := useToken(dir, os.Getenv(tokenURL)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	if dir := os.Getenv(quotaDir); dir != "" { // a process of quota_test.go
		if err := keepLimit(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(commandtest.Main(m, &runner))
}

// A site serves the emulators of all vendors, and writes down what they are
// asked to change.
type site struct {
	env    []string
	worlds map[string]*world

	mu  sync.Mutex
	log []string
}

// newPassword is a secret that scripts are given. Plans do not have it.
const newPassword = "made-up-for-this"

func newSite(t *testing.T, used []vendors.Vendor) *site {
	t.Helper()
	s := &site{worlds: map[string]*world{}, env: []string{
		"RUNNER_STATE_DIR=" + t.TempDir(), "NEW_PASSWORD=" + newPassword, "GOGC=off", // they are over before it pays
	}}
	for _, v := range used {
		w := newWorld(t, v, func(h http.Handler) http.Handler { return s.recorded(v.Module.Name, h) })
		s.worlds[v.Module.Name] = w
		for name, value := range w.settings {
			s.env = append(s.env, fmt.Sprintf("RUNNER_%s_%s=%v", strings.ToUpper(v.Module.Name), strings.ToUpper(name), value))
		}
	}
	return s
}

// recorded writes down what may change something, as the emulator itself tells.
func (s *site) recorded(name string, h http.Handler) http.Handler {
	stage := h.(interface{ Mutates(r *http.Request) bool })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if stage.Mutates(r) {
			body, _ := io.ReadAll(r.Body) // what is missing will differ
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.mu.Lock()
			s.log = append(s.log, fmt.Sprintf("%s %s %s %s", name, r.Method, r.URL.RequestURI(), bytes.ReplaceAll(body, []byte(newPassword), []byte("[secret]"))))
			s.mu.Unlock()
		}
		h.ServeHTTP(w, r)
	})
}

// written is what was asked since the last look.
func (s *site) written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

// disturb brings the site into a random state: calls that the emulators carry
// out. The same seed brings two sites into the same state.
func (s *site) disturb(seed uint64) {
	for _, v := range vendors.All {
		w := s.worlds[v.Module.Name]
		if w == nil {
			continue
		}
		rng := rand.New(rand.NewPCG(seed, 2))
		sample := newSampler(rng, w)
		var writes []*op.Operation
		for _, o := range v.Module.Operations {
			if o.Effect != op.Read && !disruptive[o.Name] {
				writes = append(writes, o)
			}
		}
		for range rng.IntN(60) {
			o := writes[rng.IntN(len(writes))]
			if args, ok := sample.args(o, 0.3); ok {
				_, _ = w.do(o, op.AppendTree(nil, args)) // what is refused changes nothing
			}
		}
	}
	s.written()
}

// A finished is what a command left behind.
type finished struct {
	code   int
	report report.Report
	stderr string
}

func (s *site) runner(t *testing.T, dir string, args ...string) finished {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), runner, append(args, "--json")...)
	cmd.Env, cmd.Dir = s.env, dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	f := finished{}
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		f.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	f.stderr = stderr.String()
	if err := json.Unmarshal(stdout.Bytes(), &f.report); err != nil {
		t.Fatalf("%v: exit %d: %v\n%s\n%s", args, f.code, err, &stdout, &stderr)
	}
	return f
}

// readBack is in how many states all is read once: reading is most of the work.
const readBack = 3

// states is how many random states each runbook is planned and run in.
func states() int { return max(200, trials()) }

// What a run writes is what its plan listed, request by request, and what the
// plan's later reads answered is what the vendors answer after the run.
func TestRunbooks(t *testing.T) {
	scripts, err := filepath.Glob("../../scripts/*.lua")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	commandtest.Sources("../..")
	for _, path := range scripts {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			choose, ok := chosen[name]
			if !ok {
				t.Fatalf("there is no choice of params for %s", name)
			}
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r := &rehearsal{t: t, dir: t.TempDir(), script: name, source: string(source), choose: choose}
			if err := os.CopyFS(r.dir, os.DirFS(filepath.Dir(path))); err != nil {
				t.Fatal(err)
			}
			for seed := range states() {
				r.trial(uint64(seed))
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			t.Logf("%s in %d random states, %d times by apply: %d calls planned, %d of them (%.1f %%) in runs without an open point; %d writes made, all as planned; %d runs failed, all as foreseen, and %d were refused by a rule of the vendor; what was read afterwards: %d values foreseen in full, %d in part, 0 wrong",
				name, r.states, r.applied, r.planned, r.clear, 100*float64(r.clear)/float64(max(1, r.planned)), r.writes, r.failed, r.refused, r.full, r.part)
		})
	}
}

// usedBy are the vendors that a script calls, as far as they have emulators.
func usedBy(source string) (used []vendors.Vendor) {
	for _, v := range vendors.All {
		if v.Emulate != nil && strings.Contains(source, v.Module.Name+".") {
			used = append(used, v)
		}
	}
	return used
}

// systems are the vendors that a trial is about: one or two of those that the
// runbook has a part for, or all that it calls.
func (r *rehearsal) systems(rng *rand.Rand) (used []vendors.Vendor, args []string) {
	folder := strings.TrimSuffix(r.script, ".lua")
	var names []string
	for _, v := range vendors.All {
		if _, err := os.Stat(filepath.Join(r.dir, folder, v.Module.Name+".lua")); err == nil {
			used, names = append(used, v), append(names, v.Module.Name)
		}
	}
	if len(used) == 0 {
		return usedBy(r.source + r.modules()), nil
	}
	rng.Shuffle(len(used), func(i, j int) { used[i], used[j], names[i], names[j] = used[j], used[i], names[j], names[i] })
	n := min(1+rng.IntN(2), len(used))
	return used[:n], []string{"--systems", strings.Join(names[:n], ",")}
}

// A rehearsal plans and runs one script in many states, and counts.
type rehearsal struct {
	t           *testing.T
	dir, script string
	source      string // of the script
	choose      func(rng *rand.Rand, s *site) []string

	states, applied, planned, clear, writes, failed, refused, full, part int
}

// modules is what the modules hold that a script requires.
func (r *rehearsal) modules() (all string) {
	for _, m := range modulesOf.FindAllStringSubmatch(r.source, -1) {
		b, err := os.ReadFile(filepath.Join(r.dir, "lib", m[1]+".lua"))
		if err != nil {
			r.t.Fatal(err)
		}
		all += string(b)
	}
	return all
}

var modulesOf = regexp.MustCompile(`require\("lib\.([a-z_]+)"\)`)

func (r *rehearsal) trial(seed uint64) {
	t := r.t
	rng := rand.New(rand.NewPCG(seed, 3))
	used, systems := r.systems(rng)
	source := r.source
	if seed%readBack == 0 {
		source = watched(source, used)
	}
	if err := os.WriteFile(filepath.Join(r.dir, r.script), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	site, twin := newSite(t, used), newSite(t, used)
	site.disturb(seed)
	twin.disturb(seed)
	args := append(append([]string{r.script}, systems...), r.choose(rng, site)...)
	file := filepath.Join(r.dir, fmt.Sprintf("%d.plan", seed))
	plan := site.runner(t, r.dir, append([]string{"plan", "--out", file}, args...)...)
	if wrote := site.written(); len(wrote) > 0 {
		t.Fatalf("%v: a plan wrote %v", args, wrote)
	}
	how := append([]string{"run", "--yes"}, args...)
	if seed%2 == 0 && plan.code == 0 { // apply adds nothing to a run but what stops it
		how = []string{"apply", "--allow-after-open-points", file}
		r.applied++
	}
	run := site.runner(t, r.dir, how...)
	r.states++
	r.planned += plan.report.Counts.Planned
	open := r.open(plan.report.OpenPoints)
	if open == 0 {
		r.clear += plan.report.Counts.Planned
	}
	wrote := site.written()
	r.writes += len(wrote)
	want := twin.carryOut(t, plan.report.Changes)
	wrote = inTurn(wrote, want)
	if plan.code == 0 && open == 0 && refusedByVendor(run.report) {
		// By a rule of its own. What was done all the same was planned.
		if r.refused++; !subsequence(wrote, want.log) {
			t.Errorf("%v: one call was refused; the run wrote\n  %s\nand the plan said\n  %s", args, strings.Join(wrote, "\n  "), strings.Join(want.log, "\n  "))
		}
		return
	}
	if want.stuck != "" {
		t.Errorf("%v: %s\n%s", args, want.stuck, run.stderr)
	}
	if plan.code != run.code && open == 0 {
		t.Errorf("%v: the plan ended with %d, the run with %d\n%s\n%s", args, plan.code, run.code, plan.stderr, run.stderr)
		return
	}
	if run.code != 0 {
		r.failed++
	}
	if open == 0 && !slices.Equal(wrote, want.log) || open > 0 && !subsequence(want.log, wrote) {
		t.Errorf("%v: the run wrote\n  %s\nand the plan said\n  %s\n%s", args, strings.Join(wrote, "\n  "), strings.Join(want.log, "\n  "), plan.stderr+run.stderr)
		return
	}
	if open == 0 { // what follows an open point was not planned, and cannot be seen
		r.compare(args, plan.report.Outputs, run.report.Outputs)
	}
}

// refusedByVendor reports whether a vendor said no to a change.
func refusedByVendor(r report.Report) bool {
	return slices.ContainsFunc(r.Changes, func(c *report.Change) bool {
		return c.Status == "failed" && c.Error != nil && slices.Contains([]op.Kind{op.Invalid, op.Conflict, op.Denied, op.NotFound}, c.Error.Kind)
	})
}

// open counts the open points of the runbook itself: those of what reads
// afterwards stand below it.
func (r *rehearsal) open(points []journal.OpenPoint) (n int) {
	lines := 1 + strings.Count(r.source, "\n")
	for _, p := range points {
		file, line, _ := strings.Cut(p.At, ":")
		if at, err := strconv.Atoi(line); err != nil || file != r.script || at <= lines {
			n++
		}
	}
	return n
}

// A written is what was asked, request by request, and the fan-out that each
// came from: the branches of one take turns in another order each time.
type written struct {
	log, fanOut []string
	stuck       string // the call that could not be made, and why
}

// inTurn puts requests from the same fan-out in the order in which others were
// made.
func inTurn(log []string, as written) []string {
	out := slices.Clone(log)
	for from := 0; from < len(as.log); {
		to := from + 1
		for to < len(as.log) && as.fanOut[from] != "" && as.fanOut[to] == as.fanOut[from] {
			to++
		}
		part := out[min(from, len(out)):min(to, len(out))]
		place := func(x string) int { return slices.Index(as.log[from:to], x) }
		slices.SortStableFunc(part, func(a, b string) int { return place(a) - place(b) })
		from = to
	}
	return out
}

// carryOut makes planned calls by themselves, without the script.
func (s *site) carryOut(t *testing.T, changes []*report.Change) (all written) {
	t.Helper()
	ids := map[string]any{}
	for _, c := range changes {
		module, verb, _ := strings.Cut(c.Operation, ".")
		if s.worlds[module] == nil {
			continue // it acts on no vendor
		}
		o, _ := s.worlds[module].vendor.Module.Operation(verb)
		args := op.AppendTree(nil, real(op.Tree(c.Args), ids))
		if op.HasUnknown(args) {
			all.stuck = fmt.Sprintf("%s cannot be carried out with %s", c.Operation, args)
			return all
		}
		answer, err := s.worlds[module].do(o, args)
		for _, line := range s.written() {
			step, _, isBranch := strings.Cut(c.Key, "[")
			if !isBranch {
				step = ""
			}
			all.log, all.fanOut = append(all.log, line), append(all.fanOut, step)
		}
		if err != nil {
			continue // a script may catch it; what was written is compared
		}
		made, field := []any{op.Tree(answer)}, "id"
		if list, ok := made[0].([]any); ok { // several, in the order of the arguments
			made = list
		} else if v := o.Shows; v == nil || v.Entity == nil || v.By != "" {
			continue
		} else {
			field = v.IDField()
		}
		for _, target := range c.Targets {
			if u, ok := op.Tree(target.ID).(op.Unknown); ok && u.New && len(made) > 0 {
				ids[u.Label] = op.Element(made[0], field)
				if len(made) > 1 {
					made = made[1:]
				}
			}
		}
	}
	return all
}

func subsequence(part, whole []string) bool {
	for _, x := range whole {
		if len(part) > 0 && part[0] == x {
			part = part[1:]
		}
	}
	return len(part) == 0
}

// watched is a script that afterwards reads all there is.
func watched(source string, used []vendors.Vendor) string {
	var b strings.Builder
	b.WriteString("step(\"the runbook\", function()\n" + source + "\nend)\n" + all)
	for _, v := range used {
		lists := map[*op.Entity]*op.Operation{}
		for _, o := range v.Module.Operations {
			if s := o.Shows; o.Effect == op.Read && s != nil && s.Many && !required(o) && lists[s.Entity] == nil {
				lists[s.Entity] = o
			}
		}
		for _, o := range v.Module.Operations {
			s := o.Shows
			if o.Effect != op.Read || s == nil || s.Any {
				continue
			}
			switch {
			case s.Many && !required(o):
				fmt.Fprintf(&b, "show(%q, function() return %s {} end)\n", o.Name, o.Name)
			case !s.Many && s.Entity != nil && s.Field == "" && lists[s.Entity] != nil && one(o):
				list := lists[s.Entity]
				fmt.Fprintf(&b, "show(%q, function() return all(%s {}, function(x) return %s, { %s = x.%s } end) end)\n", o.Name, list.Name, o.Name, s.By, list.Shows.IDField())
			}
		}
	}
	return b.String()
}

// all reads one by one what a list has, of a long one some; what cannot be read
// is told by the kind of its failure.
const all = `
local function show(name, f)
  step(name, function()
    local ok, answer = pcall(f)
    if not ok then answer = { failed = answer.kind } end
    output(name, answer)
  end)
end

local function all(list, f)
  local out = {}
  for i = 1, #list, math.max(1, math.ceil(#list / 20)) do
    local read, args = f(list[i])
    local ok, answer = pcall(read, args)
    if ok then out[#out + 1] = answer else out[#out + 1] = { failed = answer.kind } end
  end
  return out
end
`

func required(o *op.Operation) bool {
	return slices.ContainsFunc(o.In().Fields, func(f op.Field) bool { return f.Required })
}

// one reports whether one argument is all that an operation needs.
func one(o *op.Operation) bool {
	n := 0
	for _, f := range o.In().Fields {
		if f.Required {
			n++
		}
	}
	return n == 1
}

// compare compares what was read after the plan with what was read after the
// run.
func (r *rehearsal) compare(args []string, foreseen, came []journal.Result) {
	results := map[string]any{}
	for _, x := range came {
		results[x.Name] = op.Tree(x.Value)
	}
	for _, x := range foreseen {
		module, verb, ok := strings.Cut(x.Name, ".")
		var o *op.Operation
		for _, v := range vendors.All {
			if v.Module.Name == module {
				o, _ = v.Module.Operation(verb)
			}
		}
		if !ok || o == nil {
			continue // an output of the runbook itself
		}
		t := o.Out()
		if t.Form != op.List {
			t = &op.Type{Form: op.List, Elem: t}
		}
		a, b := t.Quiet(vague(op.Tree(x.Value))), t.Quiet(results[x.Name])
		switch op.Same(a, b) {
		case op.Yes:
			r.full++
		case op.Maybe:
			r.part++
		default:
			r.t.Errorf("%v: then %s\nforeseen: %s\ncame:     %s", args, x.Name, op.AppendTree(nil, a), op.AppendTree(nil, b))
			return
		}
	}
}

// vague is a value whose new ids can be anything.
func vague(v any) any {
	switch v := v.(type) {
	case op.Unknown:
		return op.Unknown{Label: v.Label}
	case []any:
		for i := range v {
			v[i] = vague(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = vague(v[k])
		}
	}
	return v
}

// pick is one of a few.
func pick[T any](rng *rand.Rand, list ...T) T { return list[rng.IntN(len(list))] }
