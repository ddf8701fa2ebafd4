package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

// clock is a clock that stands still until it is moved.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func (c *clock) wait(d time.Duration) { c.t = c.t.Add(d) }

// api calls one emulator with one token.
type api struct {
	t     *testing.T
	s     *Server
	url   string
	token string
	clock *clock
}

// connect serves a new emulator whose clock stands still.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	c := &clock{ago(0)}
	if o.Now == nil {
		o.Now = c.now
	}
	s := New(o)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return &api{t, s, srv.URL, AdminToken, c}
}

func (a *api) as(token string) *api {
	b := *a
	b.token = token
	return &b
}

type answer struct {
	status int
	header http.Header
	body   string
}

// do sends "METHOD /path" below /api. A body is JSON unless it begins with PK.
func (a *api) do(request, body string) answer {
	a.t.Helper()
	got, err := a.try(request, body)
	if err != nil {
		a.t.Fatalf("%s: %v", request, err)
	}
	return got
}

func (a *api) try(request, body string) (answer, error) {
	method, path, _ := strings.Cut(request, " ")
	if !strings.HasPrefix(path, "/storage") {
		path = basePath + path
	}
	r, err := http.NewRequest(method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(body, "PK") {
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(out)}, err
}

// an exchange is a request and what its answer has to be. The wanted body may leave out members of objects; an object
// under "*" stands for every element of a list, "…" for any text.
type exchange struct {
	request string
	body    string
	status  int
	want    string
}

func (a *api) want(list ...exchange) {
	a.t.Helper()
	for _, e := range list {
		got := a.do(e.request, e.body)
		if got.status != e.status {
			a.t.Errorf("%s %s: status %d, want %d: %s", e.request, e.body, got.status, e.status, got.body)
			continue
		}
		if e.want == "" {
			continue
		}
		if e.want == "empty" && got.body == "" {
			continue
		}
		if !matches(parse(a.t, got.body), parse(a.t, e.want)) {
			a.t.Errorf("%s %s:\n got %s\nwant %s", e.request, e.body, got.body, e.want)
		}
	}
}

func (a *api) get(path string) object {
	a.t.Helper()
	got := a.do("GET "+path, "")
	if got.status != http.StatusOK {
		a.t.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
	v, _ := parse(a.t, got.body).(object)
	return v
}

func (a *api) list(path string) []any {
	a.t.Helper()
	got := a.do("GET "+path, "")
	v, ok := parse(a.t, got.body).([]any)
	if !ok {
		a.t.Fatalf("GET %s: no list: %d %s", path, got.status, got.body)
	}
	return v
}

func parse(t *testing.T, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %q", err, text)
	}
	return v
}

func matches(got, want any) bool {
	switch want := want.(type) {
	case object:
		g, ok := got.(object)
		for name, v := range want {
			inner, there := g[name]
			ok = ok && there && matches(inner, v)
		}
		return ok
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			return false
		}
		for i := range want {
			ok = ok && matches(g[i], want[i])
		}
		return ok
	case string:
		if want == "…" {
			s, ok := got.(string)
			return ok && s != ""
		}
	}
	return reflect.DeepEqual(got, want)
}

// keys are the names in an object.
func keys(v any) string {
	var out []string
	for name := range v.(object) {
		out = append(out, name)
	}
	return strings.Join(sorted(out), " ")
}
