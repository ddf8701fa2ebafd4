package emulator

import (
	"fmt"
	"time"
)

// An apiKey is a secret of a platformClient.
type apiKey struct {
	ID        int64     `json:"id"`
	ClientID  int64     `json:"api_client_id"`
	Name      string    `json:"name"`
	AuthType  string    `json:"auth_type"`
	Active    bool      `json:"active"`
	Since     time.Time `json:"active_since,omitzero"`
	Allow     []string  `json:"ip_allow_list"`
	Deny      []string  `json:"ip_deny_list"`
	Refreshed time.Time `json:"refreshed_at"`

	secret string
}

func onKey(do func(*call, *platformClient, *apiKey) (any, error)) handler {
	return onPlatform(func(c *call, p *platformClient) (any, error) {
		k := c.keys.get(c.pathID("kid"))
		if k == nil || k.ClientID != p.ID {
			return nil, notFound()
		}
		return do(c, p, k)
	})
}

// view leaves the secret out: it is shown to who has just made it only.
func (k *apiKey) view() object {
	return object{"id": k.ID, "name": k.Name, "auth_type": k.AuthType, "active": k.Active, "active_since": at(k.Since),
		"ip_allow_list": k.Allow, "ip_deny_list": k.Deny}
}

func (k *apiKey) secretView() any {
	v := k.view()
	v["auth_token"] = k.secret
	return data(v)
}

func listKeys(c *call, p *platformClient) (any, error) { return c.paged(c.keysOf(p)) }

func (c *call) readKey(k *apiKey, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if all {
		in.need("name", "active")
	}
	keep(in, "name", &k.Name, in.short("name", 255))
	keep(in, "ip_allow_list", &k.Allow, in.texts("ip_allow_list"))
	keep(in, "ip_deny_list", &k.Deny, in.texts("ip_deny_list"))
	if active := in.flag("active"); in.has("active") {
		k.turn(active, c.now)
	}
	return in.err()
}

// turn begins to count anew when a key becomes active.
func (k *apiKey) turn(on bool, now time.Time) {
	switch {
	case !on:
		k.Since = time.Time{}
	case !k.Active:
		k.Since = now
	}
	k.Active = on
}

func (c *call) newSecret(k *apiKey) {
	c.tokens++
	k.secret, k.Refreshed = fmt.Sprintf("emulated-api-key-%d-%d", k.ID, c.tokens), c.now
}

func createKey(c *call, p *platformClient) (any, error) {
	k := &apiKey{ClientID: p.ID, AuthType: p.AuthType, Allow: []string{}, Deny: []string{}}
	if err := c.readKey(k, true); err != nil {
		return nil, err
	}
	if c.keyCount(p) >= mostKeys {
		return nil, badRequest("The client has %d keys already", mostKeys)
	}
	k.ID = c.newID()
	c.newSecret(k)
	c.keys.put(k.ID, k)
	c.record("ApiCustomer", "api_key_created", k.ID, k.Name)
	return k.secretView(), nil
}

func updateKey(c *call, _ *platformClient, k *apiKey) (any, error) {
	changed := *k
	if err := c.readKey(&changed, false); err != nil {
		return nil, err
	}
	*k = changed
	c.record("ApiCustomer", "api_key_updated", k.ID, k.Name)
	return data(k.view()), nil
}

// switchKey answers the key (inf).
func switchKey(on bool) func(*call, *platformClient, *apiKey) (any, error) {
	return func(c *call, _ *platformClient, k *apiKey) (any, error) {
		k.turn(on, c.now)
		c.record("ApiCustomer", "api_key_updated", k.ID, k.Name)
		return data(k.view()), nil
	}
}

// refreshKey fails for JWT, as it did in the version before (inf).
func refreshKey(c *call, _ *platformClient, k *apiKey) (any, error) {
	if k.AuthType == "jwt" {
		return nil, badRequest("The secret of a JWT key cannot be refreshed")
	}
	c.newSecret(k)
	c.record("ApiCustomer", "api_key_refreshed", k.ID, k.Name)
	return k.secretView(), nil
}

func deleteKey(c *call, p *platformClient, k *apiKey) (any, error) {
	if c.keyCount(p) == 1 {
		return nil, badRequest("The last key of a client cannot be deleted")
	}
	c.keys.drop(k.ID)
	c.record("ApiCustomer", "api_key_deleted", k.ID, k.Name)
	return success(), nil
}
