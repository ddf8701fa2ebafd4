package conformance

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"runner/internal/op"
	atscaleemulator "runner/internal/vendors/atscale/emulator"
)

var atscale = hints{
	own:    "admin1234",
	moving: []string{"status", "start_time", "end_time"},
	refs: map[string]string{
		"org_id": "organization", "connection_id": "connection group", "connection_ids": "connection group",
		"published_id": "published project", "publisher_id": "user", "linked_project_id": "project",

		// New ones, which their makers name.
		"create_connection_group.connection_id": "", "create_data_warehouse.connection_id": "",

		"list_aggregates.project_id": "published project", "list_cube_builds.project_id": "published project",
		"list_queries.project_id": "published project", "publish_project_xml.project_id": "published project",
	},
	samples: map[string]func(s *sampler) map[string]any{
		"create_user": func(s *sampler) map[string]any { return map[string]any{"roles": someRoles(s)} },
		"update_user": func(s *sampler) map[string]any {
			switch s.rng.IntN(4) {
			case 0:
				return map[string]any{"roles": []any{}}
			case 1:
				return map[string]any{"roles": someRoles(s)}
			}
			return map[string]any{}
		},
		"create_project": definedProject,
		"import_project": func(s *sampler) map[string]any {
			name, xml := projectXML(s)
			return map[string]any{"name": name, "content": base64.StdEncoding.EncodeToString([]byte(xml))}
		},
		"publish_project_xml": func(s *sampler) map[string]any {
			_, xml := projectXML(s)
			return map[string]any{"xml": xml}
		},
		"update_project": func(s *sampler) map[string]any {
			if s.rng.IntN(3) == 0 {
				return map[string]any{"intended_env_id": someEnvironment(s)}
			}
			return map[string]any{}
		},
		"get_snapshot": someSnapshot, "restore_snapshot": someSnapshot,
		"get_cube_permissions": draftCube, "list_user_aggregates": draftCube,
		"list_creation_schedules": draftCube, "create_creation_schedule": scheduled(draftCube),

		"start_cube_build": publishedCube, "list_build_schedules": publishedCube,
		"create_build_schedule": scheduled(publishedCube),
		"delete_build_schedule": func(s *sampler) map[string]any {
			of := publishedCube(s)
			if of != nil {
				of["job_id"] = anyOf(s, "list_build_schedules", of, "job_id")
			}
			return of
		},
		"deactivate_aggregate": anInstance, "reactivate_aggregate": anInstance,
		"list_latest_cube_builds": func(s *sampler) map[string]any {
			return map[string]any{"environment_id": someEnvironment(s)}
		},

		"create_connection": func(s *sampler) map[string]any {
			return map[string]any{"group_id": anyOf(s, "list_connection_groups", nil, "id"), "query_roles": []any{"system_query_role"}}
		},
		"list_schemas": aTable("database"), "list_tables": aTable("database", "schema"),
		"get_table": aTable("database", "schema", "table"),
		"update_license": func(s *sampler) map[string]any {
			return map[string]any{"license": fmt.Sprintf(`{"features": {"ai-link": %t}}`, s.rng.IntN(2) == 0)}
		},

		// A query stays in the history, with an id and a time that no other
		// emulator has.
		"run_query": func(*sampler) map[string]any { return nil },
		"run_xmla":  func(*sampler) map[string]any { return nil },

		"deploy_catalog": func(s *sampler) map[string]any {
			return map[string]any{"repo_url": pick[any](s.rng, "https://git.example.com/models/repo-1.git", "https://git.example.com/new.git")}
		},
		"start_model_build": aModel, "export_model_aggregates": aModel,
		"import_model_aggregates": func(s *sampler) map[string]any {
			of := aModel(s)
			if of != nil {
				of["content"] = `{"aggregates": [{"name": "by month", "subtype": "fact", "connectionId": "finance-warehouse"}]}`
			}
			return of
		},
		"deactivate_model_aggregate": aDefinition, "reactivate_model_aggregate": aDefinition, "delete_model_aggregate": aDefinition,
	},
	emulators: map[string][]emulator{
		"deploy_catalog": inContainer, "undeploy_catalog": inContainer,
		"create_repository": inContainer, "delete_repository": inContainer, "create_data_warehouse": inContainer,
		"start_model_build": inContainer, "import_model_aggregates": inContainer, "deactivate_model_aggregate": inContainer,
		"reactivate_model_aggregate": inContainer, "delete_model_aggregate": inContainer,
	},
}

