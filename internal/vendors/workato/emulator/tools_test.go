package emulator

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestActivity(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /folders", `{"name":"x"}`, 200, ""},
		exchange{"GET /activity_logs?page[size]=1", "", 200, `{"data":[{"id":40026,"event_type":"folder_created","timestamp":"2026-06-01T00:00:00.000-08:00",
			"workspace":{"id":2001,"name":"Example Company","email":"…","environment":"dev"},"user":{"id":7001,"name":"Service Runner","email":"…"},
			"details":{"request":{"ip_address":"…","user_agent":"…"}},"resource":{"id":900001,"name":"x","type":"Folder"}}],"total":24}`},
		exchange{"GET /activity_logs?page[after]=40018", "", 200, `{"total":24}`},
		exchange{"GET /activity_logs?page[after]=40001", "", 200, `{"data":[],"total":24}`},
		exchange{"GET /activity_logs?users_ids[]=7008", "", 200, `{"total":2,"data":[{"event_type":"recipe_started","resource":{"id":9007199254740993,"type":"Flow"}},{"id":40001,"event_type":"user_login"}]}`},
		exchange{"GET /activity_logs?users_ids[]=7008&include_event_types[]=user_login", "", 200, `{"total":1}`},
		exchange{"GET /activity_logs?users_ids[]=7008&exclude_event_types[]=user_login", "", 200, `{"total":1}`},
		exchange{"GET /activity_logs?include_resource_types[]=Folder&include_resource_types[]=Tag", "", 200, `{"total":1}`},
		exchange{"GET /activity_logs?exclude_resource_types[]=User&exclude_resource_types[]=Flow", "", 200, `{"total":1}`},
		exchange{"GET /activity_logs?from=2026-05-31T00:00:00Z&to=2026-06-02T00:00:00Z", "", 200, `{"total":1}`},
		exchange{"GET /activity_logs?users_ids[]=77", "", 200, `{"data":[],"total":0}`},
		exchange{"GET /activity_logs?include_event_types[]=nothing", "", 200, `{"data":[],"total":0}`},
		exchange{"GET /activity_logs?from=yesterday", "", 400, ""},
		exchange{"GET /activity_logs?page[after]=x", "", 400, ""},
		exchange{"POST /secrets_management/clear_cache", "", 200, `{"success":true}`})
	a.as(ProdToken).want(exchange{"GET /activity_logs", "", 200, `{"total":2,"data":[{"workspace":{"environment":"prod"}},{}]}`})
}

// Every change adds a row.
func TestChangesAreLogged(t *testing.T) {
	a := connect(t, Options{})
	for _, e := range []exchange{
		{"POST /developer_api_clients/5107/regenerate", "", 200, "ApiClient"},
		{"PUT /members/7003", `{"env_roles":[{"environment_type":"dev","name":"NoAccess"}]}`, 200, "ManagedUserGrant"},
		{"POST /member_invitations", jo, 200, "MemberInvitation"},
		{"POST /developer_api_client_roles/41/copy", "", 200, "ApiPrivilegeGroup"},
		{"PUT /roles/6301", `{"all_folders":"true"}`, 200, "PrivilegeGroup"},
		{"POST /connections/4102/disconnect", `{"force":true}`, 200, "SharedAccount"},
		{"PUT /recipes/8101/stop", "", 200, "Flow"},
	} {
		a.Do(e.request, e.body)
		a.want(exchange{"GET /activity_logs?page[size]=1", "", 200, `{"data":[{"resource":{"type":"` + e.want + `"}}]}`})
	}
}

