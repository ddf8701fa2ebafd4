package alteryx

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"runner/internal/op"
)

// This file holds what several resources share: odd answers of the Server,
// and what probes make of what they found.

// swagger begins the source of an operation that no help page describes. Tag
// and operation id follow.
const swagger = "Alteryx Server's own swagger document (v3), "

// Created is the answer of creates for which the Server answers a bare id.
type Created struct {
	ID string `json:"id" lua:"id" doc:"Id of what was created."`
}

// oneOrMany is an answer that is one object in some releases, or in the
// manual, and a list in others.
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

// theOne is op.TheOne here.
func theOne[T any](found []T, thing string) (one T, landed bool, err error) {
	return op.TheOne(found, thing, "on the Server")
}
