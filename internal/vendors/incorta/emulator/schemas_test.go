package emulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestListSchemas(t *testing.T) {
	businesses := []string{"BoardViews", "CustomerViews", "FinanceViews", "LegacyViews", "OpsViews"}
	physicals := []string{"BoardPack", "Customer360", "Customers", "FinanceMart", "Ledger", "LegacyCRM", "Procurement",
		"Sandbox", "Shipments", "Telemetry", "Warehouse"}
	every := slices.SortedFunc(slices.Values(append(slices.Clone(businesses), physicals...)), func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	backwards := slices.Clone(businesses)
	slices.Reverse(backwards)
	for name, tt := range map[string]struct {
		query, body, as string
		want            []string
		total           string
	}{
		"business unless told":  {"", `{"limit":200,"offset":0}`, "", businesses, "5"},
		"business":              {"?schemaType=BUSINESS", `{"limit":200,"offset":0}`, "", businesses, "5"},
		"physical":              {"?schemaType=PHYSICAL", `{"limit":200,"offset":0}`, "", physicals, "11"},
		"all":                   {"?schemaType=ALL", `{"limit":200,"offset":0}`, "", every, "16"},
		"limit 0":               {"?schemaType=ALL", `{"limit":0,"offset":0}`, "", every, "16"},
		"first page":            {"", `{"limit":2,"offset":0}`, "", businesses[:2], "5"},
		"last page":             {"", `{"limit":2,"offset":4}`, "", businesses[4:], "5"},
		"exactly one page":      {"", `{"limit":5,"offset":0}`, "", businesses, "5"},
		"past the end":          {"", `{"limit":5,"offset":5}`, "", nil, "5"},
		"far past the end":      {"", `{"limit":5,"offset":2147483647}`, "", nil, "5"},
		"backwards":             {"", `{"limit":5,"offset":0,"sortBy":"NAME_DESC"}`, "", backwards, "5"},
		"by owner":              {"", `{"limit":5,"offset":0,"sortBy":"OWNER_ASC"}`, "", []string{"FinanceViews", "BoardViews", "OpsViews", "LegacyViews", "CustomerViews"}, "5"},
		"what Lin sees":         {"", `{"limit":5,"offset":0}`, "lin", []string{"BoardViews", "FinanceViews"}, "2"},
		"what Sean sees of all": {"?schemaType=ALL", `{"limit":0,"offset":0}`, "sean", []string{"OpsViews", "Shipments", "Telemetry"}, "3"},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			if tt.as != "" {
				a = a.as(tt.as)
			}
			got := a.post("/schema/list"+tt.query, tt.body)
			if names := got.each("schemasDetails", "schemaName"); !slices.Equal(names, tt.want) || got.get("total") != tt.total {
				t.Errorf("got %v of %s, want %v of %s", names, got.get("total"), tt.want, tt.total)
			}
			if n := len(a.s.Mutations()); n != 0 {
				t.Error("a list counts as a change")
			}
		})
	}
}

func TestListSchemasShape(t *testing.T) {
	a := connect(t, Options{})
	a.post("/schema/list?schemaType=PHYSICAL", `{"limit":1,"offset":7}`).same(t, `{"total":11,"schemasDetails":[{
		"schemaID":111,"schemaName":"Sandbox","schemaDescription":"","schemaType":"PHYSICAL","owner":"ada@example.com",
		"isEmpty":true,"creationDate":"2024-07-01T08:00:00.000Z","lastModificationDate":"2026-04-02T08:00:00.000Z"}]}`)
	a.post("/schema/list", `{"limit":1,"offset":9}`).same(t, `{"total":5,"schemasDetails":[]}`)
}

func TestListRefuses(t *testing.T) {
	a := connect(t, Options{})
	for _, path := range []string{"/schema/list", "/schema/Ledger/list"} {
		for _, body := range []string{``, `{}`, `{"limit":10}`, `{"offset":0}`, `{"limit":201,"offset":0}`, `{"limit":-1,"offset":0}`,
			`{"limit":1,"offset":-1}`, `{"limit":null,"offset":0}`, `{"limit":"1","offset":0}`, `{"limit":1.5,"offset":0}`, `[]`, `{`, `{} {}`, `nil`} {
			a.want(400, "POST", path, body)
		}
	}
	a.want(400, "POST", "/schema/list?schemaType=business", lists)
	a.want(400, "POST", "/schema/list", `{"limit":1,"offset":0,"sortBy":"COLOUR"}`)
	a.want(415, "POST", "/schema/list", lists, "Content-Type", "text/plain")
	a.want(404, "POST", "/schema/Nothing/list", lists)
	a.want(404, "POST", "/schema/ledger/list", lists)
	a.as("zoe").want(404, "POST", "/schema/Ledger/list", lists)
}

