package rest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"runner/internal/op"
)

// stranger is a server that must get nothing; it counts what it gets.
func stranger(t *testing.T) (url string, got *atomic.Int64) {
	t.Helper()
	got = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got.Add(1) }))
	t.Cleanup(s.Close)
	return s.URL, got
}

func TestRedirects(t *testing.T) {
	other, seen := stranger(t)
	const moved = "set the connection's url to the address that it redirects to"
	for name, tt := range map[string]struct {
		method   string
		code     int
		location string // SELF stands for the server
		want     op.Error
	}{
		"to another port": {
			"GET", 302, other + "/y",
			op.Error{Cause: "the server redirects to another port or protocol, " + other + "; credentials do not go there", Hint: "set the connection's url to that address if it is right"},
		},
		"to another host": {
			"GET", 302, strings.Replace(other, "127.0.0.1", "localhost", 1) + "/y",
			op.Error{Cause: "the server redirects to another host, " + strings.Replace(other, "127.0.0.1", "localhost", 1) + "; credentials do not go there", Hint: "set the connection's url to that host if it is right"},
		},
		"to a host below": {
			"GET", 307, "http://www.127.0.0.1/y",
			op.Error{Cause: "the server redirects to another host, http://www.127.0.0.1; credentials do not go there", Hint: "set the connection's url to that host if it is right"},
		},
		"with a password, to another host": {
			"GET", 302, "http://user:pw@evil.example/y",
			op.Error{Cause: "the server redirects to another host, http://evil.example; credentials do not go there", Hint: "set the connection's url to that host if it is right"},
		},
		"to another protocol": {
			"GET", 302, "ftp://127.0.0.1/y",
			op.Error{Cause: "the server redirects to another port or protocol, ftp://127.0.0.1; credentials do not go there", Hint: "set the connection's url to that address if it is right"},
		},
		"to nothing that can be read": {
			"GET", 302, "http://[::1/%zz",
			op.Error{Cause: "the server redirects to an address that cannot be read", Hint: "check the connection's url"},
		},
		"in a loop": {
			"GET", 302, "/loop",
			op.Error{Cause: "the server redirects in a loop: 10 times, last to /loop", Hint: "check the connection's url"},
		},
		"HEAD in a loop": {
			"HEAD", 302, "/loop",
			op.Error{Cause: "the server redirects in a loop: 10 times, last to /loop", Hint: "check the connection's url"},
		},
		"POST, 301":   {"POST", 301, "/y", op.Error{Cause: "the server redirects the request to SELF/y; a write is not redirected", Hint: moved}},
		"POST, 302":   {"POST", 302, "/y", op.Error{Cause: "the server redirects the request to SELF/y; a write is not redirected", Hint: moved}},
		"POST, 303":   {"POST", 303, "/y", op.Error{Cause: "the server redirects the request to SELF/y; a write is not redirected", Hint: moved}},
		"POST, 307":   {"POST", 307, "/y", op.Error{Cause: "the server redirects the request to SELF/y; a write is not redirected", Hint: moved}},
		"PUT, 308":    {"PUT", 308, other + "/a%20b", op.Error{Cause: "the server redirects the request to " + other + "/a%20b; a write is not redirected", Hint: moved}},
		"DELETE, 302": {"DELETE", 302, "/y", op.Error{Cause: "the server redirects the request to SELF/y; a write is not redirected", Hint: moved}},
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int64
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				n.Add(1)
				w.Header().Set("Location", tt.location)
				w.Header().Set("X-Request-Id", "r-1")
				w.WriteHeader(tt.code)
			}, Settings{}, Options{Auth: Bearer("t")})
			want := tt.want
			want.Cause = strings.ReplaceAll(want.Cause, "SELF", c.Base())
			want.Kind, want.Attempts, want.Sent, want.RetryAfter = op.Garbled, 1, true, noWait
			want.Acts = tt.method != "GET" && tt.method != "HEAD"
			if !strings.Contains(name, "cannot be read") && !strings.Contains(name, "nothing that") {
				want.Status, want.RequestID = tt.code, "r-1"
			}
			_, err := c.Do(t.Context(), Request{Method: tt.method, Path: "/x", Body: body(tt.method)})
			sameError(t, errorOf(t, err), want)
			wantN := int64(1)
			if strings.Contains(name, "loop") {
				wantN = 10
			}
			if n.Load() != wantN || seen.Load() != 0 {
				t.Errorf("the server saw %d requests, want %d; the other one %d, want none", n.Load(), wantN, seen.Load())
			}
		})
	}
}

func body(method string) any {
	if method == "POST" || method == "PUT" {
		return map[string]int{"a": 1}
	}
	return nil
}

