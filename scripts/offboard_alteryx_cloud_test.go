package scripts_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"runner/internal/vendors/alteryxcloud/emulator"
	"runner/internal/vendors/stage"
)

// offCloud takes somebody off Alteryx Analytics Cloud.
func offCloud(leaver, heir string, more ...string) []string {
	return leaves("alteryx_cloud", leaver, heir, more...)
}

// cloudLimit is how Alteryx Analytics Cloud says that it is asked too often.
var cloudLimit = stage.Fault{Kind: stage.Status, Status: 429, Header: http.Header{"X-Retry-After": {"1"}},
	Body: `{"exception":{"name":"TooManyRequestsException"}}`}

// What happens in the workspace when Ada leaves.
var adaLeavesCloud = []string{
	`connections/Ada's "Spielwiese"/ownerId: "ada@example.com" → "lin@example.com"`,
	`connections/Finance Warehouse/shares/ada@example.com connection_viewer: gone`,
	`connections/Ledger Archive/shares/ada@example.com connection_viewer: gone`,
	`flows/Ada's scratch/ownerId: "ada@example.com" → "lin@example.com"`,
	`flows/Ada's scratch/shares/ada@example.com flow_editor: new`,
	`flows/Ledger / Reconciliation/ownerId: "ada@example.com" → "lin@example.com"`,
	`flows/Ledger / Reconciliation/shares/ada@example.com flow_editor: new`,
	`flows/Month End Close/ownerId: "ada@example.com" → "lin@example.com"`,
	`flows/Month End Close/shares/ada@example.com flow_editor: new`,
	`flows/Month End Close/shares/lin@example.com flow_editor: gone`,
	`groups/Data Stewards/members: ["ada@example.com","paul@example.com","priya@example.com","zoe@example.com"] → ["paul@example.com","priya@example.com","zoe@example.com"]`,
	`groups/Finance Analysts/members: ["ada@example.com","lin@example.com","nia@example.com"] → ["lin@example.com","nia@example.com"]`,
	`people/ada@example.com/roles: ["Plan Operator / Finance","Workspace Member"] → []`,
	`people/ada@example.com/status: "active" → "suspended"`,
	`plans/Board Pack "Q2" / weekly/shares/ada@example.com plan_viewer: gone`,
	`plans/Legacy Ledger, täglich/shares/ada@example.com plan_viewer: gone`,
	`plans/Month End/ownerId: "ada@example.com" → "lin@example.com"`,
	`plans/Month End/shares/lin@example.com plan_editor: gone`,
	`schedules/Month end, last day/ownerId: "ada@example.com" → "lin@example.com"`,
	`workflows/Ledger preview/ownerId: "ada@example.com" → "lin@example.com"`,
}

func TestOffboardAlteryxCloud(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offCloud(ada, lin, "--alteryx-cloud-workspace", "Example Analytics", "--format", "json")
	dry := c.dryRun(t, args...)
	before := c.snapshotOf(t, "alteryx_cloud")
	r := c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx_cloud"), adaLeavesCloud...)
	wantLines(t, "done", planned(r), "transfer_schedules", "transfer_assets", "revoke_plan_access", "revoke_plan_access",
		"revoke_connection_access", "revoke_connection_access", "revoke_plan_access", "remove_group_users", "remove_group_users",
		"revoke_role", "revoke_role", "suspend_people")
	wantLines(t, "planned", planned(dry), planned(r)...)
	for name, r := range map[string]result{"dry run": dry, "run": r} {
		all := tables(t, r)
		wantLines(t, name+": what the leaver has", lines(all["what the leaver has"], "kind", "name", "how"),
			"flow | Month End Close | owner",
			"flow | Ledger / Reconciliation | owner",
			"flow | Ada's scratch | owner",
			"plan | Month End | owner",
			`connection | Ada's "Spielwiese" | owner`,
			"workflow | Ledger preview | owner",
			"schedule | Month end, last day | owner",
			`plan | Board Pack "Q2" / weekly | shared`,
			"plan | Legacy Ledger, täglich | shared",
			"connection | Finance Warehouse | shared",
			"connection | Ledger Archive | shared",
			"group | Finance Analysts | member",
			"group | Data Stewards | member",
			"role | Workspace Member | role",
			"role | Plan Operator / Finance | role")
		wantLines(t, name+": to do by hand", lines(all["to do by hand"], "about"),
			"schedules of flows and workflows", "OAuth 2.0 API tokens", "API access tokens", "flows that were handed over: 3")
	}
	again := tables(t, c.again(t, args...))
	wantLines(t, "to do by hand", lines(again["to do by hand"], "about"),
		"schedules of flows and workflows", "OAuth 2.0 API tokens", "API access tokens")
}

