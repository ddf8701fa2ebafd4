package emulator

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"
)

// TokenPath is where the emulator plays the customer's authorization server, with [Options].OAuth. It stands outside of
// the vendor's paths because where the vendor's own is cannot be found out (inf).
const TokenPath = "/oauth2/token"

// The API user as a client of the authorization server.
const (
	ClientID     = "emulated-client"
	ClientSecret = "emulated-secret"
)

const jwtLife = time.Hour

// JWT returns a token as the authorization server would issue it to somebody, by e-mail address. It is only good for a
// server with [Options].OAuth.
func (s *Server) JWT(email string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jwt(email)
}

// jwt makes a token of the right form. The emulator knows the tokens that it issued and does not look at signatures.
func (s *Server) jwt(email string) string {
	now := s.now()
	part := func(v map[string]any) string {
		data, _ := json.Marshal(v) // texts and numbers
		return base64.RawURLEncoding.EncodeToString(data)
	}
	name := part(map[string]any{"alg": "RS256", "typ": "JWT"}) + "." + part(map[string]any{
		"sub": email, "aud": "incorta", "iat": now.Unix(), "exp": now.Add(jwtLife).Unix(), "jti": s.keys.name("jwt"),
	}) + ".ZW11bGF0ZWQ"
	s.keys.jwts[name] = bearer{owner: email, expires: now.Add(jwtLife)}
	return name
}

// issueJWT is RFC 6749, 4.4: the client identifies itself by HTTP Basic or in the form.
func (s *Server) issueJWT(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	switch {
	case r.PostFormValue("grant_type") != "client_credentials":
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"})
	case id != ClientID || secret != ClientSecret:
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
	default:
		writeJSON(w, http.StatusOK, map[string]any{
			"access_token": s.jwt(LoginName), "token_type": "Bearer", "expires_in": int(jwtLife / time.Second),
		})
	}
}
