package scripts_test

import (
	"net/http"
	"slices"
	"testing"

	"runner/internal/vendors/stage"
)

func offboardWorkato(leaver string, more ...string) []string {
	return leaves("workato", leaver, lin, append([]string{"--format", "json"}, more...)...)
}

var (
	workatoLimit   = stage.Fault{Kind: stage.Status, Status: 429, Header: http.Header{"Retry-After": {"1"}}, Body: `{"message":"Too many requests"}`}
	workatoExpired = stage.Fault{Kind: stage.Status, Status: 401, Times: 9, Body: `{"message":"Unauthorized"}`}
)

var adaLeavesWorkato = []string{
	`members/ada@example.com/roles/dev/role_name: "Analyst" → "No access"`,
	`members/ada@example.com/roles/prod/role_name: "Operator" → "No access"`,
	`members/ada@example.com/roles/test/role_name: "Operator" → "No access"`,
	`project_grants/pg-Sd000001-aaAAaa: gone`,
	`project_grants/pg-Sd000007-aaAAaa: gone`,
	`user_groups/Data Stewards/user_ids: ["ada@example.com","priya@example.com","zoe@example.com"] → ["priya@example.com","zoe@example.com"]`,
	`user_groups/Finance Analysts/user_ids: ["ada@example.com","lin@example.com","nia@example.com"] → ["lin@example.com","nia@example.com"]`,
}

func TestOffboardFromWorkato(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboardWorkato(ada)
	dry := c.dryRun(t, args...)
	wantLines(t, "planned", planned(dry), "update_member_roles", "remove_user_group_members", "remove_user_group_members",
		"revoke_project_grant", "revoke_project_grant")
	before := c.snapshotOf(t, "workato")
	r := c.mustRun(t, args...)
	wantLines(t, "done", planned(r), planned(dry)...)
	wantChanges(t, before, c.snapshotOf(t, "workato"), adaLeavesWorkato...)

	for name, r := range map[string]result{"dry run": dry, "run": r} {
		all := tables(t, r)
		wantLines(t, name+": accounts", lines(all["accounts"], "system", "account", "state"), "Workato | ada@example.com | active")
		wantLines(t, name+": what the leaver has", lines(all["what the leaver has"], "kind", "name", "how"),
			"role | Analyst | dev",
			"role | Operator | test",
			"role | Operator | prod",
			"privileges | Connections: read, create, update; Folders: read, create; Recipes: read, create, update, run | dev",
			"privileges | Connections: read; Folders: read; Recipes: read, run | test",
			"privileges | Connections: read; Folders: read; Recipes: read, run | prod",
			"user group | Everyone | member",
			"user group | Finance Analysts | member",
			"user group | Data Stewards | member",
			"project | Finance | as Project admin",
			"project | Ledger Archive | as Ledger reader")
		wantLines(t, name+": to do by hand", lines(all["to do by hand"], "about"), "connections", "API clients")
	}
	again := tables(t, c.again(t, args...))
	wantLines(t, "accounts", lines(again["accounts"], "account", "state"), "ada@example.com | no access")
}

// Whoever takes over need not be there: nothing is inherited. The address may
// be in other capitals, and a group be called anything.
func TestOffboardFromWorkatoWithoutAnHeir(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboardWorkato("SEAN@example.com", "--heir", "nobody@example.com")
	c.must(t, "eval", "--yes", `workato.add_user_group_members { user_group_id = "pf-Sd000005-aaAAaa", user_ids = { 7010 } }`)
	c.dryRun(t, args...)
	before := c.snapshotOf(t, "workato")
	c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "workato"),
		`members/sean@example.com/roles/dev/role_name: "Operator" → "No access"`,
		`user_groups/New "starters" / 2026/user_ids: ["sean@example.com"] → []`,
		`user_groups/Operations/user_ids: ["erik@example.com","ines@example.com","omar@example.com","paul@example.com","sean@example.com"] → ["erik@example.com","ines@example.com","omar@example.com","paul@example.com"]`)
	c.again(t, args...)
}

func TestOffboardFromWorkatoDeletes(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboardWorkato("zoe@example.com", "--delete")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "update_member_roles", "remove_member")
	before := c.snapshotOf(t, "workato")
	c.mustRun(t, args...)
	changes := diff(before, c.snapshotOf(t, "workato"))
	for _, line := range []string{
		`members/zoe@example.com: gone`,
		`project_grants/pg-Sd000005-aaAAaa: gone`,
		`user_groups/Data Stewards/user_ids: ["ada@example.com","priya@example.com","zoe@example.com"] → ["ada@example.com","priya@example.com"]`,
	} {
		if !slices.Contains(changes, line) {
			t.Errorf("%q is not among what changed: %q", line, changes)
		}
	}
	if len(changes) != 4 { // and out of Everyone
		t.Errorf("changed: %q", changes)
	}
	// No call tells of collaborators who were removed.
	c.refuses(t, 1, args)
}

// Someone with nothing, who is in the group that has everybody.
func TestOffboardFromWorkatoSomeoneWithNothing(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboardWorkato("victor@example.com")
	all := tables(t, c.again(t, args...))
	wantLines(t, "what the leaver has", lines(all["what the leaver has"], "kind", "name"), "user group | Everyone")
	wantLines(t, "to do by hand", lines(all["to do by hand"], "about"), "connections", "API clients")
}

