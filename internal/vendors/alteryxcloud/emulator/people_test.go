package emulator

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestWorkspaces(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /v4/workspaces", "", 200, `[{"id":4242,"name":"Example Analytics"},{"id":4243}]`},
		exchange{"GET /v4/workspaces?fields=id;name&accountId=x", "", 200, `[{"id":4242,"name":"Example Analytics"},{"id":4243,"name":"Example Sandbox"}]`},
		exchange{"GET /v4/workspaces/current", "", 200, `{"id":4242,"state":"active","custom_url":"example-analytics","max_user_number":25,"workspace_tier":"enterprise_cloud22"}`},
		exchange{"GET " + home, "", 200, `{"id":4242}`},
		exchange{"GET /v4/workspaces/" + gid("01W", WorkspaceID), "", 404, absent},
		exchange{"GET /v4/workspaces/1", "", 404, absent},
		exchange{"GET /v4/workspaces/current/people", "", 404, absent},
		exchange{"GET /v4/workspaces/4243", "", 403, denied},
		exchange{"GET /v4/workspaces/4243/people", "", 403, denied},
		exchange{"POST /v4/workspaces", `{"name":"New","tier":"bronze"}`, 400, invalid},
		exchange{"POST /v4/workspaces?accountId=x", `{"name":"New","tier":"pro","max_user_number":3}`, 201, `{"id":900001,"name":"New","workspace_tier":"pro","workspace_member_count":1}`},
		exchange{"GET /v4/workspaces", "", 200, `[{"id":4242},{"id":4243},{"id":900001}]`},
		exchange{"POST /v4/accounts/peopleworkspaces?accountId=" + AccountID + "&workspaceId=900001", `{"emails":["ada@example.com","x@example.com","y@example.com"]}`, 400, refused},
		exchange{"POST /v4/accounts/peopleworkspaces?accountId=" + AccountID + "&workspaceId=900001", `{"emails":["ada@example.com"],"skipInviterEmail":true}`, 201, `{"data":[{"id":51003}],"count":1}`},
		exchange{"POST /v4/accounts/peopleworkspaces?accountId=x&workspaceId=4243", `{"emails":["ada@example.com"]}`, 403, denied},
		exchange{"POST /v4/accounts/peopleworkspaces?accountId=" + AccountID + "&workspaceId=7", `{"emails":["ada@example.com"]}`, 403, denied},
		exchange{"POST /v4/accounts/peopleworkspaces?workspaceId=4243", `{"emails":["ada@example.com"]}`, 400, invalid},
		exchange{"POST /v4/accounts/peopleworkspaces?accountId=" + AccountID + "&workspaceId=4243", `{}`, 400, invalid},
	)
	box, _ := a.signIn(SandboxRefreshToken)
	box.with("x-alteryx-workspace-gid", gid("01W", WorkspaceID)).want( // the header changes nothing
		exchange{"GET /v4/workspaces/current", "", 200, `{"id":4243}`},
		exchange{"GET " + home, "", 403, denied},
		exchange{"GET /v4/flows", "", 200, `{"data":[]}`})
}

func TestConfiguration(t *testing.T) {
	a := connect(t, Options{})
	const key = "webapp.session.durationInMins"
	for _, at := range []string{home, "/v4/workspaces/current", "/iam/v1/workspaces/4242"} {
		a.want(exchange{"GET " + at + "/configuration?key=" + key, "", 200, `[{"key":"` + key + `","value":480}]`})
	}
	a.want(
		exchange{"GET " + home + "/configuration?key=feature.scheduling.enabled", "", 200, `[{"value":null}]`},
		exchange{"GET " + home + "/configuration-schema", "", 200, `{"` + key + `":{"type":"integer"}}`},
		exchange{"PATCH " + home + "/configuration", `{"configuration":[{"key":"feature.scheduling.enabled","value":false}]}`, 200, ""},
		exchange{"GET /v4/workspaces/current/configuration?key=feature.scheduling.enabled", "", 200, `[{"value":false}]`},
		exchange{"PATCH /v4/workspaces/current/configuration", `{"configuration":[{"key":"x","value":1}]}`, 400, invalid},
		exchange{"PATCH " + home + "/configuration", `{}`, 400, invalid},
		exchange{"POST " + home + "/delete-configuration", `{"settings":["` + key + `","x"]}`, 200, `{"numberOfRowsDeleted":1}`},
		exchange{"POST /v4/workspaces/current/delete-configuration", `{"settings":["` + key + `"]}`, 200, `{"numberOfRowsDeleted":0}`},
		exchange{"POST " + home + "/delete-configuration", `{}`, 400, invalid},
	)
	a.as(AdaLegacyToken).want(exchange{"PATCH " + home + "/configuration", `{"configuration":[]}`, 403, denied})
}

