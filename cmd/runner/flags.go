package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"runner/internal/report"
	"runner/internal/spell"
)

// flags are the flags that all ways to execute share.
type flags struct {
	dryRun, emulate, json, quiet, full, debug bool
	format, color                             string
	connections                               map[string]string
	maxCompute                                time.Duration
	maxMemory                                 int64

	paramTexts map[string]string // params as they were given, secrets as references
}

func (f *flags) add(set *pflag.FlagSet) {
	set.BoolVarP(&f.dryRun, "dry-run", "n", false, "say what would be done; perform reads only")
	set.BoolVar(&f.emulate, "emulate", false, "run against built-in stand-ins for the vendors")
	set.BoolVar(&f.json, "json", false, "write the report as JSON to standard output")
	set.StringVar(&f.format, "format", "table", "form of the script's outputs: table, csv or json")
	set.StringToStringVar(&f.connections, "connection", nil, "connection of a module, as module=name")
	set.BoolVarP(&f.quiet, "quiet", "q", false, "no summary unless something failed")
	set.BoolVar(&f.full, "full", false, "list all changes and steps")
	set.StringVar(&f.color, "color", "auto", "colour: auto, always or never")
	set.DurationVar(&f.maxCompute, "max-compute", 10*time.Second, "how long the script may compute between two calls")
	set.Int64Var(&f.maxMemory, "max-memory", 1024, "memory the script may use, in MiB")
	set.BoolVar(&f.debug, "debug", false, "log.debug lines, and stacks of the runner's own mistakes")
}

// check refuses values that a flag does not take.
func (f *flags) check() error {
	if !slices.Contains(report.OutputFormats, f.format) {
		return &usage{fmt.Sprintf("--format: %q is not one of %s", f.format, strings.Join(report.OutputFormats, ", ")), spell.Suggest(f.format, report.OutputFormats)}
	}
	if colors := []string{"auto", "always", "never"}; !slices.Contains(colors, f.color) {
		return &usage{fmt.Sprintf("--color: %q is not one of %s", f.color, strings.Join(colors, ", ")), spell.Suggest(f.color, colors)}
	}
	if f.maxCompute <= 0 || f.maxMemory < 16 {
		return &usage{"--max-compute must be more than 0 and --max-memory at least 16", ""}
	}
	return nil
}

// usage is a mistake on the command line.
type usage struct{ cause, hint string }

func (u *usage) Error() string { return u.cause }

// parse reads arguments; what is not a flag is left in order. A mistyped flag
// gets a suggestion.
func parse(set *pflag.FlagSet, args []string) error {
	set.SortFlags = false
	set.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
	err := set.Parse(args)
	return flagError(set, err)
}

func flagError(set *pflag.FlagSet, err error) error {
	if err == nil || err == pflag.ErrHelp {
		return err
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "unknown flag: --"); ok {
		var known []string
		set.VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		hint := spell.Nearest(name, known)
		if hint != "" {
			hint = fmt.Sprintf("did you mean --%s?", hint)
		}
		return &usage{"there is no flag --" + name, hint}
	}
	return &usage{text, ""}
}
