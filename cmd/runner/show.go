package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/journal"
	"runner/internal/report"
	"runner/internal/secret"
)

func (a *app) showCommand() *cobra.Command {
	var asJSON, full bool
	var color string
	c := &cobra.Command{
		Use:   "show [RUN]",
		Short: "Show what a run did",
		Long: `Shows the report of a run from its journal. RUN is its id or the beginning of
it; without one the latest run is shown.` + exitHelp(exitDone, exitUsage),
		Example: "  runner show\n  runner show --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := a.findRun(append(args, "")[0])
			if err != nil {
				return err
			}
			return a.show(dir, asJSON, full, color)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.Flags().BoolVar(&full, "full", false, "list all changes and steps")
	c.Flags().StringVar(&color, "color", "auto", "colour: auto, always or never")
	return c
}

// findRun finds the folder of a run by the beginning of its id.
func (a *app) findRun(id string) (string, error) {
	base := a.stateDir("runs")
	entries, err := os.ReadDir(base)
	if err != nil || len(entries) == 0 {
		return "", &usage{"no run is kept in " + base, "runner run SCRIPT makes one"}
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
		return "", &usage{fmt.Sprintf("there is no run %q in %s", id, base), ""}
	case id != "" && len(found) > 1:
		return "", &usage{fmt.Sprintf("%d runs begin with %q", len(found), id), "the latest is " + found[len(found)-1]}
	}
	return filepath.Join(base, found[len(found)-1]), nil
}

func (a *app) show(dir string, asJSON, full bool, color string) error {
	r := report.New()
	out := newPrinter(a.stdout, &secret.Redactor{}, report.Style{})
	var broken error
	for rec, err := range journal.ReadRun(dir) {
		if err != nil {
			broken = err
			break
		}
		r.Add(rec)
	}
	r.Folder = dir
	if torn, ok := errors.AsType[*journal.Torn](broken); ok {
		fmt.Fprintf(a.stderr, "the run was cut off after record %d: what follows is what is known\n", torn.Last)
	} else if broken != nil {
		return &usage{broken.Error(), ""}
	}
	if asJSON {
		b, err := r.JSON()
		if err != nil {
			return err
		}
		out.text(string(b) + "\n")
		return nil
	}
	style := a.styleOf(a.stdout, color)
	style.Full = full
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s, exit %d\n", r.Mode, r.Run, r.Script.Path, r.Exit.Code)
	r.Text(&b, style, r.Names(journal.ReadRun(dir)))
	if r.Exit.Code != exitDone {
		fmt.Fprintf(&b, "ended with: %s\n", report.Inert(r.Exit.Reason))
	}
	out.text(b.String())
	return nil
}
