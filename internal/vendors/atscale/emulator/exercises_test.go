package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/stage/stagetest"
)

// exercises are one good call of every endpoint, by route: the values of the path in their order, the query, the body.
// A body that begins with a bracket is JSON.
type exercise struct {
	on, path, query, body string
}

const (
	oneOrg  = "POST " + orgPath
	oneUser = orgPath + "/users/{userId}"
	aProj   = orgPath + "/project/{projectId}"
	perm    = orgPath + "/permissions/project/{projectId}"
	snaps   = aProj + "/snapshots"
	schemas = "/projects/orgId/{orgId}/schema"
	aDef    = "/aggregates/orgId/{orgId}/definitionId/{definitionId}"
	batches = "/aggregate-batch/orgId/{orgId}"
	jobList = "/aggregate-batch/scheduler/orgId/{orgId}/projectId/{publishedId}/cubeId/{cubeId}/jobs"
	creates = "/org/{orgId}/project/{projectId}/cube/{cubeId}/aggregates-creation/scheduler"
	groups2 = "/connection-groups/orgId/{orgId}"
	browse  = "/data-sources/orgId/{orgId}/conn/{connId}"
	nodes   = orgPath + "/engine"
)

func id(parts ...string) string {
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, " ")
}

var installerExercises = []exercise{
	{"GET " + apiPath + "/sessiontoken", "", "", ""},
	{"GET /jwt/get", "", "", ""},
	{"GET /ping", "", "", ""},
	{"GET /status", "", "", ""},
	{"GET " + apiPath + "/orgs", "", "", ""},
	{"GET " + apiPath + "/org", "", "", ""},
	{"POST " + apiPath + "/org", "", "name=x&port=1&currentOrgId=default", ""},
	{oneOrg, labOrg, "", `{"name":"x"}`},
	{"DELETE " + orgPath, labOrg, "", ""},
	{"GET /organizations/orgId/{orgId}", "default", "", ""},
	{"POST /organizations/orgId/{orgId}", "default", "", `{"hiveServer2Port":11111}`},
	{"GET " + orgPath + "/roles", "default", "", ""},
	{"GET " + orgPath + "/users", "default", "", ""},
	{"POST " + orgPath + "/users", "default", "", newUser()},
	{"GET " + orgPath + "/userAccount/{userId}", id("default", "EXAMPLE/ines"), "", ""},
	{"POST " + oneUser, id("default", personID("ada")), "", newUser()},
	{"DELETE " + oneUser, id("default", personID("paul")), "", ""},
	{"GET " + orgPath + "/groups", "default", "", ""},
	{"POST " + orgPath + "/groups", "default", "", `{"name":"x"}`},
	{"POST " + orgPath + "/groups/{groupId}", id("default", groupID(1)), "", `{"name":"x"}`},
	{"DELETE " + orgPath + "/groups/{groupId}", id("default", groupID(1)), "", ""},
	{"GET " + perm, id("default", projectID(sales)), "", ""},
	{"POST " + perm, id("default", projectID(sales)), "", `{"exclusive_access":true}`},
	{"GET " + perm + "/cube", id("default", projectID(sales)), "", ""},
	{"GET " + perm + "/cube/{cubeId}", id("default", projectID(sales), cubeID(internetSales)), "", ""},
	{"GET " + orgPath + "/projects", "default", "", ""},
	{"GET " + orgPath + "/folders", "default", "", ""},
	{"GET " + aProj, id("default", projectID(sizes)), "", ""},
	{"GET " + aProj + "/options", id("default", projectID(sizes)), "", ""},
	{"GET " + aProj + "/clone", id("default", projectID(sizes)), "", ""},
	{"GET " + aProj + "/xml", id("default", projectID(sizes)), "", ""},
	{"GET /org/{orgId}/project/{projectId}/xml/download", id("default", projectID(sizes)), "", ""},
	{"GET " + aProj + "/cube/{cubeId}/aggregates", id("default", projectID(sales), cubeID(internetSales)), "", ""},
	{"POST " + orgPath + "/project", "default", "", `{"id":"i","name":"x","properties":{"caption":"c","description":"d"},"cubes":{"cube":[{"id":"k","name":"K","properties":{"caption":"c"}}]}}`},
	{"POST " + orgPath + "/project", "default", "", `<project name="x"/>`},
	{"POST " + orgPath + "/project/createEmpty", "default", "name=x&speculative-aggregate=true&inclusive-access=true", `{"name":"y","speculative-aggregate":true,"inclusive-access":false}`},
	{"POST " + orgPath + "/file/import", "default", "verifyOnly=false", form("file", `<project name="x"/>`)},
	{"PATCH " + aProj, id("default", projectID(sales)), "", `{"display_name":"x","renaming_query_name":true,"description":"d","updating_description":true,"intended_env_id":"` + production + `","prediction_def_aggs":true}`},
	{"POST " + aProj + "/copy", id("default", projectID(sales)), "access=copy&newName=x&speculativeAggregate=false", ""},
	{"DELETE " + aProj, id("default", projectID(sales)), "", ""},
	{"GET " + snaps, id("default", projectID(sales)), "", ""},
	{"GET " + snaps + "/{snapshotId}", id("default", projectID(sales), seedID("5a", 1)), "", ""},
	{"POST " + snaps + "/{snapshotId}/restore", id("default", projectID(sales), seedID("5a", 1)), "", ""},
	{"POST " + aProj + "/publish", id("default", projectID(sales)), "", ""},
	{"GET /projects/orgId/{orgId}", "default", "", ""},
	{"GET /projects/published/orgId/{orgId}", "default", "", ""},
	{"GET " + schemas + "/{publishedId}", id("default", engineID(sales)), "", ""},
	{"DELETE " + schemas + "/{publishedId}", id("default", engineID(sales)), "", ""},
	{"POST " + schemas + "/publish/{projectId}", id("default", "x"), "publishType=normal_publish&publisherId=a&linkedProjectId=b&schemaType=project", `<project name="x"/>`},
	{"GET /aggregates/orgId/{orgId}", "default", "limit=2&offset=1&projectId=" + engineID(sales) + "&cubeId=" + cubeID(internetSales), ""},
	{"DELETE " + aDef + "/instanceId/{instanceId}", id("default", seedID("5d", 1), seedID("5e", 1)), "block=true", ""},
	{"PUT " + aDef, id("default", seedID("5d", 3)), "unblock=true", ""},
	{"PUT " + aDef + "/instanceId/{instanceId}", id("default", seedID("5d", 3), seedID("5e", 3)), "unblock=true", ""},
	{"POST " + batches + "/projectId/{publishedId}", id("default", engineID(sales)), "isFullBuild=true&cubeId=" + cubeID(internetSales), ""},
	{"GET " + batches + "/history", "default", "limit=3&projectId=" + engineID(sales), ""},
	{"GET " + batches + "/envId/{envId}", id("default", production), "", ""},
	{"GET " + jobList, id("default", engineID(sales), cubeID(internetSales)), "active=true", ""},
	{"POST " + jobList, id("default", engineID(sales), cubeID(internetSales)), "", `{"full_build":true,"time_expression":"0 0 5 ? * *"}`},
	{"DELETE " + jobList + "/{jobId}", id("default", engineID(sales), cubeID(internetSales), seedID("62", 1)), "", ""},
	{"GET /org/{orgId}/aggregates-creation/builds/history", "default", "limit=1", ""},
	{"GET " + creates, id("default", projectID(customers), cubeID(customerCube)), "", ""},
	{"POST " + creates, id("default", projectID(customers), cubeID(customerCube)), "", `{"time_expression":"0 0 5 ? * *"}`},
	{"GET " + groups2, "default", "", ""},
	{"POST " + groups2, "default", "", `{"name":"x","connectionId":"c","subgroups":[],"defaultSchema":"s","platformType":"p","database":"d"}`},
	{"POST " + groups2 + "/connection-group/{groupId}", id("default", seedID("56", 1)), "", `{"name":"x","hosts":"h","port":1,"queryRoles":["system_query_role"],"extraProperties":{}}`},
	{"GET " + browse + "/databases", id("default", financeConnection), "", ""},
	{"GET " + browse + "/schemas", id("default", financeConnection), "database=FINANCE", ""},
	{"GET " + browse + "/tables", id("default", financeConnection), "database=FINANCE&schema=finance", ""},
	{"GET " + browse + "/table/{table}/info", id("default", financeConnection, "fact_sales"), "database=FINANCE&schema=finance", ""},
	{"POST " + browse + "/tables/cacheRefresh", id("default", financeConnection), "", ""},
	{"POST " + browse + "/query/info", id("default", financeConnection), "", `{"query":"select 1"}`},
	{"GET " + nodes, "default", "", ""},
	{"POST " + nodes, "default", "", `{"name":"x","host":"h","port":1,"protocol":"http","properties":{},"default_engine":true,"org_id":"default"}`},
	{"PUT " + nodes + "/{engineId}", id("default", defaultEngine), "", `{"name":"x","host":"h","port":1,"protocol":"http","properties":{},"default_engine":true,"org_id":"default"}`},
	{"DELETE " + nodes + "/{engineId}", id("default", defaultEngine), "", ""},
	{"GET " + nodes + "/{engineId}/environments", id("default", defaultEngine), "", ""},
	{"POST /environments/orgId/{orgId}", "default", "", `{"name":"x","connectionIds":["finance-warehouse"],"hiveServer2Port":1}`},
	{"GET " + orgPath + "/engineGeneralSettings", "default", "", ""},
	{"PATCH /settings", "", "", `{"a":1}`},
	{"GET /version", "", "", ""},
	{"GET /license/capabilities", "", "", ""},
	{"PUT /license", "", "", `{"features":{"query_rest":true}}`},
	{"GET /queries/orgId/{orgId}", "default", "limit=1&userId=a&querySource=user&status=success&projectId=a&cubeId=b&queryId=c", ""},
	{"GET /org/{orgId}/fullquerytext/queryId/{queryId}", id("default", seedID("64", 1)), "subquery=0", ""},
	{"POST /query/orgId/{orgId}/submit", "default", "", goodQuery},
	{"POST /query/orgId/{orgId}/submit/json", "default", "", goodQuery},
	{"POST /xmla/{orgId}", "default", "", soap("select * from $system.MDSCHEMA_CUBES")},
	{"POST " + apiPath + "/referrerOrg/default/support/service-control/engine/restart", "", "", ""},
}

