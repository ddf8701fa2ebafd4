package scripts_test

import (
	"net/http"
	"strings"
	"testing"

	"runner/internal/vendors/atscale/emulator"
	"runner/internal/vendors/stage"
)

// offAtScale takes somebody off AtScale, where nothing is inherited.
func offAtScale(leaver string, more ...string) []string {
	return leaves("atscale", leaver, "nobody@example.com", more...)
}

// onAtScale gives somebody an account in AtScale.
func onAtScale(email string, more ...string) []string {
	return joins("atscale", email, "Siobhán", "O'Neill", more...)
}

func TestOffboardFromAtScale(t *testing.T) {
	projects := []string{
		"projects/legacy_ledger/access/paul@example.com: gone",
		"projects/legacy_ledger/cubes/Ledger/designtimePermissions/paul@example.com: gone",
		"projects/legacy_ledger/cubes/Ledger/runtimePermissions/paul@example.com: gone",
		"projects/month_end/access/paul@example.com: gone",
		"projects/month_end/cubes/Close/designtimePermissions/paul@example.com: gone",
		"projects/month_end/cubes/Close/runtimePermissions/paul@example.com: gone",
	}
	pauls := []string{
		"organization | Example Company | member",
		"role | Designer | role",
		"group | Operations | member",
		`group | Budget "Q3" / München | member`,
		"project | month_end | access",
		"cube | month_end / Close | access",
		"project | legacy_ledger | access",
		"cube | legacy_ledger / Ledger | access",
		"connection | Finance Warehouse / small | same name",
	}
	for name, tt := range map[string]struct {
		args                 []string
		ops, has, hand, want []string
	}{
		"roles are taken": {
			offAtScale("PAUL@example.com"), []string{"update_user"}, pauls,
			[]string{"connection Finance Warehouse / small", "project month_end", "project legacy_ledger", "group Operations",
				`group Budget "Q3" / München`, "account of paul"},
			[]string{`users/paul@example.com/roles/Example Company: ["Designer"] → []`},
		},
		"deleted": {
			offAtScale("paul@example.com", "--delete"), []string{"delete_user"}, pauls, []string{"connection Finance Warehouse / small"},
			append(projects, "users/paul@example.com: gone"),
		},
		"an id with a slash": {
			offAtScale("ines@example.com"), []string{"update_user"},
			[]string{"organization | Example Company | member", "role | Query User | role", "group | Operations | member"},
			[]string{"group Operations", "account of ines"},
			[]string{`users/ines@example.com/roles/Example Company: ["Query User"] → []`},
		},
		"an id with a slash, deleted": {
			offAtScale("ines@example.com", "--delete"), []string{"delete_user"},
			[]string{"organization | Example Company | member", "role | Query User | role", "group | Operations | member"}, nil,
			[]string{`users/ines@example.com: gone`},
		},
		"a superuser in two organizations": {
			offAtScale("grace@example.com"), []string{"update_user"},
			[]string{"organization | Example Company | member", "organization | Finance Lab | member",
				"role | Organization Administrator | role", "group | Finance | member"},
			[]string{"organizations Example Company, Finance Lab", "group Finance", "superuser", "account of grace"},
			[]string{`users/grace@example.com/roles/Example Company: ["Organization Administrator"] → []`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			args := append(tt.args, "--format", "json")
			dry := c.dryRun(t, args...)
			before := c.snapshotOf(t, "atscale")
			r := c.mustRun(t, args...)
			wantChanges(t, before, c.snapshotOf(t, "atscale"), tt.want...)
			for what, r := range map[string]result{"planned": dry, "done": r} {
				wantLines(t, what, planned(r), tt.ops...)
				wantLines(t, what+": what the leaver has", lines(tables(t, r)["what the leaver has"], "kind", "name", "how"), tt.has...)
				wantLines(t, what+": to do by hand", lines(tables(t, r)["to do by hand"], "about"), tt.hand...)
			}
			// Who has no role is not listed: as far as AtScale tells there is nobody.
			c.refuses(t, 1, tt.args, "nobody has this address")
		})
	}
}

