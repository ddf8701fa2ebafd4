package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"

	"runner/internal/op"
)

// A grid is a value as rows and columns. The columns are in the order in
// which they first appear.
type grid struct {
	columns []string
	cells   [][]json.RawMessage // a row may be shorter than columns
}

type gridKind uint8

const (
	neither gridKind = iota
	object           // one row
	rows
)

func gridOf(v json.RawMessage) (*grid, gridKind) {
	var items []json.RawMessage
	kind := rows
	if json.Unmarshal(v, &items) != nil {
		items, kind = []json.RawMessage{v}, object
	}
	g, index := &grid{}, map[string]int{}
	for _, item := range items {
		if _, unknown := op.UnknownLabel(item); unknown || !g.add(item, index) {
			return nil, neither
		}
	}
	if len(g.columns) == 0 {
		return nil, neither
	}
	return g, kind
}

func (g *grid) add(item json.RawMessage, index map[string]int) bool {
	dec := json.NewDecoder(bytes.NewReader(item))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	row := make([]json.RawMessage, len(g.columns))
	for dec.More() {
		name, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return false
		}
		column, _ := name.(string)
		i, seen := index[column]
		if !seen {
			i = len(g.columns)
			index[column] = i
			g.columns = append(g.columns, column)
		}
		for len(row) <= i {
			row = append(row, nil)
		}
		row[i] = value
	}
	g.cells = append(g.cells, row)
	return true
}

// at is a cell, null where there is none.
func (g *grid) at(row, column int) json.RawMessage {
	if cells := g.cells[row]; column < len(cells) && cells[column] != nil {
		return cells[column]
	}
	return json.RawMessage("null")
}

// writeCSV writes rows, the fields of an object as one row, and anything else
// as a column of its own.
func writeCSV(w io.Writer, v json.RawMessage, s Style) error {
	g, kind := gridOf(v)
	if empty(v) {
		return nil // there are no columns either
	}
	if kind == neither {
		g = &grid{columns: []string{"value"}}
		var items []json.RawMessage
		if json.Unmarshal(v, &items) != nil {
			items = []json.RawMessage{v}
		}
		for _, item := range items {
			g.cells = append(g.cells, []json.RawMessage{item})
		}
	}
	c := csv.NewWriter(w)
	record := make([]string, len(g.columns))
	for j, name := range g.columns {
		record[j] = field(name, s)
	}
	_ = c.Write(record) // kept for Error
	for i := range g.cells {
		for j := range g.columns {
			record[j] = field(whole(g.at(i, j)), s)
		}
		_ = c.Write(record)
	}
	c.Flush()
	return c.Error()
}

// whole is a cell of which nothing is left out: what is no text is JSON.
func whole(v json.RawMessage) string {
	if t := bytes.TrimSpace(v); len(t) > 0 && (t[0] == '{' || t[0] == '[') {
		if _, unknown := op.UnknownLabel(t); !unknown {
			return string(t)
		}
	}
	return cell(v)
}

// field keeps a spreadsheet from taking a text for a formula, and a terminal
// from acting on it. A number stays one. A text that looks as if that was done
// gets another apostrophe, so that what reads it back can take one away.
func field(text string, s Style) string {
	if s.Inert {
		text = Inert(text)
	} else {
		text = Plain(text)
	}
	if t := strings.TrimLeft(text, "'"); t != "" && strings.ContainsRune("=+-@\t\r", rune(t[0])) && !isNumber(text) {
		return "'" + text
	}
	return text
}

func isNumber(text string) bool {
	return json.Valid([]byte(text)) && strings.Trim(text, "+-0123456789.eE") == ""
}
