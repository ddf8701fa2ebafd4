package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const lists = `{"limit": 10, "offset": 0}`

func TestTokens(t *testing.T) {
	for name, tt := range map[string]struct {
		token, prefix string
		opts          Options
		status        int
		code          string
	}{
		"good":               {Token, "", Options{}, 200, ""},
		"none":               {"", "", Options{}, 401, codeToken},
		"unknown":            {"guess", "", Options{}, 401, codeToken},
		"expired":            {ExpiredToken, "", Options{}, 401, codeToken},
		"revoked":            {RevokedToken, "", Options{}, 401, codeToken},
		"of who has left":    {TokenOf("paul"), "", Options{}, 401, codeToken},
		"without API access": {TokenOf("hana"), "", Options{}, 403, codeRights},
		"in no group":        {TokenOf("victor"), "", Options{}, 403, codeRights},
		"another tenant":     {Token, v2Path + "/other", Options{}, 401, codeTenant},
		"case of the tenant": {Token, v2Path + "/Example", Options{}, 401, codeTenant},
		"both wrong":         {"guess", v2Path + "/other", Options{}, 401, codeToken},
		"expired is 403":     {ExpiredToken, "", Options{ExpiredIs403: true}, 403, codeToken},
		"a PAT for OAuth":    {Token, "", Options{OAuth: true}, 401, codeToken},
		"a PAT for v1":       {Token, v1Path, Options{}, 403, codeToken},
		"no tenant":          {Token, v2Path, Options{NoTenant: true}, 200, ""},
		"a tenant too many":  {Token, "", Options{NoTenant: true}, 404, codeRoute},
		"no v2":              {Token, "", Options{V1Only: true}, 404, codeRoute},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, tt.opts)
			a.Token = tt.token
			if tt.prefix != "" {
				a = a.at(tt.prefix)
			}
			path := "/schema/OpsViews/status" // in v1 as well
			got := a.want(tt.status, "GET", path, "")
			if message := got.get("message"); tt.code != "" && !strings.HasPrefix(message, "INC_"+tt.code+": ") {
				t.Errorf("message %q, want INC_%s", message, tt.code)
			}
		})
	}
}

func TestBasePath(t *testing.T) {
	a := connect(t, Options{})
	a.at(a.s.BasePath() + "/api/v2/" + Tenant).get("/catalog")
}

func TestAnotherScheme(t *testing.T) {
	a := connect(t, Options{})
	a.want(401, "GET", "/catalog", "", "Authorization", "Basic "+Token)
	a.want(200, "GET", "/catalog", "", "Authorization", "bearer "+Token)
}

func TestRights(t *testing.T) {
	const load, tables = `{"schemaNames":["Ledger"],"loadSource":"FULL"}`, `{"loadSource":"FULL"}`
	for name, tt := range map[string]struct {
		as, request, body string
		status            int
	}{
		"a Schema Manager loads":               {"ada", "POST /schema/load", load, 200},
		"SuperRole loads":                      {"grace", "POST /schema/load", load, 200},
		"an Analyze User does not":             {"nia", "POST /schema/load", load, 403},
		"a Schema User does not":               {"sean", "POST /schema/load", load, 403},
		"a Schema User loads tables":           {"sean", "POST /schema/Shipments/load", tables, 200},
		"an Analyze User does not load tables": {"nia", "POST /schema/Ledger/load", tables, 403},
		"a Schema Manager without edit":        {"omar", "POST /schema/load", strings.Replace(load, "Ledger", "Procurement", 1), 403},
		"a Schema Manager executes":            {"ada", "POST /load-plan/execute", `{"loadPlanName":"Telemetry"}`, 403},
		"an Analyze User does not execute":     {"nia", "POST /load-plan/execute", `{"loadPlanName":"Telemetry"}`, 403},
		"the owner executes":                   {"priya", "POST /load-plan/execute", `{"loadPlanName":"Telemetry"}`, 200},
		"an Analyze User does not restart":     {"nia", "POST /load-plan/restart", `{"loadPlanName":"Telemetry","groupSequence":1}`, 403},
		"a User Manager transfers":             {"erik", "PATCH /users/transferOwnership", `{"ownerEmail":"ada@example.com","newOwnerEmail":"lin@example.com"}`, 200},
		"SuperRole transfers":                  {"grace", "PATCH /users/transferOwnership", `{"ownerEmail":"ada@example.com","newOwnerEmail":"lin@example.com"}`, 200},
		"a Schema Manager does not transfer":   {"ada", "PATCH /users/transferOwnership", `{"ownerEmail":"ada@example.com","newOwnerEmail":"lin@example.com"}`, 403},
		"a User Manager resets":                {"erik", "PATCH /users/resetPasswords", "", 200},
		"SuperRole does not reset":             {"grace", "PATCH /users/resetPasswords", "", 403},
		"SuperRole does not extract":           {"grace", "POST /extraction/schema", `{"schemaName":"lakehouse"}`, 403},
		"the Super User extracts":              {"api-runner", "POST /extraction/schema", `{"schemaName":"lakehouse"}`, 200},
		"an Analyze User looks at the catalog": {"nia", "GET /catalog", "", 200},
		"a User Manager may not load a plan":   {"erik", "POST /load-plan/execute", `{"loadPlanName":"Telemetry"}`, 403},
		"a schema that is hidden is not there": {"ada", "GET /schema/Telemetry/status", "", 404},
		"an execution that is hidden":          {"zoe", "GET /load-plan/status/1", "", 403},
		"view on a schema of it is enough":     {"nia", "GET /load-plan/status/1", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			method, path, _ := strings.Cut(tt.request, " ")
			a := connect(t, Options{})
			before := a.dump()
			a.as(tt.as).want(tt.status, method, path, tt.body)
			if tt.status >= 400 && a.dump() != before {
				t.Error("something that was refused changed the state")
			}
		})
	}
}

