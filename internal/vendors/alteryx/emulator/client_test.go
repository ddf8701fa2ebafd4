package emulator

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

// People and things of the seed that the tests use besides the constants.
const (
	ada, lin, grace, omar = "61d57bea3c15317e1a48205b", "61d57bea3c15317e1a48205c", "61d57bea3c15317e1a482002", "61d57bea3c15317e1a48205d"
	priya, zoe, paul      = "61d57bea3c15317e1a48205e", "61d57bea3c15317e1a48205f", "61d57bea3c15317e1a482060"
	nia, sean, victor     = "61d57bea3c15317e1a482061", "61d57bea3c15317e1a482062", "61d57bea3c15317e1a482069"
	monthEnd, reports     = "63b1d2083c15317e1a4a0001", "63b1d2083c15317e1a4a0002"
	doneJob, runningJob   = "6917386e3c15317e1a500002", "6917386e3c15317e1a50000b"
	queuedJob             = "6917386e3c15317e1a50000c"
)

// api calls one emulator as one user.
type api struct {
	t     *testing.T
	s     *Server
	token string
}

// connect logs in as the API user of a new emulator whose clock stands still.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	if o.Now == nil {
		o.Now = (&stagetest.Clock{T: ago(0)}).Now
	}
	return (&api{t: t, s: New(o)}).as(apiUserID)
}

func (a *api) as(userID string) *api {
	a.t.Helper()
	key, secret := Keys(userID)
	r := httptest.NewRequest("POST", tokenPath, strings.NewReader("grant_type=client_credentials"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(key, secret)
	w := httptest.NewRecorder()
	a.s.ServeHTTP(w, r)
	var got struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.AccessToken == "" {
		a.t.Fatalf("token for %s: %d %s", userID, w.Code, w.Body)
	}
	return &api{a.t, a.s, got.AccessToken}
}

// form is a body to be sent as multipart; "file" is the uploaded file.
type form map[string]string

// do sends a request, with a body that is nothing, raw JSON, a value, a flat form or a multipart form.
func (a *api) do(method, path string, body any) *httptest.ResponseRecorder {
	a.t.Helper()
	var data []byte
	mediaType := "application/json"
	switch body := body.(type) {
	case nil:
	case string:
		data = []byte(body)
	case url.Values:
		mediaType, data = "application/x-www-form-urlencoded", []byte(body.Encode())
	case form:
		var buf bytes.Buffer
		m := multipart.NewWriter(&buf)
		for name, value := range body {
			if name != "file" {
				m.WriteField(name, value)
				continue
			}
			if f, err := m.CreateFormFile("file", "upload.yxzp"); err == nil {
				f.Write([]byte(value))
			}
		}
		m.Close()
		mediaType, data = m.FormDataContentType(), buf.Bytes()
	default:
		var err error
		if data, err = json.Marshal(body); err != nil {
			a.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, basePath+path, bytes.NewReader(data))
	if data != nil {
		r.Header.Set("Content-Type", mediaType)
	}
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	w := httptest.NewRecorder()
	a.s.ServeHTTP(w, r)
	return w
}

// want sends a request and fails the test unless the answer has the status. It returns the body as plain values, or as
// text if it is not JSON.
func (a *api) want(status int, method, path string, body any) any {
	a.t.Helper()
	w := a.do(method, path, body)
	if w.Code != status {
		a.t.Fatalf("%s %s: status %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	if w.Body.Len() == 0 {
		return nil
	}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		return w.Body.String()
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		a.t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
	}
	return v
}

func (a *api) get(path string) map[string]any {
	a.t.Helper()
	v, ok := a.want(http.StatusOK, "GET", path, nil).(map[string]any)
	if !ok {
		a.t.Fatalf("GET %s: not an object", path)
	}
	return v
}

func (a *api) list(path string) []any {
	a.t.Helper()
	v, ok := a.want(http.StatusOK, "GET", path, nil).([]any)
	if !ok {
		a.t.Fatalf("GET %s: not a list", path)
	}
	return v
}

type object = map[string]any

// with returns a copy of an object with other values; nil takes one away.
func with(o object, changes object) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	for k, v := range changes {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

// message returns what an error says, be it an object or a bare string.
func message(v any) string {
	if o, ok := v.(object); ok {
		v = o["message"]
	}
	s, _ := v.(string)
	return s
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
