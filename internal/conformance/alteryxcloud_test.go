package conformance

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"runner/internal/op"
	alteryxcloudemulator "runner/internal/vendors/alteryxcloud/emulator"
)

var alteryxCloud = hints{
	own:    fmt.Sprint(alteryxcloudemulator.PersonID("api-runner")),
	lost:   []string{"create_api_access_token"},
	moving: []string{"status", "job_status"},
	refs: map[string]string{
		"user_ids": "person", "people_ids": "person", "subject_id": "person",
		"from_person_id": "person", "to_person_id": "person",
		"roles": "role", "excluding_roles": "role", "policy_id": "role",
		"original_plan_id": "plan", "asset_id": "plan",

		// Connections have policies and vendors, people owners, by other names.
		"to_workspace_id": "workspace",
	},
	sources: map[string]source{
		"list_plan_runs":  {`{}`, "id", "plan run"},
		"list_job_groups": {`{}`, "id", "job group"},
	},
	first: map[string]string{
		"delete_api_access_token": "create_api_access_token",
		"cancel_job_group":        "run_recipe", "cancel_plan_run": "run_plan",
	},
	samples: map[string]func(s *sampler) map[string]any{
		"update_workspace_settings": func(s *sampler) map[string]any {
			return map[string]any{"settings": []any{map[string]any{"key": aSetting(s), "value": s.rng.IntN(2) == 0}}}
		},
		"reset_workspace_settings": func(s *sampler) map[string]any { return map[string]any{"keys": []any{aSetting(s)}} },
		"list_roles":               func(*sampler) map[string]any { return map[string]any{} },
		"create_api_access_token": func(s *sampler) map[string]any {
			return map[string]any{"lifetime_seconds": pick[any](s.rng, json.Number("-1"), json.Number("7776000"))}
		},
		"delete_api_access_token": func(s *sampler) map[string]any { return map[string]any{"token_id": aSpareToken(s)} },
		// Its issuer is the address of the emulator, and each has one of its own.
		"get_oauth_api_token": func(*sampler) map[string]any { return nil },
		"create_group":        func(s *sampler) map[string]any { return map[string]any{"members": asTexts(s, "person")} },
		"create_connection": func(s *sampler) map[string]any {
			return map[string]any{"params": map[string]any{"connectStrOpts": ""}, "is_global": s.rng.IntN(4) == 0}
		},
		"update_connection": func(s *sampler) map[string]any {
			return map[string]any{"credential_type": pick[any](s.rng, "basic", "apiKey")}
		},
		"grant_connection_access": func(s *sampler) map[string]any {
			return map[string]any{"policy": pick[any](s.rng, "connection_viewer", "connection_editor")}
		},
		"revoke_connection_access": aSubject,
		"grant_plan_access":        func(s *sampler) map[string]any { return permissions(s, "plan_viewer", "plan_editor") },
		"grant_flow_access":        func(s *sampler) map[string]any { return permissions(s, "flow_viewer", "flow_editor") },
		"revoke_plan_access":       aPlanPerson,
		"grant_workflow_access": func(s *sampler) map[string]any {
			return map[string]any{"privileges": []any{pick[any](s.rng, "read", "execute"), "update"}}
		},
		"run_flow": func(s *sampler) map[string]any {
			args := map[string]any{"run_parameters": map[string]any{}, "overrides": map[string]any{}}
			args["wrangled_dataset_ids"] = []any{}
			return args
		},
		"run_recipe": func(s *sampler) map[string]any {
			return map[string]any{"recipe_id": aRecipe(s), "overrides": map[string]any{"profiler": s.rng.IntN(2) == 0}, "test_mode": false, "run_parameters": map[string]any{}}
		},
		"run_plan":        func(s *sampler) map[string]any { return map[string]any{"overrides": []any{}} },
		"create_schedule": func(s *sampler) map[string]any { return map[string]any{"triggers": triggers(s), "tasks": tasks(s)} },
		"update_schedule": func(s *sampler) map[string]any {
			switch s.rng.IntN(3) {
			case 0:
				return map[string]any{"triggers": triggers(s), "tasks": tasks(s)}
			case 1:
				return map[string]any{"triggers": triggers(s)}
			}
			s.made++
			return map[string]any{"name": fmt.Sprintf("schedule %d", s.made)}
		},
		"transfer_assets": func(s *sampler) map[string]any {
			if s.rng.IntN(2) == 0 {
				return map[string]any{"from_person_id": s.some("person"), "to_person_id": s.some("person")}
			}
			return map[string]any{"from_person_email": aPersonEmail(s), "to_person_email": aPersonEmail(s)}
		},
		"get_job_status": func(s *sampler) map[string]any {
			id := s.some("job group")
			return map[string]any{"job_id": anyOf(s, "list_job_group_jobs", map[string]any{"job_group_id": id}, "id")}
		},
		"create_environment_parameter": func(s *sampler) map[string]any {
			s.made++
			return map[string]any{"value": map[string]any{"variable": map[string]any{"value": fmt.Sprint("v", s.made)}}}
		},
		"import_flow": func(s *sampler) map[string]any {
			return map[string]any{"content": packed("flow.json", map[string]any{"name": "imported", "recipes": []any{"one"}})}
		},
		"get_flow_import_dry_run": func(s *sampler) map[string]any {
			return map[string]any{"content": packed("flow.json", map[string]any{"name": "imported", "recipes": []any{"one"}})}
		},
		"import_plan": func(s *sampler) map[string]any {
			return map[string]any{"content": packed("plan.json", map[string]any{"name": "imported plan", "flows": []any{}})}
		},
		"import_environment_parameters": func(s *sampler) map[string]any {
			return map[string]any{"content": base64.StdEncoding.EncodeToString([]byte(`[{"overrideKey": "env.imported", "value": {"variable": {"value": "x"}}}]`))}
		},
		"invite_account_people": func(s *sampler) map[string]any {
			return map[string]any{"account_id": alteryxcloudemulator.AccountID, "workspace_id": json.Number(fmt.Sprint(alteryxcloudemulator.WorkspaceID))}
		},
	},
}

