package emulator

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	usersPath  = "/api/1.0/org/default/users"
	groupsPath = "/api/1.0/org/default/groups"
)

var designerID = seedID("51", designers)

func newUser(changes ...string) string {
	in := `{"username":"jo","password":"p","confirm_password":"p","email":"jo@example.com","name":"Jo","roles":["` + designerID + `"]}`
	return strings.NewReplacer(changes...).Replace(in)
}

func TestOrganizations(t *testing.T) {
	a := connect(t, Options{})
	want := `[{"id":"default","name":"Example Company","NumberOfUsers":16},{"id":"` + labOrg + `","name":"Finance Lab","NumberOfUsers":1}]`
	same(t, "all", a.want(200, "GET", "/api/1.0/orgs", ""), want)
	same(t, "own", a.want(200, "GET", "/api/1.0/org/", ""), want)
	made := a.want(200, "POST", "/api/1.0/org?name=New%20Org&port=11113&currentOrgId=default", "").(object)
	if len(made) != 2 || made["name"] != "New Org" {
		t.Errorf("got %v", made)
	}
	id := made["id"].(string)
	if n := len(a.get("/api/1.0/org/" + id + "/roles")["roles"].([]any)); n != 5 {
		t.Errorf("%d roles", n)
	}
	same(t, "renamed", a.want(200, "POST", "/api/1.0/org/"+id, `{"name":"Newer"}`), `{"id":"`+id+`","name":"Newer"}`)
	if got := a.get("/organizations/orgId/" + id)["hiveServer2Port"]; got != 11113.0 {
		t.Errorf("port %v", got)
	}
	a.want(200, "POST", "/organizations/orgId/"+id, `{"hiveServer2Port":11114}`)
	a.want(200, "DELETE", "/api/1.0/org/"+id, "")
	a.refusal(404, "GET", "/api/1.0/org/"+id+"/users", "")
	a.refusal(400, "DELETE", "/api/1.0/org/default", "")
	a.refusal(400, "POST", "/api/1.0/org", "")
	a.refusal(404, "POST", "/api/1.0/org?name=x&currentOrgId=y", "")
	a.refusal(400, "POST", "/organizations/orgId/default", `{"hiveServer2Port":99999}`)
}

func TestRoles(t *testing.T) {
	a := connect(t, Options{})
	roles := a.get("/api/1.0/org/default/roles")["roles"].([]any)
	same(t, "role", with(roles, "title", "Analyst"), `{"id":"`+seedID("51", analysts)+`","title":"Analyst","permissions":[
		{"id":"login","name":"login"},{"id":"aggregates_view","name":"aggregates.view"},{"id":"queries_view","name":"queries.view"}]}`)
}

func TestListUsers(t *testing.T) {
	a := connect(t, Options{})
	users := a.list(usersPath)
	if len(users) != 16 || with(users, "auth_username", "victor") != nil {
		t.Errorf("%d users: who has no role is not one", len(users))
	}
	same(t, "first", users[0], `{"user_id":"admin1234","auth_username":"api-runner","name":"Service Runner",
		"super_user":true,"api_super_user":true,"email":"api-runner@example.com"}`)
	same(t, "zoe", with(users, "auth_username", "zoe"), `{"user_id":"`+personID("zoe")+`","auth_username":"zoe",
		"name":"Zoë Lindqvist","super_user":false,"api_super_user":false,"email":"zoe@example.com"}`)
}

func TestAccount(t *testing.T) {
	a := connect(t, Options{})
	if got := a.get("/api/1.0/org/default/userAccount/EXAMPLE%2Fines"); got["username"] != "ines" {
		t.Errorf("got %v", got)
	}
	got := a.get("/api/1.0/org/default/userAccount/" + personID("paul"))
	same(t, "roles", got["roles"], `["`+designerID+`"]`)
	a.refusal(404, "GET", "/api/1.0/org/default/userAccount/x", "")
}

