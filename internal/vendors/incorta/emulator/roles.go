package emulator

import "slices"

// The roles. Whoever has none of them may sign in and see what is shared.
const (
	superUser         = "Super User"
	superRole         = "SuperRole"
	userManager       = "User Manager"
	schemaManager     = "Schema Manager"
	schemaUser        = "Schema User"
	analyzeUser       = "Analyze User"
	dashboardAnalyzer = "Dashboard Analyzer"
)

// A right is what an endpoint asks of its caller: one of a few roles, or nothing.
type right []string

var (
	superOnly    = right{superUser}
	loadsSchemas = right{superUser, superRole, schemaManager}
	loadsTables  = right{superUser, superRole, schemaManager, schemaUser}
	movesOwners  = right{superUser, superRole, userManager}
	// The SuperRole is not on the vendor's list for this one.
	resetsPasswords = right{superUser, userManager}
)

// includes are the lesser roles that a role stands for (inf).
var includes = map[string][]string{
	superUser:     {superRole, userManager, schemaManager, schemaUser, analyzeUser, dashboardAnalyzer},
	superRole:     {userManager, schemaManager, schemaUser, analyzeUser, dashboardAnalyzer},
	schemaManager: {schemaUser},
	analyzeUser:   {dashboardAnalyzer},
}

// rolesOf are the roles that somebody has by group, without those included.
func (st *state) rolesOf(u *user) []string {
	var out []string
	if u.Super {
		out = append(out, superUser)
	}
	for _, g := range st.groups {
		if g.has(u.Email) {
			out = append(out, g.Roles...)
		}
	}
	return out
}

func (st *state) can(u *user, need right) bool {
	if len(need) == 0 {
		return true
	}
	return slices.ContainsFunc(st.rolesOf(u), func(role string) bool { return slices.Contains(need, role) })
}

// seesAll reports whether somebody sees and may change everything (inf).
func (st *state) seesAll(u *user) bool { return st.can(u, right{superUser, superRole}) }

// asHigh reports whether somebody has all roles of another, or ones that include them: how the vendor compares "equal
// or higher" is not told (inf).
func (st *state) asHigh(u, other *user) bool {
	var has []string
	for _, role := range st.rolesOf(u) {
		has = append(append(has, role), includes[role]...)
	}
	return !slices.ContainsFunc(st.rolesOf(other), func(role string) bool { return !slices.Contains(has, role) })
}

// mayCallAPI reports whether public API access is switched on for somebody or one of their groups.
func (st *state) mayCallAPI(u *user) bool {
	if u.APIAccess || st.seesAll(u) {
		return true
	}
	return slices.ContainsFunc(st.groups, func(g *group) bool { return g.APIAccess && g.has(u.Email) })
}
