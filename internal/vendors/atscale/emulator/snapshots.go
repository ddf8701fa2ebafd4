package emulator

import "time"

// A snapshot is a project as it once was.
type snapshot struct {
	ID        string    `json:"id"`
	ProjectID string    `json:"projectId"`
	Name      string    `json:"name"`
	Created   time.Time `json:"created"`
	CreatedBy string    `json:"createdBy"`
	Was       project   `json:"was"`
}

// snapshotRoutes have everything by analogy but the list (inf).
func snapshotRoutes() []route {
	const list = orgPath + "/project/{projectId}/snapshots"
	return []route{
		{on: "GET " + list, need: mayDesign, do: listSnapshots},
		{on: "GET " + list + "/{snapshotId}", need: mayDesign, do: getSnapshot},
		{on: "POST " + list + "/{snapshotId}/restore", need: mayEdit, do: restoreSnapshot},
	}
}

func (s *snapshot) view() map[string]any {
	return map[string]any{
		"id": s.ID, "project_id": s.ProjectID, "name": s.Name, "created": moment(s.Created), "created_by": s.CreatedBy,
	}
}

func listSnapshots(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	rows := c.snapshots.where(func(s *snapshot) bool { return s.ProjectID == p.ID })
	return views(rows, (*snapshot).view), nil
}

func (c *call) snapshot() (*project, *snapshot, error) {
	p, err := c.project()
	if err != nil {
		return nil, nil, err
	}
	s, err := find(&c.snapshots, c.path("snapshotId"), "Snapshot")
	if err == nil && s.ProjectID != p.ID {
		err = notFound("Snapshot", s.ID)
	}
	return p, s, err
}

func getSnapshot(c *call) (any, error) {
	_, s, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	out := s.view()
	out["project"] = s.Was.view()
	return out, nil
}

// restoreSnapshot brings the definition back, not who may see it.
func restoreSnapshot(c *call) (any, error) {
	p, s, err := c.snapshot()
	if err != nil {
		return nil, err
	}
	p.Name, p.Caption, p.Description = s.Was.Name, s.Was.Caption, s.Was.Description
	p.Cubes = copyCubes(s.Was.Cubes)
	return p.view(), nil
}