func aSetting(s *sampler) any {
	return pick[any](s.rng, "feature.scheduling.enabled", "feature.sharing.inviteNonMembers", "webapp.session.durationInMins")
}

// aSpareToken is one that the connection does not use.
func aSpareToken(s *sampler) any {
	for range patience {
		id := s.some("API access token")
		if text, ok := id.(string); !ok || text != "8e000000-0000-4000-8000-000000000001" {
			return id
		}
	}
	return nil
}

func asTexts(s *sampler, entity string) any {
	list := []any{}
	for range s.rng.IntN(3) {
		list = append(list, asText(s.some(entity)))
	}
	return list
}

func aSubject(s *sampler) map[string]any {
	id := s.some("connection")
	list := listed(s, "list_connection_subjects", map[string]any{"connection_id": id})
	if len(list) == 0 {
		return nil
	}
	one := pick(s.rng, list...)
	return map[string]any{"connection_id": id, "subject_id": op.Element(one, "id"), "subject_type": op.Element(one, "subject_type")}
}

func aPlanPerson(s *sampler) map[string]any {
	id := s.some("plan")
	list := listed(s, "list_plan_people", map[string]any{"plan_id": id})
	if len(list) == 0 {
		return nil
	}
	return map[string]any{"plan_id": id, "subject_id": op.Element(pick(s.rng, list...), "id")}
}

func permissions(s *sampler, policies ...any) map[string]any {
	return map[string]any{"permissions": []any{map[string]any{
		"person_id": s.some("person"), "role": pick[any](s.rng, "collaborator", "readOnly"), "policy": pick(s.rng, policies...),
	}}}
}

// aRecipe is one that has run: nothing else lists them.
func aRecipe(s *sampler) any {
	group := s.read("job group", s.some("job group"))
	return op.Element(group["wrangled_dataset"], "id")
}

func aPersonEmail(s *sampler) any {
	return s.read("person", s.some("person"))["email"]
}

func triggers(s *sampler) any {
	return []any{map[string]any{"timeBased": map[string]any{
		"daily": map[string]any{"hourOfDay": json.Number(fmt.Sprint(s.rng.IntN(24))), "minuteOfHour": json.Number("0")}, "timezone": "UTC",
	}}}
}

func tasks(s *sampler) any {
	switch s.rng.IntN(3) {
	case 0:
		return []any{map[string]any{"runPlan": map[string]any{"planId": s.some("plan")}}}
	case 1:
		return []any{map[string]any{"runFlow": map[string]any{"flowId": s.some("flow")}}}
	}
	return []any{map[string]any{"runWorkflow": map[string]any{"workflowId": s.some("workflow")}}}
}

// packed is a package with one file.
func packed(name string, v any) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(op.AppendTree(nil, v)) // into memory
	if err := z.Close(); err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
