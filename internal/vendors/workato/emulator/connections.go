package emulator

import (
	"slices"
	"time"
)

// A connection is an account at a system that recipes use.
type connection struct {
	ID           int64     `json:"id"`
	Provider     string    `json:"application"`
	Name         string    `json:"name"`
	Description  string    `json:"description"`
	Status       string    `json:"authorization_status"` // success, failed, exception; "" before any attempt
	Error        string    `json:"authorization_error,omitempty"`
	AuthorizedAt time.Time `json:"authorized_at,omitzero"`
	ExternalID   string    `json:"external_id"`
	FolderID     int64     `json:"folder_id"`
	ParentID     int64     `json:"parent_id,omitempty"`
	LostAt       time.Time `json:"connection_lost_at,omitzero"`
	LostReason   string    `json:"connection_lost_reason,omitempty"`
	Runtime      bool      `json:"runtime"` // of an end user
	Tags         []string  `json:"tags"`
	Input        object    `json:"input,omitempty"` // secrets
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

const authorized = "success"

func connectionRoutes() []route {
	in := perSecond("connections")
	return []route{
		{on: "GET /api/connections", bucket: perMinute("connections list"), do: listConnections},
		{on: "POST /api/connections", bucket: in, do: createConnection},
		{on: "PUT /api/connections/{id}", bucket: in, do: onConnection(updateConnection)},
		{on: "DELETE /api/connections/{id}", bucket: in, do: onConnection(deleteConnection)},
		{on: "POST /api/connections/{id}/disconnect", bucket: in, do: onConnection(disconnect)},
		{on: "POST /api/connections/{id}/pick_list", bucket: in, do: onConnection(pickList)},
		{on: "POST /api/connections/runtime_user_connections", bucket: in, do: createRuntime},
		{on: "GET /api/connections/runtime_user_connections/{id}/get_oauth_url", bucket: in, do: onConnection(oauthURL)},
	}
}

// onConnection makes a handler of what is done with one connection.
func onConnection(do func(*call, *connection) (any, error)) handler {
	return func(c *call) (any, error) {
		k := c.connection(c.pathID("id"))
		if k == nil {
			return nil, notFound()
		}
		return do(c, k)
	}
}

// connection is one that the caller can see, or nil.
func (c *call) connection(id int64) *connection {
	if k := c.connections.get(id); k != nil && c.sees(k.FolderID) {
		return k
	}
	return nil
}

func connectionView(k *connection) object {
	return object{"id": k.ID, "application": k.Provider, "name": k.Name, "description": orNull(k.Description),
		"authorized_at": atUTC(k.AuthorizedAt), "authorization_status": orNull(k.Status),
		"authorization_error": orNull(k.Error),
		"created_at":          atUTC(k.CreatedAt), "updated_at": atUTC(k.UpdatedAt), "external_id": orNull(k.ExternalID),
		"folder_id": k.FolderID, "connection_lost_at": atUTC(k.LostAt), "connection_lost_reason": orNull(k.LostReason),
		"parent_id": orNull(k.ParentID)}
}

// listConnections has no pages. It shows tags only if asked for (inf).
func listConnections(c *call) (any, error) {
	folder, err := c.paramID("folder_id")
	if err != nil {
		return nil, err
	}
	parent, err := c.paramID("parent_id")
	if err != nil {
		return nil, err
	}
	after, err := c.paramTime("updated_after")
	if err != nil {
		return nil, err
	}
	found := c.connections.where(func(k *connection) bool {
		return c.sees(k.FolderID) && (folder == 0 || k.FolderID == folder) && (parent == 0 || k.ParentID == parent) &&
			(!c.given("external_id") || k.ExternalID == c.param("external_id")) &&
			(!c.given("provider") || k.Provider == c.param("provider")) &&
			(!k.Runtime || c.param("include_runtime_connections") == "true") && k.UpdatedAt.After(after)
	})
	return views(found, func(k *connection) object {
		v := connectionView(k)
		if c.includes("tags") {
			v["tags"] = k.Tags
		}
		return v
	}), nil
}

func (c *call) includes(what string) bool {
	return slices.Contains(c.r.URL.Query()["includes[]"], what)
}

// readConnection reads what is given. Input authorizes a connection unless it is to be a shell, and without input it
// stays as it is (inf).
func (c *call) readConnection(k *connection) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if k.ID == 0 {
		in.need("name", "provider")
	}
	keep(in, "name", &k.Name, in.short("name", 255))
	keep(in, "external_id", &k.ExternalID, in.text("external_id"))
	keep(in, "folder_id", &k.FolderID, in.id("folder_id"))
	keep(in, "parent_id", &k.ParentID, in.id("parent_id"))
	keep(in, "input", &k.Input, typed[object](in, "input", "an Object"))
	if provider := in.text("provider"); k.ID != 0 && provider != "" && provider != k.Provider {
		in.complain("provider", "can't be changed") // (inf)
	} else if provider != "" {
		k.Provider = provider
	}
	c.checkConnection(in, k)
	if shell := in.flag("shell_connection"); len(k.Input) > 0 && in.has("input") && !shell {
		k.Status, k.AuthorizedAt, k.Error, k.LostAt, k.LostReason = authorized, c.now, "", time.Time{}, ""
	}
	k.UpdatedAt = c.now
	return in.err()
}

