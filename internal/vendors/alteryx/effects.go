package alteryx

import (
	"slices"
	"strings"

	"runner/internal/op"
)

// This file holds effects that the vocabulary of op has no word for.

// follows says what else changes when the call gives one of the fields another
// value: where others show the name, say.
func follows(entity *op.Entity, by string, fields []string, changes ...op.Change) op.Change {
	return func(s *op.Scene) {
		given := slices.DeleteFunc(slices.Clone(fields), func(f string) bool { _, ok := s.Args[f]; return !ok })
		if len(given) == 0 {
			return
		}
		now, known := s.Object(entity, s.Args[by])
		if known && !slices.ContainsFunc(given, func(f string) bool { return op.Same(now[f], s.Args[f]) != op.Yes }) {
			return
		}
		for _, c := range changes {
			c(s)
		}
	}
}

// unforeseen is a filter on a text whose words the vendor compares in a way of
// its own. Texts have no order, so whether an object fits stays open.
func unforeseen(field string) op.Match { return op.AtLeast(field) }

// isTrue tells whether a flag is given and set.
func isTrue(arg string) func(a op.Args) bool {
	return func(a op.Args) bool { return a[arg] == true }
}

// orEmpty is an argument, or the empty text that stands for none.
func orEmpty(arg string) op.Source { return op.First(op.Arg(arg), op.Is("")) }

// ifAllowed is an argument that the Server ignores from those who may not give
// it; otherwise is what holds without it.
func ifAllowed(arg string, otherwise op.Source) op.Source {
	return op.First(op.If(op.Vague(), arg), otherwise)
}

// byID changes the users of a collection, unless the user is named by a sid, as
// with Windows authentication: then nobody can say which user that is.
func byID(change op.Change) op.Change {
	return func(s *op.Scene) {
		if id, _ := s.Args["user_id"].(string); strings.HasPrefix(id, "S-1-") {
			op.Unsettles(collection, "collection_id", "users")(s)
			return
		}
		change(s)
	}
}

// stirsSharing makes unknown what depends on who sees a DCM connection.
func stirsSharing(s *op.Scene) {
	op.Stirs(dcmConnection)(s) // for the list of what another user sees
	op.Stirs(visibleDCM)(s)
}

// joins and leaves say that more follows from who is in a user group: which DCM
// connections a user sees.
func joins(s *op.Scene)  { membership(s, op.No) }
func leaves(s *op.Scene) { membership(s, op.Yes) }

func membership(s *op.Scene, changesIf op.Verdict) {
	now, known := s.Object(userGroup, s.Args["user_group_id"])
	members, _ := now["members"].([]any)
	users, ok := s.Args["user_ids"].([]any)
	if !ok {
		users = []any{s.Args["user_id"]}
	}
	for _, u := range users {
		is := op.No
		for _, m := range members {
			is = max(is, op.Same(op.Element(m, "user_id"), u))
		}
		if !known || is == changesIf || is == op.Maybe {
			stirsSharing(s)
			return
		}
	}
}

// movesUsers puts users into a studio, and out of those they were in. Whether
// their workflows come along, the vendor's pages do not agree.
func movesUsers(s *op.Scene) {
	id := s.Args["subscription_id"]
	now, _ := s.Object(studio, id)
	there, _ := now["users"].([]any)
	ids, _ := s.Args["user_ids"].([]any)
	moved := false
	for _, u := range ids {
		if slices.ContainsFunc(there, func(x any) bool { return op.Same(op.Element(x, "id"), u) == op.Yes }) {
			continue
		}
		moved = true
		s.Do(op.Mutation{Entity: studio, Act: op.ActDrop, Field: "users", Elem: "id", Value: u})
		s.Do(op.Mutation{
			Entity: studio, ID: id, Act: op.ActPut, Field: "users", Elem: "id",
			Value: map[string]any{"id": u, "name": s.Vague("name")},
		})
	}
	if moved {
		op.Blurs(studio, "workflows")(s)
	}
}

// fillsCollections puts a new workflow into collections.
func fillsCollections(s *op.Scene) {
	ids, _ := s.Args["collection_ids"].([]any)
	for _, id := range ids {
		s.Do(op.Mutation{Entity: collection, ID: id, Act: op.ActPut, Field: "workflow_ids", Value: s.New})
	}
}
