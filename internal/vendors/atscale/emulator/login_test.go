package emulator

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestLogin(t *testing.T) {
	for name, tt := range map[string]struct {
		o                        Options
		path, username, password string
		status                   int
	}{
		"good":                   {Options{}, "/default/auth", "ada", PasswordOf("ada"), 200},
		"other case":             {Options{}, "/default/auth", "ADA", PasswordOf("ada"), 200},
		"wrong password":         {Options{}, "/default/auth", "ada", "x", 401},
		"nobody":                 {Options{}, "/default/auth", "", "", 401},
		"unknown organization":   {Options{}, "/nowhere/auth", "ada", PasswordOf("ada"), 404},
		"not in it":              {Options{}, "/" + labOrg + "/auth", "ada", PasswordOf("ada"), 401},
		"without a role":         {Options{}, "/default/auth", "victor", PasswordOf("victor"), 401},
		"signed in elsewhere":    {Options{SSO: true}, "/default/auth", "ada", PasswordOf("ada"), 401},
		"administrator with SSO": {Options{SSO: true}, "/default/auth", Username, Password, 200},
		"gone but not removed":   {Options{}, "/default/auth", "paul", PasswordOf("paul"), 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := connect(t, tt.o).login(tt.path, tt.username, tt.password)
			if w.Code != tt.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			if text := strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain"); text == (tt.status == 404) {
				t.Errorf("answered as %s", w.Header().Get("Content-Type"))
			}
		})
	}
}

