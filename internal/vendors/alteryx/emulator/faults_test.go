package emulator

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/vendors/stage"
)

// dropped sends a request and reports whether the connection was closed without an answer.
func (a *api) dropped(method, path string, body any) (gone bool) {
	defer func() {
		if r := recover(); r != nil {
			gone = r == http.ErrAbortHandler
		}
	}()
	a.do(method, path, body)
	return false
}

func TestFaults(t *testing.T) {
	group := object{"name": "x", "role": "Viewer"}
	groups := func(a *api) int { return len(a.list("/v3/usergroups")) }
	for name, tt := range map[string]struct {
		fault   stage.Fault
		dropped bool
		status  int
		applied int
	}{
		"drop before":    {stage.Fault{Kind: stage.DropBefore, Method: "POST"}, true, 0, 0},
		"drop after":     {stage.Fault{Kind: stage.DropAfter, Path: "/v3/usergroups"}, true, 0, 1},
		"status":         {stage.Fault{Kind: stage.Status, Path: "/webapi/v3/usergroups", Status: 503, Body: "busy"}, false, 503, 0},
		"status after":   {stage.Fault{Kind: stage.StatusAfter}, false, 500, 1},
		"expired":        {stage.Fault{Kind: stage.ExpireTokens}, false, 401, 0},
		"another method": {stage.Fault{Kind: stage.Status, Method: "PUT"}, false, 201, 1},
		"another path":   {stage.Fault{Kind: stage.Status, Path: "/v3/users/*"}, false, 201, 1},
		"the end":        {stage.Fault{Kind: stage.Status, Path: "/v3/{$}"}, false, 201, 1},
		"one too deep":   {stage.Fault{Kind: stage.Status, Path: "/v3/usergroups/*"}, false, 201, 1},
		"later":          {stage.Fault{Kind: stage.Status, After: 1}, false, 201, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			before := groups(a)
			a.s.Inject(tt.fault)
			if tt.dropped {
				if !a.dropped("POST", "/v3/usergroups", group) {
					t.Error("the connection was not dropped")
				}
			} else {
				a.want(tt.status, "POST", "/v3/usergroups", group)
			}
			log := a.s.Requests()
			if last := log[len(log)-1]; last.Status != tt.status || last.Path != "/webapi/v3/usergroups" || !strings.Contains(string(last.Body), "Viewer") {
				t.Errorf("logged %+v", last)
			}
			a.s.Mend()
			if got := groups(a.as(apiUserID)) - before; got != tt.applied {
				t.Errorf("%d groups were made, want %d", got, tt.applied)
			}
		})
	}
}

func TestFaultsTakeTurns(t *testing.T) {
	a := connect(t, Options{})
	a.s.Inject(stage.Fault{Kind: stage.Status, Status: 500, Path: "/v3/users/*/deactivate", After: 1, Times: 2})
	a.s.Inject(stage.Fault{Kind: stage.Status, Status: 502})
	path := "/v3/users/" + ada + "/deactivate"
	for i, want := range []int{502, 500, 500, 200} {
		if got := a.do("POST", path, nil).Code; got != want {
			t.Errorf("request %d: %d, want %d", i, got, want)
		}
	}
	if got := len(a.s.Mutations()); got != 4 {
		t.Errorf("%d mutations, want 4", got)
	}
	if got := len(a.s.Requests()); got != 5 {
		t.Errorf("%d requests, want 5: that for the token too", got)
	}
}

func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := connect(t, Options{})
		a.s.Inject(stage.Fault{Kind: stage.Slow, Delay: time.Minute, Times: 2})
		before := time.Now()
		a.want(200, "GET", "/v3/users", nil)
		if took := time.Since(before); took != time.Minute {
			t.Errorf("took %v, want a minute", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		defer func() {
			if r := recover(); r != http.ErrAbortHandler || time.Since(before) != time.Minute+time.Second {
				t.Errorf("a client that gave up after a second: %v after %v", r, time.Since(before))
			}
		}()
		a.s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/webapi/v3/users", nil))
	})
}

