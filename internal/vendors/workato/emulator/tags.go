package emulator

import (
	"slices"
	"strings"
	"time"
)

// A tag marks recipes and connections.
type tag struct {
	Handle      string    `json:"id"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Color       string    `json:"color"`
	CreatedAt   time.Time `json:"created_at"`
}

var colors = []string{"blue", "violet", "green", "red", "orange", "gold", "indigo", "brown", "teal", "plum", "slate",
	"neutral"}

func tagRoutes() []route {
	in := perMinute("environment management")
	return []route{
		{on: "GET /api/tags", bucket: in, do: listTags},
		{on: "POST /api/tags", bucket: in, do: createTag},
		{on: "PUT /api/tags/{handle}", bucket: in, do: onTag(updateTag)},
		{on: "DELETE /api/tags/{handle}", bucket: in, do: onTag(deleteTag)},
		{on: "POST /api/tags_assignments", bucket: perMinute("tags_assignments"), do: assignTags},
	}
}

func onTag(do func(*call, *tag) (any, error)) handler {
	return func(c *call) (any, error) {
		t := c.tags.get(c.r.PathValue("handle"))
		if t == nil {
			return nil, notFound()
		}
		return do(c, t)
	}
}

func tagView(t *tag) object {
	return object{"handle": t.Handle, "title": t.Title, "description": t.Description, "color": t.Color}
}

// listTags sorts by title (inf), and leaves sort_by aside.
func listTags(c *call) (any, error) {
	p, err := c.page()
	if err != nil {
		return nil, err
	}
	part := strings.ToLower(c.param("q[title_or_description_cont]") + c.param("q"))
	handles := c.r.URL.Query()["q[handle_in][]"]
	if c.given("q[handle_in]") {
		handles = append(handles, strings.Split(c.param("q[handle_in]"), ",")...)
	}
	found := c.tags.where(func(t *tag) bool {
		return strings.Contains(strings.ToLower(t.Title+" "+t.Description), part) &&
			(len(handles) == 0 || slices.Contains(handles, t.Handle)) && (c.param("q[only_assigned]") != "true" || c.assigned(t))
	})
	slices.SortStableFunc(found, func(a, b *tag) int { return strings.Compare(a.Title, b.Title) })
	return data(object{"tags": views(cut(p, found), tagView)}), nil
}

func (c *call) assigned(t *tag) bool {
	return slices.ContainsFunc(c.recipes.rows(), func(r *recipe) bool { return slices.Contains(r.Tags, t.Handle) }) ||
		slices.ContainsFunc(c.connections.rows(), func(k *connection) bool { return slices.Contains(k.Tags, t.Handle) })
}

func (c *call) readTag(t *tag, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if all || in.has("title") {
		in.need("title")
	}
	keep(in, "title", &t.Title, in.short("title", 30))
	keep(in, "description", &t.Description, in.short("description", 150))
	keep(in, "color", &t.Color, in.text("color"))
	if !slices.Contains(colors, t.Color) {
		in.complain("color", "is unknown")
	}
	return in.err()
}

// createTag takes blue if no color is given (inf). The envelope is inferred too.
func createTag(c *call) (any, error) {
	t := &tag{Color: "blue", CreatedAt: c.now}
	if err := c.readTag(t, true); err != nil {
		return nil, err
	}
	t.Handle = c.newHandle("tag")
	c.tags.put(t.Handle, t)
	c.record("Tag", "tag_created", t.Handle, t.Title)
	return data(tagView(t)), nil
}

func updateTag(c *call, t *tag) (any, error) {
	changed := *t
	if err := c.readTag(&changed, false); err != nil {
		return nil, err
	}
	*t = changed
	c.record("Tag", "tag_updated", t.Handle, t.Title)
	return data(tagView(t)), nil
}

func deleteTag(c *call, t *tag) (any, error) {
	c.tags.drop(t.Handle)
	for r := range c.recipes.all() {
		r.Tags = exclude(r.Tags, t.Handle)
	}
	for k := range c.connections.all() {
		k.Tags = exclude(k.Tags, t.Handle)
	}
	c.record("Tag", "tag_deleted", t.Handle, t.Title)
	return success(), nil
}

// assignTags answers nothing. Something unknown is a 404, and then nothing is changed (inf).
func assignTags(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	add, remove := in.texts("add_tags"), in.texts("remove_tags")
	recipes, connections := in.ids("recipe_ids"), in.ids("connection_ids")
	if len(recipes)+len(connections) == 0 {
		in.complain("recipe_ids", "or connection_ids can't be blank")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	if !c.known(add, remove, recipes, connections) {
		return nil, notFound()
	}
	for _, id := range recipes {
		r := c.recipes.get(id)
		r.Tags = exclude(include(r.Tags, add...), remove...)
	}
	for _, id := range connections {
		k := c.connections.get(id)
		k.Tags = exclude(include(k.Tags, add...), remove...)
	}
	c.record("Tag", "tags_assigned", nil, "")
	return nil, nil
}

func (c *call) known(add, remove []string, recipes, connections []int64) bool {
	unknown := func(h string) bool { return c.tags.get(h) == nil }
	return !slices.ContainsFunc(slices.Concat(add, remove), unknown) &&
		!slices.ContainsFunc(recipes, func(id int64) bool { return c.recipe(id) == nil }) &&
		!slices.ContainsFunc(connections, func(id int64) bool { return c.connection(id) == nil })
}
