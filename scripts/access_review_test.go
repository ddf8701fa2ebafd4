package scripts_test

import (
	"strings"
	"testing"

	"runner/internal/vendors/stage"
)

// review reviews the Alteryx Server, unless other systems are given.
func review(more ...string) []string {
	return append([]string{"run", "access_review.lua", "--as-of", "2026-06-01", "--format", "json", "--systems", "alteryx"}, more...)
}

func TestAccessReview(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	all := tables(t, c.must(t, review("--inactive-days", "14")...))
	if len(c.Mutations()) > 0 {
		t.Errorf("a review changed something: %v", c.Mutations())
	}
	wantLines(t, "users", lines(all["users"], "user", "name", "role", "state", "last_sign_in", "api", "owns", "has"),
		"api-runner@example.com | Service Runner | Curator | active | 2026-06-01 | true | 0 | 0",
		"grace@example.com | Grace Miller | Curator | active | 2026-05-31 | true | 2 | 0",
		"ada@example.com | Ada Winter | Artisan | active | 2026-05-30 | true | 8 | 8",
		"lin@example.com | Lin Fischer | Artisan | active | 2026-05-29 | true | 3 | 3",
		"omar@example.com | Omar Haddad | Artisan | active | 2026-05-28 | true | 5 | 4",
		"priya@example.com | Priya Nair | Artisan | active | 2026-05-27 | true | 4 | 4",
		"zoe@example.com | Zoë Lindqvist | Artisan | active | 2026-05-26 | false | 3 | 4",
		"paul@example.com | Paul Weber | Artisan | inactive | 2026-05-25 | false | 3 | 2",
		"nia@example.com | Nia Brooks | Evaluated: Artisan | active | 2026-05-24 | false | 0 | 2",
		"sean@example.com | Sean O'Neill | Member | active | 2026-05-23 | false | 0 | 5",
		"maria@example.com | Maria Rossi | Member | active | 2026-05-22 | false | 0 | 3",
		"kofi@example.com | Kofi Mensah | Member | active | 2026-05-21 | false | 0 | 1",
		"erik@example.com | Erik Dahl | Member | active | 2026-05-20 | false | 0 | 4",
		"hana@example.com | Hana Sato | Viewer | active | 2026-05-19 | false | 0 | 3",
		"ben@example.com | Ben Carter | Viewer | active | 2026-05-18 | false | 0 | 3",
		"ines@example.com | Ines Moreau | Viewer | active | 2026-05-17 | false | 0 | 4",
		"victor@example.com | Victor Lang | NoAccess | active | never | false | 0 | 0")
	wantLines(t, "groups", lines(all["groups"], "group", "role", "members"),
		"Finance Analysts | Artisan | 3",
		"Finance Viewers | Viewer | 3",
		"Data Stewards | Artisan | 3",
		"Operations | Member | 4",
		"New Starters | NoAccess | 0")
	wantLines(t, "findings", lines(all["findings"], "finding", "user", "detail"),
		"no sign-in for long | ines@example.com | 14 days",
		"inactive and still owns | paul@example.com | 1 workflow, 1 schedule, 1 collection",
		"inactive and still has access | paul@example.com | 2 data connections",
		"locked out | erik@example.com | after failed sign-ins",
		"may do everything | api-runner@example.com | Curator",
		"may do everything | grace@example.com | Curator",
		"has API access | api-runner@example.com | role Curator",
		"has API access | grace@example.com | role Curator",
		"has API access | ada@example.com | role Artisan",
		"has API access | lin@example.com | role Artisan",
		"has API access | omar@example.com | role Artisan",
		"has API access | priya@example.com | role Artisan")
	var hers []map[string]any
	for _, row := range all["access"] {
		if row["user"] == "maria@example.com" || row["user"] == lin {
			hers = append(hers, row)
		}
	}
	wantLines(t, "access", lines(hers, "user", "kind", "name", "how"),
		"lin@example.com | user group | Finance Analysts | member",
		"lin@example.com | workflow | Cash Forecast | owner",
		"lin@example.com | workflow | Vendor Scorecard | owner",
		"lin@example.com | schedule | Cash Forecast, Fridays | owner",
		`lin@example.com | credential | EXAMPLE\svc-finance | through Finance Analysts`,
		"lin@example.com | DCM connection | Ledger Snowflake | shared",
		"maria@example.com | user group | Finance Viewers | member",
		"maria@example.com | collection | Month End | through Finance Viewers",
		"maria@example.com | collection | Finance Reports | member",
		"maria@example.com | collection | Finance Reports | through Finance Viewers")
}

