package emulator

import (
	"fmt"
	"testing"
	"time"
)

func buildPath(project, cube int) string {
	return "/aggregate-batch/orgId/default/projectId/" + engineID(project) + "?cubeId=" + cubeID(cube) + "&isFullBuild=true"
}

func historyPath(project, cube int) string {
	return "/aggregate-batch/orgId/default/history?limit=1&projectId=" + engineID(project) + "&cubeId=" + cubeID(cube)
}

func (a *api) latestBatch(project, cube int) object {
	a.t.Helper()
	return a.get(historyPath(project, cube))["data"].([]any)[0].(object)
}

func TestBuildGoesOnByTheClock(t *testing.T) {
	a := connect(t, Options{})
	started := a.want(201, "POST", buildPath(sales, internetSales), "").(object)
	id := started["batch"].(object)["id"]
	if started["success"] != true || id == "" {
		t.Errorf("got %v", started)
	}
	for _, step := range []struct {
		after              time.Duration
		status, start, end string
	}{
		{0, "new", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{12 * time.Second, "inprogress", "2026-06-01T08:00:12.000Z", "0001-01-01T00:00:00Z"},
		{119 * time.Second, "inprogress", "2026-06-01T08:00:12.000Z", "0001-01-01T00:00:00Z"},
		{2 * time.Minute, "done", "2026-06-01T08:00:12.000Z", "2026-06-01T08:02:00.000Z"},
		{time.Hour - 1, "done", "2026-06-01T08:00:12.000Z", "2026-06-01T08:02:00.000Z"},
	} {
		a.clock.T = ago(0).Add(step.after)
		same(t, step.after.String(), a.latestBatch(sales, internetSales), fmt.Sprintf(`{"id":%q,"batchType":"aggregate_batch",
			"createDate":"2026-06-01T08:00:00.000Z","startTime":%q,"endTime":%q,"status":%q,"projectId":%q,"cubeId":%q,
			"organizationId":"default","estimateTime":120000,"isFullBuild":true}`,
			id, step.start, step.end, step.status, engineID(sales), cubeID(internetSales)))
	}
}

// TestBuildMakesInstances looks at what a build leaves, at once and long after.
func TestBuildMakesInstances(t *testing.T) {
	build := func(looks ...time.Duration) string {
		a := connect(t, Options{BuildTime: time.Minute})
		a.want(201, "POST", buildPath(sales, internetSales), "")
		for _, after := range looks {
			a.clock.T = ago(0).Add(after)
			a.get(historyPath(sales, internetSales))
		}
		data := a.get("/aggregates/orgId/default?projectId=" + engineID(sales) + "&cubeId=" + cubeID(internetSales))["data"].([]any)
		first, blocked := data[0].(object), data[2].(object)
		if got := first["active_instance"].(object)["created"]; got != "2026-06-01T08:01:00.000Z" {
			t.Errorf("the instance is of %v", got)
		}
		if blocked["active_instance"] != nil || blocked["latest_instance"].(object)["id"] != seedID("5e", 3) {
			t.Errorf("a blocked definition was built: %v", blocked)
		}
		return string(a.s.Dump())
	}
	if build(time.Minute, 30*time.Minute) != build(30*time.Minute) {
		t.Error("what a build leaves depends on who looks")
	}
}

func TestBuildFails(t *testing.T) {
	a := connect(t, Options{BuildTime: time.Minute})
	a.want(201, "POST", buildPath(operations, shipments), "")
	a.clock.Wait(time.Minute)
	if b := a.latestBatch(operations, shipments); b["status"] != "failed" || b["message"] != "read tcp 10.0.0.7:443: i/o timeout" {
		t.Errorf("got %v", b)
	}
}

func TestOneBuildAtATime(t *testing.T) {
	a := connect(t, Options{})
	a.want(201, "POST", buildPath(sales, internetSales), "")
	a.refusal(500, "POST", buildPath(sales, internetSales), "")
	a.want(201, "POST", buildPath(sales, resellerSales), "")
	a.clock.Wait(2 * time.Minute)
	a.want(201, "POST", buildPath(sales, internetSales), "")
	a.want(200, "DELETE", "/projects/orgId/default/schema/"+engineID(sales), "")
	if b := a.latestBatch(sales, internetSales); b["status"] != "cancelled" {
		t.Errorf("got %v", b)
	}
}

func TestBuildRefused(t *testing.T) {
	a := connect(t, Options{})
	of := "/aggregate-batch/orgId/default/projectId/"
	for path, status := range map[string]int{
		of + "x?cubeId=" + cubeID(internetSales):                                      404,
		of + projectID(sales) + "?cubeId=" + cubeID(internetSales):                    404, // the draft's
		of + engineID(sales):                                                          400,
		of + engineID(sales) + "?cubeId=" + cubeID(closing):                           404,
		of + engineID(sales) + "?isFullBuild=perhaps&cubeId=" + cubeID(internetSales): 400,
	} {
		a.refusal(status, "POST", path, "")
	}
}

func TestOldEngine(t *testing.T) {
	a := connect(t, Options{OldEngine: true})
	w := a.do("POST", buildPath(sales, internetSales), "")
	id := a.latestBatch(sales, internetSales)["id"].(string)
	if want := `{"batch":{"id":"` + id + `","status":"new"}}`; w.Code != 200 || w.Body.String() != want+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	a.clock.Wait(time.Minute)
	batches := a.get("/aggregate-batch/orgId/default/envId/" + production)["batches"].([]any)
	same(t, "latest", with(batches, "cubeId", cubeID(internetSales))["batch"], `{"id":"`+id+`","status":"inprogress","progressPercentage":50}`)
	a.refusal(404, "GET", "/aggregate-batch/orgId/default/envId/x", "")
}

func TestHistory(t *testing.T) {
	a := connect(t, Options{})
	all := a.get("/aggregate-batch/orgId/default/history")
	var got []any
	for _, b := range all["data"].([]any) {
		got = append(got, b.(object)["status"])
	}
	same(t, "statuses", got, `["done","failed","done","cancelled","done"]`)
	creations := a.get("/org/default/aggregates-creation/builds/history")
	data := creations["data"].([]any)
	if len(data) != 2 || creations["force_pull"] != false || creations["limit"] != 20.0 || creations["offset"] != 0.0 {
		t.Errorf("got %v", creations)
	}
	same(t, "item", data[0], `{"id":"`+seedID("61", 3)+`","batchType":"aggregate_creation_batch","createDate":"2026-05-18T08:00:00.000Z",
		"startTime":"2026-05-18T08:00:05.000Z","endTime":"2026-05-18T08:01:30.000Z","status":"done","projectId":"`+engineID(customers)+`",
		"cubeId":"`+cubeID(customerCube)+`","organizationId":"default","estimateTime":120000}`)
}

func TestPagesOfAggregates(t *testing.T) {
	for name, tt := range map[string]struct {
		o     Options
		query string
		first string
		count int
	}{
		"exactly one page":    {Options{}, "", seedID("5d", 1), 20},
		"the page after it":   {Options{}, "&offset=20", "", 0},
		"half":                {Options{}, "&limit=10&offset=10", seedID("5d", 11), 10},
		"more than there are": {Options{}, "&limit=500", seedID("5d", 1), 20},
		"none":                {Options{}, "&limit=0", "", 0},
		"no offsets":          {Options{IgnoreOffset: true}, "&limit=10&offset=10", seedID("5d", 1), 10},
		"far behind":          {Options{}, "&limit=2147483647&offset=2147483647", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, tt.o)
			got := a.get("/aggregates/orgId/default?projectId=" + engineID(sales) + "&cubeId=" + cubeID(internetSales) + tt.query)
			data := got["data"].([]any)
			if len(data) != tt.count || got["total"] != 20.0 || len(data) > 0 && data[0].(object)["id"] != tt.first {
				t.Errorf("got %v", got)
			}
		})
	}
	a := connect(t, Options{})
	for _, query := range []string{"limit=-1", "limit=x", "offset=99999999999999999999"} {
		a.refusal(400, "GET", "/aggregates/orgId/default?"+query, "")
	}
	if got := a.do("GET", "/aggregates/orgId/default", "").Body.String(); !containsAll(got, "9007199254740993", `"latest_instance":null`) {
		t.Errorf("got %s", got)
	}
}

