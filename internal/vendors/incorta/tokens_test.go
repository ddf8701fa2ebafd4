package incorta

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"runner/internal/op"
	"runner/internal/vendors/declared"
)

// A v1 is a cluster that speaks API v1, by the vendor's pages. It writes down
// what it is asked.
type v1 struct {
	t       *testing.T
	now     func() time.Time
	access  string // the token that it takes
	refresh string
	made    int
	status  int // of a refused token
	log     []string
}

func (v *v1) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path := strings.TrimPrefix(r.URL.Path, "/incorta/api/v1")
	v.log = append(v.log, path)
	answer := func(status int, text string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
	switch path {
	case "/tokens":
		var in struct {
			TenantName, LoginName, RequestHash string
			Timestamp                          int64
		}
		_ = json.Unmarshal(body, &in)
		sum := sha256.Sum256(fmt.Appendf(nil, "case-key%d", in.Timestamp))
		if in.RequestHash != hex.EncodeToString(sum[:]) || in.TenantName != "demo" || in.LoginName != "ada" || in.Timestamp != v.now().UnixMilli() {
			answer(401, `{"message": "INC_09030102: invalid key"}`)
			return
		}
		v.hand(answer)
	case "/tokens/refresh":
		var in struct{ AccessToken, RefreshToken string }
		_ = json.Unmarshal(body, &in)
		if in.AccessToken != v.access || in.RefreshToken != v.refresh || v.refresh == "" {
			answer(401, `{"message": "INC_09030101: invalid token"}`)
			return
		}
		v.hand(answer)
	case "/schema/Sales/status":
		if r.Header.Get("Authorization") != "Bearer "+v.access {
			answer(v.status, `{"message": "INC_09030101: Invalid access token"}`)
			return
		}
		answer(200, `{"schemaName": "Sales", "schemaType": "PHYSICAL"}`)
	default:
		v.t.Errorf("an unexpected request: %s", path)
		answer(404, "")
	}
}

func (v *v1) hand(answer func(int, string)) {
	v.made++
	v.access, v.refresh = fmt.Sprintf("a%d", v.made), fmt.Sprintf("r%d", v.made)
	answer(201, fmt.Sprintf(`{"accessToken": %q, "refreshToken": %q, "type": "Bearer", "accessTokenExpiresAt": %d, "refreshTokenExpiresAt": %d}`,
		v.access, v.refresh, v.now().Add(10*time.Minute).UnixMilli(), v.now().Add(30*time.Minute).UnixMilli()))
}

func signIn(t *testing.T, v *v1, w op.World, key string) op.Client {
	t.Helper()
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	client, err := Module.Connect(w, fmt.Appendf(nil, `{"url": %q, "tenant": "demo", "login_name": "ada", "api_key": %q}`, server.URL, key))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestTokensOfAKey(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		status int
		change func(v *v1) // between two calls
		want   string
	}{
		"used again":                        {401, func(*v1) {}, "/tokens status status"},
		"refreshed when it is about to end": {401, func(*v1) { at = at.Add(9*time.Minute + 30*time.Second) }, "/tokens status /tokens/refresh status"},
		"made anew when both have ended":    {401, func(*v1) { at = at.Add(time.Hour) }, "/tokens status /tokens status"},
		"made anew when the refresh is refused": {401, func(v *v1) {
			at = at.Add(9*time.Minute + 30*time.Second)
			v.refresh = ""
		}, "/tokens status /tokens/refresh /tokens status"},
		"made anew when it is refused":          {401, func(v *v1) { v.access = "gone" }, "/tokens status status /tokens status"},
		"made anew when it is refused with 403": {403, func(v *v1) { v.access = "gone" }, "/tokens status status /tokens status"},
	} {
		t.Run(name, func(t *testing.T) {
			now := func() time.Time { return at }
			v := &v1{t: t, now: now, status: tt.status}
			client := signIn(t, v, op.World{Now: now}, "case-key")
			for i := range 2 {
				if i == 1 {
					tt.change(v)
				}
				if _, err := getSchemaStatus.Perform(t.Context(), client.Vendor, []byte(`{"schema_name":"Sales"}`)); err != nil {
					t.Fatal(err)
				}
			}
			got := strings.ReplaceAll(strings.Join(v.log, " "), "/schema/Sales/", "")
			if got != tt.want {
				t.Errorf("requests = %s, want %s", got, tt.want)
			}
		})
	}
}

