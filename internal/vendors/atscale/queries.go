package atscale

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"runner/internal/op"
	"runner/internal/rest"
)

var queryOperations = []*op.Operation{runQuery, listQueries, getQueryText, runXMLA}

// RunQuery is the input of atscale.run_query. That queries make aggregates is
// not offered: then the call would be no read.
type RunQuery struct {
	Project           string         `json:"-" lua:"project,required,key" doc:"Name of the published project, or of the catalog."`
	Query             string         `json:"-" lua:"query,required" doc:"Query."`
	Language          op.Opt[string] `json:"-" lua:"language" enum:"SQL MDX" default:"SQL" doc:"Language of the query."`
	EnvironmentID     op.Opt[string] `json:"-" lua:"environment_id" doc:"Environment to run it in. The project's if omitted."`
	UseAggs           op.Opt[bool]   `json:"-" lua:"use_aggs" default:"true" doc:"Use aggregates."`
	FakeResults       op.Opt[bool]   `json:"-" lua:"fake_results" default:"false" doc:"Do not ask the data warehouse, and make results up."`
	DryRun            op.Opt[bool]   `json:"-" lua:"dry_run" default:"false" doc:"Only check the query."`
	UseLocalCache     op.Opt[bool]   `json:"-" lua:"use_local_cache" default:"true" doc:"Use the engine's cache of results."`
	UseAggregateCache op.Opt[bool]   `json:"-" lua:"use_aggregate_cache" default:"true" doc:"Use the engine's cache of aggregates."`
	Timeout           op.Opt[int64]  `json:"-" lua:"timeout" default:"120" doc:"How long the query may run, in seconds; whole minutes are sent, rounded up."`
}

// body is that of both editions; the container edition has no organizations.
func (in RunQuery) body(c *client) map[string]any {
	where := map[string]any{"project": map[string]any{"name": in.Project}}
	if c.edition == installerEdition {
		where["organization"] = map[string]any{"id": c.org}
	}
	if in.EnvironmentID.Given {
		where["environment"] = map[string]any{"id": in.EnvironmentID.Value}
	}
	return map[string]any{
		"language": in.Language.Or("SQL"), "query": in.Query, "context": where,
		"useAggs": in.UseAggs.Or(true), "genAggs": false, "fakeResults": in.FakeResults.Or(false), "dryRun": in.DryRun.Or(false),
		"useLocalCache": in.UseLocalCache.Or(true), "useAggregateCache": in.UseAggregateCache.Or(true),
		"timeout": strconv.FormatInt(max(1, (in.Timeout.Or(120)+59)/60), 10) + ".minutes",
	}
}

// QueryResult is what a query answered.
type QueryResult struct {
	Columns []string            `lua:"columns" doc:"Names of the columns, in order."`
	Rows    []map[string]string `lua:"rows" doc:"The rows, in order: values as text, by the name of the column; what is null is absent."`
}

