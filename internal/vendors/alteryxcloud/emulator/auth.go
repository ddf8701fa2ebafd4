package emulator

import (
	"net/http"
	"strings"
)

func authRoutes() []route {
	return []route{{on: "GET /auth", open: true, do: checkToken}}
}

// authenticate finds out who calls. A token acts in one workspace; headers cannot change it.
func (c *call) authenticate() error {
	value, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	if !ok || value == "" {
		return unauthorized()
	}
	if t, ok := c.access[value]; ok && c.now.Before(t.expires) {
		return c.enter(t.workspaceID, t.personID)
	}
	for t := range c.apiTokens.all() {
		if t.value == value && !t.over(c.now) {
			t.LastUsed, c.legacy = c.now, true
			return c.enter(t.WorkspaceID, t.PersonID)
		}
	}
	return unauthorized()
}

// enter makes a member the caller.
func (c *call) enter(workspaceID, personID int64) error {
	c.space = c.spaces[workspaceID]
	c.by = c.people[personID]
	switch {
	case c.by == nil:
		return unauthorized()
	case c.by.Status != active: // (inf) the status: nothing says what somebody suspended is told
		return forbidden("The user cannot enter this workspace.")
	}
	return nil
}

// authorize asks for the rights that a route needs.
func (c *call) authorize(rt *route) error {
	if name := c.r.PathValue("workspace"); name != "" && !(rt.current && name == "current") {
		if err := c.inWorkspace(name); err != nil {
			return err
		}
	}
	switch {
	case rt.noLegacy && c.legacy:
		return forbidden("This cannot be read with an API access token.")
	case rt.admin && !c.isAdmin(c.by):
		return forbidden("Only workspace admins may do that.")
	}
	return nil
}

// inWorkspace refuses other workspaces than that of the token. Their gids are unknown here.
func (c *call) inWorkspace(name string) error {
	id, ok := decimal(name)
	switch {
	case ok && id == c.WorkspaceID:
		return nil
	case !ok || c.spaces[id] == nil:
		return notFound("Workspace", name)
	}
	return forbidden("The token does not belong to workspace %d.", id) // (inf) 403
}

// checkToken says whether a token is good, in words.
func checkToken(c *call) (any, error) {
	if c.authenticate() != nil {
		return nil, &failure{status: http.StatusUnauthorized, body: object{"body": "Unauthorized", "headers": object{}}}
	}
	return object{"body": "OK", "headers": object{}}, nil
}

// expire makes all bearer tokens invalid. Refresh tokens stay good.
func (s *Server) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.account.access)
	for t := range s.account.apiTokens.all() {
		t.value = ""
	}
}
