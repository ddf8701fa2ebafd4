package scripts_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"runner/internal/vendors/alteryxcloud/emulator"
	"runner/internal/vendors/stage"
)

// A window is a company with schedules, and the files that list them.
type window struct {
	*company
	dir string
}

func newWindow(t *testing.T) *window { return &window{newCompany(t), t.TempDir()} }

func (w *window) file(name string) string { return filepath.Join(w.dir, name) }

// put writes a list.
func (w *window) put(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(w.file(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return w.file(name)
}

// pause pauses as the runbook says, with the list in a file.
func (w *window) pause(t *testing.T, file string, more ...string) result {
	t.Helper()
	r := w.runner(t, append([]string{"run", "pause_schedules.lua", "--format", "csv"}, more...)...)
	w.put(t, file, r.stdout)
	return r
}

func (w *window) resume(t *testing.T, file string, more ...string) result {
	t.Helper()
	return w.runner(t, append([]string{"run", "resume_schedules.lua", "--window", w.file(file)}, more...)...)
}

// all are the schedules of both systems as the emulators have them, without what
// each change leaves: who changed it and when.
func (w *window) all(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, module := range []string{"alteryx", "alteryx_cloud"} {
		for _, s := range rowsOf(stage.State(w.vendors[module].Dump())["schedules"]) {
			for _, trace := range traceFields {
				delete(s, trace)
			}
			all[fmt.Sprint(module, " ", s["id"])] = text(s)
		}
	}
	return all
}

const isOn = `"enabled":true`

// on are those that are enabled, in order.
func (w *window) on(t *testing.T) []string {
	t.Helper()
	var on []string
	for key, s := range w.all(t) {
		if strings.Contains(s, isOn) {
			on = append(on, key)
		}
	}
	slices.Sort(on)
	return on
}

// on its list are these, in the order of ids.
func (w *window) listed(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(w.file(file))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	if len(rows) == 0 {
		return nil
	}
	if want := []string{"system", "id", "name", "owner"}; !slices.Equal(rows[0], want) {
		t.Errorf("%s has the columns %q, want %q", file, rows[0], want)
	}
	var keys []string
	for _, row := range rows[1:] {
		keys = append(keys, row[0]+" "+row[1])
	}
	slices.Sort(keys)
	return keys
}

// same says what differs of two states.
func (w *window) same(t *testing.T, before map[string]string) {
	t.Helper()
	after := w.all(t)
	for key, s := range before {
		if after[key] != s {
			t.Errorf("%s was\n  %s\nand is\n  %s", key, s, after[key])
		}
	}
	if len(after) != len(before) {
		t.Errorf("there were %d schedules, and are %d", len(before), len(after))
	}
}

// eval changes something at the vendors.
func (w *window) eval(t *testing.T, script string) { w.must(t, "eval", "--yes", script) }

// notShown is enabled and in no list: a schedule of another that runs a workflow.
var notShown = fmt.Sprint("alteryx_cloud ", emulator.ExportSchedule)

func seen(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == notShown })
}

