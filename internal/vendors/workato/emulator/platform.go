package emulator

import (
	"slices"
	"time"
)

// A platformClient calls published endpoints, with keys of its own.
type platformClient struct {
	ID            int64       `json:"id"`
	Name          string      `json:"name"`
	Description   string      `json:"description"`
	Environment   environment `json:"environment_type"`
	ProjectID     int64       `json:"project_id,omitempty"`
	CollectionIDs []int64     `json:"api_collection_ids"`
	AuthType      string      `json:"auth_type"`
	Email         string      `json:"email,omitempty"`
	Settings      object      `json:"settings"` // what is only kept
	Secret        string      `json:"-"`        // of JWT
	CreatedAt     time.Time   `json:"created_at"`
	UpdatedAt     time.Time   `json:"updated_at"`
}

func platformRoutes() []route {
	in := perMinute("api platform")
	return []route{
		{on: "GET /api/v2/api_clients", bucket: in, do: listPlatform},
		{on: "POST /api/v2/api_clients", bucket: in, do: createPlatform},
		{on: "GET /api/v2/api_clients/{id}", bucket: in, do: onPlatform(getPlatform)},
		{on: "PUT /api/v2/api_clients/{id}", bucket: in, do: onPlatform(updatePlatform)},
		{on: "DELETE /api/v2/api_clients/{id}", bucket: in, do: onPlatform(deletePlatform)},
		{on: "GET /api/v2/api_clients/{id}/api_keys", bucket: in, do: onPlatform(listKeys)},
		{on: "POST /api/v2/api_clients/{id}/api_keys", bucket: in, do: onPlatform(createKey)},
		{on: "PUT /api/v2/api_clients/{id}/api_keys/{kid}", bucket: in, do: onKey(updateKey)},
		{on: "PUT /api/v2/api_clients/{id}/api_keys/{kid}/enable", bucket: in, do: onKey(switchKey(true))},
		{on: "PUT /api/v2/api_clients/{id}/api_keys/{kid}/disable", bucket: in, do: onKey(switchKey(false))},
		{on: "PUT /api/v2/api_clients/{id}/api_keys/{kid}/refresh_secret", bucket: in, do: onKey(refreshKey)},
		{on: "DELETE /api/v2/api_clients/{id}/api_keys/{kid}", bucket: in, do: onKey(deleteKey)},
		{on: "GET /api/v2/api_portals", bucket: in, do: listPortals},
	}
}

// listPortals has none (inf).
func listPortals(*call) (any, error) { return data([]any{}), nil }

func onPlatform(do func(*call, *platformClient) (any, error)) handler {
	return func(c *call) (any, error) {
		p := c.platform(c.pathID("id"))
		if p == nil {
			return nil, notFound()
		}
		return do(c, p)
	}
}

func (c *call) platform(id int64) *platformClient {
	p := c.platformClients.get(id)
	if p == nil || p.Environment != c.env || p.ProjectID != 0 && c.project(p.ProjectID) == nil {
		return nil
	}
	return p
}

// echoed are fields without a rule of their own.
var echoed = []string{"api_policy_id", "api_portal_id", "jwt_method", "oidc_issuer", "oidc_jwks_uri",
	"access_profile_claim",
	"required_claims", "allowed_issuers", "mtls_enabled", "validation_formula", "cert_bundle_ids"}

// platformView has api_policies as null, like the live service.
func (c *call) platformView(p *platformClient) object {
	v := object{"id": p.ID, "name": p.Name, "description": p.Description, "auth_type": p.AuthType,
		"project_id":   orNull(p.ProjectID),
		"api_policies": nil, "email": orNull(p.Email), "created_at": at(p.CreatedAt), "updated_at": at(p.UpdatedAt)}
	collections := []any{}
	for _, id := range p.CollectionIDs {
		collections = append(collections, object{"id": id, "name": c.collections.get(id).Name})
	}
	v["api_collections"] = collections
	if on, ok := p.Settings["mtls_enabled"]; ok { // of the rest no source says that answers tell it
		v["mtls_enabled"] = on
	}
	return v
}

func (c *call) paged(rows []any) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	return object{"data": cut(p, rows), "count": len(rows), "page": p.number, "per_page": p.size}, nil
}

