package alteryxcloud

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file signs requests. There are two kinds of credentials: an API access
// token is sent as it is; an OAuth refresh token is changed for an access token
// of five minutes and for the next refresh token. The rules for the latter are:
//
//   - A refresh token works once. What follows it is on disk, by the token store,
//     before the access token that came with it is used.
//   - One process at a time refreshes: the store sees to that.
//   - A refresh that was begun is not cut off, not even by the end of the run: its
//     answer is the only copy of the next token.
//   - If the store cannot keep a new token, it is held in memory, and the next
//     call tries to store it before anything else.

// auth is how the requests of a connection are signed, and as whom.
func (s Settings) auth(w op.World) (auth rest.Auth, as string, err error) {
	invalid := func(setting, cause, hint string) error {
		return &op.Error{Kind: op.Invalid, Subject: "setting " + setting, Cause: cause, Hint: hint}
	}
	access, refresh := strings.TrimSpace(s.AccessToken), strings.TrimSpace(s.RefreshToken)
	switch {
	case refresh == "" && access == "":
		return nil, "", invalid("refresh_token", "it is missing", "give the refresh_token of an OAuth 2.0 API token, or an access_token")
	case refresh == "":
		return rest.Bearer(access), " with an API access token", nil
	}
	issuer, clientID := claims(access)
	issuer = strings.TrimRight(cmp.Or(strings.TrimSpace(s.Issuer), issuer, issuers[s.Region]), "/")
	clientID = cmp.Or(strings.TrimSpace(s.ClientID), clientID)
	switch {
	case issuer == "":
		return nil, "", invalid("issuer", "it is missing", "give the address that the user's preferences show, or the access_token that came with the refresh_token")
	case clientID == "":
		return nil, "", invalid("client_id", "it is missing", "give the one that the user's preferences show, or the access_token that came with the refresh_token")
	}
	t := &tokens{given: refresh, clientID: clientID, store: w.Tokens}
	at := s.Settings
	at.URL = issuer
	if t.issuer, err = rest.New(at, w, rest.Options{Explain: t.explain, WaitHeaders: []string{"X-Retry-After"}}); err != nil {
		var e *op.Error
		if errors.As(err, &e) && e.Subject == "setting url" {
			own := *e
			own.Subject = "setting issuer"
			err = &own
		}
		return nil, "", err
	}
	// The name of what is kept follows from the token that was given, so a new
	// one made by hand begins anew.
	sum := sha256.Sum256([]byte(issuer + "\n" + clientID + "\n" + refresh))
	t.name = "alteryx_cloud-" + hex.EncodeToString(sum[:12])
	return rest.NewTokens(t.fetch), " with OAuth client " + clientID, nil
}

// claims are what an OAuth access token says of its issuer and client. It is
// not checked: it only saves typing.
func claims(token string) (issuer, clientID string) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", ""
	}
	var c struct {
		Issuer   string `json:"iss"`
		ClientID string `json:"client_id"`
	}
	_ = json.Unmarshal(payload, &c) // or they stay empty
	return c.Issuer, c.ClientID
}

// tokens are the OAuth tokens of a connection, shared by its two hosts. Its
// methods are not called twice at the same time: see [rest.NewTokens].
type tokens struct {
	given    string // the refresh token of the settings
	clientID string
	name     string // of what the store keeps
	store    op.TokenStore
	issuer   *rest.Client
	held     *pair // a new pair that could not be stored yet
	lost     bool  // the answer to a refresh was lost
}

// A pair is what a refresh answers.
type pair struct {
	from    string // the refresh token that it was had for
	refresh string
	access  string
	life    time.Duration
}

// fetch gets an access token, which is renewed when nine tenths of its life are
// over.
func (t *tokens) fetch(ctx context.Context) (string, time.Duration, error) {
	p, err := t.renewed(ctx)
	if err != nil {
		return "", 0, t.failed(ctx, err)
	}
	t.lost = false
	return p.access, p.life - p.life/10, nil
}

