package emulator

import (
	"maps"
	"slices"
	"strconv"
)

// A connection is a way to data outside.
type connection struct {
	ID   int64  `json:"id"`
	UUID string `json:"uuid"`
	asset
	Vendor            string   `json:"vendor"`
	VendorName        string   `json:"vendorName"`
	Type              string   `json:"type"`
	CredentialType    string   `json:"credentialType"`
	Host              string   `json:"host"`
	Port              int64    `json:"port"`
	Bucket            string   `json:"bucket,omitempty"`
	SSL               bool     `json:"ssl"`
	Tunnel            bool     `json:"sshTunneling"`
	Untyped           bool     `json:"disableTypeInference"`
	AdvancedType      string   `json:"advancedCredentialType,omitempty"`
	IsGlobal          bool     `json:"isGlobal"`
	CredentialsShared bool     `json:"credentialsShared"`
	Params            object   `json:"params"`
	Credentials       []object `json:"credentials"` // with the secrets
	Broken            bool     `json:"broken"`      // until it gets new credentials
}

var credentialTypes = []string{"basic", "securityToken", "iamRoleArn", "iamDbUser", "oauth2", "keySecret", "apiKey",
	"awsKeySecret", "basicWithAppToken", "userWithApiToken", "basicApp", "transactionKey", "password",
	"apiKeyWithToken", "noAuth", "httpHeaderBasedAuth", "privateApp", "httpQueryBasedAuth", "accessToken",
	"personalAccessToken", "tokenAuth", "personalAccessTokenNameSecret", "convergedConnectorAuth"}

func connectionRoutes() []route {
	return append(listed("/connections", v4, listConnections, usualLimit), []route{
		{on: "POST /connections", do: createConnection},
		{on: "GET /connections/{id}", do: onConnection(func(c *call, k *connection) (any, error) {
			return c.only(c.connectionView(k)), nil
		})},
		{on: "PATCH /connections/{id}", do: onConnection(updateConnection)},
		{on: "GET /connections/{id}/status", do: onConnection(testConnection)},
		{on: "DELETE /connections/{id}", do: onConnection(deleteConnection)},
	}...)
}

func onConnection(do func(*call, *connection) (any, error)) handler {
	return func(c *call) (any, error) {
		k, err := c.connection(c.pathID("id"))
		if err != nil {
			return nil, err
		}
		return do(c, k)
	}
}

func (c *call) connection(id int64) (*connection, error) {
	if k := c.connections[id]; k != nil && c.seesConnection(k) {
		return k, nil
	}
	return nil, c.missing("Connection", id)
}

// seesConnection knows that everybody sees a global one.
func (c *call) seesConnection(k *connection) bool { return k.IsGlobal || c.sees(&k.asset) }

// connectionView leaves the secrets out.
func (c *call) connectionView(k *connection) object {
	credentials := []object{}
	for _, cr := range k.Credentials {
		shown := object{}
		for _, name := range []string{"username", "clientId", "key", "bucket", "roleArn"} {
			if v, ok := cr[name]; ok {
				shown[name] = v
			}
		}
		credentials = append(credentials, shown)
	}
	return k.show(object{"id": k.ID, "uuid": k.UUID, "name": k.Name, "description": k.Description, "vendor": k.Vendor,
		"vendorName": k.VendorName, "type": k.Type, "credentialType": k.CredentialType, "host": k.Host,
		"port": orNull(k.Port), "bucket": orNull(k.Bucket), "ssl": k.SSL, "isGlobal": k.IsGlobal,
		"credentialsShared": k.CredentialsShared, "hasCredentials": len(k.Credentials) > 0, "credentials": credentials,
		"advancedCredentials": []object{}, "params": k.Params, "creator": ref(k.OwnerID), "updater": ref(k.UpdatedBy),
		"workspace": ref(k.WorkspaceID), "disableTypeInference": k.Untyped, "sshTunneling": k.Tunnel,
		"advancedCredentialType": orNull(k.AdvancedType)})
}

