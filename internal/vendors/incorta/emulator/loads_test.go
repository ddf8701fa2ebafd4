package emulator

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func load1(names string) string {
	return fmt.Sprintf(`{"schemaNames":["%s"],"loadSource":"FULL"}`, strings.ReplaceAll(names, " ", `","`))
}

// state is how the last load of a schema went.
func (a *api) state(schema string) string {
	a.T.Helper()
	return a.get("/schema/" + schema + "/status").get("physicalSchemaDetails.lastLoadStatus")
}

func (a *api) detail(schema, field string) string {
	a.T.Helper()
	return a.get("/schema/" + schema + "/status").get("physicalSchemaDetails." + field)
}

func TestLoadProgresses(t *testing.T) {
	a := connect(t, Options{})
	before := a.get("/schema/Ledger/status").get("tables.0.rowsCount")
	a.post("/schema/load", load1("Ledger")).same(t, `{"loadingStatus":{"Ledger":"QUEUED"}}`)
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, "QUEUED"}, {999 * time.Millisecond, "QUEUED"}, {time.Millisecond, "RUNNING"}, {3999 * time.Millisecond, "RUNNING"},
		{time.Millisecond, "SUCCESS"}, {time.Hour, "SUCCESS"},
	} {
		a.clock.Wait(step.after)
		if got := a.state("Ledger"); got != step.want {
			t.Errorf("after %v: %s, want %s", a.clock.T.Sub(seedDay), got, step.want)
		}
		if got := a.detail("Ledger", "lastLoadTime"); got != "2026-06-01T08:00:00.000Z" {
			t.Errorf("after %v: lastLoadTime %s", a.clock.T.Sub(seedDay), got)
		}
		ended := a.detail("Ledger", "lastLoadEndTime")
		if step.want == "SUCCESS" != (ended == "2026-06-01T08:00:05.000Z") {
			t.Errorf("after %v: lastLoadEndTime %q", a.clock.T.Sub(seedDay), ended)
		}
	}
	if after := a.get("/schema/Ledger/status").get("tables.0.rowsCount"); before != "120400" || after != "120660" {
		t.Errorf("rows went from %s to %s", before, after)
	}
}

func TestLoadFails(t *testing.T) {
	a := connect(t, Options{})
	for range 2 { // always
		a.post("/schema/load", load1(FailingSchema))
		a.clock.Wait(2 * time.Second)
		if got := a.detail(FailingSchema, "lastLoadMessage"); got != "" || a.state(FailingSchema) != "RUNNING" {
			t.Errorf("it says %q before it is over", got)
		}
		a.clock.Wait(time.Minute)
		if got := a.state(FailingSchema); got != "FAILED" {
			t.Errorf("%s, want FAILED", got)
		}
		want := "INC_05290601: Failed to load the table LegacyCRM.contacts: Cannot connect to the data source crm_oracle: " +
			"ORA-12541: TNS:no listener (host crm-old.example.com, port 1521)"
		if got := a.detail(FailingSchema, "lastLoadMessage"); got != want {
			t.Errorf("message %q", got)
		}
	}
	a.post("/schema/LegacyCRM/load", `{"tables":["accounts"],"loadSource":"FULL"}`)
	a.clock.Wait(time.Minute)
	if got := a.state(FailingSchema); got != "SUCCESS" || a.detail(FailingSchema, "lastLoadMessage") != "" {
		t.Errorf("without the broken table: %s", got)
	}
	a.post("/schema/load", load1("Warehouse"))
	a.clock.Wait(time.Minute)
	if got := a.state("Warehouse"); got != "SUCCESS" {
		t.Errorf("what failed last night: %s now", got)
	}
}

