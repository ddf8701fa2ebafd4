package emulator

import (
	"fmt"
	"slices"
	"time"

	"runner/internal/vendors/company"
)

// The seed is a small company, the same in every run: its people are in this file, what they own in the files beside
// it.

// seedDay is the company's today, unless the clock is behind it.
var seedDay = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)

// ago is a moment so many days before the company's today.
func (st *state) ago(days int) time.Time { return st.today.AddDate(0, 0, -days) }

// at is the address of somebody.
func at(name string) string { return name + "@example.com" }

func (st *state) seed(empty bool) {
	for _, p := range company.People {
		if empty && at(p.Name) != LoginName {
			continue
		}
		st.users = append(st.users, &user{
			Email: p.Email(), Name: p.First + " " + p.Last, Active: !p.Left, Super: p.Service,
			SSO: p.Team == company.Platform, apiKey: APIKeyOf(p.Name),
		})
	}
	st.seedTokens()
	if empty {
		return
	}
	st.seedGroups()
	st.seedSchemas()
	st.seedViews()
	st.seedPlans()
	st.seedCatalog()
	st.seedReports()
	st.seedExternal()
}

// seedGroups gives roles by group: the Viewers may not call the API, and whoever is in no group has no role.
func (st *state) seedGroups() {
	makers := func(t company.Team) func(company.Person) bool {
		return func(p company.Person) bool { return p.Level == company.Maker && p.Team == t }
	}
	called := func(names ...string) func(company.Person) bool {
		return func(p company.Person) bool { return slices.Contains(names, p.Name) }
	}
	maker := []string{schemaManager, analyzeUser}
	for _, g := range []struct {
		name  string
		roles []string
		api   bool
		in    func(company.Person) bool
	}{
		{"Administrators", []string{superRole}, false, called("grace")},
		{"Finance Makers", maker, true, makers(company.Finance)},
		{"Operations Makers", maker, true, makers(company.Operations)},
		{"Platform Makers", maker, true, makers(company.Platform)},
		{"Access Desk", []string{userManager}, true, called("erik")},
		{"Table Loaders", []string{schemaUser}, true, called("sean", "kofi")},
		{"Analysts", []string{analyzeUser}, true, called("nia", "maria")},
		{"Viewers", []string{dashboardAnalyzer}, false, func(p company.Person) bool { return p.Level == company.Viewer }},
	} {
		row := &group{Name: g.name, Roles: g.roles, Members: []string{}, APIAccess: g.api}
		for _, p := range company.People {
			if g.in(p) {
				row.Members = append(row.Members, p.Email())
			}
		}
		st.groups = append(st.groups, row)
	}
}

// seedTokens gives everybody a token, Ada as many as there may be, and Paul one that outlives his account.
func (st *state) seedTokens() {
	never := time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC)
	add := func(owner, name, value string, expires time.Time, revoked bool) {
		st.pats = append(st.pats, &pat{Owner: owner, Name: name, Expires: expires, Revoked: revoked, value: value})
	}
	for _, u := range st.users {
		name := u.Email[:len(u.Email)-len(at(""))]
		add(u.Email, "runner", TokenOf(name), never, false)
		switch name {
		case "api-runner":
			add(u.Email, "spring", ExpiredToken, st.ago(30), false)
			add(u.Email, "leaked", RevokedToken, never, true)
		case "ada":
			for i := 2; i <= maxPATs; i++ {
				add(u.Email, fmt.Sprintf("notebook %d", i), fmt.Sprintf("%s-%d", TokenOf(name), i), never, false)
			}
		}
	}
}
