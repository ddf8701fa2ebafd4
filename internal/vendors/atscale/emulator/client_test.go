package emulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

type object = map[string]any

// api calls one emulator as one user.
type api struct {
	t     *testing.T
	s     *Server
	clock *stagetest.Clock
	token string
}

// connect signs the API user in to a new emulator whose clock stands still.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	c := &stagetest.Clock{T: ago(0)}
	o.Now = c.Now
	return (&api{t: t, s: New(o), clock: c}).as(Username)
}

// as signs somebody in, in the way of the edition.
func (a *api) as(username string) *api {
	a.t.Helper()
	out := *a
	if a.s.opts.Edition == Container {
		w := (&api{t: a.t, s: a.s, token: APITokenOf(username)}).do("POST", "/v1/token", "{}")
		var got struct {
			AccessToken string `json:"accessToken"`
		}
		if json.Unmarshal(w.Body.Bytes(), &got) != nil || got.AccessToken == "" {
			a.t.Fatalf("token for %s: %d %s", username, w.Code, w.Body)
		}
		out.token = got.AccessToken
		return &out
	}
	w := a.login("/default/auth", username, PasswordOf(username))
	if w.Code != http.StatusOK {
		a.t.Fatalf("login of %s: %d %s", username, w.Code, w.Body)
	}
	out.token = w.Body.String()
	return &out
}

func (a *api) login(path, username, password string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.SetBasicAuth(username, password)
	w := httptest.NewRecorder()
	a.s.ServeHTTP(w, r)
	return w
}

// do sends a request with a body as it is. XML and forms are told by their beginnings.
func (a *api) do(method, path, body string) *httptest.ResponseRecorder {
	a.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	switch {
	case strings.HasPrefix(body, "<"):
		r.Header.Set("Content-Type", "application/xml")
	case strings.HasPrefix(body, "--cut\r\n"):
		r.Header.Set("Content-Type", "multipart/form-data; boundary=cut")
	case strings.HasPrefix(body, "grant_type"):
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	default:
		r.Header.Set("Content-Type", "application/json")
	}
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	w := httptest.NewRecorder()
	a.s.ServeHTTP(w, r)
	return w
}

// want sends a request and fails the test unless the answer has the status. It returns what is inside the envelope, or
// the whole body if there is none; a text if it is no JSON.
func (a *api) want(status int, method, path, body string) any {
	a.t.Helper()
	w := a.do(method, path, body)
	if w.Code != status {
		a.t.Fatalf("%s %s: status %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	return inside(a.t, w)
}

func inside(t *testing.T, w *httptest.ResponseRecorder) any {
	t.Helper()
	if w.Header().Get("Content-Type") != "application/json" {
		return w.Body.String()
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if o, ok := v.(object); ok && o["status"] != nil {
		if response, ok := o["response"]; ok {
			return response
		}
	}
	return v
}

func (a *api) get(path string) object {
	a.t.Helper()
	v, ok := a.want(http.StatusOK, "GET", path, "").(object)
	if !ok {
		a.t.Fatalf("GET %s: not an object", path)
	}
	return v
}

func (a *api) list(path string) []any {
	a.t.Helper()
	v, ok := a.want(http.StatusOK, "GET", path, "").([]any)
	if !ok {
		a.t.Fatalf("GET %s: not a list", path)
	}
	return v
}

// refusal sends a request that is to be refused without an effect, and returns what the refusal says.
func (a *api) refusal(status int, method, path, body string) string {
	a.t.Helper()
	before := string(a.s.Dump())
	o, _ := a.want(status, method, path, body).(object)
	text, _ := o["error"].(string)
	if text == "" {
		a.t.Errorf("%s %s: no response.error", method, path)
	}
	if string(a.s.Dump()) != before {
		a.t.Errorf("%s %s: something that was refused changed the state", method, path)
	}
	return text
}

// values reads JSON that is written out in a test.
func values(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

func same(t *testing.T, what string, got any, want string) {
	t.Helper()
	if !reflect.DeepEqual(got, values(t, want)) {
		text, _ := json.Marshal(got)
		t.Errorf("%s: got %s, want %s", what, text, want)
	}
}

// with finds the element of a list in which a member has a value.
func with(list []any, name string, value any) object {
	for _, v := range list {
		if o, _ := v.(object); o[name] == value {
			return o
		}
	}
	return nil
}
