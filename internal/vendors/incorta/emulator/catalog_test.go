package emulator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestCatalog(t *testing.T) {
	rootNames := []string{"Archive", "Company KPIs", `Customer "360" – Zoë's view`, "Finance", "Imported before the move", "Operations", `Q1/Q2 "Board" – Übersicht`}
	for name, tt := range map[string]struct {
		path, as string
		want     []string
		total    string
	}{
		"root":              {"/catalog", "", rootNames, "7"},
		"first two":         {"/catalog?limit=2", "", rootNames[:2], "7"},
		"next two":          {"/catalog?limit=2&offset=2", "", rootNames[2:4], "7"},
		"last":              {"/catalog?limit=200&offset=6", "", rootNames[6:], "7"},
		"exactly the rest":  {"/catalog?limit=5&offset=2", "", rootNames[2:], "7"},
		"past the end":      {"/catalog?offset=7", "", nil, "7"},
		"backwards":         {"/catalog?sortBy=NAME_DESC&limit=1", "", rootNames[6:], "7"},
		"by owner":          {"/catalog?sortBy=OWNER_ASC&limit=3", "", []string{"Finance", "Company KPIs", `Q1/Q2 "Board" – Übersicht`}, "7"},
		"by owner, turned":  {"/catalog?sortBy=OWNER_DESC&limit=3", "", []string{`Customer "360" – Zoë's view`, "Archive", "Imported before the move"}, "7"},
		"oldest":            {"/catalog?sortBy=MODIFICATION_DATE_ASC&limit=1", "", []string{"Finance"}, "7"},
		"newest":            {"/catalog?sortBy=MODIFICATION_DATE_DESC&limit=1", "", []string{`Customer "360" – Zoë's view`}, "7"},
		"what Ada sees":     {"/catalog", "ada", []string{"Company KPIs", "Finance"}, "2"},
		"what Nia sees":     {"/catalog", "nia", []string{"Finance"}, "1"},
		"what Erik sees":    {"/catalog", "erik", nil, "0"},
		"a folder":          {"/catalog/folder/11", "", []string{"Cash – prévision", "Month end", "Revenue"}, "3"},
		"by a share around": {"/catalog/folder/15", "nia", []string{"Spend / supplier"}, "1"},
		"a far id":          {"/catalog/folder/9007199254740993", "", []string{"Old contacts"}, "1"},
		"search":            {"/catalog/search?keyword=SPEND", "", []string{"Spend / supplier"}, "1"},
		"search folders":    {"/catalog/search?keyword=o&type=FOLDER", "", []string{"Imported before the move", "Month end", "Operations", `Q1/Q2 "Board" – Übersicht`}, "4"},
		"search dashboards": {"/catalog/search?keyword=board&type=DASHBOARD", "", []string{"Board pack"}, "1"},
		"search both":       {"/catalog/search?keyword=board&type=ALL&limit=0", "", []string{"Board pack", `Q1/Q2 "Board" – Übersicht`}, "2"},
		"no wildcards":      {"/catalog/search?keyword=%25", "", nil, "0"},
		"a slash":           {"/catalog/search?keyword=" + url.QueryEscape(`q2 "b`), "", []string{`Q1/Q2 "Board" – Übersicht`}, "1"},
		"beyond ASCII":      {"/catalog/search?keyword=" + url.QueryEscape("ÜBERSICHT"), "", []string{`Q1/Q2 "Board" – Übersicht`}, "1"},
		"search as Nia":     {"/catalog/search?keyword=e&limit=1&offset=1", "nia", []string{"Month end"}, "4"},
		"search past":       {"/catalog/search?keyword=snap&offset=200", "", nil, "200"},
	} {
		t.Run(name, func(t *testing.T) {
			a := connect(t, Options{})
			if tt.as != "" {
				a = a.as(tt.as)
			}
			got := a.get(tt.path)
			if names := got.each("catalogDetails", "name"); !slices.Equal(names, tt.want) || got.get("total") != tt.total {
				t.Errorf("got %q of %s, want %q of %s", names, got.get("total"), tt.want, tt.total)
			}
		})
	}
}

func TestCatalogShape(t *testing.T) {
	a := connect(t, Options{})
	a.get("/catalog?offset=4&limit=1").same(t, `{"total":7,"catalogDetails":[{"id":9007199254740993,"name":"Imported before the move",
		"type":"FOLDER","owner":"paul@example.com","creationDate":"2024-08-20T08:00:00.000Z","lastModificationDate":"2026-05-07T08:00:00.000Z"}]}`)
	a.get("/catalog?offset=1&limit=1").same(t, `{"total":7,"catalogDetails":[{"guid":"1c0a7a00-0001-4000-8000-000000000001","name":"Company KPIs",
		"type":"DASHBOARD","owner":"grace@example.com","creationDate":"2025-04-28T08:00:00.000Z","lastModificationDate":"2026-05-03T08:00:00.000Z"}]}`)
}

func TestCatalogRefuses(t *testing.T) {
	a := connect(t, Options{})
	for path, status := range map[string]int{
		"/catalog?limit=0": 400, "/catalog?limit=-1": 400, "/catalog?limit=2147483648": 400, "/catalog?offset=-1": 400,
		"/catalog?offset=x": 400, "/catalog?sortBy=name_asc": 400, "/catalog/folder/10": 404, "/catalog/folder/x": 400,
		"/catalog/folder/9007199254740992": 404, "/catalog/folder/0": 404, "/catalog/folder/11?limit=0": 400,
		"/catalog/search": 400, "/catalog/search?keyword=": 400, "/catalog/search?keyword=a&type=all": 400,
		"/catalog/search?keyword=a&limit=-1": 400,
	} {
		a.want(status, "GET", path, "")
	}
	a.get("/catalog?limit=2147483647&offset=2147483647")
	a.as("ada").want(404, "GET", "/catalog/folder/14", "")
}

// TestFullFolder pages through a folder whose end is the end of a page.
func TestFullFolder(t *testing.T) {
	a := connect(t, Options{})
	first := a.get("/catalog/folder/14").each("catalogDetails", "name")
	if len(first) != 200 || len(a.get("/catalog/folder/14?offset=200").each("catalogDetails", "name")) != 0 {
		t.Fatalf("%d dashboards on the first page", len(first))
	}
	var names []string
	for offset := 0; offset <= 200; offset += 50 {
		part := a.get(fmt.Sprintf("/catalog/folder/14?limit=50&offset=%d", offset)).each("catalogDetails", "name")
		names = append(names, part...)
	}
	if !slices.Equal(names, first) {
		t.Errorf("in pages %d, at once %d", len(names), len(first))
	}
}

func TestSQLConnection(t *testing.T) {
	a := connect(t, Options{})
	got := a.get("/configs/sqlConnection")
	if got.Body != "cluster.example.com:5442" || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("got %s %q", got.Header.Get("Content-Type"), got.Body)
	}
	a.want(500, "GET", "/configs/sqlConnection", "", "Accept", "application/json")
	a.want(500, "GET", "/configs/sqlConnection", "", "Accept", "*/*")
	if got := connect(t, Options{UndefinedPort: true}).get("/configs/sqlConnection").Body; got != "cluster.example.com:undefined" {
		t.Errorf("got %q", got)
	}
}