func TestPauseAndResume(t *testing.T) {
	w := newWindow(t)
	before, on := w.all(t), w.on(t)
	dry := w.dryRun(t, "pause_schedules.lua")
	if n := len(planned(dry)); n != len(seen(on)) {
		t.Errorf("%d calls are planned for %d schedules", n, len(seen(on)))
	}
	r := w.pause(t, "window.csv")
	wantCode(t, r, 0, "alteryx: jobs under way are not touched: Queued: 1, Running: 1")
	wantLines(t, "listed", w.listed(t, "window.csv"), seen(on)...)
	wantLines(t, "still enabled", w.on(t), notShown)
	for key, s := range w.all(t) {
		if was := strings.Replace(before[key], isOn, `"enabled":false`, 1); key != notShown && s != was {
			t.Errorf("more than that it is enabled changed:\n  %s\n  %s", was, s)
		}
	}

	// Again: there is nothing to do, and nothing is forgotten with --window.
	if r := w.again(t, "pause_schedules.lua", "--format", "csv"); r.stdout != "" {
		t.Errorf("listed again: %s", r.stdout)
	}
	if r := w.again(t, "pause_schedules.lua", "--format", "csv", "--window", w.file("window.csv")); r.stdout != string(must(os.ReadFile(w.file("window.csv")))) {
		t.Errorf("with --window it lists\n%s", r.stdout)
	}

	dry = w.dryRun(t, "resume_schedules.lua", "--window", w.file("window.csv"))
	if n := len(planned(dry)); n != len(seen(on)) {
		t.Errorf("%d calls are planned for %d schedules", n, len(seen(on)))
	}
	wantCode(t, w.resume(t, "window.csv"), 0)
	w.same(t, before)
	w.again(t, "resume_schedules.lua", "--window", w.file("window.csv"))
	w.same(t, before)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Nothing is changed before the list is in the journal, where runner show finds
// it should the run be cut off.
func TestPauseListsFirst(t *testing.T) {
	w := newWindow(t)
	w.pause(t, "window.csv")
	state, _ := strings.CutPrefix(w.env[0], "RUNNER_STATE_DIR=")
	files := must(filepath.Glob(filepath.Join(state, "runs", "*", "journal.jsonl")))
	kept := string(must(os.ReadFile(files[0])))
	list, call := strings.Index(kept, `"paused"`), strings.Index(kept, `"alteryx.update_schedule"`)
	if list < 0 || call < list {
		t.Errorf("the list is at %d of the journal, and the first change at %d", list, call)
	}
	if r := w.must(t, "show", "--format", "csv"); r.stdout != string(must(os.ReadFile(w.file("window.csv")))) {
		t.Errorf("runner show lists\n%s", r.stdout)
	}
}

func TestPauseSome(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want []string
	}{
		"of a person": {[]string{"--owner", "ADA@example.com"},
			[]string{"alteryx 67f5164c3c15317e1a4e0001", "alteryx 67f5164c3c15317e1a4e0002", "alteryx 67f5164c3c15317e1a4e0003", "alteryx_cloud 1001"}},
		"of one system": {[]string{"--owner", "lin@example.com", "--systems", "alteryx"}, []string{"alteryx 67f5164c3c15317e1a4e0004"}},
		"of the other":  {[]string{"--owner", "lin@example.com", "--systems", "alteryx_cloud,alteryx_cloud"}, []string{"alteryx_cloud 1003"}},
		"but those left": {[]string{"--owner", ada, "--leave", "Old shipments,67f5164c3c15317e1a4e0001"},
			[]string{"alteryx 67f5164c3c15317e1a4e0002", "alteryx 67f5164c3c15317e1a4e0003", "alteryx_cloud 1001"}},
		"what no list shows": {[]string{"--owner", "paul@example.com", "--also", "1005"}, []string{"alteryx_cloud 1004", "alteryx_cloud 1005"}},
		"of nobody here":     {[]string{"--owner", "victor@example.com"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWindow(t)
			before := w.all(t)
			wantCode(t, w.pause(t, "window.csv", tt.args...), 0)
			wantLines(t, "listed", w.listed(t, "window.csv"), tt.want...)
			if left := len(w.on(t)); left != len(on(before))-len(tt.want) {
				t.Errorf("%d are enabled of %d", left, len(on(before)))
			}
			if tt.want != nil {
				wantCode(t, w.resume(t, "window.csv"), 0)
			}
			w.same(t, before)
		})
	}
}

func on(all map[string]string) (n []string) {
	for key, s := range all {
		if strings.Contains(s, isOn) {
			n = append(n, key)
		}
	}
	return n
}

