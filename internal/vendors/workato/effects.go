package workato

import (
	"slices"

	"runner/internal/op"
)

// This file holds effects and inverses that the vocabulary of op has no word
// for.

// orElse is an argument, or a value if it is not given.
func orElse(arg string, value any) op.Source { return op.First(op.Arg(arg), op.Is(value)) }

// isTrue tells whether a flag is given and set.
func isTrue(arg string) func(a op.Args) bool {
	return func(a op.Args) bool { return a[arg] == true }
}

// switches takes back a call that gave a flag of the object its other value;
// was is the value that it had, if the call has changed anything.
func switches(verb, by, field string, was bool) op.Inverse {
	return func(u op.Undo) (string, op.Args, bool) {
		return verb, op.Args{by: u.Args[by]}, u.Before != nil && u.Before[field] == was
	}
}

// unforeseen is a filter that the vendor compares in a way of its own. Texts
// have no order, so whether an object fits stays open.
func unforeseen(field string) op.Match { return op.AtLeast(field) }

// given tells whether one of the arguments is given.
func given(args ...string) func(a op.Args) bool {
	return func(a op.Args) bool {
		return slices.ContainsFunc(args, func(name string) bool { _, ok := a[name]; return ok })
	}
}

// textOf is a scalar as text: ids of some types are texts in arguments.
func textOf(v any) any {
	switch v.(type) {
	case string, op.Unknown:
		return v
	}
	return string(op.AppendTree(nil, v))
}