// Where the account does not show roles and groups, and projects cannot be
// read, a person has to look.
func TestOffboardFromAtScaleThatTellsLittle(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	atscale := c.vendors["atscale"]
	atscale.Inject(stage.Fault{Path: "/api/1.0/org/default/userAccount", Kind: stage.Status, Status: 200, Body: `{"status":{},"response":{"username":"paul"}}`})
	atscale.Inject(stage.Fault{Path: "/api/1.0/org/default/permissions", Times: 100, Kind: stage.Status, Status: 404, Body: `{"response":{"error":"No route"}}`})
	r := c.mustRun(t, append(offAtScale("paul@example.com"), "--format", "json")...)
	wantLines(t, "what the leaver has", lines(tables(t, r)["what the leaver has"], "kind", "name"),
		"organization | Example Company", "connection | Finance Warehouse / small")
	wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"),
		"connection Finance Warehouse / small", "permissions of projects", "groups", "account of paul")
}

// AtScale said yes, and yet it is not so.
func TestOffboardFromAtScaleVerifies(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.vendors["atscale"].Inject(stage.Fault{Method: "POST", Path: "/api/1.0/org/default/users/*", Kind: stage.Status, Status: 200, Body: `{"response":{}}`})
	r := c.run(t, offAtScale("sean@example.com")...)
	wantCode(t, r, 1, `error[conflict]: user "sean"`, "they are still in the organization")
}

func TestOffboardFromAtScaleRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare []string
		args    []string
		want    []string
	}{
		"an unknown leaver": {nil, offAtScale("adda@example.com"), []string{
			`error[not_found]: user "adda@example.com"`, `did you mean "ada@example.com"?`}},
		"a leaver without a role": {nil, offAtScale("victor@example.com"), []string{
			`error[not_found]: user "victor@example.com"`, "AtScale lists only who has a role"}},
		"itself": {nil, offAtScale("api-runner@example.com"), []string{
			`error[conflict]: user "api-runner"`, "the runner signs in as this user"}},
		"two leavers": {[]string{"call", "atscale.update_user", "user_id=EXAMPLE/ines", "email=Paul@example.com"}, offAtScale("PAUL@example.com"),
			[]string{`error[conflict]: user "PAUL@example.com"`, "there are 2 that differ in capitals only"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			if tt.prepare != nil {
				c.must(t, tt.prepare...)
			}
			c.refuses(t, 1, tt.args, tt.want...)
		})
	}
}

