package atscale

import (
	"context"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

var connectionOperations = []*op.Operation{
	listConnectionGroups, createConnectionGroup, createConnection, listEnvironments, createEnvironment,
}

// ConnectionGroup is a data warehouse.
type ConnectionGroup struct {
	ConnectionID   string         `json:"connectionId" lua:"connection_id,key" doc:"Id that projects name it by."`
	ID             op.Opt[string] `json:"id,omitzero" lua:"id" doc:"Id of the group, if the release answers it."`
	Name           string         `json:"name" lua:"name" doc:"Name."`
	PlatformType   op.Opt[string] `json:"platformType,omitzero" lua:"platform_type" doc:"Which kind of database it is."`
	Database       op.Opt[string] `json:"database,omitzero" lua:"database" doc:"Database."`
	OrganizationID op.Opt[string] `json:"organizationId,omitzero" lua:"organization_id" doc:"Organization."`
	DefaultSchema  op.Opt[string] `json:"defaultSchema,omitzero" lua:"default_schema" doc:"Schema that aggregates are made in."`
	Subgroups      []Connection   `json:"subgroups" lua:"subgroups" doc:"Its connections."`
	Extra          op.Extra       `json:",embed"`
}

// Connection is one way to reach a data warehouse.
type Connection struct {
	ID    op.Opt[string] `json:"id,omitzero" lua:"id" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

func (c *client) connectionGroups(ctx context.Context) ([]ConnectionGroup, error) {
	list := under[ConnectionGroup]("results", "values")
	err := c.engine.Get(ctx, rest.Path("connection-groups", "orgId", c.org), nil, list)
	return list.items, err
}

var listConnectionGroups = op.New(op.Operation{
	Name: "atscale.list_connection_groups",
	Doc: `Lists the data warehouses.

In the vendor's order; there is no paging. Installer edition.`,
	Source:      aiLink,
	Example:     `for _, w in ipairs(atscale.list_connection_groups {}) do print(w.connection_id, w.name, w.platform_type) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "connection group",
	Shows:       unless(op.Many(connectionGroup, nil), platformFields, enginesRunning),
}, installer(func(ctx context.Context, c *client, _ struct{}) ([]ConnectionGroup, error) {
	return c.connectionGroups(ctx)
}))

// CreateConnectionGroup is the input of atscale.create_connection_group.
type CreateConnectionGroup struct {
	Name          string            `json:"name" lua:"name,required,key" doc:"Name."`
	ConnectionID  string            `json:"connectionId" lua:"connection_id,required" doc:"Id that projects name it by."`
	DefaultSchema op.Opt[string]    `json:"defaultSchema,omitzero" lua:"default_schema" doc:"Schema that aggregates are made in."`
	PlatformType  op.Opt[string]    `json:"platformType,omitzero" lua:"platform_type" doc:"Which kind of database it is."`
	Database      op.Opt[string]    `json:"database,omitzero" lua:"database" doc:"Database."`
	Fields        map[string]op.Raw `json:"-" lua:"fields" doc:"Further fields of the platform, with the names that AtScale gives them."`
}

// Which fields a platform wants is not documented where it can be read. That a
// connection id is there once is what the probe goes by.
var createConnectionGroup = op.New(op.Operation{
	Name: "atscale.create_connection_group",
	Doc: `Adds a data warehouse, without a connection: create_connection adds those.

Answers the id of the group, which create_connection wants. Installer edition.
Raises invalid if AtScale refuses a value, and denied if the connection's user may not.`,
	Source:  hajimeo,
	Example: `local id = atscale.create_connection_group { name = "Warehouse", connection_id = "warehouse", default_schema = "atscale" }.id`,
	Effect:  op.Write,
	Object:  "connection group",
	Changes: []op.Change{op.Creates(connectionGroup, op.With{
		"connection_id": op.Arg("connection_id"), "id": op.Vague(), "subgroups": op.Empty(),
	}), op.When(given("fields"), op.Stirs(platformFields))},
}, installer(func(ctx context.Context, c *client, args CreateConnectionGroup) (made Created, err error) {
	body, err := withFields(args.Fields, map[string]any{"subgroups": []any{}, "name": args.Name, "connectionId": args.ConnectionID},
		map[string]op.Opt[string]{"defaultSchema": args.DefaultSchema, "platformType": args.PlatformType, "database": args.Database})
	if err != nil {
		return made, err
	}
	return made, c.engine.Post(ctx, rest.Path("connection-groups", "orgId", c.org), body, in(&made))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateConnectionGroup, _ time.Time) (made Created, landed bool, err error) {
	list, err := c.connectionGroups(ctx)
	if err != nil {
		return made, false, err
	}
	var found []Created
	for _, g := range list {
		if g.ConnectionID != args.ConnectionID {
			continue
		}
		if !g.ID.Given { // it is there, but nobody can tell the answer
			return made, false, &op.Error{
				Kind: op.InDoubt, Subject: "connection group " + args.ConnectionID, Cause: "it is there now, but the list does not tell its id",
				Hint: "look in AtScale whether this call has made it",
			}
		}
		found = append(found, Created{ID: g.ID.Value})
	}
	return theOne(found, "connection group "+args.ConnectionID)
}))