// A token that is refused also when it is new is no endless loop.
func TestNewTokenRefused(t *testing.T) {
	for _, status := range []int{401, 403} {
		v := &v1{t: t, now: time.Now, status: status}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/status") {
				v.access = "never"
			}
			v.ServeHTTP(w, r)
		}))
		defer server.Close()
		at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
		v.now = func() time.Time { return at }
		client, err := Module.Connect(op.World{Now: v.now}, fmt.Appendf(nil, `{"url": %q, "tenant": "demo", "login_name": "ada", "api_key": "case-key"}`, server.URL))
		if err != nil {
			t.Fatal(err)
		}
		_, err = getSchemaStatus.Perform(t.Context(), client.Vendor, []byte(`{"schema_name":"Sales"}`))
		if op.KindOf(err) != op.Unauthenticated || len(v.log) != 4 {
			t.Errorf("%d: %v after %v, want unauthenticated after 4 requests", status, err, v.log)
		}
	}
}

func TestWrongKey(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	v := &v1{t: t, now: now, status: 401}
	client := signIn(t, v, op.World{Now: now}, "wrong-key")
	_, err := getSchemaStatus.Perform(t.Context(), client.Vendor, []byte(`{"schema_name":"Sales"}`))
	e, ok := err.(*op.Error)
	if !ok || e.Kind != op.Unauthenticated || !strings.Contains(e.Hint, "clock") || e.Sent || strings.Contains(fmt.Sprint(e.Cause, e.Hint), "wrong-key") {
		t.Errorf("a wrong key: %#v, want unauthenticated, not sent", err)
	}
}

// twins are the operations that v1 has too, with their paths.
var twins = map[string]string{
	"start_load":          "/schema/load",
	"get_schema_status":   "/schema/s1/status",
	"send_report":         "/dashboards/d1/send-report",
	"get_insight_data":    "/dashboards/d1/insights/i1/query",
	"list_insight_rows":   "/dashboards/d1/insights/i1/query",
	"run_query":           "/query",
	"transfer_ownership":  "/users/transferOwnership",
	"reset_all_passwords": "/users/resetPasswords",
}

func TestKeyHasTwins(t *testing.T) {
	for verb, want := range twins {
		t.Run(verb, func(t *testing.T) {
			var got string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = strings.TrimPrefix(r.URL.Path, "/incorta/api/v1")
				if got == "/tokens" {
					_, _ = io.WriteString(w, `{"accessToken": "a", "refreshToken": "r", "accessTokenExpiresAt": 1, "refreshTokenExpiresAt": 1}`)
					return
				}
				_, _ = io.WriteString(w, `{}`)
			}))
			defer server.Close()
			client, err := Module.Connect(op.World{}, fmt.Appendf(nil, `{"url": %q, "tenant": "demo", "login_name": "ada", "api_key": "case-key"}`, server.URL))
			if err != nil {
				t.Fatal(err)
			}
			o, _ := Module.Operation(verb)
			args := declared.Required(o)
			if verb == "send_report" {
				args["to_users_names"] = []string{"Ada"}
			}
			if verb == "transfer_ownership" {
				args["new_owner_email"] = "lin@example.com"
			}
			b, _ := json.Marshal(args)
			if _, err := o.Perform(t.Context(), client.Vendor, b); err != nil || got != want {
				t.Errorf("%s%s asked for %s, %v, want %s", verb, b, got, err, want)
			}
		})
	}
}

