package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The credentials of the seeded Super User, who is the API user: a personal access token, and what v1 asks for.
const (
	Token     = "emulated-pat-api-runner"
	LoginName = "api-runner@example.com"
	APIKey    = "emulated-api-key-api-runner"
)

// Tokens of the API user that are no longer good.
const (
	ExpiredToken = "emulated-pat-api-runner-expired"
	RevokedToken = "emulated-pat-api-runner-revoked"
)

// TokenOf returns the personal access token of somebody in the seed, by the first part of the address. Those whose API
// access is off have one as well, and are refused.
func TokenOf(name string) string { return "emulated-pat-" + name }

// APIKeyOf returns the v1 API key of somebody in the seed, by the first part of the address.
func APIKeyOf(name string) string { return "emulated-api-key-" + name }

// maxPATs is how many active tokens somebody may have at once.
const maxPATs = 10

// A pat is a personal access token. Its value is no part of the state.
type pat struct {
	Owner   string    `json:"owner"`
	Name    string    `json:"name"`
	Expires time.Time `json:"expires"`
	Revoked bool      `json:"revoked"`
	value   string
}

func (p *pat) active(now time.Time) bool { return !p.Revoked && now.Before(p.Expires) }

// A bearer is whom a short token stands for, and until when.
type bearer struct {
	owner   string
	expires time.Time
	refresh string    // v1: its twin
	renewed time.Time // v1: until when the twin is good
}

// keyring are the tokens that are good by themselves. It is no part of the state: it says nothing about what was done.
type keyring struct {
	pats map[string]*pat
	v1   map[string]bearer
	jwts map[string]bearer
	made int
}

func newKeyring(st *state) *keyring {
	k := &keyring{map[string]*pat{}, map[string]bearer{}, map[string]bearer{}, 0}
	for _, p := range st.pats {
		k.pats[p.value] = p
	}
	return k
}

// name makes a token that is the same in every run.
func (k *keyring) name(kind string) string {
	k.made++
	return fmt.Sprintf("emulated-%s-%d", kind, k.made)
}

// expire makes all tokens invalid that were issued so far.
func (s *Server) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.keys.pats)
	clear(s.keys.v1)
	clear(s.keys.jwts)
}

// CreatePAT does what a user does in the Profile Manager, and returns the token. There is no endpoint for it.
func (s *Server) CreatePAT(email, name string, expires time.Time) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.state.user(email)
	if u == nil {
		return "", fmt.Errorf("user %s: not found", email)
	}
	active := 0
	for _, p := range s.state.pats {
		switch {
		case p.Owner != u.Email || !p.active(s.now()):
		case p.Name == name:
			return "", fmt.Errorf("token %q of %s: the name is taken", name, email) // (inf)
		default:
			active++
		}
	}
	if active >= maxPATs {
		return "", fmt.Errorf("token %q of %s: there are %d active ones already", name, email, maxPATs)
	}
	p := &pat{Owner: u.Email, Name: name, Expires: expires.UTC(), value: s.keys.name("pat")}
	s.state.pats = append(s.state.pats, p)
	s.keys.pats[p.value] = p
	return p.value, nil
}

// RevokePAT does what a user does in the Profile Manager, and reports whether there was such a token.
func (s *Server) RevokePAT(email, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.state.pats {
		if strings.EqualFold(p.Owner, email) && p.Name == name && !p.Revoked {
			p.Revoked = true
			return true
		}
	}
	return false
}

// authorize finds the caller and checks the tenant, the switch for the public API, and the roles, in this order (inf).
func (c *call) authorize(need right) error {
	owner, ok := c.bearerOf(c.r.Header.Get("Authorization"))
	u := c.user(owner)
	if !ok || u == nil || !u.Active { // (inf) that tokens end with the account
		return c.badToken()
	}
	if tenant := c.path("tenant"); !c.v1 && !c.opts.NoTenant && tenant != Tenant {
		return refuse(http.StatusUnauthorized, codeTenant, "The tenant name does not match the tenant in the access token.")
	}
	if !c.mayCallAPI(u) {
		return forbidden("Public API access is not enabled for the user.")
	}
	if !c.can(u, need) {
		return forbidden("The user does not have the rights for this.")
	}
	c.by = u
	return nil
}

// badToken is 403 in v1, as its pages have it.
func (c *call) badToken() error {
	status := http.StatusUnauthorized
	if c.v1 || c.opts.ExpiredIs403 {
		status = http.StatusForbidden
	}
	return refuse(status, codeToken, "Invalid access token or access token may have expired.")
}

// bearerOf returns whom a header stands for. Each version takes its own tokens (inf), and a cluster one kind for v2.
func (c *call) bearerOf(header string) (owner string, ok bool) {
	scheme, name, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return "", false
	}
	switch {
	case c.v1:
		return c.keys.shortLived(c.keys.v1, name, c.now)
	case c.opts.OAuth:
		return c.keys.shortLived(c.keys.jwts, name, c.now)
	}
	p := c.keys.pats[name]
	if p == nil || !p.active(c.now) {
		return "", false
	}
	return p.Owner, true
}

func (k *keyring) shortLived(tokens map[string]bearer, name string, now time.Time) (string, bool) {
	b, ok := tokens[name]
	return b.owner, ok && now.Before(b.expires)
}
