package emulator

import "runner/internal/vendors/company"

const (
	environmentAdmin = 6101
	projectAdmin     = 6201
	projectDeveloper = 6202
	projectOperator  = 6203
	ledgerReader     = 6204

	everyone        = "am-Sd000001-aaAAaa"
	financeAnalysts = "pf-Sd000002-aaAAaa"
	operationsGroup = "pf-Sd000003-aaAAaa"
	dataStewards    = "pf-Sd000004-aaAAaa"
	newStarters     = "pf-Sd000005-aaAAaa"
)

func (st *state) seedPeople(o Options) {
	for i, p := range company.People {
		if o.Empty && !p.Service {
			continue
		}
		m := &member{ID: idOf(p.Name), GrantType: "team", Name: p.First + " " + p.Last, Email: p.Email(),
			TimeZone:  "Europe/Berlin",
			CreatedAt: ago(900 - 30*i)}
		if p.Name == "grace" {
			m.GrantType = "federation_manager"
		}
		if p.Team == company.Finance {
			m.ExternalID = "hr-" + p.Name
		}
		for e, role := range rolesOf(p) {
			if e == 0 || !o.NoEnvironments {
				m.Roles = append(m.Roles, envRole{environments[e].kind, role.Name, role.Type})
			}
		}
		st.members.put(m.ID, m)
	}
	if !o.Empty {
		st.invitations.put(7901, &invitation{ID: 7901, Name: "Mika Virtanen", Email: "mika@example.com",
			Roles: []envRole{{dev, "Operator", legacyType}}, GroupIDs: []string{newStarters}, SentAt: ago(3)})
	}
}

// rolesOf are somebody's roles in dev, test and prod. Who has left has kept them.
func rolesOf(p company.Person) [3]envRole {
	role := func(kind, name string) envRole { return envRole{Name: name, Type: kind} }
	none := role(legacyType, noAccessShown)
	switch {
	case p.Level == company.Admin:
		admin := role(legacyType, "Admin")
		return [3]envRole{admin, admin, admin}
	case p.Team == company.Platform && p.Level == company.Maker:
		return [3]envRole{role(environmentType, "Environment admin"), role(environmentType, "Release manager"),
			role(environmentType, "Member")}
	case p.Level == company.Maker:
		return [3]envRole{role(legacyType, "Analyst"), role(legacyType, "Operator"), role(legacyType, "Operator")}
	case p.Level == company.Member:
		return [3]envRole{role(legacyType, "Operator"), none, none}
	case p.Level == company.Viewer:
		return [3]envRole{role(legacyType, "Finance read only"), none, none}
	}
	return [3]envRole{none, none, none}
}

func (st *state) seedNewRoles(o Options) {
	all := object{"team": object{"privileges": "all"}}
	read := object{"recipes": object{"privileges": []any{"read"}}, "connections": object{"privileges": []any{"read"}}}
	put := func(to *table[int64, newRole], id int64, name, kind string, config object) {
		if !o.Empty || kind == "system" {
			to.put(id, &newRole{ID: id, Name: name, Type: kind, Config: config, CreatedAt: ago(700), UpdatedAt: ago(600)})
		}
	}
	put(&st.envRoles, environmentAdmin, "Environment admin", "system", all)
	put(&st.envRoles, 6102, "Environment manager", "system", object{"environment": object{"privileges": "all"}})
	put(&st.envRoles, 6103, "Member", "system", read)
	put(&st.envRoles, 6104, "Release manager", "custom", object{"deployments": object{"privileges": []any{"read",
		"create"}}})
	put(&st.envRoles, 6105, "Auditor / extern", "custom", read)
	put(&st.projectRoles, projectAdmin, "Project admin", "system", object{"project": object{"privileges": "all"}})
	put(&st.projectRoles, projectDeveloper, "Developer", "system", object{"recipes": object{"privileges": []any{"read",
		"create", "update"}}})
	put(&st.projectRoles, projectOperator, "Operator", "system", object{"recipes": object{"privileges": []any{"read",
		"run"}}})
	put(&st.projectRoles, ledgerReader, "Ledger reader", "custom", read)
	put(&st.projectRoles, 6205, "Zoë's experiment", "custom", object{})
	if o.Empty {
		return
	}
	for _, r := range []role{
		{ID: 6301, Name: "Finance read only", FolderIDs: []int64{financeFolder}, Privileges: privileges{"Folders": {"read"},
			"Recipes": {"read"}}},
		{ID: 6302, Name: "Contractor / extern", Inheritable: true, FolderIDs: []int64{}, Privileges: systemRoles["Operator"]},
	} {
		r.CreatedAt, r.UpdatedAt = ago(650), ago(500)
		st.roles.put(r.ID, &r)
	}
}

func people(names ...string) []int64 {
	var out []int64
	for _, n := range names {
		out = append(out, idOf(n))
	}
	return sorted(out)
}

func (st *state) seedGroups() {
	all := []int64{}
	for _, m := range st.members.rows() {
		all = append(all, m.ID)
	}
	for _, g := range []group{
		{ID: everyone, Name: "Everyone", Description: "All collaborators", System: true, MemberIDs: all},
		{ID: financeAnalysts, Name: "Finance Analysts", MemberIDs: people("ada", "lin", "nia")},
		{ID: operationsGroup, Name: "Operations", Description: "On call: +1", MemberIDs: people("omar", "sean", "erik",
			"ines", "paul")},
		{ID: dataStewards, Name: "Data Stewards", MemberIDs: people("ada", "priya", "zoe")},
		{ID: newStarters, Name: "New \"starters\" / 2026", MemberIDs: []int64{}},
	} {
		g.CreatedAt, g.UpdatedAt = ago(500), ago(100)
		st.groups.put(g.ID, &g)
	}
}

func (st *state) seedGrants(o Options) {
	for i, g := range []grant{
		{ProjectID: financeProject, RoleID: projectAdmin, UserID: idOf("ada")},
		{ProjectID: financeProject, RoleID: projectDeveloper, UserID: idOf("lin")},
		{ProjectID: financeProject, RoleID: projectOperator, GroupID: financeAnalysts},
		{ProjectID: operationsProject, RoleID: projectDeveloper, GroupID: operationsGroup},
		{ProjectID: platformProject, RoleID: ledgerReader, UserID: idOf("zoe")},
		{ProjectID: ledgerProject, RoleID: projectAdmin, UserID: idOf("paul")},
		{ProjectID: ledgerProject, RoleID: ledgerReader, UserID: idOf("ada")},
		{ProjectID: financeProdProject, RoleID: projectAdmin, UserID: idOf("grace")},
		{ProjectID: financeProdProject, RoleID: projectOperator, GroupID: financeAnalysts},
	} {
		if g.ProjectID == financeProdProject && o.NoEnvironments {
			continue
		}
		g.ID, g.CreatedAt = "pg-Sd00000"+decimal(int64(i+1))+"-aaAAaa", ago(200)
		st.grants.put(g.ID, &g)
	}
}
