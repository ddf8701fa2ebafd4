package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/bindings"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/vendors"
	"runner/lua/stdlib"
)

func (a *app) docsCommand() *cobra.Command {
	var search, markdown string
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
	fmt.Fprintf(a.stdout, "\nSettings of a connection (in %s, or %s and so on)\n", configName, variableOf(m.Name, m.Settings().Fields[0].Name))
	for _, f := range m.Settings().Fields {
		report.Entry(a.stdout, f.Name, fieldDoc(f))
	}
}

// fieldDoc is a field's doc with what its tags say.
func fieldDoc(f op.Field) string {
	text := f.Doc
	if len(f.Enum) > 0 {
		text += " One of " + strings.Join(f.Enum, ", ") + "."
	}
	switch {
	case f.Required:
		text += " Required."
	case f.Default != "":
		text += " Default: " + f.Default + "."
	}
	if f.Secret {
		text += " Secret."
	}
	if f.Nullable {
		text += " null clears it."
	}
	return text
}

func operationDocs(w io.Writer, o *op.Operation) {
	fmt.Fprintf(w, "%s\n\n", signature(o))
	for paragraph := range strings.SplitSeq(o.Doc, "\n\n") {
		report.Paragraph(w, "", strings.ReplaceAll(paragraph, "\n", " "))
		fmt.Fprintln(w)
	}
	if len(o.In().Fields) > 0 {
		fmt.Fprintf(w, "Arguments\n")
		fields(w, o.In(), 0)
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "Answer: %s\n", o.Out())
	out := o.Out()
	if out.Form == op.List {
		out = out.Elem
	}
	if out.Form == op.Object {
		fields(w, out, 0)
	}
	fmt.Fprintf(w, "\nEffect:   %s\n", effectDoc(o))
	fmt.Fprintf(w, "Again:    %s\n", againDoc(o))
	if o.Since != "" {
		fmt.Fprintf(w, "Since:    %s\n", o.Since)
	}
	if o.Example != "" {
		fmt.Fprintf(w, "Example:  %s\n", o.Example)
	}
	fmt.Fprintf(w, "Source:   %s\n", o.Source)
}

// signature shows the call with its required arguments.
func signature(o *op.Operation) string {
	var names []string
	optional := false
	for _, f := range o.In().Fields {
		if f.Required {
			names = append(names, f.Name+" = "+f.Type.String())
		} else {
			optional = true
		}
	}
	if optional {
		names = append(names, "…")
	}
	if len(names) == 0 {
		return o.Name + " {}"
	}
	return fmt.Sprintf("%s { %s }", o.Name, strings.Join(names, ", "))
}

func fields(w io.Writer, t *op.Type, depth int) {
	for _, f := range t.Fields {
		report.Entry(w, strings.Repeat("  ", depth)+f.Name+" ("+f.Type.String()+")", fieldDoc(f))
		inner := f.Type
		for inner.Elem != nil {
			inner = inner.Elem
		}
		if depth < 3 {
			fields(w, inner, depth+1)
		}
	}
}

func effectDoc(o *op.Operation) string {
	switch o.Effect {
	case op.Read:
		return "read; a dry run performs it"
	case op.Write:
		return "write; a dry run only lists it"
	}
	return "destructive; a dry run only lists it"
}

func againDoc(o *op.Operation) string {
	_, probe := o.CanProbe()
	switch {
	case o.Effect == op.Read:
		return "sent again if no answer comes"
	case o.Idempotency == op.Idempotent:
		return "sent again if no answer comes: a second call leaves the same state"
	case o.Idempotency == op.Keyed:
		return "sent again if no answer comes, with the same idempotency key"
	case probe:
		return "never sent again if no answer comes: in doubt; whether it landed can be looked up"
	}
	return "never sent again if no answer comes: in doubt"
}
