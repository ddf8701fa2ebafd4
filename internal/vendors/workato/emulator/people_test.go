package emulator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors/company"
)

func TestMe(t *testing.T) {
	connect(t, Options{}).want(exchange{"GET /users/me", "", 200, `{"id":2001,"name":"Example Company","email":"api-runner@example.com",
		"recipes_count":11,"active_recipes_count":7,"root_folder_id":1000,"last_seen":null,
		"current_billing_period_start":"2026-05-31T16:00:00.000-08:00"}`})
}

func TestMembers(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /members?email=ADA@", "", 200, `{"total":1,"data":[{"id":7003,"grant_type":"team","external_id":"hr-ada","name":"Ada Winter",
			"email":"ada@example.com","time_zone":"Europe/Berlin","created_at":"…","roles":[
			{"environment_type":"dev","role_name":"Analyst","role_type":"privilege_group"},
			{"environment_type":"test","role_name":"Operator","role_type":"privilege_group"},
			{"environment_type":"prod","role_name":"Operator","role_type":"privilege_group"}],
			"last_activity_log":{"id":40018,"event_type":"recipe_started","created_at":"…"}}]}`},
		exchange{"GET /members?email=nobody", "", 200, `{"data":[],"total":0}`},
		exchange{"GET /members/7017", "", 200, `{"data":{"name":"Victor Lang","last_activity_log":null,"external_id":null,
			"roles":[{"environment_type":"dev","role_name":"No access","role_type":"privilege_group"},{},{}]}}`},
		exchange{"GET /members/77", "", 404, `{"message":"Not found"}`},
		exchange{"GET /members/7014/privileges", "", 200, `{"total":1,"data":[{"environment_type":"dev","name":"Finance read only",
			"privileges":{"Folders":["read"],"Recipes":["read"]},"folder_ids":[1101]}]}`},
		exchange{"GET /members/7006/privileges", "", 200, `{"total":3,"data":[{"environment_type":"dev","name":"Environment admin",
			"privileges":{"team":["all"]},"folder_ids":[]},{"environment_type":"test"},{"environment_type":"prod"}]}`},
		exchange{"GET /members/7017/privileges", "", 200, `{"total":0,"data":[]}`},
		exchange{"GET /members/7003/project_grants", "", 200, `{"data":[{"id":"pg-Sd000001-aaAAaa","project":{"id":601,"name":"Finance",
			"environment":{"id":301,"type":"dev"}},"project_role":{"id":"pr-00006201","name":"Project admin"},"user_group":null,
			"user":{"id":7003,"name":"Ada Winter","email":"ada@example.com"}},{"project":{"id":604}}]}`},
		exchange{"GET /members/7004/projects_privileges", "", 200, `{"total":2,"data":[{"project_id":601,"name":"Developer"},{"name":"Operator"}]}`})
	v := a.Get("/members")
	if n := len(v["data"].([]any)); n != len(company.People) || fmt.Sprint(v["total"]) != fmt.Sprint(n) {
		t.Errorf("%d members, total %v", n, v["total"])
	}
}

func TestUpdateMember(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"PUT /members/7008", `{"env_roles":[{"environment_type":"dev","name":"NoAccess"},
			{"environment_type":"prod","name":"Member","role_type":"environment"}]}`, 200, `{"data":{"id":7008,"roles":[
			{"environment_type":"dev","role_name":"No access","role_type":"privilege_group"},
			{"environment_type":"test","role_name":"Operator","role_type":"privilege_group"},
			{"environment_type":"prod","role_name":"Member","role_type":"environment"}]}}`},
		exchange{"GET /members/7008/privileges", "", 200, `{"total":2}`},
		exchange{"DELETE /members/7008", "", 204, "empty"},
		exchange{"DELETE /members/7008", "", 404, ""},
		exchange{"GET /members/7008/privileges", "", 404, ""},
		exchange{"GET /user_groups?name=Operations", "", 200, `{"data":[{"members_count":4}]}`},
		exchange{"GET /projects/604/project_grants", "", 200, `{"data":[{"user":{"id":7003}}]}`})
	for name, body := range map[string]string{
		"nothing":           `{}`,
		"no list":           `{"env_roles":{"environment_type":"dev","name":"Admin"}}`,
		"empty":             `{"env_roles":[]}`,
		"no environment":    `{"env_roles":[{"name":"Admin"}]}`,
		"moon":              `{"env_roles":[{"environment_type":"moon","name":"Admin"}]}`,
		"unknown role":      `{"env_roles":[{"environment_type":"dev","name":"Boss"}]}`,
		"of the other kind": `{"env_roles":[{"environment_type":"dev","name":"Admin","role_type":"environment"}]}`,
		"unknown kind":      `{"env_roles":[{"environment_type":"dev","name":"Admin","role_type":"x"}]}`,
		"second is bad":     `{"env_roles":[{"environment_type":"dev","name":"Admin"},{"environment_type":"prod","name":"Boss"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			before := string(a.s.Dump())
			if a.want(exchange{"PUT /members/7003", body, 400, `{"message":"…"}`}); string(a.s.Dump()) != before {
				t.Error("a refused update changed something")
			}
		})
	}
}

