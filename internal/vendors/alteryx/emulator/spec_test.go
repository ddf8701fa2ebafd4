package emulator

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

// This file holds the emulator against a real Server's own swagger document: every operation is exercised, and every
// answer must have a declared status and fit its schema.

const specFile = "../../../../../shared/specs/alteryx-server-v3.swagger.json"

func loadSpec(t *testing.T) *openapi3.T {
	t.Helper()
	data, err := os.ReadFile(specFile)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the swagger document of a Server is not here: " + specFile)
	}
	if err != nil {
		t.Fatal(err)
	}
	var v2 openapi2.T
	if err := json.Unmarshal(data, &v2); err != nil {
		t.Fatal(err)
	}
	spec, err := openapi2conv.ToV3(&v2)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// lists are operations whose schema is one object though their description says list, or says "all". Every item of the
// answer must fit.
var lists = map[string]bool{
	"GET /v3/dcm/admin/connections":             true,
	"GET /v3/dcm/admin/connectionhandlingrules": true,
	"GET /v3/jobs/{jobId}/messages":             true,
}

// undeclared are answers that the swagger does not have, and why they are given all the same.
var undeclared = map[string]string{
	"PUT /v3/users/{userId} 404": "there is no better answer for a user who does not exist",
}

// operations yields the operations of the swagger by name.
func operations(spec *openapi3.T) map[string]*openapi3.Operation {
	out := map[string]*openapi3.Operation{}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			out[method+" "+path] = op
		}
	}
	return out
}

func (e exercise) path(pattern string) string {
	path := pattern
	for name, value := range e.params {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	if e.query != "" {
		path += "?" + e.query
	}
	return path
}

func TestEveryOperationFitsTheSwagger(t *testing.T) {
	spec := loadSpec(t)
	for mode, set := range map[string]map[string][]exercise{"": exercises, "Windows ": windowsExercises} {
		for name, list := range set {
			op := operations(spec)[name]
			if op == nil {
				t.Errorf("%s is not in the swagger", name)
				continue
			}
			for _, e := range list {
				t.Run(mode+name+"?"+e.query, func(t *testing.T) {
					a := connect(t, Options{Windows: mode != ""})
					if e.prepare != nil {
						e.prepare(a)
					}
					if e.as != "" {
						a = a.as(e.as)
					}
					method, pattern, _ := strings.Cut(name, " ")
					w := a.do(method, e.path(pattern), e.body)
					if want := max(e.status, http.StatusOK); w.Code != want {
						t.Fatalf("status %d, want %d: %s", w.Code, want, w.Body)
					}
					fits(t, name, op, w)
				})
			}
		}
	}
	for name := range operations(spec) {
		if exercises[name] == nil && windowsExercises[name] == nil {
			t.Errorf("%s is not exercised", name)
		}
	}
}

// fits checks an answer against what the operation declares.
func fits(t *testing.T, name string, op *openapi3.Operation, w *httptest.ResponseRecorder) {
	t.Helper()
	declared := op.Responses.Value(strconv.Itoa(w.Code))
	if declared == nil {
		if undeclared[name+" "+strconv.Itoa(w.Code)] == "" {
			t.Errorf("status %d is not declared: %s", w.Code, w.Body)
		}
		return
	}
	media := declared.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("not JSON: %v: %s", err, w.Body)
	}
	items := []any{v}
	if lists[name] {
		items, _ = v.([]any)
		if len(items) == 0 {
			t.Errorf("want a list with something in it, got %s", w.Body)
		}
	}
	for _, item := range items {
		if err := media.Schema.Value.VisitJSON(item); err != nil {
			t.Errorf("status %d does not fit: %v\n%s", w.Code, err, w.Body)
		}
	}
}

// TestErrorsFitTheSwagger provokes the same refusals everywhere: no token, something that does not exist, no body, a body
// of the wrong kind.
func TestErrorsFitTheSwagger(t *testing.T) {
	spec := loadSpec(t)
	all := maps.Clone(exercises)
	maps.Copy(all, windowsExercises)
	for name, list := range all {
		op, e := operations(spec)[name], list[0]
		method, pattern, _ := strings.Cut(name, " ")
		refused := func(t *testing.T, a *api, path string, body any, want int) {
			t.Helper()
			w := a.do(method, path, body)
			if w.Code != want {
				t.Errorf("status %d, want %d: %s", w.Code, want, w.Body)
			}
			fits(t, name, op, w)
		}
		user := apiUserID
		if e.as != "" {
			user = e.as
		}
		t.Run(name+" without a token", func(t *testing.T) {
			refused(t, &api{t: t, s: New(Options{})}, e.path(pattern), e.body, http.StatusUnauthorized)
		})
		if len(e.params) > 0 {
			t.Run(name+" of nothing", func(t *testing.T) {
				unknown := exercise{params: map[string]string{}}
				for param := range e.params {
					unknown.params[param] = "000000000000000000000000"
				}
				refused(t, connect(t, Options{Windows: windowsExercises[name] != nil}).as(user), unknown.path(pattern), e.body,
					http.StatusNotFound)
			})
		}
		if e.body == nil {
			continue
		}
		t.Run(name+" with no body", func(t *testing.T) {
			if strings.HasSuffix(name, "/jobs") || strings.HasPrefix(name, "PATCH") {
				t.Skip("nothing in this body is required")
			}
			refused(t, connect(t, Options{}).as(user), e.path(pattern), nil, http.StatusBadRequest)
		})
		t.Run(name+" with a body of wrong types", func(t *testing.T) {
			body, ok := e.body.(object)
			if !ok {
				t.Skip("the body is not an object")
			}
			wrong := object{}
			for field := range body {
				wrong[field] = []int{1}
			}
			refused(t, connect(t, Options{}).as(user), e.path(pattern), wrong, http.StatusBadRequest)
		})
	}
}

// TestReducedUsers is apart because the swagger types the list of users as full in either view.
func TestReducedUsers(t *testing.T) {
	schema := loadSpec(t).Components.Schemas["ReducedUserView"].Value
	users := connect(t, Options{}).list("/v3/users")
	if len(users) != len(people) {
		t.Errorf("%d users, want %d", len(users), len(people))
	}
	for _, u := range users {
		if err := schema.VisitJSON(u); err != nil {
			t.Error(err)
		}
		if _, full := u.(object)["canScheduleJobs"]; full {
			t.Errorf("the default view is not reduced: %v", u)
		}
	}
}
