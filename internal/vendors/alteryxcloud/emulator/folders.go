package emulator

// A folder holds flows. Everybody sees all folders (inf).
type folder struct {
	ID          int64  `json:"id"`
	WorkspaceID int64  `json:"workspaceId"`
	Name        string `json:"name"`
	Description string `json:"description"`
	OwnerID     int64  `json:"ownerId"`
	UpdatedBy   int64  `json:"updatedBy"`
	times
}

func folderRoutes() []route {
	return append(listed("/folders", v4, listFolders, usualLimit), []route{
		{on: "POST /folders", do: createFolder},
		{on: "GET /folders/{id}", do: onFolder(func(c *call, f *folder) (any, error) { return f.view(), nil })},
		{on: "PATCH /folders/{id}", do: onFolder(updateFolder)},
		{on: "DELETE /folders/{id}", do: onFolder(deleteFolder)},
		{on: "GET /folders/{id}/flows", do: onFolder(listFolderFlows)},
	}...)
}

func onFolder(do func(*call, *folder) (any, error)) handler {
	return func(c *call) (any, error) {
		f := c.folders[c.pathID("id")]
		if f == nil {
			return nil, c.missing("Folder", c.r.PathValue("id"))
		}
		return do(c, f)
	}
}

func (f *folder) view() object {
	return f.show(object{"id": f.ID, "name": f.Name, "description": f.Description, "creator": ref(f.OwnerID),
		"updater": ref(f.UpdatedBy), "workspace": ref(f.WorkspaceID)})
}

func listFolders(c *call) ([]object, error) { return views(c.folders.rows(), (*folder).view), nil }

func listFolderFlows(c *call, f *folder) (any, error) {
	mine, err := c.ownership("flowsFilter")
	if err != nil {
		return nil, err
	}
	return c.list(views(c.flows.where(func(w *flow) bool { return w.FolderID == f.ID && mine(&w.asset) }), c.flowView))
}

func createFolder(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	f := &folder{WorkspaceID: c.WorkspaceID, Name: "Untitled Folder", OwnerID: c.by.ID, UpdatedBy: c.by.ID, times: made(c.now)}
	keep(in, "name", &f.Name, in.text("name")) // (inf) that one without gets a name
	keep(in, "description", &f.Description, in.text("description"))
	if err := in.err(); err != nil {
		return nil, err
	}
	f.ID = c.newID()
	c.folders.put(f.ID, f)
	return created{f.view()}, nil
}

// mayChangeFolder is for the owner and for admins (inf).
func (c *call) mayChangeFolder(f *folder) error {
	if f.OwnerID == c.by.ID || c.isAdmin(c.by) {
		return nil
	}
	return forbidden("Only the owner may do that.")
}

func updateFolder(c *call, f *folder) (any, error) {
	if err := c.mayChangeFolder(f); err != nil {
		return nil, err
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	next := *f
	keep(in, "name", &next.Name, in.text("name"))
	keep(in, "description", &next.Description, in.text("description"))
	if err := in.err(); err != nil {
		return nil, err
	}
	*f = next
	f.UpdatedBy, f.UpdatedAt = c.by.ID, c.now
	return object{"id": f.ID, "updater": ref(f.UpdatedBy), "updatedAt": stamp(f.UpdatedAt)}, nil
}

// deleteFolder leaves the flows, outside of any folder (inf).
func deleteFolder(c *call, f *folder) (any, error) {
	if err := c.mayChangeFolder(f); err != nil {
		return nil, err
	}
	for w := range c.flows.all() {
		if w.FolderID == f.ID {
			w.FolderID = 0
		}
	}
	c.folders.drop(f.ID)
	c.forget("Folder", f.ID)
	return noContent{}, nil
}