// listConnections takes sharedRole for the role that the caller has, and has no operations to filter by (inf).
func listConnections(c *call) ([]object, error) {
	role, err := c.paramWord("sharedRole", "owner", "readOnly")
	if err != nil {
		return nil, err
	}
	vendors := c.query()["vendors"]
	return views(c.connections.where(c.seesConnection,
		func(k *connection) bool { return len(vendors) == 0 || slices.Contains(vendors, k.Vendor) },
		func(k *connection) bool {
			return role == "" || (role == "owner") == (k.OwnerID == c.by.ID)
		}), c.connectionView), nil
}

// readConnection sets what was given. A connection cannot stop being global.
func readConnection(k *connection, in *input) {
	keep(in, "name", &k.Name, in.text("name"))
	keep(in, "description", &k.Description, in.text("description"))
	keep(in, "vendor", &k.Vendor, in.text("vendor"))
	keep(in, "vendorName", &k.VendorName, in.text("vendorName"))
	keep(in, "type", &k.Type, in.word("type", "jdbc", "rest", "remotefile"))
	keep(in, "credentialType", &k.CredentialType, in.word("credentialType", credentialTypes...))
	keep(in, "host", &k.Host, in.text("host"))
	keep(in, "port", &k.Port, in.number("port"))
	keep(in, "bucket", &k.Bucket, in.text("bucket"))
	keep(in, "ssl", &k.SSL, in.flag("ssl"))
	keep(in, "sshTunneling", &k.Tunnel, in.flag("sshTunneling"))
	keep(in, "disableTypeInference", &k.Untyped, in.flag("disableTypeInference"))
	keep(in, "advancedCredentialType", &k.AdvancedType, in.text("advancedCredentialType"))
	keep(in, "credentialsShared", &k.CredentialsShared, in.flag("credentialsShared"))
	keep(in, "params", &k.Params, in.object("params"))
	global := in.flag("isGlobal")
	if in.has("isGlobal") && k.IsGlobal && !global {
		in.complain("isGlobal", "cannot be turned off again")
	}
	k.IsGlobal = k.IsGlobal || global
	if in.has("credentials") {
		k.Credentials, k.Broken = []object{}, false
		for _, cr := range in.objects("credentials") {
			k.Credentials = append(k.Credentials, maps.Clone(cr.values))
		}
	}
}

func createConnection(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("vendor", "vendorName", "type", "credentialType", "name", "params")
	k := &connection{asset: c.newAsset("", ""), Credentials: []object{}}
	readConnection(k, in)
	if err := in.err(); err != nil {
		return nil, err
	}
	if k.IsGlobal && !c.isAdmin(c.by) {
		return nil, forbidden("Only workspace admins may make global connections.") // (inf)
	}
	k.ID = c.newID()
	k.UUID = newUUID(k.ID)
	c.connections.put(k.ID, k)
	return created{c.connectionView(k)}, nil
}

func updateConnection(c *call, k *connection) (any, error) {
	if err := c.mayOwn(&k.asset); err != nil {
		return nil, err
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	next := *k
	readConnection(&next, in)
	for _, name := range []string{"name", "vendor", "vendorName", "type", "credentialType"} {
		if v, given := in.values[name]; given && (v == nil || v == "") {
			in.complain(name, "cannot be empty")
		}
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	next.touch(c)
	*k = next
	return c.connectionView(k), nil
}

// testConnection says in words what is wrong (inf).
func testConnection(c *call, k *connection) (any, error) {
	if k.Broken {
		return object{"result": "FAILURE", "message": "The credentials were refused by " + k.Host + ":" +
			strconv.FormatInt(k.Port, 10) + "."}, nil
	}
	return object{"result": "SUCCESS"}, nil
}

func deleteConnection(c *call, k *connection) (any, error) {
	if err := c.mayOwn(&k.asset); err != nil {
		return nil, err
	}
	c.dropConnection(k)
	return noContent{}, nil
}

func (c *call) dropConnection(k *connection) {
	c.connections.drop(k.ID)
	c.forget("Connection", k.ID)
}
