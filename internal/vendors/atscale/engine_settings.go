package atscale

import (
	"context"
	"net/http"
	"strings"

	"runner/internal/op"
	"runner/internal/rest"
)

// These are settings of the engine as a whole. Of most answers and bodies the
// fields are not documented where they can be read, so they are passed on.

const scripts = "https://documentation.atscale.com, of which no readable page tells it: a public shell script for the first start of an installation"

var engineSettingsOperations = []*op.Operation{
	getVersion, getLicense, updateLicense, getEngineSettings, updateEngineSettings,
	getSQLPort, updateSQLPort, restartEngine,
}

// Version is the release of the engine.
type Version struct {
	Version string `lua:"version" doc:"Release, like 2022.2.1."`
}

var getVersion = op.New(op.Operation{
	Name: "atscale.get_version",
	Doc: `Tells the release of the engine.

Installer edition.`,
	Source:      aiLink,
	Example:     `print(atscale.get_version {}.version)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "version",
	Shows:       op.Blind(enginesRunning),
}, installer(func(ctx context.Context, c *client, _ struct{}) (Version, error) {
	a, err := c.engine.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/version", Accept: "*/*"})
	if err != nil {
		return Version{}, err
	}
	version := strings.Trim(strings.TrimSpace(string(a.Body)), `"`)
	if version == "" || strings.ContainsAny(version, "<\n") {
		return Version{}, &op.Error{Kind: op.Garbled, Cause: "the answer is not a version", Hint: "check the connection's engine_url; a page to sign in on may be in the way"}
	}
	return Version{version}, nil
}))

// License is what the engine is licensed for.
type License struct {
	Features map[string]bool `json:"features" lua:"features" doc:"Features by name, like query_rest: whether they may be used."`
	Extra    op.Extra        `json:",embed"`
}

var getLicense = op.New(op.Operation{
	Name: "atscale.get_license",
	Doc: `Tells what the engine is licensed for.

run_query needs query_rest. Installer edition.`,
	Source:      aiLink,
	Example:     `print(atscale.get_license {}.features.query_rest)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "license",
	Shows:       op.Blind(licenses, enginesRunning),
}, installer(func(ctx context.Context, c *client, _ struct{}) (License, error) {
	var answer struct {
		Content License `json:"content"`
	}
	err := c.engine.Get(ctx, "/license/capabilities", nil, in(&answer))
	return answer.Content, err
}))

// UpdateLicense is the input of atscale.update_license.
type UpdateLicense struct {
	License string `json:"-" lua:"license,required,secret" doc:"License, as JSON text."`
}

var updateLicense = op.New(op.Operation{
	Name: "atscale.update_license",
	Doc: `Installs a license.

Installer edition. Raises invalid if the engine refuses the license, and unavailable if the engine is not up yet.`,
	Source:      scripts,
	Example:     `atscale.update_license { license = secret("file:license.json") }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "license",
	Changes:     []op.Change{op.Stirs(licenses)},
}, installer(func(ctx context.Context, c *client, args UpdateLicense) (op.None, error) {
	var answer struct {
		Status struct {
			Message string `json:"message"`
		} `json:"status"`
	}
	err := c.engine.JSON(ctx, rest.Request{
		Method: http.MethodPut, Path: "/license", Raw: []byte(args.License), Header: http.Header{"Content-Type": {"application/json"}},
	}, &answer)
	if err == nil && answer.Status.Message != "200 OK" {
		return op.None{}, &op.Error{Kind: op.Unavailable, Cause: "the engine says " + rest.Shorten(answer.Status.Message), Hint: "it may not be up yet; try again", Sent: true, Acts: true}
	}
	return op.None{}, err
}))

// EngineSettings are settings by name.
type EngineSettings struct {
	Extra op.Extra `json:",embed"`
}

