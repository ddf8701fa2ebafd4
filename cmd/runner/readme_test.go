package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var took = regexp.MustCompile(`, [0-9.]+ (ms|s)\.$`)

// What the README says that the demonstration prints is what it prints, but
// for the time it takes and what "…" stands for.
func TestReadmeIsTrue(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(b), "```")
	shown := ""
	for _, block := range blocks {
		if strings.HasPrefix(strings.TrimSpace(block), "$ runner plan") {
			shown = block
		}
	}
	t.Chdir("../..")
	printed, lines := map[string]bool{}, 0
	state, file := t.TempDir(), filepath.Join(t.TempDir(), "ada.plan")
	for line := range strings.Lines(shown) {
		line = strings.TrimRight(line, "\n")
		if command, ok := strings.CutPrefix(line, "$ runner "); ok {
			c := (&cmdline{}).with(map[string]string{"RUNNER_STATE_DIR": state})
			if code := c.run(t, strings.Fields(strings.ReplaceAll(command, "bin/ada.plan", file))...); code != exitDone {
				t.Fatalf("%s: exit %d\n%s", command, code, &c.stderr)
			}
			printed = map[string]bool{}
			for out := range strings.Lines(c.stdout.String() + c.stderr.String()) {
				printed[took.ReplaceAllString(strings.TrimRight(out, "\n"), "")] = true
			}
			continue
		}
		if line = took.ReplaceAllString(line, ""); line == "" || strings.TrimSpace(line) == "…" {
			continue
		}
		if lines++; !printed[line] {
			t.Errorf("the README shows, and the program does not print: %q", line)
		}
	}
	if lines < 10 {
		t.Errorf("only %d lines were compared", lines)
	}
}
