package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runner/internal/journal"
)

// Runs of earlier versions that broke off just before their end are resumed by
// every later one: from the record alone, since nothing is where their
// connection leads. How they were made is told beside them.
func TestRunsOfEarlierVersionsAreResumed(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("testdata", "runs", "*", journal.FileName))
	if err != nil || len(folders) < 3 {
		t.Fatalf("%d runs: %v", len(folders), err)
	}
	for _, path := range folders {
		name := filepath.Base(filepath.Dir(path))
		t.Run(name, func(t *testing.T) {
			state, id := t.TempDir(), ""
			for rec, err := range journal.ReadRun(filepath.Dir(path)) {
				if err != nil {
					t.Fatal(err)
				}
				if rec.Kind == journal.Open {
					var o journal.Opening
					if err := json.Unmarshal(rec.B, &o); err != nil {
						t.Fatal(err)
					}
					id = o.Run
				}
			}
			dir := filepath.Join(state, "runs", id)
			if err := os.CopyFS(dir, os.DirFS(filepath.Dir(path))); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c := (&cmdline{}).with(map[string]string{
				"RUNNER_STATE_DIR": state, "RUNNER_WORKATO_URL": "http://127.0.0.1:47113", "RUNNER_WORKATO_TOKEN": "any",
			})
			if code := c.run(t, "resume", id); code != exitDone {
				t.Fatalf("exit %d\n%s", code, &c.stderr)
			}
			want, err := os.ReadFile(filepath.Join(filepath.Dir(path), "outputs.txt"))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.stdout.String(); got != string(want) {
				t.Errorf("outputs\n%s\nwant\n%s", got, want)
			}
			after, err := os.ReadFile(filepath.Join(dir, journal.FileName))
			if err != nil {
				t.Fatal(err)
			}
			added, same := bytes.CutPrefix(after, before)
			if lines := strings.Count(string(added), "\n"); !same || lines != 2 { // resume and end
				t.Errorf("%d records were added, the rest is as it was: %v\n%s", lines, same, added)
			}
		})
	}
}
