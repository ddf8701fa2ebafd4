package emulator

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/stage"
	"runner/internal/vendors/stage/stagetest"
)

func TestRefreshTokensRotate(t *testing.T) {
	a := connect(t, Options{})
	got := a.renew(RefreshToken)
	o := stagetest.Parse(t, got.Body).(object)
	if got.Status != 200 || o["refresh_token"] != "emulated-refresh-1" || o["token_type"] != "Bearer" || o["expires_in"].(interface{ String() string }).String() != "300" {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	used := a.renew(RefreshToken)
	if e := stagetest.Parse(t, used.Body).(object); used.Status != 400 || e["error"] != "invalid_grant" {
		t.Errorf("the used token: %d %s", used.Status, used.Body)
	}
	second := stagetest.Parse(t, a.renew("emulated-refresh-1").Body).(object)
	for _, access := range []any{o["access_token"], second["access_token"]} { // the first lives on
		a.as(access.(string)).want(exchange{"GET /v4/people/current", "", 200, `{"id":51001,"email":"api-runner@example.com","isAdmin":true}`})
	}
}

func TestAccessTokensAreJWTs(t *testing.T) {
	for name, tt := range map[string]struct{ issuer, want string }{
		"as asked": {"", "/as"},
		"as told":  {"https://pingauth.example/as", "https://pingauth.example/as"},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{Issuer: tt.issuer})
			b, _ := a.signIn(RefreshToken)
			parts := strings.Split(b.Token, ".")
			payload, err := base64.RawURLEncoding.DecodeString(parts[1])
			if len(parts) != 3 || err != nil {
				t.Fatalf("%v %s", err, b.Token)
			}
			claims := stagetest.Parse(t, string(payload)).(object)
			want := tt.want
			if tt.issuer == "" {
				want = a.URL + want
			}
			if claims["iss"] != want || claims["client_id"] != ClientID {
				t.Errorf("claims %v", claims)
			}
		})
	}
}

func TestTokenRequests(t *testing.T) {
	good := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {RefreshToken}, "client_id": {ClientID}}
	for name, tt := range map[string]struct{ field, value, want string }{
		"another grant":  {"grant_type", "client_credentials", "unsupported_grant_type"},
		"another client": {"client_id", "x", "invalid_client"},
		"no token":       {"refresh_token", "", "invalid_grant"},
		"unknown token":  {"refresh_token", "guess", "invalid_grant"},
		"suspended":      {"refresh_token", "emulated-refresh-paul", "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			form := url.Values{}
			for k := range good {
				form.Set(k, good.Get(k))
			}
			form.Set(tt.field, tt.value)
			got := a.form(form)
			if o := stagetest.Parse(t, got.Body).(object); got.Status != 400 || o["error"] != tt.want {
				t.Errorf("%d %s, want %s", got.Status, got.Body, tt.want)
			}
			a.signIn(RefreshToken) // which was not used up
		})
	}
	a := connect(t, Options{})
	a.want(exchange{"POST " + TokenPath, `{"grant_type":"refresh_token"}`, 400, `{"error":"invalid_request"}`})
	if n := len(a.s.Mutations()); n != 0 {
		t.Errorf("%d mutations, want none", n)
	}
}

func TestTokensEnd(t *testing.T) {
	for name, end := range map[string]func(a *api){
		"after five minutes": func(a *api) { a.clock.Wait(AccessLife) },
		"by fault": func(a *api) {
			a.s.Inject(stage.Fault{Kind: stage.ExpireTokens})
		},
		"with the person": func(a *api) { a.want(exchange{"DELETE " + home + "/people/51003", "", 200, ""}) },
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			b, _ := a.signIn(AdaRefreshToken)
			b.want(exchange{"GET /v4/people/current", "", 200, `{"id":51003,"isAdmin":false}`})
			end(a)
			b.want(exchange{"GET /v4/people/current", "", 401, `{"exception":{"name":"UnauthorizedException"}}`})
			got := b.Do("GET /iam/v1/people/51002", "")
			if got.Status != 401 || got.Body != "Unauthorized" {
				t.Errorf("at the api host: %d %s", got.Status, got.Body)
			}
		})
	}
}

func TestSuspendedPeopleCannotEnter(t *testing.T) {
	a := connect(t, Options{})
	b, next := a.signIn(AdaRefreshToken)
	a.want(exchange{"POST " + home + "/people/suspend", `{"personIds":[51003]}`, 200, "empty"})
	b.want(exchange{"GET /v4/flows", "", 403, denied})
	a.as(AdaLegacyToken).want(exchange{"GET /v4/flows", "", 403, denied})
	if got := a.renew(next); got.Status != 400 {
		t.Errorf("renewed: %s", got.Body)
	}
	a.want(exchange{"POST /iam/v1/workspaces/4242/people/unsuspend", `{"personIds":["51003"]}`, 200, "empty"})
	b.want(exchange{"GET /v4/flows", "", 200, ""})
}

