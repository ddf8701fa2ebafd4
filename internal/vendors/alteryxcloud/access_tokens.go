package alteryxcloud

import (
	"context"
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const tokensPage = "https://help.alteryx.com/aac/en/platform/profile/preferences-page/access-tokens-page.html; "

var accessTokenOperations = []*op.Operation{
	listAccessTokens, createAccessToken, getAccessToken, deleteAccessToken, getOAuthToken,
}

// AccessToken is an API access token without its value.
type AccessToken struct {
	TokenID     string             `json:"tokenId" lua:"token_id,key" doc:"Id."`
	Description op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"What it is for."`
	CreatedAt   op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	ExpiredAt   op.Opt[op.RFC3339] `json:"expiredAt,omitzero" lua:"expired_at" doc:"When it ends; absent if it does not."`
	LastUsed    op.Opt[op.RFC3339] `json:"lastUsed,omitzero" lua:"last_used,noise" doc:"When it was used last; absent if it was not."`
	Person      op.Raw             `json:"person,omitzero" lua:"person" doc:"Whose it is: id, name and email."`
	Extra       op.Extra           `json:",embed"`
}

var listAccessTokens = op.New(op.Operation{
	Name: "alteryx_cloud.list_api_access_tokens",
	Doc: `Lists the caller's API access tokens, without their values.

All of them, in the vendor's order; there is no paging. Whether an admin sees those of others the vendor does not say.
OAuth 2.0 API tokens are not among them.`,
	Source:      tokensPage + spec + "GET /v4/apiAccessTokens",
	Example:     `for _, t in ipairs(alteryx_cloud.list_api_access_tokens {}) do print(t.token_id, t.description) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "API access token",
	Shows:       op.Many(accessToken, nil),
}, func(ctx context.Context, c *client, in nothing) ([]AccessToken, error) {
	return whole[AccessToken](ctx, c.plain, rest.Path("v4", "apiAccessTokens"), nil)
})

// CreateAccessToken is the input of alteryx_cloud.create_api_access_token.
type CreateAccessToken struct {
	LifetimeSeconds int64          `json:"lifetimeSeconds" lua:"lifetime_seconds,required" doc:"How long it is good, in seconds; -1 for ever, if the workspace allows."`
	Description     op.Opt[string] `json:"description,omitzero" lua:"description,key" doc:"What it is for. Make it unique: only by it can a token be found whose creation got no answer."`
}

// NewAccessToken is a new API access token with its value.
type NewAccessToken struct {
	TokenValue string `json:"-" lua:"token_value,secret" doc:"The token itself: it is shown this once."`
	AccessToken
}

var createAccessToken = op.New(op.Operation{
	Name: "alteryx_cloud.create_api_access_token",
	Doc: `Creates an API access token of the caller, and answers its value.

The value is shown this once: keep it at once. Tokens of this kind are deprecated, and still work. Raises invalid if the
workspace does not allow the lifetime, and denied if it does not allow such tokens.`,
	Source:  tokensPage + spec + "POST /v4/apiAccessTokens",
	Example: `local token = alteryx_cloud.create_api_access_token { lifetime_seconds = 7776000, description = "etl 2026-03" }`,
	Effect:  op.Write,
	Object:  "API access token",
	Shows:   op.Created(accessToken),
	Changes: []op.Change{op.Creates(accessToken, op.With{"last_used": op.Is(nil), "expired_at": func(s *op.Scene, f string) (any, bool) {
		if op.Same(s.Args["lifetime_seconds"], op.Tree([]byte("-1"))) == op.Yes {
			return nil, true
		}
		return s.Vague(f), true
	}})},
	Inverse: op.Deletes("delete_api_access_token", "token_id", "token_id"),
}, func(ctx context.Context, c *client, in CreateAccessToken) (t NewAccessToken, err error) {
	var answer struct {
		Value string      `json:"tokenValue"`
		Info  AccessToken `json:"tokenInfo"`
	}
	err = c.plain.Post(ctx, rest.Path("v4", "apiAccessTokens"), in, &answer)
	return NewAccessToken{TokenValue: answer.Value, AccessToken: answer.Info}, err
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateAccessToken, since time.Time) (t NewAccessToken, landed bool, err error) {
	list, err := whole[AccessToken](ctx, c.plain, rest.Path("v4", "apiAccessTokens"), nil)
	if err != nil {
		return t, false, err
	}
	found, err := newest(list, since, func(t AccessToken) bool { return t.Description.Or("") == in.Description.Or("") }, func(t AccessToken) op.RFC3339 { return t.CreatedAt.Value })
	if err != nil || len(found) == 0 {
		return t, false, err
	}
	// One is there, and its value is lost: no read shows it.
	return t, false, &op.Error{
		Kind: op.InDoubt, Subject: "API access token " + found[0].TokenID, RetryAfter: -1,
		Cause: "the call seems to have landed, and the value of the token is lost",
		Hint:  "delete it with delete_api_access_token, and create another",
	}
}))

