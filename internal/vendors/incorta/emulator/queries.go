package emulator

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
)

func queryRoutes() []route {
	return []route{
		{on: "POST /dashboards/{dashboardGuid}/insights/{insightGuid}/query", both: true, do: queryInsight, body: contract{
			opt("prompts", list), opt("pagination", object), opt("username", text)}},
		{on: "POST /query", both: true, do: queryView, body: contract{
			opt("stringify", boolean), opt("username", text), req("query", object)}},
		{on: "POST /sqlxquery", do: querySQL, body: contract{req("sql", text)}},
	}
}

// queryInsight does not narrow the data by prompts: how they are written is not told (inf).
func queryInsight(c *call) (any, error) {
	if err := c.impersonate(); err != nil {
		return nil, err
	}
	d, err := c.dashboardOfPath()
	if err != nil {
		return nil, err
	}
	for _, i := range d.Insights {
		if i.GUID != c.path("insightGuid") {
			continue
		}
		start, size, err := rowsWanted(c.in.object("pagination"))
		if err != nil {
			return nil, err
		}
		_, r := c.viewNamed(i.View)
		return r.read(r.Columns, start, size).json(false), nil
	}
	return nil, unknown("The insight %s is not found.", c.path("insightGuid"))
}

// impersonate has the call go on as another user, which only those may who see everything (inf).
func (c *call) impersonate() error {
	name := c.in.str("username")
	if name == "" {
		return nil
	}
	u := c.user(name)
	switch {
	case u != c.by && !c.seesAll(c.by):
		return forbidden("The user may not query as another user.")
	case u == nil || !u.Active:
		return unknownInBody("The user %s is not found.", name)
	}
	c.by = u
	return nil
}

// rowsWanted reads startRow, counted from 0 (inf), and pageSize.
func rowsWanted(o map[string]any) (start, size int64, err error) {
	in, err := contract{opt("startRow", within(0, math.MaxInt32)), opt("pageSize", within(0, math.MaxInt32))}.check(o)
	return in.num("startRow", 0), in.num("pageSize", 0), err
}

// queryView takes the first business view that the query names anywhere, as schema.view or schema.view.column, because
// the part of the page that says where to name it is cut off (inf). It answers the columns named, or all.
func queryView(c *call) (any, error) {
	if err := c.impersonate(); err != nil {
		return nil, err
	}
	q := c.in.object("query")
	start, size, err := rowsWanted(q)
	if err != nil {
		return nil, err
	}
	var view *relation
	var columns []column
	for _, name := range textsIn(q) {
		parts := strings.SplitN(name, ".", 3)
		if len(parts) < 2 {
			continue
		}
		s, r := c.viewNamed(parts[0] + "." + parts[1])
		if r == nil || !c.sees(s.ownership) || view != nil && view != r {
			continue
		}
		view = r
		for _, col := range r.Columns {
			if len(parts) == 3 && col.Name == parts[2] && !slices.Contains(columns, col) {
				columns = append(columns, col)
			}
		}
	}
	if view == nil {
		return nil, unknownInBody("The query names no business view.")
	}
	if len(columns) == 0 {
		columns = view.Columns
	}
	g := view.read(columns, start, size)
	if format, _ := q["format"].(string); strings.EqualFold(format, "csv") {
		return g.csv(), nil
	}
	return g.json(c.in.flag("stringify")), nil
}

// textsIn are all texts in a value, in an order that is always the same.
func textsIn(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, one := range v {
			out = append(out, textsIn(one)...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out = append(out, textsIn(v[name])...)
		}
	}
	return out
}

func (g grid) csv() csvText {
	var out strings.Builder
	w := csv.NewWriter(&out)
	record := make([]string, len(g.columns))
	for i, col := range g.columns {
		record[i] = col.Label
	}
	_ = w.Write(record) // a Builder takes everything
	for _, row := range g.rows {
		for i := range row {
			record[i] = fmt.Sprint(row[i])
		}
		_ = w.Write(record)
	}
	w.Flush()
	return csvText(out.String())
}

var fromClause = regexp.MustCompile(`(?i)\bfrom\s+"?(\w+)"?\s*\.\s*"?(\w+)"?`)
var limitClause = regexp.MustCompile(`(?i)\blimit\s+(\d{1,9})\b`)

// querySQL understands no more of SQL than the first table and the limit. No page of the vendor has this call (inf).
func querySQL(c *call) (any, error) {
	from := fromClause.FindStringSubmatch(c.in.str("sql"))
	if from == nil {
		return nil, badInput("The SQL names no table.")
	}
	s := c.schema(from[1])
	if s == nil || !c.sees(s.ownership) || s.relation(from[2]) == nil {
		return nil, unknownInBody("The table %s.%s is not found.", from[1], from[2])
	}
	size := int64(0)
	if limit := limitClause.FindStringSubmatch(c.in.str("sql")); limit != nil {
		size, _ = json.Number(limit[1]).Int64() // nine digits
		if size == 0 {
			return grid{columns: arrange(s.relation(from[2]).Columns), rows: [][]any{}}.json(false), nil
		}
	}
	r := s.relation(from[2])
	return r.read(r.Columns, 0, size).json(false), nil
}
