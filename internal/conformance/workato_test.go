package conformance

import (
	"encoding/json"
	"fmt"

	"runner/internal/op"
)

var workato = hints{
	moving: []string{"state"}, // of builds and deployments
	own:    "5101",            // the API client of the connection
	refs: map[string]string{
		"user_ids": "member", "users_ids": "member", "parent_id": "folder", "api_privilege_group_id": "developer API client role",
		"add_tags": "tag", "remove_tags": "tag", "handle": "tag", "update_project_grant.project_role_id": "project role",
		"create_connection.parent_id": "connection", "create_runtime_user_connection.parent_id": "connection",
		"list_connections.parent_id": "connection",
	},
	sources: map[string]source{
		"list_folders": {`{"parent_id":1101,"with_nested_folders":true}`, "id", "folder"},
	},
	// There is one at most in the seed, or none that the call would be carried out on.
	first: map[string]string{
		"delete_environment_role": "create_environment_role", "delete_project_role": "create_project_role",
		"update_environment_role": "create_environment_role", "update_project_role": "create_project_role",
		"delete_tag": "create_tag", "delete_api_platform_client": "create_api_platform_client",
		"delete_event_topic": "create_event_topic", "delete_api_collection": "create_api_collection",
		"delete_connection": "create_connection", "delete_lookup_tables": "create_lookup_table",
		"run_build_deployment": "create_project_build",
		"delete_project":       "create_folder", "update_export_manifest": "create_export_manifest",
		"delete_export_manifest": "create_export_manifest", "export_package": "create_export_manifest",
		"start_api_endpoint": "create_api_endpoint",
	},
	samples: map[string]func(s *sampler) map[string]any{
		"create_developer_api_client": func(s *sampler) map[string]any {
			args := map[string]any{"environment_name": pick[any](s.rng, "Development", "Production"), "all_folders": true, "folder_ids": []any{}}
			if s.rng.IntN(2) == 0 {
				args = map[string]any{"environment_name": "Development", "all_folders": false, "folder_ids": []any{s.some("folder")}}
			}
			return args
		},
		"invite_member": func(s *sampler) map[string]any { return map[string]any{"env_roles": envRoles(s)} },
		"update_member_roles": func(s *sampler) map[string]any {
			return map[string]any{"env_roles": envRoles(s)}
		},
		"create_environment_role": someConfig, "create_project_role": someConfig,
		"grant_project_roles": func(s *sampler) map[string]any {
			kind, who := "User", s.some("member")
			if s.rng.IntN(2) == 0 {
				kind, who = "UserGroup", s.some("user group")
			}
			return map[string]any{"project_grants": []any{map[string]any{
				"assignment_type": kind, "assignment_id": asText(who), "project_role_id": s.some("project role"),
			}}}
		},
		"update_project_grant": aGrant, "revoke_project_grant": aGrant, "get_project_grant": aGrant,
		"update_recipe_connection": func(s *sampler) map[string]any {
			id := s.some("recipe")
			uses, _ := op.Element(s.member("recipe", id, "config"), "name").(string)
			for _, k := range listed(s, "list_connections", nil) {
				if op.Element(k, "application") == uses {
					return map[string]any{"recipe_id": id, "adapter_name": uses, "connection_id": op.Element(k, "id")}
				}
			}
			return nil
		},
		"update_recipe_version": aVersion, "get_recipe_version": aVersion,
		"create_project_build": aProject, "run_project_deployment": aProject,
		"run_build_deployment": func(s *sampler) map[string]any {
			if id := s.newest("project build"); id != nil {
				return map[string]any{"project_build_id": id}
			}
			return map[string]any{"project_build_id": json.Number("9971")}
		},
		"create_export_manifest": func(s *sampler) map[string]any {
			return map[string]any{"auto_generate_assets": true, "folder_id": s.some("folder"), "assets": []any{}}
		},
		"update_export_manifest": manifest, "delete_export_manifest": manifest, "export_package": manifest,
		"delete_folder": func(s *sampler) map[string]any {
			// Folders of projects are deleted as projects.
			in := map[string]any{"parent_id": json.Number(pick(s.rng, "1101", "1104", "1112"))}
			return map[string]any{"folder_id": anyOf(s, "list_folders", in, "id"), "force": s.rng.IntN(2) == 0}
		},
		"delete_project": func(s *sampler) map[string]any {
			return map[string]any{"project_id": s.some("project")}
		},
		"create_api_endpoint": func(s *sampler) map[string]any {
			s.made++
			return map[string]any{"definition": map[string]any{
				"name": fmt.Sprintf("endpoint %d", s.made), "method": pick[any](s.rng, "GET", "POST"), "path": fmt.Sprintf("path%d", s.made),
				"flow_id": anyOf(s, "list_recipes", map[string]any{"running": true}, "id"),
			}}
		},
		"start_api_endpoint": func(s *sampler) map[string]any {
			for _, e := range listed(s, "list_api_endpoints", nil) {
				if op.Element(e, "active") == false && s.read("recipe", op.Element(e, "recipe_id"))["running"] == true {
					return map[string]any{"api_endpoint_id": op.Element(e, "id")}
				}
			}
			return map[string]any{}
		},
		"create_api_key": ofClient, "update_api_key": aKey, "start_api_key": aKey, "stop_api_key": aKey, "rotate_api_key_secret": aKey, "delete_api_key": aKey,
		"create_lookup_table_row": func(s *sampler) map[string]any { return someRow(s, false, true) },
		"update_lookup_table_row": func(s *sampler) map[string]any { return someRow(s, true, true) },
		"delete_lookup_table_row": func(s *sampler) map[string]any { return someRow(s, true, false) },
		"get_lookup_table_row":    func(s *sampler) map[string]any { return someRow(s, true, false) },
		"run_waiting_job":         func(*sampler) map[string]any { return map[string]any{"token": "emulated-resume-token"} },
		"run_jobs_again":          someJobs, "cancel_jobs": someJobs,
	},
}

