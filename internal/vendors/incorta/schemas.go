package incorta

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
)

const docs = "https://docs.incorta.com/latest/references-api-"

// thirdParty is a client that calls what no page of the vendor describes.
const thirdParty = "https://github.com/LaithTahboub/IncortaStreamlit, incorta_connector.py (a third-party client; unconfirmed)"

var schemaOperations = []*op.Operation{
	getSchemaStatus, listSchemas, listSchemaObjects,
}

// SchemaStatus is a schema, and how its last load went.
type SchemaStatus struct {
	SchemaName           string             `json:"schemaName" lua:"schema_name,key" doc:"Name, in exact case."`
	SchemaDescription    op.Opt[string]     `json:"schemaDescription" lua:"schema_description" doc:"Description."`
	SchemaType           string             `json:"schemaType" lua:"schema_type" doc:"PHYSICAL or BUSINESS."`
	OwnerName            op.Opt[string]     `json:"ownerName" lua:"owner_name" doc:"Name of the owner."`
	CreationDate         op.Opt[op.RFC3339] `json:"creationDate" lua:"creation_date" doc:"When it was created."`
	LastModifierName     op.Opt[string]     `json:"lastModifierName" lua:"last_modifier_name,noise" doc:"Name of who changed it last."`
	LastModificationDate op.Opt[op.RFC3339] `json:"lastModificationDate" lua:"last_modification_date,noise" doc:"When it was changed last."`

	IsEmpty     op.Opt[bool]       `json:"isEmpty" lua:"is_empty,noise" doc:"Whether it is empty; absent where the cluster says so in lists only."`
	LoadState   op.Opt[string]     `json:"loadState" lua:"load_state,noise" doc:"How far its last load is, as the runner reads the cluster's word: running, succeeded, failed, stopped, none (never loaded) or unknown (a word that the runner does not know, or none). Absent of a business schema."`
	LoadStatus  op.Opt[string]     `json:"loadStatus" lua:"load_status,noise" doc:"The cluster's own word for it; absent if it says none."`
	LoadTime    op.Opt[op.RFC3339] `json:"loadTime" lua:"load_time,noise" doc:"When its last load began; or, where the cluster names one time only, that. Absent if it names none."`
	LoadEndTime op.Opt[op.RFC3339] `json:"loadEndTime" lua:"load_end_time,noise" doc:"When its last load ended; absent while it runs, or where the cluster does not say."`
	LoadMessage op.Opt[string]     `json:"loadMessage" lua:"load_message,noise" doc:"What the cluster says of its last load, like why it failed; absent if nothing."`

	PhysicalSchemaDetails op.Opt[Details]  `json:"physicalSchemaDetails" lua:"physical_schema_details,noise" doc:"What the cluster says of model updates, loads and the size of the data. Absent of a business schema."`
	Tables                []SchemaSubtotal `json:"tables" lua:"tables,noise" doc:"Its tables; of a business schema its views, where the cluster lists them. What it says of each, beside the name, may change with every load."`
	Extra                 op.Extra         `json:",embed"`
}

// Details are details as they come.
type Details struct {
	Extra op.Extra `json:",embed"`
}

// SchemaSubtotal is a table or view of a schema, without its columns.
type SchemaSubtotal struct {
	Name  op.Opt[string] `json:"name" lua:"name,key" doc:"Name."`
	Extra op.Extra       `json:",embed"`
}

