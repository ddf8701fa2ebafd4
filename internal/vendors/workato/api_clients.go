package workato

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file holds those who call published APIs. They are not those who call
// the Developer API.

var platformClientOperations = []*op.Operation{
	listPlatformClients, getPlatformClient, createPlatformClient, updatePlatformClient, deletePlatformClient,
	listAPIKeys, createAPIKey, updateAPIKey, startAPIKey, stopAPIKey, rotateAPIKeySecret, deleteAPIKey,
}

// PlatformClient calls published APIs.
type PlatformClient struct {
	ID             Int                `json:"id" lua:"id,key" doc:"Id."`
	Name           string             `json:"name" lua:"name" doc:"Name."`
	Description    op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	AuthType       op.Opt[string]     `json:"auth_type,omitzero" lua:"auth_type" doc:"token, jwt, oauth2 or oidc."`
	ProjectID      op.Opt[ID]         `json:"project_id,omitzero" lua:"project_id" doc:"Its project; absent if it has none."`
	APICollections op.Opt[[]op.Raw]   `json:"api_collections,omitzero" lua:"api_collections" doc:"Collections that it may call."`
	APIPolicies    op.Opt[[]op.Raw]   `json:"api_policies,omitzero" lua:"api_policies" doc:"Policies; absent if there are none."`
	MTLSEnabled    op.Opt[bool]       `json:"mtls_enabled,omitzero" lua:"mtls_enabled" doc:"Whether it has to show a certificate."`
	Email          op.Opt[string]     `json:"email,omitzero" lua:"email" doc:"E-mail address of its contact."`
	APIKeys        op.Opt[[]APIKey]   `json:"api_keys,omitzero" lua:"api_keys" doc:"Its keys; absent from lists."`
	CreatedAt      op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt      op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra          op.Extra           `json:",embed"`
}

// withoutKeys makes a view one that does not show the keys of a client.
func withoutKeys(v *op.View) *op.View {
	v.Fields = func(op.Args) []string {
		return []string{
			"id", "name", "description", "auth_type", "project_id", "api_collections", "api_policies", "mtls_enabled", "email",
			"created_at", "updated_at",
		}
	}
	return v
}

// ListPlatformClients is the input of workato.list_api_platform_clients.
type ListPlatformClients struct {
	ProjectID     op.Opt[int64] `json:"project_id,omitzero" lua:"project_id" doc:"Only clients of this project."`
	CertBundleIDs []string      `json:"-" lua:"cert_bundle_ids" doc:"Only clients with these bundles of certificates."`
}

