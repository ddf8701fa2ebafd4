package emulator

import (
	"fmt"
	"net/url"
	"testing"
	"time"
)

const warehouseIn = `{"name":"W","connectionId":"w","aggregateSchema":"s","access":{"users":[{"userName":"ada"}],"groups":[{"name":"everyone"}]},
	"isImpersonationEnabled":false,"isCanaryAlwaysEnabled":false,"isPartialAggHitEnabled":true,"connections":[{"name":"c"}]}`

func inContainer(t *testing.T) *api {
	t.Helper()
	return connect(t, Options{Edition: Container})
}

func modelPath(project, cube int) string {
	return "/catalogs/" + engineID(project) + "/models/" + cubeID(cube)
}

// says refuses like refusal does, in the shape of this edition.
func (a *api) says(status int, method, path, body string) {
	a.t.Helper()
	before := string(a.s.Dump())
	o, _ := a.want(status, method, path, body).(object)
	if o["statusCode"] != float64(status) || o["message"] == "" {
		a.t.Errorf("%s %s: got %v", method, path, o)
	}
	if string(a.s.Dump()) != before {
		a.t.Errorf("%s %s: something that was refused changed the state", method, path)
	}
}

func TestContainerTokens(t *testing.T) {
	a := inContainer(t)
	jwt := a.token
	a.list("/v1/catalogs")
	a.says(401, "GET", "/v1/data-sources/conn/finance-warehouse/databases", "") // takes API tokens only
	a.token = APIToken
	a.says(401, "GET", "/v1/catalogs", "")
	a.list("/v1/data-sources/conn/finance-warehouse/databases")
	a.get("/v1/data-sources/conn/finance-warehouse/table/fact_sales/info")
	a.clock.Wait(time.Hour)
	a.token = jwt
	a.says(401, "GET", "/v1/catalogs", "")
	a = a.as(Username)
	a.list("/v1/catalogs")
	a.clock.Wait(90 * 24 * time.Hour)
	a.token = APIToken
	a.says(401, "POST", "/v1/token", "{}")
	a.token = APITokenOf("victor")
	a.says(401, "POST", "/v1/token", "{}")
	if n := len(a.s.Mutations()); n != 0 {
		t.Errorf("%d mutations: tokens are none", n)
	}
}

func TestPasswordGrant(t *testing.T) {
	a := inContainer(t)
	const path = "/auth/realms/atscale/protocol/openid-connect/token"
	good := url.Values{"client_id": {ClientID}, "username": {"Ada"}, "password": {PasswordOf("ada")}}.Encode()
	got := a.want(200, "POST", path, "grant_type=password&"+good).(object)
	if got["expires_in"] != 3600.0 {
		t.Errorf("got %v", got)
	}
	a.token = got["access_token"].(string)
	a.list("/v1/catalogs")
	for form, want := range map[string]string{
		"grant_type=password&client_id=x&username=ada&password=x":     "invalid_client",
		"grant_type=password&client_id=" + ClientID + "&username=ada": "invalid_grant",
		"grant_type=client_credentials&client_id=" + ClientID:         "unsupported_grant_type",
		"x": "invalid_request",
	} {
		w := a.do("POST", path, form)
		if o, _ := inside(t, w).(object); w.Code < 400 || w.Code > 401 || o["error"] != want {
			t.Errorf("%s: %d %s", form, w.Code, w.Body)
		}
	}
}

