package bindings

import (
	"fmt"
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file makes texts of values. The stock ones show addresses, which
// differ from run to run.

func (w *World) tostring(L *lua.LState) int {
	L.CheckAny(1)
	v := L.Get(1)
	if _, secret := hiddenOf(v); secret || w.isUnknown(v) {
		L.Push(v) // they stay what they are
		return 1
	}
	L.Push(lua.LString(w.text(L, v)))
	return 1
}

// text is what print shows of a value.
func (w *World) text(L *lua.LState, v lua.LValue) string {
	if t, ok := v.(*lua.LTable); ok {
		text, raised := w.described(L, t)
		if raised != nil {
			L.Error(raised, 0)
		}
		return text
	}
	return w.simple(v)
}

// described is the text of a table: what its __tostring answers, if it has
// one.
func (w *World) described(L *lua.LState, t *lua.LTable) (text string, raised lua.LValue) {
	if t.Metatable == w.errorMeta {
		return w.errorOf(L, t).Error.Error(), nil
	}
	if meta, ok := t.Metatable.(*lua.LTable); ok {
		if f := meta.RawGetString("__tostring"); f != lua.LNil {
			results, raised := w.protect(L, f, t)
			if raised != nil || len(results) == 0 {
				return w.inspect(t), raised
			}
			if v, ok := results[0].(*lua.LTable); ok {
				return w.inspect(v), nil
			}
			return w.simple(results[0]), nil
		}
	}
	return w.inspect(t), nil
}

// simple is the text of what cannot have one of its own.
func (w *World) simple(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return string(v)
	case *lua.LUserData:
		switch {
		case w.isUnknown(v):
			return "<" + labelOf(v) + ">"
		case v == w.null:
			return "null"
		case v.Metatable == w.secretMeta:
			return "[secret]"
		}
	case lua.LNumber, lua.LBool, *lua.LNilType:
		return v.String()
	}
	return w.named(v)
}

// named is a name for what has no text: stable within the run.
func (w *World) named(v lua.LValue) string {
	n, ok := w.ordinals[v]
	if !ok {
		n = len(w.ordinals) + 1
		w.ordinals[v] = n
	}
	return fmt.Sprintf("%s #%d", v.Type(), n)
}

// inspect writes a value as Lua would be written, in one line, with names in
// order, cut where it gets long.
func (w *World) inspect(v lua.LValue) string {
	var b strings.Builder
	w.write(&b, v, 0, map[*lua.LTable]bool{})
	return b.String()
}

const (
	inspectDepth  = 6
	inspectLength = 4096
)

func (w *World) write(b *strings.Builder, v lua.LValue, depth int, above map[*lua.LTable]bool) {
	t, ok := v.(*lua.LTable)
	switch {
	case !ok && v.Type() == lua.LTString:
		fmt.Fprintf(b, "%q", v.String())
		return
	case !ok:
		b.WriteString(w.simple(v))
		return
	case above[t] || depth >= inspectDepth || b.Len() > inspectLength:
		b.WriteString("{…}")
		return
	}
	above[t] = true
	defer delete(above, t)
	b.WriteByte('{')
	sep := " "
	n := t.Len()
	for i := 1; i <= n && b.Len() <= inspectLength; i++ {
		b.WriteString(sep)
		w.write(b, t.RawGetInt(i), depth+1, above)
		sep = ", "
	}
	for _, k := range sortedKeys(t, n) {
		if b.Len() > inspectLength {
			b.WriteString(sep + "…")
			break
		}
		b.WriteString(sep)
		if s, ok := k.(lua.LString); ok && identifier(string(s)) {
			b.WriteString(string(s))
		} else {
			b.WriteByte('[')
			w.write(b, k, inspectDepth, above)
			b.WriteByte(']')
		}
		b.WriteString(" = ")
		w.write(b, t.RawGet(k), depth+1, above)
		sep = ", "
	}
	if sep == " " {
		b.WriteByte('}')
		return
	}
	b.WriteString(" }")
}

// sortedKeys are the keys of a table beside its list part.
func sortedKeys(t *lua.LTable, length int) []lua.LValue {
	var keys []lua.LValue
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		if n, ok := k.(lua.LNumber); ok && n >= 1 && n <= lua.LNumber(length) && n == lua.LNumber(int(n)) {
			continue
		}
		keys = append(keys, k)
	}
	sort.SliceStable(keys, func(i, j int) bool {
		if keys[i].Type() != keys[j].Type() {
			return keys[i].Type() < keys[j].Type()
		}
		if a, ok := keys[i].(lua.LNumber); ok {
			return a < keys[j].(lua.LNumber)
		}
		return keys[i].String() < keys[j].String() && keys[i].Type() == lua.LTString
	})
	return keys
}

func identifier(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// typeName names the type of a value in a message.
func typeName(v lua.LValue) string {
	switch v := v.(type) {
	case *lua.LNilType:
		return "nothing (nil)"
	case *lua.LUserData:
		switch v.Value.(type) {
		case *unknown:
			return "an unknown"
		case *hidden:
			return "a secret"
		case nullValue:
			return "null"
		}
		return "an object"
	case *lua.LTable:
		return "a table"
	case lua.LString:
		return "a text"
	case lua.LNumber:
		return "a number"
	case lua.LBool:
		return "a boolean"
	case *lua.LFunction:
		return "a function"
	}
	return "a " + v.Type().String()
}
