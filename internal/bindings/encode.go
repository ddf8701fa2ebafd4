package bindings

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file checks Lua values against a shape and writes them as JSON, in one
// pass. A message names the place within the value.

// A misfit is a value that does not have the shape that is asked for.
type misfit struct{ cause, hint string }

func (m *misfit) Error() string { return m.cause }

func misfits(path, hint, cause string, args ...any) error {
	return &misfit{place(path) + fmt.Sprintf(cause, args...), hint}
}

func place(path string) string {
	if path == "" {
		return ""
	}
	return fmt.Sprintf("argument %q: ", strings.TrimPrefix(path, "."))
}

// encode appends the JSON of v, which must fit t.
func (w *World) encode(b []byte, v lua.LValue, t *op.Type, path string) ([]byte, error) {
	if ud, ok := v.(*lua.LUserData); ok {
		switch x := ud.Value.(type) {
		case *unknown:
			return op.AppendTree(b, op.Unknown{Label: x.label, New: x.isNew}), nil
		case *hidden:
			if t.Form != op.String && t.Form != op.Any {
				return b, misfits(path, "", "want %s, got a secret", t)
			}
			return jsontext.AppendQuote(b, x.value)
		}
	}
	switch t.Form {
	case op.Any:
		return freely{canonical, false, w.listMeta}.encode(b, v, path, 0)
	case op.Nothing:
		return append(b, "null"...), nil
	case op.List:
		return w.encodeList(b, v, t, path)
	case op.Map:
		return w.encodeMap(b, v, t, path)
	case op.Object:
		return w.encodeObject(b, v, t, path)
	case op.Bool:
		x, ok := v.(lua.LBool)
		if !ok {
			return b, misfits(path, "write true or false, without quotes", "want true or false, got %s", shown(v))
		}
		return strconv.AppendBool(b, bool(x)), nil
	case op.Int, op.Number:
		return encodeNumber(b, v, t, path)
	}
	s, ok := v.(lua.LString)
	if !ok {
		hint := ""
		if n, isNumber := v.(lua.LNumber); isNumber {
			hint = fmt.Sprintf("put quotes around it: %q", n.String())
		}
		return b, misfits(path, hint, "want %s, got %s", t, shown(v))
	}
	switch t.Form {
	case op.Bytes:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, []byte(s))
		return append(b, '"'), nil
	case op.Time:
		if _, err := time.Parse(time.RFC3339, string(s)); err != nil {
			return b, misfits(path, `write it like "2026-01-31T09:00:00Z"`, "%q is not a time", s)
		}
	case op.Date:
		if _, err := time.Parse(time.DateOnly, string(s)); err != nil {
			return b, misfits(path, `write it like "2026-01-31"`, "%q is not a date", s)
		}
	}
	if out, err := jsontext.AppendQuote(b, string(s)); err == nil {
		return out, nil
	}
	return b, misfits(path, "", "it is not UTF-8 text")
}

func encodeNumber(b []byte, v lua.LValue, t *op.Type, path string) ([]byte, error) {
	if s, ok := v.(lua.LString); ok && t.Form == op.Int { // one that a double cannot hold
		if n, err := strconv.ParseInt(string(s), 10, 64); err == nil && !exact(n) {
			return strconv.AppendInt(b, n, 10), nil
		}
	}
	n, ok := v.(lua.LNumber)
	switch {
	case !ok:
		hint := ""
		if _, isText := v.(lua.LString); isText {
			hint = "take the quotes away; tonumber() makes a number of a text"
		}
		return b, misfits(path, hint, "want %s, got %s", t, shown(v))
	case math.IsNaN(float64(n)) || math.IsInf(float64(n), 0):
		return b, misfits(path, "", "want %s, got %v", t, n)
	case t.Form == op.Int && float64(n) != math.Trunc(float64(n)):
		return b, misfits(path, "", "want a whole number, got %v", n)
	case t.Form == op.Int && math.Abs(float64(n)) >= maxExact:
		return b, misfits(path, "put quotes around it", "a number as large as %.0f loses its last digits", float64(n))
	}
	return appendNumber(b, float64(n)), nil
}

// exact reports whether a double holds n, and not its neighbour too.
func exact(n int64) bool { return n < maxExact && n > -maxExact }

func appendNumber(b []byte, n float64) []byte {
	if n == math.Trunc(n) && math.Abs(n) < maxExact {
		return strconv.AppendInt(b, int64(n), 10)
	}
	return strconv.AppendFloat(b, n, 'g', -1, 64)
}

// shown names a value in a message; texts and numbers as they are.
func shown(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		if len(v) > 40 {
			v = v[:37] + "…"
		}
		return fmt.Sprintf("the text %q", string(v))
	case lua.LNumber, lua.LBool:
		return v.String()
	}
	return typeName(v)
}
