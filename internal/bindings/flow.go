package bindings

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/journal"
	"runner/internal/op"
)

// This file holds the words that give a script its shape: step, each,
// parallel and wait_until.

func (w *World) openFlow() {
	w.set("step", w.step)
	w.set("each", w.each)
	w.set("parallel", w.parallel)
	w.set("wait_until", w.waitUntil)
}

// step is step(name, fn): a named part of the script. It returns what fn
// returns; nothing if it was skipped, and an unknown if a dry run could not
// follow it.
func (w *World) step(L *lua.LState) int {
	name, fn := L.CheckString(1), L.CheckFunction(2)
	if name == "" {
		w.mistake(L, "", "a step needs a name")
	}
	b := branchOf(L)
	var results []lua.LValue
	var raised lua.LValue
	goesOn := true
	b.Step(name, func() (status, reason string) {
		results, raised = w.protect(L, fn, 0)
		w.blame(b, raised)
		status, reason, goesOn = w.ending(raised)
		if status == journal.StatusOpen {
			results = []lua.LValue{w.unknown("result of step " + name)}
		}
		return status, reason
	})
	if !goesOn {
		L.Error(raised, 0)
	}
	return push(L, results)
}

// blame remembers where a failure came up: the innermost step or branch.
func (w *World) blame(b *engine.Branch, raised lua.LValue) {
	if raised == nil || raised == w.failedErr {
		return
	}
	if _, ok := signalOf(raised); !ok {
		w.failedErr, w.failedIn = raised, b.Path()
	}
}

const defaultConcurrency = 8

// each is each(items, opts, fn) or each(items, fn): a branch for every item.
// It returns what fn returned, in the order of the items.
func (w *World) each(L *lua.LState) int {
	if v := L.Get(1); w.isUnknown(v) {
		w.openPoint(L, v, "each needs to look into it")
	}
	items := L.CheckTable(1)
	opts, fnAt := L.NewTable(), 2
	if L.Get(2).Type() == lua.LTTable {
		opts, fnAt = L.CheckTable(2), 3
	}
	fn := L.CheckFunction(fnAt)
	w.optionsOf(L, opts, "each", "key", "concurrency", "name")
	n := items.Len()
	if keys := sortedKeys(items, n); len(keys) > 0 {
		w.mistake(L, "parallel takes named functions", "each wants a list, got a table with the field %q", keys[0].String())
	}
	keys := make([]string, n)
	for i := range keys {
		keys[i] = w.itemKey(L, items.RawGetInt(i+1), i+1, opts.RawGetString("key"))
	}
	name := "each"
	if s, ok := opts.RawGetString("name").(lua.LString); ok {
		name = string(s)
	}
	results := L.NewTable()
	w.fanOut(L, name, keys, w.concurrency(L, opts, defaultConcurrency), func(t *lua.LState, i int) ([]lua.LValue, lua.LValue) {
		t.Push(items.RawGetInt(i + 1))
		t.Push(lua.LNumber(i + 1))
		return w.protect(t, fn, 2)
	}, func(i int, v lua.LValue) { results.RawSetInt(i+1, v) })
	L.Push(results)
	return 1
}

// itemKey names the branch of an item: what opts.key says, a field or a
// function; else the item itself, or its id, email or name; else its place.
func (w *World) itemKey(L *lua.LState, item lua.LValue, place int, key lua.LValue) string {
	var v lua.LValue = lua.LNil
	table, isTable := item.(*lua.LTable)
	switch key := key.(type) {
	case lua.LString:
		if isTable {
			v = table.RawGetString(string(key))
		}
		if v == lua.LNil {
			w.mistake(L, "", "each: item %d has no field %q to be its key", place, string(key))
		}
	case *lua.LFunction:
		L.Push(item)
		results, raised := w.protect(L, key, 1)
		if raised != nil {
			L.Error(raised, 0)
		}
		if len(results) > 0 {
			v = results[0]
		}
	case *lua.LNilType:
		if !isTable {
			v = item
			break
		}
		for _, name := range []string{"id", "email", "name"} {
			if x := table.RawGetString(name); x != lua.LNil {
				v = x
				break
			}
		}
	default:
		w.mistake(L, "", "each: key wants the name of a field or a function, got %s", typeName(key))
	}
	switch v.(type) {
	case lua.LString, lua.LNumber:
		return v.String()
	}
	if w.isUnknown(v) {
		return "<" + labelOf(v) + ">"
	}
	return fmt.Sprint(place)
}

func (w *World) concurrency(L *lua.LState, opts *lua.LTable, otherwise int) int {
	v := opts.RawGetString("concurrency")
	if v == lua.LNil {
		return otherwise
	}
	n, ok := v.(lua.LNumber)
	if !ok || n < 1 || n > 10000 || float64(n) != float64(int(n)) {
		w.mistake(L, "", "concurrency must be a whole number from 1 to 10000, got %s", shown(v))
	}
	return int(n)
}

