package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

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
}

// NewCard makes the card of a failure. source is the line of the script at
// the place, "" if it is not known.
func NewCard(e *op.Error, at, step, source string) *Card {
	c := &Card{Kind: e.Kind, At: at, Step: step, Source: source, Operation: e.Op, Why: e.Cause, Status: e.Status, RequestID: e.RequestID, Attempts: e.Attempts}
	c.What = what(e)
	if c.What == c.Why {
		c.Why = ""
	}
	if e.Hint != "" {
		c.Next = append(c.Next, e.Hint)
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
	}
	return e.Cause
}

// Write shows the card.
func (c *Card) Write(w io.Writer, p Paint) {
	word := "error"
	if c.Kind == op.InDoubt {
		word = "in doubt"
	}
	fmt.Fprintf(w, "%s %s\n", p.Bad(fmt.Sprintf("%s[%s]:", word, c.Kind)), Inert(c.What))
	if c.At != "" || c.Step != "" {
		line := "  --> " + c.At
		if c.At == "" {
			line = "  -->"
		}
		if c.Step != "" {
			line += fmt.Sprintf(" in %s", Inert(strings.TrimPrefix(c.Step, "/")))
		}
		fmt.Fprintln(w, line)
	}
	if c.Source != "" {
		c.excerpt(w, p)
	}
	if c.Why != "" {
		fmt.Fprintf(w, "why:   %s%s\n", Inert(c.Why), c.evidence())
	} else if ev := c.evidence(); ev != "" {
		fmt.Fprintf(w, "why:  %s\n", ev)
	}
	if c.State != "" {
		fmt.Fprintf(w, "state: %s\n", c.State)
	}
	for i, n := range c.Next {
		word := "next: "
		if i > 0 {
			word = "      "
		}
		fmt.Fprintf(w, "%s %s\n", word, Inert(n))
	}
}

// excerpt shows the line of the script, with a mark under what failed.
func (c *Card) excerpt(w io.Writer, p Paint) {
	number := c.At[strings.LastIndexByte(c.At, ':')+1:]
	margin := strings.Repeat(" ", len(number))
	source := strings.ReplaceAll(strings.TrimRight(c.Source, " \t\r\n"), "\t", "  ")
	fmt.Fprintf(w, "%s |\n%s | %s\n", margin, number, Inert(source))
	from, length := 0, 0
	if c.Operation != "" {
		from, length = strings.Index(source, c.Operation), len(c.Operation)
	}
	if length == 0 || from < 0 {
		from = len(source) - len(strings.TrimLeft(source, " "))
		length = len(source) - from
	}
	fmt.Fprintf(w, "%s | %s%s\n", margin, strings.Repeat(" ", utf8.RuneCountInString(source[:from])), p.Bad(strings.Repeat("^", utf8.RuneCountInString(source[from:from+length]))))
}

// evidence is what the vendor's answer says for itself.
func (c *Card) evidence() string {
	var parts []string
	if c.Status != 0 && !strings.Contains(c.Why, "HTTP") {
		parts = append(parts, fmt.Sprintf("HTTP %d", c.Status))
	}
	if c.RequestID != "" {
		parts = append(parts, "request "+Inert(c.RequestID))
	}
	if c.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", c.Attempts))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
