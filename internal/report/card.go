package report

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"

	"runner/internal/op"
)

// A Card is an error as a person needs it: what failed, where in the script,
// why, what state things are in, what to do next.
type Card struct {
	Kind      op.Kind  `json:"kind"`
	What      string   `json:"what"`
	At        string   `json:"at,omitempty"`   // script:line
	Step      string   `json:"step,omitempty"` // path of the step or branch
	Source    string   `json:"source,omitempty"`
	Operation string   `json:"operation,omitempty"`
	Why       string   `json:"why,omitempty"`
	Status    int      `json:"status,omitempty"` // HTTP
	RequestID string   `json:"request_id,omitempty"`
	Attempts  int      `json:"attempts,omitempty"`
	State     string   `json:"state,omitempty"`
	Next      []string `json:"next,omitempty"`

	Compared []op.Comparison `json:"compared,omitempty"` // where a plan and reality differ
}

// NewCard makes the card of a failure. source is the line of the script at
// the place, "" if it is not known.
func NewCard(e *op.Error, at, step, source string) *Card {
	c := &Card{Kind: e.Kind, At: at, Step: step, Source: source, Operation: e.Op, Why: e.Cause, Status: e.Status, RequestID: e.RequestID, Attempts: e.Attempts, Compared: e.Compared}
	if c.What = what(e); c.What == c.Why {
		c.Why = ""
	}
	if e.Hint != "" {
		c.Next = strings.Split(e.Hint, "\n")
	}
	return c
}

// what says in one line what failed: the operation and what it was about,
// else the subject, else the cause.
func what(e *op.Error) string {
	switch {
	case e.Op != "" && e.Subject != "":
		return e.Op + ": " + e.Subject
	case e.Op != "":
		return e.Op
	case e.Subject != "":
		return e.Subject
	case e.Cause != "":
		return e.Cause
	}
	return string(e.Kind)
}

// Write shows the card. names says what ids stand for; it may be nil.
func (c *Card) Write(w io.Writer, s Style, names Names) {
	label := fmt.Sprintf("error[%s]:", c.Kind)
	if c.Kind == op.InDoubt {
		label = "in doubt:"
	}
	fmt.Fprintf(w, "%s %s\n", s.Bad(label), Line(names.in(c.What)))
	if place := c.place(names); place != "" {
		fmt.Fprintln(w, "  --> "+place)
	}
	if c.Source != "" {
		c.excerpt(w, s)
	}
	if why := strings.TrimSpace(Inert(c.Why) + c.evidence()); why != "" {
		hang(w, "why:", cardColumn, s.page(), why)
	}
	c.compared(w, s, names)
	if c.State != "" {
		hang(w, "state:", cardColumn, s.page(), c.State)
	}
	writeNext(w, s, c.Next)
}

// compared shows side by side what was planned, what was found and what the
// call wants; or what was recorded, and what is now.
func (c *Card) compared(w io.Writer, s Style, names Names) {
	if len(c.Compared) == 0 {
		return
	}
	rows := [][]string{{"", "planned", "found", "wanted"}}
	if c.Kind == op.Mismatch {
		rows[0] = []string{"", "recorded", "", "now"}
	}
	for _, x := range c.Compared {
		rows = append(rows, []string{x.Field, compared(x.Planned, names), compared(x.Found, names), compared(x.Wanted, names)})
	}
	shown := make([]bool, len(rows[0])) // a column with nothing in it is left out
	widths := make([]int, len(rows[0]))
	for _, row := range rows[1:] {
		for i, cell := range row {
			shown[i] = shown[i] || cell != ""
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for n, row := range rows {
		line := strings.Repeat(" ", cardColumn)
		for i, cell := range row {
			if shown[i] {
				line += pad(cell, widths[i]) + "  "
			}
		}
		line = strings.TrimRight(line, " ")
		if n == 0 {
			line = s.Faint(line)
		}
		fmt.Fprintln(w, line)
	}
}

func compared(v string, names Names) string {
	if v == "" {
		return ""
	}
	if !json.Valid([]byte(v)) {
		return Line(v)
	}
	return Line(names.value(json.RawMessage(v)))
}

// cardColumn is where the texts of a card begin.
const cardColumn = 7

// writeNext lists what to do, each on a line of its own.
func writeNext(w io.Writer, s Style, list []string) {
	for i, n := range list {
		head := "next:"
		if i > 0 {
			head = ""
		}
		hang(w, head, cardColumn, s.page(), Line(n))
	}
}

func (c *Card) place(names Names) string {
	place := Line(c.At)
	if c.Step == "" {
		return place
	}
	in := "in " + shownPath(names.in(c.Step))
	if place == "" {
		return in
	}
	return place + ", " + in
}

// shownPath writes the path of a step or branch: "hand over / each[ada]".
func shownPath(path string) string {
	return Line(strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", " / "))
}

// excerpt shows the line of the script, and marks what failed in it.
func (c *Card) excerpt(w io.Writer, s Style) {
	number := c.At[strings.LastIndexByte(c.At, ':')+1:]
	margin := strings.Repeat(" ", len(number))
	source := Line(strings.ReplaceAll(strings.TrimRight(c.Source, " \t\r\n"), "\t", "  "))
	fmt.Fprintf(w, "%s |\n%s | %s\n", margin, number, source)
	if from, to := c.marked(source); to > 0 {
		fmt.Fprintf(w, "%s | %s%s\n", margin, strings.Repeat(" ", columns(source[:from])), s.Bad(strings.Repeat("^", columns(source[from:to]))))
	}
}

var quoted = regexp.MustCompile(`"([^"]+)"`)

// marked finds what to mark in the line: the operation, or the name that the
// message is about. Without one there is nothing that the line does not say.
func (c *Card) marked(source string) (from, to int) {
	words := []string{c.Operation}
	for _, m := range quoted.FindAllStringSubmatch(c.What+" "+c.Why, -1) {
		words = append(words, m[1])
	}
	if c.Why != "" && c.Operation != "" { // an argument is nearer than the call
		words = append(words[1:], c.Operation)
	}
	for _, word := range words {
		if i := wholeWord(source, word); i >= 0 {
			return i, i + len(word)
		}
	}
	return 0, 0
}

// wholeWord finds a name that is not a part of another, -1 if it is not there.
func wholeWord(source, word string) int {
	letter := func(i int) bool {
		return i >= 0 && i < len(source) && (source[i] == '_' || source[i] >= '0' && source[i] <= '9' || source[i]|0x20 >= 'a' && source[i]|0x20 <= 'z')
	}
	for from := 0; word != ""; {
		i := strings.Index(source[from:], word)
		if i < 0 {
			break
		}
		if i += from; !letter(i-1) && !letter(i+len(word)) {
			return i
		}
		from = i + 1
	}
	return -1
}

// evidence is what the vendor's answer says for itself.
func (c *Card) evidence() string {
	var parts []string
	if c.Status != 0 && !strings.Contains(c.Why, "HTTP") {
		parts = append(parts, fmt.Sprintf("HTTP %d", c.Status))
	}
	if c.RequestID != "" {
		parts = append(parts, "request "+Line(c.RequestID))
	}
	if c.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", c.Attempts))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