func TestPeopleLists(t *testing.T) {
	a := connect(t, Options{})
	for path, want := range map[string]string{
		"/v4/people?email=ADA@example.com":                                 `["ada@example.com"]`,
		"/v4/people?isDisabled=true":                                       `["paul@example.com"]`,
		"/v4/people?peopleIds=51002&peopleIds=51004":                       `["grace@example.com","lin@example.com"]`,
		"/v4/people?filter=o'neill":                                        `["sean@example.com"]`,
		"/v4/people?filter=zo%C3%AB%20L&filterType=contains":               `["zoe@example.com"]`,
		"/v4/people?filter=ada@&filterFields=email":                        `["ada@example.com"]`,
		"/v4/people?filter=ADA%20WINTER&filterType=exactIgnoreCase":        `["ada@example.com"]`,
		"/v4/people?filter=ADA%20WINTER&filterType=exact":                  `[]`,
		"/v4/people?sort=-name&limit=2":                                    `["zoe@example.com","victor@example.com"]`,
		"/v4/people?sort=email&limit=2&offset=1":                           `["api-runner@example.com","ben@example.com"]`,
		"/iam/v1/workspaces/4242/people?status=new":                        `["victor@example.com"]`,
		"/iam/v1/workspaces/4242/people?status=suspended":                  `["paul@example.com"]`,
		"/v4/workspaces/4242/people?roles=8103":                            `["hana@example.com","ben@example.com","ines@example.com"]`,
		"/v4/workspaces/4242/people?roles=workspace_admin":                 `["api-runner@example.com","grace@example.com","paul@example.com"]`,
		"/v4/workspaces/4242/people?roles=8102&excludingRoles=8104":        `["paul@example.com","nia@example.com","sean@example.com","maria@example.com","kofi@example.com","erik@example.com"]`,
		"/v4/workspaces/4242/admins":                                       `["api-runner@example.com","grace@example.com"]`,
		"/iam/v1/workspaces/4242/admins?includeStatus=suspended":           `["api-runner@example.com","grace@example.com","paul@example.com"]`,
		"/v4/people?limit=1000&offset=16":                                  `["victor@example.com"]`,
		"/v4/people?offset=17":                                             `[]`,
		"/iam/v1/workspaces/4242/people?limit=2&offset=16&anything=at-all": `["victor@example.com"]`,
	} {
		a.wantColumn(path, "email", want)
	}
	if n := len(a.column("/v4/people?role=admin", "id")); n != 17 {
		t.Errorf("a role filter that nobody knows left %d people", n)
	}
	a.want(
		exchange{"GET /v4/people?limit=1&includeCount=true", "", 200, `{"data":[{"id":51001}],"count":17}`},
		exchange{"GET /v4/people?limit=1001", "", 400, invalid},
		exchange{"GET /v4/people?limit=0", "", 400, invalid},
		exchange{"GET /v4/people?offset=-1", "", 400, invalid},
		exchange{"GET /v4/people?limit=x", "", 400, invalid},
		exchange{"GET /v4/people?filter=x&filterType=y", "", 400, invalid},
		exchange{"GET /v4/people?peopleIds=x", "", 400, invalid},
		exchange{"GET /v4/workspaces/4242/people?status=busy", "", 400, invalid},
		exchange{"GET /v4/workspaces/4242/admins?includeStatus=busy", "", 400, invalid},
	)
}

