package emulator

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/stage/stagetest"
)

// run starts a workflow and polls until it is done.
func (a *api) run(workflowID string) object {
	a.t.Helper()
	job := a.want(200, "POST", "/v3/workflows/"+workflowID+"/jobs", object{}).(object)
	for i := 0; job["status"] != completed; i++ {
		if i > 5 {
			a.t.Fatalf("the job does not come to an end: %v", job)
		}
		job = a.get("/v3/jobs/" + job["id"].(string) + "?includeMessages=true")
	}
	return job
}

func TestRule15Jobs(t *testing.T) {
	c := &stagetest.Clock{T: ago(0)}
	a := connect(t, Options{Now: c.Now})
	start := func() string {
		job := a.want(200, "POST", "/v3/workflows/"+cashForecast+"/jobs", object{}).(object)
		if job["status"] != queued {
			t.Errorf("a new job is %v", job["status"])
		}
		return "/v3/jobs/" + job["id"].(string)
	}
	byPoll := start()
	for _, want := range []string{running, completed, completed} {
		if got := a.get(byPoll)["status"]; got != want {
			t.Errorf("polled: %v, want %v", got, want)
		}
	}
	byClock := start()
	statusOf := func() (status any) {
		for _, j := range a.list("/v3/workflows/" + cashForecast + "/jobs") {
			if "/v3/jobs/"+j.(object)["id"].(string) == byClock {
				status = j.(object)["status"]
			}
		}
		return status
	}
	for _, want := range []string{queued, running, running, completed} {
		if got := statusOf(); got != want {
			t.Errorf("at %v: %v, want %v", c.T, got, want)
		}
		c.Wait(2 * time.Second)
	}
	if out := a.get(byClock)["outputs"].([]any); len(out) != 1 {
		t.Errorf("outputs: %v", out)
	} else {
		path := "/v1/jobs/" + strings.TrimPrefix(byClock, "/v3/jobs/") + "/output/" + out[0].(object)["id"].(string)
		if got, _ := a.want(200, "GET", path+"?format=Csv", nil).(string); !strings.HasPrefix(got, "job,records\n") {
			t.Errorf("output: %q", got)
		}
		a.want(http.StatusBadRequest, "GET", path+"?format=Pdf", nil)
		a.want(http.StatusBadRequest, "GET", path, nil)
	}
	a.want(http.StatusBadRequest, "DELETE", byClock, nil)
	a.want(200, "DELETE", "/v3/jobs/"+runningJob, nil)
	a.want(http.StatusBadRequest, "DELETE", "/v3/jobs/"+runningJob, nil)
	a.want(200, "DELETE", "/v3/jobs/"+queuedJob, nil)
	a.want(http.StatusNotFound, "DELETE", "/v3/jobs/"+queuedJob, nil)
	a.as(ada).want(http.StatusUnauthorized, "DELETE", byPoll, nil)
	a.as(omar).want(http.StatusForbidden, "POST", "/v3/workflows/"+cashForecast+"/jobs", object{})
}

func TestRule15JobLists(t *testing.T) {
	a := connect(t, Options{})
	for query, want := range map[string]float64{
		"":                                      1,
		"allUsers=false&users=" + ada:           1,
		"allUsers=true":                         12,
		"allUsers=true&users=" + ada:            3,
		"allUsers=true&statuses=Queued,Running": 2,
		"allUsers=true&statuses=Queued&statuses=Running":                     2,
		"allUsers=true&statuses=Complete":                                    9,
		"allUsers=true&statuses=Error":                                       1,
		"allUsers=true&priorities=High,Critical":                             4,
		"allUsers=true&priorities=1":                                         1,
		"allUsers=true&workflowNames=Cash%20Forecast":                        1,
		"allUsers=true&completedAfter=2026-06-01&completedBefore=2026-06-02": 6,
	} {
		p := a.get("/v3/jobs?" + query)["pagination"].(object)
		if p["totalItems"] != want {
			t.Errorf("%s: %v jobs, want %v", query, p["totalItems"], want)
		}
	}
	v := a.get("/v3/jobs?allUsers=true&offset=10&limit=5")
	want := object{"currentPage": 3.0, "pageSize": 5.0, "totalItems": 12.0, "totalPages": 3.0, "hasNextPage": false, "hasPreviousPage": true}
	if got := v["pagination"]; !reflect.DeepEqual(got, any(want)) || len(v["data"].([]any)) != 2 {
		t.Errorf("got %v and %d jobs, want %v and 2", got, len(v["data"].([]any)), want)
	}
	for _, bad := range []string{"limit=x", "offset=-1", "sortField=Shoe", "direction=up"} {
		a.want(http.StatusBadRequest, "GET", "/v3/jobs?"+bad, nil)
	}
	if n := len(a.list("/v3/workflows/" + inventorySnapshot + "/jobs?resultCode=Error")); n != 1 {
		t.Errorf("%d failed runs, want 1", n)
	}
	if n := len(a.as(omar).get("/v3/jobs?allUsers=true")["data"].([]any)); n != 4 {
		t.Errorf("Omar sees %d jobs, want his 4", n)
	}
}
