package op

import "fmt"

// TheOne is what a probe makes of the objects that look like the one that a
// call should have made: with none, the call did not land; with several, it
// cannot be told which is the call's, and a person has to look where they are.
func TheOne[T any](found []T, thing, where string) (one T, landed bool, err error) {
	switch len(found) {
	case 0:
		return one, false, nil
	case 1:
		return found[0], true, nil
	}
	return one, false, &Error{
		Kind: InDoubt, Subject: thing, RetryAfter: -1,
		Cause: fmt.Sprintf("%d look as if this call had made them", len(found)),
		Hint:  "look at them " + where + ", and delete what is too much",
	}
}
