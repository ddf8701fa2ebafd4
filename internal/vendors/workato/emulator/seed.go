package emulator

import (
	"time"

	"runner/internal/vendors/company"
)

// The seed is a small company, the same in every run.

// Tokens of the seeded clients. All but LimitedToken may call everything.
const (
	AdminToken   = "wrkaus-emulated.admin.token"
	LimitedToken = "wrkaus-emulated.limited.token" // may look at recipes, folders and connections, start and stop recipes
	ScopedToken  = "wrkaus-emulated.scoped.token"  // sees nothing but the project Finance; not in an empty workspace
	TestToken    = "wrkaus-emulated.test.token"    // of the environment Test; none without environments
	ProdToken    = "wrkaus-emulated.prod.token"    // of the environment Production; none without environments
)

// Ids of the seeded clients.
const (
	AdminClientID   = 5101
	LimitedClientID = 5102
	ScopedClientID  = 5103
	TestClientID    = 5104
	ProdClientID    = 5105
)

const (
	adminRole    = 41
	auditorRole  = 42
	operatorRole = 43
)

// ago is a moment so many days before the company's today.
func ago(days int) time.Time { return time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, -days) }

// idOf is somebody's id as a member.
func idOf(name string) int64 {
	for i, p := range company.People {
		if p.Name == name {
			return int64(7001 + i)
		}
	}
	return 0
}

func (st *state) seed(o Options) {
	for _, e := range environments {
		if e.kind == dev || !o.NoEnvironments {
			st.folders.put(e.root, &folder{ID: e.root, Name: "All projects", Environment: e.kind, CreatedAt: ago(900),
				UpdatedAt: ago(900)})
		}
	}
	st.seedPeople(o)
	st.seedNewRoles(o)
	st.seedClients(o)
	if o.Empty {
		return
	}
	st.seedGroups()
	st.seedFolders(o)
	st.seedConnections(o)
	st.seedRecipes(o)
	st.seedJobs()
	st.seedGrants(o)
	st.seedTools(o)
	st.seedActivity()
}

func (st *state) seedClients(o Options) {
	for _, r := range []clientRole{
		{ID: adminRole, Name: "Admin", Privileges: []string{"*"}},
		{ID: auditorRole, Name: "Auditor", Privileges: []string{"GET *"}},
		{ID: operatorRole, Name: "Recipe operator", Privileges: []string{
			"GET /api/connections", "GET /api/folders", "GET /api/projects", "GET /api/recipes", "GET /api/recipes/{id}",
			"GET /api/recipes/{id}/jobs", "PUT /api/recipes/{id}/start", "PUT /api/recipes/{id}/stop"}},
	} {
		r.CreatedAt, r.UpdatedAt = ago(800), ago(400)
		st.clientRoles.put(r.ID, &r)
	}
	for _, cl := range []client{
		{ID: AdminClientID, Name: "Runner administration", RoleID: adminRole, AllFolders: true, Environment: dev,
			token: AdminToken},
		{ID: LimitedClientID, Name: "Recipe operator on call", RoleID: operatorRole, AllFolders: true, Environment: dev,
			token: LimitedToken},
		{ID: ScopedClientID, Name: "Finance only", RoleID: adminRole, FolderIDs: []int64{financeFolder}, Environment: dev,
			token: ScopedToken},
		{ID: TestClientID, Name: "Runner administration (test)", RoleID: adminRole, AllFolders: true, Environment: test,
			token: TestToken},
		{ID: ProdClientID, Name: "Runner administration (prod)", RoleID: adminRole, AllFolders: true, Environment: prod,
			token: ProdToken},
		{ID: 5106, Name: "Ada's ledger loader", RoleID: operatorRole, FolderIDs: []int64{financeFolder}, Environment: dev,
			UserID:      idOf("ada"),
			IPAllowList: "192.0.2.10/32,192.0.2.11/32", token: "wrkaus-emulated.ada.token"},
		{ID: 5107, Name: "Paul: export / nightly", RoleID: adminRole, AllFolders: true, Environment: dev,
			UserID: idOf("paul"),
			token:  "wrkaus-emulated.paul.token"},
		{ID: 5108, Name: "Prüfung \"SOX\"", RoleID: auditorRole, AllFolders: true, Environment: prod, UserID: idOf("grace"),
			token: "wrkaus-emulated.audit.token"},
	} {
		if cl.Environment != dev && o.NoEnvironments || o.Empty && (!cl.AllFolders || cl.UserID != 0) {
			continue
		}
		if cl.UserID == 0 {
			cl.UserID = idOf("api-runner")
		}
		if cl.FolderIDs == nil {
			cl.FolderIDs = []int64{}
		}
		cl.CreatedAt, cl.UpdatedAt, cl.TokenUpdatedAt = ago(300), ago(200), ago(200)
		st.clients.put(cl.ID, &cl)
	}
}

func (st *state) seedActivity() {
	for _, left := range []bool{true, false} { // the log is in the order of time
		day := 70
		if left {
			day = 0
		}
		for i, p := range company.People {
			if p.Left == left && p.Level != company.None {
				st.logEvent(event{Type: "user_login", Time: ago(95).AddDate(0, 0, day+i), Environment: dev, UserID: idOf(p.Name),
					Resource: "User", ResourceID: idOf(p.Name), ResourceName: p.First + " " + p.Last})
			}
		}
	}
	for _, r := range st.recipes.rows() {
		if r.Running {
			st.logEvent(event{Type: "recipe_started", Time: ago(2), Environment: st.folders.get(r.FolderID).Environment,
				UserID:   r.UserID,
				Resource: "Flow", ResourceID: r.ID, ResourceName: r.Name})
		}
	}
}
