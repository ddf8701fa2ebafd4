package emulator

import (
	"fmt"
	"time"
)

// The seed is a small company, the same in every run: who works there is in seedpeople.go, what they own in the files
// beside it.

const (
	labOrg        = "50a7e100-0000-4000-8000-0000000000ff"
	defaultEngine = "57a7e100-0000-4000-8000-000000000001"
	production    = "58a7e100-0000-4000-8000-000000000001"

	financeConnection    = "finance-warehouse"
	operationsConnection = "operations-warehouse"
)

// ago is a moment so many days before the company's today.
func ago(days int) time.Time { return time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, -days) }

// seedID makes the nth id of a kind; kinds are two hexadecimal digits.
func seedID(kind string, n int) string { return fmt.Sprintf("%sa7e100-0000-4000-8000-%012x", kind, n) }

func (st *state) seed(o Options) {
	st.orgs.put(Org, &org{ID: Org, Name: "Example Company", Port: 11111})
	st.settings = map[string]any{
		"aggregates.new.build.scheduled": true, "query.result.max_rows": 100000, "connection.pool.size": 10,
	}
	st.features = map[string]bool{"query_rest": true, "data_catalog_api": true, "ai-link": false}
	st.engines.put(defaultEngine, &engineNode{ID: defaultEngine, OrgID: Org, Name: "engine-1", Protocol: "http",
		Host: "engine.example.com", Port: 10502, Properties: map[string]any{}, Default: true})
	st.seedRoles(Org, 0)
	st.seedPeople(o)
	if o.Empty {
		return
	}
	st.orgs.put(labOrg, &org{ID: labOrg, Name: "Finance Lab", Port: 11112})
	st.seedRoles(labOrg, 100)
	st.users.get(personID("grace")).Roles[labOrg] = []string{seedID("51", 101)}
	st.seedWarehouses()
	st.seedProjects()
	st.seedAggregates()
	st.seedBuilds()
	st.seedQueries()
	if o.Edition == Container {
		st.containerize()
	}
}

func (st *state) seedWarehouses() {
	for i, w := range []warehouse{
		{Name: "Finance Warehouse", ConnectionID: financeConnection, Platform: "snowflake", Database: "FINANCE",
			Schema: "atscale_aggs", Subgroups: []map[string]any{
				{"id": seedID("56", 101), "name": "large", "hosts": "finance.example.com", "port": 443, "username": "ATSCALE",
					"password": "not-a-real-password", "queryRoles": []string{"large_user_query_role", "agg_creation_role"}},
				{"id": seedID("56", 102), "name": "small", "hosts": "finance.example.com", "port": 443, "username": "paul",
					"password": "not-a-real-password", "queryRoles": []string{"small_user_query_role", "system_query_role"}},
			}},
		{Name: `Operations "Lager" / Köln`, ConnectionID: operationsConnection, Platform: "postgresql", Database: "ops",
			Schema: "atscale_aggs", Subgroups: []map[string]any{}},
	} {
		w.ID, w.OrgID = seedID("56", i+1), Org
		st.warehouses.put(w.ID, &w)
	}
	st.environments.put(production, &environment{ID: production, OrgID: Org, EngineID: defaultEngine, Name: "Production",
		ConnectionIDs: []string{financeConnection, operationsConnection}, Port: 11111})
}

// containerize turns what was seeded into what the container edition has: no drafts, and a repository for each catalog.
func (st *state) containerize() {
	for i, id := range st.published.order {
		p := st.published.get(id)
		draft := st.projects.get(p.Linked)
		r := &repo{ID: seedID("5f", i+1), Name: p.Name, URL: fmt.Sprintf("https://git.example.com/models/repo-%d.git", i+1),
			Type: "catalog", Pattern: "*", DefaultBranch: "main", CreatedBy: st.users.get(draft.CreatedBy).Username}
		st.repos.put(r.ID, r)
		p.Linked, p.XML, p.PublishedBy = r.ID, "", r.CreatedBy
	}
	st.projects, st.snapshots, st.jobs, st.creations = table[project]{}, table[snapshot]{}, table[job]{}, table[creation]{}
}
