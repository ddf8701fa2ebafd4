package emulator

import (
	"encoding/json"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"runner/internal/vendors/stage"
)

// This file checks what comes in. A contract is declared beside the endpoint that takes it, in the vendor's words:
//
//	contract{req("schemaNames", names), req("loadSource", oneOf("FULL", "INCREMENTAL", "STAGING"))}
//
// Names and values are case-sensitive, unknown fields are ignored, and null is the same as not given (inf).

type kind int

const (
	kText kind = iota
	kBoolean
	kInteger
	kNames // a list of texts
	kList  // a list of anything
	kObject
)

// A shape is what a value must be like.
type shape struct {
	kind     kind
	min, max int64 // of integers
	enum     []string
}

type field struct {
	name     string
	required bool
	shape
}

type contract []field

var (
	text    = shape{kind: kText}
	boolean = shape{kind: kBoolean}
	integer = within(math.MinInt64, math.MaxInt64)
	names   = shape{kind: kNames}
	list    = shape{kind: kList}
	object  = shape{kind: kObject}
)

func within(least, most int64) shape { return shape{kind: kInteger, min: least, max: most} }
func oneOf(values ...string) shape   { return shape{kind: kText, enum: values} }
func req(name string, s shape) field { return field{name, true, s} }
func opt(name string, s shape) field { return field{name, false, s} }
func all(s shape, n ...string) (out contract) {
	for _, name := range n {
		out = append(out, opt(name, s))
	}
	return out
}

// input is what has passed its contract: right types, nothing unknown.
type input map[string]any

func (in input) has(name string) bool { _, ok := in[name]; return ok }

func (in input) str(name string) string { s, _ := in[name].(string); return s }

func (in input) flag(name string) bool { b, _ := in[name].(bool); return b }

func (in input) strs(name string) []string { s, _ := in[name].([]string); return s }

func (in input) object(name string) map[string]any { o, _ := in[name].(map[string]any); return o }

// num returns an integer, or usual if it was not given.
func (in input) num(name string, usual int64) int64 {
	if n, ok := in[name].(int64); ok {
		return n
	}
	return usual
}

func (k contract) fromBody(contentType string, body []byte) (input, error) {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	if len(body) > 0 && mediaType != "application/json" {
		return nil, refuse(http.StatusUnsupportedMediaType, codeInput, "The content type must be application/json.") // (inf)
	}
	var given map[string]any
	if len(body) > 0 {
		if stage.Decode(body, &given) != nil {
			return nil, badInput("The body is not a JSON object.")
		}
	}
	return k.check(given)
}

func (k contract) fromQuery(values url.Values) (input, error) {
	given := map[string]any{}
	for name := range values {
		v := values.Get(name)
		if v == "" {
			continue
		}
		given[name] = v
		for _, f := range k {
			switch {
			case f.name == name && f.kind == kInteger:
				given[name] = json.Number(v)
			case f.name == name && f.kind == kBoolean && (v == "true" || v == "false"):
				given[name] = v == "true"
			}
		}
	}
	return k.check(given)
}

func (k contract) check(given map[string]any) (input, error) {
	in := input{}
	for _, f := range k {
		v, ok := given[f.name]
		if !ok || v == nil {
			if f.required {
				return nil, badInput("%s is required.", f.name)
			}
			continue
		}
		if in[f.name], ok = f.value(v); !ok {
			return nil, badInput("%s is not valid: %s is expected.", f.name, f.wanted())
		}
	}
	return in, nil
}

// value returns the value in its Go type, if it is like the shape. It is never quoted in errors, it may be a secret.
func (s shape) value(v any) (any, bool) {
	switch v := v.(type) {
	case string:
		return v, s.kind == kText && (s.enum == nil || slices.Contains(s.enum, v))
	case bool:
		return v, s.kind == kBoolean
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, s.kind == kInteger && err == nil && n >= s.min && n <= s.max
	case map[string]any:
		return v, s.kind == kObject
	case []any:
		if s.kind == kNames {
			return allTexts(v)
		}
		return v, s.kind == kList
	}
	return nil, false
}

func allTexts(v []any) ([]string, bool) {
	out := make([]string, len(v))
	for i := range v {
		s, ok := v[i].(string)
		if !ok {
			return nil, false
		}
		out[i] = s
	}
	return out, true
}

func (s shape) wanted() string {
	switch {
	case s.enum != nil:
		return "one of " + strings.Join(s.enum, ", ")
	case s.kind == kInteger && s.min > math.MinInt64:
		return "a whole number from " + strconv.FormatInt(s.min, 10) + " to " + strconv.FormatInt(s.max, 10)
	}
	return map[kind]string{
		kText: "a text", kBoolean: "true or false", kInteger: "a whole number", kNames: "a list of texts", kList: "a list",
		kObject: "an object",
	}[s.kind]
}
