package emulator

import (
	"strings"
	"testing"
	"time"
)

const unauthorizedBody = `{"message":"Unauthorized"}`

func TestTokens(t *testing.T) {
	a := connect(t, Options{})
	for _, token := range []string{"", "made-up", "wrkaus-emulated.admin.token2"} {
		a.as(token).want(
			exchange{"GET /developer_api_clients", "", 401, unauthorizedBody},
			exchange{"GET /nothing", "", 401, unauthorizedBody})
	}
	a.want(
		exchange{"GET /nothing", "", 404, `{"message":"Not found"}`},
		exchange{"PATCH /developer_api_clients", "", 404, `{"message":"Not found"}`},
		exchange{"GET //folders", "", 404, ""},
		exchange{"DELETE /deployments", "", 404, `{"message":"API not found"}`})
}

func TestPrivileges(t *testing.T) {
	a := connect(t, Options{}).as(LimitedToken)
	a.want(
		exchange{"GET /recipes", "", 200, ""},
		exchange{"GET /developer_api_clients", "", 401, unauthorizedBody},
		exchange{"DELETE /recipes/8101", "", 401, unauthorizedBody},
		exchange{"PUT /recipes/8101/stop", "", 200, `{"success":true}`})
	connect(t, Options{Forbidden: true}).as(LimitedToken).want(exchange{"GET /members", "", 403, `{"message":"Forbidden"}`})
	for _, token := range []string{TestToken, ProdToken} {
		connect(t, Options{}).as(token).want(
			exchange{"GET /users/me", "", 401, unauthorizedBody},
			exchange{"GET /members", "", 401, unauthorizedBody},
			exchange{"POST /member_invitations", "{}", 401, unauthorizedBody},
			exchange{"GET /recipes", "", 200, ""})
	}
}

const newClient = `{"name":"Team A","api_privilege_group_id":41,"all_folders":false,"folder_ids":[1101],
	"environment_name":"Development","ip_allow_list":"192.0.2.1/32,192.0.2.2/32"}`

func TestCreateClient(t *testing.T) {
	a := connect(t, Options{})
	a.want(exchange{"POST /developer_api_clients", newClient, 200, `{"result":{"id":900001,"name":"Team A",
		"api_privilege_group_id":41,"created_at":"2026-06-01T00:00:00.000-08:00","updated_at":"2026-06-01T00:00:00.000-08:00",
		"all_folders":false,"folder_ids":[1101],"environment_name":"Development","environment_id":301,
		"ip_allow_list":"192.0.2.1/32,192.0.2.2/32",
		"token":{"value":"wrkaus-emulated.client900001.token1","updated_at":"2026-06-01T08:00:00.000Z"}}}`})
	a.as("wrkaus-emulated.client900001.token1").want(
		exchange{"GET /projects", "", 200, `[{"id":601,"name":"Finance","folder_id":1101,"description":"Closing, audit and reports"}]`})
	for _, path := range []string{"", "/900001"} {
		if got := a.Do("GET /developer_api_clients"+path, ""); strings.Contains(got.Body, "wrkaus") || !strings.Contains(got.Body, "Team A") {
			t.Errorf("%s: a token is shown, or no client: %s", path, got.Body)
		}
	}
	if strings.Contains(string(a.s.Dump()), "wrkaus") {
		t.Error("a token is in the dump")
	}
}

