package alteryxcloud

import (
	"runner/internal/op"
)

// This file holds effects and inverses that the vocabulary of op has no word
// for.

// renames makes unknown what schedules show of their tasks: the name of what
// they run is in it.
func renames(s *op.Scene) {
	if _, ok := s.Args["name"]; ok {
		op.Blurs(schedule, "tasks")(s)
	}
}

// appears is what a new name or address of a person changes elsewhere: groups,
// shares and what people own show both.
func appears(s *op.Scene) {
	_, name := s.Args["name"]
	_, email := s.Args["email"]
	if name || email {
		op.Edits(group, "users", "id", "person_id", op.With{"name": op.Arg("name"), "email": op.Arg("email")})(s)
		op.Blurs(schedule, "creator")(s)
		op.Blurs(plan, "creator")(s)
		op.Blurs(accessToken, "person")(s)
		op.Stirs(connectionShares)(s)
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
