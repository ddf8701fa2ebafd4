package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Markdown writes the report as a page for a review or a pull request. title
// says what it is of.
func (r *Report) Markdown(w io.Writer, title string, names Names) {
	fmt.Fprintf(w, "# %s\n\n", escaped(title))
	fmt.Fprintf(w, "%s\n\n", escaped(r.Headline(Style{})))
	if len(r.Params) > 0 {
		fmt.Fprintln(w, "| param | value |\n| --- | --- |")
		for _, name := range sortedNames(r.Params) {
			row(w, name, r.Params[name])
		}
		fmt.Fprintln(w)
	}
	if len(r.Changes) > 0 {
		head := "Changes"
		if r.Dry() {
			head = "Would do, in this order"
		}
		fmt.Fprintf(w, "## %s\n\n| | operation | about | difference |\n| --- | --- | --- | --- |\n", head)
		for _, c := range r.Changes {
			lines, told := c.differences(names)
			if !told && !c.Unchanged {
				lines = c.arguments(names)
			}
			if c.Unchanged {
				lines = []string{"already as wanted"}
			}
			row(w, c.sign(Style{}), c.Operation, names.in(c.Thing), lines)
		}
		fmt.Fprintln(w)
	}
	if len(r.OpenPoints) > 0 {
		fmt.Fprint(w, "## Open points: what follows them cannot be foreseen\n\n| where | unknown | why |\n| --- | --- | --- |\n")
		for _, p := range r.OpenPoints {
			row(w, p.At, "<"+p.Label+">", p.Why)
		}
		fmt.Fprintln(w)
	}
	if len(r.Steps) > 0 {
		fmt.Fprint(w, "## Steps\n\n| step | result | writes | destructive | |\n| --- | --- | ---: | ---: | --- |\n")
		for _, s := range r.Steps {
			row(w, names.in(shownPath(s.Path)), s.Status, fmt.Sprint(s.Writes), fmt.Sprint(s.Destructive), s.Reason)
		}
		fmt.Fprintln(w)
	}
	if r.Error != nil {
		fmt.Fprintf(w, "## Failure\n\n%s\n\n", escaped(names.in(strings.Join([]string{r.Error.What, r.Error.Why, r.Error.State}, ". "))))
	}
	for _, line := range r.Footing {
		fmt.Fprintf(w, "- %s\n", escaped(line))
	}
	if !r.Started.IsZero() {
		fmt.Fprintf(w, "\n%s, %s, runner %s\n", r.Run, r.Started.UTC().Format(time.RFC3339), r.Tool)
	}
}

// row writes a row of a table; what comes last has a line for each text.
func row(w io.Writer, cells ...any) {
	fmt.Fprint(w, "|")
	for _, c := range cells {
		switch c := c.(type) {
		case string:
			fmt.Fprintf(w, " %s |", escaped(c))
		case []string:
			texts := make([]string, len(c))
			for i := range c {
				texts[i] = escaped(c[i])
			}
			fmt.Fprintf(w, " %s |", strings.Join(texts, "<br>"))
		}
	}
	fmt.Fprintln(w)
}

// escaped is a text that Markdown and HTML leave as it is.
func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "\\", `\\`).Replace(Line(s))
}

func sortedNames(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
