package scripts_test

import (
	"testing"

	"runner/internal/vendors/stage"
)

// leaves takes somebody off some systems.
func leaves(systems, leaver, heir string, more ...string) []string {
	return append([]string{"offboard.lua", "--systems", systems, "--leaver", leaver, "--heir", heir}, more...)
}

// offboard takes somebody off the Alteryx Server.
func offboard(leaver, heir string, more ...string) []string {
	return leaves("alteryx", leaver, heir, more...)
}

const (
	ada = "ada@example.com"
	lin = "lin@example.com"
)

// What happens when Ada leaves, whatever is asked for besides.
var adaLeaves = []string{
	`collections/Finance Reports/users/ada@example.com: gone`,
	`collections/Month End/ownerId: "ada@example.com" → "lin@example.com"`,
	`credentials/EXAMPLE\svc-audit/userIds: ["ada@example.com"] → []`,
	`dataConnections/Finance Warehouse/userIds: ["ada@example.com"] → []`,
	`schedules/Expense Audit, Mondays/ownerId: "ada@example.com" → "lin@example.com"`,
	`schedules/Month End, second workday/ownerId: "ada@example.com" → "lin@example.com"`,
	`schedules/Revenue, workdays/ownerId: "ada@example.com" → "lin@example.com"`,
	`userGroups/Data Stewards/members/ada@example.com: gone`,
	`userGroups/Finance Analysts/members/ada@example.com: gone`,
	`users/ada@example.com/isActive: true → false`,
	`users/ada@example.com/isApiEnabled: true → false`,
	`workflows/Expense Audit/ownerId: "ada@example.com" → "lin@example.com"`,
	`workflows/Month End Close/ownerId: "ada@example.com" → "lin@example.com"`,
	`workflows/Revenue Reconciliation/ownerId: "ada@example.com" → "lin@example.com"`,
}

func TestOffboard(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboard(ada, lin, "--format", "json")
	dry := c.dryRun(t, args...)
	wantLines(t, "planned", planned(dry), "transfer_assets", "remove_credential_user", "remove_data_connection_user",
		"remove_collection_user", "deactivate_user", "update_user")

	before := c.snapshotOf(t, "alteryx")
	r := c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"), adaLeaves...)

	// The evidence is the same, dry or not.
	for name, r := range map[string]result{"dry run": dry, "run": r} {
		all := tables(t, r)
		wantLines(t, name+": what the leaver has", lines(all["what the leaver has"], "kind", "name", "how"),
			"workflow | Revenue Reconciliation | owner",
			"workflow | Month End Close | owner",
			"workflow | Expense Audit | owner",
			"schedule | Expense Audit, Mondays | owner",
			"schedule | Month End, second workday | owner",
			"schedule | Revenue, workdays | owner",
			"collection | Month End | owner",
			"collection | Finance Reports | access",
			"user group | Finance Analysts | member",
			"user group | Data Stewards | member",
			`credential | EXAMPLE\svc-audit | shared`,
			"data connection | Finance Warehouse | shared",
			"DCM connection | Ledger Snowflake | owner")
		wantLines(t, name+": to do by hand", lines(all["to do by hand"], "about"),
			"DCM connection Ledger Snowflake", "schedule Expense Audit, Mondays", "data connection Finance Warehouse",
			"API keys")
	}

	again := tables(t, c.again(t, args...))
	wantLines(t, "to do by hand", lines(again["to do by hand"], "about"), "DCM connection Ledger Snowflake")
}

func TestOffboardSharesAccess(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboard(ada, lin, "--share-access", "--format", "json")
	c.dryRun(t, args...)
	before := c.snapshotOf(t, "alteryx")
	r := c.mustRun(t, args...)
	var want []string
	for _, line := range adaLeaves {
		switch line {
		case `credentials/EXAMPLE\svc-audit/userIds: ["ada@example.com"] → []`:
			line = `credentials/EXAMPLE\svc-audit/userIds: ["ada@example.com"] → ["lin@example.com"]`
		case `dataConnections/Finance Warehouse/userIds: ["ada@example.com"] → []`:
			line = `dataConnections/Finance Warehouse/userIds: ["ada@example.com"] → ["lin@example.com"]`
		}
		want = append(want, line)
	}
	wantChanges(t, before, c.snapshotOf(t, "alteryx"), want...)
	wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"),
		"DCM connection Ledger Snowflake", "API keys")
	c.again(t, args...)
}