func listPlatform(c *call) (any, error) {
	of, err := c.paramID("project_id")
	if err != nil {
		return nil, err
	}
	return c.paged(views(c.platformClients.where(func(p *platformClient) bool {
		return c.platform(p.ID) != nil && (of == 0 || p.ProjectID == of)
	}), c.platformView))
}

func getPlatform(c *call, p *platformClient) (any, error) {
	v := c.platformView(p)
	v["api_keys"] = c.keysOf(p)
	return data(v), nil
}

func (c *call) readPlatform(p *platformClient, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if all {
		in.need("name", "api_collection_ids", "auth_type")
	}
	keep(in, "name", &p.Name, in.short("name", 255))
	keep(in, "description", &p.Description, in.text("description"))
	keep(in, "email", &p.Email, in.text("email"))
	keep(in, "auth_type", &p.AuthType, in.text("auth_type"))
	keep(in, "project_id", &p.ProjectID, in.id("project_id"))
	keep(in, "jwt_secret", &p.Secret, in.text("jwt_secret"))
	keep(in, "api_collection_ids", &p.CollectionIDs, sorted(in.ids("api_collection_ids")))
	settings := object{}
	for _, name := range echoed {
		if p.Settings[name] != nil {
			settings[name] = p.Settings[name]
		}
		if in.has(name) {
			settings[name] = in.values[name]
		}
	}
	p.Settings, p.UpdatedAt = settings, c.now
	c.checkPlatform(in, p)
	return in.err()
}

func (c *call) checkPlatform(in *input, p *platformClient) {
	if in.has("project_id") && c.project(p.ProjectID) == nil {
		in.complain("project_id", "is unknown")
	}
	for _, id := range p.CollectionIDs {
		if c.collection(id) == nil {
			in.complain("api_collection_ids", "contains the unknown collection %d", id)
		}
	}
	if p.Settings["api_portal_id"] != nil && p.Email == "" {
		in.complain("email", "can't be blank")
	}
	switch p.AuthType {
	case "token", "oauth2":
	case "jwt":
		if m := p.Settings["jwt_method"]; m != "hmac" && m != "rsa" {
			in.complain("jwt_method", "must be hmac or rsa")
		}
		if p.Secret == "" {
			in.complain("jwt_secret", "can't be blank")
		}
	case "oidc":
		if (p.Settings["oidc_issuer"] == nil) == (p.Settings["oidc_jwks_uri"] == nil) {
			in.complain("oidc_issuer", "or oidc_jwks_uri must be given")
		}
	default:
		in.complain("auth_type", "is unknown")
	}
}

func createPlatform(c *call) (any, error) {
	p := &platformClient{Environment: c.env, CreatedAt: c.now}
	if err := c.readPlatform(p, true); err != nil {
		return nil, err
	}
	p.ID = c.newID()
	c.platformClients.put(p.ID, p)
	c.record("ApiCustomer", "api_customer_created", p.ID, p.Name)
	return data(c.platformView(p)), nil
}

func updatePlatform(c *call, p *platformClient) (any, error) {
	changed := *p
	if err := c.readPlatform(&changed, false); err != nil {
		return nil, err
	}
	*p = changed
	c.record("ApiCustomer", "api_customer_updated", p.ID, p.Name)
	return data(c.platformView(p)), nil
}

func deletePlatform(c *call, p *platformClient) (any, error) {
	for k := range c.keys.all() {
		if k.ClientID == p.ID {
			c.keys.drop(k.ID)
		}
	}
	c.platformClients.drop(p.ID)
	c.record("ApiCustomer", "api_customer_deleted", p.ID, p.Name)
	return success(), nil
}

func (c *call) keysOf(p *platformClient) []any {
	return views(c.keys.where(func(k *apiKey) bool { return k.ClientID == p.ID }), (*apiKey).view)
}

// mostKeys is how many keys a client may have; it has one at least (inf), so that the last cannot be deleted.
const mostKeys = 20

func (st *state) keyCount(p *platformClient) int {
	return len(slices.DeleteFunc(st.keys.rows(), func(k *apiKey) bool { return k.ClientID != p.ID }))
}