func TestCatalogs(t *testing.T) {
	a := inContainer(t)
	all := a.list("/v1/catalogs")
	if len(all) != 5 {
		t.Errorf("%d catalogs", len(all))
	}
	same(t, "catalog", with(all, "name", "month_end"), `{"id":"`+engineID(monthEnd)+`","name":"month_end","caption":"Month End",
		"publishedAt":"2026-04-24T08:00:00.000Z","publishedBy":"lin","models":[{"id":"`+cubeID(closing)+`","name":"Close","caption":"Close"}]}`)
	deployed := a.list("/wapi/p/projects/deployed")
	same(t, "deployed", with(deployed, "name", "month_end"), `{"repoId":"`+seedID("5f", 2)+`","name":"month_end","projects":[
		{"id":"`+engineID(monthEnd)+`","name":"month_end","caption":"Month End","models":[{"id":"`+cubeID(closing)+`","name":"Close","caption":"Close"}]}]}`)
	in := `{"repoUrl":"https://git.example.com/models/%s.git","gitToken":"t","branch":"main","gitUsername":"u"}`
	same(t, "again", a.want(200, "POST", "/v1/catalogs/deploy", fmt.Sprintf(in, "repo-2")), `{"catalogId":"`+engineID(monthEnd)+`","tableau":null,"compilationWarnings":[]}`)
	id := a.want(200, "POST", "/v1/catalogs/deploy", fmt.Sprintf(in, "new")).(object)["catalogId"].(string)
	if again := a.want(200, "POST", "/v1/catalogs/deploy", fmt.Sprintf(in, "new")).(object)["catalogId"]; again != id {
		t.Errorf("deployed again as %v", again)
	}
	same(t, "undeployed", a.list("/v1/catalogs")[5].(object)["publishedBy"], `"api-runner"`)
	same(t, "undeployed", a.want(200, "DELETE", "/wapi/p/catalog/"+id, ""), `[null,null]`)
	a.says(404, "DELETE", "/wapi/p/catalog/"+id, "")
	a.says(400, "POST", "/v1/catalogs/deploy", `{"repoUrl":"x","gitToken":"t","branch":"main"}`)
	a.says(400, "POST", "/v1/catalogs/deploy", `{}`)
	a.as("nia").says(401, "POST", "/v1/catalogs/deploy", fmt.Sprintf(in, "new"))
}

func TestRepos(t *testing.T) {
	a := inContainer(t)
	if n := len(a.list("/wapi/p/repo")); n != 5 {
		t.Errorf("%d repositories", n)
	}
	r := a.want(200, "POST", "/wapi/p/repo", `{"name":"R","url":"https://git.example.com/r","type":"global_settings","visibleBranchesPattern":"*","defaultBranch":"main"}`).(object)
	path := "/wapi/p/repo/" + r["id"].(string)
	a.want(200, "DELETE", path, "")
	a.says(404, "DELETE", path, "")
	a.says(400, "POST", "/wapi/p/repo", `{"name":"R"}`)
	a.says(400, "POST", "/wapi/p/repo", `{"name":"R","url":"u","type":"x"}`)
}

func TestModelWarehouses(t *testing.T) {
	a := inContainer(t)
	a.want(200, "POST", "/wapi/p/data-warehouses/snowflake", warehouseIn)
	w := a.list("/wapi/p/data-warehouses")[2].(object)
	if w["connectionId"] != "w" || w["isPartialAggHitEnabled"] != true || w["access"].(object)["users"].([]any)[0].(object)["userName"] != "ada" {
		t.Errorf("got %v", w)
	}
	a.says(409, "POST", "/wapi/p/data-warehouses/snowflake", warehouseIn)
	a.says(404, "POST", "/wapi/p/data-warehouses/abacus", warehouseIn)
	a.says(400, "POST", "/wapi/p/data-warehouses/databricks", `{"name":"W","connectionId":"x","aggregateSchema":"s"}`)
	a.as("ada").says(401, "POST", "/wapi/p/data-warehouses/snowflake", warehouseIn)
}

func TestModelBuilds(t *testing.T) {
	a := inContainer(t)
	path := "/v1/aggregates-batch" + modelPath(sales, internetSales)
	got := a.want(201, "POST", path+"?isFullBuild=false", `{"gracePeriodOverrides":{"fact_sales":"1d"}}`).(object)
	b := got["batch"].(object)
	if got["success"] != true || b["status"] != "new" || b["catalogId"] != engineID(sales) || b["modelId"] != cubeID(internetSales) || b["batchType"] != "aggregate_batch" || b["isFullBuild"] != false {
		t.Errorf("got %v", got)
	}
	a.says(500, "POST", path+"?isFullBuild=true", "")
	history := "/wapi/p/aggregate/batch-history?page=1&limit=1&catalogId=" + engineID(sales) + "&modelId=" + cubeID(internetSales)
	for after, want := range []string{"new", "inprogress", "done"} {
		a.clock.T = ago(0).Add(time.Duration(after) * time.Minute)
		h := a.get(history)
		if got := h["data"].([]any)[0].(object); got["id"] != b["id"] || got["status"] != want || h["total"] != 3.0 {
			t.Errorf("after %d minutes: %v", after, h)
		}
	}
	a.says(400, "POST", path, "")
	a.says(400, "POST", path+"?isFullBuild=x", "")
	a.says(400, "POST", path+"?isFullBuild=true", `{"gracePeriodOverrides":7}`)
	a.says(404, "POST", "/v1/aggregates-batch"+modelPath(sales, closing)+"?isFullBuild=true", "")
	a.says(404, "POST", "/v1/aggregates-batch/catalogs/x/models/y?isFullBuild=true", "")
	a.as("nia").says(401, "POST", path+"?isFullBuild=true", "")
	a.want(201, "POST", path+"?isFullBuild=true", `{"gracePeriodOverrides":[]}`)
}

