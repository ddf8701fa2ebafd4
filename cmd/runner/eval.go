package main

import (
	"context"
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
		Long:    `Runs Lua that stands on the command line. The vendors' modules are there without require.`,
		Example: `  runner eval --emulate 'print(#alteryx.list_users{ role = "Artisan" })'
  runner eval --emulate 'output("users", alteryx.list_users{})' --format csv`,
		Annotations: executeCodes,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usage{cause: "no Lua is given", hint: `runner eval 'print("…")'`}
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f.add(c.Flags())
	normalize(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.check(); err != nil {
			return err
		}
		s := &session{a: a, f: f, dir: a.here(), script: bindings.Script{Name: "eval", Source: strings.Join(args, " ")}}
		return s.withoutParams(cmd.Context())
	}
	return c
}

// withoutParams executes a script that is not a file, and has no params.
func (s *session) withoutParams(ctx context.Context) error {
	s.params = func([]bindings.Param) (map[string]any, *op.Error) {
		return nil, &op.Error{Kind: op.Script, Cause: "params belong in a script file", Hint: "write the value where it is used"}
	}
	return s.execute(ctx)
}
