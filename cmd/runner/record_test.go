package main

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"runner/internal/bindings"
	"runner/internal/journal"
)

// Files are kept while calls wait for the disk: a branch loads a module, a run
// that goes on keeps its script.
func TestKeepBesideSync(t *testing.T) {
	r := &record{
		dir: filepath.Join(t.TempDir(), "run"), script: bindings.Script{Name: "a.lua"},
		observe: func(journal.Record) {}, redact: func(s string) string { return s }, options: journal.Options{Now: time.Now},
	}
	begin := journal.Record{Kind: journal.Begin, Key: ":acme.do_it#1", B: []byte(`{"effect":"write"}`)}
	if _, err := r.Append(begin); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() { r.Keep(journal.KeptScript, fmt.Sprint("module", i), []byte("return 1")) })
		all.Go(func() {
			if err := r.Sync(1); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := r.Sync(1); err != nil || !r.safe {
		t.Errorf("what was kept is not on disk: %v", err)
	}
	if _, err := r.Close(); err != nil {
		t.Error(err)
	}
}
