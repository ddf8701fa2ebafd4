package alteryx

import (
	"fmt"

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

// filled refuses an id that is empty. rest.Path does so for paths; in a query
// an empty filter would mean all, and in a body whatever the Server makes of it.
func filled(argument, id string) error {
	if id != "" {
		return nil
	}
	return &op.Error{Kind: op.Invalid, Cause: argument + " is empty", Hint: "check where the id comes from"}
}

// theOne is what a probe makes of the objects that look like the one that a
// call should have made: with none, the call did not land; with several, it
// cannot be told which is the call's.
func theOne[T any](found []T, thing string) (one T, landed bool, err error) {
	switch len(found) {
	case 0:
		return one, false, nil
	case 1:
		return found[0], true, nil
	}
	return one, false, &op.Error{
		Kind:    op.InDoubt,
		Subject: thing,
		Cause:   fmt.Sprintf("%d look as if this call had made them", len(found)),
		Hint:    "look at them on the Server, and delete what is too much",
	}
}
