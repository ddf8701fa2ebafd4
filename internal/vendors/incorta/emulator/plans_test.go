package emulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// run executes a plan and returns the id of the execution.
func (a *api) run(plan string) string {
	a.T.Helper()
	return a.post("/load-plan/execute", fmt.Sprintf(`{"loadPlanName":%q}`, plan)).get("loadPlanExecutionId")
}

func TestExecutePlan(t *testing.T) {
	a := connect(t, Options{})
	a.post("/load-plan/execute", `{"loadPlanName":"Nightly finance"}`).same(t, `{"loadPlanExecutionId":3}`)
	for _, step := range []struct {
		after time.Duration
		want  string // the plan, its groups, and the schemas of the first
	}{
		{0, "QUEUED QUEUED QUEUED QUEUED QUEUED QUEUED"},
		{time.Second, "RUNNING RUNNING QUEUED QUEUED RUNNING RUNNING"},
		{4 * time.Second, "RUNNING RUNNING QUEUED QUEUED SUCCESS RUNNING"},
		{time.Second, "RUNNING SUCCESS QUEUED QUEUED SUCCESS SUCCESS"},
		{time.Second, "RUNNING SUCCESS RUNNING QUEUED SUCCESS SUCCESS"},
		{6 * time.Second, "RUNNING SUCCESS SUCCESS QUEUED SUCCESS SUCCESS"},
		{3999 * time.Millisecond, "RUNNING SUCCESS SUCCESS RUNNING SUCCESS SUCCESS"},
		{time.Millisecond, "SUCCESS SUCCESS SUCCESS SUCCESS SUCCESS SUCCESS"},
	} {
		a.clock.Wait(step.after)
		got := a.get("/load-plan/status/3?level=3")
		words := append([]string{got.get("status")}, got.each("loadGroups", "status")...)
		words = append(words, got.each("loadGroups.0.schemas", "status")...)
		if all := strings.Join(words, " "); all != step.want {
			t.Errorf("after %v: %s, want %s", a.clock.T.Sub(seedDay), all, step.want)
		}
	}
}

// TestExecuteUnwatched looks at a plan once, long after: every group has begun when the one before it was over.
func TestExecuteUnwatched(t *testing.T) {
	a := connect(t, Options{})
	a.run(AwkwardPlan)
	a.clock.Wait(time.Hour)
	a.get("/load-plan/status/3?level=4").same(t, `{"loadPlanExecutionId":3,"loadPlanName":"Zoë's \"full\" load / Kunden",
		"status":"SUCCESS","startTime":"2026-06-01T08:00:00.000Z","endTime":"2026-06-01T08:00:11.000Z","loadGroups":[
		{"groupSequence":1,"status":"SUCCESS","startTime":"2026-06-01T08:00:00.000Z","endTime":"2026-06-01T08:00:05.000Z","schemas":[
			{"schemaName":"Customers","status":"SUCCESS","startTime":"2026-06-01T08:00:01.000Z","endTime":"2026-06-01T08:00:05.000Z",
				"objects":[{"objectName":"customers","status":"SUCCESS"},{"objectName":"addresses","status":"SUCCESS"}]}]},
		{"groupSequence":2,"status":"SUCCESS","startTime":"2026-06-01T08:00:05.000Z","endTime":"2026-06-01T08:00:11.000Z","schemas":[
			{"schemaName":"Customer360","status":"SUCCESS","startTime":"2026-06-01T08:00:06.000Z","endTime":"2026-06-01T08:00:11.000Z",
				"objects":[{"objectName":"customer_360","status":"SUCCESS"}]}]}]}`)
}

func TestPlanLevels(t *testing.T) {
	a := connect(t, Options{})
	id := a.run(AwkwardPlan)
	a.clock.Wait(2 * time.Second)
	if got := a.get("/load-plan/status/" + id + "?level=4"); got.get("loadGroups.0.schemas.0.objects.0.status") != "RUNNING" ||
		got.get("loadGroups.1.schemas.0.objects.0.status") != "QUEUED" || got.get("loadGroups.1.startTime") != "" {
		t.Errorf("while it runs: %s", got.Body)
	}
	a.get("/load-plan/status/1").same(t, `{"loadPlanExecutionId":1,"loadPlanName":"Nightly finance","status":"SUCCESS",
		"startTime":"2026-06-01T02:00:00.000Z","endTime":"2026-06-01T02:00:22.000Z"}`)
	for level, want := range map[int][3]bool{1: {}, 2: {true}, 3: {true, true}, 4: {true, true, true}} {
		got := a.get(fmt.Sprintf("/load-plan/status/2?level=%d", level))
		has := [3]bool{got.at("loadGroups") != nil, got.at("loadGroups.0.schemas") != nil, got.at("loadGroups.0.schemas.0.objects") != nil}
		if has != want {
			t.Errorf("level %d: %s", level, got.Body)
		}
	}
	for path, status := range map[string]int{"1?level=0": 400, "1?level=5": 400, "1?level=x": 400, "99": 404, "x": 400,
		"99999999999999999999": 400, "-1": 404} {
		a.want(status, "GET", "/load-plan/status/"+path, "")
	}
}

