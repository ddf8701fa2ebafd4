package workato

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const tagsPage = "https://docs.workato.com/workato-api/tag-assignments.html"

var tagOperations = []*op.Operation{listTags, createTag, updateTag, deleteTag, updateTagAssignments}

// Tag marks recipes and connections.
type Tag struct {
	Handle      string         `json:"handle" lua:"handle,key" doc:"What names it in calls, like tag-AbC-dEf."`
	Title       string         `json:"title" lua:"title" doc:"Title."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	Color       op.Opt[string] `json:"color,omitzero" lua:"color" doc:"Colour."`
	Extra       op.Extra       `json:",embed"`
}

// ListTags is the input of workato.list_tags.
type ListTags struct {
	Text         string       `json:"-" lua:"text" doc:"Only tags with this in the title or the description."`
	Handles      []string     `json:"-" lua:"handles" doc:"Only the tags of these handles."`
	OnlyAssigned op.Opt[bool] `json:"-" lua:"only_assigned" default:"false" doc:"Only tags that something has."`
}

// The parameters are those of a client in the field; the manual was cut.
var listTags = op.NewList(op.Operation{
	Name: "workato.list_tags",
	Doc: `Lists tags.

All that match, in Workato's order.`,
	Source:      environmentPage,
	Example:     `for t in iter(workato.list_tags) do print(t.handle, t.title) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "tag",
	Shows: unless(op.Many(tag, map[string]op.Match{
		"handles": op.In("handle"), "text": unforeseen("title"), "only_assigned": unforeseen("title"),
	}), content, tagAssignments),
}, func(ctx context.Context, c *client, in ListTags, cursor string) ([]Tag, string, error) {
	q := url.Values{}
	if in.Text != "" {
		q.Set("q[title_or_description_cont]", in.Text)
	}
	with(q, "q[handle_in][]", in.Handles)
	truth(q, "q[only_assigned]", in.OnlyAssigned)
	return page[Tag](ctx, c, rest.Path("tags"), q, ignorable(byPage).in("tags"), cursor)
})

// CreateTag is the input of workato.create_tag.
type CreateTag struct {
	Title       string         `json:"title" lua:"title,required,key" doc:"Title, up to 30 characters."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description, up to 150 characters."`
	Color       op.Opt[string] `json:"color,omitzero" lua:"color" enum:"blue violet green red orange gold indigo brown teal plum slate neutral" doc:"Colour."`
}

// Tags do not tell when they were made. One that is as the call asked counts as
// landed: it is there, which is what the call was for.
var createTag = op.New(op.Operation{
	Name: "workato.create_tag",
	Doc: `Creates a tag.

A workspace has 1000 at most. Raises invalid if Workato refuses a value.`,
	Source:  environmentPage,
	Example: `local handle = workato.create_tag { title = "reviewed", color = "green" }.handle`,
	Effect:  op.Write,
	Object:  "tag",
	Shows:   op.Created(tag),
	Changes: []op.Change{op.Creates(tag, nil)},
	Inverse: op.Deletes("delete_tag", "handle", "handle"),
}, func(ctx context.Context, c *client, in CreateTag) (t Tag, err error) {
	return t, c.tag(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("tags"), Body: in}, &t)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateTag, _ time.Time) (t Tag, landed bool, err error) {
	var found []Tag
	all, err := everything[Tag](ctx, c, rest.Path("tags"), nil, ignorable(byPage).in("tags"))
	if err != nil {
		return t, false, err
	}
	for _, x := range all {
		if x.Title == in.Title && x.Description.Or("") == in.Description.Or("") && (!in.Color.Given || x.Color.Value == in.Color.Value) {
			found = append(found, x)
		}
	}
	return theOne(found, "tag "+in.Title)
}))

// tag reads a tag, whose envelope is unconfirmed.
func (c *client) tag(ctx context.Context, r rest.Request, t *Tag) error {
	var answer struct {
		Tag
		Inner *Tag `json:"tag"`
	}
	if err := c.one(ctx, r, &answer); err != nil {
		return err
	}
	if *t = answer.Tag; answer.Inner != nil {
		*t = *answer.Inner
	}
	if t.Handle == "" {
		return garbled(r, "there is no handle in the answer", nil)
	}
	return nil
}

