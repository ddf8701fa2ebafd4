package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	t      *testing.T
	s      *Server
	url    string
	token  string
	header http.Header
	clock  *clock
}

// connect serves a new emulator whose clock stands still, and calls it with the legacy token of the API user.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	c := &clock{ago(0)}
	if o.Now == nil {
		o.Now = c.now
	}
	s := New(o)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return &api{t, s, srv.URL, LegacyToken, http.Header{}, c}
}

func (a *api) as(token string) *api {
	b := *a
	b.token = token
	return &b
}

func (a *api) with(name, value string) *api {
	b := *a
	b.header = a.header.Clone()
	b.header.Set(name, value)
	return &b
}

// signIn exchanges a refresh token and calls with the access token. The second result is the next refresh token.
func (a *api) signIn(refresh string) (*api, string) {
	a.t.Helper()
	got := a.renew(refresh)
	if got.status != http.StatusOK {
		a.t.Fatalf("renewing: %d %s", got.status, got.body)
	}
	o := parse(a.t, got.body).(object)
	return a.as(o["access_token"].(string)), o["refresh_token"].(string)
}

func (a *api) renew(refresh string) answer {
	a.t.Helper()
	return a.form(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {ClientID}})
}

func (a *api) form(v url.Values) answer {
	a.t.Helper()
	got, err := a.as("").with("Content-Type", "application/x-www-form-urlencoded").try("POST "+TokenPath, v.Encode())
	if err != nil {
		a.t.Fatal(err)
	}
	return got
}

type answer struct {
	status int
	header http.Header
	body   string
}

// do sends "METHOD /path". A body is JSON unless a header says otherwise.
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
	r, err := http.NewRequest(method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range a.header {
		r.Header[name] = values
	}
	r.Host = a.header.Get("Host")
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(out)}, err
}

// an exchange is a request and what its answer has to be. The wanted body may leave out members of objects; "…" stands
// for any text, "empty" for no body.
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
		if e.want == "" || e.want == "empty" && got.body == "" {
			continue
		}
		if e.want == "empty" || !matches(parse(a.t, got.body), parse(a.t, e.want)) {
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

// column is one field of every row of a list.
func (a *api) column(path, field string) []any {
	a.t.Helper()
	o := a.get(path)
	rows, ok := o["data"].([]any)
	if !ok {
		rows = o["groups"].([]any)
	}
	out := []any{}
	for _, r := range rows {
		out = append(out, r.(object)[field])
	}
	return out
}

// wantColumn compares a column with what it is as JSON.
func (a *api) wantColumn(path, field, want string) {
	a.t.Helper()
	if got := a.column(path, field); !reflect.DeepEqual(any(got), parse(a.t, want)) {
		a.t.Errorf("GET %s: %s is %v, want %s", path, field, got, want)
	}
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

const (
	invalid = `{"exception":{"name":"ApiValidationFailed","message":"…"}}`
	refused = `{"exception":{"name":"ValidationFailed","message":"…"}}`
	denied  = `{"exception":{"name":"AccessControlException","message":"…"}}`
	absent  = `{"exception":{"name":"DataNotFoundException","message":"…"}}`
	noPath  = `{"exception":{"name":"RouteNotFoundException","message":"…","details":"…"}}`
)

const home = "/v4/workspaces/4242"
