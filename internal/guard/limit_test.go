package guard

import (
	"context"
	"strings"
	"testing"

	"runner/internal/op"
)

// declare is an operation that does nothing.
func declare(name string, effect op.Effect) *op.Operation {
	return op.New(op.Operation{Name: name, Doc: "Does it.", Source: "https://docs.example", Effect: effect},
		func(context.Context, struct{}, struct{}) (op.None, error) { return op.None{}, nil })
}

var (
	listUsers    = declare("acme.list_users", op.Read)
	createUser   = declare("acme.create_user", op.Write)
	updateUser   = declare("acme.update_user", op.Write)
	deleteUser   = declare("acme.delete_user", op.Destructive)
	deleteAsset  = declare("acme.delete_asset", op.Destructive)
	stopFlow     = declare("desk.stop_flow", op.Write)
	deleteFlow   = declare("desk.delete_flow", op.Destructive)
	operations   = []*op.Operation{listUsers, createUser, updateUser, deleteUser, deleteAsset, stopFlow, deleteFlow}
	knownModules = []*op.Module{{Name: "acme", Operations: operations[:5]}, {Name: "desk", Operations: operations[5:]}}
)

// said is all that an error says.
func said(e *op.Error) string {
	if e == nil {
		return ""
	}
	text := e.Error()
	if e.Hint != "" {
		text += " | " + e.Hint
	}
	return text
}

func TestParse(t *testing.T) {
	calls := func(n int) Limit { return Limit{What: "changes", Max: n, Source: "here"} }
	percent := func(millionths int) Limit {
		return Limit{What: "changes", Percent: true, Share: millionths, Source: "here"}
	}
	const neither = " is neither a whole number nor a percentage | " + wanted
	for name, tt := range map[string]struct {
		text  string
		want  Limit
		fails string
	}{
		"a number":                {"50", calls(50), ""},
		"none":                    {"0", calls(0), ""},
		"zeros in front":          {"007", calls(7), ""},
		"a percentage":            {"2%", percent(20_000), ""},
		"a half per cent":         {"0.5%", percent(5_000), ""},
		"the smallest share":      {"0.0001%", percent(1), ""},
		"zeros behind":            {"2.50%", percent(25_000), ""},
		"no share":                {"0%", percent(0), ""},
		"all":                     {"100%", percent(1_000_000), ""},
		"negative":                {"-1", Limit{}, `limit "changes": "-1" is less than none | write 0 to allow no such call`},
		"a negative share":        {"-2.5%", Limit{}, `limit "changes": "-2.5%" is less than none | write 0 to allow no such call`},
		"more than all":           {"100.0001%", Limit{}, `limit "changes": "100.0001%" is more than the whole population | write 100% at most`},
		"much more than all":      {"9999999999999999%", Limit{}, `limit "changes": "9999999999999999%" is more than the whole population | write 100% at most`},
		"a fraction":              {"1.5", Limit{}, `limit "changes": "1.5" is not a whole number | ` + wanted},
		"too fine":                {"0.00001%", Limit{}, `limit "changes": "0.00001%" has more than 4 decimals`},
		"too large":               {"99999999999999999999", Limit{}, `limit "changes": "99999999999999999999" is too large | leave the limit out if there shall be none`},
		"nothing":                 {"", Limit{}, `limit "changes": ""` + neither},
		"only a sign":             {"%", Limit{}, `limit "changes": "%"` + neither},
		"two signs":               {"2%%", Limit{}, `limit "changes": "2%%"` + neither},
		"words":                   {"many", Limit{}, `limit "changes": "many"` + neither},
		"an exponent":             {"1e3", Limit{}, `limit "changes": "1e3"` + neither},
		"a plus":                  {"+5", Limit{}, `limit "changes": "+5"` + neither},
		"a space":                 {"2 %", Limit{}, `limit "changes": "2 %"` + neither},
		"a comma":                 {"0,5%", Limit{}, `limit "changes": "0,5%"` + neither},
		"nothing before a point":  {".5%", Limit{}, `limit "changes": ".5%"` + neither},
		"nothing after a point":   {"5.%", Limit{}, `limit "changes": "5.%"` + neither},
		"infinity":                {"inf", Limit{}, `limit "changes": "inf"` + neither},
		"digits of other scripts": {"٣", Limit{}, `limit "changes": "٣"` + neither},
	} {
		t.Run(name, func(t *testing.T) {
			got, e := Parse("changes", tt.text, "here")
			if got != tt.want || said(e) != tt.fails {
				t.Errorf("Parse(%q) = %+v, %q\nwant %+v, %q", tt.text, got, said(e), tt.want, tt.fails)
			}
		})
	}
}

