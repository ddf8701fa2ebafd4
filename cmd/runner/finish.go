package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"runner/internal/bindings"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
)

// invalid shows the mistakes that were found by reading the script. Nothing
// was run.
func (s *session) invalid(problems []bindings.Problem, f *bindings.Failure) int {
	var cards []*report.Card
	if f != nil {
		cards = append(cards, s.card(f))
	}
	for _, p := range problems {
		cards = append(cards, s.card(&bindings.Failure{Error: p.Error, At: fmt.Sprintf("%s:%d", s.script.Name, p.Line)}))
	}
	for _, c := range cards {
		c.State = "nothing was run"
	}
	if s.f.json {
		s.report.Script.Path, s.report.Mode, s.report.Error = s.script.Name, "check", cards[0]
		s.report.Exit = report.Exit{Code: exitScript, Reason: cards[0].What}
		s.writeJSON()
		return exitScript
	}
	for i, c := range cards {
		if i == 10 {
			s.err.line(fmt.Sprintf("… and %d more", len(cards)-i))
			break
		}
		s.show(c)
	}
	return exitScript
}

func (s *session) show(c *report.Card) {
	var b strings.Builder
	c.Write(&b, s.err.style.Paint)
	s.err.text(b.String())
}

// card makes the card of a failure, with the line of the script.
func (s *session) card(f *bindings.Failure) *report.Card {
	source := ""
	if name, number, ok := cutLast(f.At, ":"); ok && name == s.script.Name {
		if n, err := strconv.Atoi(number); err == nil {
			if lines := strings.Split(s.script.Source, "\n"); n >= 1 && n <= len(lines) {
				source = lines[n-1]
			}
		}
	}
	return report.NewCard(f.Error, f.At, f.Step, source)
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// finish ends the journal, and shows the report.
func (s *session) finish(f *bindings.Failure) int {
	code := exitOf(f, s.report)
	if f != nil {
		s.report.Error = s.card(f)
		s.report.Error.State = s.state()
	}
	reason := "done"
	if f != nil {
		reason = f.Error.Error()
	}
	s.report.Exit = report.Exit{Code: code, Reason: reason}
	if s.journal != nil {
		s.append(journal.End, journal.Ending{Code: code, Reason: reason})
		folder, err := s.journal.Close()
		if err != nil && code == exitDone {
			code = exitGuard
			s.report.Exit = report.Exit{Code: code, Reason: err.Error()}
			s.report.Error = report.NewCard(&op.Error{Kind: op.Refused, Subject: "journal", Cause: err.Error(), Hint: "make room on the disk or mend it"}, "", "", "")
		}
		s.report.Folder = folder
	}
	s.next()
	if s.f.json {
		s.writeJSON()
	} else {
		s.writeText(f)
	}
	s.keep()
	s.out.flush()
	s.err.flush()
	return code
}

// state says what state things are in after a failure.
func (s *session) state() string {
	c := s.report.Counts
	switch {
	case s.f.dryRun:
		return "this was a dry run: nothing was changed"
	case c.InDoubt > 0:
		return fmt.Sprintf("%d done, %d in doubt: it is not known whether that happened", c.Writes+c.Destructive, c.InDoubt)
	case c.Writes+c.Destructive == 0:
		return "nothing was changed"
	case c.Writes+c.Destructive == 1:
		return "1 change was made before this, and stays"
	}
	return fmt.Sprintf("%d changes were made before this, and stay", c.Writes+c.Destructive)
}

// next says what to do next.
func (s *session) next() {
	r := s.report
	if r.Folder != "" && (r.Counts.Writes+r.Counts.Destructive+r.Counts.Failed+r.Counts.InDoubt > 0) {
		r.Next = append(r.Next, "runner show "+filepath.Base(r.Folder)+"   # this report again")
	}
	if s.f.dryRun && r.Error == nil && r.Counts.Planned > 0 {
		r.Next = append(r.Next, "the same command without --dry-run does it")
	}
}

func (s *session) writeJSON() {
	b, err := s.report.JSON()
	if err != nil {
		panic(err) // our own structs
	}
	s.out.text(string(s.redactor.JSON(b)) + "\n")
}

func (s *session) writeText(f *bindings.Failure) {
	for _, o := range s.report.Outputs {
		var b strings.Builder
		if err := report.WriteOutput(&b, o, s.f.format, s.out.style); err != nil {
			s.err.line("output " + o.Name + ": " + err.Error())
			continue
		}
		s.out.text(b.String())
	}
	s.out.flush()
	if s.report.Error != nil {
		s.show(s.report.Error)
		if f != nil && s.f.debug {
			if p, ok := errors.AsType[*bindings.Panic](f.Error); ok {
				s.err.text(p.Stack + "\n")
			}
		}
	}
	r := s.report
	if len(r.Operations) == 0 && len(r.Steps) == 0 && len(r.OpenPoints) == 0 {
		return // a one-liner that called nothing needs no summary
	}
	if s.f.quiet && r.Error == nil {
		return
	}
	names := map[string]string{}
	if r.Folder != "" {
		names = r.Names(journal.ReadRun(r.Folder))
	}
	var b strings.Builder
	r.Text(&b, s.err.style, names)
	s.err.text(b.String())
}

// keep leaves the report beside the journal.
func (s *session) keep() {
	if s.report.Folder == "" {
		return
	}
	b, err := s.report.JSON()
	if err != nil {
		panic(err) // our own structs
	}
	if err := os.WriteFile(filepath.Join(s.report.Folder, "report.json"), s.redactor.JSON(b), 0o600); err != nil {
		s.err.line("the report was not kept: " + err.Error())
	}
}