// The heir's address and name are not ASCII's, and their studio is another.
func TestOffboardAnInactiveUser(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboard("PAUL@example.com", "zoe@example.com", "--format", "json")
	c.dryRun(t, args...)
	before := c.snapshotOf(t, "alteryx")
	r := c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"),
		`collections/Ledger Archive/ownerId: "paul@example.com" → "zoe@example.com"`,
		`dataConnections/Ledger Archive/userIds: ["paul@example.com"] → []`,
		`dataConnections/Operations Warehouse/userIds: ["omar@example.com","paul@example.com"] → ["omar@example.com"]`,
		`schedules/Ledger Export, once/ownerId: "paul@example.com" → "zoe@example.com"`,
		`workflows/Legacy Ledger Export/ownerId: "paul@example.com" → "zoe@example.com"`)
	wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"),
		"data connection Operations Warehouse", "data connection Ledger Archive", "studio Operations Studio")
	c.again(t, args...)
}

func TestOffboardDeletes(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboard(lin, ada, "--delete")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "transfer_assets", "deactivate_user", "delete_user")
	before := c.snapshotOf(t, "alteryx")
	c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"),
		`dcmConnections/Ledger Snowflake/execution/userIds: ["lin@example.com"] → []`,
		`schedules/Cash Forecast, Fridays/ownerId: "lin@example.com" → "ada@example.com"`,
		`userGroups/Finance Analysts/members/lin@example.com: gone`,
		`users/lin@example.com: gone`,
		`workflows/Cash Forecast/ownerId: "lin@example.com" → "ada@example.com"`,
		`workflows/Vendor Scorecard/ownerId: "lin@example.com" → "ada@example.com"`)
	wantIn(t, "stderr", c.again(t, args...).stderr, "lin@example.com was deleted before")
	// Without --delete, nobody is expected to be gone.
	if r := c.run(t, offboard(lin, ada)...); r.code != 1 {
		t.Errorf("a deleted leaver is not found: %v", r)
	}
}

// Deleting comes later, when nothing else is left to do.
func TestOffboardDeletesLater(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.mustRun(t, offboard("sean@example.com", lin)...)
	c.again(t, offboard("sean@example.com", lin)...)
	wantLines(t, "planned", planned(c.dryRun(t, offboard("sean@example.com", lin, "--delete")...)), "delete_user")
	before := c.snapshotOf(t, "alteryx")
	c.mustRun(t, offboard("sean@example.com", lin, "--delete")...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"), `users/sean@example.com: gone`)
	c.again(t, offboard("sean@example.com", lin, "--delete")...)
}

// Who owns nothing needs no fit heir. The name has an apostrophe.
func TestOffboardSomebodyWhoOwnsNothing(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboard("sean@example.com", "hana@example.com")
	before := c.snapshotOf(t, "alteryx")
	c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"),
		`collections/Operations Daily/users/sean@example.com: gone`,
		`userGroups/Operations/members/sean@example.com: gone`,
		`users/sean@example.com/isActive: true → false`)
	c.again(t, args...)
}

// A run that breaks off is finished by the next one.
func TestOffboardGoesOn(t *testing.T) {
	for name, path := range map[string]string{
		"before the first change": "/v3/users/*/assetTransfer",
		"after the transfer":      "/v3/credentials/*/users/*",
		"at the update":           "/v3/users/61d57bea3c15317e1a48205b/{$}",
		"before the deactivation": "/v3/users/*/deactivate",
	} {
		t.Run(name, func(t *testing.T) {
			c, args := newCompany(t), offboard(ada, lin)
			for _, method := range []string{"PUT", "POST", "DELETE"} {
				c.Inject(stage.Fault{Method: method, Path: path, Kind: stage.Status, Status: 400, Body: `{"message":"Not now."}`})
			}
			before := c.snapshotOf(t, "alteryx")
			if r := c.run(t, args...); r.code != 1 {
				t.Fatalf("the first run: %v", r)
			}
			c.mustRun(t, args...)
			wantChanges(t, before, c.snapshotOf(t, "alteryx"), adaLeaves...)
			c.again(t, args...)
		})
	}
}