var containerExercises = []exercise{
	{"POST /auth/realms/atscale/protocol/openid-connect/token", "", "", "grant_type=password&client_id=" + ClientID + "&username=ada&password=" + PasswordOf("ada")},
	{"GET /v1/catalogs", "", "", ""},
	{"POST /v1/catalogs/deploy", "", "", `{"repoUrl":"https://git.example.com/x","gitToken":"t","branch":"b","gitUsername":"u"}`},
	{"DELETE /wapi/p/catalog/{catalogId}", engineID(sales), "", ""},
	{"GET /wapi/p/projects/deployed", "", "", ""},
	{"GET /wapi/p/repo", "", "", ""},
	{"POST /wapi/p/repo", "", "", `{"name":"x","url":"u","type":"catalog","visibleBranchesPattern":"*","defaultBranch":"main"}`},
	{"DELETE /wapi/p/repo/{repoId}", seedID("5f", 1), "", ""},
	{"GET /v1/aggregates", "", "", ""},
	{"GET /v1/aggregates/instances", "", "catalogId=a&modelId=b", ""},
	{"GET /wapi/p/aggregate/definition", "", "catalogId=a&modelId=b&page=1&limit=3", ""},
	{"PUT /v1/aggregates/definitions/{definitionId}/block", seedID("5d", 1), "", ""},
	{"PUT /v1/aggregates/definitions/{definitionId}/unblock", seedID("5d", 3), "", ""},
	{"DELETE /v1/aggregates/definitions/{definitionId}", seedID("5d", 1), "", ""},
	{"GET /v1/aggregates/export/catalogs/{catalogId}/models/{modelId}", id(engineID(sales), cubeID(internetSales)), "", ""},
	{"POST /v1/aggregates/import/catalogs/{catalogId}/models/{modelId}", id(engineID(sales), cubeID(internetSales)), "importDistributionKey=true&importPartitionKeys=true&importReplication=false&connectionRemap=a", `{"aggregates":[{"name":"x","subtype":"fact","connectionId":"c","incremental":true}]}`},
	{"POST /v1/aggregates-batch/catalogs/{catalogId}/models/{modelId}", id(engineID(sales), cubeID(internetSales)), "isFullBuild=true", `{"gracePeriodOverrides":{}}`},
	{"GET /wapi/p/aggregate/batch-history", "", "page=1&limit=3&catalogId=a&modelId=b", ""},
	{"GET /wapi/p/data-warehouses", "", "", ""},
	{"POST /wapi/p/data-warehouses/{platform}", "snowflake", "", warehouseIn},
	{"POST /engine/query/submit", "", "", goodQuery},
	{"POST /api/query/submit/json", "", "", goodQuery},
	{"POST /engine/xmla", "", "", soap("select 1")},
	{"POST /v1/xmla", "", "", soap("select 1")},
	{"GET /wapi/p/queries", "", "page=1&limit=1&status=success&queryType=user&catalogId=a&modelId=b", ""},
}

