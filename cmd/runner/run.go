package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/bindings"
	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/spell"
	"runner/internal/vendors"
)

func (a *app) runCommand() *cobra.Command {
	f := &flags{}
	c := &cobra.Command{
		Use:   "run SCRIPT [flags of the script and of runner]",
		Short: "Run a script",
		Long: `Runs a script. Its params are flags; with --help they are listed.

With --dry-run, reads are real and nothing else is sent: the calls that would be
made are listed in order, with what is not known yet as <what it is>.` + exitHelp(executeCodes...),
		Example: `  runner run scripts/offboard.lua --help
  runner run scripts/offboard.lua --leaver ada@example.com \
      --heir lin@example.com --emulate --dry-run`,
		DisableFlagParsing: true, // the script's own flags are known only when it is read
	}
	f.add(c.Flags())
	c.RunE = func(cmd *cobra.Command, args []string) error { return a.run(cmd, f, args) }
	return c
}

func (a *app) run(cmd *cobra.Command, f *flags, args []string) error {
	set := cmd.Flags()
	path, rest := findScript(set, args)
	if path == "" {
		if wantsHelp(args) || len(args) == 0 {
			return cmd.Help()
		}
		return &usage{"no script is named", "runner run SCRIPT [flags]"}
	}
	script, err := a.readScript(path)
	if err != nil {
		return err
	}
	s := &session{a: a, f: f, script: script, dir: filepath.Dir(absolute(path))}
	s.open()
	params, failure := s.declared()
	if failure != nil {
		if err := parse(set, nil); err != nil {
			return err
		}
		return exitError(s.invalid(nil, failure))
	}
	given, err := addParams(set, params)
	if err != nil {
		return err
	}
	if wantsHelp(rest) { // also where something else is wrong
		return a.scriptHelp(script, params, set)
	}
	if err := parse(set, rest); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return &usage{fmt.Sprintf("what is %q?", set.Arg(0)), "params are flags: --name value"}
	}
	if err := f.check(); err != nil {
		return err
	}
	values, err := s.values(set, params, given)
	if err != nil {
		return err
	}
	s.params = func([]bindings.Param) (map[string]any, *op.Error) { return values, nil }
	if code := s.execute(cmd.Context()); code != exitDone {
		return exitError(code)
	}
	return nil
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

func absolute(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return full
}

// shown is a path as messages give it: below the current folder if it is.
func (a *app) shown(path string) string {
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && !strings.HasPrefix(rel, "..") {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(path)
}

func (a *app) readScript(path string) (bindings.Script, error) {
	if path == "-" {
		b, err := io.ReadAll(io.LimitReader(a.stdin, 16<<20))
		return bindings.Script{Name: "stdin", Source: string(b)}, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		u := &usage{cause: fmt.Sprintf("script %s: %s", path, reason(err))}
		if entries, err := os.ReadDir(filepath.Dir(path)); err == nil {
			var names []string
			for _, e := range entries {
				names = append(names, e.Name())
			}
			if near := spell.Nearest(filepath.Base(path), names); near != "" {
				u.hint = fmt.Sprintf("did you mean %s?", filepath.Join(filepath.Dir(path), near))
			}
		}
		return bindings.Script{}, u
	}
	return bindings.Script{Name: a.shown(absolute(path)), Source: string(b)}, nil
}

// reason is why a file could not be read, without its path.
func reason(err error) string {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		if errors.Is(err, os.ErrNotExist) {
			return "there is no such file"
		}
		return e.Err.Error()
	}
	return err.Error()
}

// errDeclared ends the run that only finds out the params of a script.
var errDeclared = &op.Error{Kind: op.Cancelled, Cause: "the params are declared"}

// declared runs the script up to its params. Calls before them are refused.
func (s *session) declared() ([]bindings.Param, *bindings.Failure) {
	var params []bindings.Param
	run := engine.New(context.Background(), engine.Options{Host: engine.Local{}, Journal: nothing{}, Policy: engine.Dry})
	w := bindings.New(bindings.Options{
		Run: run, Modules: vendors.Modules(), MaxCompute: s.f.maxCompute,
		Connect: func(string, string) (*engine.Connection, *op.Error) { run.Stop(errDeclared); return nil, errDeclared },
		Secret:  func(string) (string, *op.Error) { run.Stop(errDeclared); return "", errDeclared },
		Load:    s.load,
		Params: func(list []bindings.Param) (map[string]any, *op.Error) {
			params = list
			run.Stop(errDeclared)
			return nil, errDeclared
		},
	})
	s.config = &config{project: s.dir}
	f := w.Exec(s.script)
	if f == nil || f.Error == errDeclared {
		return params, nil
	}
	if f.Kind == op.Script || f.Kind == op.Bug {
		return nil, f
	}
	return params, nil // it will come up again when the script is run
}

