package emulator

import (
	"slices"
	"time"
)

// A role is a custom role of the legacy model.
type role struct {
	ID          int64      `json:"id"`
	Name        string     `json:"name"`
	Inheritable bool       `json:"inheritable"`
	FolderIDs   []int64    `json:"folder_ids"` // none means all
	Privileges  privileges `json:"privileges"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
}

// systemRoles are the vendor's own. They are in no list.
var systemRoles = map[string]privileges{
	"Admin": everything,
	"Analyst": {"Connections": {"read", "create", "update"}, "Folders": {"read", "create"}, "Recipes": {"read",
		"create", "update", "run"}},
	"Operator": {"Connections": {"read"}, "Folders": {"read"}, "Recipes": {"read", "run"}},
}

func roleRoutes() []route {
	in := perMinute("roles")
	return []route{
		{on: "GET /api/roles", bucket: in, do: listRoles},
		{on: "PUT /api/roles/{id}", bucket: in, do: onRole(updateRole)},
		{on: "POST /api/roles/{id}/copy", bucket: in, do: onRole(copyRole)},
	}
}

func onRole(do func(*call, *role) (any, error)) handler {
	return func(c *call) (any, error) {
		r := c.roles.get(c.pathID("id"))
		if r == nil {
			return nil, notFound()
		}
		return do(c, r)
	}
}

func roleView(r *role) object {
	return object{"id": r.ID, "name": r.Name, "inheritable": r.Inheritable, "folder_ids": r.FolderIDs,
		"privileges": r.Privileges, "created_at": at(r.CreatedAt), "updated_at": at(r.UpdatedAt)}
}

func listRoles(c *call) (any, error) { return bare(c, views(c.roles.rows(), roleView)) }

// updateRole wants all_folders as a text. It answers the role (inf).
func updateRole(c *call, r *role) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("all_folders")
	all, folders := in.text("all_folders"), c.readFolders(in)
	switch {
	case all != "" && all != "true" && all != "false":
		in.complain("all_folders", "must be \"true\" or \"false\"")
	case all == "true" && len(folders) > 0:
		in.complain("all_folders", "must be \"false\" with folder_ids")
	case all == "false" && len(folders) == 0: // (inf)
		in.complain("folder_ids", "can't be blank")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	r.FolderIDs, r.UpdatedAt = folders, c.now
	c.record("PrivilegeGroup", "privilege_group_updated", r.ID, r.Name)
	return roleView(r), nil
}

func (c *call) readFolders(in *input) []int64 {
	ids := sorted(in.ids("folder_ids"))
	for _, id := range ids {
		if !c.sees(id) {
			in.complain("folder_ids", "contains the unknown folder %d", id)
		}
	}
	return ids
}

// copyRole answers the new role (inf).
func copyRole(c *call, r *role) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name")
	made := *r
	made.Name, made.FolderIDs = in.short("name", 255), slices.Clone(r.FolderIDs)
	keep(in, "folder_ids", &made.FolderIDs, c.readFolders(in))
	for other := range c.roles.all() { // (inf)
		if other.Name == made.Name {
			in.complain("name", "has already been taken")
		}
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	made.ID, made.CreatedAt, made.UpdatedAt = c.newID(), c.now, c.now
	c.roles.put(made.ID, &made)
	c.record("PrivilegeGroup", "privilege_group_created", made.ID, made.Name)
	return roleView(&made), nil
}
