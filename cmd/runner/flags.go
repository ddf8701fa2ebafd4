package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"runner/internal/guard"
	"runner/internal/report"
	"runner/internal/spell"
	"runner/internal/vendors"
)

// flags are the flags that all ways to execute share.
type flags struct {
	dryRun, emulate, json, quiet, full, debug bool
	format, color                             string
	connections                               map[string]string
	maxCompute, timeout, lockTimeout          time.Duration
	maxMemory                                 int64

	yes                        bool
	planning, detailed         bool // of plan
	markdown                   bool // of show
	out                        string
	expires                    time.Duration
	afterPoints                bool // of apply
	maxChanges, maxDestructive string
	limitTexts, confirmTexts   map[string]string
	bounds                     []guard.Limit
	confirmed                  map[string]int // --confirm: how many calls, by kind

	paramTexts map[string]string // params as they were given, secrets as references

	set      *pflag.FlagSet
	decisive []string // those that were given and decide what may be done
}

// decisive are the flags that decide what may be done: a run that goes on has
// them as it was begun.
var decisive = []string{
	"connection", "yes", "confirm", "max-changes", "max-destructive", "limit", "allow-after-open-points", "max-compute", "max-memory",
}

var colors = []string{"auto", "always", "never"}

const (
	formatHelp = "form of the script's outputs: table, csv, or json with one line for each"
	colorHelp  = "colour; auto is by the terminal, and NO_COLOR=1 means never"
)

// add declares the flags. The word in backquotes stands for the value.
func (f *flags) add(set *pflag.FlagSet) {
	f.set = set
	set.BoolVarP(&f.dryRun, "dry-run", "n", false, "say what would be done; perform reads only")
	set.BoolVar(&f.emulate, "emulate", false, "run against built-in stand-ins for the vendors")
	set.StringToStringVar(&f.connections, "connection", nil, "connection to use for a module, as `MODULE=NAME`")
	set.StringVar(&f.format, "format", "table", formatHelp)
	set.BoolVar(&f.json, "json", false, "write the whole report as JSON to standard output")
	set.BoolVarP(&f.quiet, "quiet", "q", false, "no summary unless something failed")
	set.BoolVar(&f.full, "full", false, "list all changes and steps, not only the first 50")
	addColor(set, &f.color)
	f.addGuards(set)
	set.DurationVar(&f.timeout, "timeout", 0, "how long the run may take, as a `SPAN` like 30m, or 0 for no limit; calls under way then come to their end")
	set.DurationVar(&f.lockTimeout, "lock-timeout", 0, "how long to wait for another run that may change the same account, as a `SPAN` like 10m; with 0 the run stops at once")
	set.DurationVar(&f.maxCompute, "max-compute", 10*time.Second, "how long the script may compute between two calls, as a `SPAN` like 30s or 2m")
	set.Int64Var(&f.maxMemory, "max-memory", 1024, "memory that may be used, in `MIB`; at least 16")
	set.BoolVar(&f.debug, "debug", false, "log.debug lines, and stacks of the runner's own mistakes")
}

// addGuards declares the flags that bound what may be changed.
func (f *flags) addGuards(set *pflag.FlagSet) {
	set.StringVar(&f.maxChanges, "max-changes", "", "most calls that may change something, as `N` or N%, a share of the declared population")
	set.StringVar(&f.maxDestructive, "max-destructive", "", "most destructive calls, as `N` or N%")
	set.StringToStringVar(&f.limitTexts, "limit", nil, "most calls of some operations, as `PATTERN=N`: alteryx.delete_*=3")
	set.BoolVar(&f.yes, "yes", false, "confirm destructive calls, and the questions of the script; with --confirm only these")
	set.StringToStringVar(&f.confirmTexts, "confirm", nil, "confirm as many destructive calls as a dry run lists, as `destructive=N`")
}

func addColor(set *pflag.FlagSet, color *string) {
	set.StringVar(color, "color", "auto", colorHelp)
}

// choices are the values that a flag takes, nil if it takes any.
func choices(flag string) []string {
	switch flag {
	case "format":
		return report.OutputFormats
	case "color":
		return colors
	}
	return nil
}

// check refuses values that a flag does not take.
func (f *flags) check() error {
	f.decisive = nil
	for _, name := range decisive {
		if flag := f.set.Lookup(name); flag != nil && flag.Changed {
			f.decisive = append(f.decisive, "--"+name+"="+strings.Trim(flag.Value.String(), "[]"))
		}
	}
	if err := oneOf("format", f.format); err != nil {
		return err
	}
	if err := oneOf("color", f.color); err != nil {
		return err
	}
	if f.maxCompute <= 0 {
		return &usage{cause: "--max-compute: it must be more than 0"}
	}
	if f.timeout < 0 {
		return &usage{cause: "--timeout: it cannot be less than 0"}
	}
	if f.lockTimeout < 0 {
		return &usage{cause: "--lock-timeout: it cannot be less than 0"}
	}
	if f.planning && f.expires <= 0 {
		return &usage{cause: "--expires: it must be more than 0"}
	}
	if f.maxMemory < 16 {
		return &usage{cause: fmt.Sprintf("--max-memory: %d is less than 16", f.maxMemory)}
	}
	if err := f.readLimits(); err != nil {
		return err
	}
	var modules []string
	for _, m := range vendors.Modules() {
		modules = append(modules, m.Name)
	}
	for module := range f.connections {
		if !slices.Contains(modules, module) {
			return &usage{cause: fmt.Sprintf("--connection: there is no module %q", module), want: []string{"one of " + strings.Join(modules, ", ")}, hint: spell.Suggest(module, modules)}
		}
	}
	return nil
}

func oneOf(flag, value string) error {
	known := choices(flag)
	if slices.Contains(known, value) {
		return nil
	}
	return &usage{cause: fmt.Sprintf("--%s: %q is not one of %s", flag, value, strings.Join(known, ", ")), hint: spell.Suggest(value, known)}
}
