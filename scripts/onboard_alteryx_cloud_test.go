package scripts_test

import (
	"strings"
	"testing"

	"runner/internal/vendors/stage"
)

// onCloud puts somebody into the workspace of Alteryx Analytics Cloud.
func onCloud(email string, more ...string) []string {
	return joins("alteryx_cloud", email, "Siobhán", "O'Neill", more...)
}

func TestOnboardAlteryxCloud(t *testing.T) {
	const starter = "new.starter@example.com"
	for name, tt := range map[string]struct {
		args       []string
		ops        []string
		done, hand []string
		want       []string
	}{
		"new": {
			onCloud(starter, "--alteryx-cloud-workspace", "Example Analytics", "--alteryx-cloud-roles", "viewer, Plan Operator / Finance",
				"--alteryx-cloud-groups", `BETRIEB "SÜD",New Starters`),
			[]string{"invite_people", "add_group_users", "add_group_users"},
			[]string{"invited | " + starter, "gave role | Viewer", "gave role | Plan Operator / Finance", `added to group | Betrieb "Süd"`,
				"added to group | New Starters"}, nil,
			[]string{
				`groups/Betrieb "Süd"/members: ["erik@example.com","ines@example.com","omar@example.com","paul@example.com","sean@example.com"] → ["erik@example.com","ines@example.com","` + starter + `","omar@example.com","paul@example.com","sean@example.com"]`,
				`groups/New Starters/members: [] → ["` + starter + `"]`,
				`people/` + starter + `: new`,
			},
		},
		"new, with an apostrophe and nothing else": {
			onCloud("siobhán.o'neill@example.com"), []string{"invite_people"},
			[]string{"invited | siobhán.o'neill@example.com"}, []string{"role"}, []string{`people/siobhán.o'neill@example.com: new`},
		},
		"suspended": {
			onCloud("PAUL@example.com", "--alteryx-cloud-roles", "Viewer,Workspace Member"), []string{"unsuspend_people", "grant_role"},
			[]string{"lifted the suspension | PAUL@example.com", "gave role | Viewer"}, nil,
			[]string{
				`people/paul@example.com/roles: ["Workspace Member","workspace_admin"] → ["Viewer","Workspace Member","workspace_admin"]`,
				`people/paul@example.com/status: "suspended" → "active"`,
			},
		},
		// No second mail goes out.
		"invited before": {
			onCloud("victor@example.com", "--alteryx-cloud-roles", "Viewer"), []string{"grant_role"}, []string{"gave role | Viewer"}, nil,
			[]string{`people/victor@example.com/roles: [] → ["Viewer"]`},
		},
		"into a group of the identity provider": {
			onCloud("kofi@example.com", "--alteryx-cloud-groups", "Finance / Viewers"), []string{"add_group_users"},
			[]string{"added to group | Finance / Viewers"}, []string{"group Finance / Viewers"},
			[]string{`groups/Finance / Viewers/members: ["ben@example.com","hana@example.com","maria@example.com"] → ["ben@example.com","hana@example.com","kofi@example.com","maria@example.com"]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			dry := c.dryRun(t, append(tt.args, "--format", "json")...)
			before := c.snapshotOf(t, "alteryx_cloud")
			r := c.mustRun(t, append(tt.args, "--format", "json")...)
			wantChanges(t, before, c.snapshotOf(t, "alteryx_cloud"), tt.want...)
			wantLines(t, "planned", planned(dry), tt.ops...)
			wantLines(t, "done", planned(r), tt.ops...)
			wantLines(t, "done", lines(tables(t, r)["done"], "what", "about"), tt.done...)
			wantLines(t, "would be done", lines(tables(t, dry)["would be done"], "what", "about"), tt.done...)
			wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"), tt.hand...)
			c.again(t, tt.args...)
		})
	}
}

// What was left to a suspended person is theirs again, and is said.
func TestOnboardWarnsOfOldRolesInAlteryxCloud(t *testing.T) {
	t.Parallel()
	r := newCompany(t).mustRun(t, onCloud("paul@example.com")...)
	wantIn(t, "stderr", r.stderr, "paul@example.com still has the roles of before: workspace_admin, Workspace Member")
}

// Off and on again: what onboarding gives, offboarding takes.
func TestOnAndOffAlteryxCloud(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	on := onCloud("new.starter@example.com", "--alteryx-cloud-roles", "Viewer", "--alteryx-cloud-groups", "New Starters")
	before := c.snapshotOf(t, "alteryx_cloud")
	c.mustRun(t, on...)
	in := c.snapshotOf(t, "alteryx_cloud")
	c.mustRun(t, offCloud("new.starter@example.com", lin)...)
	c.mustRun(t, on...)
	wantChanges(t, in, c.snapshotOf(t, "alteryx_cloud"), `people/new.starter@example.com/status: "new" → "active"`)
	c.mustRun(t, offCloud("new.starter@example.com", lin, "--delete")...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx_cloud"))
}

func TestOnboardToAlteryxCloudRefuses(t *testing.T) {
	twins := `{"data":[{"id":51003,"email":"ada@example.com"},{"id":51099,"email":"ada@example.com"}]}`
	for name, tt := range map[string]struct {
		people string
		args   []string
		want   []string
	}{
		"an unknown role": {"", onCloud(ada, "--alteryx-cloud-roles", "Viewer,Workspace Membr"), []string{
			`error[not_found]: role "Workspace Membr"`, `did you mean "Workspace Member"?`}},
		"an unknown group": {"", onCloud(ada, "--alteryx-cloud-groups", "Finance Analyst"), []string{
			`error[not_found]: group "Finance Analyst"`, `did you mean "Finance Analysts"?`}},
		"another workspace": {"", onCloud(ada, "--alteryx-cloud-workspace", "Example Sandbox"), []string{
			"error[conflict]: workspace Example Sandbox"}},
		"two of them": {twins, onCloud(ada), []string{`error[conflict]: person "ada@example.com"`, "there are 2 of this name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			if tt.people != "" {
				c.vendors["alteryx_cloud"].Inject(stage.Fault{Method: "GET", Path: "/v4/people/{$}", Kind: stage.Status, Status: 200, Body: tt.people, Times: 9})
			}
			c.refuses(t, 1, tt.args, tt.want...)
		})
	}
}

// Whatever goes wrong half-way, the run or the next one finishes, and mail goes
// out once.
func TestOnboardToAlteryxCloudGoesOn(t *testing.T) {
	for name, tt := range map[string]struct {
		method, path string
		fault        stage.Fault
	}{
		"an expired token at the group": {"POST", "/v4/workspaces/*/groups", stage.Fault{Kind: stage.Status, Status: 401, Body: "Unauthorized"}},
		"an invitation, not sent":       {"POST", "/iam/v1/workspaces/*/people/batch", stage.Fault{Kind: stage.DropBefore}},
		"an invitation, answer lost":    {"POST", "/iam/v1/workspaces/*/people/batch", stage.Fault{Kind: stage.DropAfter}},
		"too many requests":             {"POST", "/v4/workspaces/*/groups", cloudLimit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			tt.fault.Method, tt.fault.Path = tt.method, tt.path
			c.vendors["alteryx_cloud"].Inject(tt.fault)
			args := onCloud("new.starter@example.com", "--alteryx-cloud-roles", "Viewer", "--alteryx-cloud-groups", "New Starters")
			before := c.snapshotOf(t, "alteryx_cloud")
			if strings.HasPrefix(name, "an expired token") {
				wantCode(t, c.run(t, args...), 4, "HTTP 401")
			}
			c.mustRun(t, args...)
			after := c.snapshotOf(t, "alteryx_cloud")
			wantChanges(t, before, after, `groups/New Starters/members: [] → ["new.starter@example.com"]`, `people/new.starter@example.com: new`)
			if got := text(after.record(t, "people", "new.starter@example.com")["invitationMails"]); got != "1" {
				t.Errorf("mails: %s", got)
			}
			c.again(t, args...)
		})
	}
}

// The vendor said yes, and yet it is not so.
func TestOnboardVerifiesAlteryxCloud(t *testing.T) {
	for name, tt := range map[string]struct{ method, path, want string }{
		"a role":       {"PUT", "/iam/v1/authorization/roles", `role "Viewer" does not show it`},
		"a group":      {"POST", "/v4/workspaces/*/groups", `group "New Starters" does not show it`},
		"a suspension": {"POST", "/iam/v1/workspaces/*/people/unsuspend", `the member "paul@example.com" does not show it`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			c.vendors["alteryx_cloud"].Inject(stage.Fault{Method: tt.method, Path: tt.path, Kind: stage.Status, Status: 200, Body: `{"policyId":8103}`})
			r := c.run(t, onCloud("paul@example.com", "--alteryx-cloud-roles", "Viewer", "--alteryx-cloud-groups", "New Starters")...)
			wantCode(t, r, 1, tt.want)
		})
	}
}
