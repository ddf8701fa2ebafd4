package op

import (
	"context"
	"reflect"
	"testing"
)

func TestEntityNames(t *testing.T) {
	for name, tt := range map[string]struct {
		entity       Entity
		id, argument string
	}{
		"as usual":     {Entity{Name: "flow"}, "id", "flow_id"},
		"two words":    {Entity{Name: "user group"}, "id", "user_group_id"},
		"names of own": {Entity{Name: "flow", ID: "key", By: "flow"}, "key", "flow"},
	} {
		t.Run(name, func(t *testing.T) {
			if id, argument := tt.entity.IDField(), tt.entity.Argument(); id != tt.id || argument != tt.argument {
				t.Errorf("%+v is told by %q and named by %q, want %q and %q", tt.entity, id, argument, tt.id, tt.argument)
			}
		})
	}
}

func TestArgsOf(t *testing.T) {
	for name, tt := range map[string]struct {
		args string
		want Args
	}{
		"null is not given":         {`{"a":null,"b":false}`, Args{"b": false}},
		"an empty text is a value":  {`{"a":""}`, Args{"a": ""}},
		"an unknown is a value":     {`{"a":{"$unknown":"x"}}`, Args{"a": Unknown{Label: "x"}}},
		"none":                      {``, Args{}},
		"what is no object is none": {`[1]`, Args{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ArgsOf([]byte(tt.args)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("ArgsOf(%s) = %v, want %v", tt.args, got, tt.want)
			}
		})
	}
}

func TestFits(t *testing.T) {
	const someUnknown, newID = `{"$unknown":"x"}`, `{"$unknown":"x","$new":true}`
	for name, tt := range map[string]struct {
		match        Match
		field, value string
		want         Verdict
	}{
		"equal":                               {Equal("f"), `"a"`, `"a"`, Yes},
		"equal, with other capitals":          {Equal("f"), `"A"`, `"a"`, No},
		"equal, and absent":                   {Equal("f"), `null`, `"a"`, No},
		"equal to an unknown":                 {Equal("f"), `"a"`, someUnknown, Maybe},
		"equal, and unknown":                  {Equal("f"), someUnknown, `"a"`, Maybe},
		"equal to a new id":                   {Equal("f"), newID, newID, Yes},
		"equal to a new id, and not":          {Equal("f"), `"7"`, newID, No},
		"equal to a new id, and there before": {Equal("f"), `{"$unknown":"y","$old":true}`, newID, No},
		"equal, and there before":             {Equal("f"), `{"$unknown":"y","$old":true}`, `"7"`, Maybe},
		"equal to an unknown of before":       {Equal("f"), someUnknown, `{"$unknown":"y","$old":true}`, Maybe},
		"equal, with capitals as they like":   {EqualFold("f"), `"Ada"`, `"aDA"`, Yes},
		"folded, and another":                 {EqualFold("f"), `"Ada"`, `"Adam"`, No},
		"folded, and absent":                  {EqualFold("f"), `null`, `"a"`, No},
		"folded, to an unknown":               {EqualFold("f"), `"Ada"`, someUnknown, Maybe},

		"contains":                   {Contains("f"), `"Month End"`, `"END"`, Yes},
		"contains, and does not":     {Contains("f"), `"Month End"`, `"Day"`, No},
		"contains, and absent":       {Contains("f"), `null`, `"Day"`, No},
		"contains, and unknown":      {Contains("f"), someUnknown, `"Day"`, Maybe},
		"contains, in a new id":      {Contains("f"), newID, `"x"`, Maybe},
		"contains an unknown":        {Contains("f"), `"Month End"`, someUnknown, Maybe},
		"has":                        {Has("f"), `["a","b"]`, `"b"`, Yes},
		"has not":                    {Has("f"), `["a","b"]`, `"c"`, No},
		"has, and absent":            {Has("f"), `null`, `"c"`, No},
		"has, in a list that is not": {Has("f"), someUnknown, `"c"`, Maybe},
		"has, with an unknown in it": {Has("f"), `["a",` + someUnknown + `]`, `"c"`, Maybe},
		"has, and an unknown beside": {Has("f"), `[` + someUnknown + `,"c"]`, `"c"`, Yes},
		"has a new id":               {Has("f"), `["a",` + newID + `]`, newID, Yes},
		"has no new id":              {Has("f"), `["a"]`, newID, No},
		"has one with":               {HasWith("f", "id"), `[{"id":"1"},{"id":"2"}]`, `"2"`, Yes},
		"has none with":              {HasWith("f", "id"), `[{"id":"1"}]`, `"2"`, No},
		"has one that may be with":   {HasWith("f", "id"), `[{"id":` + someUnknown + `}]`, `"2"`, Maybe},

		"in":                      {In("f"), `"b"`, `["a","b"]`, Yes},
		"not in":                  {In("f"), `"c"`, `["a","b"]`, No},
		"in, and absent":          {In("f"), `null`, `["a","b"]`, No},
		"in, and unknown":         {In("f"), someUnknown, `["a"]`, Maybe},
		"in an unknown list":      {In("f"), `"a"`, someUnknown, Maybe},
		"in, with an unknown one": {In("f"), `"a"`, `["b",` + someUnknown + `]`, Maybe},

		"at least, the same":         {AtLeast("f"), `5`, `5`, Yes},
		"at least, more":             {AtLeast("f"), `10`, `9`, Yes},
		"at least, less":             {AtLeast("f"), `4`, `5`, No},
		"at least, a number as text": {AtLeast("f"), `"10"`, `9`, Yes},
		"at most, the same":          {AtMost("f"), `5`, `5`, Yes},
		"at most, more":              {AtMost("f"), `6`, `5`, No},
		"below, the same":            {Below("f"), `5`, `5`, No},
		"below, less":                {Below("f"), `-1`, `5`, Yes},
		"an earlier moment":          {Below("f"), `"2027-03-01T09:59:59Z"`, `"2027-03-01T10:00:00Z"`, Yes},
		"a moment in another zone":   {AtMost("f"), `"2027-03-01T10:00:00+02:00"`, `"2027-03-01T08:00:00Z"`, Yes},
		"a moment and a number":      {AtLeast("f"), `"2027-03-01T10:00:00Z"`, `7`, Maybe},
		"texts have no order":        {AtLeast("f"), `"b"`, `"a"`, Maybe},
		"at least, and absent":       {AtLeast("f"), `null`, `5`, No},
		"at least, and unknown":      {AtLeast("f"), someUnknown, `5`, Maybe},
		"at least an unknown":        {AtLeast("f"), `5`, someUnknown, Maybe},
	} {
		t.Run(name, func(t *testing.T) {
			object := map[string]any{"f": Tree([]byte(tt.field)), "g": "a"}
			if got := tt.match.Fits(object, Tree([]byte(tt.value))); got != tt.want {
				t.Errorf("%+v.Fits(%s, %s) = %d, want %d", tt.match, tt.field, tt.value, got, tt.want)
			}
		})
	}
	if got := Equal("f").Fits(map[string]any{}, "a"); got != No {
		t.Errorf("an object without the field fits: %d", got)
	}
}

