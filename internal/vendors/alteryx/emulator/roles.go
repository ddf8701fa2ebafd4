package emulator

import "slices"

// A role of a user or group, in the vendor's spelling.
type role string

const (
	noAccess  role = "NoAccess"
	viewer    role = "Viewer"
	member    role = "Member"
	artisan   role = "Artisan"
	curator   role = "Curator"
	evaluated role = "Evaluated" // decided at run time from the groups

	defaultRole = viewer // of the Server, for Evaluated users without a group (inf)
)

// ranks are in ascending order. Evaluated is not among them, so it ranks below all.
var ranks = [...]role{noAccess, viewer, member, artisan, curator}

func (r role) atLeast(need role) bool {
	return slices.Index(ranks[:], r) >= slices.Index(ranks[:], need)
}

// roleOf is the role that counts: Evaluated resolves to the highest of the user's groups (inf).
func (st *state) roleOf(u *user) role {
	if u.Role != evaluated {
		return u.Role
	}
	best := evaluated
	for g := range st.groups.all() {
		if g.has(u.ID) && !best.atLeast(g.Role) {
			best = g.Role
		}
	}
	if best == evaluated {
		return defaultRole
	}
	return best
}

// mayOwn reports whether assets can be given to a user. (inf) An inactive user cannot take over anything.
func (st *state) mayOwn(u *user) bool { return u.IsActive && st.roleOf(u).atLeast(artisan) }

// maySchedule reports whether a user may have schedules.
func (st *state) maySchedule(u *user) bool { return u.CanScheduleJobs || st.roleOf(u) == curator }
