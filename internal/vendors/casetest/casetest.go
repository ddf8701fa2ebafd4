// Package casetest runs a vendor's case files: one file per operation and
// outcome, with the call, the requests it must send, the answers of the
// vendor's documentation, and what comes of it.
//
//	What the case shows, in a line or more.
//	-- call --
//	alteryx.get_user {"user_id": "7"}
//	-- request --
//	GET /webapi/v3/users/7
//	-- answer --
//	200
//	{"id": "7", …}
//	-- result --
//	{"id": "7", …}
//
// A call that sends several requests has several pairs of request and answer.
// After the first line of a request stands its body, if it has one; a body
// that is not JSON is compared as text, and "Header: value" lines before the
// body are required headers. After the status of an answer may stand headers,
// an empty line and the body. A result that fails is an object with the field
// "error": the fields of op.Error that the case is about.
//
// A case with a section "since", a moment, is about the operation's probe: the
// call is not sent but looked for, as if it had been sent then and not been
// answered. Its result is what the call would have answered, or null if it did
// not land.
package casetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"runner/internal/op"
)

// A Case is one case file.
type Case struct {
	Name      string // file name without its ending
	Operation string // module.verb_noun
	Args      []byte
	Exchanges []Exchange
	Result    []byte
	Since     time.Time // of a case about the probe
}

// An Exchange is a request that is expected, and its answer.
type Exchange struct {
	Method, Target string
	Header         map[string]string
	Body           []byte
	Status         int
	AnswerHeader   map[string]string
	Answer         []byte
}

// Load reads the case files of a folder.
func Load(t testing.TB, dir string) []Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files in %s: %v", dir, err)
	}
	var cases []Case
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		c, err := parse(txtar.Parse(b))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		c.Name = strings.TrimSuffix(filepath.Base(f), ".txtar")
		cases = append(cases, c)
	}
	return cases
}

func parse(a *txtar.Archive) (c Case, err error) {
	if len(bytes.TrimSpace(a.Comment)) == 0 {
		return c, fmt.Errorf("the first line must say what the case shows")
	}
	for _, f := range a.Files {
		data := bytes.TrimSpace(f.Data)
		switch f.Name {
		case "call":
			name, args, _ := strings.Cut(string(data), " ")
			c.Operation, c.Args = name, []byte(strings.TrimSpace(args))
			if len(c.Args) == 0 {
				c.Args = []byte("{}")
			}
		case "request":
			line, rest, _ := strings.Cut(string(data), "\n")
			x := Exchange{}
			x.Method, x.Target, _ = strings.Cut(strings.TrimSpace(line), " ")
			x.Header, x.Body = headed(rest)
			c.Exchanges = append(c.Exchanges, x)
		case "answer":
			if len(c.Exchanges) == 0 {
				return c, fmt.Errorf("an answer without a request")
			}
			x := &c.Exchanges[len(c.Exchanges)-1]
			line, rest, _ := strings.Cut(string(data), "\n")
			if x.Status, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
				return c, err
			}
			x.AnswerHeader, x.Answer = headed(rest)
		case "result":
			c.Result = data
		case "since":
			if c.Since, err = time.Parse(time.RFC3339, string(data)); err != nil {
				return c, err
			}
		default:
			return c, fmt.Errorf("no section is called %q", f.Name)
		}
	}
	if c.Operation == "" || c.Result == nil {
		return c, fmt.Errorf("a case needs a call and a result")
	}
	return c, nil
}

// headed splits leading "Name: value" lines from a body.
func headed(text string) (map[string]string, []byte) {
	header := map[string]string{}
	for {
		line, rest, _ := strings.Cut(text, "\n")
		name, value, ok := strings.Cut(line, ": ")
		if !ok || strings.ContainsAny(name, " {[\"<") {
			return header, []byte(strings.TrimSpace(text))
		}
		header[name] = value
		text = rest
	}
}

