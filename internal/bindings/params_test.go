package bindings

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
)

func TestParamValues(t *testing.T) {
	files := map[string]string{
		"people.csv": "email,name\nada@example.com,Ada\n\nlin@example.com,\"Lin, K\"\n", "bom.csv": "\uFEFFemail\r\na@b\r\n",
		"semicolons.csv": "email;name\na@b;A,B\n", "tabs.csv": "a\tb\n1\t2\n", "header.csv": "a, b \n", "empty.csv": "",
		"twice.csv": "a,b,a\n", "ragged.csv": "a,b\n1,2\n3\n", "noname.csv": "a,,b\n", "quote.csv": "a\n\"x\n", "latin.csv": "a\n\xe4\n", "guarded.csv": "'@a,b\n'=1,''-x\n'x,'\n", "text": "hello",
	}
	read := func(path string) ([]byte, error) {
		text, ok := files[path]
		if !ok {
			return nil, fmt.Errorf("%s: there is no such file", path)
		}
		return []byte(text), nil
	}
	secret := func(ref string) (string, error) {
		if ref != "env:X" {
			return "", errors.New("no such secret")
		}
		return "s3cret", nil
	}
	rows := func(columns []string, list ...[]string) *Rows {
		return &Rows{columns, append([][]string{}, list...)}
	}
	for name, tt := range map[string]struct {
		param Param
		text  string
		want  any
		fails string // a part of cause and hint
	}{
		"string":             {Param{Type: "string"}, " any\ttext ", " any\ttext ", ""},
		"empty string":       {Param{Type: "string"}, "", "", ""},
		"int":                {Param{Type: "int"}, "-7", float64(-7), ""},
		"int: fraction":      {Param{Type: "int"}, "1.5", nil, `"1.5" is not a whole number`},
		"int: words":         {Param{Type: "int"}, "ten", nil, `"ten" is not a whole number`},
		"int: too large":     {Param{Type: "int"}, "9007199254740993", nil, "is not a whole number"},
		"number":             {Param{Type: "number"}, "2.5e3", 2500.0, ""},
		"number: inf":        {Param{Type: "number"}, "inf", nil, `"inf" is not a number`},
		"number: nan":        {Param{Type: "number"}, "nan", nil, `"nan" is not a number`},
		"number: words":      {Param{Type: "number"}, "x", nil, `"x" is not a number`},
		"bool":               {Param{Type: "bool"}, "true", true, ""},
		"bool: no":           {Param{Type: "bool"}, "false", false, ""},
		"bool: yes":          {Param{Type: "bool"}, "yes", nil, `"yes" is not true or false|write true or false`},
		"email":              {Param{Type: "email"}, "ada@example.com", "ada@example.com", ""},
		"email: name":        {Param{Type: "email"}, "Ada <ada@example.com>", nil, "is not an e-mail address|write it like"},
		"email: none":        {Param{Type: "email"}, "ada", nil, `"ada" is not an e-mail address`},
		"date":               {Param{Type: "date"}, "2026-01-31", "2026-01-31", ""},
		"date: none":         {Param{Type: "date"}, "2026-02-30", nil, "is not a date, yyyy-mm-dd|write it like"},
		"duration":           {Param{Type: "duration"}, "1h30m", 5400.0, ""},
		"duration: no unit":  {Param{Type: "duration"}, "90", nil, `"90" is not a span of time`},
		"duration: negative": {Param{Type: "duration"}, "-1s", nil, "is not a span of time"},
		"list":               {Param{Type: "list"}, "a, b ,,c", []string{"a", "b", "c"}, ""},
		"list: empty":        {Param{Type: "list"}, "", []string{}, ""},
		"list of choices":    {Param{Type: "list", Choices: []string{"a", "b"}}, "a,b", []string{"a", "b"}, ""},
		"list: no choice":    {Param{Type: "list", Choices: []string{"alpha", "beta"}}, "alpha,bta", nil, `"bta" is not one of alpha, beta|did you mean "beta"?`},
		"choice":             {Param{Type: "string", Choices: []string{"dev", "prod"}}, "dev", "dev", ""},
		"choice of numbers":  {Param{Type: "int", Choices: []string{"1", "2"}}, "2", 2.0, ""},
		"no choice":          {Param{Type: "string", Choices: []string{"dev", "prod"}}, "prd", nil, `"prd" is not one of dev, prod|did you mean "prod"?`},
		"file":               {Param{Type: "file"}, "text", map[string]any{"path": "text", "text": "hello"}, ""},
		"file: none":         {Param{Type: "file"}, "nowhere", nil, "there is no such file"},
		"secret":             {Param{Type: "secret"}, "env:X", SecretText("s3cret"), ""},
		"secret: none":       {Param{Type: "secret"}, "env:Y", nil, "no such secret"},
		"csv":                {Param{Type: "csv"}, "people.csv", rows([]string{"email", "name"}, []string{"ada@example.com", "Ada"}, []string{"lin@example.com", "Lin, K"}), ""},
		"csv: BOM and CRLF":  {Param{Type: "csv"}, "bom.csv", rows([]string{"email"}, []string{"a@b"}), ""},
		"csv: semicolons":    {Param{Type: "csv"}, "semicolons.csv", rows([]string{"email", "name"}, []string{"a@b", "A,B"}), ""},
		"csv: tabs":          {Param{Type: "csv"}, "tabs.csv", rows([]string{"a", "b"}, []string{"1", "2"}), ""},
		"csv: formulas":      {Param{Type: "csv"}, "guarded.csv", rows([]string{"@a", "b"}, []string{"=1", "'-x"}, []string{"'x", "'"}), ""},
		"csv: only a header": {Param{Type: "csv"}, "header.csv", rows([]string{"a", "b"}), ""},
		"csv: empty":         {Param{Type: "csv"}, "empty.csv", nil, "empty.csv is empty|its first line names the columns"},
		"csv: twice":         {Param{Type: "csv"}, "twice.csv", nil, `two columns are called "a"`},
		"csv: ragged":        {Param{Type: "csv"}, "ragged.csv", nil, "ragged.csv: line 3 has 1 fields, and the header has 2"},
		"csv: no name":       {Param{Type: "csv"}, "noname.csv", nil, "column 2 has no name"},
		"csv: open quote":    {Param{Type: "csv"}, "quote.csv", nil, "quote.csv: "},
		"csv: not UTF-8":     {Param{Type: "csv"}, "latin.csv", nil, "is not UTF-8 text|save it as CSV in UTF-8"},
		"csv: no file":       {Param{Type: "csv"}, "nowhere", nil, "there is no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.param.Value(tt.text, read, secret)
			if tt.fails == "" {
				if err != nil || !reflect.DeepEqual(got, tt.want) {
					t.Errorf("Value(%q) = %#v, %v, want %#v", tt.text, got, err, tt.want)
				}
				return
			}
			said := fmt.Sprint(err)
			if e, ok := errors.AsType[*ParamError](err); ok {
				said += "|" + e.Hint
			}
			cause, hint, _ := strings.Cut(tt.fails, "|")
			if err == nil || !strings.Contains(said, cause) || !strings.Contains(said, hint) {
				t.Errorf("Value(%q) failed with %q, want %q", tt.text, said, tt.fails)
			}
		})
	}
}

