package emulator

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// This file checks what comes in. A contract is declared beside the endpoint that takes it, in the vendor's words:
//
//	contract(req(length(1, 255), "name"), opt(boolean, "canShareSchedule"), opt(text, "credentialId"))
//
// The same declarations serve bodies, forms and queries. As in ASP.NET, names of fields and values of enums are
// compared without regard to case, unknown fields are ignored, and null is the same as not given.

type kind int

const (
	kText kind = iota
	kBoolean
	kInteger
	kTime
	kUpload
	kList   // of items
	kMap    // of items
	kObject // with fields
	kAny
)

// A shape is what a value must be like.
type shape struct {
	kind     kind
	min, max int // length of a text; no limit if max is 0
	enum     []string
	items    *shape
	fields   fields
}

type field struct {
	name     string
	required bool
	*shape
}

type fields []field

var (
	text     = &shape{kind: kText}
	boolean  = &shape{kind: kBoolean}
	integer  = &shape{kind: kInteger}
	dateTime = &shape{kind: kTime}
	upload   = &shape{kind: kUpload}
	anything = &shape{kind: kAny}
)

func length(least, most int) *shape { return &shape{kind: kText, min: least, max: most} }

// filled is a text that may not be empty. Most required texts may: the views show empty ones, and what was read must be
// good to be sent back.
func filled() *shape { return length(1, math.MaxInt) }

func listOf(items *shape) *shape { return &shape{kind: kList, items: items} }
func mapOf(items *shape) *shape  { return &shape{kind: kMap, items: items} }

func oneOf[T ~string](values ...T) *shape {
	s := &shape{kind: kText}
	for _, v := range values {
		s.enum = append(s.enum, string(v))
	}
	return s
}

func req(s *shape, names ...string) fields { return declare(s, true, names) }
func opt(s *shape, names ...string) fields { return declare(s, false, names) }

func declare(s *shape, required bool, names []string) fields {
	out := make(fields, len(names))
	for i, name := range names {
		out[i] = field{name, required, s}
	}
	return out
}

func contract(groups ...fields) *shape {
	s := &shape{kind: kObject}
	for _, g := range groups {
		s.fields = append(s.fields, g...)
	}
	return s
}

// check returns the value in canonical form, and notes in bad what is wrong with it. The value itself is never quoted,
// it may be a secret.
func (s *shape) check(v any, at string, bad modelState) any {
	switch v := v.(type) {
	case string:
		switch s.kind {
		case kText:
			return s.checkText(v, at, bad)
		case kTime:
			if t, ok := parseTime(v); ok {
				return t
			}
		}
	case bool:
		if s.kind == kBoolean {
			return v
		}
	case float64:
		if s.kind == kInteger && v == math.Trunc(v) && math.Abs(v) <= math.MaxInt32 {
			return int(v)
		}
	case uploaded:
		if s.kind == kUpload {
			return v
		}
	case []any:
		if s.kind == kList {
			for i := range v {
				v[i] = s.items.check(v[i], fmt.Sprintf("%s[%d]", at, i), bad)
			}
			return v
		}
	case map[string]any:
		switch s.kind {
		case kMap:
			for k := range v {
				v[k] = s.items.check(v[k], at+"."+k, bad)
			}
			return v
		case kObject:
			return s.checkObject(v, at, bad)
		}
	}
	if s.kind != kAny {
		bad.add(at, "The value is not valid for %s.", at)
	}
	return v
}

func (s *shape) checkText(v, at string, bad modelState) string {
	for _, e := range s.enum {
		if strings.EqualFold(e, v) {
			return e
		}
	}
	switch n := len([]rune(v)); {
	case s.enum != nil:
		bad.add(at, "The value is not valid for %s. Accepted values are %s.", at, strings.Join(s.enum, ", "))
	case s.max > 0 && n < s.min && s.max == math.MaxInt:
		bad.add(at, "The %s field is required.", at)
	case s.max > 0 && (n < s.min || n > s.max):
		bad.add(at, "The field %s must be a string with a minimum length of %d and a maximum length of %d.",
			at, s.min, s.max)
	}
	return v
}

func (s *shape) checkObject(v map[string]any, at string, bad modelState) input {
	if at != "" {
		at += "."
	}
	out := input{}
	for _, f := range s.fields {
		switch given := lookUp(v, f.name); {
		case given != nil:
			out[f.name] = f.check(given, at+f.name, bad)
		case f.required:
			bad.add(at+f.name, "The %s field is required.", f.name)
		}
	}
	return out
}

func lookUp(v map[string]any, name string) any {
	if given, ok := v[name]; ok {
		return given
	}
	for k, given := range v {
		if strings.EqualFold(k, name) {
			return given
		}
	}
	return nil
}

// parseTime reads what .NET reads among the sensible forms. A time without a zone is taken as UTC.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, time.DateOnly,
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