func TestProfileManager(t *testing.T) {
	a := connect(t, Options{})
	until := seedDay.Add(time.Hour)
	if _, err := a.s.CreatePAT("ada@example.com", "one more", until); err == nil || !strings.Contains(err.Error(), "10") {
		t.Errorf("the eleventh token of Ada: %v", err)
	}
	if !a.s.RevokePAT("Ada@example.com", "notebook 2") || a.s.RevokePAT("ada@example.com", "notebook 2") {
		t.Error("a token is to be revoked once")
	}
	a.Token = TokenOf("ada") + "-2"
	a.want(401, "GET", "/catalog", "")
	var err error
	if a.Token, err = a.s.CreatePAT("ada@example.com", "one more", until); err != nil {
		t.Fatal(err)
	}
	a.get("/catalog")
	a.clock.Wait(time.Hour - time.Millisecond)
	a.get("/catalog")
	a.clock.Wait(time.Millisecond)
	a.want(401, "GET", "/catalog", "")
	if _, err := a.s.CreatePAT("nobody@example.com", "x", until); err == nil {
		t.Error("nobody has a token")
	}
	if _, err := a.s.CreatePAT("lin@example.com", "runner", until); err == nil {
		t.Error("two tokens have one name")
	}
	if strings.Contains(a.dump(), a.Token) || strings.Contains(a.dump(), Token) {
		t.Error("the dump holds a token")
	}
}

// login is the body of a call for v1 tokens.
func login(name, key string, at time.Time) string {
	sum := sha256.Sum256([]byte(key + fmt.Sprint(at.UnixMilli())))
	return fmt.Sprintf(`{"tenantName":"example","loginName":"%s","requestHash":"%s","timestamp":%d}`, name, hex.EncodeToString(sum[:]), at.UnixMilli())
}

func (a api) v1(t *testing.T) *api {
	t.Helper()
	b := a.at("/incorta/api/v1")
	b.Token = ""
	b.Token = b.want(201, "POST", "/tokens", login(LoginName, APIKey, a.clock.T)).get("accessToken")
	return b
}

func TestV1Tokens(t *testing.T) {
	good := login(LoginName, APIKey, seedDay)
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"good":             {good, 201},
		"almost too old":   {login(LoginName, APIKey, seedDay.Add(-30*time.Minute)), 201},
		"almost too new":   {login(LoginName, APIKey, seedDay.Add(30*time.Minute)), 201},
		"too old":          {login(LoginName, APIKey, seedDay.Add(-30*time.Minute-time.Millisecond)), 401},
		"too new":          {login(LoginName, APIKey, seedDay.Add(30*time.Minute+time.Millisecond)), 401},
		"wrong key":        {login(LoginName, "guess", seedDay), 401},
		"another's key":    {login(LoginName, APIKeyOf("ada"), seedDay), 401},
		"somebody else":    {login("ada@example.com", APIKeyOf("ada"), seedDay), 201},
		"who has left":     {login("paul@example.com", APIKeyOf("paul"), seedDay), 401},
		"nobody":           {login("nobody@example.com", APIKey, seedDay), 401},
		"no API access":    {login("hana@example.com", APIKeyOf("hana"), seedDay), 403},
		"another tenant":   {strings.Replace(good, `"example"`, `"Example"`, 1), 401},
		"display name":     {login("Service Runner", APIKey, seedDay), 401},
		"upper case hash":  {strings.ToUpper(good), 400},
		"no hash":          {`{"tenantName":"example","loginName":"api-runner@example.com","timestamp":1}`, 400},
		"time as a text":   {strings.Replace(good, fmt.Sprint(seedDay.UnixMilli()), `"now"`, 1), 400},
		"nothing":          {"", 400},
		"far away in time": {`{"tenantName":"example","loginName":"api-runner@example.com","requestHash":"","timestamp":-9223372036854775808}`, 401},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{}).at(v1Path)
			a.Token = ""
			got := a.want(tt.status, "POST", "/tokens", tt.body)
			if name == "good" {
				got.same(t, fmt.Sprintf(`{"accessToken":"emulated-access-token-2","refreshToken":"emulated-refresh-token-1",
					"type":"Bearer","accessTokenExpiresAt":%d,"refreshTokenExpiresAt":%d}`,
					seedDay.Add(10*time.Minute).UnixMilli(), seedDay.Add(30*time.Minute).UnixMilli()))
			}
			if n := len(a.s.Mutations()); n != 0 {
				t.Errorf("%d mutations, want none", n)
			}
		})
	}
}

