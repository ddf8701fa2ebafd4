package atscale

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
)

// This file opens the vendor's envelopes, and holds what probes make of what
// they found. An answer stands under "response", mostly; where that is missing,
// the whole body is the answer. How deep a list stands differs by resource and
// release, so a list is looked for under the names that it is known by.

// in reads an answer, in its envelope or without, into out.
func in[T any](out *T) *enveloped[T] { return &enveloped[T]{out} }

type enveloped[T any] struct{ out *T }

func (e *enveloped[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	return json.Unmarshal(opened(raw), e.out, dec.Options())
}

// opened is what stands in the envelope.
func opened(raw jsontext.Value) jsontext.Value {
	if v, ok := member(raw, "response"); ok {
		return v
	}
	return raw
}

// member is a member of an object.
func member(raw jsontext.Value, name string) (jsontext.Value, bool) {
	var members map[string]jsontext.Value
	if raw.Kind() != '{' || json.Unmarshal(raw, &members) != nil {
		return nil, false
	}
	v, ok := members[name]
	return v, ok
}

// rows are a list: the answer itself, or below one of these names in it.
type rows[T any] struct {
	items []T
	under []string
}

func under[T any](names ...string) *rows[T] { return &rows[T]{under: names} }

func (l *rows[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	raw = opened(raw)
	for range 4 {
		if raw.Kind() != '{' {
			break
		}
		found := false
		for _, name := range l.under {
			if v, ok := member(raw, name); ok {
				raw, found = v, true
				break
			}
		}
		if !found {
			return fmt.Errorf("there is no list in it")
		}
	}
	return json.Unmarshal(raw, &l.items, dec.Options())
}

// oneOrMany is a list that is written as a single object if it has one element:
// projects are XML in origin.
type oneOrMany[T any] []T

func (l *oneOrMany[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '{' {
		var v T
		if err := json.UnmarshalDecode(dec, &v); err != nil {
			return err
		}
		*l = append((*l)[:0], v)
		return nil
	}
	return json.UnmarshalDecode(dec, (*[]T)(l))
}

// Created is the answer of creates of which no more than the id is known.
type Created struct {
	ID    string   `json:"id" lua:"id" doc:"Id of what was created."`
	Extra op.Extra `json:",embed"`
}

// theOne is op.TheOne here.
func theOne[T any](found []T, thing string) (one T, landed bool, err error) {
	return op.TheOne(found, thing, "in AtScale")
}

// clockSkew is how far the vendor's clock and ours may be apart.
const clockSkew = 2 * time.Minute

// madeSince reports whether something was made after since, with some room for
// the two clocks to differ. A time that cannot be read is an error, never a no:
// on a no the call would be sent again.
func madeSince(made op.Opt[op.RFC3339], since time.Time) (bool, error) {
	at, err := time.Parse(time.RFC3339, string(made.Value))
	if err != nil {
		return false, &op.Error{Kind: op.Garbled, Cause: fmt.Sprintf("AtScale says %q where a time should be", made.Value)}
	}
	return at.After(since.Add(-clockSkew)), nil
}

// never takes a time away that says never: the vendor writes the year 1 then.
func never(t *op.Opt[op.RFC3339]) {
	if strings.HasPrefix(string(t.Value), "0001-01-01") || t.Value == "" {
		*t = op.Opt[op.RFC3339]{}
	}
}

// text is a JSON string, or a number as it is written; empty for anything else.
func text(v jsontext.Value) string {
	var s string
	switch v.Kind() {
	case '"':
		_ = json.Unmarshal(v, &s)
	case '0':
		s = string(v)
	}
	return s
}