var runQuery = op.New(op.Operation{
	Name: "atscale.run_query",
	Doc: `Runs a query in SQL or MDX, and answers its rows.

It makes no aggregates. Both editions; the installer edition needs a license with query_rest.
Raises invalid if the query is not understood, denied if the connection's user may not query the project, and
unavailable with the engine's reason if the query fails.`,
	Source:      aiLink,
	Example:     `for _, row in ipairs(atscale.run_query { project = "Sales", query = "SELECT region, SUM(amount) AS amount FROM orders GROUP BY region" }.rows) do print(row.region, row.amount) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "query on project",
	Shows:       op.Blind(published, publications, catalog, deployments, enginesRunning),
}, func(ctx context.Context, c *client, args RunQuery) (QueryResult, error) {
	path := rest.Path("query", "orgId", c.org, "submit")
	if c.edition == containerEdition {
		path = "/engine/query/submit"
	}
	a, err := c.slowEngine.Do(ctx, rest.Request{Method: http.MethodPost, Path: path, Body: args.body(c), Accept: "application/xml, */*", Safe: true})
	if err != nil {
		return QueryResult{}, err
	}
	return readRows(a.Body)
})

// readRows reads the XML of a query: columns/column/name, and data/row/column
// with the attribute null for null.
func readRows(body []byte) (QueryResult, error) {
	r := QueryResult{Columns: []string{}, Rows: []map[string]string{}}
	dec := xml.NewDecoder(bytes.NewReader(body))
	var path []string
	var row map[string]string
	var value strings.Builder
	column, isNull, understood := 0, false, false
	parent := func(n int) string {
		if len(path) < n {
			return ""
		}
		return path[len(path)-n]
	}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r, &op.Error{Kind: op.Garbled, Cause: "the answer is not the XML of a query: " + rest.Shorten(err.Error()), Hint: "check the connection's engine_url; a page to sign in on may be in the way"}
		}
		switch t := tok.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
			value.Reset()
			switch name := t.Name.Local; {
			case name == "columns" || name == "data":
				understood = true
			case name == "row":
				row, column = map[string]string{}, 0
			case name == "column" && parent(2) == "row":
				isNull = false
				for _, a := range t.Attr {
					isNull = isNull || a.Name.Local == "null" && a.Value != "false"
				}
			}
		case xml.CharData:
			value.Write(t)
		case xml.EndElement:
			switch name := t.Name.Local; {
			case name == "name" && parent(2) == "column" && parent(3) == "columns":
				r.Columns = append(r.Columns, strings.TrimSpace(value.String()))
			case name == "column" && parent(2) == "row":
				key := strconv.Itoa(column + 1)
				if column < len(r.Columns) {
					key = r.Columns[column]
				}
				if !isNull {
					row[key] = value.String()
				}
				column++
			case name == "row" && row != nil:
				r.Rows, row = append(r.Rows, row), nil
			}
			path = path[:len(path)-1]
			value.Reset()
		}
	}
	if !understood {
		return r, &op.Error{Kind: op.Garbled, Cause: "the answer is not the XML of a query: it has neither columns nor data"}
	}
	return r, nil
}

// Query is a query that was run.
type Query struct {
	QueryID       string         `json:"query_id" lua:"query_id,key" doc:"Id."`
	UserID        string         `json:"user_id" lua:"user_id" doc:"Who ran it."`
	QueryLanguage op.Opt[string] `json:"query_language,omitzero" lua:"query_language" doc:"Language."`
	CubeName      op.Opt[string] `json:"cube_name,omitzero" lua:"cube_name" doc:"Cube, by its name in queries."`
	CubeCaption   op.Opt[string] `json:"cube_caption,omitzero" lua:"cube_caption" doc:"Cube, as people see it."`
	QueryText     op.Opt[string] `json:"query_text,omitzero" lua:"query_text" doc:"Text; get_query_text reads all of a long one."`
	Timeline      op.Raw         `json:"timeline_events,omitzero" lua:"timeline_events" doc:"What happened when."`
	Tables        op.Raw         `json:"aggregate_instance_table_names,omitzero" lua:"aggregate_instance_table_names" doc:"Aggregates that it used."`
	Extra         op.Extra       `json:",embed"`
}

// ListQueries is the input of atscale.list_queries.
type ListQueries struct {
	UserID      string `json:"userId" lua:"user_id,key" doc:"Only queries of this user."`
	QuerySource string `json:"querySource" lua:"query_source" doc:"Only queries from this source: user leaves out AtScale's own."`
	Status      string `json:"status" lua:"status" doc:"Only queries that ended so, like success."`
	ProjectID   string `json:"projectId" lua:"project_id" doc:"Only queries on this published project."`
	CubeID      string `json:"cubeId" lua:"cube_id" doc:"Only queries on this published cube."`
	QueryID     string `json:"queryId" lua:"query_id" doc:"Only this query."`
	PageSize
}

var listQueries = op.NewList(op.Operation{
	Name: "atscale.list_queries",
	Doc: `Lists queries that were run.

All that match, in the vendor's order: the history may be long, so go through it with iter and break. Installer edition.`,
	Source:      utility,
	Example:     `for q in iter(atscale.list_queries, { user_id = user.user_id, query_source = "user" }) do print(q.query_text) break end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "queries of user",
	Shows:       op.Blind(enginesRunning),
}, installerPages(func(ctx context.Context, c *client, args ListQueries, cursor string) ([]Query, string, error) {
	return readEngine(ctx, c.engine, rest.Path("queries", "orgId", c.org), rest.Query(args), args.PageSize, cursor, func(q Query) string { return q.QueryID })
}))

// GetQueryText is the input of atscale.get_query_text.
type GetQueryText struct {
	QueryID  string         `json:"-" lua:"query_id,required,key" doc:"Query."`
	Subquery op.Opt[string] `json:"-" lua:"subquery" doc:"Id of a query that AtScale sent to the data warehouse for it. The query itself if omitted."`
}

// QueryText is the text of a query.
type QueryText struct {
	Text string `lua:"text" doc:"Text."`
}

var getQueryText = op.New(op.Operation{
	Name: "atscale.get_query_text",
	Doc: `Reads the whole text of a query that was run.

Installer edition. Raises not_found if there is no such query.`,
	Source:      aiLink,
	Example:     `print(atscale.get_query_text { query_id = query.query_id }.text)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "query",
	Shows:       op.Apart(),
}, installer(func(ctx context.Context, c *client, args GetQueryText) (QueryText, error) {
	q := url.Values{}
	if args.Subquery.Given {
		q.Set("subquery", args.Subquery.Value)
	}
	path := rest.Path("org", c.org, "fullquerytext", "queryId", args.QueryID)
	a, err := c.dc.Do(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: q, Accept: "*/*"})
	if err != nil {
		return QueryText{}, err
	}
	var unwrapped xmlIn
	if isObject(a.Body) && unwrapped.read(a.Body) == nil && unwrapped.text != "" {
		return QueryText{unwrapped.text}, nil
	}
	start := strings.ToLower(strings.TrimSpace(string(a.Body[:min(len(a.Body), 200)])))
	if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
		return QueryText{}, &op.Error{Kind: op.Garbled, Cause: "it answered a web page instead of a query", Hint: "check the connection's url; a page to sign in on may be in the way"}
	}
	return QueryText{string(a.Body)}, nil
}))