// GetAccessToken is the input of alteryx_cloud.get_api_access_token.
type GetAccessToken struct {
	TokenID string `json:"-" lua:"token_id,required,key" doc:"Token to read: its id, not its value."`
}

var getAccessToken = op.New(op.Operation{
	Name: "alteryx_cloud.get_api_access_token",
	Doc: `Reads one API access token, without its value.

Raises not_found if there is no such token.`,
	Source:      spec + "GET /v4/apiAccessTokens/{tokenId}",
	Example:     `print(alteryx_cloud.get_api_access_token { token_id = "0bc1d49f-5475-4c62-a0ba-6ad269389ada" }.last_used)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "API access token",
	Shows:       op.One(accessToken, "token_id"),
}, func(ctx context.Context, c *client, in GetAccessToken) (t AccessToken, err error) {
	return t, c.plain.Get(ctx, rest.Path("v4", "apiAccessTokens", in.TokenID), nil, &t)
})

var deleteAccessToken = op.New(op.Operation{
	Name: "alteryx_cloud.delete_api_access_token",
	Doc: `Revokes an API access token.

It stops working at once. Take care not to revoke the one that the connection uses. Raises not_found if there is no such
token.`,
	Source:      tokensPage + spec + "DELETE /v4/apiAccessTokens/{tokenId}",
	Example:     `alteryx_cloud.delete_api_access_token { token_id = "0bc1d49f-5475-4c62-a0ba-6ad269389ada" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "API access token",
	Changes:     []op.Change{op.Removes(accessToken, "token_id")},
}, func(ctx context.Context, c *client, in GetAccessToken) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "apiAccessTokens", in.TokenID)}, nil)
})

// OAuthToken is the record of an OAuth 2.0 API token.
type OAuthToken struct {
	SID         string             `json:"sid" lua:"sid,key" doc:"Id of the record."`
	Name        string             `json:"name" lua:"name" doc:"Name."`
	Status      string             `json:"status" lua:"status" doc:"Enabled, Disabled by User, Disabled by Admin or Expired."`
	TokenType   op.Opt[string]     `json:"tokenType,omitzero" lua:"token_type" doc:"Workspace or Billing Account."`
	AccessScope op.Opt[string]     `json:"accessScope,omitzero" lua:"access_scope" doc:"Full Access or Custom Access."`
	Scopes      op.Raw             `json:"scopes,omitzero" lua:"scopes" doc:"Scopes, as the vendor answers them."`
	ClientID    op.Opt[string]     `json:"clientId,omitzero" lua:"client_id" doc:"Client id."`
	Issuer      op.Opt[string]     `json:"issuer,omitzero" lua:"issuer" doc:"Address that issues its access tokens."`
	ExpiredAt   op.Opt[op.RFC3339] `json:"expiredAt,omitzero" lua:"expired_at" doc:"When the refresh token ends."`
	CreatedAt   op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	ActiveAt    op.Opt[op.RFC3339] `json:"activeAt,omitzero" lua:"active_at,noise" doc:"When it was used last."`
	Extra       op.Extra           `json:",embed"`
}

// GetOAuthToken is the input of alteryx_cloud.get_oauth_api_token.
type GetOAuthToken struct {
	SID       string `json:"-" lua:"sid,required,key" doc:"Id of the record."`
	TokenType string `json:"tokenType" lua:"token_type" default:"Workspace" doc:"Workspace, or Billing Account."`
}

var getOAuthToken = op.New(op.Operation{
	Name: "alteryx_cloud.get_oauth_api_token",
	Doc: `Reads the record of an OAuth 2.0 API token, without the token.

The vendor means it for callers of its own, and may refuse. There is no list, and no call that disables or deletes one:
that is done by hand. Raises not_found if there is no such record.`,
	Source:      spec + "GET /v4/oAuth2ApiTokens/{sid}",
	Example:     `print(alteryx_cloud.get_oauth_api_token { sid = "ZqX1" }.status)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "OAuth API token",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, in GetOAuthToken) (t OAuthToken, err error) {
	if in.TokenType == "" {
		in.TokenType = "Workspace"
	}
	return t, c.plain.Get(ctx, rest.Path("v4", "oAuth2ApiTokens", in.SID), rest.Query(in), &t)
})