// UpdateTag is the input of workato.update_tag.
type UpdateTag struct {
	Handle      string         `json:"-" lua:"handle,required,key" doc:"Tag to change."`
	Title       op.Opt[string] `json:"title,omitzero" lua:"title" doc:"New title, up to 30 characters."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"New description, up to 150 characters."`
	Color       op.Opt[string] `json:"color,omitzero" lua:"color" enum:"blue violet green red orange gold indigo brown teal plum slate neutral" doc:"New colour."`
}

// The answer is unconfirmed: nothing is read of it.
var updateTag = op.New(op.Operation{
	Name: "workato.update_tag",
	Doc: `Changes the given fields of a tag.

Only what is given is sent. Raises not_found if there is no such tag, and invalid if Workato refuses a value.`,
	Source:      environmentPage,
	Example:     `workato.update_tag { handle = "tag-AbC-dEf", color = "red" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "tag",
	Changes:     []op.Change{op.Sets(tag, "handle", nil), op.Blurs(recipe, "tags"), op.Blurs(connection, "tags")},
	Inverse:     op.Restores("update_tag", "handle"),
}, func(ctx context.Context, c *client, in UpdateTag) (op.None, error) {
	if err := changing(in); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("tags", in.Handle), Body: in})
})

// DeleteTag is the input of workato.delete_tag.
type DeleteTag struct {
	Handle string `json:"-" lua:"handle,required,key" doc:"Tag to delete."`
}

var deleteTag = op.New(op.Operation{
	Name: "workato.delete_tag",
	Doc: `Deletes a tag.

Recipes and connections lose it. Raises not_found if there is no such tag.`,
	Source:      environmentPage,
	Example:     `workato.delete_tag { handle = "tag-AbC-dEf" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "tag",
	Changes:     []op.Change{op.Removes(tag, "handle"), op.Blurs(recipe, "tags"), op.Blurs(connection, "tags")},
}, func(ctx context.Context, c *client, in DeleteTag) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("tags", in.Handle)})
})

// UpdateTagAssignments is the input of workato.update_tag_assignments.
type UpdateTagAssignments struct {
	AddTags       []string `json:"add_tags,omitzero" lua:"add_tags" doc:"Handles of tags to put on."`
	RemoveTags    []string `json:"remove_tags,omitzero" lua:"remove_tags" doc:"Handles of tags to take off."`
	RecipeIDs     []int64  `json:"recipe_ids,omitzero" lua:"recipe_ids" doc:"Recipes that are meant."`
	ConnectionIDs []int64  `json:"connection_ids,omitzero" lua:"connection_ids" doc:"Connections that are meant."`
}

var updateTagAssignments = op.New(op.Operation{
	Name: "workato.update_tag_assignments",
	Doc: `Puts tags on recipes and connections, or takes them off.

Name recipes or connections, and tags to put on or to take off. Raises invalid if neither is named, and not_found or
invalid if Workato does not know one of them.`,
	Source:      tagsPage,
	Example:     `workato.update_tag_assignments { add_tags = { "tag-AbC-dEf" }, recipe_ids = { 1234 } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "tags",
	Changes:     []op.Change{tagsObjects, op.Stirs(tagAssignments)},
}, func(ctx context.Context, c *client, in UpdateTagAssignments) (op.None, error) {
	if len(in.RecipeIDs)+len(in.ConnectionIDs) == 0 || len(in.AddTags)+len(in.RemoveTags) == 0 {
		return op.None{}, invalid("it names nothing to change, or no tags", "give recipe_ids or connection_ids, and add_tags or remove_tags")
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("tags_assignments"), Body: in})
})

// tagsObjects makes the tags of what the call names unknown: how they are shown
// is not documented.
func tagsObjects(s *op.Scene) {
	for _, x := range []struct {
		arg    string
		entity *op.Entity
	}{{"recipe_ids", recipe}, {"connection_ids", connection}} {
		ids, _ := s.Args[x.arg].([]any)
		for _, id := range ids {
			s.Do(op.Mutation{Entity: x.entity, ID: id, Act: op.ActHide})
			s.Do(op.Mutation{Entity: x.entity, ID: id, Act: op.ActSet, Field: "tags", Value: s.Vague("tags")})
		}
	}
}
