// Package archtest checks that the house stands as docs/architecture.md draws
// it: imports go down only, and few packages touch the world outside.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors, from below. A package may import those of lower floors, and of its
// own only where sameFloor says so.
var floors = []struct {
	prefix string
	floor  int
	wing   string // on floors 1 and 2: the wings do not know each other
}{
	{"internal/durable", 0, ""},
	{"internal/op", 0, ""},
	{"internal/secret", 0, ""},
	{"internal/spell", 0, ""},
	{"internal/torture", 0, ""},
	{"internal/overlay", 1, ""},
	{"internal/quota", 1, ""},
	{"internal/rest", 1, "west"},
	{"internal/survival", 2, "west"},
	{"internal/vendors/casetest", 2, "west"},
	{"internal/vendors/company", 0, "west"},
	{"internal/vendors/stage", 0, "west"},
	{"internal/vendors", 2, "west"},
	{"internal/guard", 1, ""},
	{"internal/journal", 1, "east"},
	{"internal/plan", 2, "east"},
	{"internal/report", 2, "east"},
	{"internal/engine", 3, ""},
	{"lua/stdlib", 4, ""},
	{"internal/bindings", 5, ""},
	{"cmd/runner", 6, ""},
}

// allowed are the imports that the floors do not explain.
var allowed = map[[2]string]string{
	{"internal/secret", "internal/durable"}: "tokens outlive a crash",
	{"internal/secret", "internal/spell"}:   "suggestions for schemes",
	{"internal/engine", "internal/rest"}:    "the rules of a call's attempts",
}

type file struct {
	pkg, path string
	test      bool
	syntax    *ast.File
}

func files(t *testing.T) []file {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root && d.Name() != ".." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, file{filepath.ToSlash(filepath.Dir(rel)), filepath.ToSlash(rel), strings.HasSuffix(path, "_test.go"), syntax})
		return nil
	})
	if err != nil || len(all) < 20 {
		t.Fatalf("only %d files found: %v", len(all), err)
	}
	return all
}

func (f file) imports() []string {
	var names []string
	for _, i := range f.syntax.Imports {
		names = append(names, strings.Trim(i.Path.Value, `"`))
	}
	return names
}

func floorOf(pkg string) (floor int, wing string, known bool) {
	best := -1
	for i, f := range floors {
		if (pkg == f.prefix || strings.HasPrefix(pkg, f.prefix+"/")) && (best < 0 || len(f.prefix) > len(floors[best].prefix)) {
			best = i
		}
	}
	if best < 0 {
		return 0, "", false
	}
	return floors[best].floor, floors[best].wing, true
}

func TestImportsGoDownOnly(t *testing.T) {
	for _, f := range files(t) {
		if f.test {
			continue
		}
		floor, wing, known := floorOf(f.pkg)
		if !known {
			if f.pkg != "internal/archtest" && f.pkg != "internal/commandtest" && !strings.HasPrefix(f.pkg, "bench") && f.pkg != "scripts" {
				t.Errorf("%s: package %s stands on no floor", f.path, f.pkg)
			}
			continue
		}
		for _, name := range f.imports() {
			below, ok := strings.CutPrefix(name, "runner/")
			if !ok || allowed[[2]string{f.pkg, below}] != "" {
				continue
			}
			to, toWing, _ := floorOf(below)
			sameVendor := strings.HasPrefix(below, "internal/vendors/") && f.pkg == "internal/vendors"
			switch {
			case to > floor, to == floor && !sameVendor:
				t.Errorf("%s imports %s, which is not below it", f.path, below)
			case wing != "" && toWing != "" && wing != toWing:
				t.Errorf("%s imports %s: the wings do not know each other", f.path, below)
			}
		}
	}
}

func TestOnlyCmdKnowsVendors(t *testing.T) {
	for _, f := range files(t) {
		if f.test || f.pkg == "cmd/runner" || strings.HasPrefix(f.pkg, "internal/vendors") {
			continue
		}
		for _, name := range f.imports() {
			if strings.HasPrefix(name, "runner/internal/vendors") {
				t.Errorf("%s imports %s", f.path, name)
			}
		}
	}
}

// An emulator shares no code with the client: shared code shares mistakes.
// Emulators may share what they stand on, and the people they know.
func TestEmulatorsShareNothing(t *testing.T) {
	for _, f := range files(t) {
		if !strings.HasSuffix(f.pkg, "/emulator") || f.test {
			continue
		}
		for _, name := range f.imports() {
			if strings.HasPrefix(name, "runner/") && name != "runner/internal/vendors/stage" && name != "runner/internal/vendors/company" {
				t.Errorf("%s imports %s", f.path, name)
			}
		}
	}
}

// outside are the functions that reach the world, and who may use them.
var outside = []struct {
	pkg   string
	names []string
	users []string
}{
	{"os", []string{"Args", "Getenv", "LookupEnv", "Environ", "Stdin", "Stdout", "Stderr", "Exit", "Getwd"}, []string{"cmd/runner"}},
	{"os", []string{"Open", "OpenFile", "Create", "ReadFile", "WriteFile", "ReadDir", "MkdirAll", "Mkdir", "Remove"}, []string{"cmd/runner", "internal/durable", "internal/journal", "internal/quota", "internal/secret"}},
	{"time", []string{"Now", "Since"}, []string{"cmd/runner", "internal/engine", "internal/journal", "internal/rest"}},
}

func TestFewTouchTheWorld(t *testing.T) {
	for _, f := range files(t) {
		if f.test || strings.HasPrefix(f.pkg, "bench") || f.pkg == "internal/vendors/casetest" || f.pkg == "internal/commandtest" {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, o := range outside {
				if id.Name == o.pkg && slices.Contains(o.names, sel.Sel.Name) && !slices.Contains(o.users, f.pkg) && !(o.pkg == "time" && strings.HasSuffix(f.pkg, "/emulator")) && slices.Contains(f.imports(), o.pkg) {
					t.Errorf("%s uses %s.%s, which only %v may", f.path, o.pkg, sel.Sel.Name, o.users)
				}
			}
			return true
		})
	}
}

// Start-up stays small: nothing runs before main.
func TestNoInit(t *testing.T) {
	for _, f := range files(t) {
		if f.test {
			continue
		}
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", f.path)
			}
		}
	}
}