func TestOnePerson(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /v4/people/51003", "", 200, `{"id":51003,"name":"Ada Winter","isDisabled":false,"state":"active","gid":"…","ssoPrincipal":null,"outputHomeDir":"…"}`},
		exchange{"GET /iam/v1/people/51008", "", 200, `{"isDisabled":true}`},
		exchange{"GET /v4/people/7", "", 404, absent},
		exchange{"GET /v4/people/x", "", 404, absent},
		exchange{"GET /v4/people/51003?fields=id;email", "", 200, `{"id":51003,"email":"ada@example.com"}`},
		exchange{"GET /v4/people/51003?includePrivileges=true", "", 200, `{"authorizationRoles":[{"policyId":8102,"name":"Workspace Member","workspaceId":4242},{"policyId":8104}],"peopleworkspaces":{"data":[{"status":"active"}]}}`},
		exchange{"GET /v4/people/51002?includePrivileges=true", "", 200, `{"authorizationRoles":[{"policyId":8101,"tag":"workspace_admin"}]}`},
		exchange{"GET /v4/people?includeStatus=true&limit=1", "", 200, `{"data":[{"status":"active"}]}`},
	)
	if o := a.Get("/v4/people/51002"); o["isAdmin"] != nil {
		t.Error("isAdmin is shown of others")
	}
	if o := a.Get("/v4/people/current"); o["isAdmin"] != true {
		t.Error("isAdmin is not shown of oneself")
	}
	if o := a.Get("/v4/people/51003?fields=email;id"); len(o) != 2 {
		t.Errorf("fields: %v", o)
	}
}

func TestInvitations(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /iam/v1/workspaces/4242/people/batch", `{"emails":["jo@example.com","Ada@example.com","jo@example.com"],"roles":[8102,"workspace_admin",{"policyId":"8103"}]}`, 201,
			`{"data":[{"id":900001},{"id":51003,"alreadyMember":true},{"id":900001,"alreadyMember":true}],"count":3}`},
		exchange{"POST " + home + "/people", `{"email":"no-name@example.com","skipEmailInvitations":["x"]}`, 201, `{"data":{"id":900002}}`},
		exchange{"POST " + home + "/people/batch", `{"emails":["fine@example.com","not an address"]}`, 400, refused},
		exchange{"POST " + home + "/people/batch", `{"emails":["fine@example.com"],"roles":[1]}`, 400, refused},
		exchange{"POST " + home + "/people/batch", `{"emails":"fine@example.com"}`, 400, invalid},
		exchange{"POST " + home + "/people/batch", `{}`, 400, invalid},
		exchange{"POST " + home + "/people", `{}`, 400, invalid},
		exchange{"GET /v4/people/900001?includeStatus=true&includePrivileges=true", "", 200, `{"email":"jo@example.com","status":"new","authorizationRoles":[{"policyId":8101},{"policyId":8102},{"policyId":8103}]}`},
		exchange{"GET " + home + "/invitationLink?personId=900001", "", 200, `{"invitationLink":"…"}`},
		exchange{"GET /iam/v1/workspaces/4242/invitationLink?personId=51003", "", 400, refused},
		exchange{"GET " + home + "/invitationLink", "", 400, invalid},
		exchange{"GET " + home + "/invitationLink?personId=1", "", 400, refused},
		exchange{"PATCH /iam/v1/workspaces/4242/people/batch", `{"personIds":[900001]}`, 200, `{"count":1}`},
		exchange{"PATCH " + home + "/people/batch", `{"personIds":[900001,51003]}`, 400, refused},
	)
	if !a.s.Accept(WorkspaceID, "jo@example.com") || a.s.Accept(WorkspaceID, "jo@example.com") || a.s.Accept(7, "jo@example.com") {
		t.Error("invitations are not accepted once")
	}
	a.want(exchange{"GET /v4/people/900001?includeStatus=true", "", 200, `{"status":"active"}`})
	if !strings.Contains(string(a.s.Dump()), `"invitationMails": 2`) {
		t.Error("the second mail is not known")
	}
	many := `"` + strings.Repeat(`a@example.com","`, 1) + `b@example.com","c@example.com","d@example.com","e@example.com","f@example.com","g@example.com"`
	a.want(exchange{"POST " + home + "/people/batch", `{"emails":[` + many + `]}`, 400, refused}) // beyond the seats
}

