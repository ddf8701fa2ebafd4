// Package secret resolves references to secrets and keeps what they stand for out of every output.
package secret

import (
	"fmt"
	"io"
)

// Mask stands in the output where a secret was.
const Mask = "[secret]"

// Value is a secret that cannot be printed by accident: every way of formatting it gives [secret].
// The zero Value holds the empty text. Values are not meant to be compared.
type Value struct {
	// fmt calls no methods on unexported fields of other structs, but shows what they hold. Of a
	// pointer in there it shows the address.
	text *string
}

// New wraps a secret.
func New(text string) Value { return Value{&text} }

// Reveal returns the secret itself.
func (v Value) Reveal() string {
	if v.text == nil {
		return ""
	}
	return *v.text
}

// String returns [secret].
func (v Value) String() string { return Mask }

// GoString returns [secret].
func (v Value) GoString() string { return Mask }

// Format writes [secret], whatever the verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) }

// MarshalJSON returns "[secret]".
func (v Value) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }

// MarshalText returns [secret], for every other encoding.
func (v Value) MarshalText() ([]byte, error) { return []byte(Mask), nil }