func TestWhatIsLimited(t *testing.T) {
	for name, tt := range map[string]struct{ what, parse, check string }{
		"changes":             {"changes", "", ""},
		"destructive":         {"destructive", "", ""},
		"an operation":        {"acme.delete_user", "", ""},
		"a pattern":           {"acme.delete_*", "", ""},
		"all of a module":     {"acme.*", "", ""},
		"of all modules":      {"*.delete_*", "", ""},
		"mistyped":            {"destructiv", `limit "destructiv": there is no such limit | did you mean "destructive"?`, ""},
		"nothing like it":     {"delete_user", `limit "delete_user": there is no such limit | write changes, destructive, or a pattern of operations, such as "alteryx.delete_*"`, ""},
		"only a star":         {"*", `limit "*": there is no such limit | write changes, destructive, or a pattern of operations, such as "alteryx.delete_*"`, ""},
		"a mistyped verb":     {"acme.delet_*", "", `limit "acme.delet_*": no operation matches it | did you mean "acme.delete_*"?`},
		"a mistyped module":   {"acne.*", "", `limit "acne.*": no operation matches it | did you mean "acme.*"?`},
		"a mistyped name":     {"desk.stopflow", "", `limit "desk.stopflow": no operation matches it | did you mean "desk.stop_flow"?`},
		"a mistyped noun":     {"*.*_asett", "", `limit "*.*_asett": no operation matches it | did you mean "*.*_asset"?`},
		"another verb for it": {"acme.remove_user", "", `limit "acme.remove_user": no operation matches it | did you mean "acme.delete_user"?`},
		"nothing near":        {"elsewhere.*", "", `limit "elsewhere.*": no operation matches it`},
		"only reads":          {"acme.list_*", "", `limit "acme.list_*": it covers only reads, such as acme.list_users, and reads are not limited | name operations that change something`},
		"reads among others":  {"acme.*_user*", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, e := Parse(tt.what, "1", "here")
			if said(e) != tt.parse {
				t.Errorf("Parse(%q) failed with %q, want %q", tt.what, said(e), tt.parse)
			}
			if e == nil {
				if got := said(l.Check(knownModules)); got != tt.check {
					t.Errorf("Check of %q = %q, want %q", tt.what, got, tt.check)
				}
			}
		})
	}
}

func TestAmountsAreWrittenAsTheyWereRead(t *testing.T) {
	for _, text := range []string{"0", "1", "50", "123456789", "0%", "2%", "0.5%", "0.0001%", "7.25%", "33.3333%", "100%"} {
		l, e := Parse("changes", text, "")
		if got := l.Amount(); e != nil || got != text {
			t.Errorf("Amount of %q = %q, %v", text, got, e)
		}
	}
}

func TestMatches(t *testing.T) {
	for name, tt := range map[string]struct {
		pattern, name string
		want          bool
	}{
		"the name":              {"acme.delete_user", "acme.delete_user", true},
		"another name":          {"acme.delete_user", "acme.delete_users", false},
		"a beginning":           {"acme.delete_*", "acme.delete_user", true},
		"no beginning":          {"acme.delete_*", "acme.undelete_user", false},
		"an end":                {"*.delete_user", "acme.delete_user", true},
		"no end":                {"*.delete_user", "acme.delete_user_group", false},
		"both ends":             {"acme.*_user", "acme.delete_user", true},
		"the ends may not meet": {"acme.delete_*_user", "acme.delete_user", false},
		"a middle":              {"*delete*", "acme.delete_user", true},
		"no middle":             {"a*x*r", "acme.delete_user", false},
		"a star for nothing":    {"acme.*delete_user*", "acme.delete_user", true},
		"a star for a dot":      {"acme*user", "acme.delete_user", true},
		"stars in a row":        {"acme.**", "acme.delete_user", true},
		"the last of several":   {"*e*er", "acme.delete_user", true},
		"no other signs":        {"acme.delete_?ser", "acme.delete_user", false},
		"no other case":         {"acme.Delete_*", "acme.delete_user", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := matches(tt.pattern, tt.name); got != tt.want {
				t.Errorf("matches(%q, %q) = %v, want %v", tt.pattern, tt.name, got, tt.want)
			}
		})
	}
}

// Every pattern that is suggested matches the operation that it is made of.
func TestSuggestedPatternsMatch(t *testing.T) {
	for _, o := range append(operations, declare("acme.ping", op.Write)) {
		for _, p := range patterns([]string{o.Name}) {
			if !matches(p, o.Name) || !strings.Contains(p, ".") {
				t.Errorf("%q is suggested for %s, and does not match it", p, o.Name)
			}
		}
	}
}
