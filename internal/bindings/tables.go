package bindings

import (
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file is the table library, as far as it is ours. gopher-lua keeps the
// places of items that were set to nil, and takes them for items.

func (w *World) openTables(stock *lua.LTable) *lua.LTable {
	mod := w.state.NewTable()
	mod.RawSetString("insert", w.kept("table.insert", stock.RawGetString("insert")))
	mod.RawSetString("remove", w.fn(w.remove))
	mod.RawSetString("sort", w.fn(w.sort))
	mod.RawSetString("concat", w.fn(w.concat))
	return mod
}

func (w *World) remove(L *lua.LState) int {
	t := L.CheckTable(1)
	n := t.Len()
	at := L.OptInt(2, n)
	v := lua.LValue(lua.LNil)
	switch {
	case n == 0 || at < 1 || at > n:
	case at < n:
		v = t.Remove(at)
	default:
		for v == lua.LNil { // empty places come off first
			v = t.Remove(-1)
		}
	}
	L.Push(v)
	return 1
}

// sort sorts a copy, so that a failure leaves the table as it was.
func (w *World) sort(L *lua.LState) int {
	t, before := L.CheckTable(1), L.OptFunction(2, nil)
	items := make([]lua.LValue, t.Len())
	for i := range items {
		items[i] = t.RawGetInt(i + 1)
	}
	sort.Slice(items, func(i, j int) bool {
		if before == nil {
			return L.LessThan(items[i], items[j])
		}
		L.Push(before)
		L.Push(items[i])
		L.Push(items[j])
		L.Call(2, 1)
		less := L.ToBool(-1)
		L.Pop(1)
		return less
	})
	for i, v := range items {
		t.RawSetInt(i+1, v)
	}
	return 0
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
