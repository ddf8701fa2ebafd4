package emulator

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// A table holds records by id.
type table[K cmp.Ordered, T any] map[K]*T

func (t *table[K, T]) put(id K, row *T) {
	if *t == nil {
		*t = table[K, T]{}
	}
	(*t)[id] = row
}

func (t table[K, T]) drop(id K) { delete(t, id) }

// rows are all records, sorted by id.
func (t table[K, T]) rows() []*T {
	out := make([]*T, 0, len(t))
	for _, id := range slices.Sorted(maps.Keys(t)) {
		out = append(out, t[id])
	}
	return out
}

// all are the records as they are now: the caller may drop some.
func (t table[K, T]) all() iter.Seq[*T] { return slices.Values(t.rows()) }

// where are the records that satisfy all conditions.
func (t table[K, T]) where(conditions ...func(*T) bool) []*T {
	return slices.DeleteFunc(t.rows(), func(row *T) bool {
		return slices.ContainsFunc(conditions, func(ok func(*T) bool) bool { return !ok(row) })
	})
}

// views turns records into what is shown of them. It is never nil: an empty list is [] on the wire.
func views[T any](rows []*T, view func(*T) object) []object {
	out := make([]object, 0, len(rows))
	for _, row := range rows {
		out = append(out, view(row))
	}
	return out
}

// sorted makes a set: states compare equal however they came about.
func sorted[T cmp.Ordered](list []T) []T {
	out := append([]T{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}

func include[T cmp.Ordered](set []T, v ...T) []T { return sorted(append(slices.Clone(set), v...)) }

func exclude[T cmp.Ordered](set []T, v ...T) []T {
	return slices.DeleteFunc(sorted(set), func(e T) bool { return slices.Contains(v, e) })
}