func TestTags(t *testing.T) {
	connect(t, Options{}).want(
		exchange{"GET /tags", "", 200, `{"data":{"tags":[{"title":"Paul's / to move"},{"handle":"tag-Sd000001-aaAAaa","title":"SOX","description":"Auditors look at these","color":"red"},{"title":"unused"}]}}`},
		exchange{"GET /tags?q[only_assigned]=true&q[title_or_description_cont]=AUDIT", "", 200, `{"data":{"tags":[{"title":"SOX"}]}}`},
		exchange{"GET /tags?q[handle_in]=tag-Sd000003-aaAAaa", "", 200, `{"data":{"tags":[{"title":"unused"}]}}`},
		exchange{"POST /tags", `{"title":"New","color":"teal"}`, 200, `{"data":{"handle":"tag-Em000001-aaAAaa","title":"New","color":"teal"}}`},
		exchange{"POST /tags", `{"title":"` + strings.Repeat("ß", 31) + `"}`, 400, ""},
		exchange{"POST /tags", `{"title":"x","description":"` + strings.Repeat("ß", 151) + `"}`, 400, ""},
		exchange{"POST /tags", `{"title":"x","color":"pink"}`, 400, ""},
		exchange{"POST /tags", `{}`, 400, ""},
		exchange{"PUT /tags/tag-Em000001-aaAAaa", `{"title":"Newer"}`, 200, `{"data":{"title":"Newer","color":"teal"}}`},
		exchange{"PUT /tags/none", `{"title":"Newer"}`, 404, ""},
		exchange{"POST /tags_assignments", `{"add_tags":["tag-Em000001-aaAAaa"],"recipe_ids":[8104],"connection_ids":[4101]}`, 200, "empty"},
		exchange{"GET /recipes/8104?includes[]=tags", "", 200, `{"tags":["tag-Em000001-aaAAaa"]}`},
		exchange{"GET /connections?provider=snowflake&includes[]=tags", "", 200, `[{"tags":["tag-Em000001-aaAAaa"]}]`},
		exchange{"POST /tags_assignments", `{"remove_tags":["tag-Em000001-aaAAaa"],"recipe_ids":[8104]}`, 200, "empty"},
		exchange{"POST /tags_assignments", `{"add_tags":["tag-Em000001-aaAAaa"]}`, 400, ""},
		exchange{"POST /tags_assignments", `{"add_tags":["none"],"recipe_ids":[8104]}`, 404, ""},
		exchange{"POST /tags_assignments", `{"add_tags":["tag-Em000001-aaAAaa"],"recipe_ids":[77]}`, 404, ""},
		exchange{"DELETE /tags/tag-Em000001-aaAAaa", "", 200, ""},
		exchange{"GET /connections?provider=snowflake&includes[]=tags", "", 200, `[{"tags":[]}]`})
}

func TestProperties(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /properties?prefix=ledger.", "", 200, `{"ledger.host":"ledger.example.com","ledger.owner":"paul@example.com"}`},
		exchange{"GET /properties?prefix=closing.&project_id=601", "", 200, `{"day":"2"}`},
		exchange{"GET /properties", "", 400, ""},
		exchange{"GET /properties?prefix=x&project_id=77", "", 404, ""},
		exchange{"GET /properties?prefix=x&project_id=x", "", 400, ""},
		exchange{"POST /properties", `{"properties":{"ledger.host":"new","ledger.port":"1"}}`, 200, `{"success":true}`},
		exchange{"POST /properties?project_id=601", `{"properties":{"closing.day":"3"}}`, 200, `{"success":true}`},
		exchange{"GET /properties?prefix=ledger.", "", 200, `{"ledger.host":"new","ledger.port":"1"}`},
		exchange{"GET /properties?prefix=c&project_id=601", "", 200, `{"losing.day":"3"}`},
		exchange{"POST /properties", `{"properties":{"x":7}}`, 400, ""},
		exchange{"POST /properties", `{"properties":{"x":"` + strings.Repeat("x", 1025) + `"}}`, 400, ""},
		exchange{"POST /properties", `{"properties":{"` + strings.Repeat("x", 101) + `":""}}`, 400, ""},
		exchange{"POST /properties", `{"properties":[]}`, 400, ""},
		exchange{"POST /properties", `{"x":"y"}`, 400, ""})
	var many []string
	for i := range 1000 {
		many = append(many, fmt.Sprintf(`"p%d":""`, i))
	}
	a.want(exchange{"POST /properties", `{"properties":{` + strings.Join(many, ",") + `}}`, 400, ""})
	a.as(ProdToken).want(exchange{"GET /properties?prefix=ledger", "", 200, `{"ledger.host":"ledger.prod.example.com"}`})
}

