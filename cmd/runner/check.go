package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"runner/internal/bindings"
	"runner/internal/report"
	"runner/internal/vendors"
)

func (a *app) checkCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:         "check SCRIPT…",
		Short:       "Look for mistakes without running",
		Long:        `Reads scripts and shows mistakes that can be seen without running them: names that there are none of, operations and arguments that do not exist, arguments that are missing or of the wrong type. Nothing is sent.`,
		Example:     "  runner check scripts/*.lua",
		Annotations: exits(exitDone, exitUsage, exitScript),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usage{cause: "no script is named", hint: "runner check SCRIPT…"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := oneOf("color", f.color); err != nil {
				return err
			}
			return a.check(f, args)
		},
	}
	c.Flags().BoolVar(&f.json, "json", false, "write what was found as JSON to standard output")
	addColor(c.Flags(), &f.color)
	return c
}

func (a *app) check(f *flags, paths []string) error {
	all := report.New()
	all.Mode, all.Exit = "check", &report.Exit{Code: exitDone, Reason: "no mistakes found"}
	for _, path := range paths {
		script, err := a.readScript(path)
		if err != nil {
			return err
		}
		s := &session{a: a, f: f, script: script, dir: filepath.Dir(absolute(path))}
		s.open()
		problems, failure := bindings.Check(script, vendors.Modules())
		if failure == nil && len(problems) == 0 {
			_, failure = s.declared()
		}
		cards := s.problems(problems, failure)
		all.Problems = append(all.Problems, cards...)
		switch {
		case len(cards) > 0:
			s.showProblems(cards)
		case !f.json:
			fmt.Fprintf(a.stdout, "%s: no mistakes found\n", script.Name)
		}
	}
	if len(all.Problems) > 0 {
		all.Exit = &report.Exit{Code: exitScript, Reason: all.Problems[0].What}
	}
	if f.json {
		a.writeJSON(all)
	}
	if all.Exit.Code != exitDone {
		return exitError(all.Exit.Code)
	}
	return nil
}