var getEngineSettings = op.New(op.Operation{
	Name: "atscale.get_engine_settings",
	Doc: `Reads the general settings of the engine.

Installer edition.`,
	Source:      aiLink,
	Example:     `print(atscale.get_engine_settings {})`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "engine settings",
	Shows:       op.Blind(engineSettings),
}, installer(func(ctx context.Context, c *client, _ struct{}) (s EngineSettings, err error) {
	return s, c.dc.Get(ctx, c.ofOrg("engineGeneralSettings"), nil, in(&s))
}))

// UpdateEngineSettings is the input of atscale.update_engine_settings.
type UpdateEngineSettings struct {
	Settings map[string]op.Raw `json:"-" lua:"settings,required" doc:"Settings to change, with the names that AtScale gives them."`
}

var updateEngineSettings = op.New(op.Operation{
	Name: "atscale.update_engine_settings",
	Doc: `Changes settings of the engine.

Some want a restart of the engine. Installer edition. Raises invalid if the engine refuses a value, and denied if the
connection's user may not.`,
	Source:      scripts,
	Example:     `atscale.update_engine_settings { settings = { ["aggregates.new.build.scheduled"] = true } }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "engine settings",
	Changes:     []op.Change{op.Stirs(engineSettings)},
}, installer(func(ctx context.Context, c *client, args UpdateEngineSettings) (op.None, error) {
	return op.None{}, c.engine.Patch(ctx, "/settings", args.Settings, nil)
}))

// SQLPort is where an organization is reached by SQL.
type SQLPort struct {
	HiveServer2Port op.Opt[int64] `json:"hiveServer2Port,omitzero" lua:"hive_server2_port" doc:"Port."`
	Extra           op.Extra      `json:",embed"`
}

var getSQLPort = op.New(op.Operation{
	Name: "atscale.get_sql_port",
	Doc: `Tells at which port the organization is reached by SQL.

Installer edition.`,
	Source:      aiLink,
	Example:     `print(atscale.get_sql_port {}.hive_server2_port)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "SQL port",
	Shows:       op.Blind(engineOrganizations, organization, enginesRunning),
}, installer(func(ctx context.Context, c *client, _ struct{}) (p SQLPort, err error) {
	return p, c.engine.Get(ctx, rest.Path("organizations", "orgId", c.org), nil, in(&p))
}))

// UpdateSQLPort is the input of atscale.update_sql_port.
type UpdateSQLPort struct {
	HiveServer2Port int64 `json:"hiveServer2Port" lua:"hive_server2_port,required" doc:"Port."`
}

var updateSQLPort = op.New(op.Operation{
	Name: "atscale.update_sql_port",
	Doc: `Sets at which port the organization is reached by SQL.

Installer edition. Raises invalid if the engine refuses the port, and denied if the connection's user may not.`,
	Source:      scripts,
	Example:     `atscale.update_sql_port { hive_server2_port = 11111 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "SQL port",
	Changes:     []op.Change{op.Stirs(engineOrganizations)},
}, installer(func(ctx context.Context, c *client, args UpdateSQLPort) (op.None, error) {
	return op.None{}, c.engine.Post(ctx, rest.Path("organizations", "orgId", c.org), args, nil)
}))

// The script sends no token; one does no harm. Nothing tells whether an engine
// was restarted, so the call is not sent again by itself.
var restartEngine = op.New(op.Operation{
	Name: "atscale.restart_engine",
	Doc: `Restarts the engine.

Queries and builds under way are lost, and the engine cannot be reached for minutes. Installer edition. Raises denied if
the connection's user may not.`,
	Source:  scripts,
	Example: `atscale.restart_engine {}`,
	Effect:  op.Destructive,
	Object:  "engine",
	Changes: []op.Change{op.Stirs(enginesRunning), op.Blurs(cubeBuild, "status", "end_time")},
}, installer(func(ctx context.Context, c *client, _ struct{}) (op.None, error) {
	path := rest.Path("api", "1.0", "referrerOrg", "default", "support", "service-control", "engine", "restart")
	return op.None{}, c.slowDC.Post(ctx, path, nil, nil)
}))
