package workato

import (
	"context"
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const eventTopicsPage = "https://docs.workato.com/workato-api/event-streams.html"

var eventTopicOperations = []*op.Operation{
	listEventTopics, getEventTopic, createEventTopic, updateEventTopic, deleteEventTopic, resetEventTopic,
}

// EventTopic is a stream of messages between recipes. Bodies and answers of all
// operations on topics are unconfirmed.
type EventTopic struct {
	ID          ID                 `json:"id" lua:"id,key" doc:"Id."`
	Name        string             `json:"name" lua:"name" doc:"Name."`
	Description op.Opt[string]     `json:"description,omitzero" lua:"description" doc:"Description."`
	Schema      op.Raw             `json:"schema,omitzero" lua:"schema" doc:"Schema of its messages; in lists only if it was asked for."`
	CreatedAt   op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created; absent if Workato does not say."`
	UpdatedAt   op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last; absent if Workato does not say."`
	Extra       op.Extra           `json:",embed"`
}

// ListEventTopics is the input of workato.list_event_topics.
type ListEventTopics struct {
	Name          string       `json:"name" lua:"name,key" doc:"Only topics whose names contain this text."`
	Sort          string       `json:"sort" lua:"sort" enum:"activity name id" doc:"What to sort by."`
	IncludeSchema op.Opt[bool] `json:"-" lua:"include_schema" default:"false" doc:"Show the schema of each."`
}

var listEventTopics = op.NewList(op.Operation{
	Name: "workato.list_event_topics",
	Doc: `Lists event topics.

All that match, in the order of sort.`,
	Source:      eventTopicsPage,
	Example:     `for t in iter(workato.list_event_topics) do print(t.id, t.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "event topic",
	Shows: unless(&op.View{
		Entity: eventTopic, Many: true, Filters: map[string]op.Match{"name": op.Contains("name")}, Free: []string{"sort", "include_schema"},
		Fields: func(a op.Args) []string {
			if a["include_schema"] == true {
				return nil
			}
			return []string{"id", "name", "description", "created_at", "updated_at"}
		},
	}, content),
}, func(ctx context.Context, c *client, in ListEventTopics, cursor string) ([]EventTopic, string, error) {
	q := query(in)
	truth(q, "include_schema", in.IncludeSchema)
	return page[EventTopic](ctx, c, rest.Path("event_streams", "topics"), q, ignorable(byPage).in("topics"), cursor)
})

// EventTopicID is the input of operations that take no more than a topic.
type EventTopicID struct {
	ID string `json:"-" lua:"event_topic_id,required,key" doc:"Topic that is meant."`
}

var getEventTopic = op.New(op.Operation{
	Name: "workato.get_event_topic",
	Doc: `Reads one event topic.

Raises not_found if there is no such topic.`,
	Source:      eventTopicsPage,
	Example:     `print(workato.get_event_topic { event_topic_id = "51" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "event topic",
	Shows:       unless(op.One(eventTopic, "event_topic_id"), content),
}, func(ctx context.Context, c *client, in EventTopicID) (t EventTopic, err error) {
	return t, c.get(ctx, rest.Path("event_streams", "topics", in.ID), nil, &t)
})

// CreateEventTopic is the input of workato.create_event_topic.
type CreateEventTopic struct {
	Name        string         `json:"name" lua:"name,required,key" doc:"Name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	Schema      op.Raw         `json:"schema,omitzero" lua:"schema" doc:"Schema of its messages, as Workato keeps it."`
}

// That topics tell when they were made is unconfirmed. One of that name which
// does not counts as landed: it is there, which is what the call was for.
var createEventTopic = op.New(op.Operation{
	Name: "workato.create_event_topic",
	Doc: `Creates an event topic.

Raises invalid if Workato refuses the name or the schema.`,
	Source:  eventTopicsPage,
	Example: `local id = workato.create_event_topic { name = "invoices" }.id`,
	Effect:  op.Write,
	Object:  "event topic",
	Shows:   op.Created(eventTopic),
	Changes: []op.Change{op.Creates(eventTopic, op.With{"schema": op.Vague()})},
	Inverse: op.Deletes("delete_event_topic", "event_topic_id", "id"),
}, func(ctx context.Context, c *client, in CreateEventTopic) (t EventTopic, err error) {
	return t, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("event_streams", "topics"), Body: in}, &t)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateEventTopic, since time.Time) (t EventTopic, landed bool, err error) {
	var found []EventTopic
	all, err := everything[EventTopic](ctx, c, rest.Path("event_streams", "topics"), query(ListEventTopics{Name: in.Name}), ignorable(byPage).in("topics"))
	if err != nil {
		return t, false, err
	}
	for _, x := range all {
		if x.Name != in.Name {
			continue
		}
		isNew := true
		if x.CreatedAt.Or("") != "" {
			if isNew, err = madeSince(x.CreatedAt.Value, since); err != nil {
				return t, false, err
			}
		}
		if isNew {
			found = append(found, x)
		}
	}
	return theOne(found, "event topic "+in.Name)
}))

// UpdateEventTopic is the input of workato.update_event_topic.
type UpdateEventTopic struct {
	ID          string         `json:"-" lua:"event_topic_id,required,key" doc:"Topic to change."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"New name."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"New description."`
	Schema      op.Raw         `json:"schema,omitzero" lua:"schema" doc:"New schema, as Workato keeps it."`
}

var updateEventTopic = op.New(op.Operation{
	Name: "workato.update_event_topic",
	Doc: `Changes the given fields of an event topic.

Only what is given is sent. Raises not_found if there is no such topic, and invalid if Workato refuses a value.`,
	Source:      eventTopicsPage,
	Example:     `workato.update_event_topic { event_topic_id = "51", name = "invoices-eu" }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "event topic",
	Changes:     []op.Change{op.Sets(eventTopic, "event_topic_id", op.With{"schema": op.If(op.Vague(), "schema")})},
	Inverse:     op.Restores("update_event_topic", "event_topic_id"),
}, func(ctx context.Context, c *client, in UpdateEventTopic) (op.None, error) {
	if err := changing(in); err != nil {
		return op.None{}, err
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("event_streams", "topics", in.ID), Body: in})
})

var deleteEventTopic = op.New(op.Operation{
	Name: "workato.delete_event_topic",
	Doc: `Deletes an event topic with its messages.

Recipes that use it fail from then on. Raises not_found if there is no such topic.`,
	Source:      eventTopicsPage,
	Example:     `workato.delete_event_topic { event_topic_id = "51" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "event topic",
	Changes:     []op.Change{op.Removes(eventTopic, "event_topic_id")},
}, func(ctx context.Context, c *client, in EventTopicID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("event_streams", "topics", in.ID)})
})

var resetEventTopic = op.New(op.Operation{
	Name: "workato.reset_event_topic",
	Doc: `Destroys all messages of an event topic.

The topic stays. It cannot be taken back. Raises not_found if there is no such topic.`,
	Source:      eventTopicsPage,
	Example:     `workato.reset_event_topic { event_topic_id = "51" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "messages of event topic",
	Changes:     []op.Change{op.Hides(eventTopic, "event_topic_id")},
}, func(ctx context.Context, c *client, in EventTopicID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("event_streams", "topics", in.ID, "purge")})
})
