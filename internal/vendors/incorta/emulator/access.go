package emulator

// An access is what somebody may do with a schema, folder or dashboard.
type access int

const (
	noAccess access = iota
	view
	share
	edit
)

// MarshalText writes the word, for dumps.
func (a access) MarshalText() ([]byte, error) {
	return []byte([...]string{"none", "view", "share", "edit"}[a]), nil
}

// ownership says who owns something and with whom it is shared.
type ownership struct {
	Owner  string            `json:"owner"` // e-mail address
	Users  map[string]access `json:"users"` // by e-mail address
	Groups map[string]access `json:"groups"`
}

func ownedBy(owner string) ownership {
	return ownership{owner, map[string]access{}, map[string]access{}}
}

// accessOf is the most that somebody may do.
func (st *state) accessOf(u *user, o ownership) access {
	if o.Owner == u.Email || st.seesAll(u) {
		return edit
	}
	most := o.Users[u.Email]
	for _, g := range st.groups {
		if g.has(u.Email) {
			most = max(most, o.Groups[g.Name])
		}
	}
	return most
}

func (c *call) sees(o ownership) bool { return c.accessOf(c.by, o) >= view }

// inherit passes on what was shared with one user to another, who keeps what is more.
func (o *ownership) inherit(from, to string) bool {
	a, had := o.Users[from]
	if !had {
		return false
	}
	delete(o.Users, from)
	if o.Owner != to {
		o.Users[to] = max(o.Users[to], a)
	}
	return true
}
