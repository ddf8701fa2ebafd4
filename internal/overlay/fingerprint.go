package overlay

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"runner/internal/op"
)

// longest is how much of a value a fingerprint keeps, in bytes.
const longest = 512

// Fingerprint tells values apart: a short one, or one with unknowns, is
// itself; a longer one is named by its digest. The order of lists does not
// matter.
func Fingerprint(v any) []byte {
	b := op.AppendTree(nil, ordered(v))
	if len(b) > longest && !op.HasUnknown(b) {
		return fmt.Appendf(nil, `{"$bytes":%d,"sha256":"%x"}`, len(b), sha256.Sum256(b))
	}
	return b
}

// ordered is a value with its lists in the order of their texts.
func ordered(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = ordered(v[i])
		}
		slices.SortStableFunc(out, func(a, b any) int { return strings.Compare(key(a), key(b)) })
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = ordered(v[k])
		}
		return out
	}
	return v
}

// Lists tells what a list gets and loses on its way to another; ok is false if
// they are no lists.
func Lists(from, to any) (gets, loses []any, ok bool) {
	a, okA := from.([]any)
	b, okB := to.([]any)
	if !okA && from != nil || !okB && to != nil || !okA && !okB {
		return nil, nil, false
	}
	return without(b, a), without(a, b), true
}

// without are the elements of a list that another does not have.
func without(list, other []any) (rest []any) {
	there := map[string]int{}
	for _, x := range other {
		there[key(x)]++
	}
	for _, x := range list {
		if k := key(x); there[k] > 0 {
			there[k]--
		} else {
			rest = append(rest, x)
		}
	}
	return rest
}
