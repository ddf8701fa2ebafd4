package scripts_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"runner/internal/vendors/stage"
)

// onboard puts somebody on the Alteryx Server, unless other systems are given.
func onboard(email, first, last string, more ...string) []string {
	return append([]string{"onboard.lua", "--email", email, "--first-name", first, "--last-name", last, "--systems", "alteryx"}, more...)
}

// Names with an apostrophe and letters beyond ASCII, an address with an
// apostrophe, and names of groups in other capitals.
func TestOnboard(t *testing.T) {
	const siobhan = "siobhán.o'neill@example.com"
	c := newCompany(t)
	args := onboard(siobhan, "Siobhán", "O'Neill-Łuczak", "--alteryx-role", "Artisan", "--alteryx-rights", "schedule,api",
		"--alteryx-groups", "finance analysts, Operations", "--alteryx-studio", "Operations Studio", "--alteryx-collections", "Operations Daily",
		"--alteryx-credentials", `EXAMPLE\svc-ops`, "--alteryx-data-connections", "Operations Warehouse", "--alteryx-password-mail",
		"--format", "json")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "create_user", "add_group_users", "add_group_users",
		"add_subscription_users", "add_collection_user", "add_credential_user", "add_data_connection_user", "reset_password")

	before := c.snapshot()
	r := c.must(t, append([]string{"run", "--yes"}, args...)...)
	after := c.snapshot()
	wantChanges(t, before, after,
		`collections/Operations Daily/users/`+siobhan+`: new`,
		`credentials/EXAMPLE\svc-ops/userIds: ["omar@example.com"] → ["omar@example.com","`+siobhan+`"]`,
		`dataConnections/Operations Warehouse/userIds: ["omar@example.com","paul@example.com"] → ["omar@example.com","paul@example.com","`+siobhan+`"]`,
		`userGroups/Finance Analysts/members: ["ada@example.com","lin@example.com","nia@example.com"] → ["ada@example.com","lin@example.com","nia@example.com","`+siobhan+`"]`,
		`userGroups/Operations/members: ["erik@example.com","ines@example.com","omar@example.com","sean@example.com"] → ["erik@example.com","ines@example.com","omar@example.com","sean@example.com","`+siobhan+`"]`,
		`users/`+siobhan+`: new`)
	user := after.record(t, "users", siobhan)
	for field, want := range map[string]any{
		"firstName": "Siobhán", "lastName": "O'Neill-Łuczak", "role": "Artisan", "isActive": true, "canScheduleJobs": true,
		"isApiEnabled": true, "canPrioritizeJobs": false, "canAssignJobs": false, "canCreateCollections": false,
		"subscriptionId": "Operations Studio", "passwordResetMails": json.Number("1"),
	} {
		if !reflect.DeepEqual(user[field], want) {
			t.Errorf("%s is %v, want %v", field, user[field], want)
		}
	}
	wantLines(t, "done", lines(tables(t, r)["done"], "what", "about"),
		"created | "+siobhan,
		"added to user group | Finance Analysts",
		"added to user group | Operations",
		"moved to studio | Operations Studio",
		"let into collection | Operations Daily",
		`shared credential | EXAMPLE\svc-ops`,
		"shared data connection | Operations Warehouse",
		"mailed a link to set a password | "+siobhan)
	c.again(t, args...)
}

func TestOnboardTheLeast(t *testing.T) {
	c, args := newCompany(t), onboard("new@example.com", "New", "Starter")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "create_user")
	before := c.snapshot()
	c.must(t, append([]string{"run", "--yes"}, args...)...)
	wantChanges(t, before, c.snapshot(), `users/new@example.com: new`)
	user := c.snapshot().record(t, "users", "new@example.com")
	if user["role"] != "Evaluated" || user["passwordResetMails"] != nil {
		t.Errorf("the user is %v", user)
	}
	c.again(t, args...)
}

// An inactive user is reactivated, and gets no mail.
func TestOnboardReactivates(t *testing.T) {
	c := newCompany(t)
	args := onboard("Paul@Example.com", "Paul", "Weber-Ito", "--alteryx-role", "Member", "--alteryx-groups", "Operations",
		"--alteryx-studio", "Operations Studio", "--alteryx-data-connections", "Operations Warehouse", "--alteryx-password-mail", "--format", "json")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "update_user", "add_group_users")
	before := c.snapshot()
	r := c.must(t, append([]string{"run", "--yes"}, args...)...)
	wantChanges(t, before, c.snapshot(),
		`userGroups/Operations/members: ["erik@example.com","ines@example.com","omar@example.com","sean@example.com"] → ["erik@example.com","ines@example.com","omar@example.com","paul@example.com","sean@example.com"]`,
		`users/paul@example.com/isActive: false → true`,
		`users/paul@example.com/lastName: "Weber" → "Weber-Ito"`,
		`users/paul@example.com/role: "Artisan" → "Member"`)
	wantLines(t, "done", lines(tables(t, r)["done"], "what", "about"),
		"changed last_name | Weber-Ito, was Weber",
		"changed role | Member, was Artisan",
		"reactivated | true, was false",
		"added to user group | Operations")
	c.again(t, args...)
}

