package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// This file lays out text: help in 80 columns, reports in those that the
// terminal has.

const pageWidth = 80

// Style is how a report is shown.
type Style struct {
	Paint
	Width int  // of the terminal; 0 if there is none
	Full  bool // list everything
	Inert bool // what is shown is read by a terminal or a CI system
}

// page is the width of running text.
func (s Style) page() int {
	if s.Width <= 0 {
		return pageWidth
	}
	return min(max(s.Width, 20), 120)
}

// entryColumn is where the texts of entries begin.
const entryColumn = 26

// Entry writes a name and its text beside it; a long name gets a line of its
// own.
func Entry(w io.Writer, name, doc string) {
	head := "  " + name
	if columns(head) > entryColumn-2 {
		fmt.Fprintln(w, head)
		head = ""
	}
	hang(w, head, entryColumn, pageWidth, doc)
}

// hang writes text in the columns from indent on, with a head to its left, or
// above it if it is long.
func hang(w io.Writer, head string, indent, width int, body string) {
	lines := wrap(body, max(width-indent, 16))
	switch n := columns(head); {
	case len(lines) == 0 && head == "":
		return
	case n >= indent && head != "" || len(lines) == 0:
		fmt.Fprintln(w, strings.TrimRight(head, " "))
	default:
		fmt.Fprintln(w, head+strings.Repeat(" ", indent-n)+lines[0])
		lines = lines[1:]
	}
	for _, l := range lines {
		fmt.Fprintln(w, strings.Repeat(" ", indent)+l)
	}
}

// Paragraph writes text, wrapped.
func Paragraph(w io.Writer, indent, body string) {
	for _, l := range wrap(body, pageWidth-len(indent)) {
		fmt.Fprintln(w, indent+l)
	}
}

// wrap breaks text at spaces. A word that is too long stands alone: an id or
// a path is not taken apart.
func wrap(body string, width int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(body) {
		n := columns(word)
		switch {
		case line == "":
			line, used = word, n
		case used+1+n > width:
			lines = append(lines, line)
			line, used = word, n
		default:
			line, used = line+" "+word, used+1+n
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// columns is how wide a text is on a terminal.
func columns(s string) int { return text.StringWidthWithoutEscSequences(s) }

// pad fills a text up to a width.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}