func TestV1TokensEnd(t *testing.T) {
	a := connect(t, Options{}).at(v1Path)
	a.Token = ""
	pair := a.want(201, "POST", "/tokens", login(LoginName, APIKey, seedDay))
	a.Token = pair.get("accessToken")
	a.get("/schema/Ledger/status")
	a.clock.Wait(10 * time.Minute)
	if got := a.want(403, "GET", "/schema/Ledger/status", "").get("message"); !strings.HasPrefix(got, "INC_09030101: ") {
		t.Errorf("message %q", got)
	}
	renew := func(access, refresh string) string {
		return fmt.Sprintf(`{"accessToken":%q,"refreshToken":%q}`, access, refresh)
	}
	a.want(401, "POST", "/tokens/refresh", renew(pair.get("accessToken"), "guess"))
	a.want(401, "POST", "/tokens/refresh", renew("guess", pair.get("refreshToken")))
	next := a.want(201, "POST", "/tokens/refresh", renew(pair.get("accessToken"), pair.get("refreshToken")))
	a.want(401, "POST", "/tokens/refresh", renew(pair.get("accessToken"), pair.get("refreshToken")))
	a.Token = next.get("accessToken")
	a.get("/schema/Ledger/status")
	last := a.want(201, "POST", "/tokens/refresh", renew(next.get("accessToken"), next.get("refreshToken")))
	a.want(403, "GET", "/schema/Ledger/status", "") // a refresh kills the old one though its time has not come
	a.clock.Wait(30 * time.Minute)
	a.want(401, "POST", "/tokens/refresh", renew(last.get("accessToken"), last.get("refreshToken")))
}

func TestV1Twins(t *testing.T) {
	a := connect(t, Options{V1Only: true}).v1(t)
	got := a.get("/schema/Ledger/status")
	if want := fmt.Sprint(seedDay.AddDate(0, 0, -900).UnixMilli()); got.get("creationDate") != want {
		t.Errorf("creationDate %v, want milliseconds %v", got.at("creationDate"), want)
	}
	a.post("/schema/load", `{"schemaNames":["Ledger"],"loadSource":"FULL"}`)
	a.post("/dashboards/"+KPIDashboard+"/send-report", `{"toExternalEmails":["x@example.org"]}`)
	a.post("/dashboards/"+KPIDashboard+"/insights/"+InsightOf(KPIDashboard)+"/query", `{}`)
	a.post("/query", `{"query":{"view":"OpsViews.DelaysByCarrier"}}`)
	a.want(200, "PATCH", "/users/transferOwnership", `{"ownerEmail":"paul@example.com","newOwnerEmail":"omar@example.com"}`)
	a.want(200, "PATCH", "/users/resetPasswords", "")
	for _, path := range []string{"/schema/list", "/load-plan/execute", "/catalog", "/extraction/schema", "/sqlxquery", "/configs/sqlConnection"} {
		a.want(404, "POST", path, `{}`)
	}
	if n := len(a.s.Mutations()); n != 8 {
		t.Errorf("%d mutations, want 8: four that did something, and four that were posted nowhere", n)
	}
}

func TestOAuth(t *testing.T) {
	a := connect(t, Options{OAuth: true})
	for name, tt := range map[string]struct {
		form   url.Values
		status int
	}{
		"good":          {url.Values{"grant_type": {"client_credentials"}, "client_id": {ClientID}, "client_secret": {ClientSecret}}, 200},
		"wrong secret":  {url.Values{"grant_type": {"client_credentials"}, "client_id": {ClientID}, "client_secret": {"guess"}}, 401},
		"another grant": {url.Values{"grant_type": {"password"}, "client_id": {ClientID}, "client_secret": {ClientSecret}}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := http.PostForm(a.URL+TokenPath, tt.form)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != tt.status {
				t.Errorf("status %d: %s", resp.StatusCode, body)
			}
			if _, rest, ok := strings.Cut(string(body), `"access_token":"`); ok {
				a.Token, _, _ = strings.Cut(rest, `"`)
			}
		})
	}
	a.get("/catalog")
	a.Token = a.s.JWT("ada@example.com")
	a.want(403, "PATCH", "/users/resetPasswords", "")
	a.clock.Wait(time.Hour)
	a.want(401, "GET", "/catalog", "")
	a.Token = a.s.JWT("nobody@example.com")
	a.want(401, "GET", "/catalog", "")
	plain := connect(t, Options{})
	if resp, err := http.PostForm(plain.URL+TokenPath, nil); err != nil || resp.StatusCode != 404 {
		t.Errorf("without OAuth there is an authorization server: %v %v", resp, err)
	}
}
