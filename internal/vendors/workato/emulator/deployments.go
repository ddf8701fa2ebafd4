package emulator

import (
	"strings"
	"time"
)

// A build is a project as it was at a moment.
type build struct {
	ID          int64     `json:"id"`
	State       string    `json:"state"` // pending or success
	ProjectID   int64     `json:"project_id"`
	Description string    `json:"description"`
	By          string    `json:"performed_by_name"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`

	data []byte // a package
}

// A deployment brings a build into another environment.
type deployment struct {
	ID          int64        `json:"id"`
	State       string       `json:"state"` // pending, success or failed
	BuildID     int64        `json:"project_build_id"`
	ProjectID   int64        `json:"project_id"`
	Environment environment  `json:"environment_type"`
	Description string       `json:"description"`
	By          string       `json:"performed_by_name"`
	Recipes     []recipeDone `json:"-"`
	CreatedAt   time.Time    `json:"created_at"`
	UpdatedAt   time.Time    `json:"updated_at"`

	by *client
}

// deployTime is how long a build and a deployment take each (inf).
const deployTime = 5 * time.Second

func deploymentRoutes() []route {
	in := perMinute("deployments")
	return []route{
		{on: "POST /api/projects/{id}/build", bucket: in, do: provisioned(buildProject)},
		{on: "GET /api/project_builds/{id}", bucket: in, do: provisioned(getBuild)},
		{on: "POST /api/project_builds/{id}/deploy", bucket: in, do: provisioned(deployBuild)},
		{on: "POST /api/projects/{id}/deploy", bucket: in, do: provisioned(deployProject)},
		{on: "GET /api/deployments/{id}", bucket: in, do: provisioned(getDeployment)},
		{on: "GET /api/deployments", bucket: in, do: provisioned(listDeployments)},
	}
}

// provisioned refuses what needs environments where there are none.
func provisioned(do handler) handler {
	return func(c *call) (any, error) {
		if c.opts.NoEnvironments {
			return nil, badRequest("Environments not provisioned")
		}
		return do(c)
	}
}

// projectOrFolder finds a project by its id, or by that of its folder after an f.
func (c *call) projectOrFolder(id string) *project {
	folderID, isFolder := strings.CutPrefix(id, "f")
	for p := range c.projects.all() {
		if c.sees(p.FolderID) && (isFolder && decimal(p.FolderID) == folderID || !isFolder && decimal(p.ID) == id) {
			return p
		}
	}
	return nil
}

func (c *call) performer() string {
	if m := c.members.get(c.by.UserID); m != nil {
		return m.Name
	}
	return c.by.Name
}

func (c *call) newBuild(p *project, description string) (*build, error) {
	content, err := c.zip(p.FolderID, c.assetsIn(p.FolderID))
	if err != nil {
		return nil, err
	}
	b := &build{ID: c.newID(), State: pending, ProjectID: p.ID, Description: description, By: c.performer(),
		CreatedAt: c.now, UpdatedAt: c.now, data: content}
	c.builds.put(b.ID, b)
	c.record("ProjectBuild", "project_build_created", b.ID, p.Name)
	return b, nil
}

// described reads a body that holds a description.
func (c *call) described() (string, error) {
	in, err := c.body()
	if err != nil {
		return "", err
	}
	text := in.text("description")
	in.flag("include_test_cases")
	return text, in.err()
}

func buildProject(c *call) (any, error) {
	p := c.projectOrFolder(c.r.PathValue("id"))
	if p == nil {
		return nil, notFound()
	}
	text, err := c.described()
	if err != nil {
		return nil, err
	}
	b, err := c.newBuild(p, text)
	if err != nil {
		return nil, err
	}
	return buildView(b), nil
}

// buildView has no URL: builds cannot be downloaded here (inf).
func buildView(b *build) object {
	return object{"id": b.ID, "state": b.State, "project_id": b.ProjectID, "description": b.Description,
		"download_url":      nil,
		"performed_by_name": b.By, "created_at": at(b.CreatedAt), "updated_at": at(b.UpdatedAt)}
}

func (c *call) build() *build {
	if b := c.builds.get(c.pathID("id")); b != nil && c.project(b.ProjectID) != nil {
		return b
	}
	return nil
}

func getBuild(c *call) (any, error) {
	if b := c.build(); b != nil {
		return buildView(b), nil
	}
	return nil, notFound()
}

