package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"runner/internal/bindings"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/spell"
	"runner/internal/vendors"
	"runner/lua/stdlib"
)

func (a *app) docsCommand() *cobra.Command {
	var search, markdown string
	c := &cobra.Command{
		Use:   "docs [MODULE | OPERATION | WORD]",
		Short: "Show what scripts can call",
		Long: `Shows the manual of a module, an operation or a word of the language. Without an
argument it lists them.` + exitHelp(exitDone, exitUsage),
		Example: `  runner docs
  runner docs alteryx.transfer_assets
  runner docs --search owner`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeOperations,
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
	c.Flags().StringVar(&search, "search", "", "list operations whose manual has this text")
	c.Flags().StringVar(&markdown, "markdown", "", "write the reference pages into this folder")
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
		return &usage{fmt.Sprintf("no manual has %q", text), ""}
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
	return &usage{fmt.Sprintf("there is nothing called %q", name), spell.Suggest(name, known)}
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

// writeReference writes a page for each module, one for the words and one for
// the exit codes.
func writeReference(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	pages := map[string]string{"words.md": wordsPage(), "exit-codes.md": exitPage(), "errors.md": kindsPage()}
	for _, m := range vendors.Modules() {
		pages[m.Name+".md"] = modulePage(m)
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

const generated = "<!-- Generated by make generate. -->\n\n"

func modulePage(m *op.Module) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# %s (`%s`)\n\n%s\n\n## Settings of a connection\n\n| setting | meaning |\n|---|---|\n", generated, m.Title, m.Name, m.Doc)
	for _, f := range m.Settings().Fields {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Name, cell(fieldDoc(f)))
	}
	if helpers := stdlib.Exports(m.Name); len(helpers) > 0 {
		fmt.Fprintf(&b, "\n## Helpers, written in Lua\n")
		for _, verb := range helpers {
			fmt.Fprintf(&b, "\n### `%s.%s`\n\n%s\n", m.Name, verb, stdlib.Doc(m.Name, verb))
		}
	}
	fmt.Fprintf(&b, "\n## Operations\n\n| operation | effect | |\n|---|---|---|\n")
	for _, o := range m.Operations {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", o.Name, strings.NewReplacer(".", "", "`", "").Replace(o.Name), o.Effect, cell(o.Summary()))
	}
	for _, o := range m.Operations {
		fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n", o.Name, o.Doc)
		if len(o.In().Fields) > 0 {
			fmt.Fprintf(&b, "| argument | type | meaning |\n|---|---|---|\n")
			fieldRows(&b, o.In(), "")
			b.WriteByte('\n')
		}
		out := o.Out()
		fmt.Fprintf(&b, "Answers: %s.\n\n", out)
		if out.Form == op.List {
			out = out.Elem
		}
		if out.Form == op.Object {
			fmt.Fprintf(&b, "| field | type | meaning |\n|---|---|---|\n")
			fieldRows(&b, out, "")
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "- Effect: %s.\n- Again: %s.\n", effectDoc(o), againDoc(o))
		if o.Since != "" {
			fmt.Fprintf(&b, "- Since: %s.\n", o.Since)
		}
		fmt.Fprintf(&b, "- Source: %s\n", o.Source)
		if o.Example != "" {
			fmt.Fprintf(&b, "\n```lua\n%s\n```\n", o.Example)
		}
	}
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func fieldRows(b *strings.Builder, t *op.Type, prefix string) {
	for _, f := range t.Fields {
		fmt.Fprintf(b, "| `%s%s` | %s | %s |\n", prefix, f.Name, f.Type, cell(fieldDoc(f)))
		inner, mark := f.Type, "."
		for inner.Elem != nil {
			inner, mark = inner.Elem, "[]."
		}
		if strings.Count(prefix, ".") < 3 {
			fieldRows(b, inner, prefix+f.Name+mark)
		}
	}
}

func wordsPage() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Words of the language\n\nBeside these there are Lua's own `assert`, `error`, `getmetatable`, `ipairs`, `next`, `pairs`, `pcall`, `select`, `setmetatable`, `tonumber`, `tostring`, `type`, `unpack`, `xpcall`, and the libraries `coroutine`, `math`, `string` and `table`.\n", generated)
	for _, w := range bindings.Words {
		fmt.Fprintf(&b, "\n## %s\n\n```lua\n%s\n```\n\n%s\n", w.Name, w.Signature, w.Doc)
	}
	fmt.Fprintf(&b, "\n## Types of params\n\n| type | value |\n|---|---|\n")
	for _, t := range bindings.ParamTypes {
		fmt.Fprintf(&b, "| `%s` | %s |\n", t[0], t[1])
	}
	return b.String()
}

func exitPage() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Exit codes\n\n| code | name | meaning | what a pipeline should do |\n|---|---|---|---|\n", generated)
	for _, c := range exitCodes {
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", c.Code, c.Name, c.Meaning, c.Pipeline)
	}
	return b.String()
}

func kindsPage() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# Kinds of failure\n\nA failure is a table in Lua: `kind`, `op`, `subject`, `cause`, `hint`, `status`, `retryable`, `at`.\n\n| kind | meaning | exit code if nothing catches it |\n|---|---|---|\n", generated)
	for _, k := range op.Kinds() {
		fmt.Fprintf(&b, "| `%s` | %s | %d |\n", k[0], k[1], exitOfKind(op.Kind(k[0])))
	}
	return b.String()
}
