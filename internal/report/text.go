package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"runner/internal/journal"
	"runner/internal/op"
)

// Style is how a report is shown.
type Style struct {
	Paint
	Width int // of the terminal; 0 if there is none
	Full  bool
}

// shownChanges is how many changes are listed before the rest is counted.
const shownChanges = 50

// Text writes the report for a person: what was or would be done, the steps,
// and how it ended. names says what ids stand for.
func (r *Report) Text(w io.Writer, s Style, names map[string]string) {
	dry := r.Mode == "dry-run"
	if len(r.Changes) > 0 {
		head := "Done"
		if dry {
			head = "Would do, in this order"
		}
		fmt.Fprintf(w, "\n%s\n", s.Strong(head))
		for i, c := range r.Changes {
			if i == shownChanges && !s.Full {
				fmt.Fprintf(w, "  … and %d more\n", len(r.Changes)-i)
				break
			}
			c.write(w, s, names)
		}
	}
	if len(r.OpenPoints) > 0 {
		fmt.Fprintf(w, "\n%s\n", s.Warn("Open points: what follows them could not be foreseen"))
		for _, p := range r.OpenPoints {
			fmt.Fprintf(w, "  %s %s  <%s>: %s\n", s.Warn("?"), p.At, Inert(p.Label), p.Why)
		}
	}
	if r.hasSteps() {
		fmt.Fprintln(w)
		fmt.Fprintln(w, r.stepTable(s, dry))
	}
	fmt.Fprintf(w, "\n%s\n", r.Headline(s))
	for i, n := range r.Next {
		word := "next: "
		if i > 0 {
			word = "      "
		}
		fmt.Fprintf(w, "%s %s\n", word, n)
	}
}

func (r *Report) hasSteps() bool { return len(r.Steps) > 0 }

// sign says in one letter what a change does. It does not depend on colour.
func (c *Change) sign() string {
	switch {
	case c.Status == "in_doubt" || c.Status == "unanswered":
		return "?"
	case c.Status == "failed":
		return "!"
	case c.Effect == "destructive":
		return "-"
	case strings.Contains(c.Operation, ".create_") || strings.Contains(c.Operation, ".add_"):
		return "+"
	}
	return "~"
}

func (c *Change) write(w io.Writer, s Style, names map[string]string) {
	sign := c.sign()
	colour := s.Good
	if sign == "?" || sign == "!" {
		colour = s.Bad
	} else if sign == "-" {
		colour = s.Warn
	}
	line := fmt.Sprintf("%-28s %s", c.Operation, Inert(named(c.Thing, names)))
	switch c.Status {
	case "failed", "in_doubt", "unanswered":
		line += "  " + strings.ToUpper(strings.ReplaceAll(c.Status, "_", " "))
	}
	fmt.Fprintf(w, "  %s %s\n", colour(sign), strings.TrimRight(line, " "))
	for _, a := range c.arguments() {
		fmt.Fprintf(w, "      %s\n", s.Faint(Inert(named(a, names))))
	}
}

// named puts the name that an id stands for behind it.
func named(text string, names map[string]string) string {
	for id, name := range names {
		if strings.Contains(text, id) {
			text = strings.ReplaceAll(text, id, id+" ("+name+")")
		}
	}
	return text
}

// arguments shows the arguments of a change one a line, but for the one that
// the line above names already. Unknowns stand as <what they are>.
func (c *Change) arguments() []string {
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
		if shown := Value(v); !strings.HasSuffix(c.Thing, strings.Trim(shown, `"`)) {
			lines = append(lines, fmt.Sprintf("%v = %s", name, shown))
		}
	}
	return lines
}

