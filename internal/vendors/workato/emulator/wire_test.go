package emulator

import (
	"slices"
	"strings"
	"testing"

	"runner/internal/vendors/stage/stagetest"
)

// api calls one emulator with one token, below /api.
type api struct {
	stagetest.Client
	s     *Server
	clock *stagetest.Clock
}

// connect serves a new emulator whose clock stands still.
func connect(t *testing.T, o Options) *api {
	t.Helper()
	c := &stagetest.Clock{T: ago(0)}
	if o.Now == nil {
		o.Now = c.Now
	}
	s := New(o)
	return &api{stagetest.Serve(t, s, basePath, AdminToken), s, c}
}

func (a *api) as(token string) *api {
	b := *a
	b.Token = token
	return &b
}

// outside calls what is not below /api.
func (a *api) outside() *api {
	b := *a
	b.Base = ""
	return &b
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

// keys are the names in an object.
func keys(v any) string {
	var out []string
	for name := range v.(object) {
		out = append(out, name)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
