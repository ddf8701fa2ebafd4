package emulator

import (
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
)

func submitRoutes() []route {
	const on = "POST /query/orgId/{orgId}/submit"
	return []route{
		{on: on, style: engine, do: submitXML},
		{on: on + "/json", style: engine, do: submitJSON},
	}
}

// result is what every query answers: the emulator has no data but this.
var result = struct {
	columns []string
	rows    [][]any
}{
	[]string{"customer_name", "amount"},
	[][]any{{"Müller & Söhne", "1200.50"}, {`O"Neill <Ltd>`, "17"}, {"Ghost", nil}},
}

var timeoutText = regexp.MustCompile(`^[0-9]+\.(second|minute|hour)s?$`)

// submit runs a query and keeps it in the history. A dry run is in it as well (inf).
func (c *call) submit() error {
	f, err := c.fields()
	if err != nil {
		return err
	}
	q := &query{Language: strings.ToUpper(f.need("language")), Text: f.need("query")}
	if q.Language != "SQL" && q.Language != "MDX" && q.Language != "" {
		f.complain("language must be SQL or MDX")
	}
	for _, name := range []string{"useAggs", "genAggs", "fakeResults", "dryRun", "useLocalCache", "useAggregateCache"} {
		f.flag(name)
	}
	if s := f.text("timeout"); s != "" && !timeoutText.MatchString(s) {
		f.complain("timeout must be like 2.minutes")
	}
	project := f.inside("context", "project", "name")
	if err := f.err(); err != nil {
		return err
	}
	if !c.features["query_rest"] {
		return refuse(http.StatusForbidden, "The query_rest feature is not licensed") // (inf) its status
	}
	p := c.servedAs(project)
	if p == nil {
		return badRequest("Project %s is not published", project)
	}
	c.record(p, q)
	return nil
}

// inside returns a text deep in the body.
func (f *fields) inside(names ...string) string {
	at := f
	for _, name := range names[:len(names)-1] {
		at = &fields{in: at.object(name), bad: at.bad}
	}
	s := at.need(names[len(names)-1])
	f.bad = at.bad
	return s
}

func (c *call) servedAs(name string) *published {
	for _, p := range c.served() {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func (c *call) record(p *published, q *query) {
	q.ID, q.OrgID, q.UserID, q.Source = c.newID(), c.org.ID, c.by.ID, "user"
	q.ProjectID, q.Status, q.Started, q.Took, q.Tables = p.ID, "success", c.now, 120, []string{}
	if len(p.Cubes) > 0 {
		m := p.Cubes[0]
		for _, k := range p.Cubes {
			if strings.Contains(q.Text, k.Name) {
				m = k
			}
		}
		q.CubeID, q.CubeName, q.Caption = m.ID, m.Name, m.Caption
	}
	c.queries.put(q.ID, q)
}

// submitXML answers rows in which null is an attribute. (inf) The names of the elements around them.
func submitXML(c *call) (any, error) {
	if err := c.submit(); err != nil {
		return nil, err
	}
	var out strings.Builder
	out.WriteString(xml.Header + "<queryResponse><succeeded>true</succeeded><metadata><columns>")
	for _, name := range result.columns {
		out.WriteString("<column><name>" + name + "</name></column>")
	}
	out.WriteString("</columns></metadata><data>")
	for _, row := range result.rows {
		out.WriteString("<row>")
		for _, v := range row {
			if s, ok := v.(string); ok {
				out.WriteString("<column>" + escape(s) + "</column>")
			} else {
				out.WriteString(`<column null="true"/>`)
			}
		}
		out.WriteString("</row>")
	}
	out.WriteString("</data></queryResponse>")
	return document(out.String()), nil
}

// submitJSON answers the same as XML does (inf).
func submitJSON(c *call) (any, error) {
	if err := c.submit(); err != nil {
		return nil, err
	}
	columns := []any{}
	for _, name := range result.columns {
		columns = append(columns, map[string]any{"name": name})
	}
	return map[string]any{"columns": columns, "rows": result.rows}, nil
}

func escape(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // to memory
	return out.String()
}
