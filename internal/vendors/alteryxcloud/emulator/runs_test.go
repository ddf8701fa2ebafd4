package emulator

import (
	"strings"
	"testing"
	"time"
)

func TestSchedules(t *testing.T) {
	a := connect(t, Options{})
	for _, at := range []string{"/v4", "/scheduling/v1"} {
		if n := len(a.column(at+"/schedules", "id")); n != 10 {
			t.Errorf("the first page has %d schedules", n)
		}
		a.wantColumn(at+"/schedules?offset=10", "id", `[]`)
	}
	ada := a.as(AdaLegacyToken)
	ada.wantColumn("/v4/schedules", "enabled", `[true,false]`) // only one's own
	ada.wantColumn("/v4/schedules?taskTypeFilter=runPlan", "id", `[1001]`)
	ada.wantColumn("/v4/schedules?taskTypeFilter=runPlan&taskTypeFilter=runFlow&assetId=3003", "id", `[1002]`)
	const body = `{"name":"Neu / \"x\"","triggers":[{"timeBased":{"daily":{"hourOfDay":5,"minuteOfHour":30,"onlyWorkingDays":true},"timezone":"Europe/Berlin"}}],"tasks":[{"runPlan":{"planId":2001}}]}`
	a.want(
		exchange{"GET /v4/schedules/count", "", 200, `{"count":10}`},
		exchange{"GET /v4/schedules/1004", "", 200, `{"id":1004,"name":"Legacy Ledger, täglich","enabled":true,"createdBy":51008,"creator":{"email":"paul@example.com"},"tasks":[{"runPlan":{"planId":2003,"name":"Legacy Ledger, täglich"}}],"triggers":[{"timeBased":{"daily":{"hourOfDay":4}}}]}`},
		exchange{"GET /v4/schedules/1006", "", 200, `{"enabled":false,"disableReason":"Too many failed runs"}`},
		exchange{"GET /v4/schedules/7", "", 404, absent},
		exchange{"POST /v4/schedules", body, 201, `{"id":900001,"name":"Neu / \"x\"","enabled":true,"createdBy":51001}`},
		exchange{"PUT /scheduling/v1/schedules/900001", `{"name":"Neuer","tasks":[{"runWorkflow":{"workflowId":"` + ChurnWorkflow + `"}}]}`, 200, `{"id":900001,"updater":{"id":51001}}`},
		exchange{"GET /v4/schedules/900001", "", 200, `{"name":"Neuer","tasks":[{"runWorkflow":{"name":"Churn / scoring"}}]}`},
		exchange{"POST /v4/schedules/900001/disable", "", 200, `{"enabled":false}`},
		exchange{"POST /scheduling/v1/schedules/900001/disable", "{}", 200, `{"enabled":false}`},
		exchange{"POST /v4/schedules/900001/enable", "", 200, `{"enabled":true}`},
		exchange{"POST /v4/schedules/900001/enable", "", 200, `{"enabled":true}`},
		exchange{"POST /v4/schedules/7/enable", "", 404, absent},
		exchange{"DELETE /v4/flows/3003", "", 204, ""},
		exchange{"POST /v4/schedules/1002/enable", "", 400, `{"exception":{"code":"CANNOT_USE_FLOW_IN_SCHEDULE"}}`},
	)
	ada.want(
		exchange{"GET /v4/schedules/1004", "", 404, absent},
		exchange{"POST /v4/schedules/1004/disable", "", 404, absent},
		exchange{"DELETE /v4/schedules/1003", "", 404, absent})
}

func TestDeletedSchedulesLinger(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"DELETE /v4/schedules/1011", "", 204, "empty"},
		exchange{"DELETE /v4/schedules/1011", "", 404, absent},
		exchange{"GET /v4/schedules/count", "", 200, `{"count":9}`},
		exchange{"GET /v4/schedules/1011", "", 200, `{"id":1011}`})
	a.clock.Wait(lingering)
	a.want(exchange{"GET /v4/schedules/1011", "", 404, absent})
}