func TestAccessReviewOfSome(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for name, tt := range map[string]struct {
		args, users []string
	}{
		"one person":                {[]string{"--user", "Maria@example.com"}, []string{"maria@example.com"}},
		"a person who is not there": {[]string{"--user", "nobody@example.com"}, nil},
		"one who is inactive":       {[]string{"--user", "paul@example.com", "--active-only"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			wantLines(t, "users", lines(tables(t, c.must(t, review(tt.args...)...))["users"], "user"), tt.users...)
		})
	}
}

// What offboarding leaves is no finding any more.
func TestAccessReviewAfterOffboard(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.mustRun(t, offboard("paul@example.com", "omar@example.com")...)
	for _, line := range lines(tables(t, c.must(t, review()...))["findings"], "finding", "user") {
		if line == "inactive and still owns | paul@example.com" || line == "inactive and still has access | paul@example.com" {
			t.Errorf("still a finding: %s", line)
		}
	}
}

// Whoever becomes Curator through a group may do everything as well.
func TestAccessReviewSeesCuratorsByGroup(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(t, "call", "alteryx.update_user_group", "user_group_id=62a0c1f73c15317e1a490001", "role=Curator")
	var found bool
	for _, line := range lines(tables(t, c.must(t, review()...))["findings"], "finding", "user", "detail") {
		found = found || line == "may do everything | nia@example.com | Curator through a group"
	}
	if !found {
		t.Error("nia@example.com is not among those who may do everything")
	}
}

// What somebody is in each system stands in one row, and who was shut out of one
// and not of another is a finding.
func TestAccessReviewOfAllSystems(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	all := tables(t, c.must(t, "run", "access_review.lua", "--as-of", "2026-06-01", "--format", "json"))
	if n := c.sent(); n > 0 {
		t.Errorf("a review sent %d requests that change something", n)
	}
	var some []map[string]any
	for _, row := range all["people"] {
		switch row["user"] {
		case ada, "paul@example.com", "victor@example.com":
			some = append(some, row)
		}
	}
	wantLines(t, "people", lines(some, "user", "Alteryx Server", "Alteryx Analytics Cloud", "AtScale", "Incorta", "Workato"),
		"ada@example.com | Artisan | Workspace Member, Plan Operator / Finance | user | owner | dev: Analyst, test: Operator, prod: Operator",
		"paul@example.com | inactive | disabled | user | owner | dev: Analyst, test: Operator, prod: Operator",
		"victor@example.com | NoAccess | no role | <nil> | <nil> | no access")
	var still []string
	for _, line := range lines(all["findings"], "finding", "user", "system", "detail") {
		if strings.HasPrefix(line, "still active") {
			still = append(still, line)
		}
	}
	wantLines(t, "still active", still,
		"still active | paul@example.com | AtScale, Workato | inactive in Alteryx Server, Alteryx Analytics Cloud",
		"still active | victor@example.com | Alteryx Server, Alteryx Analytics Cloud | inactive in Workato")
	wantLines(t, "to look at by hand", lines(all["to look at by hand"], "system", "about"), "Incorta | users, groups and roles")
	byKind := map[string]bool{}
	for _, line := range lines(all["access"], "system", "kind") {
		byKind[line] = true
	}
	for _, line := range []string{"Alteryx Server | workflow", "Alteryx Analytics Cloud | plan", "Alteryx Analytics Cloud | connection",
		"AtScale | project, to design", "Incorta | schema", "Incorta | dashboard", "Workato | project", "Workato | user group"} {
		if !byKind[line] {
			t.Errorf("no access of %s", line)
		}
	}
}

// A system that fails does not keep the others from being read.
func TestAccessReviewGoesOn(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.vendors["workato"].Inject(stage.Fault{Kind: stage.Status, Status: 401, Times: 100, Body: `{"message":"Unauthorized"}`})
	c.vendors["atscale"].Inject(stage.Fault{Kind: stage.Status, Status: 403, Times: 100, Body: `{}`})
	r := c.runner(t, "run", "access_review.lua", "--as-of", "2026-06-01", "--format", "json")
	if r.code != 4 {
		t.Errorf("want exit code 4: %v", r)
	}
	wantIn(t, "the card", r.stderr, "not done in 2 of 5 systems: AtScale: ", "Workato: workato.list_members: Unauthorized")
	systems := map[any]bool{}
	for _, row := range tables(t, r)["users"] {
		systems[row["system"]] = true
	}
	if !systems["Alteryx Server"] || !systems["Incorta"] || systems["Workato"] || systems["AtScale"] {
		t.Errorf("users are of %v", systems)
	}
}
