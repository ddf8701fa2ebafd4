package emulator

// The projects of the seed, as numbers of their ids.
const (
	sales = iota + 1
	monthEnd
	operations
	ledger
	customers
	sizes
	sandbox
)

// The cubes of the seed, as numbers of their ids.
const (
	internetSales = iota + 1
	resellerSales
	closing
	shipments
	ledgerCube
	customerCube
	sizeCube
)

func projectID(n int) string { return seedID("54", n) }
func engineID(n int) string  { return seedID("55", n) }
func cubeID(n int) string    { return seedID("5c", n) }

// seedProjects has all of them published but the last two.
func (st *state) seedProjects() {
	for _, s := range []struct {
		n                                  int
		owner, name, caption, text, folder string
		exclusive                          bool
		shared                             []string // users and groups that may read and update
		cubes                              []cube
	}{
		{sales, "ada", "Sales Insights", "Sales Insights", "Daily revenue", "Finance", false, []string{personID("lin"), groupID(0)}, []cube{
			{ID: cubeID(internetSales), Name: "Internet Sales", Defined: []defined{{seedID("5b", 1), "By Month", []string{"month", "region"}}}},
			{ID: cubeID(resellerSales), Name: "Reseller Sales"}}},
		{monthEnd, "lin", "month_end", "Month End", "Close of books", "Finance", true, []string{personID("ada"), personID("paul"), groupID(0)},
			[]cube{{ID: cubeID(closing), Name: "Close"}}},
		{operations, "omar", "operations", "Operations Daily", "", "Operations", false, []string{groupID(1)},
			[]cube{{ID: cubeID(shipments), Name: "Shipments", Broken: "read tcp 10.0.0.7:443: i/o timeout"}}},
		{ledger, "paul", "legacy_ledger", "Legacy Ledger", "Ask Paul", "", true, []string{personID("kofi")},
			[]cube{{ID: cubeID(ledgerCube), Name: "Ledger"}}},
		{customers, "zoe", "customer_360", "Customer 360", "", "Platform", false, []string{groupID(2), groupID(3)},
			[]cube{{ID: cubeID(customerCube), Name: "Customers"}}},
		{sizes, "priya", `Größen & "Maße" / EMEA`, `Größen & "Maße" / EMEA`, "", "Platform", false, nil,
			[]cube{{ID: cubeID(sizeCube), Name: "Größen"}}},
		{sandbox, "ada", "Sandbox (ada)", "Sandbox (ada)", "", "", true, nil, nil},
	} {
		p := &project{ID: projectID(s.n), OrgID: Org, Name: s.name, Caption: s.caption, Description: s.text, Folder: s.folder,
			EnvID: production, Created: ago(300 - s.n).UnixMilli(), CreatedBy: personID(s.owner), Exclusive: s.exclusive,
			Cubes: s.cubes, Access: access{}}
		for _, id := range s.shared {
			p.Access[id] = []string{"project.read", "project.update"}
		}
		p.Access[p.CreatedBy] = []string{"project.read", "project.update", "project.delete"}
		for i := range p.Cubes {
			p.Cubes[i].Caption = p.Cubes[i].Name
			p.Cubes[i].grant(p.CreatedBy, s.shared)
		}
		st.projects.put(p.ID, p)
		if s.n < sizes {
			st.seedPublished(s.n, p)
		}
	}
	st.seedSnapshots()
}

// grant lets the owner do all and the others read and query.
func (k *cube) grant(owner string, others []string) {
	k.Design = access{owner: {"cube.read", "cube.update", "cube.delete"}}
	k.Runtime = access{owner: {"cube.query", "cube.ctas"}}
	for _, id := range others {
		k.Design[id], k.Runtime[id] = []string{"cube.read"}, []string{"cube.query"}
	}
}

func (st *state) seedPublished(n int, p *project) {
	p.EngineID = engineID(n)
	st.published.put(p.EngineID, &published{ID: p.EngineID, OrgID: Org, Name: p.Name, Caption: p.Caption, Linked: p.ID,
		Cubes: models(p.Cubes), XML: p.xml(), PublishedAt: ago(40 - n), PublishedBy: p.CreatedBy})
}

func (st *state) seedSnapshots() {
	for i, name := range []string{"before Q2", "geprüft: \"ok\""} {
		was := *st.projects.get(projectID(sales))
		was.Description, was.Cubes = "Weekly revenue", copyCubes(was.Cubes[:1])
		s := &snapshot{ID: seedID("5a", i+1), ProjectID: was.ID, Name: name, Created: ago(90 - i), CreatedBy: personID("ada"), Was: was}
		st.snapshots.put(s.ID, s)
	}
}