// What only v2 has is refused before anything is sent.
func TestKeyLacksV2(t *testing.T) {
	v := &v1{t: t}
	client := signIn(t, v, op.World{Now: func() time.Time { return time.Unix(0, 0) }}, "case-key")
	for _, o := range Module.Operations {
		if twins[o.Verb()] != "" {
			continue
		}
		b, _ := json.Marshal(declared.Required(o))
		if _, err := o.Perform(t.Context(), client.Vendor, b); op.KindOf(err) != op.Unsupported {
			t.Errorf("%s%s with an API key: %v, want unsupported", o.Name, b, err)
		}
	}
	if len(v.log) > 0 {
		t.Errorf("sent: %v", v.log)
	}
}

// The clock of a World that has none is the real one.
func TestClock(t *testing.T) {
	if d := time.Since(clock(op.World{})()).Abs(); d > time.Minute {
		t.Errorf("the clock is %v off", d)
	}
}

func TestLives(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct{ ends, want time.Duration }{
		"as it says":                    {4 * time.Minute, 4 * time.Minute},
		"the cluster's clock is behind": {-20 * time.Minute, 10 * time.Minute},
		"the cluster's clock is ahead":  {40 * time.Minute, 10 * time.Minute},
	} {
		if got := lifeOf(now.Add(tt.ends).UnixMilli(), now, 10*time.Minute); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestSettings(t *testing.T) {
	for name, tt := range map[string]struct{ settings, account, cause string }{
		"a token":              {`"url": "https://acme.cloud.incorta.com", "tenant": "demo", "token": "s3cret"`, "https://acme.cloud.incorta.com/incorta, tenant demo", ""},
		"another context path": {`"url": "https://bi.example.com/prod/", "tenant": "demo", "token": "s3cret"`, "https://bi.example.com/prod, tenant demo", ""},
		"the usual one, given": {`"url": "https://bi.example.com:8080/incorta", "tenant": "demo", "token": "s3cret"`, "https://bi.example.com:8080/incorta, tenant demo", ""},
		"an API key":           {`"url": "https://bi.example.com", "tenant": "demo", "api_key": "s3cret", "login_name": "ada"`, "https://bi.example.com/incorta, tenant demo as ada", ""},
		"none":                 {`"url": "https://bi.example.com", "tenant": "demo"`, "", "there are no credentials"},
		"both":                 {`"url": "https://bi.example.com", "tenant": "demo", "token": "s3cret", "api_key": "s3cret"`, "", "there is a token too"},
		"a key of nobody":      {`"url": "https://bi.example.com", "tenant": "demo", "api_key": "s3cret"`, "", "it is empty"},
		"no tenant":            {`"url": "https://bi.example.com", "tenant": "", "token": "s3cret"`, "", "it is empty"},
		"no address":           {`"url": "bi.example.com", "tenant": "demo", "token": "s3cret"`, "", "is not the address of a server"},
		"plain http":           {`"url": "http://bi.example.com", "tenant": "demo", "token": "s3cret"`, "", "unencrypted"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := Module.Connect(op.World{}, []byte("{"+tt.settings+"}"))
			switch {
			case tt.cause != "" && (err == nil || op.KindOf(err) != op.Invalid || !strings.Contains(err.Error(), tt.cause) || strings.Contains(err.Error(), "s3cret")):
				t.Errorf("Connect = %v, want %s", err, tt.cause)
			case tt.cause == "" && (err != nil || client.Account != tt.account || client.Limit != limit):
				t.Errorf("Connect = %+v, %v, want account %q", client, err, tt.account)
			}
		})
	}
	var hidden []string
	op.Secrets(Module.Settings(), []byte(`{"token":"t","api_key":"k","login_name":"ada"}`), func(s string) { hidden = append(hidden, s) })
	if len(hidden) != 2 {
		t.Errorf("secret settings = %v, want token and api_key", hidden)
	}
}