func TestOAuthRecords(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /v4/oAuth2ApiTokens/" + AdaSID + "?tokenType=Workspace", "", 200, `{"sid":"` + AdaSID + `","name":"Ada's notebook","status":"Enabled","tokenType":"Workspace","clientId":"` + ClientID + `"}`},
		exchange{"GET /v4/oAuth2ApiTokens/" + AdaSID, "", 400, invalid},
		exchange{"GET /v4/oAuth2ApiTokens/" + AdaSID + "?tokenType=x", "", 400, invalid},
		exchange{"GET /v4/oAuth2ApiTokens/" + SandboxSID + "?tokenType=Workspace", "", 404, absent},
		exchange{"GET /v4/oAuth2ApiTokens/x?tokenType=Workspace", "", 404, absent},
	)
	ada := a.as(AdaLegacyToken)
	ada.want(exchange{"GET /v4/oAuth2ApiTokens/" + RunnerSID + "?tokenType=Workspace", "", 404, absent})
	b, next := a.signIn(AdaRefreshToken)
	if !a.s.DisableOAuthToken(AdaSID) || a.s.DisableOAuthToken("x") {
		t.Error("the wrong tokens can be disabled")
	}
	b.want(exchange{"GET /v4/oAuth2ApiTokens/" + AdaSID + "?tokenType=Workspace", "", 200, `{"status":"Disabled by Admin"}`})
	if got := a.renew(next); got.Status != 400 {
		t.Errorf("renewed: %s", got.Body)
	}
	fresh := a.s.NewOAuthToken(WorkspaceID, "lin@example.com", 1)
	lin, next := a.signIn(fresh)
	lin.want(exchange{"GET /v4/people/current", "", 200, `{"id":51004}`})
	a.clock.Wait(24 * time.Hour)
	if got := a.renew(next); got.Status != 400 {
		t.Errorf("renewed after its end: %s", got.Body)
	}
	if a.s.NewOAuthToken(WorkspaceID, "nobody@example.com", 1) != "" {
		t.Error("nobody got a token")
	}
}

// A lost answer loses the credential.
func TestLostRotation(t *testing.T) {
	a := connect(t, Options{})
	a.s.Inject(stage.Fault{Kind: stage.DropAfter, Path: TokenPath})
	if _, err := a.as("").with("Content-Type", "application/x-www-form-urlencoded").Try("POST "+TokenPath,
		"grant_type=refresh_token&client_id="+ClientID+"&refresh_token="+RefreshToken); err == nil {
		t.Error("the answer came")
	}
	if got := a.renew(RefreshToken); got.Status != 400 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestAPITokens(t *testing.T) {
	a := connect(t, Options{})
	const first = "8e000000-0000-4000-8000-000000000001"
	a.want(
		exchange{"GET /v4/apiAccessTokens?includeCount=true", "", 200, `{"data":[{"tokenId":"` + first + `","description":"Runner","expiredAt":null,"lastUsed":"2026-06-01T08:00:00.000Z","person":{"id":51001,"name":"Service Runner","email":"api-runner@example.com"}}],"count":1}`},
		exchange{"POST /v4/apiAccessTokens", `{"lifetimeSeconds":60,"description":"new \"one\""}`, 201, `{"tokenValue":"emulated-api-token-1","tokenInfo":{"tokenId":"…","description":"new \"one\"","expiredAt":"2026-06-01T08:01:00.000Z","lastUsed":null}}`},
		exchange{"POST /v4/apiAccessTokens", `{"lifetimeSeconds":-1}`, 201, `{"tokenInfo":{"expiredAt":null}}`},
		exchange{"POST /v4/apiAccessTokens", `{"lifetimeSeconds":0}`, 400, invalid},
		exchange{"POST /v4/apiAccessTokens", `{"lifetimeSeconds":"60"}`, 400, invalid},
		exchange{"POST /v4/apiAccessTokens", `{"description":"x"}`, 400, invalid},
		exchange{"GET /v4/apiAccessTokens/8e000000-0000-4000-8000-000000000002", "", 404, absent}, // Ada's
		exchange{"GET /v4/apiAccessTokens/" + first, "", 200, `{"tokenId":"` + first + `"}`},
	)
	b := a.as("emulated-api-token-1")
	b.want(exchange{"GET /v4/people/current", "", 200, `{"id":51001}`})
	a.clock.Wait(time.Minute)
	b.want(exchange{"GET /v4/people/current", "", 401, ""})
	a.as("emulated-api-token-2").want(
		exchange{"DELETE /v4/apiAccessTokens/" + first, "", 204, "empty"},
		exchange{"DELETE /v4/apiAccessTokens/" + first, "", 404, absent},
		exchange{"GET /v4/apiAccessTokens?includeCount=true", "", 200, `{"count":2}`})
	a.want(exchange{"GET /v4/people/current", "", 401, ""})
}

func TestCheckToken(t *testing.T) {
	a := connect(t, Options{})
	a.want(exchange{"GET /v4/auth", "", 200, `{"body":"OK","headers":{}}`})
	a.as("x").want(exchange{"GET /v4/auth", "", 401, `{"body":"Unauthorized","headers":{}}`})
	a.as("").want(exchange{"GET /v4/auth", "", 401, ""})
}

func TestTwoHosts(t *testing.T) {
	a := connect(t, Options{})
	plain, gate := a.with("Host", "us1.alteryxcloud.com"), a.with("Host", "api.us1.alteryxcloud.com")
	plain.want(
		exchange{"GET /v4/workspaces/current", "", 200, `{"id":4242}`},
		exchange{"GET /iam/v1/workspaces/current", "", 404, `{"exception":{"name":"RouteNotFoundException","message":"…","details":"Cannot GET /iam/v1/workspaces/current"}}`},
		exchange{"GET /billing/v1/my/billing-accounts/current", "", 404, noPath},
	)
	gate.want(
		exchange{"GET /iam/v1/workspaces/current", "", 200, `{"id":4242,"workspace_member_count":17}`},
		exchange{"GET /v4/workspaces/current", "", 404, noPath},
		exchange{"GET /svc-workflow/api/v1/workflows", "", 404, noPath},
	)
	a.want(exchange{"GET /iam/v1/workspaces/current", "", 200, ""}, exchange{"GET /v4/workspaces/current", "", 200, ""})
	for path, want := range map[string][2]int{"/v4/auth": {401, 404}, "/iam/v1/workspaces/current": {404, 401}} {
		for i, h := range []http.Handler{a.s.Plain(), a.s.API()} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			if w.Code != want[i] {
				t.Errorf("%s on host %d: %d, want %d", path, i, w.Code, want[i])
			}
		}
	}
}