var inContainer = []emulator{func(now func() time.Time) (http.Handler, map[string]any) {
	return atscaleemulator.New(atscaleemulator.Options{Now: now, Edition: atscaleemulator.Container}), map[string]any{
		"edition": "container", "api_token": atscaleemulator.APIToken,
	}
}}

func someRoles(s *sampler) any {
	id := anyOf(s, "list_roles", nil, "id")
	if id == nil {
		return nil
	}
	return []any{id}
}

func someEnvironment(s *sampler) any {
	engine := s.some("engine")
	if engine == nil {
		return nil
	}
	return anyOf(s, "list_environments", map[string]any{"engine_id": engine}, "id")
}

// projectXML is a new project as XML.
func projectXML(s *sampler) (name, xml string) {
	s.made++
	name = fmt.Sprintf("file %d", s.made)
	return name, fmt.Sprintf(`<project name="%s"><cubes><cube name="facts"/></cubes></project>`, name)
}

func definedProject(s *sampler) map[string]any {
	name, xml := projectXML(s)
	if s.rng.IntN(2) == 0 {
		return map[string]any{"name": name, "xml": xml}
	}
	return map[string]any{"name": name, "definition": fmt.Sprintf(`{"name": %q}`, name)}
}

func someSnapshot(s *sampler) map[string]any {
	args := map[string]any{"project_id": s.some("project")}
	if s.rng.IntN(2) == 0 { // hardly any other has some
		args["project_id"] = "54a7e100-0000-4000-8000-000000000001"
	}
	args["snapshot_id"] = anyOf(s, "list_snapshots", args, "id")
	return args
}

// draftCube is a cube of a draft.
func draftCube(s *sampler) map[string]any {
	id := s.some("project")
	cubes, _ := op.Element(s.read("project", id)["cubes"], "cube").([]any)
	if len(cubes) == 0 {
		return nil
	}
	return map[string]any{"project_id": id, "cube_id": op.Element(pick(s.rng, cubes...), "id")}
}

// publishedCube is a cube of what was published.
func publishedCube(s *sampler) map[string]any {
	return partOf(s, "published project", "cubes", "project_id", "cube_id")
}

// aModel is a model of a catalog.
func aModel(s *sampler) map[string]any {
	return partOf(s, "catalog", "models", "catalog_id", "model_id")
}

func partOf(s *sampler, entity, field, whole, part string) map[string]any {
	id := s.some(entity)
	for _, x := range listed(s, s.named(entity).Get, nil) {
		if parts, _ := op.Element(x, field).([]any); id != nil && op.Same(op.Element(x, "id"), id) == op.Yes && len(parts) > 0 {
			return map[string]any{whole: id, part: op.Element(pick(s.rng, parts...), "id")}
		}
	}
	return nil
}

func scheduled(cube func(s *sampler) map[string]any) func(s *sampler) map[string]any {
	return func(s *sampler) map[string]any {
		of := cube(s)
		if of != nil {
			of["time_expression"] = pick[any](s.rng, "0 0 2 ? * *", "0 30 4 1 * ?", "0 0 5 ? * MON-FRI")
		}
		return of
	}
}

func anInstance(s *sampler) map[string]any {
	list := listed(s, "list_aggregates", nil)
	if len(list) == 0 {
		return nil
	}
	a := pick(s.rng, list...)
	return map[string]any{"definition_id": op.Element(a, "id"), "instance_id": op.Element(op.Element(a, "latest_instance"), "id")}
}

func aDefinition(s *sampler) map[string]any {
	return map[string]any{"definition_id": anyOf(s, "list_model_aggregates", nil, "id")}
}

// aTable are the names of a table and of what it is in, as far as a read wants
// them.
func aTable(names ...string) func(s *sampler) map[string]any {
	return func(s *sampler) map[string]any {
		args := map[string]any{"connection_id": s.some("connection group")}
		if args["connection_id"] == nil {
			return nil
		}
		for i, verb := range []string{"list_databases", "list_schemas", "list_tables"}[:len(names)] {
			list := listed(s, verb, args)
			if len(list) == 0 {
				return nil
			}
			args[names[i]] = pick(s.rng, list...)
		}
		return args
	}
}
