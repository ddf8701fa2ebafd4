package secret

// Error says why there is no secret.
type Error struct {
	// Ref is the reference; it is empty if it could not be read.
	Ref Ref
	// Cause says what is wrong, Hint what to do, as an order.
	Cause, Hint string

	err error
}

func (e *Error) Error() string {
	if e.Ref == (Ref{}) {
		return "secret: " + e.Cause
	}
	return "secret " + e.Ref.String() + ": " + e.Cause
}

// Unwrap returns what went wrong below, such as fs.ErrNotExist or context.Canceled; it may be nil.
func (e *Error) Unwrap() error { return e.err }
