package emulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// TokenPath is where refresh tokens are exchanged: /token below the issuer.
const TokenPath = "/as/token"

// ClientID is the public client that all tokens belong to.
const ClientID = "6f0a1b2c-3d4e-4f50-8a9b-emulated0001"

// AccessLife is how long an access token is good.
const AccessLife = 5 * time.Minute

// Kinds of status of an OAuth token, as the vendor has them.
const (
	enabled         = "Enabled"
	disabledByAdmin = "Disabled by Admin"
	expired         = "Expired"
)

// An oauthToken is what the user interface makes: a refresh token that changes whenever it is used.
type oauthToken struct {
	SID         string    `json:"sid"`
	Name        string    `json:"name"`
	WorkspaceID int64     `json:"workspaceId"`
	PersonID    int64     `json:"personId"`
	Status      string    `json:"status"`
	ExpiredAt   time.Time `json:"expiredAt"`
	CreatedAt   time.Time `json:"createdAt"`
	ActiveAt    time.Time `json:"-"`
	refresh     string
}

// An accessToken is good for a person in one workspace.
type accessToken struct {
	workspaceID int64
	personID    int64
	expires     time.Time
}

func oauthRoutes() []route {
	return []route{
		{on: "POST /token", in: issuer, open: true, form: true, do: renew},
		{on: "GET /oAuth2ApiTokens/{sid}", do: getOAuthToken},
	}
}

// oauthError has the body of RFC 6749.
func oauthError(code, why string) error {
	return &failure{status: http.StatusBadRequest, body: object{"error": code, "error_description": why}}
}

// renew exchanges a refresh token for an access token and the next refresh token. The used one is dead at once; it
// does not live longer for being used (inf).
func renew(c *call) (any, error) {
	kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	form, err := url.ParseQuery(string(c.raw))
	if kind != "application/x-www-form-urlencoded" || err != nil {
		return nil, oauthError("invalid_request", "the body must be a form")
	}
	switch {
	case form.Get("grant_type") != "refresh_token": // there is no grant of client credentials
		return nil, oauthError("unsupported_grant_type", "the only grant is refresh_token")
	case form.Get("client_id") != ClientID:
		return nil, oauthError("invalid_client", "unknown client_id") // (inf)
	}
	t := c.refreshable(form.Get("refresh_token"))
	if t == nil {
		return nil, oauthError("invalid_grant", "the refresh token is unknown, used, disabled or expired") // (inf)
	}
	c.issued++
	t.refresh, t.ActiveAt = fmt.Sprintf("emulated-refresh-%d", c.issued), c.now
	access := c.newJWT(t)
	c.access[access] = accessToken{t.WorkspaceID, t.PersonID, c.now.Add(AccessLife)}
	return object{"access_token": access, "refresh_token": t.refresh, "token_type": "Bearer", // (inf) the type
		"expires_in": int(AccessLife / time.Second)}, nil
}

// refreshable is the token that a refresh token belongs to, or nil. Nobody but members who may enter can renew (inf).
func (c *call) refreshable(refresh string) *oauthToken {
	for t := range c.oauth.all() {
		if refresh == "" || t.refresh != refresh {
			continue
		}
		p := c.spaces[t.WorkspaceID].people[t.PersonID]
		if t.Status == enabled && c.now.Before(t.ExpiredAt) && p != nil && p.Status == active {
			return t
		}
	}
	return nil
}

// newJWT makes an access token: its payload is what clients look into, its signature is none.
func (c *call) newJWT(t *oauthToken) string {
	payload, _ := json.Marshal(object{ // cannot fail: it is text and numbers
		"iss": c.issuer(), "client_id": ClientID, "sid": t.SID, "sub": newUUID(t.PersonID), "jti": newUUID(int64(c.issued)),
		"iat": c.now.Unix(), "exp": c.now.Add(AccessLife).Unix(),
	})
	b64 := base64.RawURLEncoding.EncodeToString
	return b64([]byte(`{"alg":"RS256","kid":"emulated","typ":"JWT"}`)) + "." + b64(payload) + "." + b64([]byte("not signed"))
}

// issuer is the address that /token is added to.
func (c *call) issuer() string {
	switch {
	case c.opts.Issuer != "":
		return c.opts.Issuer
	case c.r.TLS != nil:
		return "https://" + c.r.Host + "/as"
	}
	return "http://" + c.r.Host + "/as"
}

// getOAuthToken shows one's own tokens, and an admin all of the workspace (inf).
func getOAuthToken(c *call) (any, error) {
	kind, err := c.paramWord("tokenType", "Workspace", "Billing Account")
	if err != nil {
		return nil, err
	}
	if kind == "" {
		return nil, badInput("tokenType is required")
	}
	sid := c.r.PathValue("sid")
	t := c.oauth[sid]
	if t == nil || kind != "Workspace" || t.WorkspaceID != c.WorkspaceID || t.PersonID != c.by.ID && !c.isAdmin(c.by) {
		return nil, notFound("OAuth 2.0 API token", sid)
	}
	return t.view(c), nil
}

func (t *oauthToken) view(c *call) object {
	status := t.Status
	if status == enabled && !c.now.Before(t.ExpiredAt) {
		status = expired
	}
	return object{"name": t.Name, "sid": t.SID, "envId": newUUID(t.WorkspaceID), "clientId": ClientID,
		"userId": newUUID(t.PersonID), "issuer": c.issuer(), "tokenType": "Workspace", "status": status,
		"accessScope": "Full Access", "scopes": "", "expiredAt": stamp(t.ExpiredAt), "createdAt": stamp(t.CreatedAt),
		"activeAt": stamp(t.ActiveAt)}
}
