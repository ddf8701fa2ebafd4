package incorta

import (
	"context"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var dashboardOperations = []*op.Operation{
	sendReport, listDashboardPrompts, getInsightData, listInsightRows,
}

// SendReport is the input of incorta.send_report. On the wire the names of the
// groups are spelt unevenly: toGroupNames, but ccGroupsNames.
type SendReport struct {
	DashboardGUID     string         `json:"-" lua:"dashboard_guid,required,key" doc:"Dashboard to mail."`
	ToExternalEmails  []string       `json:"toExternalEmails,omitzero" lua:"to_external_emails" doc:"Addresses outside of Incorta."`
	ToUsersNames      []string       `json:"toUsersNames,omitzero" lua:"to_users_names" doc:"Names of users."`
	ToGroupNames      []string       `json:"toGroupNames,omitzero" lua:"to_groups_names" doc:"Names of groups."`
	CCExternalEmails  []string       `json:"ccExternalEmails,omitzero" lua:"cc_external_emails" doc:"Addresses outside of Incorta that get a copy."`
	CCUsersNames      []string       `json:"ccUsersNames,omitzero" lua:"cc_users_names" doc:"Names of users that get a copy."`
	CCGroupsNames     []string       `json:"ccGroupsNames,omitzero" lua:"cc_groups_names" doc:"Names of groups that get a copy."`
	BCCExternalEmails []string       `json:"bccExternalEmails,omitzero" lua:"bcc_external_emails" doc:"Addresses outside of Incorta that get a hidden copy."`
	BCCUsersNames     []string       `json:"bccUsersNames,omitzero" lua:"bcc_users_names" doc:"Names of users that get a hidden copy."`
	BCCGroupsNames    []string       `json:"bccGroupsNames,omitzero" lua:"bcc_groups_names" doc:"Names of groups that get a hidden copy."`
	Subject           op.Opt[string] `json:"subject,omitzero" lua:"subject" doc:"Subject of the mail."`
	Body              op.Opt[string] `json:"body,omitzero" lua:"body" doc:"Text of the mail."`
	HideTemplate      op.Opt[bool]   `json:"hideTemplate,omitzero" lua:"hide_template" doc:"Send the text without Incorta's template."`
	UseHTMLBody       op.Opt[bool]   `json:"useHTMLBody,omitzero" lua:"use_html_body" doc:"The text is HTML."`
	AppendTimestamp   op.Opt[bool]   `json:"appendTimestamp,omitzero" lua:"append_timestamp" doc:"Add the time to the name of the file."`
	Bursting          op.Opt[bool]   `json:"bursting,omitzero" lua:"bursting" doc:"Send each recipient what that one may see."`
	OutputFormat      op.Opt[string] `json:"outputFormat,omitzero" lua:"output_format" doc:"Format of the file; the vendor's page is cut off before the values."`
}

// There is no probe: nothing lists mails or jobs of the scheduler.
var sendReport = op.New(op.Operation{
	Name: "incorta.send_report",
	Doc: `Mails a dashboard, once and at once.

It makes a job of the scheduler and triggers it. Sent twice, it mails twice. Mail has to be set up for the tenant.
Raises not_found or invalid if there is no such dashboard, denied if the connection's user may not see it, and invalid
if there are no recipients.`,
	Source:  docs + "send-report-endpoint-v2",
	Example: `incorta.send_report { dashboard_guid = "1c0a7a00-0001-4000-8000-000000000002", to_external_emails = { "cfo@example.org" }, subject = "Revenue" }`,
	Effect:  op.Write,
	Object:  "dashboard",
	Changes: []op.Change{op.Hides(dashboard, "dashboard_guid")},
}, func(ctx context.Context, c *client, in SendReport) (d Done, err error) {
	recipients := 0
	for _, list := range [][]string{
		in.ToExternalEmails, in.ToUsersNames, in.ToGroupNames, in.CCExternalEmails, in.CCUsersNames, in.CCGroupsNames,
		in.BCCExternalEmails, in.BCCUsersNames, in.BCCGroupsNames,
	} {
		recipients += len(list)
	}
	if recipients == 0 {
		return d, &op.Error{Kind: op.Invalid, Cause: "there are no recipients", Hint: "give to_external_emails, to_users_names or to_groups_names"}
	}
	return c.tell(ctx, rest.Request{Method: http.MethodPost, Path: c.either("dashboards", in.DashboardGUID, "send-report"), Body: in})
})

// ListDashboardPrompts is the input of incorta.list_dashboard_prompts.
type ListDashboardPrompts struct {
	DashboardGUID string `json:"-" lua:"dashboard_guid,required,key" doc:"Dashboard to look into."`
}

// Prompt is a prompt of a dashboard.
type Prompt struct {
	Extra op.Extra `json:",embed"`
}

// manyOf is an answer that is a list, or an object with one list in it.
type manyOf[T any] []T

func (l *manyOf[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	v = v.Clone()
	if v.Kind() == '{' {
		for _, m := range objectOf(v).members {
			if m.Kind() == '[' {
				v = m
				break
			}
		}
	}
	return json.Unmarshal(v, (*[]T)(l))
}

// Known from a third-party client only; so is that the answer is a list.
var listDashboardPrompts = op.New(op.Operation{
	Name: "incorta.list_dashboard_prompts",
	Doc: `Lists the prompts of a dashboard.

The endpoint is not documented, and neither are the fields of a prompt. Raises not_found if there is no such dashboard,
or the cluster has no such endpoint.`,
	Source:      thirdParty,
	Example:     `for _, p in ipairs(incorta.list_dashboard_prompts { dashboard_guid = "1c0a7a00-0001-4000-8000-000000000002" }) do print(p.label) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "prompts of dashboard",
	Shows:       op.Blind(content),
}, func(ctx context.Context, c *client, in ListDashboardPrompts) ([]Prompt, error) {
	path, err := c.v2("dashboards", in.DashboardGUID, "prompts")
	if err != nil {
		return nil, err
	}
	var prompts manyOf[Prompt]
	return prompts, c.get(ctx, path, nil, &prompts)
})

// Insight names an insight, and what of it is asked for.
type Insight struct {
	DashboardGUID string   `json:"-" lua:"dashboard_guid,required" doc:"Dashboard that it is on."`
	InsightGUID   string   `json:"-" lua:"insight_guid,required,key" doc:"Insight."`
	Prompts       []op.Raw `json:"prompts,omitzero" lua:"prompts" doc:"Values of prompts, with the vendor's own names."`
	Username      string   `json:"username,omitzero" lua:"username" doc:"Ask as this user, if the connection's may. As the connection's user if omitted."`
}

// GetInsightData is the input of incorta.get_insight_data.
type GetInsightData struct {
	Insight
	StartRow op.Opt[int64] `json:"-" lua:"start_row" default:"0" doc:"First row, counted from 0."`
	PageSize op.Opt[int64] `json:"-" lua:"page_size" doc:"How many rows. As many as the cluster answers if omitted."`
}

// InsightData is data of an insight.
type InsightData struct {
	Headers InsightHeaders `json:"headers" lua:"headers" doc:"What the columns are."`
	Data    [][]op.Raw     `json:"data" lua:"data" doc:"Rows: lists of values, in the order of the columns."`
	Extra   op.Extra       `json:",embed"`
}

// InsightHeaders are the columns of an insight.
type InsightHeaders struct {
	Dimensions []InsightColumn `json:"dimensions" lua:"dimensions" doc:"Columns that group."`
	Measures   []InsightColumn `json:"measures" lua:"measures" doc:"Columns that measure."`
	Extra      op.Extra        `json:",embed"`
}

// InsightColumn is a column of an insight.
type InsightColumn struct {
	Label string   `json:"label" lua:"label" doc:"Label."`
	Index int64    `json:"index" lua:"index" doc:"Place in a row, counted from 0."`
	Extra op.Extra `json:",embed"`
}

// pagination is sent as a whole or not at all. That rows are counted from 0 is
// inferred from the vendor's sample.
type pagination struct {
	StartRow int64 `json:"startRow"`
	PageSize int64 `json:"pageSize"`
}

func (c *client) insight(ctx context.Context, in Insight, p *pagination) (d InsightData, err error) {
	body := struct {
		Prompts    []op.Raw    `json:"prompts,omitzero"`
		Username   string      `json:"username,omitzero"`
		Pagination *pagination `json:"pagination,omitzero"`
	}{in.Prompts, in.Username, p}
	return d, c.ask(ctx, c.either("dashboards", in.DashboardGUID, "insights", in.InsightGUID, "query"), nil, body, &d)
}

var getInsightData = op.New(op.Operation{
	Name: "incorta.get_insight_data",
	Doc: `Reads the data of an insight, as it shows on its dashboard.

One page of it; list_insight_rows reads all. Raises not_found or invalid if there is no such dashboard or insight,
denied if the connection's user may not see it, and invalid if start_row is given without page_size.`,
	Source:      docs + "insight-query-endpoint-v2",
	Example:     `local d = incorta.get_insight_data { dashboard_guid = "1c0a7a00-0001-4000-8000-000000000002", insight_guid = "1c0a7a00-0002-4000-8000-000000000002", page_size = 10 }; print(#d.data)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "data of insight",
	Shows:       op.Blind(schema, content),
}, func(ctx context.Context, c *client, in GetInsightData) (d InsightData, err error) {
	switch {
	case in.PageSize.Given:
		return c.insight(ctx, in.Insight, &pagination{in.StartRow.Or(0), in.PageSize.Value})
	case in.StartRow.Given:
		return d, &op.Error{Kind: op.Invalid, Cause: "start_row is given without page_size"}
	}
	return c.insight(ctx, in.Insight, nil)
})

// ListInsightRows is the input of incorta.list_insight_rows.
type ListInsightRows struct {
	Insight
	PageSize op.Opt[int64] `json:"-" lua:"page_size" default:"200" doc:"How many rows are asked for at a time."`
}

// The answer tells no total, so the first page that is not full is the last. A
// cluster that caps pages below page_size would end the list too early; none is
// known to.
var listInsightRows = op.NewList(op.Operation{
	Name: "incorta.list_insight_rows",
	Doc: `Lists the data of an insight row by row, each with the labels of its columns as names.

All of it, in the order of the dashboard. A value that is missing is left out. Raises not_found or invalid if there is no
such dashboard or insight, denied if the connection's user may not see it, and garbled if two columns have the same
label: get_insight_data reads those.`,
	Source:      docs + "insight-query-endpoint-v2",
	Example:     `for row in iter(incorta.list_insight_rows, { dashboard_guid = "1c0a7a00-0001-4000-8000-000000000002", insight_guid = "1c0a7a00-0002-4000-8000-000000000002" }) do print(row.Month) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "rows of insight",
	Shows:       op.Blind(schema, content),
}, func(ctx context.Context, c *client, in ListInsightRows, cursor string) (rows []map[string]op.Raw, next string, err error) {
	p, err := pageAt(cursor, in.PageSize, 1<<31-1)
	if err != nil {
		return nil, "", err
	}
	d, err := c.insight(ctx, in.Insight, &pagination{p.offset, p.limit})
	if err != nil {
		return nil, "", err
	}
	columns := append(d.Headers.Dimensions[:len(d.Headers.Dimensions):len(d.Headers.Dimensions)], d.Headers.Measures...)
	labels := map[string]bool{}
	for _, column := range columns {
		if labels[column.Label] {
			return nil, "", &op.Error{Kind: op.Garbled, Cause: "two columns are called " + strconv.Quote(column.Label), Hint: "use incorta.get_insight_data"}
		}
		labels[column.Label] = true
	}
	for _, values := range d.Data {
		row := map[string]op.Raw{}
		for _, column := range columns {
			if i := column.Index; i >= 0 && i < int64(len(values)) && values[i].Kind() != 'n' {
				row[column.Label] = values[i]
			}
		}
		rows = append(rows, row)
	}
	// Rows may be alike, so a page that begins like the one before proves nothing
	// unless it is the same altogether.
	next, err = p.next(len(rows), op.Opt[int64]{}, digest(d.Data))
	return rows, next, err
})
