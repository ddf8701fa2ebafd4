package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/report"
	"runner/internal/spell"
)

// usage is a mistake on the command line.
type usage struct {
	cause string
	want  []string // what is expected, one line each
	hint  string
	help  string // whose --help says more; the command's if empty
}

func (u *usage) Error() string { return u.cause }

// misused shows a mistake on the command line: to a person always, and to a
// program that asked for JSON as a report without a run.
func (a *app) misused(cmd *cobra.Command, u *usage) int {
	help := u.help
	if help == "" {
		help = cmd.CommandPath()
	}
	next := []string{}
	if u.hint != "" {
		next = append(next, u.hint)
	}
	card := &report.Card{Kind: "usage", What: u.cause, Why: strings.Join(u.want, "; "), Next: append(next, help+" --help")}
	if a.json {
		r := report.New()
		r.Exit, r.Error = &report.Exit{Code: exitUsage, Reason: u.cause}, card
		r.Next = card.Next
		a.writeJSON(r)
	}
	out := newPrinter(a.stderr, &a.redactor, report.Style{})
	var b strings.Builder
	fmt.Fprintf(&b, "error[usage]: %s\n", report.Line(u.cause))
	for _, w := range u.want {
		fmt.Fprintf(&b, "want:  %s\n", report.Line(w))
	}
	if u.hint != "" {
		fmt.Fprintf(&b, "next:  %s\n", report.Line(u.hint))
	}
	fmt.Fprintf(&b, "help:  %s --help\n", help)
	out.text(b.String())
	return exitUsage
}

// wantsJSON looks for --json before the flags are known: a mistake may keep
// them from being read.
func wantsJSON(args []string) bool {
	for _, x := range args {
		switch x {
		case "--":
			return false
		case "--json", "--json=true":
			return true
		}
	}
	return false
}

// parse reads arguments; what is not a flag is left in order.
func parse(set *pflag.FlagSet, args []string) error {
	set.SortFlags = false
	normalize(set)
	return flagError(set, set.Parse(args))
}

// normalize lets a param be written as in the script: --new_owner.
func normalize(set *pflag.FlagSet) {
	set.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		return pflag.NormalizedName(strings.ReplaceAll(name, "_", "-"))
	})
}

// flagError says in our words what pflag found. A mistyped flag gets a
// suggestion.
func flagError(set *pflag.FlagSet, err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if rest, ok := strings.CutPrefix(text, "unknown flag: --"); ok {
		var known []string
		set.VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		u := &usage{cause: "there is no flag --" + rest}
		if near := spell.Nearest(rest, known); near != "" {
			u.hint = fmt.Sprintf("did you mean --%s?", near)
		}
		return u
	}
	if rest, ok := strings.CutPrefix(text, "unknown shorthand flag: "); ok {
		letter, _, _ := strings.Cut(strings.TrimPrefix(rest, "'"), "'")
		return &usage{cause: "there is no flag -" + letter}
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
		if f := set.Lookup(strings.TrimPrefix(name, "--")); f != nil {
			return &usage{cause: "--" + f.Name + " needs a value", want: wanted(f)}
		}
		return &usage{cause: name + " needs a value"}
	}
	badValue := regexp.MustCompile(`^invalid argument "(.*)" for "(?:-., )?--([^"]+)" flag: (.*)$`) // only now: not at every start
	if m := badValue.FindStringSubmatch(text); m != nil {
		if f := set.Lookup(m[2]); f != nil {
			return &usage{cause: fmt.Sprintf("--%s: %q is not what it takes", m[2], m[1]), want: wanted(f)}
		}
	}
	return &usage{cause: text}
}

// wanted says in a line what a flag takes.
func wanted(f *pflag.Flag) []string {
	name, doc := flagName(f)
	return []string{strings.TrimSpace(name + "  " + doc)}
}
