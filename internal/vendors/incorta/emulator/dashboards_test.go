package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestSendReport(t *testing.T) {
	path := "/dashboards/" + RevenueDashboard + "/send-report"
	for name, tt := range map[string]struct {
		path, body, as string
		opts           Options
		status         int
	}{
		"outside":           {path, `{"toExternalEmails":["x@example.org"]}`, "ada", Options{}, 200},
		"users and groups":  {path, `{"toUsersNames":["lin@example.com"],"toGroupNames":["Viewers"]}`, "ada", Options{}, 200},
		"only a copy":       {path, `{"ccUsersNames":["lin@example.com"]}`, "ada", Options{}, 200},
		"only a blind copy": {path, `{"bccGroupsNames":["Viewers"],"bccExternalEmails":[]}`, "ada", Options{}, 200},
		"with access":       {path, `{"toExternalEmails":["x@example.org"]}`, "nia", Options{}, 200},
		"a format":          {path, `{"toExternalEmails":["x@example.org"],"outputFormat":"pdf"}`, "ada", Options{}, 200},
		"unknown format":    {path, `{"toExternalEmails":["x@example.org"],"outputFormat":"TIFF"}`, "ada", Options{}, 400},
		"without access":    {path, `{"toExternalEmails":["x@example.org"]}`, "zoe", Options{}, 404},
		"no dashboard":      {"/dashboards/x/send-report", `{"toExternalEmails":["x@example.org"]}`, "ada", Options{}, 404},
		"to nobody":         {path, `{"toExternalEmails":[]}`, "ada", Options{}, 400},
		"no body":           {path, ``, "ada", Options{}, 400},
		"unknown user":      {path, `{"toUsersNames":["nobody"]}`, "ada", Options{}, 400},
		"unknown group":     {path, `{"toGroupNames":["nobody"]}`, "ada", Options{}, 400},
		"no address":        {path, `{"bccExternalEmails":["nobody"]}`, "ada", Options{}, 400},
		"a text for a list": {path, `{"toExternalEmails":"x@example.org"}`, "ada", Options{}, 400},
		"a text for a flag": {path, `{"toExternalEmails":["x@example.org"],"bursting":"yes"}`, "ada", Options{}, 400},
		"no mail settings":  {path, `{"toExternalEmails":["x@example.org"]}`, "ada", Options{NoMail: true}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, tt.opts).as(tt.as)
			before := a.dump()
			got := a.want(tt.status, "POST", tt.path, tt.body)
			if tt.status == 200 {
				got.same(t, `{"jobId":4}`)
			}
			if changed := a.dump() != before; changed != (tt.status == 200) {
				t.Errorf("changed something: %v", changed)
			}
		})
	}
	a := connect(t, Options{})
	body := `{"toExternalEmails":["x@example.org"],"toUsersNames":["Lin@example.com"],"ccGroupsNames":["Viewers"],"subject":"Zahlen – \"Q1\"","hideTemplate":true}`
	for i := range 2 { // two calls mail twice
		a.post(path, body).same(t, fmt.Sprintf(`{"jobId":%d}`, 4+i))
	}
	r := a.find("reports", "id", "5")
	if got := fmt.Sprintln(r["to"], r["cc"], r["subject"], r["format"], r["owner"], r["status"]); strings.TrimSpace(got) != `[x@example.org lin@example.com] [Viewers] Zahlen – "Q1" HTML api-runner@example.com succeeded` {
		t.Errorf("remembers %s", got)
	}
}

func TestPrompts(t *testing.T) {
	a := connect(t, Options{})
	a.get("/dashboards/"+KPIDashboard+"/prompts").same(t, `{"prompts":[{"field":"BoardViews.KeyFigures.what","label":"Figure","dataType":"string"}]}`)
	a.want(404, "GET", "/dashboards/x/prompts", "")
}