// UnmarshalJSONFrom reads a schema. The names inside physicalSchemaDetails are
// not documented.
func (s *SchemaStatus) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if v.Kind() != '{' {
		return fmt.Errorf("a schema is not an object")
	}
	o := objectOf(v.Clone())
	*s = SchemaStatus{
		SchemaName:           o.text("schemaName", "name").Value,
		SchemaDescription:    o.text("schemaDescription", "description"),
		SchemaType:           strings.ToUpper(o.text("schemaType", "type").Value),
		OwnerName:            o.text("ownerName", "owner"),
		CreationDate:         o.moment("creationDate"),
		LastModifierName:     o.text("lastModifierName"),
		LastModificationDate: o.moment("lastModificationDate"),
		IsEmpty:              o.flag("isEmpty"),
	}
	if physical := o.find("physicalSchemaDetails"); physical.Kind() == '{' {
		s.PhysicalSchemaDetails = op.Some(Details{Extra: op.Extra(objectOf(physical).members)})
		s.readLoad(physical)
	}
	if s.SchemaType == "" && s.PhysicalSchemaDetails.Given {
		s.SchemaType = "PHYSICAL"
	}
	if s.SchemaType != "BUSINESS" && !s.LoadState.Given {
		s.LoadState = op.Some(unknown)
	}
	for _, table := range o.list("tables", "tablesDetails", "views", "viewsDetails") {
		if table.Kind() == '"' {
			s.Tables = append(s.Tables, SchemaSubtotal{Name: op.Some(textOf(table))})
			continue
		}
		t := objectOf(table)
		s.Tables = append(s.Tables, SchemaSubtotal{Name: t.text("name", "tableName", "viewName"), Extra: t.rest()})
	}
	s.Extra = o.rest()
	return nil
}

// readLoad finds the state of the last load among the details of a schema, and
// leaves aside that of the last model update.
func (s *SchemaStatus) readLoad(details jsontext.Value) {
	var plain, ended op.Opt[op.RFC3339]
	for _, l := range leaves(details) {
		if strings.Contains(l.path, "model") || strings.Contains(l.path, "update") || !strings.Contains(l.path, "load") {
			continue
		}
		name := l.name()
		isWord := strings.HasSuffix(name, "status") || strings.HasSuffix(name, "state")
		_, isTime := timeOf(textOf(l.value))
		switch {
		case isWord && !s.LoadStatus.Given:
			s.LoadStatus = op.Some(textOf(l.value))
		case l.value.Kind() == '"' && (strings.Contains(name, "message") || strings.Contains(name, "error") || strings.Contains(name, "reason")):
			if !s.LoadMessage.Given && textOf(l.value) != "" {
				s.LoadMessage = op.Some(textOf(l.value))
			}
		case isWord || !isTime || strings.Contains(name, "success"):
			// A time of the last success tells nothing of the last load.
		case strings.Contains(name, "start") || strings.Contains(name, "begin"):
			if !s.LoadTime.Given {
				s.LoadTime = op.Some(momentOf(l.value))
			}
		case strings.Contains(name, "end") || strings.Contains(name, "finish") || strings.Contains(name, "complet"):
			if !ended.Given {
				ended = op.Some(momentOf(l.value))
			}
		case !plain.Given:
			plain = op.Some(momentOf(l.value))
		}
	}
	s.LoadState = op.Some(stateOf(s.LoadStatus.Value))
	s.LoadEndTime = ended
	switch {
	case s.LoadTime.Given:
	case plain.Given:
		s.LoadTime = plain
	default:
		s.LoadTime = ended
	}
}

// GetSchemaStatus is the input of incorta.get_schema_status.
type GetSchemaStatus struct {
	SchemaName string `json:"-" lua:"schema_name,required,key" doc:"Schema to read, in exact case."`
}

