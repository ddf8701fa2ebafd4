package op

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// This file holds JSON as a tree, for what looks into values of any shape:
// the objects of a dry run, and what compares them.

// An Unknown is a value that only the vendor can make. A New one is the id of
// an object that a planned call creates: it equals itself and no id that there
// is, so it can be compared. An Old one is of something that was there before,
// and so no new id.
type Unknown struct {
	Label    string
	New, Old bool
}

// Tree reads JSON: null is nil, numbers are json.Number, objects are
// map[string]any, lists []any, unknowns Unknown. JSON that cannot be read is nil.
func Tree(b []byte) any {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return nil
	}
	return grow(v)
}

func grow(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = grow(v[i])
		}
	case map[string]any:
		if label, ok := v[UnknownName].(string); ok {
			_, isNew := v[newName]
			_, isOld := v[oldName]
			return Unknown{label, isNew, isOld}
		}
		for k := range v {
			v[k] = grow(v[k])
		}
	}
	return v
}

// AppendTree writes a tree, the members of objects in order of their names.
func AppendTree(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case Unknown:
		return v.append(b)
	case string:
		b, _ = jsontext.AppendQuote(b, cleanUTF8(v))
		return b
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendTree(b, x)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b, _ = jsontext.AppendQuote(b, cleanUTF8(k))
			b = append(b, ':')
			b = AppendTree(b, v[k])
		}
		return append(b, '}')
	}
	return fmt.Append(b, v) // a number or a bool
}

// Copy is a tree that shares nothing with v.
func Copy(v any) any {
	switch v := v.(type) {
	case []any:
		c := make([]any, len(v))
		for i := range v {
			c[i] = Copy(v[i])
		}
		return c
	case map[string]any:
		c := make(map[string]any, len(v))
		for k := range v {
			c[k] = Copy(v[k])
		}
		return c
	}
	return v
}

// Verdict is the answer to a question about values that may be unknown.
type Verdict uint8

// The verdicts.
const (
	No Verdict = iota
	Maybe
	Yes
)

func verdict(ok bool) Verdict {
	if ok {
		return Yes
	}
	return No
}

// Same compares two values; lists as sets, since few vendors promise an order.
// What is unknown may be anything, but for the id of a new object.
func Same(a, b any) Verdict {
	ua, unknownA := a.(Unknown)
	ub, unknownB := b.(Unknown)
	switch {
	case unknownA && unknownB && ua.New && ub.New:
		return verdict(ua.Label == ub.Label)
	case unknownA && ua.New && (!unknownB || ub.Old), unknownB && ub.New && (!unknownA || ua.Old):
		return No
	case unknownA || unknownB:
		return Maybe
	}
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return No
		}
		return sameLists(a, b)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			return No
		}
		return sameObjects(a, b)
	}
	switch b.(type) {
	case []any, map[string]any:
		return No
	}
	if a == nil || b == nil {
		return verdict(a == b)
	}
	return verdict(scalar(a) == scalar(b) || sameNumber(a, b))
}

// sameNumber reports whether two numbers differ in how they are written at
// most: 1 and 1.0.
func sameNumber(a, b any) bool {
	x, okX := a.(json.Number)
	y, okY := b.(json.Number)
	if !okX || !okY {
		return false
	}
	order, ok := compare(x.String(), y.String())
	return ok && order == 0
}

// scalar is a value as text: some vendors answer an id as a number here and as
// text there.
func scalar(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return string(AppendTree(nil, v))
}

func sameObjects(a, b map[string]any) Verdict {
	all := Yes
	for k, x := range a {
		all = min(all, Same(x, b[k])) // absent is null
	}
	for k, x := range b {
		if _, ok := a[k]; !ok {
			all = min(all, Same(x, nil))
		}
	}
	return all
}

// sameLists pairs the elements: those with the same text first, then those
// that are the same for certain, then those that may be.
func sameLists(a, b []any) Verdict {
	there := map[string]int{}
	for _, y := range b {
		there[string(AppendTree(nil, y))]++
	}
	left := func(list []any, count map[string]int) (rest []any) {
		for _, x := range list {
			if text := string(AppendTree(nil, x)); count[text] > 0 && !HasUnknown([]byte(text)) {
				count[text]--
			} else {
				rest = append(rest, x)
			}
		}
		return rest
	}
	here := map[string]int{}
	for _, x := range a {
		here[string(AppendTree(nil, x))]++
	}
	a, b = left(a, there), left(b, here)
	a = slices.DeleteFunc(a, func(x any) bool {
		i := slices.IndexFunc(b, func(y any) bool { return Same(x, y) == Yes })
		if i >= 0 {
			b = slices.Delete(b, i, i+1)
		}
		return i >= 0
	})
	switch {
	case len(a) == 0:
		return Yes
	case paired(a, b):
		return Maybe
	}
	return No
}

// paired reports whether each element of a may be another one of b. An element
// that has found one gives it up if there is a second for it.
func paired(a, b []any) bool {
	of := make([]int, len(b)) // which of a each of b is paired with, from 1
	var find func(i int, tried []bool) bool
	find = func(i int, tried []bool) bool {
		for j := range b {
			if tried[j] || Same(a[i], b[j]) == No {
				continue
			}
			tried[j] = true
			if of[j] == 0 || find(of[j]-1, tried) {
				of[j] = i + 1
				return true
			}
		}
		return false
	}
	for i := range a {
		if !find(i, make([]bool, len(b))) {
			return false
		}
	}
	return true
}

// Quiet is a value of some shape without noise, at any depth. It shares
// nothing with v.
func (t *Type) Quiet(v any) any {
	switch v := v.(type) {
	case []any:
		if t.Form != List && t.Form != Map {
			return Copy(v)
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = t.Elem.Quiet(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			f, ok := t.Field(k)
			switch {
			case !ok && t.Form == Map:
				out[k] = t.Elem.Quiet(x)
			case !ok:
				out[k] = Copy(x)
			case !f.Noise:
				out[k] = f.Type.Quiet(x)
			}
		}
		return out
	}
	return v
}
