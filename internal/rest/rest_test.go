package rest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"runner/internal/op"
)

func TestSmoke(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/webapi/oauth2/token" {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"access_token":"t","token_type":"bearer","expires_in":3600}`))
			return
		}
		w.Write([]byte(`"` + r.URL.EscapedPath() + ` ` + r.Header.Get("Authorization") + `"`))
	}))
	defer s.Close()
	c, err := New(Settings{URL: s.URL}, op.World{}, Options{Path: "/webapi", Auth: ClientCredentials("/oauth2/token", "id", "secret")})
	if err != nil {
		t.Fatal(err)
	}
	var out string
	if err := c.Get(context.Background(), Path("users", "a/b c"), nil, &out); err != nil || out != "/webapi/users/a%2Fb%20c Bearer t" {
		t.Errorf("got %q, %v", out, err)
	}
}
