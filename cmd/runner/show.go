package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"runner/internal/journal"
	"runner/internal/report"
)

func (a *app) showCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:               "show [RUN | FILE]",
		Short:             "Show what a run did, or a plan would do",
		Long:              `Shows the report of a run from its journal, or the plan in a file. RUN is its id or the beginning of it; without one the latest run is shown.`,
		Example:           "  runner show\n  runner show --json\n  runner show --markdown",
		Annotations:       exits(exitDone, exitUsage),
		Args:              atMost(1),
		ValidArgsFunction: a.completeRuns,
		RunE: func(_ *cobra.Command, args []string) error {
			for flag, value := range map[string]string{"color": f.color, "format": f.format} {
				if err := oneOf(flag, value); err != nil {
					return err
				}
			}
			if len(args) > 0 && namesPlan(args[0]) {
				return a.showPlan(args[0], f)
			}
			dir, err := a.findRun(append(args, "")[0])
			if err != nil {
				return err
			}
			return a.show(dir, f)
		},
	}
	c.Flags().StringVar(&f.format, "format", "table", formatHelp)
	c.Flags().BoolVar(&f.json, "json", false, "write the whole report as JSON")
	c.Flags().BoolVar(&f.markdown, "markdown", false, "write it as Markdown, for a review")
	c.Flags().BoolVar(&f.full, "full", false, "list all changes, steps and lines of the log")
	addColor(c.Flags(), &f.color)
	return c
}

// findRun finds the folder of a run by the beginning of its id.
func (a *app) findRun(id string) (string, error) {
	base := a.stateDir("runs")
	if base == "" {
		return "", &usage{cause: "there is no folder of runs: neither HOME nor XDG_STATE_HOME is set", hint: "set RUNNER_STATE_DIR"}
	}
	entries, err := runsIn(base)
	if err != nil || len(entries) == 0 {
		return "", &usage{cause: "no run is kept in " + a.shown(base), hint: "runner run SCRIPT makes one"}
	}
	var found []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), id) {
			found = append(found, e.Name())
		}
	}
	slices.Sort(found) // ids begin with the time
	switch {
	case len(found) == 0:
		return "", &usage{cause: fmt.Sprintf("there is no run %q in %s", id, a.shown(base)), hint: "the latest is " + latest(base, idsOf(entries))}
	case id != "" && len(found) > 1:
		return "", &usage{cause: fmt.Sprintf("%d runs begin with %q", len(found), id), hint: "the latest is " + latest(base, found)}
	}
	return filepath.Join(base, latest(base, found)), nil
}

// runsIn are the folders of runs. One without a journal was refused before it
// began.
func runsIn(base string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(base)
	return slices.DeleteFunc(entries, func(e os.DirEntry) bool {
		_, err := os.Stat(filepath.Join(base, e.Name(), journal.FileName))
		return err != nil
	}), err
}

func idsOf(entries []os.DirEntry) []string {
	list := make([]string, len(entries))
	for i, e := range entries {
		list[i] = e.Name()
	}
	slices.Sort(list)
	return list
}

// latest is the last of sorted ids. Their time is in seconds; of runs within
// the same one, the journals say which is later.
func latest(base string, ids []string) string {
	last := ids[len(ids)-1]
	second, _, _ := strings.Cut(last, "-")
	begun := time.Time{}
	for _, id := range slices.Backward(ids) {
		if !strings.HasPrefix(id, second) {
			break
		}
		for rec, err := range journal.ReadRun(filepath.Join(base, id)) {
			if err == nil && rec.T.After(begun) {
				last, begun = id, rec.T
			}
			break
		}
	}
	return last
}

func (a *app) show(dir string, f *flags) error {
	r := report.New()
	var broken error
	for rec, err := range journal.ReadRun(dir) {
		if err != nil {
			broken = err
			break
		}
		r.Add(rec)
	}
	if torn, ok := errors.AsType[*journal.Torn](broken); ok {
		fmt.Fprintf(a.stderr, "the run was cut off after record %d: what follows is what is known\n", torn.Last)
	} else if broken != nil {
		return &usage{cause: broken.Error()}
	}
	r.Close(dir)
	if f.json {
		a.writeJSON(r)
		return nil
	}
	out := newPrinter(a.stdout, &a.redactor, a.styleOf(a.stdout, f.color))
	out.style.Full = f.full
	var b strings.Builder
	if f.markdown {
		r.Markdown(&b, what(r)+" of "+r.Script.Path, a.names(r))
		out.text(b.String())
		return nil
	}
	if f.format == "table" {
		heading(&b, r, out.style)
	}
	if err := report.WriteOutputs(&b, r.Outputs, f.format, out.style); err != nil {
		return err
	}
	if f.format == "table" {
		if len(r.Outputs) > 0 {
			b.WriteByte('\n')
		}
		r.WriteLog(&b, out.style)
		r.Text(&b, out.style, a.names(r))
	}
	out.text(b.String())
	return nil
}

// what says what a report is of.
func what(r *report.Report) string {
	switch r.Mode {
	case "dry-run":
		return "dry run"
	case "apply":
		return "apply"
	}
	return "run"
}

// heading says which run it is.
func heading(b *strings.Builder, r *report.Report, s report.Style) {
	script := ""
	if r.Script != nil {
		script = " of " + report.Line(r.Script.Path)
	}
	with := ""
	if r.Emulate {
		with = ", emulated"
	}
	fmt.Fprintf(b, "%s%s%s\n", s.Strong(what(r)+" "+r.Run), script, with)
	fmt.Fprintf(b, "%s", r.Started.Local().Format("2006-01-02 15:04:05 -07:00"))
	if r.Exit != nil {
		fmt.Fprintf(b, ", exit %d", r.Exit.Code)
	}
	b.WriteByte('\n')
	params := make([]string, 0, len(r.Params))
	for name, value := range r.Params {
		params = append(params, name+" = "+value)
	}
	slices.Sort(params)
	for _, p := range params {
		fmt.Fprintf(b, "  %s\n", report.Line(p))
	}
	b.WriteByte('\n')
}
