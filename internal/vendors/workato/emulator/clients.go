package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A client is what a token belongs to.
type client struct {
	ID             int64       `json:"id"`
	Name           string      `json:"name"`
	RoleID         int64       `json:"api_privilege_group_id"`
	AllFolders     bool        `json:"all_folders"`
	FolderIDs      []int64     `json:"folder_ids"`
	Environment    environment `json:"environment_type"`
	IPAllowList    string      `json:"ip_allow_list"`
	UserID         int64       `json:"user_id"` // who made it
	CreatedAt      time.Time   `json:"created_at"`
	UpdatedAt      time.Time   `json:"updated_at"`
	TokenUpdatedAt time.Time   `json:"token_updated_at"`

	token string
}

func clientRoutes() []route {
	in := perMinute("developer_api_clients")
	return []route{
		{on: "GET /api/developer_api_clients", bucket: in, do: listClients},
		{on: "POST /api/developer_api_clients", bucket: in, do: createClient},
		{on: "GET /api/developer_api_clients/{id}", bucket: in, do: onClient(getClient)},
		{on: "PUT /api/developer_api_clients/{id}", bucket: in, do: onClient(updateClient)},
		{on: "DELETE /api/developer_api_clients/{id}", bucket: in, do: onClient(deleteClient)},
		{on: "POST /api/developer_api_clients/{id}/regenerate", bucket: in, do: onClient(regenerate)},
		{on: "GET /api/developer_api_client_roles", bucket: in, do: listClientRoles},
		{on: "POST /api/developer_api_client_roles/{id}/copy", bucket: in, do: copyClientRole},
	}
}

// onClient makes a handler of what is done with one client.
func onClient(do func(*call, *client) (any, error)) handler {
	return func(c *call) (any, error) {
		cl := c.clients.get(c.pathID("id"))
		if cl == nil {
			return nil, notFound()
		}
		return do(c, cl)
	}
}

func (c *call) clientView(cl *client) object {
	v := object{"id": cl.ID, "name": cl.Name, "api_privilege_group_id": cl.RoleID, "all_folders": cl.AllFolders,
		"created_at": at(cl.CreatedAt), "updated_at": at(cl.UpdatedAt),
		"token": object{"updated_at": atUTC(cl.TokenUpdatedAt)}}
	if !cl.AllFolders {
		v["folder_ids"] = cl.FolderIDs
	}
	if cl.IPAllowList != "" {
		v["ip_allow_list"] = cl.IPAllowList
	}
	for _, e := range environments {
		if e.kind == cl.Environment && !c.opts.NoEnvironments {
			v["environment_name"], v["environment_id"] = e.name, e.id
		}
	}
	return v
}

// secretView shows the token too: only to who has just made it.
func (c *call) secretView(cl *client) any {
	v := c.clientView(cl)
	v["token"].(object)["value"] = cl.token
	return result(v)
}

// listClients counts all clients, not those of the page (inf).
func listClients(c *call) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	all := c.clients.rows()
	return result(object{"count": len(all), "items": views(cut(p, all), c.clientView)}), nil
}

func getClient(c *call, cl *client) (any, error) {
	v := c.clientView(cl)
	if m := c.members.get(cl.UserID); m != nil {
		v["user"] = object{"id": m.ID, "name": m.Name}
	}
	return result(v), nil
}

func createClient(c *call) (any, error) {
	cl := client{Environment: dev, UserID: c.by.UserID, CreatedAt: c.now}
	if err := c.readClient(&cl, true); err != nil {
		return nil, err
	}
	cl.ID = c.newID()
	c.newToken(&cl)
	c.clients.put(cl.ID, &cl)
	c.record("ApiClient", "api_client_created", cl.ID, cl.Name)
	return c.secretView(&cl), nil
}

// updateClient leaves what is not given as it is (inf).
func updateClient(c *call, cl *client) (any, error) {
	changed := *cl
	if err := c.readClient(&changed, false); err != nil {
		return nil, err
	}
	*cl = changed
	c.record("ApiClient", "api_client_updated", cl.ID, cl.Name)
	return result(c.clientView(cl)), nil
}

