package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// shownChanges is how many changes, and steps, are listed before the rest is
// counted.
const shownChanges = 50

func (r *Report) changes(w io.Writer, s Style, names Names) {
	head := "Changes"
	if r.Dry() {
		head = "Would do, in this order"
	}
	fmt.Fprintln(w, s.Strong(head))
	shown, width := r.Changes, 0
	if len(shown) > shownChanges && !s.Full {
		shown = shown[:shownChanges]
	}
	for _, c := range shown {
		width = max(width, columns(c.Operation))
	}
	for _, c := range shown {
		c.write(w, s, names, width)
	}
	if n := len(r.Changes) - len(shown); n > 0 {
		fmt.Fprintf(w, "  … and %d more (--full)\n", n)
	}
}

// sign says in one letter what a change does. It does not depend on colour.
func (c *Change) sign(s Style) string {
	switch {
	case c.Status == "in_doubt" || c.Status == "unanswered":
		return s.Bad("?")
	case c.Status == "failed":
		return s.Bad("!")
	case c.Effect == "destructive":
		return s.Warn("-")
	case strings.Contains(c.Operation, ".create_") || strings.Contains(c.Operation, ".add_"):
		return s.Good("+")
	}
	return s.Good("~")
}

func (c *Change) write(w io.Writer, s Style, names Names, width int) {
	line := pad(c.Operation, width) + "  " + Line(names.in(c.Thing))
	switch c.Status {
	case "failed", "in_doubt", "unanswered":
		line += "  " + strings.ToUpper(strings.ReplaceAll(c.Status, "_", " "))
	}
	fmt.Fprintf(w, "  %s %s\n", c.sign(s), line)
	for _, a := range c.arguments(names) {
		fmt.Fprintf(w, "      %s\n", s.Faint(a))
	}
}

// arguments shows the arguments of a change, one a line, but for the one that
// the line above names already.
func (c *Change) arguments(names Names) []string {
	dec := json.NewDecoder(bytes.NewReader(c.Args))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var lines []string
	for dec.More() {
		name, err := dec.Token()
		var v json.RawMessage
		if err != nil || dec.Decode(&v) != nil {
			return lines
		}
		if strings.HasSuffix(c.Thing, " "+cell(v)) {
			continue
		}
		line := fmt.Sprintf("%v = %s", name, Value(v))
		if known, ok := names[cell(v)]; ok {
			line += "  (" + known + ")"
		}
		lines = append(lines, Line(line))
	}
	return lines
}
