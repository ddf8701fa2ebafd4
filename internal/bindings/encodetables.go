package bindings

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
	"runner/internal/spell"
)

// This file writes tables that have a shape.

func (w *World) encodeList(b []byte, v lua.LValue, t *op.Type, path string) ([]byte, error) {
	list, ok := v.(*lua.LTable)
	if !ok {
		return b, misfits(path, "put braces around it: { … }", "want a %s, got %s", t, shown(v))
	}
	n := list.Len()
	if keys := sortedKeys(list, n); len(keys) > 0 {
		return b, misfits(path, "", "want a %s, got a table with the field %q", t, keyText(keys[0]))
	}
	b = append(b, '[')
	var err error
	for i := 1; i <= n; i++ {
		if i > 1 {
			b = append(b, ',')
		}
		if b, err = w.encode(b, list.RawGetInt(i), t.Elem, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

func (w *World) encodeMap(b []byte, v lua.LValue, t *op.Type, path string) ([]byte, error) {
	table, ok := v.(*lua.LTable)
	if !ok {
		return b, misfits(path, "", "want a table, got %s", shown(v))
	}
	b = append(b, '{')
	for i, k := range sortedKeys(table, 0) {
		name, err := nameOfKey(k, path)
		if err != nil {
			return b, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = jsontext.AppendQuote(b, name); err != nil {
			return b, misfits(path, "", "a name is not UTF-8 text")
		}
		b = append(b, ':')
		if b, err = w.encode(b, table.RawGet(k), t.Elem, path+"."+name); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func (w *World) encodeObject(b []byte, v lua.LValue, t *op.Type, path string) ([]byte, error) {
	table, ok := v.(*lua.LTable)
	if !ok {
		return b, misfits(path, "put braces around it: { … }", "want a table, got %s", shown(v))
	}
	if err := unknownKeys(table, t, path); err != nil {
		return b, err
	}
	b = append(b, '{')
	start := len(b)
	var err error
	for i := range t.Fields {
		f := &t.Fields[i]
		x := table.RawGetString(f.Name)
		if x == lua.LNil {
			if f.Required {
				return b, misfits(path+"."+f.Name, "", "it is required: %s", f.Doc)
			}
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, f.Name)
		b = append(b, ':')
		if x == w.null {
			if !f.Nullable {
				return b, misfits(path+"."+f.Name, "leave it out to keep what is there", "null clears a value, and this one cannot be cleared")
			}
			b = append(b, "null"...)
			continue
		}
		if b, err = w.encode(b, x, f.Type, path+"."+f.Name); err != nil {
			return b, err
		}
		if err := oneOf(f, x, path+"."+f.Name); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// unknownKeys refuses names that the shape does not have: a mistyped option
// must never be ignored.
func unknownKeys(table *lua.LTable, t *op.Type, path string) error {
	for k, _ := table.Next(lua.LNil); k != lua.LNil; k, _ = table.Next(k) {
		name, ok := k.(lua.LString)
		if !ok {
			return misfits(path, "name each argument: { name = value }", "item %s has no name", keyText(k))
		}
		if _, known := t.Field(string(name)); !known {
			return misfits(path+"."+string(name), spell.Suggest(string(name), t.Names()), "there is no such argument")
		}
	}
	return nil
}

// oneOf checks an enum; for a list, each of its items.
func oneOf(f *op.Field, v lua.LValue, path string) error {
	if len(f.Enum) == 0 {
		return nil
	}
	if list, ok := v.(*lua.LTable); ok {
		for i := 1; i <= list.Len(); i++ {
			if err := oneOf(f, list.RawGetInt(i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	s, ok := v.(lua.LString)
	if !ok {
		return nil // an unknown
	}
	for _, e := range f.Enum {
		if e == string(s) {
			return nil
		}
	}
	hint := spell.Suggest(string(s), f.Enum)
	if hint == "" {
		hint = "choose one of " + strings.Join(f.Enum, ", ")
	}
	return misfits(path, hint, "%q is not one of %s", string(s), strings.Join(f.Enum, ", "))
}