// readClient reads what is given into a client.
func (c *call) readClient(cl *client, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if all {
		in.need("name", "api_privilege_group_id", "all_folders")
	}
	keep(in, "name", &cl.Name, in.text("name"))
	keep(in, "api_privilege_group_id", &cl.RoleID, in.number("api_privilege_group_id"))
	keep(in, "all_folders", &cl.AllFolders, in.flag("all_folders"))
	keep(in, "folder_ids", &cl.FolderIDs, sorted(in.numbers("folder_ids")))
	keep(in, "ip_allow_list", &cl.IPAllowList, in.addresses("ip_allow_list"))
	c.readEnvironment(in, cl, all)
	if in.has("name") && strings.TrimSpace(cl.Name) == "" && !all {
		in.complain("name", "can't be blank")
	}
	if in.has("api_privilege_group_id") && c.clientRoles.get(cl.RoleID) == nil {
		in.complain("api_privilege_group_id", "is unknown")
	}
	c.checkFolders(in, cl)
	cl.UpdatedAt = c.now
	return in.err()
}

// checkFolders holds the folders of a limited client against those there are, in whatever environment (inf).
func (c *call) checkFolders(in *input, cl *client) {
	if cl.AllFolders {
		cl.FolderIDs = []int64{}
		return
	}
	if len(cl.FolderIDs) == 0 && (in.has("all_folders") || in.has("folder_ids")) {
		in.complain("folder_ids", "can't be blank")
	}
	for _, id := range cl.FolderIDs {
		if c.folders.get(id) == nil {
			in.complain("folder_ids", "contains the unknown folder %d", id)
		}
	}
}

// readEnvironment ignores the name if the workspace has no environments (inf).
func (c *call) readEnvironment(in *input, cl *client, need bool) {
	if c.opts.NoEnvironments {
		return
	}
	if need {
		in.need("environment_name")
	}
	name := in.text("environment_name")
	for _, e := range environments {
		if e.name == name {
			cl.Environment = e.kind
			return
		}
	}
	if name != "" {
		in.complain("environment_name", "%q is unknown", name)
	}
}

// addresses are a text with commas, or a list: the documents have both.
func (in *input) addresses(name string) string {
	if _, ok := in.values[name].([]any); ok {
		return strings.Join(in.texts(name), ",")
	}
	return in.text(name)
}

// newToken kills the token before it.
func (c *call) newToken(cl *client) {
	c.tokens++
	cl.token = fmt.Sprintf("wrkaus-emulated.client%d.token%d", cl.ID, c.tokens)
	cl.UpdatedAt, cl.TokenUpdatedAt = c.now, c.now
}

func regenerate(c *call, cl *client) (any, error) {
	c.newToken(cl)
	c.record("ApiClient", "api_client_token_regenerated", cl.ID, cl.Name)
	return c.secretView(cl), nil
}

func deleteClient(c *call, cl *client) (any, error) {
	c.clients.drop(cl.ID)
	c.record("ApiClient", "api_client_deleted", cl.ID, cl.Name)
	return result("success"), nil
}

// A clientRole says what its clients may call, by the patterns of the routes.
type clientRole struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	Privileges []string  `json:"privileges"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

func clientRoleView(r *clientRole) object {
	return object{"id": r.ID, "name": r.Name, "created_at": at(r.CreatedAt), "updated_at": at(r.UpdatedAt)}
}

func listClientRoles(c *call) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	all := c.clientRoles.rows()
	return result(object{"items": views(cut(p, all), clientRoleView), "count": len(all), "page": p.number,
		"per_page": p.size}), nil
}

// copyClientRole takes a name, and has one of its own without it (inf): the documents do not say what is sent.
func copyClientRole(c *call) (any, error) {
	from := c.clientRoles.get(c.pathID("id"))
	if from == nil {
		return nil, notFound()
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	name := "Copy of " + from.Name
	keep(in, "name", &name, in.text("name"))
	if err := in.err(); err != nil {
		return nil, err
	}
	r := &clientRole{c.newID(), name, slices.Clone(from.Privileges), c.now, c.now}
	c.clientRoles.put(r.ID, r)
	c.record("ApiPrivilegeGroup", "api_privilege_group_created", r.ID, r.Name)
	return result(clientRoleView(r)), nil
}
