package scripts_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"runner/internal/vendors/stage"
)

func offboardIncorta(leaver, heir string, more ...string) []string {
	return leaves("incorta", leaver, heir, append([]string{"--format", "json"}, more...)...)
}

// What happens when Ada leaves: what she owns, and what was shared with her,
// is Lin's.
var adaLeavesIncorta = []string{
	`dashboards/Cash – prévision/owner: "ada@example.com" → "lin@example.com"`,
	`dashboards/Company KPIs/users/ada@example.com: gone`,
	`dashboards/Company KPIs/users/lin@example.com: new`,
	`dashboards/Revenue/owner: "ada@example.com" → "lin@example.com"`,
	`dashboards/Spend / supplier/users/ada@example.com: gone`,
	`folders/Finance/owner: "ada@example.com" → "lin@example.com"`,
	`loadPlans/Nightly finance/owner: "ada@example.com" → "lin@example.com"`,
	`reports/1/owner: "ada@example.com" → "lin@example.com"`,
	`schemas/BoardPack/users/ada@example.com: gone`,
	`schemas/FinanceMart/owner: "ada@example.com" → "lin@example.com"`,
	`schemas/FinanceViews/owner: "ada@example.com" → "lin@example.com"`,
	`schemas/Ledger/owner: "ada@example.com" → "lin@example.com"`,
	`schemas/Sandbox/owner: "ada@example.com" → "lin@example.com"`,
}

func TestOffboardFromIncorta(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offboardIncorta("Ada@example.com", lin)
	dry := c.dryRun(t, args...)
	wantLines(t, "planned", planned(dry), "transfer_ownership")
	before := c.snapshotOf(t, "incorta")
	r := c.mustRun(t, args...)
	wantLines(t, "done", planned(r), planned(dry)...)
	wantChanges(t, before, c.snapshotOf(t, "incorta"), adaLeavesIncorta...)

	for name, r := range map[string]result{"dry run": dry, "run": r} {
		all := tables(t, r)
		wantLines(t, name+": what the leaver has", lines(all["what the leaver has"], "kind", "name", "how"),
			"physical schema | FinanceMart | owner",
			"business schema | FinanceViews | owner",
			"physical schema | Ledger | owner",
			"physical schema | Sandbox | owner",
			"folder | /Finance | owner",
			"dashboard | /Finance/Cash – prévision | owner",
			"dashboard | /Finance/Revenue | owner")
		wantLines(t, name+": to do by hand", lines(all["to do by hand"], "about"), "account of Ada@example.com")
	}
	again := c.again(t, args...)
	wantIn(t, "stderr", again.stderr, "owns nothing, and no call tells whether there is an account; what is left is to do by hand")
	wantLines(t, "accounts", lines(tables(t, again)["accounts"], "account"), "no call tells")
	all := tables(t, c.again(t, append(args, "--delete")...))
	wantIn(t, "to do by hand", fmt.Sprint(lines(all["to do by hand"], "to_do")), "no call deletes it")
}

// Paul has left, and one of his folders is exactly one page long; Zoë's
// dashboard is called what it should not be. Victor has nothing.
func TestOffboardFromIncortaMore(t *testing.T) {
	for leaver, tt := range map[string]struct {
		heir string
		n    int
		has  string
	}{
		"paul@example.com":   {"omar@example.com", 207, "/Archive/Snapshot 200"},
		"zoe@example.com":    {"priya@example.com", 3, `/Customer "360" – Zoë's view`},
		"victor@example.com": {lin, 0, ""},
	} {
		t.Run(leaver, func(t *testing.T) {
			t.Parallel()
			c, args := newCompany(t), offboardIncorta(leaver, tt.heir)
			r := c.mustRun(t, args...)
			names := lines(tables(t, r)["what the leaver has"], "name")
			wantIn(t, "what the leaver has", strings.Join(names, "\n"), tt.has)
			if len(names) != tt.n {
				t.Errorf("%d things, want %d: %q", len(names), tt.n, names)
			}
			after := c.snapshotOf(t, "incorta").records
			for _, table := range []string{"schemas", "folders", "dashboards", "loadPlans", "reports"} {
				if all := text(after[table]); strings.Contains(all, `"owner":"`+leaver) {
					t.Errorf("one of the %s is still owned by %s", table, leaver)
				}
			}
			c.again(t, args...)
		})
	}
}

func TestOffboardFromIncortaRefuses(t *testing.T) {
	twins := `{"total":2,"schemasDetails":[{"schemaName":"A","schemaType":"PHYSICAL","owner":"ada@example.com"},` +
		`{"schemaName":"B","schemaType":"PHYSICAL","owner":"Ada@Example.com"}]}`
	for name, tt := range map[string]struct {
		args    []string
		schemas string
		want    []string
	}{
		"a leaver who is not there":  {leaves("incorta,workato", "adda@example.com", lin), "", []string{`error[not_found]: user "adda@example.com"`, `did you mean "ada@example.com"?`}},
		"owners who are alike":       {offboardIncorta(ada, lin), twins, []string{`error[conflict]: user "ada@example.com"`, "owners differ in capitals only"}},
		"owners shown by their name": {offboardIncorta(ada, lin), `{"total":1,"schemasDetails":[{"schemaName":"A","schemaType":"PHYSICAL","owner":"Ada Winter"}]}`, []string{"shows owners by their names", `"Ada Winter"`, "--incorta-name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			if tt.schemas != "" {
				c.vendors["incorta"].Inject(stage.Fault{Path: "/api/v2/*/schema/list", Kind: stage.Status, Status: 200, Body: tt.schemas, Times: 9})
				c.vendors["incorta"].Inject(stage.Fault{Path: "/api/v2/*/catalog/{$}", Kind: stage.Status, Status: 200, Body: `{"total":0,"catalogDetails":[]}`, Times: 9})
			}
			c.refuses(t, 1, tt.args, tt.want...)
		})
	}
}

