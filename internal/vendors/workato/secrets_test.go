package workato

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
		"the token of a new client": {
			createDeveloperAPIClient.Out(), `{"id":1,"token":{"updated_at":"2026-01-01T00:00:00Z","value":"wrkaus-made.up.1"}}`, []string{"wrkaus-made.up.1"},
		},
		"a token that was rotated": {
			rotateDeveloperAPIClientToken.Out(), `{"id":1,"token":{"value":"wrkaus-made.up.2"}}`, []string{"wrkaus-made.up.2"},
		},
		"the secret of a new key":         {createAPIKey.Out(), `{"id":1,"auth_token":"made-up"}`, []string{"made-up"}},
		"a secret that was rotated":       {rotateAPIKeySecret.Out(), `{"id":1,"auth_token":"made-up"}`, []string{"made-up"}},
		"the secret of JWTs":              {createPlatformClient.In(), `{"name":"x","jwt_secret":"hunter2"}`, []string{"hunter2"}},
		"the credentials of a connection": {createConnection.In(), `{"name":"x","input":{"password":"hunter2","ssl":true}}`, []string{"hunter2"}},
		"an activation code":              {getOnPremAgentActivationCode.Out(), `{"activation_code":"made-up"}`, []string{"made-up"}},
		"where a package can be fetched":  {getPackage.Out(), `{"id":1,"download_url":"https://x.example.com/?s=1"}`, []string{"https://x.example.com/?s=1"}},
		"the values of properties":        {getProperties.Out(), `{"properties":{"a":"b"}}`, []string{"b"}},
		"the token of a connection":       {Module.Settings(), `{"token":"wrkaus-made.up.3"}`, []string{"wrkaus-made.up.3"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := declared.SecretsOf(tt.shape, tt.value); !slices.Equal(got, tt.want) {
				t.Errorf("secrets of %s = %q, want %q", tt.value, got, tt.want)
			}
		})
	}
}

// A dry run must not hand out the secrets that it was given.
func TestPlansHoldNoSecrets(t *testing.T) {
	suite.Withholds(t, map[string]string{
		"create_connection":          `{"name":"x","provider":"y","input":{"password":"correct horse"}}`,
		"update_connection":          `{"connection_id":1,"input":{"password":"correct horse"}}`,
		"create_api_platform_client": `{"name":"x","api_collection_ids":[1],"auth_type":"jwt","jwt_secret":"correct horse"}`,
		"update_api_platform_client": `{"api_platform_client_id":1,"jwt_secret":"correct horse"}`,
		"update_properties":          `{"properties":{"a":"correct horse"}}`,
		"run_waiting_job":            `{"token":"correct horse"}`,
	})
}
