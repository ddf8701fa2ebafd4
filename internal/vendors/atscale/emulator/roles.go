package emulator

import "slices"

// A permission is a right in a whole organization.
type permission string

// (inf) The documents name rights in words and show the ids of some; the ids of the others are made like those.
const (
	mayLogIn       permission = "login"
	mayAdminister  permission = "org_admin"
	mayDesign      permission = "dc_user"
	mayCreate      permission = "object_create"
	mayEdit        permission = "global.project.edit"
	mayPublish     permission = "project_publish"
	mayView        permission = "aggregates_view"
	mayManage      permission = "aggregates_manage"
	mayViewQueries permission = "queries_view"
	mayConnect     permission = "datawarehouses_admin"

	// These are no permissions but flags of a user.
	superuser    permission = "SUPERUSER"
	apiSuperuser permission = "API_SUPERUSER"
)

// permissionNames are what the API calls the permissions, in the order in which it tells them.
var permissionNames = []named[permission]{
	{mayLogIn, "login"}, {mayAdminister, "organizations.administer"}, {mayDesign, "designcenter.user"},
	{mayCreate, "object.create"}, {mayEdit, "global.project.edit"}, {mayPublish, "project.publish"},
	{mayView, "aggregates.view"}, {mayManage, "aggregates.manage"}, {mayViewQueries, "queries.view"},
	{mayConnect, "datawarehouses.admin"},
}

type named[ID ~string] struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

// A role is a bundle of permissions.
type role struct {
	ID          string       `json:"id"`
	OrgID       string       `json:"orgId"`
	Title       string       `json:"title"`
	Permissions []permission `json:"permissions"`
}

func roleRoutes() []route {
	return []route{{on: "GET " + orgPath + "/roles", need: mayAdminister, do: listRoles}}
}

// listRoles nests its list once more than others do.
func listRoles(c *call) (any, error) {
	rows := c.roles.where(func(r *role) bool { return r.OrgID == c.org.ID })
	return map[string]any{"roles": views(rows, func(r *role) any {
		held := []named[permission]{}
		for _, p := range permissionNames {
			if slices.Contains(r.Permissions, p.ID) {
				held = append(held, p)
			}
		}
		return map[string]any{"id": r.ID, "title": r.Title, "permissions": held}
	})}, nil
}

// allows reports whether a user has a permission in an organization. (inf) Superusers have all, and so API superusers
// may administer.
func (st *state) allows(u *user, orgID string, p permission) bool {
	switch {
	case p == apiSuperuser:
		return u.APISuperUser
	case u.SuperUser, p == mayAdminister && u.APISuperUser:
		return true
	case p == superuser:
		return false
	case p == "":
		return len(u.Roles[orgID]) > 0
	}
	return slices.ContainsFunc(u.Roles[orgID], func(id string) bool {
		r := st.roles.get(id)
		return r != nil && slices.Contains(r.Permissions, p)
	})
}
