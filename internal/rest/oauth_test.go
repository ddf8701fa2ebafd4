package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

const clientSecret = "s3cret/with+signs" // escaped in the header

// tokenServer gives out tokens t1, t2 … and answers other requests with the
// token they came with, 401 if it is not among the valid ones.
type tokenServer struct {
	answer func(w http.ResponseWriter, n int) bool // instead of a token, where it says true
	life   string                                  // as JSON; "" for none
	delay  time.Duration

	mu      sync.Mutex
	tokens  int
	refused map[string]bool
	log     []string
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/webapi/oauth2/token" {
		s.mu.Lock()
		s.tokens++
		n := s.tokens
		s.mu.Unlock()
		form, _ := io.ReadAll(r.Body)
		id, secret, _ := r.BasicAuth()
		s.note(fmt.Sprintf("%s token: %s %s %s", r.Method, form, id, secret))
		time.Sleep(s.delay)
		if s.answer != nil && s.answer(w, n) {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"t%d","token_type":"bearer"`, n)
		if s.life != "" {
			fmt.Fprintf(w, `,"expires_in":%s`, s.life)
		}
		fmt.Fprint(w, "}")
		return
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.note(r.Method + " with " + token)
	s.mu.Lock()
	refused := s.refused[token]
	s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if refused {
		w.WriteHeader(401)
		return
	}
	_ = json.NewEncoder(w).Encode(token + string(body))
}

func (s *tokenServer) note(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, line)
}

func (s *tokenServer) refuse(tokens ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = map[string]bool{}
	for _, t := range tokens {
		s.refused[t] = true
	}
}

func (s *tokenServer) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.log, "; ")
}

func (s *tokenServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

func grant() Options {
	return Options{Path: "/webapi", Auth: ClientCredentials("/oauth2/token", "id/1", clientSecret)}
}

const asked = "POST token: grant_type=client_credentials id%2F1 s3cret%2Fwith%2Bsigns"

func TestToken(t *testing.T) {
	s := &tokenServer{life: "3600"}
	c := serve(t, s.ServeHTTP, Settings{}, grant())
	d := &diary{}
	ctx := WithRules(t.Context(), d)
	for range 3 {
		var out string
		if err := c.Get(ctx, Path("users", "a/b c"), nil, &out); err != nil || out != "t1" {
			t.Errorf("got %q, %v", out, err)
		}
	}
	if want := asked + "; GET with t1; GET with t1; GET with t1"; s.text() != want {
		t.Errorf("the server saw\n%s\nwant\n%s", s.text(), want)
	}
	// The request for the token pays the limit too.
	if want := "before; before; answered 200; answered 200; before; answered 200; before; answered 200"; d.text() != want {
		t.Errorf("the rules saw %q, want %q", d.text(), want)
	}
}

func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		life  string
		keeps time.Duration
	}{
		"an hour":               {"3600", 55 * time.Minute},
		"an hour, as a string":  {`"3600"`, 55 * time.Minute},
		"a day":                 {"86400", 24*time.Hour - 5*time.Minute},
		"50 minutes":            {"3000", 45 * time.Minute},
		"ten minutes":           {"600", 9 * time.Minute},
		"ten seconds":           {"10", 9 * time.Second},
		"a second":              {"1", 900 * time.Millisecond},
		"not said":              {"", 0},
		"0 means not said":      {"0", 0},
		"longer than it may be": {"99999999999", (1<<31-1)*time.Second - 5*time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := &tokenServer{life: tt.life}
			bubble(t, s.ServeHTTP, Settings{}, grant, func(t *testing.T, c *Client) {
				get := func() (out string) {
					if err := c.Get(t.Context(), "/x", nil, &out); err != nil {
						t.Error(err)
					}
					return out
				}
				want := "t1 t1 t2 t2"
				got := get()
				if tt.keeps == 0 {
					time.Sleep(1000 * time.Hour)
					got += " " + get()
					want = "t1 t1"
				} else {
					time.Sleep(tt.keeps - 2*time.Millisecond)
					got += " " + get()
					time.Sleep(4 * time.Millisecond)
					got += " " + get() + " " + get()
				}
				if got != want {
					t.Errorf("expires_in %s: got %s, want %s", tt.life, got, want)
				}
			})
		})
	}
}

// The clock of the run decides, not the machine's.
func TestTokenByTheClockOfTheWorld(t *testing.T) {
	s := &tokenServer{life: "3600"}
	c := serve(t, s.ServeHTTP, Settings{}, grant())
	at := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	c.now = func() time.Time { return at }
	for _, step := range []time.Duration{0, 54 * time.Minute, 2 * time.Minute} {
		at = at.Add(step)
		if err := c.Get(t.Context(), "/x", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if s.count() != 2 {
		t.Errorf("%d tokens in 56 minutes, want 2", s.count())
	}
}

func TestOneTokenForAll(t *testing.T) {
	s := &tokenServer{life: "3600", delay: time.Second}
	bubble(t, s.ServeHTTP, Settings{}, grant, func(t *testing.T, c *Client) {
		began := time.Now()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				var out string
				if err := c.Get(t.Context(), "/x", nil, &out); err != nil || out != "t1" {
					t.Errorf("got %q, %v", out, err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(began); s.count() != 1 || took != time.Second {
			t.Errorf("%d tokens in %v, want 1 in 1s", s.count(), took)
		}
	})
}

func TestRenewal(t *testing.T) {
	large := strings.Repeat("x", 100_000)
	for name, tt := range map[string]struct {
		refused []string
		saw     string
		rules   string
		kind    op.Kind
		out     string
	}{
		"refused once": {
			[]string{"t1"}, asked + "; POST with t1; " + asked + "; POST with t2",
			"before; before; answered 200; answered 401; before; before; answered 200; answered 200", "", "t2" + `{"a":"` + large + `"}`,
		},
		"refused again": {
			[]string{"t1", "t2"}, asked + "; POST with t1; " + asked + "; POST with t2",
			"before; before; answered 200; answered 401; before; before; answered 200; answered 401; after unauthenticated sent", op.Unauthenticated, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &tokenServer{life: "3600"}
			s.refuse(tt.refused...)
			c := serve(t, s.ServeHTTP, Settings{}, grant())
			d := &diary{}
			var out string
			err := c.Post(WithRules(t.Context(), d), "/x", map[string]string{"a": large}, &out)
			if out != tt.out || s.text() != tt.saw || d.text() != tt.rules {
				t.Errorf("got %.20q, %d bytes; the server saw\n%s\nwant\n%s\nthe rules saw\n%s\nwant\n%s", out, len(out), s.text(), tt.saw, d.text(), tt.rules)
			}
			if tt.kind == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			sameError(t, errorOf(t, err), op.Error{
				Kind: tt.kind, Cause: "HTTP 401 Unauthorized", Hint: "check the connection's credentials and what its user may do",
				Status: 401, Attempts: 1, Sent: true, Acts: true, RetryAfter: noWait,
			})
		})
	}
}

// A token that does not change is not worth a second try.
func TestFixedCredentialsAreNotRenewed(t *testing.T) {
	for name, tt := range map[string]struct {
		auth Auth
		want string
	}{
		"bearer": {Bearer("t"), "Bearer t"},
	} {
		t.Run(name, func(t *testing.T) {
			var seen []string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				seen = append(seen, r.Header.Get("Authorization"))
				w.WriteHeader(401)
			}, Settings{}, Options{Auth: tt.auth})
			if err := c.Get(t.Context(), "/x", nil, nil); op.KindOf(err) != op.Unauthenticated || strings.Join(seen, "; ") != tt.want {
				t.Errorf("got %v; the server saw %q, want %q", err, seen, tt.want)
			}
		})
	}
}

// Fifty requests whose token has ended are fifty refusals and one new token.
func TestRenewedOnceForAll(t *testing.T) {
	s := &tokenServer{life: "3600", delay: time.Second}
	bubble(t, s.ServeHTTP, Settings{}, grant, func(t *testing.T, c *Client) {
		if err := c.Get(t.Context(), "/x", nil, nil); err != nil {
			t.Fatal(err)
		}
		s.refuse("t1")
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				var out string
				if err := c.Get(t.Context(), "/x", nil, &out); err != nil || out != "t2" {
					t.Errorf("got %q, %v", out, err)
				}
			})
		}
		wg.Wait()
		if s.count() != 2 {
			t.Errorf("%d tokens, want 2", s.count())
		}
	})
}

func TestNoToken(t *testing.T) {
	const check = "check client_id and client_secret of the connection, and that API access is switched on for their user"
	const url = "check the connection's url; tokens are asked for at BASE/oauth2/token"
	jsonAnswer := func(code int, body string) func(http.ResponseWriter, int) bool {
		return func(w http.ResponseWriter, _ int) bool {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Request-Id", "r-1")
			w.WriteHeader(code)
			fmt.Fprint(w, body)
			return true
		}
	}
	for name, tt := range map[string]struct {
		answer func(http.ResponseWriter, int) bool
		want   op.Error
	}{
		"a wrong secret": {
			jsonAnswer(400, `{"error":"invalid_client"}`),
			op.Error{Kind: op.Unauthenticated, Cause: "invalid_client", Hint: check, Status: 400, RequestID: "r-1"},
		},
		"a wrong secret, in words": {
			jsonAnswer(400, `{"error":"invalid_client","error_description":"The key is disabled."}`),
			op.Error{Kind: op.Unauthenticated, Cause: "The key is disabled.", Hint: check, Status: 400, RequestID: "r-1"},
		},
		"401": {
			jsonAnswer(401, ""),
			op.Error{Kind: op.Unauthenticated, Cause: "HTTP 401 Unauthorized", Hint: check, Status: 401, RequestID: "r-1"},
		},
		"403": {
			jsonAnswer(403, `"no"`),
			op.Error{Kind: op.Unauthenticated, Cause: "no", Hint: check, Status: 403, RequestID: "r-1"},
		},
		"an error with 200": {
			jsonAnswer(200, `{"error":"invalid_client"}`),
			op.Error{Kind: op.Unauthenticated, Cause: "invalid_client", Hint: check, Status: 200, RequestID: "r-1"},
		},
		"the secret comes back": {
			jsonAnswer(400, `{"error_description":"`+strings.Repeat("x", 180)+` secret `+clientSecret+` is wrong"}`),
			op.Error{Kind: op.Unauthenticated, Cause: strings.Repeat("x", 180) + " secret [secret] is…", Hint: check, Status: 400, RequestID: "r-1"},
		},
		"the secret comes back, escaped": {
			jsonAnswer(400, `{"error":"s3cret\/with\u002bsigns is wrong"}`),
			op.Error{Kind: op.Unauthenticated, Cause: "[secret] is wrong", Hint: check, Status: 400, RequestID: "r-1"},
		},
		"404": {
			jsonAnswer(404, ""),
			op.Error{Kind: op.Garbled, Cause: "HTTP 404 Not Found", Hint: url, Status: 404, RequestID: "r-1"},
		},
		"405": {
			jsonAnswer(405, ""),
			op.Error{Kind: op.Garbled, Cause: "HTTP 405 Method Not Allowed", Hint: url, Status: 405, RequestID: "r-1"},
		},
		"500": {
			jsonAnswer(500, `{"message":"database is down"}`),
			op.Error{Kind: op.Unavailable, Cause: "database is down", Status: 500, RequestID: "r-1"},
		},
		"429": {
			func(w http.ResponseWriter, n int) bool {
				w.Header().Set("Retry-After", "9")
				return jsonAnswer(429, "")(w, n)
			},
			op.Error{Kind: op.Limited, Cause: "HTTP 429 Too Many Requests", Status: 429, RequestID: "r-1", RetryAfter: 9 * time.Second},
		},
		"dropped": {
			func(w http.ResponseWriter, _ int) bool { drop(w); return true },
			op.Error{Kind: op.Unavailable, Cause: "the connection to HOST broke before the answer was complete: EOF"},
		},
		"a page": {
			func(w http.ResponseWriter, _ int) bool {
				fmt.Fprint(w, "<!DOCTYPE html><title>Welcome</title>")
				return true
			},
			op.Error{Kind: op.Garbled, Cause: `HTTP 200: it answered a web page titled "Welcome" instead of data`, Hint: "check the connection's url, now BASE; a login page or a proxy may be in the way", Status: 200},
		},
		"a page with 503": {
			func(w http.ResponseWriter, _ int) bool {
				w.WriteHeader(503)
				fmt.Fprint(w, "<!DOCTYPE html><title>Maintenance</title>")
				return true
			},
			op.Error{Kind: op.Unavailable, Cause: `HTTP 503 Service Unavailable, with a web page titled "Maintenance" instead of an answer`, Status: 503},
		},
		"no token in it": {
			jsonAnswer(200, `{"token_type":"bearer"}`),
			op.Error{Kind: op.Garbled, Cause: "the answer holds none", Hint: url},
		},
		"nothing": {
			jsonAnswer(200, ``),
			op.Error{Kind: op.Garbled, Cause: "the answer holds none", Hint: url},
		},
		"no JSON": {
			jsonAnswer(200, `token=abc`),
			op.Error{Kind: op.Garbled, Cause: "the answer holds none", Hint: url},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &tokenServer{answer: tt.answer}
			c := serve(t, s.ServeHTTP, Settings{}, grant())
			want := tt.want
			if !strings.HasPrefix(want.Cause, "no access token: ") {
				want.Cause = "no access token: " + want.Cause
			}
			want.Cause = strings.ReplaceAll(want.Cause, "HOST", c.base.Host)
			want.Hint = strings.ReplaceAll(want.Hint, "BASE", c.Base())
			want.Attempts, want.Acts = 1, true // never Sent: the call itself did not leave
			if want.RetryAfter == 0 {
				want.RetryAfter = noWait
			}
			err := c.Post(t.Context(), "/x", nil, nil)
			sameError(t, errorOf(t, err), want)
			if s.text() != asked {
				t.Errorf("the server saw %q, want %q", s.text(), asked)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), clientSecret) || strings.Contains(e.Error(), "s3cret") {
					t.Errorf("the secret is in %q", e)
				}
			}
		})
	}
}

func TestNoConnectionForToken(t *testing.T) {
	url := closedPort(t)
	c := open(t, Settings{URL: url}, grant())
	sameError(t, errorOf(t, c.Post(t.Context(), "/x", nil, nil)), op.Error{
		Kind: op.Unavailable, Cause: "no access token: no connection to " + strings.TrimPrefix(url, "http://") + ": connection refused",
		Hint: "check the connection's url, the network and the proxy", Attempts: 1, Acts: true, RetryAfter: noWait,
	})
}

func TestSlowToken(t *testing.T) {
	s := &tokenServer{delay: time.Hour}
	bubble(t, s.ServeHTTP, Settings{Timeout: op.Some(3.0)}, grant, func(t *testing.T, c *Client) {
		began := time.Now()
		sameError(t, errorOf(t, c.Post(t.Context(), "/x", nil, nil)), op.Error{
			Kind: op.Timeout, Cause: "no access token: no answer from localhost in 3s", Attempts: 1, Acts: true, RetryAfter: noWait,
		})
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("took %v", took)
		}
		time.Sleep(time.Hour) // the server's side ends
	})
}

// A token request that fails for now is made again under the rules of the
// call, for the call was not sent.
func TestTokenIsAskedForAgain(t *testing.T) {
	s := &tokenServer{answer: func(w http.ResponseWriter, n int) bool {
		if n == 1 {
			w.WriteHeader(503)
		}
		return n == 1
	}}
	bubble(t, s.ServeHTTP, Settings{}, grant, func(t *testing.T, c *Client) {
		d := &diary{waits: []time.Duration{time.Second}}
		if err := c.Post(WithRules(t.Context(), d), "/x", nil, nil); err != nil {
			t.Error(err)
		}
		want := "before; before; answered 503; after unavailable; before; before; answered 200; answered 200"
		if d.text() != want {
			t.Errorf("the rules saw\n%s\nwant\n%s", d.text(), want)
		}
	})
}

// Who is refused together was refused once: fifty failed sign-ins at a time
// would lock the account. A later call asks anew.
func TestRefusedOnceForAll(t *testing.T) {
	s := &tokenServer{delay: time.Second, answer: func(w http.ResponseWriter, _ int) bool { w.WriteHeader(401); return true }}
	bubble(t, s.ServeHTTP, Settings{}, grant, func(t *testing.T, c *Client) {
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				e := errorOf(t, c.Post(t.Context(), "/x", nil, nil))
				if e.Kind != op.Unauthenticated || e.Sent || e.Attempts != 1 {
					t.Errorf("got %s, sent %v, %d attempts", e.Kind, e.Sent, e.Attempts)
				}
			})
		}
		wg.Wait()
		if s.count() != 1 {
			t.Errorf("%d requests for a token, want 1", s.count())
		}
		_ = c.Get(t.Context(), "/x", nil, nil)
		if s.count() != 2 {
			t.Errorf("%d requests for a token after another call, want 2", s.count())
		}
	})
}

// One call that is stopped while it fetches the token for all does not take
// the others with it.
func TestStoppedWhileFetchingToken(t *testing.T) {
	s := &tokenServer{delay: 2 * time.Second}
	bubble(t, s.ServeHTTP, Settings{}, grant, func(t *testing.T, c *Client) {
		reason := &op.Error{Kind: op.Cancelled, Cause: "the operator stopped the run", RetryAfter: noWait}
		ctx, cancel := context.WithCancelCause(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			sameError(t, errorOf(t, c.Post(ctx, "/x", nil, nil)), op.Error{Kind: op.Cancelled, Cause: "the operator stopped the run", Attempts: 1, Acts: true, RetryAfter: noWait})
		})
		synctest.Wait()
		waiting, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		wg.Go(func() { // gives up while it waits for its turn
			sameError(t, errorOf(t, c.Post(waiting, "/x", nil, nil)), op.Error{Kind: op.Timeout, Cause: "the call took longer than it may", Attempts: 1, Acts: true, RetryAfter: noWait})
		})
		synctest.Wait()
		wg.Go(func() {
			var out string
			if err := c.Get(t.Context(), "/x", nil, &out); err != nil || out != "t2" {
				t.Errorf("got %q, %v", out, err)
			}
		})
		synctest.Wait()
		time.Sleep(1500 * time.Millisecond)
		cancel(reason)
		wg.Wait()
		time.Sleep(time.Minute) // the server's side ends
	})
}

// A guard that keeps the token request from being sent is not called a
// problem with the token.
func TestGuardBeforeToken(t *testing.T) {
	s := &tokenServer{}
	c := serve(t, s.ServeHTTP, Settings{}, grant())
	d := &diary{waits: make([]time.Duration, 5), before: func(n int) error {
		if n == 2 {
			return &op.Error{Kind: op.Refused, Cause: "enough", RetryAfter: noWait}
		}
		return nil
	}}
	sameError(t, errorOf(t, c.Post(WithRules(t.Context(), d), "/x", nil, nil)), op.Error{Kind: op.Refused, Cause: "enough", Attempts: 1, Acts: true, RetryAfter: noWait})
	if d.text() != "before; before" || s.text() != "" {
		t.Errorf("the rules saw %q, the server %q", d.text(), s.text())
	}
}

// The secret goes to the connection's host, or nowhere.
func TestTokenRequestIsNotRedirected(t *testing.T) {
	other, seen := stranger(t)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{other + "/token", "/webapi/elsewhere"} {
			var elsewhere atomic.Int64
			s := &tokenServer{answer: func(w http.ResponseWriter, _ int) bool {
				w.Header().Set("Location", to)
				w.WriteHeader(code)
				return true
			}}
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/webapi/elsewhere" {
					elsewhere.Add(1)
				}
				s.ServeHTTP(w, r)
			}, Settings{}, grant())
			full := to
			if strings.HasPrefix(to, "/") {
				full = strings.TrimSuffix(c.Base(), "/webapi") + to
			}
			sameError(t, errorOf(t, c.Post(t.Context(), "/x", nil, nil)), op.Error{
				Kind: op.Garbled, Cause: "no access token: the server redirects the request to " + full + "; a write is not redirected",
				Hint: "set the connection's url to the address that it redirects to", Attempts: 1, Acts: true, RetryAfter: noWait,
			})
			if seen.Load() != 0 || elsewhere.Load() != 0 {
				t.Fatalf("%d to %s: followed", code, to)
			}
		}
	}
}

// other is an Auth whose second try needs no request of its own.
type other struct{}

func (other) Authorize(*http.Request) error { return nil }
func (other) Renew(*http.Request) bool      { return true }

// The second try has the body again. Only a connection that was not used
// before shows it: on others the transport mends a body that is used up.
func TestSecondTryHasTheBody(t *testing.T) {
	var seen []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		seen = append(seen, string(b))
		w.Header().Set("Connection", "close")
		if len(seen) == 1 {
			w.WriteHeader(401)
		}
	}, Settings{}, Options{Auth: other{}})
	err := c.Post(t.Context(), "/x", map[string]int{"a": 1}, nil)
	if got := strings.Join(seen, " "); err != nil || got != `{"a":1} {"a":1}` {
		t.Errorf("the server saw %s, %v", got, err)
	}
}
