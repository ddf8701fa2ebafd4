package workato

import (
	"context"
	"net/http"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const platformPage = "https://docs.workato.com/en/workato-api/api-platform.html"

var platformOperations = []*op.Operation{
	listAPICollections, createAPICollection, deleteAPICollection,
	listAPIEndpoints, createAPIEndpoint, startAPIEndpoint, stopAPIEndpoint,
	listAPIPortals, listCertBundles, getCertBundle, deleteCertBundle,
}

// APICollection is a published API.
type APICollection struct {
	ID            Int                `json:"id" lua:"id,key" doc:"Id."`
	Name          string             `json:"name" lua:"name" doc:"Name."`
	ProjectID     op.Opt[Int]        `json:"project_id,omitzero" lua:"project_id" doc:"Its project; absent if it has none."`
	URL           op.Opt[string]     `json:"url,omitzero" lua:"url" doc:"Where it is."`
	APISpecURL    op.Opt[string]     `json:"api_spec_url,omitzero" lua:"api_spec_url" doc:"Where its OpenAPI document is."`
	Version       op.Opt[ID]         `json:"version,omitzero" lua:"version" doc:"Version."`
	Message       op.Opt[string]     `json:"message,omitzero" lua:"message" doc:"What Workato says of an import; only in the answer that makes it."`
	ImportResults op.Raw             `json:"import_results,omitzero" lua:"import_results" doc:"What became of an OpenAPI document; only in the answer that makes it."`
	CreatedAt     op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created."`
	UpdatedAt     op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last."`
	Extra         op.Extra           `json:",embed"`
}

var listAPICollections = op.NewList(op.Operation{
	Name: "workato.list_api_collections",
	Doc: `Lists API collections.

All that the client can see, in Workato's order.`,
	Source:      platformPage,
	Example:     `for a in iter(workato.list_api_collections) do print(a.id, a.name, a.url) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "API collection",
	Shows:       unless(op.Many(apiCollection, nil), content),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]APICollection, string, error) {
	return page[APICollection](ctx, c, rest.Path("api_collections"), nil, byPage, cursor)
})

// CreateAPICollection is the input of workato.create_api_collection.
type CreateAPICollection struct {
	Name              string         `json:"name" lua:"name,required,key" doc:"Name."`
	ProjectID         op.Opt[Quoted] `json:"project_id,omitzero" lua:"project_id" doc:"Project it is put in."`
	ProxyConnectionID op.Opt[int64]  `json:"proxy_connection_id,omitzero" lua:"proxy_connection_id" doc:"Connection that its calls go through."`
	OpenAPISpec       *OpenAPISpec   `json:"openapi_spec,omitzero" lua:"openapi_spec" doc:"OpenAPI document to make endpoints of."`
}

// OpenAPISpec is an OpenAPI document.
type OpenAPISpec struct {
	Content string `json:"content" lua:"content,required" doc:"The document."`
	Format  string `json:"format" lua:"format,required" enum:"json yaml" doc:"How it is written."`
}

// The vendor refuses project_id as a number.
var createAPICollection = op.New(op.Operation{
	Name: "workato.create_api_collection",
	Doc: `Creates an API collection.

Raises invalid if Workato refuses the name or the document.`,
	Source:  platformPage,
	Example: `local id = workato.create_api_collection { name = "Invoices", project_id = 12 }.id`,
	Effect:  op.Write,
	Object:  "API collection",
	Shows:   op.Created(apiCollection),
	Changes: []op.Change{
		op.Creates(apiCollection, op.With{"message": op.Vague(), "import_results": op.Vague()}),
		op.When(given("openapi_spec"), op.Stirs(importedEndpoints)),
	},
	Inverse: op.Deletes("delete_api_collection", "api_collection_id", "id"),
}, func(ctx context.Context, c *client, in CreateAPICollection) (a APICollection, err error) {
	return a, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("api_collections"), Body: in}, &a)
}, op.Probe(settle, func(ctx context.Context, c *client, in CreateAPICollection, since time.Time) (a APICollection, landed bool, err error) {
	all, err := everything[APICollection](ctx, c, rest.Path("api_collections"), nil, byPage)
	if err != nil {
		return a, false, err
	}
	found, err := newest(all, since, func(x APICollection) bool { return x.Name == in.Name }, func(x APICollection) op.RFC3339 { return x.CreatedAt.Value })
	if err != nil {
		return a, false, err
	}
	return theOne(found, "API collection "+in.Name)
}))

// APICollectionID is the input of operations that take no more than an API
// collection.
type APICollectionID struct {
	ID int64 `json:"-" lua:"api_collection_id,required,key" doc:"API collection that is meant."`
}

var deleteAPICollection = op.New(op.Operation{
	Name: "workato.delete_api_collection",
	Doc: `Deletes an API collection with its endpoints.

Its callers are refused at once. Raises not_found if there is no such collection.`,
	Source:      platformPage,
	Example:     `workato.delete_api_collection { api_collection_id = 1361 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "API collection",
	Changes:     []op.Change{op.Removes(apiCollection, "api_collection_id"), op.Stirs(importedEndpoints), op.Blurs(platformClient, "api_collections")},
}, func(ctx context.Context, c *client, in APICollectionID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("api_collections", in.ID)})
})