// That an unknown name is answered 404 is unconfirmed.
var getSchemaStatus = op.New(op.Operation{
	Name: "incorta.get_schema_status",
	Doc: `Reads a physical or business schema, and how the last load of a physical one went.

A load has no id: compare load_time with what it was before to tell a new load from an old one.
Raises not_found if there is no such schema, and denied if the connection's user has no right on it.`,
	Source:      docs + "schema-status-endpoint-v2",
	Example:     `local s = incorta.get_schema_status { schema_name = "Ledger" }; print(s.load_state, s.load_time)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schema",
	Shows:       op.One(schema, "schema_name"),
}, func(ctx context.Context, c *client, in GetSchemaStatus) (SchemaStatus, error) {
	return c.schema(ctx, in.SchemaName)
})

func (c *client) schema(ctx context.Context, name string) (s SchemaStatus, err error) {
	if err := c.get(ctx, c.either("schema", name, "status"), nil, &s); err != nil {
		return s, err
	}
	if s.SchemaName == "" {
		s.SchemaName = name
	}
	return s, nil
}

// SchemaSummary is a schema in a list.
type SchemaSummary struct {
	SchemaName        string         `json:"schemaName" lua:"schema_name,key" doc:"Name, in exact case."`
	SchemaID          op.Opt[int64]  `json:"schemaID,omitzero" lua:"schema_id" doc:"Number of the schema. No operation takes it."`
	SchemaDescription op.Opt[string] `json:"schemaDescription,omitzero" lua:"schema_description" doc:"Description."`
	SchemaType        string         `json:"schemaType" lua:"schema_type" doc:"PHYSICAL or BUSINESS."`
	Owner             op.Opt[string] `json:"owner,omitzero" lua:"owner" doc:"Name of the owner, as the cluster words it."`
	IsEmpty           op.Opt[bool]   `json:"isEmpty,omitzero" lua:"is_empty" doc:"Whether it is empty."`
	Extra             op.Extra       `json:",embed"`
}

// UnmarshalJSONFrom reads a schema in a list: whether owner is a name or an
// object, and schemaID a number or a text, is not documented.
func (s *SchemaSummary) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	o := objectOf(v.Clone())
	*s = SchemaSummary{
		SchemaName:        o.text("schemaName", "name").Value,
		SchemaID:          o.number("schemaID"),
		SchemaDescription: o.text("schemaDescription", "description"),
		SchemaType:        strings.ToUpper(o.text("schemaType", "type").Value),
		Owner:             o.person("owner", "ownerName"),
		IsEmpty:           o.flag("isEmpty"),
	}
	s.Extra = o.rest()
	return nil
}

// person is somebody's name: a text, or in an object.
func (o object) person(names ...string) op.Opt[string] {
	v := o.find(names...)
	switch v.Kind() {
	case '"':
		return op.Some(textOf(v))
	case '{':
		return objectOf(v).text("name", "displayName", "loginName", "email")
	}
	return op.Opt[string]{}
}

// ListSchemas is the input of incorta.list_schemas.
type ListSchemas struct {
	SchemaType string        `json:"-" lua:"schema_type" enum:"ALL BUSINESS PHYSICAL" default:"ALL" doc:"Only schemas of this type. The cluster's own default is BUSINESS."`
	SortBy     string        `json:"-" lua:"sort_by" doc:"What to sort by; the vendor's page is cut off before the values. The cluster's order if omitted."`
	PageSize   op.Opt[int64] `json:"-" lua:"page_size" default:"200" doc:"How many are asked for at a time, at most 200."`
}

var listSchemas = op.NewList(op.Operation{
	Name: "incorta.list_schemas",
	Doc: `Lists the schemas that the connection's user may see.

All of them, in the order of sort_by. Raises invalid if page_size is not from 1 to 200.`,
	Source:      docs + "list-schemas-endpoint-v2",
	Example:     `for s in iter(incorta.list_schemas, { schema_type = "PHYSICAL" }) do print(s.schema_name, s.owner) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "schema",
	Shows: op.Many(schema, map[string]op.Match{
		"schema_type": op.AtLeast("schema_type"), // ALL fits any; nothing changes the type
	}, "sort_by", "page_size"),
}, func(ctx context.Context, c *client, in ListSchemas, cursor string) (schemas []SchemaSummary, next string, err error) {
	path, err := c.v2("schema", "list")
	if err != nil {
		return nil, "", err
	}
	p, err := pageAt(cursor, in.PageSize, 200)
	if err != nil {
		return nil, "", err
	}
	body := struct {
		Limit  int64  `json:"limit"`
		Offset int64  `json:"offset"`
		SortBy string `json:"sortBy,omitzero"`
	}{p.limit, p.offset, in.SortBy}
	var page struct {
		Total          op.Opt[int64]   `json:"total"`
		SchemasDetails []SchemaSummary `json:"schemasDetails"`
	}
	schemaType := in.SchemaType
	if schemaType == "" {
		schemaType = "ALL"
	}
	if err := c.ask(ctx, path, map[string][]string{"schemaType": {schemaType}}, body, &page); err != nil {
		return nil, "", err
	}
	first := ""
	if len(page.SchemasDetails) > 0 {
		first = page.SchemasDetails[0].SchemaName
	}
	next, err = p.next(len(page.SchemasDetails), page.Total, first)
	return page.SchemasDetails, next, err
})

// SchemaObject is a table or view with its columns.
type SchemaObject struct {
	Name    string   `json:"name" lua:"name,key" doc:"Name."`
	Columns []Column `json:"columns" lua:"columns" doc:"Its columns."`
	Extra   op.Extra `json:",embed"`
}

