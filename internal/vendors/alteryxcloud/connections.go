package alteryxcloud

import (
	"context"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var connectionOperations = []*op.Operation{
	listConnections, getConnection, createConnection, updateConnection, getConnectionStatus, deleteConnection,
}

// Connection is a connection to data.
type Connection struct {
	ID                     ID                 `json:"id" lua:"id,key" doc:"Id."`
	UUID                   op.Opt[string]     `json:"uuid,omitzero" lua:"uuid" doc:"Global id."`
	Name                   string             `json:"name" lua:"name" doc:"Name."`
	Description            op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	Vendor                 op.Opt[string]     `json:"vendor,omitzero" lua:"vendor" doc:"What it leads to, like snowflake."`
	VendorName             op.Opt[string]     `json:"vendorName,omitzero" lua:"vendor_name" doc:"The same, as people write it."`
	Type                   op.Opt[string]     `json:"type,omitzero" lua:"type" doc:"Type: jdbc, rest or remotefile."`
	CredentialType         op.Opt[string]     `json:"credentialType,omitzero" lua:"credential_type" doc:"Kind of credentials, like basic."`
	AdvancedCredentialType op.Opt[string]     `json:"advancedCredentialType,omitzero" lua:"advanced_credential_type" doc:"Kind of further credentials."`
	Host                   op.Opt[string]     `json:"host,omitzero" lua:"host" doc:"Host."`
	Port                   op.Opt[int64]      `json:"port,omitzero" lua:"port" doc:"Port."`
	SSL                    op.Opt[bool]       `json:"ssl,omitzero" lua:"ssl" doc:"Whether it is encrypted."`
	SSHTunneling           op.Opt[bool]       `json:"sshTunneling,omitzero" lua:"ssh_tunneling" doc:"Whether it goes through an SSH tunnel."`
	DisableTypeInference   op.Opt[bool]       `json:"disableTypeInference,omitzero" lua:"disable_type_inference" doc:"Whether types are left as they are."`
	IsGlobal               op.Opt[bool]       `json:"isGlobal,omitzero" lua:"is_global" doc:"Whether all members have it."`
	CredentialsShared      op.Opt[bool]       `json:"credentialsShared,omitzero" lua:"credentials_shared" doc:"Whether its credentials are shared with it."`
	HasCredentials         op.Opt[bool]       `json:"hasCredentials,omitzero" lua:"has_credentials" doc:"Whether it has credentials."`
	Credentials            hidden             `json:"credentials,omitzero" lua:"credentials,secret" doc:"Credentials as far as the vendor shows them: each text is a secret."`
	AdvancedCredentials    hidden             `json:"advancedCredentials,omitzero" lua:"advanced_credentials,secret" doc:"Further credentials, as far as the vendor shows them."`
	Params                 op.Raw             `json:"params,omitzero" lua:"params" doc:"Parameters, which depend on the vendor."`
	Bucket                 op.Opt[string]     `json:"bucket,omitzero" lua:"bucket" doc:"Bucket; absent if it has none."`
	Workspace              *Ref               `json:"workspace,omitzero" lua:"workspace" doc:"Its workspace."`
	Updater                *Ref               `json:"updater,omitzero" lua:"updater,noise" doc:"Who changed it last."`
	Creator                *Ref               `json:"creator,omitzero" lua:"creator" doc:"Who created it."`
	CreatedAt              op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt              op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra                  op.Extra           `json:",embed"`
}

// hidden are credentials in a form of which nothing is known but that the
// texts in it are secrets: a list of objects with texts. What is nested deeper
// is written as text, so that no secret escapes.
type hidden []map[string]string

// UnmarshalJSONFrom reads an object as a list of one.
func (h *hidden) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil || raw.Kind() == 'n' {
		return err
	}
	items := []jsontext.Value{raw}
	if raw.Kind() == '[' {
		if items, err = elements(raw); err != nil {
			return err
		}
	}
	for _, item := range items {
		*h = append(*h, texts(item))
	}
	return nil
}

// ListConnections is the input of alteryx_cloud.list_connections.
type ListConnections struct {
	SharedRole string   `json:"sharedRole" lua:"shared_role" doc:"Only connections that the caller has in this role."`
	Vendors    []string `json:"-" lua:"vendors" doc:"Only connections to these vendors."`
	Operations []string `json:"-" lua:"operations" doc:"Only connections on which the caller may do these."`
	Selection
}

