package bindings

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// This file is the coroutine library. The stock one lets a script resume a
// coroutine that is running, loses track when branches take turns, swallows
// the runner's decisions, and loses values where a coroutine yields from
// within a function that is not Lua's.

func (w *World) openCoroutines(stock *lua.LTable) *lua.LTable {
	take := func(name string) lua.LGFunction { return stock.RawGetString(name).(*lua.LFunction).GFunction }
	create, resume, yield := take("create"), take("resume"), take("yield")
	mod := w.state.NewTable()
	set := func(name string, f lua.LGFunction) { mod.RawSetString(name, w.fn(f)) }
	start := func(L *lua.LState) *lua.LState {
		L.CheckFunction(1)
		ctx := L.RemoveContext() // see fresh
		create(L)
		L.SetContext(ctx)
		co := L.Get(-1).(*lua.LState)
		co.SetContext(&lane{Context: ctx, kind: coroutineLane})
		return co
	}
	set("create", func(L *lua.LState) int {
		start(L)
		return 1
	})
	set("resume", func(L *lua.LState) int {
		co := L.CheckThread(1)
		results, raised := w.resume(L, co, resume)
		if raised != nil {
			passSignal(L, raised)
			L.Push(lua.LFalse)
			L.Push(raised)
			return 2
		}
		L.Push(lua.LTrue)
		return 1 + push(L, results)
	})
	set("wrap", func(L *lua.LState) int {
		co := start(L)
		L.Push(w.fn(func(L *lua.LState) int {
			L.Insert(co, 1)
			results, raised := w.resume(L, co, resume)
			if raised != nil {
				L.Error(raised, 0)
			}
			return push(L, results)
		}))
		return 1
	})
	set("yield", func(L *lua.LState) int {
		w.mayYield(L)
		return yield(L)
	})
	set("running", func(L *lua.LState) int {
		if co := coroutineOf(L); co != nil {
			L.Push(co)
		} else {
			L.Push(lua.LNil)
		}
		return 1
	})
	set("status", func(L *lua.LState) int {
		L.Push(lua.LString(status(L, L.CheckThread(1))))
		return 1
	})
	return mod
}

// resume resumes co with what stands above it on the stack, and returns what
// it yields or returns, or what it raised.
func (w *World) resume(L, co *lua.LState, stock lua.LGFunction) (results []lua.LValue, raised lua.LValue) {
	l := laneOf(co)
	switch status(L, co) {
	case "dead":
		return nil, lua.LString("cannot resume a coroutine that has ended")
	case "running", "normal":
		return nil, lua.LString("cannot resume a coroutine that is running")
	}
	if !l.follow(L) {
		return nil, w.errorTable(tooDeep(), at(L))
	}
	l.active = true
	L.G.CurrentThread = L // the stock function believes it, and branches do not keep it
	n := stock(L)
	l.active = false
	defer func() { l.above = nil }()
	results = arguments(L, L.GetTop()-n+1)
	if w.run.Stopped() != nil {
		w.halt(placeOf(results[len(results)-1]))
		w.raiseSignal(L, signal{kind: stopped})
	}
	if results[0] == lua.LTrue {
		return results[1:], nil
	}
	return nil, w.plainText(co, results[1], "") // what called where it failed still stands there
}

// coroutineOf is the coroutine that runs on L, nil if none does.
func coroutineOf(L *lua.LState) *lua.LState {
	for ; ; L = laneOf(L).above {
		switch laneOf(L).kind {
		case rootLane:
			return nil
		case coroutineLane:
			return L
		}
	}
}

func status(L, co *lua.LState) string {
	l, ok := co.Context().(*lane)
	switch {
	case !ok || l.kind != coroutineLane || co.Dead:
		return "dead"
	case !l.active:
		return "suspended"
	case coroutineOf(L) == co:
		return "running"
	}
	return "normal"
}

// mayYield refuses to yield where it cannot be done: gopher-lua would go on
// with wrong values, or panic.
func (w *World) mayYield(L *lua.LState) {
	switch laneOf(L).kind {
	case rootLane:
		w.mistake(L, "make a coroutine with coroutine.wrap or coroutine.create", "coroutine.yield was called outside of a coroutine")
	case protectedLane:
		if coroutineOf(L) == nil {
			w.mistake(L, "make a coroutine with coroutine.wrap or coroutine.create", "coroutine.yield was called outside of a coroutine")
		}
		w.mistake(L, "yield outside of them", "a coroutine cannot yield across pcall, step, wait_until or require")
	}
	if !slices.Equal(callers(), straight()) {
		w.mistake(L, "write local x = coroutine.yield(…), in a function that is called by name",
			"a coroutine cannot yield from a return, an iterator, a metamethod or a callback")
	}
}

// callers are the places in gopher-lua's code through which coroutine.yield was
// called, up to where the coroutine was resumed. There is just one way that
// leads straight through Lua code.
func callers() []uintptr {
	const ours, theirs = 4, 4 // callers, mayYield, yield and watched are ours
	pcs := make([]uintptr, theirs)
	return pcs[:runtime.Callers(ours+1, pcs)]
}

// straight is that way: it is found out by going it once.
var straight = sync.OnceValue(func() (way []uintptr) {
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer L.Close()
	yield := (&World{}).watched(func(*lua.LState) int {
		func() { way = callers() }() // stands for mayYield
		return 0
	})
	chunk, err := L.Load(strings.NewReader("local yield = ... yield()"), "straight")
	if err == nil {
		L.SetContext(context.Background())
		t, _ := L.NewThread()
		_, err, _ = L.Resume(t, chunk, L.NewFunction(yield))
	}
	if err != nil {
		panic(err) // our own text
	}
	return way
})
