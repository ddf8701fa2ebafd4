package workato

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file holds properties, the cache of secrets, and the audit log.

const (
	propertiesPage  = "https://docs.workato.com/workato-api/account-properties.html"
	environmentPage = "https://docs.workato.com/workato-api/environment-management.html"
)

var environmentOperations = []*op.Operation{getProperties, updateProperties, resetSecretsCache, listActivityLogs}

// GetProperties is the input of workato.get_properties.
type GetProperties struct {
	Prefix    string        `json:"prefix" lua:"prefix,required,key" doc:"Only properties whose names begin so."`
	ProjectID op.Opt[int64] `json:"project_id,omitzero" lua:"project_id" doc:"Project whose properties are read; those of the environment if omitted."`
}

// Properties are values by their names.
type Properties struct {
	Properties map[string]string `lua:"properties,secret" doc:"Values by their names. Of a project, Workato's sample shows the names without the prefix."`
}

// Values may be secrets, so all are taken for some.
var getProperties = op.New(op.Operation{
	Name: "workato.get_properties",
	Doc: `Reads the properties of the environment or of a project whose names begin with a prefix.

Values may be secrets, and are hidden in reports.`,
	Source:      propertiesPage,
	Example:     `print(workato.get_properties { prefix = "finance." }.properties["finance.limit"])`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "properties",
	Shows:       op.Blind(properties, content),
}, func(ctx context.Context, c *client, in GetProperties) (p Properties, err error) {
	if err := rest.Filled("prefix", in.Prefix); err != nil {
		return p, err
	}
	err = c.JSON(ctx, rest.Request{Method: http.MethodGet, Path: rest.Path("properties"), Query: query(in)}, &p.Properties)
	return p, err
})

// UpdateProperties is the input of workato.update_properties.
type UpdateProperties struct {
	Properties map[string]string `json:"properties" lua:"properties,required,secret" doc:"New values by their names; names up to 100, values up to 1024 characters."`
	ProjectID  op.Opt[int64]     `json:"-" lua:"project_id" doc:"Project that they are for; the environment if omitted."`
}

