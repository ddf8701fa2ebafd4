package scripts_test

import (
	"reflect"
	"testing"

	"runner/internal/vendors/stage"
	workato "runner/internal/vendors/workato/emulator"
)

func onboardWorkato(email string, more ...string) []string {
	return joins("workato", email, "Siobhán", `O'Neill "Shiv"/Łuczak`, append([]string{"--format", "json"}, more...)...)
}

const (
	newStarter = "new.starter@example.com"
	starters   = `new "STARTERS" / 2026`
)

// Who is invited gets one mail, and is a collaborator once they have accepted.
func TestOnboardToWorkato(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	args := onboardWorkato(newStarter, "--workato-roles", "Development:operator,test: Auditor / extern,PRODUCTION:Finance read only",
		"--workato-groups", starters)
	dry := c.dryRun(t, args...)
	wantLines(t, "planned", planned(dry), "invite_member")
	before := c.snapshotOf(t, "workato")
	r := c.mustRun(t, args...)
	wantLines(t, "done", lines(tables(t, r)["done"], "what", "about"), "invited | "+newStarter)
	wantLines(t, "would be done", lines(tables(t, dry)["would be done"], "what", "about"), "invited | "+newStarter)
	after := c.snapshotOf(t, "workato")
	wantChanges(t, before, after, `member_invitations/`+newStarter+`: new`)
	got := after.record(t, "member_invitations", newStarter)
	delete(got, "sent_at")
	role := func(environment, name, kind string) any {
		return map[string]any{"environment_type": environment, "role_name": name, "role_type": kind}
	}
	if want := (map[string]any{
		"name": `Siobhán O'Neill "Shiv"/Łuczak`, "email": newStarter, "accepted": false, "user_group_ids": []any{`New "starters" / 2026`},
		"env_roles": []any{role("dev", "Operator", "privilege_group"), role("test", "Auditor / extern", "environment"),
			role("prod", "Finance read only", "privilege_group")},
	}); !reflect.DeepEqual(got, want) {
		t.Errorf("the invitation is %v, want %v", got, want)
	}

	// Nobody lists invitations, and still there is no second mail.
	again := tables(t, c.again(t, args...))
	wantLines(t, "to do by hand", lines(again["to do by hand"], "about"), "invitation of "+newStarter)
	wantIn(t, "to do by hand", lines(again["to do by hand"], "to_do")[0], "it was sent on 20", "--workato-invite-again")

	emulator := c.vendors["workato"].(*workato.Server)
	if _, ok := emulator.Accept(newStarter); !ok {
		t.Fatal("there is no invitation to accept")
	}
	if left := tables(t, c.again(t, args...))["to do by hand"]; len(left) > 0 {
		t.Errorf("to do by hand: %v", left)
	}
	// Who is removed can be invited again.
	c.mustRun(t, offboardWorkato(newStarter, "--delete")...)
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "invite_member")
}

// A collaborator keeps what they have elsewhere; who lost all access gets it back.
func TestOnboardACollaboratorToWorkato(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	args := onboardWorkato("Hana@example.com", "--workato-roles", "dev:Operator,prod:Release manager",
		"--workato-groups", "Operations,data stewards")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "update_member_roles", "add_user_group_members", "add_user_group_members")
	before := c.snapshotOf(t, "workato")
	r := c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "workato"),
		`members/hana@example.com/roles/dev/role_name: "Finance read only" → "Operator"`,
		`members/hana@example.com/roles/prod/role_name: "No access" → "Release manager"`,
		`members/hana@example.com/roles/prod/role_type: "privilege_group" → "environment"`,
		`user_groups/Data Stewards/user_ids: ["ada@example.com","priya@example.com","zoe@example.com"] → ["ada@example.com","hana@example.com","priya@example.com","zoe@example.com"]`,
		`user_groups/Operations/user_ids: ["erik@example.com","ines@example.com","omar@example.com","paul@example.com","sean@example.com"] → ["erik@example.com","hana@example.com","ines@example.com","omar@example.com","paul@example.com","sean@example.com"]`)
	wantLines(t, "done", lines(tables(t, r)["done"], "what", "about"),
		"changed role | Operator in dev, was Finance read only",
		"gave role | Release manager in prod, was No access",
		"added to user group | Operations",
		"added to user group | Data Stewards")
	c.again(t, args...)
	c.again(t, onboardWorkato("hana@example.com")...)

	off := offboardWorkato("hana@example.com")
	given := c.snapshotOf(t, "workato")
	c.mustRun(t, off...)
	c.mustRun(t, args...)
	wantChanges(t, given, c.snapshotOf(t, "workato"))
}

func TestOnboardToWorkatoRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		email, roles string
		more         []string
		want         []string
	}{
		"an unknown role": {newStarter, "Development:Operater", nil, []string{
			`error[not_found]: workato_roles "Development:Operater"`, `did you mean "Operator"?`}},
		"an unknown environment": {newStarter, "Stage:Operator", nil, []string{"it is not an environment and a role", "Development:Operator"}},
		"no environment":         {newStarter, "Operator", nil, []string{"it is not an environment and a role"}},
		"two roles for one environment": {newStarter, "dev:Operator,Development:Analyst", nil, []string{
			"there is another role for dev"}},
		"a role of the other model": {newStarter, "dev:Operator", []string{"--workato-role-model", "environment"}, []string{
			"there is no such role"}},
		"an unknown group": {"hana@example.com", "", []string{"--workato-groups", "Data Steward"}, []string{
			`error[not_found]: user group "Data Steward"`, `did you mean "Data Stewards"?`}},
		"an invitation without a role": {newStarter, "", nil, []string{"is no collaborator yet", "--workato-roles"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, args := newCompany(t), onboardWorkato(tt.email, tt.more...)
			if tt.roles != "" {
				args = append(args, "--workato-roles", tt.roles)
			}
			c.refuses(t, 1, args, tt.want...)
		})
	}
}

func TestOnboardToWorkatoWithTwins(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.vendors["workato"].Inject(stage.Fault{Path: "/api/members/{$}", Kind: stage.Status, Status: 200,
		Body: `{"data":[` + member("1", "Ada@example.com") + `,` + member("2", "aDa@example.com") + `],"total":2}`, Times: 9})
	c.refuses(t, 1, onboardWorkato(ada, "--workato-roles", "dev:Operator"), `error[conflict]: member "ada@example.com"`)
}

// The two permission models may have roles of the same name.
func TestOnboardToWorkatoAsksWhichModel(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(t, "eval", "--yes", `workato.create_environment_role { name = "Operator", config = { team = { privileges = "all" } } }`)
	args := onboardWorkato("ben@example.com", "--workato-roles", "dev:Operator")
	c.refuses(t, 1, args, "both permission models have this role", "--workato-role-model")
	args = append(args, "--workato-role-model", "environment")
	c.mustRun(t, args...)
	c.again(t, args...)
}

// Without the audit log nobody knows whether somebody was invited before.
func TestOnboardToWorkatoWithoutAnAuditLog(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), onboardWorkato(newStarter, "--workato-roles", "dev:Operator")
	c.vendors["workato"].Inject(stage.Fault{Path: "/api/activity_logs", Kind: stage.Status, Status: 403, Body: `{"message":"Forbidden"}`, Times: 99})
	r := c.run(t, args...)
	wantIn(t, "stderr", r.stderr, "error[denied]: audit log", "was invited before", "--workato-invite-again")
	if r.code == 0 || c.sent() > 0 {
		t.Errorf("want a failure and nothing sent: %v", r)
	}
	again := c.run(t, append(args, "--workato-invite-again")...)
	wantLines(t, "done", lines(tables(t, again)["done"], "what"), "invited")
}

// A run that breaks off is finished by the next one, and nobody gets two mails.
func TestOnboardToWorkatoGoesOn(t *testing.T) {
	const group, invitations = "/api/user_groups/*/members", "/api/member_invitations"
	for name, tt := range map[string]struct {
		email, path string
		fault       stage.Fault
		code, mails int
	}{
		"an invitation whose answer is lost": {newStarter, invitations, stage.Fault{Kind: stage.DropAfter}, 6, 1},
		"an invitation that does not arrive": {newStarter, invitations, stage.Fault{Kind: stage.DropBefore}, 6, 2},
		"an invitation that has to wait":     {newStarter, invitations, workatoLimit, 0, 2},
		"a token that ends half-way":         {"hana@example.com", group, workatoExpired, 4, 0},
		"a connection that drops half-way":   {"hana@example.com", group, stage.Fault{Kind: stage.DropAfter}, 0, 0},
		"a limit half-way":                   {"hana@example.com", group, workatoLimit, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			args := onboardWorkato(tt.email, "--workato-roles", "dev:Operator", "--workato-groups", "Operations")
			emulator := c.vendors["workato"]
			tt.fault.Method, tt.fault.Path = "POST", tt.path
			emulator.Inject(tt.fault)
			if r := c.run(t, args...); r.code != tt.code {
				t.Fatalf("want exit code %d: %v", tt.code, r)
			}
			emulator.(interface{ Mend() }).Mend()
			c.mustRun(t, args...)
			c.again(t, args...)
			mails := 0
			for _, m := range emulator.Mutations() {
				if m.Path == invitations {
					mails++
				}
			}
			if mails != tt.mails {
				t.Errorf("%d requests for an invitation, want %d", mails, tt.mails)
			}
		})
	}
}
