package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/spell"
)

// exitError carries the exit code of a command that has said all it has to.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// main runs one command line and returns its exit code.
func (a *app) main(ctx context.Context, args []string) (code int) {
	defer func() {
		if v := recover(); v != nil {
			code = a.crash(v)
		}
	}()
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if exit, ok := errors.AsType[exitError](err); ok {
		return int(exit)
	}
	u, ok := errors.AsType[*usage](err)
	if !ok {
		u = &usage{cause: err.Error()}
	}
	fmt.Fprintf(a.stderr, "error[usage]: %s\n", u.cause)
	if u.hint != "" {
		fmt.Fprintf(a.stderr, "next:  %s\n", u.hint)
	}
	fmt.Fprintf(a.stderr, "help:  %s --help\n", cmd.CommandPath())
	return exitUsage
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "runner",
		Short: "Run admin scripts written in Lua, safely.",
		Long: `Run admin scripts written in Lua, safely: runner tells what it will do, does
only that, and shows what it did.`,
		Example: `  runner run scripts/offboard.lua --leaver ada@example.com \
      --heir lin@example.com --emulate --dry-run
  runner eval --emulate 'print(#alteryx.list_users{})'
  runner docs alteryx.transfer_assets`,
		SilenceErrors: true, SilenceUsage: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			var known []string
			for _, c := range cmd.Commands() {
				known = append(known, c.Name())
			}
			hint := spell.Suggest(args[0], known)
			if strings.HasSuffix(args[0], ".lua") {
				hint = "runner run " + args[0]
			}
			return &usage{fmt.Sprintf("there is no command %q", args[0]), hint}
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddGroup(&cobra.Group{ID: "run", Title: "Run"}, &cobra.Group{ID: "look", Title: "Look"}, &cobra.Group{ID: "setup", Title: "Set up"})
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(cmd.Flags(), err) })
	root.CompletionOptions.HiddenDefaultCmd = false
	for group, commands := range map[string][]*cobra.Command{
		"run":   {a.runCommand(), a.evalCommand(), a.callCommand(), a.checkCommand()},
		"look":  {a.docsCommand(), a.showCommand()},
		"setup": {a.emulateCommand(), a.versionCommand()},
	} {
		for _, c := range commands {
			c.GroupID = group
			c.Flags().SortFlags = false
			root.AddCommand(c)
		}
	}
	root.SetHelpCommandGroupID("look")
	root.SetCompletionCommandGroupID("setup")
	for _, t := range topics {
		root.AddCommand(&cobra.Command{Use: t.name, Short: t.title, Long: t.text(), Hidden: false})
	}
	return root
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Show the version", Example: "  runner version", Args: cobra.NoArgs,
		Run: func(*cobra.Command, []string) { fmt.Fprintf(a.stdout, "runner %s\n", version) },
	}
}

// exitHelp is the part of a command's help that lists its exit codes.
func exitHelp(codes ...int) string {
	var b strings.Builder
	b.WriteString("\n\nExit codes:\n")
	for _, c := range exitCodes {
		for _, want := range codes {
			if c.Code == want {
				fmt.Fprintf(&b, "  %-4d %s\n", c.Code, c.Meaning)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

var executeCodes = []int{exitDone, exitFailed, exitUsage, exitScript, exitCredentials, exitGuard, exitInDoubt, exitBug, exitInterrupted, exitTerminated}

// executing makes a session with its flags checked.
func (a *app) executing(f *flags) (*session, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	return &session{a: a, f: f}, nil
}

// addFlags gives a command the flags that all ways to execute share.
func (f *flags) command(c *cobra.Command) {
	f.add(c.Flags())
	c.Flags().SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
}