func TestSuspensions(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST " + home + "/people/suspend", `{"personIds":[51003,51004]}`, 200, "empty"},
		exchange{"POST " + home + "/people/suspend", `{"personIds":[51003]}`, 200, "empty"},
		exchange{"GET /v4/schedules/1001", "", 200, `{"enabled":true}`}, // which run on
		exchange{"POST " + home + "/people/unsuspend", `{"personIds":[51003]}`, 200, "empty"},
		exchange{"POST " + home + "/people/suspend", `{"personIds":[51003,1]}`, 400, refused},
		exchange{"POST " + home + "/people/suspend", `{"personIds":[51001]}`, 400, refused}, // oneself
		exchange{"POST " + home + "/people/suspend", `{}`, 400, invalid},
		exchange{"POST " + home + "/people/suspend", `{"personIds":["x"]}`, 400, invalid},
		exchange{"POST " + home + "/people/unsuspend", `{"personIds":51003}`, 400, invalid},
		exchange{"PUT " + home + "/people/51003/suspended", "", 200, `{"id":51003,"suspended":true}`},
		exchange{"PUT " + home + "/people/51003/suspended", "false", 200, `{"suspended":false}`},
		exchange{"PUT " + home + "/people/51003/suspended", `{"suspended":true}`, 200, ""},
		exchange{"PUT " + home + "/people/51003/suspended", `7`, 400, invalid},
		exchange{"PUT " + home + "/people/7/suspended", "", 404, absent},
	)
	a.wantColumn("/v4/people?isDisabled=true", "id", `[51003,51004,51008]`)
}

// Assets of somebody suspended are out of reach for those they were shared with.
func TestSuspendedOwners(t *testing.T) {
	a := connect(t, Options{})
	ada := a.as(AdaLegacyToken)
	ada.want(exchange{"GET /v4/flows/3006", "", 404, absent}) // paul's
	a.want(
		exchange{"POST " + home + "/people/unsuspend", `{"personIds":[51008]}`, 200, ""},
		exchange{"GET /v4/flows/3006", "", 200, ""})
	ada.want(exchange{"GET /v4/flows/3006", "", 200, `{"name":"Legacy Ledger"}`})
}

func TestPersonWrites(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"PATCH " + home + "/people/51003", `{"name":"Ada \"W\" / Frost","email":"ada.frost@example.com","outputHomeDir":"/x","validateExportCompliance":true,"state":"hidden","authorizationRoles":[{"policyId":8103}]}`, 200,
			`{"id":51003,"name":"Ada \"W\" / Frost","email":"ada.frost@example.com","outputHomeDir":"/x","validateExportCompliance":true,"state":"hidden"}`},
		exchange{"GET /v4/people/51003?includePrivileges=true", "", 200, `{"authorizationRoles":[{"policyId":8103}]}`},
		exchange{"PATCH " + home + "/people/51003", `{"isDisabled":true}`, 200, `{"isDisabled":true}`},
		exchange{"PATCH " + home + "/people/51003", `{"isDisabled":false}`, 200, `{"isDisabled":false}`},
		exchange{"PATCH " + home + "/people/51003", `{"email":"lin@example.com"}`, 400, refused},
		exchange{"PATCH " + home + "/people/51003", `{"email":"nonsense"}`, 400, invalid},
		exchange{"PATCH " + home + "/people/51003", `{"state":"gone"}`, 400, invalid},
		exchange{"PATCH " + home + "/people/51003", `{"authorizationRoles":[{"policyId":1}]}`, 400, refused},
		exchange{"PATCH " + home + "/people/7", `{}`, 404, absent},
		exchange{"PUT " + home + "/people/51003", `{"uploadDir":"/y"}`, 200, `{"uploadDir":"/y"}`},
		exchange{"PUT " + home + "/people/51003", `{"name":"x"}`, 400, invalid},
		exchange{"PUT " + home + "/people/51003", `{"email":"x@example.com"}`, 400, invalid},
		exchange{"PUT " + home + "/people/51001", `{"name":"Runner"}`, 200, `{"name":"Runner"}`},
		exchange{"PATCH " + home + "/people/51001", `{"isDisabled":true}`, 400, refused},
	)
	b := connect(t, Options{})
	b.as(AdaLegacyToken).want(
		exchange{"PUT " + home + "/people/51003", `{"name":"Me","outputHomeDir":"/mine"}`, 200, `{"name":"Me"}`},
		exchange{"PUT " + home + "/people/51003", `{"authorizationRoles":[{"policyId":8101}]}`, 403, denied},
		exchange{"PUT " + home + "/people/51004", `{"uploadDir":"/y"}`, 403, denied},
		exchange{"PATCH " + home + "/people/51003", `{"name":"Me"}`, 403, denied},
	)
}