// elsewhere are exercised by other tests: they take other credentials.
var elsewhere = map[string]bool{
	"GET /{orgId}/auth": true, "POST /v1/token": true, "GET /v1/data-sources/conn/{connId}/databases": true,
	"GET /v1/data-sources/conn/{connId}/schemas": true, "GET /v1/data-sources/conn/{connId}/tables": true,
	"GET /v1/data-sources/conn/{connId}/table/{table}/info": true,
}

// request fills the values into the path of the route.
func (e exercise) request() (method, target string) {
	method, target, _ = strings.Cut(e.on, " ")
	for v := range strings.FieldsSeq(e.path) {
		before, rest, _ := strings.Cut(target, "{")
		_, after, _ := strings.Cut(rest, "}")
		target = before + v + after
	}
	return method, target
}

func (e exercise) target() (method, target string) {
	method, target = e.request()
	if e.query != "" {
		target += "?" + e.query
	}
	return method, target
}

func eachEdition(t *testing.T, do func(t *testing.T, o Options, list []exercise)) {
	t.Run("installer", func(t *testing.T) { do(t, Options{}, installerExercises) })
	t.Run("container", func(t *testing.T) { do(t, Options{Edition: Container}, containerExercises) })
}

func TestEveryEndpoint(t *testing.T) {
	eachEdition(t, func(t *testing.T, o Options, list []exercise) {
		seen := map[string]bool{}
		for _, e := range list {
			seen[e.on] = true
			method, target := e.target()
			a := connect(t, o)
			before := string(a.s.Dump())
			if w := a.do(method, target, e.body); w.Code > 201 {
				t.Errorf("%s %s: %d %s", method, target, w.Code, w.Body)
			}
			if method == http.MethodGet && string(a.s.Dump()) != before {
				t.Errorf("%s %s changed the state", method, target)
			}
		}
		for _, rt := range routesOf(o.Edition) {
			if !seen[rt.on] && !elsewhere[rt.on] {
				t.Errorf("%s is not exercised", rt.on)
			}
		}
	})
}