var listPlatformClients = op.NewList(op.Operation{
	Name: "workato.list_api_platform_clients",
	Doc: `Lists the clients of published APIs.

All that match, in Workato's order. Who calls the Developer API is list_developer_api_clients.`,
	Source:      platformPage,
	Example:     `for c in iter(workato.list_api_platform_clients) do print(c.id, c.name, c.auth_type) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "API platform client",
	Shows:       withoutKeys(op.Many(platformClient, nil)),
}, func(ctx context.Context, c *client, in ListPlatformClients, cursor string) ([]PlatformClient, string, error) {
	return page[PlatformClient](ctx, c, rest.Path("v2", "api_clients"), with(query(in), "cert_bundle_ids[]", in.CertBundleIDs), byPage, cursor)
})

// PlatformClientID is the input of operations that take no more than a client.
type PlatformClientID struct {
	ID int64 `json:"-" lua:"api_platform_client_id,required,key" doc:"Client that is meant."`
}

var getPlatformClient = op.New(op.Operation{
	Name: "workato.get_api_platform_client",
	Doc: `Reads one client of published APIs.

Raises not_found if there is no such client.`,
	Source:      platformPage,
	Example:     `print(workato.get_api_platform_client { api_platform_client_id = 18 }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "API platform client",
	Shows:       unless(op.One(platformClient, "api_platform_client_id"), apiKeys),
}, func(ctx context.Context, c *client, in PlatformClientID) (p PlatformClient, err error) {
	return p, c.get(ctx, rest.Path("v2", "api_clients", in.ID), nil, &p)
})

// PlatformClientFields are what creates and updates share.
type PlatformClientFields struct {
	ProjectID          op.Opt[int64]   `json:"project_id,omitzero" lua:"project_id" doc:"Project it belongs to."`
	Description        op.Opt[string]  `json:"description,omitzero" lua:"description" doc:"Description."`
	APIPolicyID        op.Opt[int64]   `json:"api_policy_id,omitzero" lua:"api_policy_id" doc:"Policy."`
	APIPortalID        op.Opt[int64]   `json:"api_portal_id,omitzero" lua:"api_portal_id" doc:"Portal; email is required then."`
	Email              op.Opt[string]  `json:"email,omitzero" lua:"email" doc:"E-mail address of its contact."`
	JWTMethod          op.Opt[string]  `json:"jwt_method,omitzero" lua:"jwt_method" enum:"hmac rsa" doc:"How its JWTs are signed; required for jwt."`
	JWTSecret          op.Opt[string]  `json:"jwt_secret,omitzero" lua:"jwt_secret,secret" doc:"Secret or public key for them; required for jwt."`
	OIDCIssuer         op.Opt[string]  `json:"oidc_issuer,omitzero" lua:"oidc_issuer" doc:"Issuer for oidc; not with oidc_jwks_uri."`
	OIDCJWKSURI        op.Opt[string]  `json:"oidc_jwks_uri,omitzero" lua:"oidc_jwks_uri" doc:"Address of keys for oidc; not with oidc_issuer."`
	AccessProfileClaim op.Opt[string]  `json:"access_profile_claim,omitzero" lua:"access_profile_claim" doc:"Claim that names the profile."`
	RequiredClaims     []string        `json:"required_claims,omitzero" lua:"required_claims" doc:"Claims that have to be there."`
	AllowedIssuers     []string        `json:"allowed_issuers,omitzero" lua:"allowed_issuers" doc:"Issuers that are accepted."`
	MTLSEnabled        op.Opt[bool]    `json:"mtls_enabled,omitzero" lua:"mtls_enabled" doc:"Whether it has to show a certificate."`
	ValidationFormula  op.Opt[string]  `json:"validation_formula,omitzero" lua:"validation_formula" doc:"Formula that a certificate has to fit."`
	CertBundleIDs      op.Opt[[]int64] `json:"cert_bundle_ids,omitzero" lua:"cert_bundle_ids" doc:"Bundles that certificates are checked by."`
}

// CreatePlatformClient is the input of workato.create_api_platform_client.
type CreatePlatformClient struct {
	Name             string  `json:"name" lua:"name,required,key" doc:"Name."`
	APICollectionIDs []int64 `json:"api_collection_ids" lua:"api_collection_ids,required" doc:"Collections that it may call."`
	AuthType         string  `json:"auth_type" lua:"auth_type,required" enum:"token jwt oauth2 oidc" doc:"How it signs in."`
	PlatformClientFields
}

// The vendor's own client sends the collections as texts, the specification
// declares numbers: numbers are sent.
var createPlatformClient = op.New(op.Operation{
	Name: "workato.create_api_platform_client",
	Doc: `Creates a client of published APIs.

With create_api_key it gets a key. Raises invalid if Workato refuses a value.`,
	Source:  platformPage,
	Example: `local id = workato.create_api_platform_client { name = "Web shop", api_collection_ids = { 1361 }, auth_type = "token" }.id`,
	Effect:  op.Write,
	Object:  "API platform client",
	Shows:   op.Created(platformClient),
	Changes: []op.Change{op.Creates(platformClient, op.With{"project_id": projectText}), op.Stirs(apiKeys)},
	Inverse: op.Deletes("delete_api_platform_client", "api_platform_client_id", "id"),
}, func(ctx context.Context, c *client, in CreatePlatformClient) (p PlatformClient, err error) {
	return p, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("v2", "api_clients"), Body: in}, &p)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreatePlatformClient, since time.Time) (p PlatformClient, landed bool, err error) {
	all, err := everything[PlatformClient](ctx, c, rest.Path("v2", "api_clients"), nil, byPage)
	if err != nil {
		return p, false, err
	}
	found, err := newest(all, since, func(x PlatformClient) bool { return x.Name == in.Name }, func(x PlatformClient) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return p, false, err
	}
	return theOne(found, "API platform client "+in.Name)
}))

// projectText is the project of a client, which answers tell as text.
func projectText(s *op.Scene, _ string) (any, bool) {
	id, ok := s.Args["project_id"]
	if !ok {
		return nil, false
	}
	return textOf(id), true
}

// UpdatePlatformClient is the input of workato.update_api_platform_client.
type UpdatePlatformClient struct {
	ID               int64           `json:"-" lua:"api_platform_client_id,required,key" doc:"Client to change."`
	Name             op.Opt[string]  `json:"name,omitzero" lua:"name" doc:"New name."`
	APICollectionIDs op.Opt[[]int64] `json:"api_collection_ids,omitzero" lua:"api_collection_ids" doc:"Collections that it may call from now on."`
	AuthType         op.Opt[string]  `json:"auth_type,omitzero" lua:"auth_type" enum:"token jwt oauth2 oidc" doc:"How it signs in."`
	PlatformClientFields
}

