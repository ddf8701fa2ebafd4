package emulator

import (
	"fmt"
	"strings"
)

// A property is a named value of an environment, or of a project.
type property struct {
	ID          string      `json:"id"` // environment, project and name
	Environment environment `json:"environment_type"`
	ProjectID   int64       `json:"project_id,omitempty"`
	Name        string      `json:"name"`
	Value       string      `json:"value"`
}

func propertyRoutes() []route {
	in := perMinute("properties")
	return []route{
		{on: "GET /api/properties", bucket: in, do: listProperties},
		{on: "POST /api/properties", bucket: in, do: putProperties},
	}
}

// propertyProject is the project that is asked for, or 0. One that the caller cannot see is a 404 (inf).
func (c *call) propertyProject() (int64, error) {
	id, err := c.paramID("project_id")
	if err == nil && c.given("project_id") && c.project(id) == nil {
		err = notFound()
	}
	return id, err
}

// listProperties strips the prefix from the names of project properties, as the vendor's sample does.
func listProperties(c *call) (any, error) {
	projectID, err := c.propertyProject()
	if err != nil {
		return nil, err
	}
	prefix := c.param("prefix")
	if prefix == "" {
		return nil, badField("prefix", "can't be blank")
	}
	out := object{}
	for p := range c.properties.all() {
		name, ok := strings.CutPrefix(p.Name, prefix)
		if projectID == 0 {
			name = p.Name
		}
		if ok && p.Environment == c.env && p.ProjectID == projectID {
			out[name] = p.Value
		}
	}
	return out, nil
}

const (
	mostProperties   = 1000
	longestName      = 100
	longestValue     = 1024
	propertiesObject = "properties"
)

func putProperties(c *call) (any, error) {
	projectID, err := c.propertyProject()
	if err != nil {
		return nil, err
	}
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need(propertiesObject)
	typed[object](in, propertiesObject, "an Object")
	given := in.within(propertiesObject)
	if given == in {
		given = &input{object{}, "", in.wrong}
	}
	rows := c.readProperties(given, projectID)
	if err := in.err(); err != nil {
		return nil, err
	}
	for _, p := range rows {
		c.properties.put(p.ID, p)
	}
	c.record("AccountProperty", "account_property_updated", nil, "")
	return success(), nil
}

func (c *call) readProperties(in *input, projectID int64) []*property {
	var rows []*property
	count := len(c.properties.where(func(p *property) bool { return p.Environment == c.env && p.ProjectID == projectID }))
	for name := range in.values {
		if name == "" || len([]rune(name)) > longestName {
			in.complain(name, "must have 1 to %d characters", longestName)
		}
		p := &property{fmt.Sprintf("%s/%d/%s", c.env, projectID, name), c.env, projectID, name, in.short(name, longestValue)}
		if c.properties.get(p.ID) == nil {
			count++
		}
		rows = append(rows, p)
	}
	if count > mostProperties {
		in.wrong.add(propertiesObject, "are too many (maximum is %d)", mostProperties)
	}
	return rows
}