func TestParamTypesAreAllKnown(t *testing.T) {
	for _, name := range paramTypes() {
		_, err := Param{Type: name}.Value("?", func(string) ([]byte, error) { return nil, errors.New("no") }, func(string) (string, error) { return "", nil })
		if err != nil && strings.Contains(err.Error(), "no such type") {
			t.Errorf("the type %s is not read", name)
		}
	}
}

// TestParamsInScripts: what is declared arrives, and what is given comes back.
func TestParamsInScripts(t *testing.T) {
	var declared []Param
	s := stage{}
	s.options.Params = func(list []Param) (map[string]any, *op.Error) {
		declared = list
		return map[string]any{
			"user": "ada@example.com", "n": 3.0, "on": true, "tags": []string{"a", "b"}, "token": SecretText("s3cret"),
			"people": &Rows{[]string{"z", "a"}, [][]string{{"1", "2"}}}, "doc": map[string]any{"path": "p", "text": "t"},
		}, nil
	}
	p := s.play(t, `
local p = params {
  user = { "email", required = true, help = "Who." },
  n = { "int", default = 5 }, on = { "bool", default = false }, ratio = { "number" }, plain = {},
  tags = { "list", choices = { "a", "b" }, default = { "a", "b" } }, token = { "secret" }, people = { "csv" }, doc = { "file" },
}
print(p.user, p.n, p.on, p.tags, p.token, p.people, p.doc.text, p.ratio, p.plain, #p.people)
output("rows", p.people)
print(pcall(function() return p.usr end))
desk.send_value { value = p.people }
`).mustWork()
	want := []string{
		"ada@example.com\t3\ttrue\t{ \"a\", \"b\" }\t[secret]\t{ { a = \"2\", z = \"1\" } }\tt\tnil\tnil\t1",
		"false\tno param is called \"usr\"",
	}
	if got := p.printed(); !slices.Equal(got, want) {
		t.Errorf("printed %q\nwant    %q", got, want)
	}
	wantDeclared := []Param{
		{Name: "user", Type: "email", Help: "Who.", Required: true}, {Name: "n", Type: "int", Default: "5", HasValue: true},
		{Name: "on", Type: "bool", Default: "false", HasValue: true}, {Name: "ratio", Type: "number"}, {Name: "plain", Type: "string"},
		{Name: "tags", Type: "list", Choices: []string{"a", "b"}, Default: "a,b", HasValue: true}, {Name: "token", Type: "secret"},
		{Name: "people", Type: "csv"}, {Name: "doc", Type: "file"},
	}
	if !reflect.DeepEqual(declared, wantDeclared) {
		t.Errorf("declared %+v\nwant     %+v", declared, wantDeclared)
	}
	for _, r := range p.journal.all() {
		if r.Kind == "output" && !strings.Contains(string(r.B), `{"z":"1","a":"2"}`) {
			t.Errorf("the columns are not in the order of the file: %s", r.B)
		}
	}
}

