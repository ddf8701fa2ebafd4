package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file holds the words that catch and raise failures. The stock pcall
// and xpcall catch everything; ours let pass what is not the script's to
// catch: a stopped run, an open point, skip, and bugs of ours.

func (w *World) pcall(L *lua.LState) int {
	L.CheckAny(1)
	results, raised := w.protect(L, L.Get(1), arguments(L, 2)...)
	if raised != nil {
		passSignal(L, raised)
		L.Push(lua.LFalse)
		L.Push(raised)
		return 2
	}
	L.Push(lua.LTrue)
	return 1 + push(L, results)
}

// xpcall unwinds first and calls the handler then: a handler may make calls.
func (w *World) xpcall(L *lua.LState) int {
	fn, handler := L.CheckFunction(1), L.CheckFunction(2)
	results, raised := w.protect(L, fn, arguments(L, 3)...)
	if raised == nil {
		L.Push(lua.LTrue)
		return 1 + push(L, results)
	}
	passSignal(L, raised)
	results, again := w.protect(L, handler, raised)
	L.Push(lua.LFalse)
	if again != nil {
		passSignal(L, again)
		L.Push(again)
		return 2
	}
	return 1 + push(L, results)
}

// passSignal raises again what a script cannot catch.
func passSignal(L *lua.LState, raised lua.LValue) {
	if _, ok := signalOf(raised); ok {
		L.Error(raised, 0)
	}
}

// error is Lua's own, but for the place: that of the nearest line of the
// script's, also when the function was called by one of ours.
func (w *World) error(L *lua.LState) int {
	v := L.Get(1)
	if s, ok := v.(lua.LString); ok {
		if level := L.OptInt(2, 1); level > 0 {
			if place := where(L, level); place != "" {
				v = lua.LString(place+": ") + s
			}
		}
	}
	L.Error(v, 0)
	return 0
}

func (w *World) assert(L *lua.LState) int {
	L.CheckAny(1)
	if w.isUnknown(L.Get(1)) {
		w.openPoint(L, L.Get(1), "assert needs to know it")
	}
	if L.ToBool(1) {
		return L.GetTop()
	}
	switch v := L.Get(2).(type) {
	case *lua.LTable:
		L.Error(v, 0)
	case *lua.LNilType:
		L.Error(lua.LString(at(L)+": an assertion does not hold"), 0)
	default:
		L.Error(lua.LString(at(L)+": "+w.text(L, v)), 0)
	}
	return 0
}

// fail is the word fail: it raises a failure of the script's own. A table may
// have fields of the script's too.
func (w *World) fail(L *lua.LState) int {
	switch v := L.Get(1).(type) {
	case *lua.LTable:
		t := w.errorTable(w.errorOf(L, v).Error, at(L))
		for k, x := v.Next(lua.LNil); k != lua.LNil; k, x = v.Next(k) {
			t.RawSet(k, x)
		}
		if w.run.Stopped() != nil {
			w.raiseSignal(L, signal{kind: stopped})
		}
		L.Error(t, 0)
	case lua.LString, lua.LNumber:
		w.raise(L, &op.Error{Kind: op.Failed, Cause: v.String(), RetryAfter: -1})
	default:
		if w.isUnknown(v) {
			w.raise(L, &op.Error{Kind: op.Failed, Cause: w.text(L, v), RetryAfter: -1})
		}
		w.mistake(L, `write fail("why") or fail { cause = "why" }`, "fail wants a text or a table, got %s", typeName(v))
	}
	return 0
}

// skip is the word skip: it ends the step or branch without failing.
func (w *World) skip(L *lua.LState) int {
	reason := ""
	if L.GetTop() > 0 {
		reason = w.text(L, L.Get(1))
	}
	w.raiseSignal(L, signal{kind: skipped, reason: reason})
	return 0
}
