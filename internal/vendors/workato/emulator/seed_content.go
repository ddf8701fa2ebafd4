package emulator

import (
	"fmt"
	"time"
)

const (
	financeFolder  = 1101
	ledgerFolder   = 1104
	monthEndFolder = 1111
	reportsFolder  = 1112

	financeProject     = 601
	operationsProject  = 602
	platformProject    = 603
	ledgerProject      = 604
	financeProdProject = 661

	revenue     = 8101
	expenses    = 8103
	scorecard   = 8105
	inventory   = 8106
	shipments   = 8107
	revenueTest = 8201
	revenueProd = 8301
	// legacyLedger is beyond what a float holds.
	legacyLedger = 1<<53 + 1

	ledgerConnection  = 4101
	salesConnection   = 4102
	mailConnection    = 4103
	opsConnection     = 4104
	lagerConnection   = 4106
	slackConnection   = 4107
	runtimeConnection = 4108
)

// archived is how many folders the ledger's archive holds: exactly one full page.
const archived = fullPage

func (st *state) seedFolders(o Options) {
	for _, p := range []struct {
		folder, project int64
		name, about     string
	}{
		{financeFolder, financeProject, "Finance", "Closing, audit and reports"},
		{1102, operationsProject, "Operations", ""},
		{1103, platformProject, "Platform", "Customer data"},
		{ledgerFolder, ledgerProject, "Ledger Archive", "Paul's, read only since 2025"},
		{1105, 605, "Zoë's \"sandbox\" / Ñandú", ""},
		{2101, 651, "Finance", ""},
		{3101, financeProdProject, "Finance", "Closing, audit and reports"},
		{3102, 662, "Operations", ""},
	} {
		root := st.folders.get(p.folder / 1000 * 1000)
		if root == nil {
			continue // of an environment that there is not
		}
		f := &folder{ID: p.folder, Name: p.name, ParentID: root.ID, Environment: root.Environment, CreatedAt: ago(600),
			UpdatedAt: ago(90)}
		st.addProject(f, p.project, p.about)
		st.folders.put(f.ID, f)
	}
	st.seedFolder(monthEndFolder, "Month End", financeFolder)
	st.seedFolder(reportsFolder, "Reports", financeFolder)
	st.seedFolder(1113, "2026/Q1", reportsFolder)
	for i := range int64(archived) {
		month := time.Date(2018, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)
		st.seedFolder(1201+i, month.Format("Ledger 2006/01"), ledgerFolder)
	}
}

func (st *state) seedFolder(id int64, name string, parent int64) {
	up := st.folders.get(parent)
	st.folders.put(id, &folder{ID: id, Name: name, ParentID: parent, ProjectID: up.ProjectID, Environment: up.Environment,
		CreatedAt: ago(500), UpdatedAt: ago(90)})
}

func (st *state) seedConnections(o Options) {
	for _, k := range []connection{
		{ID: ledgerConnection, Provider: "snowflake", Name: "Ledger Snowflake", FolderID: financeFolder, Status: authorized},
		{ID: salesConnection, Provider: "salesforce", Name: "Ada's Salesforce", FolderID: financeFolder, Status: authorized},
		{ID: mailConnection, Provider: "gmail", Name: "Finance mailbox", FolderID: financeFolder, Status: "failed",
			Error: "The refresh token has expired", LostAt: ago(9), LostReason: "Token has been expired or revoked"},
		{ID: opsConnection, Provider: "sqlserver", Name: "Operations SQL (Paul)", FolderID: 1102, Status: authorized},
		{ID: 4105, Provider: "rest", Name: "CRM \"legacy\" API", FolderID: 1103, Status: authorized, ExternalID: "crm-1"},
		{ID: lagerConnection, Provider: "netsuite", Name: "São Paulo / Läger", FolderID: 1103},
		{ID: slackConnection, Provider: "slack", Name: "Slack /alerts", FolderID: 1000, Status: authorized,
			Description: "Shared by all"},
		{ID: runtimeConnection, Provider: "salesforce", Name: "Hana's Salesforce", FolderID: financeFolder,
			Status:   authorized,
			ParentID: salesConnection, ExternalID: "hana@example.com", Runtime: true},
		{ID: 4201, Provider: "snowflake", Name: "Ledger Snowflake", FolderID: 2101},
		{ID: 4301, Provider: "snowflake", Name: "Ledger Snowflake", FolderID: 3101, Status: authorized},
		{ID: 4302, Provider: "sqlserver", Name: "Operations SQL", FolderID: 3102, Status: authorized},
	} {
		if st.folders.get(k.FolderID) == nil {
			continue
		}
		k.Tags, k.CreatedAt, k.UpdatedAt = []string{}, ago(400), ago(60)
		if k.Status != "" {
			k.AuthorizedAt = ago(60)
		}
		st.connections.put(k.ID, &k)
	}
}