func TestCreateUser(t *testing.T) {
	a := connect(t, Options{})
	same(t, "answer", a.want(200, "POST", usersPath, newUser()), `{"user_id":"","auth_username":"jo","name":"Jo",
		"super_user":false,"api_super_user":false,"email":"jo@example.com"}`)
	id, _ := with(a.list(usersPath), "auth_username", "jo")["user_id"].(string)
	if id == "" {
		t.Error("not in the list")
	}
	if w := a.login("/default/auth", "JO", "p"); w.Code != 200 {
		t.Errorf("cannot sign in: %d", w.Code)
	}
	b := connect(t, Options{ReturnUserID: true})
	if got := b.want(200, "POST", usersPath, newUser()).(object)["user_id"]; got != id {
		t.Errorf("the id is %v, want %v", got, id)
	}
}

func TestCreateUserRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		o      Options
		body   string
		status int
	}{
		"passwords differ":         {Options{}, newUser(`"confirm_password":"p"`, `"confirm_password":"q"`), 400},
		"no second password":       {Options{}, newUser(`"confirm_password":"p",`, ``), 400},
		"no password":              {Options{}, newUser(`"password":"p",`, ``), 400},
		"no name":                  {Options{}, newUser(`"username":"jo",`, ``), 400},
		"name taken":               {Options{}, newUser(`"jo"`, `"ADA"`), 409},
		"name taken by a stranger": {Options{}, newUser(`"jo"`, `"victor"`), 409},
		"other statuses":           {Options{Duplicate: 500}, newUser(`"jo"`, `"ada"`), 500},
		"no role":                  {Options{}, newUser(`["`+designerID+`"]`, `[]`), 400},
		"roles left out":           {Options{}, `{"username":"jo","password":"p","confirm_password":"p"}`, 400},
		"unknown role":             {Options{}, newUser(designerID, "x"), 400},
		"role of another org":      {Options{}, newUser(designerID, seedID("51", 101)), 400},
		"unknown role, other way":  {Options{Refusal: 422}, newUser(designerID, "x"), 422},
		"unknown group":            {Options{}, newUser(`"name":"Jo"`, `"groups":["x"]`), 400},
		"external directory":       {Options{ExternalDirectory: true}, newUser(), 400},
		"not JSON":                 {Options{}, "x", 400},
		"wrong type":               {Options{}, newUser(`"Jo"`, `7`), 400},
	} {
		t.Run(name, func(t *testing.T) { connect(t, tt.o).refusal(tt.status, "POST", usersPath, tt.body) })
	}
}

func TestUpdateUser(t *testing.T) {
	a := connect(t, Options{})
	path := usersPath + "/" + personID("ada")
	got := a.want(200, "POST", path, `{"name":"Ada \"W\"","groups":[]}`).(object)
	if got["name"] != `Ada "W"` || got["email"] != "ada@example.com" {
		t.Errorf("got %v", got)
	}
	a.want(200, "POST", path, `{"password":"new","confirm_password":"new"}`)
	if w := a.login("/default/auth", "ada", "new"); w.Code != 200 {
		t.Errorf("the new password: %d", w.Code)
	}
	a.want(200, "POST", path, `{"roles":[]}`)
	if with(a.list(usersPath), "auth_username", "ada") != nil {
		t.Error("somebody without a role is listed")
	}
	if w := a.login("/default/auth", "ada", "new"); w.Code != 401 {
		t.Errorf("somebody without a role signed in: %d", w.Code)
	}
	a.refusal(400, "POST", path, `{"password":"new"}`)
	a.refusal(400, "POST", path, `{"roles":["x"]}`)
	a.refusal(400, "POST", path, `{"username":""}`)
	a.refusal(409, "POST", path, `{"username":"Lin"}`)
	a.refusal(404, "POST", usersPath+"/x", `{}`)
	connect(t, Options{ExternalDirectory: true}).refusal(400, "POST", path, `{"name":"x"}`)
}

