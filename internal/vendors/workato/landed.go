package workato

import (
	"fmt"
	"time"

	"runner/internal/op"
)

// This file holds what probes go by. A time that cannot be read is an error,
// never a no: on a no the call would be sent again.

// clockSkew is how far Workato's clock and ours may be apart.
const clockSkew = 2 * time.Minute

// settle is how long Workato may be at work on a call after the answer was
// lost: it cuts requests at 40 seconds.
const settle = time.Minute

// madeSince reports whether an object was made after since, with some room for
// the two clocks to differ.
func madeSince(made op.RFC3339, since time.Time) (bool, error) {
	at, err := time.Parse(time.RFC3339, string(made))
	if err != nil {
		return false, &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("Workato says %q where a time should be", made)}
	}
	return at.After(since.Add(-clockSkew)), nil
}

// newest keeps, of what looks like what a call should have made, what was made
// since it was sent.
func newest[T any](all []T, since time.Time, like func(T) bool, made func(T) op.RFC3339) (found []T, err error) {
	for _, x := range all {
		if !like(x) {
			continue
		}
		isNew, err := madeSince(made(x), since)
		if err != nil {
			return nil, err
		}
		if isNew {
			found = append(found, x)
		}
	}
	return found, nil
}

// theOne is op.TheOne here.
func theOne[T any](found []T, thing string) (one T, landed bool, err error) {
	return op.TheOne(found, thing, "in Workato")
}
