package op

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestTree(t *testing.T) {
	for name, tt := range map[string]struct {
		json string
		want any
		back string // what is written again; json if empty
	}{
		"null":             {`null`, nil, ""},
		"a text":           {`"a\"b\n"`, "a\"b\n", ""},
		"a flag":           {`true`, true, ""},
		"a large number":   {`9007199254740993`, json.Number("9007199254740993"), ""},
		"a number as sent": {`1.50`, json.Number("1.50"), ""},
		"a list":           {`[1,null,"x"]`, []any{json.Number("1"), nil, "x"}, ""},
		"an empty list":    {`[]`, []any{}, ""},
		"members in order": {`{"b":1,"a":{}}`, map[string]any{"a": map[string]any{}, "b": json.Number("1")}, `{"a":{},"b":1}`},
		"an unknown":       {`{"$unknown":"id of x"}`, Unknown{Label: "id of x"}, ""},
		"a new id":         {`[{"$unknown":"id of x","$new":true}]`, []any{Unknown{Label: "id of x", New: true}}, ""},
		"an old one":       {`{"$unknown":"parent of x","$old":true}`, Unknown{Label: "parent of x", Old: true}, ""},
		"not JSON":         {`{"a":`, nil, `null`},
	} {
		t.Run(name, func(t *testing.T) {
			got := Tree([]byte(tt.json))
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Tree(%s) = %#v, want %#v", tt.json, got, tt.want)
			}
			if tt.back == "" {
				tt.back = tt.json
			}
			if back := string(AppendTree(nil, got)); back != tt.back {
				t.Errorf("AppendTree(%#v) = %s, want %s", got, back, tt.back)
			}
		})
	}
}

func TestAppendTreeMendsText(t *testing.T) {
	if got, want := string(AppendTree(nil, "a\xff")), `"a`+"\uFFFD"+`"`; got != want {
		t.Errorf("AppendTree = %s, want %s", got, want)
	}
}

func TestCopySharesNothing(t *testing.T) {
	const text = `{"a":[{"b":[1]}]}`
	v := Tree([]byte(text))
	c := Copy(v)
	Element(c, "a").([]any)[0].(map[string]any)["b"].([]any)[0] = "changed"
	if got := string(AppendTree(nil, v)); got != text {
		t.Errorf("after a change to its copy it is %s, want %s", got, text)
	}
}