// The answer is unconfirmed: nothing is read of it. So is what becomes of
// fields that are left out.
var updatePlatformClient = op.New(op.Operation{
	Name: "workato.update_api_platform_client",
	Doc: `Changes the given fields of a client of published APIs.

Only what is given is sent. Raises not_found if there is no such client, and invalid if Workato refuses a value.`,
	Source:      platformPage,
	Example:     `workato.update_api_platform_client { api_platform_client_id = 18, name = "Web shop (EU)" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "API platform client",
	Changes: []op.Change{
		op.Sets(platformClient, "api_platform_client_id", op.With{
			"project_id": projectText, "api_collections": op.If(op.Vague(), "api_collection_ids"), "api_policies": op.If(op.Vague(), "api_policy_id"),
		}),
		op.Hides(platformClient, "api_platform_client_id"),
	},
}, func(ctx context.Context, c *client, in UpdatePlatformClient) (op.None, error) {
	if err := changing(in); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("v2", "api_clients", in.ID), Body: in})
})

var deletePlatformClient = op.New(op.Operation{
	Name: "workato.delete_api_platform_client",
	Doc: `Deletes a client of published APIs with its keys.

Its calls are refused at once. Raises not_found if there is no such client.`,
	Source:      platformPage,
	Example:     `workato.delete_api_platform_client { api_platform_client_id = 18 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "API platform client",
	Changes:     []op.Change{op.Removes(platformClient, "api_platform_client_id"), op.Stirs(apiKeys)},
}, func(ctx context.Context, c *client, in PlatformClientID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("v2", "api_clients", in.ID)})
})

// APIKey is a key of a client of published APIs.
type APIKey struct {
	ID          Int                `json:"id" lua:"id,key" doc:"Id."`
	Name        op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	AuthType    op.Opt[string]     `json:"auth_type,omitzero" lua:"auth_type" doc:"token, jwt, oauth2 or oidc."`
	Active      op.Opt[bool]       `json:"active,omitzero" lua:"active" doc:"Whether it is accepted."`
	ActiveSince op.Opt[op.RFC3339] `json:"active_since,omitzero" lua:"active_since" doc:"Since when it is."`
	IPAllowList op.Opt[[]string]   `json:"ip_allow_list,omitzero" lua:"ip_allow_list" doc:"Addresses it may be used from; absent if any."`
	IPDenyList  op.Opt[[]string]   `json:"ip_deny_list,omitzero" lua:"ip_deny_list" doc:"Addresses it may not be used from; absent if none."`
	AuthToken   op.Opt[string]     `json:"auth_token,omitzero" lua:"auth_token,secret" doc:"The secret itself; for certain only in the answers that make it."`
	Extra       op.Extra           `json:",embed"`
}

// changesKeys is what follows from a change of a key, whose own fields no read
// of one object shows.
func changesKeys(s *op.Scene) {
	op.Hides(platformClient, "api_platform_client_id")(s)
	op.Unsettles(platformClient, "api_platform_client_id", "api_keys")(s)
	op.Stirs(apiKeys)(s)
}

func keysPath(in PlatformClientID, more ...any) string {
	return rest.Path(append([]any{"v2", "api_clients", in.ID, "api_keys"}, more...)...)
}

