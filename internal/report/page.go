package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// This file lays out help: 80 columns, for terminals of any width.

const pageWidth = 80

// entryColumn is where the texts of entries begin.
const entryColumn = 26

// Entry writes a name and its text beside it; a long name gets a line of its
// own.
func Entry(w io.Writer, name, text string) {
	name = "  " + name
	if n := utf8.RuneCountInString(name); n < entryColumn {
		name += strings.Repeat(" ", entryColumn-n)
	} else {
		fmt.Fprintln(w, name)
		name = strings.Repeat(" ", entryColumn)
	}
	lines := wrap(text, pageWidth-entryColumn)
	if len(lines) == 0 {
		lines = []string{""}
	}
	fmt.Fprintln(w, strings.TrimRight(name+lines[0], " "))
	for _, l := range lines[1:] {
		fmt.Fprintln(w, strings.Repeat(" ", entryColumn)+l)
	}
}

// Paragraph writes text, wrapped.
func Paragraph(w io.Writer, indent, text string) {
	for _, l := range wrap(text, pageWidth-len(indent)) {
		fmt.Fprintln(w, indent+l)
	}
}

func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// JSON is the report as JSON, in lines.
func (r *Report) JSON() ([]byte, error) { return json.MarshalIndent(r, "", "  ") }
