package main

import (
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

// A call that may not be sent again and cannot be looked up is left to a
// person when its answer is lost: which ones that are is decided here.
func TestOnceHasAProbe(t *testing.T) {
	without := []string{
		"alteryx.reset_password", // each call sends a mail, of which nothing can be read
		"http.patch", "http.post",
		// AtScale lists neither restores nor restarts, and two imports look like one.
		"atscale.restore_snapshot", "atscale.restart_engine", "atscale.import_model_aggregates",
		// Only the answer names the execution, and nothing lists them.
		"incorta.start_load_plan", "incorta.restart_load_plan",
		// Nothing lists mails, passwords that were reset, or what was extracted.
		"incorta.send_report", "incorta.reset_all_passwords", "incorta.create_external_schema",
		"incorta.create_external_table", "incorta.add_external_table_rows",
		// Workato shows neither pending invitations nor where a trigger stands, and
		// lists no builds, manifests and packages.
		"workato.invite_member", "workato.reset_recipe_trigger",
		"workato.create_project_build", "workato.create_export_manifest", "workato.export_package", "workato.import_package",
		// Recipes run by themselves too, a job that runs again keeps its id, and no
		// read takes the token of a waiting one.
		"workato.run_recipe", "workato.run_recipe_trigger", "workato.run_jobs_again", "workato.run_waiting_job",
		// Copies have names of Workato's choice, and rows may be the same; endpoints
		// and keys do not tell for certain when they were made.
		"workato.copy_recipe", "workato.create_lookup_table_row", "workato.create_api_endpoint", "workato.create_api_key",
		// New tokens and secrets can be read nowhere.
		"workato.rotate_developer_api_client_token", "workato.rotate_api_key_secret",
		// Nothing lists mails, nor who is in another workspace than the token's.
		"alteryx_cloud.invite_people_again", "alteryx_cloud.invite_account_people",
		// What is in a package only the vendor knows.
		"alteryx_cloud.import_flow", "alteryx_cloud.import_plan", "alteryx_cloud.import_environment_parameters",
		// No job group names its workflow; sharing one again may send mail again.
		"alteryx_cloud.run_workflow", "alteryx_cloud.grant_workflow_access",
	}
	for _, o := range operations(t) {
		if _, can := o.CanProbe(); o.Effect != op.Read && o.Idempotency == op.Once && !can && !slices.Contains(without, o.Name) {
			t.Errorf("%s is neither idempotent nor can it be looked up", o.Name)
		}
	}
}
