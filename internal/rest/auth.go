package rest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"runner/internal/op"
)

// Auth adds credentials to requests. It must be safe for concurrent use.
type Auth interface {
	// Authorize adds credentials to a request that is about to be sent; it may
	// have to fetch them first.
	Authorize(*http.Request) error
	// Renew is told of a request that was answered 401, and reports whether
	// other credentials are worth a second try.
	Renew(refused *http.Request) bool
}

// Bearer is a token that does not change.
func Bearer(token string) Auth { return fixed("Bearer " + token) }

// Basic is a user and a password.
func Basic(user, password string) Auth {
	return fixed("Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

type fixed string

func (f fixed) Authorize(r *http.Request) error {
	r.Header.Set("Authorization", string(f))
	return nil
}

func (f fixed) Renew(*http.Request) bool { return false }

// ClientCredentials fetches tokens by the OAuth 2.0 client credentials grant
// from tokenPath below the client's base. A token is renewed five minutes
// before it ends (or when nine tenths of a shorter life are over), and once
// when it is refused.
func ClientCredentials(tokenPath, id, secret string) Auth {
	return &clientCredentials{path: tokenPath, cfg: clientcredentials.Config{ClientID: id, ClientSecret: secret, AuthStyle: oauth2.AuthStyleInHeader}, lock: make(chan struct{}, 1)}
}

type clientCredentials struct {
	path    string
	cfg     clientcredentials.Config
	client  *Client
	lock    chan struct{} // a lock that can be given up waiting for
	token   *oauth2.Token
	renewAt time.Time
}

func (a *clientCredentials) bind(c *Client) {
	a.client = c
	a.cfg.TokenURL = c.base.String() + a.path
}

func (a *clientCredentials) Authorize(r *http.Request) error {
	token, err := a.current(r.Context())
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// Renew drops the refused token, unless another request has done so already.
func (a *clientCredentials) Renew(refused *http.Request) bool {
	a.lock <- struct{}{}
	defer func() { <-a.lock }()
	if a.token != nil && refused.Header.Get("Authorization") == "Bearer "+a.token.AccessToken {
		a.token = nil
	}
	return true
}

func (a *clientCredentials) current(ctx context.Context) (string, error) {
	select {
	case a.lock <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-a.lock }()
	now := a.client.now()
	if a.token != nil && (a.renewAt.IsZero() || now.Before(a.renewAt)) {
		return a.token.AccessToken, nil
	}
	// The request goes through the same transport, without the exchange of the
	// call it is for: its failures are its own.
	ctx = context.WithValue(ctx, exchangeKey{}, nil)
	ctx = context.WithValue(ctx, oauth2.HTTPClient, a.client.http)
	token, err := a.cfg.Token(ctx)
	if err != nil {
		return "", a.refused(ctx, err)
	}
	a.token, a.renewAt = token, time.Time{}
	if !token.Expiry.IsZero() {
		life := time.Duration(token.ExpiresIn) * time.Second
		a.renewAt = now.Add(life - min(5*time.Minute, life/10))
	}
	return token.AccessToken, nil
}

// refused reads the error of a token request. The call itself was not sent.
func (a *clientCredentials) refused(ctx context.Context, err error) *op.Error {
	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		x := &exchange{c: a.client}
		e := *x.failure(ctx, err)
		e.Cause = "no access token: " + e.Cause
		return &e
	}
	status := answer.Response.StatusCode
	e := &op.Error{
		Kind: op.Unauthenticated, Status: status, RetryAfter: a.client.retryAfter(answer.Response.Header),
		Hint: "check client_id and client_secret of the connection, and that API access is switched on for their user",
	}
	said := message(&Answer{Status: status, Header: answer.Response.Header, Body: answer.Body})
	switch k := kindOf(status, e.RetryAfter != noWait); {
	case status >= 200 && status < 300:
		e.Kind, e.Hint, said = op.Garbled, "check the connection's url", "the answer holds no token"
	case k == op.Limited || k == op.Unavailable || k == op.Timeout:
		e.Kind, e.Hint = k, ""
	case k == op.NotFound || k == op.Unsupported:
		e.Kind, e.Hint = op.Garbled, fmt.Sprintf("check the connection's url; tokens are asked for at %s", a.cfg.TokenURL)
	}
	e.Cause = "no access token: " + said
	e.Wrap(err)
	return e
}
