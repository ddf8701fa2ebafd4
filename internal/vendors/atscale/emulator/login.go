package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// A session is what a token stands for.
type session struct {
	userID  string
	issued  time.Time
	expires time.Time
}

func loginRoutes() []route {
	return []route{
		{on: "GET /{orgId}/auth", open: true, do: logIn},
		{on: "GET /jwt/get", open: true, do: showToken},
		{on: "GET " + apiPath + "/sessiontoken", do: whoAmI},
		{on: "GET /ping", open: true, do: func(*call) (any, error) { return text("pong"), nil }}, // (inf) the words
		{on: "GET /status", open: true, do: func(*call) (any, error) { return text("running"), nil }},
	}
}

// logIn trades a name and a password for a JWT, in plain text.
func logIn(c *call) (any, error) {
	name, password, _ := c.r.BasicAuth()
	u := c.named(name)
	if u == nil || !u.hasPassword(password) {
		return nil, badLogin()
	}
	if c.opts.SSO && u.ID != apiUserID { // the administrator still may
		return nil, badLogin()
	}
	o := c.orgs.get(c.path("orgId"))
	if o == nil {
		return nil, notFound("Organization", c.path("orgId"))
	}
	if !c.allows(u, o.ID, mayLogIn) {
		return nil, badLogin()
	}
	return text(c.server.issue(u, o.ID, c.now)), nil
}

func (u *user) hasPassword(p string) bool {
	return subtle.ConstantTimeCompare([]byte(u.Password), []byte(p)) == 1
}

func badLogin() error {
	return &failure{status: http.StatusUnauthorized, message: "The supplied authentication is invalid", text: true}
}

// showToken is where a person copies a token after signing in in the browser. (inf) Who is not signed in gets the page
// for that.
func showToken(c *call) (any, error) {
	if c.identify() != nil {
		return page("<!DOCTYPE html><html><head><title>AtScale - Sign In</title></head><body></body></html>"), nil
	}
	return text(c.server.issue(c.by, Org, c.now)), nil
}

// whoAmI tells the time with an offset and nanoseconds.
func whoAmI(c *call) (any, error) {
	return map[string]any{
		"user_id": c.by.ID, "generated_at": c.session.issued.Format("2006-01-02T15:04:05.000000000-07:00"),
	}, nil
}

// issue makes a JWT. Its expiry is for all to read; what it is worth the Server remembers.
func (s *Server) issue(u *user, orgID string, now time.Time) string {
	s.issued++
	part := func(v any) string {
		data, _ := json.Marshal(v) // plain maps
		return base64.RawURLEncoding.EncodeToString(data)
	}
	expires := now.Add(s.opts.TokenLife)
	signed := part(map[string]any{"alg": "HS256", "typ": "JWT"}) + "." + part(map[string]any{
		"sub": u.ID, "name": u.Username, "org": orgID, "jti": s.issued, "iat": now.Unix(), "exp": expires.Unix(),
	})
	mac := hmac.New(sha256.New, []byte("emulated-signing-key"))
	mac.Write([]byte(signed))
	jwt := signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	s.tokens[jwt] = session{userID: u.ID, issued: now, expires: expires}
	return jwt
}

func (c *call) bearer() string {
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// identify finds out who calls. (inf) A token dies with its user.
func (c *call) identify() error {
	t, ok := c.server.tokens[c.bearer()]
	u := c.users.get(t.userID)
	if !ok || u == nil || !c.now.Before(t.expires) {
		return refuse(http.StatusUnauthorized, "The supplied authentication is invalid or has expired")
	}
	c.session, c.by = t, u
	return nil
}
