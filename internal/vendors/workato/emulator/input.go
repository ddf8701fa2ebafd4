package emulator

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"runner/internal/vendors/stage"
)

// An input is an object from a body, and what was found wrong with it so far. Null is the same as not given.
type input struct {
	values object
	at     string // where it lies in the body, with a dot at the end
	wrong  complaints
}

// body reads the request's JSON. No body is an empty object.
func (c *call) body() (*input, error) {
	in := &input{values: object{}, wrong: complaints{}}
	if len(c.raw) == 0 {
		return in, nil
	}
	kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if kind != "application/json" || stage.Decode(c.raw, &in.values) != nil || in.values == nil {
		return nil, refuse(http.StatusBadRequest, "Bad request")
	}
	return in, nil
}

// within is the object under a name if there is one, and the input itself otherwise.
func (in *input) within(name string) *input {
	if inner, ok := in.values[name].(object); ok {
		return &input{inner, in.at + name + ".", in.wrong}
	}
	return in
}

func (in *input) has(name string) bool { return in.values[name] != nil }

func (in *input) complain(name, format string, args ...any) {
	in.wrong.add(in.at+name, format, args...)
}

func (in *input) err() error { return in.wrong.err() }

// need complains about what is missing or blank.
func (in *input) need(names ...string) {
	for _, name := range names {
		if s, isText := in.values[name].(string); !in.has(name) || isText && strings.TrimSpace(s) == "" {
			in.complain(name, "can't be blank")
		}
	}
}

func typed[T any](in *input, name, kind string) T {
	v, ok := in.values[name].(T)
	if !ok && in.has(name) {
		in.complain(name, "must be %s", kind)
	}
	return v
}

func (in *input) text(name string) string { return typed[string](in, name, "a String") }

func (in *input) flag(name string) bool { return typed[bool](in, name, "a Boolean") }

// short is a text that may not be longer than so many characters.
func (in *input) short(name string, most int) string {
	s := in.text(name)
	if len([]rune(s)) > most {
		in.complain(name, "is too long (maximum is %d characters)", most)
	}
	return s
}

// number is an integer that may not be given as a text.
func (in *input) number(name string) int64 {
	n, ok := stage.Integer(in.values[name])
	if !ok && in.has(name) {
		in.complain(name, "must be an Integer")
	}
	return n
}

// id is an integer or a text of one: most endpoints do not mind.
func (in *input) id(name string) int64 {
	if s, ok := in.values[name].(string); ok {
		return in.parsed(name, s)
	}
	return in.number(name)
}

// textID is an integer that must be given as a text.
func (in *input) textID(name string) int64 {
	if !in.has(name) {
		return 0
	}
	s, ok := in.values[name].(string)
	if !ok {
		in.complain(name, "must be a String")
		return 0
	}
	return in.parsed(name, s)
}

func (in *input) parsed(name, s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		in.complain(name, "is invalid")
	}
	return n
}

func (in *input) list(name string) []any { return typed[[]any](in, name, "an Array") }

func (in *input) numbers(name string) []int64 {
	out := []int64{}
	for _, v := range in.list(name) {
		n, ok := stage.Integer(v)
		if !ok {
			in.complain(name, "must be an Array of Integers")
			break
		}
		out = append(out, n)
	}
	return out
}

// ids are integers or texts of them.
func (in *input) ids(name string) []int64 {
	out := []int64{}
	for _, v := range in.list(name) {
		if s, ok := v.(string); ok {
			v = json.Number(s)
		}
		n, ok := stage.Integer(v)
		if !ok {
			in.complain(name, "must be an Array of Integers")
			break
		}
		out = append(out, n)
	}
	return out
}

func (in *input) texts(name string) []string {
	out := []string{}
	for _, v := range in.list(name) {
		s, ok := v.(string)
		if !ok {
			in.complain(name, "must be an Array of Strings")
			break
		}
		out = append(out, s)
	}
	return out
}

// objects are the members of a list, each to be read like a body.
func (in *input) objects(name string) []*input {
	var out []*input
	for i, v := range in.list(name) {
		o, ok := v.(object)
		if !ok {
			in.complain(name, "must be an Array of Objects")
			break
		}
		out = append(out, &input{o, in.at + name + "." + strconv.Itoa(i) + ".", in.wrong})
	}
	return out
}

// keep sets a field to what was given, if it was.
func keep[T any](in *input, name string, to *T, given T) {
	if in.has(name) {
		*to = given
	}
}

// param is a query parameter.
func (c *call) param(name string) string { return c.r.URL.Query().Get(name) }

func (c *call) given(name string) bool { return c.param(name) != "" }

// paramID is a number in the query; one that is none is refused (inf).
func (c *call) paramID(name string) (int64, error) {
	if !c.given(name) {
		return 0, nil
	}
	n, err := strconv.ParseInt(c.param(name), 10, 64)
	if err != nil {
		return 0, badField(name, "is invalid")
	}
	return n, nil
}

// paramTime is a time in the query; one that is none is refused (inf).
func (c *call) paramTime(name string) (time.Time, error) {
	if !c.given(name) {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, c.param(name))
	if err != nil {
		return t, badField(name, "is invalid")
	}
	return t, nil
}

// pathID is a number in the path. What is none belongs to nothing.
func (c *call) pathID(name string) int64 {
	n, err := strconv.ParseInt(c.r.PathValue(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