// parallel is parallel{ a = fn, b = fn } or parallel({ … }, opts): a branch
// for every function. It returns a table of what they returned.
func (w *World) parallel(L *lua.LState) int {
	arms, opts := L.CheckTable(1), L.OptTable(2, L.NewTable())
	w.optionsOf(L, opts, "parallel", "concurrency", "name")
	var keys []string
	var names []lua.LValue
	for k, v := arms.Next(lua.LNil); k != lua.LNil; k, v = arms.Next(k) {
		if v.Type() != lua.LTFunction {
			w.mistake(L, "", "parallel wants functions, got %s for %q", typeName(v), k.String())
		}
		keys, names = append(keys, k.String()), append(names, k)
	}
	name := "parallel"
	if s, ok := opts.RawGetString("name").(lua.LString); ok {
		name = string(s)
	}
	results := L.NewTable()
	w.fanOut(L, name, keys, w.concurrency(L, opts, len(keys)), func(t *lua.LState, i int) ([]lua.LValue, lua.LValue) {
		return w.protect(t, arms.RawGet(names[i]), 0)
	}, func(i int, v lua.LValue) { results.RawSet(names[i], v) })
	L.Push(results)
	return 1
}

// fanOut runs a branch for every key. After the first failure no further
// branch starts; those under way come to their end, and the failure is
// raised.
func (w *World) fanOut(L *lua.LState, name string, keys []string, width int, run func(*lua.LState, int) ([]lua.LValue, lua.LValue), keep func(int, lua.LValue)) {
	var first lua.LValue
	var e *op.Error
	w.yielding(L, func() {
		_, e = branchOf(L).Each(engine.FanOut{
			Name: name, Keys: keys, Width: width,
			Worker: func() func(*engine.Branch, int) (string, string, bool) {
				t := w.thread(L) // one a worker: threads are dear, branches are not
				return func(b *engine.Branch, i int) (status, reason string, failed bool) {
					w.enter(t, b)
					t.G.CurrentThread = t
					results, raised := run(t, i)
					w.blame(b, raised)
					status, reason, goesOn := w.ending(raised)
					switch {
					case status == journal.StatusOpen:
						keep(i, w.unknown("result of "+b.Path()))
					case len(results) > 0:
						keep(i, results[0])
					}
					if !goesOn && first == nil {
						first = raised
					}
					return status, reason, !goesOn
				}
			},
		})
	})
	switch {
	case first != nil:
		w.failedErr = first
		L.Error(first, 0)
	case e != nil:
		w.raise(L, e)
	}
}

// waitUntil is wait_until(opts, probe) or wait_until(probe): it calls probe
// until it returns a true value. A dry run looks once and goes on with an
// unknown if it did not see it.
func (w *World) waitUntil(L *lua.LState) int {
	opts, at := L.NewTable(), 1
	if L.Get(1).Type() == lua.LTTable {
		opts, at = L.CheckTable(1), 2
	}
	probe := L.CheckFunction(at)
	w.optionsOf(L, opts, "wait_until", "every", "timeout", "what")
	every, timeout := w.secondsOf(L, opts, "every", 5), w.secondsOf(L, opts, "timeout", 600)
	what := "what wait_until waits for"
	if s, ok := opts.RawGetString("what").(lua.LString); ok {
		what = string(s)
	}
	b := branchOf(L)
	deadline := b.Now().Add(timeout)
	for {
		results, raised := w.protect(L, probe, 0)
		if raised != nil {
			L.Error(raised, 0)
		}
		v := lua.LValue(lua.LNil)
		if len(results) > 0 {
			v = results[0]
		}
		switch {
		case w.isUnknown(v) || lua.LVAsBool(v):
			L.Push(v)
			return 1
		case w.run.Dry():
			L.Push(w.unknown(what))
			return 1
		case b.Now().Add(every).After(deadline):
			w.raise(L, &op.Error{Kind: op.Timeout, Subject: what, Cause: fmt.Sprintf("still not so after %v", timeout), RetryAfter: -1})
		}
		w.pause(L, every)
	}
}

func (w *World) secondsOf(L *lua.LState, opts *lua.LTable, name string, otherwise float64) time.Duration {
	n := otherwise
	switch v := opts.RawGetString(name).(type) {
	case *lua.LNilType:
	case lua.LNumber:
		n = float64(v)
	default:
		w.mistake(L, "", "%s wants seconds, got %s", name, shown(v))
	}
	if n < 0 || n > 1e8 {
		w.mistake(L, "", "%s cannot be %v seconds", name, n)
	}
	return time.Duration(n * float64(time.Second))
}

func (w *World) pause(L *lua.LState, d time.Duration) {
	var e *op.Error
	w.yielding(L, func() { e = branchOf(L).Sleep(d) })
	if e != nil {
		w.raise(L, e)
	}
}
