package alteryxcloud

import (
	"context"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var environmentParameterOperations = []*op.Operation{
	listEnvironmentParameters, getEnvironmentParameter, createEnvironmentParameter, deleteEnvironmentParameter,
	exportEnvironmentParameters, importEnvironmentParameters,
}

// EnvironmentParameter is a variable of the workspace.
type EnvironmentParameter struct {
	ID          ID                 `json:"id" lua:"id,key" doc:"Id."`
	OverrideKey string             `json:"overrideKey" lua:"override_key" doc:"Name that flows use, like env.region."`
	Value       op.Raw             `json:"value,omitzero" lua:"value" doc:"Value, as the vendor answers it: { variable = { value = … } }, for one."`
	UsageInfo   op.Raw             `json:"usageInfo,omitzero" lua:"usage_info,noise" doc:"Where it is used; absent unless asked for."`
	CreatedAt   op.Opt[op.RFC3339] `json:"createdAt,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt   op.Opt[op.RFC3339] `json:"updatedAt,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra       op.Extra           `json:",embed"`
}

// ListEnvironmentParameters is the input of alteryx_cloud.list_environment_parameters.
type ListEnvironmentParameters struct {
	IncludeUsageInfo op.Opt[bool] `json:"includeUsageInfo,omitzero" lua:"include_usage_info" default:"false" doc:"Adds where each is used."`
	Selection
}

var listEnvironmentParameters = op.NewList(op.Operation{
	Name: "alteryx_cloud.list_environment_parameters",
	Doc: `Lists the environment parameters of the workspace.

All that match, in the order of sort. Raises denied if the caller is no Workspace Admin.`,
	Source:      spec + "GET /v4/environmentParameters",
	Example:     `for e in iter(alteryx_cloud.list_environment_parameters, {}) do print(e.override_key) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "environment parameter",
	Shows:       unless(op.Many(parameter, nil, "include_usage_info", "sort"), imports),
}, func(ctx context.Context, c *client, in ListEnvironmentParameters, cursor string) ([]EnvironmentParameter, string, error) {
	return page[EnvironmentParameter](ctx, c.plain, rest.Path("v4", "environmentParameters"), rest.Query(in), cursor)
})

// GetEnvironmentParameter is the input of operations that take one parameter.
type GetEnvironmentParameter struct {
	ParameterID ID `json:"-" lua:"parameter_id,required,key" doc:"Environment parameter."`
}

var getEnvironmentParameter = op.New(op.Operation{
	Name: "alteryx_cloud.get_environment_parameter",
	Doc: `Reads one environment parameter.

Raises not_found if there is no such parameter, and denied if the caller is no Workspace Admin.`,
	Source:      spec + "GET /v4/environmentParameters/{id}",
	Example:     `print(alteryx_cloud.get_environment_parameter { parameter_id = 9 }.override_key)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "environment parameter",
	Shows:       unless(op.One(parameter, "parameter_id"), imports),
}, func(ctx context.Context, c *client, in GetEnvironmentParameter) (p EnvironmentParameter, err error) {
	return p, c.plain.Get(ctx, rest.Path("v4", "environmentParameters", in.ParameterID), nil, &p)
})

// CreateEnvironmentParameter is the input of alteryx_cloud.create_environment_parameter.
type CreateEnvironmentParameter struct {
	OverrideKey string `json:"overrideKey" lua:"override_key,required,key" doc:"Name that flows use, like env.region."`
	Value       op.Raw `json:"value" lua:"value,required" doc:"Value, in the vendor's own names: { variable = { value = \"north\" } }, or a selector."`
}

var createEnvironmentParameter = op.New(op.Operation{
	Name: "alteryx_cloud.create_environment_parameter",
	Doc: `Creates an environment parameter.

Raises invalid if the name is taken or the value refused, and denied if the caller is no Workspace Admin.`,
	Source:  spec + "POST /v4/environmentParameters",
	Example: `alteryx_cloud.create_environment_parameter { override_key = "env.region", value = { variable = { value = "north" } } }`,
	Effect:  op.Write,
	Object:  "environment parameter",
	Shows:   op.Created(parameter),
	Changes: []op.Change{op.Creates(parameter, nil)},
	Inverse: op.Deletes("delete_environment_parameter", "parameter_id", "id"),
}, func(ctx context.Context, c *client, in CreateEnvironmentParameter) (p EnvironmentParameter, err error) {
	return p, c.plain.Post(ctx, rest.Path("v4", "environmentParameters"), in, &p)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateEnvironmentParameter, since time.Time) (p EnvironmentParameter, landed bool, err error) {
	list, err := all[EnvironmentParameter](ctx, c.plain, rest.Path("v4", "environmentParameters"), nil)
	if err != nil {
		return p, false, err
	}
	found, err := newest(list, since, func(p EnvironmentParameter) bool { return p.OverrideKey == in.OverrideKey }, func(p EnvironmentParameter) op.RFC3339 { return p.CreatedAt.Value })
	if err != nil {
		return p, false, err
	}
	return theOne(found, "environment parameters called "+in.OverrideKey)
}))

