package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
)

func projectWriteRoutes() []route {
	const one = orgPath + "/project/{projectId}"
	return []route{
		{on: "POST " + orgPath + "/project", need: mayCreate, do: createProject},
		{on: "POST " + orgPath + "/project/createEmpty", need: mayCreate, forbids: true, do: createEmpty},
		{on: "POST " + orgPath + "/file/import", need: mayCreate, do: importFile},
		{on: "PATCH " + one, need: mayEdit, do: changeProject},
		{on: "POST " + one + "/copy", need: mayCreate, do: copyProject},
		{on: "DELETE " + one, need: mayEdit, do: deleteProject},
	}
}

// adopt stores a draft. (inf) It keeps the ids that it has if they are free, since cloning hands out ids before
// anything is stored.
func (c *call) adopt(p *project) {
	if p.ID == "" || c.projects.get(p.ID) != nil {
		p.ID = c.newID()
	}
	used := map[string]bool{"": true}
	for other := range c.projects.all() {
		for _, k := range other.Cubes {
			used[k.ID] = true
		}
	}
	for i := range p.Cubes {
		k := &p.Cubes[i]
		if used[k.ID] {
			k.ID = c.newID()
		}
		used[k.ID] = true
		if k.Caption == "" {
			k.Caption = k.Name
		}
		k.Design, k.Runtime = k.Design.copy(), k.Runtime.copy()
	}
	if p.Caption == "" {
		p.Caption = p.Name
	}
	p.OrgID, p.CreatedBy, p.Created, p.EngineID = c.org.ID, c.by.ID, c.now.UnixMilli(), ""
	c.projects.put(p.ID, p)
}

// createProject takes a definition as XML or as JSON.
func createProject(c *call) (any, error) {
	read := readJSON
	if strings.Contains(c.r.Header.Get("Content-Type"), "xml") {
		read = readXML
	}
	p, err := read(c.body)
	if err != nil {
		return nil, err
	}
	c.adopt(p)
	return p.view(), nil
}

// readJSON makes a draft of a definition, and keeps the parts it does not know.
func readJSON(data []byte) (*project, error) {
	type properties struct {
		Caption     string `json:"caption"`
		Description string `json:"description"`
	}
	var in struct {
		ID         string     `json:"id"`
		Name       string     `json:"name"`
		Properties properties `json:"properties"`
		Cubes      struct {
			Cube []struct {
				ID         string     `json:"id"`
				Name       string     `json:"name"`
				Properties properties `json:"properties"`
			} `json:"cube"`
		} `json:"cubes"`
	}
	p := &project{Access: access{}}
	if json.Unmarshal(data, &in) != nil || json.Unmarshal(data, &p.Extra) != nil {
		return nil, badRequest("The project definition is malformed")
	}
	if strings.TrimSpace(in.Name) == "" {
		return nil, badRequest("The project has no name")
	}
	for _, known := range []string{"id", "name", "created", "environment", "annotations", "properties", "cubes"} {
		delete(p.Extra, known)
	}
	p.ID, p.Name, p.Caption, p.Description = in.ID, in.Name, in.Properties.Caption, in.Properties.Description
	for _, k := range in.Cubes.Cube {
		p.Cubes = append(p.Cubes, cube{ID: k.ID, Name: k.Name, Caption: k.Properties.Caption,
			Description: k.Properties.Description})
	}
	return p, nil
}

// createEmpty takes its input from the query or from the body.
func createEmpty(c *call) (any, error) {
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"speculative-aggregate", "inclusive-access"} {
		if v, err := c.flag(name); err != nil {
			return nil, err
		} else if c.query(name) != "" {
			f.in[name] = v
		}
	}
	if name := c.query("name"); name != "" {
		f.in["name"] = name
	}
	p := &project{Name: f.need("name"), Speculative: f.flag("speculative-aggregate"), Access: access{}}
	p.Exclusive = f.has("inclusive-access") && !f.flag("inclusive-access")
	if err := f.err(); err != nil {
		return nil, err
	}
	c.adopt(p)
	return p.view(), nil
}

// changeProject changes what it is told to: the name in queries and the description only if a flag says so.
func changeProject(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	f, err := c.fields()
	if err != nil {
		return nil, err
	}
	changed := *p
	if id := f.text("projectId"); id != "" && id != p.ID { // (inf)
		f.complain("projectId is not that of the path")
	}
	if f.has("display_name") {
		changed.Caption = f.need("display_name")
	}
	if f.flag("renaming_query_name") {
		changed.Name = f.need("display_name")
	}
	if f.flag("updating_description") {
		changed.Description = f.text("description")
	}
	if f.has("intended_env_id") {
		changed.EnvID = f.text("intended_env_id")
	}
	if f.has("prediction_def_aggs") {
		changed.Predicted = f.flag("prediction_def_aggs")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if e := c.environments.get(changed.EnvID); changed.EnvID != p.EnvID && (e == nil || e.OrgID != c.org.ID) {
		return nil, badRequest("Environment %s not found", changed.EnvID)
	}
	*p = changed
	return p.view(), nil
}

func copyProject(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	speculative, err := c.flag("speculativeAggregate")
	if err != nil {
		return nil, err
	}
	name := c.query("newName")
	if name == "" {
		return nil, badRequest("newName is required")
	}
	out := c.copyOf(p)
	out.Name, out.Caption, out.Speculative = name, name, speculative
	if c.query("access") != "copy" {
		out.Access, out.Exclusive = access{}, false // (inf)
	}
	c.projects.put(out.ID, out)
	return out.view(), nil
}

// deleteProject leaves what was published alone (inf): that is another call to another port.
func deleteProject(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	if !c.mayDelete(p) {
		return nil, refuse(http.StatusUnauthorized, "The user is not allowed to delete project %s", p.ID)
	}
	c.projects.drop(p.ID)
	c.snapshots.dropIf(func(s *snapshot) bool { return s.ProjectID == p.ID })
	return map[string]any{}, nil
}
