package emulator

import (
	"fmt"
	"strings"
	"time"
)

const (
	revenueReconciliation = "66e4053b3c15317e1a4d0001"
	monthEndClose         = "66e4053b3c15317e1a4d0002"
	expenseAudit          = "66e4053b3c15317e1a4d0003"
	cashForecast          = "66e4053b3c15317e1a4d0004"
	vendorScorecard       = "66e4053b3c15317e1a4d0005"
	inventorySnapshot     = "66e4053b3c15317e1a4d0006"
	shipmentDelays        = "66e4053b3c15317e1a4d0007"
	customerDedup         = "66e4053b3c15317e1a4d0008"
	addressCheck          = "66e4053b3c15317e1a4d0009"
	boardPack             = "66e4053b3c15317e1a4d000a"
	legacyLedger          = "66e4053b3c15317e1a4d000b"
	headcountReport       = "66e4053b3c15317e1a4d000c"

	auditWeekly     = "67f5164c3c15317e1a4e0001" // runs with a credential that is shared with Ada alone
	monthEndMonthly = "67f5164c3c15317e1a4e0002"
	revenueDaily    = "67f5164c3c15317e1a4e0003"
	inventoryHourly = "67f5164c3c15317e1a4e0005"
)

func (st *state) seedWorkflows(who map[string]string) {
	period := []question{
		{"Period", "TextBox", "Which month to close, as yyyy-mm.", "2026-05", false, []keyValue{}},
		{"Entity", "DropDown", "Which company.", "DE", false, []keyValue{{"DE", "Germany"}, {"FR", "France"}}},
	}
	for _, w := range []struct {
		id, name, owner, kind string
		versions              int
		more                  func(*workflow)
	}{
		{revenueReconciliation, "Revenue Reconciliation", "ada", "Module", 1, func(w *workflow) {
			w.DataConnectionIDs = idSet{financeWarehouse}
		}},
		{monthEndClose, "Month End Close", "ada", "App", 2, func(w *workflow) { w.Questions = period }},
		{expenseAudit, "Expense Audit", "ada", "Module", 1, func(w *workflow) { w.DCMConnectionIDs = idSet{ledgerDCM} }},
		{cashForecast, "Cash Forecast", "lin", "Module", 1, nil},
		{vendorScorecard, "Vendor Scorecard", "lin", "App", 1, func(w *workflow) { w.Questions = period[1:] }},
		{inventorySnapshot, "Inventory Snapshot", "omar", "Module", 1, func(w *workflow) {
			w.DataConnectionIDs = idSet{opsWarehouse}
		}},
		{shipmentDelays, "Shipment Delays", "omar", "Module", 2, nil},
		{customerDedup, "Customer Dedup", "priya", "Module", 1, func(w *workflow) {
			w.IsReadyForMigration, w.DataConnectionIDs = true, idSet{customerLake}
		}},
		{addressCheck, "Address Check", "zoe", "Macro", 1, nil},
		{boardPack, "Board Pack", "grace", "App", 1, func(w *workflow) { w.IsPublic, w.Questions = true, period[:1] }},
		{legacyLedger, "Legacy Ledger Export", "paul", "Module", 1, func(w *workflow) {
			w.DataConnectionIDs = idSet{ledgerArchive}
		}},
		{headcountReport, "Headcount Report", "zoe", "Module", 1, func(w *workflow) { w.IsReadyForMigration = true }},
	} {
		row := &workflow{ID: w.id, SourceAppID: partOf(w.id, 15), Name: w.name, OwnerID: who[w.owner], DateCreated: ago(400),
			RunCount: 20, DistrictTags: []string{}, OthersMayDownload: true, OthersCanViewHistory: true, OthersCanExecute: true,
			ExecutionMode: "Safe", PackageWorkflowType: w.kind}
		for n := 1; n <= w.versions; n++ {
			row.Versions = append(row.Versions, version{VersionID: partOf(w.id, n), VersionNumber: n,
				DateCreated: ago(400 - 100*n), UploadDate: ago(400 - 100*n), UploadSource: "Designer", PackageWorkflowType: w.kind,
				ExecutionMode: "Safe", WorkflowCredentialType: "Default", OthersMayDownload: true, OthersCanViewHistory: true,
				FileName: strings.ReplaceAll(w.name, " ", "_") + packageSuffix})
		}
		row.publish(partOf(w.id, w.versions))
		if w.more != nil {
			w.more(row)
		}
		st.workflows.put(row.ID, row)
	}
}

// partOf makes the ids of a seeded workflow's versions, and with 15 that of its source.
func partOf(workflowID string, n int) string {
	return fmt.Sprintf("%s%x%s", workflowID[:20], n, workflowID[21:])
}