func TestTriggers(t *testing.T) {
	a := connect(t, Options{})
	const tasks = `"tasks":[{"runFlow":{"flowId":3001}}]`
	for trigger, want := range map[string]string{
		`{"hourly":{"minuteOfHour":5},"timezone":"UTC"}`:                                                                                                "",
		`{"weekly":{"minuteOfHour":5,"hourOfDay":6,"daysOfWeek":["MONDAY","FRIDAY"]},"timezone":"UTC"}`:                                                 "",
		`{"monthly":{"minuteOfHour":5,"hourOfDay":6,"daysOfMonth":[1,31]},"timezone":"UTC"}`:                                                            "",
		`{"monthlyWeekday":{"minuteOfHour":5,"hourOfDay":6,"dayOfWeek":"MONDAY","nthWeekDayOfMonth":2},"timezone":"UTC"}`:                               "",
		`{"daily":{"minuteOfHour":5,"hourOfDay":6,"utcStartDateTime":"2026-01-01T00:00:00Z","utcEndDateTime":"2027-01-01T00:00:00Z"},"timezone":"UTC"}`: "",
		`{"cron":{"expression":"0 0/15 8-18 ? * MON-FRI"},"timezone":"UTC"}`:                                                                            "",
		`{"cron":{"expression":"0 0 18 L * ? 2026"},"timezone":"UTC"}`:                                                                                  "",
		`{"cron":{"expression":"0 0 7 ? JAN,JUL 2#1"},"timezone":"UTC"}`:                                                                                "",
		`{"cron":{"expression":"0 7 * * *"},"timezone":"UTC"}`:                                                                                          `{"exception":{"name":"ValidationFailed","code":"INVALID_CRON_EXPRESSION","message":"…"}}`,
		`{"cron":{"expression":"0 0 25 * * ?"},"timezone":"UTC"}`:                                                                                       `{"exception":{"code":"INVALID_CRON_EXPRESSION"}}`,
		`{"cron":{"expression":"0 0 7 * * *"},"timezone":"UTC"}`:                                                                                        `{"exception":{"code":"INVALID_CRON_EXPRESSION"}}`,
		`{"cron":{"expression":"0 0 7 ? * FUN"},"timezone":"UTC"}`:                                                                                      `{"exception":{"code":"INVALID_CRON_EXPRESSION"}}`,
		`{"cron":{"expression":7},"timezone":"UTC"}`:                                                                                                    invalid,
		`{"oneTime":{"utcDateTime":"2027-01-01T00:00:00Z"},"timezone":"UTC"}`:                                                                           refused,
		`{"daily":{"minuteOfHour":5,"hourOfDay":6,"utcEndDateTime":"2026-01-01T00:00:00Z"},"timezone":"UTC"}`:                                           `{"exception":{"code":"TRIGGER_WILL_NEVER_FIRE"}}`,
		`{"daily":{"minuteOfHour":5,"hourOfDay":24},"timezone":"UTC"}`:                                                                                  invalid,
		`{"daily":{"hourOfDay":4},"timezone":"UTC"}`:                                                                                                    invalid,
		`{"daily":{"minuteOfHour":5,"hourOfDay":6}}`:                                                                                                    invalid,
		`{"daily":{"minuteOfHour":5,"hourOfDay":6,"utcEndDateTime":"soon"},"timezone":"UTC"}`:                                                           invalid,
		`{"weekly":{"minuteOfHour":5,"hourOfDay":6,"daysOfWeek":["Monday"]},"timezone":"UTC"}`:                                                          invalid,
		`{"monthly":{"minuteOfHour":5,"hourOfDay":6,"daysOfMonth":[32]},"timezone":"UTC"}`:                                                              invalid,
		`{"yearly":{},"timezone":"UTC"}`:                                                                                                                invalid,
		`{"timezone":"UTC"}`:                                                                                                                            invalid,
	} {
		status := 400
		if want == "" {
			status = 201
		}
		a.want(exchange{"POST /v4/schedules", `{"name":"x","triggers":[{"timeBased":` + trigger + `}],` + tasks + `}`, status, want})
	}
	for body, want := range map[string]string{
		`{"name":"x","triggers":[{"fileWatcher":{"path":"/in","interval":5,"eventType":"ONCHANGE","storageType":"TFS"}}],` + tasks + `}`:                          "",
		`{"name":"x","triggers":[{"tableWatcher":{"connectionId":7001,"dataSourceType":"SNOWFLAKE","tableName":"t","operationType":"ON_CHANGE"}}],` + tasks + `}`: "",
		`{"name":"x","triggers":[{"fileWatcher":{"path":"/in"}}],` + tasks + `}`:                                                                                  invalid,
		`{"name":"x","triggers":[{"tableWatcher":{}}],` + tasks + `}`:                                                                                             invalid,
		`{"name":"x","triggers":[{}],` + tasks + `}`:                                                                                                              invalid,
		`{"name":"x","triggers":[],` + tasks + `}`:                                                                                                                invalid,
		`{"name":"x",` + tasks + `}`:                                                            invalid,
		`{"name":"x","triggers":[` + hourly + `]}`:                                              invalid,
		`{"name":"x","triggers":[` + hourly + `],"tasks":[]}`:                                   invalid,
		`{"name":"x","triggers":[` + hourly + `],"tasks":[{"runReport":{"id":1}}]}`:             invalid,
		`{"name":"x","triggers":[` + hourly + `],"tasks":[{"runFlow":{"flowId":7}}]}`:           `{"exception":{"code":"CANNOT_USE_FLOW_IN_SCHEDULE"}}`,
		`{"name":"x","triggers":[` + hourly + `],"tasks":[{"runPlan":{"planId":7}}]}`:           `{"exception":{"code":"CANNOT_USE_PLAN_IN_SCHEDULE"}}`,
		`{"name":"x","triggers":[` + hourly + `],"tasks":[{"runWorkflow":{"workflowId":"x"}}]}`: refused,
		`{"name":"` + strings.Repeat("ö", 256) + `","triggers":[` + hourly + `],` + tasks + `}`: `{"exception":{"code":"SCHEDULE_NAME_TOO_LONG"}}`,
		`{"name":"` + strings.Repeat("ö", 255) + `","triggers":[` + hourly + `],` + tasks + `}`: "",
	} {
		status := 400
		if want == "" {
			status = 201
		}
		a.want(exchange{"POST /scheduling/v1/schedules", body, status, want})
	}
}