func TestModelAggregates(t *testing.T) {
	a := inContainer(t)
	if n := len(a.get("/v1/aggregates?page=2&limit=50")["data"].([]any)); n != 10 {
		t.Errorf("%d definitions: the public list shows ten, whatever it is asked for", n)
	}
	of := "catalogId=" + engineID(sales) + "&modelId=" + cubeID(internetSales)
	for page, want := range map[int]int{1: 20, 2: 0} {
		got := a.get(fmt.Sprintf("/wapi/p/aggregate/definition?%s&page=%d&limit=20", of, page))
		if len(got["data"].([]any)) != want || got["total"] != 20.0 {
			t.Errorf("page %d: %v", page, got)
		}
	}
	instances := a.get("/v1/aggregates/instances?" + of)["data"].([]any)
	same(t, "instance", instances[0], `{"id":"`+seedID("5e", 1)+`","definitionId":"`+seedID("5d", 1)+`","catalogId":"`+engineID(sales)+`",
		"modelId":"`+cubeID(internetSales)+`","connectionId":"finance-warehouse","status":"active","message":"","tableName":"as_agg_001",
		"tableSchema":"atscale_aggs","buildQueryId":"`+seedID("60", 1)+`","stats":{"number_of_rows":1000,"build_duration":1500}}`)
	one := "/v1/aggregates/definitions/" + seedID("5d", 1)
	same(t, "block", a.want(200, "PUT", one+"/block", ""), `{"blocked":true}`)
	same(t, "unblock", a.want(200, "PUT", one+"/unblock", ""), `{"unblocked":true}`)
	same(t, "unblock again", a.want(200, "PUT", one+"/unblock", ""), `{"unblocked":false}`)
	same(t, "delete", a.want(200, "DELETE", one, ""), `{"deleted":true}`)
	a.says(404, "DELETE", one, "")
	a.says(404, "PUT", one+"/block", "")
	for _, query := range []string{"page=0", "limit=0", "page=x", "page=2147483648"} {
		a.says(400, "GET", "/wapi/p/aggregate/definition?"+query, "")
	}
	if got := a.get("/wapi/p/aggregate/definition?page=2147483647&limit=2147483647")["data"].([]any); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestMoveModelAggregates(t *testing.T) {
	a := inContainer(t)
	w := a.do("GET", "/v1/aggregates/export"+modelPath(sales, internetSales), "")
	to := "/v1/aggregates/import" + modelPath(monthEnd, closing)
	same(t, "imported", a.want(200, "POST", to+"?importDistributionKey=true&connectionRemap=a", w.Body.String()), `{"imported":19}`)
	if got := a.get("/wapi/p/aggregate/definition?modelId=" + cubeID(closing))["total"]; got != 22.0 {
		t.Errorf("%v definitions", got)
	}
	a.says(400, "POST", to, `{"aggregates":[{"name":"a"},7]}`)
	a.says(400, "POST", to, `{}`)
	a.says(400, "POST", to+"?importReplication=x", w.Body.String())
	a.says(404, "GET", "/v1/aggregates/export/catalogs/x/models/y", "")
}

func TestModelQueries(t *testing.T) {
	a := inContainer(t)
	a.want(200, "POST", "/engine/query/submit", goodQuery)
	a.want(200, "POST", "/api/query/submit/json", goodQuery)
	a.want(200, "POST", "/engine/xmla", soap("SELECT * FROM $system.DBSCHEMA_CATALOGS"))
	a.want(200, "POST", "/v1/xmla", soap("SELECT * FROM $system.MDSCHEMA_MEASURES"))
	got := a.get("/wapi/p/queries?page=2&limit=51&catalogId=" + engineID(sales))
	if n := len(got["results"].([]any)); n != 51 || got["total"] != 102.0 { // exactly two pages
		t.Errorf("%d of %v", n, got["total"])
	}
	a.as("hana").says(401, "GET", "/wapi/p/queries", "")
	if n := len(a.s.Mutations()); n != 0 {
		t.Errorf("%d mutations", n)
	}
	a.says(404, "GET", "/api/1.0/orgs", "") // of the other edition
	a.says(405, "PUT", "/v1/catalogs", "")
}