// Whether the heir will do is for the cluster to say, when it is asked.
func TestOffboardFromIncortaRefusesHeirs(t *testing.T) {
	for heir, want := range map[string][]string{
		"paul@example.com": {`error[conflict]: heir "paul@example.com"`, "is not active", "the heir must be active"},
		"nia@example.com":  {`error[conflict]: heir "nia@example.com"`, "must have equal or higher"},
		"lynn@example.com": {`error[conflict]: heir "lynn@example.com"`, "no call tells whether lynn@example.com"},
	} {
		t.Run(heir, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			before := c.dumps()
			wantCode(t, c.run(t, offboardIncorta(ada, heir)...), 1, want...)
			if before != c.dumps() {
				t.Error("it changed something")
			}
		})
	}
}

// A cluster that shows owners by their names has to be told the leaver's.
func TestOffboardFromIncortaByName(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for path, body := range map[string]string{
		"/api/v2/*/schema/list": `{"total":2,"schemasDetails":[{"schemaName":"Ledger","schemaType":"PHYSICAL","owner":"Ada Winter"},{"schemaName":"B","schemaType":"PHYSICAL","owner":"Lin Fischer"}]}`,
		"/api/v2/*/catalog/{$}": `{"folders":[],"dashboards":[{"guid":"d0a1","name":"Umsatz / \"Q1\"","ownerName":"Ada Winter"}]}`,
	} {
		c.vendors["incorta"].Inject(stage.Fault{Path: path, Kind: stage.Status, Status: 200, Body: body})
	}
	before := c.snapshotOf(t, "incorta")
	r := c.mustRun(t, offboardIncorta(ada, lin, "--incorta-name", "Ada Winter")...)
	wantChanges(t, before, c.snapshotOf(t, "incorta"), adaLeavesIncorta...)
	wantLines(t, "what the leaver has", lines(tables(t, r)["what the leaver has"], "kind", "name"),
		"physical schema | Ledger", `dashboard | /Umsatz / "Q1"`)
}

func TestOffboardFromIncortaGoesOn(t *testing.T) {
	for name, tt := range map[string]struct {
		fault stage.Fault
		code  int
		want  string
	}{
		"a token that ends":       {stage.Fault{Kind: stage.Status, Status: 401, Times: 9, Body: `{"message":"INC_09030101: expired"}`}, 4, "unauthenticated"},
		"a limit":                 {stage.Fault{Kind: stage.Status, Status: 429, Header: http.Header{"Retry-After": {"1"}}, Body: `{"message":"slow down"}`}, 0, ""},
		"an answer that is lost":  {stage.Fault{Kind: stage.DropAfter}, 0, ""},
		"a connection that drops": {stage.Fault{Kind: stage.DropBefore, Times: 99}, 6, "in doubt"},
		"a yes that was none":     {stage.Fault{Kind: stage.Status, Status: 200}, 1, `things that are still theirs: 7, like physical schema "FinanceMart"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, args := newCompany(t), offboardIncorta(ada, lin)
			emulator := c.vendors["incorta"]
			tt.fault.Method, tt.fault.Path = "PATCH", "/api/v2/*/users/transferOwnership"
			emulator.Inject(tt.fault)
			before := c.snapshotOf(t, "incorta")
			r := c.run(t, args...)
			wantIn(t, "stderr", flat(r.stderr), tt.want)
			if r.code != tt.code {
				t.Fatalf("want exit code %d: %v", tt.code, r)
			}
			emulator.(interface{ Mend() }).Mend()
			if r.code != 0 {
				c.mustRun(t, args...)
			}
			wantChanges(t, before, c.snapshotOf(t, "incorta"), adaLeavesIncorta...)
			c.again(t, args...)
		})
	}
}

// No call makes a user: it is for a person, and holds nothing else up.
func TestOnboardToIncorta(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	args := joins("incorta", newStarter, "Åse", "d'Arc", "--incorta-groups", `Analysts,Q1/Q2 "Board"`, "--format", "json")
	c.dryRun(t, args...)
	all := tables(t, c.again(t, args...))
	wantLines(t, "to do by hand", lines(all["to do by hand"], "system", "about", "to_do"),
		"Incorta | account of "+newStarter+" | no call makes it: make it for Åse d'Arc at the identity provider or in Incorta, "+
			`unless it is there, and open it if it is disabled; groups: Analysts, Q1/Q2 "Board"`)
}
