package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

// api calls one emulator over the wire, as one user and in one version.
type api struct {
	t      *testing.T
	s      *Server
	clock  *stagetest.Clock
	host   string
	prefix string
	token  string
}

// connect starts an emulator whose clock stands still, and calls v2 as the API user.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	c := &stagetest.Clock{T: seedDay}
	if o.Now == nil {
		o.Now = c.Now
	}
	s := New(o)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return &api{t, s, c, srv.URL, "/incorta/api/v2/example", "emulated-pat-api-runner"}
}

// as calls as somebody else.
func (a api) as(name string) *api {
	a.token = TokenOf(name)
	return &a
}

// at calls below another path.
func (a api) at(prefix string) *api {
	a.prefix = prefix
	return &a
}

// answer is what came back; the body is JSON values if it is JSON, or else text.
type answer struct {
	status int
	header http.Header
	text   string
	json   any
}

func (a *api) try(method, path, body string, header ...string) (*answer, error) {
	r, err := http.NewRequest(method, a.host+a.prefix+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	out := &answer{resp.StatusCode, resp.Header, string(data), nil}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		err = dec.Decode(&out.json)
	}
	return out, err
}

// want sends a request and fails the test unless the answer has the status.
func (a *api) want(status int, method, path, body string, header ...string) *answer {
	a.t.Helper()
	got, err := a.try(method, path, body, header...)
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	if got.status != status {
		a.t.Fatalf("%s %s %s: status %d, want %d: %s", method, path, body, got.status, status, got.text)
	}
	if status >= 400 && !strings.HasPrefix(got.get("message"), "INC_") {
		a.t.Errorf("%s %s: an error without a message: %s", method, path, got.text)
	}
	return got
}

func (a *api) post(path, body string) *answer { a.t.Helper(); return a.want(200, "POST", path, body) }
func (a *api) get(path string) *answer        { a.t.Helper(); return a.want(200, "GET", path, "") }

// at goes down into the answer: "groups.0.status". It is nil where there is nothing.
func (n *answer) at(path string) any {
	v := n.json
	for part := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

// get is a value as text; what is not there is empty.
func (n *answer) get(path string) string {
	v := n.at(path)
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// each takes a value out of every item of a list.
func (n *answer) each(path, field string) []string {
	out := []string{}
	items, _ := n.at(path).([]any)
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			out = append(out, fmt.Sprint(o[field]))
		}
	}
	return out
}

// same compares an answer with JSON.
func (n *answer) same(t *testing.T, want string) {
	t.Helper()
	var v any
	dec := json.NewDecoder(strings.NewReader(want))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(n.json, v) {
		t.Errorf("got %s, want %s", n.text, want)
	}
}

// dump is what the emulator remembers.
func (a *api) dump() string { return string(a.s.Dump()) }

// find is the record of a list in the state that has a value in a field.
func (a *api) find(list, field, value string) map[string]any {
	a.t.Helper()
	rows, _ := a.s.State()[list].([]any)
	for _, row := range rows {
		if o := row.(map[string]any); fmt.Sprint(o[field]) == value {
			return o
		}
	}
	a.t.Fatalf("%s has no %s %s", list, field, value)
	return nil
}
