package emulator

// seedTools makes what recipes and administrators use besides: tags, properties, tables, published endpoints, agents.
func (st *state) seedTools(o Options) {
	for _, t := range []tag{
		{Handle: "tag-Sd000001-aaAAaa", Title: "SOX", Description: "Auditors look at these", Color: "red"},
		{Handle: "tag-Sd000002-aaAAaa", Title: "Paul's / to move", Color: "orange"},
		{Handle: "tag-Sd000003-aaAAaa", Title: "unused", Color: "neutral"},
	} {
		t.CreatedAt = ago(150)
		st.tags.put(t.Handle, &t)
	}
	st.recipes.get(revenue).Tags = []string{"tag-Sd000001-aaAAaa"}
	st.recipes.get(legacyLedger).Tags = []string{"tag-Sd000001-aaAAaa", "tag-Sd000002-aaAAaa"}
	st.connections.get(opsConnection).Tags = []string{"tag-Sd000002-aaAAaa"}
	st.seedProperties(o)
	st.seedTables()
	st.seedPlatform()
	st.onPremGroups.put(9701, &onPremGroup{ID: 9701, Name: "Berlin / Keller", Logs: true, Config: 3,
		Addresses: []string{"192.0.2.0/24"}, CreatedAt: ago(600)})
	st.onPremGroups.put(9702, &onPremGroup{ID: 9702, Name: "Empty group", Config: 1, Addresses: []string{},
		CreatedAt: ago(100)})
	st.agents.put(9801, &onPremAgent{ID: 9801, Name: "ledger-host", OS: "windows", GroupID: 9701, Enabled: true})
	st.agents.put(9802, &onPremAgent{ID: 9802, Name: "paul's laptop", OS: "mac", GroupID: 9701, Awaiting: true})
	st.seedSimple()
	st.seedLifecycle(o)
}

func (st *state) seedProperties(o Options) {
	for _, p := range []property{
		{Environment: dev, Name: "ledger.host", Value: "ledger.example.com"},
		{Environment: dev, Name: "ledger.owner", Value: "paul@example.com"},
		{Environment: dev, Name: "mail \"from\"", Value: "Zoë <zoe@example.com>"},
		{Environment: dev, ProjectID: financeProject, Name: "closing.day", Value: "2"},
		{Environment: prod, Name: "ledger.host", Value: "ledger.prod.example.com"},
	} {
		if p.Environment == dev || !o.NoEnvironments {
			p.ID = string(p.Environment) + "/" + decimal(p.ProjectID) + "/" + p.Name
			st.properties.put(p.ID, &p)
		}
	}
}

func (st *state) seedTables() {
	accounts := &lookupTable{ID: 9101, Name: "Accounts", Environment: dev, ProjectID: financeProject,
		Columns:   []string{"number", "label"},
		CreatedAt: ago(300), UpdatedAt: ago(20)}
	for i, row := range [][2]string{{"1200", "Bank"}, {"1400", "Forderungen"}, {"4400", "Erlöse 19 %"}} {
		accounts.Rows.put(int64(9201+i), &lookupRow{int64(9201 + i), map[string]string{"number": row[0], "label": row[1]},
			ago(300), ago(300)})
	}
	st.tables.put(accounts.ID, accounts)
	st.tables.put(9102, &lookupTable{ID: 9102, Name: "Country / region", Environment: dev, Columns: []string{"code"},
		Rows: table[int64, lookupRow]{}, CreatedAt: ago(300), UpdatedAt: ago(300)})
}

func (st *state) seedPlatform() {
	st.collections.put(9301, &collection{ID: 9301, Name: "Ledger API", Environment: dev, ProjectID: ledgerProject,
		Version: "1.0", CreatedAt: ago(200), UpdatedAt: ago(200)})
	st.collections.put(9302, &collection{ID: 9302, Name: "Shared", Environment: dev, Version: "1.2", CreatedAt: ago(180),
		UpdatedAt: ago(180)})
	st.endpoints.put(9401, &endpoint{ID: 9401, CollectionID: 9301, RecipeID: legacyLedger, Name: "Export", Method: "GET",
		Path: "export", Active: true, CreatedAt: ago(200), UpdatedAt: ago(200)})
	st.endpoints.put(9402, &endpoint{ID: 9402, CollectionID: 9302, RecipeID: shipments, Name: "Delays", Method: "GET",
		Path: "delays", CreatedAt: ago(180), UpdatedAt: ago(180)})
	st.platformClients.put(9501, &platformClient{ID: 9501, Name: "Auditors' portal", Environment: dev,
		CollectionIDs: []int64{9301}, AuthType: "token", Settings: object{}, CreatedAt: ago(190), UpdatedAt: ago(190)})
	for i, name := range []string{"Auditor 2025", "Paul / private"} {
		k := &apiKey{ID: int64(9601 + i), ClientID: 9501, Name: name, AuthType: "token", Active: true, Since: ago(190),
			Allow: []string{}, Deny: []string{}, Refreshed: ago(190)}
		k.secret = "emulated-api-key-" + decimal(k.ID)
		st.keys.put(k.ID, k)
	}
}

func (st *state) seedSimple() {
	put := func(k recordKind, id int64, fields object, members ...int64) {
		k.table(st).put(id, &record{ID: id, Fields: fields, MemberIDs: members, CreatedAt: ago(90), UpdatedAt: ago(90)})
	}
	put(topics, 9901, object{"name": "ledger.posted", "schema": []any{object{"name": "amount", "type": "number"}}})
	put(iamUsers, 9911, object{"email": "customer@example.net", "name": "A customer"})
	put(iamGroups, 9921, object{"name": "Customers"}, 9911)
	put(iamLinks, 9931, object{"name": "Order form"})
	put(bundles, 9941, object{"name": "Partners 2026"})
}

// seedLifecycle makes a manifest that was exported long ago, a build, and two deployments, one of which failed.
func (st *state) seedLifecycle(o Options) {
	st.manifests.put(9951, &manifest{ID: 9951, Name: "Operations backup", Status: "working", FolderID: 1102,
		Assets: []asset{{inventory, "recipe"}, {opsConnection, "connection"}}, CreatedAt: ago(40), UpdatedAt: ago(40),
		ExportedAt: ago(30)})
	admin := st.clients.get(AdminClientID)
	st.packs.put(9961, &pack{ID: 9961, Operation: "export", Status: completed, ManifestID: 9951, FolderID: 1102,
		StartedAt: ago(30), by: admin,
		data: emptyZip})
	if o.NoEnvironments {
		return
	}
	st.builds.put(9971, &build{ID: 9971, State: "success", ProjectID: financeProject, Description: "Q1",
		By: "Priya Nair", CreatedAt: ago(25), UpdatedAt: ago(25), data: emptyZip})
	st.deployments.put(9981, &deployment{ID: 9981, State: "success", BuildID: 9971, ProjectID: financeProject,
		Environment: test, By: "Priya Nair", CreatedAt: ago(25), UpdatedAt: ago(25), by: admin})
	st.deployments.put(9982, &deployment{ID: 9982, State: failed, BuildID: 9971, ProjectID: financeProject,
		Environment: prod, By: "Paul Weber", CreatedAt: ago(24), UpdatedAt: ago(24), by: admin})
}

// emptyZip is the end of an archive in which nothing is.
var emptyZip = append([]byte("PK\x05\x06"), make([]byte, 18)...)
