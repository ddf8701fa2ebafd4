package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"runner/internal/journal"
	"runner/internal/op"
)

// shownChanges is how many changes, and steps, are listed before the rest is
// counted.
const shownChanges = 50

// shownLines is how many lines are shown below one of them.
const shownLines = 12

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
		c.write(w, s, names, width, r.Track[c.Operation])
	}
	if n := len(r.Changes) - len(shown); n > 0 {
		fmt.Fprintf(w, "  … and %d more (--full)\n", n)
	}
	noise := 0
	for _, c := range shown {
		for _, t := range c.Targets {
			if len(t.Fields) > 0 {
				noise += t.Noise
			}
		}
	}
	if noise > 0 {
		fmt.Fprintln(w, s.Faint(fmt.Sprintf("  (left out, as it changes by itself: %s)", count(noise, "field"))))
	}
}

// sign says in one letter what a change does. It does not depend on colour.
func (c *Change) sign(s Style) string {
	switch {
	case c.Unchanged:
		return s.Faint("=")
	case c.Status == "in_doubt" || c.Status == "unanswered":
		return s.Bad("?")
	case c.Status == "failed":
		return s.Bad("!")
	case c.Status == "not_sent":
		return s.Faint(".")
	case c.Effect == "destructive":
		return s.Warn("-")
	case strings.Contains(c.Operation, ".create_") || strings.Contains(c.Operation, ".add_"):
		return s.Good("+")
	}
	return s.Good("~")
}

func (c *Change) write(w io.Writer, s Style, names Names, width int, track string) {
	line := pad(c.Operation, width) + "  " + Line(names.in(c.Thing))
	switch c.Status {
	case "failed", "not_sent", "in_doubt", "unanswered":
		line += "  " + strings.ToUpper(strings.ReplaceAll(c.Status, "_", " "))
	}
	if c.Earlier {
		line += "  " + s.Faint("(before the run was begun anew)")
	}
	if c.Unchanged {
		line += "  already as wanted"
	}
	if track != "" {
		line += "  " + s.Faint("("+track+")")
	}
	fmt.Fprintf(w, "  %s %s\n", c.sign(s), line)
	lines, told := c.differences(names)
	if !told && !c.Unchanged {
		lines = c.arguments(names)
	}
	more := 0
	if len(lines) > shownLines && !s.Full {
		lines, more = lines[:shownLines-1], len(lines)-shownLines+1
	}
	for _, l := range lines {
		fmt.Fprintf(w, "      %s\n", s.Faint(l))
	}
	if more > 0 {
		fmt.Fprintf(w, "      … and %d more (--full)\n", more)
	}
}

// differences shows what the call changes about which objects, a field a line;
// told is false if its arguments say more.
func (c *Change) differences(names Names) (lines []string, told bool) {
	for _, t := range c.Targets {
		about := t.Object + " " + cell(t.ID)
		head := names.in(about) + "  "
		if about == c.Thing {
			head = ""
		}
		for _, f := range t.Fields {
			lines = append(lines, Line(head+fieldChange(f, names)))
		}
	}
	return lines, len(lines) > 0
}

func fieldChange(f journal.FieldChange, names Names) string {
	if f.From != nil || f.To != nil {
		return fmt.Sprintf("%s: %s -> %s", f.Field, names.value(f.From), names.value(f.To))
	}
	var parts []string
	for _, v := range f.Gets {
		parts = append(parts, "+ "+names.value(v))
	}
	for _, v := range f.Loses {
		parts = append(parts, "- "+names.value(v))
	}
	return f.Field + ": " + strings.Join(parts, ", ")
}

// value shows a value in a line: names in place of the ids that have one, and
// of an object with one member that member.
func (n Names) value(v json.RawMessage) string {
	var one map[string]json.RawMessage
	switch {
	case string(v) == "null":
		return "nothing"
	case n[cell(v)] != "":
		return n[cell(v)]
	case len(v) > 0 && v[0] == '{' && !op.HasUnknown(v) && json.Unmarshal(v, &one) == nil && len(one) == 1:
		for _, member := range one {
			return n.value(member)
		}
	}
	text := Value(v)
	if r := []rune(text); len(r) > shownText {
		text = string(r[:shownText-1]) + "…"
	}
	return n.in(text)
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