// APIEndpoint is one call of a published API, answered by a recipe.
type APIEndpoint struct {
	ID              Int                `json:"id" lua:"id,key" doc:"Id."`
	APICollectionID op.Opt[Int]        `json:"api_collection_id,omitzero" lua:"api_collection_id" doc:"Its collection."`
	FlowID          op.Opt[Int]        `json:"flow_id,omitzero" lua:"recipe_id" doc:"Recipe that answers it."`
	Name            op.Opt[string]     `json:"name,omitzero" lua:"name" doc:"Name."`
	Method          op.Opt[string]     `json:"method,omitzero" lua:"method" doc:"HTTP method."`
	URL             op.Opt[string]     `json:"url,omitzero" lua:"url" doc:"Where it is."`
	BasePath        op.Opt[string]     `json:"base_path,omitzero" lua:"base_path" doc:"Path of the collection."`
	Path            op.Opt[string]     `json:"path,omitzero" lua:"path" doc:"Path below that."`
	Active          op.Opt[bool]       `json:"active,omitzero" lua:"active" doc:"Whether it takes calls."`
	Legacy          op.Opt[bool]       `json:"legacy,omitzero" lua:"legacy" doc:"Whether it is of the older kind."`
	CreatedAt       op.Opt[op.RFC3339] `json:"created_at,omitzero" lua:"created_at" doc:"When it was created; absent if Workato does not say."`
	UpdatedAt       op.Opt[op.RFC3339] `json:"updated_at,omitzero" lua:"updated_at,noise" doc:"When it was changed last; absent if Workato does not say."`
	Extra           op.Extra           `json:",embed"`
}

// ListAPIEndpoints is the input of workato.list_api_endpoints.
type ListAPIEndpoints struct {
	APICollectionID op.Opt[int64] `json:"api_collection_id,omitzero" lua:"api_collection_id,key" doc:"Only endpoints of this collection."`
}

var listAPIEndpoints = op.NewList(op.Operation{
	Name: "workato.list_api_endpoints",
	Doc: `Lists API endpoints.

All that match, in Workato's order.`,
	Source:      platformPage,
	Example:     `for e in iter(workato.list_api_endpoints, { api_collection_id = 1361 }) do print(e.method, e.path, e.active) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "API endpoint",
	Shows:       unless(op.Many(apiEndpoint, nil), content, importedEndpoints),
}, func(ctx context.Context, c *client, in ListAPIEndpoints, cursor string) ([]APIEndpoint, string, error) {
	return page[APIEndpoint](ctx, c, rest.Path("api_endpoints"), query(in), byPage, cursor)
})

// CreateAPIEndpoint is the input of workato.create_api_endpoint.
type CreateAPIEndpoint struct {
	APICollectionID int64             `json:"-" lua:"api_collection_id,required,key" doc:"Collection it is put in."`
	Definition      map[string]op.Raw `json:"-" lua:"definition,required" doc:"The endpoint, with names as Workato has them: name, method, path, flow_id and so on."`
}

// The manual leaves the body open. No probe: endpoints do not tell for certain
// when they were made.
var createAPIEndpoint = op.New(op.Operation{
	Name: "workato.create_api_endpoint",
	Doc: `Creates an endpoint in an API collection.

It takes no calls until start_api_endpoint. Raises not_found if there is no such collection, and invalid if Workato
refuses the definition.`,
	Source:  platformPage,
	Example: `workato.create_api_endpoint { api_collection_id = 1361, definition = { name = "Get invoice", method = "GET", path = "invoice", flow_id = 1234 } }`,
	Effect:  op.Write,
	Object:  "endpoint of API collection",
	Shows:   op.Created(apiEndpoint),
	Changes: []op.Change{op.Creates(apiEndpoint, nil)},
}, func(ctx context.Context, c *client, in CreateAPIEndpoint) (e APIEndpoint, err error) {
	return e, c.one(ctx, rest.Request{Method: http.MethodPost, Path: rest.Path("api_collections", in.APICollectionID, "api_endpoints"), Body: in.Definition}, &e)
})

// APIEndpointID is the input of operations that take no more than an API
// endpoint.
type APIEndpointID struct {
	ID int64 `json:"-" lua:"api_endpoint_id,required,key" doc:"API endpoint that is meant."`
}

var startAPIEndpoint = op.New(op.Operation{
	Name: "workato.start_api_endpoint",
	Doc: `Enables an API endpoint: it takes calls.

Its recipe has to run. Raises not_found if there is no such endpoint, and conflict or invalid if its recipe does not run.`,
	Source:      platformPage,
	Example:     `workato.start_api_endpoint { api_endpoint_id = 2201 }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "API endpoint",
	Changes:     []op.Change{op.SetsOnly(apiEndpoint, "api_endpoint_id", op.With{"active": op.Is(true)})},
	Inverse:     switches("stop_api_endpoint", "api_endpoint_id", "active", false),
}, func(ctx context.Context, c *client, in APIEndpointID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("api_endpoints", in.ID, "enable")})
})

