package emulator

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// This file is what all lists have in common: the documented parameters limit, offset, sort, filter, filterFields,
// filterType, fields and includeCount. Parameters that nobody knows are ignored, as the vendor does; embed and
// includeDeleted are, too.

const (
	usualLimit = 25
	mostLimit  = 1000
)

// page answers one page of what there is, in the envelope that most lists have.
func (c *call) page(rows []object, usual int) (any, error) {
	rows, limit, offset, err := c.arrange(rows, usual)
	if err != nil {
		return nil, err
	}
	out := object{"data": c.project(cut(rows, limit, offset))}
	if c.flag("includeCount") {
		out["count"] = len(rows)
	}
	return out, nil
}

// list is a page of the usual length.
func (c *call) list(rows []object) (any, error) { return c.page(rows, usualLimit) }

// total answers how many there are.
func (c *call) total(rows []object) (any, error) {
	rows, err := c.filtered(rows)
	if err != nil {
		return nil, err
	}
	return object{"count": len(rows)}, nil
}

// rowser finds what a list is about.
type rowser func(c *call) ([]object, error)

// listed are the routes of a list and of its length.
func listed(path string, in service, rows rowser, usual int) []route {
	return []route{
		{on: "GET " + path, in: in, do: func(c *call) (any, error) {
			found, err := rows(c)
			if err != nil {
				return nil, err
			}
			return c.page(found, usual)
		}},
		{on: "GET " + path + "/count", in: in, do: func(c *call) (any, error) {
			found, err := rows(c)
			if err != nil {
				return nil, err
			}
			return c.total(found)
		}},
	}
}

func (c *call) arrange(rows []object, usual int) (out []object, limit, offset int, err error) {
	if limit, err = c.bounded("limit", usual, 1, mostLimit); err != nil {
		return nil, 0, 0, err
	}
	if offset, err = c.bounded("offset", 0, 0, math.MaxInt32); err != nil {
		return nil, 0, 0, err
	}
	if rows, err = c.filtered(rows); err != nil {
		return nil, 0, 0, err
	}
	return c.ordered(rows), limit, offset, nil
}

func (c *call) bounded(name string, usual, least, most int) (int, error) {
	s := c.param(name)
	if s == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		return 0, badInput(name + " must be an integer from " + strconv.Itoa(least) + " to " + strconv.Itoa(most))
	}
	return n, nil
}

func cut(rows []object, limit, offset int) []object {
	offset = min(offset, len(rows))
	return rows[offset:min(offset+limit, len(rows))]
}

// filtered keeps the rows that have the text in one of the fields: in name or email if none are given (inf).
func (c *call) filtered(rows []object) ([]object, error) {
	kind, err := c.paramWord("filterType", "fuzzy", "contains", "exact", "exactIgnoreCase")
	text := c.param("filter")
	if err != nil || text == "" {
		return rows, err
	}
	fields := splitWords(c.query()["filterFields"])
	if len(fields) == 0 {
		fields = []string{"name", "email"}
	}
	out := []object{}
	for _, row := range rows {
		if slices.ContainsFunc(fields, func(f string) bool { s, ok := row[f].(string); return ok && agrees(kind, s, text) }) {
			out = append(out, row)
		}
	}
	return out, nil
}

// agrees takes fuzzy for contains (inf).
func agrees(kind, s, text string) bool {
	switch kind {
	case "exact":
		return s == text
	case "exactIgnoreCase":
		return strings.EqualFold(s, text)
	}
	return strings.Contains(strings.ToLower(s), strings.ToLower(text))
}

// splitWords takes repeated parameters and lists with semicolons or commas alike.
func splitWords(list []string) []string {
	return strings.FieldsFunc(strings.Join(list, ";"), func(r rune) bool { return r == ';' || r == ',' })
}

// ordered sorts by the fields of sort, the first of them first. A field that is missing is the least (inf).
func (c *call) ordered(rows []object) []object {
	out := slices.Clone(rows)
	fields := splitWords([]string{c.param("sort")})
	slices.SortStableFunc(out, func(a, b object) int {
		for _, f := range fields {
			name, down := strings.CutPrefix(f, "-")
			if d := compare(a[name], b[name]); d != 0 && down {
				return -d
			} else if d != 0 {
				return d
			}
		}
		return 0
	})
	return out
}

func compare(a, b any) int {
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return cmp.Compare(a, b)
		}
	case int64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, b)
		}
	case bool:
		if b, ok := b.(bool); ok && a != b {
			return map[bool]int{false: -1, true: 1}[a]
		}
	}
	return cmp.Compare(rank(a), rank(b))
}

func rank(v any) int {
	if v == nil {
		return 0
	}
	return 1
}

// project leaves only the wanted fields, if any are named.
func (c *call) project(rows []object) []object {
	out := make([]object, 0, len(rows))
	for _, row := range rows {
		out = append(out, c.only(row))
	}
	return out
}

func (c *call) only(row object) object {
	wanted := strings.FieldsFunc(c.param("fields"), func(r rune) bool { return r == ';' })
	if len(wanted) == 0 {
		return row
	}
	out := object{}
	for _, name := range wanted {
		if v, ok := row[name]; ok {
			out[name] = v
		}
	}
	return out
}