// A run that breaks off is finished by the next one, and what passes by itself
// is waited for.
func TestOffboardFromAtScaleGoesOn(t *testing.T) {
	const user = "/api/1.0/org/default/users/*"
	for name, tt := range map[string]struct {
		more  []string
		fault stage.Fault
		fails bool
	}{
		"an expired token":               {nil, stage.Fault{Method: "POST", Path: user, Kind: stage.ExpireTokens}, false},
		"an expired token while looking": {nil, stage.Fault{Path: "/api/1.0/org/default/permissions", After: 3, Kind: stage.ExpireTokens}, false},
		"refused":                        {nil, stage.Fault{Method: "POST", Path: user, Kind: stage.Status, Status: 400, Body: `{"response":{"error":"Not now"}}`}, true},
		"a deletion is refused":          {[]string{"--delete"}, stage.Fault{Method: "DELETE", Path: user, Kind: stage.Status, Status: 400, Body: `{"response":{"error":"Not now"}}`}, true},
		"dropped, not sent":              {nil, stage.Fault{Method: "POST", Path: user, Kind: stage.DropBefore}, false},
		"too many requests":              {nil, stage.Fault{Method: "POST", Path: user, Kind: stage.Status, Status: 429, Header: http.Header{"Retry-After": {"1"}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, args := newCompany(t), offAtScale("sean@example.com", tt.more...)
			c.vendors["atscale"].Inject(tt.fault)
			before := c.snapshotOf(t, "atscale")
			r := c.run(t, args...)
			if (r.code != 0) != tt.fails {
				t.Fatalf("the first run: %v", r)
			}
			if tt.fails {
				wantChanges(t, before, c.snapshotOf(t, "atscale"))
				wantIn(t, "stderr", r.stderr, "if a directory keeps the users, do it there")
				c.mustRun(t, args...)
			}
			want := `users/sean@example.com/roles/Example Company: ["Analyst"] → []`
			if tt.more != nil {
				want = "users/sean@example.com: gone"
			}
			wantChanges(t, before, c.snapshotOf(t, "atscale"), want)
		})
	}
}

func TestOnboardAtScale(t *testing.T) {
	const starter, password = "new.starter@example.com", "first-password-1"
	for name, tt := range map[string]struct {
		args                  []string
		ops, done, hand, want []string
	}{
		"new": {
			onAtScale(starter, "--atscale-roles", `analyst,DATA STEWARD / "Warehouses"`, "--atscale-groups", `budget "q3" / München`,
				"--atscale-username", `starter/"ö"`, "--atscale-password", "env:FIRST_PASSWORD"),
			[]string{"create_user"},
			[]string{"created | " + starter, "gave role | Analyst", `gave role | Data Steward / "Warehouses"`},
			[]string{"password", `group Budget "Q3" / München`},
			[]string{"users/" + starter + ": new"},
		},
		"new, by the address": {
			onAtScale(starter, "--atscale-roles", "Query User", "--atscale-password", "env:FIRST_PASSWORD"), []string{"create_user"},
			[]string{"created | " + starter, "gave role | Query User"}, []string{"password"}, []string{"users/" + starter + ": new"},
		},
		"there": {
			onAtScale("Sean@example.com", "--atscale-roles", "Designer,Analyst", "--atscale-groups", "Operations,Platform",
				"--atscale-username", "SEAN"),
			[]string{"update_user", "update_user"},
			[]string{"changed name | Siobhán O'Neill, was Sean O'Neill", "gave role | Designer"}, []string{"group Platform"},
			[]string{
				`users/sean@example.com/name: "Sean O'Neill" → "Siobhán O'Neill"`,
				`users/sean@example.com/roles/Example Company: ["Analyst"] → ["Analyst","Designer"]`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			c.env = append(c.env, "FIRST_PASSWORD="+password)
			args := append(tt.args, "--format", "json")
			dry := c.dryRun(t, args...)
			before := c.snapshotOf(t, "atscale")
			r := c.mustRun(t, args...)
			after := c.snapshotOf(t, "atscale")
			wantChanges(t, before, after, tt.want...)
			wantLines(t, "planned", planned(dry), tt.ops...)
			wantLines(t, "done", planned(r), tt.ops...)
			wantLines(t, "would be done", lines(tables(t, dry)["would be done"], "what", "about"), tt.done...)
			wantLines(t, "done", lines(tables(t, r)["done"], "what", "about"), tt.done...)
			wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"), tt.hand...)
			if strings.Contains(dry.String()+r.String(), password) {
				t.Error("the password is shown")
			}
			if tt.ops[0] == "create_user" {
				if user := after.record(t, "users", starter); user["password"] != password || user["name"] != "Siobhán O'Neill" {
					t.Errorf("the user is %v", user)
				}
			}
			c.again(t, tt.args...)
		})
	}
}

// Where the account does not show its roles, setting them would take others.
func TestOnboardToAtScaleThatTellsLittle(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.vendors["atscale"].Inject(stage.Fault{Path: "/api/1.0/org/default/userAccount", Kind: stage.Status, Status: 404, Body: `{"response":{"error":"No route"}}`})
	r := c.mustRun(t, joins("atscale", "sean@example.com", "Sean", "O'Neill", "--atscale-roles", "Designer", "--atscale-groups", "Operations",
		"--format", "json")...)
	if n := c.sent(); n > 0 {
		t.Errorf("sent %d requests", n)
	}
	wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"), "role Designer", "group Operations")
}

func TestOnboardToAtScaleRefuses(t *testing.T) {
	full := []string{"--atscale-roles", "Analyst", "--atscale-password", "env:FIRST_PASSWORD"}
	for name, tt := range map[string]struct {
		prepare []string
		args    []string
		want    []string
	}{
		"no password": {nil, onAtScale("new.starter@example.com", "--atscale-roles", "Analyst"), []string{"error[invalid]", "add --atscale-password env:NAME"}},
		"no role":     {nil, onAtScale("new.starter@example.com", "--atscale-password", "env:FIRST_PASSWORD"), []string{"error[invalid]", "add --atscale-roles"}},
		"an unknown role": {nil, onAtScale("new.starter@example.com", append(full, "--atscale-roles", "Analysts")...), []string{
			`error[not_found]: role "Analysts"`, `did you mean "Analyst"?`}},
		"an unknown group": {nil, onAtScale("new.starter@example.com", append(full, "--atscale-groups", "New Starter")...), []string{
			`error[not_found]: group "New Starter"`, `did you mean "New Starters"?`}},
		"the name of somebody else": {nil, onAtScale("new.starter@example.com", append(full, "--atscale-username", "Ada")...), []string{
			`error[conflict]: user "Ada"`, "this is somebody else: ada@example.com", "give another --atscale-username"}},
		"another name": {nil, onAtScale(ada, append(full, "--atscale-username", "ada2")...), []string{
			`error[conflict]: user "ada2"`, "ada@example.com signs in as ada", "leave --atscale-username out"}},
		"two of them": {[]string{"call", "atscale.update_user", "user_id=EXAMPLE/ines", "email=ada@example.com"}, onAtScale(ada, full...), []string{
			`error[conflict]: user "ada@example.com"`, "there are 2 of this name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			c.env = append(c.env, "FIRST_PASSWORD=first-password-1")
			if tt.prepare != nil {
				c.must(t, tt.prepare...)
			}
			c.refuses(t, 1, tt.args, tt.want...)
		})
	}
}

// An account that lost its roles is there, and not listed.
func TestOffAndOnAtScale(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.env = append(c.env, "FIRST_PASSWORD=first-password-1")
	on := onAtScale("new.starter@example.com", "--atscale-roles", "Analyst", "--atscale-password", "env:FIRST_PASSWORD")
	before := c.snapshotOf(t, "atscale")
	c.mustRun(t, on...)
	c.mustRun(t, offAtScale("new.starter@example.com", "--delete")...)
	wantChanges(t, before, c.snapshotOf(t, "atscale"))
	c.mustRun(t, on...)
	c.mustRun(t, offAtScale("new.starter@example.com")...)
	r := c.run(t, on...)
	wantCode(t, r, 1, "already exists", "the name may be that of an account without a role")
}

// A call that makes a user is not repeated in doubt: it is looked up first.
func TestOnboardToAtScaleGoesOn(t *testing.T) {
	for name, fault := range map[string]stage.Fault{
		"not sent": {Kind: stage.DropBefore}, "answer lost": {Kind: stage.DropAfter}, "an expired token": {Kind: stage.ExpireTokens},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			c.env = append(c.env, "FIRST_PASSWORD=first-password-1")
			fault.Method, fault.Path = "POST", "/api/1.0/org/default/users/{$}"
			c.vendors["atscale"].Inject(fault)
			args := onAtScale("new.starter@example.com", "--atscale-roles", "Analyst", "--atscale-password", "env:FIRST_PASSWORD")
			before := c.snapshotOf(t, "atscale")
			c.mustRun(t, args...)
			wantChanges(t, before, c.snapshotOf(t, "atscale"), "users/new.starter@example.com: new")
			c.again(t, args...)
		})
	}
}

