package op

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// An unknown is a value that only the vendor can make. In JSON it is an
// object with this one name, whose value says what it stands for:
// {"$unknown":"id of user ada@example.com"}.
const UnknownName = "$unknown"

// newName marks the id of an object that a planned call creates, oldName what
// is no such id.
const newName, oldName = "$new", "$old"

// AppendUnknown writes an unknown.
func AppendUnknown(b []byte, label string) []byte { return Unknown{Label: label}.append(b) }

func (u Unknown) append(b []byte) []byte {
	b = append(b, `{"`+UnknownName+`":`...)
	b, _ = jsontext.AppendQuote(b, cleanUTF8(u.Label))
	if u.New {
		b = append(b, `,"`+newName+`":true`...)
	}
	if u.Old {
		b = append(b, `,"`+oldName+`":true`...)
	}
	return append(b, '}')
}

// HasUnknown reports whether JSON that the runner wrote holds an unknown.
func HasUnknown(b []byte) bool { return bytes.Contains(b, []byte(`{"`+UnknownName+`":`)) }

// UnknownLabel reads an unknown; ok is false if b is something else.
func UnknownLabel(b []byte) (label string, ok bool) {
	if !bytes.HasPrefix(b, []byte(`{"`+UnknownName+`":`)) {
		return "", false
	}
	u, ok := Tree(b).(Unknown)
	return u.Label, ok
}

// Reserved reports a name that scripts may not use in a table, because the
// runner gives it a meaning of its own.
func Reserved(name string) bool { return strings.HasPrefix(name, "$") }

// Predict tells what a planned call will answer, from its arguments, as far
// as that can be known; label names what is not known. Both are JSON with the
// names that Lua sees, and the arguments may hold unknowns themselves.
type Predict func(o *Operation, args []byte, label func(field string) string) []byte

// Planned is what a planned call answers in a dry run.
func (o *Operation) Planned(args []byte) []byte {
	if o.Out().Form == Nothing {
		return []byte("null")
	}
	thing := o.Thing(args)
	if o.Predict == nil {
		return AppendUnknown(nil, "answer of "+o.Verb()+" for "+thing)
	}
	return o.Predict(o, args, func(field string) string { return field + " of " + thing })
}

// Thing says what the call is about, as a person would: "user
// ada@example.com". Unknown arguments show their label.
func (o *Operation) Thing(args []byte) string {
	if thing, ok := o.Named(args); ok {
		return thing
	}
	if o.Object == "" {
		return "the call"
	}
	return o.Object
}

// Named is the Thing of a call whose arguments name one; ok is false for one
// that is about no thing in particular, as most lists are.
func (o *Operation) Named(args []byte) (thing string, ok bool) {
	key, ok := o.In().Key()
	if !ok || o.Object == "" {
		return "", false
	}
	raw, ok := member(args, key.Name)
	if !ok {
		return "", false
	}
	if label, ok := UnknownLabel(raw); ok {
		return o.Object + " <" + label + ">", true
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	return o.Object + " " + text, true
}

// member finds one member of a JSON object. It is asked of every call that
// changes something, so it makes no map of the others.
func member(object []byte, name string) (value []byte, ok bool) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(object))
	if tok, err := dec.ReadToken(); err != nil || tok.Kind() != '{' {
		return nil, false
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			return nil, false
		}
		found := tok.String() == name
		value, err := dec.ReadValue()
		if found || err != nil {
			return value, err == nil
		}
	}
	return nil, false
}

// Hides reports whether a value of the shape can hold a secret.
func (t *Type) Hides() bool { return len(t.hiding) > 0 }

// Secrets calls found for every string that stands in a secret field of b,
// which has the shape t, in the order of the shape.
func Secrets(t *Type, b []byte, found func(string)) {
	for _, name := range t.hiding {
		if bytes.Contains(b, []byte(`"`+name+`":`)) {
			eachSecret(t, b, false, found)
			return
		}
	}
}

func eachSecret(t *Type, b []byte, secret bool, found func(string)) {
	switch t.Form {
	case List:
		var items []json.RawMessage
		if json.Unmarshal(b, &items) == nil {
			for _, item := range items {
				eachSecret(t.Elem, item, secret, found)
			}
		}
	case Map:
		var members map[string]json.RawMessage
		if json.Unmarshal(b, &members) == nil {
			for _, name := range slices.Sorted(maps.Keys(members)) {
				eachSecret(t.Elem, members[name], secret, found)
			}
		}
	case Object:
		var members map[string]json.RawMessage
		if json.Unmarshal(b, &members) == nil {
			for i := range t.Fields {
				f := &t.Fields[i]
				if m, ok := members[f.Name]; ok {
					eachSecret(f.Type, m, secret || f.Secret, found)
				}
			}
		}
	case String, Any:
		var text string
		if secret && json.Unmarshal(b, &text) == nil && text != "" {
			found(text)
		}
	}
}