// asText is an id as text: some arguments want it so.
func asText(id any) any {
	if n, ok := id.(json.Number); ok {
		return n.String()
	}
	return id
}

// envRoles are roles that there are, in one environment or two.
func envRoles(s *sampler) []any {
	var list []any
	for _, kind := range []any{"dev", "test"}[:1+s.rng.IntN(2)] {
		list = append(list, map[string]any{"environment_type": kind, "name": pick[any](s.rng, "Admin", "Analyst", "Operator", "NoAccess")})
	}
	return list
}

func someConfig(s *sampler) map[string]any {
	return map[string]any{"config": map[string]any{"recipes": map[string]any{"privileges": []any{"read"}}}}
}

// aGrant is one of those of a project: no list tells all.
func aGrant(s *sampler) map[string]any {
	return map[string]any{"project_grant_id": anyOf(s, "list_project_grants", map[string]any{"project_id": s.some("project")}, "id")}
}

func aVersion(s *sampler) map[string]any {
	id := s.some("recipe")
	return map[string]any{"recipe_id": id, "version_id": anyOf(s, "list_recipe_versions", map[string]any{"recipe_id": id}, "id")}
}

func aProject(s *sampler) map[string]any {
	return map[string]any{"project_id": asText(s.some("project"))}
}

// manifest is one that a call has made, or that of the seed.
func manifest(s *sampler) map[string]any {
	args := map[string]any{"export_manifest_id": json.Number("9951")}
	if id := s.newest("export manifest"); id != nil {
		args["export_manifest_id"] = id
	}
	args["assets"] = []any{map[string]any{"id": json.Number("8106"), "type": "recipe"}}
	return args
}

func ofClient(s *sampler) map[string]any {
	return map[string]any{"api_platform_client_id": s.some("API platform client")}
}

func aKey(s *sampler) map[string]any {
	args := ofClient(s)
	args["api_key_id"] = anyOf(s, "list_api_keys", args, "id")
	return args
}

// someRow is a row of the seed's table, or what one may have.
func someRow(s *sampler, row, data bool) map[string]any {
	args := map[string]any{"lookup_table_id": json.Number("9101")}
	if row {
		args["row_id"] = anyOf(s, "list_lookup_table_rows", args, "id")
	}
	if data {
		s.made++
		args["data"] = map[string]any{pick(s.rng, "number", "label"): fmt.Sprint(s.made)}
	}
	return args
}

func someJobs(s *sampler) map[string]any {
	recipe := pick[any](s.rng, json.Number("8101"), json.Number("8106"))
	job := anyOf(s, "list_jobs", map[string]any{"recipe_id": recipe}, "id")
	if job == nil {
		return nil
	}
	return map[string]any{"recipe_id": recipe, "job_ids": []any{job}}
}
