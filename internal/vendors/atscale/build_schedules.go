package atscale

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

const (
	creationPage  = reference + "I2024.2.1/api-ref/aggregate-creation-schedule"
	scheduleNotes = "https://documentation.atscale.com, managing-aggregates/scheduling-recurring-builds; a public shell script"
)

var buildScheduleOperations = []*op.Operation{
	listBuildSchedules, createBuildSchedule, deleteBuildSchedule, listCreationSchedules, createCreationSchedule,
}

// BuildSchedule starts builds of a cube again and again.
type BuildSchedule struct {
	JobID          string         `json:"job_id" lua:"job_id,key" doc:"Id of the job."`
	TimeExpression op.Opt[string] `json:"time_expression,omitzero" lua:"time_expression" doc:"When it builds: a Quartz cron expression, with seconds."`
	FullBuild      op.Opt[bool]   `json:"full_build,omitzero" lua:"full_build" doc:"Whether it builds all anew."`
	Extra          op.Extra       `json:",embed"`
}

// UnmarshalJSONFrom takes the id under another name, too: the fields of the list
// are unconfirmed.
func (b *BuildSchedule) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if raw.Kind() == '"' || raw.Kind() == '0' { // the id alone
		b.JobID = text(raw)
		return nil
	}
	type plain BuildSchedule
	if err := json.Unmarshal(raw, (*plain)(b), dec.Options()); err != nil {
		return err
	}
	for _, name := range []string{"jobId", "id"} {
		if v, ok := member(raw, name); ok && b.JobID == "" {
			b.JobID = text(v)
		}
	}
	return nil
}

// OfCube is the input of reads about a published cube.
type OfCube struct {
	ProjectID string `json:"-" lua:"project_id,required" doc:"Published project."`
	CubeID    string `json:"-" lua:"cube_id,required,key" doc:"Published cube of it."`
}

func (c *client) jobs(of OfCube) string {
	return rest.Path("aggregate-batch", "scheduler", "orgId", c.org, "projectId", of.ProjectID, "cubeId", of.CubeID, "jobs")
}

func (c *client) buildSchedules(ctx context.Context, of OfCube) ([]BuildSchedule, error) {
	list := under[BuildSchedule]("jobs", "data")
	err := c.engine.Get(ctx, c.jobs(of), url.Values{"active": {"true"}}, list)
	return list.items, err
}

var listBuildSchedules = op.New(op.Operation{
	Name: "atscale.list_build_schedules",
	Doc: `Lists the schedules that build the aggregates of a published cube.

Those that are active, in the vendor's order; there is no paging. Installer edition.
Raises not_found if there is no such published cube.`,
	Source:      scheduleNotes,
	Example:     `for _, s in ipairs(atscale.list_build_schedules { project_id = project.id, cube_id = cube.id }) do print(s.time_expression) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "build schedules of cube",
	Shows:       op.Blind(buildSchedules, publications, published, enginesRunning),
}, installer(func(ctx context.Context, c *client, args OfCube) ([]BuildSchedule, error) {
	return c.buildSchedules(ctx, args)
}))

// CreateBuildSchedule is the input of atscale.create_build_schedule.
type CreateBuildSchedule struct {
	OfCube
	TimeExpression string `json:"time_expression" lua:"time_expression,required" doc:"When it builds: a Quartz cron expression of six fields, the first of which are seconds: \"0 0 2 ? * *\" is every day at 2."`
	FullBuild      bool   `json:"full_build" lua:"full_build,required" doc:"True builds all anew; false adds to what is incremental."`
}

// sameSchedule are the schedules that say what is wanted.
func sameSchedule(list []BuildSchedule, expression string, full bool) (found []BuildSchedule) {
	for _, s := range list {
		if s.TimeExpression.Value == expression && s.FullBuild.Or(full) == full {
			found = append(found, s)
		}
	}
	return found
}

var createBuildSchedule = op.New(op.Operation{
	Name: "atscale.create_build_schedule",
	Doc: `Adds a schedule that builds the aggregates of a published cube.

A second call adds a second one: ensure_build_schedule looks first. Installer edition.
Raises invalid if AtScale refuses the expression, not_found if there is no such published cube, and denied if the
connection's user may not manage aggregates.`,
	Source:  scheduleNotes,
	Example: `atscale.create_build_schedule { project_id = project.id, cube_id = cube.id, time_expression = "0 0 2 ? * *", full_build = false }`,
	Effect:  op.Write,
	Object:  "build schedule of cube",
	Changes: []op.Change{op.Stirs(buildSchedules)},
	Inverse: func(u op.Undo) (string, op.Args, bool) {
		id := op.Element(u.Answer, "job_id")
		return "delete_build_schedule", op.Args{"project_id": u.Args["project_id"], "cube_id": u.Args["cube_id"], "job_id": id}, id != nil && id != ""
	},
}, installer(func(ctx context.Context, c *client, args CreateBuildSchedule) (s BuildSchedule, err error) {
	err = c.engine.Post(ctx, c.jobs(args.OfCube), args, in(&s))
	if err == nil && !s.TimeExpression.Given {
		s.TimeExpression, s.FullBuild = op.Some(args.TimeExpression), op.Some(args.FullBuild)
	}
	return s, err
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateBuildSchedule, _ time.Time) (s BuildSchedule, landed bool, err error) {
	// One that was there before says the same; a second one would build twice.
	list, err := c.buildSchedules(ctx, args.OfCube)
	if err != nil {
		return s, false, err
	}
	s, landed, err = theOne(sameSchedule(list, args.TimeExpression, args.FullBuild), "build schedules of cube "+args.CubeID)
	s.Extra = nil // the answer has none of it
	return s, landed, err
}))

