package emulator

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"
)

// usualLimit is how much the catalog answers if the caller does not say.
const usualLimit = 200

// root is the folder of what lies in none.
const root = 0

type folder struct {
	ID       int64     `json:"id,string"` // one is beyond 2^53
	Name     string    `json:"name"`
	Parent   int64     `json:"parent,string"`
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
	ownership
}

type dashboard struct {
	ID       int64     `json:"id"`
	GUID     string    `json:"guid"`
	Name     string    `json:"name"`
	Folder   int64     `json:"folder,string"`
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
	ownership
	Insights []insight `json:"insights"`
}

// An insight shows a business view.
type insight struct {
	GUID string `json:"guid"`
	Name string `json:"name"`
	View string `json:"view"` // schema.view
}

func catalogRoutes() []route {
	paging := func(least int64) contract {
		return contract{opt("limit", within(least, math.MaxInt32)), opt("offset", within(0, math.MaxInt32))}
	}
	sorted := append(paging(1), opt("sortBy", oneOf(sortings...)))
	return []route{
		{on: "GET /catalog", do: listRoot, query: sorted},
		{on: "GET /catalog/folder/{folderId}", do: listFolder, query: sorted},
		{on: "GET /catalog/search", do: searchCatalog, query: append(paging(0), // the vendor's own example has limit=0
			req("keyword", text), opt("type", oneOf("ALL", "DASHBOARD", "FOLDER")))},
	}
}

// An entry is a folder or a dashboard in a list.
type entry struct {
	kind string
	id   any // of the folder, or the GUID of the dashboard
	name string
	own  ownership
	made time.Time
	last time.Time
}

func folderEntry(f *folder) *entry {
	return &entry{"FOLDER", f.ID, f.Name, f.ownership, f.Created, f.Modified}
}

func dashboardEntry(d *dashboard) *entry {
	return &entry{"DASHBOARD", d.GUID, d.Name, d.ownership, d.Created, d.Modified}
}

func (st *state) folder(id int64) *folder {
	return first(st.folders, func(f *folder) bool { return f.ID == id })
}

func (st *state) dashboard(guid string) *dashboard {
	return first(st.dashboards, func(d *dashboard) bool { return d.GUID == guid })
}

// reach is what the caller may do with something in a folder: what is shared with them, or any folder around it (inf).
func (c *call) reach(o ownership, in int64) access {
	most := c.accessOf(c.by, o)
	if f := c.folder(in); f != nil {
		most = max(most, c.reach(f.ownership, f.Parent))
	}
	return most
}

// entries are the folders and dashboards that the caller sees.
func (c *call) entries(keep func(e *entry, in int64) bool) []*entry {
	var out []*entry
	add := func(e *entry, in int64) {
		if keep(e, in) && c.reach(e.own, in) >= view {
			out = append(out, e)
		}
	}
	for _, f := range c.folders {
		add(folderEntry(f), f.Parent)
	}
	for _, d := range c.dashboards {
		add(dashboardEntry(d), d.Folder)
	}
	return out
}

func listRoot(c *call) (any, error) {
	return c.catalogPage(c.entries(func(_ *entry, in int64) bool { return in == root })), nil
}

func listFolder(c *call) (any, error) {
	id, err := strconv.ParseInt(c.path("folderId"), 10, 64)
	if err != nil {
		return nil, badInput("The folder ID must be a whole number.")
	}
	f := c.folder(id)
	if f == nil || c.reach(f.ownership, f.Parent) < view {
		return nil, unknown("The folder %d is not found.", id)
	}
	return c.catalogPage(c.entries(func(_ *entry, in int64) bool { return in == id })), nil
}

// searchCatalog looks through all folders. There are no wildcards.
func searchCatalog(c *call) (any, error) {
	kind, keyword := c.query.str("type"), strings.ToLower(c.query.str("keyword"))
	return c.catalogPage(c.entries(func(e *entry, _ int64) bool {
		return strings.Contains(strings.ToLower(e.name), keyword) && (kind == "" || kind == "ALL" || kind == e.kind)
	})), nil
}

// catalogPage answers in the way of the schema lists, because the catalog's pages are cut off (inf). A limit of 0 is
// the usual one (inf).
func (c *call) catalogPage(rows []*entry) any {
	sortBy(c.query.str("sortBy"), rows, func(e *entry) sortKeys { return sortKeys{e.name, e.own.Owner, e.last} })
	out := []any{}
	for _, e := range page(rows, c.query.num("offset", 0), cmp.Or(c.query.num("limit", usualLimit), usualLimit)) {
		item := map[string]any{
			"name": e.name, "type": e.kind, "owner": e.own.Owner, "creationDate": c.date(e.made),
			"lastModificationDate": c.date(e.last),
		}
		item[map[string]string{"FOLDER": "id", "DASHBOARD": "guid"}[e.kind]] = e.id
		out = append(out, item)
	}
	return map[string]any{"total": len(rows), "catalogDetails": out}
}