// Value shows a JSON value in a line, unknowns as <what they are>.
func Value(v json.RawMessage) string {
	if label, ok := op.UnknownLabel(v); ok {
		return "<" + label + ">"
	}
	var members map[string]json.RawMessage
	var items []json.RawMessage
	switch {
	case len(v) > 0 && v[0] == '{' && json.Unmarshal(v, &members) == nil:
		names := make([]string, 0, len(members))
		for n := range members {
			names = append(names, n)
		}
		slices.Sort(names)
		for i, n := range names {
			names[i] = n + " = " + Value(members[n])
		}
		return "{ " + strings.Join(names, ", ") + " }"
	case len(v) > 0 && v[0] == '[' && json.Unmarshal(v, &items) == nil:
		texts := make([]string, len(items))
		for i := range items {
			texts[i] = Value(items[i])
		}
		return "{ " + strings.Join(texts, ", ") + " }"
	}
	if r := []rune(string(v)); len(r) > 120 {
		return string(r[:117]) + "…"
	}
	return string(v)
}

func (r *Report) stepTable(s Style, dry bool) string {
	t := table.NewWriter()
	t.SetStyle(plainTable)
	if s.Width > 0 {
		t.Style().Size.WidthMax = s.Width
	}
	head := table.Row{"Step", "Result", "Reads", "Writes", "Destructive"}
	if dry {
		head = table.Row{"Step", "Result", "Reads", "Would write", "Would destroy"}
	}
	t.AppendHeader(head)
	for i, step := range r.Steps {
		if i == shownChanges && !s.Full {
			t.AppendRow(table.Row{fmt.Sprintf("… and %d more", len(r.Steps)-i)})
			break
		}
		depth := strings.Count(step.Path, "/") - 1
		name := step.Path[strings.LastIndexByte(step.Path, '/')+1:]
		result := strings.ReplaceAll(step.Status, "_", " ")
		switch {
		case step.Status == journal.StatusOpen:
			result = "open point at " + step.Reason
		case step.Status == journal.StatusSkipped && step.Reason != "":
			result = "skipped: " + step.Reason
		}
		t.AppendRow(table.Row{strings.Repeat("  ", depth) + Inert(name), Inert(result), step.Reads, step.Writes, step.Destructive})
	}
	return t.Render()
}

// plainTable has no frame: it reads well in a log, and in a screen reader.
var plainTable = table.Style{
	Name:    "plain",
	Box:     table.BoxStyle{PaddingRight: "  ", MiddleHorizontal: "-", UnfinishedRow: "…"},
	Format:  table.FormatOptions{Header: text.FormatDefault},
	Options: table.Options{SeparateHeader: true},
}

// Headline says in one line what came of the run.
func (r *Report) Headline(s Style) string {
	c := r.Counts
	took := r.Ended.Sub(r.Started)
	if r.Mode == "dry-run" {
		text := fmt.Sprintf("Dry run: %s would be sent, %s made, nothing changed.", count(c.Planned, "change"), count(c.Reads, "read"))
		if c.Planned == 0 && len(r.OpenPoints) == 0 && r.Error == nil {
			text = fmt.Sprintf("Dry run: nothing to do; %s made.", count(c.Reads, "read"))
		}
		if n := len(r.OpenPoints); n > 0 {
			text += fmt.Sprintf(" %s.", count(n, "open point"))
		}
		return s.Strong(text)
	}
	parts := []string{count(c.Writes+c.Destructive, "change") + " done"}
	if c.Destructive > 0 {
		parts[0] += fmt.Sprintf(" (%d destructive)", c.Destructive)
	}
	if c.Writes+c.Destructive+c.Failed+c.InDoubt == 0 {
		parts[0] = "Nothing was changed"
	}
	if c.Failed > 0 {
		parts = append(parts, s.Bad(fmt.Sprintf("%d failed", c.Failed)))
	}
	if c.InDoubt > 0 {
		parts = append(parts, s.Bad(fmt.Sprintf("%d in doubt", c.InDoubt)))
	}
	parts = append(parts, count(c.Reads, "read"), fmt.Sprintf("%.1f s", took.Seconds()))
	return s.Strong(strings.Join(parts, ", ") + ".")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
