package scripts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// samples are arguments with which each script runs on the emulators. FOLDER is
// a folder of the test.
var samples = map[string][]string{
	"offboard.lua": {"--leaver", "ada@example.com", "--heir", "lin@example.com"},
	"onboard.lua": {"--systems", "alteryx", "--email", "new.starter@example.com", "--first-name", "Åse", "--last-name", "d'Arc",
		"--alteryx-role", "Member", "--alteryx-rights", "schedule", "--alteryx-groups", "New Starters", "--alteryx-studio", "Operations Studio",
		"--alteryx-collections", "Operations Daily", "--alteryx-credentials", `EXAMPLE\svc-ops`,
		"--alteryx-data-connections", "Operations Warehouse", "--alteryx-password-mail"},
	"access_review.lua": {"--inactive-days", "30"},
	"load_schemas.lua": {"--schemas", "Ledger,Procurement,FinanceMart", "--depends", "Ledger>FinanceMart,Procurement>FinanceMart",
		"--every", "0.02"},
	"rotate_workato_tokens.lua": {"--own", "5101", "--to", "file:FOLDER/{id}"},
	"pause_schedules.lua":       {"--leave", "Old shipments"},
	"resume_schedules.lua":      {"--window", "testdata/window.csv"},
}

func scripts(t *testing.T) []string { return found(t, "*.lua") }

func found(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("found %v: %v", names, err)
	}
	return names
}

func TestEveryScript(t *testing.T) {
	for _, name := range scripts(t) {
		t.Run(name, func(t *testing.T) {
			args, ok := samples[name]
			if !ok {
				t.Fatalf("%s has no sample arguments; add them above", name)
			}
			c := newCompany(t)
			c.must(t, "check", name)
			args = append([]string{name}, args...)
			for i, arg := range args {
				args[i] = strings.Replace(arg, "FOLDER", t.TempDir(), 1)
			}
			dry := planned(c.dryRun(t, args...))
			done := planned(c.mustRun(t, args...))
			// What was foreseen is what was done.
			wantLines(t, "done", done, dry...)
		})
	}
}

func TestLayout(t *testing.T) {
	for _, name := range append(scripts(t), found(t, "*/*.lua")...) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source := string(b)
		if !strings.HasPrefix(source, "--- ") {
			t.Errorf("%s does not begin with a comment that says what it is for", name)
		}
		if !strings.Contains(name, "/") && !strings.Contains(source, "\nlocal p = params {") {
			t.Errorf("%s declares no params", name)
		}
		for i, line := range strings.Split(source, "\n") {
			if n := len([]rune(line)); n > 100 {
				t.Errorf("%s:%d has %d columns", name, i+1, n)
			}
			if strings.Contains(line, "\t") || strings.TrimRight(line, " ") != line {
				t.Errorf("%s:%d has tabs, or blanks at its end", name, i+1)
			}
		}
	}
}