func TestGateway(t *testing.T) {
	a := connect(t, Options{ProjectID: "project-7"})
	a.want(
		exchange{"GET /iam/v1/workspaces/current", "", 401, `{"fault":{"faultstring":"…","detail":{"errorcode":"…"}}}`},
		exchange{"GET /v4/workspaces/current", "", 200, ""})
	a.with("X-Api-Project-Id", "project-7").want(exchange{"GET /iam/v1/workspaces/current", "", 200, ""})
	b := connect(t, Options{})
	if got := b.Do("GET /iam/v1/workspaces/current", "{}"); got.Status != 400 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
		t.Errorf("a GET with a body: %d %s", got.Status, got.Body)
	}
	b.as(AdaLegacyToken).want(exchange{"GET /billing/v1/usage/export", "", 403, `{"data":null,"msg":"…"}`})
}

func TestUnknownRoutes(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /v4/nothing", "", 404, noPath},
		exchange{"GET /", "", 404, noPath},
		exchange{"GET /v4//people", "", 404, noPath},
		exchange{"GET /v4/plans/2001", "", 404, noPath},    // only /full
		exchange{"GET /v4/connections/share", "", 404, ""}, // a connection called share
		exchange{"GET /v4/connections/7001/permissions", "", 404, noPath},
		exchange{"GET /v4/plans/2001/run", "", 404, noPath},
		exchange{"GET /v4/people/count", "", 410, `{"exception":{"name":"GoneException"}}`},
		exchange{"PUT /v4/flows/3001", `{}`, 403, denied},
	)
	if got := a.Do("GET /svc-workflow/api/v1/nothing", ""); got.Status != 404 || !strings.HasPrefix(got.Body, "<!DOCTYPE html>") {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	for _, path := range []string{"/v4/flows", "/v4/nothing", "/iam/v1/people/1"} {
		if got := a.Do("GET "+path, ""); got.Header.Get("x-trifacta-request-id") == "" {
			t.Errorf("%s has no request id", path)
		}
	}
}

func TestMediaTypes(t *testing.T) {
	a := connect(t, Options{})
	a.with("Content-Type", "text/plain").want(exchange{"POST /v4/folders", `{}`, 415, ""})
	a.with("Content-Type", "application/json; charset=utf-8").want(exchange{"POST /v4/folders", `{}`, 201, ""})
	for _, body := range []string{`{`, `{} {}`, `[]`, `"x"`, `7`} {
		a.want(exchange{"POST /v4/folders", body, 400, invalid})
	}
}
