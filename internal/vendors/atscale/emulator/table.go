package emulator

import (
	"iter"
	"maps"
	"slices"
)

// A table holds records by id and in the order in which they were made.
type table[T any] struct {
	rows  map[string]*T
	order []string
}

func (t *table[T]) get(id string) *T { return t.rows[id] }

func (t *table[T]) put(id string, row *T) {
	if t.rows == nil {
		t.rows = map[string]*T{}
	}
	if t.rows[id] == nil {
		t.order = append(t.order, id)
	}
	t.rows[id] = row
}

func (t *table[T]) drop(id string) {
	delete(t.rows, id)
	t.order = slices.DeleteFunc(t.order, func(o string) bool { return o == id })
}

// dropIf drops all records that satisfy the condition.
func (t *table[T]) dropIf(gone func(*T) bool) {
	for _, id := range slices.Clone(t.order) {
		if gone(t.rows[id]) {
			t.drop(id)
		}
	}
}

func (t *table[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, id := range slices.Clone(t.order) { // the caller may drop rows
			if row := t.rows[id]; row != nil && !yield(row) {
				return
			}
		}
	}
}

// where returns the records that satisfy the condition.
func (t *table[T]) where(ok func(*T) bool) []*T {
	out := []*T{}
	for row := range t.all() {
		if ok(row) {
			out = append(out, row)
		}
	}
	return out
}

// sorted returns all records by id.
func (t *table[T]) sorted() []*T {
	out := make([]*T, 0, len(t.rows))
	for _, id := range slices.Sorted(maps.Keys(t.rows)) {
		out = append(out, t.rows[id])
	}
	return out
}

// find returns a record or a 404 that says what is missing.
func find[T any](t *table[T], id, what string) (*T, error) {
	if row := t.get(id); row != nil {
		return row, nil
	}
	return nil, notFound(what, id)
}

// views turns records into what is shown of them. It is never nil: an empty list is [] on the wire.
func views[T, V any](rows []*T, view func(*T) V) []V {
	out := make([]V, 0, len(rows))
	for _, row := range rows {
		out = append(out, view(row))
	}
	return out
}

// backwards returns a list with the latest first.
func backwards[T any](rows []*T) []*T {
	slices.Reverse(rows)
	return rows
}