func TestBlockAggregates(t *testing.T) {
	a := connect(t, Options{})
	one := "/aggregates/orgId/default/definitionId/" + seedID("5d", 1)
	instance := one + "/instanceId/" + seedID("5e", 1)
	same(t, "blocked", a.want(200, "DELETE", instance+"?block=true", ""), `{"deleted":true}`)
	same(t, "blocked again", a.want(200, "DELETE", instance+"?block=true", ""), `{"deleted":false}`)
	data := a.get("/aggregates/orgId/default?limit=1")["data"].([]any)[0].(object)
	if data["active_instance"] != nil || data["latest_instance"] == nil {
		t.Errorf("got %v", data)
	}
	same(t, "first call", a.want(200, "PUT", one+"?unblock=true", ""), `{"updated":true}`)
	same(t, "second call", a.want(200, "PUT", instance+"?unblock=true", ""), `{"updated":false}`)
	a.refusal(400, "PUT", one, "")
	a.refusal(404, "PUT", one+"x?unblock=true", "")
	a.refusal(404, "DELETE", one+"/instanceId/x?block=true", "")
	same(t, "dropped", a.want(200, "DELETE", instance, ""), `{"deleted":true}`)
	a.refusal(404, "DELETE", instance, "")
}

func TestDefinedAggregates(t *testing.T) {
	a := connect(t, Options{})
	got := a.get(projectPath(sales) + "/cube/" + cubeID(internetSales) + "/aggregates")
	same(t, "draft", got, `{"aggregate":[{"id":"`+seedID("5b", 1)+`","name":"By Month","properties":{"caption":"By Month"},
		"attributes":{"attribute-ref":["month","region"]},"partitions":{"partition":[]}}]}`)
	a.refusal(404, "GET", projectPath(sales)+"/cube/x/aggregates", "")
}