var listAPIKeys = op.NewList(op.Operation{
	Name: "workato.list_api_keys",
	Doc: `Lists the keys of a client of published APIs.

All of them, in Workato's order. Raises not_found if there is no such client.`,
	Source:      platformPage,
	Example:     `for k in iter(workato.list_api_keys, { api_platform_client_id = 18 }) do print(k.id, k.name, k.active) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "keys of API platform client",
	Shows:       within(op.Blind(apiKeys), platformClient, "api_platform_client_id"),
}, func(ctx context.Context, c *client, in PlatformClientID, cursor string) ([]APIKey, string, error) {
	return page[APIKey](ctx, c, keysPath(in), url.Values{}, byPage, cursor)
})

// APIKeyFields are what creates and updates of keys take.
type APIKeyFields struct {
	Name        string   `json:"name" lua:"name,required" doc:"Name."`
	Active      bool     `json:"active" lua:"active,required" doc:"Whether it is accepted."`
	IPAllowList []string `json:"ip_allow_list,omitzero" lua:"ip_allow_list" doc:"Addresses it may be used from; any if omitted."`
	IPDenyList  []string `json:"ip_deny_list,omitzero" lua:"ip_deny_list" doc:"Addresses it may not be used from; none if omitted."`
}

// CreateAPIKey is the input of workato.create_api_key.
type CreateAPIKey struct {
	PlatformClientID
	APIKeyFields
}

// No probe: nothing tells for certain since when a key is there, and its secret
// can be read nowhere for certain.
var createAPIKey = op.New(op.Operation{
	Name: "workato.create_api_key",
	Doc: `Creates a key for a client of published APIs.

Its secret, auth_token, is in this answer: store it at once. No read is certain to show it later; if the answer is lost,
rotate_api_key_secret makes another. A client has 20 keys at most. Raises not_found if there is no such client, and
invalid if Workato refuses a value.`,
	Source:  platformPage,
	Example: `local secret = workato.create_api_key { api_platform_client_id = 18, name = "2027", active = true }.auth_token`,
	Effect:  op.Write,
	Object:  "key of API platform client",
	Changes: []op.Change{changesKeys},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		id := op.Element(u.Answer, "id")
		return "delete_api_key", op.Args{"api_platform_client_id": u.Args["api_platform_client_id"], "api_key_id": id}, id != nil
	},
}, func(ctx context.Context, c *client, in CreateAPIKey) (k APIKey, err error) {
	return k, c.one(ctx, rest.Request{Method: http.MethodPost, Path: keysPath(in.PlatformClientID), Body: in.APIKeyFields}, &k)
})

// APIKeyID is the input of operations that take no more than a key.
type APIKeyID struct {
	PlatformClientID
	KeyID int64 `json:"-" lua:"api_key_id,required" doc:"Key that is meant."`
}

// UpdateAPIKey is the input of workato.update_api_key.
type UpdateAPIKey struct {
	APIKeyID
	APIKeyFields
}

// The answer is unconfirmed: nothing is read of it.
var updateAPIKey = op.New(op.Operation{
	Name: "workato.update_api_key",
	Doc: `Replaces the name, state and addresses of a key.

Its secret stays the same. Raises not_found if there is no such key, and invalid if Workato refuses a value.`,
	Source:      platformPage,
	Example:     `workato.update_api_key { api_platform_client_id = 18, api_key_id = 3, name = "2027", active = false }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "key of API platform client",
	Changes:     []op.Change{changesKeys},
}, func(ctx context.Context, c *client, in UpdateAPIKey) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: keysPath(in.PlatformClientID, in.KeyID), Body: in.APIKeyFields})
})

var startAPIKey = op.New(op.Operation{
	Name: "workato.start_api_key",
	Doc: `Enables a key: it is accepted.

Raises not_found if there is no such key.`,
	Source:      platformPage,
	Example:     `workato.start_api_key { api_platform_client_id = 18, api_key_id = 3 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "key of API platform client",
	Changes:     []op.Change{changesKeys},
}, func(ctx context.Context, c *client, in APIKeyID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: keysPath(in.PlatformClientID, in.KeyID, "enable")})
})

var stopAPIKey = op.New(op.Operation{
	Name: "workato.stop_api_key",
	Doc: `Disables a key: it is refused, and can be enabled again.

Raises not_found if there is no such key.`,
	Source:      platformPage,
	Example:     `workato.stop_api_key { api_platform_client_id = 18, api_key_id = 3 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "key of API platform client",
	Changes:     []op.Change{changesKeys},
}, func(ctx context.Context, c *client, in APIKeyID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: keysPath(in.PlatformClientID, in.KeyID, "disable")})
})

// No probe: nothing that can be read changes with the secret.
var rotateAPIKeySecret = op.New(op.Operation{
	Name: "workato.rotate_api_key_secret",
	Doc: `Makes another secret for a key.

The old one is dead at once. The new one, auth_token, is in this answer: store it before the next call. No read is
certain to show it later: if the answer is lost, the secret has to be rotated again. Presumably not for keys of jwt
clients. Raises not_found if there is no such key.`,
	Source:  platformPage,
	Example: `local secret = workato.rotate_api_key_secret { api_platform_client_id = 18, api_key_id = 3 }.auth_token`,
	Effect:  op.Destructive,
	Object:  "key of API platform client",
	Changes: []op.Change{changesKeys},
}, func(ctx context.Context, c *client, in APIKeyID) (k APIKey, err error) {
	return k, c.one(ctx, rest.Request{Method: http.MethodPut, Path: keysPath(in.PlatformClientID, in.KeyID, "refresh_secret")}, &k)
})

var deleteAPIKey = op.New(op.Operation{
	Name: "workato.delete_api_key",
	Doc: `Deletes a key.

It is refused at once. Raises not_found if there is no such key.`,
	Source:      platformPage,
	Example:     `workato.delete_api_key { api_platform_client_id = 18, api_key_id = 3 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "key of API platform client",
	Changes:     []op.Change{changesKeys},
}, func(ctx context.Context, c *client, in APIKeyID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: keysPath(in.PlatformClientID, in.KeyID)})
})
