package plan

import (
	"bytes"
	"slices"
	"strings"

	"runner/internal/journal"
	"runner/internal/op"
)

// Branches of a fan-out take turns in another order each time. An object that
// several of them change is then found as no single picture of the plan has
// it: what the others change about it is no reason to stop.

// explained reports whether a field differs from its planned value only by
// what calls in other branches of the same fan-out change about it.
func (p *Plan) explained(c *Call, t journal.Target, field string, planned, found any, ids Bindings) bool {
	var values, elements []any
	changes := p.besides(c, t, field)
	for _, f := range changes {
		if f.From != nil || f.To != nil {
			values = append(values, ids.bound(op.Tree(f.From)), ids.bound(op.Tree(f.To)))
		}
		for _, e := range slices.Concat(f.Gets, f.Loses) {
			elements = append(elements, ids.bound(op.Tree(e)))
		}
	}
	switch {
	case len(changes) == 0:
		return false
	case digested(planned): // of a long list nothing but its digest is known
		return true
	}
	for _, v := range values {
		if op.Same(v, found) != op.No {
			return true
		}
	}
	a, isList := planned.([]any)
	b, areLists := found.([]any)
	return len(elements) > 0 && (isList || planned == nil) && (areLists || found == nil) && op.Same(without(a, elements), without(b, elements)) != op.No
}

// besides are the changes that calls in other branches of the same fan-out
// make to a field of an object.
func (p *Plan) besides(c *Call, t journal.Target, field string) (changes []journal.FieldChange) {
	for _, x := range p.calls {
		if x == c || !apart(x.Key, c.Key) {
			continue
		}
		for _, u := range x.Targets {
			if u.Get != t.Get || !bytes.Equal(u.Args, t.Args) {
				continue
			}
			for _, f := range u.Fields {
				if f.Field == field {
					changes = append(changes, f)
				}
			}
		}
	}
	return changes
}

// apart reports whether two calls stand in different branches of one fan-out,
// so that nobody knows which comes first.
func apart(a, b string) bool {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(x), len(y)) {
		if x[i] == y[i] {
			continue
		}
		one, _, isBranch := strings.Cut(x[i], "[")
		two, _, isToo := strings.Cut(y[i], "[")
		return isBranch && isToo && one == two
	}
	return false
}

// digested reports whether a value is known by its digest only.
func digested(v any) bool {
	object, ok := v.(map[string]any)
	return ok && object["sha256"] != nil && object["$bytes"] != nil
}

// without are the elements of a list that cannot be one of others.
func without(list, others []any) []any {
	rest := []any{}
	for _, x := range list {
		if !slices.ContainsFunc(others, func(y any) bool { return op.Same(x, y) != op.No }) {
			rest = append(rest, x)
		}
	}
	return rest
}