// target is the environment to deploy to. One that is missing is a 400, one that is unknown a 404.
func (c *call) target() (environment, error) {
	switch env := environment(c.param("environment_type")); env {
	case "":
		return "", badField("environment_type", "can't be blank")
	case test, prod:
		return env, nil
	}
	return "", notFound()
}

func deployBuild(c *call) (any, error) {
	b := c.build()
	if b == nil {
		return nil, notFound()
	}
	return c.deploy(func(string) (*build, error) { return b, nil })
}

func deployProject(c *call) (any, error) {
	p := c.projectOrFolder(c.r.PathValue("id"))
	if p == nil {
		return nil, notFound()
	}
	return c.deploy(func(text string) (*build, error) { return c.newBuild(p, text) })
}

func (c *call) deploy(from func(description string) (*build, error)) (any, error) {
	env, err := c.target()
	if err != nil {
		return nil, err
	}
	text, err := c.described()
	if err != nil {
		return nil, err
	}
	b, err := from(text)
	if err != nil {
		return nil, err
	}
	d := &deployment{ID: c.newID(), State: pending, BuildID: b.ID, ProjectID: b.ProjectID, Environment: env,
		Description: text,
		By:          c.performer(), CreatedAt: c.now, UpdatedAt: c.now, by: c.by}
	c.deployments.put(d.ID, d)
	c.record("Deployment", "deployment_created", d.ID, c.projects.get(b.ProjectID).Name)
	return deploymentView(d), nil
}

func deploymentView(d *deployment) object {
	return object{"id": d.ID, "state": d.State, "project_build_id": d.BuildID, "environment_type": d.Environment,
		"project_id": d.ProjectID, "description": d.Description, "performed_by_name": d.By,
		"created_at": at(d.CreatedAt), "updated_at": at(d.UpdatedAt)}
}

func getDeployment(c *call) (any, error) {
	d := c.deployments.get(c.pathID("id"))
	if d == nil || c.project(d.ProjectID) == nil {
		return nil, notFound()
	}
	return deploymentView(d), nil
}

func listDeployments(c *call) (any, error) {
	from, err := c.paramTime("from")
	if err != nil {
		return nil, err
	}
	to, err := c.paramTime("to")
	if err != nil {
		return nil, err
	}
	found := c.deployments.where(func(d *deployment) bool {
		p := c.project(d.ProjectID)
		return p != nil && (!c.given("project_id") || c.param("project_id") == decimal(d.ProjectID)) &&
			(!c.given("folder_id") || strings.TrimPrefix(c.param("folder_id"), "f") == decimal(p.FolderID)) &&
			(!c.given("environment_type") || c.param("environment_type") == string(d.Environment)) &&
			(!c.given("state") || c.param("state") == d.State) &&
			!d.CreatedAt.Before(from) && (to.IsZero() || !d.CreatedAt.After(to))
	})
	return object{"items": views(found, deploymentView)}, nil
}

func (b *build) settle(now time.Time) {
	if done := b.CreatedAt.Add(deployTime); b.State == pending && !now.Before(done) {
		b.State, b.UpdatedAt = "success", done
	}
}

// settle has a deployment end. It fails if a recipe of the build is not valid, or the project is gone (inf).
func (d *deployment) settle(st *state, now time.Time) {
	done := d.CreatedAt.Add(2 * deployTime)
	if d.State != pending || now.Before(done) {
		return
	}
	d.State, d.UpdatedAt = failed, done
	p, b := st.projects.get(d.ProjectID), st.builds.get(d.BuildID)
	if p == nil || b == nil {
		return
	}
	recipes, _, _ := readZip(b.data)
	if !valid(recipes) {
		return
	}
	d.State = "success"
	into := &pack{FolderID: st.counterpart(p, d.Environment, done).ID, Restart: true, by: d.by,
		data: st.builds.get(d.BuildID).data}
	st.unpack(into, done)
	d.Recipes = into.Recipes
}

func valid(recipes []packed[packedRecipe]) bool {
	for _, f := range recipes {
		if r := (&recipe{Code: f.content.Code}); len(r.codeErrors()) > 0 {
			return false
		}
	}
	return true
}

// counterpart is the folder of the project with the same name in another environment. It is made if there is none.
func (st *state) counterpart(p *project, env environment, now time.Time) *folder {
	root := st.rootOf(env)
	if f := st.child(strings.ReplaceAll(p.Name, "/", "_"), root.ID); f != nil {
		return f
	}
	return st.addFolder(p.Name, root, now)
}