func TestLookupTables(t *testing.T) {
	connect(t, Options{}).want(
		exchange{"GET /lookup_tables", "", 200, `[{"id":9101,"name":"Accounts","schema":"[{\"label\":\"number\"},{\"label\":\"label\"}]","project_id":601,"created_at":"…","updated_at":"…"},{"id":9102,"project_id":null}]`},
		exchange{"GET /lookup_tables/9101/rows?per_page=2&page=2", "", 200, `[{"id":9203,"data":{"number":"4400","label":"Erlöse 19 %"}}]`},
		exchange{"GET /lookup_tables/9101/rows?by[label]=Bank", "", 200, `[{"id":9201}]`},
		exchange{"GET /lookup_tables/9101/lookup?by[number]=1400", "", 200, `{"id":9202,"data":{"label":"Forderungen"}}`},
		exchange{"GET /lookup_tables/9101/lookup?by[number]=7", "", 404, ""},
		exchange{"GET /lookup_tables/9101/lookup", "", 400, ""},
		exchange{"POST /lookup_tables/9101/rows", `{"data":{"number":"1"}}`, 200, `{"id":900001,"data":{"number":"1","label":""}}`},
		exchange{"PUT /lookup_tables/9101/rows/900001", `{"data":{"label":"x"}}`, 200, `{"data":{"number":"1","label":"x"}}`},
		exchange{"POST /lookup_tables/9101/rows", `{"data":{"colour":"1"}}`, 400, ""},
		exchange{"POST /lookup_tables/9101/rows", `{}`, 400, ""},
		exchange{"GET /lookup_tables/9101/rows/900001", "", 200, `{"id":900001}`},
		exchange{"DELETE /lookup_tables/9101/rows/900001", "", 200, `{"success":true}`},
		exchange{"GET /lookup_tables/9101/rows/900001", "", 404, ""},
		exchange{"POST /lookup_tables", `{"lookup_table":{"name":"T","schema":[{"label":"a"}],"project_id":602}}`, 200, `{"id":900002,"project_id":602}`},
		exchange{"POST /lookup_tables", `{"name":"T","schema":[` + strings.Repeat(`{"label":"a"},`, 10) + `{"label":"a"}]}`, 400, ""},
		exchange{"POST /lookup_tables", `{"name":"T","schema":[7]}`, 400, ""},
		exchange{"POST /lookup_tables", `{"name":"T","schema":[{"label":"a"}],"project_id":77}`, 400, ""},
		exchange{"POST /lookup_tables/batch_delete", `{"ids":[900002,77]}`, 404, ""},
		exchange{"POST /lookup_tables/batch_delete", `{"ids":[900002,9101]}`, 200, `{"success":true}`},
		exchange{"GET /lookup_tables/9101/rows", "", 404, ""})
}

