package scripts_test

import (
	"encoding/json"
	"strings"
	"testing"

	incorta "runner/internal/vendors/incorta/emulator"
	"runner/internal/vendors/stage"
)

func loadSchemas(schemas string, more ...string) []string {
	return append([]string{"load_schemas.lua", "--schemas", schemas, "--every", "0.02", "--format", "json"}, more...)
}

// loaded are the schemas that the cluster was asked to load, in order.
func (c *company) loaded(t *testing.T) (names []string) {
	t.Helper()
	for _, r := range c.vendors["incorta"].Mutations() {
		var body struct{ SchemaNames []string }
		if err := json.Unmarshal(r.Body, &body); err != nil {
			t.Fatalf("%s %s: %v", r.Method, r.Path, err)
		}
		names = append(names, body.SchemaNames...)
	}
	return names
}

const financeChain = "Ledger>FinanceMart, Procurement > FinanceMart,FinanceMart>BoardPack"

// A schema is loaded when all that it depends on are, whatever the order of
// their names; those that do not wait for each other at once.
func TestLoadSchemas(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	args := loadSchemas("BoardPack,FinanceMart,Procurement,Ledger", "--depends", financeChain, "--source", "incremental")
	wantLines(t, "would be loaded", lines(tables(t, c.dryRun(t, args...))["would be loaded"], "round", "schema", "after", "old_data_of"),
		"1 | Procurement |  | 2026-06-01T02:00:05.000Z",
		"1 | Ledger |  | 2026-06-01T02:00:00.000Z",
		"2 | FinanceMart | Ledger, Procurement | 2026-06-01T02:00:11.000Z",
		"3 | BoardPack | FinanceMart | 2026-06-01T02:00:18.000Z")
	rows := tables(t, c.mustRun(t, args...))["loads"]
	wantLines(t, "loads", lines(rows, "round", "schema", "state", "why"),
		"1 | Procurement | loaded | ", "1 | Ledger | loaded | ", "2 | FinanceMart | loaded | ", "3 | BoardPack | loaded | ")
	began, ended := map[any]string{}, map[any]string{}
	for _, row := range rows {
		began[row["schema"]], ended[row["schema"]] = row["began"].(string), row["ended"].(string)
	}
	for _, pair := range [][2]string{{"Ledger", "FinanceMart"}, {"Procurement", "FinanceMart"}, {"FinanceMart", "BoardPack"}} {
		if ended[pair[0]] == "" || began[pair[1]] < ended[pair[0]] {
			t.Errorf("%s ended at %q, and %s began at %q", pair[0], ended[pair[0]], pair[1], began[pair[1]])
		}
	}
	if began["Ledger"] > ended["Procurement"] || began["Procurement"] > ended["Ledger"] {
		t.Errorf("not at once: %v, %v", began, ended)
	}
	for _, r := range c.vendors["incorta"].Mutations() {
		wantIn(t, "a request", string(r.Body), `"INCREMENTAL"`)
	}

	// A second run loads again.
	c.mustRun(t, args...)
	if n := len(c.loaded(t)); n != 8 {
		t.Errorf("after a second run there were %d loads, want 8", n)
	}
}

func TestLoadSchemasOneAtATime(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.mustRun(t, loadSchemas("Sandbox,BoardPack,Procurement", "--at-once", "1")...)
	wantLines(t, "loaded", c.loaded(t), "Sandbox", "BoardPack", "Procurement")
}

// What depends on a failure is not loaded, and told; the rest is.
func TestLoadSchemasAfterAFailure(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	r := c.run(t, loadSchemas("LegacyCRM,Warehouse,Sandbox,BoardPack", "--depends", "LegacyCRM>Warehouse,Warehouse>Sandbox")...)
	if r.code != 1 {
		t.Errorf("want exit code 1: %v", r)
	}
	rows := tables(t, r)["loads"]
	wantLines(t, "loads", lines(rows, "round", "schema", "state", "after", "old_data_of"),
		"1 | LegacyCRM | failed |  | ", // it was never loaded well
		"1 | BoardPack | loaded |  | ",
		"2 | Warehouse | stale | LegacyCRM | ",
		"3 | Sandbox | stale | Warehouse | ")
	wantIn(t, "why", rows[0]["why"].(string), "it ended with FAILED", "ORA-12541", "the load before went wrong, too")
	wantIn(t, "why", rows[2]["why"].(string), "no new data in what it depends on: LegacyCRM")
	wantIn(t, "stderr", flat(r.stderr), "3 of 4 got no new data: LegacyCRM (failed); stale because of that: Warehouse, Sandbox",
		"--schemas 'LegacyCRM,Warehouse,Sandbox' --depends 'LegacyCRM>Warehouse,Warehouse>Sandbox'")
	if got := strings.Join(c.loaded(t), " "); got != "LegacyCRM BoardPack" && got != "BoardPack LegacyCRM" {
		t.Errorf("loaded %s", got)
	}
}

// Views over what was never loaded fail without it, and not after it.
func TestLoadSchemasNeedsTheOrder(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	r := c.run(t, loadSchemas("Customer360")...)
	wantLines(t, "loads", lines(tables(t, r)["loads"], "schema", "state"), "Customer360 | failed")
	c.mustRun(t, loadSchemas("Customer360,Customers", "--depends", "Customers>Customer360")...)
}

