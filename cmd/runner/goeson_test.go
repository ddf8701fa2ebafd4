package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/vendors"
)

// A run that died after its last record has not left its report.
func TestLateReport(t *testing.T) {
	c := &cmdline{env: map[string]string{"RUNNER_STATE_DIR": t.TempDir()}}
	if code := c.run(t, "eval", `sleep(0) output("sum", 7)`); code != exitDone {
		t.Fatalf("exit %d\n%s", code, &c.stderr)
	}
	dir := onlyRun(t, c)
	path := filepath.Join(dir, "report.json")
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if code := c.run(t, "resume", filepath.Base(dir)); code != exitDone {
		t.Fatalf("exit %d\n%s", code, &c.stderr)
	}
	if got, err := os.ReadFile(path); string(got) != string(want) {
		t.Errorf("the report is\n%s\n%v, want\n%s", got, err, want)
	}
}

// A run whose module was changed, and that has lost its copy, is refused; it
// goes on with the module as it was.
func TestRefusedKeepsNothing(t *testing.T) {
	type in struct {
		Name string `lua:"name,key"`
	}
	sent, dies := 0, true
	send := op.New(op.Operation{
		Name: "post.send_letter", Doc: "Sends a letter.", Source: "https://example.com", Effect: op.Write, Idempotency: op.Idempotent,
	}, func(context.Context, *in, in) (op.None, error) {
		if sent++; sent == 2 && dies {
			panic("it dies")
		}
		return op.None{}, nil
	})
	module := op.NewModule(op.Module{Name: "post", Title: "Post", Doc: "Sends.", Operations: []*op.Operation{send}, Limit: op.Limit{PerSecond: 1e6, Burst: 1e6}},
		func(op.World, in) (op.Client, error) { return op.Client{Vendor: &in{}}, nil })
	all := vendors.All
	t.Cleanup(func() { vendors.All = all })
	vendors.All = append(all[:len(all):len(all)], vendors.Vendor{Module: module})

	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("all.lua", `for _, name in ipairs(require("names")) do post.send_letter { name = name } end`)
	write("names.lua", `return { "a", "b" }`)
	c := &cmdline{env: map[string]string{"RUNNER_STATE_DIR": filepath.Join(dir, "state")}}
	if code := c.run(t, "run", filepath.Join(dir, "all.lua")); code != exitBug {
		t.Fatalf("exit %d\n%s", code, &c.stderr)
	}
	run := onlyRun(t, c)
	cutEnd(t, run)
	copies, err := filepath.Glob(filepath.Join(run, "script", "names-*"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies: %v, %v", copies, err)
	}
	if err := os.Remove(copies[0]); err != nil {
		t.Fatal(err)
	}
	write("names.lua", `return { "c", "d" }`)
	dies = false
	if code := c.run(t, "resume", filepath.Base(run)); code != exitInDoubt || sent != 2 { // the call that it died in is, too
		t.Errorf("exit %d, %d letters\n%s", code, sent, &c.stderr)
	}
	if _, err := os.Stat(copies[0]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a run that was refused has another copy: %v", err)
	}
	write("names.lua", `return { "a", "b" }`)
	if code := c.run(t, "resume", filepath.Base(run)); code != exitDone || sent != 3 {
		t.Errorf("exit %d, %d letters\n%s", code, sent, &c.stderr)
	}
	if _, err := os.Stat(copies[0]); err != nil {
		t.Errorf("a run that went on has no copy: %v", err)
	}
}

func onlyRun(t *testing.T, c *cmdline) string {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(c.env["RUNNER_STATE_DIR"], "runs", "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs: %v, %v", runs, err)
	}
	return runs[0]
}

// cutEnd leaves of a journal what was there before the outcome of the last
// call, as if the process had been killed.
func cutEnd(t *testing.T, run string) {
	t.Helper()
	path := filepath.Join(run, journal.FileName)
	var begun int64
	for rec, err := range journal.ReadRun(run) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Kind == journal.Begin {
			begun = rec.N
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for range begun {
		at += 1 + bytes.IndexByte(text[at:], '\n')
	}
	if err := os.WriteFile(path, text[:at], 0o600); err != nil {
		t.Fatal(err)
	}
}