func TestSynchronousLoad(t *testing.T) {
	for name, tt := range map[string]struct {
		schema, extra string
		want          string
		left          time.Duration // until it is over
	}{
		"short":              {"Ledger", `"synchronous":true`, "SUCCESS", 0},
		"zero is 30 seconds": {"Shipments", `"synchronous":true,"requestedTimeoutInMilliseconds":0`, "SUCCESS", 0},
		"fails":              {"LegacyCRM", `"synchronous":true`, "FAILED", 0},
		"gives up":           {"Shipments", `"synchronous":true,"requestedTimeoutInMilliseconds":10000`, "RUNNING", 11 * time.Second},
		"gives up at once":   {"Shipments", `"synchronous":true,"requestedTimeoutInMilliseconds":500`, "QUEUED", 20500 * time.Millisecond},
		"just enough":        {"Ledger", `"synchronous":true,"requestedTimeoutInMilliseconds":5000`, "SUCCESS", 0},
		"not quite":          {"Ledger", `"synchronous":true,"requestedTimeoutInMilliseconds":4999`, "RUNNING", time.Millisecond},
		"over a minute":      {"Telemetry", `"synchronous":true,"requestedTimeoutInMilliseconds":60000`, "RUNNING", 16 * time.Second},
		"cut to a minute":    {"Telemetry", `"synchronous":true,"requestedTimeoutInMilliseconds":600000`, "RUNNING", 16 * time.Second},
		"cut from far":       {"Telemetry", `"synchronous":true,"requestedTimeoutInMilliseconds":4611686018427387904`, "RUNNING", 16 * time.Second},
		"not looked at":      {"Ledger", `"synchronous":false,"requestedTimeoutInMilliseconds":60000`, "QUEUED", 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			got := a.post("/schema/load", strings.Replace(load1(tt.schema), "}", ","+tt.extra+"}", 1))
			if word := got.get("loadingStatus." + tt.schema); word != tt.want || a.state(tt.schema) != tt.want {
				t.Errorf("answered %s, then it is %s, want %s", word, a.state(tt.schema), tt.want)
			}
			if tt.left > 0 {
				a.clock.Wait(tt.left - time.Millisecond)
				if got := a.state(tt.schema); got != "RUNNING" {
					t.Errorf("%s before the end", got)
				}
				a.clock.Wait(time.Millisecond)
				if got := a.state(tt.schema); got != "SUCCESS" {
					t.Errorf("%s at the end", got)
				}
			}
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		path, body string
		status     int
	}{
		"no names":            {"/schema/load", `{"loadSource":"FULL"}`, 400},
		"empty list":          {"/schema/load", `{"schemaNames":[],"loadSource":"FULL"}`, 400},
		"a name alone":        {"/schema/load", `{"schemaNames":"Ledger","loadSource":"FULL"}`, 400},
		"a number":            {"/schema/load", `{"schemaNames":[7],"loadSource":"FULL"}`, 400},
		"no source":           {"/schema/load", `{"schemaNames":["Ledger"]}`, 400},
		"unknown source":      {"/schema/load", `{"schemaNames":["Ledger"],"loadSource":"ALL"}`, 400},
		"source in lower":     {"/schema/load", `{"schemaNames":["Ledger"],"loadSource":"full"}`, 400},
		"synchronous as text": {"/schema/load", `{"schemaNames":["Ledger"],"loadSource":"FULL","synchronous":"TRUE"}`, 400},
		"wait below zero":     {"/schema/load", `{"schemaNames":["Ledger"],"loadSource":"FULL","requestedTimeoutInMilliseconds":-1}`, 400},
		"unknown schema":      {"/schema/load", load1("Ledger Nothing"), 400},
		"wrong case":          {"/schema/load", load1("ledger"), 400},
		"business schema":     {"/schema/load", load1("Ledger OpsViews"), 400},
		"table: unknown":      {"/schema/Ledger/load", `{"tables":["entries","nothing"],"loadSource":"FULL"}`, 400},
		"table: schema":       {"/schema/Nothing/load", `{"loadSource":"FULL"}`, 404},
		"table: business":     {"/schema/OpsViews/load", `{"loadSource":"FULL"}`, 400},
		"table: no source":    {"/schema/Ledger/load", `{"tables":["entries"]}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			before := a.dump()
			a.want(tt.status, "POST", tt.path, tt.body)
			if a.dump() != before {
				t.Error("a refused load changed something")
			}
		})
	}
}

func TestLoadInStatus(t *testing.T) {
	a := connect(t, Options{UnknownInStatus: true})
	got := a.post("/schema/load", load1("Ledger Nothing"))
	if got.get("loadingStatus.Ledger") != "QUEUED" || !strings.HasPrefix(got.get("loadingStatus.Nothing"), "INC_") {
		t.Errorf("got %s", got.Body)
	}
	a.want(400, "POST", "/schema/load", load1("OpsViews"))
}

func TestAlreadyLoading(t *testing.T) {
	a := connect(t, Options{})
	a.post("/schema/load", load1("Ledger Ledger")) // one load
	for _, after := range []time.Duration{0, 2 * time.Second, 2999 * time.Millisecond} {
		a.clock.Wait(after)
		before := a.dump()
		got := a.want(400, "POST", "/schema/load", load1("Procurement Ledger"))
		if !strings.HasPrefix(got.get("message"), "INC_05290501: ") {
			t.Errorf("message %q", got.get("message"))
		}
		a.want(400, "POST", "/schema/Ledger/load", `{"tables":["accounts"],"loadSource":"FULL"}`)
		if a.dump() != before {
			t.Error("a refused load changed something")
		}
	}
	a.clock.Wait(time.Millisecond)
	a.post("/schema/load", load1("Procurement Ledger"))
}

func TestLoadsInOrder(t *testing.T) {
	a := connect(t, Options{})
	load := func(schemas string) {
		a.post("/schema/load", load1(schemas))
		a.clock.Wait(10 * time.Second)
	}
	load(DependentSchema)
	if got := a.state(DependentSchema); got != "FAILED" || !strings.Contains(a.detail(DependentSchema, "lastLoadMessage"), "Customers has no data. Load it first.") {
		t.Errorf("before its source: %s, %s", got, a.detail(DependentSchema, "lastLoadMessage"))
	}
	load(EmptySourceSchema + " " + DependentSchema) // both at once: the source has no data when the views begin
	if got := a.state(EmptySourceSchema) + a.state(DependentSchema); got != "SUCCESSFAILED" {
		t.Errorf("together: %s", got)
	}
	load(DependentSchema)
	if got := a.state(DependentSchema); got != "SUCCESS" {
		t.Errorf("after its source: %s", got)
	}
	rows := func() string { return a.get("/schema/FinanceMart/status").get("tables.0.rowsCount") }
	stale := rows()
	load("Ledger FinanceMart")
	if rows() != stale {
		t.Error("views that ran beside their source have its new rows")
	}
	load("FinanceMart")
	if rows() == stale {
		t.Error("views that ran after their source have its old rows")
	}
	load("Sandbox")
	if got := a.state("Sandbox"); got != "SUCCESS" {
		t.Errorf("an empty schema: %s", got)
	}
}

func TestLoadSources(t *testing.T) {
	for source, want := range map[string]string{"FULL": "120660", "INCREMENTAL": "120660", "STAGING": "120400"} {
		a := connect(t, Options{})
		a.post("/schema/Ledger/load", fmt.Sprintf(`{"loadSource":%q}`, source)).same(t, `{"loadingStatus":{"Ledger":"QUEUED"}}`)
		a.clock.Wait(time.Minute)
		if got := a.get("/schema/Ledger/status").get("tables.0.rowsCount"); got != want {
			t.Errorf("%s: %s rows, want %s", source, got, want)
		}
	}
	connect(t, Options{NoTableLoads: true}).want(404, "POST", "/schema/Ledger/load", `{"loadSource":"FULL"}`)
}

func TestOtherWords(t *testing.T) {
	a := connect(t, Options{Words: Words{Queued: "In Queue", Success: "Succeeded"}})
	a.post("/schema/load", load1("Ledger")).same(t, `{"loadingStatus":{"Ledger":"In Queue"}}`)
	a.clock.Wait(time.Second)
	if got := a.state("Ledger"); got != "RUNNING" {
		t.Error(got)
	}
	a.clock.Wait(time.Minute)
	if got := a.state("Ledger"); got != "Succeeded" {
		t.Error(got)
	}
}
