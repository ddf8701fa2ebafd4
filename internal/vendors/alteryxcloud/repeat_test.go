package alteryxcloud

import (
	"testing"

	"runner/internal/vendors/casetest"
)

// A removal whose answer was lost is sent again and finds nothing to remove:
// that is what was wanted.
func TestRemovalsSentTwice(t *testing.T) {
	for verb, tt := range map[string]struct {
		args, target string
		second       int
	}{
		"revoke_role":             {`{"role_id":12,"person_id":61}`, "/iam/v1/authorization/roles/12/people/61", 404},
		"remove_person":           {`{"person_id":61}`, "/iam/v1/workspaces/7/people/61", 404},
		"delete_connection":       {`{"connection_id":51}`, "/v4/connections/51", 410},
		"delete_group":            {`{"group_id":31}`, "/v4/workspaces/7/groups/31", 404},
		"delete_workflow":         {`{"workflow_id":"01HQ"}`, "/svc-workflow/api/v2/workflows/01HQ", 404},
		"delete_api_access_token": {`{"token_id":"ab"}`, "/v4/apiAccessTokens/ab", 404},
	} {
		t.Run(verb, func(t *testing.T) {
			server := casetest.Server(t, casetest.Case{Exchanges: []casetest.Exchange{
				{Method: "DELETE", Target: tt.target, Status: 503},
				{Method: "DELETE", Target: tt.target, Status: tt.second, Answer: []byte(`{"exception": {"name": "DataNotFoundException", "message": "Object not found"}}`)},
			}})
			client := casetest.Connect(t, Module, server.URL, settings)
			o, _ := Module.Operation(verb)
			got, err := o.Perform(casetest.Again(t.Context()), client.Vendor, []byte(tt.args))
			if err != nil || string(got) != "null" {
				t.Errorf("%s%s = %s, %v, want null", verb, tt.args, got, err)
			}
		})
	}
}