const hourly = `{"timeBased":{"hourly":{"minuteOfHour":5},"timezone":"UTC"}}`

func TestScheduleTransfer(t *testing.T) {
	a := connect(t, Options{})
	const at = "POST /v4/schedules/transferOwnership"
	a.want(
		exchange{at, `{"scheduleIds":[1004,1005],"toUserId":51003,"toWorkspaceId":4242}`, 204, "empty"},
		exchange{at, `{"scheduleIds":[1004,1005],"toUserId":51003}`, 204, "empty"},
		exchange{at, `{"scheduleIds":[1011,7],"toUserId":51003}`, 400, refused},
		exchange{at, `{"scheduleIds":[1011],"toUserId":51008}`, 400, refused}, // suspended
		exchange{at, `{"scheduleIds":[1011],"toUserId":7}`, 400, refused},
		exchange{at, `{"scheduleIds":[1011],"toUserId":51003,"toWorkspaceId":4243}`, 403, denied},
		exchange{at, `{"scheduleIds":[],"toUserId":51003}`, 400, invalid},
		exchange{at, `{"toUserId":51003}`, 400, invalid},
		exchange{"POST /scheduling/v1/schedules/transferOwnership", `{"scheduleIds":[1011],"toUserId":51003}`, 404, noPath})
	ada := a.as(AdaLegacyToken)
	ada.wantColumn("/v4/schedules", "id", `[1001,1002,1004,1005]`)
	ada.want(exchange{at, `{"scheduleIds":[1011],"toUserId":51003}`, 400, refused}) // of the API user
}

func TestPlanRuns(t *testing.T) {
	for name, tt := range map[string]struct {
		plan, end string
	}{
		"one that works":     {"2001", `"Complete"`},
		"one that fails":     {"2004", `"Failed"`},
		"one that hangs":     {"2007", `"InProgress"`},
		"at the other route": {"2005", `"Complete"`},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			a.want(exchange{"POST /v4/plans/" + tt.plan + "/run", "", 201, `{"validationStatus":"Valid","planSnapshotRunId":900001}`})
			const at = "GET /v4/planSnapshotRuns/900001"
			a.want(exchange{at, "", 200, `{"id":900001,"status":"Created","createdAt":"2026-06-01T08:00:00.000Z","startedAt":null,"finishedAt":null,"failedToCancelSomeJobs":false}`})
			a.clock.Wait(QueueTime)
			a.want(exchange{at, "", 200, `{"status":"InProgress","startedAt":"2026-06-01T08:00:02.000Z","finishedAt":null}`})
			a.clock.Wait(RunTime)
			a.want(exchange{"GET /plans/v1/planSnapshotRuns/900001", "", 200, `{"status":` + tt.end + `}`})
			a.want(
				exchange{"POST /v4/planSnapshotRuns/900001/cancel", "", 200, `{"status":` + strings.Replace(tt.end, "InProgress", "Canceled", 1) + `}`},
				exchange{"POST /v4/planSnapshotRuns/900001/cancel", "", 200, ""},
				exchange{"POST /v4/planSnapshotRuns/7/cancel", "", 404, absent})
		})
	}
}

func TestMissingFlows(t *testing.T) {
	a := connect(t, Options{}).with("x-execution-id", "once")
	for range 2 {
		a.want(exchange{"POST /v4/plans/2006/run", "", 201, `{"validationStatus":"MissingFlowReferences","planSnapshotRunId":null}`})
	}
	a.want(exchange{"DELETE /v4/flows/3001", "", 204, ""}, exchange{"POST /v4/plans/2001/run", "", 201, `{"validationStatus":"MissingFlowReferences"}`})
}

