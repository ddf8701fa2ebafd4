package scripts_test

import (
	"testing"
)

func review(more ...string) []string {
	return append([]string{"run", "access_review.lua", "--as-of", "2026-06-01", "--format", "json"}, more...)
}

func TestAccessReview(t *testing.T) {
	c := newCompany(t)
	all := tables(t, c.must(t, review("--inactive-days", "14")...))
	if len(c.Mutations()) > 0 {
		t.Errorf("a review changed something: %v", c.Mutations())
	}
	columns := []string{"user", "name", "role", "active", "last_sign_in", "api", "owns", "groups", "collections",
		"credentials", "data_connections", "dcm"}
	wantLines(t, "users", lines(all["users"], columns...),
		"api-runner@example.com | Service Runner | Curator | true | 2026-06-01 | true | 0 | 0 | 0 | 0 | 0 | 0",
		"grace@example.com | Grace Miller | Curator | true | 2026-05-31 | true | 2 | 0 | 0 | 0 | 0 | 0",
		"ada@example.com | Ada Winter | Artisan | true | 2026-05-30 | true | 8 | 2 | 2 | 2 | 2 | 0",
		"lin@example.com | Lin Fischer | Artisan | true | 2026-05-29 | true | 3 | 1 | 0 | 1 | 0 | 1",
		"omar@example.com | Omar Haddad | Artisan | true | 2026-05-28 | true | 5 | 1 | 0 | 1 | 1 | 1",
		"priya@example.com | Priya Nair | Artisan | true | 2026-05-27 | true | 4 | 1 | 1 | 1 | 1 | 0",
		"zoe@example.com | Zoë Lindqvist | Artisan | true | 2026-05-26 | false | 3 | 1 | 1 | 1 | 1 | 0",
		"paul@example.com | Paul Weber | Artisan | false | 2026-05-25 | false | 3 | 0 | 0 | 0 | 2 | 0",
		"nia@example.com | Nia Brooks | Evaluated: Artisan | true | 2026-05-24 | false | 0 | 1 | 0 | 1 | 0 | 0",
		"sean@example.com | Sean O'Neill | Member | true | 2026-05-23 | false | 0 | 1 | 1 | 1 | 1 | 1",
		"maria@example.com | Maria Rossi | Member | true | 2026-05-22 | false | 0 | 1 | 2 | 0 | 0 | 0",
		"kofi@example.com | Kofi Mensah | Member | true | 2026-05-21 | false | 0 | 0 | 1 | 0 | 0 | 0",
		"erik@example.com | Erik Dahl | Member | true | 2026-05-20 | false | 0 | 1 | 0 | 1 | 1 | 1",
		"hana@example.com | Hana Sato | Viewer | true | 2026-05-19 | false | 0 | 1 | 2 | 0 | 0 | 0",
		"ben@example.com | Ben Carter | Viewer | true | 2026-05-18 | false | 0 | 1 | 2 | 0 | 0 | 0",
		"ines@example.com | Ines Moreau | Viewer | true | 2026-05-17 | false | 0 | 1 | 0 | 1 | 1 | 1",
		"victor@example.com | Victor Lang | NoAccess | true | never | false | 0 | 0 | 0 | 0 | 0 | 0")
	wantLines(t, "groups", lines(all["groups"], "group", "role", "members", "credentials", "data_connections"),
		"Finance Analysts | Artisan | 3 | 1 | 0",
		"Finance Viewers | Viewer | 3 | 0 | 0",
		"Data Stewards | Artisan | 3 | 0 | 1",
		"Operations | Member | 4 | 1 | 1",
		"New Starters | NoAccess | 0 | 0 | 0")
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
	c := newCompany(t)
	for name, tt := range map[string]struct {
		args, users []string
	}{
		"active Artisans": {[]string{"--role", "Artisan", "--active-only"}, []string{
			"ada@example.com", "lin@example.com", "omar@example.com", "priya@example.com", "zoe@example.com"}},
		"Artisans": {[]string{"--role", "Artisan"}, []string{
			"ada@example.com", "lin@example.com", "omar@example.com", "priya@example.com", "zoe@example.com", "paul@example.com"}},
		"Evaluated": {[]string{"--role", "Evaluated"}, []string{"nia@example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			wantLines(t, "users", lines(tables(t, c.must(t, review(tt.args...)...))["users"], "user"), tt.users...)
		})
	}
}

// What offboarding leaves is no finding any more.
func TestAccessReviewAfterOffboard(t *testing.T) {
	c := newCompany(t)
	c.must(t, append([]string{"run", "--yes"}, offboard("paul@example.com", "omar@example.com")...)...)
	for _, line := range lines(tables(t, c.must(t, review()...))["findings"], "finding", "user") {
		if line == "inactive and still owns | paul@example.com" || line == "inactive and still has access | paul@example.com" {
			t.Errorf("still a finding: %s", line)
		}
	}
}

// Whoever becomes Curator through a group may do everything as well.
func TestAccessReviewSeesCuratorsByGroup(t *testing.T) {
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
