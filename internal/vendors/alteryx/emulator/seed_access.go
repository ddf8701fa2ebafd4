package emulator

const (
	financeAnalysts = "62a0c1f73c15317e1a490001"
	financeViewers  = "62a0c1f73c15317e1a490002"
	dataStewards    = "62a0c1f73c15317e1a490003"
	operationsGroup = "62a0c1f73c15317e1a490004"
	newStarters     = "62a0c1f73c15317e1a490005"

	auditCredential    = "64c2e3193c15317e1a4b0001"
	financeCredential  = "64c2e3193c15317e1a4b0002"
	opsCredential      = "64c2e3193c15317e1a4b0003"
	platformCredential = "64c2e3193c15317e1a4b0004"

	financeWarehouse = "6806275d3c15317e1a4f0001"
	opsWarehouse     = "6806275d3c15317e1a4f0002"
	customerLake     = "6806275d3c15317e1a4f0003"
	ledgerArchive    = "6806275d3c15317e1a4f0004"
)

// ids looks people up by their addresses.
func ids(who map[string]string, addresses ...string) idSet {
	out := idSet{}
	for _, a := range addresses {
		out.add(who[a])
	}
	return out
}

func (st *state) seedGroups(who map[string]string) {
	for _, g := range []struct {
		id, name string
		role     role
		members  []string
	}{
		{financeAnalysts, "Finance Analysts", artisan, []string{"ada", "lin", "nia"}},
		{financeViewers, "Finance Viewers", viewer, []string{"hana", "ben", "maria"}},
		{dataStewards, "Data Stewards", artisan, []string{"ada", "priya", "zoe"}},
		{operationsGroup, "Operations", member, []string{"omar", "sean", "erik", "ines"}},
		{newStarters, "New Starters", noAccess, nil},
	} {
		row := &group{ID: g.id, Name: g.name, Role: g.role, DateAdded: ago(800), Members: []groupMember{}}
		for _, m := range g.members {
			row.add(groupMember{UserID: who[m], DateAdded: ago(200), AddedBy: who["grace"]})
		}
		st.groups.put(row.ID, row)
	}
}

// seedShares makes studios, credentials and data connections.
func (st *state) seedShares(who map[string]string) {
	for _, s := range []subscription{
		{ID: financeStudio, Name: "Finance Studio", CredentialID: financeCredential, CanShareSchedules: true},
		{ID: operationsStudio, Name: "Operations Studio", CanShareSchedules: true},
		{ID: platformStudio, Name: "Platform Studio"},
	} {
		s.APIKey, s.APISecret = "emulated-studio-key-"+s.ID, "emulated-studio-secret-"+s.ID
		st.subscriptions.put(s.ID, &s)
	}
	none := idSet{}
	for _, k := range []credential{
		{ID: auditCredential, UserName: `EXAMPLE\svc-audit`, sharing: sharing{ids(who, "ada"), none}},
		{ID: financeCredential, UserName: `EXAMPLE\svc-finance`, sharing: sharing{none, idSet{financeAnalysts}}},
		{ID: opsCredential, UserName: `EXAMPLE\svc-ops`, sharing: sharing{ids(who, "omar"), idSet{operationsGroup}}},
		{ID: platformCredential, UserName: `EXAMPLE\svc-platform`, sharing: sharing{ids(who, "priya", "zoe"), none}},
	} {
		k.Password, k.CreatedBy, k.LastUpdated = "emulated-password-1", who["grace"], ago(120)
		st.credentials.put(k.ID, &k)
	}
	for _, d := range []dataConnection{
		{ID: financeWarehouse, Name: "Finance Warehouse", Type: "Odbc",
			String:  "odbc:DRIVER={SQL Server};SERVER=finance.example.com;UID=reader;PWD=not-a-real-password",
			sharing: sharing{ids(who, "ada"), none}},
		{ID: opsWarehouse, Name: "Operations Warehouse", Type: "Odbc",
			String:  "odbc:DRIVER={SQL Server};SERVER=ops.example.com;UID=reader;PWD=not-a-real-password",
			sharing: sharing{ids(who, "omar", "paul"), idSet{operationsGroup}}},
		{ID: customerLake, Name: "Customer Lake", Type: "SimbaSpark",
			String:  "odbc:DRIVER={Simba};HOST=lake.example.com;UID=token;PWD=not-a-real-token",
			sharing: sharing{ids(who, "priya", "zoe"), idSet{dataStewards}}},
		{ID: ledgerArchive, Name: "Ledger Archive", Type: "Oci",
			String:  "oci:archive.example.com|UID=ledger|PWD=not-a-real-password",
			sharing: sharing{ids(who, "paul"), none}},
	} {
		st.dataConnections.put(d.ID, &d)
	}
}

