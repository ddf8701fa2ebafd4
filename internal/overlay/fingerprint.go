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
