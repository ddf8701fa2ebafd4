package bindings

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// This file reads CSV files with a header line, as spreadsheets write them, and
// as --format csv does.

// Rows are what a CSV file holds. In Lua they are a list of tables, with the
// names of the header, in its order.
type Rows struct {
	Columns []string
	Rows    [][]string
}

func readRows(path, text string) (*Rows, error) {
	text = strings.TrimPrefix(text, "\uFEFF")
	if !utf8.ValidString(text) {
		return nil, &ParamError{path + " is not UTF-8 text", "save it as CSV in UTF-8"}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separator(text)
	columns, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, &ParamError{path + " is empty", "its first line names the columns"}
	}
	if err != nil {
		return nil, &ParamError{fmt.Sprintf("%s: %v", path, err), ""}
	}
	for i, name := range columns {
		columns[i] = strings.TrimSpace(unguarded(name))
		switch {
		case columns[i] == "":
			return nil, &ParamError{fmt.Sprintf("%s: column %d has no name", path, i+1), "its first line names the columns"}
		case slices.Contains(columns[:i], columns[i]):
			return nil, &ParamError{fmt.Sprintf("%s: two columns are called %q", path, columns[i]), ""}
		}
	}
	list := &Rows{Columns: columns, Rows: [][]string{}}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if e, ok := errors.AsType[*csv.ParseError](err); ok && errors.Is(e.Err, csv.ErrFieldCount) {
			return nil, &ParamError{fmt.Sprintf("%s: line %d has %d fields, and the header has %d", path, e.StartLine, len(fields), len(columns)), ""}
		}
		if err != nil {
			return nil, &ParamError{fmt.Sprintf("%s: %v", path, err), ""}
		}
		for i, f := range fields {
			fields[i] = unguarded(f)
		}
		list.Rows = append(list.Rows, fields)
	}
}

// unguarded takes away the apostrophe that keeps a spreadsheet from taking a
// text for a formula; internal/report puts it there.
func unguarded(field string) string {
	if t := strings.TrimLeft(field, "'"); len(t) < len(field) && t != "" && strings.ContainsRune("=+-@\t\r", rune(t[0])) {
		return field[1:]
	}
	return field
}

// separator is a comma, or what spreadsheets of other countries write in its
// place.
func separator(text string) rune {
	header, _, _ := strings.Cut(text, "\n")
	for _, c := range ",;\t" {
		if strings.ContainsRune(header, c) {
			return c
		}
	}
	return ','
}

func (w *World) rows(r *Rows) lua.LValue {
	list := &lua.LTable{Metatable: w.listMeta}
	for i, fields := range r.Rows {
		row := w.state.CreateTable(0, len(fields))
		for j, f := range fields {
			row.RawSetString(r.Columns[j], lua.LString(f))
		}
		list.RawSetInt(i+1, row)
	}
	return list
}
