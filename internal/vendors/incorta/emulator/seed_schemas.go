package emulator

import (
	"fmt"
	"time"
)

// FailingSchema always fails to load, because of one of its tables. SlowSchema takes longer than any synchronous call.
// EmptySourceSchema was never loaded, so that the load of DependentSchema fails unless it is loaded first.
const (
	FailingSchema     = "LegacyCRM"
	SlowSchema        = "Telemetry"
	EmptySourceSchema = "Customers"
	DependentSchema   = "Customer360"
)

// seedSchemas makes the physical schemas. Ledger and Procurement feed FinanceMart, which feeds BoardPack; Customers
// feeds Customer360.
func (st *state) seedSchemas() {
	none, finance := map[string]access{}, map[string]access{"Finance Makers": edit, "Analysts": view}
	for i, s := range []struct {
		name, owner, about string
		seconds            int
		users, groups      map[string]access
		reads              []string
		loads              int
		tables             []*relation
	}{
		{"Ledger", "ada", "General ledger", 4, none, finance, nil, 210,
			[]*relation{table("entries", 120400, 260), table("accounts", 840, 0), table("periods", 72, 0)}},
		{"Procurement", "lin", "Orders and suppliers", 5, map[string]access{at("omar"): view}, finance, nil, 209,
			[]*relation{table("orders", 48210, 95), table("suppliers", 1204, 2)}},
		{"FinanceMart", "ada", "Materialized views over Ledger and Procurement", 6, map[string]access{at("paul"): view}, finance,
			[]string{"Ledger", "Procurement"}, 198,
			[]*relation{materialized("monthly_close", 17072), materialized("spend_by_supplier", 17072)}},
		{"BoardPack", "lin", "Materialized views over FinanceMart", 3, map[string]access{at("ada"): edit}, none,
			[]string{"FinanceMart"}, 51, []*relation{materialized("board_figures", 3414)}},
		{"Shipments", "omar", "Parcels, and why they are late", 20, map[string]access{at("sean"): edit, at("paul"): edit},
			map[string]access{"Operations Makers": edit}, nil, 340,
			[]*relation{table("shipments", 910244, 1800), table("delays", 20110, 44)}},
		{"Warehouse", "paul", "Stock levels", 8, map[string]access{at("lin"): share}, map[string]access{"Operations Makers": edit}, nil, 77,
			[]*relation{table("stock", 30020, 12), table("locations", 410, 0)}},
		{FailingSchema, "paul", "The CRM of before the move", 5, map[string]access{at("omar"): edit}, none, nil, 0,
			[]*relation{table("accounts", 5120, 0), broken("contacts",
				"Cannot connect to the data source crm_oracle: ORA-12541: TNS:no listener (host crm-old.example.com, port 1521)")}},
		{SlowSchema, "priya", "Readings of all sensors", 75, none, map[string]access{"Table Loaders": edit, "Platform Makers": edit}, nil, 12,
			sensorTables()},
		{EmptySourceSchema, "zoe", "Customer master – Stammdaten", 4, none, map[string]access{"Platform Makers": edit}, nil, 0,
			[]*relation{table("customers", 0, 18230), table("addresses", 0, 20110)}},
		{DependentSchema, "priya", "Materialized views over Customers", 5, none, map[string]access{"Platform Makers": edit},
			[]string{EmptySourceSchema}, 0, []*relation{materialized("customer_360", 0)}},
		{"Sandbox", "ada", "", 1, none, none, nil, 0, nil},
	} {
		row := &schema{ID: int64(101 + i), Name: s.name, Description: s.about, Type: physical, Created: st.ago(900 - 20*i),
			Modified: st.ago(90 - 3*i), Modifier: at(s.owner), ownership: ownership{at(s.owner), clone(s.users), clone(s.groups)},
			Relations: s.tables, Takes: time.Duration(s.seconds) * time.Second, Loads: s.loads, Reads: s.reads}
		st.schemas = append(st.schemas, row)
	}
	st.seedLoads()
}

