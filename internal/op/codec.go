package op

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// This file carries values between Go structs and JSON with the names that
// Lua sees. The wire has names of its own, in the json tags.

// Encode writes a value with the names that Lua sees: known fields in the
// order of their declaration, then those we do not know, in snake_case and
// sorted. Fields that are null or were not given are left out; a list that is
// nil is empty.
func Encode(v any) ([]byte, error) {
	rv := reflect.ValueOf(v)
	return appendValue(nil, shapeOf(rv.Type()), rv)
}

func appendValue(b []byte, t *Type, v reflect.Value) ([]byte, error) {
	v, ok := given(t, v)
	if !ok {
		return append(b, "null"...), nil
	}
	switch t.Form {
	case Nothing:
		return append(b, "null"...), nil
	case String, Time, Date:
		return jsontext.AppendQuote(b, cleanUTF8(v.String()))
	case Bytes:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v.Bytes())
		return append(b, '"'), nil
	case Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case Int:
		if n := v.Int(); n > maxExact || n < -maxExact {
			return append(strconv.AppendInt(append(b, '"'), n, 10), '"'), nil
		}
		return strconv.AppendInt(b, v.Int(), 10), nil
	case Number:
		f := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return b, fmt.Errorf("op: %v is not a JSON number", f)
		}
		return strconv.AppendFloat(b, f, 'g', -1, 64), nil
	case Any:
		if raw, ok := v.Interface().(Raw); ok {
			if raw == nil {
				return append(b, "null"...), nil
			}
			return append(b, raw...), nil
		}
		raw, err := json.Marshal(v.Interface(), json.Deterministic(true))
		return append(b, raw...), err
	case List:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendValue(b, t.Elem, v.Index(i)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	case Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		b = append(b, '{')
		for i, k := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			b, _ = jsontext.AppendQuote(b, cleanUTF8(k.String()))
			b = append(b, ':')
			var err error
			if b, err = appendValue(b, t.Elem, v.MapIndex(k)); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
	return appendObject(b, t, v)
}

func appendObject(b []byte, t *Type, v reflect.Value) ([]byte, error) {
	b = append(b, '{')
	start := len(b)
	var err error
	for i := range t.Fields {
		f := &t.Fields[i]
		fv := v.FieldByIndex(f.index)
		if _, ok := given(f.Type, fv); !ok {
			continue
		}
		if f.Type.goType == rawType {
			if raw := Raw(fv.Bytes()); raw == nil || raw.Kind() == 'n' {
				continue
			}
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, f.Name)
		b = append(b, ':')
		if b, err = appendValue(b, f.Type, fv); err != nil {
			return b, err
		}
	}
	if !t.Open {
		return append(b, '}'), nil
	}
	extra := v.FieldByIndex(t.extra).Interface().(Extra)
	names := make([]string, 0, len(extra))
	for name := range extra {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lua := Snake(name)
		raw := extra[name]
		if _, known := t.byName[lua]; known || raw.Kind() == 'n' {
			continue // the field we know wins; null is absent
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, lua)
		b = append(b, ':')
		if b, err = appendSnake(b, raw); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// given follows pointers and options; ok is false where there is no value.
func given(t *Type, v reflect.Value) (inner reflect.Value, ok bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return v, false
		}
		return v.Elem(), true
	}
	if t.optional {
		if !v.Field(1).Bool() || v.Field(2).Bool() {
			return v, false
		}
		return v.Field(0), true
	}
	return v, true
}

// maxExact is the largest integer that a double holds exactly. Larger ones
// are strings in Lua.
const maxExact = 1 << 53

// appendSnake copies JSON and turns the names of objects into snake_case.
func appendSnake(b []byte, raw []byte) ([]byte, error) {
	if len(raw) > 0 && raw[0] != '{' && raw[0] != '[' {
		return append(b, raw...), nil
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true))
	first := true // no comma is due
	for {
		depth := dec.StackDepth()
		kind, n := dec.StackIndex(depth)
		isName := depth > 0 && kind == '{' && n%2 == 0
		tok, err := dec.ReadToken()
		if err != nil {
			return b, err
		}
		closing := tok.Kind() == '}' || tok.Kind() == ']'
		isValueOfName := depth > 0 && kind == '{' && n%2 == 1
		if !first && !closing && !isValueOfName {
			b = append(b, ',')
		}
		switch {
		case isName && !closing:
			b, _ = jsontext.AppendQuote(b, Snake(tok.String()))
			b = append(b, ':')
		case tok.Kind() == '"':
			b, _ = jsontext.AppendQuote(b, tok.String())
		default:
			b = append(b, tok.String()...)
		}
		first = tok.Kind() == '{' || tok.Kind() == '['
		if dec.StackDepth() == 0 {
			return b, nil
		}
	}
}

