package alteryxcloud

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"runner/internal/op"
)

// shelf keeps tokens in memory.
type shelf struct {
	mu     sync.Mutex
	kept   map[string]string
	failed error // what Update fails with, after the change
	log    []string
}

func (s *shelf) Update(_ context.Context, name string, change func(string) (string, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, err := change(s.kept[name])
	switch {
	case err != nil:
		return err
	case s.failed != nil:
		return s.failed
	}
	if s.kept == nil {
		s.kept = map[string]string{}
	}
	s.kept[name] = next
	s.log = append(s.log, next)
	return nil
}

// site is a workspace and the issuer of its tokens. Tokens are refresh-1,
// refresh-2 and so on, each good once; access tokens count along.
type site struct {
	*httptest.Server
	mu        sync.Mutex
	n         int // the good refresh token is refresh-n
	refreshes int
	calls     []string
	lose      bool // the next answer to a refresh is lost after the rotation
	expire    bool // the next call is answered 401
	shelf     *shelf
}

func newSite(t *testing.T) *site {
	s := &site{n: 1, shelf: &shelf{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/as/token" {
		s.refreshes++
		_ = r.ParseForm()
		if r.Form.Get("grant_type") != "refresh_token" || r.Form.Get("client_id") != "c1" || r.Header.Get("Authorization") != "" ||
			r.Form.Get("refresh_token") != fmt.Sprintf("refresh-%d", s.n) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"error": "invalid_grant", "error_description": "unknown token %s"}`, r.Form.Get("refresh_token"))
			return
		}
		s.n++
		if s.lose {
			s.lose = false
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, `{"access_token": "access-%d", "refresh_token": "refresh-%d", "token_type": "Bearer", "expires_in": "300", "scope": ""}`, s.n, s.n)
		return
	}
	// The access token must not be used before the next refresh token is kept.
	if len(s.shelf.log) == 0 || s.shelf.log[len(s.shelf.log)-1] != fmt.Sprintf("refresh-%d", s.n) {
		s.calls = append(s.calls, "used before it was kept")
	}
	s.calls = append(s.calls, r.Header.Get("Authorization"))
	if s.expire || r.Header.Get("Authorization") != fmt.Sprintf("Bearer access-%d", s.n) {
		s.expire = false
		w.WriteHeader(401)
		fmt.Fprint(w, `{"exception": {"name": "UnauthorizedException", "message": "Unauthorized"}}`)
		return
	}
	fmt.Fprint(w, `{"id": 7, "name": "Finance"}`)
}

func (s *site) connect(t *testing.T, store op.TokenStore, refresh string) op.Client {
	t.Helper()
	b, _ := json.Marshal(map[string]any{"url": s.URL, "issuer": s.URL + "/as", "client_id": "c1", "refresh_token": refresh})
	c, err := Module.Connect(op.World{Tokens: store}, b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func call(t *testing.T, c op.Client) error {
	t.Helper()
	_, err := getCurrentWorkspace.Perform(t.Context(), c.Vendor, nil)
	return err
}

func TestRefreshTokenRotates(t *testing.T) {
	s := newSite(t)
	c := s.connect(t, s.shelf, "refresh-1")
	for range 3 {
		if err := call(t, c); err != nil {
			t.Fatal(err)
		}
	}
	// Another process goes on with what is kept, not with the settings.
	if err := call(t, s.connect(t, s.shelf, "refresh-1")); err != nil {
		t.Fatal(err)
	}
	want := "Bearer access-2 Bearer access-2 Bearer access-2 Bearer access-3"
	if got := strings.Join(s.calls, " "); got != want || s.refreshes != 2 {
		t.Errorf("calls were %s after %d refreshes, want %s after 2", got, s.refreshes, want)
	}
	// One made by hand begins anew.
	s.n = 50
	if err := call(t, s.connect(t, s.shelf, "refresh-50")); err != nil {
		t.Errorf("a new refresh token in the settings: %v", err)
	}
}

func TestRefusedAccessTokenIsRenewedOnce(t *testing.T) {
	s := newSite(t)
	c := s.connect(t, s.shelf, "refresh-1")
	if err := call(t, c); err != nil {
		t.Fatal(err)
	}
	s.expire = true
	if err := call(t, c); err != nil || s.refreshes != 2 {
		t.Errorf("after a 401: %v, %d refreshes, want 2", err, s.refreshes)
	}
}

func TestWithoutStoreNothingIsUsedUp(t *testing.T) {
	s := newSite(t)
	err := call(t, s.connect(t, nil, "refresh-1"))
	if op.KindOf(err) != op.Unauthenticated || !strings.Contains(err.Error(), "nowhere to keep") || s.refreshes != 0 {
		t.Errorf("got %v after %d refreshes, want unauthenticated after none", err, s.refreshes)
	}
}

func TestRefusedRefreshToken(t *testing.T) {
	s := newSite(t)
	err := call(t, s.connect(t, s.shelf, "refresh-used"))
	var e *op.Error
	if !errors.As(err, &e) || e.Kind != op.Unauthenticated || strings.Contains(e.Error(), "refresh-used") || !strings.Contains(e.Hint, "make a new OAuth 2.0 API token") {
		t.Errorf("got %#v, want unauthenticated without the token", e)
	}
}

func TestLostAnswerToRefresh(t *testing.T) {
	s := newSite(t)
	s.lose = true
	c := s.connect(t, s.shelf, "refresh-1")
	var e *op.Error
	if err := call(t, c); !errors.As(err, &e) || e.Kind != op.Unavailable || e.Sent || !strings.Contains(e.Hint, "make a new OAuth 2.0 API token") {
		t.Errorf("the refresh got no answer: %#v, want unavailable, and the call not sent", e)
	}
	if err := call(t, c); !errors.As(err, &e) || e.Kind != op.Unauthenticated || !strings.Contains(e.Cause, "was lost") {
		t.Errorf("the call after it: %#v, want unauthenticated", e)
	}
}

// A token that was rotated and cannot be kept is not used, and not lost either.
func TestStoreThatCannotKeep(t *testing.T) {
	s := newSite(t)
	s.shelf.failed = errors.New("disk full")
	c := s.connect(t, s.shelf, "refresh-1")
	for range 2 {
		if err := call(t, c); op.KindOf(err) != op.Unavailable || !strings.Contains(err.Error(), "could not be kept: disk full") {
			t.Errorf("got %v, want unavailable", err)
		}
	}
	if len(s.calls) > 0 || s.refreshes != 1 {
		t.Errorf("%d refreshes, and calls %v; want 1 and none", s.refreshes, s.calls)
	}
	s.shelf.failed = nil
	if err := call(t, c); err != nil || s.refreshes != 1 {
		t.Errorf("once there is room: %v, %d refreshes, want 1", err, s.refreshes)
	}
}

func TestOneRefreshForManyCalls(t *testing.T) {
	s := newSite(t)
	c := s.connect(t, s.shelf, "refresh-1")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := call(t, c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s.refreshes != 1 {
		t.Errorf("%d refreshes, want 1", s.refreshes)
	}
}

// The end of a call must not cut off a refresh: its answer is the only copy of
// the next token.
func TestStoppedCallKeepsTheNextToken(t *testing.T) {
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	store := &stopping{shelf: s.shelf, stop: cancel}
	_, _ = getCurrentWorkspace.Perform(ctx, s.connect(t, store, "refresh-1").Vendor, nil)
	if len(s.shelf.log) != 1 || s.shelf.log[0] != "refresh-2" {
		t.Errorf("kept are %v, want refresh-2", s.shelf.log)
	}
}

// stopping ends the call just before its refresh.
type stopping struct {
	*shelf
	stop func()
}

func (s *stopping) Update(ctx context.Context, name string, change func(string) (string, error)) error {
	s.stop()
	return s.shelf.Update(ctx, name, change)
}

func TestSettings(t *testing.T) {
	jwt := "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"https://pingauth-au1.example.com/as","client_id":"af32"}`)) + ".sig"
	for name, tt := range map[string]struct{ settings, account, failure string }{
		"a region":            {`{"access_token":"t-o-k","region":"us1"}`, "https://us1.alteryxcloud.com with an API access token", ""},
		"capitals, workspace": {`{"access_token":"t-o-k","region":" EU1","workspace_id":7}`, "https://eu1.alteryxcloud.com, workspace 7 with an API access token", ""},
		"an address":          {`{"access_token":"t-o-k","url":"https://us1.alteryxcloud.com"}`, "https://us1.alteryxcloud.com with an API access token", ""},
		"OAuth":               {`{"refresh_token":"t-o-k","region":"us1","client_id":"c1"}`, "https://us1.alteryxcloud.com with OAuth client c1", ""},
		"OAuth by its claims": {`{"refresh_token":"t-o-k","region":"au1","access_token":"` + jwt + `"}`, "https://au1.alteryxcloud.com with OAuth client af32", ""},
		"no region":           {`{"access_token":"t-o-k"}`, "", "setting region: it is missing"},
		"a region like no other": {`{"access_token":"t-o-k","region":"us1.evil.example/"}`, "",
			`setting region: "us1.evil.example/" is not the name of a region`},
		"no token":            {`{"region":"us1"}`, "", "setting refresh_token: it is missing"},
		"no client id":        {`{"refresh_token":"t-o-k","region":"us1"}`, "", "setting client_id: it is missing"},
		"no issuer":           {`{"refresh_token":"t-o-k","region":"au1","client_id":"c1"}`, "", "setting issuer: it is missing"},
		"an issuer in plain":  {`{"refresh_token":"t-o-k","region":"us1","client_id":"c1","issuer":"http://idp.example.com"}`, "", "setting issuer: http://idp.example.com would send credentials unencrypted"},
		"no workspace number": {`{"access_token":"t-o-k","region":"us1","workspace_id":0}`, "", "setting workspace_id: 0 is not the number of a workspace"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Module.Connect(op.World{}, []byte(tt.settings))
			if err != nil || tt.failure != "" {
				if err == nil || err.Error() != tt.failure {
					t.Errorf("Connect(%s): %v, want %q", tt.settings, err, tt.failure)
				}
				return
			}
			if c.Account != tt.account || strings.Contains(c.Account, "t-o-k") {
				t.Errorf("Connect(%s) leads to %q, want %q", tt.settings, c.Account, tt.account)
			}
		})
	}
}