// TestEveryEndpointNeedsAToken but those few that are open.
func TestEveryEndpointNeedsAToken(t *testing.T) {
	eachEdition(t, func(t *testing.T, o Options, list []exercise) {
		open := map[string]bool{}
		for _, rt := range routesOf(o.Edition) {
			open[rt.on] = rt.open
		}
		s := connect(t, o).s
		before := string(s.Dump())
		for _, e := range list {
			method, target := e.target()
			if w := (&api{t: t, s: s}).do(method, target, e.body); !open[e.on] && w.Code != http.StatusUnauthorized {
				t.Errorf("%s %s: %d", method, target, w.Code)
			}
		}
		if string(s.Dump()) == before && o.Edition == Installer { // the engine was restarted
			t.Error("no open endpoint changed the state")
		}
	})
}

func TestSameRequestsSameState(t *testing.T) {
	eachEdition(t, func(t *testing.T, o Options, list []exercise) {
		work := func() (string, []string) {
			a, answers := connect(t, o), []string{}
			for _, e := range list {
				method, target := e.target()
				answers = append(answers, a.do(method, target, e.body).Body.String())
				a.clock.Wait(time.Second)
			}
			return string(a.s.Dump()), answers
		}
		first, told := work()
		second, again := work()
		if first != second {
			t.Error("the same requests led to different states")
		}
		for i := range told {
			if told[i] != again[i] {
				t.Errorf("%s: %s and %s", list[i].on, told[i], again[i])
			}
		}
		if first == string(connect(t, o).s.Dump()) {
			t.Error("the requests do not show")
		}
		if strings.Contains(first, "eyJ") {
			t.Error("there is a token in the dump")
		}
	})
}