func TestPlanRunList(t *testing.T) {
	a := connect(t, Options{})
	for query, want := range map[string]string{
		"":                  `[55005,55004,55003,55002,55001]`, // the newest first
		"status=Failed":     `[55003,55002]`,
		"status=InProgress": `[55005]`,
		"ranfrom=schedule":  `[55004,55001]`,
		"runBy=currentUser": `[]`,
		"sort=id&limit=2":   `[55001,55002]`,
		"dateFilter[createdAt][gte]=" + ms(ago(7)) + "&dateFilter[createdAt][lt]=" + ms(ago(5)): `[55004,55003]`,
		"dateFilter[createdAt][gt]=" + ms(ago(7)) + "&dateFilter[createdAt][lte]=" + ms(ago(5)): `[55005,55004]`,
	} {
		a.wantColumn("/v4/planSnapshotRuns?"+query, "id", want)
	}
	a.want(
		exchange{"GET /v4/planSnapshotRuns/count", "", 200, `{"count":5}`},
		exchange{"GET /v4/planSnapshotRuns?status=Busy", "", 400, invalid},
		exchange{"GET /v4/planSnapshotRuns?runBy=me", "", 400, invalid},
		exchange{"GET /v4/planSnapshotRuns?dateFilter[createdAt][gte]=yesterday", "", 400, invalid},
		exchange{"GET /v4/planSnapshotRuns/55004/schedule", "", 200, `{"id":1004}`},
		exchange{"GET /v4/planSnapshotRuns/55002/schedule", "", 404, absent},
		exchange{"GET /v4/planSnapshotRuns/7", "", 404, absent},
	)
	ada := a.as(AdaLegacyToken)
	ada.wantColumn("/v4/planSnapshotRuns", "id", `[55001]`)
	ada.want(exchange{"GET /v4/planSnapshotRuns/55002", "", 404, absent})
}

func ms(t time.Time) string { return idString(t.UnixMilli()) }

func TestExecutionIDs(t *testing.T) {
	for request, body := range map[string]string{
		"POST /v4/plans/2001/run": "{}",
		"POST /v4/flows/3001/run": "{}",
		"POST /v4/jobGroups":      `{"wrangledDataset":{"id":40001}}`,
	} {
		a := connect(t, Options{})
		a.want(exchange{request, body, 201, ""}, exchange{request, body, 201, ""}) // without one each starts
		once := a.with("x-execution-id", "once")
		once.want(exchange{request, body, 201, ""})
		before := string(a.s.Dump())
		once.want(exchange{request, body, 304, "empty"})
		if string(a.s.Dump()) != before {
			t.Errorf("%s: the second request changed something", request)
		}
		a.with("x-execution-id", "twice").want(exchange{request, body, 201, ""})
	}
}

func TestFlowRuns(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /v4/flows/3001/run?runAsync=true", `{"execution":"photon"}`, 201, `{"flowRunId":900001,"data":[{"id":900002,"jobs":{"data":[{"id":900003}]},"reason":"JobStarted"},{"id":900004}]}`},
		exchange{"POST /v4/flows/3001/run", `{"wrangledDatasetIds":[40002]}`, 201, `{"data":[{"flowRun":{"id":900006}}]}`},
		exchange{"POST /v4/flows/3001/run", `{"wrangledDatasetIds":[7]}`, 400, refused},
		exchange{"POST /v4/flows/3001/run", `{"execution":"magic"}`, 400, invalid},
		exchange{"POST /v4/flows/7/run", ``, 404, absent},
		exchange{"GET /v4/flowRuns/900001", "", 200, `{"id":900001,"flow":{"id":3001}}`},
		exchange{"GET /v4/flowRuns/900001/status", "", 200, `"Created"`},
		exchange{"GET /v4/flowRuns/7/status", "", 404, absent},
	)
	a.wantColumn("/v4/flowRuns/900001/jobGroups", "id", `[900002,900004]`)
	a.clock.Wait(QueueTime)
	a.want(exchange{"GET /v4/flowRuns/900001/status", "", 200, `"InProgress"`})
	a.want(exchange{"POST /v4/jobGroups/900004/cancel", "", 200, `{"jobgroupId":900004,"jobIds":[900005]}`})
	a.clock.Wait(RunTime)
	a.want(
		exchange{"GET /v4/flowRuns/900001/status", "", 200, `"Canceled"`},
		exchange{"GET /v4/flowRuns/900006/status", "", 200, `"Complete"`})
	ada := a.as(AdaLegacyToken)
	ada.want(
		exchange{"POST /v4/flows/9007199254740993/run", "", 403, denied}, // read only
		exchange{"GET /v4/flowRuns/900001", "", 404, absent})
}