func TestTokenTellsItsExpiry(t *testing.T) {
	a := connect(t, Options{})
	parts := strings.Split(a.token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %s", a.token)
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	if got := values(t, string(claims)).(object)["exp"]; got != float64(a.clock.T.Add(time.Hour).Unix()) {
		t.Errorf("exp is %v", got)
	}
}

func TestTokens(t *testing.T) {
	a := connect(t, Options{})
	got := a.get("/api/1.0/sessiontoken")
	same(t, "session", got, `{"user_id":"admin1234","generated_at":"2026-06-01T08:00:00.000000000+00:00"}`)
	a.clock.Wait(time.Hour - time.Second)
	a.get("/api/1.0/sessiontoken")
	a.clock.Wait(time.Second)
	for _, path := range []string{"/api/1.0/org/default/users", "/aggregates/orgId/default"} {
		a.refusal(401, "GET", path, "")
	}
	again := a.as(Username)
	again.get("/api/1.0/sessiontoken")
	for _, token := range []string{"", "x", "Bearer x", a.token} {
		b := *a
		b.token = token
		b.refusal(401, "GET", "/api/1.0/sessiontoken", "")
	}
	short := connect(t, Options{TokenLife: time.Minute})
	short.clock.Wait(time.Minute)
	short.refusal(401, "GET", "/api/1.0/org", "")
}

func TestTokenPage(t *testing.T) {
	a := connect(t, Options{SSO: true})
	token, _ := a.want(200, "GET", "/jwt/get", "").(string)
	if a.token = token; strings.Count(token, ".") != 2 {
		t.Errorf("got %q", token)
	}
	a.get("/api/1.0/sessiontoken")
	a.token = ""
	if got, _ := a.want(200, "GET", "/jwt/get", "").(string); !strings.HasPrefix(got, "<!DOCTYPE html>") {
		t.Errorf("got %q", got)
	}
}

// TestNotAllowed has the three ways to say no: 401 for most, 403 for two, and nothing at all to see.
func TestNotAllowed(t *testing.T) {
	for name, tt := range map[string]struct {
		as, request string
		status      int
	}{
		"all organizations":            {"ada", "GET /api/1.0/orgs", 401},
		"own organizations":            {"grace", "GET /api/1.0/org", 401}, // a superuser, but not of the API
		"users":                        {"ada", "GET /api/1.0/org/default/users", 401},
		"projects":                     {"nia", "GET /api/1.0/org/default/projects", 401},
		"an exclusive project":         {"omar", "GET /api/1.0/org/default/project/" + projectID(monthEnd), 401},
		"options":                      {"nia", "GET /api/1.0/org/default/project/" + projectID(sales) + "/options", 403},
		"options of an exclusive one":  {"omar", "GET /api/1.0/org/default/project/" + projectID(monthEnd) + "/options", 403},
		"create empty":                 {"hana", "POST /api/1.0/org/default/project/createEmpty?name=x", 403},
		"another organization":         {"ada", "GET /connection-groups/orgId/" + labOrg, 401},
		"build":                        {"nia", "POST /aggregate-batch/orgId/default/projectId/" + engineID(sales) + "?cubeId=" + cubeID(internetSales), 401},
		"build of an exclusive one":    {"omar", "POST /aggregate-batch/orgId/default/projectId/" + engineID(ledger) + "?cubeId=" + cubeID(ledgerCube), 401},
		"queries":                      {"hana", "GET /queries/orgId/default", 401},
		"delete the project of others": {"lin", "DELETE /api/1.0/org/default/project/" + projectID(sales), 401},
		"unpublish":                    {"nia", "DELETE /projects/orgId/default/schema/" + engineID(sales), 401},
		"warehouses":                   {"ada", "POST /connection-groups/orgId/default", 401},
		"settings":                     {"ada", "PATCH /settings", 401},
	} {
		t.Run(name, func(t *testing.T) {
			method, path, _ := strings.Cut(tt.request, " ")
			connect(t, Options{}).as(tt.as).refusal(tt.status, method, path, "")
		})
	}
	a := connect(t, Options{}).as("zoe") // by her second role
	a.want(200, "POST", "/connection-groups/orgId/default", `{"name":"W","connectionId":"w","subgroups":[]}`)
	connect(t, Options{}).as("grace").list("/api/1.0/orgs")
}

func TestUnknownOrganization(t *testing.T) {
	a := connect(t, Options{})
	for _, path := range []string{"/api/1.0/org/nowhere/users", "/api/1.0/org/nowhere/groups", "/aggregates/orgId/nowhere", "/org/nowhere/aggregates-creation/builds/history"} {
		a.refusal(404, "GET", path, "")
	}
}

func TestAPIDisabled(t *testing.T) {
	a := connect(t, Options{APIDisabled: true})
	for _, request := range []string{"GET /api/1.0/orgs", "GET /api/1.0/org/default/projects", "POST /api/1.0/org/default/users"} {
		method, path, _ := strings.Cut(request, " ")
		if got := a.refusal(503, method, path, ""); got != "Design Center APIs are not enabled" {
			t.Errorf("got %q", got)
		}
	}
	a.list("/projects/published/orgId/default")
}

func TestEnvelopes(t *testing.T) {
	a := connect(t, Options{})
	for path, want := range map[string]string{
		"/api/1.0/org/default/groups/": `{"status":{"i18n_message":"response.ok","message":"OK"},"response":[`,
		"/license/capabilities":        `{"status":{"code":0,"message":"200 OK"},"responseCreated":"2026-06-01T08:00:00.000Z","response":{`,
		"/version":                     `2024.`,
		"/ping":                        `pong`,
		"/status":                      `running`,
		"/api/1.0/org/default/project/" + projectID(sales) + "/options": `{"can_delete":true,"can_update":true,"id":"`,
	} {
		if got := a.do("GET", path, "").Body.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s", path, got)
		}
	}
	for path, want := range map[string]string{
		"/api/1.0/org/x/users":     `{"status":{"i18n_message":"response.error","message":"Not Found"},"response":{"error":"Organization x not found","stack":"com.atscale.ApiException: Organization x not found"}}`,
		"/aggregates/orgId/x":      `{"status":{"code":1,"message":"404 Not Found"},"responseCreated":"2026-06-01T08:00:00.000Z","response":{"error":"Organization x not found","stack":"com.atscale.ApiException: Organization x not found"}}`,
		"/api/1.0/nothing":         `{"status":{"i18n_message":"response.error"`,
		"/projects//orgId/x":       `{"status":{"code":1,"message":"404 Not Found"}`,
		"/a/../license":            `{"status":{"code":1,"message":"404 Not Found"}`,
		"/license":                 `{"status":{"code":1,"message":"405 Method Not Allowed"}`,
		"/api/1.0/org/x%2Fy/users": `{"status":{"i18n_message":"response.error","message":"Not Found"},"response":{"error":"Organization x/y not found"`,
	} {
		if got := a.do("GET", path, "").Body.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s", path, got)
		}
	}
	if got := a.do("GET", "/license", "").Header().Get("Allow"); got != http.MethodPut {
		t.Errorf("Allow: %q", got)
	}
}
