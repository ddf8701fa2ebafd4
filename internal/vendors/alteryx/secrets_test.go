package alteryx

import (
	"slices"
	"testing"

	"runner/internal/op"
	"runner/internal/vendors/declared"
)

func TestSecrets(t *testing.T) {
	for name, tt := range map[string]struct {
		shape *op.Type
		value string
		want  []string
	}{
		"the key pair of a new studio": {
			createSubscription.Out(), `{"id":"1","name":"Finance","api_key":"8DE1a5c2","api_secret":"f00dfeed"}`, []string{"8DE1a5c2", "f00dfeed"},
		},
		"the connection string of a data connection": {
			listDataConnections.Out(), `[{"id":"1","name":"Warehouse","connection_string":"UID=etl;PWD=hunter2"}]`, []string{"UID=etl;PWD=hunter2"},
		},
		"a secret in the credential of a DCM connection": {
			updateAdminDCMConnection.In(),
			`{"name":"Warehouse","credentials":{"main":{"user_name":"etl","secrets":{"password":{"value":{"text":"correct horse"}}}}}}`,
			[]string{"correct horse"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := declared.SecretsOf(tt.shape, tt.value); !slices.Equal(got, tt.want) {
				t.Errorf("secrets of %s = %q, want %q", tt.value, got, tt.want)
			}
		})
	}
}

// A dry run must not hand out the secrets that it was given, nor take them for
// what the Server has, which is of another shape.
func TestPlansHoldNoSecrets(t *testing.T) {
	suite.Withholds(t, map[string]string{
		"create_dcm_connection": `{"name":"Warehouse","parameters":{"loginTimeout":30},"data_source":{"name":"mssql-01"},"credentials":{"main":{"secrets":{"password":{"value":{"text":"correct horse"}}}}}}`,
		"update_dcm_connection": `{"id":"d1","name":"Warehouse","credentials":{"main":{"id":"k1","secrets":{"password":{"value":{"text":"correct horse"}}}}}}`,
		"create_credential":     `{"username":"CORP\\svc","password":"correct horse"}`,
		"update_credential":     `{"credential_id":"k1","new_password":"correct horse"}`,
	})
}
