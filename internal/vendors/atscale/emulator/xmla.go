package emulator

import (
	"encoding/xml"
	"fmt"
	"strings"
)

func xmlaRoutes() []route {
	return []route{{on: "POST /xmla/{orgId}", style: engine, do: execute}}
}

// execute answers a question about metadata by the rows that it has, and anything else by none. The statement is
// looked at no closer than for the table it names.
func execute(c *call) (any, error) {
	var in struct {
		Statement string `xml:"Body>Execute>Command>Statement"`
	}
	if xml.Unmarshal(c.body, &in) != nil || strings.TrimSpace(in.Statement) == "" {
		return nil, badRequest("A SOAP Execute with a statement was expected")
	}
	rows, asked := "", strings.ToUpper(in.Statement)
	for _, p := range c.served() {
		switch {
		case strings.Contains(asked, "DBSCHEMA_CATALOGS"):
			rows += row("CATALOG_NAME", p.Name, "CATALOG_GUID", p.ID)
		case strings.Contains(asked, "MDSCHEMA_CUBES"):
			for _, m := range p.Cubes {
				rows += row("CATALOG_NAME", p.Name, "CUBE_NAME", m.Name, "CUBE_GUID", m.ID, "CUBE_CAPTION", m.Caption)
			}
		case strings.Contains(asked, "MDSCHEMA_MEASURES"):
			for _, m := range p.Cubes {
				rows += row("CATALOG_NAME", p.Name, "CUBE_NAME", m.Name, "MEASURE_NAME", "amount", "MEASURE_CAPTION", "Amount")
			}
		}
	}
	return document(fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>`+
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>`+
		`<queryId xmlns="http://xsd.atscale.com/soap_v1">%s</queryId></soap:Header><soap:Body>`+
		`<ExecuteResponse xmlns="urn:schemas-microsoft-com:xml-analysis"><return>`+
		`<root xmlns="urn:schemas-microsoft-com:xml-analysis:rowset">%s</root></return></ExecuteResponse></soap:Body></soap:Envelope>`,
		c.newID(), rows)), nil
}

// row makes an element of pairs.
func row(pairs ...string) string {
	var out strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&out, "<%[1]s>%[2]s</%[1]s>", pairs[i], escape(pairs[i+1]))
	}
	return "<row>" + out.String() + "</row>"
}
