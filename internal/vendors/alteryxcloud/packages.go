package alteryxcloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"mime/multipart"
	"net/http"
	"net/url"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file holds what exports and imports of packages have in common, and
// those of flows.

var flowPackageOperations = []*op.Operation{
	exportFlow, getFlowExportDryRun, importFlow, getFlowImportDryRun,
}

// Download is a file that the vendor hands out.
type Download struct {
	Content     []byte `lua:"content" doc:"The bytes of the file."`
	ContentType string `lua:"content_type" doc:"Media type, as the vendor says it; empty if it does not."`
}

func download(ctx context.Context, host *rest.Client, path string, query url.Values) (d Download, err error) {
	a, err := host.Do(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: query, Accept: "*/*"})
	if err != nil {
		return d, err
	}
	if isPage(a) {
		return d, &op.Error{Kind: op.Garbled, Status: a.Status, RetryAfter: -1, Cause: "it answered a web page instead of a file", Hint: "check the connection's url; a login page or a proxy may be in the way"}
	}
	return Download{Content: a.Body, ContentType: a.Header.Get("Content-Type")}, nil
}

// upload sends a package as the part "File" of a form: the name is that of the
// vendor's document, where it stands with a capital. Nothing else shows it.
func upload(ctx context.Context, host *rest.Client, path string, query url.Values, name string, content []byte, out any) error {
	sum := sha256.Sum256(content)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	// From the content, so that the same call has the same bytes in a cassette.
	if err := w.SetBoundary("runner-" + hex.EncodeToString(sum[:16])); err != nil {
		return &op.Error{Kind: op.Bug, Cause: err.Error()}
	}
	part, err := w.CreateFormFile("File", name)
	if err != nil {
		return &op.Error{Kind: op.Bug, Cause: err.Error()}
	}
	_, _ = part.Write(content) // into memory
	if err := w.Close(); err != nil {
		return &op.Error{Kind: op.Bug, Cause: err.Error()}
	}
	return send(ctx, host, rest.Request{
		Method: http.MethodPost, Path: path, Query: query, Raw: b.Bytes(), Header: http.Header{"Content-Type": {w.FormDataContentType()}},
	}, out)
}

// filledPackage refuses an empty file.
func filledPackage(content []byte) error {
	if len(content) > 0 {
		return nil
	}
	return &op.Error{Kind: op.Invalid, Cause: "content is empty", Hint: "give the bytes of a package"}
}

// ExportFlow is the input of alteryx_cloud.export_flow.
type ExportFlow struct {
	FlowID  ID     `json:"-" lua:"flow_id,required,key" doc:"Flow to export."`
	Comment string `json:"comment" lua:"comment" doc:"Comment that goes into the package."`
}

var exportFlow = op.New(op.Operation{
	Name: "alteryx_cloud.export_flow",
	Doc: `Exports a flow as a package: a zip file.

Raises not_found if there is no such flow, and limited above 40 a minute.`,
	Source:      spec + "GET /v4/flows/{id}/package",
	Example:     `local package = alteryx_cloud.export_flow { flow_id = 21 }.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "package of flow",
	Shows:       within(op.Blind(flow, removedAssets, imports), flow, "flow_id"),
}, func(ctx context.Context, c *client, in ExportFlow) (Download, error) {
	return download(ctx, c.plain, rest.Path("v4", "flows", in.FlowID, "package"), rest.Query(in))
})

// The shape of the answer is not documented.
var getFlowExportDryRun = op.New(op.Operation{
	Name: "alteryx_cloud.get_flow_export_dry_run",
	Doc: `Tells whether an export of a flow would work.

What the vendor answers, as it comes. Raises not_found if there is no such flow, limited above 20 a minute, and what the
export would.`,
	Source:      spec + "GET /v4/flows/{id}/package/dryRun",
	Example:     `alteryx_cloud.get_flow_export_dry_run { flow_id = 21 }`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "dry run of an export of flow",
	Shows:       within(op.Blind(flow, removedAssets, imports), flow, "flow_id"),
}, func(ctx context.Context, c *client, in GetFlow) (v op.Raw, err error) {
	return v, send(ctx, c.plain, rest.Request{Method: http.MethodGet, Path: rest.Path("v4", "flows", in.FlowID, "package", "dryRun")}, &v)
})

// ImportFlow is the input of alteryx_cloud.import_flow.
type ImportFlow struct {
	Content        []byte       `json:"-" lua:"content,required" doc:"Bytes of the package."`
	FileName       string       `json:"-" lua:"file_name,key" default:"package.zip" doc:"Name of the file."`
	FolderID       op.Opt[ID]   `json:"folderId,omitzero" lua:"folder_id" doc:"Folder that the flows come into."`
	OverrideJsUDFs op.Opt[bool] `json:"overrideJsUdfs,omitzero" lua:"override_js_udfs" default:"false" doc:"Replaces JavaScript functions of the same names."`
}

// ImportedFlows is the answer of alteryx_cloud.import_flow.
type ImportedFlows struct {
	PrimaryFlowIDs []ID     `json:"primaryFlowIds" lua:"primary_flow_ids" doc:"Flows that the package is about."`
	Flows          []Flow   `json:"flows" lua:"flows" doc:"All flows that were made."`
	Extra          op.Extra `json:",embed"`
}

func (in ImportFlow) name() string {
	if in.FileName == "" {
		return "package.zip"
	}
	return in.FileName
}

// What is in a package the arguments do not say, so there is no probe.
var importFlow = op.New(op.Operation{
	Name: "alteryx_cloud.import_flow",
	Doc: `Imports a package of flows.

Where the package names connections or environment parameters that have to be mapped first, nothing is made, and
primary_flow_ids is empty: what is missing stands in the answer. Raises invalid if it is no package.`,
	Source:  spec + "POST /v4/flows/package",
	Example: `local made = alteryx_cloud.import_flow { content = package, folder_id = 5 }`,
	Effect:  op.Write,
	Object:  "package of flows",
	Changes: []op.Change{op.Stirs(imports)},
}, func(ctx context.Context, c *client, in ImportFlow) (f ImportedFlows, err error) {
	if err := filledPackage(in.Content); err != nil {
		return f, err
	}
	return f, upload(ctx, c.plain, rest.Path("v4", "flows", "package"), rest.Query(in), in.name(), in.Content, &f)
})

var getFlowImportDryRun = op.New(op.Operation{
	Name: "alteryx_cloud.get_flow_import_dry_run",
	Doc: `Tells what an import of a package of flows would come to.

What the vendor answers, as it comes. Nothing is made. Raises invalid if it is no package.`,
	Source:      spec + "POST /v4/flows/package/dryRun",
	Example:     `output(alteryx_cloud.get_flow_import_dry_run { content = package })`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "dry run of an import",
	Shows:       op.Blind(),
}, func(ctx context.Context, c *client, in ImportFlow) (v op.Raw, err error) {
	if err := filledPackage(in.Content); err != nil {
		return v, err
	}
	in.OverrideJsUDFs = op.Opt[bool]{} // this route does not take it
	return v, upload(ctx, c.plain, rest.Path("v4", "flows", "package", "dryRun"), rest.Query(in), in.name(), in.Content, &v)
})
