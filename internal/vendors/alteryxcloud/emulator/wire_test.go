package emulator

import (
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

// api calls one emulator with one token.
type api struct {
	stagetest.Client
	s     *Server
	clock *stagetest.Clock
}

// connect serves a new emulator whose clock stands still, and calls it with the legacy token of the API user.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	c := &stagetest.Clock{T: ago(0)}
	if o.Now == nil {
		o.Now = c.Now
	}
	s := New(o)
	return &api{stagetest.Serve(t, s, "", LegacyToken), s, c}
}

func (a *api) as(token string) *api {
	b := *a
	b.Token = token
	return &b
}

func (a *api) with(name, value string) *api {
	b := *a
	b.Client = a.With(name, value)
	return &b
}

// signIn exchanges a refresh token and calls with the access token. The second result is the next refresh token.
func (a *api) signIn(refresh string) (*api, string) {
	a.T.Helper()
	got := a.renew(refresh)
	if got.Status != http.StatusOK {
		a.T.Fatalf("renewing: %d %s", got.Status, got.Body)
	}
	o := stagetest.Parse(a.T, got.Body).(object)
	return a.as(o["access_token"].(string)), o["refresh_token"].(string)
}

func (a *api) renew(refresh string) stagetest.Answer {
	a.T.Helper()
	return a.form(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {ClientID}})
}

func (a *api) form(v url.Values) stagetest.Answer {
	a.T.Helper()
	got, err := a.as("").with("Content-Type", "application/x-www-form-urlencoded").Try("POST "+TokenPath, v.Encode())
	if err != nil {
		a.T.Fatal(err)
	}
	return got
}

// an exchange is a request and what its answer has to be: see [stagetest.Client.Want].
type exchange struct {
	request string
	body    string
	status  int
	want    string
}

func (a *api) want(list ...exchange) {
	a.T.Helper()
	for _, e := range list {
		a.Want(e.request, e.body, e.status, e.want)
	}
}

// column is one field of every row of a list.
func (a *api) column(path, field string) []any {
	a.T.Helper()
	o := a.Get(path)
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
	a.T.Helper()
	if got := a.column(path, field); !reflect.DeepEqual(any(got), stagetest.Parse(a.T, want)) {
		a.T.Errorf("GET %s: %s is %v, want %s", path, field, got, want)
	}
}

const (
	invalid = `{"exception":{"name":"ApiValidationFailed","message":"…"}}`
	refused = `{"exception":{"name":"ValidationFailed","message":"…"}}`
	denied  = `{"exception":{"name":"AccessControlException","message":"…"}}`
	absent  = `{"exception":{"name":"DataNotFoundException","message":"…"}}`
	noPath  = `{"exception":{"name":"RouteNotFoundException","message":"…","details":"…"}}`
)

const home = "/v4/workspaces/4242"
