package alteryxcloud

import (
	"fmt"
	"time"

	"runner/internal/op"
)

// This file holds what probes go by. A time that cannot be read is an error,
// never a no: on a no the call would be sent again.

// clockSkew is how far the vendor's clock and ours may be apart.
const clockSkew = 2 * time.Minute

// settle is how long the vendor may be at work on a call after the answer was
// lost.
const settle = time.Minute

// newest keeps, of what looks like what a call should have made, what was made
// since it was sent.
func newest[T any](all []T, since time.Time, like func(T) bool, made func(T) op.RFC3339) (found []T, err error) {
	for _, x := range all {
		if !like(x) {
			continue
		}
		at, err := time.Parse(time.RFC3339, string(made(x)))
		if err != nil {
			return nil, &op.Error{Kind: op.Garbled, RetryAfter: -1, Cause: fmt.Sprintf("the vendor says %q where a time should be", made(x))}
		}
		if at.After(since.Add(-clockSkew)) {
			found = append(found, x)
		}
	}
	return found, nil
}

// theOne is op.TheOne here.
func theOne[T any](found []T, thing string) (one T, landed bool, err error) {
	return op.TheOne(found, thing, "in the workspace")
}
