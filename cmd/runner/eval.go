package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/bindings"
	"runner/internal/op"
)

func (a *app) evalCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:     "eval LUA",
		Aliases: []string{"e"},
		Short:   "Run one line of Lua",
		Long: `Runs Lua that stands on the command line. The vendors' modules are there without
require.` + exitHelp(executeCodes...),
		Example: `  runner eval --emulate \
      'for _, u in ipairs(alteryx.list_users{ role = "Artisan" }) do print(u.email) end'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usage{"no Lua is given", `runner eval 'print("…")'`}
			}
			return nil
		},
	}
	f.command(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.executing(f)
		if err != nil {
			return err
		}
		s.script, s.dir = bindings.Script{Name: "eval", Source: strings.Join(args, " ")}, a.here()
		return s.withoutParams(cmd)
	}
	return c
}

// withoutParams executes a script that is not a file, and has no params.
func (s *session) withoutParams(cmd *cobra.Command) error {
	s.params = func([]bindings.Param) (map[string]any, *op.Error) {
		return nil, &op.Error{Kind: op.Script, Cause: "params belong in a script file", Hint: "write the value where it is used"}
	}
	if code := s.execute(cmd.Context()); code != exitDone {
		return exitError(code)
	}
	return nil
}

func (a *app) here() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	return dir
}
