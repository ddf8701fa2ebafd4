package emulator

import "slices"

// access says who may do what: lists of permission ids by the id of a user or group.
type access map[string][]string

func (a access) copy() access {
	out := access{}
	for id, may := range a {
		out[id] = slices.Clone(may)
	}
	return out
}

// The permissions of a project while it is designed are like those of a cube (inf).
var (
	designKinds        = kinds("cube.read", "cube.update", "cube.delete")
	runtimeKinds       = kinds("cube.query", "cube.ctas")
	projectDesignKinds = kinds("project.read", "project.update", "project.delete")
)

// kinds are permissions that are named like their ids (inf).
func kinds(ids ...string) (out []named[string]) {
	for _, id := range ids {
		out = append(out, named[string]{id, id})
	}
	return out
}

func permissionRoutes() []route {
	const of = orgPath + "/permissions/project/{projectId}"
	return []route{
		{on: "GET " + of, need: mayDesign, do: projectPermissions},
		{on: "POST " + of, need: mayEdit, do: setAccessMode},
		{on: "GET " + of + "/cube", need: mayDesign, do: cubePermissionKinds},
		{on: "GET " + of + "/cube/{cubeId}", need: mayDesign, do: cubePermissions},
	}
}

// projectPermissions is as it is for cubes (inf).
func projectPermissions(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"exclusive_access":       p.Exclusive,
		"designtime_permissions": matrix("designtime_permission_matrix", projectDesignKinds, p.Access),
	}, nil
}

func setAccessMode(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	exclusive := f.flag("exclusive_access")
	if !f.has("exclusive_access") {
		f.complain("exclusive_access is required")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	p.Exclusive = exclusive
	return map[string]any{"exclusive_access": exclusive}, nil
}

func cubePermissionKinds(c *call) (any, error) {
	_, err := c.project()
	return map[string]any{"designtime_permissions": designKinds, "runtime_permissions": runtimeKinds}, err
}

// cubePermissions shows a matrix for each time. (inf) The second is like the first.
func cubePermissions(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	k := p.cube(c.path("cubeId"))
	if k == nil {
		return nil, notFound("Cube", c.path("cubeId"))
	}
	return map[string]any{
		"designtime_permissions": matrix("designtime_permission_matrix", designKinds, k.Design),
		"runtime_permissions":    matrix("runtime_permission_matrix", runtimeKinds, k.Runtime),
	}, nil
}

func matrix(name string, known []named[string], a access) any {
	return map[string]any{"permissions": known, name: a.copy()}
}

// forget takes a user or group out of all matrices (inf).
func (st *state) forget(principal string) {
	for p := range st.projects.all() {
		delete(p.Access, principal)
		for i := range p.Cubes {
			delete(p.Cubes[i].Design, principal)
			delete(p.Cubes[i].Runtime, principal)
		}
	}
}

// sees reports whether somebody may look at a project: if it is exclusive, only its maker and those named. (inf)
func (st *state) sees(u *user, p *project) bool {
	if !p.Exclusive || u.SuperUser || p.CreatedBy == u.ID || len(p.Access[u.ID]) > 0 {
		return true
	}
	return slices.ContainsFunc(u.Groups, func(id string) bool { return len(p.Access[id]) > 0 })
}
