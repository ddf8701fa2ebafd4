package bindings

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/journal"
)

// This file holds the words that run branches: each and parallel.

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
	w.known(L, L.Get(2), "each")
	fn := L.CheckFunction(fnAt)
	w.optionsOf(L, opts, "each", "key", "concurrency", "name", "timeout")
	n := items.Len()
	if keys := sortedKeys(items, n); len(keys) > 0 {
		w.mistake(L, "parallel takes named functions", "each wants a list, got a table with the field %q", keyText(keys[0]))
	}
	// The list as it is now: the function may change it.
	list, keys := make([]lua.LValue, n), make([]string, n)
	labels := map[string]bool{}
	for i := range keys {
		list[i] = items.RawGetInt(i + 1)
		v := w.itemKey(L, list[i], i+1, opts.RawGetString("key"))
		keys[i] = v.String()
		if w.isUnknown(v) {
			keys[i] = "<" + labelOf(v) + ">"
			if labels[keys[i]] { // the label says nothing about the values
				keys[i] += fmt.Sprint(" ", i+1)
			}
			labels[keys[i]] = true
		}
	}
	results := L.NewTable()
	f := engine.FanOut{Name: w.nameOption(L, opts, "each"), Keys: keys, Width: w.concurrency(L, opts, defaultConcurrency), Timeout: w.timeoutOf(L, opts)}
	w.fanOut(L, f, func(i int) (lua.LValue, []lua.LValue) {
		return fn, []lua.LValue{list[i], lua.LNumber(i + 1)}
	}, func(i int, v lua.LValue) { results.RawSetInt(i+1, v) })
	L.Push(results)
	return 1
}

func (w *World) nameOption(L *lua.LState, opts *lua.LTable, otherwise string) string {
	switch v := opts.RawGetString("name").(type) {
	case *lua.LNilType:
		return otherwise
	case lua.LString:
		return string(v)
	default:
		w.known(L, v, "name")
		w.mistake(L, "", "name wants a text, got %s", shown(v))
		return ""
	}
}

// itemKey is what names the branch of an item: what opts.key says, a field or
// a function; else the item itself, or its id, email or name; else its place.
func (w *World) itemKey(L *lua.LState, item lua.LValue, place int, key lua.LValue) lua.LValue {
	v := item
	table, isTable := item.(*lua.LTable)
	switch key := key.(type) {
	case lua.LString:
		if v = w.field(L, item, string(key)); v == lua.LNil {
			w.mistake(L, "", "each: item %d has no field %q to be its key", place, string(key))
		}
	case *lua.LFunction:
		results, raised := w.protect(L, key, item)
		if raised != nil {
			L.Error(raised, 0)
		}
		if v = lua.LNil; len(results) > 0 {
			v = results[0]
		}
	case *lua.LNilType:
		for _, name := range []string{"id", "email", "name"} {
			if isTable && v == item && table.RawGetString(name) != lua.LNil {
				v = table.RawGetString(name)
			}
		}
	default:
		w.mistake(L, "", "each: key wants the name of a field or a function, got %s", typeName(key))
	}
	if t := v.Type(); t == lua.LTString || t == lua.LTNumber || w.isUnknown(v) {
		return v
	}
	if key != lua.LNil {
		w.mistake(L, "", "each: the key of item %d must be a text or a number, got %s", place, typeName(v))
	}
	return lua.LNumber(place)
}

// field reads a field without calling anything but an unknown.
func (w *World) field(L *lua.LState, v lua.LValue, name string) lua.LValue {
	if t, ok := v.(*lua.LTable); ok {
		return t.RawGetString(name)
	}
	if w.isUnknown(v) {
		return w.unknown(name + " of " + labelOf(v))
	}
	return lua.LNil
}

func (w *World) concurrency(L *lua.LState, opts *lua.LTable, otherwise int) int {
	v := opts.RawGetString("concurrency")
	if v == lua.LNil {
		return otherwise
	}
	w.known(L, v, "concurrency")
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
	w.optionsOf(L, opts, "parallel", "concurrency", "name", "timeout")
	var keys []string
	var names, fns []lua.LValue
	for k, v := arms.Next(lua.LNil); k != lua.LNil; k, v = arms.Next(k) {
		if v.Type() != lua.LTFunction || k.Type() != lua.LTString && k.Type() != lua.LTNumber {
			w.mistake(L, "", "parallel wants functions with names, got %s for %q", typeName(v), keyText(k))
		}
		keys, names, fns = append(keys, k.String()), append(names, k), append(fns, v)
	}
	results := L.NewTable()
	f := engine.FanOut{Name: w.nameOption(L, opts, "parallel"), Keys: keys, Width: w.concurrency(L, opts, len(keys)), Timeout: w.timeoutOf(L, opts)}
	w.fanOut(L, f, func(i int) (lua.LValue, []lua.LValue) {
		return fns[i], nil
	}, func(i int, v lua.LValue) { results.RawSet(names[i], v) })
	L.Push(results)
	return 1
}

// fanOut runs a branch for every key; call is what it calls. After the first
// failure no further branch starts; those under way come to their end, and
// the failure is raised. A branch that is in doubt does not keep the others
// from being done: its failure is raised when all have ended.
func (w *World) fanOut(L *lua.LState, f engine.FanOut, call func(int) (lua.LValue, []lua.LValue), keep func(int, lua.LValue)) {
	var first lua.LValue
	firstIn, firstDoubt := "", false
	w.inTime(L)
	f.Worker = func() func(*engine.Branch, int) (engine.Ended, bool) {
		t := w.fresh(L) // one a worker: threads are dear, branches are not
		return func(b *engine.Branch, i int) (end engine.Ended, failed bool) {
			w.enter(t, b, L)
			fn, args := call(i)
			results, raised, intact := w.callOn(t, fn, args)
			if !intact {
				t = w.fresh(L)
			}
			w.blame(b, raised)
			end, goesOn := w.ending(t, raised)
			switch {
			case end.Status == journal.StatusOpen:
				keep(i, w.unknown("result of "+b.Path()))
			case len(results) > 0:
				keep(i, results[0])
			}
			doubt := end.Status == journal.StatusInDoubt
			if !goesOn && (first == nil || firstDoubt && !doubt) {
				first, firstIn, firstDoubt = raised, w.failedIn, doubt
			}
			return end, !goesOn && !doubt
		}
	}
	_, e := branchOf(L).Each(f)
	switch {
	case first != nil:
		w.failedErr, w.failedIn = first, firstIn
		L.Error(first, 0)
	case e != nil:
		w.raise(L, e)
	}
}
