package main

import (
	"fmt"
	"strings"

	"runner/internal/bindings"
	"runner/internal/report"
)

// shownProblems is how many mistakes are shown at a time.
const shownProblems = 10

// invalid shows the mistakes that were found by reading the script. Nothing
// was run.
func (s *session) invalid(problems []bindings.Problem, f *bindings.Failure) int {
	code := exitScript
	if s.oneCall != nil {
		code = exitUsage
	}
	cards := s.problems(problems, f)
	if s.f.json {
		r := s.report
		r.Script, r.Mode = &report.Script{Path: s.script.Name}, "check"
		r.Error, r.Problems = cards[0], cards
		r.Exit = &report.Exit{Code: code, Reason: cards[0].What}
		s.a.writeJSON(r)
	}
	s.showProblems(cards)
	return code
}

func (s *session) problems(problems []bindings.Problem, f *bindings.Failure) []*report.Card {
	var list []*bindings.Failure
	if f != nil {
		list = append(list, f)
	}
	for _, p := range problems {
		list = append(list, &bindings.Failure{Error: p.Error, At: fmt.Sprintf("%s:%d", s.script.Name, p.Line)})
	}
	var cards []*report.Card
	for _, f := range list {
		at := f.At
		if s.oneCall != nil {
			at = ""
		}
		c := report.NewCard(f.Error, at, f.Step, s.line(at))
		c.State = "nothing was run"
		cards = append(cards, c)
	}
	return cards
}

func (s *session) showProblems(cards []*report.Card) {
	var b strings.Builder
	for i, c := range cards {
		if i == shownProblems {
			fmt.Fprintf(&b, "… and %d more\n", len(cards)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		c.Write(&b, s.err.style, nil)
	}
	s.err.text(b.String())
}
