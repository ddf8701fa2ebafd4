package incorta

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
	"runner/internal/rest"
)

var catalogOperations = []*op.Operation{
	listCatalog, listFolder, listCatalogMatches, getSQLConnection,
}

// CatalogItem is a folder or dashboard.
type CatalogItem struct {
	Type             string             `json:"type" lua:"type" doc:"DASHBOARD or FOLDER; empty if the cluster does not say."`
	Name             string             `json:"name" lua:"name,key" doc:"Name."`
	ID               op.Opt[int64]      `json:"id" lua:"id" doc:"Number: of a folder, what list_folder takes. Absent where the cluster tells none."`
	GUID             op.Opt[string]     `json:"guid" lua:"guid" doc:"GUID: of a dashboard, what the operations about dashboards take. Absent where the cluster tells none."`
	Owner            op.Opt[string]     `json:"owner" lua:"owner" doc:"Owner, as the cluster words it."`
	Path             op.Opt[string]     `json:"path" lua:"path" doc:"Where it is; absent where the cluster does not say."`
	ModificationDate op.Opt[op.RFC3339] `json:"modificationDate" lua:"modification_date,noise" doc:"When it was changed last."`
	Extra            op.Extra           `json:",embed"`
}

// itemOf reads a folder or dashboard; kind is what it is if it does not say
// itself.
func itemOf(v jsontext.Value, kind string) CatalogItem {
	o := objectOf(v)
	i := CatalogItem{
		Name:             o.text("name", "title", "dashboardName", "folderName", "label").Value,
		Owner:            o.person("owner", "ownerName", "ownerDisplayName"),
		Path:             o.text("path", "fullPath"),
		ModificationDate: o.moment("modificationDate", "lastModificationDate", "lastModifiedDate", "lastModified", "modifiedAt"),
	}
	i.Type = kindOf(o.text("type", "entityType", "itemType").Value)
	if i.Type == "" {
		i.Type = kind
	}
	for _, name := range []string{"guid", "dashboardGuid", "id", "folderId", "dashboardId"} {
		v := o.find(name)
		if v == nil {
			continue
		}
		if n, err := strconv.ParseInt(textOf(v), 10, 64); err == nil && !i.ID.Given {
			i.ID = op.Some(n)
		} else if err != nil && !i.GUID.Given {
			i.GUID = op.Some(textOf(v))
		}
	}
	i.Extra = o.rest()
	return i
}

func kindOf(word string) string {
	switch word = strings.ToUpper(word); {
	case strings.Contains(word, "DASHBOARD"):
		return "DASHBOARD"
	case strings.Contains(word, "FOLDER"):
		return "FOLDER"
	}
	return word
}

// A catalogPage is a page of the catalog. Its shape is not documented: a list, or
// an object with one list or several, like folders and dashboards.
type catalogPage struct {
	total op.Opt[int64]
	items []CatalogItem
}

func (p *catalogPage) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	v = v.Clone()
	if v.Kind() == '[' {
		p.add(v, "")
		return nil
	}
	o := objectOf(v)
	p.total = o.number("total", "totalCount")
	p.within(o, 0)
	return nil
}

func (p *catalogPage) within(o object, depth int) {
	for _, name := range o.names() {
		switch v := o.members[name]; {
		case v.Kind() == '[':
			p.add(v, kindOf(name))
		case v.Kind() == '{' && depth < 2: // {"content": {"folders": […]}}
			p.within(objectOf(v), depth+1)
		}
	}
}

func (p *catalogPage) add(list jsontext.Value, kind string) {
	if kind != "DASHBOARD" && kind != "FOLDER" {
		kind = ""
	}
	var items []jsontext.Value
	_ = json.Unmarshal(list, &items) // it is a list
	for _, item := range items {
		if item.Kind() == '{' {
			p.items = append(p.items, itemOf(item, kind))
		}
	}
}

// catalog fetches a page of the catalog.
func (c *client) catalog(ctx context.Context, path string, q url.Values, cursor string, size op.Opt[int64]) ([]CatalogItem, string, error) {
	p, err := pageAt(cursor, size, 1<<31-1)
	if err != nil {
		return nil, "", err
	}
	q.Set("limit", strconv.FormatInt(p.limit, 10))
	q.Set("offset", strconv.FormatInt(p.offset, 10))
	var answer catalogPage
	if err := c.get(ctx, path, q, &answer); err != nil {
		return nil, "", err
	}
	first := ""
	if len(answer.items) > 0 {
		i := answer.items[0]
		first = fmt.Sprintf("%s/%d/%s/%s", i.Type, i.ID.Value, i.GUID.Value, i.Name)
	}
	next, err := p.next(len(answer.items), answer.total, first)
	return answer.items, next, err
}

// ListCatalog is the input of incorta.list_catalog.
type ListCatalog struct {
	SortBy   string        `json:"sortBy" lua:"sort_by" enum:"NAME_ASC NAME_DESC OWNER_ASC OWNER_DESC MODIFICATION_DATE_ASC MODIFICATION_DATE_DESC" default:"NAME_ASC" doc:"What to sort by."`
	PageSize op.Opt[int64] `json:"-" lua:"page_size" default:"200" doc:"How many are asked for at a time."`
}

