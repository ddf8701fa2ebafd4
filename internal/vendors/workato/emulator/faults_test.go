package emulator

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
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
		applied bool
	}{
		"drop before":  {stage.Fault{Kind: stage.DropBefore, Method: "POST"}, true, 0, false},
		"drop after":   {stage.Fault{Kind: stage.DropAfter, Path: "/folders"}, true, 0, true},
		"server error": {stage.Fault{Kind: stage.StatusAfter, Body: `{"message":"Server error","id":"6f000000-0000-4000-8000-000000000000"}`}, false, 500, true},
		"storm":        {stage.Fault{Kind: stage.Status, Path: "/api/folders", Status: 429, Times: 1}, false, 429, false},
		"cut JSON":     {stage.Fault{Kind: stage.StatusAfter, Status: 200, Body: `{"id":9000`}, false, 200, true},
		"slow":         {stage.Fault{Kind: stage.Slow, Delay: time.Millisecond}, false, 200, true},
		"expired":      {stage.Fault{Kind: stage.ExpireTokens}, false, 401, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			a.s.Inject(tt.fault)
			got, err := a.Try("POST /folders", `{"name":"x"}`)
			if (err != nil) != tt.dropped || got.Status != tt.status {
				t.Errorf("%d, %v", got.Status, err)
			}
			if applied := bytes.Contains(a.s.Dump(), []byte(`"id": 900001`)); applied != tt.applied {
				t.Errorf("applied: %v", applied)
			}
			log := a.s.Mutations()
			if len(log) != 1 || log[0].Status != tt.status || log[0].Path != "/api/folders" {
				t.Errorf("logged %+v", log)
			}
		})
	}
}

func TestMutations(t *testing.T) {
	a := connect(t, Options{})
	a.Do("GET /folders", "")
	a.Do("PUT /recipes/8101/stop", "")
	a.Do("POST /connections/4101/pick_list", `{"pick_list_name":"x"}`)
	if n, m := len(a.s.Requests()), len(a.s.Mutations()); n != 3 || m != 1 {
		t.Errorf("%d requests, %d mutations", n, m)
	}
}

func TestParallelRequests(t *testing.T) {
	a := connect(t, Options{Now: time.Now, Limits: true})
	const n = 20
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			a.want(exchange{"POST /folders", fmt.Sprintf(`{"name":"n%d"}`, i), 200, ""}, exchange{"GET /recipes", "", 200, ""})
			a.s.Dump()
			a.s.Requests()
			a.s.Accept("nobody@example.com")
			a.s.Inject(stage.Fault{Kind: stage.Slow, Path: "/nothing"})
		})
	}
	wg.Wait()
	if got := len(a.List("/projects")); got != 5+n {
		t.Errorf("%d projects", got)
	}
}

func TestEmpty(t *testing.T) {
	a := connect(t, Options{Empty: true})
	a.want(
		exchange{"GET /members", "", 200, `{"total":1,"data":[{"email":"api-runner@example.com"}]}`},
		exchange{"GET /folders", "", 200, `[]`},
		exchange{"GET /projects", "", 200, `[]`},
		exchange{"GET /connections", "", 200, `[]`},
		exchange{"GET /recipes", "", 200, `{"items":[]}`},
		exchange{"GET /user_groups", "", 200, `{"data":[],"total":0}`},
		exchange{"GET /roles", "", 200, `[]`},
		exchange{"GET /environment_roles", "", 200, `{"total":3}`},
		exchange{"GET /activity_logs", "", 200, `{"data":[],"total":0}`},
		exchange{"GET /developer_api_clients", "", 200, `{"result":{"count":4}}`},
		exchange{"POST /folders", `{"name":"x"}`, 200, ""},
		exchange{"GET /users/me", "", 200, `{"recipes_count":0}`})
	connect(t, Options{Empty: true, NoEnvironments: true}).want(exchange{"GET /developer_api_clients", "", 200, `{"result":{"count":2}}`})
}

func TestStatesCompare(t *testing.T) {
	work := func(o Options) string {
		a := connect(t, o)
		for _, pattern := range slices.Sorted(maps.Keys(exercises)) {
			for _, e := range exercises[pattern] {
				a.Do(e[0], e[1])
				a.clock.Wait(time.Second)
			}
		}
		return string(a.s.Dump())
	}
	for _, o := range []Options{{}, {NoEnvironments: true}, {Empty: true}, {Limits: true, RecipeDelay: time.Second}} {
		if first, second := work(o), work(o); first != second {
			t.Errorf("%+v: the same work led to different states", o)
		}
	}
	if work(Options{}) == string(connect(t, Options{}).s.Dump()) {
		t.Error("the work did not show")
	}
}

func TestState(t *testing.T) {
	state := New(Options{}).State()
	if len(state["recipes"].([]any)) != 14 || !strings.Contains(fmt.Sprint(state["recipes"]), "9007199254740993") {
		t.Error("the recipes are not good")
	}
	for name, rows := range state {
		if list, ok := rows.([]any); !ok && name != "secrets_cache_cleared" {
			t.Errorf("%s is no list", name)
		} else if ok {
			for _, row := range list {
				if row.(object)["id"] == nil {
					t.Errorf("%s has a row without an id", name)
				}
			}
		}
	}
}

func TestHead(t *testing.T) {
	if got := connect(t, Options{}).Do("HEAD /recipes", ""); got.Status != http.StatusOK {
		t.Errorf("status %d", got.Status)
	}
}