func TestTransfer(t *testing.T) {
	for name, body := range map[string]string{
		"by id":      `{"fromPersonId":51008,"toPersonId":51003}`,
		"by text id": `{"fromPersonId":"51008","toPersonId":"51003"}`,
		"by address": `{"fromPersonEmail":"paul@example.com","toPersonEmail":"ada@example.com"}`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, at := range []string{home, "/v4/workspaces/current", "/iam/v1/workspaces/4242"} {
				a := connect(t, Options{})
				a.want(
					exchange{"PATCH " + at + "/transfer", body, 204, "empty"},
					exchange{"GET /v4/flows/3006", "", 200, `{"creator":{"id":51003}}`},
					exchange{"GET /v4/connections/7004", "", 200, `{"creator":{"id":51003}}`},
					exchange{"GET /v4/plans/2003/full", "", 200, `{"creator":{"id":51003}}`},
					exchange{"GET /v4/plans/2003/permissions", "", 200, `{"data":[{"id":51008,"role":"collaborator","policy":"plan_editor"}]}`},
					exchange{"GET /svc-workflow/api/v1/workflows/" + ExportWorkflow, "", 200, `{"ownerId":51003}`},
					exchange{"GET /v4/schedules/1004", "", 200, `{"createdBy":51008,"enabled":true}`},
					exchange{"GET /v4/flows/3002", "", 200, `{"creator":{"id":51003}}`}, // shared with paul: it stays
					exchange{"PATCH " + at + "/transfer", body, 204, "empty"})
				b, _ := a.signIn(RefreshToken)
				b.want(exchange{"GET /v4/flows/3006/permissions", "", 200, `{"data":[{"role":"owner","person":{"id":51003}},{"role":"collaborator","person":{"id":51008}}]}`})
			}
		})
	}
}

