package scripts_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"runner/internal/commandtest"
)

// tortures are params with which the runbooks are tortured.
var tortures = map[string][]string{
	"offboard.lua: everywhere": {"--leaver", ada, "--heir", lin},
	"offboard.lua: deleted":    {"--leaver", ada, "--heir", lin, "--share-access", "--delete", "--systems", "alteryx_cloud,atscale,incorta,workato"},
	"offboard.lua: Alteryx":    {"--leaver", lin, "--heir", ada, "--delete", "--systems", "alteryx"},
	"onboard.lua: everywhere": {"--email", "new.o'starter@example.com", "--first-name", "Åse", "--last-name", "d'Arc / Łuczak",
		"--systems", "alteryx,alteryx_cloud,atscale,incorta,workato", "--alteryx-role", "Member", "--alteryx-groups", "New Starters",
		"--alteryx-cloud-roles", "Viewer", "--alteryx-cloud-groups", "New Starters", "--atscale-roles", "Designer",
		"--atscale-password", "env:FIRST_PASSWORD", "--incorta-groups", "Finance", "--workato-roles", "Development:Operator"},
	"onboard.lua: Alteryx":      samples["onboard.lua"],
	"access_review.lua":         samples["access_review.lua"],
	"load_schemas.lua":          {"--schemas", "Ledger,Procurement,FinanceMart", "--depends", "Ledger>FinanceMart,Procurement>FinanceMart"},
	"rotate_workato_tokens.lua": {"--own", "5101", "--to", "file:tokens/{id}"},
	"pause_schedules.lua":       samples["pause_schedules.lua"],
	"resume_schedules.lua":      samples["resume_schedules.lua"],
}

// sampled is how many points of each are tried: RUNNER_TORTURE_POINTS, where 0
// is all.
func sampled() string {
	if n := os.Getenv("RUNNER_TORTURE_POINTS"); n != "" {
		return n
	}
	return "10" // of every other moment one
}

// A tortured is what runner torture answers.
type tortured struct {
	Points, Passed, Missed int
	Counts                 map[string]int
	Failed                 []struct {
		Point   string
		Differs []string
	}
}

func torture(t *testing.T, args ...string) (code int, v tortured, text string) {
	t.Helper()
	c := &company{env: []string{"HOME=" + t.TempDir(), "FIRST_PASSWORD=first-password-1"}}
	r := c.runner(t, append([]string{"torture", "--json", "--jobs", fmt.Sprint(2 * runtime.NumCPU())}, args...)...)
	if err := json.Unmarshal([]byte(r.stdout), &v); err != nil {
		t.Fatalf("%q: %v: %v", args, err, r)
	}
	return r.code, v, r.String()
}

// Wherever a runbook is crashed, it comes to the same when it is resumed.
func TestTorture(t *testing.T) {
	for _, name := range scripts(t) {
		tried := false
		for what := range tortures {
			tried = tried || strings.HasPrefix(what, name)
		}
		if !tried {
			t.Errorf("%s is not tortured; add it above", name)
		}
	}
	for what, args := range tortures {
		t.Run(what, func(t *testing.T) {
			name, _, _ := strings.Cut(what, ":")
			code, v, text := torture(t, append([]string{name, "--sample", sampled()}, args...)...)
			if code != 0 || v.Passed != v.Points || v.Points == 0 {
				t.Fatal(text)
			}
			t.Logf("crash-tested at %d of %d points; %d missed; %v", v.Passed, v.Points, v.Missed, v.Counts)
		})
	}
}

// A script that makes a call in doubt again, of its own accord, does it twice.
func TestTortureFindsWhatIsDoneTwice(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "careless.lua")
	source := `
local function add()
  return workato.create_lookup_table_row { lookup_table_id = 9102, data = { code = "AQ" } }
end
local ok = pcall(add)
if not ok then add() end
`
	if err := os.WriteFile(script, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	code, v, text := torture(t, script, "--moments", "error-after,limited")
	if code != 1 || v.Points != 2 || v.Passed != 1 || len(v.Failed) != 1 {
		t.Fatal(text)
	}
	wantIn(t, "the failed point", v.Failed[0].Point, "error-after ", "workato.create_lookup_table_row#1")
	wantIn(t, "the difference", strings.Join(v.Failed[0].Differs, "\n"), "effects of :workato.create_lookup_table_row#2: 1 instead of none")
}

// An interrupt ends it and all that it started, and leaves no folder behind.
func TestTortureIsInterrupted(t *testing.T) {
	commandtest.Sources("..")
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), runner, append([]string{"torture", "offboard.lua"}, tortures["offboard.lua: Alteryx"]...)...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "TMPDIR=" + dir}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	if !lines.Scan() || !strings.Contains(lines.Text(), " points") { // the rehearsal is over, and points are tried
		t.Errorf("it says %q", lines.Text())
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // until nobody is left who could write
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d", code)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}
