package conformance

import (
	"fmt"
	"net/http"
	"time"

	"runner/internal/op"
	alteryxemulator "runner/internal/vendors/alteryx/emulator"
)

var alteryx = hints{
	moving: []string{"status"},
	own:    "61d57bea3c15317e1a482001",
	refs: map[string]string{
		"owner_id": "user", "visible_by": "user", "user_ids": "user", "users": "user",

		"update_dcm_execution_sharing.id":           "DCM connection",
		"delete_dcm_execution_sharing.id":           "DCM connection",
		"update_dcm_collaboration_sharing.id":       "DCM connection",
		"delete_admin_dcm_execution_sharing.id":     "DCM connection",
		"delete_admin_dcm_collaboration_sharing.id": "DCM connection",
	},
	sources: map[string]source{
		"list_jobs": {`{"all_users":true}`, "job_id", "job"},
	},
	// What only its owner may change, or only goes as long as it is empty.
	first: map[string]string{
		"update_dcm_connection": "create_dcm_connection", "delete_dcm_connection": "create_dcm_connection",
		"update_dcm_execution_sharing":     "create_dcm_connection",
		"delete_dcm_execution_sharing":     "create_dcm_connection",
		"update_dcm_collaboration_sharing": "create_dcm_connection",
		"delete_subscription":              "create_subscription",
		"remove_group_ad_group":            "add_group_ad_group",
		"cancel_job":                       "run_workflow",
	},
	samples: map[string]func(s *sampler) map[string]any{
		"create_dcm_connection":       newDCM,
		"create_admin_dcm_connection": newDCM,
		"update_admin_dcm_connection": func(s *sampler) map[string]any { return changedDCM(s, s.some("DCM connection")) },
		"update_dcm_connection":       func(s *sampler) map[string]any { return changedDCM(s, s.newest("DCM connection")) },
		"delete_dcm_connection":       ownDCM, "update_dcm_execution_sharing": ownDCM, "delete_dcm_execution_sharing": ownDCM,
		"update_dcm_collaboration_sharing": func(s *sampler) map[string]any {
			id, shared := s.newest("DCM connection"), []any{}
			for _, k := range credentials(s, id) {
				if s.rng.IntN(2) == 0 {
					shared = append(shared, op.Element(k, "id"))
				}
			}
			return map[string]any{"id": id, "shared_credentials": shared}
		},
		"delete_subscription": func(s *sampler) map[string]any {
			return map[string]any{"subscription_id": s.newest("studio")}
		},
		"add_group_ad_group":           func(s *sampler) map[string]any { return map[string]any{"ad_group_sid": pick(s.rng, adGroups...)} },
		"remove_group_ad_group":        adMember,
		"add_collection_user":          func(s *sampler) map[string]any { return map[string]any{"user_id": userOrSID(s)} },
		"remove_collection_user":       collectionUser,
		"update_collection_user":       collectionUser,
		"update_collection_user_group": func(s *sampler) map[string]any { return s.having("collection", "user_group_ids", "user_group_id") },
	},
	emulators: map[string][]emulator{
		"add_group_ad_group": {withWindows}, "remove_group_ad_group": {withWindows},
		"add_collection_user": {nil, withWindows}, "remove_collection_user": {nil, withWindows},
		"update_collection_user": {nil, withWindows},
	},
}

// withWindows is a Server with Windows authentication.
func withWindows(now func() time.Time) (http.Handler, map[string]any) {
	return alteryxemulator.New(alteryxemulator.Options{Now: now, Windows: true}), map[string]any{
		"client_id": alteryxemulator.ClientID, "client_secret": alteryxemulator.ClientSecret,
	}
}

// adGroups are the groups of the Active Directory.
var adGroups = []any{
	"S-1-5-21-1004336348-1177238915-682003330-2001",
	"S-1-5-21-1004336348-1177238915-682003330-2002",
}

// userOrSID is a user, by the id or as with Windows authentication.
func userOrSID(s *sampler) any {
	if s.rng.IntN(2) == 0 {
		return fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 1002+s.rng.IntN(16))
	}
	return s.some("user")
}

// collectionUser is a collection and a user who is in it.
func collectionUser(s *sampler) map[string]any {
	id := s.some("collection")
	user, _ := s.member("collection", id, "users").(map[string]any)
	if ad, ok := user["active_directory_object"].(map[string]any); ok {
		return map[string]any{"collection_id": id, "user_id": ad["sid"]}
	}
	return map[string]any{"collection_id": id, "user_id": user["user_id"]}
}

// adMember is a user group and an Active Directory group that is in it.
func adMember(s *sampler) map[string]any {
	id := s.some("user group")
	ad, _ := op.Element(s.member("user group", id, "members"), "active_directory_object").(map[string]any)
	if ad == nil {
		return nil
	}
	return map[string]any{"user_group_id": id, "ad_group_sid": ad["sid"]}
}

func ownDCM(s *sampler) map[string]any { return map[string]any{"id": s.newest("DCM connection")} }

// newDCM is a DCM connection with parts of its own, or those of another.
func newDCM(s *sampler) map[string]any {
	source := map[string]any{"name": "host", "schema_name": "mssql", "parameters": map[string]any{}}
	key := map[string]any{"name": "login", "schema_name": "password", "user_name": "reader", "parameters": map[string]any{}, "secrets": map[string]any{}}
	if other := s.some("DCM connection"); s.rng.IntN(3) == 0 {
		source["id"] = op.Element(s.read("DCM connection", other)["data_source"], "id")
		if k := credentials(s, other)["login"]; k != nil {
			key["id"] = op.Element(k, "id")
		}
	}
	return map[string]any{
		"parameters": map[string]any{}, "data_source": source, "credentials": map[string]any{"login": key},
	}
}

// changedDCM is what there is of a DCM connection, to be sent back.
func changedDCM(s *sampler, id any) map[string]any {
	now := s.read("DCM connection", id)
	source, _ := now["data_source"].(map[string]any)
	if source == nil {
		return nil
	}
	parts := map[string]any{}
	for slot, k := range credentials(s, id) {
		parts[slot] = map[string]any{
			"id": op.Element(k, "id"), "name": "login", "schema_name": "password", "parameters": map[string]any{},
			"secrets": map[string]any{"password": map[string]any{"value": map[string]any{"text": "new"}}},
		}
	}
	args := map[string]any{"id": id, "parameters": map[string]any{}, "credentials": parts, "data_source": map[string]any{
		"id": source["id"], "name": "other host", "schema_name": source["schema_name"], "parameters": map[string]any{},
	}}
	if s.rng.IntN(2) == 0 {
		args["name"], args["schema_name"] = now["name"], now["schema_name"]
	}
	return args
}

// credentials are those of a DCM connection, by slot.
func credentials(s *sampler, id any) map[string]any {
	list, _ := s.read("DCM connection", id)["credentials"].(map[string]any)
	return list
}