func TestPlanFails(t *testing.T) {
	a := connect(t, Options{})
	id := a.run(FailingPlan)
	a.clock.Wait(time.Minute)
	got := a.get("/load-plan/status/" + id + "?level=4")
	if groups := got.each("loadGroups", "status"); got.get("status") != "FAILED" || !slices.Equal(groups, []string{"SUCCESS", "FAILED"}) {
		t.Fatalf("got %s", got.Body)
	}
	if objects := got.each("loadGroups.1.schemas.0.objects", "status"); !slices.Equal(objects, []string{"SUCCESS", "FAILED"}) {
		t.Errorf("objects %v", objects)
	}
	if message := got.get("loadGroups.1.schemas.0.message"); !strings.Contains(message, "ORA-12541") {
		t.Errorf("message %q", message)
	}
}

func TestPlanRefuses(t *testing.T) {
	a := connect(t, Options{})
	for _, body := range []string{``, `{}`, `{"loadPlanName":7}`, `{"loadPlanName":"nightly finance"}`, `{"loadPlanName":""}`} {
		a.want(400, "POST", "/load-plan/execute", body)
	}
	a.run(FinancePlan)
	for _, after := range []time.Duration{0, 10 * time.Second, 5 * time.Second} {
		a.clock.Wait(after)
		for path, body := range map[string]string{"execute": `{"loadPlanName":"Nightly finance"}`,
			"restart": `{"loadPlanName":"Nightly finance","groupSequence":1}`} {
			if got := a.want(400, "POST", "/load-plan/"+path, body).get("message"); !strings.HasPrefix(got, "INC_05290501: ") {
				t.Errorf("message %q", got)
			}
		}
	}
	a.run("Telemetry") // another plan may
	a.clock.Wait(time.Hour)
	if id := a.run(FinancePlan); id != "5" {
		t.Errorf("the next id is %s, want 5", id)
	}
}

func TestRestart(t *testing.T) {
	for name, tt := range map[string]struct {
		opts   Options
		body   string
		status int
		groups string // sequence and schemas
	}{
		"from the start":      {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":1}`, 200, "1 Shipments Warehouse 2 LegacyCRM"},
		"from zero":           {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":0}`, 200, "1 Shipments Warehouse 2 LegacyCRM"},
		"from a group":        {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":2}`, 200, "2 LegacyCRM"},
		"what failed":         {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":1,"recentLoadPlanExecution":2}`, 200, "1 Warehouse 2 LegacyCRM"},
		"of a group":          {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":2,"recentLoadPlanExecution":2}`, 200, "2 LegacyCRM"},
		"nothing failed":      {Options{}, `{"loadPlanName":"Nightly finance","groupSequence":1,"recentLoadPlanExecution":1}`, 400, ""},
		"of another plan":     {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":1,"recentLoadPlanExecution":1}`, 400, ""},
		"never ran":           {Options{}, `{"loadPlanName":"Telemetry","groupSequence":1,"recentLoadPlanExecution":1}`, 400, ""},
		"no such group":       {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":3}`, 400, ""},
		"below zero":          {Options{}, `{"loadPlanName":"Weekly operations","groupSequence":-1}`, 400, ""},
		"no group":            {Options{}, `{"loadPlanName":"Weekly operations"}`, 400, ""},
		"no such plan":        {Options{}, `{"loadPlanName":"Nothing","groupSequence":1}`, 400, ""},
		"without tracking":    {Options{NoDetailTracking: true}, `{"loadPlanName":"Weekly operations","groupSequence":1,"recentLoadPlanExecution":2}`, 400, ""},
		"no need to track":    {Options{NoDetailTracking: true}, `{"loadPlanName":"Weekly operations","groupSequence":2}`, 200, "2 LegacyCRM"},
		"a plan never run":    {Options{}, `{"loadPlanName":"Telemetry","groupSequence":1}`, 200, "1 Telemetry"},
		"group as a fraction": {Options{}, `{"loadPlanName":"Telemetry","groupSequence":1.5}`, 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, tt.opts)
			got := a.want(tt.status, "POST", "/load-plan/restart", tt.body)
			if tt.status != 200 {
				return
			}
			got.same(t, `{"loadPlanExecutionId":3}`)
			var words []string
			status := a.get("/load-plan/status/3?level=3")
			for i, sequence := range status.each("loadGroups", "groupSequence") {
				words = append(append(words, sequence), status.each(fmt.Sprintf("loadGroups.%d.schemas", i), "schemaName")...)
			}
			if groups := strings.Join(words, " "); groups != tt.groups {
				t.Errorf("runs %s, want %s", groups, tt.groups)
			}
		})
	}
}

// TestPlanWaitsForLoad has a plan come to a schema that is being loaded by itself.
func TestPlanWaitsForLoad(t *testing.T) {
	a := connect(t, Options{})
	a.post("/schema/load", load1("Ledger"))
	a.clock.Wait(3 * time.Second)
	id := a.run(FinancePlan)
	a.want(400, "POST", "/schema/load", load1("Ledger"))
	a.want(400, "POST", "/schema/load", load1("Procurement"))
	a.clock.Wait(time.Hour)
	got := a.get("/load-plan/status/" + id + "?level=3")
	if begin, end := got.get("loadGroups.0.schemas.0.startTime"), got.get("loadGroups.0.schemas.0.endTime"); begin != "2026-06-01T08:00:05.000Z" || end != "2026-06-01T08:00:09.000Z" {
		t.Errorf("from %s to %s", begin, end)
	}
}
