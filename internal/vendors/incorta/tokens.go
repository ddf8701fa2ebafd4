package incorta

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file signs in with an API key, for API v1. The key itself is never sent:
// a hash of it and of the time is, and the clocks may be half an hour apart. An
// access token lives ten minutes and a refresh token thirty; a refresh ends
// both. A refresh that fails, for whatever reason, makes the key sign in anew.

// keys are the tokens that an API key is changed into.
type keys struct {
	client             *rest.Client // without credentials
	tenant, login, key string
	now                func() time.Time
	changes            atomic.Int64 // of the token
	asked              atomic.Int64 // sign-ins that have ended

	lock    chan struct{} // a lock that can be given up waiting for; it guards what follows
	token   tokens
	ends    time.Time // when the access token is renewed
	until   time.Time // how long the refresh token is used
	refusal error     // how the last sign-in failed
}

// tokens is the answer to a sign-in and to a refresh. Times are milliseconds
// since 1970.
type tokens struct {
	AccessToken           string `json:"accessToken"`
	RefreshToken          string `json:"refreshToken"`
	AccessTokenExpiresAt  int64  `json:"accessTokenExpiresAt"`
	RefreshTokenExpiresAt int64  `json:"refreshTokenExpiresAt"`
}

func newKeys(c *rest.Client, tenant, login, key string, now func() time.Time) *keys {
	return &keys{client: c, tenant: tenant, login: login, key: key, now: now, lock: make(chan struct{}, 1)}
}

// clock is the World's. Where that has none the real one is meant.
func clock(w op.World) func() time.Time {
	if w.Now != nil {
		return w.Now
	}
	return func() time.Time {
		epoch := time.Unix(0, 0)
		return epoch.Add(-time.Until(epoch))
	}
}

// Authorize adds the access token, and fetches one if there is none.
func (k *keys) Authorize(r *http.Request) error {
	token, err := k.current(r.Context())
	if err != nil {
		return err
	}
	return bearer(token).Authorize(r)
}

// Renew drops the refused token, unless another request has done so already.
func (k *keys) Renew(refused *http.Request) bool {
	if k.acquire(refused.Context()) != nil {
		return false
	}
	defer k.release()
	if refused.Header.Get("Authorization") == "Bearer "+k.token.AccessToken {
		k.token = tokens{}
	}
	return true
}

// count tells tokens apart.
func (k *keys) count() int64 { return k.changes.Load() }

// drop drops the token that a refused request had, unless there is another one
// by now.
func (k *keys) drop(ctx context.Context, used int64) error {
	if err := k.acquire(ctx); err != nil {
		return err
	}
	defer k.release()
	if k.changes.Load() <= used+1 { // the request may have fetched its own
		k.token = tokens{}
	}
	return nil
}

func (k *keys) acquire(ctx context.Context) error {
	select {
	case k.lock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (k *keys) release() { <-k.lock }

func (k *keys) current(ctx context.Context) (string, error) {
	asked := k.asked.Load()
	if err := k.acquire(ctx); err != nil {
		return "", err
	}
	defer k.release()
	now := k.now()
	if k.token.AccessToken != "" && now.Before(k.ends) {
		return k.token.AccessToken, nil
	}
	if k.token.RefreshToken != "" && now.Before(k.until) {
		if k.refresh(ctx) == nil {
			return k.token.AccessToken, nil
		}
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
	}
	if k.refusal != nil && k.asked.Load() != asked {
		// Refused while this call waited, so it holds for this call too: a wrong
		// key in fifty branches must not be fifty failed sign-ins.
		return "", k.refusal
	}
	err := k.signIn(ctx)
	if ctx.Err() == nil {
		k.refusal = err
		k.asked.Add(1)
	}
	return k.token.AccessToken, err
}

func (k *keys) signIn(ctx context.Context) error {
	at := k.now().UnixMilli()
	hash := sha256.Sum256([]byte(k.key + strconv.FormatInt(at, 10)))
	return k.fetch(ctx, rest.Path("api", "v1", "tokens"), struct {
		Tenant    string `json:"tenantName"`
		Login     string `json:"loginName"`
		Hash      string `json:"requestHash"`
		Timestamp int64  `json:"timestamp"`
	}{k.tenant, k.login, hex.EncodeToString(hash[:]), at})
}

func (k *keys) refresh(ctx context.Context) error {
	return k.fetch(ctx, rest.Path("api", "v1", "tokens", "refresh"), struct {
		Access  string `json:"accessToken"`
		Refresh string `json:"refreshToken"`
	}{k.token.AccessToken, k.token.RefreshToken})
}

// fetch asks for tokens. That a request for tokens is Safe means here that the
// call it is for has not been sent.
func (k *keys) fetch(ctx context.Context, path string, in any) error {
	k.token = tokens{}
	var t tokens
	if err := k.client.JSON(ctx, rest.Request{Method: http.MethodPost, Path: path, Body: in, Safe: true}, &t); err != nil {
		return err
	}
	if t.AccessToken == "" {
		return &op.Error{Kind: op.Garbled, Cause: "no access token: the answer holds none", Hint: "check the connection's url"}
	}
	now := k.now()
	life := lifeOf(t.AccessTokenExpiresAt, now, 10*time.Minute)
	k.token, k.ends = t, now.Add(life-min(time.Minute, life/10))
	life = lifeOf(t.RefreshTokenExpiresAt, now, 30*time.Minute)
	k.until = now.Add(life - min(time.Minute, life/10))
	k.changes.Add(1)
	return nil
}

// lifeOf is how long a token lives. The moment is by the clock of the cluster,
// which may be far off ours: one that makes no sense is not believed.
func lifeOf(ends int64, now time.Time, usual time.Duration) time.Duration {
	if life := time.UnixMilli(ends).Sub(now); life > 0 && life <= usual {
		return life
	}
	return usual
}

// explainToken reads the error answers to requests for tokens.
func explainToken(a *rest.Answer) *op.Error {
	if a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden || a.Status == http.StatusBadRequest {
		return &op.Error{
			Kind: op.Unauthenticated,
			Hint: "check api_key, login_name (not the display name) and tenant of the connection, and this machine's clock: half an hour off is refused",
		}
	}
	return nil
}