// nothing is the journal of a run that finds out params.
type nothing struct{}

func (nothing) Append(journal.Record) (int64, error) { return 0, nil }
func (nothing) Flush(int64)                          {}
func (nothing) Sync(int64) error                     { return nil }

// addParams makes flags of params.
func addParams(set *pflag.FlagSet, params []bindings.Param) (map[string]*string, error) {
	given := map[string]*string{}
	for _, p := range params {
		name := strings.ReplaceAll(p.Name, "_", "-")
		if set.Lookup(name) != nil || name == "help" {
			return nil, &usage{fmt.Sprintf("param %q has the name of a flag of the runner", p.Name), "rename the param in the script"}
		}
		value := new(string)
		set.StringVar(value, name, p.Default, p.Help)
		flag := set.Lookup(name)
		flag.Annotations = map[string][]string{"param": {p.Type}}
		if p.Type == "bool" {
			flag.NoOptDefVal = "true"
		}
		given[p.Name] = value
	}
	return given, nil
}

// values reads what was given for the params. All mistakes are found before
// anything runs.
func (s *session) values(set *pflag.FlagSet, params []bindings.Param, given map[string]*string) (map[string]any, error) {
	values := map[string]any{}
	s.f.paramTexts = map[string]string{}
	for _, p := range params {
		flag := strings.ReplaceAll(p.Name, "_", "-")
		if !set.Changed(flag) && !p.HasValue {
			if p.Required {
				return nil, &usage{fmt.Sprintf("--%s is missing: %s", flag, p.Help), ""}
			}
			continue
		}
		text := *given[p.Name]
		v, err := p.Value(text, s.readFile, func(ref string) (string, error) {
			value, e := s.secret(ref)
			if e != nil {
				return "", e
			}
			return value, nil
		})
		if err != nil {
			return nil, paramUsage(flag, p, err)
		}
		values[p.Name], s.f.paramTexts[p.Name] = v, text
	}
	return values, nil
}

func paramUsage(flag string, p bindings.Param, err error) error {
	u := &usage{cause: fmt.Sprintf("--%s: %v", flag, err)}
	if x, ok := errors.AsType[*bindings.ParamError](err); ok {
		u.hint = x.Hint
	}
	if x, ok := errors.AsType[*op.Error](err); ok {
		u.cause, u.hint = fmt.Sprintf("--%s: %s", flag, x.Error()), x.Hint
	}
	return u
}

func (s *session) readFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", path, reason(err))
	}
	return b, nil
}

// scriptHelp shows what a script is for and its flags, in the layout of the
// built-in help.
func (a *app) scriptHelp(script bindings.Script, params []bindings.Param, set *pflag.FlagSet) error {
	fmt.Fprintf(a.stdout, "%s\n\nUsage:\n  runner run %s%s [flags]\n", about(script.Source), script.Name, requiredFlags(params))
	if len(params) > 0 {
		fmt.Fprintf(a.stdout, "\nParams:\n")
		for _, p := range params {
			report.Entry(a.stdout, fmt.Sprintf("--%s %s", strings.ReplaceAll(p.Name, "_", "-"), placeholder(p)), paramHelp(p))
		}
	}
	fmt.Fprintf(a.stdout, "\nFlags:\n")
	set.VisitAll(func(f *pflag.Flag) {
		if f.Annotations["param"] == nil && !f.Hidden {
			name := "--" + f.Name
			if f.Shorthand != "" {
				name = "-" + f.Shorthand + ", " + name
			}
			if f.NoOptDefVal == "" {
				name += " " + f.Value.Type()
			}
			text := f.Usage
			if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
				text += fmt.Sprintf(" (default %s)", f.DefValue)
			}
			report.Entry(a.stdout, name, text)
		}
	})
	return nil
}

func requiredFlags(params []bindings.Param) string {
	var b strings.Builder
	for _, p := range params {
		if p.Required {
			fmt.Fprintf(&b, " --%s %s", strings.ReplaceAll(p.Name, "_", "-"), placeholder(p))
		}
	}
	return b.String()
}

func placeholder(p bindings.Param) string {
	if len(p.Choices) > 0 {
		return "<" + strings.Join(p.Choices, "|") + ">"
	}
	return "<" + p.Type + ">"
}

func paramHelp(p bindings.Param) string {
	text := p.Help
	switch {
	case p.Required:
		text += " (required)"
	case p.HasValue:
		text += fmt.Sprintf(" (default %s)", p.Default)
	}
	return strings.TrimSpace(text)
}

// about is the comment that a script begins with.
func about(source string) string {
	var lines []string
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		text, ok := strings.CutPrefix(line, "--")
		if !ok {
			if strings.HasPrefix(line, "#!") {
				continue
			}
			break
		}
		lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(text, "-"), " "))
	}
	if len(lines) == 0 {
		return "This script does not say what it is for: begin it with a comment."
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