func TestPauseRefuses(t *testing.T) {
	w := newWindow(t)
	bad := w.put(t, "bad.csv", "system,id,name,owner\nalteryx,7,x,y\n")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"an unknown owner":   {[]string{"--owner", "adda@example.com"}, `did you mean "ada@example.com"?`},
		"a mistyped name":    {[]string{"--leave", "Old shipment"}, `did you mean "Old shipments"?`},
		"an unknown system":  {[]string{"--systems", "alterix"}, `"alterix" is not one of alteryx, alteryx_cloud`},
		"no system":          {[]string{"--systems", ""}, "none is named"},
		"no such schedule":   {[]string{"--also", "999"}, "Analytics Cloud shows the runner no schedule with this id"},
		"no id":              {[]string{"--also", "x"}, `"x" is no id`},
		"not of that system": {[]string{"--also", "1005", "--systems", "alteryx"}, "schedules of Analytics Cloud are left alone"},
		"a bad list":         {[]string{"--window", bad}, `window, line 2`},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.pause(t, "window.csv", tt.args...)
			if r.code == 0 || r.stdout != "" {
				t.Errorf("it went on: %v", r)
			}
			wantIn(t, "stderr", flat(r.stderr), tt.want)
		})
	}
	if n := w.sent(); n > 0 {
		t.Errorf("%d changes were sent", n)
	}
}

// A system without a connection is a failure, not one schedule less.
func TestPauseWithoutAConnection(t *testing.T) {
	w := newWindow(t)
	w.env = slices.DeleteFunc(w.env, func(v string) bool { return strings.HasPrefix(v, "RUNNER_ALTERYX_CLOUD_") })
	wantCode(t, w.pause(t, "window.csv"), 4, `connection "alteryx_cloud"`)
	if w.sent() > 0 {
		t.Error("something was sent")
	}
	wantCode(t, w.pause(t, "window.csv", "--systems", "alteryx"), 0)
	wantCode(t, w.resume(t, "window.csv"), 0)
}

func TestResumeRefuses(t *testing.T) {
	const head, one = "system,id,name,owner\n", "alteryx,67f5164c3c15317e1a4e0008,\"a\nb\",x\n"
	w := newWindow(t)
	for name, tt := range map[string]struct{ list, want string }{ // "line: cause"
		"no list":           {"", "bad.csv is empty"},
		"an empty list":     {head, "window, line 1: no schedule is listed"},
		"a missing column":  {"system,id,owner,nam\nalteryx,1,2,3\n", `window, line 1: there is no column "name"`},
		"an unknown system": {head + one + "alterix,67f5164c3c15317e1a4e0007,x,y\n", `window, line 4: no system is called "alterix"`},
		"an id of another":  {head + one + "alteryx,1002,x,y\n", `window, line 4: "1002" is no id of a schedule of alteryx`},
		"a changed id":      {head + "alteryx_cloud,1.002E+03,x,y\n", `window, line 2: "1.002E+03" is no id`},
		"an empty id":       {head + "alteryx_cloud,,x,y\n", `window, line 2: "" is no id`},
		"the same twice":    {head + one + "alteryx_cloud,1002,x,y\nalteryx,67F5164c3c15317e1a4e0008,a,x\n", "(67f5164c3c15317e1a4e0008) is in line 2, too"},
		"a short line":      {head + one + "alteryx,1\n", "line 4 has 2 fields, and the header has 4"},
	} {
		t.Run(name, func(t *testing.T) {
			w.put(t, "bad.csv", tt.list)
			for _, how := range []string{"--dry-run", "--yes"} {
				r := w.resume(t, "bad.csv", how)
				if r.code == 0 {
					t.Errorf("exit code 0: %v", r)
				}
				for part := range strings.SplitSeq(tt.want, ": ") {
					wantIn(t, "stderr", flat(r.stderr), part)
				}
			}
		})
	}
	if n := w.sent(); n > 0 {
		t.Errorf("%d changes were sent", n)
	}
}