func TestTwoHosts(t *testing.T) {
	for name, tt := range map[string]struct{ settings, plain, api string }{
		"a region":        {`{"access_token":"t","region":"us1"}`, "https://us1.alteryxcloud.com", "https://api.us1.alteryxcloud.com"},
		"an address":      {`{"access_token":"t","url":"https://eu1.alteryxcloud.com/"}`, "https://eu1.alteryxcloud.com", "https://api.eu1.alteryxcloud.com"},
		"another address": {`{"access_token":"t","url":"http://127.0.0.1:8080"}`, "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		"both addresses":  {`{"access_token":"t","url":"https://a.example.com","api_url":"https://b.example.com"}`, "https://a.example.com", "https://b.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Module.Connect(op.World{}, []byte(tt.settings))
			if err != nil {
				t.Fatal(err)
			}
			x := c.Vendor.(*client)
			if x.plain.Base() != tt.plain || x.api.Base() != tt.api {
				t.Errorf("hosts are %s and %s, want %s and %s", x.plain.Base(), x.api.Base(), tt.plain, tt.api)
			}
		})
	}
}

// Without the setting the workspace is asked for once; the project goes to the
// API host only.
func TestWorkspaceIsAskedForOnce(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path+" "+r.Header.Get("X-Api-Project-Id"))
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/v4/workspaces/current" {
			fmt.Fprint(w, `{"id": 7}`)
			return
		}
		fmt.Fprint(w, `{"data": []}`)
	}))
	defer server.Close()
	c, err := Module.Connect(op.World{}, fmt.Appendf(nil, `{"url":%q,"access_token":"t","project_id":"p1"}`, server.URL))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := listMembers.Perform(t.Context(), c.Vendor, nil); err != nil {
			t.Fatal(err)
		}
	}
	want := "/v4/workspaces/current  /iam/v1/workspaces/7/people p1 /iam/v1/workspaces/7/people p1"
	if strings.Join(got, " ") != want {
		t.Errorf("requests were %v, want %s", got, want)
	}
}

func TestRunsCarryTheKey(t *testing.T) {
	for verb, args := range map[string]string{"run_plan": `{"plan_id":1}`, "run_flow": `{"flow_id":1}`, "run_recipe": `{"recipe_id":1}`} {
		got := ""
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("X-Execution-Id")
			fmt.Fprint(w, `{"id": 1, "flowRunId": 1, "planSnapshotRunId": 1}`)
		}))
		c, err := Module.Connect(op.World{}, fmt.Appendf(nil, `{"url":%q,"access_token":"t"}`, server.URL))
		if err != nil {
			t.Fatal(err)
		}
		o, _ := Module.Operation(verb)
		if _, err := o.Perform(op.WithKey(t.Context(), "0123abcd"), c.Vendor, []byte(args)); err != nil || got != "0123abcd" || o.Idempotency != op.Keyed {
			t.Errorf("%s sent the key %q, %v", verb, got, err)
		}
		server.Close()
	}
}