func TestDeleteUser(t *testing.T) {
	a := connect(t, Options{})
	path := usersPath + "/" + personID("paul")
	paul := a.as("paul")
	a.want(200, "DELETE", path, "")
	a.refusal(404, "DELETE", path, "")
	paul.refusal(401, "GET", "/api/1.0/sessiontoken", "")
	if len(a.list(usersPath)) != 15 {
		t.Error("still listed")
	}
	cube := a.get("/api/1.0/org/default/permissions/project/" + projectID(monthEnd) + "/cube/" + cubeID(closing))
	if m := cube["designtime_permissions"].(object)["designtime_permission_matrix"].(object); m[personID("paul")] != nil {
		t.Errorf("still permitted: %v", m)
	}
	a.want(200, "DELETE", usersPath+"/"+personID("grace"), "")
	a.refusal(400, "DELETE", usersPath+"/"+apiUserID, "") // the last superuser
	connect(t, Options{ExternalDirectory: true}).refusal(400, "DELETE", path, "")
}

func TestGroups(t *testing.T) {
	a := connect(t, Options{})
	groups := a.list(groupsPath)
	same(t, "finance", groups[0], `{"ID":"`+groupID(0)+`","OrgID":"default","Name":"Finance","NumberOfUsers":7}`)
	same(t, "empty", groups[4], `{"ID":"`+groupID(4)+`","OrgID":"default","Name":"New Starters","NumberOfUsers":0}`)
	g := a.want(200, "POST", groupsPath, `{"name":"Größe / \"X\""}`).(object)
	if got := slices.Sorted(maps.Keys(g)); !slices.Equal(got, []string{"ID", "Name", "OrgID"}) {
		t.Errorf("got %v", g)
	}
	path := groupsPath + "/" + g["ID"].(string)
	if got := a.want(200, "POST", path, `{"name":"Y"}`).(object)["Name"]; got != "Y" {
		t.Errorf("renamed to %v", got)
	}
	a.want(200, "DELETE", path, "")
	a.refusal(404, "DELETE", path, "")
	a.refusal(404, "POST", path, `{"name":"Z"}`)
	a.refusal(400, "POST", groupsPath, `{"name":" "}`)
	a.refusal(400, "POST", groupsPath+"/"+groupID(0), `{}`)
	a.want(200, "DELETE", groupsPath+"/"+groupID(0), "") // with members
	if got := a.get("/api/1.0/org/default/userAccount/" + personID("hana"))["groups"]; len(got.([]any)) != 0 {
		t.Errorf("a member is in %v", got)
	}
	other := a.want(200, "POST", "/api/1.0/org/"+labOrg+"/groups", `{"name":"Lab"}`).(object)["ID"].(string)
	a.refusal(404, "DELETE", groupsPath+"/"+other, "")
}

func TestPermissions(t *testing.T) {
	a := connect(t, Options{})
	of := "/api/1.0/org/default/permissions/project/" + projectID(monthEnd)
	same(t, "kinds", a.get(of+"/cube"), `{
		"designtime_permissions":[{"id":"cube.read","name":"cube.read"},{"id":"cube.update","name":"cube.update"},{"id":"cube.delete","name":"cube.delete"}],
		"runtime_permissions":[{"id":"cube.query","name":"cube.query"},{"id":"cube.ctas","name":"cube.ctas"}]}`)
	got := a.get(of + "/cube/" + cubeID(closing))["designtime_permissions"].(object)["designtime_permission_matrix"].(object)
	same(t, "owner", got[personID("lin")], `["cube.read","cube.update","cube.delete"]`)
	same(t, "group", got[groupID(0)], `["cube.read"]`)
	if got := a.get(of); got["exclusive_access"] != true {
		t.Errorf("got %v", got)
	}
	omar := a.as("omar")
	omar.refusal(401, "GET", of, "")
	a.want(200, "POST", of, `{"exclusive_access":false}`)
	omar.get(of)
	a.refusal(400, "POST", of, `{}`)
	a.refusal(400, "POST", of, `{"exclusive_access":"no"}`)
	a.refusal(404, "GET", of+"/cube/x", "")
	a.refusal(404, "GET", of+"x", "")
}