func TestWanted(t *testing.T) {
	type item struct {
		ID    string `json:"id" lua:"id"`
		Owner string `json:"owner" lua:"owner"`
	}
	fields := shapeOf(reflect.TypeFor[item]())
	v := Many(&Entity{Name: "flow"}, map[string]Match{"named": Contains("name")}, "page_size")
	for name, tt := range map[string]struct {
		args string
		want map[string]Match
		ok   bool
	}{
		"nothing asked":           {`{}`, map[string]Match{}, true},
		"a filter, and a field":   {`{"named":"a","owner":"ada"}`, map[string]Match{"named": Contains("name"), "owner": Equal("owner")}, true},
		"what selects nothing":    {`{"page_size":7}`, map[string]Match{}, true},
		"an empty filter is none": {`{"owner":""}`, map[string]Match{}, true},
		"what nobody explained":   {`{"owner":"ada","after":"2027-01-01"}`, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := v.Wanted(ArgsOf([]byte(tt.args)), fields)
			if ok != tt.ok || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Wanted(%s) = %v %t, want %v %t", tt.args, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestViews(t *testing.T) {
	e := &Entity{Name: "flow"}
	for name, tt := range map[string]struct{ got, want *View }{
		"one":            {One(e, "flow_id"), &View{Entity: e, By: "flow_id"}},
		"created":        {Created(e), &View{Entity: e}},
		"apart":          {Apart(), &View{}},
		"blind to one":   {Blind(e), &View{Blind: []*Entity{e}}},
		"blind to all":   {Blind(), &View{Any: true}},
		"many":           {Many(e, nil, "page"), &View{Entity: e, Many: true, Free: []string{"page"}}},
		"of another id":  {&View{Entity: e, ID: "flow"}, &View{Entity: e, ID: "flow"}},
		"of no other id": {&View{Entity: e}, &View{Entity: e}},
	} {
		t.Run(name, func(t *testing.T) {
			if !reflect.DeepEqual(tt.got, tt.want) {
				t.Errorf("it is %+v, want %+v", tt.got, tt.want)
			}
		})
	}
	if got := (&View{Entity: e, ID: "flow"}).IDField() + " " + One(e, "x").IDField(); got != "flow id" {
		t.Errorf("the ids stand in %q, want flow and id", got)
	}
}

// flow is the object of the operations below.
type flow struct {
	ID      string   `json:"id" lua:"id,key"`
	Name    string   `json:"name" lua:"name"`
	OwnerID string   `json:"ownerId" lua:"owner_id"`
	Running bool     `json:"running" lua:"running"`
	Limit   int64    `json:"limit" lua:"limit"`
	Tags    []string `json:"tags" lua:"tags"`
	Runs    []string `json:"runs" lua:"runs"`
	Changed string   `json:"changed" lua:"changed,noise"`
}

type flowArgs struct {
	FlowID   string   `lua:"flow_id,key"`
	Name     string   `lua:"name"`
	OwnerID  string   `lua:"owner_id"`
	Running  bool     `lua:"running" default:"true"`
	Limit    int64    `lua:"limit" default:"10"`
	Tags     []string `lua:"tags"`
	UserIDs  []string `lua:"user_ids"`
	UserID   string   `lua:"user_id"`
	Everyone bool     `lua:"everyone"`
}

var (
	runEntity  = &Entity{Name: "run"}
	flowEntity = &Entity{Name: "flow", Get: "get_flow", Lists: map[string]Listing{"runs": {Entity: runEntity, Where: Equal("flow_id")}}}
)

// changing is an operation of a module with flows.
func changing(changes ...Change) *Operation {
	perform := func(context.Context, string, flowArgs) (flow, error) { return flow{}, nil }
	o := New(Operation{Name: "acme.change_flow", Doc: "Changes.", Source: "made up", Effect: Write, Object: "flow", Changes: changes}, perform)
	get := New(Operation{Name: "acme.get_flow", Doc: "Reads.", Source: "made up", Effect: Read, Object: "flow"}, perform)
	NewModule(Module{Name: "acme", Operations: []*Operation{o, get}}, func(World, struct{}) (Client, error) { return Client{}, nil })
	return o
}