func TestClientValidation(t *testing.T) {
	for name, tt := range map[string]struct{ from, to, field string }{
		"no name":               {`"name":"Team A",`, ``, "name"},
		"blank name":            {`"Team A"`, `" "`, "name"},
		"name is a number":      {`"Team A"`, `7`, "name"},
		"no role":               {`"api_privilege_group_id":41,`, ``, "api_privilege_group_id"},
		"unknown role":          {`:41,`, `:999,`, "api_privilege_group_id"},
		"role is a text":        {`:41,`, `:"41",`, "api_privilege_group_id"},
		"no all_folders":        {`"all_folders":false,`, ``, "all_folders"},
		"all_folders is a text": {`:false`, `:"false"`, "all_folders"},
		"no folders":            {`[1101]`, `[]`, "folder_ids"},
		"unknown folder":        {`[1101]`, `[1101,77]`, "folder_ids"},
		"folders are texts":     {`[1101]`, `["1101"]`, "folder_ids"},
		"no environment":        {`"environment_name":"Development",`, ``, "environment_name"},
		"unknown environment":   {`"Development"`, `"DEV"`, "environment_name"},
		"list is an object":     {`"192.0.2.1/32,192.0.2.2/32"`, `{}`, "ip_allow_list"},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			before := string(a.s.Dump())
			body := strings.Replace(newClient, tt.from, tt.to, 1)
			a.want(exchange{"POST /developer_api_clients", body, 400, `{"message":"…","errors":{"` + tt.field + `":["…"]}}`})
			if string(a.s.Dump()) != before {
				t.Error("a refused client changed something")
			}
		})
	}
	for name, body := range map[string]string{"no JSON": "{", "a list": "[]", "null": "null", "two values": "{} {}"} {
		t.Run(name, func(t *testing.T) {
			connect(t, Options{}).want(exchange{"POST /developer_api_clients", body, 400, `{"message":"Bad request"}`})
		})
	}
}

func TestUpdateClient(t *testing.T) {
	a := connect(t, Options{})
	a.clock.Wait(time.Hour)
	a.want(
		exchange{"PUT /developer_api_clients/5107", `{"all_folders":false,"folder_ids":[1104]}`, 200, `{"result":{"id":5107,
			"name":"Paul: export / nightly","api_privilege_group_id":41,"all_folders":false,"folder_ids":[1104],
			"updated_at":"2026-06-01T01:00:00.000-08:00","token":{"updated_at":"2025-11-13T08:00:00.000Z"}}}`},
		exchange{"PUT /developer_api_clients/5107", `{"folder_ids":[]}`, 400, ""},
		exchange{"PUT /developer_api_clients/5107", `{"all_folders":true}`, 200, `{"result":{"all_folders":true}}`},
		exchange{"PUT /developer_api_clients/5107", `{"name":""}`, 400, ""},
		exchange{"PUT /developer_api_clients/77", `{"name":"x"}`, 404, `{"message":"Not found"}`})
	a.as("wrkaus-emulated.paul.token").want(exchange{"GET /recipes", "", 200, ""})
	if got := a.Do("PUT /developer_api_clients/5107", `{"name":"x"}`); strings.Contains(got.Body, `"value"`) {
		t.Errorf("the token is shown: %s", got.Body)
	}
}

func TestRegenerate(t *testing.T) {
	a := connect(t, Options{})
	a.clock.Wait(time.Minute)
	a.want(exchange{"POST /developer_api_clients/5107/regenerate", "", 200, `{"result":{"id":5107,"name":"Paul: export / nightly",
		"updated_at":"2026-06-01T00:01:00.000-08:00",
		"token":{"value":"wrkaus-emulated.client5107.token1","updated_at":"2026-06-01T08:01:00.000Z"}}}`})
	a.as("wrkaus-emulated.paul.token").want(exchange{"GET /recipes", "", 401, unauthorizedBody})
	a.as("wrkaus-emulated.client5107.token1").want(exchange{"GET /recipes", "", 200, ""})
	// Its own: the call succeeds, the next one does not.
	a.want(
		exchange{"POST /developer_api_clients/5101/regenerate", "", 200, `{"result":{"token":{"value":"wrkaus-emulated.client5101.token2"}}}`},
		exchange{"GET /recipes", "", 401, unauthorizedBody})
	a.as("wrkaus-emulated.client5101.token2").want(exchange{"POST /developer_api_clients/77/regenerate", "", 404, ""})
}

