package engine

import "runner/internal/op"

// A Policy says whether a call is performed. It is a pure question.
type Policy uint8

// The policies. Apply brings one of its own.
const (
	Perform Policy = iota // all calls
	Dry                   // reads; the rest is planned
)

// performs reports whether a call of o is sent.
func (p Policy) performs(o *op.Operation) bool { return p == Perform || o.Effect == op.Read }