func TestTransferOfSome(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"PATCH " + home + "/transfer", `{"fromPersonId":51008,"toPersonId":51003,"assets":{"flows":[3006],"plans":"all"}}`, 204, "empty"},
		exchange{"GET /v4/flows/3006", "", 200, `{"creator":{"id":51003}}`},
		exchange{"GET /v4/flows/3007", "", 200, `{"creator":{"id":51008}}`},
		exchange{"GET /v4/plans/2004/full", "", 200, `{"creator":{"id":51003}}`},
		exchange{"GET /v4/connections/7004", "", 200, `{"creator":{"id":51008}}`})
	for body, want := range map[string]string{
		`{"fromPersonId":51008,"toPersonId":51008}`:                refused,
		`{"fromPersonId":1,"toPersonId":51003}`:                    refused,
		`{"fromPersonId":51003,"toPersonId":1}`:                    refused,
		`{"fromPersonId":51003,"toPersonId":51008}`:                refused, // suspended
		`{"fromPersonId":51003}`:                                   invalid,
		`{"fromPersonEmail":"ada@example.com"}`:                    invalid,
		`{"fromPersonId":51003,"toPersonEmail":"lin@example.com"}`: invalid,
		`{}`: invalid,
		`{"fromPersonId":51003,"toPersonId":51004,"assets":{"flows":[3007]}}`:      refused,
		`{"fromPersonId":51003,"toPersonId":51004,"assets":{"dashboards":"all"}}`:  invalid,
		`{"fromPersonId":51003,"toPersonId":51004,"assets":{"flows":"some"}}`:      invalid,
		`{"fromPersonEmail":"gone@example.com","toPersonEmail":"lin@example.com"}`: refused,
	} {
		a.want(exchange{"PATCH " + home + "/transfer", body, 400, want})
	}
	a.want(exchange{"PATCH /v4/workspaces/4243/transfer", `{"fromPersonId":51008,"toPersonId":51003}`, 403, denied})
}

func TestRemoval(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"PATCH " + home + "/transfer", `{"fromPersonId":51008,"toPersonId":51003,"assets":{"flows":"all"}}`, 204, ""},
		exchange{"DELETE " + home + "/people/51008", "", 200, `[{"id":51008}]`},
		exchange{"DELETE /iam/v1/workspaces/4242/people/51008", "", 404, absent},
		exchange{"GET /v4/flows/3006", "", 200, ""},
		exchange{"GET /v4/plans/2003/full", "", 404, absent},
		exchange{"GET /v4/schedules/1005", "", 200, ""}, // for a moment
		exchange{"GET /v4/groups?name=stewards&includeFullUsers=true", "", 200, `{"groups":[{"users":[{"id":51003},{"id":51006},{"id":51007}]}],"count":1}`},
		exchange{"GET /v4/oAuth2ApiTokens/" + PaulSID + "?tokenType=Workspace", "", 404, absent},
		exchange{"DELETE " + home + "/people/51001", "", 400, refused}, // oneself
		exchange{"PATCH " + home + "/transfer", `{"fromPersonId":51008,"toPersonId":51003}`, 400, refused},
		exchange{"POST " + home + "/people/batch", `{"emails":["paul@example.com"]}`, 201, `{"data":[{"id":51008}]}`},
	)
	a.clock.Wait(lingering)
	a.want(exchange{"GET /v4/schedules/1005", "", 404, absent})
	for _, kind := range []string{"flows", "plans", "connections", "schedules", "workflows"} {
		for _, row := range a.s.State()[kind].([]any) {
			if row.(object)["ownerId"] == json.Number("51008") {
				t.Errorf("%s: paul's is left: %v", kind, row)
			}
		}
	}
	if got := a.renew("emulated-refresh-paul"); got.Status != 400 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}

func TestSomebodyMustAdminister(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"DELETE /v4/authorization/roles/8101/people/51002", "", 204, "empty"}, // grace
		exchange{"DELETE /v4/authorization/roles/8101/people/51001", "", 400, refused},
		exchange{"PATCH " + home + "/people/51001", `{"authorizationRoles":[]}`, 400, refused},
		exchange{"PUT " + home + "/groups/6101/roles", `{"roleIds":[8101]}`, 200, "empty"},
		exchange{"DELETE /v4/authorization/roles/8101/people/51001", "", 204, "empty"},
	)
	a.want(exchange{"GET /v4/environmentParameters", "", 403, denied})
	ada := a.as(AdaLegacyToken) // through the group
	ada.want(
		exchange{"PUT " + home + "/groups/6101/roles", `{"roleIds":[]}`, 400, refused},
		exchange{"DELETE " + home + "/groups/6101", "", 400, refused},
		exchange{"DELETE " + home + "/groups/6101/users?userIds=51004&userIds=51009", "", 201, "empty"},
		exchange{"DELETE " + home + "/groups/6101/users?userIds=51003", "", 400, refused},
	)
}

