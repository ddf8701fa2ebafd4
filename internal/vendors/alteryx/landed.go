package alteryx

import (
	"fmt"
	"time"

	"runner/internal/op"
)

// This file reads when an object of the Server was made, for the probes of
// uploads, schedules and runs. A time that cannot be read is an error, never
// a no: on a no the call would be sent again.

// clockSkew is how far the Server's clock and ours may be apart.
const clockSkew = 2 * time.Minute

// madeSince reports whether an object was made after since, with some room
// for the two clocks to differ.
func madeSince(made op.RFC3339, since time.Time) (bool, error) {
	at, err := moment(made)
	if err != nil {
		return false, err
	}
	return at.After(since.Add(-clockSkew)), nil
}

// moment reads a time. Where it names no zone it is UTC: the swagger leaves
// the format of a schedule's times open, and says that they are UTC.
func moment(text op.RFC3339) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, string(text)); err == nil {
		return at, nil
	}
	at, err := time.Parse("2006-01-02T15:04:05", string(text))
	if err != nil {
		return at, &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("the Server says %q where a time should be", text)}
	}
	return at, nil
}
