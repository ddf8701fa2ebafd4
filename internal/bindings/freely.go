package bindings

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file writes values that have no declared shape. A table with only a
// list part is a list, an empty one too if it came as a list.

// freely says how.
type freely struct {
	keys   func(*lua.LTable) []lua.LValue // in their order
	people bool                           // for people: secrets are not shown, odd bytes are replaced
	mark   *lua.LTable                    // the metatable of what came as a list
}

const maxNested = 64

func (f freely) encode(b []byte, v lua.LValue, path string, depth int) ([]byte, error) {
	if depth > maxNested {
		return b, misfits(path, "", "it is nested too deep, or holds itself")
	}
	switch x := v.(type) {
	case *lua.LNilType:
		return append(b, "null"...), nil
	case lua.LBool:
		return strconv.AppendBool(b, bool(x)), nil
	case lua.LNumber:
		return encodeNumber(b, v, &op.Type{Form: op.Number}, path)
	case lua.LString:
		return f.text(b, string(x), path)
	case *lua.LUserData:
		switch u := x.Value.(type) {
		case nullValue:
			return append(b, "null"...), nil
		case *unknown:
			return op.AppendTree(b, op.Unknown{Label: u.label, New: u.isNew}), nil
		case *hidden:
			if f.people {
				return append(b, `"[secret]"`...), nil
			}
			return f.text(b, u.value, path)
		}
	case *lua.LTable:
		n := x.Len()
		named := sortedKeys(x, n)
		switch {
		case len(named) == 0 && (n > 0 || x.Metatable == f.mark):
			return f.list(b, x, n, path, depth)
		case n > 0:
			return b, misfits(path, "make two tables of it", "it mixes items and the field %q", keyText(named[0]))
		}
		return f.object(b, x, path, depth)
	}
	return b, misfits(path, "", "%s cannot be passed on", typeName(v))
}

func (f freely) text(b []byte, s, path string) ([]byte, error) {
	if f.people {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	out, err := jsontext.AppendQuote(b, s)
	if err != nil {
		return b, misfits(path, "", "it is not UTF-8 text")
	}
	return out, nil
}

func (f freely) list(b []byte, t *lua.LTable, n int, path string, depth int) ([]byte, error) {
	b = append(b, '[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			b = append(b, ',')
		}
		v, place := t.RawGetInt(i), fmt.Sprintf("%s[%d]", path, i)
		if v == lua.LNil {
			return b, misfits(place, "null holds a place; names that are numbers need tostring()", "it is missing, and later items are there")
		}
		var err error
		if b, err = f.encode(b, v, place, depth+1); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

func (f freely) object(b []byte, t *lua.LTable, path string, depth int) ([]byte, error) {
	b = append(b, '{')
	for i, k := range f.keys(t) {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := nameOfKey(k, path)
		if err != nil {
			return b, err
		}
		if b, err = f.text(b, name, path); err != nil {
			return b, err
		}
		b = append(b, ':')
		if b, err = f.encode(b, t.RawGet(k), path+"."+name, depth+1); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// nameOfKey is the name that a key has in JSON.
func nameOfKey(k lua.LValue, path string) (string, error) {
	name, ok := k.(lua.LString)
	switch {
	case !ok && k.Type() == lua.LTNumber:
		return "", misfits(path, "tostring() makes a name of a number", "the number %s cannot be a name", k.String())
	case !ok:
		return "", misfits(path, "", "%s cannot be a name", typeName(k))
	case op.Reserved(string(name)):
		return "", misfits(path, "names that begin with $ are the runner's", "%q cannot be a name", string(name))
	}
	return string(name), nil
}

// keyText shows a key in a message: never an address.
func keyText(k lua.LValue) string {
	switch k.(type) {
	case lua.LString, lua.LNumber, lua.LBool:
		return k.String()
	}
	return typeName(k)
}

// canonical is the order of names in arguments: the same value is always
// written the same.
func canonical(t *lua.LTable) []lua.LValue { return sortedKeys(t, 0) }

// written is the order in which a script wrote the names: that of columns.
func written(t *lua.LTable) []lua.LValue {
	var keys []lua.LValue
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		keys = append(keys, k)
	}
	return keys
}