// Other leavers: what they have to be done about, and what changes.
func TestOffboardOthersFromAlteryxCloud(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		done []string // operations
		hand []string
		want []string // changes
	}{
		"suspended, and still an admin": {
			offCloud("PAUL@example.com", "zoe@example.com"),
			[]string{"transfer_schedules", "transfer_assets", "revoke_connection_access", "revoke_plan_access", "revoke_plan_access",
				"remove_group_users", "remove_group_users", "revoke_role", "revoke_role"},
			[]string{`folder Paul's "Ablage" / alt`, "schedules of flows and workflows", "OAuth 2.0 API tokens", "API access tokens",
				"flows that were handed over: 2"},
			[]string{
				`connections/Ledger Archive/ownerId: "paul@example.com" → "zoe@example.com"`,
				`connections/Operations / Warehouse/shares/paul@example.com connection_editor: gone`,
				`connections/Paul: Export → SFTP/ownerId: "paul@example.com" → "zoe@example.com"`,
				`flows/Legacy Ledger/ownerId: "paul@example.com" → "zoe@example.com"`,
				`flows/Legacy Ledger/shares/paul@example.com flow_editor: new`,
				`flows/Übergabe: Paul's export/ownerId: "paul@example.com" → "zoe@example.com"`,
				`flows/Übergabe: Paul's export/shares/paul@example.com flow_editor: new`,
				`groups/Betrieb "Süd"/members: ["erik@example.com","ines@example.com","omar@example.com","paul@example.com","sean@example.com"] → ["erik@example.com","ines@example.com","omar@example.com","sean@example.com"]`,
				`groups/Data Stewards/members: ["ada@example.com","paul@example.com","priya@example.com","zoe@example.com"] → ["ada@example.com","priya@example.com","zoe@example.com"]`,
				`people/paul@example.com/roles: ["Workspace Member","workspace_admin"] → []`,
				`plans/Legacy Ledger, täglich/ownerId: "paul@example.com" → "zoe@example.com"`,
				`plans/Paul: nightly export/ownerId: "paul@example.com" → "zoe@example.com"`,
				`schedules/Legacy Ledger, täglich/ownerId: "paul@example.com" → "zoe@example.com"`,
				`workflows/Export für Prüfer/ownerId: "paul@example.com" → "zoe@example.com"`,
			},
		},
		// No heir is needed then.
		"owns nothing": {
			offCloud("sean@example.com", "hana@example.com"), []string{"remove_group_users", "revoke_role", "suspend_people"},
			[]string{"schedules of flows and workflows", "OAuth 2.0 API tokens", "API access tokens"},
			[]string{
				`groups/Betrieb "Süd"/members: ["erik@example.com","ines@example.com","omar@example.com","paul@example.com","sean@example.com"] → ["erik@example.com","ines@example.com","omar@example.com","paul@example.com"]`,
				`people/sean@example.com/roles: ["Workspace Member"] → []`,
				`people/sean@example.com/status: "active" → "suspended"`,
			},
		},
		"has nothing, was never in": {
			offCloud("victor@example.com", "nobody@example.com"), []string{"suspend_people"}, nil,
			[]string{`people/victor@example.com/status: "new" → "suspended"`},
		},
		"in a group of the identity provider": {
			offCloud("maria@example.com", lin), []string{"remove_group_users", "revoke_role", "suspend_people"},
			[]string{"group Finance / Viewers", "schedules of flows and workflows", "OAuth 2.0 API tokens", "API access tokens"},
			[]string{
				`groups/Finance / Viewers/members: ["ben@example.com","hana@example.com","maria@example.com"] → ["ben@example.com","hana@example.com"]`,
				`people/maria@example.com/roles: ["Workspace Member"] → []`,
				`people/maria@example.com/status: "active" → "suspended"`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCompany(t)
			dry := c.dryRun(t, tt.args...)
			before := c.snapshotOf(t, "alteryx_cloud")
			r := c.mustRun(t, append(tt.args, "--format", "json")...)
			wantChanges(t, before, c.snapshotOf(t, "alteryx_cloud"), tt.want...)
			wantLines(t, "done", planned(r), tt.done...)
			wantLines(t, "planned", planned(dry), tt.done...)
			wantLines(t, "to do by hand", lines(tables(t, r)["to do by hand"], "about"), tt.hand...)
			c.again(t, tt.args...)
		})
	}
}