func (c *call) checkConnection(in *input, k *connection) {
	if !c.sees(k.FolderID) {
		in.complain("folder_id", "is unknown")
	}
	if !in.has("parent_id") {
		return
	}
	if up := c.connection(k.ParentID); up == nil || up.Provider != k.Provider || up == c.connections.get(k.ID) {
		in.complain("parent_id", "must be a connection of the same provider")
	}
}

func createConnection(c *call) (any, error) {
	k := &connection{FolderID: c.root().ID, Tags: []string{}, CreatedAt: c.now}
	if err := c.readConnection(k); err != nil {
		return nil, err
	}
	k.ID = c.newID()
	c.connections.put(k.ID, k)
	c.record("SharedAccount", "connection_created", k.ID, k.Name)
	return connectionView(k), nil
}

func updateConnection(c *call, k *connection) (any, error) {
	changed := *k
	if err := c.readConnection(&changed); err != nil {
		return nil, err
	}
	*k = changed
	c.record("SharedAccount", "connection_updated", k.ID, k.Name)
	return connectionView(k), nil
}

// users are the running recipes that use a connection.
func (st *state) users(k *connection) []*recipe {
	return st.recipes.where(func(r *recipe) bool {
		return (r.Running || r.turnsOn()) && slices.ContainsFunc(r.Config, func(u use) bool { return u.ConnectionID == k.ID })
	})
}

// disconnect stops the recipes that use the connection, if forced. The texts and the status are made up (inf).
func disconnect(c *call, k *connection) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	force := in.flag("force") || c.param("force") == "true"
	if err := in.err(); err != nil {
		return nil, err
	}
	answer := object{"success": true, "status": "disconnected"}
	if k.Status != authorized {
		return answer, nil
	}
	using := c.users(k)
	if len(using) > 0 && !force {
		return nil, badRequest("The connection is used by %d running recipes", len(using))
	}
	for _, r := range using {
		r.halt(c.now, "")
		c.record("Flow", "recipe_stopped", r.ID, r.Name)
	}
	k.Status, k.AuthorizedAt, k.UpdatedAt = "", time.Time{}, c.now
	c.record("SharedAccount", "connection_disconnected", k.ID, k.Name)
	return answer, nil
}

// deleteConnection has recipes keep its id (inf): they cannot start without it.
func deleteConnection(c *call, k *connection) (any, error) {
	if len(c.users(k)) > 0 {
		return nil, badRequest("The connection is used by running recipes")
	}
	if k.Status == authorized {
		return nil, badRequest("The connection is still connected: disconnect it first")
	}
	c.connections.drop(k.ID)
	c.record("SharedAccount", "connection_deleted", k.ID, k.Name)
	return success(), nil
}

// pickList has the same two entries for every name (inf).
func pickList(c *call, k *connection) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("pick_list_name")
	in.text("pick_list_name")
	if err := in.err(); err != nil {
		return nil, err
	}
	if k.Status != authorized {
		return nil, badRequest("The connection is not authorized")
	}
	return data([][]string{{"First entry", "first"}, {"Second entry", "second"}}), nil
}

// createRuntime answers the same connection to the same end user (inf).
func createRuntime(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("parent_id", "folder_id", "external_id")
	up, folder, external := c.connection(in.id("parent_id")), in.id("folder_id"), in.text("external_id")
	if up == nil && in.has("parent_id") {
		in.complain("parent_id", "is unknown")
	}
	if in.has("folder_id") && !c.sees(folder) {
		in.complain("folder_id", "is unknown")
	}
	name := in.text("name")
	if err := in.err(); err != nil {
		return nil, err
	}
	k := c.runtime(up, external)
	if k == nil {
		k = &connection{ID: c.newID(), Provider: up.Provider, Name: name, FolderID: folder, ParentID: up.ID,
			ExternalID: external, Runtime: true, Tags: []string{}, CreatedAt: c.now, UpdatedAt: c.now}
		c.connections.put(k.ID, k)
		c.record("SharedAccount", "connection_created", k.ID, k.Name)
	}
	return data(object{"id": k.ID, "url": k.oauthURL()}), nil
}

func (c *call) runtime(up *connection, external string) *connection {
	for k := range c.connections.all() {
		if k.Runtime && k.ParentID == up.ID && k.ExternalID == external {
			return k
		}
	}
	return nil
}

func (k *connection) oauthURL() string {
	return "https://oauth.example.com/authorize?state=" + newUUID(k.ID)
}

func oauthURL(_ *call, k *connection) (any, error) {
	if !k.Runtime {
		return nil, notFound()
	}
	return data(object{"url": k.oauthURL()}), nil
}
