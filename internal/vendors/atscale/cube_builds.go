package atscale

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

const buildsPage = "https://documentation.atscale.com, managing-aggregates/rebuilding-aggregates-using-the-rest-api"

var cubeBuildOperations = []*op.Operation{startCubeBuild, listCubeBuilds, listLatestCubeBuilds, listCreationBuilds}

// Build is a batch that builds the aggregates of a cube.
type Build struct {
	ID             string             `json:"id" lua:"id,key" doc:"Id of the batch; empty if the release does not answer it."`
	Status         string             `json:"status" lua:"status,noise" doc:"new and inprogress: it runs. done: it succeeded. Anything else: it failed."`
	ProjectID      op.Opt[string]     `json:"projectId,omitzero" lua:"project_id" doc:"Published project."`
	CubeID         op.Opt[string]     `json:"cubeId,omitzero" lua:"cube_id" doc:"Published cube."`
	CreateDate     op.Opt[op.RFC3339] `json:"createDate,omitzero" lua:"create_date" doc:"When it was asked for."`
	StartTime      op.Opt[op.RFC3339] `json:"startTime,omitzero" lua:"start_time,noise" doc:"When it began; absent if it has not."`
	EndTime        op.Opt[op.RFC3339] `json:"endTime,omitzero" lua:"end_time,noise" doc:"When it ended; absent if it has not."`
	EstimateTime   op.Raw             `json:"estimateTime,omitzero" lua:"estimate_time,noise" doc:"How long AtScale thinks it takes, as it words it."`
	IsFullBuild    op.Opt[bool]       `json:"isFullBuild,omitzero" lua:"is_full_build" doc:"Whether it builds all anew, if the release answers it."`
	BatchType      op.Opt[string]     `json:"batchType,omitzero" lua:"batch_type" doc:"Type of the batch."`
	OrganizationID op.Opt[string]     `json:"organizationId,omitzero" lua:"organization_id" doc:"Organization."`
	Message        op.Opt[string]     `json:"message,omitzero" lua:"message,noise" doc:"What went wrong, if the release answers it."`
	Extra          op.Extra           `json:",embed"`
}

// runs reports whether a build has not ended.
func runs(status string) bool {
	switch strings.ToLower(status) {
	case "new", "inprogress", "running", "active", "pending":
		return true
	}
	return false
}

func (b *Build) timed() {
	never(&b.CreateDate)
	never(&b.StartTime)
	never(&b.EndTime)
}

// batch is the answer to a start: under "batch", in the envelope or without it,
// or the batch itself. Which it is on newer engines is unconfirmed.
type batch[T any] struct{ out *T }