// Server answers the requests of a case in order and complains about others.
// Requests for tokens are answered beside.
func Server(t testing.TB, c Case) *httptest.Server {
	next := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.HasSuffix(r.URL.Path, "/oauth2/token") {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"case-token","token_type":"bearer","expires_in":3600}`))
			return
		}
		if next >= len(c.Exchanges) {
			t.Errorf("an unexpected request: %s %s %s", r.Method, r.URL, body)
			w.WriteHeader(http.StatusTeapot)
			return
		}
		x := c.Exchanges[next]
		next++
		x.check(t, r, body)
		for name, value := range x.AnswerHeader {
			w.Header().Set(name, value)
		}
		if len(x.AnswerHeader) == 0 && json.Valid(x.Answer) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
		w.WriteHeader(x.Status)
		_, _ = w.Write(x.Answer)
	}))
	t.Cleanup(func() {
		s.Close()
		if next < len(c.Exchanges) {
			t.Errorf("only %d of %d requests were sent", next, len(c.Exchanges))
		}
	})
	return s
}

func (x Exchange) check(t testing.TB, r *http.Request, body []byte) {
	want, err := url.Parse(x.Target)
	if err != nil {
		t.Errorf("request target %q: %v", x.Target, err)
		return
	}
	if got := r.URL; r.Method != x.Method || got.EscapedPath() != want.EscapedPath() || got.Query().Encode() != want.Query().Encode() {
		t.Errorf("request\n got %s %s\nwant %s %s", r.Method, r.URL.RequestURI(), x.Method, x.Target)
	}
	for name, value := range x.Header {
		if got := r.Header.Get(name); got != value {
			t.Errorf("request header %s = %q, want %q", name, got, value)
		}
	}
	if !SameJSON(body, x.Body) {
		t.Errorf("request body of %s %s\n got %s\nwant %s", x.Method, x.Target, body, x.Body)
	}
}

// SameJSON compares two JSON texts by value, and other texts by letter.
func SameJSON(a, b []byte) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		clean := func(s []byte) string { return strings.TrimSpace(strings.ReplaceAll(string(s), "\r\n", "\n")) }
		return clean(a) == clean(b)
	}
	return reflect.DeepEqual(x, y)
}

// Run runs the case files in testdata against a module. settings are those of
// a connection, without its url.
func Run(t *testing.T, m *op.Module, settings map[string]any) {
	RunWith(t, m, func(Case) map[string]any { return settings })
}

// RunWith is Run with settings that depend on the case.
func RunWith(t *testing.T, m *op.Module, settings func(Case) map[string]any) {
	covered := map[string]bool{}
	for _, c := range Load(t, "testdata") {
		covered[c.Operation] = covered[c.Operation] || c.Since.IsZero()
		t.Run(c.Name, func(t *testing.T) { c.Run(t, m, settings(c)) })
	}
	for _, o := range m.Operations {
		if !covered[o.Name] {
			t.Errorf("%s has no case file", o.Name)
		}
	}
}

// Run runs one case.
func (c Case) Run(t *testing.T, m *op.Module, settings map[string]any) {
	o, ok := m.Operation(strings.TrimPrefix(c.Operation, m.Name+"."))
	if !ok {
		t.Fatalf("no operation is called %s", c.Operation)
	}
	if !strings.HasPrefix(c.Name, o.Verb()) {
		t.Errorf("the file's name must begin with %s", o.Verb())
	}
	client := Connect(t, m, Server(t, c).URL, settings)
	result, err := c.outcome(o, client.Vendor)
	if err != nil {
		c.checkError(t, err)
		return
	}
	if !SameJSON(result, c.Result) {
		t.Errorf("result\n got %s\nwant %s", result, c.Result)
	}
}

func (c Case) outcome(o *op.Operation, client any) ([]byte, error) {
	if c.Since.IsZero() {
		return o.Perform(context.Background(), client, c.Args)
	}
	if _, ok := o.CanProbe(); !ok {
		return nil, fmt.Errorf("%s has no probe", o.Name)
	}
	result, landed, err := o.Look(context.Background(), client, c.Args, c.Since)
	if err == nil && !landed {
		result = []byte("null")
	}
	return result, err
}

func (c Case) checkError(t *testing.T, err error) {
	var want struct{ Error map[string]any }
	if json.Unmarshal(c.Result, &want) != nil || want.Error == nil {
		t.Fatalf("failed with %s: %v", op.KindOf(err), err)
	}
	b, _ := json.Marshal(err)
	var got map[string]any
	if json.Unmarshal(b, &got) != nil {
		t.Fatalf("not an op.Error: %v", err)
	}
	for field, w := range want.Error {
		if !reflect.DeepEqual(got[field], w) {
			t.Errorf("error.%s = %v, want %v\nof %s", field, got[field], w, b)
		}
	}
}

// Connect opens a connection to a test server.
func Connect(t testing.TB, m *op.Module, address string, settings map[string]any) op.Client {
	t.Helper()
	all := map[string]any{"url": address}
	for k, v := range settings {
		all[k] = v
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	client, err := m.Connect(op.World{Agent: "runner-test"}, b)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
