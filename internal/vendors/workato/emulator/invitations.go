package emulator

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// An invitation becomes a member when it is accepted.
type invitation struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Roles    []envRole `json:"env_roles"`
	GroupIDs []string  `json:"user_group_ids"`
	SentAt   time.Time `json:"sent_at"`
	Accepted bool      `json:"accepted"`
}

// inviteAgain is how long one has to wait before the same address can be invited again.
const inviteAgain = 20 * time.Minute

// invite refuses a second invitation within 20 minutes: 429, and without a word on how long to wait (inf).
func invite(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name", "email")
	inv := &invitation{Name: in.text("name"), Email: in.text("email"), Roles: c.readInvitedRoles(in), SentAt: c.now,
		GroupIDs: sorted(in.texts("user_group_ids"))}
	if a, err := mail.ParseAddress(inv.Email); inv.Email != "" && (err != nil || a.Address != inv.Email) {
		in.complain("email", "is invalid")
	}
	for _, id := range inv.GroupIDs {
		if c.groups.get(id) == nil {
			in.complain("user_group_ids", "contains the unknown group %q", id)
		}
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	if err := c.tooEarly(inv.Email); err != nil {
		return nil, err
	}
	inv.ID = c.newID()
	c.invitations.put(inv.ID, inv)
	c.record("MemberInvitation", "member_invitation_created", inv.ID, inv.Email)
	return result("ok"), nil
}

// tooEarly refuses who is a member already with 409 (inf): the documents do not say.
func (c *call) tooEarly(email string) error {
	for m := range c.members.all() {
		if strings.EqualFold(m.Email, email) {
			return refuse(http.StatusConflict, "%s is already a collaborator", email)
		}
	}
	for inv := range c.invitations.all() {
		if strings.EqualFold(inv.Email, email) && c.now.Before(inv.SentAt.Add(inviteAgain)) {
			return refuse(http.StatusTooManyRequests, "%s has been invited less than 20 minutes ago", email)
		}
	}
	return nil
}

// readInvitedRoles heeds role_name only without env_roles.
func (c *call) readInvitedRoles(in *input) []envRole {
	if name := in.text("role_name"); name != "" && !in.has("env_roles") {
		return []envRole{c.checkRole(in, "role_name", envRole{dev, name, legacyType})}
	}
	return c.readEnvRoles(in)
}

func (c *call) readEnvRoles(in *input) []envRole {
	in.need("env_roles")
	var out []envRole
	for _, one := range in.objects("env_roles") {
		one.need("environment_type", "name")
		r := envRole{environment(one.text("environment_type")), one.text("name"), legacyType}
		keep(one, "role_type", &r.Type, one.text("role_type"))
		c.checkEnvironment(one, r.Environment)
		out = append(out, c.checkRole(one, "name", r))
	}
	if len(out) == 0 && in.has("env_roles") {
		in.complain("env_roles", "can't be blank")
	}
	return out
}

// checkEnvironment takes only dev where there are no environments.
func (c *call) checkEnvironment(in *input, env environment) {
	known := slices.ContainsFunc(environments, func(e place) bool { return e.kind == env })
	if env != "" && (!known || c.opts.NoEnvironments && env != dev) {
		in.complain("environment_type", "%q is unknown", string(env))
	}
}

// checkRole returns the role as it is shown.
func (c *call) checkRole(in *input, field string, r envRole) envRole {
	switch r.Type {
	case legacyType, environmentType:
	default:
		in.complain("role_type", "%q is unknown", r.Type)
		return r
	}
	if r.Name == noAccess || r.Name == noAccessShown {
		r.Name = noAccessShown
		return r
	}
	if r.Name != "" && !c.isRole(r) {
		in.complain(field, "the role %q is unknown", r.Name)
	}
	return r
}

func (st *state) isRole(r envRole) bool {
	if r.Type == environmentType {
		return st.envRoleNamed(r.Name) != nil
	}
	return systemRoles[r.Name] != nil || slices.ContainsFunc(st.roles.rows(),
		func(role *role) bool { return role.Name == r.Name })
}

// Accept has the last invitation sent to an address accepted, as its reader would. It returns the new member's id, or
// false if nothing waits to be accepted.
func (s *Server) Accept(email string) (id int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	var inv *invitation
	for i := range st.invitations.all() {
		if strings.EqualFold(i.Email, email) && !i.Accepted {
			inv = i
		}
	}
	if inv == nil {
		return 0, false
	}
	for i := range st.invitations.all() {
		i.Accepted = i.Accepted || strings.EqualFold(i.Email, email)
	}
	return st.join(inv, s.clock()), true
}

func (st *state) join(inv *invitation, now time.Time) int64 {
	m := &member{ID: st.newID(), GrantType: "team", Name: inv.Name, Email: inv.Email, TimeZone: "Etc/UTC", CreatedAt: now}
	for _, e := range environments {
		if e.kind == dev || !st.opts.NoEnvironments {
			m.Roles = append(m.Roles, envRole{e.kind, noAccessShown, legacyType})
		}
	}
	m.give(inv.Roles)
	st.members.put(m.ID, m)
	for g := range st.groups.all() {
		if g.System || slices.Contains(inv.GroupIDs, g.ID) { // (inf) the system's group has everybody
			g.MemberIDs = include(g.MemberIDs, m.ID)
		}
	}
	st.logEvent(event{Type: "member_invitation_accepted", Time: now, Environment: dev, UserID: m.ID,
		Resource: "MemberInvitation", ResourceID: inv.ID, ResourceName: inv.Email})
	return m.ID
}