func TestSame(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b string
		want Verdict
	}{
		"texts":                           {`"a"`, `"a"`, Yes},
		"other texts":                     {`"a"`, `"A"`, No},
		"a number and its text":           {`7`, `"7"`, Yes},
		"a number and another's text":     {`7`, `"8"`, No},
		"one number, written differently": {`[1]`, `[1.0]`, Yes},
		"a flag and its text":             {`true`, `"true"`, Yes},
		"null and the word":               {`null`, `"null"`, No},
		"null and an empty text":          {`null`, `""`, No},
		"an object and its text":          {`{"a":1}`, `"{\"a\":1}"`, No},
		"a list and its element":          {`["a"]`, `"a"`, No},
		"a list and an object":            {`[]`, `{}`, No},

		"lists in another order":      {`["a","b","a"]`, `["a","a","b"]`, Yes},
		"lists that repeat otherwise": {`["a","b","b"]`, `["a","a","b"]`, No},
		"a longer list":               {`["a"]`, `["a","a"]`, No},
		"lists of objects":            {`[{"id":1},{"id":2,"x":null}]`, `[{"id":2},{"id":1}]`, Yes},
		"objects":                     {`{"a":1,"b":[1,2]}`, `{"b":[2,1],"a":1}`, Yes},
		"absent is null":              {`{"a":1,"b":null}`, `{"a":1}`, Yes},
		"absent is not empty":         {`{"a":""}`, `{}`, No},
		"another field":               {`{"a":1}`, `{"a":1,"b":2}`, No},

		"an unknown":                              {`{"$unknown":"x"}`, `"a"`, Maybe},
		"an unknown and null":                     {`{"$unknown":"x"}`, `null`, Maybe},
		"an unknown field":                        {`{"a":{"$unknown":"x"},"b":1}`, `{"a":7,"b":1}`, Maybe},
		"an unknown field, and one that differs":  {`{"a":{"$unknown":"x"},"b":1}`, `{"a":7,"b":2}`, No},
		"an unknown element":                      {`["a",{"$unknown":"x"}]`, `["b","a"]`, Maybe},
		"an unknown element, and one too many":    {`["a",{"$unknown":"x"}]`, `["b","c"]`, No},
		"two unknowns":                            {`{"$unknown":"x"}`, `{"$unknown":"x"}`, Maybe},
		"elements that fit crosswise":             {`[{"x":{"$unknown":"1"},"y":{"$unknown":"2"}},{"x":{"$unknown":"3"},"y":1}]`, `[{"x":3,"y":1},{"x":1,"y":2}]`, Maybe},
		"elements that want the same":             {`[{"x":{"$unknown":"1"},"y":1},{"x":{"$unknown":"3"},"y":1}]`, `[{"x":3,"y":1},{"x":1,"y":2}]`, No},
		"a new id":                                {`{"$unknown":"x","$new":true}`, `{"$unknown":"x","$new":true}`, Yes},
		"another new id":                          {`{"$unknown":"x","$new":true}`, `{"$unknown":"y","$new":true}`, No},
		"a new id and one that there is":          {`{"$unknown":"x","$new":true}`, `"7"`, No},
		"a new id and null":                       {`{"$unknown":"x","$new":true}`, `null`, No},
		"a new id and an unknown":                 {`{"$unknown":"x","$new":true}`, `{"$unknown":"x"}`, Maybe},
		"a new id among others":                   {`["7",{"$unknown":"x","$new":true}]`, `[{"$unknown":"x","$new":true},"7"]`, Yes},
		"a new id in an object that is as listed": {`[{"id":{"$unknown":"x","$new":true},"n":1}]`, `[{"n":1,"id":{"$unknown":"x","$new":true}}]`, Yes},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := Tree([]byte(tt.a)), Tree([]byte(tt.b))
			if got := Same(a, b); got != tt.want {
				t.Errorf("Same(%s, %s) = %d, want %d", tt.a, tt.b, got, tt.want)
			}
			if got := Same(b, a); got != tt.want {
				t.Errorf("Same(%s, %s) = %d, want %d", tt.b, tt.a, got, tt.want)
			}
			if !reflect.DeepEqual(a, Tree([]byte(tt.a))) || !reflect.DeepEqual(b, Tree([]byte(tt.b))) {
				t.Errorf("Same changed %s and %s to %s and %s", tt.a, tt.b, AppendTree(nil, a), AppendTree(nil, b))
			}
		})
	}
}

func TestQuiet(t *testing.T) {
	type run struct {
		ID string `json:"id" lua:"id"`
		At string `json:"at" lua:"at,noise"`
	}
	type flow struct {
		ID     string         `json:"id" lua:"id"`
		Seen   string         `json:"seen" lua:"seen,noise"`
		Last   run            `json:"last" lua:"last"`
		Runs   []run          `json:"runs" lua:"runs"`
		ByName map[string]run `json:"byName" lua:"by_name"`
		Free   Raw            `json:"free" lua:"free"`
		Extra  Extra          `json:",embed"`
	}
	shape := shapeOf(reflect.TypeFor[[]flow]())
	for name, tt := range map[string]struct{ in, want string }{
		"noise of an object": {`[{"id":"1","seen":"now"}]`, `[{"id":"1"}]`},
		"at any depth": {
			`[{"by_name":{"a":{"at":1,"id":"3"}},"last":{"at":1,"id":"1"},"runs":[{"at":1,"id":"2"}]}]`,
			`[{"by_name":{"a":{"id":"3"}},"last":{"id":"1"},"runs":[{"id":"2"}]}]`,
		},
		"not in fields that nobody knows": {`[{"free":{"at":1},"more":{"seen":1},"seen":2}]`, `[{"free":{"at":1},"more":{"seen":1}}]`},
		"what does not fit stays":         {`{"id":"1","seen":"now"}`, `{"id":"1","seen":"now"}`},
		"an unknown in its place":         {`[{"$unknown":"x"},{"runs":{"$unknown":"y"}}]`, `[{"$unknown":"x"},{"runs":{"$unknown":"y"}}]`},
		"null":                            {`null`, `null`},
	} {
		t.Run(name, func(t *testing.T) {
			in := Tree([]byte(tt.in))
			if got := string(AppendTree(nil, shape.Quiet(in))); got != tt.want {
				t.Errorf("Quiet(%s) = %s, want %s", tt.in, got, tt.want)
			}
			if back := string(AppendTree(nil, in)); back != tt.in {
				t.Errorf("Quiet changed %s to %s", tt.in, back)
			}
		})
	}
}
