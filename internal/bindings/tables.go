package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file is the table library, as far as it is ours.

func (w *World) openTables(stock *lua.LTable) *lua.LTable {
	mod := w.state.NewTable()
	for _, name := range []string{"insert", "remove", "sort"} {
		mod.RawSetString(name, w.kept("table."+name, stock.RawGetString(name)))
	}
	mod.RawSetString("concat", w.fn(w.concat))
	return mod
}

// concat does not push all pieces onto Lua's stack, whose limit the stock one
// meets.
func (w *World) concat(L *lua.LState) int {
	t, sep := L.CheckTable(1), L.OptString(2, "")
	var b strings.Builder
	from, to := L.OptInt(3, 1), L.OptInt(4, t.Len())
	var open lua.LValue
	for i := from; i <= to; i++ {
		v := t.RawGetInt(i)
		text := v.String()
		switch {
		case w.isUnknown(v):
			open, text = v, w.text(L, v)
		case v.Type() != lua.LTString && v.Type() != lua.LTNumber:
			w.mistake(L, "tostring() makes text of anything", "table.concat: item %d is %s", i, typeName(v))
		}
		if i > from {
			b.WriteString(sep)
		}
		b.WriteString(text)
		if b.Len() > maxText {
			w.mistake(L, "", "table.concat would make more than %d MiB", maxText>>20)
		}
	}
	if open != nil {
		L.Push(w.unknown("text " + b.String()))
	} else {
		L.Push(lua.LString(b.String()))
	}
	return 1
}
