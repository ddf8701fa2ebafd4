package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"runner/internal/journal"
)

// This file shows the results of a script: a list of tables as a table, a
// table as its fields, other values as they are.

// OutputFormats are the forms that results can take.
var OutputFormats = []string{"table", "csv", "json"}

// WriteOutputs writes the results. As JSON each has a line of its own; as CSV
// each has its name above it if there are several.
func WriteOutputs(w io.Writer, list []journal.Result, format string, s Style) error {
	var b bytes.Buffer
	for i, o := range list {
		if i > 0 && format != "json" {
			b.WriteByte('\n')
		}
		switch format {
		case "json":
			if err := writeJSON(&b, o); err != nil {
				return err
			}
		case "csv":
			if len(list) > 1 {
				fmt.Fprintf(&b, "# %s\n", Line(o.Name))
			}
			if err := writeCSV(&b, o.Value, s); err != nil {
				return err
			}
		default:
			writeTable(&b, o, s)
		}
	}
	_, err := b.WriteTo(w)
	return err
}

func writeJSON(b *bytes.Buffer, o journal.Result) error {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]json.RawMessage{o.Name: o.Value}); err != nil {
		return err
	}
	b.Write(Escape(line.Bytes()))
	return nil
}

func writeTable(w io.Writer, o journal.Result, s Style) {
	name := s.Strong(Line(o.Name))
	var items []json.RawMessage
	switch g, kind := gridOf(o.Value); {
	case kind == rows && s.Width > 0 && g.width() > s.Width:
		fmt.Fprintln(w, name)
		g.stacked(w)
	case kind == rows:
		fmt.Fprintln(w, name)
		g.table(w)
	case kind == object:
		fmt.Fprintln(w, name)
		g.record(w, 0)
	case empty(o.Value):
		fmt.Fprintf(w, "%s: none\n", name)
	case json.Unmarshal(o.Value, &items) == nil && items != nil:
		fmt.Fprintln(w, name)
		for _, item := range items {
			fmt.Fprintf(w, "  %s\n", Line(alone(item)))
		}
	default:
		mark := ": "
		value := Inert(alone(o.Value))
		if strings.Contains(value, "\n") {
			mark = ":\n"
		}
		fmt.Fprintln(w, name+mark+value)
	}
}

// alone shows a value that has no column to stand in.
func alone(v json.RawMessage) string {
	if text := cell(v); text != "" {
		return text
	}
	return Value(v)
}

// empty reports a list or table without anything in it.
func empty(v json.RawMessage) bool {
	t := string(bytes.TrimSpace(v))
	return t == "[]" || t == "{}"
}

// plainTable has no frame: it reads well in a log, and in a screen reader.
var plainTable = table.Style{
	Name:    "plain",
	Box:     table.BoxStyle{PaddingRight: "  ", MiddleHorizontal: "-"},
	Format:  table.FormatOptions{Header: text.FormatDefault},
	Options: table.Options{SeparateHeader: true},
}

// table draws the rows beside each other.
func (g *grid) table(w io.Writer) {
	t := table.NewWriter()
	t.SetStyle(plainTable)
	head := make(table.Row, len(g.columns))
	for i, c := range g.columns {
		head[i] = Line(c)
	}
	t.AppendHeader(head)
	for i := range g.cells {
		row := make(table.Row, len(g.columns))
		for j := range g.columns {
			row[j] = Line(cell(g.at(i, j)))
		}
		t.AppendRow(row)
	}
	for i, line := range strings.Split(t.Render(), "\n") {
		if i == 1 {
			line = strings.TrimSuffix(line, "--") // the rule spans the padding too
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// width is that of the table, which stacked is for if it is too wide: ids and
// names are not cut off.
func (g *grid) width() int {
	total := 2 * (len(g.columns) - 1)
	for j, name := range g.columns {
		widest := columns(Line(name))
		for i := range g.cells {
			widest = max(widest, columns(Line(cell(g.at(i, j)))))
		}
		total += widest
	}
	return total
}

// stacked draws the rows below each other, a field a line.
func (g *grid) stacked(w io.Writer) {
	for i := range g.cells {
		if i > 0 {
			fmt.Fprintln(w)
		}
		g.record(w, i)
	}
}

func (g *grid) record(w io.Writer, i int) {
	widest := 0
	for _, name := range g.columns {
		widest = max(widest, columns(Line(name)))
	}
	for j, name := range g.columns {
		fmt.Fprintln(w, strings.TrimRight("  "+pad(Line(name), widest)+"  "+Line(cell(g.at(i, j))), " "))
	}
}
