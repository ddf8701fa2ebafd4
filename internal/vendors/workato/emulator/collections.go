package emulator

import (
	"slices"
	"strings"
	"time"
)

// A collection holds published endpoints. These are of the API platform, as are its clients: other things than the
// developer's API and its clients.
type collection struct {
	ID          int64       `json:"id"`
	Name        string      `json:"name"`
	Environment environment `json:"environment_type"`
	ProjectID   int64       `json:"project_id,omitempty"`
	Version     string      `json:"version"`
	CreatedAt   time.Time   `json:"created_at"`
	UpdatedAt   time.Time   `json:"updated_at"`
}

// An endpoint calls a recipe.
type endpoint struct {
	ID           int64     `json:"id"`
	CollectionID int64     `json:"api_collection_id"`
	RecipeID     int64     `json:"flow_id"`
	Name         string    `json:"name"`
	Method       string    `json:"method"`
	Path         string    `json:"path"`
	Active       bool      `json:"active"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

func collectionRoutes() []route {
	in := perMinute("api platform")
	return []route{
		{on: "GET /api/api_collections", bucket: in, do: listCollections},
		{on: "POST /api/api_collections", bucket: in, do: createCollection},
		{on: "DELETE /api/api_collections/{id}", bucket: in, do: onCollection(deleteCollection)},
		{on: "GET /api/api_endpoints", bucket: in, do: listEndpoints},
		{on: "POST /api/api_collections/{id}/api_endpoints", bucket: in, do: onCollection(createEndpoint)},
		{on: "PUT /api/api_endpoints/{id}/enable", bucket: in, do: onEndpoint(enableEndpoint)},
		{on: "PUT /api/api_endpoints/{id}/disable", bucket: in, do: onEndpoint(disableEndpoint)},
	}
}

// collection is one that the caller can see, or nil.
func (c *call) collection(id int64) *collection {
	col := c.collections.get(id)
	if col == nil || col.Environment != c.env || col.ProjectID != 0 && c.project(col.ProjectID) == nil {
		return nil
	}
	return col
}

func onCollection(do func(*call, *collection) (any, error)) handler {
	return func(c *call) (any, error) {
		col := c.collection(c.pathID("id"))
		if col == nil {
			return nil, notFound()
		}
		return do(c, col)
	}
}

// base is the path of a collection's endpoints.
func (col *collection) base() string {
	return "/example/" + strings.ReplaceAll(strings.ToLower(col.Name), " ", "-") + "-v1"
}

// collectionView has the project as a text, or null.
func collectionView(col *collection) object {
	v := object{"id": col.ID, "name": col.Name, "project_id": nil, "url": "https://apim.example.com" + col.base(),
		"api_spec_url": "https://www.example.com/doc/service/" + decimal(col.ID) + "/swagger", "version": col.Version,
		"created_at": at(col.CreatedAt), "updated_at": at(col.UpdatedAt)}
	if col.ProjectID != 0 {
		v["project_id"] = decimal(col.ProjectID)
	}
	return v
}

func listCollections(c *call) (any, error) {
	return bare(c, views(c.collections.where(func(col *collection) bool { return c.collection(col.ID) != nil }),
		collectionView))
}

// createCollection keeps nothing of the OpenAPI document (inf).
func createCollection(c *call) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name")
	col := &collection{Name: in.short("name", 255), Environment: c.env, ProjectID: in.textID("project_id"), Version: "1.0",
		CreatedAt: c.now, UpdatedAt: c.now}
	in.id("proxy_connection_id")
	typed[object](in, "openapi_spec", "an Object")
	if spec := in.within("openapi_spec"); spec != in {
		spec.need("content", "format")
		if f := spec.text("format"); spec.has("format") && f != "json" && f != "yaml" {
			spec.complain("format", "must be json or yaml")
		}
	}
	if in.has("project_id") && c.project(col.ProjectID) == nil {
		in.complain("project_id", "is unknown")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	col.ID = c.newID()
	c.collections.put(col.ID, col)
	c.record("ApiGroup", "api_collection_created", col.ID, col.Name)
	return collectionView(col), nil
}

// deleteCollection deletes the endpoints too (inf).
func deleteCollection(c *call, col *collection) (any, error) {
	for e := range c.endpoints.all() {
		if e.CollectionID == col.ID {
			c.endpoints.drop(e.ID)
		}
	}
	for p := range c.platformClients.all() {
		p.CollectionIDs = exclude(p.CollectionIDs, col.ID)
	}
	c.collections.drop(col.ID)
	c.record("ApiGroup", "api_collection_deleted", col.ID, col.Name)
	return success(), nil
}

func onEndpoint(do func(*call, *endpoint) (any, error)) handler {
	return func(c *call) (any, error) {
		e := c.endpoints.get(c.pathID("id"))
		if e == nil || c.collection(e.CollectionID) == nil {
			return nil, notFound()
		}
		return do(c, e)
	}
}

func (c *call) endpointView(e *endpoint) object {
	base := c.collections.get(e.CollectionID).base()
	return object{"id": e.ID, "api_collection_id": e.CollectionID, "flow_id": orNull(e.RecipeID), "name": e.Name,
		"method": e.Method,
		"url":    "https://apim.example.com" + base + "/" + e.Path, "base_path": base + "/", "path": e.Path, "active": e.Active,
		"legacy": false, "created_at": at(e.CreatedAt), "updated_at": at(e.UpdatedAt)}
}

func listEndpoints(c *call) (any, error) {
	of, err := c.paramID("api_collection_id")
	if err != nil {
		return nil, err
	}
	return bare(c, views(c.endpoints.where(func(e *endpoint) bool {
		return c.collection(e.CollectionID) != nil && (of == 0 || e.CollectionID == of)
	}), c.endpointView))
}

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// createEndpoint takes these fields of those that are not documented (inf), and makes an inactive endpoint.
func createEndpoint(c *call, col *collection) (any, error) {
	in, err := c.body()
	if err != nil {
		return nil, err
	}
	in.need("name")
	e := &endpoint{CollectionID: col.ID, Name: in.short("name", 255), Method: "GET", Path: in.text("path"),
		RecipeID:  in.id("flow_id"),
		CreatedAt: c.now, UpdatedAt: c.now}
	keep(in, "method", &e.Method, strings.ToUpper(in.text("method")))
	if !slices.Contains(methods, e.Method) {
		in.complain("method", "is unknown")
	}
	if in.has("flow_id") && c.recipe(e.RecipeID) == nil {
		in.complain("flow_id", "is unknown")
	}
	if err := in.err(); err != nil {
		return nil, err
	}
	e.ID = c.newID()
	c.endpoints.put(e.ID, e)
	c.record("ApiEndpoint", "api_endpoint_created", e.ID, e.Name)
	return c.endpointView(e), nil
}

// enableEndpoint needs a running recipe.
func enableEndpoint(c *call, e *endpoint) (any, error) {
	if r := c.recipes.get(e.RecipeID); r == nil || !r.Running {
		return nil, badRequest("The recipe of the endpoint is not running")
	}
	e.Active, e.UpdatedAt = true, c.now
	c.record("ApiEndpoint", "api_endpoint_enabled", e.ID, e.Name)
	return success(), nil
}

func disableEndpoint(c *call, e *endpoint) (any, error) {
	e.Active, e.UpdatedAt = false, c.now
	c.record("ApiEndpoint", "api_endpoint_disabled", e.ID, e.Name)
	return success(), nil
}