// Snake turns a name of the wire into one of Lua: "isAPIEnabled" becomes
// "is_api_enabled".
func Snake(name string) string {
	var out strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case unicode.IsUpper(r):
			startsWord := i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
			if startsWord && runes[i-1] != '_' {
				out.WriteByte('_')
			}
			out.WriteRune(unicode.ToLower(r))
		case r == '-' || r == ' ' || r == '.':
			out.WriteByte('_')
		default:
			out.WriteRune(r)
		}
	}
	return strings.Trim(strings.ReplaceAll(out.String(), "__", "_"), "_")
}

func cleanUTF8(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// decode reads a JSON object with the names that Lua sees into a struct. The
// bindings have checked it; what does not fit all the same is the caller's
// mistake and raises invalid.
func decode[T any](b []byte) (T, error) {
	var v T
	if len(b) == 0 {
		b = []byte("{}")
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(b)) // read in place
	err := decodeValue(dec, shapeOf(reflect.TypeFor[T]()), reflect.ValueOf(&v).Elem(), "")
	return v, err
}

func wrongType(path string, t *Type, got jsontext.Kind) *Error {
	return &Error{Kind: Invalid, Cause: fmt.Sprintf("%s: want %s, got %s", strings.TrimPrefix(path, "."), t, got)}
}

func decodeValue(dec *jsontext.Decoder, t *Type, v reflect.Value, path string) error {
	kind := dec.PeekKind()
	if t.optional {
		given, null, inner := v.Addr().Interface().(optional).state()
		*given = true
		if kind == 'n' {
			*null = true
			return dec.SkipValue()
		}
		v = reflect.ValueOf(inner).Elem()
	} else if v.Kind() == reflect.Pointer {
		if kind == 'n' {
			return dec.SkipValue()
		}
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch t.Form {
	case Nothing:
		return dec.SkipValue()
	case Any:
		raw, err := dec.ReadValue()
		if err != nil {
			return wrongType(path, t, kind).Wrap(err)
		}
		if v.Type() == rawType {
			v.SetBytes(raw.Clone())
			return nil
		}
		return json.Unmarshal(raw, v.Addr().Interface())
	case List:
		if kind != '[' {
			return wrongType(path, t, kind)
		}
		return decodeList(dec, t, v, path)
	case Map, Object:
		if kind != '{' {
			return wrongType(path, t, kind)
		}
		return decodeMembers(dec, t, v, path)
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return wrongType(path, t, kind).Wrap(err)
	}
	switch {
	case (t.Form == String || t.Form == Time || t.Form == Date) && kind == '"':
		v.SetString(tok.String())
	case t.Form == Bytes && kind == '"':
		raw, err := base64.StdEncoding.DecodeString(tok.String())
		if err != nil {
			return wrongType(path, t, kind).Wrap(err)
		}
		v.SetBytes(raw)
	case t.Form == Bool && (kind == 't' || kind == 'f'):
		v.SetBool(kind == 't')
	case t.Form == Int && (kind == '0' || kind == '"'):
		n, err := strconv.ParseInt(tok.String(), 10, 64)
		if err != nil {
			return wrongType(path, t, kind).Wrap(err)
		}
		v.SetInt(n)
	case t.Form == Number && kind == '0':
		f, err := strconv.ParseFloat(tok.String(), 64)
		if err != nil {
			return wrongType(path, t, kind).Wrap(err)
		}
		v.SetFloat(f)
	default:
		return wrongType(path, t, kind)
	}
	return nil
}

func decodeList(dec *jsontext.Decoder, t *Type, v reflect.Value, path string) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 4))
	for i := 0; dec.PeekKind() != ']'; i++ {
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := decodeValue(dec, t.Elem, elem, fmt.Sprintf("%s[%d]", path, i+1)); err != nil {
			return err
		}
		v.Set(reflect.Append(v, elem))
	}
	_, err := dec.ReadToken()
	return err
}

func decodeMembers(dec *jsontext.Decoder, t *Type, v reflect.Value, path string) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if t.Form == Map {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return &Error{Kind: Invalid, Cause: "not JSON: " + err.Error()}
		}
		name := tok.String()
		if t.Form == Map {
			elem := reflect.New(v.Type().Elem()).Elem()
			if err := decodeValue(dec, t.Elem, elem, path+"."+name); err != nil {
				return err
			}
			v.SetMapIndex(reflect.ValueOf(name), elem)
			continue
		}
		f, ok := t.Field(name)
		if !ok {
			return &Error{Kind: Invalid, Cause: fmt.Sprintf("no argument is called %q", strings.TrimPrefix(path+"."+name, "."))}
		}
		if err := decodeValue(dec, f.Type, v.FieldByIndex(f.index), path+"."+name); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}
