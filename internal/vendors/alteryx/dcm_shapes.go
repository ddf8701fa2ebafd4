package alteryx

import (
	"maps"
	"slices"

	"runner/internal/op"
)

// This file holds the shapes of DCM: views, which the Server answers, and
// contracts, which it takes. What parameters a schema has, only its connector
// knows; they are passed on as they come.

// DCMConnection is a DCM connection, without any secret's value.
type DCMConnection struct {
	ID                    string                   `json:"id" lua:"id,key" doc:"Id: a GUID. Not the one that workflows name it by."`
	Name                  string                   `json:"name" lua:"name" doc:"Name."`
	SchemaName            string                   `json:"schemaName" lua:"schema_name" doc:"Kind of connection, like database-odbc-mssql-adpwd; it decides which data source and credentials belong in."`
	ConnectionID          op.Opt[string]           `json:"connectionId,omitzero" lua:"connection_id" doc:"Deprecated by the vendor; see assigned_connection_ids."`
	AssignedConnectionIDs []string                 `json:"assignedConnectionIds" lua:"assigned_connection_ids" doc:"Connection ids that workflows name it by."`
	AllowInSDKs           bool                     `json:"allowInSdks" lua:"allow_in_sdks" doc:"Whether tools built with an SDK may use it."`
	CreatedOn             op.RFC3339               `json:"createdOn" lua:"created_on" doc:"When it was created."`
	LastChangedOn         op.RFC3339               `json:"lastChangedOn" lua:"last_changed_on,noise" doc:"When it was last changed."`
	Owner                 DCMUser                  `json:"owner" lua:"owner" doc:"Who owns it."`
	SharedBy              *DCMUser                 `json:"sharedBy" lua:"shared_by" doc:"Who shared it; absent if it is the reader's own."`
	SharedFromConnection  op.Opt[string]           `json:"sharedFromConnection,omitzero" lua:"shared_from_connection" doc:"Id of the connection that it was shared from; absent if it is the reader's own."`
	Sharing               *DCMSharing              `json:"sharing" lua:"sharing" doc:"With whom it is shared."`
	Parameters            map[string]op.Raw        `json:"parameters" lua:"parameters" doc:"Parameters of the connection, as the schema names them."`
	DataSource            DCMDataSource            `json:"dataSource" lua:"data_source" doc:"Data source."`
	Credentials           map[string]DCMCredential `json:"credentials" lua:"credentials" doc:"Credentials by their role, like main."`
	Extra                 op.Extra                 `json:",embed"`
}

// DCMDataSource is what a DCM connection leads to.
type DCMDataSource struct {
	ID         string            `json:"id" lua:"id,key" doc:"Id: a GUID."`
	Name       string            `json:"name" lua:"name" doc:"Name."`
	SchemaName string            `json:"schemaName" lua:"schema_name" doc:"Kind of data source."`
	DrvName    op.Opt[string]    `json:"drvName,omitzero" lua:"drv_name" doc:"Driver; absent if there is none."`
	Host       op.Opt[string]    `json:"host,omitzero" lua:"host" doc:"Host; absent if there is none."`
	Parameters map[string]op.Raw `json:"parameters" lua:"parameters" doc:"Parameters of the data source, as the schema names them."`
	Extra      op.Extra          `json:",embed"`
}

// DCMCredential is what a DCM connection signs in with.
type DCMCredential struct {
	ID         string               `json:"id" lua:"id,key" doc:"Id: a GUID."`
	Name       string               `json:"name" lua:"name" doc:"Name."`
	SchemaName string               `json:"schemaName" lua:"schema_name" doc:"Kind of credential, like username_password."`
	UserName   op.Opt[string]       `json:"userName,omitzero" lua:"user_name" doc:"User at the data source; absent if there is none."`
	Parameters map[string]op.Raw    `json:"parameters" lua:"parameters" doc:"Parameters of the credential, as the schema names them."`
	Secrets    map[string]DCMSecret `json:"secrets" lua:"secrets" doc:"Secrets by their name, without their values."`
	Extra      op.Extra             `json:",embed"`
}

