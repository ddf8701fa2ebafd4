package emulator

import (
	"strings"
	"testing"
)

// An exercise is one good request of an endpoint of v2.
type exercise struct {
	path string // as it is in the route, with its parameters filled in
	body string
}

// exercises has one for every route of v2, and TestExercises minds that it does.
var exercises = map[string]exercise{
	"POST /schema/load":                   {"/schema/load", `{"schemaNames":["Ledger"],"loadSource":"FULL","synchronous":true,"requestedTimeoutInMilliseconds":1000}`},
	"POST /schema/{schemaName}/load":      {"/schema/Ledger/load", `{"tables":["entries"],"loadSource":"INCREMENTAL"}`},
	"GET /schema/{schemaName}/status":     {"/schema/Ledger/status", ""},
	"POST /schema/list":                   {"/schema/list?schemaType=ALL", `{"limit":10,"offset":0,"sortBy":"NAME_ASC"}`},
	"POST /schema/{schemaName}/list":      {"/schema/Ledger/list", `{"limit":10,"offset":0}`},
	"POST /load-plan/execute":             {"/load-plan/execute", `{"loadPlanName":"Nightly finance"}`},
	"POST /load-plan/restart":             {"/load-plan/restart", `{"loadPlanName":"Weekly operations","groupSequence":1,"recentLoadPlanExecution":2}`},
	"GET /load-plan/status/{executionId}": {"/load-plan/status/1?level=4", ""},
	"GET /catalog":                        {"/catalog?sortBy=NAME_ASC&limit=10&offset=0", ""},
	"GET /catalog/folder/{folderId}":      {"/catalog/folder/11?sortBy=NAME_ASC&limit=10&offset=0", ""},
	"GET /catalog/search":                 {"/catalog/search?keyword=e&type=ALL&limit=10&offset=0", ""},
	"GET /configs/sqlConnection":          {"/configs/sqlConnection", ""},
	"POST /dashboards/{dashboardGuid}/send-report": {"/dashboards/" + KPIDashboard + "/send-report", `{"toExternalEmails":["x@example.org"],
		"toUsersNames":["ada@example.com"],"toGroupNames":["Viewers"],"ccExternalEmails":[],"subject":"s","body":"b","outputFormat":"PDF","bursting":false}`},
	"GET /dashboards/{dashboardGuid}/prompts": {"/dashboards/" + KPIDashboard + "/prompts", ""},
	"POST /dashboards/{dashboardGuid}/insights/{insightGuid}/query": {"/dashboards/" + KPIDashboard + "/insights/" + InsightOf(KPIDashboard) + "/query",
		`{"prompts":[],"pagination":{"startRow":0,"pageSize":1},"username":"grace@example.com"}`},
	"POST /query": {"/query", `{"stringify":true,"username":"grace@example.com","query":{"view":"OpsViews.DelaysByCarrier","startRow":0,"pageSize":1,
		"format":"json","filters":[{"field":"OpsViews.DelaysByCarrier.what"}]}}`},
	"POST /sqlxquery":                    {"/sqlxquery", `{"sql":"select * from Ledger.accounts limit 1"}`},
	"PATCH /users/transferOwnership":     {"/users/transferOwnership", `{"ownerEmail":"ada@example.com","newOwnerEmail":"lin@example.com","transferSharingPermission":true}`},
	"PATCH /users/resetPasswords":        {"/users/resetPasswords", ""},
	"POST /extraction/schema":            {"/extraction/schema", `{"schemaName":"lakehouse"}`},
	"DELETE /extraction/schema/{schema}": {"/extraction/schema/ops_export?cascade=true", ""},
	"POST /extraction/table":             {"/extraction/table", `{"sourceTableName":"FinanceViews.RevenueByMonth","targetTableName":"ops_export.revenue","replace":true}`},
	"PUT /extraction/table":              {"/extraction/table", `{"sourceTableName":"OpsViews.DelaysByCarrier","targetTableName":"ops_export.delays","limit":"5"}`},
	"DELETE /extraction/table/{table}":   {"/extraction/table/ops_export.delays?purge=true", ""},
}

// reads are the requests that change nothing although they are no GET.
var reads = []string{"/list", "/query", "/sqlxquery"}

func (e exercise) reads(method string) bool {
	path, _, _ := strings.Cut(e.path, "?")
	for _, end := range reads {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return method == "GET"
}

func TestExercises(t *testing.T) {
	missing := map[string]bool{}
	for on := range exercises {
		missing[on] = true
	}
	for _, list := range [][]route{userRoutes(), schemaRoutes(), loadRoutes(Options{}), loadPlanRoutes(), catalogRoutes(),
		dashboardRoutes(), queryRoutes(), extractionRoutes(), configRoutes()} {
		for _, rt := range list {
			if _, ok := exercises[rt.on]; !ok {
				t.Errorf("no exercise for %s", rt.on)
			}
			delete(missing, rt.on)
		}
	}
	for on := range missing {
		t.Errorf("an exercise for %s, which there is not", on)
	}
	for on, e := range exercises {
		t.Run(on, func(t *testing.T) {
			method, _, _ := strings.Cut(on, " ")
			a := connect(t, Options{})
			before := a.dump()
			a.want(200, method, e.path, e.body)
			if changed := a.dump() != before; changed == e.reads(method) {
				t.Errorf("changed something: %v", changed)
			}
			if logged := len(a.s.Mutations()) == 1; logged == e.reads(method) {
				t.Errorf("is among the mutations: %v", logged)
			}
			without := *a
			without.Token = ""
			without.want(401, method, e.path, e.body)
			a.at(v2Path+"/other").want(401, method, e.path, e.body)
			empty := connect(t, Options{Empty: true})
			if got, err := empty.try(method, e.path, e.body); err != nil || got.Status >= 500 {
				t.Errorf("where nothing is: %+v %v", got, err)
			}
			old := connect(t, Options{NoTenant: true}).at(v2Path)
			old.want(200, method, e.path, e.body)
		})
	}
}
