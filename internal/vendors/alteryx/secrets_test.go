package alteryx

import (
	"encoding/json"
	"slices"
	"testing"

	"runner/internal/op"
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
			var got []string
			op.Secrets(tt.shape, []byte(tt.value), func(s string) { got = append(got, s) })
			slices.Sort(got) // they come in no order
			if !slices.Equal(got, tt.want) {
				t.Errorf("secrets of %s = %q, want %q", tt.value, got, tt.want)
			}
		})
	}
}

// A dry run must not hand out the secrets that it was given, nor take them for
// the answer of the Server, which has another shape.
func TestPredictDCMConnection(t *testing.T) {
	args := []byte(`{"name":"Warehouse","parameters":{"loginTimeout":30},"data_source":{"name":"mssql-01"},"credentials":{"main":{"secrets":{"password":{"value":{"text":"correct horse"}}}}}}`)
	fields := createDCMConnection.Planned(args)
	for name, want := range map[string]string{
		"name":        `"Warehouse"`,
		"parameters":  `{"loginTimeout":30}`,
		"data_source": `{"$unknown":"data_source of DCM connection Warehouse"}`,
		"credentials": `{"$unknown":"credentials of DCM connection Warehouse"}`,
	} {
		if got := member(t, fields, name); got != want {
			t.Errorf("planned %s = %s, want %s", name, got, want)
		}
	}
}

func member(t *testing.T, object []byte, name string) string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(object, &all); err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	return string(all[name])
}
