package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"runner/internal/report"
	"runner/internal/spell"
)

// This file lays out help, of commands and of scripts alike: what it is for,
// how it is written, examples, flags, exit codes. No line is longer than 80
// columns.

func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND | TOPIC]", Short: "Show the help of a command or topic", Example: "  runner help run\n  runner help exit-codes",
		Hidden: true, Annotations: exits(exitDone, exitUsage),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, c := range root.Commands() {
				names = append(names, c.Name()+"\t"+c.Short)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err == nil && (len(rest) == 0 || c != root) {
				return c.Help()
			}
			var known []string
			for _, c := range root.Commands() {
				known = append(known, c.Name())
			}
			return &usage{cause: fmt.Sprintf("there is no command or topic %q", args[0]), hint: spell.Suggest(args[0], known), help: "runner"}
		},
	}
}

func (a *app) help(c *cobra.Command, groups []group) {
	w := a.stdout
	for _, t := range topics {
		if t.name == c.Annotations["topic"] {
			fmt.Fprintln(w, strings.TrimRight(t.text(), "\n"))
			return
		}
	}
	c.InitDefaultHelpFlag()
	if !c.HasParent() {
		rootHelp(w, c, groups)
		return
	}
	about := c.Long
	if about == "" {
		about = c.Short + "."
	}
	paragraphs(w, about)
	fmt.Fprintf(w, "\nUsage: %s\n", useLine(c))
	examples(w, c)
	var names []*pflag.Flag
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f) })
	writeFlags(w, "Flags", names)
	writeExits(w, c)
}

// rootHelp fits a terminal of 80 by 24.
func rootHelp(w io.Writer, root *cobra.Command, groups []group) {
	fmt.Fprintf(w, "%s\n\nUsage: runner COMMAND [flags]\n\n", root.Short)
	for _, g := range groups {
		if g.inline {
			var names []string
			for _, c := range g.commands {
				names = append(names, c.Name())
			}
			fmt.Fprintf(w, "%s: %s\n", g.title, strings.Join(names, ", "))
			continue
		}
		fmt.Fprintln(w, g.title)
		for _, c := range g.commands {
			use, _, _ := strings.Cut(c.Use, " [")
			report.Entry(w, use, c.Short)
		}
	}
	examples(w, root)
	fmt.Fprint(w, "\nMore: runner COMMAND --help, runner help exit-codes, runner help environment\n")
}

func useLine(c *cobra.Command) string {
	use := c.UseLine()
	if c.HasAvailableLocalFlags() && !strings.Contains(use, "[flags]") {
		use += " [flags]"
	}
	return use
}

func examples(w io.Writer, c *cobra.Command) {
	if c.Example != "" {
		fmt.Fprintf(w, "\nExamples\n%s\n", c.Example)
	}
}

func paragraphs(w io.Writer, text string) {
	for i, p := range strings.Split(text, "\n\n") {
		if i > 0 {
			fmt.Fprintln(w)
		}
		report.Paragraph(w, "", p)
	}
}

func writeFlags(w io.Writer, title string, flags []*pflag.Flag) {
	flags = slices.DeleteFunc(flags, func(f *pflag.Flag) bool { return f.Hidden })
	if len(flags) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, f := range flags {
		name, doc := flagName(f)
		report.Entry(w, name, doc)
	}
}

// flagName is a flag with the word for its value, and its text with what
// holds if it is not given.
func flagName(f *pflag.Flag) (name, doc string) {
	value, doc := pflag.UnquoteUsage(f)
	name = "    --" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", --" + f.Name
	}
	if param := f.Annotations["param"]; param != nil { // of a script, which writes its help as it likes
		value, doc = param[0], report.Line(f.Usage)
	} else if known := choices(f.Name); known != nil {
		value = strings.Join(known, "|")
	}
	if f.NoOptDefVal == "" && value != "" {
		name += " " + value
	}
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
		doc += fmt.Sprintf(" (default %s)", f.DefValue)
	}
	return name, doc
}

// exits notes the exit codes of a command for its help.
func exits(codes ...int) map[string]string {
	var list []string
	for _, c := range codes {
		list = append(list, strconv.Itoa(c))
	}
	return map[string]string{"exits": strings.Join(list, " ")}
}

func writeExits(w io.Writer, c *cobra.Command) {
	own := strings.Fields(c.Annotations["exits"])
	if len(own) == 0 {
		return
	}
	fmt.Fprintf(w, "\nExit codes\n")
	for _, x := range exitCodes {
		if slices.Contains(own, strconv.Itoa(x.Code)) {
			var meaning strings.Builder
			report.Paragraph(&meaning, "        ", x.Meaning)
			fmt.Fprintf(w, "  %-5d %s", x.Code, strings.TrimLeft(meaning.String(), " "))
		}
	}
}
