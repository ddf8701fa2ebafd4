package alteryx

import (
	"slices"

	"runner/internal/op"
)

// This file foresees changes of DCM connections. The Server answers data
// sources and credentials in another shape than it takes: it adds ids, and
// keeps the secrets. So nothing of them is taken from the arguments.

// dcmCreated is what a new DCM connection has that its arguments do not say.
// It is its owner's own: nobody shared it.
func dcmCreated(owner op.Source) op.With {
	return op.With{
		"data_source": op.Vague(), "credentials": op.Vague(), "owner": owner,
		"shared_by": op.Is(nil), "shared_from_connection": op.Is(nil),
	}
}

// dcmUpdated is what a replaced DCM connection has.
func dcmUpdated(owner op.Source) op.With {
	return op.With{
		"data_source": op.Vague(), "credentials": op.Vague(), "owner": owner,
		"allow_in_sdks": op.First(op.Arg("allow_in_sdks"), op.Vague()),
	}
}

// ownedBy is the owner that an argument names.
func ownedBy(arg string) op.Source {
	return func(s *op.Scene, _ string) (any, bool) {
		return map[string]any{"id": s.Args[arg], "email": s.Vague("email")}, true
	}
}

// maybeOwnedBy is the owner after an update: whether it moves a connection is
// not documented, so the owner is known only if it stays.
func maybeOwnedBy(arg string) op.Source {
	return func(s *op.Scene, field string) (any, bool) {
		now, known := s.Object(dcmConnection, s.Args["id"])
		if known && op.Same(op.Element(now["owner"], "id"), s.Args[arg]) == op.Yes {
			return nil, false
		}
		return s.Vague(field), true
	}
}

// sharesParts reports whether a call changes data sources or credentials that
// there are: other DCM connections may have them too.
func sharesParts(a op.Args) bool {
	if op.Element(a["data_source"], "id") != nil {
		return true
	}
	credentials, _ := a["credentials"].(map[string]any)
	for _, k := range credentials {
		if part, ok := k.(map[string]any); ok && part["id"] != nil {
			return true
		}
	}
	return false
}

// sharesDCM sets with whom a DCM connection is shared in one way; nil is for
// nobody, and how that shows is not documented.
func sharesDCM(way string, with func(s *op.Scene, now map[string]any) map[string]any) op.Change {
	return func(s *op.Scene) {
		id := s.Args["id"]
		now, known := s.Object(dcmConnection, id)
		sharing, shown := now["sharing"].(map[string]any)
		if !known || !shown && now["sharing"] != nil {
			op.Unsettles(dcmConnection, "id", "sharing")(s)
			return
		}
		sharing, _ = op.Copy(sharing).(map[string]any)
		if with == nil {
			sharing[way] = s.Vague(way)
		} else {
			before, _ := sharing[way].(map[string]any)
			sharing[way] = with(s, before)
		}
		s.Do(op.Mutation{Entity: dcmConnection, ID: id, Act: op.ActSet, Field: "sharing", Value: sharing})
	}
}

func execution(s *op.Scene, now map[string]any) map[string]any {
	return map[string]any{
		"users":       sharees(s, "user_ids", now["users"], "email"),
		"user_groups": sharees(s, "user_group_ids", now["user_groups"], "name"),
	}
}

func collaboration(s *op.Scene, now map[string]any) map[string]any {
	with := execution(s, now)
	with["shared_credentials"] = op.Copy(s.Args["shared_credentials"])
	with["borrowed_credentials"] = s.Vague("borrowed_credentials")
	if v, ok := now["borrowed_credentials"]; ok {
		with["borrowed_credentials"] = v
	}
	return with
}

// sharees are those whom an argument names, as far as they are known by now.
func sharees(s *op.Scene, arg string, now any, label string) []any {
	ids, _ := s.Args[arg].([]any)
	before, _ := now.([]any)
	list := []any{}
	for _, id := range ids {
		i := slices.IndexFunc(before, func(x any) bool { return op.Same(op.Element(x, "id"), id) == op.Yes })
		if i < 0 {
			list = append(list, map[string]any{"id": id, label: s.Vague(label)})
		} else {
			list = append(list, before[i])
		}
	}
	return list
}
