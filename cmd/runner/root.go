package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/spell"
)

// exitError carries the exit code of a command that has said all it has to.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// main runs one command line and returns its exit code.
func (a *app) main(ctx context.Context, args []string) (code int) {
	a.json = wantsJSON(args)
	defer func() {
		if v := recover(); v != nil {
			code = a.crash(v)
		}
	}()
	suffering := a.suffer()
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	cmd, err := root, suffering
	if err == nil {
		err = unknown(root, args)
	}
	if err == nil {
		cmd, err = root.ExecuteContextC(ctx)
	}
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
	return a.misused(cmd, u)
}

// A group is a part of the list of commands.
type group struct {
	title    string
	commands []*cobra.Command
	inline   bool // only their names are listed: the list has to fit a terminal
}

func (a *app) root() *cobra.Command {
	groups := []group{
		{"Run", []*cobra.Command{a.runCommand(), a.planCommand(), a.applyCommand(), a.resumeCommand(), a.evalCommand(), a.callCommand(), a.checkCommand()}, false},
		{"More", []*cobra.Command{a.docsCommand(), a.showCommand(), a.emulateCommand()}, false},
		{"Also", []*cobra.Command{a.settleCommand(), a.tortureCommand(), a.accuracyCommand(), a.completionCommand(), a.versionCommand()}, true},
	}
	root := &cobra.Command{
		Use:           "runner",
		Short:         "Run admin scripts written in Lua: told beforehand, done once, shown after.",
		Example:       "  runner run scripts/access_review.lua --emulate", // a line: the list has to fit a terminal
		SilenceErrors: true, SilenceUsage: true,
		Args: atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(cmd.Flags(), err) })
	root.CompletionOptions.DisableDefaultCmd = true
	for _, g := range groups {
		for _, c := range g.commands {
			c.Flags().SortFlags = false
			completeChoices(c)
			root.AddCommand(c)
		}
	}
	for _, t := range topics {
		root.AddCommand(&cobra.Command{Use: t.name, Short: t.title, Hidden: true, Annotations: map[string]string{"topic": t.name}})
	}
	root.SetHelpCommand(a.helpCommand(root))
	root.InitDefaultHelpCmd()
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { a.help(c, groups) })
	return root
}

// unknown looks for the command first: without it no flag has a meaning.
func unknown(root *cobra.Command, args []string) error {
	name := ""
	for _, x := range args {
		if !strings.HasPrefix(x, "-") {
			name = x
			break
		}
	}
	if name == "" || strings.HasPrefix(name, cobra.ShellCompRequestCmd) {
		return nil
	}
	var known []string
	for _, c := range root.Commands() {
		if c.Name() == name || c.HasAlias(name) {
			return nil
		}
		known = append(known, c.Name())
	}
	u := &usage{cause: fmt.Sprintf("there is no command %q", name), hint: spell.Suggest(name, known)}
	if strings.HasSuffix(name, ".lua") {
		u.hint = "runner run " + name
	}
	return u
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Show the version", Example: "  runner version", Args: atMost(0), Annotations: exits(exitDone, exitUsage),
		Run: func(*cobra.Command, []string) {
			fmt.Fprintf(a.stdout, "runner %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		},
	}
}

// atMost refuses more arguments than a command has a use for.
func atMost(n int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > n {
			return &usage{cause: fmt.Sprintf("what is %q?", args[n])}
		}
		return nil
	}
}
