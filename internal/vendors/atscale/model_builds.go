package atscale

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"runner/internal/op"
	"runner/internal/rest"
)

const containerPage = "https://documentation.atscale.com/container-api, Public Engine APIs, aggregates-batch"

var modelBuildOperations = []*op.Operation{startModelBuild, listModelBuilds}

// ModelBuild is a batch that builds the aggregates of a model.
type ModelBuild struct {
	ID           string             `json:"id" lua:"id,key" doc:"Id of the batch."`
	Status       string             `json:"status" lua:"status,noise" doc:"new, inprogress, running, active and pending: it runs. done and success: it succeeded. Anything else: it failed."`
	CatalogID    op.Opt[string]     `json:"catalogId,omitzero" lua:"catalog_id" doc:"Catalog."`
	ModelID      op.Opt[string]     `json:"modelId,omitzero" lua:"model_id" doc:"Model."`
	IsFullBuild  op.Opt[bool]       `json:"isFullBuild,omitzero" lua:"is_full_build" doc:"Whether it builds all anew."`
	CreateDate   op.Opt[op.RFC3339] `json:"createDate,omitzero" lua:"create_date" doc:"When it was asked for."`
	StartTime    op.Opt[op.RFC3339] `json:"startTime,omitzero" lua:"start_time,noise" doc:"When it began; absent if it has not."`
	EndTime      op.Opt[op.RFC3339] `json:"endTime,omitzero" lua:"end_time,noise" doc:"When it ended; absent if it has not."`
	EstimateTime op.Raw             `json:"estimateTime,omitzero" lua:"estimate_time,noise" doc:"How long AtScale thinks it takes, as it words it."`
	BatchType    op.Opt[string]     `json:"batchType,omitzero" lua:"batch_type" doc:"aggregate_batch."`
	Message      op.Opt[string]     `json:"message,omitzero" lua:"message,noise" doc:"What went wrong, if the release answers it."`
	Extra        op.Extra           `json:",embed"`
}

func (b *ModelBuild) timed() {
	never(&b.CreateDate)
	never(&b.StartTime)
	never(&b.EndTime)
}

// StartModelBuild is the input of atscale.start_model_build.
type StartModelBuild struct {
	CatalogID            string            `json:"-" lua:"catalog_id,required" doc:"Catalog."`
	ModelID              string            `json:"-" lua:"model_id,required,key" doc:"Model of it; it must be deployed."`
	IsFullBuild          bool              `json:"-" lua:"is_full_build,required" doc:"True builds all anew; false adds to what is incremental."`
	GracePeriodOverrides map[string]op.Raw `json:"-" lua:"grace_period_overrides" doc:"Other grace periods of incremental builds, by the name of the dataset."`
}

// The documentation calls the overrides an array; client and sample send an
// object.
var startModelBuild = op.New(op.Operation{
	Name: "atscale.start_model_build",
	Doc: `Starts a build of the aggregates of a model.

It answers at once. start_model_build_and_wait waits; list_model_builds tells how it goes. Container edition.
Raises conflict if a build of the model runs already, not_found if there is no such model or it is not deployed, and
denied if the connection's user has not the role aggregates_manage.`,
	Source:  containerPage,
	Example: `local build = atscale.start_model_build { catalog_id = catalog.id, model_id = model.id, is_full_build = true }`,
	Effect:  op.Write,
	Object:  "build of model",
	Shows:   op.Created(modelBuild),
	Changes: []op.Change{
		op.Creates(modelBuild, op.With{"status": op.Vague(), "batch_type": op.Vague()}),
		op.Stirs(builtAggregates),
	},
}, container(func(ctx context.Context, c *client, args StartModelBuild) (b ModelBuild, err error) {
	r := rest.Request{
		Method: http.MethodPost, Path: rest.Path("v1", "aggregates-batch", "catalogs", args.CatalogID, "models", args.ModelID),
		Query: url.Values{"isFullBuild": {strconv.FormatBool(args.IsFullBuild)}},
	}
	if len(args.GracePeriodOverrides) > 0 {
		r.Body = map[string]any{"gracePeriodOverrides": args.GracePeriodOverrides}
	}
	if err := c.dc.JSON(ctx, r, &batch[ModelBuild]{&b}); err != nil {
		return b, alreadyRunning(err, "model "+args.ModelID, func() (string, error) {
			running, err := c.modelBuilds(ctx, args, func(b ModelBuild) (bool, error) { return runs(b.Status), nil })
			if err != nil || len(running) == 0 {
				return "", err
			}
			return running[0].ID, nil
		})
	}
	b.timed()
	return b, nil
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args StartModelBuild, since time.Time) (ModelBuild, bool, error) {
	found, err := c.modelBuilds(ctx, args, func(b ModelBuild) (bool, error) { return madeSince(b.CreateDate, since) })
	if err != nil {
		return ModelBuild{}, false, err
	}
	return theOne(found, "builds of model "+args.ModelID)
}))

// modelBuilds are the builds of a model that fit, whatever the order of the
// history.
func (c *client) modelBuilds(ctx context.Context, of StartModelBuild, fits func(ModelBuild) (bool, error)) (found []ModelBuild, err error) {
	args := ListModelBuilds{CatalogID: of.CatalogID, ModelID: of.ModelID}
	for cursor := ""; ; {
		page, next, err := c.modelHistory(ctx, args, cursor)
		if err != nil {
			return nil, err
		}
		for _, b := range page {
			fit, err := fits(b)
			if err != nil {
				return nil, err
			}
			if fit {
				found = append(found, b)
			}
		}
		if next == "" {
			return found, nil
		}
		cursor = next
	}
}

// ListModelBuilds is the input of atscale.list_model_builds.
type ListModelBuilds struct {
	CatalogID string `json:"catalogId" lua:"catalog_id" doc:"Only builds of this catalog."`
	ModelID   string `json:"modelId" lua:"model_id,key" doc:"Only builds of this model."`
	PageSize
}

func (c *client) modelHistory(ctx context.Context, args ListModelBuilds, cursor string) ([]ModelBuild, string, error) {
	list, next, err := readNumbered(ctx, c.dc, "/wapi/p/aggregate/batch-history", rest.Query(args), args.PageSize, true, cursor, func(b ModelBuild) string { return b.ID })
	for i := range list {
		list[i].timed()
	}
	return list, next, err
}

var listModelBuilds = op.NewList(op.Operation{
	Name: "atscale.list_model_builds",
	Doc: `Lists the builds of models: those that run, and the history.

All that match, in the vendor's order. Read it no more often than every few seconds. Container edition, by a path of its
web application.`,
	Source:      psUtils,
	Example:     `for b in iter(atscale.list_model_builds, { catalog_id = catalog.id, model_id = model.id }) do print(b.create_date, b.status) break end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "builds of model",
	Shows:       unless(op.Many(modelBuild, nil, "page_size"), droppedAggregates, deployments),
}, containerPages(func(ctx context.Context, c *client, args ListModelBuilds, cursor string) ([]ModelBuild, string, error) {
	return c.modelHistory(ctx, args, cursor)
}))
