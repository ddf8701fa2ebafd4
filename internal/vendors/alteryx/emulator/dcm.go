package emulator

import "time"

// A dcmConnection joins a data source with credentials, each in a named slot.
type dcmConnection struct {
	ID            string            `json:"id"`
	ConnectionID  string            `json:"connectionId"` // the id used inside workflows
	OwnerID       string            `json:"ownerId"`
	Name          string            `json:"name"`
	SchemaName    string            `json:"schemaName"`
	AllowInSDKs   bool              `json:"allowInSdks"`
	Parameters    map[string]any    `json:"parameters"`
	SourceID      string            `json:"dataSourceId"`
	CredentialIDs map[string]string `json:"credentialIds"` // by slot
	Execution     sharing           `json:"execution"`
	Collaboration collaboration     `json:"collaboration"`
	CreatedOn     time.Time         `json:"createdOn"`
	ChangedOn     time.Time         `json:"lastChangedOn"`
}

type collaboration struct {
	SharedCredentials []string `json:"sharedCredentials"`
	sharing
}

type dcmSource struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	SchemaName string         `json:"schemaName"`
	DrvName    string         `json:"drvName,omitempty"`
	Host       string         `json:"host,omitempty"`
	Parameters map[string]any `json:"parameters"`
}

type dcmCredential struct {
	ID         string               `json:"id"`
	Name       string               `json:"name"`
	SchemaName string               `json:"schemaName"`
	UserName   string               `json:"userName,omitempty"`
	Parameters map[string]any       `json:"parameters"`
	Secrets    map[string]dcmSecret `json:"secrets"`
}

// The text of a secret is never shown.
type dcmSecret struct {
	Value      *secretText    `json:"value,omitempty"`
	ExpiresOn  time.Time      `json:"expiresOn,omitzero"`
	Parameters map[string]any `json:"parameters"`
}

type secretText struct {
	Text string `json:"text"`
}

func dcmRoutes() []route {
	const one = "/v3/dcm/connections/{id}"
	return []route{
		{on: "GET " + one, need: artisan, do: getDCM},
		{on: "DELETE " + one, need: artisan, do: deleteDCM},
		{on: "GET /v3/dcm/connections/lookup", need: artisan, do: lookUpDCM, query: contract(req(filled(), "connectionId"))},
		{on: "POST /v3/dcm/connections", need: artisan, do: saveOwnDCM, body: dcmContract()},
		{on: "PUT " + one + "/sharing/execution", need: artisan, do: shareExecution, body: contract(
			req(listOf(text), "userIds", "userGroupIds"))},
		{on: "DELETE " + one + "/sharing/execution", need: artisan, do: unshareExecution},
		{on: "PUT " + one + "/sharing/collaboration", need: artisan, do: shareCollaboration, newer: true, body: contract(
			req(listOf(text), "sharedCredentials", "userIds", "userGroupIds"))},
		{on: "GET /v3/DCMEConnections/{connectionId}", need: curator, do: getDCMForConnect},
	}
}

// sees reports whether a DCM connection is visible to a user: as the owner, or because it is shared.
func (st *state) sees(userID string, d *dcmConnection) bool {
	return d.OwnerID == userID || st.shared(d.Execution, userID) || st.shared(d.Collaboration.sharing, userID)
}

// visibleDCM finds a connection among those that the caller sees; even a Curator sees the others only as such.
func (c *call) visibleDCM() (*dcmConnection, error) {
	d, err := find(&c.dcmConnections, c.path("id"), "Connection")
	if err == nil && !c.sees(c.by.ID, d) {
		return nil, notFound("Connection")
	}
	return d, err
}

func (c *call) ownDCM() (*dcmConnection, error) {
	d, err := find(&c.dcmConnections, c.path("id"), "Connection")
	if err == nil && d.OwnerID != c.by.ID {
		return nil, notFound("Connection")
	}
	return d, err
}

func getDCM(c *call) (any, error) {
	d, err := c.visibleDCM()
	if err != nil {
		return nil, err
	}
	return c.dcmView(d, c.by.ID), nil
}

func lookUpDCM(c *call) (any, error) {
	for d := range c.dcmConnections.all() {
		if d.ConnectionID == c.query.str("connectionId") && c.sees(c.by.ID, d) {
			return c.dcmView(d, c.by.ID), nil
		}
	}
	return nil, notFound("Connection")
}

func deleteDCM(c *call) (any, error) {
	d, err := c.ownDCM()
	if err != nil {
		return nil, err
	}
	return c.dropDCM(d), nil
}

// dropDCM deletes a connection, and its data source and credentials if no other connection uses them.
func (st *state) dropDCM(d *dcmConnection) any {
	at := st.now().UTC().Truncate(time.Millisecond)
	gone := func(id string) map[string]any { return map[string]any{"id": id, "deletedOn": at} }
	st.dcmConnections.drop(d.ID)
	sources, credentials := []any{}, []any{}
	used := map[string]bool{}
	for other := range st.dcmConnections.all() {
		used[other.SourceID] = true
		for _, id := range other.CredentialIDs {
			used[id] = true
		}
	}
	if !used[d.SourceID] {
		st.dcmSources.drop(d.SourceID)
		sources = append(sources, gone(d.SourceID))
	}
	for _, slot := range sortedKeys(d.CredentialIDs) {
		if id := d.CredentialIDs[slot]; !used[id] {
			used[id] = true // it may be in two slots
			st.dcmCredentials.drop(id)
			credentials = append(credentials, gone(id))
		}
	}
	return map[string]any{
		"deletedConnections": []any{gone(d.ID)}, "deletedDataSources": sources, "deletedCredentials": credentials,
	}
}

// getDCMForConnect takes the id used inside workflows, or the connection's own (inf).
func getDCMForConnect(c *call) (any, error) {
	id := c.path("connectionId")
	for d := range c.dcmConnections.all() {
		if source := c.dcmSources.get(d.SourceID); source != nil && (d.ConnectionID == id || d.ID == id) {
			return map[string]any{"objectId": d.ID, "name": d.Name, "dataSource": map[string]any{
				"name": source.Name, "schemaName": source.SchemaName, "drvName": source.DrvName, "host": source.Host,
				"parameters": source.Parameters,
			}}, nil
		}
	}
	return nil, notFound("Connection")
}
