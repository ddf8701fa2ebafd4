package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fields are the members of a body that is an object. Getting one that has the wrong type, or that is missing and must
// not, leaves a complaint.
type fields struct {
	in  map[string]any
	bad []string
}

// fields reads the body. An empty one is an object without members.
func (c *call) fields() (*fields, error) {
	f := &fields{in: map[string]any{}}
	if len(c.body) == 0 {
		return f, nil
	}
	if err := json.Unmarshal(c.body, &f.in); err != nil || f.in == nil {
		return nil, badRequest("The request content was malformed: a JSON object was expected")
	}
	return f, nil
}

func (f *fields) has(name string) bool { return f.in[name] != nil }

func (f *fields) complain(format string, args ...any) {
	f.bad = append(f.bad, fmt.Sprintf(format, args...))
}

// text returns an optional text.
func (f *fields) text(name string) string { return member[string](f, name, "text") }

// need returns a text that must not be empty.
func (f *fields) need(name string) string {
	s := f.text(name)
	if _, ok := f.in[name].(string); strings.TrimSpace(s) == "" && (ok || !f.has(name)) {
		f.complain("%s is required", name)
	}
	return s
}

func (f *fields) flag(name string) bool { return member[bool](f, name, "boolean") }

func (f *fields) object(name string) map[string]any {
	return member[map[string]any](f, name, "object")
}

// number returns a whole number.
func (f *fields) number(name string) int {
	n := member[float64](f, name, "number")
	if n != float64(int32(n)) {
		f.complain("%s must be a whole number", name)
		return 0
	}
	return int(n)
}

// texts returns an optional list of texts, never nil.
func (f *fields) texts(name string) []string {
	out := []string{}
	for _, v := range member[[]any](f, name, "list") {
		s, ok := v.(string)
		if !ok {
			f.complain("%s must be a list of texts", name)
		}
		out = append(out, s)
	}
	return out
}

func member[T any](f *fields, name, kind string) T {
	v, ok := f.in[name].(T)
	if !ok && f.has(name) {
		f.complain("%s must be a %s", name, kind)
	}
	return v
}

func (f *fields) err() error {
	if len(f.bad) == 0 {
		return nil
	}
	slices.Sort(f.bad)
	return badRequest("%s", strings.Join(f.bad, ", "))
}

// flag reads a boolean of the query.
func (c *call) flag(name string) (bool, error) {
	s := c.query(name)
	if s == "" {
		return false, nil
	}
	v, err := strconv.ParseBool(s)
	if err != nil {
		return false, badRequest("The query parameter '%s' was malformed", name)
	}
	return v, nil
}

// number reads a natural number of the query.
func (c *call) number(name string, otherwise int) (int, error) {
	s := c.query(name)
	if s == "" {
		return otherwise, nil
	}
	v, err := strconv.ParseInt(s, 10, 32)
	if err != nil || v < 0 {
		return 0, badRequest("The query parameter '%s' was malformed", name)
	}
	return int(v), nil
}

// defaultLimit is how much of a list is answered if nobody says (inf).
const defaultLimit = 20

// cut returns the part of a list that the query asks for, and the numbers that are answered beside it. (inf) The vendor
// shows an offset in answers, but no document takes one.
func cut[T any](c *call, all []T) ([]T, map[string]any, error) {
	limit, err := c.number("limit", defaultLimit)
	if err != nil {
		return nil, nil, err
	}
	offset, err := c.number("offset", 0)
	if err != nil {
		return nil, nil, err
	}
	if c.opts.IgnoreOffset {
		offset = 0
	}
	from := min(offset, len(all))
	to := min(from+limit, len(all))
	return all[from:to], map[string]any{"limit": limit, "offset": offset, "total": len(all)}, nil
}

// listed answers a part of a list in the engine's way: data beside limit, offset and total.
func listed[T any](c *call, all []T) (any, error) {
	part, out, err := cut(c, all)
	if err != nil {
		return nil, err
	}
	out["data"] = append([]T{}, part...)
	return out, nil
}

// refused answers with the status that stands for all that is not known.
func (c *call) refused(format string, args ...any) error {
	return refuse(c.opts.Refusal, format, args...)
}

// oneOf checks a list of known words.
func (f *fields) oneOf(name string, known []string) {
	for _, s := range f.texts(name) {
		if !slices.Contains(known, s) {
			f.complain("%s: %q is not known", name, s)
		}
	}
}
