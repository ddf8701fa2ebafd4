package emulator

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// The kinds of schemas, in the words of the list's parameter (inf).
const (
	physical = "PHYSICAL"
	business = "BUSINESS"
)

// maxLimit is the most that a page of schemas or objects holds.
const maxLimit = 200

type schema struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Type        string    `json:"type"`
	Created     time.Time `json:"created"`
	Modified    time.Time `json:"modified"`
	Modifier    string    `json:"modifier"` // e-mail address
	ownership
	Relations []*relation   `json:"relations"`       // tables or views
	Takes     time.Duration `json:"-"`               // how long a load takes
	Loads     int           `json:"loads"`           // successful ones
	Reads     []string      `json:"reads,omitempty"` // the schemas that its materialized views read
}

// A relation is a table of a physical schema or a view of a business schema.
type relation struct {
	Name         string   `json:"name"`
	Columns      []column `json:"-"` // never change
	Rows         int64    `json:"rows"`
	Grows        int64    `json:"grows,omitempty"` // rows that each load adds
	Materialized bool     `json:"materializedView,omitempty"`
	Verified     bool     `json:"verified,omitempty"`
	Broken       string   `json:"broken,omitempty"` // why its loads always fail
}

type column struct {
	Name        string `json:"name"`
	Label       string `json:"label"`
	Description string `json:"description"`
	DataType    string `json:"dataType"`
	Function    string `json:"function"` // key, dimension or measure
}

func schemaRoutes() []route {
	paging := contract{req("limit", within(0, maxLimit)), req("offset", within(0, 1<<31-1))}
	return []route{
		{on: "POST /schema/list", do: listSchemas, query: contract{opt("schemaType", oneOf("ALL", business, physical))},
			body: append(contract{opt("sortBy", oneOf(sortings...))}, paging...)}, // (inf) that the values are the catalog's
		{on: "POST /schema/{schemaName}/list", do: listObjects, body: paging},
		{on: "GET /schema/{schemaName}/status", both: true, do: schemaStatus},
	}
}

func (st *state) schema(name string) *schema {
	return first(st.schemas, func(s *schema) bool { return s.Name == name })
}

func (s *schema) relation(name string) *relation {
	return first(s.Relations, func(r *relation) bool { return r.Name == name })
}

// schemaOfPath finds the schema in the path. What the caller may not see is not there (inf).
func (c *call) schemaOfPath() (*schema, error) {
	s := c.schema(c.path("schemaName"))
	if s == nil || !c.sees(s.ownership) {
		return nil, unknown("The schema %s is not found.", c.path("schemaName"))
	}
	return s, nil
}

// limit is the body's limit, where 0 means as many as there may be.
func (c *call) limit() int64 {
	if n := c.in.num("limit", 0); n > 0 {
		return n
	}
	return maxLimit
}

func listSchemas(c *call) (any, error) {
	want := cmp.Or(c.query.str("schemaType"), business)
	var rows []*schema
	for _, s := range c.schemas {
		if c.sees(s.ownership) && (want == "ALL" || want == s.Type) {
			rows = append(rows, s)
		}
	}
	sortBy(c.in.str("sortBy"), rows, func(s *schema) sortKeys { return sortKeys{s.Name, s.Owner, s.Modified} })
	out := []any{}
	for _, s := range page(rows, c.in.num("offset", 0), c.limit()) {
		out = append(out, map[string]any{
			"schemaID": s.ID, "schemaName": s.Name, "schemaDescription": s.Description, "schemaType": s.Type,
			"owner":   s.Owner, // (inf) that it is the login name
			"isEmpty": len(s.Relations) == 0, "creationDate": c.date(s.Created), "lastModificationDate": c.date(s.Modified),
		})
	}
	return map[string]any{"total": len(rows), "schemasDetails": out}, nil
}

func listObjects(c *call) (any, error) {
	s, err := c.schemaOfPath()
	if err != nil {
		return nil, err
	}
	rows := slices.SortedFunc(slices.Values(s.Relations), func(a, b *relation) int { return cmp.Compare(a.Name, b.Name) })
	out := []any{}
	for _, r := range page(rows, c.in.num("offset", 0), c.limit()) {
		out = append(out, map[string]any{"name": r.Name, "columns": r.Columns})
	}
	return map[string]any{"total": len(rows), s.listKey(): out}, nil
}

