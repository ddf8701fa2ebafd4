package survival

import (
	"strings"
	"testing"
)

// What the judge has to see, it sees.
func TestJudge(t *testing.T) {
	prepare(t)
	for name, tt := range map[string]struct {
		change func(*vendor)
		want   string // "" if nothing is wrong
	}{
		"all is well":                  {func(*vendor) {}, ""},
		"an effect came twice":         {func(v *vendor) { v.effects["create f1"]++ }, "twice: create f1 came 2 times"},
		"one was lost":                 {func(v *vendor) { delete(v.effects, "note f2") }, "lost: note f2"},
		"one was asked for by nobody":  {func(v *vendor) { v.effects["delete f1"] = 1 }, "an effect that nothing asked for: delete f1"},
		"the script saw another id":    {func(v *vendor) { v.receipts["seat f3"][0]++ }, "wrong result: seat f3 answered"},
		"a value was not set":          {func(v *vendor) { v.things[0].Value = "as it was" }, "wrong result: f"},
		"the list was not that at all": {func(v *vendor) { v.things[0].ID++ }, "wrong result: f"},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTrial(t, runner, fanout(3), 1)
			defer func() { _ = x.v.Close() }()
			args, err := x.args()
			if err != nil {
				t.Fatal(err)
			}
			if code, text, err := x.execute(&life{}, 0, args...); err != nil || code != 0 {
				t.Fatalf("exit %d, %v\n%s", code, err, text)
			}
			x.v.rest()
			tt.change(x.v)
			got := ""
			if err := x.verdict(); err != nil {
				got = err.Error()
			}
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("the judge says %q, want %q", got, tt.want)
			}
		})
	}
}
