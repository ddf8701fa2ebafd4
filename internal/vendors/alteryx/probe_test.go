package alteryx

import (
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/casetest"
)

// The calls of these probes were sent at this moment.
var sent = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

const (
	group = `{"id": "g1", "name": "Finance", "dateAdded": "2026-03-02T10:00:01Z", "role": "Viewer",
		"members": [
			{"userId": "u1", "dateAddedToGroup": "2026-03-02T10:00:02Z"},
			{"activeDirectoryObject": {"sid": "S-1-new", "category": "Group"}, "dateAddedToGroup": "2026-03-02T10:00:02Z"},
			{"activeDirectoryObject": {"sid": "S-1-old", "category": "Group"}, "dateAddedToGroup": "2025-03-02T10:00:02Z"},
			{"activeDirectoryObject": {"sid": "S-1-undated", "category": "Group"}, "dateAddedToGroup": null}
		]}`
	oldGroup    = `{"id": "g0", "name": "Finance", "dateAdded": "2025-03-02T10:00:01Z", "role": "Viewer"}`
	aCollection = `{"id": "c1", "name": "Finance", "ownerId": "u0", "dateAdded": "2026-03-02T10:00:01Z",
		"workflowIds": ["w1"], "scheduleIds": ["s1"], "userGroupIds": ["g1"],
		"users": [{"userId": "u1"}, {"userId": "u2", "activeDirectoryObject": {"sid": "S-1-ada", "category": "Person"}}]}`
	inCollection = `{"id":"c1","name":"Finance","owner_id":"u0","date_added":"2026-03-02T10:00:01Z",` +
		`"workflow_ids":["w1"],"schedule_ids":["s1"],` +
		`"users":[{"user_id":"u1"},{"user_id":"u2","active_directory_object":{"sid":"S-1-ada","category":"Person"}}],` +
		`"user_group_ids":["g1"],"subscription_ids":[]}`
	aCredential  = `{"id": "k1", "userName": "CORP\\svc", "userIds": ["u1"], "userGroupIds": ["g1"]}`
	inCredential = `{"id":"k1","username":"CORP\\svc","user_ids":["u1"],"user_group_ids":["g1"]}`
)

// get is what a probe reads: pairs of path and answer.
func get(pairs ...string) (reads []casetest.Exchange) {
	for i := 0; i < len(pairs); i += 2 {
		reads = append(reads, casetest.Exchange{Method: "GET", Target: "/webapi/v3/" + pairs[i], Status: 200, Answer: []byte(pairs[i+1])})
	}
	return reads
}