// The audit log names connections, if the runner's client may read it.
func TestOffboardFromWorkatoNamesConnections(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.env = append(c.env, "RUNNER_WORKATO_TOKEN=wrkaus-emulated.paul.token")
	c.must(t, "call", "workato.create_connection", `name=Läger "A" / 2`, "provider=rest")
	want := func(text string) {
		t.Helper()
		all := tables(t, c.dryRun(t, offboardWorkato("paul@example.com")...))
		wantIn(t, "connections", lines(all["to do by hand"], "to_do")[0], text)
	}
	want(`of paul@example.com; the audit log names Läger "A" / 2`)
	c.vendors["workato"].Inject(stage.Fault{Path: "/api/activity_logs", Kind: stage.Status, Status: 401, Body: `{"message":"Unauthorized"}`, Times: 9})
	want("an account of paul@example.com")
}

// member is how Workato lists one.
func member(id, email string) string {
	return `{"id":` + id + `,"name":"Ada","email":"` + email + `","roles":[{"environment_type":"dev","role_name":"Analyst","role_type":"privilege_group"}]}`
}

func TestOffboardFromWorkatoRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		leaver, members string
		want            []string
	}{
		"nobody":                       {"adda@example.com", "", []string{`error[not_found]: user "adda@example.com"`, `did you mean "ada@example.com"?`}},
		"someone who has not accepted": {"mika@example.com", "", []string{`error[not_found]: user "mika@example.com"`}},
		"two with the same address": {ada, member("1", ada) + "," + member("2", ada), []string{
			`error[conflict]: member "ada@example.com"`, "there are 2 of this name"}},
		"two who differ in capitals": {ada, member("1", "Ada@example.com") + "," + member("2", "aDa@example.com"), []string{
			`error[conflict]: member "ada@example.com"`, "differ in capitals only"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			if tt.members != "" {
				c.vendors["workato"].Inject(stage.Fault{Path: "/api/members/{$}", Kind: stage.Status, Status: 200,
					Body: `{"data":[` + tt.members + `],"total":2}`, Times: 9})
			}
			c.refuses(t, 1, offboardWorkato(tt.leaver), tt.want...)
		})
	}
}

// What somebody has elsewhere is seen to, and an invitation not forgotten.
func TestOffboardSomeoneWhoWasInvitedToWorkato(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.mustRun(t, onboard("mika@example.com", "Mika", "Virtanen")...)
	r := c.mustRun(t, leaves("alteryx,workato", "mika@example.com", lin, "--format", "json")...)
	wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "system", "about"), "Workato | invitation of mika@example.com")
}

// A run that breaks off is finished by the next one; a limit is waited for.
func TestOffboardFromWorkatoGoesOn(t *testing.T) {
	refused := stage.Fault{Kind: stage.Status, Status: 400, Times: 9, Body: `{"message":"Not now."}`}
	for name, tt := range map[string]struct {
		path  string
		fault stage.Fault
		code  int
	}{
		"a refusal at first":                {"/api/members/*", refused, 1},
		"a token that ends half-way":        {"/api/user_groups/*/members", workatoExpired, 4},
		"a limit half-way":                  {"/api/user_groups/*/members", workatoLimit, 0},
		"a connection that drops":           {"/api/user_groups/*/members", stage.Fault{Kind: stage.DropBefore}, 0},
		"an answer that is lost":            {"/api/project_grants/*", stage.Fault{Kind: stage.DropAfter}, 0},
		"a connection that drops for good":  {"/api/project_grants/*", stage.Fault{Kind: stage.DropBefore, Times: 99}, 6},
		"a token that ends before the last": {"/api/project_grants/*", workatoExpired, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, args := newCompany(t), offboardWorkato(ada)
			emulator := c.vendors["workato"]
			for _, method := range []string{"PUT", "DELETE"} {
				tt.fault.Method, tt.fault.Path = method, tt.path
				emulator.Inject(tt.fault)
			}
			before := c.snapshotOf(t, "workato")
			r := c.run(t, args...)
			if r.code != tt.code {
				t.Fatalf("want exit code %d: %v", tt.code, r)
			}
			emulator.(interface{ Mend() }).Mend()
			if r.code != 0 {
				c.mustRun(t, args...)
			}
			wantChanges(t, before, c.snapshotOf(t, "workato"), adaLeavesWorkato...)
			c.again(t, args...)
		})
	}
}

// Workato said yes, and yet it is not so.
func TestOffboardFromWorkatoVerifies(t *testing.T) {
	for path, want := range map[string]string{
		"/api/members/*":             "they still have a role in dev",
		"/api/user_groups/*/members": "they are still in user group Finance Analysts",
		"/api/project_grants/*":      "project grants that are still theirs: 1",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			for _, method := range []string{"PUT", "DELETE"} {
				c.vendors["workato"].Inject(stage.Fault{Method: method, Path: path, Kind: stage.Status, Status: 200, Body: `{}`})
			}
			wantCode(t, c.run(t, offboardWorkato(ada)...), 1, `error[conflict]: user "ada@example.com"`, want)
		})
	}
}
