package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commands are all that there are, with their names.
func commands(t *testing.T) map[string]*cobra.Command {
	t.Helper()
	all := map[string]*cobra.Command{}
	root := (&app{}).root()
	for _, c := range append(root.Commands(), root) {
		all[c.Name()] = c
	}
	if len(all) < 10 {
		t.Fatalf("only %d commands", len(all))
	}
	return all
}

// Every example in help does what it says, as a person would type it.
func TestExamples(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "runner")); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir() // some leave files
	scripts, err := filepath.Abs("../../scripts")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(scripts, filepath.Join(dir, "scripts")); err != nil {
		t.Skip(err)
	}
	env := append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "RUNNER_STATE_DIR="+t.TempDir(), "TERM=dumb", "GORACE=atexit_sleep_ms=10")
	all := commands(t)
	for _, name := range []string{"runner", "run", "plan", "apply", "accuracy", "eval", "call", "check", "docs", "show", "completion", "version", "help"} {
		for _, line := range exampleLines(all[name]) {
			c := exec.Command(sh, "-c", line)
			c.Dir, c.Env = dir, env
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
		}
	}
}

func exampleLines(c *cobra.Command) []string {
	text := strings.ReplaceAll(c.Example, "\\\n", " ")
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

func TestEveryCommandHasAnExample(t *testing.T) {
	for name, c := range commands(t) {
		if c.Annotations["topic"] == "" && !strings.HasPrefix(c.Example, "  runner") {
			t.Errorf("%s has the example %q", name, c.Example)
		}
		if c.Annotations["topic"] == "" && name != "runner" && c.Annotations["exits"] == "" {
			t.Errorf("%s lists no exit codes", name)
		}
	}
}

// The example of emulate serves until it is interrupted, and what it prints
// leads to it.
func TestEmulate(t *testing.T) {
	c := &cmdline{}
	args := strings.Fields(exampleLines(commands(t)["emulate"])[0])
	wait := c.start(t, args[1:]...)
	c.stderr.await("serving until interrupted")
	env := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^export (\w+)=(.*)$`).FindAllStringSubmatch(c.stdout.String(), -1) {
		env[m[1]] = m[2]
	}
	other := (&cmdline{}).with(env)
	if code := other.run(t, "eval", "print(#alteryx.list_users{} > 0)"); code != exitDone || other.stdout.String() != "true\n" {
		t.Errorf("exit %d with %v\n%s%s", code, env, &other.stdout, &other.stderr)
	}
	c.signals <- os.Interrupt
	if code := wait(); code != exitDone {
		t.Errorf("exit %d, want 0", code)
	}
}

// Every flag says what it is for, which values it takes, and what holds
// without it.
func TestFlagsAreDocumented(t *testing.T) {
	seen := 0
	for name, c := range commands(t) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			seen++
			flag, doc := flagName(f)
			if doc == "" || strings.HasSuffix(doc, ".") || strings.Contains(flag+doc, "`") {
				t.Errorf("%s --%s: %q", name, f.Name, doc)
			}
			if f.NoOptDefVal == "" && len(strings.Fields(strings.TrimSpace(flag))) < 2 {
				t.Errorf("%s --%s does not say what value it takes: %q", name, f.Name, flag)
			}
			for _, choice := range choices(f.Name) {
				if !strings.Contains(flag, choice) {
					t.Errorf("%s --%s does not name %q: %q", name, f.Name, choice, flag)
				}
			}
			if v := f.DefValue; v != "" && v != "false" && v != "[]" && !strings.Contains(doc, "(default "+v+")") {
				t.Errorf("%s --%s does not say its default %q: %q", name, f.Name, v, doc)
			}
		})
	}
	if seen < 20 {
		t.Errorf("only %d flags", seen)
	}
}

// A command, flag or topic with one letter left out is found.
func TestMistypedCommandsAreFound(t *testing.T) {
	all := commands(t)
	var names []string
	for name := range all {
		names = append(names, name)
	}
	for _, name := range names {
		for i := range name {
			typo := name[:i] + name[i+1:]
			if len(name) < 4 || name == "runner" || slices.Contains(names, typo) {
				continue
			}
			c := &cmdline{}
			if code := c.run(t, typo); code != exitUsage || !strings.Contains(c.stderr.String(), "did you mean") {
				t.Errorf("%q: exit %d\n%s", typo, code, &c.stderr)
			}
		}
	}
}

// Start-up is quick: nothing is derived that is not asked for.
func TestStartsQuickly(t *testing.T) {
	began := time.Now()
	for range 20 {
		(&cmdline{}).run(t, "version")
	}
	if took := time.Since(began) / 20; took > 50*time.Millisecond {
		t.Errorf("version takes %v", took)
	}
}