// withFields makes a body of what an operation knows and of what a platform
// wants beside it. What is known stands above.
func withFields(fields map[string]op.Raw, known map[string]any, texts map[string]op.Opt[string]) (map[string]any, error) {
	body := map[string]any{}
	for name, v := range fields {
		body[name] = v
	}
	for name, v := range known {
		body[name] = v
	}
	for name, v := range texts {
		switch {
		case v.Null:
			body[name] = nil
		case v.Given:
			body[name] = v.Value
		}
	}
	return body, nil
}

// CreateConnection is the input of atscale.create_connection.
type CreateConnection struct {
	GroupID         string            `json:"-" lua:"group_id,required" doc:"Data warehouse: the id that create_connection_group answered."`
	Name            string            `json:"name" lua:"name,required,key" doc:"Name."`
	Hosts           string            `json:"hosts" lua:"hosts,required" doc:"Host of the database, or several separated by commas."`
	Port            op.Opt[int64]     `json:"port,omitzero" lua:"port" doc:"Port of the database."`
	ConnectorType   string            `json:"connectorType" lua:"connector_type,required" doc:"Connector, like snowflake or hive."`
	Username        op.Opt[string]    `json:"username,omitzero" lua:"username" doc:"User of the database."`
	Password        op.Opt[string]    `json:"password,omitzero" lua:"password,secret" doc:"Password of that user."`
	ExtraJDBCFlags  op.Opt[string]    `json:"extraJdbcFlags,omitzero" lua:"extra_jdbc_flags" doc:"Further flags for JDBC."`
	QueryRoles      []string          `json:"queryRoles" lua:"query_roles" doc:"What it is used for: large_user_query_role, small_user_query_role, system_query_role, canary_query_role, agg_creation_role."`
	ExtraProperties map[string]op.Raw `json:"extraProperties,omitzero" lua:"extra_properties" doc:"Further properties, with the names that AtScale gives them."`
}

// Whether the group's id is also its connection id is unconfirmed, so the probe
// looks for the name in all groups that it may be.
var createConnection = op.New(op.Operation{
	Name: "atscale.create_connection",
	Doc: `Adds a connection to a data warehouse.

Installer edition. Raises not_found if there is no such data warehouse, invalid if AtScale refuses a value, and denied if
the connection's user may not.`,
	Source:  hajimeo,
	Example: `atscale.create_connection { group_id = id, name = "main", hosts = "db.example.com", port = 5432, connector_type = "postgresql", username = "etl", password = secret("env:DB_PASSWORD"), query_roles = { "system_query_role" } }`,
	Effect:  op.Write,
	Object:  "connection",
	Changes: []op.Change{op.Blurs(connectionGroup, "subgroups")},
}, installer(func(ctx context.Context, c *client, args CreateConnection) (made Created, err error) {
	path := rest.Path("connection-groups", "orgId", c.org, "connection-group", args.GroupID)
	return made, c.engine.Post(ctx, path, args, in(&made))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateConnection, _ time.Time) (made Created, landed bool, err error) {
	list, err := c.connectionGroups(ctx)
	if err != nil {
		return made, false, err
	}
	var found []Created
	for _, g := range list {
		if g.ID.Given && g.ID.Value != args.GroupID {
			continue
		}
		for _, s := range g.Subgroups {
			if s.Name.Value == args.Name {
				found = append(found, Created{ID: s.ID.Value})
			}
		}
	}
	return theOne(found, "connection "+args.Name)
}))

