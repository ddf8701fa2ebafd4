package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/bindings"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/vendors"
	"runner/lua/stdlib"
)

func (a *app) docsCommand() *cobra.Command {
	var search, markdown, types string
	c := &cobra.Command{
		Use:   "docs [MODULE | OPERATION | WORD]",
		Short: "Show what scripts can call",
		Long:  `Shows the manual of a module, an operation or a word of the language. Without an argument it lists them.`,
		Example: `  runner docs
  runner docs alteryx.transfer_assets
  runner docs --search owner`,
		Args:              atMost(1),
		Annotations:       exits(exitDone, exitUsage),
		ValidArgsFunction: completeDocs,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case markdown != "":
				return writeReference(markdown)
			case types != "":
				return writeTypes(types)
			case search != "":
				return a.searchDocs(search)
			case len(args) == 0:
				a.listDocs()
				return nil
			}
			return a.showDocs(args[0])
		},
	}
	c.Flags().StringVar(&search, "search", "", "list operations whose manual has this `TEXT`")
	c.Flags().StringVar(&markdown, "markdown", "", "write the reference pages into this `FOLDER`")
	c.Flags().StringVar(&types, "types", "", "write definitions for the Lua language server into this `FOLDER`")
	return c
}

func (a *app) listDocs() {
	fmt.Fprintf(a.stdout, "Modules\n")
	for _, m := range vendors.Modules() {
		report.Entry(a.stdout, m.Name, fmt.Sprintf("%s, %d operations. %s", m.Title, len(m.Operations), m.Doc))
	}
	fmt.Fprintf(a.stdout, "\nWords\n")
	for _, w := range bindings.Words {
		first, _, _ := strings.Cut(w.Doc, ". ")
		report.Entry(a.stdout, w.Name, strings.TrimSuffix(first, ".")+".")
	}
	fmt.Fprintf(a.stdout, "\nMore: runner docs NAME, runner docs --search TEXT\n")
}

func (a *app) searchDocs(text string) error {
	found := false
	for _, m := range vendors.Modules() {
		for _, o := range m.Operations {
			if strings.Contains(strings.ToLower(o.Name+" "+o.Doc), strings.ToLower(text)) {
				report.Entry(a.stdout, o.Name, o.Summary())
				found = true
			}
		}
	}
	if !found {
		return &usage{cause: fmt.Sprintf("no manual has %q", text)}
	}
	return nil
}

func (a *app) showDocs(name string) error {
	known := []string{}
	for _, m := range vendors.Modules() {
		if m.Name == name {
			a.moduleDocs(m)
			return nil
		}
		known = append(known, m.Name)
		for _, o := range m.Operations {
			if o.Name == name {
				operationDocs(a.stdout, o)
				return nil
			}
			known = append(known, o.Name)
		}
		for _, verb := range stdlib.Exports(m.Name) {
			if m.Name+"."+verb == name {
				fmt.Fprintf(a.stdout, "%s\n\n%s\n", name, stdlib.Doc(m.Name, verb))
				return nil
			}
			known = append(known, m.Name+"."+verb)
		}
	}
	for _, w := range bindings.Words {
		if w.Name == name {
			fmt.Fprintf(a.stdout, "%s\n\n", w.Signature)
			report.Paragraph(a.stdout, "", w.Doc)
			if name == "params" {
				fmt.Fprintf(a.stdout, "\nTypes\n")
				for _, t := range bindings.ParamTypes {
					report.Entry(a.stdout, t[0], t[1])
				}
			}
			return nil
		}
		known = append(known, w.Name)
	}
	return &usage{cause: fmt.Sprintf("there is nothing called %q", name), hint: nearOr(name, known, "runner docs lists what there is")}
}

func (a *app) moduleDocs(m *op.Module) {
	fmt.Fprintf(a.stdout, "%s: %s\n\n", m.Name, m.Title)
	report.Paragraph(a.stdout, "", m.Doc)
	fmt.Fprintf(a.stdout, "\nOperations\n")
	for _, o := range m.Operations {
		report.Entry(a.stdout, o.Name, o.Summary())
	}
	if helpers := stdlib.Exports(m.Name); len(helpers) > 0 {
		fmt.Fprintf(a.stdout, "\nHelpers, written in Lua\n")
		for _, verb := range helpers {
			summary, _, _ := strings.Cut(stdlib.Doc(m.Name, verb), "\n")
			report.Entry(a.stdout, m.Name+"."+verb, summary)
		}
	}
	settings := m.Settings().Fields
	if len(settings) > 0 {
		fmt.Fprintf(a.stdout, "\nSettings of a connection (in %s, or %s and so on)\n", configName, variableOf(m.Name, settings[0].Name))
	}
	for _, f := range settings {
		report.Entry(a.stdout, f.Name, fieldDoc(f))
	}
}