// A load that takes too long goes on, and what depends on it is not loaded.
func TestLoadSchemasTimesOut(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	r := c.run(t, loadSchemas("Telemetry,Sandbox", "--depends", "Telemetry>Sandbox", "--load-timeout", "0.002")...)
	rows := tables(t, r)["loads"]
	wantLines(t, "loads", lines(rows, "schema", "state", "old_data_of"),
		"Telemetry | not ended | "+rows[0]["old_data_of"].(string), "Sandbox | stale | ")
	wantIn(t, "why", rows[0]["why"].(string), "it has not ended after 0.12 s", "its data is of 2026-06-01")
	wantIn(t, "old_data_of", rows[0]["old_data_of"].(string), "2026-06-01")

	// While it goes on it is not loaded again.
	sent := c.sent()
	r = c.run(t, loadSchemas("Sandbox,Telemetry")...)
	wantIn(t, "stderr", r.stderr, `error[conflict]`, `schema "Telemetry"`, "it is being loaded, since")
	if c.sent() != sent {
		t.Error("something was loaded")
	}
}

func TestLoadSchemasRefuses(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for name, tt := range map[string]struct {
		args []string
		want []string
	}{
		"an unknown name":           {loadSchemas("Sandbox,Ledgr"), []string{"error[not_found]", `schema "Ledgr"`, `did you mean "Ledger"`}},
		"other capitals":            {loadSchemas("ledger"), []string{"error[not_found]", "capitals matter", `did you mean "Ledger"`}},
		"a business schema":         {loadSchemas("Sandbox,OpsViews"), []string{"error[invalid]", `schema "OpsViews"`, "business schema"}},
		"the same twice":            {loadSchemas("Sandbox,Ledger,Sandbox"), []string{`"Sandbox" is in it twice`}},
		"a circle":                  {loadSchemas("Ledger,Sandbox,BoardPack,Warehouse", "--depends", "Ledger>Sandbox,Sandbox>BoardPack,BoardPack>Warehouse,Warehouse>Sandbox"), []string{"they go round in a circle: Sandbox > BoardPack > Warehouse > Sandbox"}},
		"one that waits for itself": {loadSchemas("Ledger", "--depends", "Ledger>Ledger"), []string{"they go round in a circle: Ledger > Ledger"}},
		"an order of something else": {loadSchemas("Ledger,Sandbox", "--depends", "Ledger>Sandbx"),
			[]string{`depends "Ledger>Sandbx"`, `"Sandbx" is not among schemas`, `did you mean "Sandbox"`}},
		"an order without a sign": {loadSchemas("Ledger,Sandbox", "--depends", "Ledger<Sandbox"), []string{"it is not like A>B"}},
		"an order of three":       {loadSchemas("Ledger,Sandbox", "--depends", "Ledger>Sandbox>Ledger"), []string{"it is not like A>B"}},
		"an order of nothing":     {loadSchemas("Ledger", "--depends", ">Ledger"), []string{"it is not like A>B"}},
		"another source":          {loadSchemas("Ledger", "--source", "staging"), []string{"staging"}},
		"none at once":            {loadSchemas("Ledger", "--at-once", "0"), []string{"nothing would be loaded"}},
		"no time":                 {loadSchemas("Ledger", "--load-timeout", "0"), []string{"no load would end in time"}},
		"no schemas":              {[]string{"load_schemas.lua"}, []string{"--schemas"}},
	} {
		for _, how := range []string{"--dry-run", "--yes"} {
			t.Run(name+" "+how, func(t *testing.T) {
				r := c.runner(t, append([]string{"run", how}, tt.args...)...)
				if r.code == 0 {
					t.Error("exit code 0")
				}
				wantIn(t, "stderr", flat(r.stderr), tt.want...)
			})
		}
	}
	if n := c.sent(); n > 0 {
		t.Errorf("%d changes were sent", n)
	}
}

// A load whose answer is lost may have been started: it is looked up before it
// is started again, and what depends on it is loaded after it.
func TestLoadSchemasWithALostAnswer(t *testing.T) {
	for kind, asked := range map[stage.FaultKind][]string{
		stage.DropAfter: {"Ledger", "FinanceMart"}, stage.DropBefore: {"Ledger", "Ledger", "FinanceMart"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			c := newCompany(t)
			c.vendors["incorta"].Inject(stage.Fault{Method: "POST", Path: "/api/v2/" + incorta.Tenant + "/schema/load", Kind: kind})
			r := c.run(t, loadSchemas("Ledger,FinanceMart", "--depends", "Ledger>FinanceMart")...)
			wantLines(t, "loads", lines(tables(t, r)["loads"], "schema", "state"), "Ledger | loaded", "FinanceMart | loaded")
			wantLines(t, "loaded", c.loaded(t), asked...)
			if r.code != 0 {
				t.Errorf("want exit code 0: %v", r)
			}
		})
	}
}

// One who may not load is told, schema by schema.
func TestLoadSchemasWithoutTheRight(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.env = append(c.env, "RUNNER_INCORTA_TOKEN="+incorta.TokenOf("nia"))
	r := c.run(t, loadSchemas("Ledger,FinanceMart", "--depends", "Ledger>FinanceMart")...)
	wantLines(t, "loads", lines(tables(t, r)["loads"], "schema", "state"), "Ledger | not started", "FinanceMart | stale")
	if r.code != 1 {
		t.Errorf("want exit code 1: %v", r)
	}
}
