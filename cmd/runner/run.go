package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/bindings"
	"runner/internal/op"
)

func (a *app) runCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:   "run SCRIPT [--PARAM VALUE …] [flags]",
		Short: "Run a script; with --dry-run only say what it would do",
		Long: `Runs a script. Its params are flags; --help after the script lists them. Flags of the script and of runner may stand in any order. The script - is read from standard input.

With --dry-run, reads are real and nothing else is sent: the calls that would be made are listed in order, with what is not known yet as <what it is>.`,
		Example: `  runner run scripts/offboard.lua --help
  runner run scripts/offboard.lua --leaver ada@example.com \
      --heir lin@example.com --emulate --dry-run`,
		Annotations:        executeCodes,
		DisableFlagParsing: true, // the script's own flags are known only when it is read
	}
	f.add(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error { return a.run(cmd, f, args) }
	c.ValidArgsFunction = a.completeRun
	return c
}

func (a *app) run(cmd *cobra.Command, f *flags, args []string) error {
	set := cmd.Flags()
	path, rest := findScript(set, args)
	switch {
	case len(args) == 0:
		return cmd.Help()
	case path == "":
		return unnamed(cmd, args, rest, &usage{cause: "no script is named", hint: "runner run SCRIPT [flags]"})
	}
	script, err := a.readScript(path)
	if err != nil {
		return err
	}
	f.json, f.color = a.json, "auto" // until they are read
	s := &session{a: a, f: f, script: script, dir: filepath.Dir(absolute(path))}
	if path != "-" {
		s.path = absolute(path)
	}
	s.open()
	params, failure := s.declared()
	if failure != nil {
		return exitError(s.invalid(nil, failure))
	}
	given, err := addParams(set, params)
	if err != nil {
		return err
	}
	if wantsHelp(rest) { // also where something else is wrong
		a.scriptHelp(script, params, set)
		return nil
	}
	f.dryRun = f.dryRun || f.planning
	help := cmd.CommandPath() + " " + path
	if err := a.readFlags(f, set, rest, params, help); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	if path == "-" && f.out != "" {
		return &usage{cause: "--out: the plan of a script from standard input could not be applied", hint: "keep the script in a file"}
	}
	values, err := s.values(set, params, given)
	if err != nil {
		return inScript(help, params, err)
	}
	s.params = func([]bindings.Param) (map[string]any, *op.Error) { return values, nil }
	return s.execute(cmd.Context())
}

// unnamed answers a command line that does not name what the command is about,
// or asks for help with it.
func unnamed(cmd *cobra.Command, args, rest []string, missing *usage) error {
	if wantsHelp(args) {
		return cmd.Help()
	}
	if err := parse(cmd.Flags(), rest); err != nil {
		return err
	}
	return missing
}

// readFlags reads the flags of the runner and of a script.
func (a *app) readFlags(f *flags, set *pflag.FlagSet, args []string, params []bindings.Param, help string) error {
	f.json = false
	if err := inScript(help, params, parse(set, args)); err != nil {
		return err
	}
	a.json = f.json // --json can be the value of a param
	if set.NArg() > 0 {
		return &usage{cause: fmt.Sprintf("what is %q?", set.Arg(0)), hint: "params are flags: --name value", help: help}
	}
	return nil
}

// inScript has a mistake refer to the script's own help.
func inScript(help string, params []bindings.Param, err error) error {
	if u, ok := err.(*usage); ok {
		u.help = help
		if strings.HasPrefix(u.cause, "there is no flag") && u.hint == "" && len(params) > 0 {
			var names []string
			for _, p := range params {
				names = append(names, "--"+flagOf(p))
			}
			u.want = []string{"params of the script: " + strings.Join(names, ", ")}
		}
	}
	return err
}

func wantsHelp(args []string) bool {
	for _, x := range args {
		if x == "--help" || x == "-h" {
			return true
		}
	}
	return false
}

// findScript takes the script out of the arguments: the first one that is not
// a flag or the value of one of the runner's flags; of those, one that ends
// in .lua goes first, since the values of the script's flags cannot be told
// from it yet.
func findScript(set *pflag.FlagSet, args []string) (path string, rest []string) {
	first := -1
	for i := 0; i < len(args); i++ {
		x := args[i]
		if strings.HasPrefix(x, "-") && x != "-" {
			if f := lookup(set, x); f != nil && f.NoOptDefVal == "" && !strings.Contains(x, "=") {
				i++
			}
			continue
		}
		if strings.HasSuffix(x, ".lua") || x == "-" {
			first = i
			break
		}
		if first < 0 {
			first = i
		}
	}
	if first < 0 {
		return "", args
	}
	return args[first], append(append([]string(nil), args[:first]...), args[first+1:]...)
}

func lookup(set *pflag.FlagSet, arg string) *pflag.Flag {
	name, isLong := strings.CutPrefix(arg, "--")
	if !isLong {
		return set.ShorthandLookup(strings.TrimPrefix(arg, "-")[:1])
	}
	name, _, _ = strings.Cut(name, "=")
	return set.Lookup(name)
}