func (b *batch[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	raw = opened(raw)
	if v, ok := member(raw, "batch"); ok {
		raw = v
	}
	if raw.Kind() != '{' {
		return nil // it says no more than that it started
	}
	return json.Unmarshal(raw, b.out, dec.Options())
}

// StartCubeBuild is the input of atscale.start_cube_build.
type StartCubeBuild struct {
	ProjectID   string `json:"-" lua:"project_id,required" doc:"Published project."`
	CubeID      string `json:"-" lua:"cube_id,required,key" doc:"Published cube of it."`
	IsFullBuild bool   `json:"-" lua:"is_full_build,required" doc:"True builds all anew; false adds to what is incremental."`
}

// builds are the builds of a cube that fit, whatever the
// order of the history.
func (c *client) builds(ctx context.Context, projectID, cubeID string, fits func(Build) (bool, error)) (found []Build, err error) {
	args := ListCubeBuilds{ProjectID: projectID, CubeID: cubeID}
	for cursor := ""; ; {
		page, next, err := c.history(ctx, args, cursor)
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

// A 500 usually means that a build of the cube runs already: that is an
// author's reading, so the history decides. While one runs, a second start would
// do nothing.
var startCubeBuild = op.New(op.Operation{
	Name: "atscale.start_cube_build",
	Doc: `Starts a build of all aggregates of a published cube.

It answers at once. start_cube_build_and_wait waits; list_cube_builds tells how it goes. Installer edition.
Raises conflict if a build of the cube runs already, not_found if there is no such published cube, and denied if the
connection's user may not manage aggregates.`,
	Source:  buildsPage,
	Example: `local build = atscale.start_cube_build { project_id = project.id, cube_id = cube.id, is_full_build = true }`,
	Effect:  op.Write,
	Object:  "build of cube",
	Shows:   op.Created(cubeBuild),
	Changes: []op.Change{
		op.Creates(cubeBuild, op.With{"status": op.Vague(), "is_full_build": op.Vague(), "start_time": op.Vague(), "end_time": op.Vague()}),
		op.Stirs(builtAggregates),
	},
}, installer(func(ctx context.Context, c *client, args StartCubeBuild) (b Build, err error) {
	for name, id := range map[string]string{"project_id": args.ProjectID, "cube_id": args.CubeID} {
		if err := rest.Filled(name, id); err != nil {
			return b, err
		}
	}
	q := url.Values{"cubeId": {args.CubeID}, "isFullBuild": {strconv.FormatBool(args.IsFullBuild)}}
	path := rest.Path("aggregate-batch", "orgId", c.org, "projectId", args.ProjectID)
	err = c.engine.JSON(ctx, rest.Request{Method: http.MethodPost, Path: path, Query: q}, &batch[Build]{&b})
	if err != nil {
		return b, alreadyRunning(err, "cube "+args.CubeID, func() (string, error) {
			running, err := c.builds(ctx, args.ProjectID, args.CubeID, func(b Build) (bool, error) { return runs(b.Status), nil })
			if err != nil || len(running) == 0 {
				return "", err
			}
			return running[0].ID, nil
		})
	}
	b.timed()
	return b, nil
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args StartCubeBuild, since time.Time) (Build, bool, error) {
	found, err := c.builds(ctx, args.ProjectID, args.CubeID, func(b Build) (bool, error) {
		return madeSince(b.CreateDate, since)
	})
	if err != nil {
		return Build{}, false, err
	}
	return theOne(found, "builds of cube "+args.CubeID)
}))

// alreadyRunning reads a 500 to the start of a build. running tells the id of
// one that runs, empty if none does.
func alreadyRunning(err error, subject string, running func() (string, error)) error {
	e, ok := errors.AsType[*op.Error](err)
	if !ok || e.Status != http.StatusInternalServerError || strings.HasSuffix(e.Cause, "i/o timeout") {
		return err
	}
	id, failed := running()
	if failed != nil || id == "" {
		return err
	}
	conflict := *e
	conflict.Kind, conflict.Subject = op.Conflict, subject
	conflict.Cause = "build " + id + " runs already"
	conflict.Hint = "wait until it has ended, and start again if it does not do"
	return &conflict
}

// ListCubeBuilds is the input of atscale.list_cube_builds.
type ListCubeBuilds struct {
	ProjectID string `json:"projectId" lua:"project_id" doc:"Only builds of this published project."`
	CubeID    string `json:"cubeId" lua:"cube_id,key" doc:"Only builds of this published cube."`
	PageSize
}

func (c *client) history(ctx context.Context, args ListCubeBuilds, cursor string) ([]Build, string, error) {
	path := rest.Path("aggregate-batch", "orgId", c.org, "history")
	list, next, err := readEngine(ctx, c.engine, path, rest.Query(args), args.PageSize, cursor, func(b Build) string { return b.ID })
	for i := range list {
		list[i].timed()
	}
	return list, next, err
}

var listCubeBuilds = op.NewList(op.Operation{
	Name: "atscale.list_cube_builds",
	Doc: `Lists the builds of cubes: those that run, and the history.

All that match, in the vendor's order. Read it no more often than every few seconds. Installer edition.`,
	Source:      utility,
	Example:     `for b in iter(atscale.list_cube_builds, { project_id = project.id, cube_id = cube.id }) do print(b.create_date, b.status) break end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "builds of cube",
	Shows:       unless(op.Many(cubeBuild, nil, "page_size"), droppedAggregates, publications, enginesRunning),
}, installerPages(func(ctx context.Context, c *client, args ListCubeBuilds, cursor string) ([]Build, string, error) {
	return c.history(ctx, args, cursor)
}))

// LatestBuild is the newest build of a cube.
type LatestBuild struct {
	ProjectID string      `json:"projectId" lua:"project_id" doc:"Published project."`
	CubeID    string      `json:"cubeId" lua:"cube_id,key" doc:"Published cube."`
	Batch     LatestBatch `json:"batch" lua:"batch" doc:"The build."`
	Extra     op.Extra    `json:",embed"`
}

// LatestBatch is the build itself.
type LatestBatch struct {
	ID       string          `json:"id" lua:"id,key" doc:"Id of the batch."`
	Status   string          `json:"status" lua:"status" doc:"new and inprogress: it runs. done: it succeeded. Anything else: it failed."`
	Progress op.Opt[float64] `json:"progressPercentage,omitzero" lua:"progress_percentage" doc:"How far it is, in percent."`
	Extra    op.Extra        `json:",embed"`
}

// ListLatestCubeBuilds is the input of atscale.list_latest_cube_builds.
type ListLatestCubeBuilds struct {
	EnvironmentID string `json:"-" lua:"environment_id,required,key" doc:"Environment, from list_environments."`
}

var listLatestCubeBuilds = op.New(op.Operation{
	Name: "atscale.list_latest_cube_builds",
	Doc: `Lists the newest build of each cube in an environment, on older engines.

In the vendor's order; there is no paging. list_cube_builds is for newer engines. Installer edition.
Raises not_found if there is no such environment, or the engine is too new.`,
	Source:      "https://documentation.atscale.com, of which no readable page tells it: a public shell script for older engines",
	Example:     `for _, b in ipairs(atscale.list_latest_cube_builds { environment_id = env.id }) do print(b.cube_id, b.batch.status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "builds of environment",
	Shows:       op.Blind(cubeBuild, droppedAggregates, publications, environments, enginesRunning),
}, installer(func(ctx context.Context, c *client, args ListLatestCubeBuilds) ([]LatestBuild, error) {
	list := under[LatestBuild]("batches")
	err := c.engine.Get(ctx, rest.Path("aggregate-batch", "orgId", c.org, "envId", args.EnvironmentID), nil, list)
	return list.items, err
}))

// ListCreationBuilds is the input of atscale.list_creation_builds.
type ListCreationBuilds struct{ PageSize }

// The page gives no port; the envelope is Design Center's.
var listCreationBuilds = op.NewList(op.Operation{
	Name: "atscale.list_creation_builds",
	Doc: `Lists the builds that schedules for the creation of aggregates have started.

In the vendor's order. Installer edition. Raises denied if the connection's user may not see aggregates.`,
	Source:      creationPage,
	Example:     `for b in iter(atscale.list_creation_builds, {}) do print(b.cube_id, b.status) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "builds of organization",
	Shows:       op.Apart(),
}, installerPages(func(ctx context.Context, c *client, args ListCreationBuilds, cursor string) ([]Build, string, error) {
	path := rest.Path("org", c.org, "aggregates-creation", "builds", "history")
	list, next, err := readEngine(ctx, c.dc, path, url.Values{}, args.PageSize, cursor, func(b Build) string { return b.ID })
	for i := range list {
		list[i].timed()
	}
	return list, next, err
}))
