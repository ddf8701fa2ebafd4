package bindings

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"runner/internal/engine"
	"runner/internal/guard"
	"runner/internal/op"
)

// set is what one call of limits told.
type set struct {
	list       []guard.Limit
	population int
}

func TestLimitsInScripts(t *testing.T) {
	for name, dry := range map[string]bool{"for real": false, "dry run": true} {
		t.Run(name, func(t *testing.T) {
			var got []set
			s := stage{dry: dry, files: map[string]string{"helper": "local m = {} function m.bound()\n\nlimits { changes = 9 } end return m"}}
			s.options.Limits = func(list []guard.Limit, population int) { got = append(got, set{list, population}) }
			s.play(t, `
limits { ["desk.remove_*"] = 3, destructive = "2.5%", population = 1800, changes = 50 }
limits {
  changes = "100%",
}
step("s", function() limits { population = 12 } end)
require("helper").bound()
limits {}
`).mustWork()
			want := []set{
				{[]guard.Limit{
					{What: "desk.remove_*", Max: 3, Source: "script.lua:2"},
					{What: "destructive", Percent: true, Share: 25_000, Source: "script.lua:2"},
					{What: "changes", Max: 50, Source: "script.lua:2"},
				}, 1800},
				{[]guard.Limit{{What: "changes", Percent: true, Share: 1_000_000, Source: "script.lua:3"}}, 0},
				{nil, 12},
				{[]guard.Limit{{What: "changes", Max: 9, Source: "helper.lua:3"}}, 0},
				{nil, 0},
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("told %+v\nwant %+v", got, want)
			}
		})
	}
}

// Of a table with a mistake nothing holds.
func TestLimitsWithAMistakeTellNothing(t *testing.T) {
	s := stage{}
	s.options.Limits = func(list []guard.Limit, population int) { t.Errorf("told %+v, %d", list, population) }
	p := s.play(t, `limits { changes = 1, population = 5, destructve = 1 }`)
	if want := `script.lua:1: [script] limits has no option "destructve" (did you mean "destructive"?)`; p.said() != want {
		t.Errorf("failed with %s\nwant %s", p.said(), want)
	}
}

func TestConfirm(t *testing.T) {
	for name, dry := range map[string]bool{"for real": false, "dry run": true} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			s := stage{dry: dry}
			s.options.Confirm = func(b *engine.Branch, question, at string) *op.Error {
				asked = append(asked, fmt.Sprintf("%s %s %s", at, b.Path(), question))
				return nil
			}
			p := s.play(t, `
print(confirm("Remove 12 tickets?"))
step("s", function()
  print(confirm("And their owners?"))
end)
`).mustWork()
			if want := []string{"script.lua:2  Remove 12 tickets?", "script.lua:4 /s And their owners?"}; !slices.Equal(asked, want) {
				t.Errorf("asked %q, want %q", asked, want)
			}
			if got := p.printed(); !slices.Equal(got, []string{"true", "true"}) {
				t.Errorf("printed %q", got)
			}
		})
	}
}

func TestConfirmShowsLabels(t *testing.T) {
	var asked string
	s := stage{dry: true}
	s.options.Confirm = func(_ *engine.Branch, question, _ string) *op.Error {
		asked = question
		return nil
	}
	p := s.play(t, `confirm("Remove " .. desk.add_ticket { name = "a" }.id .. "?")`).mustWork()
	if !strings.Contains(asked, "<id of ticket a>") || len(p.points()) > 0 {
		t.Errorf("asked %q, open points %q", asked, p.points())
	}
}

// A no is not the script's to catch.
func TestANoCannotBeCaught(t *testing.T) {
	for name, catcher := range catchers {
		t.Run(name, func(t *testing.T) {
			var p *play
			s := stage{files: map[string]string{"bad": `confirm("Sure?")`}}
			s.options.Confirm = func(*engine.Branch, string, string) *op.Error {
				e := &op.Error{Kind: op.Refused, Cause: "the answer was no", RetryAfter: -1}
				p.run.Stop(e)
				return e
			}
			p = s.open(t)
			p.failure = p.world.Exec(Script{Name: "script.lua", Source: strings.ReplaceAll(catcher, "BODY", `confirm("Sure?")`)})
			if p.failure == nil || p.failure.Kind != op.Refused || p.failure.Cause != "the answer was no" || len(p.printed()) > 0 {
				t.Errorf("%s\nfailed with %s and printed %q", catcher, p.said(), p.printed())
			}
		})
	}
}

func TestConfirmWithNobodyToAsk(t *testing.T) {
	fails(t, `confirm("Sure?")`, op.Refused, `script.lua:1: [refused] "Sure?": nobody can be asked`)
	p := stage{dry: true}.play(t, `print(confirm("Sure?"))`).mustWork()
	if got := p.printed(); !slices.Equal(got, []string{"true"}) {
		t.Errorf("a dry run printed %q, want true", got)
	}
}
