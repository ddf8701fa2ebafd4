package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"runner/internal/vendors/stage"
	"runner/internal/vendors/stage/stagetest"
)

func encode(v any) string {
	out, _ := json.Marshal(v)
	return string(out)
}

func TestLimits(t *testing.T) {
	for request, tt := range map[string]struct {
		user, workspace int
		body            string
	}{
		"POST /v4/plans/2001/run":            {30, 60, ""},
		"POST /plans/v1/plans/2001/run":      {30, 60, ""},
		"POST /v4/flows/3001/run":            {20, 40, ""},
		"POST /v4/jobGroups":                 {30, 60, `{"wrangledDataset":{"id":40001}}`},
		"GET /v4/flows/3001/package":         {40, 50, ""},
		"GET /v4/flows/3001/package/dryRun":  {20, 40, ""},
		"GET /v4/plans/2001/package":         {20, 40, ""},
		"GET /v4/jobGroups/88001/pdfResults": {10, 20, ""},
	} {
		t.Run(request, func(t *testing.T) {
			a := connect(t, Options{Limits: true})
			for i := range tt.user {
				got := a.Do(request, tt.body)
				if got.Status >= 300 || got.Header.Get("x-rate-limit-user-remaining") != idString(int64(tt.user-i-1)) {
					t.Fatalf("request %d: %d, %s left", i, got.Status, got.Header.Get("x-rate-limit-user-remaining"))
				}
			}
			a.clock.Wait(15 * time.Second)
			got := a.Do(request, tt.body)
			if got.Status != 429 || !stagetest.Matches(stagetest.Parse(t, got.Body), stagetest.Parse(t, `{"exception":{"name":"TooManyRequestsException"}}`)) {
				t.Errorf("%d %s", got.Status, got.Body)
			}
			for name, want := range map[string]string{
				"x-retry-after": "45", "Retry-After": "", "x-rate-limit-user-limit": idString(int64(tt.user)),
				"x-rate-limit-user-remaining": "0", "x-rate-limit-user-reset": ms(ago(0).Add(time.Minute)),
				"x-rate-limit-workspace-limit":     idString(int64(tt.workspace)),
				"x-rate-limit-workspace-remaining": idString(int64(tt.workspace - tt.user)),
				"x-rate-limit-workspace-reset":     ms(ago(0).Add(time.Minute)),
			} {
				if got := got.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			a.clock.Wait(45 * time.Second)
			if got := a.Do(request, tt.body); got.Status >= 300 {
				t.Errorf("in the next window: %d %s", got.Status, got.Body)
			}
		})
	}
}

func TestLimitOfTheWorkspace(t *testing.T) {
	a := connect(t, Options{Limits: true, Window: 5 * time.Second})
	const request = "POST /v4/flows/3001/run"
	grace, _ := a.signIn(a.s.NewOAuthToken(WorkspaceID, "grace@example.com", 1))
	ada := a.as(AdaLegacyToken)
	for range 20 {
		a.want(exchange{request, "", 201, ""})
		ada.want(exchange{request, "", 201, ""})
	}
	got := grace.Do(request, "")
	if got.Status != 429 || got.Header.Get("x-rate-limit-user-remaining") != "20" || got.Header.Get("x-retry-after") != "5" {
		t.Errorf("%d %v", got.Status, got.Header)
	}
	a.clock.Wait(5 * time.Second)
	grace.want(exchange{request, "", 201, ""})
	a.want(exchange{"GET /v4/flows", "", 200, ""})
}

func TestNoLimits(t *testing.T) {
	a := connect(t, Options{})
	for range 50 {
		if got := a.Do("POST /v4/flows/3001/run", ""); got.Status != 201 || got.Header.Get("x-rate-limit-user-limit") != "" {
			t.Fatalf("%d %v", got.Status, got.Header)
		}
	}
}

func TestFaults(t *testing.T) {
	const request, body = "POST /v4/folders", `{"name":"x"}`
	for name, tt := range map[string]struct {
		fault   stage.Fault
		status  int // 0 if dropped
		applied int
	}{
		"drop before":    {stage.Fault{Kind: stage.DropBefore, Method: "POST"}, 0, 0},
		"drop after":     {stage.Fault{Kind: stage.DropAfter, Path: "/v4/folders"}, 0, 1},
		"status":         {stage.Fault{Kind: stage.Status, Path: "/v4", Status: 503}, 503, 0},
		"status after":   {stage.Fault{Kind: stage.StatusAfter}, 500, 1},
		"slow":           {stage.Fault{Kind: stage.Slow}, 201, 1},
		"expired":        {stage.Fault{Kind: stage.ExpireTokens}, 401, 0},
		"another method": {stage.Fault{Kind: stage.Status, Method: "PUT"}, 201, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			b, next := a.signIn(RefreshToken)
			b.s.Inject(tt.fault)
			got, err := b.Try(request, body)
			if (err != nil) != (tt.status == 0) || got.Status != tt.status {
				t.Errorf("%v %d", err, got.Status)
			}
			if n := len(a.s.State()["folders"].([]any)) - 2; n != tt.applied {
				t.Errorf("applied %d times, want %d", n, tt.applied)
			}
			if log := a.s.Mutations(); len(log) != 1 || log[0].Path != "/v4/folders" || string(log[0].Body) != body {
				t.Errorf("logged %v", log)
			}
			if name == "expired" { // refresh tokens stay good
				c, _ := a.signIn(next)
				c.want(exchange{"GET /v4/people/current", "", 200, ""})
				a.want(exchange{"GET /v4/people/current", "", 401, ""})
			}
		})
	}
}