var updateProperties = op.New(op.Operation{
	Name: "workato.update_properties",
	Doc: `Creates or changes properties of the environment or of a project.

Those that are not named stay as they are; none can be deleted by the API. Raises invalid if Workato refuses a name or
a value.`,
	Source:      propertiesPage,
	Example:     `workato.update_properties { properties = { ["finance.limit"] = "1000" } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "properties",
	Changes:     []op.Change{op.Stirs(properties)},
}, func(ctx context.Context, c *client, in UpdateProperties) (op.None, error) {
	q := url.Values{}
	if in.ProjectID.Given && !in.ProjectID.Null {
		q.Set("project_id", strconv.FormatInt(in.ProjectID.Value, 10))
	}
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("properties"), Query: q, Body: in})
})

var resetSecretsCache = op.New(op.Operation{
	Name: "workato.reset_secrets_cache",
	Doc: `Has Workato forget the secrets that it keeps of an external store.

It keeps them for 60 minutes otherwise: call it after secrets were rotated there.`,
	Source:      environmentPage,
	Example:     `workato.reset_secrets_cache {}`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "secrets cache",
	Changes:     []op.Change{op.Stirs(secretsCache)},
}, func(ctx context.Context, c *client, _ struct{}) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("secrets_management", "clear_cache")})
})

// Activity is an entry of the audit log.
type Activity struct {
	ID        Int                `json:"id" lua:"id,key" doc:"Id."`
	EventType op.Opt[string]     `json:"event_type,omitzero" lua:"event_type" doc:"What was done."`
	Timestamp op.Opt[op.RFC3339] `json:"timestamp,omitzero" lua:"timestamp" doc:"When."`
	Workspace *ActivityPlace     `json:"workspace,omitzero" lua:"workspace" doc:"Where."`
	User      *GrantedUser       `json:"user,omitzero" lua:"user" doc:"Who did it."`
	Resource  *ActivityResource  `json:"resource,omitzero" lua:"resource" doc:"What it was done to; absent if nothing."`
	Details   op.Raw             `json:"details,omitzero" lua:"details" doc:"More, as Workato keeps it; the request has the caller's address."`
	Extra     op.Extra           `json:",embed"`
}

// ActivityPlace is the workspace of an entry.
type ActivityPlace struct {
	ID          op.Opt[Int]    `json:"id,omitzero" lua:"id" doc:"Id."`
	Name        op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Email       op.Opt[string] `json:"email,omitzero" lua:"email" doc:"E-mail address of its owner."`
	Environment op.Raw         `json:"environment,omitzero" lua:"environment" doc:"Environment, as Workato shows it."`
	Extra       op.Extra       `json:",embed"`
}

// ActivityResource is what something was done to.
type ActivityResource struct {
	ID    op.Opt[ID]     `json:"id,omitzero" lua:"id" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Type  op.Opt[string] `json:"type,omitzero" lua:"type" doc:"Type, like Flow for a recipe or SharedAccount for a connection."`
	Extra op.Extra       `json:",embed"`
}

// ListActivityLogs is the input of workato.list_activity_logs.
type ListActivityLogs struct {
	From                 op.RFC3339 `json:"from" lua:"from" doc:"Only entries from this moment on, in UTC."`
	To                   op.RFC3339 `json:"to" lua:"to" doc:"Only entries up to this moment, in UTC."`
	UserIDs              []int64    `json:"-" lua:"user_ids" doc:"Only what these people did; an unknown id finds nothing."`
	IncludeResourceTypes []string   `json:"-" lua:"include_resource_types" doc:"Only entries about these types: ApiClient, ApiPrivilegeGroup, ManagedUserGrant, MemberInvitation, PrivilegeGroup, SharedAccount, Flow, Deployment, Package, User."`
	ExcludeResourceTypes []string   `json:"-" lua:"exclude_resource_types" doc:"No entries about these types."`
	IncludeEventTypes    []string   `json:"-" lua:"include_event_types" doc:"Only these events; an unknown one finds nothing."`
	ExcludeEventTypes    []string   `json:"-" lua:"exclude_event_types" doc:"None of these events."`
}

// The list ends with the first page that is not full: the vendor documents how
// long a page is.
var listActivityLogs = op.NewList(op.Operation{
	Name: "workato.list_activity_logs",
	Doc: `Lists what was done in the client's environment.

All that match, the newest first. Each environment needs a client of its own.`,
	Source:      environmentPage,
	Example:     `for a in iter(workato.list_activity_logs, { user_ids = { 523144 }, from = "2026-01-01T00:00:00Z" }) do print(a.timestamp, a.event_type) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "activity log",
	Shows:       op.Blind(),
}, func(ctx context.Context, c *client, in ListActivityLogs, cursor string) (list []Activity, next string, err error) {
	q := query(in)
	with(q, "users_ids[]", in.UserIDs)
	with(q, "include_resource_types[]", in.IncludeResourceTypes)
	with(q, "exclude_resource_types[]", in.ExcludeResourceTypes)
	with(q, "include_event_types[]", in.IncludeEventTypes)
	with(q, "exclude_event_types[]", in.ExcludeEventTypes)
	q.Set("page[size]", strconv.Itoa(most))
	if cursor != "" {
		q.Set("page[after]", cursor)
	}
	if err := c.list(ctx, rest.Path("activity_logs"), q, &list); err != nil || len(list) < most {
		return list, "", err
	}
	next = strconv.FormatInt(int64(list[len(list)-1].ID), 10)
	if next == cursor {
		return nil, "", garbled(rest.Request{Method: http.MethodGet}, "the page ends as the page before", nil)
	}
	return list, next, nil
})
