package emulator

// sharing says who may use a credential or connection.
type sharing struct {
	UserIDs      idSet `json:"userIds"`
	UserGroupIDs idSet `json:"userGroupIds"`
}

func (s *sharing) empty() bool { return len(s.UserIDs)+len(s.UserGroupIDs) == 0 }

// shared reports whether a user is meant, by name or through a group.
func (st *state) shared(s sharing, userID string) bool {
	if s.UserIDs.has(userID) {
		return true
	}
	for _, id := range s.UserGroupIDs {
		if g := st.groups.get(id); g != nil && g.has(userID) {
			return true
		}
	}
	return false
}

// A sharer finds what is to be shared, and how it is shown afterwards.
type sharer func(c *call) (s *sharing, view func() any, err error)

// shareRoutes are the four endpoints beneath an object that is shared with users and groups.
func shareRoutes(object string, of sharer) []route {
	users := func(c *call, s *sharing, id string) (*idSet, error) {
		_, err := find(&c.users, id, "User")
		return &s.UserIDs, err
	}
	groups := func(c *call, s *sharing, id string) (*idSet, error) {
		_, err := find(&c.groups, id, "User group")
		return &s.UserGroupIDs, err
	}
	return []route{
		{on: "POST " + object + "/users", need: curator, do: of.share("userId", users),
			body: contract(req(filled(), "userId"))},
		{on: "POST " + object + "/userGroups", need: curator, do: of.share("userGroupId", groups),
			body: contract(req(filled(), "userGroupId"))},
		{on: "DELETE " + object + "/users/{userId}", need: curator, do: of.revoke("userId", users)},
		{on: "DELETE " + object + "/userGroups/{userGroupId}", need: curator, do: of.revoke("userGroupId", groups)},
	}
}

type sharedWith func(c *call, s *sharing, id string) (*idSet, error)

// share may be repeated (inf).
func (of sharer) share(param string, with sharedWith) handler {
	return func(c *call) (any, error) {
		s, view, err := of(c)
		if err != nil {
			return nil, err
		}
		ids, err := with(c, s, c.in.str(param))
		if err != nil {
			return nil, err
		}
		ids.add(c.in.str(param))
		return view(), nil
	}
}

// revoke answers 404 if there is nothing to revoke (inf).
func (of sharer) revoke(param string, with sharedWith) handler {
	return func(c *call) (any, error) {
		s, view, err := of(c)
		if err != nil {
			return nil, err
		}
		ids, err := with(c, s, c.path(param))
		if err != nil {
			return nil, err
		}
		if !ids.remove(c.path(param)) {
			return nil, notFound("Share")
		}
		return view(), nil
	}
}
