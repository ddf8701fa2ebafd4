package alteryxcloud

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
		"the value of a new token":        {createAccessToken.Out(), `{"token_value":"eyJ0","token_id":"0bc1"}`, []string{"eyJ0"}},
		"an invitation link":              {getInvitationLink.Out(), `{"link":"https://us1.alteryxcloud.com/invite/Zq"}`, []string{"https://us1.alteryxcloud.com/invite/Zq"}},
		"credentials of a connection":     {getConnection.Out(), `{"id":51,"credentials":[{"username":"etl","token":"abc"}]}`, []string{"abc", "etl"}},
		"credentials of connections":      {listConnections.Out(), `[{"id":51,"advanced_credentials":[{"key":"abc"}]}]`, []string{"abc"}},
		"credentials of a new connection": {createConnection.In(), `{"name":"W","credentials":[{"password":"hunter2"}]}`, []string{"hunter2"}},
		"new credentials":                 {updateConnection.In(), `{"connection_id":51,"credentials":[{"password":"hunter3"}]}`, []string{"hunter3"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := declared.SecretsOf(tt.shape, tt.value); !slices.Equal(got, tt.want) {
				t.Errorf("secrets of %s = %q, want %q", tt.value, got, tt.want)
			}
		})
	}
}

func TestPlansHoldNoSecrets(t *testing.T) {
	suite.Withholds(t, map[string]string{
		"create_connection": `{"name":"W","vendor":"x","vendor_name":"x","type":"jdbc","credential_type":"basic","params":{},"credentials":[{"password":"correct horse"}]}`,
		"update_connection": `{"connection_id":51,"credentials":[{"password":"correct horse"}]}`,
	})
}