// Environment is where projects are published to.
type Environment struct {
	ID    string         `json:"id" lua:"id,key" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name, if the release answers it."`
	Extra op.Extra       `json:",embed"`
}

// ListEnvironments is the input of atscale.list_environments.
type ListEnvironments struct {
	EngineID string `json:"-" lua:"engine_id,required,key" doc:"Engine, from list_engines."`
}

func (c *client) environments(ctx context.Context, engineID string) ([]Environment, error) {
	list := under[Environment]("environments", "data")
	err := c.dc.Get(ctx, c.ofOrg("engine", engineID, "environments"), nil, list)
	return list.items, err
}

var listEnvironments = op.New(op.Operation{
	Name: "atscale.list_environments",
	Doc: `Lists the environments of an engine.

In the vendor's order; there is no paging. Installer edition. Raises not_found if there is no such engine.`,
	Source:      hajimeo,
	Example:     `for _, e in ipairs(atscale.list_environments { engine_id = engine.engine_id }) do print(e.id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "environments of engine",
	Shows:       op.Blind(environments, engine),
}, installer(func(ctx context.Context, c *client, args ListEnvironments) ([]Environment, error) {
	return c.environments(ctx, args.EngineID)
}))

// CreateEnvironment is the input of atscale.create_environment.
type CreateEnvironment struct {
	Name            string        `json:"name" lua:"name,required,key" doc:"Name."`
	ConnectionIDs   []string      `json:"connectionIds" lua:"connection_ids,required" doc:"Data warehouses that it uses."`
	HiveServer2Port op.Opt[int64] `json:"hiveServer2Port,omitzero" lua:"hive_server2_port" doc:"SQL port."`
}

// The request was seen in 2018; whether later releases have it is unconfirmed.
var createEnvironment = op.New(op.Operation{
	Name: "atscale.create_environment",
	Doc: `Makes an environment, on older releases.

Installer edition. Raises invalid if AtScale refuses a value, and not_found if the release has no such call.`,
	Source:  hajimeo,
	Example: `local id = atscale.create_environment { name = "Production", connection_ids = { "warehouse" }, hive_server2_port = 11111 }.id`,
	Effect:  op.Write,
	Object:  "environment",
	Changes: []op.Change{op.Stirs(environments)},
}, installer(func(ctx context.Context, c *client, args CreateEnvironment) (made Created, err error) {
	return made, c.engine.Post(ctx, rest.Path("environments", "orgId", c.org), args, in(&made))
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateEnvironment, _ time.Time) (made Created, landed bool, err error) {
	engines, err := c.engines(ctx)
	if err != nil {
		return made, false, err
	}
	found := map[string]bool{}
	var list []Created
	for _, e := range engines {
		there, err := c.environments(ctx, e.EngineID)
		if err != nil {
			return made, false, err
		}
		for _, x := range there {
			switch {
			case !x.Name.Given:
				return made, false, &op.Error{
					Kind: op.InDoubt, Subject: "environment " + args.Name, Cause: "the list does not tell names",
					Hint: "look in AtScale whether it is there",
				}
			case x.Name.Value == args.Name && !found[x.ID]:
				found[x.ID] = true
				list = append(list, Created{ID: x.ID})
			}
		}
	}
	return theOne(list, "environment "+args.Name)
}))