// Column is a column of a table or view.
type Column struct {
	Name        string         `json:"name" lua:"name" doc:"Name."`
	Label       op.Opt[string] `json:"label,omitzero" lua:"label" doc:"Label."`
	Description op.Opt[string] `json:"description,omitzero" lua:"description" doc:"Description."`
	DataType    op.Opt[string] `json:"dataType,omitzero" lua:"data_type" doc:"Type of the data, as the cluster words it."`
	Function    op.Opt[string] `json:"function,omitzero" lua:"function" doc:"Function, like key or dimension, as the cluster words it."`
	Extra       op.Extra       `json:",embed"`
}

// ListSchemaObjects is the input of incorta.list_schema_objects.
type ListSchemaObjects struct {
	SchemaName string        `json:"-" lua:"schema_name,required,key" doc:"Schema to look into, in exact case."`
	PageSize   op.Opt[int64] `json:"-" lua:"page_size" default:"200" doc:"How many are asked for at a time, at most 200."`
}

var listSchemaObjects = op.NewList(op.Operation{
	Name: "incorta.list_schema_objects",
	Doc: `Lists the tables of a physical schema, or the views of a business schema, with their columns.

All of them, in the cluster's order. Raises not_found if there is no such schema, and invalid if page_size is not from 1
to 200.`,
	Source:      docs + "list-schema-objects-endpoint-v2",
	Example:     `for t in iter(incorta.list_schema_objects, { schema_name = "Ledger" }) do print(t.name, #t.columns) end`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "objects of schema",
	Shows:       op.Apart(),
}, func(ctx context.Context, c *client, in ListSchemaObjects, cursor string) (objects []SchemaObject, next string, err error) {
	path, err := c.v2("schema", in.SchemaName, "list")
	if err != nil {
		return nil, "", err
	}
	p, err := pageAt(cursor, in.PageSize, 200)
	if err != nil {
		return nil, "", err
	}
	body := struct {
		Limit  int64 `json:"limit"`
		Offset int64 `json:"offset"`
	}{p.limit, p.offset}
	var page struct {
		Total  op.Opt[int64]  `json:"total"`
		Tables []SchemaObject `json:"tablesDetails"`
		Views  []SchemaObject `json:"viewsDetails"`
	}
	if err := c.ask(ctx, path, nil, body, &page); err != nil {
		return nil, "", err
	}
	objects = append(page.Tables, page.Views...)
	first := ""
	if len(objects) > 0 {
		first = objects[0].Name
	}
	next, err = p.next(len(objects), page.Total, first)
	return objects, next, err
})

// A page is where a page begins, how long it is, and what the one before began
// with: a cluster that does not heed offset would answer the same one for ever.
type page struct {
	offset, limit int64
	before        string
}

func pageAt(cursor string, size op.Opt[int64], most int64) (p page, err error) {
	if p.limit = size.Or(200); p.limit < 1 || p.limit > most {
		return p, &op.Error{Kind: op.Invalid, Cause: fmt.Sprintf("page_size is %d, and not from 1 to %d", p.limit, most), Hint: "leave it out for 200"}
	}
	if cursor == "" {
		return p, nil
	}
	at, before, _ := strings.Cut(cursor, " ")
	if p.offset, err = strconv.ParseInt(at, 10, 64); err != nil {
		return p, &op.Error{Kind: op.Bug, Cause: fmt.Sprintf("%q is not a cursor", cursor)}
	}
	p.before = before
	return p, nil
}

// next is the cursor after a page of got items that begins with first. Where the
// cluster tells no total, the first page that is not full is the last.
func (p page) next(got int, total op.Opt[int64], first string) (string, error) {
	after := p.offset + int64(got)
	more := after < total.Value
	if !total.Given || total.Null {
		more = int64(got) >= p.limit
	}
	switch {
	case !more:
		return "", nil
	case got == 0:
		return "", &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("the cluster answered an empty page from item %d on, and says that there are %d", p.offset, total.Value)}
	case first != "" && first == p.before:
		return "", &op.Error{Kind: op.Garbled, Cause: "the cluster answered the same page again"}
	}
	return strconv.FormatInt(after, 10) + " " + first, nil
}