// What happens to schedules during the window is left so, and told.
func TestResumeAfterChanges(t *testing.T) {
	w := newWindow(t)
	before := w.all(t)
	wantCode(t, w.pause(t, "window.csv"), 0)
	w.eval(t, `
		alteryx.delete_schedule { schedule_id = "67f5164c3c15317e1a4e0004" }
		alteryx_cloud.delete_schedule { schedule_id = 1012 }
		alteryx.update_schedule { schedule_id = "67f5164c3c15317e1a4e0005", enabled = true }
		alteryx_cloud.enable_schedule { schedule_id = 1014 }
		alteryx.update_schedule { schedule_id = "67f5164c3c15317e1a4e0006", name = "Dedup, weekly" }
		alteryx_cloud.update_schedule { schedule_id = 1015, name = "Region V, hourly" }
		alteryx_cloud.enable_schedule { schedule_id = 1015 }`)
	sent := w.sent()
	r := w.resume(t, "window.csv", "--format", "json")
	wantCode(t, r, 1, "on the list and not enabled: 1", `it is called "Dedup, weekly" now`)
	got := lines(tables(t, r)["to do by hand"], "about", "to_do")
	slices.Sort(got)
	wantLines(t, "to do by hand", got,
		`alteryx schedule "Cash Forecast, Fridays" (67f5164c3c15317e1a4e0004) | nothing, if it was deleted on purpose`,
		`alteryx schedule "Dedup, nightly" (67f5164c3c15317e1a4e0006) | see whether it is "Dedup, weekly" now, which is disabled, and enable that`,
		`alteryx_cloud schedule "Region 02, hourly" (1012) | nothing, if it was deleted on purpose`,
		`alteryx_cloud schedule "Region 05, hourly" (1015) | see whether it is "Region V, hourly" now, which is enabled`)
	if n := w.sent() - sent; n != len(w.listed(t, "window.csv"))-5 && n != len(w.listed(t, "window.csv"))-4 { // what was deleted may show for a while
		t.Errorf("%d were enabled", n)
	}
	want := append(seen(on(before)), notShown, "alteryx_cloud 1014")
	want = slices.DeleteFunc(want, func(k string) bool {
		return slices.Contains([]string{"alteryx 67f5164c3c15317e1a4e0004", "alteryx 67f5164c3c15317e1a4e0006", "alteryx_cloud 1012"}, k)
	})
	slices.Sort(want)
	wantLines(t, "enabled", w.on(t), want...)

	// Named as on the list it is enabled.
	w.eval(t, `alteryx.update_schedule { schedule_id = "67f5164c3c15317e1a4e0006", name = "Dedup, nightly" }`)
	wantCode(t, w.resume(t, "window.csv"), 0)
}

// The list of another account fits nothing.
func TestResumeElsewhere(t *testing.T) {
	w := newWindow(t)
	w.put(t, "window.csv", "system,id,name,owner\nalteryx,67f5164c3c15317e1a4e9001,x,y\nalteryx_cloud,1014,\"Region 04, hourly\",y\n")
	wantCode(t, w.resume(t, "window.csv"), 1, "not there, nor is any other on the list")
	if !slices.Contains(w.on(t), "alteryx_cloud 1014") {
		t.Error("the other system did not go on")
	}
}