func TestRoles(t *testing.T) {
	a := connect(t, Options{})
	a.wantColumn("/v4/authorization/roles", "policyId", `[8101,8102,8103,8104,8105]`)
	a.wantColumn("/v4/authorization/roles?limit=2&offset=4&workspaceId=4242", "name", `["Prüfung \"SOX\""]`)
	a.want(
		exchange{"GET /v4/authorization/roles?workspaceId=4243", "", 403, denied},
		exchange{"GET /v4/authorization/roles/8101", "", 200, `{"policyId":8101,"workspaceId":4242,"tag":"workspace_admin","userCount":3,"nameLocked":true,"privilegeLocked":true}`},
		exchange{"GET /v4/authorization/roles/8104", "", 200, `{"name":"Plan Operator / Finance","nameLocked":false,"resourceOperations":[{"resourceType":"plan","operations":["execute","read"],"policyTag":"custom_policy"},{"resourceType":"schedule"}]}`},
		exchange{"GET /v4/authorization/roles/7", "", 404, absent},
		exchange{"GET /v4/authorization/roles/8103/people", "", 403, denied}, // with a legacy token
		exchange{"PUT /v4/authorization/roles/8103/people", `[51003,"51004"]`, 200, `{"policyId":8103,"name":"Viewer","userCount":5}`},
		exchange{"PUT /iam/v1/authorization/roles/8103/people", `[51003]`, 200, `{"userCount":5}`},
		exchange{"PUT /v4/authorization/roles/8103/people", `[]`, 200, `{"userCount":5}`},
		exchange{"PUT /v4/authorization/roles/8103/people", `[51003,7]`, 400, refused},
		exchange{"PUT /v4/authorization/roles/8103/people", `{"personIds":[51003]}`, 400, invalid},
		exchange{"PUT /v4/authorization/roles/8103/people", `[{"id":51003}]`, 400, invalid},
		exchange{"PUT /v4/authorization/roles/8103/people", ``, 400, invalid},
		exchange{"PUT /v4/authorization/roles/7/people", `[51003]`, 404, absent},
		exchange{"DELETE /iam/v1/authorization/roles/8103/people/51003", "", 204, "empty"},
		exchange{"DELETE /v4/authorization/roles/8103/people/51003", "", 404, absent},
	)
	b, _ := a.signIn(RefreshToken)
	b.wantColumn("/v4/authorization/roles/8103/people", "id", `[51004,51014,51015,51016]`)
	c, _ := a.signIn(AdaRefreshToken)
	c.want(
		exchange{"GET /v4/authorization/roles/8103/people", "", 403, denied},
		exchange{"PUT /v4/authorization/roles/8101/people", `[51003]`, 403, denied})
}