// TestGarbage replaces every part of every good path, query and body, one after the other, by what does not belong
// there. Whatever the answer is, it must not be the emulator's fault.
func TestGarbage(t *testing.T) {
	eachEdition(t, func(t *testing.T, o Options, list []exercise) {
		pristine := string(connect(t, o).s.Dump())
		for _, e := range list {
			method, _, _ := strings.Cut(e.on, " ")
			// One server takes request after request as long as all are refused.
			a := connect(t, o)
			try := func(target, body string) {
				t.Helper()
				w := a.do(method, target, body)
				if w.Code >= http.StatusInternalServerError {
					t.Errorf("%s %s with %s: %d %s", method, target, body, w.Code, w.Body)
				}
				if w.Code < http.StatusBadRequest && method != http.MethodGet {
					a = connect(t, o)
				}
			}
			_, bare := e.request()
			_, whole := e.target()
			for _, body := range garbledBodies(e.body) {
				try(whole, body)
			}
			for _, q := range []string{"-1", "", "%00", "99999999999999999999", "true", "[", "2026-13-40", "%C3%28"} {
				for part := range strings.SplitSeq(e.query, "&") {
					name, _, _ := strings.Cut(part, "=")
					try(bare+"?"+strings.Replace(e.query, part, name+"="+q, 1), e.body)
					try(bare+"?"+name+"="+q, e.body)
				}
			}
			for i := range strings.Fields(e.path) {
				for _, g := range []string{"x", "%00", "%2F", "%2e%2e", "-1", "{x}", strings.Repeat("a", 5000)} {
					changed := e
					parts := strings.Fields(e.path)
					parts[i] = g
					changed.path = strings.Join(parts, " ")
					_, target := changed.target()
					try(target, e.body)
				}
			}
			if string(a.s.Dump()) != pristine {
				t.Errorf("%s: something that was refused changed the state", e.on)
			}
		}
	})
}

// garbledBodies are whole ones that make no sense, and those with one value that makes none.
func garbledBodies(body string) []string {
	out := []string{"", "x", "null", "[]", `"x"`, "7", "{}", "{", "<", "<a></b>", "\xff\xfe", form("file", "<")}
	var good object
	if json.Unmarshal([]byte(body), &good) != nil {
		if len(body) > 2 {
			out = append(out, body[:len(body)/2], body[len(body)/2:])
		}
		return out
	}
	for _, g := range []any{nil, "", "x", -1, 1e300, 0.5, true, []any{}, []any{nil}, []any{7}, map[string]any{}, map[string]any{"a": nil}} {
		stagetest.Everywhere(good, g, func(changed any) {
			data, _ := json.Marshal(changed)
			out = append(out, string(data))
		})
	}
	return out
}
