package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/op"
)

// iter is the word iter: it goes through a list item by item, and asks for
// the next page only when it is reached.
func (w *World) iter(L *lua.LState) int {
	if v := L.Get(1); w.isUnknown(v) {
		w.openPoint(L, v, "iter needs to look into it")
	}
	f, _ := L.Get(1).(*lua.LFunction)
	b, ok := w.ops[f]
	if !ok || b.op.Out().Form != op.List {
		w.mistake(L, "write for x in iter(module.list_…, { … }) do", "iter wants an operation that lists, got %s", typeName(L.Get(1)))
	}
	args := w.arguments(L, b.op, 2)
	var page *lua.LTable
	next, cursor, more := 1, "", true
	L.Push(w.fn(func(L *lua.LState) int {
		for page == nil || next > page.Len() {
			if !more {
				L.Push(lua.LNil)
				return 1
			}
			c := engine.Call{Op: b.op, Args: args, Page: b.op.Paged(), Cursor: cursor}
			answer := w.call(L, b, c)
			v := w.result(L, b.op, answer.Result)
			if w.isUnknown(v) {
				w.openPoint(L, v, "iter needs to look into it")
			}
			page, _ = v.(*lua.LTable)
			next, cursor, more = 1, answer.Next, answer.Next != ""
		}
		L.Push(page.RawGetInt(next))
		next++
		return 1
	}))
	return 1
}