// One that fails keeps none from being paused.
func TestPauseGoesOn(t *testing.T) {
	const path = "/v3/schedules/67f5164c3c15317e1a4e0003"
	for name, tt := range map[string]struct {
		vendor string
		fault  stage.Fault
		want   string
		still  []string
	}{
		"denied":         {"alteryx", stage.Fault{Method: "PATCH", Path: path, Kind: stage.Status, Status: 403, Body: `"It is locked."`}, `"Revenue, workdays" (67f5164c3c15317e1a4e0003): It is locked.`, []string{"alteryx 67f5164c3c15317e1a4e0003"}},
		"denied as 401":  {"alteryx", stage.Fault{Method: "PATCH", Path: path, Kind: stage.Status, Status: 401, Times: 2, Body: `{"message":"Authorization has been denied for this request."}`}, "Authorization has been denied", []string{"alteryx 67f5164c3c15317e1a4e0003"}},
		"gone meanwhile": {"alteryx_cloud", stage.Fault{Method: "POST", Path: "/v4/schedules/1003/disable", Kind: stage.Status, Status: 404, Body: `{"exception":{"name":"DataNotFoundException","message":"Schedule 1003 was not found."}}`}, "Schedule 1003 was not found.", []string{"alteryx_cloud 1003"}},
		"out of order":   {"alteryx_cloud", stage.Fault{Method: "POST", Path: "/v4/schedules/1003/disable", Kind: stage.Status, Status: 500, Times: 50, Body: `{}`}, `"Board Pack \"Q2\" / Mondays" (1003)`, []string{"alteryx_cloud 1003"}},
		"lost, and done": {"alteryx_cloud", stage.Fault{Method: "POST", Path: "/v4/schedules/1003/disable", Kind: stage.StatusAfter, Status: 500, Times: 50, Body: `{}`}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWindow(t)
			before := w.all(t)
			w.vendors[tt.vendor].Inject(tt.fault)
			r := w.pause(t, "window.csv")
			still := append([]string{notShown}, tt.still...)
			slices.Sort(still)
			wantLines(t, "still enabled", w.on(t), still...)
			wantLines(t, "listed", w.listed(t, "window.csv"), seen(sorted(on(before)))...)
			if tt.want != "" {
				wantIn(t, "stderr", flat(r.stderr), "still to be paused: 1", tt.want)
			}
			if want := map[string]int{"lost, and done": 6, "out of order": 6}[name]; r.code != max(1, want) {
				t.Errorf("want exit code %d: %v", max(1, want), r)
			}
			w.vendors[tt.vendor].(interface{ Mend() }).Mend()
			wantCode(t, w.pause(t, "window2.csv", "--window", w.file("window.csv")), 0)
			wantLines(t, "listed again", w.listed(t, "window2.csv"), w.listed(t, "window.csv")...)
			wantCode(t, w.resume(t, "window2.csv"), 0)
			w.same(t, before)
		})
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// A pause that ends half-way is gone on with, and nothing is forgotten.
func TestPauseHalfWay(t *testing.T) {
	for name, tt := range map[string]struct {
		vendor string
		faults []stage.Fault
		code   int
		want   string
	}{
		"dropped before": {"alteryx", []stage.Fault{{Method: "PATCH", After: 3, Kind: stage.DropBefore}}, 0, ""},
		"dropped after":  {"alteryx", []stage.Fault{{Method: "PATCH", After: 3, Kind: stage.DropAfter}}, 0, ""},
		"a limit": {"alteryx_cloud", []stage.Fault{{Method: "POST", Path: "/v4/schedules/*/disable", After: 5, Times: 3, Kind: stage.Status, Status: 429,
			Header: http.Header{"X-Retry-After": {"1"}}, Body: `{"exception":{"name":"TooManyRequestsException"}}`}}, 0, ""},
		"a token that ends": {"alteryx", []stage.Fault{{Method: "PATCH", After: 3, Kind: stage.ExpireTokens}}, 0, ""},
		"a token that is taken away": {"alteryx_cloud", []stage.Fault{
			{Method: "POST", Path: "/v4/schedules/*/disable", After: 4, Times: 1000, Kind: stage.Status, Status: 401, Body: `{}`},
			{Method: "GET", Path: "/v4/schedules/*", Times: 1000, After: 1, Kind: stage.Status, Status: 401, Body: `{}`}}, 4, "not tried, as the system does not answer"},
		"a Server that goes away": {"alteryx", []stage.Fault{
			{Method: "PATCH", After: 2, Times: 1000, Kind: stage.DropBefore},
			{Method: "GET", Path: "/v3/schedules/*", Times: 1000, Kind: stage.DropBefore}}, 1, "not tried, as the system does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWindow(t)
			before := w.all(t)
			for _, f := range tt.faults {
				w.vendors[tt.vendor].Inject(f)
			}
			r := w.pause(t, "window.csv")
			wantLines(t, "listed", w.listed(t, "window.csv"), seen(sorted(on(before)))...)
			if tt.code == 0 {
				wantLines(t, "still enabled", w.on(t), notShown)
			} else if len(w.on(t)) == 1 || len(w.on(t)) == len(on(before)) {
				t.Errorf("it did not end half-way: %v", w.on(t))
			}
			if r.code != tt.code && !(tt.code == 1 && r.code == 6) { // a call without an answer is in doubt
				t.Errorf("want exit code %d: %v", tt.code, r)
			}
			wantIn(t, "stderr", flat(r.stderr), tt.want)
			other := map[string]string{"alteryx": "alteryx_cloud", "alteryx_cloud": "alteryx"}[tt.vendor]
			for _, key := range w.on(t) {
				if strings.HasPrefix(key, other+" ") && key != notShown {
					t.Errorf("%s was not paused", key)
				}
			}

			w.vendors[tt.vendor].(interface{ Mend() }).Mend()
			wantCode(t, w.pause(t, "window2.csv", "--window", w.file("window.csv")), 0)
			wantLines(t, "still enabled", w.on(t), notShown)
			wantLines(t, "listed again", w.listed(t, "window2.csv"), w.listed(t, "window.csv")...)
			wantCode(t, w.resume(t, "window2.csv"), 0)
			w.same(t, before)
		})
	}
}

