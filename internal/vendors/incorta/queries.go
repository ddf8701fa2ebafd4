package incorta

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var queryOperations = []*op.Operation{
	runQuery, runSQL,
}

// digest tells whether two pages are the same.
func digest(rows [][]op.Raw) string {
	sum := sha256.New()
	for _, row := range rows {
		for _, v := range row {
			_, _ = sum.Write(v) // a hash never fails
			_, _ = sum.Write([]byte{0})
		}
		_, _ = sum.Write([]byte{1})
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// RunQuery is the input of incorta.run_query.
type RunQuery struct {
	Query     op.Raw       `json:"query" lua:"query,required" doc:"Query of a business view, as the vendor's page describes it and with its own names: aggregate, filters, startRow, pageSize, format and so on."`
	Username  string       `json:"username,omitzero" lua:"username" doc:"Ask as this user, if the connection's may. As the connection's user if omitted."`
	Stringify op.Opt[bool] `json:"stringify,omitzero" lua:"stringify" doc:"All values as text."`
}

// QueryResult is the answer to a query.
type QueryResult struct {
	Text op.Opt[string] `json:"text" lua:"text" doc:"The answer as text, like CSV; absent if it is JSON."`
	JSON op.Raw         `json:"json" lua:"json" doc:"The answer decoded; absent if it is no JSON."`
}

// query sends a query, whose answer may be of any form.
func (c *client) query(ctx context.Context, path string, in any) (r QueryResult, err error) {
	var a *rest.Answer
	err = c.signedIn(ctx, func() (err error) {
		a, err = c.Do(ctx, rest.Request{Method: http.MethodPost, Path: path, Body: in, Safe: true, Accept: "application/json, text/csv;q=0.9, */*;q=0.5"})
		return err
	})
	if err != nil {
		return r, err
	}
	v := jsontext.Value(bytes.TrimSpace(a.Body))
	isCSV := strings.Contains(a.Header.Get("Content-Type"), "csv")
	switch {
	case strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || bytes.HasPrefix(v, []byte("<")):
		return r, &op.Error{Kind: op.Garbled, Status: a.Status, Cause: "it answered a web page instead of data", Hint: "check the connection's url; a login page or a proxy may be in the way"}
	case !isCSV && v.IsValid() && (v.Kind() == '{' || v.Kind() == '['):
		_ = v.Compact() // it is valid
		r.JSON = v
	default:
		r.Text = op.Some(string(a.Body))
	}
	return r, nil
}

var runQuery = op.New(op.Operation{
	Name: "incorta.run_query",
	Doc: `Asks one business view.

Answers CSV or JSON, as the query asks. The cluster pages with startRow and pageSize of the query.
Raises invalid if the query is wrong, and denied if the user may not see the view.`,
	Source:      docs + "query-endpoint-v2",
	Example:     `print(incorta.run_query { query = { aggregate = true, pageSize = 100, format = "csv", filters = { { field = "FinanceViews.RevenueByMonth.what" } } } }.text)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "query",
	Shows:       op.Blind(schema),
}, func(ctx context.Context, c *client, in RunQuery) (QueryResult, error) {
	return c.query(ctx, c.either("query"), in)
})

// RunSQL is the input of incorta.run_sql.
type RunSQL struct {
	SQL string `json:"sql" lua:"sql,required" doc:"SQL, which can only read."`
}

// Known from a third-party client only; so is that the answer is JSON.
var runSQL = op.New(op.Operation{
	Name: "incorta.run_sql",
	Doc: `Asks in SQL.

The endpoint is not documented. Raises invalid if the SQL is wrong, and not_found if the cluster has no such endpoint.`,
	Source:      thirdParty,
	Example:     `local r = incorta.run_sql { sql = "SELECT name, amount FROM Ledger.entries LIMIT 10" }; print(r.json)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "query",
	Shows:       op.Blind(schema),
}, func(ctx context.Context, c *client, in RunSQL) (QueryResult, error) {
	path, err := c.v2("sqlxquery")
	if err != nil {
		return QueryResult{}, err
	}
	return c.query(ctx, path, in)
})
