package atscale

import (
	"context"

	"runner/internal/op"
	"runner/internal/rest"
)

var catalogQueryOperations = []*op.Operation{listCatalogQueries}

// CatalogQuery is a query that was run. Which fields it has is not documented.
type CatalogQuery struct {
	QueryID op.Opt[string] `json:"queryId,omitzero" lua:"query_id,key" doc:"Id, if the answer names it so."`
	ID      op.Opt[string] `json:"id,omitzero" lua:"id" doc:"Id, if the answer names it so."`
	Extra   op.Extra       `json:",embed"`
}

// ListCatalogQueries is the input of atscale.list_catalog_queries.
type ListCatalogQueries struct {
	Status    string `json:"status" lua:"status" doc:"Only queries that ended so."`
	QueryType string `json:"queryType" lua:"query_type" doc:"Only queries of this type."`
	CatalogID string `json:"catalogId" lua:"catalog_id,key" doc:"Only queries on this catalog."`
	ModelID   string `json:"modelId" lua:"model_id" doc:"Only queries on this model."`
}

var listCatalogQueries = op.NewList(op.Operation{
	Name: "atscale.list_catalog_queries",
	Doc: `Lists queries that were run.

All that match, in the vendor's order: the history may be long, so go through it with iter and break. Container edition,
by a path of its web application.`,
	Source:      psUtils,
	Example:     `for q in iter(atscale.list_catalog_queries, { catalog_id = catalog.id }) do print(q) break end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "queries on catalog",
	Shows:       op.Apart(),
}, containerPages(func(ctx context.Context, c *client, args ListCatalogQueries, cursor string) ([]CatalogQuery, string, error) {
	return readNumbered(ctx, c.dc, "/wapi/p/queries", rest.Query(args), PageSize{}, false, cursor, func(q CatalogQuery) string { return q.QueryID.Or(q.ID.Value) })
}))
