package conformance

import (
	"maps"
	"slices"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// refs say what arguments refer to, by module, where their names do not.
var refs = map[string]map[string]string{
	"alteryx": {
		"owner_id": "user", "visible_by": "user", "user_ids": "user", "users": "user",
	},
}

// disruptive are the operations that random states are made without.
var disruptive = map[string]bool{}

// untried are the operations that random arguments cannot make the emulator
// carry out, each with the reason.
var untried = map[string]string{}
