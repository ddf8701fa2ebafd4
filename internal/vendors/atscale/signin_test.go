package atscale

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// front is a server that notes what it is asked for.
type front struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func serve(t *testing.T, answer func(r *http.Request, body string) (status int, text string)) *front {
	f := &front{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f.mu.Lock()
		f.asked = append(f.asked, fmt.Sprintf("%s %s %s", r.Method, r.URL.Path, r.Header.Get("Authorization")))
		f.mu.Unlock()
		status, text := answer(r, string(body))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(f.Close)
	return f
}

func open(t *testing.T, settings map[string]any) op.Client {
	t.Helper()
	b, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Module.Connect(op.World{}, b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func perform(t *testing.T, c op.Client, verb, args string) error {
	t.Helper()
	o, ok := Module.Operation(verb)
	if !ok {
		t.Fatalf("no operation is called %s", verb)
	}
	_, err := o.Perform(t.Context(), c.Vendor, []byte(args))
	return err
}

func TestServicesHaveDoorsOfTheirOwn(t *testing.T) {
	answer := func(r *http.Request, _ string) (int, string) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/auth"):
			return 200, "case-token\n"
		case r.URL.Path == "/version":
			return 200, "2024.1"
		}
		return 200, `{"response":[]}`
	}
	dc, engine, account := serve(t, answer), serve(t, answer), serve(t, answer)
	c := open(t, map[string]any{
		"url": dc.URL, "engine_url": engine.URL, "account_url": account.URL, "organization": "o2", "username": "admin", "password": "case-secret",
	})
	for _, verb := range []string{"list_projects", "get_version", "list_users"} {
		if err := perform(t, c, verb, "{}"); err != nil {
			t.Errorf("%s: %v", verb, err)
		}
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("admin:case-secret"))
	for name, tt := range map[string]struct {
		front *front
		want  string
	}{
		"Design Center": {dc, "GET /o2/auth " + basic + "\nGET /api/1.0/org/o2/projects Bearer case-token"},
		"engine":        {engine, "GET /version Bearer case-token"},
		"account":       {account, "GET /api/1.0/org/o2/users Bearer case-token"},
	} {
		if got := strings.Join(tt.front.asked, "\n"); got != tt.want {
			t.Errorf("%s was asked\n%s\nwant\n%s", name, got, tt.want)
		}
	}
}

func TestEngineIsFound(t *testing.T) {
	for name, tt := range map[string]struct{ settings, want string }{
		"beside Design Center's port": {`{"url":"https://at.example.com:10500"}`, "https://at.example.com:10502"},
		"an address with a number":    {`{"url":"https://[::1]:10500"}`, "https://[::1]:10502"},
		"behind a front end":          {`{"url":"https://at.example.com"}`, "https://at.example.com"},
		"where the settings say":      {`{"url":"https://at.example.com:10500","engine_url":"https://e.example.com:8443"}`, "https://e.example.com:8443"},
		"in the container edition":    {`{"url":"https://at.example.com:10500","edition":"container"}`, "https://at.example.com:10500"},
	} {
		t.Run(name, func(t *testing.T) {
			var settings map[string]any
			if err := json.Unmarshal([]byte(tt.settings), &settings); err != nil {
				t.Fatal(err)
			}
			settings["token"] = "case-token"
			if got := open(t, settings).Vendor.(*client).engine.Base(); got != tt.want {
				t.Errorf("the engine of %s is at %s, want %s", tt.settings, got, tt.want)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	for name, tt := range map[string]struct{ settings, want string }{
		"as a user":                 {`{"url":"https://at.example.com:10500","username":"admin","password":"p"}`, "https://at.example.com:10500, organization default as admin"},
		"with a token":              {`{"url":"https://at.example.com","token":"case-token"}`, "https://at.example.com, organization default with a token"},
		"with an API token":         {`{"url":"https://at.example.com","edition":"container","api_token":"t"}`, "https://at.example.com with an API token"},
		"nobody":                    {`{"url":"https://at.example.com"}`, "setting username: it is missing"},
		"no password":               {`{"url":"https://at.example.com","username":"admin"}`, "setting password: it is missing"},
		"two ways":                  {`{"url":"https://at.example.com","username":"admin","password":"p","token":"t"}`, "setting token: there is more than one way"},
		"an API token of the other": {`{"url":"https://at.example.com","api_token":"t"}`, "setting api_token: the installer edition has none"},
		"plain http":                {`{"url":"http://at.example.com","token":"t"}`, "setting url: "},
		"plain http to the engine":  {`{"url":"https://at.example.com","engine_url":"http://at.example.com","token":"t"}`, "setting engine_url: "},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Module.Connect(op.World{}, []byte(tt.settings))
			got := c.Account
			if err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("Connect(%s) = %q, want %q", tt.settings, got, tt.want)
			}
		})
	}
}

func TestContainerSignsIn(t *testing.T) {
	f := serve(t, func(r *http.Request, body string) (int, string) {
		switch r.URL.Path {
		case "/v1/token":
			if body != "{}" {
				return 400, body
			}
			return 200, `{"accessToken":"exchanged"}`
		case "/auth/realms/atscale/protocol/openid-connect/token":
			if body != "client_id=atscale-ai-link&grant_type=password&password=case+secret&username=ada" {
				return 400, body
			}
			return 200, `{"access_token":"granted","expires_in":300}`
		}
		return 200, "[]"
	})
	for name, tt := range map[string]struct {
		settings map[string]any
		want     string
	}{
		"with an API token": {map[string]any{"api_token": "api"}, "POST /v1/token Bearer api\nGET /v1/catalogs Bearer exchanged"},
		"as a user": {
			map[string]any{"username": "ada", "password": "case secret"},
			"POST /auth/realms/atscale/protocol/openid-connect/token \nGET /v1/catalogs Bearer granted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f.asked = nil
			tt.settings["url"], tt.settings["edition"] = f.URL, "container"
			if err := perform(t, open(t, tt.settings), "list_catalogs", "{}"); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(f.asked, "\n"); got != tt.want {
				t.Errorf("asked\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// What a refusal says may repeat what was sent.
func TestRefusalsHoldNoSecrets(t *testing.T) {
	f := serve(t, func(*http.Request, string) (int, string) { return 401, "no user admin with password case-secret" })
	err := perform(t, open(t, map[string]any{"url": f.URL, "username": "admin", "password": "case-secret"}), "list_users", "{}")
	if op.KindOf(err) != op.Unauthenticated || strings.Contains(err.Error(), "case-secret") {
		t.Errorf("failed with %s: %v", op.KindOf(err), err)
	}
}

// A token is renewed before it ends; by its own claims if it has any.
func TestTokensAreRenewedInTime(t *testing.T) {
	of := func(claims string) string {
		return "h." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".s"
	}
	for name, tt := range map[string]struct {
		token string
		kept  time.Duration
	}{
		"an hour if it says nothing": {"opaque", 55 * time.Minute},
		"what its claims say":        {of(`{"iat":1772445600,"exp":1772446200}`), 9 * time.Minute},
		"claims that cannot be":      {of(`{"iat":1772445600,"exp":1772445600}`), 55 * time.Minute},
		"claims without a beginning": {of(`{"exp":1772446200}`), 55 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fetched := 0
				tokens := newTokens(func(context.Context) (string, error) { fetched++; return tt.token, nil })
				for _, step := range []struct {
					wait time.Duration
					want int
				}{{0, 1}, {tt.kept - time.Second, 1}, {2 * time.Second, 2}, {time.Minute, 2}} {
					time.Sleep(step.wait)
					if err := tokens.Authorize(request(t)); err != nil || fetched != step.want {
						t.Errorf("after %v more: fetched %d times, %v, want %d", step.wait, fetched, err, step.want)
					}
				}
			})
		})
	}
}

// request is one that needs a token.
func request(t *testing.T) *http.Request {
	return httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
}