var deleteEnvironmentParameter = op.New(op.Operation{
	Name: "alteryx_cloud.delete_environment_parameter",
	Doc: `Deletes an environment parameter.

Raises not_found if there is no such parameter, and denied if the caller is no Workspace Admin.`,
	Source:      spec + "DELETE /v4/environmentParameters/{id}",
	Example:     `alteryx_cloud.delete_environment_parameter { parameter_id = 9 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "environment parameter",
	Changes:     []op.Change{op.Removes(parameter, "parameter_id")},
}, func(ctx context.Context, c *client, in GetEnvironmentParameter) (op.None, error) {
	return op.None{}, send(ctx, c.plain, rest.Request{Method: http.MethodDelete, Path: rest.Path("v4", "environmentParameters", in.ParameterID)}, nil)
})

// ExportEnvironmentParameters is the input of alteryx_cloud.export_environment_parameters.
type ExportEnvironmentParameters struct {
	HideSecrets op.Opt[bool] `json:"hideSecrets,omitzero" lua:"hide_secrets" default:"true" doc:"Leaves out values that are secret."`
}

// The vendor's default is not documented: it is always said.
var exportEnvironmentParameters = op.New(op.Operation{
	Name: "alteryx_cloud.export_environment_parameters",
	Doc: `Exports the environment parameters as a package.

With hide_secrets = false the file holds secrets that the runner does not know of, so it may come into reports. Raises
denied if the caller is no Workspace Admin.`,
	Source:      spec + "GET /v4/environmentParameters/package",
	Example:     `local package = alteryx_cloud.export_environment_parameters {}.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "package of environment parameters",
	Shows:       op.Blind(parameter, imports),
}, func(ctx context.Context, c *client, in ExportEnvironmentParameters) (Download, error) {
	in.HideSecrets = op.Some(in.HideSecrets.Or(true))
	return download(ctx, c.plain, rest.Path("v4", "environmentParameters", "package"), rest.Query(in))
})

// ImportEnvironmentParameters is the input of alteryx_cloud.import_environment_parameters.
type ImportEnvironmentParameters struct {
	Content []byte `json:"-" lua:"content,required" doc:"Bytes of a package that export_environment_parameters made: JSON."`
}

// What is in a package the arguments do not say, so there is no probe. The
// document gives JSON as the type of the body, and no shape: the package goes
// back as it came. If it is no JSON, it is sent as a form, like other packages.
var importEnvironmentParameters = op.New(op.Operation{
	Name: "alteryx_cloud.import_environment_parameters",
	Doc: `Imports a package of environment parameters.

Answers what the vendor does, as it comes. Raises invalid if it is no package, and denied if the caller is no Workspace
Admin.`,
	Source:  spec + "POST /v4/environmentParameters/package",
	Example: `alteryx_cloud.import_environment_parameters { content = package }`,
	Effect:  op.Write,
	Object:  "package of environment parameters",
	Changes: []op.Change{op.Stirs(imports)},
}, func(ctx context.Context, c *client, in ImportEnvironmentParameters) (v op.Raw, err error) {
	if err := filledPackage(in.Content); err != nil {
		return v, err
	}
	path := rest.Path("v4", "environmentParameters", "package")
	if jsontext.Value(in.Content).IsValid() {
		return v, send(ctx, c.plain, rest.Request{
			Method: http.MethodPost, Path: path, Raw: in.Content, Header: http.Header{"Content-Type": {"application/json"}},
		}, &v)
	}
	return v, upload(ctx, c.plain, path, nil, "package.zip", in.Content, &v)
})
