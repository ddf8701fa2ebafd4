package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file holds the runner's own pcall, xpcall and coroutine functions. The
// stock ones catch every Go panic; ours let pass what is not the script's to
// catch: a stopped run, an open point, skip, and bugs of ours.

// protect calls fn with the values on top of the stack, which it takes off.
// It returns fn's results, or what was raised.
func (w *World) protect(L *lua.LState, fn lua.LValue, nargs int) ([]lua.LValue, lua.LValue) {
	base := L.GetTop() - nargs
	args := make([]lua.LValue, nargs)
	for i := range args {
		args[i] = L.Get(base + 1 + i)
	}
	L.SetTop(base)
	L.Push(fn)
	for _, a := range args {
		L.Push(a)
	}
	current := L.G.CurrentThread
	w.depths[L]++ // no coroutine may yield across this call
	err := L.PCall(nargs, lua.MultRet, nil)
	if w.depths[L]--; w.depths[L] == 0 {
		delete(w.depths, L)
	}
	if err != nil {
		L.G.CurrentThread = current
		raised := w.plain(err.(*lua.ApiError))
		if w.run.Stopped() != nil {
			if _, ok := signalOf(raised); !ok {
				ud := L.NewUserData()
				ud.Value = &signal{kind: stopped}
				return nil, ud
			}
		}
		return nil, raised
	}
	results := make([]lua.LValue, L.GetTop()-base)
	for i := range results {
		results[i] = L.Get(base + 1 + i)
	}
	L.SetTop(base)
	return results, nil
}

func push(L *lua.LState, values []lua.LValue) int {
	for _, v := range values {
		L.Push(v)
	}
	return len(values)
}

func (w *World) pcall(L *lua.LState) int {
	L.CheckAny(1)
	fn := L.Get(1)
	results, raised := w.protect(L, fn, L.GetTop()-1)
	if raised != nil {
		if _, ok := signalOf(raised); ok {
			L.Error(raised, 0)
		}
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
	results, raised := w.protect(L, fn, 0)
	if raised == nil {
		L.Push(lua.LTrue)
		return 1 + push(L, results)
	}
	if _, ok := signalOf(raised); ok {
		L.Error(raised, 0)
	}
	L.Push(raised)
	results, again := w.protect(L, handler, 1)
	if again != nil {
		L.Error(again, 0)
	}
	L.Push(lua.LFalse)
	return 1 + push(L, results)
}

// openCoroutines replaces what of the coroutine library would swallow or
// lose something.
func (w *World) openCoroutines(mod *lua.LTable) {
	stock := func(name string) lua.LGFunction { return mod.RawGetString(name).(*lua.LFunction).GFunction }
	create, resume, yield := stock("create"), stock("resume"), stock("yield")
	start := func(L *lua.LState) int {
		n := create(L)
		th := L.Get(-1).(*lua.LState)
		th.SetContext(L.Context()) // not the derived one: see thread
		return n
	}
	// run resumes a coroutine; ok tells whether it raised.
	run := func(L *lua.LState) (results []lua.LValue, ok bool) {
		top := L.GetTop()
		th, _ := L.Get(1).(*lua.LState)
		if th != nil {
			th.SetContext(L.Context())
		}
		resume(L)
		n := L.GetTop() - top
		for i := range n {
			results = append(results, L.Get(top+1+i))
		}
		if w.run.Stopped() != nil {
			w.raiseSignal(L, signal{kind: stopped})
		}
		ok = n > 0 && results[0] == lua.LTrue
		if !ok && n > 1 {
			if _, isSignal := signalOf(results[1]); isSignal {
				L.Error(results[1], 0)
			}
		}
		return results, ok
	}
	mod.RawSetString("create", w.state.NewFunction(start))
	mod.RawSetString("resume", w.state.NewFunction(func(L *lua.LState) int {
		L.CheckThread(1)
		results, _ := run(L)
		return push(L, results)
	}))
	mod.RawSetString("wrap", w.state.NewFunction(func(L *lua.LState) int {
		L.CheckFunction(1)
		start(L)
		th := L.Get(-1)
		L.Push(L.NewFunction(func(L *lua.LState) int {
			L.Insert(th, 1)
			results, ok := run(L)
			if !ok {
				L.Error(results[1], 0)
			}
			return push(L, results[1:])
		}))
		return 1
	}))
	mod.RawSetString("yield", w.state.NewFunction(func(L *lua.LState) int {
		if w.depths[L] > 0 {
			w.mistake(L, "yield outside of pcall, step and each", "a coroutine cannot yield across pcall, step or each")
		}
		return yield(L)
	}))
}

// fail is the word fail: it raises a failure of the script's own.
func (w *World) fail(L *lua.LState) int {
	e := &op.Error{Kind: op.Failed, RetryAfter: -1}
	switch v := L.Get(1).(type) {
	case lua.LString:
		e.Cause = string(v)
	case *lua.LTable:
		t := w.errorTable(w.errorOf(v).Error, at(L))
		v.ForEach(func(k, x lua.LValue) { t.RawSet(k, x) }) // fields of the script's own too; order does not matter
		if w.run.Stopped() != nil {
			w.raiseSignal(L, signal{kind: stopped})
		}
		L.Error(t, 0)
	default:
		w.mistake(L, `write fail("why") or fail { cause = "why" }`, "fail wants a text or a table, got %s", typeName(v))
	}
	w.raise(L, e)
	return 0
}

// skip is the word skip: it ends the step or branch without failing.
func (w *World) skip(L *lua.LState) int {
	w.raiseSignal(L, signal{kind: skipped, reason: w.text(L.Get(1))})
	return 0
}
