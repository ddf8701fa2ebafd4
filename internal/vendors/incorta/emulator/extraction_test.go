package emulator

import (
	"fmt"
	"strings"
	"testing"
)

const (
	revenueTo = `{"sourceTableName":"FinanceViews.RevenueByMonth","targetTableName":"lakehouse.revenue"}`
	newSchema = `{"schemaName":"lakehouse"}`
)

// step is one request, and what comes of it.
type step struct {
	request, body string
	status        int
}

func (a *api) steps(steps ...step) {
	a.T.Helper()
	for _, s := range steps {
		method, path, _ := strings.Cut(s.request, " ")
		before := a.dump()
		a.want(s.status, method, path, s.body)
		if s.status >= 400 && a.dump() != before {
			a.T.Errorf("%s %s: something that was refused changed the state", s.request, s.body)
		}
	}
}

func (a *api) rows(schema, table string) string {
	a.T.Helper()
	for _, row := range a.find("externalSchemas", "name", schema)["tables"].([]any) {
		if o := row.(map[string]any); o["name"] == table {
			return fmt.Sprint(o["rows"])
		}
	}
	return "none"
}

func TestExtraction(t *testing.T) {
	a := connect(t, Options{})
	with := func(field string) string { return strings.Replace(revenueTo, "}", ","+field+"}", 1) }
	a.steps(
		step{"POST /extraction/table", revenueTo, 400}, // no schema
		step{"POST /extraction/schema", newSchema, 200},
		step{"POST /extraction/schema", newSchema, 409},
		step{"PUT /extraction/table", revenueTo, 400}, // no table
		step{"POST /extraction/table", revenueTo, 200},
		step{"POST /extraction/table", revenueTo, 400}, // it is there
		step{"POST /extraction/table", with(`"replace":false`), 400},
	)
	if got := a.rows("lakehouse", "revenue"); got != "120" {
		t.Errorf("%s rows, want 120", got)
	}
	a.steps(step{"PUT /extraction/table", revenueTo, 200}, step{"PUT /extraction/table", with(`"limit":"7"`), 200})
	if got := a.rows("lakehouse", "revenue"); got != "247" { // an append twice doubles
		t.Errorf("%s rows, want 247", got)
	}
	a.steps(
		step{"PUT /extraction/table", with(`"limit":7`), 400}, // a text is wanted
		step{"PUT /extraction/table", with(`"limit":"-1"`), 400},
		step{"POST /extraction/table", with(`"replace":true`), 200},
	)
	if got := a.rows("lakehouse", "revenue"); got != "120" {
		t.Errorf("%s rows after replacing, want 120", got)
	}
	a.steps(
		step{"DELETE /extraction/schema/lakehouse", "", 400}, // not empty
		step{"DELETE /extraction/schema/lakehouse?cascade=false", "", 400},
		step{"DELETE /extraction/table/lakehouse.revenue", "", 200},
		step{"DELETE /extraction/table/lakehouse.revenue", "", 404},
		step{"POST /extraction/table", revenueTo, 400}, // the files are there
		step{"POST /extraction/table", with(`"replace":true`), 200},
		step{"DELETE /extraction/table/lakehouse.revenue?purge=true", "", 200},
		step{"POST /extraction/table", revenueTo, 200},
		step{"DELETE /extraction/schema/lakehouse?cascade=true", "", 200},
		step{"DELETE /extraction/schema/lakehouse?cascade=true", "", 404},
		step{"POST /extraction/schema", newSchema, 200},
		step{"POST /extraction/table", revenueTo, 200}, // cascade took the files
	)
}

func TestExtractionRefuses(t *testing.T) {
	a := connect(t, Options{})
	a.steps(
		step{"POST /extraction/schema", `{"schemaName":"anything"}`, 400},
		step{"POST /extraction/schema", `{}`, 400},
		step{"POST /extraction/schema", `{"schemaName":"ops_export"}`, 409},
		step{"DELETE /extraction/schema/nothing", "", 404},
		step{"DELETE /extraction/schema/ops_export", "", 400},
		step{"DELETE /extraction/schema/ops_export?cascade=yes", "", 400},
		step{"DELETE /extraction/table/nothing", "", 404},
		step{"DELETE /extraction/table/ops_export.nothing", "", 404},
		step{"POST /extraction/table", `{"sourceTableName":"OpsViews.StockByLocation","targetTableName":"ops_export.stock"}`, 400}, // not verified
		step{"POST /extraction/table", `{"sourceTableName":"OpsViews.Nothing","targetTableName":"ops_export.x"}`, 400},
		step{"POST /extraction/table", `{"sourceTableName":"Ledger.entries","targetTableName":"ops_export.x"}`, 400},
		step{"POST /extraction/table", `{"sourceTableName":"OpsViews.DelaysByCarrier","targetTableName":"ops_export"}`, 400},
		step{"POST /extraction/table", `{"sourceTableName":"OpsViews.DelaysByCarrier","targetTableName":"ops_export.delays"}`, 400},
		step{"POST /extraction/table", `{"targetTableName":"ops_export.delays"}`, 400},
		step{"PUT /extraction/table", ``, 400},
	)
	b := connect(t, Options{NoExtraction: true})
	b.steps(
		step{"POST /extraction/schema", newSchema, 400},
		step{"DELETE /extraction/schema/ops_export?cascade=true", "", 400},
		step{"POST /extraction/table", revenueTo, 400},
		step{"PUT /extraction/table", revenueTo, 400},
		step{"DELETE /extraction/table/ops_export.delays", "", 400},
	)
}