func TestRedirectOnTheSameHost(t *testing.T) {
	var seen []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization")+" "+r.Header.Get("X-Tenant"))
		switch r.URL.Path {
		case "/api/old":
			http.Redirect(w, r, "/api/new?x=1", http.StatusMovedPermanently)
		case "/api/new":
			http.Redirect(w, r, "http://"+r.Host+"/api/newer", http.StatusTemporaryRedirect)
		default:
			fmt.Fprint(w, `{"id":7}`)
		}
	}, Settings{}, Options{Path: "/api", Auth: Bearer("t")})
	d := &diary{}
	var out thing
	err := c.JSON(WithRules(t.Context(), d), Request{Method: "GET", Path: "/old", Header: http.Header{"X-Tenant": {"acme"}}}, &out)
	want := "GET /api/old Bearer t acme\nGET /api/new?x=1 Bearer t acme\nGET /api/newer Bearer t acme"
	if got := strings.Join(seen, "\n"); err != nil || out != (thing{ID: 7}) || got != want {
		t.Errorf("got %+v, %v after\n%s\nwant\n%s", out, err, got, want)
	}
	// Every request that leaves pays the limit.
	if want := "before; answered 301; before; answered 307; before; answered 200"; d.text() != want {
		t.Errorf("the rules saw %q, want %q", d.text(), want)
	}
}

func TestRedirectBetweenProtocols(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(302)
			return
		}
		fmt.Fprintf(w, "%q", r.Header.Get("Authorization"))
	}))
	t.Cleanup(secure.Close)
	plain, seen := stranger(t)
	trusted := Settings{URL: secure.URL, CA: pemOf(secure.Certificate())}

	c := open(t, trusted, Options{Auth: Bearer("t")})
	_, err := c.Do(t.Context(), Request{Method: "GET", Path: "/x", Query: map[string][]string{"to": {plain}}})
	sameError(t, errorOf(t, err), op.Error{
		Kind: op.Garbled, Cause: "the server redirects from https to plain http", Hint: "ask the server's administrator",
		Status: 302, Attempts: 1, Sent: true, RetryAfter: noWait,
	})
	if seen.Load() != 0 {
		t.Error("the request went to plain http")
	}

	// A server that sends its visitors to https may.
	front := httptest.NewServer(http.RedirectHandler(secure.URL, http.StatusFound))
	t.Cleanup(front.Close)
	trusted.URL = front.URL
	var out string
	if err := open(t, trusted, Options{Auth: Bearer("t")}).Get(t.Context(), "/x", nil, &out); err != nil || out != "Bearer t" {
		t.Errorf("from http to https: got %q, %v", out, err)
	}
}

// The port that goes without saying is the same when it is said.
func TestSameHost(t *testing.T) {
	for name, tt := range map[string]struct {
		to, from string
		want     bool
	}{
		"the same":               {"https://a.example/x", "https://a.example/y", true},
		"other case":             {"https://A.Example", "https://a.example", true},
		"the port said":          {"https://a.example:443", "https://a.example", true},
		"the port not said":      {"http://a.example", "http://a.example:80", true},
		"another port":           {"https://a.example:8443", "https://a.example", false},
		"another host":           {"https://b.example", "https://a.example", false},
		"a host below":           {"https://x.a.example", "https://a.example", false},
		"a host above":           {"https://example", "https://a.example", false},
		"to https":               {"https://a.example", "http://a.example:8080", true},
		"to http":                {"http://a.example", "https://a.example", false},
		"IPv6":                   {"http://[::1]:80", "http://[::1]", true},
		"a name with more to it": {"https://a.example.evil", "https://a.example", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sameHost(mustParse(t, tt.to), mustParse(t, tt.from)); got != tt.want {
				t.Errorf("sameHost(%q, %q) = %v, want %v", tt.to, tt.from, got, tt.want)
			}
		})
	}
}

// A request may go to another address, a download for instance; what was
// meant for the connection's host does not go with it.
func TestOtherAddressWithoutCredentials(t *testing.T) {
	var seen string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.URL.String() + " " + r.Header.Get("Authorization")
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(other.Close)
	home, asked := stranger(t)
	c := open(t, Settings{URL: home}, Options{Auth: ClientCredentials("/token", "id", "secret")})
	_, err := c.Do(t.Context(), Request{Method: "GET", URL: mustParse(t, other.URL+"/file?sig=a%2Fb"), Query: map[string][]string{"v": {"1"}}})
	if got := errorOf(t, err); got.Kind != op.Unauthenticated || seen != "/file?sig=a%2Fb&v=1 " || asked.Load() != 0 {
		t.Errorf("got %v; the other server saw %q, ours %d requests for a token", got.Kind, seen, asked.Load())
	}
	other.CloseClientConnections()
	transportOf(c).DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF }
	_, err = c.Do(t.Context(), Request{Method: "GET", URL: mustParse(t, "https://files.example/x")})
	if got, want := errorOf(t, err).Cause, "no connection to files.example: EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = c.Do(t.Context(), Request{Method: "GET", URL: mustParse(t, "http://files.example/x")})
	if got, want := errorOf(t, err).Cause, "http://files.example would send credentials unencrypted"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
