package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"runner/internal/vendors/stage"
)

func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		fault   stage.Fault
		dropped bool
		status  int
		made    bool
	}{
		"dropped before":  {stage.Fault{Kind: stage.DropBefore, Method: "POST"}, true, 0, false},
		"dropped after":   {stage.Fault{Kind: stage.DropAfter, Method: "POST", Path: "/api/1.0/org/*/users"}, true, 0, true},
		"i/o timeout":     {stage.Fault{Kind: stage.Status, Path: "/api/1.0/org/*/users", Body: `{"response":{"error":"read: i/o timeout"}}`}, false, 500, false},
		"page of a login": {stage.Fault{Kind: stage.Status, Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>"}, false, 200, false},
		"expired":         {stage.Fault{Kind: stage.ExpireTokens}, false, 401, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			a.s.Inject(tt.fault)
			func() {
				defer func() {
					if gone := recover(); (gone == http.ErrAbortHandler) != tt.dropped {
						t.Errorf("dropped: %v", gone)
					}
				}()
				if w := a.do("POST", usersPath, newUser()); w.Code != tt.status {
					t.Errorf("status %d: %s", w.Code, w.Body)
				}
			}()
			if made := with(a.as(Username).list(usersPath), "auth_username", "jo") != nil; made != tt.made {
				t.Errorf("the user was made: %v", made)
			}
			if m := a.s.Mutations(); len(m) != 1 || m[0].Path != usersPath || m[0].Status != tt.status {
				t.Errorf("mutations: %+v", m)
			}
		})
	}
}

// TestTokenExpiresBetweenPages is what a client meets that reads for long.
func TestTokenExpiresBetweenPages(t *testing.T) {
	a := connect(t, Options{})
	a.s.Inject(stage.Fault{Kind: stage.ExpireTokens, Path: "/queries", After: 1})
	a.get("/queries/orgId/default?limit=50")
	a.refusal(401, "GET", "/queries/orgId/default?limit=50&offset=50", "")
	b := a.as(Username)
	if n := len(b.get("/queries/orgId/default?limit=50&offset=50")["data"].([]any)); n != 50 {
		t.Errorf("%d queries", n)
	}
}

// TestOnTheWire has real connections.
func TestOnTheWire(t *testing.T) {
	for name, o := range map[string]Options{"installer": {}, "container": {Edition: Container}} {
		t.Run(name, func(t *testing.T) {
			s := New(o)
			s.Inject(stage.Fault{Kind: stage.DropAfter, Method: "POST", Path: "/v1/token"})
			srv := httptest.NewServer(s)
			defer srv.Close()
			if res, err := http.Post(srv.URL+"/v1/token", "application/json", strings.NewReader("{}")); err == nil {
				t.Errorf("there was an answer: %s", res.Status)
			}
			res, err := http.Get(srv.URL + "/v1/catalogs")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if want := map[string]int{"installer": 404, "container": 401}[name]; res.StatusCode != want {
				t.Errorf("status %d", res.StatusCode)
			}
		})
	}
}

func TestParallelRequests(t *testing.T) {
	a := connect(t, Options{})
	const n = 20
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			b := a.as("ada")
			a.want(200, "POST", usersPath, newUser(`"jo"`, fmt.Sprintf(`"jo%d"`, i)))
			b.list(projectsPath)
			b.get("/aggregate-batch/orgId/default/history")
			a.s.Dump()
			a.s.Requests()
		})
	}
	wg.Wait()
	if got := len(a.list(usersPath)); got != 16+n {
		t.Errorf("%d users", got)
	}
}

func TestStateIsACopy(t *testing.T) {
	a := connect(t, Options{})
	a.s.State()["users"].([]any)[0].(object)["name"] = "x"
	if a.s.State()["users"].([]any)[0].(object)["name"] == "x" {
		t.Error("the state was changed from outside")
	}
}

// TestDumpLooksAtTheClock has a build end without a request.
func TestDumpLooksAtTheClock(t *testing.T) {
	a := connect(t, Options{})
	a.want(201, "POST", buildPath(sales, internetSales), "")
	before := string(a.s.Dump())
	a.clock.Wait(2 * time.Minute)
	if string(a.s.Dump()) == before {
		t.Error("the build has not ended")
	}
}

func TestBasePath(t *testing.T) {
	if got := New(Options{}).BasePath(); got != "" {
		t.Errorf("got %q", got)
	}
}
