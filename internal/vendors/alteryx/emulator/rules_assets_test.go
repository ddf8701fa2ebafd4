package emulator

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestRule9Studios(t *testing.T) {
	a := connect(t, Options{})
	workflow := "/v3/workflows/" + revenueReconciliation
	a.as(omar).want(http.StatusNotFound, "GET", workflow, nil)
	a.as(lin).want(http.StatusOK, "GET", workflow, nil)
	toOmar := with(fullWorkflow, object{"ownerId": omar, "versionId": partOf(revenueReconciliation, 1)})
	a.want(http.StatusBadRequest, "PUT", workflow, toOmar)
	a.want(http.StatusOK, "PUT", workflow, with(toOmar, object{"ownerId": lin}))

	for range 2 { // the second time is harmless
		a.want(http.StatusOK, "PUT", workflow+"/transfer", object{"ownerId": omar, "transferSchedules": false})
	}
	a.as(omar).want(http.StatusOK, "GET", workflow, nil)
	a.as(lin).want(http.StatusNotFound, "GET", workflow, nil)
	in := func(studio string) string {
		return strings.Join(strings.Fields(string(mustJSON(t, a.get("/v3/subscriptions/" + studio)["workflows"]))), "")
	}
	if strings.Contains(in(financeStudio), revenueReconciliation) || !strings.Contains(in(operationsStudio), revenueReconciliation) {
		t.Error("the workflow did not change studios")
	}
}

