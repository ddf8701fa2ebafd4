package workato

import (
	"encoding/json"
	"testing"

	"runner/internal/op"
	"runner/internal/vendors/declared"
)

// unshown is why a call is idle: it never looks as if all were as wanted.
const unshown = "no read shows what it changes"

var suite = declared.Suite{
	Module: Module,
	Unmatched: map[string]string{
		"list_recipes.stopped_after":                "a start or a stop changes that time",
		"list_recipes.updated_after":                "every change changes that time",
		"list_connections.updated_after":            "every change changes that time",
		"list_folders.with_nested_folders":          "which folders are below which is not worked out",
		"list_root_folders.with_nested_folders":     "which folders are below which is not worked out",
		"list_api_platform_clients.cert_bundle_ids": "no read shows the bundles of a client",
	},
	Idle: map[string]string{
		"update_role.all_folders":        "no list shows it for certain: it is unknown afterwards",
		"copy_developer_api_client_role": unshown,
		"invite_member":                  unshown,
		"copy_role":                      unshown,
		"create_runtime_user_connection": unshown,
		"run_waiting_job":                unshown,
		"update_properties":              unshown,
		"update_tag_assignments":         unshown,
	},
	Unprobed: map[string]string{
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
	},
	Now: now,
}

func TestDeclarations(t *testing.T) { suite.Check(t) }

// now is a workspace in which there is one of each.
func now(entity *op.Entity, id any) (map[string]any, bool) {
	switch entity {
	case recipe:
		return map[string]any{"id": id, "config": []any{map[string]any{"provider": "a1", "account_id": json.Number("9")}}}, true
	case member:
		return map[string]any{"id": id, "roles": []any{}}, true
	case projectGrant:
		return map[string]any{"id": id, "project_role": map[string]any{"id": "p1"}}, true
	}
	return map[string]any{"id": id}, true
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