// RunXMLA is the input of atscale.run_xmla.
type RunXMLA struct {
	Statement string         `json:"-" lua:"statement,required" doc:"MDX, or SELECT on a view of the metadata: SELECT * FROM $system.MDSCHEMA_CUBES."`
	Catalog   op.Opt[string] `json:"-" lua:"catalog,key" doc:"Name of the project or catalog."`
	Cube      op.Opt[string] `json:"-" lua:"cube" doc:"Name of the cube or model."`
}

// XMLAResult is what an XMLA request answered.
type XMLAResult struct {
	QueryID op.Opt[string]      `lua:"query_id,noise" doc:"Id of the query, if the answer names it."`
	Rows    []map[string]string `lua:"rows" doc:"The rows, in order: values as text, by name."`
}

var runXMLA = op.New(op.Operation{
	Name: "atscale.run_xmla",
	Doc: `Reads metadata or runs MDX by an XMLA Execute request, and answers its rows.

Both editions. Raises invalid, with what the engine says, if it refuses the statement.`,
	Source:      "https://documentation.atscale.com, api/data-catalog-api/request-reference",
	Example:     `for _, row in ipairs(atscale.run_xmla { catalog = "Sales", statement = "SELECT * FROM $system.MDSCHEMA_CUBES" }.rows) do print(row.CUBE_NAME) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "metadata of catalog",
	Shows:       op.Blind(published, publications, catalog, deployments, enginesRunning),
}, func(ctx context.Context, c *client, args RunXMLA) (XMLAResult, error) {
	path := rest.Path("xmla", c.org)
	if c.edition == containerEdition {
		path = "/v1/xmla"
	}
	a, err := c.slowEngine.Do(ctx, rest.Request{
		Method: http.MethodPost, Path: path, Raw: args.envelope(), Accept: "application/xml, text/xml", Safe: true,
		Header: http.Header{"Content-Type": {"application/xml"}},
	})
	if err != nil {
		return XMLAResult{}, err
	}
	return readXMLA(a.Body)
})

func (in RunXMLA) envelope() []byte {
	var b bytes.Buffer
	text := func(s string) { _ = xml.EscapeText(&b, []byte(s)) } // into memory
	b.WriteString(`<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><Execute xmlns="urn:schemas-microsoft-com:xml-analysis"><Command><Statement>`)
	text(in.Statement)
	b.WriteString(`</Statement></Command><Properties><PropertyList>`)
	for _, p := range []struct {
		name  string
		value op.Opt[string]
	}{{"Catalog", in.Catalog}, {"Cube", in.Cube}} {
		if p.value.Given {
			b.WriteString("<" + p.name + ">")
			text(p.value.Value)
			b.WriteString("</" + p.name + ">")
		}
	}
	b.WriteString(`</PropertyList></Properties></Execute></Body></Envelope>`)
	return b.Bytes()
}

// readXMLA reads a SOAP answer: the rows in it, and what a fault says.
func readXMLA(body []byte) (XMLAResult, error) {
	r := XMLAResult{Rows: []map[string]string{}}
	dec := xml.NewDecoder(bytes.NewReader(body))
	var path []string
	var row map[string]string
	var value strings.Builder
	fault, isFault, isSOAP := "", false, false
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r, &op.Error{Kind: op.Garbled, Cause: "the answer is not SOAP: " + rest.Shorten(err.Error()), Hint: "check the connection's engine_url; a page to sign in on may be in the way"}
		}
		switch t := tok.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
			value.Reset()
			switch t.Name.Local {
			case "Envelope":
				isSOAP = true
			case "Fault":
				isFault = true
			case "row":
				row = map[string]string{}
			}
		case xml.CharData:
			value.Write(t)
		case xml.EndElement:
			name := t.Name.Local
			switch {
			case name == "row" && row != nil:
				r.Rows, row = append(r.Rows, row), nil
			case row != nil && len(path) > 1 && path[len(path)-2] == "row":
				row[name] = value.String()
			case strings.EqualFold(name, "queryId") && !isFault:
				r.QueryID = op.Some(strings.TrimSpace(value.String()))
			case isFault && (name == "faultstring" || name == "Text") && fault == "":
				fault = rest.Shorten(value.String())
			}
			path = path[:len(path)-1]
			value.Reset()
		}
	}
	switch {
	case isFault:
		return r, &op.Error{Kind: op.Invalid, Cause: "the engine refuses the statement: " + fault}
	case !isSOAP:
		return r, &op.Error{Kind: op.Garbled, Cause: "the answer is not SOAP"}
	}
	return r, nil
}