// Who is removed is not found any more: no call tells that they were there.
func TestOffboardRemovesFromAlteryxCloud(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), offCloud(ada, lin, "--delete")
	dry := c.dryRun(t, args...)
	before := c.snapshotOf(t, "alteryx_cloud")
	r := c.mustRun(t, args...)
	var want []string
	for _, line := range adaLeavesCloud {
		if !strings.HasPrefix(line, "people/") && !strings.HasSuffix(line, "/shares/ada@example.com flow_editor: new") {
			want = append(want, line)
		}
	}
	want = append(want, `flows/Legacy Ledger/shares/ada@example.com flow_viewer: gone`, `people/ada@example.com: gone`,
		`workflows/Churn / scoring/shares/ada@example.com execute read: gone`,
		`schedules/Scratch (old): gone`, // no call lists it, so a person is told
		"apiAccessTokens/8e000000-0000-4000-8000-000000000002: gone", "apiAccessTokens/8e000000-0000-4000-8000-000000000004: gone",
		"oAuth2ApiTokens/Ada's notebook: gone")
	wantChanges(t, before, c.snapshotOf(t, "alteryx_cloud"), want...)
	wantLines(t, "planned", planned(dry), planned(r)...)
	c.refuses(t, 1, args, "nobody has this address")
}

// Deleting comes later, when nothing else is left to do. What no call lists is
// handed over before all the same.
func TestOffboardRemovesFromAlteryxCloudLater(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.mustRun(t, offCloud("sean@example.com", lin)...)
	args := offCloud("sean@example.com", lin, "--delete")
	wantLines(t, "planned", planned(c.dryRun(t, args...)), "transfer_assets", "remove_person")
	before := c.snapshotOf(t, "alteryx_cloud")
	c.mustRun(t, args...)
	wantChanges(t, before, c.snapshotOf(t, "alteryx_cloud"), `people/sean@example.com: gone`)
}

// What cannot be handed over is not lost: here the vendor says yes to a
// transfer, and moves nothing.
func TestOffboardKeepsWhatIsLeftInAlteryxCloud(t *testing.T) {
	for name, more := range map[string][]string{"to be removed": {"--delete"}, "to be suspended": nil} {
		t.Run(name, func(t *testing.T) {
			c := newCompany(t)
			c.vendors["alteryx_cloud"].Inject(stage.Fault{Method: "PATCH", Path: "/iam/v1/workspaces/*/transfer", Kind: stage.Status, Status: 204})
			r := c.run(t, offCloud(ada, lin, more...)...)
			wantCode(t, r, 1, `error[conflict]: user "ada@example.com"`, "assets and schedules that are still theirs: 6")
			c.snapshotOf(t, "alteryx_cloud").record(t, "people", ada)
		})
	}
}

// A run that breaks off is finished by the next one, and what passes by itself
// is waited for.
func TestOffboardFromAlteryxCloudGoesOn(t *testing.T) {
	expired := stage.Fault{Kind: stage.Status, Status: 401, Body: "Unauthorized"}
	refused := stage.Fault{Kind: stage.Status, Status: 400, Body: `{"exception":{"name":"ValidationFailed","message":"Not now."}}`}
	before, after := stage.Fault{Kind: stage.DropBefore}, stage.Fault{Kind: stage.DropAfter}
	for name, tt := range map[string]struct {
		method, path string
		fault        stage.Fault
		fails        bool // the first run
	}{
		"refused at the schedules":           {"POST", "/v4/schedules/transferOwnership", refused, true},
		"an expired token at the transfer":   {"PATCH", "/iam/v1/workspaces/*/transfer", expired, true},
		"refused at the groups":              {"DELETE", "/v4/workspaces/*/groups", refused, true},
		"an expired token at the end":        {"POST", "/iam/v1/workspaces/*/people/suspend", expired, true},
		"an expired token while looking":     {"GET", "/v4/plans/*/schedules", expired, true},
		"a dropped connection, not sent":     {"PATCH", "/iam/v1/workspaces/*/transfer", before, false},
		"a dropped connection, done":         {"PATCH", "/iam/v1/workspaces/*/transfer", after, false},
		"a dropped connection, role is gone": {"DELETE", "/iam/v1/authorization/roles", after, false},
		"too many requests":                  {"POST", "/iam/v1/workspaces/*/people/suspend", cloudLimit, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, args := newCompany(t), offCloud(ada, lin)
			tt.fault.Method, tt.fault.Path = tt.method, tt.path
			c.vendors["alteryx_cloud"].Inject(tt.fault)
			before := c.snapshotOf(t, "alteryx_cloud")
			if r := c.run(t, args...); (r.code != 0) != tt.fails {
				t.Fatalf("the first run: %v", r)
			}
			if tt.fails {
				c.mustRun(t, args...)
			}
			wantChanges(t, before, c.snapshotOf(t, "alteryx_cloud"), adaLeavesCloud...)
			c.again(t, args...)
		})
	}
}

