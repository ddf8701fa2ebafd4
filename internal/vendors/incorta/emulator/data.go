package emulator

import (
	"cmp"
	"fmt"
	"strings"
)

// The functions of columns.
const (
	key       = "key"
	dimension = "dimension"
	measure   = "measure"
)

// maxRows is the most that one query answers (inf).
const maxRows = 10000

// A grid is the answer to a query: data that are made up, the same for the same columns.
type grid struct {
	columns []column
	rows    [][]any
}

// viewNamed finds a business view by schema.view.
func (st *state) viewNamed(name string) (*schema, *relation) {
	schemaName, viewName, _ := strings.Cut(name, ".")
	s := st.schema(schemaName)
	if s == nil || s.Type != business {
		return nil, nil
	}
	return s, s.relation(viewName)
}

// read makes the rows of a page. Dimensions come before measures.
func (r *relation) read(columns []column, start, size int64) grid {
	g := grid{columns: arrange(columns), rows: [][]any{}}
	end := min(r.Rows, start+min(cmp.Or(size, maxRows), maxRows))
	for i := max(start, 0); i < end; i++ {
		row := make([]any, len(g.columns))
		for j, col := range g.columns {
			row[j] = col.at(i)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

func arrange(columns []column) []column {
	var out, measures []column
	for _, col := range columns {
		if col.Function == measure {
			measures = append(measures, col)
		} else {
			out = append(out, col)
		}
	}
	return append(out, measures...)
}

// at is the value in a row.
func (col column) at(row int64) any {
	switch {
	case col.Function == measure:
		return float64((row*37+int64(len(col.Name))*101)%10000) / 4
	case col.DataType == "integer" || col.DataType == "long":
		return row + 1
	case col.DataType == "date":
		return fmt.Sprintf("2026-%02d-%02d", row%12+1, row%28+1)
	}
	return fmt.Sprintf("%s %d", col.Label, row+1)
}

// json is the shape that insights have.
func (g grid) json(stringify bool) any {
	headers := map[string][]any{"dimensions": {}, "measures": {}}
	for i, col := range g.columns {
		kind := "dimensions"
		if col.Function == measure {
			kind = "measures"
		}
		headers[kind] = append(headers[kind], map[string]any{"label": col.Label, "index": i})
	}
	if stringify {
		for _, row := range g.rows {
			for i := range row {
				row[i] = fmt.Sprint(row[i])
			}
		}
	}
	return map[string]any{"headers": headers, "data": g.rows}
}