// A probe must find what landed, and nothing else: want is the answer that the
// call would have had, "" if it did not land, "error: …" if that cannot be told.
func TestProbes(t *testing.T) {
	groups := `[{"id": "g0", "name": "Finance", "role": "Viewer"}, {"id": "g1", "name": "Finance", "role": "Viewer"}, {"id": "g2", "name": "Sales", "role": "Viewer"}]`
	for name, tt := range map[string]struct {
		verb, args string
		reads      []casetest.Exchange
		want       string
	}{
		"a group among older ones of its name": {"create_user_group", `{"name":"Finance","role":"Viewer"}`,
			get("usergroups", groups, "usergroups/g0", oldGroup, "usergroups/g1", group), `{"id":"g1"}`},
		"only an older group": {"create_user_group", `{"name":"Finance","role":"Viewer"}`,
			get("usergroups", `[{"id": "g0", "name": "Finance", "role": "Viewer"}]`, "usergroups/g0", oldGroup), ""},
		"no group": {"create_user_group", `{"name":"Finance","role":"Viewer"}`, get("usergroups", `[]`), ""},
		"two new groups": {"create_user_group", `{"name":"Finance","role":"Viewer"}`,
			get("usergroups", groups, "usergroups/g0", group, "usergroups/g1", group), "error: 2 look as if"},
		"a group whose date cannot be read": {"create_user_group", `{"name":"Finance","role":"Viewer"}`,
			get("usergroups", `[{"id": "g0", "name": "Finance"}]`, "usergroups/g0", `{"id": "g0", "dateAdded": "yesterday"}`), `error: the Server says "yesterday"`},

		"an AD group that is in": {"add_group_ad_group", `{"user_group_id":"g1","ad_group_sid":"S-1-new"}`,
			get("usergroups/g1", group), "null"},
		"an AD group that was in before": {"add_group_ad_group", `{"user_group_id":"g1","ad_group_sid":"S-1-old"}`,
			get("usergroups/g1", group), ""},
		"an AD group without a date": {"add_group_ad_group", `{"user_group_id":"g1","ad_group_sid":"S-1-undated"}`,
			get("usergroups/g1", group), "null"},
		"an AD group that is not in": {"add_group_ad_group", `{"user_group_id":"g1","ad_group_sid":"S-1-none"}`,
			get("usergroups/g1", group), ""},

		"a collection": {"create_collection", `{"name":"Finance"}`,
			get("collections", `[{"id": "c0", "name": "Finance", "dateAdded": "2025-03-02T10:00:01Z"}, {"id": "c1", "name": "Finance", "dateAdded": "2026-03-02T10:00:01Z"}]`), `{"id":"c1"}`},
		"only collections that are older or called otherwise": {"create_collection", `{"name":"Finance"}`,
			get("collections", `[{"id": "c0", "name": "Finance", "dateAdded": "2025-03-02T10:00:01Z"}, {"id": "c1", "name": "finance", "dateAdded": "2026-03-02T10:00:01Z"}]`), ""},
		"a user in a collection":     {"add_collection_user", `{"collection_id":"c1","user_id":"u1"}`, get("collections/c1", aCollection), inCollection},
		"a user in it by sid":        {"add_collection_user", `{"collection_id":"c1","user_id":"S-1-ada"}`, get("collections/c1", aCollection), inCollection},
		"a user not in it":           {"add_collection_user", `{"collection_id":"c1","user_id":"u9"}`, get("collections/c1", aCollection), ""},
		"a user group in it":         {"add_collection_user_group", `{"collection_id":"c1","user_group_id":"g1"}`, get("collections/c1", aCollection), inCollection},
		"a user group not in it":     {"add_collection_user_group", `{"collection_id":"c1","user_group_id":"u1"}`, get("collections/c1", aCollection), ""},
		"a schedule in it":           {"add_collection_schedule", `{"collection_id":"c1","schedule_id":"s1"}`, get("collections/c1", aCollection), inCollection},
		"a schedule not in it":       {"add_collection_schedule", `{"collection_id":"c1","schedule_id":"w1"}`, get("collections/c1", aCollection), ""},
		"a workflow in it":           {"add_collection_workflow", `{"collection_id":"c1","workflow_id":"w1"}`, get("collections/c1", aCollection), inCollection},
		"a workflow not in it":       {"add_collection_workflow", `{"collection_id":"c1","workflow_id":"s1"}`, get("collections/c1", aCollection), ""},
		"a credential":               {"create_credential", `{"username":"CORP\\svc","password":"x"}`, get("credentials", `[`+aCredential+`]`, "credentials/k1", aCredential), inCredential},
		"no credential of that name": {"create_credential", `{"username":"CORP\\other","password":"x"}`, get("credentials", `[`+aCredential+`]`), ""},
		"two credentials of that name": {"create_credential", `{"username":"CORP\\svc","password":"x"}`,
			get("credentials", `[`+aCredential+`,`+aCredential+`]`), "error: 2 look as if"},
		"a shared credential":                         {"add_credential_user", `{"credential_id":"k1","user_id":"u1"}`, get("credentials/k1", aCredential), inCredential},
		"a credential not shared":                     {"add_credential_user", `{"credential_id":"k1","user_id":"g1"}`, get("credentials/k1", aCredential), ""},
		"a credential shared with a user group":       {"add_credential_user_group", `{"credential_id":"k1","user_group_id":"g1"}`, get("credentials/k1", aCredential), inCredential},
		"a credential not shared with the user group": {"add_credential_user_group", `{"credential_id":"k1","user_group_id":"u1"}`, get("credentials/k1", aCredential), ""},

		"only an older user of that address": {"create_user", `{"first_name":"Ada","last_name":"Marsh","email":"ada@example.com"}`,
			get("users?email=ada%40example.com", `[{"id": "u0", "email": "ada@example.com", "dateCreated": "2025-03-02T10:00:01Z"}]`), ""},
		"a user": {"create_user", `{"first_name":"Ada","last_name":"Marsh","email":"ada@example.com"}`,
			get("users?email=ada%40example.com", `[{"id": "u1", "email": "ada@example.com", "dateCreated": "2026-03-02T10:00:01Z"}]`,
				"users/u1", `{"id": "u1", "firstName": "Ada", "lastName": "Marsh", "email": "ada@example.com", "role": "Evaluated", "isActive": true}`),
			`{"id":"u1","first_name":"Ada","last_name":"Marsh","email":"ada@example.com","role":"Evaluated","is_active":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			o, ok := Module.Operation(tt.verb)
			if !ok {
				t.Fatalf("no operation is called %s", tt.verb)
			}
			if _, ok := o.CanProbe(); !ok {
				t.Fatalf("%s has no probe", tt.verb)
			}
			server := casetest.Server(t, casetest.Case{Exchanges: tt.reads})
			client := casetest.Connect(t, Module, server.URL, map[string]any{"client_id": "key", "client_secret": "case-secret"})
			result, landed, err := o.Look(t.Context(), client.Vendor, []byte(tt.args), sent)
			got := ""
			switch {
			case err != nil:
				got = "error: " + err.Error()
				if cause, ok := strings.CutPrefix(tt.want, "error: "); ok && strings.Contains(got, cause) {
					return
				}
			case landed:
				got = string(result)
			}
			if got != tt.want {
				t.Errorf("Look(%s) = %s, want %s", tt.args, got, tt.want)
			}
		})
	}
}
