package alteryx

import (
	"testing"

	"runner/internal/vendors/casetest"
)

// A removal whose answer was lost is sent again and finds nothing to remove:
// the answer is what it would have been the first time.
func TestRemovalsSentTwice(t *testing.T) {
	for name, tt := range map[string]struct{ verb, args, path, object, now, want string }{
		"from a collection": {"remove_collection_user", `{"collection_id":"c1","user_id":"u9"}`,
			"collections/c1/users/u9", "collections/c1", aCollection, inCollection},
		"from a credential": {"remove_credential_user_group", `{"credential_id":"k1","user_group_id":"g9"}`,
			"credentials/k1/userGroups/g9", "credentials/k1", aCredential, inCredential},
	} {
		t.Run(name, func(t *testing.T) {
			exchanges := append([]casetest.Exchange{
				{Method: "DELETE", Target: "/webapi/v3/" + tt.path, Status: 503},
				{Method: "DELETE", Target: "/webapi/v3/" + tt.path, Status: 404},
			}, get(tt.object, tt.now)...)
			server := casetest.Server(t, casetest.Case{Exchanges: exchanges})
			client := casetest.Connect(t, Module, server.URL, map[string]any{"client_id": "key", "client_secret": "case-secret"})
			o, _ := Module.Operation(tt.verb)
			got, err := o.Perform(casetest.Again(t.Context()), client.Vendor, []byte(tt.args))
			if err != nil || string(got) != tt.want {
				t.Errorf("%s%s = %s, %v, want %s", tt.verb, tt.args, got, err, tt.want)
			}
		})
	}
}
