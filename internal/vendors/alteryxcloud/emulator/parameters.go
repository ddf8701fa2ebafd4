package emulator

import "encoding/json"

// A parameter is a variable of the workspace.
type parameter struct {
	ID          int64  `json:"id"`
	WorkspaceID int64  `json:"workspaceId"`
	Key         string `json:"overrideKey"`
	Value       any    `json:"value"`
	times
}

func parameterRoutes() []route {
	return []route{
		{on: "GET /environmentParameters", admin: true, do: func(c *call) (any, error) {
			return c.list(views(c.parameters.rows(), c.parameterView))
		}},
		{on: "POST /environmentParameters", admin: true, do: createParameter},
		{on: "GET /environmentParameters/{id}", admin: true, do: onParameter(func(c *call, p *parameter) (any, error) {
			return c.parameterView(p), nil
		})},
		{on: "DELETE /environmentParameters/{id}", admin: true, do: onParameter(func(c *call, p *parameter) (any, error) {
			c.parameters.drop(p.ID)
			c.forget("Environment parameter", p.ID)
			return noContent{}, nil
		})},
		{on: "GET /environmentParameters/package", admin: true, do: exportParameters},
		{on: "POST /environmentParameters/package", admin: true, do: importParameters},
	}
}

func onParameter(do func(*call, *parameter) (any, error)) handler {
	return func(c *call) (any, error) {
		p := c.parameters[c.pathID("id")]
		if p == nil {
			return nil, c.missing("Environment parameter", c.r.PathValue("id"))
		}
		return do(c, p)
	}
}

// parameterView knows of no use (inf).
func (c *call) parameterView(p *parameter) object {
	out := object{"id": p.ID, "overrideKey": p.Key, "value": p.Value, "deleted_at": nil}
	if c.flag("includeUsageInfo") {
		out["usageInfo"] = object{"flows": 0, "plans": 0}
	}
	return p.show(out)
}

// createParameter refuses a key that is in use (inf). Values are objects in the vendor's document; texts pass, too
// (inf).
func createParameter(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("overrideKey", "value")
	p := &parameter{WorkspaceID: c.WorkspaceID, Key: in.text("overrideKey"), Value: in.values["value"], times: made(c.now)}
	if err := in.err(); err != nil {
		return nil, err
	}
	if c.parameterNamed(p.Key) != nil {
		return nil, refuse("There is an environment parameter %q already.", p.Key)
	}
	p.ID = c.newID()
	c.parameters.put(p.ID, p)
	return created{c.parameterView(p)}, nil
}

func (s *space) parameterNamed(key string) *parameter {
	for p := range s.parameters.all() {
		if p.Key == key {
			return p
		}
	}
	return nil
}

func exportParameters(c *call) (any, error) {
	out := []object{}
	for p := range c.parameters.all() {
		value := p.Value
		if c.flag("hideSecrets") {
			value = nil
		}
		out = append(out, object{"overrideKey": p.Key, "value": value})
	}
	data, err := json.Marshal(out)
	return file{"application/json", data}, err
}

// importParameters takes JSON, as the vendor documents; that it is what an export answers is (inf). It replaces the values of keys that are there already (inf).
func importParameters(c *call) (any, error) {
	v, err := c.parse()
	if err != nil {
		return nil, err
	}
	list, ok := v.([]any)
	if !ok {
		return nil, badInput("the body must be a package")
	}
	out := []object{}
	for _, item := range list {
		o, _ := item.(object)
		key, _ := o["overrideKey"].(string)
		if key == "" || o["value"] == nil {
			continue
		}
		p := c.parameterNamed(key)
		if p == nil {
			p = &parameter{ID: c.newID(), WorkspaceID: c.WorkspaceID, Key: key, times: made(c.now)}
			c.parameters.put(p.ID, p)
		}
		p.Value, p.UpdatedAt = o["value"], c.now
		out = append(out, c.parameterView(p))
	}
	return created{object{"data": out}}, nil
}
