package spell_test

import (
	"strings"
	"testing"

	"runner/internal/spell"
)

var operations = []string{
	"alteryx.list_users", "alteryx.get_user", "alteryx.create_user", "alteryx.update_user",
	"alteryx.deactivate_user", "alteryx.delete_user", "alteryx.transfer_assets",
	"alteryx.list_workflows", "alteryx.run_workflow", "alteryx.list_schedules",
	"workato.list_recipes", "workato.start_recipe", "workato.stop_recipe", "workato.copy_recipe",
	"workato.export_package", "workato.import_package", "workato.invite_member",
	"incorta.load_schemas", "incorta.list_schemas", "incorta.grant_role", "incorta.revoke_role",
	"atscale.list_cubes", "atscale.rotate_token", "atscale.reset_cache",
	"params", "limits", "step", "each", "parallel", "connect", "sleep", "output", "confirm",
	"concurrency", "timeout", "required", "env", "file", "exec", "keyring",
}

func TestNearest(t *testing.T) {
	for name, tt := range map[string]struct {
		in    string
		known []string
		want  string
	}{
		"a dropped letter":                   {"strt", []string{"start", "stop"}, "start"},
		"nothing near":                       {"delete", []string{"start", "stop"}, ""},
		"nothing known":                      {"start", nil, ""},
		"the name itself":                    {"start", []string{"stat", "start"}, "start"},
		"another case":                       {"ID", []string{"is", "id"}, "id"},
		"a swap counts as one letter":        {"fiel", []string{"exec", "file"}, "file"},
		"two letters in a long word":         {"concurency_", operations, "concurrency"},
		"two letters in a short word":        {"fixx", []string{"file"}, ""},
		"a single letter is all of the word": {"a", []string{"b"}, ""},
		"letters beyond ASCII":               {"größe", []string{"grösse", "grüße"}, "grüße"},
		"singular for plural":                {"alteryx.list_user", operations, "alteryx.list_users"},
		"singular of a word in ies":          {"list_policy", []string{"get_policy", "list_policies"}, "list_policies"},
		"other order":                        {"users_list", []string{"list_roles", "list_users"}, "list_users"},
		"other order and number":             {"user_list", []string{"list_roles", "list_users"}, "list_users"},
		"other separators":                   {"workato.recipes.list", operations, "workato.list_recipes"},
		"dashes":                             {"list-users", []string{"list_user", "list_users"}, "list_users"},
		"camel case":                         {"listUsers", []string{"list_roles", "list_users"}, "list_users"},
		"a verb with the same meaning":       {"alteryx.disable_user", operations, "alteryx.deactivate_user"},
		"another one":                        {"alteryx.remove_user", operations, "alteryx.delete_user"},
		"and in another order":               {"workato.user.disable", []string{"workato.deactivate_user"}, "workato.deactivate_user"},
		"all for list":                       {"alteryx.all_users", operations, "alteryx.list_users"},
		"meaning before letters":             {"get_user", []string{"set_user", "read_user"}, "read_user"},
		"the number decides between verbs":   {"alteryx.find_user", operations, "alteryx.get_user"},
		"the opposite is not near":           {"activate_user", []string{"deactivate_user"}, ""},
		"nor is export for import":           {"import_flow", []string{"export_flow"}, ""},
		"the module is mistyped":             {"alterix.list_users", operations, "alteryx.list_users"},
		"the longest common beginning wins":  {"cat", []string{"bat", "car"}, "car"},
		"then the first":                     {"cat", []string{"car", "cap"}, "car"},
		"an empty word":                      {"", operations, ""},
		"an empty known name":                {"abc", []string{""}, ""},
		"only separators":                    {"...", []string{"___"}, ""},
		"more parts than anybody writes":     {"a.b.c.d.e.f.g.h.j", []string{"a.b.c.d.e.f.g.h.i"}, "a.b.c.d.e.f.g.h.i"},
		"longer than the buffers": {
			strings.Repeat("long", 40) + "x", []string{strings.Repeat("long", 40)}, strings.Repeat("long", 40),
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := spell.Nearest(tt.in, tt.known); got != tt.want {
				t.Errorf("Nearest(%q, %q) = %q, want %q", tt.in, tt.known, got, tt.want)
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"near":         {"concurency", `did you mean "concurrency"?`},
		"nothing near": {"elephant", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := spell.Suggest(tt.in, operations); got != tt.want {
				t.Errorf("Suggest(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// Every name that was mistyped in one place must find itself again, or a name as near: seep is one
// letter from sleep, and one from step.
func TestNearestFindsMistypedNames(t *testing.T) {
	for _, name := range operations {
		for i := range len(name) {
			slips := map[string]string{
				"dropped": name[:i] + name[i+1:],
				"doubled": name[:i] + name[i:i+1] + name[i:],
			}
			if i+1 < len(name) {
				slips["swapped"] = name[:i] + name[i+1:i+2] + name[i:i+1] + name[i+2:]
			}
			for slip, word := range slips {
				if got := spell.Nearest(word, operations); got != name && !oneSlip(word, got) {
					t.Errorf("Nearest(%q) = %q, want %q with letter %d %s", word, got, name, i, slip)
				}
			}
		}
	}
}

// oneSlip says whether a and b differ in one letter, or two neighbours that are swapped.
func oneSlip(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return len(a) <= 1 && len(b) <= 1 || swapped
}

func TestNearestDoesNotAllocate(t *testing.T) {
	allocs := testing.AllocsPerRun(100, func() { spell.Nearest("alteryx.disable_user", operations) })
	if allocs != 0 {
		t.Errorf("Nearest allocates %v times, want 0", allocs)
	}
}

func BenchmarkNearest(b *testing.B) {
	for b.Loop() {
		spell.Nearest("alteryx.disable_usr", operations)
	}
}
