package emulator

import (
	"slices"
	"strconv"
	"time"
)

// A workspace is what is told of a workspace itself.
type workspace struct {
	ID        int64  `json:"id"`
	GID       string `json:"gid"`
	Name      string `json:"name"`
	State     string `json:"state"`
	Tier      string `json:"tier"`
	CustomURL string `json:"custom_url"`
	MaxUsers  int64  `json:"max_user_number"`
	times
	Settings map[string]any `json:"settings"` // those that are not the default
}

var tiers = []string{"free", "pro", "none", "legacy", "standard", "premium", "standard-free", "starter", "professional",
	"professional_trial", "enterprise_cloud", "enterprise_cloud_trial", "starter22", "professional22",
	"enterprise_cloud22", "enterprise_cloud22_trial", "looker_freemium", "platform_packaging"}

func workspaceRoutes() []route {
	return []route{
		{on: "GET /workspaces", do: listWorkspaces},
		{on: "POST /workspaces", admin: true, do: createWorkspace},
		{on: "GET /workspaces/current", in: v4 | iam, do: getWorkspace},
		{on: "GET /workspaces/{workspace}", do: getWorkspace},
	}
}

func decimal(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// listWorkspaces is a bare array of those that the caller is a member of; accountId changes nothing, there is one
// account (inf).
func listWorkspaces(c *call) (any, error) {
	out := []object{}
	for s := range c.spaces.all() {
		if s.people[c.by.ID] != nil {
			out = append(out, c.only(s.view()))
		}
	}
	return out, nil
}

func getWorkspace(c *call) (any, error) { return c.view(), nil }

func (s *space) view() object {
	w := s.info
	return w.show(object{"id": w.ID, "gid": w.GID, "name": w.Name, "state": w.State, "tier": w.Tier,
		"lastStateChange": stamp(w.CreatedAt), "custom_url": w.CustomURL, "max_user_number": w.MaxUsers,
		"userCount": len(s.people), "workspace_member_count": len(s.people), "workspace_tier": w.Tier, "emrCluster": nil,
		"workspacetiers": object{"data": []object{{"id": w.ID, "isSingleUser": false, "name": w.Tier, "workspaceId": w.ID}}}})
}

// createWorkspace makes the caller its admin. Whoever is admin of a workspace counts as admin of the account (inf).
func createWorkspace(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	w := workspace{Name: in.text("name"), State: "active", Tier: "enterprise_cloud22", CustomURL: in.text("custom_url"),
		MaxUsers: 10, times: made(c.now), Settings: map[string]any{}}
	keep(in, "tier", &w.Tier, in.word("tier", tiers...))
	keep(in, "state", &w.State, in.word("state", "active", "hidden", "pending_purge"))
	keep(in, "max_user_number", &w.MaxUsers, in.number("max_user_number"))
	in.number("emrConfigId")
	if err := in.err(); err != nil {
		return nil, err
	}
	w.ID = c.newID()
	w.GID = gid("01EM", w.ID)
	if w.Name == "" {
		w.Name = "Workspace " + strconv.FormatInt(w.ID, 10) // (inf)
	}
	s := newSpace(w)
	c.seedRoles(s, c.now, c.newID)
	c.spaces.put(w.ID, s)
	s.join(c.by.ID, c.by.Email, c.by.Name, c.now).enable([]int64{s.adminRole()})
	return created{s.view()}, nil
}

// join makes a member who is yet to accept.
func (s *space) join(id int64, email, name string, now time.Time) *person {
	p := &person{ID: id, WorkspaceID: s.WorkspaceID, Email: email, Name: name, Status: invited, State: "active",
		Roles: []int64{}, OutputHomeDir: "/" + email + "/queryResults", UploadDir: "/" + email + "/uploads",
		LastStateChange: now, times: made(now)}
	s.people.put(id, p)
	return p
}

func (p *person) enable(roles []int64) { p.Status, p.Roles = active, sorted(roles) }

// adminRole is the id of the built-in role.
func (s *space) adminRole() int64 {
	i := slices.IndexFunc(s.roles.rows(), func(r *role) bool { return r.Tag == "workspace_admin" })
	return s.roles.rows()[i].ID
}