func TestRule10WhatATransferLeavesBehind(t *testing.T) {
	a := connect(t, Options{})
	for name, tt := range map[string]struct {
		workflow string
		to       string
		mend     func()
	}{
		"data connection": {revenueReconciliation, lin, func() {
			a.want(200, "POST", "/v3/serverDataConnections/"+financeWarehouse+"/users", object{"userId": lin})
		}},
		"DCM connection": {expenseAudit, omar, func() {
			a.as(ada).want(200, "PUT", "/v3/dcm/connections/"+ledgerDCM+"/sharing/execution", object{"userIds": []string{omar}, "userGroupIds": []string{}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := a.run(tt.workflow)["disposition"]; got != "Success" {
				t.Errorf("before: %v", got)
			}
			a.want(200, "PUT", "/v3/workflows/"+tt.workflow+"/transfer", object{"ownerId": tt.to, "transferSchedules": true})
			if job := a.run(tt.workflow); job["disposition"] != "Error" || len(job["messages"].([]any)) != 1 {
				t.Errorf("after: %v", job)
			}
			tt.mend()
			if got := a.run(tt.workflow)["disposition"]; got != "Success" {
				t.Errorf("mended: %v", got)
			}
		})
	}
}

func TestRule11Groups(t *testing.T) {
	a := connect(t, Options{})
	path := "/v3/usergroups/" + financeViewers
	a.want(http.StatusBadRequest, "DELETE", path, nil)
	a.want(http.StatusBadRequest, "DELETE", path+"?forceDelete=false", nil)
	got := a.want(200, "POST", path+"/users", []string{lin, "nobody", lin, omar})
	want := object{"successfullyAddedUserCount": 2.0, "totalUsersSubmittedCount": 4.0, "failedUserReasons": object{
		"nobody": "The user does not exist.", lin: "The user is already a member of the user group."}}
	if !reflect.DeepEqual(got, any(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
	a.want(200, "DELETE", path+"/users/"+lin, nil)
	a.want(200, "DELETE", path+"/users/"+lin, nil)
	a.want(200, "DELETE", path+"/users/nobody", nil)
	a.want(http.StatusBadRequest, "POST", path+"/activedirectorygroups", `"`+dataTeamSID+`"`)
	a.want(200, "DELETE", path+"?forceDelete=true", nil)
	a.want(http.StatusNotFound, "GET", path, nil)
	if strings.Contains(string(a.s.Dump()), financeViewers) {
		t.Error("something is still shared with the deleted group")
	}

	w := connect(t, Options{Windows: true})
	w.want(http.StatusNotFound, "POST", path+"/activedirectorygroups", `"S-1-5-0"`)
	w.want(http.StatusBadRequest, "DELETE", path+"/activedirectorygroups/"+dataTeamSID, nil)
	w.want(200, "POST", path+"/activedirectorygroups", `"`+dataTeamSID+`"`)
	w.want(200, "DELETE", path+"/activedirectorygroups/"+dataTeamSID, nil)
}

func TestRule12Collections(t *testing.T) {
	a := connect(t, Options{})
	a.want(200, "PUT", "/v3/users/"+grace, with(a.get("/v3/users/"+grace), object{"canCreateCollections": false}))
	a.as(grace).want(http.StatusUnauthorized, "POST", "/v3/collections", object{"name": "x"})

	id := a.want(200, "POST", "/v3/collections", object{"name": "x"}).(string)
	path := "/v3/collections/" + id
	for range 2 {
		a.want(200, "POST", path+"/users", with(allowed, object{"userId": omar}))
		a.want(200, "POST", path+"/workflows", object{"workflowId": cashForecast})
	}
	col := a.get(path)
	if users, workflows := col["users"], col["workflowIds"]; !reflect.DeepEqual(users, any([]any{object{"userId": omar}})) ||
		!reflect.DeepEqual(workflows, any([]any{cashForecast})) {
		t.Errorf("got %v", col)
	}
	a.as(omar).want(200, "GET", "/v3/workflows/"+cashForecast, nil)
	a.want(200, "PUT", path+"/users/"+omar+"/permissions", with(allowed, object{"expirationDate": "2026-05-31T00:00:00Z"}))
	a.as(omar).want(http.StatusNotFound, "GET", "/v3/workflows/"+cashForecast, nil)

	a.want(http.StatusBadRequest, "DELETE", path, nil)
	a.want(200, "DELETE", path+"/users/"+omar, nil)
	a.want(http.StatusNotFound, "DELETE", path+"/users/"+omar, nil)
	a.want(http.StatusNotFound, "PUT", path+"/users/"+omar+"/permissions", allowed)
	a.want(200, "DELETE", path+"?forceDelete=true", nil)
	a.want(http.StatusNotFound, "GET", path, nil)

	w := connect(t, Options{Windows: true})
	w.want(http.StatusNotFound, "POST", "/v3/collections/"+monthEnd+"/users", with(allowed, object{"userId": omar}))
	w.want(200, "POST", "/v3/collections/"+monthEnd+"/users", with(allowed, object{"userId": "S-1-5-21-1004336348-1177238915-682003330-1005"}))
	if users := w.get("/v3/collections/" + monthEnd)["users"].([]any); users[0].(object)["userId"] != omar {
		t.Errorf("got %v", users)
	}
}

func TestRule13Credentials(t *testing.T) {
	plain := connect(t, Options{NoTLS: true})
	plain.want(http.StatusBadRequest, "POST", "/v3/credentials", object{"username": "x", "password": "topsecret"})
	plain.want(http.StatusBadRequest, "PUT", "/v3/credentials/"+auditCredential, object{"newPassword": "topsecret"})

	a := connect(t, Options{})
	path := "/v3/credentials/" + auditCredential
	a.want(http.StatusBadRequest, "DELETE", path, nil)
	a.want(200, "DELETE", path+"/users/"+ada, nil)
	a.want(http.StatusBadRequest, "DELETE", path, nil) // a schedule still uses it
	a.want(200, "PUT", path, object{"newPassword": "topsecret"})
	id := a.want(200, "POST", "/v3/credentials", object{"username": "x", "password": "topsecret"}).(object)["credentialId"].(string)
	for _, view := range []string{path, "/v3/credentials/" + id, "/v3/credentials?view=Full", "/admin/v1/auditlog?entity=Credential&page=0&pageSize=99"} {
		if body := a.do("GET", view, nil).Body.String(); strings.Contains(body, "topsecret") || strings.Contains(body, "emulated-password") {
			t.Errorf("GET %s shows a password: %s", view, body)
		}
	}
	if n := strings.Count(string(a.s.Dump()), "topsecret"); n != 2 {
		t.Errorf("the dump has %d of the new passwords, want 2", n)
	}
	a.want(200, "DELETE", path+"?force=true", nil)
	if strings.Contains(string(a.s.Dump()), auditCredential) {
		t.Error("something still uses the deleted credential")
	}

	b := a.as(lin) // sees what is shared with her group, whatever she asks for
	if got := b.list("/v3/credentials?view=Full&userId=" + priya); !reflect.DeepEqual(got, []any{object{"id": financeCredential, "userName": `EXAMPLE\svc-finance`}}) {
		t.Errorf("Lin sees %v", got)
	}
	b.want(http.StatusNotFound, "GET", "/v3/credentials/"+opsCredential, nil)
	b.want(http.StatusUnauthorized, "PUT", "/v3/credentials/"+financeCredential, object{"newPassword": "p"})
}

func TestRule14Schedules(t *testing.T) {
	a := connect(t, Options{})
	for query, want := range map[string]int{
		"runsAfter=2026-06-01T00:00:00Z":                                 400,
		"runsBefore=2026-06-01T00:00:00Z":                                400,
		"runsAfter=2026-06-01T00:00:00Z&runsBefore=2026-07-17T00:00:00Z": 400,
		"runsAfter=2026-06-01T00:00:00Z&runsBefore=2026-07-16T00:00:00Z": 200,
		"runsAfter=tomorrow&runsBefore=2026-07-16T00:00:00Z":             400,
	} {
		a.want(want, "GET", "/v3/schedules?"+query, nil)
	}
	path := "/v3/schedules/" + revenueDaily
	for field := range fullSchedule {
		if field != "questions" {
			a.want(http.StatusBadRequest, "PUT", path, with(fullSchedule, object{field: nil}))
		}
	}
	before := a.get(path)
	got := a.want(200, "PATCH", path, object{"enabled": false})
	want := with(before, object{"enabled": false, "lastModifiedId": apiUserID, "lastModifiedDate": "2026-06-01T08:00:00Z"})
	if !reflect.DeepEqual(got, any(want)) {
		t.Errorf("PATCH: got %v, want %v", got, want)
	}
	a.want(http.StatusBadRequest, "PATCH", path, object{"iteration": object{"iterationType": "Weekly", "startTime": "2026-06-02T06:30:00Z"}})
	a.want(http.StatusBadRequest, "PATCH", path, object{"ownerId": sean})
	a.want(http.StatusBadRequest, "PATCH", path, object{"ownerId": omar})
	a.want(http.StatusBadRequest, "PATCH", path, object{"timeZone": "Nowhere/City"})
	a.want(http.StatusBadRequest, "PATCH", path, object{"credentialId": "none"})
	if after := a.get(path); !reflect.DeepEqual(after, want) {
		t.Errorf("a refused PATCH changed the schedule: %v", after)
	}
	a.want(200, "PATCH", path, object{"ownerId": lin})

	// Lin may not set priorities or workers, and does not see the schedules of others.
	b := a.as(lin)
	id := b.want(201, "POST", "/v3/schedules", object{"workflowId": cashForecast, "iteration": daily630, "priority": "High", "workerTag": "big"}).(string)
	if s := b.get("/v3/schedules/" + id); s["priority"] != "Default" || s["workerTag"] != "" || s["name"] != "Cash Forecast" {
		t.Errorf("got %v", s)
	}
	b.want(http.StatusNotFound, "GET", "/v3/schedules/"+auditWeekly, nil)

	// The owner no longer reaches the workflow, but the schedule can be disabled.
	a.want(200, "PUT", "/v3/workflows/"+expenseAudit+"/transfer", object{"ownerId": omar, "transferSchedules": false})
	a.want(200, "PATCH", "/v3/schedules/"+auditWeekly, object{"enabled": false})
	a.want(http.StatusBadRequest, "PATCH", "/v3/schedules/"+auditWeekly, object{"ownerId": lin})

	workflow := "/v3/workflows/" + expenseAudit
	a.want(http.StatusBadRequest, "DELETE", workflow, nil)
	a.want(200, "DELETE", workflow+"?force=true", nil)
	a.want(http.StatusNotFound, "GET", workflow, nil)
	a.want(http.StatusNotFound, "GET", "/v3/schedules/"+auditWeekly, nil)
}

func TestRule16Studios(t *testing.T) {
	a := connect(t, Options{})
	a.want(http.StatusBadRequest, "DELETE", "/v3/subscriptions?subscriptionId="+financeStudio, nil)
	a.want(http.StatusBadRequest, "DELETE", "/v3/subscriptions", nil)
	a.want(http.StatusMethodNotAllowed, "DELETE", "/v3/subscriptions/"+financeStudio, nil)
	lab := a.want(201, "POST", "/v3/subscriptions", object{"name": "Lab", "canShareSchedule": true}).(object)
	if lab["apiSecret"] == nil || lab["canShareSchedules"] != true {
		t.Errorf("got %v", lab)
	}
	a.want(http.StatusNotFound, "PUT", "/v3/subscriptions/"+lab["id"].(string)+"/users", object{"userIds": []string{omar, "nobody"}})
	a.want(200, "PUT", "/v3/subscriptions/"+lab["id"].(string)+"/users", object{"userIds": []string{omar}})
	got := a.list("/v3/subscriptions?name=lab&userCountGreaterThanEquals=1&workflowCountLessThanEquals=2")
	want := []any{object{"id": lab["id"], "name": "Lab", "credentialId": "", "canShareSchedules": true, "userCount": 1.0, "workflowCount": 2.0}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRule17ListsAreWhole(t *testing.T) {
	a := connect(t, Options{})
	for _, path := range []string{"users", "usergroups", "collections", "credentials", "schedules", "workflows", "subscriptions", "serverDataConnections"} {
		if all, some := a.list("/v3/"+path), a.list("/v3/"+path+"?limit=1&skip=1&take=1&offset=1"); len(all) < 3 || !reflect.DeepEqual(all, some) {
			t.Errorf("%s: %d, and %d with paging", path, len(all), len(some))
		}
	}
}

func TestRule18TooOld(t *testing.T) {
	a := connect(t, Options{TooOld: true})
	for name, list := range exercises {
		method, pattern, _ := strings.Cut(name, " ")
		switch {
		case name == "GET /v3/jobs", name == "DELETE /v3/jobs/{jobId}", name == "POST /v3/credentials",
			name == "PUT /v3/credentials/{credentialId}", strings.HasPrefix(name, "PUT") && strings.HasSuffix(name, "/collaboration"),
			strings.HasSuffix(name, "/v3/usage"), strings.HasSuffix(name, "/assetTransfer"):
			a.want(http.StatusNotFound, method, list[0].path(pattern), list[0].body)
		case method == "GET" && list[0].as == "":
			a.want(http.StatusOK, method, list[0].path(pattern), nil)
		}
	}
	body := exercises["POST /v3/schedules"][1].body
	a.want(http.StatusBadRequest, "POST", "/v3/schedules", body)
	a.want(http.StatusBadRequest, "GET", "/admin/v1/auditlog?entity=UserGroup&page=0&pageSize=5", nil)
}