// DeleteBuildSchedule is the input of atscale.delete_build_schedule.
type DeleteBuildSchedule struct {
	OfCube
	JobID string `json:"-" lua:"job_id,required" doc:"Schedule to delete."`
}

var deleteBuildSchedule = op.New(op.Operation{
	Name: "atscale.delete_build_schedule",
	Doc: `Deletes a schedule that builds the aggregates of a published cube.

Installer edition. Raises not_found if there is no such schedule.`,
	Source:      scheduleNotes,
	Example:     `atscale.delete_build_schedule { project_id = project.id, cube_id = cube.id, job_id = schedule.job_id }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "build schedule of cube",
	Changes:     []op.Change{op.Stirs(buildSchedules)},
}, installer(func(ctx context.Context, c *client, args DeleteBuildSchedule) (op.None, error) {
	return op.None{}, c.engine.Delete(ctx, c.jobs(args.OfCube)+rest.Path(args.JobID), nil, nil)
}))

// The page gives no port; the envelope is Design Center's. Fields and answers
// are unconfirmed: they are taken to be those of the schedules for builds.
func (c *client) creationScheduler(of OfCube) string {
	return rest.Path("org", c.org, "project", of.ProjectID, "cube", of.CubeID, "aggregates-creation", "scheduler")
}

func (c *client) creationSchedules(ctx context.Context, of OfCube) ([]BuildSchedule, error) {
	var list oneOrMany[BuildSchedule]
	err := c.dc.Get(ctx, c.creationScheduler(of), nil, in(&list))
	return list, err
}

var listCreationSchedules = op.New(op.Operation{
	Name: "atscale.list_creation_schedules",
	Doc: `Lists the schedules that create aggregates for a cube.

The fields are not documented where they can be read, so look at what comes. Installer edition.
Raises not_found if there is no such cube.`,
	Source:      creationPage,
	Example:     `for _, s in ipairs(atscale.list_creation_schedules { project_id = project.id, cube_id = cube.id }) do print(s) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "aggregate creation schedules of cube",
	Shows:       op.Blind(creationSchedules, publications, published, project),
}, installer(func(ctx context.Context, c *client, args OfCube) ([]BuildSchedule, error) {
	return c.creationSchedules(ctx, args)
}))

// CreateCreationSchedule is the input of atscale.create_creation_schedule.
type CreateCreationSchedule struct {
	OfCube
	TimeExpression string `json:"time_expression" lua:"time_expression,required" doc:"When it creates: a cron expression with seconds, of six fields."`
}

var createCreationSchedule = op.New(op.Operation{
	Name: "atscale.create_creation_schedule",
	Doc: `Adds a schedule that creates aggregates for a cube.

The body is not documented where it can be read; it was inferred from create_build_schedule. Installer edition.
Raises invalid if AtScale refuses the expression, and not_found if there is no such cube.`,
	Source:  creationPage,
	Example: `atscale.create_creation_schedule { project_id = project.id, cube_id = cube.id, time_expression = "0 0 2 ? * *" }`,
	Effect:  op.Write,
	Object:  "aggregate creation schedule of cube",
	Changes: []op.Change{op.Stirs(creationSchedules)},
}, installer(func(ctx context.Context, c *client, args CreateCreationSchedule) (op.None, error) {
	return op.None{}, c.dc.JSON(ctx, rest.Request{Method: http.MethodPost, Path: c.creationScheduler(args.OfCube), Body: args}, nil)
}), op.Probe(time.Minute, func(ctx context.Context, c *client, args CreateCreationSchedule, _ time.Time) (op.None, bool, error) {
	list, err := c.creationSchedules(ctx, args.OfCube)
	if err != nil {
		return op.None{}, false, err
	}
	for _, s := range list {
		if !s.TimeExpression.Given { // its fields are others
			return op.None{}, false, &op.Error{
				Kind: op.InDoubt, Subject: "aggregate creation schedules of cube " + args.CubeID,
				Cause: "the list does not say when they build", Hint: "look at them in AtScale",
			}
		}
	}
	_, landed, err := theOne(sameSchedule(list, args.TimeExpression, false), "aggregate creation schedules of cube "+args.CubeID)
	return op.None{}, landed, err
}))
