package emulator

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

// api calls one emulator over the wire, as one user and in one version.
type api struct {
	stagetest.Client
	s     *Server
	clock *stagetest.Clock
}

// connect starts an emulator whose clock stands still, and calls v2 as the API user.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	c := &stagetest.Clock{T: seedDay}
	if o.Now == nil {
		o.Now = c.Now
	}
	s := New(o)
	return &api{stagetest.Serve(t, s, "/incorta/api/v2/example", "emulated-pat-api-runner"), s, c}
}

// as calls as somebody else.
func (a api) as(name string) *api {
	a.Token = TokenOf(name)
	return &a
}

// at calls below another path.
func (a api) at(prefix string) *api {
	a.Base = prefix
	return &a
}

// answer is what came back; the body is JSON values if it is JSON, or else text.
type answer struct {
	stagetest.Answer
	json any
}

func (a *api) try(method, path, body string, header ...string) (*answer, error) {
	c := a.Client
	for i := 0; i < len(header); i += 2 {
		c = c.With(header[i], header[i+1])
	}
	got, err := c.Try(method+" "+path, body)
	if err != nil {
		return nil, err
	}
	out := &answer{Answer: got}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		out.json = stagetest.Parse(a.T, got.Body)
	}
	return out, nil
}

// want sends a request and fails the test unless the answer has the status.
func (a *api) want(status int, method, path, body string, header ...string) *answer {
	a.T.Helper()
	got, err := a.try(method, path, body, header...)
	if err != nil {
		a.T.Fatalf("%s %s: %v", method, path, err)
	}
	if got.Status != status {
		a.T.Fatalf("%s %s %s: status %d, want %d: %s", method, path, body, got.Status, status, got.Body)
	}
	if status >= 400 && !strings.HasPrefix(got.get("message"), "INC_") {
		a.T.Errorf("%s %s: an error without a message: %s", method, path, got.Body)
	}
	return got
}

func (a *api) post(path, body string) *answer { a.T.Helper(); return a.want(200, "POST", path, body) }
func (a *api) get(path string) *answer        { a.T.Helper(); return a.want(200, "GET", path, "") }

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
	if !reflect.DeepEqual(n.json, stagetest.Parse(t, want)) {
		t.Errorf("got %s, want %s", n.Body, want)
	}
}

// dump is what the emulator remembers.
func (a *api) dump() string { return string(a.s.Dump()) }

// find is the record of a list in the state that has a value in a field.
func (a *api) find(list, field, value string) map[string]any {
	a.T.Helper()
	rows, _ := a.s.State()[list].([]any)
	for _, row := range rows {
		if o := row.(map[string]any); fmt.Sprint(o[field]) == value {
			return o
		}
	}
	a.T.Fatalf("%s has no %s %s", list, field, value)
	return nil
}