// Off and on again: what onboarding gives, offboarding takes.
func TestOffboardAfterOnboard(t *testing.T) {
	c := newCompany(t)
	before := c.snapshot()
	on := onboard("brid@example.com", "Bríd", "Ní Dhomhnaill", "--alteryx-groups", "Operations,Data Stewards", "--alteryx-rights", "api",
		"--alteryx-collections", "Operations Daily", "--alteryx-credentials", `EXAMPLE\svc-ops`, "--alteryx-data-connections", "Customer Lake")
	c.must(t, append([]string{"run", "--yes"}, on...)...)
	c.must(t, append([]string{"run", "--yes"}, offboard("brid@example.com", lin)...)...)
	wantChanges(t, before, c.snapshot(), `users/brid@example.com: new`)
	user := c.snapshot().record(t, "users", "brid@example.com")
	if user["isActive"] != false || user["isApiEnabled"] != false {
		t.Errorf("the user is %v", user)
	}
	c.must(t, append([]string{"run", "--yes"}, on...)...)
	c.must(t, append([]string{"run", "--yes"}, offboard("brid@example.com", lin, "--delete")...)...)
	wantChanges(t, before, c.snapshot())
}

func TestOnboardRefuses(t *testing.T) {
	starter := func(more ...string) []string { return onboard("new@example.com", "New", "Starter", more...) }
	for name, tt := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"an unknown group": {starter("--alteryx-groups", "Operations,Finance Analyst"), 1, []string{
			`error[not_found]: user group "Finance Analyst"`, `did you mean "Finance Analysts"?`}},
		"an unknown studio": {starter("--alteryx-studio", "Finance"), 1, []string{
			`error[not_found]: studio "Finance"`, `did you mean "Finance Studio"?`}},
		"an unknown collection": {starter("--alteryx-collections", "Month Ende"), 1, []string{
			`error[not_found]: collection "Month Ende"`, `did you mean "Month End"?`}},
		"an unknown credential": {starter("--alteryx-credentials", `EXAMPLE\svc-op`), 1, []string{`error[not_found]: credential`, "did you mean"}},
		"an unknown data connection": {starter("--alteryx-data-connections", "Ware"), 1, []string{
			`error[not_found]: data connection "Ware"`, `did you mean "Finance Warehouse"?`}},
		"an unknown role":  {starter("--alteryx-role", "Artesan"), 2, []string{`"Artesan" is not one of`, "Artisan"}},
		"an unknown right": {starter("--alteryx-rights", "schedul"), 2, []string{`"schedul" is not one of`, "schedule"}},
		"no name":          {[]string{"onboard.lua", "--email", "new@example.com"}, 2, []string{"--first-name", "missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, how := range [][]string{{"run"}, {"run", "--dry-run"}} {
				c := newCompany(t)
				r := c.runner(t, append(how, tt.args...)...)
				if r.code != tt.code || len(c.Mutations()) > 0 {
					t.Errorf("want exit code %d and nothing sent, got %v; sent %v", tt.code, r, c.Mutations())
				}
				wantIn(t, "stderr", r.stderr, tt.want...)
			}
		})
	}
}

// The Server answers 200 also if it did not add the user.
func TestOnboardWhenAGroupRefuses(t *testing.T) {
	c := newCompany(t)
	c.Inject(stage.Fault{Method: "POST", Path: "/v3/usergroups/*/users", Kind: stage.Status, Status: 200,
		Body: `{"successfullyAddedUserCount":0,"totalUsersSubmittedCount":1,"failedUserReasons":{"61d57bea3c15317e1a482064":"The group is full."}}`})
	args := onboard("kofi@example.com", "Kofi", "Mensah", "--alteryx-groups", "Operations")
	r := c.runner(t, append([]string{"run", "--yes"}, args...)...)
	if r.code != 1 {
		t.Fatalf("it should fail: %v", r)
	}
	wantIn(t, "stderr", r.stderr, "error[conflict]: user group ", "was not added: The group is full.")
	c.must(t, append([]string{"run", "--yes"}, args...)...)
	c.again(t, args...)
}

// The Server said yes, and yet it is not so.
func TestOnboardVerifies(t *testing.T) {
	c := newCompany(t)
	c.Inject(stage.Fault{Method: "POST", Path: "/v3/usergroups/*/users", Kind: stage.Status, Status: 200,
		Body: `{"successfullyAddedUserCount":1,"totalUsersSubmittedCount":1,"failedUserReasons":{}}`})
	r := c.runner(t, append([]string{"run", "--yes"}, onboard("kofi@example.com", "Kofi", "Mensah", "--alteryx-groups", "Operations")...)...)
	if r.code != 1 {
		t.Fatalf("it should fail: %v", r)
	}
	wantIn(t, "stderr", r.stderr, `user group "Operations" does not show it`)
}
