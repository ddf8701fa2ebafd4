package emulator

import "fmt"

// Ids of connections of the seed. The one of the archive has outlived its password.
const (
	FinanceWarehouse = 7001
	OpsWarehouse     = 7002
	CustomerLake     = 7003
	LedgerArchive    = 7004
	AdaSandbox       = 7005
	PaulExport       = 7006
	GlobalRates      = 7007
)

func (s *space) seedAsset(name, owner string, shares ...share) asset {
	a := asset{WorkspaceID: s.WorkspaceID, Name: name, OwnerID: PersonID(owner), UpdatedBy: PersonID(owner),
		Shares: []share{}, times: made(ago(200))}
	for _, sh := range shares {
		sh.times = made(ago(150))
		a.share(sh)
	}
	return a
}

// with shares something with a person, to read; to edit it by editors.
func with(name, policy string) share {
	return share{Kind: toPerson, SubjectID: PersonID(name), Role: "readOnly", Policy: policy}
}

func editors(name, policy string) share {
	return share{Kind: toPerson, SubjectID: PersonID(name), Role: "collaborator", Policy: policy}
}

func withGroup(id int64, policy string) share {
	return share{Kind: toGroup, SubjectID: id, Role: "readOnly", Policy: policy}
}

func (s *space) seedConnections() {
	for _, k := range []connection{
		{ID: FinanceWarehouse, asset: s.seedAsset("Finance Warehouse", "grace", with("ada", "connection_viewer"),
			withGroup(AnalystsGroup, "connection_viewer")), Vendor: "snowflake", Host: "finance.example.com", Port: 443},
		{ID: OpsWarehouse, asset: s.seedAsset("Operations / Warehouse", "omar", withGroup(OperationsGroup, "connection_viewer"),
			editors("paul", "connection_editor")), Vendor: "sqlserver", Host: "ops.example.com", Port: 1433},
		{ID: CustomerLake, asset: s.seedAsset("Customer Lake", "priya", with("zoe", "connection_viewer")), Vendor: "databricks",
			Host: "lake.example.com", Port: 443},
		{ID: LedgerArchive, asset: s.seedAsset("Ledger Archive", "paul", with("ada", "connection_viewer")), Vendor: "oracle",
			Host: "archive.example.com", Port: 1521, Broken: true},
		{ID: AdaSandbox, asset: s.seedAsset(`Ada's "Spielwiese"`, "ada"), Vendor: "postgres", Host: "play.example.com", Port: 5432},
		{ID: PaulExport, asset: s.seedAsset("Paul: Export → SFTP", "paul", withGroup(OperationsGroup, "connection_viewer")),
			Vendor: "sftp", Type: "remotefile", Host: "sftp.example.com", Port: 22},
		{ID: GlobalRates, asset: s.seedAsset("FX rates", "grace"), Vendor: "ecb", Type: "rest", CredentialType: "noAuth",
			Host: "rates.example.com", Port: 443, IsGlobal: true},
	} {
		k.UUID, k.VendorName, k.SSL, k.CredentialsShared = newUUID(k.ID), k.Vendor, true, true
		k.Params, k.Credentials = object{"connectStrOpts": ""}, []object{}
		if k.Type == "" {
			k.Type = "jdbc"
		}
		if k.CredentialType == "" {
			k.CredentialType = "basic"
			k.Credentials = []object{{"username": "svc_" + k.Vendor, "password": "emulated-password-1"}}
		}
		s.connections.put(k.ID, &k)
	}
}

// Ids of flows of the seed.
const (
	MonthEndFlow    = 3001
	LedgerFlow      = 3002
	BoardPackFlow   = 3004
	LegacyFlow      = 3006
	BrokenFlow      = 3007
	LargeFlow       = 9007199254740993 // beyond what a float holds
	financeFolder   = 311
	paulsFolder     = 312
	firstRegionFlow = 3010
)

