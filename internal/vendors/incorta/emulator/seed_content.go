package emulator

import (
	"fmt"
	"time"
)

// FinancePlan loads in the order in which its schemas depend on each other. FailingPlan always fails, by its last group.
// AwkwardPlan has a name with everything in it.
const (
	FinancePlan = "Nightly finance"
	FailingPlan = "Weekly operations"
	AwkwardPlan = `Zoë's "full" load / Kunden`
)

func (st *state) seedPlans() {
	for _, p := range []plan{
		{Name: FinancePlan, Schedule: "daily 02:00", Source: "INCREMENTAL", ownership: ownedBy(at("ada")),
			Groups: [][]string{{"Ledger", "Procurement"}, {"FinanceMart"}, {"BoardPack"}}},
		{Name: FailingPlan, Schedule: "weekly Sunday 04:00", Source: "FULL", ownership: ownedBy(at("paul")),
			Groups: [][]string{{"Shipments", "Warehouse"}, {FailingSchema}}},
		{Name: AwkwardPlan, Source: "FULL", ownership: ownedBy(at("zoe")),
			Groups: [][]string{{EmptySourceSchema}, {DependentSchema}}},
		{Name: "Telemetry", Schedule: "hourly", Source: "INCREMENTAL", ownership: ownedBy(at("priya")),
			Groups: [][]string{{SlowSchema}}},
	} {
		st.plans = append(st.plans, &p)
	}
	st.seedExecutions()
}

// seedExecutions says that the loads of the last night were those of two plans: one that went well, and one that failed.
func (st *state) seedExecutions() {
	for i, name := range []string{FinancePlan, FailingPlan} {
		p := first(st.plans, func(p *plan) bool { return p.Name == name })
		e := &execution{ID: int64(i + 1), Plan: p.Name, Source: p.Source, By: p.Owner, Groups: p.from(1), Now: len(p.Groups) - 1}
		for _, g := range e.Groups {
			for _, s := range g.Schemas {
				l := st.lastLoad(s)
				l.Execution, l.Source, l.By = e.ID, e.Source, e.By
				if e.Asked.IsZero() {
					e.Asked = l.Asked
				}
			}
		}
		st.executions = append(st.executions, e)
	}
}

// FarFolder has an id that floats cannot tell from its neighbours. ArchiveFolder holds exactly as many dashboards as
// the catalog answers if no limit is given.
const (
	FinanceFolder = 11
	ArchiveFolder = 14
	FarFolder     = 1<<53 + 1
)

// The dashboards that tests use.
var (
	KPIDashboard     = guid(1, 1) // in the root, Grace's
	RevenueDashboard = guid(1, 2) // in Finance, Ada's
	StockDashboard   = guid(1, 6) // in Operations, Paul's
)

func (st *state) seedCatalog() {
	for i, f := range []struct {
		id            int64
		name          string
		in            int64
		owner         string
		users, groups map[string]access
	}{
		{FinanceFolder, "Finance", root, "ada", nil, map[string]access{"Finance Makers": edit, "Analysts": view}},
		{12, "Operations", root, "omar", map[string]access{at("paul"): edit}, map[string]access{"Operations Makers": edit}},
		{13, `Q1/Q2 "Board" – Übersicht`, root, "grace", map[string]access{at("lin"): view}, nil},
		{ArchiveFolder, "Archive", root, "paul", map[string]access{at("omar"): view}, nil},
		{15, "Month end", FinanceFolder, "lin", nil, nil},
		{FarFolder, "Imported before the move", root, "paul", nil, nil},
	} {
		st.folders = append(st.folders, &folder{ID: f.id, Name: f.name, Parent: f.in, Created: st.ago(700 - 10*i),
			Modified: st.ago(60 - 7*i), ownership: ownership{at(f.owner), clone(f.users), clone(f.groups)}})
	}
	for _, d := range []struct {
		name, owner string
		in          int64
		view        string
		users       map[string]access
	}{
		{"Company KPIs", "grace", root, "BoardViews.KeyFigures", map[string]access{at("ada"): view, at("paul"): view}},
		{"Revenue", "ada", FinanceFolder, "FinanceViews.RevenueByMonth", map[string]access{at("grace"): edit}},
		{"Cash – prévision", "ada", FinanceFolder, "FinanceViews.RevenueByMonth", nil},
		{"Spend / supplier", "lin", 15, "FinanceViews.SpendBySupplier", map[string]access{at("ada"): share}},
		{"Delays", "omar", 12, "OpsViews.DelaysByCarrier", nil},
		{"Stock levels", "paul", 12, "OpsViews.StockByLocation", map[string]access{at("lin"): view}},
		{`Customer "360" – Zoë's view`, "zoe", root, "CustomerViews.ByCity", nil},
		{"Board pack", "grace", 13, "BoardViews.KeyFigures", nil},
		{"Old contacts", "paul", FarFolder, "LegacyViews.OldContacts", nil},
	} {
		st.addDashboard(d.name, d.owner, d.in, d.view, d.users)
	}
	for i := range usualLimit {
		st.addDashboard(fmt.Sprintf("Snapshot %03d", i+1), "paul", ArchiveFolder, "LegacyViews.OldContacts", nil)
	}
}

func (st *state) addDashboard(name, owner string, in int64, of string, users map[string]access) {
	n := len(st.dashboards) + 1
	st.dashboards = append(st.dashboards, &dashboard{ID: int64(n), GUID: guid(1, n), Name: name, Folder: in,
		Created: st.ago(400 - n%300), Modified: st.ago(30 - n%30), ownership: ownership{at(owner), clone(users), clone(nil)},
		Insights: []insight{{GUID: InsightOf(guid(1, n)), Name: name, View: of}}})
}

// InsightOf is the id of the only insight of a seeded dashboard.
func InsightOf(dashboard string) string { return dashboard[:9] + "0002" + dashboard[13:] }

// seedReports makes what is mailed regularly, to people who have left as well.
func (st *state) seedReports() {
	for i, r := range []report{
		{Dashboard: RevenueDashboard, ownership: ownedBy(at("ada")), Subject: "Revenue", Format: "PDF", Schedule: "daily 07:00",
			To: []string{at("grace"), "auditor@example.org"}, Status: succeeded},
		{Dashboard: StockDashboard, ownership: ownedBy(at("paul")), Subject: "Stock levels", Format: "XLSX",
			Schedule: "weekly Monday 06:00", To: []string{at("paul"), "Operations Makers"}, Status: failed,
			Message: "INC_" + codeInternal + ": The mail server refused the recipient paul@example.com"},
		{Dashboard: KPIDashboard, ownership: ownedBy(at("lin")), Subject: "KPIs – Übersicht", Format: "HTML",
			Schedule: "monthly 1st 05:00", To: []string{"board@example.com"}, Status: succeeded},
	} {
		r.ID, r.Sent = int64(i+1), st.today.Add(-time.Duration(i+1)*time.Hour)
		st.reports = append(st.reports, &r)
	}
}

// seedExternal makes one external schema that is not empty.
func (st *state) seedExternal() {
	st.external = []*externalSchema{{Name: "ops_export", Tables: []*externalTable{
		{Name: "delays", Source: "OpsViews.DelaysByCarrier", Rows: 60}}}}
	st.files["ops_export.delays"] = true
}