func TestOffboardFromAlteryxCloudRefuses(t *testing.T) {
	twins := `{"data":[{"id":51003,"email":"ada@example.com"},{"id":51099,"email":"ADA@example.com"}]}`
	for name, tt := range map[string]struct {
		deleted string // by another admin, before
		people  string // what the list of people answers
		args    []string
		want    []string
	}{
		"an unknown leaver": {"", "", offCloud("adda@example.com", lin), []string{
			`error[not_found]: user "adda@example.com"`, `did you mean "ada@example.com"?`}},
		"two leavers": {"", twins, offCloud("Ada@example.com", lin), []string{
			`error[conflict]: person "Ada@example.com"`, "there are 2 that differ in capitals only"}},
		"itself": {"", "", offCloud("api-runner@example.com", lin), []string{
			`error[conflict]: user "api-runner@example.com"`, "the runner acts as this person"}},
		"another workspace": {"", "", offCloud(ada, lin, "--alteryx-cloud-workspace", "Example Sandbox"), []string{
			"error[conflict]: workspace Example Sandbox", "the token is for workspace 4242, Example Analytics"}},
		"an unknown heir": {"", "", offCloud(ada, "linn@example.com"), []string{
			`error[not_found]: person "linn@example.com"`, `did you mean "lin@example.com"?`}},
		"a suspended heir": {"", "", offCloud(ada, "paul@example.com"), []string{
			`error[conflict]: heir "paul@example.com"`, "the heir is suspended"}},
		"an invited heir": {"", "", offCloud(ada, "victor@example.com"), []string{
			`error[conflict]: heir "victor@example.com"`, "has not accepted the invitation"}},
		"a viewer as heir": {"", "", offCloud(ada, "ben@example.com"), []string{
			`error[conflict]: heir "ben@example.com"`, "no role of the heir lets them change flows"}},
		"an heir without a role": {"/iam/v1/authorization/roles/8102/people/51012", "", offCloud(ada, "kofi@example.com"), []string{
			`error[conflict]: heir "kofi@example.com"`, "the heir has no role in the workspace"}},
		"a removal with folders": {"", "", offCloud("paul@example.com", lin, "--delete"), []string{
			`error[conflict]: user "paul@example.com"`, "folders that may be lost with the membership: 1", "without --delete"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			cloud := c.vendors["alteryx_cloud"]
			if tt.deleted != "" {
				ask(t, cloud, emulator.LegacyToken, "DELETE", tt.deleted, "")
			}
			if tt.people != "" {
				cloud.Inject(stage.Fault{Method: "GET", Path: "/v4/people/{$}", Kind: stage.Status, Status: 200, Body: tt.people, Times: 9})
			}
			c.refuses(t, 1, tt.args, tt.want...)
		})
	}
}

// ask sends an emulator a request of its own.
func ask(t *testing.T, h emulated, token, method, path, body string) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
}

// A hundred folders are exactly one page, and the leaver's is the last.
func TestOffboardFromAlteryxCloudWithAFullPage(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	cloud := c.vendors["alteryx_cloud"]
	for range 97 {
		ask(t, cloud, emulator.LegacyToken, "POST", "/v4/folders", `{"name":"Shared"}`)
	}
	ask(t, cloud, emulator.AdaLegacyToken, "POST", "/v4/folders", `{"name":"Ada's / \"Ordner\""}`)
	r := c.dryRun(t, offCloud(ada, lin, "--format", "json")...)
	got := lines(tables(t, r)["what the leaver has"], "kind", "name", "how")
	wantIn(t, "what the leaver has", strings.Join(got, "\n"), `folder | Ada's / "Ordner" | owner`)
}
