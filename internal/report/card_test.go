package report_test

import (
	"strings"
	"testing"

	"runner/internal/op"
	"runner/internal/report"
)

func TestCard(t *testing.T) {
	for name, tt := range map[string]struct {
		e              *op.Error
		at, step, line string
	}{
		"vendor":    {&op.Error{Kind: op.Denied, Op: "a.get_user", Subject: "user x", Cause: "no", Hint: "ask for it", Status: 403, RequestID: "r1", Attempts: 3}, "x.lua:12", "/find/each[ada]", `	local u = a.get_user { user_id = x }`},
		"argument":  {&op.Error{Kind: op.Script, Op: "a.get_user", Cause: `argument "usr": there is no such argument`, Hint: `did you mean "user"?`}, "x.lua:3", "", `a.get_user { usr = user, user = usr_x }`},
		"bare":      {&op.Error{Kind: op.Failed, Cause: "enough"}, "", "", ""},
		"kind":      {&op.Error{Kind: op.Limited}, "", "", ""},
		"doubt":     {&op.Error{Kind: op.InDoubt, Op: "a.create_user", Subject: "user x", Cause: "it was sent, and whether it happened is not known: the connection broke before the answer was complete", Hint: "look at user x"}, "x.lua:1", "", "a.create_user{}"},
		"hostile":   {&op.Error{Kind: op.Invalid, Op: "a.b", Subject: "x\n::error::y", Cause: "a\x1b[31m\r##vso[x]\n::y", Hint: "z\u202e", RequestID: "\x1b"}, "x.lua:1", "/a\x1b/b", "local x = '\x1b[2J' ::label::"},
		"evidence":  {&op.Error{Kind: op.Unavailable, Op: "a.b", Status: 502}, "", "", ""},
		"no excess": {&op.Error{Kind: op.NotFound, Op: "a.b", Cause: "HTTP 404 from the server", Status: 404, Attempts: 1}, "", "", ""},
	} {
		var b strings.Builder
		c := report.NewCard(tt.e, tt.at, tt.step, tt.line)
		c.State = "nothing was changed"
		c.Write(&b, report.Style{}, report.Names{"x": "Xaver"})
		inert(t, b.String())
		golden(t, "card-"+name+".txt", b.String())
	}
}