func TestEmpty(t *testing.T) {
	a := connect(t, Options{Empty: true})
	a.wantColumn("/v4/people", "email", `["api-runner@example.com"]`)
	a.wantColumn("/v4/authorization/roles", "tag", `["workspace_admin"]`)
	for _, path := range []string{"/v4/groups", "/v4/connections", "/v4/flows", "/v4/plans", "/v4/schedules", "/v4/folders",
		"/v4/jobLibrary", "/v4/planSnapshotRuns", "/v4/workflows", "/v4/environmentParameters"} {
		a.wantColumn(path, "id", `[]`)
	}
	a.want(exchange{"GET /v4/apiAccessTokens?includeCount=true", "", 200, `{"count":1}`})
	box, _ := a.signIn(SandboxRefreshToken)
	box.wantColumn("/v4/people", "id", `[51001]`)
}

func TestStateHasNoTokens(t *testing.T) {
	a := connect(t, Options{})
	b, next := a.signIn(RefreshToken)
	dump := string(a.s.Dump())
	for _, secret := range []string{RefreshToken, next, b.Token, LegacyToken, AdaLegacyToken} {
		if strings.Contains(dump, secret) {
			t.Errorf("the dump has %q", secret)
		}
	}
	flows := a.s.State()["flows"].([]any)
	if last := flows[len(flows)-1].(object)["id"]; last != json.Number("9007199254740993") {
		t.Errorf("the last flow is %v", last)
	}
	if !strings.Contains(dump, RunnerSID) || !json.Valid([]byte(dump)) {
		t.Error("the dump is incomplete")
	}
}

func TestPages(t *testing.T) {
	a := connect(t, Options{})
	for path, sizes := range map[string][]int{
		"/v4/flows?":                               {25, 0},
		"/v4/schedules?":                           {10, 0},
		"/v4/jobLibrary?":                          {25, 25, 0},
		"/v4/people?":                              {17},
		"/v4/people?limit=17&":                     {17, 0},
		"/v4/plans?limit=3&":                       {3, 3, 1},
		"/svc-workflow/api/v1/assets?":             {3},
		"/v4/people?noLimit=true&":                 {17},
		"/v4/groups?limit=5&":                      {5, 0},
		"/iam/v1/workspaces/4242/people?limit=10&": {10, 7},
	} {
		offset := 0
		for i, want := range sizes {
			got := len(a.column(path+"offset="+idString(int64(offset)), "id"))
			if got != want {
				t.Errorf("%s page %d has %d rows, want %d", path, i, got, want)
			}
			offset += got
		}
	}
}

func TestSorting(t *testing.T) {
	a := connect(t, Options{})
	a.wantColumn("/v4/schedules?sort=-enabled,name&limit=3&fields=id;enabled", "id", `[1011,1012,1013]`)
	a.wantColumn("/v4/schedules?sort=enabled;-id&limit=3", "id", `[1018,1014,1020]`)
	a.wantColumn("/v4/people?sort=lastLoginTime&limit=1", "name", `["Victor Lang"]`) // never
	a.wantColumn("/v4/people?sort=nonsense&limit=1", "id", `[51001]`)
	a.wantColumn("/v4/people?sort=state,-id&limit=1", "id", `[51017]`)
}

func TestAtOnce(t *testing.T) {
	a := connect(t, Options{})
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			r, _ := http.NewRequest("POST", a.URL+"/v4/folders", strings.NewReader(`{"name":"`+idString(int64(i))+`"}`))
			r.Header.Set("Authorization", "Bearer "+LegacyToken)
			r.Header.Set("Content-Type", "application/json")
			resp, err := http.DefaultClient.Do(r)
			if err != nil || resp.StatusCode != 201 {
				t.Errorf("%v", err)
				return
			}
			resp.Body.Close()
			a.s.Dump()
		})
	}
	all.Wait()
	if n := len(a.s.State()["folders"].([]any)); n != 22 {
		t.Errorf("%d folders", n)
	}
}

func TestRealClock(t *testing.T) {
	if s := New(Options{}); time.Since(s.clock()) > time.Minute || s.opts.Window != time.Minute {
		t.Error("without options the clock is not the real one")
	}
}

// The seed is over, even for a clock that stands earlier than the company's today.
func TestEarlyClock(t *testing.T) {
	a := connect(t, Options{Now: (&stagetest.Clock{T: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}).Now})
	a.wantColumn("/v4/planSnapshotRuns", "status", `["InProgress","Complete","Failed","Failed","Complete"]`)
	a.want(exchange{"GET /v4/jobLibrary/count?status=Complete", "", 200, `{"count":49}`})
}