// Where others keep the users: an external directory, or the Identity Broker.
func TestAtScaleUsersOfOthers(t *testing.T) {
	directory := func(t *testing.T) *company {
		c := newCompany(t)
		c.stand(t, "atscale", emulator.New(emulator.Options{ExternalDirectory: true}),
			map[string]any{"username": emulator.Username, "password": emulator.Password})
		return c
	}
	container := func(t *testing.T) *company {
		c := newCompany(t)
		c.stand(t, "atscale", emulator.New(emulator.Options{Edition: emulator.Container}),
			map[string]any{"edition": "container", "api_token": emulator.APIToken, "username": "", "password": ""})
		return c
	}
	t.Run("directory, offboarding", func(t *testing.T) {
		r := directory(t).run(t, offAtScale(ada)...)
		wantCode(t, r, 1, "managed by an external directory", "if a directory keeps the users, do it there")
	})
	t.Run("container, offboarding", func(t *testing.T) {
		c := container(t)
		args := leaves("alteryx,atscale", "maria@example.com", lin, "--format", "json")
		for _, how := range [][]string{{"--dry-run"}, {"--yes"}, {"--yes"}} {
			r := c.must(t, append(append([]string{"run"}, how...), args...)...)
			wantIn(t, "to do by hand", strings.Join(lines(tables(t, r)["to do by hand"], "system", "about", "to_do"), "\n"),
				"AtScale | account | disable maria@example.com in the Identity Broker")
		}
	})
	t.Run("container, onboarding", func(t *testing.T) {
		r := container(t).again(t, append(onAtScale("new.starter@example.com"), "--format", "json")...)
		wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"), "account")
	})
}