// TestDropOnTheWire is the one test with a real connection.
func TestDropOnTheWire(t *testing.T) {
	s := New(Options{})
	s.Inject(stage.Fault{Kind: stage.DropAfter, Method: "POST"})
	srv := httptest.NewServer(s)
	defer srv.Close()
	if _, err := http.PostForm(srv.URL+tokenPath, nil); err == nil {
		t.Error("there was an answer")
	}
}

func TestUnknownKindOfFault(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New(Options{}).Inject(stage.Fault{Kind: "sabotage"})
}

func TestUnknownRoutes(t *testing.T) {
	a := connect(t, Options{})
	for request, want := range map[string]int{
		"GET /v3/nothing":              404,
		"GET /":                        404,
		"GET /v3//users":               404,
		"GET /v3/../v3/users":          404,
		"PATCH /v3/users":              405,
		"POST /v3/users/" + ada:        405,
		"GET /v3/users/":               200,
		"HEAD /v3/users":               200,
		"GET /v3/users/%2e%2e%2fhosts": 404,
	} {
		method, path, _ := strings.Cut(request, " ")
		w := a.do(method, path, nil)
		if w.Code != want || want > 400 && !strings.HasPrefix(w.Body.String(), `{"message":"`) {
			t.Errorf("%s: %d, want %d: %s", request, w.Code, want, w.Body)
		}
	}
	if got := a.do("PATCH", "/v3/users", nil).Header().Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("Allow: %q", got)
	}
}

func TestParallelRequests(t *testing.T) {
	a := connect(t, Options{Now: time.Now})
	const n = 20
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			b := &api{t, a.s, a.token}
			u := b.want(201, "POST", "/v3/users", object{"firstName": "N", "lastName": "N", "email": fmt.Sprintf("n%d@example.com", i)})
			id := u.(object)["id"].(string)
			b.want(200, "POST", "/v3/usergroups/"+newStarters+"/users", []string{id})
			b.list("/v3/users?view=Full")
			b.run(cashForecast)
			b.s.Dump()
			b.s.Requests()
			b.s.Inject(stage.Fault{Kind: stage.Slow, Path: "/v3/nothing"})
		})
	}
	wg.Wait()
	members := a.get("/v3/usergroups/" + newStarters)["members"].([]any)
	if len(members) != n || len(a.s.State()["users"].([]any)) != len(people)+n {
		t.Errorf("%d members", len(members))
	}
}

func TestStatesCompare(t *testing.T) {
	work := func(a *api) string {
		a.want(200, "PUT", "/v3/users/"+ada+"/assetTransfer", transferAll(lin))
		a.want(200, "POST", "/v3/users/"+ada+"/deactivate", nil)
		a.want(200, "POST", "/v3/users/"+ada+"/passwordReset", nil)
		return string(a.s.Dump())
	}
	first, second := work(connect(t, Options{})), work(connect(t, Options{}))
	if first != second {
		t.Error("the same work led to different states")
	}
	if !strings.Contains(first, `"passwordResetMails": 1`) {
		t.Error("the mail is not counted")
	}
	if a := connect(t, Options{}); string(a.s.Dump()) == first {
		t.Error("the work did not show")
	}
}

func TestEmpty(t *testing.T) {
	a := connect(t, Options{Empty: true})
	users := a.list("/v3/users")
	if len(users) != 1 || users[0].(object)["role"] != "Curator" || len(a.list("/v3/workflows")) != 0 {
		t.Errorf("got %v", users)
	}
	a.want(http.StatusBadRequest, "POST", "/v3/users/"+apiUserID+"/deactivate", nil)
	a.want(http.StatusNotFound, "GET", "/v3/usage", nil)
	id := a.want(201, "POST", "/v3/users", object{"firstName": "A", "lastName": "B", "email": "a@example.com"}).(object)["id"].(string)
	a.want(200, "DELETE", "/v3/users/"+id, nil)
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Options{})
	}
}
