package emulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"
)

// How long the tokens of v1 live, and how far the caller's clock may be off.
const (
	accessLife  = 10 * time.Minute
	refreshLife = 30 * time.Minute
	clockWindow = 30 * time.Minute
)

func tokenRoutes() []route {
	return []route{
		{on: "POST /tokens", v1Only: true, open: true, do: createToken, body: contract{
			req("tenantName", text), req("loginName", text), req("requestHash", text), req("timestamp", integer)}},
		{on: "POST /tokens/refresh", v1Only: true, open: true, do: refreshToken, body: contract{
			req("accessToken", text), req("refreshToken", text)}},
	}
}

func badLogin() error {
	return refuse(http.StatusUnauthorized, codeLogin, "The login name, the API key or the timestamp is not valid.")
}

// createToken takes the hash of the API key and the time instead of the key.
func createToken(c *call) (any, error) {
	stamp := c.in.num("timestamp", 0)
	off := c.now.UnixMilli() - stamp
	u := c.user(c.in.str("loginName"))
	if u == nil || !u.Active || u.apiKey == "" || c.in.str("tenantName") != Tenant ||
		max(off, -off) > clockWindow.Milliseconds() {
		return nil, badLogin()
	}
	sum := sha256.Sum256([]byte(u.apiKey + strconv.FormatInt(stamp, 10)))
	if subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(c.in.str("requestHash"))) != 1 {
		return nil, badLogin()
	}
	if !c.mayCallAPI(u) {
		return nil, forbidden("Public API access is not enabled for the user.")
	}
	return c.issuePair(u.Email), nil
}

// refreshToken takes both tokens of a pair, and both are gone then. The access token may have expired.
func refreshToken(c *call) (any, error) {
	name := c.in.str("accessToken")
	b, ok := c.keys.v1[name]
	if !ok || b.refresh != c.in.str("refreshToken") || !c.now.Before(b.renewed) {
		return nil, refuse(http.StatusUnauthorized, codeToken, "Invalid access token or access token may have expired.")
	}
	delete(c.keys.v1, name)
	return c.issuePair(b.owner), nil
}

func (c *call) issuePair(owner string) any {
	b := bearer{owner, c.now.Add(accessLife), c.keys.name("refresh-token"), c.now.Add(refreshLife)}
	name := c.keys.name("access-token")
	c.keys.v1[name] = b
	return created{map[string]any{
		"accessToken": name, "refreshToken": b.refresh, "type": "Bearer",
		"accessTokenExpiresAt": b.expires.UnixMilli(), "refreshTokenExpiresAt": b.renewed.UnixMilli(),
	}}
}