func TestAPIPlatform(t *testing.T) {
	connect(t, Options{}).want(
		exchange{"GET /api_collections", "", 200, `[{"id":9301,"name":"Ledger API","project_id":"604","url":"…","api_spec_url":"…","version":"1.0"},{"id":9302,"project_id":null}]`},
		exchange{"POST /api_collections", `{"name":"C","project_id":"601","openapi_spec":{"content":"{}","format":"json"}}`, 200, `{"id":900001,"project_id":"601"}`},
		exchange{"POST /api_collections", `{"name":"C","project_id":601}`, 400, `{"errors":{"project_id":["must be a String"]}}`},
		exchange{"POST /api_collections", `{"name":"C","openapi_spec":{"content":"x","format":"xml"}}`, 400, ""},
		exchange{"GET /api_endpoints?api_collection_id=9301", "", 200, `[{"id":9401,"flow_id":9007199254740993,"active":true,"method":"GET","path":"export","url":"…","base_path":"…","legacy":false}]`},
		exchange{"POST /api_collections/900001/api_endpoints", `{"name":"E","method":"post","path":"e","flow_id":8101}`, 200, `{"id":900002,"active":false,"method":"POST"}`},
		exchange{"POST /api_collections/900001/api_endpoints", `{"name":"E","flow_id":77}`, 400, ""},
		exchange{"PUT /api_endpoints/900002/enable", "", 200, `{"success":true}`},
		exchange{"PUT /api_endpoints/9402/enable", "", 400, `{"message":"…"}`},
		exchange{"PUT /api_endpoints/9401/disable", "", 200, `{"success":true}`},
		exchange{"PUT /api_endpoints/77/disable", "", 404, ""},
		exchange{"DELETE /api_collections/900001", "", 200, `{"success":true}`},
		exchange{"GET /api_endpoints", "", 200, `[{"id":9401,"active":false},{"id":9402}]`},
		exchange{"GET /v2/api_clients", "", 200, `{"count":1,"page":1,"per_page":100,"data":[{"id":9501,"auth_type":"token","api_policies":null,"api_collections":[{"id":9301,"name":"Ledger API"}]}]}`},
		exchange{"GET /v2/api_clients/9501", "", 200, `{"data":{"api_keys":[{"id":9601},{"id":9602}]}}`},
		exchange{"POST /v2/api_clients", `{"name":"P","api_collection_ids":["9301"],"auth_type":"token"}`, 200, `{"data":{"id":900003}}`},
		exchange{"POST /v2/api_clients", `{"name":"P","api_collection_ids":[9301],"auth_type":"jwt","jwt_method":"hmac"}`, 400, `{"errors":{"jwt_secret":["…"]}}`},
		exchange{"POST /v2/api_clients", `{"name":"P","api_collection_ids":[9301],"auth_type":"oidc"}`, 400, ""},
		exchange{"POST /v2/api_clients", `{"name":"P","api_collection_ids":[77],"auth_type":"token"}`, 400, ""},
		exchange{"POST /v2/api_clients", `{"name":"P","api_collection_ids":[9301],"auth_type":"token","api_portal_id":1}`, 400, ""},
		exchange{"POST /v2/api_clients", `{"name":"J","api_collection_ids":[9301],"auth_type":"jwt","jwt_method":"rsa","jwt_secret":"s"}`, 200, `{"data":{"id":900004,"auth_type":"jwt"}}`},
		exchange{"PUT /v2/api_clients/900003", `{"name":"Q"}`, 200, `{"data":{"name":"Q","auth_type":"token"}}`},
		exchange{"POST /v2/api_clients/900004/api_keys", `{"name":"k","active":true}`, 200, `{"data":{"id":900005}}`},
		exchange{"PUT /v2/api_clients/900004/api_keys/900005/refresh_secret", "", 400, ""},
		exchange{"DELETE /v2/api_clients/900003", "", 200, `{"success":true}`},
		exchange{"GET /v2/api_clients/900003", "", 404, ""},
		exchange{"GET /v2/api_portals", "", 200, `{"data":[]}`})
}

func TestAPIKeys(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /v2/api_clients/9501/api_keys", "", 200, `{"count":2,"data":[{"id":9601,"name":"Auditor 2025","auth_type":"token","active":true,"active_since":"…","ip_allow_list":[],"ip_deny_list":[]},{}]}`},
		exchange{"POST /v2/api_clients/9501/api_keys", `{"name":"New","active":true,"ip_allow_list":["192.0.2.1"]}`, 200, `{"data":{"id":900001,"auth_token":"emulated-api-key-900001-1","active_since":"…"}}`},
		exchange{"POST /v2/api_clients/9501/api_keys", `{"name":"New"}`, 400, ""},
		exchange{"PUT /v2/api_clients/9501/api_keys/9602/disable", "", 200, `{"data":{"active":false,"active_since":null}}`},
		exchange{"PUT /v2/api_clients/9501/api_keys/9602/enable", "", 200, `{"data":{"active":true}}`},
		exchange{"PUT /v2/api_clients/9501/api_keys/9602/refresh_secret", "", 200, `{"data":{"auth_token":"emulated-api-key-9602-2"}}`},
		exchange{"PUT /v2/api_clients/9501/api_keys/9602", `{"name":"x"}`, 200, `{"data":{"name":"x"}}`},
		exchange{"DELETE /v2/api_clients/9501/api_keys/9602", "", 200, `{"success":true}`},
		exchange{"DELETE /v2/api_clients/9501/api_keys/9602", "", 404, ""},
		exchange{"DELETE /v2/api_clients/9501/api_keys/9601", "", 200, ""},
		exchange{"DELETE /v2/api_clients/9501/api_keys/900001", "", 400, ""})
	if got := a.Do("GET /v2/api_clients/9501/api_keys", ""); strings.Contains(got.Body, "auth_token") {
		t.Errorf("a secret is shown: %s", got.Body)
	}
	for range 19 {
		a.want(exchange{"POST /v2/api_clients/9501/api_keys", `{"name":"k","active":false}`, 200, `{"data":{"active_since":null}}`})
	}
	a.want(exchange{"POST /v2/api_clients/9501/api_keys", `{"name":"k","active":false}`, 400, ""})
}

