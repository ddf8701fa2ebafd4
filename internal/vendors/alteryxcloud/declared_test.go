package alteryxcloud

import (
	"maps"
	"testing"

	"runner/internal/vendors/declared"
)

// unshown is why a call is idle: it never looks as if all were as wanted.
const unshown = "no read shows what it changes"

var suite = declared.Suite{
	Module: Module,
	Unmatched: withFilters(map[string]string{
		"list_workspaces.account_id":      "nothing shows the account of a workspace",
		"list_members.roles":              "whether one or all of them are wanted is not documented",
		"list_members.excluding_roles":    "whether one or all of them are wanted is not documented",
		"list_connections.shared_role":    "nothing shows who has which role",
		"list_connections.operations":     "nothing shows what the caller may do",
		"list_flows.folder_id":            "how the vendor compares it with the folder, which is an object, is no field",
		"list_flows.flows_filter":         "nothing shows who owns what",
		"list_library_flows.flows_filter": "nothing shows who owns what",
		"list_folder_flows.flows_filter":  "nothing shows who owns what",
		"list_folder_flows.folder_id":     "the folder of a flow is an object",
		"list_plans.ownership_filter":     "nothing shows who owns what",
		"list_schedules.task_type_filter": "tasks are answered in a form of their own",
		"list_schedules.asset_id":         "tasks are answered in a form of their own",
	}),
	Idle: map[string]string{
		"transfer_assets.to_person_email": "which assets it moves is not known: who made them is unknown afterwards",
		"transfer_assets.assets":          "which assets it moves is not known: who made them is unknown afterwards",
		"invite_account_people":           unshown,
		"import_flow":                     unshown,
		"import_plan":                     unshown,
		"import_environment_parameters":   unshown,
	},
	Unprobed: map[string]string{
		"invite_people_again":           "nothing shows whether mail went out",
		"invite_account_people":         "the people may come into a workspace that the connection cannot read",
		"import_flow":                   "the arguments do not say what is in a package",
		"import_plan":                   "the arguments do not say what is in a package",
		"import_environment_parameters": "the arguments do not say what is in a package",
		"run_workflow":                  "nothing shows which workflow a job group runs",
		"grant_workflow_access":         "nothing shows with whom a workflow is shared, and a repeat may send mail",
	},
}

// withFilters adds the filters that many lists have.
func withFilters(unmatched map[string]string) map[string]string {
	all := maps.Clone(unmatched)
	for _, verb := range []string{
		"list_members", "list_people", "list_connections", "list_flows", "list_library_flows", "list_folders",
		"list_folder_flows", "list_plans", "list_environment_parameters", "list_schedules",
	} {
		for _, arg := range []string{"filter", "filter_fields", "filter_type"} {
			if verb != "list_schedules" || arg != "filter_fields" {
				all[verb+"."+arg] = "what it is compared with is the vendor's"
			}
		}
	}
	return all
}

func TestDeclarations(t *testing.T) { suite.Check(t) }
