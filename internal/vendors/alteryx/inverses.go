package alteryx

import "runner/internal/op"

// This file says how calls are taken back that put something into a list, or
// take it out. Of what was there before, or was not, nothing is to be taken
// back.

// takesOut takes back what put the value of an argument into a list: elem is
// the field of its elements that has the value, or empty.
func takesOut(verb, field, elem, arg string, names ...string) op.Inverse {
	return onlyIf(op.No, field, elem, arg, op.Opposite(verb, names...))
}

// putsBack takes back what took the value of an argument out of a list.
func putsBack(verb, field, elem, arg string, names ...string) op.Inverse {
	return onlyIf(op.Yes, field, elem, arg, op.Opposite(verb, names...))
}

func onlyIf(was op.Verdict, field, elem, arg string, then op.Inverse) op.Inverse {
	return func(u op.Undo) (string, op.Args, bool) {
		in := op.No
		list, _ := u.Before[field].([]any)
		for _, x := range list {
			in = max(in, op.Same(op.Element(x, elem), u.Args[arg]))
		}
		if u.Before == nil || in != was {
			return "", nil, false
		}
		return then(u)
	}
}

// takesOutUser takes back add_group_users, where it was about one user.
func takesOutUser(u op.Undo) (string, op.Args, bool) {
	ids, _ := u.Args["user_ids"].([]any)
	if len(ids) != 1 {
		return "", nil, false
	}
	u.Args = op.Args{"user_group_id": u.Args["user_group_id"], "user_id": ids[0]}
	return takesOut("remove_group_user", "members", "user_id", "user_id", "user_group_id", "user_id")(u)
}

// putsBackUser takes back remove_group_user.
func putsBackUser(u op.Undo) (string, op.Args, bool) {
	verb, args, ok := putsBack("add_group_users", "members", "user_id", "user_id", "user_group_id")(u)
	if ok {
		args["user_ids"] = []any{u.Args["user_id"]}
	}
	return verb, args, ok
}

// exceptFor takes a call back if none of the arguments was given: what they change
// cannot be read.
func exceptFor(then op.Inverse, hidden ...string) op.Inverse {
	return func(u op.Undo) (string, op.Args, bool) {
		for _, name := range hidden {
			if _, given := u.Args[name]; given {
				return "", nil, false
			}
		}
		return then(u)
	}
}
