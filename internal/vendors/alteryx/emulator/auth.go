package emulator

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ClientID and ClientSecret are the API access key and secret of the seeded Curator who is the API user.
const (
	ClientID     = "emulated-key"
	ClientSecret = "emulated-secret"
)

// tokenLife is documented by the vendor.
const tokenLife = time.Hour

// Keys returns the API access key and secret of any user, for requests in their name. On a real Server they can only be
// read on the user's own profile page.
func Keys(userID string) (key, secret string) {
	if userID == apiUserID {
		return ClientID, ClientSecret
	}
	return ClientID + "-" + userID, ClientSecret + "-" + userID
}

type token struct {
	userID  string
	expires time.Time
}

func tokenRoutes() []route {
	return []route{{
		on:   "POST /oauth2/token",
		open: true,
		body: contract(opt(text, "grant_type", "client_id", "client_secret", "scope")),
	}}
}

// issueToken is the one call that needs no token. The client identifies itself by HTTP Basic or in the form.
func (s *Server) issueToken(c *call) (any, error) {
	if c.in.str("grant_type") != "client_credentials" {
		return nil, badRequest("unsupported_grant_type")
	}
	key, secret, basic := c.r.BasicAuth()
	if !basic {
		key, secret = c.in.str("client_id"), c.in.str("client_secret")
	}
	for u := range c.users.all() {
		k, sec := Keys(u.ID)
		if k == key && subtle.ConstantTimeCompare([]byte(sec), []byte(secret)) == 1 && mayCall(u) {
			s.issued++
			name := fmt.Sprintf("emulated-token-%d", s.issued)
			s.tokens[name] = token{userID: u.ID, expires: c.now.Add(tokenLife)}
			// (inf) The keys are those of OAuth 2; only the lifetime is documented.
			return map[string]any{
				"access_token": name, "token_type": "bearer", "expires_in": int(tokenLife / time.Second),
			}, nil
		}
	}
	return nil, unauthorized()
}

// authorize returns the caller, if the token is good and the role suffices. A missing role gives 401 as well.
func (s *Server) authorize(r *http.Request, now time.Time, need role) (*user, error) {
	scheme, name, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	t, ok := s.tokens[name]
	if !ok || !strings.EqualFold(scheme, "bearer") || !now.Before(t.expires) {
		return nil, unauthorized()
	}
	u := s.state.users.get(t.userID)
	if u == nil || !mayCall(u) || !s.state.roleOf(u).atLeast(need) {
		return nil, unauthorized()
	}
	return u, nil
}

// mayCall is asked at every request: whoever is shut out loses tokens issued before, too (inf).
func mayCall(u *user) bool { return u.IsActive && !u.IsAccountLocked && u.IsAPIEnabled }