func (st *state) seedRecipes(o Options) {
	for _, r := range []struct {
		id      int64
		name    string
		by      string
		folder  int64
		running bool
		uses    []use
	}{
		{revenue, "Revenue reconciliation", "ada", financeFolder, true, uses("snowflake", ledgerConnection, "slack",
			slackConnection)},
		{8102, "Month end close", "ada", monthEndFolder, true, uses("salesforce", salesConnection, "snowflake",
			ledgerConnection)},
		{expenses, "Expense audit", "ada", monthEndFolder, false, uses("gmail", mailConnection, "snowflake",
			ledgerConnection)},
		{8104, "Cash forecast", "lin", financeFolder, true, uses("clock", 0, "snowflake", ledgerConnection)},
		{scorecard, "Vendor scorecard", "lin", reportsFolder, false, uses("salesforce", salesConnection)},
		{inventory, "Inventory snapshot", "omar", 1102, true, uses("sqlserver", opsConnection, "slack", slackConnection)},
		{shipments, "Today's shipment delays", "omar", 1102, false, uses("sqlserver", opsConnection, "slack",
			slackConnection)},
		{8108, "Customer dedup", "priya", 1103, true, uses("clock", 0, "rest", 4105)},
		{8109, "Adreßprüfung / 住所", "zoe", 1103, false, uses("rest", 4105, "netsuite", lagerConnection)},
		{8110, "Board \"pack\"", "grace", reportsFolder, true, uses("clock", 0, "snowflake", ledgerConnection)},
		{legacyLedger, "Legacy ledger export", "paul", ledgerFolder, true, uses("clock", 0, "sqlserver", opsConnection)},
		{revenueTest, "Revenue reconciliation", "api-runner", 2101, false, uses("snowflake", 4201)},
		{revenueProd, "Revenue reconciliation", "api-runner", 3101, true, uses("clock", 0, "snowflake", 4301)},
		{8302, "Inventory snapshot", "api-runner", 3102, true, uses("clock", 0, "sqlserver", 4302)},
	} {
		if st.folders.get(r.folder) == nil {
			continue
		}
		author := st.members.get(idOf(r.by))
		row := &recipe{ID: r.id, UserID: author.ID, Name: r.name, FolderID: r.folder, Running: r.running, Config: r.uses,
			Tags: []string{}, Succeeded: 120, Failed: 3, Tasks: 840, LastRunAt: ago(1), CreatedAt: ago(350), UpdatedAt: ago(70)}
		if !r.running {
			row.StoppedAt, row.LastRunAt = ago(9), ago(10)
		}
		row.Code = codeOf(r.uses, r.id != scorecard)
		for no := range 2 {
			row.Versions = append(row.Versions, version{ID: r.id%10000*10 + int64(no), No: no + 1, AuthorName: author.Name,
				AuthorEmail: author.Email, CreatedAt: ago(350 - 280*no), UpdatedAt: ago(350 - 280*no)})
		}
		st.recipes.put(row.ID, row)
	}
	st.recipes.get(8104).HealthAsked = ago(5)
	st.recipes.get(expenses).StopCause = "trigger_errors_limit"
	st.recipes.get(revenue).Versions[1].Comment = "Ada: rounds to cents"
}

// uses are pairs of an application and its connection.
func uses(pairs ...any) []use {
	var out []use
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		out = append(out, use{Keyword: "application", Name: name, Provider: name, ConnectionID: int64(pairs[i+1].(int))})
	}
	return out
}

// codeOf is a trigger and then an action for each application. The last action of an unfinished recipe does nothing.
func codeOf(uses []use, finished bool) string {
	actions := ""
	for i, u := range uses {
		name := "send_data"
		if i == len(uses)-1 && !finished {
			name = ""
		}
		if i > 0 {
			actions += ","
		}
		actions += fmt.Sprintf(`{"number":%d,"keyword":"action","provider":%q,"name":%q,"input":{}}`, i+1, u.Provider, name)
	}
	const trigger = `{"number":0,"keyword":"trigger","provider":%q,"name":"new_event","input":{},"block":[%s]}`
	return fmt.Sprintf(trigger, uses[0].Provider, actions)
}

func (st *state) seedJobs() {
	for i, j := range []job{
		{RecipeID: revenue, Status: succeeded},
		{RecipeID: revenue, Status: failed, Error: "Snowflake: warehouse \"FIN/01\" is suspended"},
		{RecipeID: revenue, Status: succeeded},
		{RecipeID: expenses, Status: failed, Error: "401 Token has been expired or revoked"},
		{RecipeID: inventory, Status: succeeded},
		{RecipeID: inventory, Status: failed, Error: "Deadlock"},
		{RecipeID: inventory, Status: pending, Stuck: true, Token: "emulated-resume-token"},
		{RecipeID: legacyLedger, Status: failed, Error: "Login failed for user 'paul'"},
	} {
		j.ID = fmt.Sprintf("j-Sd%06d-aaAAaa", i+1)
		j.Title, j.StartedAt = st.recipes.get(j.RecipeID).Name, ago(1).Add(time.Duration(i)*time.Hour)
		if j.Status != pending {
			j.CompletedAt = j.StartedAt.Add(jobTime)
		}
		st.jobs.put(j.ID, &j)
	}
}
