package scripts_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"runner/internal/vendors/stage"
)

// joins puts somebody on some systems.
func joins(systems, email, first, last string, more ...string) []string {
	return append([]string{"onboard.lua", "--systems", systems, "--email", email, "--first-name", first, "--last-name", last}, more...)
}

// onboard puts somebody on the Alteryx Server.
func onboard(email, first, last string, more ...string) []string {
	return joins("alteryx", email, first, last, more...)
}

// Names with an apostrophe and letters beyond ASCII, an address with an
// apostrophe, and names of groups in other capitals.
func TestOnboard(t *testing.T) {
	t.Parallel()
	const siobhan = "siobhán.o'neill@example.com"
	c := newCompany(t)
	args := onboard(siobhan, "Siobhán", "O'Neill-Łuczak", "--alteryx-role", "Artisan", "--alteryx-rights", "schedule,api",
		"--alteryx-groups", "finance analysts, Operations", "--alteryx-studio", "Operations Studio", "--alteryx-collections", "Operations Daily",
		"--alteryx-credentials", `EXAMPLE\svc-ops`, "--alteryx-data-connections", "Operations Warehouse", "--alteryx-password-mail",
		"--format", "json")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "create_user", "add_group_users", "add_group_users",
		"add_subscription_users", "add_collection_user", "add_credential_user", "add_data_connection_user", "reset_password")

	before := c.snapshotOf(t, "alteryx")
	r := c.mustRun(t, args...)
	after := c.snapshotOf(t, "alteryx")
	wantChanges(t, before, after,
		`collections/Operations Daily/users/`+siobhan+`: new`,
		`credentials/EXAMPLE\svc-ops/userIds: ["omar@example.com"] → ["omar@example.com","`+siobhan+`"]`,
		`dataConnections/Operations Warehouse/userIds: ["omar@example.com","paul@example.com"] → ["omar@example.com","paul@example.com","`+siobhan+`"]`,
		`userGroups/Finance Analysts/members/`+siobhan+`: new`,
		`userGroups/Operations/members/`+siobhan+`: new`,
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
	t.Parallel()
	c, args := newCompany(t), onboard("new@example.com", "New", "Starter")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "create_user")
	before := c.snapshotOf(t, "alteryx")
	c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"), `users/new@example.com: new`)
	user := c.snapshotOf(t, "alteryx").record(t, "users", "new@example.com")
	if user["role"] != "Evaluated" || user["passwordResetMails"] != nil {
		t.Errorf("the user is %v", user)
	}
	c.again(t, args...)
}

// An inactive user is reactivated, and gets no mail.
func TestOnboardReactivates(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	args := onboard("Paul@Example.com", "Paul", "Weber-Ito", "--alteryx-role", "Member", "--alteryx-groups", "Operations",
		"--alteryx-studio", "Operations Studio", "--alteryx-data-connections", "Operations Warehouse", "--alteryx-password-mail", "--format", "json")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "update_user", "add_group_users")
	before := c.snapshotOf(t, "alteryx")
	r := c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"),
		`userGroups/Operations/members/paul@example.com: new`,
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
	t.Parallel()
	c := newCompany(t)
	before := c.snapshotOf(t, "alteryx")
	on := onboard("brid@example.com", "Bríd", "Ní Dhomhnaill", "--alteryx-groups", "Operations,Data Stewards", "--alteryx-rights", "api",
		"--alteryx-collections", "Operations Daily", "--alteryx-credentials", `EXAMPLE\svc-ops`, "--alteryx-data-connections", "Customer Lake")
	c.mustRun(t, on...)
	c.mustRun(t, offboard("brid@example.com", lin)...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"), `users/brid@example.com: new`)
	user := c.snapshotOf(t, "alteryx").record(t, "users", "brid@example.com")
	if user["isActive"] != false || user["isApiEnabled"] != false {
		t.Errorf("the user is %v", user)
	}
	c.mustRun(t, on...)
	c.mustRun(t, offboard("brid@example.com", lin, "--delete")...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"))
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
			newCompany(t).refuses(t, tt.code, tt.args, tt.want...)
		})
	}
}

// The Server answers 200 also if it did not add the user.
func TestOnboardWhenAGroupRefuses(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.Inject(stage.Fault{Method: "POST", Path: "/v3/usergroups/*/users", Kind: stage.Status, Status: 200,
		Body: `{"successfullyAddedUserCount":0,"totalUsersSubmittedCount":1,"failedUserReasons":{"61d57bea3c15317e1a482064":"The group is full."}}`})
	args := onboard("kofi@example.com", "Kofi", "Mensah", "--alteryx-groups", "Operations")
	r := c.run(t, args...)
	wantCode(t, r, 1, "error[conflict]: user group ", "was not added: The group is full.")
	c.mustRun(t, args...)
	c.again(t, args...)
}

// The Server said yes, and yet it is not so.
func TestOnboardVerifies(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.Inject(stage.Fault{Method: "POST", Path: "/v3/usergroups/*/users", Kind: stage.Status, Status: 200,
		Body: `{"successfullyAddedUserCount":1,"totalUsersSubmittedCount":1,"failedUserReasons":{}}`})
	r := c.run(t, onboard("kofi@example.com", "Kofi", "Mensah", "--alteryx-groups", "Operations")...)
	wantCode(t, r, 1, `user group "Operations" does not show it`)
}
