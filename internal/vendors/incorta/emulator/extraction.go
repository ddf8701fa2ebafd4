package emulator

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// allowedExternalSchemas are the names that the management console allows for external schemas.
var allowedExternalSchemas = []string{"finance_export", "lakehouse", "ops_export"}

// An externalSchema holds tables that were extracted from verified business views.
type externalSchema struct {
	Name   string           `json:"name"`
	Tables []*externalTable `json:"tables"`
}

type externalTable struct {
	Name   string `json:"name"`
	Source string `json:"source"` // schema.view, of the extraction
	Rows   int64  `json:"rows"`
}

func extractionRoutes() []route {
	tables := contract{req("sourceTableName", text), req("targetTableName", text)}
	return []route{
		// (inf) The name of the field: the page is cut off.
		{on: "POST /extraction/schema", need: superOnly, do: createExternalSchema, body: contract{req("schemaName", text)}},
		{on: "DELETE /extraction/schema/{schema}", need: superOnly, do: dropExternalSchema,
			query: contract{opt("cascade", boolean)}},
		// (inf) The name of the field that allows to replace: the page is cut off.
		{on: "POST /extraction/table", need: superOnly, do: extractTable, body: append(slices.Clone(tables), opt("replace", boolean))},
		{on: "PUT /extraction/table", need: superOnly, do: appendTable, body: append(slices.Clone(tables), opt("limit", text))},
		{on: "DELETE /extraction/table/{table}", need: superOnly, do: dropTable, query: contract{opt("purge", boolean)}},
	}
}

// configured refuses all of extraction without Advanced SQLi. The answers of extraction are empty (inf).
func (c *call) configured() error {
	if c.opts.NoExtraction {
		return refused("Advanced SQLi is not configured.")
	}
	return nil
}

func (st *state) externalSchema(name string) *externalSchema {
	return first(st.external, func(s *externalSchema) bool { return s.Name == name })
}

func (s *externalSchema) table(name string) *externalTable {
	return first(s.Tables, func(t *externalTable) bool { return t.Name == name })
}

func createExternalSchema(c *call) (any, error) {
	if err := c.configured(); err != nil {
		return nil, err
	}
	name := c.in.str("schemaName")
	switch {
	case !slices.Contains(allowedExternalSchemas, name):
		return nil, refused("The external schema name %s is not allowed.", name)
	case c.externalSchema(name) != nil:
		return nil, refuse(http.StatusConflict, codeRefused, "The external schema %s exists.", name) // (inf) the status
	}
	c.external = append(c.external, &externalSchema{Name: name, Tables: []*externalTable{}})
	slices.SortFunc(c.external, func(a, b *externalSchema) int { return strings.Compare(a.Name, b.Name) })
	return nil, nil
}

// dropExternalSchema takes the files along only if it takes the tables along.
func dropExternalSchema(c *call) (any, error) {
	if err := c.configured(); err != nil {
		return nil, err
	}
	s := c.externalSchema(c.path("schema"))
	switch {
	case s == nil:
		return nil, unknown("The external schema %s is not found.", c.path("schema"))
	case len(s.Tables) > 0 && !c.query.flag("cascade"):
		return nil, refused("The external schema %s has tables.", s.Name)
	}
	for _, t := range s.Tables {
		delete(c.files, s.Name+"."+t.Name)
	}
	c.external = slices.DeleteFunc(c.external, func(other *externalSchema) bool { return other == s })
	return nil, nil
}

// extraction is what both ways to fill a table begin with.
func (c *call) extraction() (source *relation, s *externalSchema, table string, err error) {
	if err := c.configured(); err != nil {
		return nil, nil, "", err
	}
	name := c.in.str("sourceTableName")
	if _, source = c.viewNamed(name); source == nil {
		return nil, nil, "", unknownInBody("The business view %s is not found.", name)
	}
	if !source.Verified {
		return nil, nil, "", refused("The business view %s is not verified.", name)
	}
	target, table, _ := strings.Cut(c.in.str("targetTableName"), ".")
	if s = c.externalSchema(target); s == nil {
		return nil, nil, "", unknownInBody("The external schema %s is not found.", target)
	}
	if table == "" {
		return nil, nil, "", badInput("targetTableName must be schema.table.")
	}
	return source, s, table, nil
}

func extractTable(c *call) (any, error) {
	source, s, name, err := c.extraction()
	if err != nil {
		return nil, err
	}
	t, full := s.table(name), s.Name+"."+name
	switch {
	case c.in.flag("replace"):
	case t != nil:
		return nil, refused("The table %s exists.", full)
	case c.files[full]:
		return nil, refused("The files of the table %s exist.", full)
	}
	if t == nil {
		t = &externalTable{Name: name}
		s.Tables = append(s.Tables, t)
		slices.SortFunc(s.Tables, func(a, b *externalTable) int { return strings.Compare(a.Name, b.Name) })
	}
	t.Source, t.Rows = c.in.str("sourceTableName"), source.Rows
	c.files[full] = true
	return nil, nil
}

// appendTable doubles rows if it is done twice.
func appendTable(c *call) (any, error) {
	source, s, name, err := c.extraction()
	if err != nil {
		return nil, err
	}
	t := s.table(name)
	if t == nil {
		return nil, unknownInBody("The table %s.%s is not found.", s.Name, name)
	}
	most := int64(math.MaxInt64)
	if limit := c.in.str("limit"); limit != "" {
		if most, err = strconv.ParseInt(limit, 10, 64); err != nil || most < 0 {
			return nil, badInput("limit is not valid: a text of digits is expected.")
		}
	}
	t.Rows += min(most, source.Rows)
	return nil, nil
}

// dropTable leaves the files unless it is told to purge them.
func dropTable(c *call) (any, error) {
	if err := c.configured(); err != nil {
		return nil, err
	}
	schemaName, name, _ := strings.Cut(c.path("table"), ".")
	s := c.externalSchema(schemaName)
	if s == nil || s.table(name) == nil {
		return nil, unknown("The table %s is not found.", c.path("table"))
	}
	s.Tables = slices.DeleteFunc(s.Tables, func(t *externalTable) bool { return t.Name == name })
	if c.query.flag("purge") {
		delete(c.files, schemaName+"."+name)
	}
	return nil, nil
}
