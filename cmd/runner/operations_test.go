package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"runner/internal/bindings"
	"runner/internal/op"
	"runner/internal/spell"
	"runner/internal/vendors"
)

// What every operation of every vendor must say of itself.

func operations(t *testing.T) []*op.Operation {
	t.Helper()
	var all []*op.Operation
	for _, m := range vendors.Modules() {
		all = append(all, m.Operations...)
	}
	if len(all) < 100 {
		t.Fatalf("only %d operations", len(all))
	}
	return all
}

var (
	nameForm   = regexp.MustCompile(`^[a-z_]+\.[a-z]+(_[a-z]+)*$`)
	raisesForm = regexp.MustCompile(`[Rr]aises ([a-z_]+)|, and ([a-z_]+) if|, ([a-z_]+) if`)
	verbs      = strings.Fields("get list create update delete start stop run cancel add remove grant revoke transfer invite copy export import load reset rotate deactivate restart send deploy undeploy publish unpublish reactivate refresh restore store suspend unsuspend enable disable")
)

func TestOperationsAreDocumented(t *testing.T) {
	var kinds []string
	for _, k := range op.Kinds() {
		kinds = append(kinds, k[0])
	}
	seen := map[string]bool{}
	for _, o := range operations(t) {
		if seen[o.Name] {
			t.Errorf("%s is declared twice", o.Name)
		}
		seen[o.Name] = true
		if !nameForm.MatchString(o.Name) {
			t.Errorf("%s: not module.verb_noun", o.Name)
		}
		verb, _, _ := strings.Cut(o.Verb(), "_")
		if o.Module() != "http" && !slices.Contains(verbs, verb) {
			t.Errorf("%s: %q is none of the verbs", o.Name, verb)
		}
		if !strings.HasSuffix(o.Summary(), ".") {
			t.Errorf("%s: the summary does not end with a period: %q", o.Name, o.Summary())
		}
		if !strings.HasPrefix(o.Source, "https://") && !strings.Contains(o.Source, "swagger") && o.Module() != "secrets" {
			t.Errorf("%s: source %q", o.Name, o.Source)
		}
		for _, m := range raisesForm.FindAllStringSubmatch(o.Doc, -1) {
			for _, kind := range m[1:] {
				if kind != "" && strings.HasPrefix(m[0], "Raises") && kind != "a" && !slices.Contains(kinds, kind) {
					t.Errorf("%s: raises %q, which is no kind", o.Name, kind)
				}
			}
		}
		if o.In().Form != op.Object {
			t.Errorf("%s: its input is a %s", o.Name, o.In())
		}
		documented(t, o.Name+" argument", o.In())
		documented(t, o.Name+" answer", o.Out())
	}
}

func documented(t *testing.T, what string, s *op.Type) {
	for _, f := range s.Fields {
		if f.Doc == "" || !strings.HasSuffix(f.Doc, ".") {
			t.Errorf("%s %s: doc %q", what, f.Name, f.Doc)
		}
		if op.Snake(f.Name) != f.Name {
			t.Errorf("%s %s: not snake_case", what, f.Name)
		}
		documented(t, what, f.Type)
	}
	if s.Elem != nil {
		documented(t, what, s.Elem)
	}
}

func TestExamplesPassTheCheck(t *testing.T) {
	for _, o := range operations(t) {
		// Examples speak of things that a script would have.
		script := bindings.Script{Name: o.Name, Source: "local heir, user, id, p, flow, run, job, package, org, role, group, project, cube, snapshot, schedule, aggregate, engine, env, catalog, model, repository, definition, connection, query, xml, file, content, warehouse, instance\n" + o.Example}
		problems, failure := bindings.Check(script, vendors.Modules())
		if o.Example == "" || failure != nil {
			t.Errorf("%s: example %q: %v", o.Name, o.Example, failure)
			continue
		}
		for _, p := range problems {
			t.Errorf("%s: example %q: %v", o.Name, o.Example, p.Error)
		}
	}
}

func TestMistypedNamesAreFound(t *testing.T) {
	var names []string
	for _, o := range operations(t) {
		names = append(names, o.Name)
	}
	for _, name := range names {
		dot := strings.IndexByte(name, '.')
		for i := dot + 1; i < len(name); i++ {
			typo := name[:i] + name[i+1:]
			if slices.Contains(names, typo) {
				continue
			}
			if got := spell.Nearest(typo, names); got == "" {
				t.Errorf("%q has no suggestion, want %q", typo, name)
			}
		}
	}
}

// Every vendor's tests run the suites that all have to pass.
func TestVendorsRunTheSuites(t *testing.T) {
	for _, v := range vendors.All {
		suites := []string{"declared.Suite{"}
		if !v.Local {
			suites = append(suites, "casetest.Run")
		}
		dir := "../../internal/vendors/" + folderOf(v.Module)
		tests, err := filepath.Glob(dir + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		var source strings.Builder
		for _, path := range tests {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
		for _, suite := range suites {
			if !strings.Contains(source.String(), suite) {
				t.Errorf("no test in %s uses %s", dir, suite)
			}
		}
	}
}