// renewed uses the refresh token up, and has the next one kept.
func (t *tokens) renewed(ctx context.Context) (p *pair, err error) {
	if t.store == nil {
		return nil, &op.Error{
			Kind:  op.Unauthenticated,
			Cause: "the refresh token changes with every use, and there is nowhere to keep the next one; it was not used",
			Hint:  "run where state can be kept, or give an access_token that does not rotate",
		}
	}
	err = t.store.Update(ctx, t.name, func(kept string) (string, error) {
		from := cmp.Or(kept, t.given)
		if t.held != nil && t.held.from == from {
			p = t.held
			return p.refresh, nil
		}
		var err error
		if p, err = t.refresh(ctx, from); err != nil {
			return "", err
		}
		t.held = p
		return p.refresh, nil
	})
	if err == nil {
		t.held = nil
		return p, nil
	}
	if _, ours := errors.AsType[*op.Error](err); !ours && ctx.Err() == nil {
		err = (&op.Error{
			Kind: op.Unavailable, Cause: "the next refresh token could not be kept: " + err.Error(),
			Hint: "see to it that the runner's state can be written, before this run ends",
		}).Wrap(err)
	}
	return nil, err
}

// refresh asks for the next pair. The request has its own time-out only: the
// end of the call or the run must not cut it off.
func (t *tokens) refresh(ctx context.Context, token string) (*pair, error) {
	var answer struct {
		Access  string         `json:"access_token"`
		Refresh string         `json:"refresh_token"`
		Expires jsontext.Value `json:"expires_in"` // a number or, in the vendor's document, a text
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {t.clientID}}
	// Without the call's rules: it is sent once, and nothing stops it halfway.
	err := t.issuer.JSON(rest.WithRules(context.WithoutCancel(ctx), nil), rest.Request{
		Method: http.MethodPost, Path: "/token", Raw: []byte(form.Encode()),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}, &answer)
	if e, ok := errors.AsType[*op.Error](err); ok {
		own := *e
		own.Cause = withoutSecret(own.Cause, token)
		if own.Sent && own.Status < 300 { // none, or one that cannot be read
			t.lost = true
		}
		return nil, &own
	}
	if err != nil {
		return nil, err
	}
	if answer.Access == "" || strings.ContainsAny(answer.Access, " \t\r\n<>{}\"") {
		return nil, &op.Error{Kind: op.Garbled, Cause: "the answer holds no access token", Hint: "check the connection's issuer"}
	}
	seconds, err := strconv.ParseFloat(string(bytes.Trim(answer.Expires, `"`)), 64)
	if err != nil || seconds <= 0 {
		seconds = 300 // what the vendor's page says
	}
	// An issuer that does not rotate answers no new one.
	return &pair{from: token, refresh: cmp.Or(answer.Refresh, token), access: answer.Access, life: time.Duration(min(seconds, 86400) * float64(time.Second))}, nil
}

// explain reads why there is no token.
func (t *tokens) explain(a *rest.Answer) *op.Error {
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(a.Body, &body) // or it is no JSON
	if a.Status != 400 && a.Status != 401 && a.Status != 403 {
		return nil
	}
	e := &op.Error{Kind: op.Unauthenticated, Cause: cmp.Or(body.Description, body.Error)}
	switch body.Error {
	case "invalid_client", "unauthorized_client":
		e.Hint = "check client_id and issuer of the connection"
	default:
		e.Hint = "the refresh token was used elsewhere, disabled or has expired: make a new OAuth 2.0 API token in the user's preferences, and set its refresh_token"
	}
	return e
}

// failed adds to the error of a refresh that a token may be lost.
func (t *tokens) failed(ctx context.Context, err error) error {
	ours, ok := errors.AsType[*op.Error](err)
	if !ok || ctx.Err() != nil {
		return err
	}
	e := *ours
	switch {
	case e.Kind == op.Unauthenticated && t.lost:
		e.Cause += "; the answer to the refresh before was lost, and with it the next token"
	case t.lost && e.Status < 300:
		e.Hint = "if the refresh token is refused from now on, make a new OAuth 2.0 API token in the user's preferences"
	}
	return &e
}

func withoutSecret(text, secret string) string {
	if secret == "" {
		return text
	}
	return strings.ReplaceAll(text, secret, "[secret]")
}

// project adds the header that the API host asks for in places.
type project struct {
	rest.Auth
	id string
}

func (p project) Authorize(r *http.Request) error {
	r.Header.Set("X-Api-Project-Id", p.id)
	return p.Auth.Authorize(r)
}