func TestParamsThatAreRefused(t *testing.T) {
	for source, want := range map[string]string{
		`params { user = { "emial" } }`:                                 `param "user": no type is called "emial" (did you mean "email"?)`,
		`params { user = { "email", requird = true } }`:                 `param "user" has no option "requird" (did you mean "required"?)`,
		`params { user = { "email", required = "yes" } }`:               `param "user": required wants true or false, got the text "yes"`,
		`params { n = { "int", required = true, default = 1 } }`:        `param "n" is required and has a default (take one of them away)`,
		`params { n = { "int", default = "x" } }`:                       `param "n": its default: "x" is not a whole number`,
		`params { n = { "string", default = {} } }`:                     `param "n": default cannot be a table`,
		`params { n = { "string", default = print } }`:                  `param "n": default cannot be a function`,
		`params { n = { "list", default = { {} } } }`:                   `param "n": default cannot be a table`,
		`params { n = { "string", choices = "a" } }`:                    `param "n": choices wants a list, got the text "a"`,
		`params { n = { "string", choices = {} } }`:                     `param "n": choices wants a list, got a table`,
		`params { n = { "string", choices = { {} } } }`:                 `param "n": choices cannot be a table`,
		`params { n = { "string", choices = { "a" }, default = "b" } }`: `param "n": its default: "b" is not one of a`,
		`params { n = { "string", "extra" } }`:                          `param "n": what is the text "extra"?`,
		`params { n = { {} } }`:                                         `param "n": the type cannot be a table`,
		`params { n = { "string", help = {} } }`:                        `param "n": help cannot be a table`,
		`params { n = { "string", [true] = 1 } }`:                       `param "n" has no option "true"`,
		`params { n = "string" }`:                                       `param "n" wants a table, got the text "string" (write n = { "string", help = "…" })`,
		`params { "n" }`:                                                `a param needs a name of letters, digits and _, got 1`,
		`params { ["new-owner"] = {} }`:                                 `a param needs a name of letters, digits and _, got the text "new-owner"`,
		`params {} params {}`:                                           `params was called twice (declare all of them in one table)`,
		`params()`:                                                      `argument 1 of params: table expected, got nil`,
		`local p = params { user = { "email" } } print(p.users)`:        `no param is called "users" (did you mean "user"?)`,
	} {
		fails(t, source, op.Script, want)
	}
}
