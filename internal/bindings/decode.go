package bindings

import (
	"bytes"
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// decode makes Lua values of JSON that the runner wrote. t may be nil. Members
// that are null are absent; in a list null holds its place.
func (w *World) decode(b []byte, t *op.Type) (lua.LValue, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(b), jsontext.AllowDuplicateNames(true))
	return w.value(dec, t)
}

func (w *World) value(dec *jsontext.Decoder, t *op.Type) (lua.LValue, error) {
	tok, err := dec.ReadToken()
	if err != nil {
		return lua.LNil, err
	}
	switch tok.Kind() {
	case 't':
		return lua.LTrue, nil
	case 'f':
		return lua.LFalse, nil
	case '"':
		s := tok.String()
		if t != nil && t.Form == op.Bytes {
			raw, err := base64.StdEncoding.DecodeString(s)
			return lua.LString(raw), err
		}
		return lua.LString(s), nil
	case '0':
		return number(tok.String()), nil
	case '[':
		return w.list(dec, t)
	case '{':
		return w.table(dec, t)
	}
	return lua.LNil, nil
}

// number keeps the digits of whole numbers that a double cannot hold.
func number(text string) lua.LValue {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) >= maxExact && !strings.ContainsAny(text, ".eE") {
		return lua.LString(text)
	}
	return lua.LNumber(f)
}

func (w *World) list(dec *jsontext.Decoder, t *op.Type) (lua.LValue, error) {
	var elem *op.Type
	if t != nil {
		elem = t.Elem
	}
	list := &lua.LTable{Metatable: w.listMeta}
	for i := 1; dec.PeekKind() != ']'; i++ {
		isNull := dec.PeekKind() == 'n'
		v, err := w.value(dec, elem)
		if err != nil {
			return lua.LNil, err
		}
		if isNull {
			v = w.null
		}
		list.RawSetInt(i, v)
	}
	_, err := dec.ReadToken()
	return list, err
}

// table collects the members first, so that the table is made in its size:
// gopher-lua would make room for 32, which is most of what a call allocates.
func (w *World) table(dec *jsontext.Decoder, t *op.Type) (lua.LValue, error) {
	type member struct {
		name  string
		value lua.LValue
	}
	members := make([]member, 0, 16)
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return lua.LNil, err
		}
		name := tok.String()
		var field *op.Type
		if t != nil {
			if f, ok := t.Field(name); ok {
				field = f.Type
			} else if t.Form == op.Map {
				field = t.Elem
			}
		}
		v, err := w.value(dec, field)
		if err != nil {
			return lua.LNil, err
		}
		if s, ok := v.(lua.LString); ok && name == op.UnknownName {
			isNew := dec.PeekKind() == '"'
			for dec.PeekKind() != '}' { // the rest says what kind of unknown it is
				if err := dec.SkipValue(); err != nil {
					return lua.LNil, err
				}
			}
			if _, err := dec.ReadToken(); err != nil {
				return lua.LNil, err
			}
			if isNew {
				return w.newID(string(s)), nil
			}
			return w.unknown(string(s)), nil
		}
		if v != lua.LNil {
			members = append(members, member{name, v})
		}
	}
	_, err := dec.ReadToken()
	table := w.state.CreateTable(0, len(members))
	for _, m := range members {
		table.RawSetString(m.name, m.value)
	}
	return table, err
}
