package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"runner/internal/op"
)

// ClientCredentials fetches tokens by the OAuth 2.0 client credentials grant
// from tokenPath below the client's base. A token is renewed five minutes
// before it ends (or when nine tenths of a shorter life are over), and once
// when it is refused. It serves one Client.
func ClientCredentials(tokenPath, id, secret string) Auth {
	return &clientCredentials{path: tokenPath, cfg: clientcredentials.Config{ClientID: id, ClientSecret: secret, AuthStyle: oauth2.AuthStyleInHeader}, lock: make(chan struct{}, 1)}
}

type clientCredentials struct {
	path   string
	cfg    clientcredentials.Config
	client *Client
	asked  atomic.Int64 // token requests that have ended

	lock    chan struct{} // a lock that can be given up waiting for; it guards what follows
	token   *oauth2.Token
	renewAt time.Time
	refusal *op.Error // how the last token request failed
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
	if a.acquire(refused.Context()) != nil {
		return false
	}
	defer a.release()
	if a.token != nil && refused.Header.Get("Authorization") == "Bearer "+a.token.AccessToken {
		a.token = nil
	}
	return true
}

func (a *clientCredentials) acquire(ctx context.Context) error {
	select {
	case a.lock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (a *clientCredentials) release() { <-a.lock }

func (a *clientCredentials) current(ctx context.Context) (string, error) {
	asked := a.asked.Load()
	if err := a.acquire(ctx); err != nil {
		return "", err
	}
	defer a.release()
	now := a.client.now()
	if a.token != nil && (a.renewAt.IsZero() || now.Before(a.renewAt)) {
		return a.token.AccessToken, nil
	}
	if a.refusal != nil && a.asked.Load() != asked {
		// Refused while this call waited, so it holds for this call too: a
		// wrong secret in fifty branches must not be fifty failed sign-ins.
		return "", a.refusal
	}
	token, err := a.fetch(ctx)
	if err != nil {
		return "", err
	}
	a.token, a.renewAt = token, time.Time{}
	if !token.Expiry.IsZero() {
		life := time.Until(token.Expiry).Round(time.Second)
		a.renewAt = now.Add(life - min(5*time.Minute, life/10))
	}
	return token.AccessToken, nil
}

func (a *clientCredentials) fetch(ctx context.Context) (*oauth2.Token, error) {
	// The request goes through the same transport, without the exchange of the
	// call it is for.
	own := context.WithValue(ctx, exchangeKey{}, nil)
	own = context.WithValue(own, oauth2.HTTPClient, a.client.http)
	token, err := a.cfg.Token(own)
	if _, ok := errors.AsType[*unsent](err); ok || err != nil && ctx.Err() != nil {
		return nil, err // it says nothing about the credentials
	}
	a.refusal = nil
	if err != nil {
		a.refusal = a.refused(ctx, err)
	}
	a.asked.Add(1)
	if a.refusal != nil {
		return nil, a.refusal
	}
	return token, nil
}

// refused reads the error of a token request. The call itself was not sent.
func (a *clientCredentials) refused(ctx context.Context, err error) *op.Error {
	if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return a.answered(&Answer{Status: answer.Response.StatusCode, Header: answer.Response.Header, Body: answer.Body})
	}
	_, ours := errors.AsType[*op.Error](err)
	_, redirect := errors.AsType[*redirectError](err)
	if !ours && !redirect { // the rest is what the library says of answers with 2xx
		return &op.Error{
			Kind: op.Garbled, RetryAfter: noWait, Cause: "no access token: the answer holds none",
			Hint: fmt.Sprintf("check the connection's url; tokens are asked for at %s", a.cfg.TokenURL),
		}
	}
	e := (&exchange{c: a.client, host: a.client.base.Host}).failure(ctx, err)
	e.Cause = "no access token: " + e.Cause
	return e
}

// answered reads an error answer. Nothing of it is wrapped: it could hold the
// secret, as its text might.
func (a *clientCredentials) answered(answer *Answer) *op.Error {
	e := &op.Error{
		Kind: op.Unauthenticated, Status: answer.Status, RequestID: requestID(answer.Header), RetryAfter: a.client.wait(answer.Status, answer.Header),
		Hint: "check client_id and client_secret of the connection, and that API access is switched on for their user",
	}
	switch k := kindOf(answer.Status, e.RetryAfter != noWait); k {
	case op.Limited, op.Unavailable, op.Timeout:
		e.Kind, e.Hint = k, ""
	case op.NotFound, op.Unsupported, op.Garbled:
		e.Kind, e.Hint = op.Garbled, fmt.Sprintf("check the connection's url; tokens are asked for at %s", a.cfg.TokenURL)
	}
	answer.Body = []byte(a.withoutSecret(string(answer.Body))) // first: a message is cut, and so might the secret be
	e.Cause = "no access token: " + a.withoutSecret(message(answer))
	return e
}

func (a *clientCredentials) withoutSecret(text string) string {
	if a.cfg.ClientSecret == "" {
		return text
	}
	return strings.ReplaceAll(text, a.cfg.ClientSecret, "[secret]")
}