// seedFlows makes as many as a full page has.
func (s *space) seedFlows() {
	for _, f := range []folder{
		{ID: financeFolder, Name: "Finance", OwnerID: PersonID("grace")},
		{ID: paulsFolder, Name: `Paul's "Ablage" / alt`, OwnerID: PersonID("paul")},
	} {
		f.WorkspaceID, f.UpdatedBy, f.times = s.WorkspaceID, f.OwnerID, made(ago(500))
		s.folders.put(f.ID, &f)
	}
	list := []flow{
		{ID: MonthEndFlow, FolderID: financeFolder, asset: s.seedAsset("Month End Close", "ada",
			editors("lin", "flow_editor"), with("maria", "flow_viewer"))},
		{ID: LedgerFlow, FolderID: financeFolder, asset: s.seedAsset("Ledger / Reconciliation", "ada",
			editors("paul", "flow_editor"))},
		{ID: 3003, asset: s.seedAsset("Ada's scratch", "ada")},
		{ID: BoardPackFlow, FolderID: financeFolder, asset: s.seedAsset(`Board Pack "Q2"`, "lin",
			with("grace", "flow_viewer"), withGroup(ViewersGroup, "flow_viewer"))},
		{ID: 3005, asset: s.seedAsset("Umsätze München", "lin")},
		{ID: LegacyFlow, FolderID: paulsFolder, asset: s.seedAsset("Legacy Ledger", "paul",
			with("ada", "flow_viewer"))},
		{ID: BrokenFlow, FolderID: paulsFolder, asset: s.seedAsset("Übergabe: Paul's export", "paul"), Fails: true},
		{ID: 3008, asset: s.seedAsset("Inventory Snapshot", "omar", withGroup(OperationsGroup, "flow_viewer"))},
		{ID: 3009, asset: s.seedAsset("Address Check 日本", "zoe", with("priya", "flow_viewer"))},
		{ID: LargeFlow, asset: s.seedAsset("Customer Dedup", "priya", withGroup(StewardsGroup, "flow_viewer"))},
	}
	for i := range usualLimit - len(list) {
		list = append(list, flow{ID: int64(firstRegionFlow + i), asset: s.seedAsset(fmt.Sprintf("Region %02d load", i+1), "api-runner")})
	}
	for i, f := range list {
		f.Settings, f.Recipes = object{}, []recipe{{int64(40001 + 10*i), f.Name}}
		if f.ID == MonthEndFlow {
			f.Recipes = append(f.Recipes, recipe{int64(40002 + 10*i), "Month End checks"})
		}
		s.flows.put(f.ID, &f)
	}
}

// Ids of plans of the seed.
const (
	MonthEndPlan  = 2001
	BoardPackPlan = 2002
	LegacyPlan    = 2003 // of paul, still scheduled
	BrokenPlan    = 2004 // of paul, fails
	RegionPlan    = 2005
	DanglingPlan  = 2006 // one of its flows is gone
	HangingPlan   = 2007 // does not end by itself
)

func (s *space) seedPlans() {
	for _, p := range []plan{
		{ID: MonthEndPlan, asset: s.seedAsset("Month End", "ada", editors("lin", "plan_editor"), with("grace", "plan_viewer")),
			Nodes: []node{{21001, "Close", MonthEndFlow}, {21002, "Reconcile", LedgerFlow}}},
		{ID: BoardPackPlan, asset: s.seedAsset(`Board Pack "Q2" / weekly`, "lin", with("ada", "plan_viewer")),
			Nodes: []node{{21003, "Pack", BoardPackFlow}}},
		{ID: LegacyPlan, asset: s.seedAsset("Legacy Ledger, täglich", "paul", with("ada", "plan_viewer")),
			Nodes: []node{{21004, "Ledger", LegacyFlow}}},
		{ID: BrokenPlan, asset: s.seedAsset("Paul: nightly export", "paul"), Nodes: []node{{21005, "Export", BrokenFlow}}},
		{ID: RegionPlan, asset: s.seedAsset("Regional loads", "api-runner"),
			Nodes: []node{{21006, "Region 01", firstRegionFlow}, {21007, "Region 02", firstRegionFlow + 1}}},
		{ID: DanglingPlan, asset: s.seedAsset("Old shipments", "omar"), Nodes: []node{{21008, "Shipments", 2999}}},
		{ID: HangingPlan, asset: s.seedAsset("Dedup everything", "priya"), Nodes: []node{{21009, "Dedup", LargeFlow}}, Hangs: true},
	} {
		p.Notifications = p.ID%2 == 1
		s.plans.put(p.ID, &p)
	}
}

// Ids of the cloud-native workflows of the seed.
var (
	ChurnWorkflow  = gid("01J", 9001)
	ExportWorkflow = gid("01J", 9002) // of paul
)

func (s *space) seedWorkflows() {
	for _, w := range []workflow{
		{ID: ChurnWorkflow, asset: s.seedAsset("Churn / scoring", "zoe", with("ada", "execute read"))},
		{ID: ExportWorkflow, asset: s.seedAsset("Export für Prüfer", "paul"), Fails: true},
		{ID: gid("01J", 9003), asset: s.seedAsset("Ledger preview", "ada")},
	} {
		s.workflows.put(w.ID, &w)
	}
}
