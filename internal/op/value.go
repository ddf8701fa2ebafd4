package op

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// This file holds the field types that Go has no words for.

// Opt is an optional field whose zero value means something: not given, null
// (clears), or a value. A field that is not given must carry omitzero in its
// json tag.
type Opt[T any] struct {
	Value T
	Given bool
	Null  bool
}

// Some is a given value.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Given: true} }

// IsZero reports that the field was not given: omitzero asks it.
func (o Opt[T]) IsZero() bool { return !o.Given }

// Or is the value, or fallback if none was given.
func (o Opt[T]) Or(fallback T) T {
	if !o.Given || o.Null {
		return fallback
	}
	return o.Value
}

// MarshalJSONTo writes the value or null.
func (o Opt[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	if o.Null || !o.Given {
		return enc.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(enc, o.Value)
}

// UnmarshalJSONFrom reads the value or null.
func (o *Opt[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	o.Given = true
	if dec.PeekKind() == 'n' {
		o.Null = true
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, &o.Value)
}

func (o *Opt[T]) state() (given, null *bool, value any) { return &o.Given, &o.Null, &o.Value }

// optional is what every *Opt[T] can do.
type optional interface {
	state() (given, null *bool, value any)
}

// Extra keeps the fields that the vendor answers and we do not know. A struct
// that has it declares
//
//	Extra op.Extra `json:",embed"`
type Extra map[string]jsontext.Value

// RFC3339 is a moment as text, in UTC unless it says otherwise.
type RFC3339 string

// Day is a date as text, yyyy-mm-dd.
type Day string

// Raw is any JSON value, passed on as it comes.
type Raw = jsontext.Value