func TestInsightQuery(t *testing.T) {
	path := "/dashboards/" + KPIDashboard + "/insights/" + InsightOf(KPIDashboard) + "/query"
	a := connect(t, Options{})
	a.post(path, `{"prompts":[],"pagination":{"startRow":2,"pageSize":2}}`).same(t, `{
		"headers":{"dimensions":[{"label":"Figure","index":0}],"measures":[{"label":"Amount","index":1},{"label":"Count","index":2}]},
		"data":[["Figure 3",170,144.75],["Figure 4",179.25,154]]}`)
	for body, rows := range map[string]int{
		``: 12, `{}`: 12, `{"pagination":{}}`: 12, `{"pagination":{"startRow":0,"pageSize":12}}`: 12, `{"pagination":{"startRow":12,"pageSize":12}}`: 0,
		`{"pagination":{"startRow":11,"pageSize":12}}`: 1, `{"username":"grace@example.com"}`: 12, `{"prompts":[{"field":"x"}]}`: 12,
	} {
		if got, _ := a.post(path, body).at("data").([]any); len(got) != rows {
			t.Errorf("%s: %d rows, want %d", body, len(got), rows)
		}
	}
	for name, tt := range map[string]struct {
		as, path, body string
		status         int
	}{
		"no insight":       {"ada", strings.Replace(path, "-0002-", "-0003-", 1), `{}`, 404},
		"no dashboard":     {"ada", "/dashboards/x/insights/y/query", `{}`, 404},
		"no access":        {"zoe", path, `{}`, 404},
		"access":           {"ada", path, `{}`, 200},
		"as another":       {"ada", path, `{"username":"grace@example.com"}`, 403},
		"as oneself":       {"ada", path, `{"username":"ada@example.com"}`, 200},
		"as nobody":        {"grace", path, `{"username":"nobody"}`, 400},
		"as who has left":  {"grace", path, `{"username":"paul@example.com"}`, 400},
		"for who may not":  {"grace", path, `{"username":"zoe@example.com"}`, 404},
		"below zero":       {"ada", path, `{"pagination":{"startRow":-1}}`, 400},
		"prompts, no list": {"ada", path, `{"prompts":{}}`, 400},
	} {
		t.Run(name, func(t *testing.T) { connect(t, Options{}).as(tt.as).want(tt.status, "POST", tt.path, tt.body) })
	}
	if n := len(a.s.Mutations()); n != 0 {
		t.Errorf("%d mutations, want none", n)
	}
}

func TestQuery(t *testing.T) {
	a := connect(t, Options{})
	a.post("/query", `{"stringify":true,"query":{"startRow":1,"pageSize":1,"measures":[{"field":"OpsViews.DelaysByCarrier.amount"}],"dimensions":[{"field":"OpsViews.DelaysByCarrier.what"}]}}`).
		same(t, `{"headers":{"dimensions":[{"label":"Carrier","index":0}],"measures":[{"label":"Amount","index":1}]},"data":[["Carrier 2","160.75"]]}`)
	got := a.post("/query", `{"query":{"view":"CustomerViews.ByCity","pageSize":1,"format":"CSV"}}`)
	if want := "\"City / \"\"Ort\"\" – Zürich\",Amount,Count\n\"City / \"\"Ort\"\" – Zürich 1\",151.5,126.25\n"; got.Body != want || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("got %s %q", got.Header.Get("Content-Type"), got.Body)
	}
	for body, status := range map[string]int{
		``: 400, `{}`: 400, `{"query":{}}`: 400, `{"query":{"view":"Nothing.Here"}}`: 400, `{"query":{"view":"Ledger.entries"}}`: 400,
		`{"query":{"view":"OpsViews.DelaysByCarrier","pageSize":-1}}`: 400, `{"query":"OpsViews.DelaysByCarrier"}`: 400,
		`{"query":{"view":"OpsViews.DelaysByCarrier"},"username":"ada@example.com"}`: 400,
	} {
		a.want(status, "POST", "/query", body)
	}
}

func TestSQL(t *testing.T) {
	a := connect(t, Options{})
	for sql, rows := range map[string]int{
		`select * from OpsViews.DelaysByCarrier`: 60, `SELECT what FROM "OpsViews"."DelaysByCarrier" LIMIT 7`: 7,
		`select * from Ledger.entries`: maxRows, `select 1 from OpsViews.DelaysByCarrier limit 0`: 0,
	} {
		if got, _ := a.post("/sqlxquery", fmt.Sprintf(`{"sql":%q}`, sql)).at("data").([]any); len(got) != rows {
			t.Errorf("%s: %d rows, want %d", sql, len(got), rows)
		}
	}
	for _, body := range []string{``, `{}`, `{"sql":"select 1"}`, `{"sql":"select * from Nothing.here"}`, `{"sql":"select * from Ledger.nothing"}`} {
		a.want(400, "POST", "/sqlxquery", body)
	}
	a.as("zoe").want(400, "POST", "/sqlxquery", `{"sql":"select * from Ledger.entries"}`)
}
