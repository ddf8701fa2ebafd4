package emulator

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func containsAll(s string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

func TestWarehouses(t *testing.T) {
	a := connect(t, Options{})
	path := "/connection-groups/orgId/default"
	results := a.get(path)["results"].(object)
	if results["count"] != 2.0 {
		t.Errorf("got %v", results)
	}
	w := results["values"].([]any)[0].(object)
	if w["platformType"] != "snowflake" || w["connectionId"] != "finance-warehouse" || w["organizationId"] != "default" {
		t.Errorf("got %v", w)
	}
	made := a.want(200, "POST", path, `{"name":"Lake","connectionId":"con1","subgroups":[],"defaultSchema":"s","hdfsUri":"hdfs://x"}`).(object)
	id := made["id"].(string)
	if made["created"] != true {
		t.Errorf("got %v", made)
	}
	conn := path + "/connection-group/" + id
	added := a.want(200, "POST", conn, `{"name":"c","hosts":"h","port":10000,"connectorType":"hive","username":"u","password":"secret-1","extraJdbcFlags":"","queryRoles":["system_query_role"],"extraProperties":{}}`).(object)
	if added["id"] == "" {
		t.Errorf("got %v", added)
	}
	if text := a.do("GET", path, "").Body.String(); strings.Contains(text, "secret-1") || !strings.Contains(text, "hdfs://x") {
		t.Errorf("got %s", text)
	}
	a.refusal(409, "POST", path, `{"name":"Lake","connectionId":"con1"}`)
	a.refusal(400, "POST", path, `{"name":"Lake"}`)
	a.refusal(400, "POST", conn, `{"name":"c","hosts":"h","queryRoles":["x"]}`)
	a.refusal(404, "POST", conn+"x", `{"name":"c","hosts":"h"}`)
}

func TestDataSources(t *testing.T) {
	a := connect(t, Options{})
	of := "/data-sources/orgId/default/conn/finance-warehouse"
	same(t, "databases", a.list(of+"/databases"), `["FINANCE"]`)
	same(t, "schemas", a.list(of+"/schemas?database=FINANCE"), `["finance","operations","atscale_aggs"]`)
	same(t, "tables", a.list(of+"/tables?database=FINANCE&schema=finance"), `["dim_customer","fact_sales","fact_shipments"]`)
	columns := a.get(of + "/table/dim_customer/info?database=FINANCE&schema=finance")["columns"].([]any)
	same(t, "column", columns[2], `{"name":"straße","column-type":{"data-type":"string"}}`)
	a.want(200, "POST", of+"/tables/cacheRefresh", "")
	a.want(200, "POST", of+"/query/info", `{"query":"select 1"}`)
	a.refusal(400, "POST", of+"/query/info", `{}`)
	a.refusal(404, "GET", of+"x/databases", "")
	a.refusal(404, "GET", of+"/schemas?database=x", "")
	a.refusal(404, "GET", of+"/tables?schema=x", "")
	a.refusal(404, "GET", of+"/table/x/info", "")
}

func TestEngines(t *testing.T) {
	a := connect(t, Options{})
	path := "/api/1.0/org/default/engine"
	same(t, "seeded", a.list(path)[0], `{"engine_id":"`+defaultEngine+`","org_id":"default","name":"engine-1","protocol":"http",
		"host":"engine.example.com","port":10502,"properties":{},"default_engine":true}`)
	e := a.want(200, "POST", path, `{"org_id":"default","name":"e2","protocol":"https","host":"h","port":10502,"properties":{"a":"b"},"default_engine":false}`).(object)
	one := path + "/" + e["engine_id"].(string)
	if got := a.want(200, "PUT", one, `{"host":"h2"}`).(object); got["host"] != "h2" || got["name"] != "e2" {
		t.Errorf("got %v", got)
	}
	if got := a.list(one + "/environments"); got[0].(object)["id"] != production {
		t.Errorf("got %v", got)
	}
	a.refusal(400, "POST", path, `{"name":"e3","host":"h","port":0}`)
	a.refusal(400, "PUT", one, `{"org_id":"x"}`)
	a.want(200, "DELETE", one, "")
	a.refusal(404, "PUT", one, `{}`)
	a.refusal(404, "GET", one+"/environments", "")
	a.refusal(400, "POST", "/environments/orgId/default", `{"name":"e","connectionIds":["x"]}`)
}

func TestSettings(t *testing.T) {
	a := connect(t, Options{})
	a.want(200, "PATCH", "/settings", `{"query.result.max_rows":5,"connection.pool.size":null}`)
	same(t, "settings", a.get("/api/1.0/org/default/engineGeneralSettings"), `{"aggregates.new.build.scheduled":true,"query.result.max_rows":5}`)
	features := a.get("/license/capabilities")["content"].(object)["features"]
	same(t, "features", features, `{"query_rest":true,"data_catalog_api":true,"ai-link":false}`)
	a.refusal(400, "PUT", "/license", `{"features":{"query_rest":1}}`)
	a.want(200, "PUT", "/license", `{"features":{"query_rest":false}}`)
	a.refusal(403, "POST", "/query/orgId/default/submit", goodQuery)
}

func TestRestart(t *testing.T) {
	a := connect(t, Options{})
	nobody := &api{t: t, s: a.s}
	nobody.want(200, "POST", "/api/1.0/referrerOrg/default/support/service-control/engine/restart", "")
	a.refusal(503, "PUT", "/license", "{}")
	a.list(projectsPath) // another service
	a.clock.Wait(restartTime)
	if w := a.do("PUT", "/license", "{}"); !strings.Contains(w.Body.String(), `"message":"200 OK"`) {
		t.Errorf("got %s", w.Body)
	}
}

const goodQuery = `{"language":"SQL","query":"SELECT * FROM \"Reseller Sales\"","context":{"organization":{"id":"default"},
	"environment":{"id":"default"},"project":{"name":"Sales Insights"}},"useAggs":true,"genAggs":false,"fakeResults":false,
	"dryRun":false,"useLocalCache":true,"useAggregateCache":true,"timeout":"2.minutes"}`

func TestSubmit(t *testing.T) {
	a := connect(t, Options{})
	text := a.want(200, "POST", "/query/orgId/default/submit", goodQuery).(string)
	if !containsAll(text, "<columns><column><name>customer_name</name></column>", "<row><column>Müller &amp; Söhne</column>", `<column null="true"/>`) {
		t.Errorf("got %s", text)
	}
	if got := a.want(200, "POST", "/query/orgId/default/submit/json", goodQuery).(object); len(got["rows"].([]any)) != 3 {
		t.Errorf("got %v", got)
	}
	latest := a.get("/queries/orgId/default?limit=1")
	q := latest["data"].([]any)[0].(object)
	if latest["total"] != 102.0 || q["user_id"] != apiUserID || q["cube_name"] != "Reseller Sales" {
		t.Errorf("got %v", latest)
	}
	if n := len(a.s.Mutations()); n != 0 {
		t.Errorf("%d mutations: running a query is none", n)
	}
	for _, change := range [][2]string{
		{`"SQL"`, `"DAX"`}, {"2.minutes", "2"}, {"Sales Insights", "x"}, {`"project"`, `"p"`}, {`"useAggs":true`, `"useAggs":1`}, {`"query"`, `"q"`},
	} {
		a.refusal(400, "POST", "/query/orgId/default/submit", strings.Replace(goodQuery, change[0], change[1], 1))
	}
}

func TestQueries(t *testing.T) {
	a := connect(t, Options{})
	full := a.get("/queries/orgId/default?limit=100")
	data := full["data"].([]any)
	if len(data) != 100 || full["total"] != 100.0 { // exactly one page
		t.Errorf("%d of %v", len(data), full["total"])
	}
	q, _ := json.Marshal(data[0])
	if !containsAll(string(q), `"query_id":"`+seedID("64", 100)+`"`, `"timeline_events":[{`, `"aggregate_instance_table_names":["as_agg_002"]`) {
		t.Errorf("got %s", q)
	}
	for query, want := range map[string]float64{
		"userId=" + personID("paul"):      2,
		"status=failed":                   10,
		"querySource=user":                90,
		"querySource=user&status=success": 80,
		"cubeId=" + cubeID(internetSales): 50,
		"projectId=" + engineID(monthEnd): 0,
		"queryId=" + seedID("64", 7):      1,
	} {
		if got := a.get("/queries/orgId/default?limit=5&" + query)["total"]; got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	text := a.want(200, "GET", "/org/default/fullquerytext/queryId/"+seedID("64", 1)+"?subquery=0", "")
	if text != `SELECT "amount" FROM "Internet Sales" WHERE city = 'Köln' LIMIT 1` {
		t.Errorf("got %v", text)
	}
	a.refusal(404, "GET", "/org/default/fullquerytext/queryId/x", "")
}

func soap(statement string) string {
	return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><Execute xmlns="urn:schemas-microsoft-com:xml-analysis">` +
		`<Command><Statement>` + statement + `</Statement></Command><Properties/></Execute></soapenv:Body></soapenv:Envelope>`
}

func TestXMLA(t *testing.T) {
	a := connect(t, Options{})
	text := a.want(200, "POST", "/xmla/default", soap("SELECT * FROM $system.MDSCHEMA_CUBES")).(string)
	if strings.Count(text, "<row>") != 6 || !containsAll(text, "<CUBE_NAME>Internet Sales</CUBE_NAME>", "queryId") {
		t.Errorf("got %s", text)
	}
	if text := a.want(200, "POST", "/xmla/default", soap("SELECT {} ON 0 FROM x")).(string); strings.Contains(text, "<row>") {
		t.Errorf("got %s", text)
	}
	a.refusal(400, "POST", "/xmla/default", "x")
	a.refusal(400, "POST", "/xmla/default", soap(" "))
}

func TestEmpty(t *testing.T) {
	a := connect(t, Options{Empty: true})
	if users := a.list(usersPath); len(users) != 1 || users[0].(object)["api_super_user"] != true {
		t.Errorf("got %v", users)
	}
	if len(a.list(projectsPath)) != 0 || len(a.list("/projects/published/orgId/default")) != 0 || len(a.list(groupsPath)) != 0 {
		t.Error("not empty")
	}
	a.refusal(400, "DELETE", usersPath+"/"+apiUserID, "")
	p := a.want(200, "POST", "/api/1.0/org/default/project", `{"name":"P","cubes":{"cube":[{"name":"K"}]}}`).(object)
	a.want(200, "POST", "/api/1.0/org/default/project/"+p["id"].(string)+"/publish", "")
	cube := a.list("/projects/published/orgId/default")[0].(object)["cubes"].([]any)[0].(object)
	a.want(201, "POST", "/aggregate-batch/orgId/default/projectId/"+cube["projectId"].(string)+"?cubeId="+cube["id"].(string), "")
	a.clock.Wait(time.Hour - 1)
	if b := a.get("/aggregate-batch/orgId/default/history")["data"].([]any)[0].(object); b["status"] != "done" {
		t.Errorf("got %v", b)
	}
}
