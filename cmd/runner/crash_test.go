package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runner/internal/op"
	"runner/internal/vendors"
)

// A clock that breaks is a mistake of ours outside of Lua and of calls.
func TestCrash(t *testing.T) {
	for name, args := range map[string][]string{"to a person": {"eval", "print(1)"}, "as JSON": {"eval", "--json", "print(1)"}} {
		t.Run(name, func(t *testing.T) {
			state := t.TempDir()
			c := &cmdline{env: map[string]string{"RUNNER_STATE_DIR": state}, now: func() time.Time { panic("the clock is broken") }}
			if code := c.run(t, args...); code != exitBug {
				t.Errorf("exit %d, want %d", code, exitBug)
			}
			text := c.stderr.String()
			if !strings.Contains(text, "error[bug]: the runner made a mistake") || !strings.Contains(text, "the clock is broken") || inner.MatchString(text) {
				t.Errorf("the card is\n%s", text)
			}
			files, err := filepath.Glob(filepath.Join(state, "crashes", "crash-*.txt"))
			if err != nil || len(files) != 1 {
				t.Fatalf("crash files: %v, %v", files, err)
			}
			if b, err := os.ReadFile(files[0]); err != nil || !strings.Contains(string(b), "goroutine") {
				t.Errorf("the crash file holds %q, %v", b, err)
			}
			if len(args) == 3 && c.report(t).Exit.Code != exitBug {
				t.Errorf("JSON says %s", &c.stdout)
			}
		})
	}
}

// An operation that panics stops the run with the same card, and the journal
// is whole.
func TestOperationPanics(t *testing.T) {
	type none struct{}
	boom := op.New(op.Operation{
		Name: "boom.start_fire", Doc: "Starts a fire.", Source: "https://example.com", Effect: op.Write,
	}, func(context.Context, *none, none) (op.None, error) { panic("it burns") })
	module := op.NewModule(op.Module{Name: "boom", Title: "Boom", Doc: "Burns.", Operations: []*op.Operation{boom}, Limit: op.Limit{PerSecond: 1, Burst: 1}},
		func(op.World, none) (op.Client, error) { return op.Client{Vendor: &none{}}, nil })
	all := vendors.All
	t.Cleanup(func() { vendors.All = all })
	vendors.All = append(all[:len(all):len(all)], vendors.Vendor{Module: module})

	c := &cmdline{}
	code := c.run(t, "eval", "boom.start_fire{}")
	if text := c.stderr.String(); code != exitBug || !strings.Contains(text, "error[bug]: boom.start_fire") || !strings.Contains(text, "it burns") || inner.MatchString(strings.ReplaceAll(text, "panic: it burns", "")) {
		t.Errorf("exit %d\n%s", code, text)
	}
	if shown := c.shown(t); shown.Exit == nil || shown.Exit.Code != exitBug || shown.Counts.Unanswered != 0 {
		t.Errorf("the journal says %+v", shown)
	}
}
