package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"runner/internal/journal"
)

// This file shows the results of a script: lists of tables as tables, other
// values as they are.

// OutputFormats are the forms that results can take.
var OutputFormats = []string{"table", "csv", "json"}

// WriteOutput writes one result.
func WriteOutput(w io.Writer, o journal.Result, format string, s Style) error {
	columns, rows, ok := grid(o.Value)
	switch {
	case format == "json":
		b, err := json.Marshal(map[string]json.RawMessage{o.Name: o.Value})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\n", b)
		return err
	case !ok:
		var text string
		if json.Unmarshal(o.Value, &text) != nil {
			text = Value(o.Value)
		}
		_, err := fmt.Fprintf(w, "%s: %s\n", Inert(o.Name), Inert(text))
		return err
	case format == "csv":
		c := csv.NewWriter(w)
		_ = c.Write(columns) // kept for Error
		for _, row := range rows {
			for i := range row {
				row[i] = spreadsheetSafe(row[i])
			}
			_ = c.Write(row)
		}
		c.Flush()
		return c.Error()
	}
	t := table.NewWriter()
	t.SetStyle(plainTable)
	if s.Width > 0 {
		t.Style().Size.WidthMax = s.Width
	}
	t.SetTitle(Inert(o.Name))
	head := make(table.Row, len(columns))
	for i, c := range columns {
		head[i] = Inert(c)
	}
	t.AppendHeader(head)
	for _, row := range rows {
		cells := make(table.Row, len(row))
		for i, c := range row {
			cells[i] = Inert(c)
		}
		t.AppendRow(cells)
	}
	_, err := fmt.Fprintf(w, "%s\n", t.Render())
	return err
}

// spreadsheetSafe keeps a spreadsheet from taking a text for a formula.
func spreadsheetSafe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// grid reads a list of objects; the columns are in the order in which they
// first appear.
func grid(v json.RawMessage) (columns []string, rows [][]string, ok bool) {
	var items []json.RawMessage
	if json.Unmarshal(v, &items) != nil || len(items) == 0 {
		return nil, nil, false
	}
	index := map[string]int{}
	for _, item := range items {
		dec := json.NewDecoder(bytes.NewReader(item))
		if t, err := dec.Token(); err != nil || t != json.Delim('{') {
			return nil, nil, false
		}
		row := make([]string, len(columns))
		for dec.More() {
			name, err := dec.Token()
			var cell json.RawMessage
			if err != nil || dec.Decode(&cell) != nil {
				return nil, nil, false
			}
			column := name.(string)
			i, seen := index[column]
			if !seen {
				i = len(columns)
				index[column] = i
				columns = append(columns, column)
				row = append(row, "")
			}
			for len(row) <= i {
				row = append(row, "")
			}
			var text string
			if json.Unmarshal(cell, &text) != nil {
				text = Value(cell)
			}
			row[i] = text
		}
		rows = append(rows, row)
	}
	for i := range rows {
		for len(rows[i]) < len(columns) {
			rows[i] = append(rows[i], "")
		}
	}
	return columns, rows, true
}