const jo = `{"name":"Jo D'Arc","email":"jo@example.com","env_roles":[{"environment_type":"dev","name":"Operator"}],
	"user_group_ids":["pf-Sd000005-aaAAaa"]}`

func TestInvite(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"POST /member_invitations", jo, 200, `{"result":"ok"}`},
		exchange{"GET /members?email=jo@", "", 200, `{"total":0}`},
		exchange{"POST /member_invitations", jo, 429, `{"message":"…"}`})
	a.clock.Wait(20 * time.Minute)
	a.want(exchange{"POST /member_invitations", jo, 200, `{"result":"ok"}`})
	id, ok := a.s.Accept("JO@example.com")
	if !ok || id != 900003 {
		t.Fatalf("accepted %d, %v", id, ok)
	}
	a.want(
		exchange{"GET /members?email=jo@", "", 200, `{"total":1,"data":[{"id":900003,"roles":[{"role_name":"Operator"},
			{"role_name":"No access"},{"role_name":"No access"}],"last_activity_log":{"event_type":"member_invitation_accepted"}}]}`},
		exchange{"GET /user_groups/pf-Sd000005-aaAAaa/members", "", 200, `{"data":[{"id":900003,"email":"jo@example.com"}],"total":1}`},
		exchange{"POST /member_invitations", jo, 409, `{"message":"…"}`})
	if _, ok := a.s.Accept("jo@example.com"); ok {
		t.Error("an invitation was accepted twice")
	}
	if _, ok := a.s.Accept("mika@example.com"); !ok {
		t.Error("Mika's invitation cannot be accepted")
	}
}

func TestInviteValidation(t *testing.T) {
	for name, tt := range map[string]struct{ from, to, text string }{
		"no name":       {`"name":"Jo D'Arc",`, ``, "name"},
		"no email":      {`"email":"jo@example.com",`, ``, "email"},
		"no address":    {`jo@example.com`, `jo`, "email"},
		"name inside":   {`jo@example.com`, `Jo <jo@example.com>`, "email"},
		"no roles":      {`"env_roles"`, `"roles"`, "env_roles"},
		"unknown role":  {`"Operator"`, `"Boss"`, "Boss"},
		"unknown place": {`"dev"`, `"moon"`, "moon"},
		"unknown group": {`pf-Sd000005`, `pf-Sd000099`, "pf-Sd000099"},
	} {
		t.Run(name, func(t *testing.T) {
			got := connect(t, Options{}).Do("POST /member_invitations", strings.Replace(jo, tt.from, tt.to, 1))
			if got.Status != 400 || !strings.Contains(got.Body, tt.text) {
				t.Errorf("%d, and %s is not named: %s", got.Status, tt.text, got.Body)
			}
		})
	}
	connect(t, Options{}).want(
		exchange{"POST /member_invitations", `{"name":"x","email":"x@example.com","role_name":"Admin"}`, 200, `{"result":"ok"}`},
		exchange{"POST /member_invitations", `{"name":"y","email":"y@example.com","role_name":"Boss"}`, 400, ""})
}

