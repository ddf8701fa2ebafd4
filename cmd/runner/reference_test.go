package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	luaparse "github.com/yuin/gopher-lua/parse"
)

// The reference pages, and the definitions for editors, are generated from the
// values that the program uses.
func TestReferenceIsUpToDate(t *testing.T) {
	for committed, write := range map[string]func(string) error{
		"docs/reference": writeReference,
		"lua/types":      writeTypes,
	} {
		t.Run(committed, func(t *testing.T) {
			dir := t.TempDir()
			if err := write(dir); err != nil {
				t.Fatal(err)
			}
			pages, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := os.ReadDir("../../" + committed)
			if err != nil || len(kept) != len(pages) {
				t.Errorf("%s has %d pages, want %d: %v", committed, len(kept), len(pages), err)
			}
			for _, p := range pages {
				want, err := os.ReadFile(filepath.Join(dir, p.Name()))
				if err != nil {
					t.Fatal(err)
				}
				got, err := os.ReadFile(filepath.Join("../..", committed, p.Name()))
				if err != nil || string(got) != string(want) {
					t.Errorf("%s/%s is out of date: run make generate (%v)", committed, p.Name(), err)
				}
				if strings.HasSuffix(p.Name(), ".lua") {
					if _, err := luaparse.Parse(strings.NewReader(string(want)), p.Name()); err != nil {
						t.Errorf("it is no Lua: %v", err)
					}
				}
			}
		})
	}
}
