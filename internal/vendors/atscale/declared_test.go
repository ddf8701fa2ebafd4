package atscale

import (
	"testing"

	"runner/internal/vendors/declared"
)

// unshown is why a call is idle: it never looks as if all were as wanted.
const unshown = "no read shows what it changes"

var suite = declared.Suite{
	Module: Module,
	Unmatched: map[string]string{
		"list_users.org_id":    "users do not tell their organization; the connection's is planned for",
		"list_projects.org_id": "projects do not tell their organization; the connection's is planned for",
	},
	Idle: map[string]string{
		"update_project_permissions":            unshown,
		"publish_project_xml.xml":               "any project may be the one that is published: all are unknown afterwards",
		"publish_project_xml.publisher_id":      "any project may be the one that is published: all are unknown afterwards",
		"publish_project_xml.linked_project_id": "any project may be the one that is published: all are unknown afterwards",
		"deactivate_aggregate":                  unshown,
		"reactivate_aggregate":                  unshown,
		"create_build_schedule":                 unshown,
		"delete_build_schedule":                 unshown,
		"create_creation_schedule":              unshown,
		"create_connection":                     "nothing says how it will stand in its group, whose connections are unknown afterwards",
		"create_environment":                    unshown,
		"refresh_tables":                        unshown,
		"update_license":                        unshown,
		"update_engine_settings":                unshown,
		"update_sql_port":                       unshown,
		"deploy_catalog":                        unshown,
		"deactivate_model_aggregate":            unshown,
		"reactivate_model_aggregate":            unshown,
		"delete_model_aggregate":                unshown,
		"import_model_aggregates":               unshown,
	},
	Unprobed: map[string]string{
		"restore_snapshot":        "nothing tells that a draft is as in a snapshot",
		"restart_engine":          "nothing tells since when the engine runs",
		"import_model_aggregates": "the definitions get ids of their own",
	},
}

func TestDeclarations(t *testing.T) { suite.Check(t) }