// A window that overlaps another one lists what both paused.
func TestPauseOverlapping(t *testing.T) {
	w := newWindow(t)
	before := w.all(t)
	wantCode(t, w.pause(t, "a.csv", "--owner", ada, "--also", "1005", "--leave", "Old shipments"), 0)
	wantCode(t, w.pause(t, "a2.csv", "--owner", "paul@example.com", "--also", "1005", "--window", w.file("a.csv")), 0)
	w.eval(t, `alteryx_cloud.enable_schedule { schedule_id = 1005 } alteryx.delete_schedule { schedule_id = "67f5164c3c15317e1a4e0001" }`)
	delete(before, "alteryx 67f5164c3c15317e1a4e0001")
	// What the list has and no other list shows is paused, too, and what was
	// deleted stays on it.
	wantCode(t, w.pause(t, "b.csv", "--window", w.file("a2.csv")), 0)
	if still := w.on(t); len(still) > 0 {
		t.Errorf("still enabled: %v", still)
	}
	wantLines(t, "listed", w.listed(t, "b.csv"), sorted(append(on(before), "alteryx 67f5164c3c15317e1a4e0001"))...)
	wantCode(t, w.resume(t, "b.csv"), 0)
	w.same(t, before)
}

// Names may hold anything, and go through CSV and back.
func TestPauseNames(t *testing.T) {
	names := []string{`"quoted", 'so'`, "=SUM(A1)", "-nightly", "'=x", "'", "@home", "+49", "-1", "two\nlines", "return\r\nand line", "tab\there",
		"日本 / ä\u0301 🇩🇪", "a,b;c", `C:\x\`, "100% [^x] (.-)+", " blanks ", "::error::x", "##[x]", "hidden\u200b\u202ename", "# paused", "bell\u0007", "ids"}
	w := newWindow(t)
	var script strings.Builder
	for i, name := range names {
		fmt.Fprintf(&script, "alteryx.create_schedule { workflow_id = \"66e4053b3c15317e1a4d0004\", name = %s, iteration = { iteration_type = \"Daily\", start_time = \"2027-01-04T02:00:00Z\", daily = { run_only_work_week = true } } }\n", luaText(name))
		fmt.Fprintf(&script, "alteryx_cloud.create_schedule { name = %s, triggers = { { timeBased = { daily = { hourOfDay = %d, minuteOfHour = 0 }, timezone = \"UTC\" } } }, tasks = { { runFlow = { flowId = 3001 } } } }\n", luaText(name), i%24)
	}
	w.eval(t, script.String())
	before := w.all(t)
	for _, ci := range []string{"CI=", "CI=true"} {
		w.env = append(w.env, ci)
		wantCode(t, w.pause(t, "window.csv"), 0)
		wantLines(t, "listed", w.listed(t, "window.csv"), seen(sorted(on(before)))...)
		if n := len(w.listed(t, "window.csv")); n < 2*len(names) {
			t.Errorf("%d are listed", n)
		}
		wantCode(t, w.pause(t, "window2.csv", "--window", w.file("window.csv")), 0)
		wantCode(t, w.resume(t, "window2.csv"), 0)
		w.same(t, before)
	}
}

// luaText is a text as Lua reads it.
func luaText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, `\%03d`, c)
	}
	return b.String() + `"`
}

// Lists that end with a full page are read to their end, and once.
func TestPausePages(t *testing.T) {
	for name, tt := range map[string]struct{ own, plans, ofPlan int }{
		"a full page":       {90, 93, 24}, // with those of the seed: 100, 100 and 25
		"one more":          {91, 94, 25},
		"two pages of them": {190, 0, 99},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWindow(t)
			w.eval(t, fmt.Sprintf(`
				local function daily(name, task)
					return alteryx_cloud.create_schedule { name = name, triggers = { { timeBased = { daily = { hourOfDay = 2, minuteOfHour = 0 }, timezone = "UTC" } } }, tasks = { task } }.id
				end
				for i = 1, %d do daily("own " .. i, { runFlow = { flowId = 3001 } }) end
				for i = 1, %d do alteryx_cloud.create_plan { name = "plan " .. i } end
				local ids = {}
				for i = 1, %d do ids[i] = daily("of a plan " .. i, { runPlan = { planId = 2001 } }) end
				alteryx_cloud.transfer_schedules { schedule_ids = ids, to_person_id = %d }`,
				tt.own, tt.plans, tt.ofPlan, emulator.PersonID("ada")))
			before := w.all(t)
			wantCode(t, w.pause(t, "window.csv", "--systems", "alteryx_cloud"), 0)
			for _, key := range w.on(t) {
				if strings.HasPrefix(key, "alteryx_cloud ") && key != notShown {
					t.Errorf("%s is still enabled", key)
				}
			}
			wantCode(t, w.resume(t, "window.csv"), 0)
			w.same(t, before)
		})
	}
}

