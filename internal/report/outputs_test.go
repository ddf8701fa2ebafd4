package report_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"runner/internal/journal"
	"runner/internal/report"
)

func results(pairs ...string) []journal.Result {
	var list []journal.Result
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, journal.Result{Name: pairs[i], Value: json.RawMessage(pairs[i+1])})
	}
	return list
}

func TestOutputs(t *testing.T) {
	several := results(
		"people", `[{"name":"Ada","age":36},{"id":"61d57bea3c15317e1a48205b","name":"Bob","tags":["a",{"b":null}]}]`,
		"one", `{"b":1,"a":{"$unknown":"id of user x"}}`,
		"list", `["a",1,null]`, "empty", `[]`, "none", `{}`, "null", `null`, "text", `"two\nlines"`, "unknown", `{"$unknown":"x"}`,
		"evil\u001b", `[{"a\u001b":"\u001b[31m\r\n::error::x ##vso[y] \u202e"}]`,
	)
	for name, s := range map[string]report.Style{"pipe": {}, "narrow": {Width: 40, Inert: true}, "wide": {Width: 200, Inert: true}} {
		for _, format := range report.OutputFormats {
			var b strings.Builder
			if err := report.WriteOutputs(&b, several, format, s); err != nil {
				t.Fatal(err)
			}
			if s.Inert || format != "csv" {
				inert(t, b.String())
			}
			golden(t, "outputs-"+name+"."+format, b.String())
		}
	}
}

// A spreadsheet takes no text for a formula, and numbers stay numbers.
func TestCSVHoldsNoFormulas(t *testing.T) {
	for in, want := range map[string]string{
		`"=1+1"`: "'=1+1", `"+49 30"`: "'+49 30", `"-x"`: "'-x", `"@a"`: "'@a", `"\tx"`: "'\tx",
		`-1`: "-1", `"-1.5"`: "-1.5", `2`: "2", `"a=b"`: "a=b", `"'=x"`: "''=x", `"'-1"`: "''-1", `"'x"`: "'x", `null`: "", `"x\u0000"`: "x�", `{"a":[1]}`: `{"a":[1]}`,
		`"` + strings.Repeat("x", 300) + `"`: strings.Repeat("x", 300),
	} {
		var b strings.Builder
		if err := report.WriteOutputs(&b, results("t", `[{"c":`+in+`}]`), "csv", report.Style{}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(rows) > 2 || len(rows) == 2 && rows[1][0] != want {
			t.Errorf("%s is %q, %v, want %q", in, rows, err, want)
		}
	}
}

func TestValue(t *testing.T) {
	long := strings.Repeat("ä", 200)
	for in, want := range map[string]string{
		`{"b":1,"a":[true,null]}`:         `{ a = { true, null }, b = 1 }`,
		`{"$unknown":"id of user x"}`:     `<id of user x>`,
		`[{"$unknown":"id of user x"},1]`: `{ <id of user x>, 1 }`,
		`{}`:                              `{}`,
		`"` + long + `"`:                  `"` + long[:2*117] + `…"`,
		`123456789012345678901234567890`:  `123456789012345678901234567890`,
	} {
		if got := report.Value(json.RawMessage(in)); got != want {
			t.Errorf("Value(%s) = %s, want %s", in, got, want)
		}
	}
}
