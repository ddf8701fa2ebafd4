package bindings

import (
	"fmt"
	"runtime/debug"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file makes functions of Go callable from Lua. A Go panic in one of
// them is a mistake of ours: it stops the run, wherever it comes up. Lua's
// own coroutines would make a text of it that a script can catch.

// fn makes a function of Go one of Lua.
func (w *World) fn(f lua.LGFunction) *lua.LFunction {
	return w.state.NewFunction(w.watched(f))
}

func (w *World) watched(f lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		defer w.noPanic(L)
		return f(L)
	}
}

func (w *World) set(name string, f lua.LGFunction) { w.words.RawSetString(name, w.fn(f)) }

// noPanic is deferred by what Lua calls. The engine's own errors are panics
// too, and go on.
func (w *World) noPanic(L *lua.LState) {
	v := recover()
	if v == nil {
		return
	}
	if e, ok := v.(*lua.ApiError); ok {
		panic(e)
	}
	text := fmt.Sprint(v)
	if overflow().MatchString(text) { // gopher-lua panics with it
		w.raise(L, tooDeep())
	}
	w.halt(at(L))
	w.bug(text, string(debug.Stack()))
	w.raiseSignal(L, signal{kind: stopped})
}

// stock is a function of gopher-lua's library by its full name. It cannot
// always take what a script may give it; what it does then is the script's
// mistake, not a bug of ours.
func (w *World) stock(name string, f lua.LGFunction) *lua.LFunction {
	return w.fn(func(L *lua.LState) int {
		defer func() {
			switch v := recover().(type) {
			case nil:
			case *lua.ApiError:
				panic(v)
			default:
				if overflow().MatchString(fmt.Sprint(v)) {
					panic(v)
				}
				w.mistake(L, "", "%s cannot do this with these values", name)
			}
		}()
		return f(L)
	})
}

// bug stops the run because of a mistake of ours.
func (w *World) bug(text, stack string) {
	e := &op.Error{Kind: op.Bug, Cause: text, Hint: "report it; the run's journal is complete", RetryAfter: -1}
	w.run.Stop(e.Wrap(&op.Panic{Text: text, Stack: stack}))
}
