package alteryxcloud

import (
	"maps"
	"slices"

	"runner/internal/op"
)

// This file holds effects and inverses that the vocabulary of op has no word
// for.

// sets gives the object that an argument names these fields, and none by the
// names of arguments.
func sets(entity *op.Entity, by string, fields op.With) op.Change {
	return func(s *op.Scene) {
		id, ok := s.Args[by]
		if !ok {
			return
		}
		for _, f := range slices.Sorted(maps.Keys(fields)) {
			if v, ok := fields[f](s, f); ok {
				s.Do(op.Mutation{Entity: entity, ID: id, Act: op.ActSet, Field: f, Value: v})
			}
		}
	}
}

// unsettles makes fields of the objects that an argument names unknown.
func unsettles(entity *op.Entity, by string, fields ...string) op.Change {
	return func(s *op.Scene) {
		for _, id := range listed(s.Args[by]) {
			for _, f := range fields {
				s.Do(op.Mutation{Entity: entity, ID: id, Act: op.ActSet, Field: f, Value: s.Vague(f)})
			}
		}
	}
}

// blurs makes fields of all objects of a type unknown: some of them change, and
// the arguments do not say which.
func blurs(entity *op.Entity, fields ...string) op.Change {
	return func(s *op.Scene) {
		for _, f := range fields {
			s.Do(op.Mutation{Entity: entity, Act: op.ActSet, Field: f, Value: s.Vague(f)})
		}
	}
}

// stirs makes unknown what is blind to changes of these.
func stirs(entities ...*op.Entity) op.Change {
	return func(s *op.Scene) {
		for _, e := range entities {
			s.Do(op.Mutation{Entity: e, Act: op.ActHide})
		}
	}
}

// hides says that something changes about each object that an argument names.
func hides(entity *op.Entity, by string) op.Change {
	return func(s *op.Scene) {
		for _, id := range listed(s.Args[by]) {
			s.Do(op.Mutation{Entity: entity, ID: id, Act: op.ActHide})
		}
	}
}

// listed are the values of an argument that may be a list.
func listed(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// refTo is an object that shows another by its id, or its ids are not given.
func refTo(arg string) op.Source {
	return func(s *op.Scene, _ string) (any, bool) {
		id, ok := s.Args[arg]
		if !ok {
			return nil, false
		}
		return map[string]any{"id": id}, true
	}
}

// switches takes back a call that gave a flag of the object its other value;
// was is the value that it had, if the call has changed anything.
func switches(verb, by, field string, was bool) op.Inverse {
	return func(u op.Undo) (string, op.Args, bool) {
		return verb, op.Args{by: u.Args[by]}, u.Before != nil && u.Before[field] == was
	}
}

// within makes a view one of what belongs to another object, and is gone with
// it.
func within(v *op.View, parent *op.Entity, arg string) *op.View {
	v.Within, v.Parent = parent, arg
	return v
}

// unless makes a view one that is unknown once these were changed.
func unless(v *op.View, changed ...*op.Entity) *op.View {
	v.Blind = append(v.Blind, changed...)
	return v
}

// restores is op.Restores, unless one of these arguments was given: the object
// shows it in another form.
func restores(verb, by string, not ...string) op.Inverse {
	return func(u op.Undo) (string, op.Args, bool) {
		for _, name := range not {
			if _, given := u.Args[name]; given {
				return "", nil, false
			}
		}
		return op.Restores(verb, by)(u)
	}
}