// DCMSecret is a secret of a credential. Its value is never answered.
type DCMSecret struct {
	ExpiresOn  op.Opt[op.RFC3339] `json:"expiresOn,omitzero" lua:"expires_on" doc:"When it expires; absent if it does not."`
	Parameters map[string]op.Raw  `json:"parameters" lua:"parameters" doc:"Parameters of the secret."`
	Extra      op.Extra           `json:",embed"`
}

// DCMSharing is with whom a DCM connection is shared.
type DCMSharing struct {
	Execution     *DCMExecutionSharing     `json:"execution" lua:"execution" doc:"Who may run workflows with it on the Server; absent if nobody."`
	Collaboration *DCMCollaborationSharing `json:"collaboration" lua:"collaboration" doc:"Who may use it in workflows of their own; absent if nobody."`
	Extra         op.Extra                 `json:",embed"`
}

// DCMExecutionSharing is who may run workflows with a DCM connection.
type DCMExecutionSharing struct {
	Users      []DCMUser      `json:"users" lua:"users" doc:"Users."`
	UserGroups []DCMUserGroup `json:"userGroups" lua:"user_groups" doc:"User groups."`
	Extra      op.Extra       `json:",embed"`
}

// DCMCollaborationSharing is who may use a DCM connection in workflows.
type DCMCollaborationSharing struct {
	BorrowedCredentials []string       `json:"borrowedCredentials" lua:"borrowed_credentials" doc:"Credentials that come from somebody else."`
	SharedCredentials   []string       `json:"sharedCredentials" lua:"shared_credentials" doc:"Credentials that are shared along."`
	Users               []DCMUser      `json:"users" lua:"users" doc:"Users."`
	UserGroups          []DCMUserGroup `json:"userGroups" lua:"user_groups" doc:"User groups."`
	Extra               op.Extra       `json:",embed"`
}