func TestGroups(t *testing.T) {
	a := connect(t, Options{})
	g := "/user_groups/pf-Sd000003-aaAAaa"
	a.want(
		exchange{"GET /user_groups?page[size]=2&page[number]=2", "", 200, `{"total":5,"page":{"number":2,"size":2},"data":[
			{"id":"pf-Sd000003-aaAAaa","name":"Operations","description":"On call: +1","members_count":5,"system":false,
			"created_at":"…","updated_at":"…"},{}]}`},
		exchange{"GET /user_groups?page[size]=5&page[number]=2", "", 200, `{"total":5,"data":[]}`},
		exchange{"GET " + g, "", 200, `{"data":{"name":"Operations"}}`},
		exchange{"GET " + g + "/members?page[size]=2", "", 200, `{"total":5,"data":[{"id":7005,"name":"Omar Haddad","email":"omar@example.com"},{"id":7008}]}`},
		exchange{"GET " + g + "/project_grants", "", 200, `{"data":[{"user":null,"user_group":{"id":"pf-Sd000003-aaAAaa","name":"Operations"},"project":{"id":602}}]}`},
		exchange{"POST " + g + "/members?user_ids[]=7003&user_ids[]=7005", "", 200, "empty"},
		exchange{"GET " + g, "", 200, `{"data":{"members_count":6}}`},
		exchange{"DELETE " + g + "/members?user_ids=7003&user_ids=7008", "", 200, "empty"},
		exchange{"DELETE " + g + "/members", `{"user_ids":[7003]}`, 200, "empty"},
		exchange{"GET " + g, "", 200, `{"data":{"members_count":4}}`},
		exchange{"POST " + g + "/members?user_ids[]=77", "", 404, ""},
		exchange{"POST " + g + "/members?user_ids[]=x", "", 400, ""},
		exchange{"POST " + g + "/members", "", 400, ""},
		exchange{"POST /user_groups", `{"name":"A/B","description":"d"}`, 200, `{"data":{"id":"pf-Em000001-aaAAaa","name":"A/B","members_count":0}}`},
		exchange{"POST /user_groups", `{"user_group":{"name":"A/B"}}`, 400, `{"errors":{"user_group.name":["has already been taken"]}}`},
		exchange{"POST /user_groups", `{"description":"d"}`, 400, ""},
		exchange{"PUT /user_groups/pf-Em000001-aaAAaa", `{"user_group":{"name":"C"}}`, 200, `{"data":{"name":"C","description":"d"}}`},
		exchange{"PUT /user_groups/am-Sd000001-aaAAaa", `{"name":"C2"}`, 400, ""},
		exchange{"DELETE /user_groups/am-Sd000001-aaAAaa", "", 400, ""},
		exchange{"DELETE " + g, "", 200, `{"success":true}`},
		exchange{"GET " + g, "", 404, ""},
		exchange{"GET /projects/602/project_grants", "", 200, `{"data":[]}`})
}

func TestNewRoles(t *testing.T) {
	for _, kind := range []struct {
		path, wrapper     string
		system, used, max int
	}{
		{"/environment_roles", "environment_role", 6101, 6104, 5},
		{"/project_roles", "project_role", 6201, 6204, 5},
	} {
		connect(t, Options{}).want(
			exchange{"GET " + kind.path + "?page[size]=1", "", 200, fmt.Sprintf(`{"total":%d,"page":{"number":1,"size":1},
				"data":[{"id":%d,"type":"system","name":"…","created_at":"…","updated_at":"…"}]}`, kind.max, kind.system)},
			exchange{"GET " + kind.path + "?name=Nobody", "", 200, `{"total":0,"data":[]}`},
			exchange{"POST " + kind.path, `{"` + kind.wrapper + `":{"name":"Auditor","config":{"team":{"privileges":"all"}}}}`, 200,
				`{"data":{"id":900001,"name":"Auditor","type":"custom","members_count":0,"config":{"team":{"privileges":"all"}}}}`},
			exchange{"POST " + kind.path, `{"name":"Auditor"}`, 400, ""},
			exchange{"POST " + kind.path, `{"` + kind.wrapper + `":{"config":{}}}`, 400, ""},
			exchange{"POST " + kind.path, `{"` + kind.wrapper + `":{"name":"x","config":[]}}`, 400, ""},
			exchange{"PUT " + kind.path + "/900001", `{"` + kind.wrapper + `":{"name":"Reader"}}`, 200, `{"data":{"name":"Reader","config":{"team":{}}}}`},
			exchange{"GET " + kind.path + "?name=Reader", "", 200, `{"total":1}`},
			exchange{"PUT " + kind.path + fmt.Sprintf("/%d", kind.system), `{"name":"y"}`, 400, ""},
			exchange{"DELETE " + kind.path + fmt.Sprintf("/%d", kind.system), "", 400, ""},
			exchange{"DELETE " + kind.path + fmt.Sprintf("/%d", kind.used), "", 400, `{"message":"…"}`},
			exchange{"DELETE " + kind.path + "/900001", "", 200, `{"success":true}`},
			exchange{"GET " + kind.path + "/900001", "", 404, ""})
	}
	a := connect(t, Options{})
	a.want(
		exchange{"PUT /environment_roles/6104", `{"environment_role":{"name":"Deployer"}}`, 200, ""},
		exchange{"GET /members/7006", "", 200, `{"data":{"roles":[{},{"role_name":"Deployer"},{}]}}`})
}