func TestJobs(t *testing.T) {
	a := connect(t, Options{})
	path := "/aggregate-batch/scheduler/orgId/default/projectId/" + engineID(sales) + "/cubeId/" + cubeID(internetSales) + "/jobs"
	if n, active := len(a.list(path)), len(a.list(path+"?active=true")); n != 3 || active != 2 {
		t.Errorf("%d jobs, %d of them active", n, active)
	}
	in := `{"full_build":false,"time_expression":"0 15 6 ? * *"}`
	id := a.want(200, "POST", path, in).(object)["job_id"].(string)
	if other := a.want(200, "POST", path, in).(object)["job_id"]; other == id {
		t.Error("the second post made no other job")
	}
	same(t, "listed", with(a.list(path), "job_id", id), `{"job_id":"`+id+`","org_id":"default","project_id":"`+engineID(sales)+`",
		"cube_id":"`+cubeID(internetSales)+`","full_build":false,"time_expression":"0 15 6 ? * *","active":true,"created_by":"admin1234"}`)
	a.want(200, "DELETE", path+"/"+id, "")
	a.refusal(404, "DELETE", path+"/"+id, "")
	for _, bad := range []string{"", "0 5 * * *", "0 0 5 * * *", "0 0 5 ? * ?", "0 0 5 ? * mon", "a b c d e f g h"} {
		a.refusal(400, "POST", path, `{"full_build":true,"time_expression":"`+bad+`"}`)
	}
	a.refusal(400, "POST", path, `{"full_build":"yes","time_expression":"0 15 6 ? * *"}`)
	a.refusal(404, "GET", "/aggregate-batch/scheduler/orgId/default/projectId/"+projectID(sales)+"/cubeId/"+cubeID(internetSales)+"/jobs", "")
}

func TestCreations(t *testing.T) {
	a := connect(t, Options{})
	path := "/org/default/project/" + projectID(customers) + "/cube/" + cubeID(customerCube) + "/aggregates-creation/scheduler"
	a.want(200, "POST", path, `{"time_expression":"0 15 6 ? * *"}`)
	if n := len(a.list(path)); n != 2 {
		t.Errorf("%d schedules", n)
	}
	a.refusal(400, "POST", path, `{}`)
}
