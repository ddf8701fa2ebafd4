package atscale

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file signs in: it exchanges what the settings hold for a token.

// auth is how the requests of a connection are signed, and as whom.
func (s Settings) auth(w op.World) (auth rest.Auth, as string, err error) {
	missing := func(setting, cause, hint string) error {
		return &op.Error{Kind: op.Invalid, Subject: "setting " + setting, Cause: cause, Hint: hint}
	}
	ways := 0
	for _, given := range []bool{s.Token != "", s.APIToken != "", s.Username != "" || s.Password != ""} {
		if given {
			ways++
		}
	}
	switch {
	case s.APIToken != "" && s.Edition == installerEdition:
		return nil, "", missing("api_token", "the installer edition has none", "give username and password")
	case ways > 1:
		return nil, "", missing("token", "there is more than one way to sign in", "give username and password, or one token")
	case s.Token != "":
		return rest.Bearer(s.Token), " with a token", nil
	case s.APIToken == "" && s.Username == "":
		hint := "give username and password"
		if s.Edition == containerEdition {
			hint = "give api_token, or username and password"
		}
		return nil, "", missing("username", "it is missing", hint)
	case s.APIToken == "" && s.Password == "":
		return nil, "", missing("password", "it is missing", "give the password of "+s.Username)
	}
	in := &signIn{s: s}
	if in.door, err = rest.New(s.Settings, w, rest.Options{Explain: in.explain}); err != nil {
		return nil, "", err
	}
	switch {
	case s.APIToken != "":
		return newTokens(in.exchange), " with an API token", nil
	case s.Edition == containerEdition:
		return newTokens(in.grant), " as " + s.Username, nil
	}
	return newTokens(in.basic), " as " + s.Username, nil
}

// A signIn asks for tokens.
type signIn struct {
	s    Settings
	door *rest.Client
}

// basic signs in to Design Center, which answers the bare token.
func (in *signIn) basic(ctx context.Context) (string, error) {
	pair := base64.StdEncoding.EncodeToString([]byte(in.s.Username + ":" + in.s.Password))
	a, err := in.door.Do(ctx, rest.Request{
		Method: http.MethodGet, Path: rest.Path(in.s.Organization, "auth"), Accept: "*/*",
		Header: http.Header{"Authorization": {"Basic " + pair}},
	})
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(a.Body))
	var quoted string
	if json.Unmarshal(a.Body, &quoted) == nil {
		token = quoted
	}
	return in.checked(token)
}

// exchange changes an API token for one that the calls take.
func (in *signIn) exchange(ctx context.Context) (string, error) {
	var answer struct {
		AccessToken string `json:"accessToken"`
	}
	err := in.door.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: "/v1/token", Body: struct{}{}, Safe: true,
		Header: http.Header{"Authorization": {"Bearer " + in.s.APIToken}},
	}, &answer)
	if err != nil {
		return "", err
	}
	return in.checked(answer.AccessToken)
}

// grant signs a user in at the Identity Broker.
func (in *signIn) grant(ctx context.Context) (string, error) {
	form := url.Values{
		"grant_type": {"password"}, "client_id": {cmp.Or(in.s.ClientID, "atscale-ai-link")},
		"username": {in.s.Username}, "password": {in.s.Password},
	}
	if in.s.ClientSecret != "" {
		form.Set("client_secret", in.s.ClientSecret)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	err := in.door.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: "/auth/realms/atscale/protocol/openid-connect/token", Raw: []byte(form.Encode()), Safe: true,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}, &answer)
	if err != nil {
		return "", err
	}
	return in.checked(answer.AccessToken)
}

// checked refuses what cannot be a token: a page to sign in on, for one.
func (in *signIn) checked(token string) (string, error) {
	if token == "" || strings.ContainsAny(token, " \t\r\n<>{}\"") {
		return "", &op.Error{
			Kind: op.Garbled, Cause: "the answer holds no token",
			Hint: "check the connection's url; a page to sign in on may be in the way. Where Basic sign-in is switched off, give a token",
		}
	}
	return token, nil
}

// explain reads why there is no token.
func (in *signIn) explain(a *rest.Answer) *op.Error {
	e := &op.Error{Cause: cmp.Or(in.withoutSecrets(vendorsWords(a.Body)), in.withoutSecrets(rest.Shorten(string(a.Body))))}
	switch {
	case strings.HasPrefix(e.Cause, "<") || e.Cause == "":
		e.Cause = http.StatusText(a.Status)
	}
	switch a.Status {
	case 400, 401, 403:
		e.Kind, e.Hint = op.Unauthenticated, "check username and password of the connection, and that Basic sign-in is not switched off for its organization"
		if in.s.Edition == containerEdition {
			e.Hint = "check the connection's api_token (it ends after 90 days), or its username, password and client_id"
		}
	case 404, 405: // not that something asked for is not there
		e.Kind, e.Hint = op.Garbled, "check the connection's url and organization"
	}
	return e
}

func (in *signIn) withoutSecrets(text string) string {
	for _, secret := range []string{in.s.Password, in.s.APIToken, in.s.ClientSecret} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[secret]")
		}
	}
	return text
}

// newTokens are the credentials of a connection, shared by its doors. A token is
// renewed five minutes before it ends (or when nine tenths of a shorter life
// are over).
func newTokens(fetch func(context.Context) (string, error)) *rest.Tokens {
	return rest.NewTokens(func(ctx context.Context) (string, time.Duration, error) {
		token, err := fetch(ctx)
		life := lifeOf(token)
		return token, life - min(5*time.Minute, life/10), err
	})
}

// usualLife is how long a token lives if it does not say so itself.
const usualLife = time.Hour

// lifeOf is how long a token lives by its own claims. Both are the server's, so
// no clock of ours is compared with it.
func lifeOf(token string) time.Duration {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return usualLife
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return usualLife
	}
	var claims struct {
		Issued  float64 `json:"iat"`
		Expires float64 `json:"exp"`
	}
	if json.Unmarshal(b, &claims) != nil || claims.Issued <= 0 || claims.Expires <= claims.Issued {
		return usualLife
	}
	return time.Duration(min(claims.Expires-claims.Issued, 1e8) * float64(time.Second))
}