func TestGrants(t *testing.T) {
	a := connect(t, Options{})
	a.want(
		exchange{"GET /projects/604/project_grants", "", 200, `{"data":[{"user":{"id":7008}},{"user":{"id":7003}}]}`},
		exchange{"PUT /projects/604/project_grants", `{"project_grants":[{"assignment_type":"User","assignment_id":7003,"project_role_id":6201},
			{"assignment_type":"UserGroup","assignment_id":"pf-Sd000004-aaAAaa","project_role_id":"pr-00006204"}]}`, 200,
			`{"data":[{"id":"pg-Sd000007-aaAAaa","project_role":{"id":"pr-00006201"}},{"id":"pg-Em000001-aaAAaa","user":null,
			"user_group":{"id":"pf-Sd000004-aaAAaa","name":"Data Stewards"}}]}`},
		exchange{"PUT /projects/604/project_grants?project_grants[][assignment_type]=User&project_grants[][assignment_id]=7004&project_grants[][project_role_id]=pr-00006203",
			"", 200, `{"data":[{"id":"pg-Em000002-aaAAaa","user":{"id":7004}}]}`},
		exchange{"GET /project_grants/pg-Em000002-aaAAaa", "", 200, `{"data":{"project":{"id":604,"name":"Ledger Archive","environment":{"type":"dev"}}}}`},
		exchange{"PUT /project_grants/pg-Em000002-aaAAaa", `{"project_role_id":6202}`, 200, `{"data":{"project_role":{"name":"Developer"}}}`},
		exchange{"PUT /project_grants/pg-Em000002-aaAAaa?project_role_id=pr-00006203", ``, 200, `{"data":{"project_role":{"name":"Operator"}}}`},
		exchange{"PUT /project_grants/pg-Em000002-aaAAaa", `{"project_role_id":7}`, 400, ""},
		exchange{"PUT /project_grants/pg-Em000002-aaAAaa", ``, 400, ""},
		exchange{"DELETE /project_grants/pg-Em000002-aaAAaa", "", 200, `{"success":true}`},
		exchange{"DELETE /project_grants/pg-Em000002-aaAAaa", "", 404, ""},
		exchange{"GET /projects/604/project_grants", "", 200, `{"data":[{},{},{}]}`},
		exchange{"GET /projects/661/project_grants", "", 404, ""},
		exchange{"GET /project_grants/pg-Sd000008-aaAAaa", "", 404, ""})
	one := `{"assignment_type":"User","assignment_id":7003,"project_role_id":6201}`
	for name, list := range map[string]string{
		"no list": `7`, "101": "[" + strings.Repeat(one+",", 100) + one + "]", "no object": `[7]`,
		"kind":  `[{"assignment_type":"Robot","assignment_id":7003,"project_role_id":6201}]`,
		"user":  `[{"assignment_type":"User","assignment_id":77,"project_role_id":6201}]`,
		"group": `[{"assignment_type":"UserGroup","assignment_id":"pf-0","project_role_id":6201}]`,
		"role":  `[` + one + `,{"assignment_type":"User","assignment_id":7004,"project_role_id":6101}]`,
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			a.want(
				exchange{"PUT /projects/602/project_grants", `{"project_grants":` + list + `}`, 400, `{"errors":{}}`},
				exchange{"GET /projects/602/project_grants", "", 200, `{"data":[{}]}`})
		})
	}
	a.as(ProdToken).want(exchange{"GET /projects/661/project_grants", "", 200, `{"data":[{"project":{"environment":{"id":303,"type":"prod"}}},{}]}`})
}

func TestLegacyRoles(t *testing.T) {
	connect(t, Options{}).want(
		exchange{"GET /roles", "", 200, `[{"id":6301,"name":"Finance read only","inheritable":false,"folder_ids":[1101],
			"privileges":{"Folders":["read"],"Recipes":["read"]},"created_at":"…","updated_at":"…"},{"id":6302,"inheritable":true}]`},
		exchange{"GET /roles?per_page=2&page=2", "", 200, `[]`},
		exchange{"PUT /roles/6301", `{"all_folders":"false","folder_ids":[1101,1104]}`, 200, `{"folder_ids":[1101,1104]}`},
		exchange{"PUT /roles/6301", `{"all_folders":false,"folder_ids":[1101]}`, 400, `{"errors":{"all_folders":["must be a String"]}}`},
		exchange{"PUT /roles/6301", `{"all_folders":"true","folder_ids":[1101]}`, 400, ""},
		exchange{"PUT /roles/6301", `{"all_folders":"perhaps"}`, 400, ""},
		exchange{"PUT /roles/6301", `{"all_folders":"false","folder_ids":[77]}`, 400, ""},
		exchange{"PUT /roles/6301", `{"all_folders":"true"}`, 200, `{"folder_ids":[]}`},
		exchange{"POST /roles/6302/copy", `{"name":"Contractor 2","folder_ids":[1102]}`, 200, `{"id":900001,"name":"Contractor 2","folder_ids":[1102],"inheritable":true}`},
		exchange{"POST /roles/6302/copy", `{}`, 400, ""},
		exchange{"POST /roles/6302/copy", `{"name":"Contractor 2"}`, 400, ""},
		exchange{"PUT /roles/77", `{"all_folders":"true"}`, 404, ""})
}
