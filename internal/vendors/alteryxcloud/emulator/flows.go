package emulator

import "slices"

// A flow holds recipes, which run as jobs.
type flow struct {
	ID int64 `json:"id"`
	asset
	FolderID int64    `json:"folderId,omitempty"`
	Settings object   `json:"settings"`
	Recipes  []recipe `json:"recipes"`
	Fails    bool     `json:"fails"` // its jobs do
}

// A recipe is known on the wire as a wrangledDataset.
type recipe struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func flowRoutes() []route {
	return append(listed("/flows", v4, listFlows, usualLimit), []route{
		{on: "GET /flowsLibrary", do: func(c *call) (any, error) {
			rows, err := flowLibrary(c)
			if err != nil {
				return nil, err
			}
			return c.list(rows)
		}},
		{on: "GET /flowsLibrary/count", do: func(c *call) (any, error) {
			rows, err := flowLibrary(c)
			if err != nil {
				return nil, err
			}
			return c.total(rows)
		}},
		{on: "POST /flows", do: createFlow},
		{on: "GET /flows/{id}", do: onFlow(func(c *call, f *flow) (any, error) { return c.only(c.flowView(f)), nil })},
		{on: "PATCH /flows/{id}", do: onFlow(updateFlow)},
		{on: "PUT /flows/{id}", do: func(*call) (any, error) { return nil, forbidden("Use PATCH.") }},
		{on: "POST /flows/{id}/copy", do: onFlow(copyFlow)},
		{on: "DELETE /flows/{id}", do: onFlow(deleteFlow)},
		{on: "GET /flows/{id}/permissions", noLegacy: true, do: onFlow(listFlowShares)},
		{on: "POST /flows/{id}/permissions", do: onFlow(shareFlow)},
	}...)
}

func onFlow(do func(*call, *flow) (any, error)) handler {
	return func(c *call) (any, error) {
		f, err := c.flow(c.pathID("id"))
		if err != nil {
			return nil, err
		}
		return do(c, f)
	}
}

func (c *call) flow(id int64) (*flow, error) {
	if f := c.flows[id]; f != nil && c.sees(&f.asset) {
		return f, nil
	}
	return nil, c.missing("Flow", id)
}

func (c *call) flowView(f *flow) object {
	return f.show(object{"id": f.ID, "name": f.Name, "description": f.Description, "folder": ref(f.FolderID),
		"creator": ref(f.OwnerID), "updater": ref(f.UpdatedBy), "settings": f.Settings, "workspace": ref(f.WorkspaceID),
		"defaultOutputDir": nil})
}

func listFlows(c *call) ([]object, error) { return c.flowsBy("flowsFilter") }

// flowLibrary also knows what could be transferred.
func flowLibrary(c *call) ([]object, error) { return c.flowsBy("flowsFilter", "forTransfer") }

func (c *call) flowsBy(param string, also ...string) ([]object, error) {
	mine, err := c.ownership(param, also...)
	if err != nil {
		return nil, err
	}
	folders, err := c.paramIDs("folderId")
	if err != nil {
		return nil, err
	}
	return views(c.flows.where(
		func(f *flow) bool { return mine(&f.asset) },
		func(f *flow) bool { return len(folders) == 0 || slices.Contains(folders, f.FolderID) },
	), c.flowView), nil
}

// readFlow sets what was given.
func (c *call) readFlow(f *flow, in *input) error {
	keep(in, "name", &f.Name, in.text("name"))
	keep(in, "description", &f.Description, in.text("description"))
	keep(in, "settings", &f.Settings, in.object("settings"))
	keep(in, "folderId", &f.FolderID, in.id("folderId"))
	if v, given := in.values["folderId"]; given && v == nil {
		f.FolderID = 0 // out of its folder (inf)
	}
	if err := in.err(); err != nil {
		return err
	}
	if f.FolderID != 0 && c.folders[f.FolderID] == nil {
		return refuse("There is no folder %d.", f.FolderID)
	}
	return nil
}

// createFlow has a name for flows without one (inf), and gives the flow a recipe (inf): without one it would be of no
// use here.
func createFlow(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	f := &flow{asset: c.newAsset("Untitled Flow", ""), Settings: object{}}
	in.flag("incrementName")
	if err := c.readFlow(f, in); err != nil {
		return nil, err
	}
	f.ID = c.newID()
	f.Recipes = []recipe{{c.newID(), f.Name}}
	c.flows.put(f.ID, f)
	return created{c.flowView(f)}, nil
}

func updateFlow(c *call, f *flow) (any, error) {
	if err := c.mayEdit(&f.asset); err != nil {
		return nil, err
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	next := *f
	if err := c.readFlow(&next, in); err != nil {
		return nil, err
	}
	next.touch(c)
	*f = next
	return object{"id": f.ID, "updater": ref(f.UpdatedBy), "updatedAt": stamp(f.UpdatedAt)}, nil
}

// copyFlow belongs to the caller; a copy without a name gets one (inf).
func copyFlow(c *call, f *flow) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.flag("copyDatasources")
	next := &flow{asset: c.newAsset("Copy of "+f.Name, f.Description), Settings: f.Settings, Fails: f.Fails}
	keep(in, "name", &next.Name, in.text("name"))
	keep(in, "description", &next.Description, in.text("description"))
	if err := in.err(); err != nil {
		return nil, err
	}
	next.ID = c.newID()
	for _, r := range f.Recipes {
		next.Recipes = append(next.Recipes, recipe{c.newID(), r.Name})
	}
	c.flows.put(next.ID, next)
	return created{c.flowView(next)}, nil
}

func deleteFlow(c *call, f *flow) (any, error) {
	if err := c.mayOwn(&f.asset); err != nil {
		return nil, err
	}
	c.dropFlow(f)
	return noContent{}, nil
}

// dropFlow leaves plans alone that refer to it: they cannot run any more.
func (c *call) dropFlow(f *flow) {
	c.flows.drop(f.ID)
	c.forget("Flow", f.ID)
}

func (c *call) flowShareView(f *flow, s share) object {
	return s.show(object{"role": s.Role, "policy": orNull(s.Policy), "person": c.publicPerson(s.SubjectID), "flow": ref(f.ID)})
}

// listFlowShares begins with the owner (inf).
func listFlowShares(c *call, f *flow) (any, error) {
	out := []object{c.flowShareView(f, share{SubjectID: f.OwnerID, Role: "owner", times: f.times})}
	for _, s := range f.Shares {
		out = append(out, c.flowShareView(f, s))
	}
	return c.list(out)
}

func shareFlow(c *call, f *flow) (any, error) {
	if err := c.mayOwn(&f.asset); err != nil {
		return nil, err
	}
	grants, err := c.readGrants("collaborator", "readOnly")
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, s := range grants {
		f.share(s)
		out = append(out, c.flowShareView(f, s))
	}
	return created{object{"data": out}}, nil
}
