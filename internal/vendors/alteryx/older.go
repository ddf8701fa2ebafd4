package alteryx

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

// This file holds endpoints of the admin API before v3 that v3 has no match
// for, and the download of usage records.

var olderOperations = []*op.Operation{
	exportUsage, listAuditLog, listMigratableWorkflows, exportMigratablePackage,
}

// fileOf refuses what cannot be the file that was asked for: an empty answer,
// or the page of a login or a proxy.
func fileOf(d Download, err error) (Download, error) {
	if err == nil && (len(d.Content) == 0 || strings.HasPrefix(d.ContentType, "text/html")) {
		err = &op.Error{Kind: op.Garbled, Cause: "the Server answered no file", Hint: "check the connection's url"}
	}
	if err != nil {
		return Download{}, err
	}
	return d, nil
}

// ExportUsage is the input of alteryx.export_usage.
type ExportUsage struct{}

var exportUsage = op.New(op.Operation{
	Name: "alteryx.export_usage",
	Doc: `Reads the Server's usage records as a file.

Raises not_found if there are none to download, and unsupported if the Server is too old.`,
	Source:      swagger + "Usage: Usage_GetUsage",
	Example:     `output("usage", #alteryx.export_usage().content)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "usage records",
	Shows:       op.Blind(),
}, func(ctx context.Context, c *client, _ ExportUsage) (Download, error) {
	return fileOf(c.download(ctx, rest.Path("v3", "usage"), nil))
})

const auditLogPage = "https://help.alteryx.com/developer-help/auditlog-endpoint"

// ListAuditLog is the input of alteryx.list_audit_log.
type ListAuditLog struct {
	Entity   string        `json:"entity" lua:"entity,required,key" enum:"AppInfo Collection Credential Subscription User UserGroup" doc:"What the changes were made to; AppInfo is a workflow. UserGroup on newer Servers only."`
	PageSize op.Opt[int64] `json:"-" lua:"page_size" default:"100" doc:"How many entries to ask for at a time."`
}

// AuditEntry is one change. The form of the timestamp and the case of the
// event are not documented; the values are text in the manual.
type AuditEntry struct {
	ID        string     `json:"id" lua:"id,key" doc:"Id of the entry."`
	Entity    string     `json:"entity" lua:"entity" doc:"What kind of thing was changed."`
	EntityID  string     `json:"entityId" lua:"entity_id" doc:"Id of what was changed."`
	UserID    string     `json:"userId" lua:"user_id" doc:"User who changed it."`
	Timestamp op.RFC3339 `json:"timestamp" lua:"timestamp" doc:"When it was changed."`
	Event     string     `json:"event" lua:"event" doc:"Kind of change: insert, update or delete."`
	OldValues op.Raw     `json:"oldValues" lua:"old_values" doc:"What was changed, as it was before."`
	NewValues op.Raw     `json:"newValues" lua:"new_values" doc:"What was changed, as it was afterwards."`
	Extra     op.Extra   `json:",embed"`
}

// Whether pages count from 0 or from 1 is not documented; a sister of this
// endpoint counts from 0. So page 0 is asked for first. Where it is refused or
// empty, or page 1 begins with the same entry, pages count from 1.
//
// The last page is an empty one. A page that is shorter than was asked for
// may mean that the Server has a limit of its own.
var listAuditLog = op.NewList(op.Operation{
	Name: "alteryx.list_audit_log",
	Doc: `Lists the changes that were made to one kind of thing.

In the Server's order. A change that is made meanwhile can shift entries to the next page, where they come again: tell
them apart by their ids.
Raises denied if the connection's user is not a Curator, and invalid if the Server does not know the entity.`,
	Source:      auditLogPage,
	Example:     `for e in iter(alteryx.list_audit_log, { entity = "User" }) do print(e.timestamp, e.event, e.entity_id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "audit log entry",
	Shows:       op.Blind(),
}, func(ctx context.Context, c *client, in ListAuditLog, cursor string) (entries []AuditEntry, next string, err error) {
	// The cursor is the number of the page, and the first entry of the one before.
	number, before, _ := strings.Cut(cursor, " ")
	page, _ := strconv.Atoi(number)
	query := url.Values{
		"entity":   {in.Entity},
		"page":     {strconv.Itoa(page)},
		"pageSize": {strconv.FormatInt(in.PageSize.Or(100), 10)},
	}
	err = c.Get(ctx, rest.Path("admin", "v1", "auditlog"), query, &entries)
	switch {
	case page == 0 && (op.KindOf(err) == op.Invalid && err != nil || err == nil && len(entries) == 0):
		return nil, "1", nil
	case err != nil || len(entries) == 0:
		return nil, "", err
	case entries[0].ID == before && page == 1:
		entries = nil
	case entries[0].ID == before:
		return nil, "", &op.Error{Kind: op.Garbled, Cause: "the Server answered the same page again"}
	default:
		before = entries[0].ID
	}
	return entries, fmt.Sprintf("%d %s", page+1, before), nil
})

const migratablePage = "https://help.alteryx.com/developer-help/server-api-migratable-endpoint"

// ListMigratableWorkflows is the input of alteryx.list_migratable_workflows.
type ListMigratableWorkflows struct {
	SubscriptionIDs []string `json:"subscriptionIds" lua:"subscription_ids" doc:"Only workflows of these studios. Of all studios if omitted."`
}

// MigratableWorkflow is a workflow that is marked as ready to migrate.
type MigratableWorkflow struct {
	AppID          string   `json:"appId" lua:"app_id,key" doc:"Id of the workflow."`
	RevisionID     string   `json:"revisionId" lua:"revision_id" doc:"Id of its published version."`
	SubscriptionID string   `json:"subscriptionId" lua:"subscription_id" doc:"Studio that it is in."`
	Extra          op.Extra `json:",embed"`
}

// The help page names the fields in prose, appId and revisionId; a client made
// from a Server's own document has id and publishedVersionId. Either is read.
var migratableNames = map[string]string{"id": "appId", "publishedversionid": "revisionId"}

// UnmarshalJSONFrom reads the fields under the names of either source.
func (m *MigratableWorkflow) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var members map[string]jsontext.Value
	if err := json.UnmarshalDecode(dec, &members); err != nil {
		return err
	}
	for name, v := range members {
		if known, ok := migratableNames[strings.ToLower(name)]; ok {
			delete(members, name)
			members[known] = v
		}
	}
	b, err := json.Marshal(members)
	if err != nil {
		return err
	}
	type plain MigratableWorkflow // without this method
	return json.Unmarshal(b, (*plain)(m), json.MatchCaseInsensitiveNames(true))
}

var listMigratableWorkflows = op.New(op.Operation{
	Name: "alteryx.list_migratable_workflows",
	Doc: `Lists the workflows that are marked as ready to migrate to another Server.

All that match, in the Server's order; there is no paging. Raises denied if the connection's user is not a Curator.`,
	Source:      migratablePage,
	Example:     `for _, w in ipairs(alteryx.list_migratable_workflows()) do print(w.app_id, w.subscription_id) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "migratable workflow",
	Shows:       op.Blind(workflow, studio),
}, func(ctx context.Context, c *client, in ListMigratableWorkflows) (workflows []MigratableWorkflow, err error) {
	return workflows, c.Get(ctx, rest.Path("admin", "v1", "workflows", "migratable")+"/", rest.Query(in), &workflows)
})

// ExportMigratablePackage is the input of alteryx.export_migratable_package.
type ExportMigratablePackage struct {
	AppID string `json:"-" lua:"app_id,required,key" doc:"Workflow to read; the app_id of list_migratable_workflows."`
}

var exportMigratablePackage = op.New(op.Operation{
	Name: "alteryx.export_migratable_package",
	Doc: `Reads a workflow as a package, to publish it on another Server.

Raises not_found if there is no such workflow, and denied if the connection's user is not a Curator.`,
	Source:      migratablePage,
	Example:     `local package = alteryx.export_migratable_package { app_id = "61db393fc565144387d451fb" }.content`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "workflow package",
	Shows:       op.Blind(packages),
}, func(ctx context.Context, c *client, in ExportMigratablePackage) (Download, error) {
	return fileOf(c.download(ctx, rest.Path("admin", "v1", in.AppID, "package")+"/", nil))
})