func (st *state) seedSchedules(who map[string]string) {
	start := time.Date(2026, 1, 5, 6, 30, 0, 0, time.UTC) // a Monday
	for _, s := range []schedule{
		{ID: auditWeekly, Name: "Expense Audit, Mondays", WorkflowID: expenseAudit, OwnerID: who["ada"],
			CredentialID: auditCredential,
			Iteration:    iteration{Type: "Weekly", Weekly: &weekly{[]string{"Monday"}}}},
		{ID: monthEndMonthly, Name: "Month End, second workday", WorkflowID: monthEndClose, OwnerID: who["ada"],
			Questions: []appValue{{"Entity", "DE"}},
			Iteration: iteration{Type: "Monthly", Monthly: &monthly{Simple: true, DayOfMonth: 2}}},
		{ID: revenueDaily, Name: "Revenue, workdays", WorkflowID: revenueReconciliation, OwnerID: who["ada"],
			Iteration: iteration{Type: "Daily", Daily: &daily{OnlyWorkWeek: true}}},
		{ID: "67f5164c3c15317e1a4e0004", Name: "Cash Forecast, Fridays", WorkflowID: cashForecast, OwnerID: who["lin"],
			CredentialID: financeCredential,
			Iteration:    iteration{Type: "Weekly", Weekly: &weekly{[]string{"Friday"}}}},
		{ID: inventoryHourly, Name: "Inventory, hourly", WorkflowID: inventorySnapshot, OwnerID: who["omar"],
			CredentialID: opsCredential, Iteration: iteration{Type: "Hourly", Hourly: &hourly{Hours: 1}}},
		{ID: "67f5164c3c15317e1a4e0006", Name: "Dedup, nightly", WorkflowID: customerDedup, OwnerID: who["priya"],
			CredentialID: platformCredential, Priority: "High",
			Iteration: iteration{Type: "Cron", Cron: &cron{"15 2 * * 1-5"}}},
		{ID: "67f5164c3c15317e1a4e0007", Name: "Headcount, quarterly", WorkflowID: headcountReport, OwnerID: who["zoe"],
			Iteration: iteration{Type: "Custom", Custom: &custom{[]int{1, 15}, []int{1, 4, 7, 10}}}},
		{ID: "67f5164c3c15317e1a4e0008", Name: "Ledger Export, once", WorkflowID: legacyLedger, OwnerID: who["paul"],
			Iteration: iteration{Type: "Once"}},
	} {
		s.Iteration.StartTime, s.Created, s.Modified, s.ModifiedBy = start, ago(150), ago(150), s.OwnerID
		s.Enabled, s.TimeZone, s.LastRun, s.RunCount = s.Iteration.Type != "Once", "UTC", ago(1), 12
		if s.Priority == "" {
			s.Priority = "Default"
		}
		if s.Questions == nil {
			s.Questions = []appValue{}
		}
		st.schedules.put(s.ID, &s)
	}
}

// seedJobs makes a history, the oldest first. The two that are not finished wait for a poll or a cancellation.
func (st *state) seedJobs(who map[string]string) {
	for i, j := range []struct {
		workflow, by, status, disposition, priority string
	}{
		{legacyLedger, "paul", completed, "Success", "Default"},
		{monthEndClose, "ada", completed, "Success", "High"},
		{revenueReconciliation, "ada", completed, "Success", "Default"},
		{expenseAudit, "ada", completed, "Warning", "Default"},
		{cashForecast, "lin", completed, "Success", "Default"},
		{inventorySnapshot, "omar", completed, "Error", "Default"},
		{inventorySnapshot, "omar", completed, "Success", "Default"},
		{shipmentDelays, "omar", cancelled, "", "Low"},
		{customerDedup, "priya", completed, "Success", "High"},
		{boardPack, "api-runner", completed, "Success", "Critical"},
		{customerDedup, "priya", running, "", "High"},
		{inventorySnapshot, "omar", queued, "", "Default"},
	} {
		at := ago(0).Add(time.Duration(i-12) * time.Hour)
		row := &job{ID: fmt.Sprintf("6917386e3c15317e1a50%04x", i+1), WorkflowID: j.workflow, OwnerID: who[j.by], Created: at,
			Status: j.status, Disposition: j.disposition, Priority: j.priority, Stuck: true}
		if j.status != queued {
			row.Started = at.Add(time.Minute)
		}
		if !row.unfinished() {
			row.Finished = at.Add(4 * time.Minute)
		}
		switch j.disposition {
		case "Success", "Warning":
			row.Messages = []jobMessage{{Status: 1, Text: "1203 records were written.", ToolID: 7}}
			row.Outputs = []output{{outputID(row.ID), []string{"Raw", "Csv"}, "result.csv"}}
		case "Error":
			row.Messages = []jobMessage{{Status: 3, Text: "The connection was closed by the other side.", ToolID: 2}}
		}
		st.jobs.put(row.ID, row)
	}
}