func TestOnPrem(t *testing.T) {
	connect(t, Options{}).want(
		exchange{"GET /on_prem_groups", "", 200, `[{"id":9701,"name":"Berlin / Keller","created_at":"…","in_use":true,"use_managed_connection":false,"config_version":3,"logs_enabled":true,"whitelisted_ips":["192.0.2.0/24"]},{"in_use":false}]`},
		exchange{"GET /on_prem_groups/9701", "", 200, `[{"id":9701}]`},
		exchange{"GET /on_prem_groups/9701/status", "", 200, `{"status":"active"}`},
		exchange{"GET /on_prem_groups/9701/agents", "", 200, `[{"id":9801},{"id":9802}]`},
		exchange{"POST /on_prem_groups", `{"name":"G"}`, 200, `{"id":900001}`},
		exchange{"POST /on_prem_groups", `{}`, 400, ""},
		exchange{"PUT /on_prem_groups/900001", `{"logs_enabled":true}`, 200, `{"logs_enabled":true,"config_version":2}`},
		exchange{"GET /on_prem_agents", "", 200, `[{"id":9801,"name":"ledger-host","os":"windows","on_prem_group_id":9701,"awaiting_setup":false,"enabled":true},{}]`},
		exchange{"POST /on_prem_agents", `{"name":"A","os":"linux","on_prem_group_id":900001}`, 200, `{"id":900002,"awaiting_setup":true}`},
		exchange{"POST /on_prem_agents", `{"name":"A","os":"plan9","on_prem_group_id":900001}`, 400, ""},
		exchange{"POST /on_prem_agents", `{"name":"A","os":"linux","on_prem_group_id":77}`, 400, ""},
		exchange{"PUT /on_prem_agents/9801", `{"enabled":false}`, 200, `{"enabled":false}`},
		exchange{"GET /on_prem_agents/9801/status", "", 200, `{"status":"inactive"}`},
		exchange{"GET /on_prem_agents/9801", "", 200, `[{"id":9801}]`},
		exchange{"GET /on_prem_agents/search?cn=" + url.QueryEscape("paul's laptop"), "", 200, `[{"id":9802}]`},
		exchange{"GET /on_prem_agents/search", "", 400, ""},
		exchange{"GET /on_prem_agents/900002/activation_code", "", 200, `{"activation_code":"…"}`},
		exchange{"DELETE /on_prem_agents/9802", "", 200, `{"success":true}`},
		exchange{"DELETE /on_prem_groups/9701", "", 200, ""},
		exchange{"GET /on_prem_agents/9801", "", 404, ""})
}

func TestSimple(t *testing.T) {
	connect(t, Options{}).want(
		exchange{"GET /event_streams/topics?name=ledger", "", 200, `{"data":[{"id":9901,"name":"ledger.posted"}]}`},
		exchange{"PUT /event_streams/topics/9901/purge", "", 200, `{"success":true}`},
		exchange{"POST /event_streams/topics", `{"name":"a","schema":{"x":1}}`, 200, `{"data":{"id":900001,"schema":{"x":1}}}`},
		exchange{"GET /event_streams/topics?sort=name", "", 200, `{"data":[{"name":"a"},{}]}`},
		exchange{"PUT /event_streams/topics/900001", `{"name":""}`, 400, ""},
		exchange{"DELETE /event_streams/topics/900001", "", 200, ""},
		exchange{"POST /iam/users", `{"email":"x@example.com"}`, 200, `{"data":{"id":900002}}`},
		exchange{"POST /iam/user_groups", `{"name":"g"}`, 200, `{"data":{"id":900003}}`},
		exchange{"POST /iam/user_groups/900003/add_users", `{"user_ids":[900002]}`, 200, ""},
		exchange{"POST /iam/user_groups/900003/add_users", `{"user_ids":[77]}`, 404, ""},
		exchange{"GET /iam/user_groups/900003/members", "", 200, `{"data":[{"id":900002}]}`},
		exchange{"POST /iam/user_groups/900003/remove_users", `{"user_ids":[900002]}`, 200, ""},
		exchange{"GET /iam/user_groups/900003/members", "", 200, `{"data":[]}`},
		exchange{"POST /iam/app_links", `{"name":"l"}`, 200, ""},
		exchange{"POST /cert_bundles", `{}`, 400, ""})
}