func (s *schema) listKey() string {
	if s.Type == physical {
		return "tablesDetails"
	}
	return "viewsDetails"
}

// The fields of the schema status for the last load (inf): the vendor's page is cut off before it names them.
const (
	lastLoadStatus  = "lastLoadStatus"
	lastLoadTime    = "lastLoadTime" // when the load was asked for
	lastLoadEndTime = "lastLoadEndTime"
	lastLoadMessage = "lastLoadMessage"
)

func schemaStatus(c *call) (any, error) {
	s, err := c.schemaOfPath()
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		"schemaName": s.Name, "schemaDescription": s.Description, "schemaType": s.Type, "ownerName": c.nameOf(s.Owner),
		"creationDate": c.date(s.Created), "lastModifierName": c.nameOf(s.Modifier),
		"lastModificationDate": c.date(s.Modified),
	}
	objects := []any{}
	for _, r := range s.Relations {
		o := map[string]any{"name": r.Name, "columnsCount": len(r.Columns)} // (inf)
		if s.Type == physical {
			o["rowsCount"] = r.Rows
		}
		objects = append(objects, o)
	}
	if s.Type == physical {
		out["tables"], out["physicalSchemaDetails"] = objects, c.physicalDetails(s)
	} else {
		out["views"] = objects
	}
	return out, nil
}

// physicalDetails says how the last load went; a schema that was never loaded has null there (inf).
func (c *call) physicalDetails(s *schema) map[string]any {
	out := map[string]any{
		"lastModelUpdateStatus": c.opts.Words.Success, "lastModelUpdateTime": c.date(s.Modified),
		"dataSizeInBytes": s.size(), lastLoadStatus: nil, lastLoadTime: nil, lastLoadEndTime: nil, lastLoadMessage: nil,
	}
	if l := c.lastLoad(s.Name); l != nil {
		out[lastLoadStatus], out[lastLoadTime] = c.opts.Words.of(l.Status), c.date(l.Asked)
		if l.over() {
			out[lastLoadEndTime] = c.date(l.End)
		}
		if l.Status == failed {
			out[lastLoadMessage] = l.Message
		}
	}
	return out
}

func (s *schema) size() int64 {
	var bytes int64
	for _, r := range s.Relations {
		bytes += r.Rows * int64(len(r.Columns)) * 8
	}
	return bytes
}

// date shows a time: v1 counts milliseconds, v2 writes it out.
func (c *call) date(t time.Time) any {
	if c.v1 {
		return t.UnixMilli()
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

// sortings are the values of sortBy.
var sortings = []string{"NAME_ASC", "NAME_DESC", "OWNER_ASC", "OWNER_DESC", "MODIFICATION_DATE_ASC", "MODIFICATION_DATE_DESC"}

type sortKeys struct {
	name, owner string
	modified    time.Time
}

// sortBy sorts in one of the sortings, NAME_ASC if empty; rows that compare equal stay in the order of their names. The
// case of letters does not matter (inf).
func sortBy[T any](sorting string, rows []*T, keys func(*T) sortKeys) {
	byName := func(a, b *T) int {
		x, y := keys(a).name, keys(b).name
		return cmp.Or(cmp.Compare(strings.ToLower(x), strings.ToLower(y)), cmp.Compare(x, y))
	}
	by := byName
	switch {
	case strings.HasPrefix(sorting, "OWNER"):
		by = func(a, b *T) int { return cmp.Compare(strings.ToLower(keys(a).owner), strings.ToLower(keys(b).owner)) }
	case strings.HasPrefix(sorting, "MODIFICATION_DATE"):
		by = func(a, b *T) int { return keys(a).modified.Compare(keys(b).modified) }
	}
	slices.SortFunc(rows, byName)
	slices.SortStableFunc(rows, func(a, b *T) int {
		if strings.HasSuffix(sorting, "_DESC") {
			return by(b, a)
		}
		return by(a, b)
	})
}
