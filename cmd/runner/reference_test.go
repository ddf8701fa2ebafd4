package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The reference pages are generated from the values that the program uses.
func TestReferenceIsUpToDate(t *testing.T) {
	dir := t.TempDir()
	if err := writeReference(dir); err != nil {
		t.Fatal(err)
	}
	pages, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir("../../docs/reference")
	if err != nil || len(kept) != len(pages) {
		t.Errorf("docs/reference has %d pages, want %d: %v", len(kept), len(pages), err)
	}
	for _, p := range pages {
		want, err := os.ReadFile(filepath.Join(dir, p.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../../docs/reference", p.Name()))
		if err != nil || string(got) != string(want) {
			t.Errorf("docs/reference/%s is out of date: run make generate (%v)", p.Name(), err)
		}
	}
}
