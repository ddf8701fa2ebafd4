package emulator

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// apiTokenLife is how long an API token is good. The seeded ones were made when the emulator was.
const apiTokenLife = 90 * 24 * time.Hour

// clients of the identity broker for which a password may be traded for a token.
var clients = []string{ClientID, "atscale-modeler", "atscale-api", "atscale-mcp"}

func brokerRoutes() []route {
	return []route{
		{on: "POST /v1/token", style: container, open: true, do: exchange},
		{on: "POST /auth/realms/atscale/protocol/openid-connect/token", style: container, open: true, do: grant},
	}
}

// identifyRaw finds out whose API token it is.
func (c *call) identifyRaw() error {
	token := c.bearer()
	for u := range c.users.all() {
		ok := subtle.ConstantTimeCompare([]byte(APITokenOf(u.Username)), []byte(token)) == 1
		if ok && c.allows(u, Org, mayLogIn) && c.now.Before(c.server.began.Add(apiTokenLife)) {
			c.by = u
			return nil
		}
	}
	return refuse(http.StatusUnauthorized, "The API token is invalid or has expired")
}

// exchange makes a JWT of an API token.
func exchange(c *call) (any, error) {
	if err := c.identifyRaw(); err != nil {
		return nil, err
	}
	return map[string]any{"accessToken": c.server.issue(c.by, Org, c.now)}, nil
}

// grant is the password grant of OAuth 2, with the errors of Keycloak (inf).
func grant(c *call) (any, error) {
	form, err := url.ParseQuery(string(c.body))
	switch {
	case err != nil || form.Get("grant_type") == "":
		return nil, brokerError(http.StatusBadRequest, "invalid_request", "Missing form parameter: grant_type")
	case form.Get("grant_type") != "password":
		return nil, brokerError(http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type")
	case !slices.Contains(clients, form.Get("client_id")):
		return nil, brokerError(http.StatusUnauthorized, "invalid_client", "Invalid client or Invalid client credentials")
	}
	u := c.named(form.Get("username"))
	if u == nil || !u.hasPassword(form.Get("password")) || !c.allows(u, Org, mayLogIn) {
		return nil, brokerError(http.StatusUnauthorized, "invalid_grant", "Invalid user credentials")
	}
	return map[string]any{
		"access_token": c.server.issue(u, Org, c.now), "token_type": "Bearer",
		"expires_in": int(c.opts.TokenLife / time.Second),
	}, nil
}

func brokerError(status int, code, description string) error {
	return &failure{status: status, message: description, body: map[string]string{
		"error": code, "error_description": description,
	}}
}
