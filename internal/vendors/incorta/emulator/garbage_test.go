package emulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

// garbage is what does not belong where it is put.
var garbage = []any{nil, "", "x", -1, 1e300, 0.5, true, json.Number("99999999999999999999"), []any{}, []any{nil}, []any{"x"}, []any{map[string]any{}},
	map[string]any{}, map[string]any{"a": nil}, "' OR 1=1 --", "\x00", "Ledger.", "..", "from a.b"}

// TestGarbage replaces every part of every good request, one after the other. Whatever the answer is, it must not be
// the emulator's fault, and a refusal must not change anything.
func TestGarbage(t *testing.T) {
	for on, e := range exercises {
		method, _, _ := strings.Cut(on, " ")
		t.Run(on, func(t *testing.T) {
			s := fresh()
			before := string(s.Dump())
			// One server takes request after request as long as all are refused; a look at its state is dear.
			try := func(path, body string) {
				t.Helper()
				status := send(s, method, path, body)
				if status >= 500 {
					t.Errorf("%s with %s: %d", path, body, status)
				}
				if status < 400 && !e.reads(method) {
					s = fresh()
				}
			}
			unchanged := func(by string) {
				t.Helper()
				if string(s.Dump()) != before {
					t.Errorf("something that was refused, or only reads, changed the state: %q", by)
					s = fresh()
				}
			}
			for _, body := range []string{"", "{", "null", "[]", "7", `"x"`, "{}{}", "\xff", `{"a":{"a":{"a":1}}}`} {
				try(e.path, body)
			}
			for _, g := range garbage {
				bodies(t, e.body, g, func(body string) { try(e.path, body) })
			}
			unchanged("bodies")
			path, query, _ := strings.Cut(e.path, "?")
			for _, g := range []string{"", "-1", "%00", "99999999999999999999", "true", "[", "é", "a%2Fb", "1;2"} {
				for name := range strings.SplitSeq(query, "&") {
					name, _, _ = strings.Cut(name, "=")
					try(path+"?"+name+"="+g, e.body)
				}
				for i, part := range strings.Split(path, "/") {
					if i > 0 && g != "" && !strings.Contains(on, "/"+part) { // a parameter
						try(strings.Replace(path, part, g, 1), e.body)
					}
				}
			}
			unchanged("paths and queries")
		})
	}
}

func fresh() *Server { return New(Options{Now: (&stagetest.Clock{T: seedDay}).Now}) }

// send is quicker than the wire.
func send(s *Server, method, path, body string) int {
	target, err := url.Parse(v2Path + "/" + Tenant + path)
	if err != nil {
		return 0 // cannot be sent
	}
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	r.URL = target
	r.RequestURI = target.RequestURI()
	r.Header.Set("Authorization", "Bearer "+Token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code
}

// bodies yields the body with each of its values, however deep, replaced.
func bodies(t *testing.T, body string, by any, yield func(string)) {
	if body == "" {
		return
	}
	stagetest.Everywhere(stagetest.Parse(t, body), by, func(changed any) {
		data, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		yield(string(data))
	})
}

func TestUnknownRoutes(t *testing.T) {
	a := connect(t, Options{}).at("")
	for request, want := range map[string]int{
		"GET /": 404, "GET /incorta": 404, "GET /incorta/api/v2": 404, "GET /incorta/api/v2/example": 404, "GET /incorta/api/v2/example/users": 404,
		"GET /incorta/api/v2/example//catalog": 404, "GET /incorta/api/v2/example/x/../catalog": 404, "GET /incorta/api/v3/example/catalog": 404,
		"GET /incorta/api/v2/example/schema/load": 405, "POST /incorta/api/v2/example/catalog": 405, "POST /incorta/api/v2/example/users/resetPasswords": 405,
		"GET /incorta/api/v2/example/catalog": 200, "GET /incorta/api/v2/catalog": 404, "GET /api/v2/example/catalog": 404,
		"GET /incorta/api/v2/example/catalog/": 404, "GET /incorta/api/v2/example/schema/%2e%2e%2fx/status": 404, "GET /oauth2/token": 404,
	} {
		method, path, _ := strings.Cut(request, " ")
		a.want(want, method, path, "")
	}
	if got := a.want(405, "GET", v2Path+"/example/schema/load", "").Header.Get("Allow"); got != "POST" {
		t.Errorf("Allow: %q", got)
	}
	r, _ := http.NewRequest("HEAD", a.URL+v2Path+"/example/catalog", nil)
	r.Header.Set("Authorization", "Bearer "+Token)
	if resp, err := http.DefaultClient.Do(r); err != nil || resp.StatusCode != 200 {
		t.Errorf("HEAD: %v %v", resp, err)
	}
}