func TestJobs(t *testing.T) {
	a := connect(t, Options{})
	const body = `{"wrangledDataset":{"id":40061},"overrides":{"profiler":true},"runParameters":{"overrides":{"data":[{"key":"k","value":"v"}]}}}`
	a.want( // the recipe of a flow whose jobs fail
		exchange{"POST /v4/jobGroups", body, 201, `{"id":900001,"sessionId":"…","reason":"JobStarted","jobs":{"data":[{"id":900002},{"id":900003}]}}`},
		exchange{"GET /v4/jobGroups/900001", "", 200, `{"id":900001,"status":"Created","ranfrom":"api","ranfor":"recipe","creator":{"id":51001},"wrangledDataset":{"id":40061}}`},
		exchange{"GET /v4/jobGroups/900001/status", "", 200, `"Created"`},
		exchange{"GET /v4/jobGroups/900001/jobs", "", 200, `{"data":[{"id":900002,"status":"Created"},{"id":900003}]}`},
		exchange{"POST /v4/jobGroups", `{"wrangledDataset":{"id":40001},"testMode":true}`, 201, `{"datasetId":40001,"sessionId":"…"}`},
		exchange{"POST /v4/jobGroups", `{"wrangledDataset":{"id":7}}`, 400, refused},
		exchange{"POST /v4/jobGroups", `{"wrangledDataset":7}`, 400, invalid},
		exchange{"POST /v4/jobGroups", `{}`, 400, invalid},
	)
	a.clock.Wait(QueueTime)
	a.want(exchange{"GET /v4/jobs/900003/status", "", 200, `"InProgress"`})
	a.clock.Wait(RunTime)
	a.want(
		exchange{"GET /v4/jobGroups/900001/status", "", 200, `"Failed"`},
		exchange{"POST /v4/jobGroups/900001/cancel", "{}", 200, `{"jobgroupId":900001,"jobIds":[]}`},
		exchange{"GET /v4/jobGroups/900001/status", "", 200, `"Failed"`},
		exchange{"GET /v4/jobs/7/status", "", 404, absent},
		exchange{"GET /v4/jobGroups/7/status", "", 404, absent},
		exchange{"GET /v4/jobGroups/900001/profile", "", 200, ""},
		exchange{"GET /v4/jobGroups/900001/profileResults", "", 200, ""},
		exchange{"GET /v4/jobGroups/88003/profile", "", 400, `{"exception":{"name":"ProfilingDataNotFoundException"}}`},
		exchange{"GET /v4/jobGroups/88003/pdfResults", "", 400, `{"exception":{"name":"ProfilingDataNotFoundException"}}`},
	)
	if got := a.Do("GET /v4/jobGroups/900001/pdfResults", ""); got.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(got.Body, "%PDF") {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	for _, part := range []string{"inputs", "outputs", "publications"} {
		a.wantColumn("/v4/jobGroups/900001/"+part, "id", `[]`)
	}
}

func TestJobLibrary(t *testing.T) {
	a := connect(t, Options{})
	for query, want := range map[string]int{
		"limit=1000":                   50,
		"offset=25":                    25, // two full pages
		"offset=50":                    0,
		"status=Failed":                1,
		"status=Canceled":              0,
		"ranfrom=schedule":             25,
		"ranfor=plan":                  0,
		"runBy=currentUser&limit=1000": 30,
		"dateFilter[createdAt][gte]=" + ms(ago(2)): 1,
	} {
		if n := len(a.column("/v4/jobLibrary?"+query, "id")); n != want {
			t.Errorf("%s: %d job groups, want %d", query, n, want)
		}
	}
	a.wantColumn("/v4/jobLibrary?limit=2", "id", `[88001,88003]`) // the newest first
	a.want(
		exchange{"GET /v4/jobLibrary/count?status=Complete", "", 200, `{"count":49}`},
		exchange{"GET /v4/jobLibrary?status=x", "", 400, invalid},
		exchange{"GET /v4/jobLibrary?ranfor=x", "", 400, invalid},
		exchange{"GET /v4/jobGroups?limit=1&includeCount=true", "", 200, `{"data":[{}],"count":50}`},
	)
	if n := len(a.as(AdaLegacyToken).column("/v4/jobLibrary", "id")); n != 6 {
		t.Errorf("ada sees %d job groups", n)
	}
}