func TestListObjects(t *testing.T) {
	a := connect(t, Options{})
	a.post("/schema/FinanceMart/list", `{"limit":1,"offset":0}`).same(t, `{"total":2,"tablesDetails":[{"name":"monthly_close","columns":[
		{"name":"period","label":"Period","description":"","dataType":"date","function":"dimension"},
		{"name":"total","label":"Total","description":"in euros","dataType":"double","function":"measure"}]}]}`)
	got := a.post("/schema/CustomerViews/list", lists)
	if got.get("viewsDetails.0.columns.0.label") != `City / "Ort" – Zürich` || got.at("tablesDetails") != nil {
		t.Errorf("got %s", got.Body)
	}
	a.post("/schema/Sandbox/list", lists).same(t, `{"total":0,"tablesDetails":[]}`)
}

// TestFullPage pages through a list whose end is the end of a page.
func TestFullPage(t *testing.T) {
	a := connect(t, Options{})
	for limit, pages := range map[int]int{0: 1, 200: 1, 100: 2, 7: 29} {
		var names []string
		for p := range pages + 1 {
			got := a.post("/schema/Telemetry/list", fmt.Sprintf(`{"limit":%d,"offset":%d}`, limit, len(names)))
			part := got.each("tablesDetails", "name")
			if got.get("total") != "200" || p == pages && len(part) != 0 {
				t.Errorf("limit %d, page %d: %d of %s", limit, p, len(part), got.get("total"))
			}
			names = append(names, part...)
		}
		if !slices.IsSorted(names) || len(slices.Compact(names)) != 200 || names[199] != "sensor_200" {
			t.Errorf("limit %d: %d names", limit, len(names))
		}
	}
}

func TestSchemaStatus(t *testing.T) {
	a := connect(t, Options{})
	a.get("/schema/BoardPack/status").same(t, `{
		"schemaName":"BoardPack","schemaDescription":"Materialized views over FinanceMart","schemaType":"PHYSICAL",
		"ownerName":"Lin Fischer","creationDate":"2024-02-12T08:00:00.000Z","lastModifierName":"Lin Fischer",
		"lastModificationDate":"2026-03-12T08:00:00.000Z",
		"physicalSchemaDetails":{"lastModelUpdateStatus":"SUCCESS","lastModelUpdateTime":"2026-03-12T08:00:00.000Z",
			"dataSizeInBytes":54624,"lastLoadStatus":"SUCCESS","lastLoadTime":"2026-06-01T02:00:18.000Z",
			"lastLoadEndTime":"2026-06-01T02:00:22.000Z","lastLoadMessage":null},
		"tables":[{"name":"board_figures","columnsCount":2,"rowsCount":3414}]}`)
	a.get("/schema/BoardViews/status").same(t, `{
		"schemaName":"BoardViews","schemaDescription":"What the board looks at","schemaType":"BUSINESS",
		"ownerName":"Grace Miller","creationDate":"2025-04-07T08:00:00.000Z","lastModifierName":"Grace Miller",
		"lastModificationDate":"2026-05-12T08:00:00.000Z","views":[{"name":"KeyFigures","columnsCount":3}]}`)
	never := a.get("/schema/Customers/status")
	if v, there := never.at("physicalSchemaDetails").(map[string]any)["lastLoadStatus"]; v != nil || !there {
		t.Errorf("never loaded: %v", v)
	}
	if got := a.get("/schema/Warehouse/status").get("physicalSchemaDetails.lastLoadMessage"); !strings.Contains(got, "timed out") {
		t.Errorf("message of a failed load: %q", got)
	}
	a.want(404, "GET", "/schema/ledger/status", "")
}

func TestOwners(t *testing.T) {
	owned := map[string]int{}
	for _, o := range connect(t, Options{}).post("/schema/list?schemaType=ALL", `{"limit":0,"offset":0}`).each("schemasDetails", "owner") {
		owned[o]++
	}
	want := map[string]int{"ada@example.com": 4, "lin@example.com": 2, "omar@example.com": 2, "paul@example.com": 3,
		"priya@example.com": 2, "zoe@example.com": 2, "grace@example.com": 1}
	if !reflect.DeepEqual(owned, want) {
		t.Errorf("got %v, want %v", owned, want)
	}
}