// A schedule whose workflow the heir cannot reach stays behind, and is said so.
func TestOffboardWhenAScheduleStaysBehind(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(t, "call", "alteryx.update_schedule", "schedule_id=67f5164c3c15317e1a4e0004", "owner_id=61d57bea3c15317e1a482061")
	before := c.snapshotOf(t, "alteryx")
	r := c.run(t, append(offboard("nia@example.com", "omar@example.com"), "--format", "json")...)
	if r.code != 1 {
		t.Fatalf("it should not be done: %v", r)
	}
	wantIn(t, "stderr", r.stderr, `error[conflict]: user "nia@example.com"`, "assets that are still theirs: 1", "run this again")
	wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about", "to_do")[1:],
		"schedule Cash Forecast, Fridays | omar@example.com cannot own it: "+
			"ownerId: The owner has no access to the workflow.; let them at its workflow and run this again, or delete it")
	c.mustRun(t, offboard("nia@example.com", lin)...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx"),
		`schedules/Cash Forecast, Fridays/ownerId: "nia@example.com" → "lin@example.com"`,
		`userGroups/Finance Analysts/members/nia@example.com: gone`,
		`users/nia@example.com/isActive: true → false`)
	c.again(t, offboard("nia@example.com", lin)...)
}

func TestOffboardRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"an unknown leaver": {offboard("adda@example.com", lin), 1, []string{
			`error[not_found]: user "adda@example.com"`, "nobody has this address in any of the systems", `did you mean "ada@example.com"?`}},
		"an unknown leaver who is to be deleted": {offboard("adda@example.com", lin, "--delete"), 1, []string{
			`error[not_found]: user "adda@example.com"`, `did you mean "ada@example.com"?`}},
		"an unknown heir": {offboard(ada, "linn@example.com"), 1, []string{
			`error[not_found]: user "linn@example.com"`, `did you mean "lin@example.com"?`}},
		"the leaver as heir": {offboard(ada, "ADA@example.com"), 1, []string{
			`heir "ADA@example.com"`, "the heir is the leaver", "name the person who takes over"}},
		"an inactive heir": {offboard(ada, "paul@example.com"), 1, []string{
			`error[conflict]: heir "paul@example.com"`, "the heir's account is inactive", "is_active=true"}},
		"a Viewer as heir": {offboard(ada, "hana@example.com"), 1, []string{
			`error[conflict]: heir "hana@example.com"`, "role is Viewer", "role=Artisan"}},
		"a Member as heir": {offboard(ada, "kofi@example.com"), 1, []string{"role is Member"}},
		"a deletion with DCM connections": {offboard(ada, lin, "--delete"), 1, []string{
			`error[conflict]: user "ada@example.com"`, "would be lost with the account: 1", "without --delete"}},
		"no heir":         {[]string{"offboard.lua", "--leaver", ada}, 2, []string{"--heir", "missing"}},
		"no address":      {offboard("ada", lin), 2, []string{`"ada" is not an e-mail address`}},
		"a flag too many": {offboard(ada, lin, "--keep"), 2, []string{"--keep"}},
	} {
		t.Run(name, func(t *testing.T) {
			newCompany(t).refuses(t, tt.code, tt.args, tt.want...)
		})
	}
}

// An Artisan who may not schedule cannot take over schedules.
func TestOffboardNeedsAnHeirWhoMaySchedule(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(t, "call", "alteryx.update_user", "user_id=61d57bea3c15317e1a48205c", "can_schedule_jobs=false")
	c.refuses(t, 1, offboard(ada, lin), "may not schedule jobs", "can_schedule_jobs=true")
}

// An Evaluated heir has the role of their groups.
func TestOffboardToAnEvaluatedHeir(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.mustRun(t, offboard(lin, "nia@example.com")...)
	if got := c.snapshotOf(t, "alteryx").record(t, "workflows", "Cash Forecast")["ownerId"]; got != "nia@example.com" {
		t.Errorf("Cash Forecast is owned by %v", got)
	}
}

// The Server refuses to deactivate the account that the runner acts as. What
// was done before stays, and the runner can still sign in.
func TestOffboardItself(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboard("api-runner@example.com", "grace@example.com")
	before := c.snapshotOf(t, "alteryx")
	r := c.run(t, args...)
	wantCode(t, r, 1, "alteryx.deactivate_user", "You cannot deactivate or delete yourself.")
	wantChanges(t, before, c.snapshotOf(t, "alteryx"))
}
