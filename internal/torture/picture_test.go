package torture

import (
	"strings"
	"testing"
)

// What two runs left is the same, but for what differs by nature.
func TestPicture(t *testing.T) {
	const seed = `{"users":[{"id":70001,"name":"Ada"}],"loads":[{"id":1,"of":"Ada"}]}`
	const one = `{"users":[{"id":70001,"name":"Ada"},{"id":70002,"name":"Lin","at":"2027-03-01T09:00:05Z"},{"id":70003,"name":"Sean"}],
		"groups":[{"members":[70002,70001]}],"loads":[{"id":1,"of":"Ada"},{"id":2,"of":"Lin"}],"ms":1803891605000,
		"ownershipTransfers":[{"to":"Lin"}]}`
	for name, tt := range map[string]struct {
		change []string // old and new in turn
		want   string   // a part of the difference, "" for none
	}{
		"nothing":                          {nil, ""},
		"a time of the same day":           {[]string{"09:00:05Z", "17:30:00.25Z"}, ""},
		"a time of another day":            {[]string{"2027-03-01T", "2027-03-02T"}, `"<day 1>" instead of "<day 0>"`},
		"a number that is a time":          {[]string{"1803891605000", "1803895205000"}, ""},
		"other ids, made in another order": {[]string{"70002", "70003", "70003", "70002"}, ""},
		"a short id":                       {[]string{`"id":2`, `"id":3`}, ""},
		"a list in another order":          {[]string{"[70002,70001]", "[70001,70002]"}, ""},
		"somebody else in a group":         {[]string{"[70002,70001]", "[70003,70001]"}, "users/…/id"},
		"an old id":                        {[]string{"[70002,70001]", "[70002,70009]"}, "groups"},
		"something twice":                  {[]string{`{"id":70003`, `{"id":70004,"name":"Sean"},{"id":70003`}, `users: has also {"id":"<new 3>","name":"Sean"}`},
		"something that is missing":        {[]string{`,{"id":70003,"name":"Sean"}`, ""}, "users: lacks "},
		"a trace":                          {[]string{`[{"to":"Lin"}]`, `[{"to":"Lin"},{"to":"Lin"}]`}, ""},
		"a name":                           {[]string{`"Lin","at"`, `"Lena","at"`}, `users/…/name: "Lena" instead of "Lin"`},
	} {
		t.Run(name, func(t *testing.T) {
			other := strings.NewReplacer(tt.change...).Replace(one)
			got := strings.Join(Diff("", Picture([]byte(seed), []byte(one), base), Picture([]byte(seed), []byte(other), base)), "\n")
			if got = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(got); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %s\nwant %q", got, tt.want)
			}
		})
	}
}
