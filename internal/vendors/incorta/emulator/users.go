package emulator

import (
	"slices"
	"strings"
	"time"
)

type user struct {
	Email     string `json:"email"` // the login name too, as usual in the cloud
	Name      string `json:"name"`
	Active    bool   `json:"active"`
	Super     bool   `json:"superUser,omitempty"`
	SSO       bool   `json:"sso"` // signs in elsewhere: Incorta has no password
	APIAccess bool   `json:"publicAPIAccess,omitempty"`
	// MustChangePassword is set by a reset, and ends at the next sign-in, which no endpoint makes.
	MustChangePassword bool `json:"mustChangePassword"`
	PasswordResets     int  `json:"passwordResets"`
	apiKey             string
}

type group struct {
	Name      string   `json:"name"`
	Roles     []string `json:"roles"`
	Members   []string `json:"members"` // e-mail addresses
	APIAccess bool     `json:"publicAPIAccess"`
}

func (g *group) has(email string) bool { return slices.Contains(g.Members, email) }

// user finds somebody by e-mail address, whose case does not matter (inf).
func (st *state) user(email string) *user {
	for _, u := range st.users {
		if strings.EqualFold(u.Email, email) {
			return u
		}
	}
	return nil
}

// nameOf is how answers show a person by name.
func (st *state) nameOf(email string) string {
	if u := st.user(email); u != nil {
		return u.Name
	}
	return email
}

// A transfer is an entry of the audit trail.
type transfer struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	Owned  int       `json:"owned"`
	Shares int       `json:"shares"`
}

func userRoutes() []route {
	return []route{
		{on: "PATCH /users/transferOwnership", both: true, need: movesOwners, do: transferOwnership, body: contract{
			req("ownerEmail", text), req("newOwnerEmail", text), opt("transferSharingPermission", boolean)}},
		{on: "PATCH /users/resetPasswords", both: true, need: resetsPasswords, do: resetPasswords},
	}
}

// transferOwnership answers nothing; what the vendor answers is cut off (inf). The old owner may be inactive.
func transferOwnership(c *call) (any, error) {
	from, to := c.user(c.in.str("ownerEmail")), c.user(c.in.str("newOwnerEmail"))
	switch {
	case from == nil:
		return nil, unknownInBody("The user %s is not found.", c.in.str("ownerEmail"))
	case to == nil:
		return nil, unknownInBody("The user %s is not found.", c.in.str("newOwnerEmail"))
	case from == to:
		return nil, refused("The new owner is the owner.") // (inf)
	case !to.Active:
		return nil, refused("The new owner %s is not active.", to.Email)
	case !c.asHigh(to, from):
		return nil, refused("The new owner %s must have equal or higher roles than %s.", to.Email, from.Email)
	}
	t := transfer{At: c.now, By: c.by.Email, From: from.Email, To: to.Email}
	for o := range c.owned() {
		if o.Owner == from.Email {
			o.Owner = to.Email
			delete(o.Users, to.Email)
			t.Owned++
		}
		if c.in.flag("transferSharingPermission") && o.inherit(from.Email, to.Email) {
			t.Shares++
		}
	}
	c.transfers = append(c.transfers, t)
	return nil, nil
}

// owned goes through everything that has an owner.
func (st *state) owned() func(yield func(*ownership) bool) {
	return func(yield func(*ownership) bool) {
		var every []*ownership
		for _, s := range st.schemas {
			every = append(every, &s.ownership)
		}
		for _, p := range st.plans {
			every = append(every, &p.ownership)
		}
		for _, f := range st.folders {
			every = append(every, &f.ownership)
		}
		for _, d := range st.dashboards {
			every = append(every, &d.ownership)
		}
		for _, r := range st.reports {
			every = append(every, &r.ownership)
		}
		for _, o := range every {
			if !yield(o) {
				return
			}
		}
	}
}

// resetPasswords spares nobody who has a password, not even the caller. Tokens stay good (inf).
func resetPasswords(c *call) (any, error) {
	for _, u := range c.users {
		if u.Active && !u.SSO {
			u.MustChangePassword = true
			u.PasswordResets++
		}
	}
	return nil, nil
}
