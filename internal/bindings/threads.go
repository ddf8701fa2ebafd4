package bindings

import (
	"context"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/op"
)

// This file holds the Lua threads of a run. What is called under protection
// runs on a thread of its own, because gopher-lua, when an error is raised,
// cuts the ties of all closures on the thread to the variables of the
// functions that are still running: after a caught failure, a counter that a
// closure counts up would stand still. It also makes it plain where a
// coroutine may yield.

// A course is what a branch has one of, whatever threads it uses.
type course struct {
	branch *engine.Branch
	random *rand.Rand // nil until it is used
}

// A lane is the context of a Lua thread.
type lane struct {
	context.Context
	*course
	done   <-chan struct{}
	kind   laneKind
	above  *lua.LState // the thread that waits for this one
	depth  int         // how many threads of this branch wait
	active bool        // of a coroutine: it runs, or waits for one that it resumed
}

type laneKind uint8

const (
	rootLane      laneKind = iota // the top of the run or of a branch
	protectedLane                 // a call under protection
	coroutineLane
)

// maxDepth is how deep protected calls and coroutines may be nested. Each
// level takes a part of the goroutine's stack, which cannot be caught when it
// overflows. It is the limit of Lua 5.1.
const maxDepth = 200

// Done is asked at every instruction.
func (l *lane) Done() <-chan struct{} { return l.done }

func laneOf(L *lua.LState) *lane { return L.Context().(*lane) }

func branchOf(L *lua.LState) *engine.Branch { return laneOf(L).branch }

// enter binds a thread to a branch.
func (w *World) enter(L *lua.LState, b *engine.Branch, above *lua.LState) {
	stop := w.run.Stopping()
	L.SetContext(&lane{Context: stop, course: &course{branch: b}, done: stop.Done(), above: above})
}

// follow puts the thread of a call or coroutine below the one that waits for
// it; false if that is too deep.
func (l *lane) follow(L *lua.LState) bool {
	from := laneOf(L)
	l.Context, l.course, l.done = from.Context, from.course, from.done
	l.above, l.depth = L, from.depth+1
	return l.depth <= maxDepth
}

// fresh makes a thread. gopher-lua would derive a context for it, which stays
// in that of its parent until the run ends.
func (w *World) fresh(L *lua.LState) *lua.LState {
	ctx := L.RemoveContext()
	t, _ := L.NewThread()
	L.SetContext(ctx)
	return t
}

// protect calls fn and returns its results, or what was raised.
func (w *World) protect(L *lua.LState, fn lua.LValue, args ...lua.LValue) (results []lua.LValue, raised lua.LValue) {
	var t *lua.LState
	if n := len(w.spare); n > 0 {
		t, w.spare = w.spare[n-1], w.spare[:n-1]
	} else {
		t = w.fresh(L)
		t.SetContext(&lane{kind: protectedLane})
	}
	l := laneOf(t)
	intact := true
	if l.follow(L) {
		results, raised, intact = w.callOn(t, fn, args)
	} else {
		raised = w.errorTable(tooDeep(), at(L))
	}
	l.above, l.course = nil, nil
	if intact && len(w.spare) < maxSpare {
		w.spare = append(w.spare, t)
	}
	return results, raised
}

// maxSpare is how many threads are kept for later calls.
const maxSpare = 256

func tooDeep() *op.Error {
	return &op.Error{Kind: op.Script, Cause: "the script's calls are nested too deep", Hint: "a function calls itself without end, or a list is too long for unpack", RetryAfter: -1}
}

// callOn calls fn on a thread on which nothing else runs. A thread that is
// not intact afterwards may not be used again.
func (w *World) callOn(t *lua.LState, fn lua.LValue, args []lua.LValue) (results []lua.LValue, raised lua.LValue, intact bool) {
	t.Push(fn)
	push(t, args)
	if err := t.PCall(len(args), lua.MultRet, nil); err != nil {
		e := err.(*lua.ApiError)
		raised := w.plain(t, e)
		if _, ok := signalOf(raised); !ok && w.run.Stopped() != nil {
			w.halt(placeOf(raised))
			raised = newSignal(signal{kind: stopped})
		}
		return nil, raised, e.Type != lua.ApiErrorPanic
	}
	results = make([]lua.LValue, t.GetTop())
	for i := range results {
		results[i] = t.Get(i + 1)
	}
	t.SetTop(0)
	return results, nil, true
}

// arguments are the values that a function was given, from the nth on.
func arguments(L *lua.LState, n int) []lua.LValue {
	var args []lua.LValue
	for i := n; i <= L.GetTop(); i++ {
		args = append(args, L.Get(i))
	}
	return args
}

func push(L *lua.LState, values []lua.LValue) int {
	for _, v := range values {
		L.Push(v)
	}
	return len(values)
}
