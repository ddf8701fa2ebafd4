package alteryxcloud

import (
	"context"
	"net/http"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file holds what a job group leaves behind. The vendor's document names
// the lists and profiles, and of their fields little; they are answered as they
// come.

var jobResultOperations = []*op.Operation{
	listJobGroupInputs, listJobGroupOutputs, listJobGroupPublications,
	getJobGroupProfile, getJobGroupProfileResults, exportJobGroupPDF,
}

// result reads one thing that a job group left behind.
func (c *client) result(ctx context.Context, in GetJobGroup, what string) (v op.Raw, err error) {
	return v, c.plain.JSON(ctx, rest.Request{Method: http.MethodGet, Path: rest.Path("v4", "jobGroups", in.JobGroupID, what)}, &v)
}

var listJobGroupInputs = op.New(op.Operation{
	Name: "alteryx_cloud.list_job_group_inputs",
	Doc: `Lists what a job group reads.

What the vendor answers, as it comes. Raises not_found if there is no such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/inputs",
	Example:     `output(alteryx_cloud.list_job_group_inputs { job_group_id = 801 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "inputs of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) (op.Raw, error) {
	return c.result(ctx, in, "inputs")
})

var listJobGroupOutputs = op.New(op.Operation{
	Name: "alteryx_cloud.list_job_group_outputs",
	Doc: `Lists what a job group writes.

What the vendor answers, as it comes. Raises not_found if there is no such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/outputs",
	Example:     `output(alteryx_cloud.list_job_group_outputs { job_group_id = 801 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "outputs of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) (op.Raw, error) {
	return c.result(ctx, in, "outputs")
})

var listJobGroupPublications = op.New(op.Operation{
	Name: "alteryx_cloud.list_job_group_publications",
	Doc: `Lists the publications of a job group.

What the vendor answers, as it comes. Raises not_found if there is no such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/publications",
	Example:     `output(alteryx_cloud.list_job_group_publications { job_group_id = 801 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "publications of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) (op.Raw, error) {
	return c.result(ctx, in, "publications")
})

var getJobGroupProfile = op.New(op.Operation{
	Name: "alteryx_cloud.get_job_group_profile",
	Doc: `Reads the profile of what a job group wrote.

What the vendor answers, as it comes. Raises invalid if the job group did not profile, and not_found if there is no
such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/profile",
	Example:     `output(alteryx_cloud.get_job_group_profile { job_group_id = 801 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "profile of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) (op.Raw, error) {
	return c.result(ctx, in, "profile")
})

var getJobGroupProfileResults = op.New(op.Operation{
	Name: "alteryx_cloud.get_job_group_profile_results",
	Doc: `Reads the results of the profiling of a job group.

What the vendor answers, as it comes. Raises invalid if the job group did not profile, and not_found if there is no
such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/profileResults",
	Example:     `output(alteryx_cloud.get_job_group_profile_results { job_group_id = 801 })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "profile results of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) (op.Raw, error) {
	return c.result(ctx, in, "profileResults")
})

var exportJobGroupPDF = op.New(op.Operation{
	Name: "alteryx_cloud.export_job_group_pdf",
	Doc: `Exports the profile of a job group as a PDF file.

Raises invalid if the job group did not profile, limited above 10 a minute, and not_found if there is no such job group.`,
	Source:      spec + "GET /v4/jobGroups/{id}/pdfResults",
	Example:     `local pdf = alteryx_cloud.export_job_group_pdf { job_group_id = 801 }.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "PDF of job group",
	Shows:       op.Blind(jobGroup),
}, func(ctx context.Context, c *client, in GetJobGroup) (Download, error) {
	return download(ctx, c.plain, rest.Path("v4", "jobGroups", in.JobGroupID, "pdfResults"), nil)
})
