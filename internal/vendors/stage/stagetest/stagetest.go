// Package stagetest is how tests talk to emulators: a clock, a client for the
// wire, and what good requests become when something does not belong there.
// It knows no vendor.
package stagetest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// A Clock stands still until it is moved.
type Clock struct{ T time.Time }

// Now is what an emulator asks.
func (c *Clock) Now() time.Time { return c.T }

// Wait moves the clock on.
func (c *Clock) Wait(d time.Duration) { c.T = c.T.Add(d) }

// A Client calls one server over the wire, with one token. It follows no
// redirects.
type Client struct {
	T      testing.TB
	URL    string
	Base   string      // that paths lie below
	Token  string      // none if empty
	Header http.Header // what is sent along
}

// Serve is a client of a new server, which lasts as long as the test.
func Serve(t testing.TB, h http.Handler, base, token string) Client {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Client{T: t, URL: s.URL, Base: base, Token: token}
}

// With is a client that sends another header along.
func (c Client) With(name, value string) Client {
	if c.Header = c.Header.Clone(); c.Header == nil {
		c.Header = http.Header{}
	}
	c.Header.Set(name, value)
	return c
}

// An Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Try sends "METHOD /path". A body is JSON unless it begins with PK or a
// header says otherwise.
func (c Client) Try(request, body string) (Answer, error) {
	method, path, _ := strings.Cut(request, " ")
	r, err := http.NewRequest(method, c.URL+c.Base+path, strings.NewReader(body))
	if err != nil {
		c.T.Errorf("%s: %v", request, err)
		return Answer{}, err
	}
	if strings.HasPrefix(body, "PK") {
		r.Header.Set("Content-Type", "application/octet-stream")
	} else if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	maps.Copy(r.Header, c.Header)
	r.Host = c.Header.Get("Host")
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	return Answer{resp.StatusCode, resp.Header, string(out)}, err
}

// Do is Try, where there has to be an answer.
func (c Client) Do(request, body string) Answer {
	c.T.Helper()
	got, err := c.Try(request, body)
	if err != nil {
		c.T.Fatalf("%s: %v", request, err)
	}
	return got
}

// Want sends a request and compares the answer. What is wanted may leave out
// members of objects; "…" stands for any text in it, "empty" for no body, and
// nothing for any.
func (c Client) Want(request, body string, status int, want string) {
	c.T.Helper()
	got := c.Do(request, body)
	switch {
	case got.Status != status:
		c.T.Errorf("%s %s: status %d, want %d: %s", request, body, got.Status, status, got.Body)
	case want == "" || want == "empty" && got.Body == "":
	case want == "empty" || !Matches(Parse(c.T, got.Body), Parse(c.T, want)):
		c.T.Errorf("%s %s:\n got %s\nwant %s", request, body, got.Body, want)
	}
}

// Get is the object at a path.
func (c Client) Get(path string) map[string]any {
	c.T.Helper()
	v, _ := c.read(path).(map[string]any)
	return v
}

// List is the list at a path.
func (c Client) List(path string) []any {
	c.T.Helper()
	v, ok := c.read(path).([]any)
	if !ok {
		c.T.Fatalf("GET %s: no list", path)
	}
	return v
}

func (c Client) read(path string) any {
	c.T.Helper()
	got := c.Do("GET "+path, "")
	if got.Status != http.StatusOK {
		c.T.Fatalf("GET %s: %d %s", path, got.Status, got.Body)
	}
	return Parse(c.T, got.Body)
}

// Parse reads JSON; numbers stay as they are written.
func Parse(t testing.TB, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %q", err, text)
	}
	return v
}

// Matches compares values as Want does.
func Matches(got, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for name, v := range want {
			inner, there := g[name]
			ok = ok && there && Matches(inner, v)
		}
		return ok
	case []any:
		g, ok := got.([]any)
		return ok && slices.EqualFunc(g, want, Matches)
	case string:
		if want == "…" {
			s, ok := got.(string)
			return ok && s != ""
		}
	}
	return reflect.DeepEqual(got, want)
}

// Everywhere yields a value with each of its parts, however deep, replaced.
func Everywhere(v, by any, yield func(any)) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			with := func(x any) {
				changed := maps.Clone(v)
				changed[name] = x
				yield(changed)
			}
			with(by)
			Everywhere(inner, by, with)
		}
	case []any:
		for i, inner := range v {
			with := func(x any) {
				changed := slices.Clone(v)
				changed[i] = x
				yield(changed)
			}
			with(by)
			Everywhere(inner, by, with)
		}
	}
}