var stopAPIEndpoint = op.New(op.Operation{
	Name: "workato.stop_api_endpoint",
	Doc: `Disables an API endpoint: its callers are refused.

Raises not_found if there is no such endpoint.`,
	Source:      platformPage,
	Example:     `workato.stop_api_endpoint { api_endpoint_id = 2201 }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "API endpoint",
	Changes:     []op.Change{op.SetsOnly(apiEndpoint, "api_endpoint_id", op.With{"active": op.Is(false)})},
	Inverse:     switches("start_api_endpoint", "api_endpoint_id", "active", true),
}, func(ctx context.Context, c *client, in APIEndpointID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodPut, Path: rest.Path("api_endpoints", in.ID, "disable")})
})

// APIPortal is where people find published APIs.
type APIPortal struct {
	ID    ID             `json:"id" lua:"id,key" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

// The answer is unconfirmed.
var listAPIPortals = op.NewList(op.Operation{
	Name: "workato.list_api_portals",
	Doc: `Lists API portals.

All that the client can see, in Workato's order.`,
	Source:      platformPage,
	Example:     `for p in iter(workato.list_api_portals) do print(p.id, p.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "API portal",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]APIPortal, string, error) {
	return page[APIPortal](ctx, c, rest.Path("v2", "api_portals"), nil, ignorable(byPage), cursor)
})

// CertBundle is a bundle of certificates that callers of APIs are checked by.
type CertBundle struct {
	ID    ID             `json:"id" lua:"id,key" doc:"Id."`
	Name  op.Opt[string] `json:"name,omitzero" lua:"name" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

// The answer is unconfirmed.
var listCertBundles = op.NewList(op.Operation{
	Name: "workato.list_cert_bundles",
	Doc: `Lists bundles of certificates for mutual TLS.

All that the client can see, in Workato's order.`,
	Source:      platformPage,
	Example:     `for b in iter(workato.list_cert_bundles) do print(b.id, b.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "cert bundle",
	Shows:       op.Many(certBundle, nil),
}, func(ctx context.Context, c *client, _ struct{}, cursor string) ([]CertBundle, string, error) {
	return page[CertBundle](ctx, c, rest.Path("cert_bundles"), nil, ignorable(byPage), cursor)
})

// CertBundleID is the input of operations that take no more than a bundle.
type CertBundleID struct {
	ID string `json:"-" lua:"cert_bundle_id,required,key" doc:"Bundle that is meant."`
}

// The answer is unconfirmed.
var getCertBundle = op.New(op.Operation{
	Name: "workato.get_cert_bundle",
	Doc: `Reads one bundle of certificates.

Raises not_found if there is no such bundle.`,
	Source:      platformPage,
	Example:     `print(workato.get_cert_bundle { cert_bundle_id = "3" }.name)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "cert bundle",
	Shows:       op.One(certBundle, "cert_bundle_id"),
}, func(ctx context.Context, c *client, in CertBundleID) (b CertBundle, err error) {
	return b, c.get(ctx, rest.Path("cert_bundles", in.ID), nil, &b)
})

var deleteCertBundle = op.New(op.Operation{
	Name: "workato.delete_cert_bundle",
	Doc: `Deletes a bundle of certificates.

Callers that are checked by it may be refused. Raises not_found if there is no such bundle.`,
	Source:      platformPage,
	Example:     `workato.delete_cert_bundle { cert_bundle_id = "3" }`,
	Effect:      op.Destructive,
	Idempotency: op.Idempotent,
	Object:      "cert bundle",
	Changes:     []op.Change{op.Removes(certBundle, "cert_bundle_id")},
}, func(ctx context.Context, c *client, in CertBundleID) (op.None, error) {
	return op.None{}, c.done(ctx, rest.Request{Method: http.MethodDelete, Path: rest.Path("cert_bundles", in.ID)})
})