func (st *state) seedCollections(who map[string]string) {
	all := permissions{IsAdmin: true, CanAddAssets: true, CanRemoveAssets: true, CanUpdateAssets: true, CanAddUsers: true,
		CanRemoveUsers: true}
	for _, col := range []collection{
		{ID: "63b1d2083c15317e1a4a0001", Name: "Month End", OwnerID: who["ada"],
			WorkflowIDs: idSet{monthEndClose}, ScheduleIDs: idSet{monthEndMonthly},
			UserGroups: map[string]grant{financeViewers: {}}},
		{ID: "63b1d2083c15317e1a4a0002", Name: "Finance Reports", OwnerID: who["grace"],
			WorkflowIDs: idSet{boardPack}, Users: map[string]grant{who["ada"]: {Permissions: all}, who["maria"]: {}},
			UserGroups: map[string]grant{financeViewers: {}}},
		{ID: "63b1d2083c15317e1a4a0003", Name: "Operations Daily", OwnerID: who["omar"],
			WorkflowIDs: idSet{inventorySnapshot, shipmentDelays}, ScheduleIDs: idSet{inventoryHourly},
			Users: map[string]grant{who["sean"]: {Permissions: permissions{CanAddAssets: true}}}},
		{ID: "63b1d2083c15317e1a4a0004", Name: "Data Quality", OwnerID: who["priya"],
			WorkflowIDs: idSet{customerDedup, addressCheck},
			Users:       map[string]grant{who["kofi"]: {Expires: ago(30)}}, UserGroups: map[string]grant{dataStewards: {}}},
		{ID: "63b1d2083c15317e1a4a0005", Name: "Ledger Archive", OwnerID: who["paul"],
			WorkflowIDs: idSet{legacyLedger}},
	} {
		col.DateAdded = ago(300)
		if col.Users == nil {
			col.Users = map[string]grant{}
		}
		if col.UserGroups == nil {
			col.UserGroups = map[string]grant{}
		}
		st.collections.put(col.ID, &col)
	}
}

const (
	ledgerDCM = "7b0c9a10-3c15-4317-8e1a-510000000001"
	opsDCM    = "7b0c9a10-3c15-4317-8e1a-510000000002"
	crmDCM    = "7b0c9a10-3c15-4317-8e1a-510000000003"
)

// seedDCM gives each connection a data source and a credential of its own, with ids that differ in the third group.
func (st *state) seedDCM(who map[string]string) {
	part := func(id, group string) string { return id[:14] + group + id[18:] }
	for _, d := range []struct {
		id, owner, name, kind, host, user string
		execution                         sharing
	}{
		{ledgerDCM, "ada", "Ledger Snowflake", "snowflake-odbc", "ledger.example.com", "LEDGER_READER",
			sharing{ids(who, "lin"), idSet{}}},
		{opsDCM, "omar", "Operations SQL", "mssql-odbc", "ops.example.com", "ops_reader",
			sharing{idSet{}, idSet{operationsGroup}}},
		{crmDCM, "priya", "CRM API", "crm-api", "crm.example.com", "crm-bot", sharing{}},
	} {
		source, key := part(d.id, "4318"), part(d.id, "4319")
		st.dcmSources.put(source, &dcmSource{ID: source, Name: d.name + " host", SchemaName: d.kind, Host: d.host,
			Parameters: map[string]any{}})
		st.dcmCredentials.put(key, &dcmCredential{ID: key, Name: d.name + " login", SchemaName: "username-password",
			UserName: d.user, Parameters: map[string]any{}, Secrets: map[string]dcmSecret{"password": {
				Value: &secretText{"emulated-dcm-password-1"}, ExpiresOn: ago(-180), Parameters: map[string]any{}}}})
		st.dcmConnections.put(d.id, &dcmConnection{ID: d.id, ConnectionID: workflowSideID(d.id), OwnerID: who[d.owner],
			Name: d.name, SchemaName: d.kind + "-login", Parameters: map[string]any{}, SourceID: source,
			CredentialIDs: map[string]string{"login": key}, Execution: d.execution, CreatedOn: ago(250), ChangedOn: ago(90)})
	}
	for i, r := range [][2]string{{opsDCM, ledgerDCM}, {crmDCM, opsDCM}} {
		id := part(ledgerDCM, "4320")[:35] + string(rune('1'+i))
		from, to := st.dcmConnections.get(r[0]), st.dcmConnections.get(r[1])
		st.dcmRules.put(id, &dcmRule{ID: id, CreatedBy: who["grace"], CreatedOn: ago(60), ChangedOn: ago(60),
			SourceID: from.ConnectionID, SourceTitle: from.Name, TargetID: to.ConnectionID, TargetTitle: to.Name})
	}
}

// workflowSideID is the id by which workflows know a seeded DCM connection.
func workflowSideID(id string) string { return "c0" + id[2:] }
