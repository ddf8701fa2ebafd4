package main

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/plan"
	"runner/internal/report"
)

// This file keeps the score of the dry runs: beside the journal of each run
// that was foreseen stands how well.

const accuracyName = "accuracy.json"

// scored is how many of the latest runs count.
const scored = 1000

func (a *app) accuracyCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:         "accuracy",
		Short:       "Show how well runs were foreseen",
		Long:        `Shows how well the runs on this machine were foreseen by their plans and dry runs: for each operation the calls that were made as foreseen, and the fields of their answers.`,
		Example:     "  runner accuracy",
		Annotations: exits(exitDone, exitUsage),
		Args:        atMost(0),
		RunE: func(*cobra.Command, []string) error {
			s := a.score()
			if asJSON {
				newPrinter(a.stdout, &a.redactor, report.Style{}).line(string(marshal(s)))
				return nil
			}
			out := newPrinter(a.stdout, &a.redactor, a.styleOf(a.stdout, "auto"))
			out.text(accuracyText(s, out.style))
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write the score as JSON")
	return c
}

// score adds up what the latest runs say.
func (a *app) score() *plan.Score {
	total := plan.NewScore()
	base := a.stateDir("runs")
	entries, err := os.ReadDir(base)
	if err != nil {
		return total
	}
	for _, name := range slices.Backward(idsOf(entries)) {
		b, err := os.ReadFile(filepath.Join(base, name, accuracyName))
		if err != nil {
			continue
		}
		one := plan.NewScore()
		if json.Unmarshal(b, one) == nil && one.Schema == plan.AccuracySchema {
			total.Add(one)
		}
		if total.Runs >= scored {
			break
		}
	}
	return total
}

func accuracyText(s *plan.Score, style report.Style) string {
	var b strings.Builder
	if s.Runs == 0 {
		return "no run was foreseen yet: runner plan, then runner apply or runner run\n"
	}
	names := slices.Sorted(maps.Keys(s.Operations))
	right, of, width := 0, 0, len("Operation")
	for _, n := range names {
		width = max(width, len(n))
		right, of = right+s.Operations[n].Right, of+s.Operations[n].Of()
	}
	fmt.Fprintln(&b, style.Strong(fmt.Sprintf("%-*s  %7s  %5s  %8s  %10s  %s", width, "Operation", "As told", "Wrong", "Not made", "Unforeseen", "Fields of the answers")))
	for _, n := range names {
		o := s.Operations[n]
		fmt.Fprintf(&b, "%-*s  %7d  %5d  %8d  %10d  %s\n", width, n, o.Right, o.Wrong, o.NotMade, o.Unforeseen, fieldsText(o))
	}
	fmt.Fprintf(&b, "\n%d of %d calls were made as foreseen, in %d of the latest runs.\n", right, of, s.Runs)
	return b.String()
}

// fieldsText sums up the fields of an operation, and names those that were
// wrong.
func fieldsText(o *plan.OperationScore) string {
	var right, unknown int
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(o.Fields)) {
		f := o.Fields[name]
		right, unknown = right+f.Right, unknown+f.Unknown
		if f.Wrong > 0 {
			wrong = append(wrong, fmt.Sprintf("%s %d", name, f.Wrong))
		}
	}
	text := fmt.Sprintf("%d right, %d unknown", right, unknown)
	if len(wrong) > 0 {
		text += ", wrong: " + strings.Join(wrong, ", ")
	}
	return text
}

// judge compares a run with what foresaw it: the plan that it applied, the dry
// run before its first change, or the latest dry run of the same script with
// the same params.
func (s *session) judge() {
	if s.report.Folder == "" || s.f.dryRun || s.report.Counts.Planned > 0 {
		return
	}
	dry, ok := s.foreseenBy()
	if !ok {
		return
	}
	score, err := plan.Compare(dry, journal.ReadRun(s.report.Folder), noiseOf)
	if err != nil {
		s.err.line("how well it was foreseen is not known: " + err.Error())
		return
	}
	if len(score.Operations) == 0 {
		return
	}
	if err := os.WriteFile(filepath.Join(s.report.Folder, accuracyName), marshal(score), 0o600); err != nil {
		s.err.line("how well it was foreseen was not kept: " + reason(err))
	}
}

// noiseOf are the fields of an operation's answer that change by themselves.
func noiseOf(operation string) map[string]bool {
	noise := map[string]bool{}
	o, err := findOperation(operation)
	if err != nil {
		return noise
	}
	t := o.Out()
	if t.Form == op.List {
		t = t.Elem
	}
	for i := range t.Fields {
		if t.Fields[i].Noise {
			noise[t.Fields[i].Name] = true
		}
	}
	return noise
}

// foreseenBy are the records of what foresaw the run.
func (s *session) foreseenBy() (iter.Seq2[journal.Record, error], bool) {
	switch {
	case s.plan != nil:
		return func(yield func(journal.Record, error) bool) {
			for _, r := range s.plan.Records {
				if !yield(r, nil) {
					return
				}
			}
		}, true
	case s.foresaw:
		return journal.ReadRun(filepath.Join(s.report.Folder, foreseenDir)), true
	}
	return s.rehearsed()
}

// rehearsals is how many of the latest runs are looked through for a dry run.
const rehearsals = 50

// rehearsed is the latest dry run of the same script with the same params.
func (s *session) rehearsed() (iter.Seq2[journal.Record, error], bool) {
	base := filepath.Dir(s.report.Folder)
	entries, err := os.ReadDir(base)
	if err != nil {
		return nil, false
	}
	ids := idsOf(entries)
	for _, id := range slices.Backward(ids[max(0, len(ids)-rehearsals):]) {
		dir := filepath.Join(base, id)
		for r, err := range journal.ReadRun(dir) {
			var o journal.Opening
			if err == nil && json.Unmarshal(r.B, &o) == nil && o.Mode == "dry-run" && o.SHA256 == s.report.Script.SHA256 &&
				maps.Equal(o.Params, s.report.Params) && o.Emulate == s.report.Emulate {
				return journal.ReadRun(dir), true
			}
			break // the first record tells
		}
	}
	return nil, false
}

// track is how well operations were foreseen so far, to stand beside what is
// planned.
func (a *app) track(r *report.Report) map[string]string {
	if len(r.Changes) == 0 {
		return nil
	}
	track := map[string]string{}
	for name, o := range a.score().Operations {
		if o.Of() > 0 {
			track[name] = fmt.Sprintf("%d of %d as foreseen", o.Right, o.Of())
		}
	}
	return track
}