// seedLoads makes the loads of the last night. Two failed: that of FailingSchema, and that of Warehouse, which will not
// fail again.
func (st *state) seedLoads() {
	night := st.today.Add(-6 * time.Hour)
	for _, s := range st.schemas {
		if s.Loads == 0 && s.Name != FailingSchema {
			continue
		}
		l := load{ID: int64(len(st.loads) + 1), Schema: s.Name, Source: "INCREMENTAL", By: s.Owner, Asked: night,
			Begin: night.Add(queueTime), End: night.Add(queueTime + s.Takes), Status: succeeded}
		switch s.Name {
		case FailingSchema:
			l.Status, l.Failed = failed, []string{"contacts"}
			l.Message = "INC_" + codeLoad + ": Failed to load the table LegacyCRM.contacts: " + s.relation("contacts").Broken
		case "Warehouse":
			l.Status, l.Failed = failed, []string{"stock"}
			l.Message = "INC_" + codeLoad + ": Failed to load the table Warehouse.stock: Read timed out after 300 seconds"
		}
		st.loads = append(st.loads, &l)
		night = l.End
	}
}

// sensorTables are exactly as many as a page holds.
func sensorTables() []*relation {
	var out []*relation
	for i := range maxLimit {
		out = append(out, table(fmt.Sprintf("sensor_%03d", i+1), int64(4000+i), 60))
	}
	return out
}

func clone(grants map[string]access) map[string]access {
	out := map[string]access{}
	for who, a := range grants {
		out[who] = a
	}
	return out
}

func table(name string, rows, grows int64) *relation {
	return &relation{Name: name, Rows: rows, Grows: grows, Columns: []column{
		{"id", "ID", "", "long", key}, {"name", "Name", "", "string", dimension},
		{"changed_on", "Changed on", "", "date", dimension}, {"amount", "Amount", "in euros", "double", measure},
	}}
}

func materialized(name string, rows int64) *relation {
	return &relation{Name: name, Rows: rows, Materialized: true, Columns: []column{
		{"period", "Period", "", "date", dimension}, {"total", "Total", "in euros", "double", measure},
	}}
}

func broken(name, why string) *relation {
	r := table(name, 0, 0)
	r.Broken = why
	return r
}

// seedViews makes the business schemas.
func (st *state) seedViews() {
	for i, s := range []struct {
		name, owner, about string
		users, groups      map[string]access
		views              []*relation
	}{
		{"FinanceViews", "ada", "What Finance looks at", map[string]access{at("maria"): view}, map[string]access{"Finance Makers": edit, "Analysts": view},
			[]*relation{businessView("RevenueByMonth", "Month", 120, true), businessView("SpendBySupplier", "Supplier", 200, true)}},
		{"OpsViews", "omar", "What Operations looks at", map[string]access{at("sean"): view}, map[string]access{"Operations Makers": edit},
			[]*relation{businessView("DelaysByCarrier", "Carrier", 60, true), businessView("StockByLocation", "Location", 410, false)}},
		{"CustomerViews", "zoe", `Customers "as we know them" / Kundensicht`, nil, map[string]access{"Platform Makers": edit},
			[]*relation{businessView("ByCity", `City / "Ort" – Zürich`, 88, false)}},
		{"LegacyViews", "paul", "Over the CRM of before the move", map[string]access{at("omar"): share}, nil,
			[]*relation{businessView("OldContacts", "Contact", 25, false)}},
		{"BoardViews", "grace", "What the board looks at", map[string]access{at("lin"): view}, nil,
			[]*relation{businessView("KeyFigures", "Figure", 12, true)}},
	} {
		st.schemas = append(st.schemas, &schema{ID: int64(201 + i), Name: s.name, Description: s.about, Type: business,
			Created: st.ago(500 - 20*i), Modified: st.ago(40 - 5*i), Modifier: at(s.owner),
			ownership: ownership{at(s.owner), clone(s.users), clone(s.groups)}, Relations: s.views})
	}
}

func businessView(name, label string, rows int64, verified bool) *relation {
	return &relation{Name: name, Rows: rows, Verified: verified, Columns: []column{
		{"what", label, "", "string", dimension}, {"amount", "Amount", "in euros", "double", measure},
		{"count", "Count", "", "double", measure},
	}}
}