func TestDeleteClient(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"DELETE /developer_api_clients/5107", "", 200, `{"result":"success"}`},
		exchange{"DELETE /developer_api_clients/5107", "", 404, `{"message":"Not found"}`},
		exchange{"GET /developer_api_clients/x", "", 404, ""})
	a.as("wrkaus-emulated.paul.token").want(exchange{"GET /recipes", "", 401, unauthorizedBody})
}

func TestListClients(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /developer_api_clients?page=2&per_page=4", "", 200, `{"result":{"count":8,"items":[{"id":5105},
			{"id":5106,"folder_ids":[1101],"ip_allow_list":"192.0.2.10/32,192.0.2.11/32"},{"id":5107},
			{"id":5108,"name":"Prüfung \"SOX\"","environment_name":"Production","environment_id":303}]}}`},
		exchange{"GET /developer_api_clients?page=3&per_page=4", "", 200, `{"result":{"count":8,"items":[]}}`},
		exchange{"GET /developer_api_clients/5106", "", 200, `{"result":{"user":{"id":7003,"name":"Ada Winter"}}}`},
		exchange{"GET /developer_api_client_roles?per_page=2", "", 200, `{"result":{"items":[
			{"id":41,"name":"Admin","created_at":"…","updated_at":"…"},{"id":42}],"count":3,"page":1,"per_page":2}}`},
		exchange{"POST /developer_api_client_roles/43/copy", `{"name":"On call"}`, 200, `{"result":{"id":900001,"name":"On call"}}`},
		exchange{"POST /developer_api_client_roles/7/copy", "", 404, ""})
	v := a.Get("/developer_api_clients/5101")["result"]
	if got, want := keys(v), "all_folders api_privilege_group_id created_at environment_id environment_name id name token updated_at user"; got != want {
		t.Errorf("a client has %s, want %s", got, want)
	}
}

func TestWithoutEnvironments(t *testing.T) {
	a := connect(t, Options{NoEnvironments: true})
	a.want(exchange{"POST /developer_api_clients", `{"name":"x","api_privilege_group_id":41,"all_folders":true,"environment_name":"Moon"}`, 200, ""})
	if v := keys(a.Get("/developer_api_clients/900001")["result"]); strings.Contains(v, "environment") {
		t.Errorf("a client has %s", v)
	}
	a.want(
		exchange{"GET /members/7002", "", 200, `{"data":{"roles":[{"environment_type":"dev","role_name":"Admin","role_type":"privilege_group"}]}}`},
		exchange{"PUT /members/7002", `{"env_roles":[{"environment_type":"prod","name":"Admin"}]}`, 400, ""})
	a.as(ProdToken).want(exchange{"GET /recipes", "", 401, unauthorizedBody})
}

func TestScope(t *testing.T) {
	connect(t, Options{}).as(ScopedToken).want(
		exchange{"GET /folders", "", 200, `[{"id":1101}]`},
		exchange{"GET /folders?parent_id=1101", "", 200, `[{"id":1111},{"id":1112}]`},
		exchange{"GET /folders?parent_id=1104", "", 404, ""},
		exchange{"GET /recipes?per_page=2", "", 200, `{"items":[{"id":8110},{"id":8105}]}`},
		exchange{"GET /recipes/8106", "", 404, `{"message":"Not found"}`},
		exchange{"PUT /recipes/8106/stop", "", 404, ""},
		exchange{"GET /connections", "", 200, `[{"id":4101},{"id":4102},{"id":4103}]`},
		exchange{"GET /projects/604/project_grants", "", 404, ""},
		exchange{"POST /folders", `{"name":"Mine"}`, 400, ""})
	connect(t, Options{}).as(ProdToken).want(
		exchange{"GET /projects", "", 200, `[{"id":661},{"id":662}]`},
		exchange{"GET /recipes/8101", "", 404, ""},
		exchange{"GET /recipes/8301", "", 200, `{"running":true}`})
}