var listCatalog = op.NewList(op.Operation{
	Name: "incorta.list_catalog",
	Doc: `Lists the folders and dashboards at the top of the catalog.

All that the connection's user owns or may see, in the order of sort_by.`,
	Source:      docs + "list-catalog-content-endpoint-v2",
	Example:     `for item in iter(incorta.list_catalog, { sort_by = "OWNER_ASC" }) do print(item.type, item.name, item.owner) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "catalog",
	Shows:       op.Blind(content),
}, func(ctx context.Context, c *client, in ListCatalog, cursor string) ([]CatalogItem, string, error) {
	path, err := c.v2("catalog")
	if err != nil {
		return nil, "", err
	}
	return c.catalog(ctx, path, rest.Query(in), cursor, in.PageSize)
})

// ListFolder is the input of incorta.list_folder.
type ListFolder struct {
	FolderID int64         `json:"-" lua:"folder_id,required,key" doc:"Folder to look into."`
	SortBy   string        `json:"sortBy" lua:"sort_by" enum:"NAME_ASC NAME_DESC OWNER_ASC OWNER_DESC MODIFICATION_DATE_ASC MODIFICATION_DATE_DESC" default:"NAME_ASC" doc:"What to sort by."`
	PageSize op.Opt[int64] `json:"-" lua:"page_size" default:"200" doc:"How many are asked for at a time."`
}

var listFolder = op.NewList(op.Operation{
	Name: "incorta.list_folder",
	Doc: `Lists the folders and dashboards in a folder of the catalog.

All that the connection's user owns or may see, in the order of sort_by; not what is in the folders in it.
Raises not_found or invalid if there is no such folder.`,
	Source:      docs + "list-catalog-folder-content-endpoint-v2",
	Example:     `for item in iter(incorta.list_folder, { folder_id = 11 }) do print(item.type, item.name) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "folder",
	Shows:       op.Blind(content),
}, func(ctx context.Context, c *client, in ListFolder, cursor string) ([]CatalogItem, string, error) {
	path, err := c.v2("catalog", "folder", in.FolderID)
	if err != nil {
		return nil, "", err
	}
	return c.catalog(ctx, path, rest.Query(in), cursor, in.PageSize)
})

// ListCatalogMatches is the input of incorta.list_catalog_matches.
type ListCatalogMatches struct {
	Keyword  string        `json:"keyword" lua:"keyword,required,key" doc:"Part of the name, without regard to capitals. There are no wildcards."`
	Type     string        `json:"type" lua:"type" enum:"ALL DASHBOARD FOLDER" default:"ALL" doc:"What to look for."`
	PageSize op.Opt[int64] `json:"-" lua:"page_size" default:"200" doc:"How many are asked for at a time."`
}

var listCatalogMatches = op.NewList(op.Operation{
	Name: "incorta.list_catalog_matches",
	Doc: `Lists the folders and dashboards whose names contain a keyword, wherever they are.

All that the connection's user owns or may see, in the cluster's order. Raises invalid if keyword is empty.
incorta.find_dashboard finds one by its whole name.`,
	Source:      docs + "search-catalog-endpoint-v2",
	Example:     `for item in iter(incorta.list_catalog_matches, { keyword = "revenue", type = "DASHBOARD" }) do print(item.name, item.guid) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "catalog items called like",
	Shows:       op.Blind(content),
}, func(ctx context.Context, c *client, in ListCatalogMatches, cursor string) ([]CatalogItem, string, error) {
	path, err := c.v2("catalog", "search")
	if err != nil {
		return nil, "", err
	}
	if in.Keyword == "" {
		return nil, "", &op.Error{Kind: op.Invalid, Cause: "keyword is empty"}
	}
	return c.catalog(ctx, path, rest.Query(in), cursor, in.PageSize)
})

// GetSQLConnection is the input of incorta.get_sql_connection.
type GetSQLConnection struct{}

// SQLConnection is where the SQL interface listens.
type SQLConnection struct {
	Host string        `json:"host" lua:"host" doc:"Host."`
	Port op.Opt[int64] `json:"port" lua:"port" doc:"TCP port; absent where the cluster says undefined."`
}

// The answer is text, and a request with an Accept header is answered 500: see
// plainly.
var getSQLConnection = op.New(op.Operation{
	Name:        "incorta.get_sql_connection",
	Doc:         "Tells where the SQL interface of the cluster listens.\n\nRaises garbled if the cluster answers something else than a host and a port.",
	Source:      docs + "get-sql-connection-endpoint-v2",
	Example:     `local sql = incorta.get_sql_connection(); print(sql.host, sql.port)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "SQL connection",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, _ GetSQLConnection) (s SQLConnection, err error) {
	path, err := c.v2("configs", "sqlConnection")
	if err != nil {
		return s, err
	}
	var body []byte
	err = c.signedIn(ctx, func() error {
		a, err := c.Do(ctx, rest.Request{Method: http.MethodGet, Path: path})
		if err == nil {
			body = a.Body
		}
		return err
	})
	if err != nil {
		return s, err
	}
	text := textOf(bytes.TrimSpace(body))
	at := strings.LastIndexByte(text, ':')
	if at < 1 || strings.ContainsAny(text, " \t\r\n<>{}\"") {
		return s, &op.Error{Kind: op.Garbled, Cause: "the cluster answered something else than a host and a port", Hint: "check the connection's url; a login page or a proxy may be in the way"}
	}
	s.Host = text[:at]
	if port, err := strconv.ParseInt(text[at+1:], 10, 64); err == nil {
		s.Port = op.Some(port)
	}
	return s, nil
})
