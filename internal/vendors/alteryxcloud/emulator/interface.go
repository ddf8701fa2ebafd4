package emulator

import (
	"fmt"
	"strings"
	"time"
)

// What follows is done in the user interface only, by people.

// Accept has somebody accept an invitation to a workspace, and reports whether there was one.
func (s *Server) Accept(workspaceID int64, email string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.account.spaces[workspaceID]
	if sp == nil {
		return false
	}
	p := sp.memberByEmail(email)
	if p == nil || p.Status != invited {
		return false
	}
	p.Status, p.LastLogin, p.LastStateChange = active, s.clock(), s.clock()
	return true
}

// NewOAuthToken makes an OAuth 2.0 API token for a member, good for so many days, and returns its refresh token; ""
// if nobody there has the address.
func (s *Server) NewOAuthToken(workspaceID int64, email string, days int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.account.spaces[workspaceID]
	if sp == nil || sp.memberByEmail(email) == nil {
		return ""
	}
	name, _, _ := strings.Cut(email, "@")
	s.account.issued++
	t := &oauthToken{SID: newUUID(s.account.newID()), Name: name, WorkspaceID: workspaceID,
		PersonID: sp.memberByEmail(email).ID, Status: enabled, CreatedAt: s.clock(),
		ExpiredAt: s.clock().Add(time.Duration(days) * 24 * time.Hour),
		refresh:   fmt.Sprintf("emulated-refresh-%d", s.account.issued)}
	s.account.oauth.put(t.SID, t)
	return t.refresh
}

// DisableOAuthToken has an admin disable a token by its sid. Access tokens made from it stay good until they expire.
func (s *Server) DisableOAuthToken(sid string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.account.oauth[sid]
	if t != nil {
		t.Status = disabledByAdmin
	}
	return t != nil
}
