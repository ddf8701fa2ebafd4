package stdlib_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"runner/internal/commandtest"
	"runner/internal/vendors"
	"runner/lua/stdlib"
)

// runner is the real command, built once.
var runner string

func TestMain(m *testing.M) { os.Exit(commandtest.Main(m, &runner)) }

// words are what the Lua tests have besides the language. They stand on the
// first line of a test, so that its lines keep their numbers.
const words = `local function eq(got, want) ` +
	`if tostring(got) ~= tostring(want) then error("got " .. tostring(got) .. ", want " .. tostring(want), 2) end end ` +
	`local function must_fail(f, pattern) local ok, e = pcall(f) ` +
	`if ok then error("it did not fail", 2) end ` +
	`local text = (e.kind or "") .. ": " .. tostring(e) .. " " .. (e.hint or "") ` +
	`if not text:find(pattern) then error("failed with " .. text .. ", want " .. pattern, 2) end end `

var must = regexp.MustCompile(`^(\s*)(.*?)\s*-- want: (.*)$`)

// expand turns a line that must fail into a call of must_fail.
func expand(source string) string {
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		if m := must.FindStringSubmatch(line); m != nil {
			lines[i] = fmt.Sprintf("%smust_fail(function() %s end, [==[%s]==])", m[1], m[2], m[3])
		}
	}
	return words + strings.Join(lines, "\n")
}

// A test whose name ends in _dry_test runs dry, without open points.
func TestLua(t *testing.T) {
	tests, err := filepath.Glob("*_test.lua")
	if err != nil || len(tests) < 2 {
		t.Fatalf("found %d tests: %v", len(tests), err)
	}
	for _, name := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			script := filepath.Join(dir, name)
			if err := os.WriteFile(script, []byte(expand(string(source))), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"run", script, "--yes"}
			if strings.HasSuffix(name, "_dry_test.lua") {
				args = append(args, "--dry-run")
			}
			if out, err := runIn(t, emulators(t), args...); err != nil || strings.Contains(out, "open point") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// A line that should fail and does not must not pass, nor one that fails
// otherwise.
func TestWantIsChecked(t *testing.T) {
	for name, tt := range map[string]struct {
		line string
		ok   bool
	}{
		"as wanted":         {`fail("broken") -- want: broken`, true},
		"another failure":   {`fail("broken") -- want: bent`, false},
		"no failure":        {`local x = 1 -- want: broken`, false},
		"equal":             {`eq({ 1, a = "b" }, { 1, a = "b" })`, true},
		"not equal":         {`eq({ 1 }, { 2 })`, false},
		"text and a number": {`eq("a", 1)`, false},
	} {
		t.Run(name, func(t *testing.T) {
			script := filepath.Join(t.TempDir(), "x.lua")
			if err := os.WriteFile(script, []byte(expand("-- A test.\n"+tt.line)), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := run(t, "run", script, "--emulate")
			if (err == nil) != tt.ok {
				t.Errorf("%s: %v\n%s", tt.line, err, out)
			}
			if !tt.ok && !strings.Contains(out, "x.lua:2") {
				t.Errorf("%s: the line is not named:\n%s", tt.line, out)
			}
		})
	}
}

// emulators are those of all vendors, on a clock that makes waits short.
func emulators(t *testing.T) (env []string) {
	t.Helper()
	now := commandtest.Quick(10)
	for _, v := range vendors.All {
		if v.Emulate != nil {
			h, settings := v.Emulate(now)
			env = append(env, commandtest.Serve(t, v.Module.Name, h, settings)...)
		}
	}
	return env
}

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return runIn(t, nil, args...)
}

func runIn(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	commandtest.Sources("../..")
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), runner, args...)
	cmd.Env = append(env, "RUNNER_STATE_DIR="+t.TempDir())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

func TestEveryHelperIsDocumented(t *testing.T) {
	for _, m := range vendors.Modules() {
		module := m.Name
		for _, verb := range stdlib.Exports(module) {
			doc := stdlib.Doc(module, verb)
			switch summary, _, _ := strings.Cut(doc, "\n"); {
			case !strings.HasSuffix(summary, "."):
				t.Errorf("%s.%s: the first line of its comment is no whole sentence: %q", module, verb, summary)
			case !strings.Contains(doc, "\n\nTakes "):
				t.Errorf("%s.%s: the comment does not say what it takes: %s", module, verb, doc)
			}
		}
	}
}

func TestLinesAreShort(t *testing.T) {
	files, err := filepath.Glob("*.lua")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.lua") {
			continue // what a line must fail with stands on the line
		}
		for i, line := range strings.Split(string(source), "\n") {
			if n := len([]rune(line)); n > 100 {
				t.Errorf("%s:%d has %d columns", name, i+1, n)
			}
		}
	}
}
