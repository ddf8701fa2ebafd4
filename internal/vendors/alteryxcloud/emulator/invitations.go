package emulator

import (
	"net/mail"
	"strings"
)

func invitationRoutes() []route {
	return []route{
		{on: "POST /workspaces/{workspace}/people", admin: true, do: inviteOne},
		{on: "POST /workspaces/{workspace}/people/batch", in: v4 | iam, admin: true, do: inviteMany},
		{on: "PATCH /workspaces/{workspace}/people/batch", in: v4 | iam, admin: true, do: inviteAgain},
		{on: "GET /workspaces/{workspace}/invitationLink", in: v4 | iam, admin: true, do: invitationLink},
		{on: "POST /accounts/peopleworkspaces", admin: true, do: inviteToWorkspace},
	}
}

// invite makes members who are yet to accept. An address that is a member already is reported, not invited again
// (inf).
func (c *call) invite(s *space, emails []string, roles []int64) ([]object, error) {
	newcomers := map[string]bool{}
	for _, e := range emails {
		if a, err := mail.ParseAddress(e); err != nil || a.Address != e {
			return nil, refuse("%q is not an e-mail address.", e)
		}
		if s.memberByEmail(e) == nil {
			newcomers[strings.ToLower(e)] = true
		}
	}
	if int64(len(s.people)+len(newcomers)) > s.info.MaxUsers {
		return nil, refuse("The workspace cannot have more than %d users.", s.info.MaxUsers) // (inf)
	}
	out := []object{}
	for _, e := range emails {
		if p := s.memberByEmail(e); p != nil {
			out = append(out, object{"id": p.ID, "alreadyMember": true}) // (inf) the name
			continue
		}
		name, _, _ := strings.Cut(e, "@")
		p := s.join(c.personID(e), e, name, c.now)
		p.Roles = roles
		p.Mails++
		out = append(out, object{"id": p.ID})
	}
	return out, nil
}

func inviteOne(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("email")
	email := in.text("email")
	in.texts("skipEmailInvitations")
	if err := in.err(); err != nil {
		return nil, err
	}
	list, err := c.invite(c.space, []string{email}, []int64{})
	if err != nil {
		return nil, err
	}
	return created{object{"data": list[0]}}, nil
}

// inviteMany answers 201 (inf): the vendor's sources disagree.
func inviteMany(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("emails")
	emails, list := in.texts("emails"), in.list("roles")
	if err := in.err(); err != nil {
		return nil, err
	}
	roles, err := c.rolesFrom(list)
	if err != nil {
		return nil, err
	}
	out, err := c.invite(c.space, emails, roles)
	if err != nil {
		return nil, err
	}
	return created{object{"data": out, "count": len(out)}}, nil
}

// inviteAgain sends another mail to people who have not accepted; others are refused (inf).
func inviteAgain(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("personIds")
	ids := in.ids("personIds")
	if err := in.err(); err != nil {
		return nil, err
	}
	people, err := c.members(ids)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.Status != invited {
			return nil, refuse("Person %d has accepted already.", p.ID)
		}
	}
	out := []object{}
	for _, p := range people {
		p.Mails++
		out = append(out, object{"id": p.ID})
	}
	return object{"data": out, "count": len(out)}, nil
}

// invitationLink has keys of its own (inf).
func invitationLink(c *call) (any, error) {
	ids, err := c.paramIDs("personId")
	if err != nil {
		return nil, err
	}
	if len(ids) != 1 {
		return nil, badInput("personId is required")
	}
	people, err := c.members(ids)
	if err != nil {
		return nil, err
	}
	if people[0].Status != invited {
		return nil, refuse("Person %d has accepted already.", ids[0])
	}
	return object{"invitationLink": "https://us1.alteryxcloud.com/invitation/emulated-" + newUUID(ids[0])}, nil
}

// inviteToWorkspace reaches another workspace of the account that the caller administers, too (inf).
func inviteToWorkspace(c *call) (any, error) {
	ids, err := c.paramIDs("workspaceId")
	if err != nil {
		return nil, err
	}
	if len(ids) != 1 || c.param("accountId") == "" {
		return nil, badInput("accountId and workspaceId are required")
	}
	if c.param("accountId") != AccountID {
		return nil, forbidden("The token does not belong to account %s.", c.param("accountId"))
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("emails")
	emails := in.texts("emails")
	in.flag("skipInviterEmail")
	if err := in.err(); err != nil {
		return nil, err
	}
	s := c.spaces[ids[0]]
	if s == nil || s.people[c.by.ID] == nil || !s.isAdmin(s.people[c.by.ID]) {
		return nil, forbidden("Only admins of workspace %d may do that.", ids[0])
	}
	list, err := c.invite(s, emails, []int64{})
	if err != nil {
		return nil, err
	}
	return created{object{"data": list, "count": len(list)}}, nil
}
