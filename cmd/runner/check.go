package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"runner/internal/bindings"
	"runner/internal/vendors"
)

func (a *app) checkCommand() *cobra.Command {
	f := &flags{color: "auto"}
	return &cobra.Command{
		Use:   "check SCRIPT…",
		Short: "Look for mistakes without running",
		Long: `Reads scripts and shows mistakes that can be seen without running them: names
that there are none of, operations and arguments that do not exist, arguments
that are missing or of the wrong type. Nothing is sent.` + exitHelp(exitDone, exitUsage, exitScript),
		Example: "  runner check scripts/*.lua",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usage{"no script is named", "runner check SCRIPT…"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			code := exitDone
			for _, path := range args {
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
				if failure != nil || len(problems) > 0 {
					code = s.invalid(problems, failure)
					continue
				}
				fmt.Fprintf(a.stdout, "%s: no mistakes found\n", script.Name)
			}
			if code != exitDone {
				return exitError(code)
			}
			return nil
		},
	}
}