var listConnections = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_connections",
	Doc: `Lists the connections that the caller can see.

All that match, in the order of sort.`,
	Source:      spec + "GET /v4/connections",
	Example:     `for c in iter(alteryx_cloud.list_connections, { vendors = { "snowflake" } }) do print(c.id, c.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Shows:       unless(op.Many(connection, map[string]op.Match{"vendors": op.In("vendor")}, "sort"), removedAssets, imports, connectionShares),
}, func(ctx context.Context, c *client, in ListConnections, cursor string) ([]Connection, string, error) {
	q := repeat(repeat(rest.Query(in), "vendors", in.Vendors), "operations", in.Operations)
	return page[Connection](ctx, c.plain, rest.Path("v4", "connections"), q, cursor)
})

// GetConnection is the input of operations that take one connection.
type GetConnection struct {
	ConnectionID ID `json:"-" lua:"connection_id,required,key" doc:"Connection."`
}

var getConnection = op.New(op.Operation{
	Name: "alteryx_cloud.get_connection",
	Doc: `Reads one connection.

Raises not_found if there is no such connection.`,
	Source:      spec + "GET /v4/connections/{id}",
	Example:     `print(alteryx_cloud.get_connection { connection_id = 51 }.vendor)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Shows:       unless(op.One(connection, "connection_id"), removedAssets),
}, func(ctx context.Context, c *client, in GetConnection) (x Connection, err error) {
	return x, c.plain.Get(ctx, rest.Path("v4", "connections", in.ConnectionID), nil, &x)
})

// CreateConnection is the input of alteryx_cloud.create_connection.
type CreateConnection struct {
	Name                   string              `json:"name" lua:"name,required,key" doc:"Name."`
	Vendor                 string              `json:"vendor" lua:"vendor,required" doc:"What it leads to, like snowflake."`
	VendorName             string              `json:"vendorName" lua:"vendor_name,required" doc:"The same, as people write it."`
	Type                   string              `json:"type" lua:"type,required" enum:"jdbc rest remotefile" doc:"Type."`
	CredentialType         string              `json:"credentialType" lua:"credential_type,required" enum:"basic securityToken iamRoleArn iamDbUser oauth2 keySecret apiKey awsKeySecret basicWithAppToken userWithApiToken basicApp transactionKey password apiKeyWithToken noAuth httpHeaderBasedAuth privateApp httpQueryBasedAuth accessToken personalAccessToken tokenAuth personalAccessTokenNameSecret convergedConnectorAuth" doc:"Kind of credentials."`
	Params                 map[string]op.Raw   `json:"params" lua:"params,required" doc:"Parameters, which depend on the vendor; {} for none."`
	Credentials            []map[string]string `json:"credentials,omitzero" lua:"credentials,secret" doc:"Credentials: a list with one table, like { username = \"etl\", password = … }."`
	Description            op.Opt[string]      `json:"description,omitzero" lua:"description" doc:"Description."`
	Host                   op.Opt[string]      `json:"host,omitzero" lua:"host" doc:"Host."`
	Port                   op.Opt[int64]       `json:"port,omitzero" lua:"port" doc:"Port."`
	Bucket                 op.Opt[string]      `json:"bucket,omitzero" lua:"bucket" doc:"Bucket."`
	SSL                    op.Opt[bool]        `json:"ssl,omitzero" lua:"ssl" doc:"Whether it is encrypted."`
	SSHTunneling           op.Opt[bool]        `json:"sshTunneling,omitzero" lua:"ssh_tunneling" doc:"Whether it goes through an SSH tunnel."`
	AdvancedCredentialType op.Opt[string]      `json:"advancedCredentialType,omitzero" lua:"advanced_credential_type" doc:"Kind of further credentials."`
	DisableTypeInference   op.Opt[bool]        `json:"disableTypeInference,omitzero" lua:"disable_type_inference" doc:"Whether types are left as they are."`
	IsGlobal               op.Opt[bool]        `json:"isGlobal,omitzero" lua:"is_global" doc:"Whether all members have it. It cannot be turned off again."`
	CredentialsShared      op.Opt[bool]        `json:"credentialsShared,omitzero" lua:"credentials_shared" doc:"Whether its credentials are shared with it."`
}

// secretless keeps credentials out of plans: what reads show of them has
// another form.
func secretless(with op.With) op.With {
	with["credentials"] = op.If(op.Vague(), "credentials")
	with["has_credentials"] = op.If(op.Vague(), "credentials")
	return with
}

var createConnection = op.New(op.Operation{
	Name: "alteryx_cloud.create_connection",
	Doc: `Creates a connection.

Test it with get_connection_status afterwards. Raises invalid if the vendor refuses a value.`,
	Source:  spec + "POST /v4/connections",
	Example: `alteryx_cloud.create_connection { name = "Warehouse", vendor = "snowflake", vendor_name = "snowflake", type = "jdbc", credential_type = "basic", host = "acme.snowflakecomputing.com", port = 443, params = { warehouse = "WH" }, credentials = { { username = "etl", password = p.password } } }`,
	Effect:  op.Write,
	Object:  "connection",
	Shows:   op.Created(connection),
	Changes: []op.Change{op.Creates(connection, op.With{"creator": op.Vague(), "credentials": op.Vague(), "has_credentials": op.Vague()})},
	Inverse: op.Deletes("delete_connection", "connection_id", "id"),
}, func(ctx context.Context, c *client, in CreateConnection) (x Connection, err error) {
	return x, c.plain.Post(ctx, rest.Path("v4", "connections"), in, &x)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateConnection, since time.Time) (x Connection, landed bool, err error) {
	list, err := all[Connection](ctx, c.plain, rest.Path("v4", "connections"), nil)
	if err != nil {
		return x, false, err
	}
	found, err := newest(list, since, func(x Connection) bool { return x.Name == in.Name }, func(x Connection) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return x, false, err
	}
	return theOne(found, "connections called "+in.Name)
}))

