package emulator

import (
	"time"

	"runner/internal/vendors/company"
)

// seedMember makes an active member.
func (s *space) seedMember(p company.Person, roles ...int64) *person {
	m := s.join(PersonID(p.Name), p.Email(), p.First+" "+p.Last, ago(700))
	m.enable(roles)
	m.Mails, m.LastLogin = 1, ago(3)
	return m
}

// seedPeople has paul suspended since he left, and still an admin by role; victor has not accepted yet.
func (s *space) seedPeople(o Options) {
	for i, p := range company.People {
		if o.Empty && !p.Service {
			continue
		}
		m := s.seedMember(p, rolesFor(p)...)
		m.CreatedAt, m.LastLogin = ago(700-20*i), ago(1+i)
		switch {
		case p.Left:
			m.Status, m.LastStateChange, m.LastLogin = suspended, ago(90), ago(95)
		case p.Level == company.None:
			m.Status, m.LastLogin = invited, time.Time{}
		}
	}
}

func rolesFor(p company.Person) []int64 {
	switch p.Level {
	case company.Admin:
		return []int64{AdminRole}
	case company.Maker:
		if p.Left {
			return []int64{AdminRole, MemberRole} // nobody has taken it away
		}
		return []int64{MemberRole, OperatorRole}
	case company.Member:
		return []int64{MemberRole}
	case company.Viewer:
		return []int64{ViewerRole}
	}
	return nil
}

func (s *space) seedOtherRoles() {
	all := []string{"create", "delete", "execute", "read", "share", "update"}
	read := []string{"read"}
	for _, r := range []role{
		{ID: MemberRole, Name: "Workspace Member", Grants: []grant{
			{"connection", all, "connection_author"}, {"flow", all, "flow_author"}, {"plan", all, "plan_author"}}},
		{ID: ViewerRole, Name: "Viewer", Grants: []grant{{"flow", read, "flow_viewer"}, {"plan", read, "plan_viewer"}}},
		{ID: OperatorRole, Name: "Plan Operator / Finance", Grants: []grant{
			{"plan", []string{"execute", "read"}, "custom_policy"}, {"schedule", all, "schedule_author"}}},
		{ID: AuditRole, Name: `Prüfung "SOX"`, Grants: []grant{{"connection", read, "connection_vieweradmin"}}},
	} {
		r.WorkspaceID, r.times = s.WorkspaceID, made(ago(600))
		s.roles.put(r.ID, &r)
	}
}

// Ids of the groups of the seed.
const (
	AnalystsGroup   = 6101
	ViewersGroup    = 6102
	StewardsGroup   = 6103
	OperationsGroup = 6104
	StartersGroup   = 6105
)

func (s *space) seedGroups() {
	for _, g := range []struct {
		id      int64
		name    string
		scim    bool
		roles   []int64
		members []string
	}{
		{AnalystsGroup, "Finance Analysts", false, []int64{MemberRole}, []string{"ada", "lin", "nia"}},
		{ViewersGroup, "Finance / Viewers", true, []int64{ViewerRole}, []string{"hana", "ben", "maria"}},
		{StewardsGroup, "Data Stewards", false, []int64{MemberRole, AuditRole}, []string{"ada", "priya", "zoe", "paul"}},
		{OperationsGroup, `Betrieb "Süd"`, false, []int64{OperatorRole}, []string{"omar", "sean", "erik", "ines", "paul"}},
		{StartersGroup, "New Starters", false, nil, nil},
	} {
		row := &group{ID: g.id, WorkspaceID: s.WorkspaceID, Name: g.name, SCIM: g.scim, Roles: sorted(g.roles), times: made(ago(500))}
		row.Members = []int64{}
		for _, m := range g.members {
			row.Members = include(row.Members, PersonID(m))
		}
		if g.scim {
			row.ExternalID = "sg-finance-viewers"
		}
		s.groups.put(row.ID, row)
	}
}