// DCMUser is a user as DCM names them.
type DCMUser struct {
	ID    string   `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Email string   `json:"email" lua:"email" doc:"E-mail address."`
	Extra op.Extra `json:",embed"`
}

// DCMUserGroup is a user group as DCM names it.
type DCMUserGroup struct {
	ID    string   `json:"id" lua:"id,key" doc:"Id: 24 hex digits."`
	Name  string   `json:"name" lua:"name" doc:"Name."`
	Extra op.Extra `json:",embed"`
}

// DeletedDCM is what went with a DCM connection.
type DeletedDCM struct {
	Connections []DeletedDCMObject `json:"deletedConnections" lua:"deleted_connections" doc:"Connections that were deleted."`
	DataSources []DeletedDCMObject `json:"deletedDataSources" lua:"deleted_data_sources" doc:"Data sources that were deleted."`
	Credentials []DeletedDCMObject `json:"deletedCredentials" lua:"deleted_credentials" doc:"Credentials that were deleted."`
	Extra       op.Extra           `json:",embed"`
}

// DeletedDCMObject is one thing that was deleted.
type DeletedDCMObject struct {
	ID        string     `json:"id" lua:"id,key" doc:"Id: a GUID."`
	DeletedOn op.RFC3339 `json:"deletedOn" lua:"deleted_on" doc:"When it was deleted."`
	Extra     op.Extra   `json:",embed"`
}

// DCMConnectionContract is what a DCM connection is made of.
type DCMConnectionContract struct {
	Name        string                           `lua:"name,required,key" doc:"Name."`
	SchemaName  string                           `lua:"schema_name,required" doc:"Kind of connection, like database-odbc-mssql-adpwd."`
	AllowInSDKs op.Opt[bool]                     `lua:"allow_in_sdks" doc:"Whether tools built with an SDK may use it. As the Server decides if omitted."`
	Parameters  map[string]op.Raw                `lua:"parameters,required" doc:"Parameters of the connection, as the schema names them; {} for none."`
	DataSource  DCMDataSourceContract            `lua:"data_source,required" doc:"Data source."`
	Credentials map[string]DCMCredentialContract `lua:"credentials,required" doc:"Credentials by their role, like main; {} for none."`
}

// DCMDataSourceContract is what a data source is made of.
type DCMDataSourceContract struct {
	ID         op.Opt[string]    `json:"id,omitzero" lua:"id" doc:"Data source to change and use. One is made if omitted, which only creates may do."`
	Name       string            `json:"name" lua:"name,required" doc:"Name."`
	SchemaName string            `json:"schemaName" lua:"schema_name,required" doc:"Kind of data source, as the connection's schema demands."`
	DrvName    op.Opt[string]    `json:"drvName,omitzero" lua:"drv_name" doc:"Driver. None if omitted."`
	Host       op.Opt[string]    `json:"host,omitzero" lua:"host" doc:"Host. None if omitted."`
	Parameters map[string]op.Raw `json:"parameters" lua:"parameters,required" doc:"Parameters of the data source, as the schema names them; {} for none."`
}

// DCMCredentialContract is what a credential is made of.
type DCMCredentialContract struct {
	ID         op.Opt[string]               `json:"id,omitzero" lua:"id" doc:"Credential to change and use. One is made if omitted, which only creates may do."`
	Name       string                       `json:"name" lua:"name,required" doc:"Name."`
	SchemaName string                       `json:"schemaName" lua:"schema_name,required" doc:"Kind of credential, like username_password."`
	UserName   op.Opt[string]               `json:"userName,omitzero" lua:"user_name" doc:"User at the data source. None if omitted."`
	Parameters map[string]op.Raw            `json:"parameters" lua:"parameters,required" doc:"Parameters of the credential, as the schema names them; {} for none."`
	Secrets    map[string]DCMSecretContract `json:"secrets" lua:"secrets,required" doc:"Secrets by their name, like password; {} for none."`
}

// DCMSecretContract is what a secret is made of.
type DCMSecretContract struct {
	Value      *DCMSecretValue    `json:"value,omitzero" lua:"value" doc:"The secret itself."`
	ExpiresOn  op.Opt[op.RFC3339] `json:"expiresOn,omitzero" lua:"expires_on" doc:"When it expires. Never if omitted."`
	Parameters map[string]op.Raw  `json:"parameters" lua:"parameters" doc:"Parameters of the secret. None if omitted."`
}

// DCMSecretValue holds the text of a secret.
type DCMSecretValue struct {
	Text string `json:"text" lua:"text,required,secret" doc:"The text of the secret."`
}

// dcmUpsert is the body of the POSTs. Their object wrappers, which views do
// not have, are left out of Lua: so what was read can be sent back.
type dcmUpsert struct {
	ID          string                                      `json:"id,omitzero"`
	OwnerID     string                                      `json:"ownerId,omitzero"`
	Name        string                                      `json:"name"`
	SchemaName  string                                      `json:"schemaName"`
	AllowInSDKs op.Opt[bool]                                `json:"allowInSdks,omitzero"`
	Parameters  map[string]op.Raw                           `json:"parameters"`
	DataSource  dcmObject[DCMDataSourceContract]            `json:"dataSource"`
	Credentials map[string]dcmObject[DCMCredentialContract] `json:"credentials"`
}

type dcmObject[T any] struct {
	Object T `json:"object"`
}

func (d DCMConnectionContract) upsert(ownerID, id string) dcmUpsert {
	u := dcmUpsert{
		ID: id, OwnerID: ownerID, Name: d.Name, SchemaName: d.SchemaName, AllowInSDKs: d.AllowInSDKs, Parameters: d.Parameters,
		DataSource:  dcmObject[DCMDataSourceContract]{d.DataSource},
		Credentials: map[string]dcmObject[DCMCredentialContract]{},
	}
	for role, credential := range d.Credentials {
		u.Credentials[role] = dcmObject[DCMCredentialContract]{credential}
	}
	return u
}

// withIDs refuses what would make a data source or a credential: an update
// that is sent twice would make two.
func (d DCMConnectionContract) withIDs() error {
	if d.DataSource.ID.Or("") == "" {
		return missingID("data_source")
	}
	for _, role := range slices.Sorted(maps.Keys(d.Credentials)) {
		if d.Credentials[role].ID.Or("") == "" {
			return missingID("credentials." + role)
		}
	}
	return nil
}

func missingID(of string) error {
	return &op.Error{
		Kind:  op.Invalid,
		Cause: of + " has no id; each time the call is sent, another would be made",
		Hint:  "give the id that reading the DCM connection answers",
	}
}