// UpdateConnection is the input of alteryx_cloud.update_connection.
type UpdateConnection struct {
	ConnectionID      ID                          `json:"-" lua:"connection_id,required,key" doc:"Connection to change."`
	Name              op.Opt[string]              `json:"name,omitzero" lua:"name" doc:"Name."`
	Description       op.Opt[string]              `json:"description,omitzero" lua:"description" doc:"Description."`
	Host              op.Opt[string]              `json:"host,omitzero" lua:"host" doc:"Host."`
	Port              op.Opt[int64]               `json:"port,omitzero" lua:"port" doc:"Port."`
	SSL               op.Opt[bool]                `json:"ssl,omitzero" lua:"ssl" doc:"Whether it is encrypted."`
	CredentialType    op.Opt[string]              `json:"credentialType,omitzero" lua:"credential_type" doc:"Kind of credentials."`
	Credentials       op.Opt[[]map[string]string] `json:"credentials,omitzero" lua:"credentials,secret" doc:"New credentials: a list with one table."`
	Params            op.Opt[map[string]op.Raw]   `json:"params,omitzero" lua:"params" doc:"Parameters."`
	IsGlobal          op.Opt[bool]                `json:"isGlobal,omitzero" lua:"is_global" doc:"Whether all members have it. It cannot be turned off again."`
	CredentialsShared op.Opt[bool]                `json:"credentialsShared,omitzero" lua:"credentials_shared" doc:"Whether its credentials are shared with it."`
}

// The route is not in the vendor's document, and nobody is known to have tried
// it; so is the shape of the answer, which is read as far as it goes.
var updateConnection = op.New(op.Operation{
	Name: "alteryx_cloud.update_connection",
	Doc: `Changes the given fields of a connection: its credentials, for one.

The vendor does not document this call; it may raise unsupported, and then a new connection is the way. Look at
get_connection_status afterwards. Raises not_found if there is no such connection, and invalid if a value is refused.`,
	Source:      live + "PATCH /v4/connections/{id} (unconfirmed)",
	Example:     `alteryx_cloud.update_connection { connection_id = 51, credentials = { { username = "etl", password = p.password } } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Shows:       op.One(connection, "connection_id"),
	Changes: []op.Change{op.Sets(connection, "connection_id", secretless(op.With{})), op.When(
		func(a op.Args) bool { return a["credentials"] != nil }, op.Hides(connection, "connection_id"))},
	Inverse: restores("update_connection", "connection_id", "credentials", "is_global"),
}, func(ctx context.Context, c *client, in UpdateConnection) (x Connection, err error) {
	x.ID = in.ConnectionID
	return x, send(ctx, c.plain, rest.Request{Method: http.MethodPatch, Path: rest.Path("v4", "connections", in.ConnectionID), Body: in}, &x)
})

// ConnectionStatus is what a test of a connection came to.
type ConnectionStatus struct {
	Result string   `json:"result" lua:"result" doc:"SUCCESS, or what else the vendor says."`
	Extra  op.Extra `json:",embed"`
}

var getConnectionStatus = op.New(op.Operation{
	Name: "alteryx_cloud.get_connection_status",
	Doc: `Tests a connection.

The result is SUCCESS if it works. Raises not_found if there is no such connection, and invalid, with the reason, where
the vendor answers a failure like this.`,
	Source:      spec + "GET /v4/connections/{id}/status",
	Example:     `if alteryx_cloud.get_connection_status { connection_id = 51 }.result ~= "SUCCESS" then fail "it does not work" end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "status of connection",
	Shows:       within(op.Blind(connection, removedAssets), connection, "connection_id"),
}, func(ctx context.Context, c *client, in GetConnection) (s ConnectionStatus, err error) {
	return s, c.plain.Get(ctx, rest.Path("v4", "connections", in.ConnectionID, "status"), nil, &s)
})

var deleteConnection = op.New(op.Operation{
	Name: "alteryx_cloud.delete_connection",
	Doc: `Deletes a connection.

Raises not_found if there is no such connection.`,
	Source:      spec + "DELETE /v4/connections/{id}",
	Example:     `alteryx_cloud.delete_connection { connection_id = 51 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "connection",
	Changes:     []op.Change{op.Removes(connection, "connection_id")},
}, func(ctx context.Context, c *client, in GetConnection) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "connections", in.ConnectionID)}, nil)
})
