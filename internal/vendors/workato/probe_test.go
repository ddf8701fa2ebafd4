package workato

import (
	"testing"

	"runner/internal/op"
)

// A call that may not be sent again and cannot be looked up is left to a
// person when its answer is lost: which ones that are is decided here.
var unprobed = map[string]string{
	"invite_member":                     "a pending invitation can be read nowhere",
	"copy_recipe":                       "nothing tells a copy from other new recipes",
	"run_recipe_trigger":                "a trigger polls by itself, too",
	"reset_recipe_trigger":              "nothing tells where a trigger stands",
	"run_recipe":                        "a recipe may be run by others, too",
	"run_jobs_again":                    "a job that is run again keeps its id",
	"run_waiting_job":                   "no read takes the token",
	"create_project_build":              "there is no list of builds",
	"create_export_manifest":            "there is no list of manifests",
	"export_package":                    "there is no list of packages",
	"import_package":                    "there is no list of packages",
	"create_api_endpoint":               "endpoints do not tell for certain when they were made",
	"rotate_developer_api_client_token": "the new token can be read nowhere",
	"create_api_key":                    "nothing tells for certain since when a key is there",
	"rotate_api_key_secret":             "nothing that can be read changes with the secret",
	"create_lookup_table_row":           "two rows may be the same",
}

func TestOnceHasAProbe(t *testing.T) {
	for _, o := range Module.Operations {
		_, can := o.CanProbe()
		needs := o.Effect != op.Read && o.Idempotency == op.Once
		if _, excused := unprobed[o.Verb()]; excused != (needs && !can) {
			t.Errorf("%s: needs a probe: %t, has one: %t, excused: %t", o.Name, needs, can, excused)
		}
	}
}

// Another call makes another secret, and kills the one before.
func TestSecretsAreNotMadeTwice(t *testing.T) {
	for _, verb := range []string{"create_developer_api_client", "rotate_developer_api_client_token", "create_api_key", "rotate_api_key_secret"} {
		o, ok := Module.Operation(verb)
		if !ok || o.Idempotency != op.Once {
			t.Errorf("%s may be sent again blindly", verb)
		}
	}
}