func TestGroups(t *testing.T) {
	a := connect(t, Options{})
	const groups = home + "/groups"
	a.wantColumn("/v4/groups", "name", `["Finance Analysts","Finance / Viewers","Data Stewards","Betrieb \"Süd\"","New Starters"]`)
	a.want(
		exchange{"GET " + groups + "?name=FINANCE&limit=1", "", 200, `{"groups":[{"id":6101,"users":[51003,51004,51009],"policies":[{"policyId":8102}],"status":"ACTIVE","autoProvisioned":false}],"count":2}`},
		exchange{"GET " + groups + "?limit=1&offset=1&includeFullUsers=true", "", 200, `{"groups":[{"id":6102,"autoProvisioned":true,"users":[{"id":51011,"email":"maria@example.com"},{},{}]}],"count":5}`},
		exchange{"GET " + groups + "?limit=1001", "", 400, invalid},
		exchange{"POST " + groups, `{"name":"Ümläut / \"new\"","members":["51003"],"roles":[8103],"externalId":"x","scimEnabled":true}`, 200, `{"id":900001,"name":"Ümläut / \"new\"","displayName":"…","workspaceId":4242,"users":[51003]}`},
		exchange{"POST " + groups, `{"name":"Empty","members":[]}`, 200, `{"id":900002,"users":[]}`},
		exchange{"POST " + groups, `{"name":"No members"}`, 400, invalid},
		exchange{"POST " + groups, `{"name":"Numbers","members":[51003]}`, 400, invalid},
		exchange{"POST " + groups, `{"members":[]}`, 400, invalid},
		exchange{"POST " + groups, `{"name":"Empty","members":[]}`, 400, refused},
		exchange{"POST " + groups, `{"name":"Strangers","members":["7"]}`, 400, refused},
		exchange{"POST " + groups, `{"name":"Roles","members":[],"roles":[7]}`, 400, refused},
		exchange{"PUT " + groups + "/900002", `{"name":"Full"}`, 200, `{"id":900002,"name":"Full"}`},
		exchange{"PUT " + groups + "/900002", `{"name":"New Starters"}`, 400, refused},
		exchange{"PUT " + groups + "/900002", `{"name":""}`, 400, invalid},
		exchange{"PUT " + groups + "/7", `{"name":"x"}`, 404, absent},
		exchange{"PUT " + groups + "/900002/roles", `{"roleIds":[8102,8103]}`, 200, "empty"},
		exchange{"PUT " + groups + "/900002/roles", `{"roleIds":[]}`, 200, "empty"},
		exchange{"PUT " + groups + "/900002/roles", `{}`, 400, invalid},
		exchange{"PUT " + groups + "/900002/roles", `{"roleIds":[7]}`, 400, refused},
		exchange{"POST " + groups + "/900002/users?userIds=51003&userIds=51004", "", 201, "empty"},
		exchange{"POST " + groups + "/900002/users?userIds=51003", "", 201, "empty"},
		exchange{"POST " + groups + "/900002/users", `{"userIds":[51003]}`, 400, invalid}, // not in the body
		exchange{"POST " + groups + "/900002/users?userIds=x", "", 400, invalid},
		exchange{"POST " + groups + "/900002/users?userIds=7", "", 400, refused},
		exchange{"DELETE " + groups + "/900002/users?userIds=51004&userIds=51005", "", 201, "empty"},
		exchange{"GET " + groups + "?name=full", "", 200, `{"groups":[{"users":[51003],"policies":[]}]}`},
		exchange{"DELETE " + groups + "/900002/users", "", 400, invalid},
		exchange{"DELETE " + groups + "/900002", "", 201, "empty"},
		exchange{"DELETE " + groups + "/900002", "", 404, absent},
		exchange{"GET /v4/workspaces/4243/groups", "", 403, denied},
	)
}

func TestOnlyAdmins(t *testing.T) {
	a := connect(t, Options{}).as(AdaLegacyToken)
	before := string(a.s.Dump())
	for _, request := range []string{
		"POST /v4/workspaces", "POST /v4/accounts/peopleworkspaces?accountId=x&workspaceId=4243",
		"POST " + home + "/people", "POST " + home + "/people/batch", "PATCH " + home + "/people/batch",
		"POST /iam/v1/workspaces/4242/people/batch", "GET " + home + "/invitationLink?personId=51017",
		"PUT " + home + "/people/51004/suspended", "POST " + home + "/people/suspend", "POST " + home + "/people/unsuspend",
		"PATCH " + home + "/people/51004", "PATCH " + home + "/transfer", "DELETE " + home + "/people/51004",
		"PUT /v4/authorization/roles/8101/people", "DELETE /v4/authorization/roles/8101/people/51001",
		"POST " + home + "/groups", "PUT " + home + "/groups/6101", "PUT " + home + "/groups/6101/roles",
		"POST " + home + "/groups/6101/users?userIds=51003", "DELETE " + home + "/groups/6101/users?userIds=51003",
		"DELETE " + home + "/groups/6101", "PATCH " + home + "/configuration", "POST " + home + "/delete-configuration",
		"GET /v4/environmentParameters", "POST /v4/environmentParameters", "DELETE /v4/environmentParameters/601",
	} {
		a.want(exchange{request, "", 403, denied})
	}
	if string(a.s.Dump()) != before {
		t.Error("something changed")
	}
}
