package op

import "context"

// This file says how a call is taken back.

// An Inverse tells which call takes a call back; ok is false if none does, or
// not this time.
type Inverse func(u Undo) (verb string, args Args, ok bool)

// An Undo is a call to be taken back.
type Undo struct {
	Args   Args
	Answer any            // to the call
	Before map[string]any // the object that it touched first, as it was; nil if it was made by the call, or not known
}

// Restores takes back a change by the operation that made it, or one that
// takes the same arguments: those that were given get the values from before.
// by is the argument that names the object.
func Restores(verb, by string) Inverse {
	return func(u Undo) (string, Args, bool) {
		if u.Before == nil {
			return "", nil, false
		}
		args := Args{by: u.Args[by]}
		for name := range u.Args {
			if name == by {
				continue
			}
			v, ok := u.Before[name]
			if !ok {
				return "", nil, false // it had none, and not every field can be cleared
			}
			args[name] = Copy(v)
		}
		return verb, args, true
	}
}

// Opposite takes back a call by another operation, with the arguments of
// these names.
func Opposite(verb string, names ...string) Inverse {
	return func(u Undo) (string, Args, bool) {
		args := Args{}
		for _, n := range names {
			if v, ok := u.Args[n]; ok {
				args[n] = v
			}
		}
		return verb, args, true
	}
}

// Deletes takes back what a call created: field of its answer is the argument
// by of the operation that deletes.
func Deletes(verb, by, field string) Inverse {
	return func(u Undo) (string, Args, bool) {
		id := Element(u.Answer, field)
		return verb, Args{by: id}, id != nil
	}
}

type (
	keyOfCall  struct{}
	nameOfCall struct{}
)

// WithCall tells what is done on behalf of a call which one it is.
func WithCall(ctx context.Context, call string) context.Context {
	return context.WithValue(ctx, nameOfCall{}, call)
}

// CallOf is the call on whose behalf something is done: its key in the
// journal; empty outside a run.
func CallOf(ctx context.Context) string {
	call, _ := ctx.Value(nameOfCall{}).(string)
	return call
}

// WithKey hands an operation the idempotency key of its call.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyOfCall{}, key)
}

// Key is the idempotency key of the call that is performed: the same when the
// call is sent again, by a retry or a resumed run, and no other call's. It is
// 32 hex digits; empty outside a run.
func Key(ctx context.Context) string {
	key, _ := ctx.Value(keyOfCall{}).(string)
	return key
}