func TestPauseNothing(t *testing.T) {
	w := newWindow(t)
	w.eval(t, `
		for _, s in ipairs(alteryx.list_schedules {}) do alteryx.delete_schedule { schedule_id = s.id } end
		for id = 1001, 1020 do pcall(alteryx_cloud.delete_schedule, { schedule_id = id }) end`)
	for _, args := range [][]string{nil, {"--format", "csv"}} {
		r := w.again(t, append([]string{"pause_schedules.lua"}, args...)...)
		if want := map[bool]string{true: "paused: none\n", false: ""}[args == nil]; r.stdout != want {
			t.Errorf("got %q, want %q", r.stdout, want)
		}
	}
}

// A plan of a pause is applied, and stops at a schedule that was touched.
func TestPauseByPlan(t *testing.T) {
	w := newWindow(t)
	before := w.all(t)
	plan := w.file("pause.plan")
	sent := w.sent()
	first := planned(w.must(t, "plan", "pause_schedules.lua", "--out", plan))
	if w.sent() != sent {
		t.Error("the plan changed something")
	}
	r := w.must(t, "apply", plan, "--format", "csv")
	w.put(t, "window.csv", r.stdout)
	wantLines(t, "done", planned(r), first...)
	wantLines(t, "still enabled", w.on(t), notShown)
	wantLines(t, "listed", w.listed(t, "window.csv"), seen(sorted(on(before)))...)

	plan = w.file("resume.plan")
	w.must(t, "plan", "resume_schedules.lua", "--window", w.file("window.csv"), "--out", plan)
	w.must(t, "apply", plan)
	w.same(t, before)

	plan = w.file("again.plan")
	w.must(t, "plan", "pause_schedules.lua", "--out", plan)
	w.eval(t, `alteryx_cloud.disable_schedule { schedule_id = 1020 } alteryx_cloud.enable_schedule { schedule_id = 1014 }`)
	wantCode(t, w.runner(t, "apply", plan), 5, "1014")
}

// One who is not shown all is told.
func TestPauseWithoutRights(t *testing.T) {
	w := newWindow(t)
	w.env = append(w.env, "RUNNER_ALTERYX_CLOUD_ACCESS_TOKEN="+emulator.AdaLegacyToken)
	wantIn(t, "stderr", flat(w.pause(t, "window.csv", "--systems", "alteryx_cloud").stderr), "no Workspace Admin, and may not be shown all")
}
