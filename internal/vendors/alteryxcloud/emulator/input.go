package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"runner/internal/vendors/stage"
)

// An input is an object from a body, and what was found wrong with it so far. Null is the same as not given.
type input struct {
	values object
	at     string // where it lies in the body, with a dot at the end
	wrong  *[]string
}

// parse reads the request's JSON, whatever it is; nil if there is none.
func (c *call) parse() (any, error) {
	if len(bytes.TrimSpace(c.raw)) == 0 {
		return nil, nil
	}
	var v any
	switch err := stage.Decode(c.raw, &v); {
	case errors.Is(err, stage.ErrMore):
		return nil, badInput("the body is more than one JSON value")
	case err != nil:
		return nil, badInput("the body is not JSON")
	}
	return v, nil
}

// body reads the request's JSON object. No body is an empty object.
func (c *call) body() (*input, error) {
	v, err := c.parse()
	if err != nil {
		return nil, err
	}
	in := &input{values: object{}, wrong: &[]string{}}
	if v == nil {
		return in, nil
	}
	o, ok := v.(object)
	if !ok {
		return nil, badInput("the body must be an object")
	}
	in.values = o
	return in, nil
}

func (in *input) has(name string) bool { return in.values[name] != nil }

func (in *input) complain(name, format string, args ...any) {
	*in.wrong = append(*in.wrong, in.at+name+" "+fmt.Sprintf(format, args...))
}

func (in *input) err() error {
	if len(*in.wrong) == 0 {
		return nil
	}
	return badInput(*in.wrong...)
}

// need complains about what is missing or blank.
func (in *input) need(names ...string) {
	for _, name := range names {
		if s, isText := in.values[name].(string); !in.has(name) || isText && strings.TrimSpace(s) == "" {
			in.complain(name, "is required")
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

func (in *input) text(name string) string { return typed[string](in, name, "a string") }

func (in *input) flag(name string) bool { return typed[bool](in, name, "a boolean") }

func (in *input) list(name string) []any { return typed[[]any](in, name, "an array") }

func (in *input) object(name string) object { return typed[object](in, name, "an object") }

// word is a text out of a few.
func (in *input) word(name string, of ...string) string {
	s := in.text(name)
	if in.has(name) && s != "" && !slices.Contains(of, s) {
		in.complain(name, "must be one of %s", strings.Join(of, ", "))
	}
	return s
}

// number is an integer that may not be given as a text.
func (in *input) number(name string) int64 {
	n, ok := stage.Integer(in.values[name])
	if !ok && in.has(name) {
		in.complain(name, "must be an integer")
	}
	return n
}

// id is an integer or a text of one.
func (in *input) id(name string) int64 {
	n, ok := idFrom(in.values[name])
	if !ok && in.has(name) {
		in.complain(name, "must be an id")
	}
	return n
}

// ids are integers or texts of them.
func (in *input) ids(name string) []int64 {
	list := in.list(name)
	out, ok := idsFrom(list)
	if !ok {
		in.complain(name, "must be an array of ids")
	}
	return out
}

// textIDs are integers that have to be given as texts.
func (in *input) textIDs(name string) []int64 {
	out := []int64{}
	for _, v := range in.list(name) {
		s, isText := v.(string)
		n, err := strconv.ParseInt(s, 10, 64)
		if !isText || err != nil {
			in.complain(name, "must be an array of strings that are ids")
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
			in.complain(name, "must be an array of strings")
			break
		}
		out = append(out, s)
	}
	return out
}

// within is the object under a name, to be read like a body; empty if there is none.
func (in *input) within(name string) *input {
	return &input{in.object(name), in.at + name + ".", in.wrong}
}

// objects are the members of a list, each to be read like a body.
func (in *input) objects(name string) []*input {
	var out []*input
	for i, v := range in.list(name) {
		o, ok := v.(object)
		if !ok {
			in.complain(name, "must be an array of objects")
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

func idFrom(v any) (int64, bool) {
	if s, ok := v.(string); ok {
		v = json.Number(s)
	}
	return stage.Integer(v)
}

func idsFrom(list []any) ([]int64, bool) {
	out := []int64{}
	for _, v := range list {
		n, ok := idFrom(v)
		if !ok {
			return out, false
		}
		out = append(out, n)
	}
	return out, true
}

// query takes semicolons for a part of what is given, as the vendor's lists of fields need it.
func (c *call) query() url.Values {
	q, _ := url.ParseQuery(strings.ReplaceAll(c.r.URL.RawQuery, ";", "%3B")) // what is wrong is left out
	return q
}

// param is a query parameter.
func (c *call) param(name string) string { return c.query().Get(name) }

// flag is a query parameter that is a boolean; anything but true is false (inf).
func (c *call) flag(name string) bool { return c.param(name) == "true" }

// paramIDs are the values of a repeated query parameter.
func (c *call) paramIDs(name string) ([]int64, error) {
	out := []int64{}
	for _, s := range c.query()[name] {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, badInput(name + " must be ids")
		}
		out = append(out, n)
	}
	return out, nil
}

// paramWord is a query parameter out of a few, or "".
func (c *call) paramWord(name string, of ...string) (string, error) {
	s := c.param(name)
	if s != "" && !slices.Contains(of, s) {
		return "", badInput(name + " must be one of " + strings.Join(of, ", "))
	}
	return s, nil
}

// pathID is a number in the path. What is none belongs to nothing.
func (c *call) pathID(name string) int64 {
	n, err := strconv.ParseInt(c.r.PathValue(name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
