package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file makes the library take the unknowns of a dry run. Functions that
// compute pass them on: what they answer is unknown. Those that decide by a
// value mark an open point. Those that only show or carry it take it as it is.
//
// An unknown stands for a value, not for nil: in a list it counts.

// openPoint marks where a dry run cannot go on, and ends the step or branch.
func (w *World) openPoint(L *lua.LState, v lua.LValue, why string) {
	place := at(L)
	branchOf(L).OpenPoint(place, labelOf(v), why)
	w.raiseSignal(L, signal{kind: openPoint, reason: place})
}

// known marks an open point if v is unknown.
func (w *World) known(L *lua.LState, v lua.LValue, name string) {
	if w.isUnknown(v) {
		w.openPoint(L, v, name+" needs to know it")
	}
}

// A prediction is a table that may have more fields than we know.
type prediction struct {
	thing string   // what it is about
	shape *op.Type // if not nil, a field of it that is not there is absent for certain
}

// predict marks what of the answer of a planned call may have more fields than
// we know: they are unknown, not absent.
func (w *World) predict(v lua.LValue, t *op.Type, thing string, whole bool) {
	table, ok := v.(*lua.LTable)
	if !ok {
		return
	}
	if t.Open {
		table.Metatable = w.predictedMeta
		p := prediction{thing: thing}
		if whole {
			p.shape = t
		}
		w.predicted[table] = p
	}
	for i := range t.Fields {
		w.predict(table.RawGetString(t.Fields[i].Name), t.Fields[i].Type, t.Fields[i].Name+" of "+thing, whole)
	}
	if t.Form == op.List {
		for i := 1; i <= table.Len(); i++ {
			w.predict(table.RawGetInt(i), t.Elem, thing, whole)
		}
	}
}

// whole marks an open point if it is not known which fields a table has.
func (w *World) whole(L *lua.LState, v lua.LValue, name string) {
	if t, ok := v.(*lua.LTable); ok && t.Metatable == w.predictedMeta {
		w.openPoint(L, w.unknown("all of "+w.predicted[t].thing), name+" needs to know it")
	}
}

// guard is called by what the pass over the syntax tree puts into scripts.
func (w *World) guard(L *lua.LState) int {
	n := L.GetTop()
	for i := 1; i <= n; i++ {
		if v := L.Get(i); w.isUnknown(v) && !isNewID(v) {
			w.openPoint(L, v, "the script decides by it")
		}
	}
	return n
}

// carrying are the words that take unknowns as they are, or see to them
// themselves. All others need to know what they are given.
var carrying = []string{
	"assert", "assume", "confirm", "error", "fail", "iter", "output", "pcall", "print", "skip", "step", "tostring", "xpcall",
}

func (w *World) openUnknowns(libs map[string]*lua.LTable) {
	carries := map[string]bool{}
	for _, name := range carrying {
		carries[name] = true
	}
	for _, name := range w.names() {
		f, ok := w.words.RawGetString(name).(*lua.LFunction)
		if !ok || carries[name] {
			continue
		}
		switch name {
		case "tonumber", "type":
			w.passing(f, name)
		case "select":
			w.deciding(f, name, 1)
		case "setmetatable":
			w.deciding(f, name, 2)
		default:
			w.deciding(f, name, 0)
		}
	}
	for _, lib := range []string{"math", "string"} {
		for k, v := libs[lib].Next(lua.LNil); k != lua.LNil; k, v = libs[lib].Next(k) {
			f, ok := v.(*lua.LFunction)
			switch name := lib + "." + k.String(); {
			case !ok || name == "string.format":
			case name == "math.random":
				w.deciding(f, name, 0) // it would take a number from the row or not
			default:
				w.passing(f, name)
			}
		}
	}
	w.openTableUnknowns(libs["table"])
	for _, name := range []string{"create", "resume", "status", "wrap"} {
		w.deciding(libs["coroutine"].RawGetString(name).(*lua.LFunction), "coroutine."+name, 1)
	}
}

func (w *World) openTableUnknowns(lib *lua.LTable) {
	get := func(name string) *lua.LFunction { return lib.RawGetString(name).(*lua.LFunction) }
	w.passing(get("concat"), "table.concat")
	w.deciding(get("remove"), "table.remove", 0)
	insert := get("insert")
	stock := insert.GFunction
	insert.GFunction = w.watched(func(L *lua.LState) int {
		for i := 1; i < L.GetTop(); i++ { // the last is the value
			w.known(L, L.Get(i), "table.insert")
		}
		return stock(L)
	})
	sort := get("sort")
	stockSort := sort.GFunction
	sort.GFunction = w.watched(func(L *lua.LState) int {
		w.known(L, L.Get(1), "table.sort")
		w.known(L, L.Get(2), "table.sort")
		if compare, ok := L.Get(2).(*lua.LFunction); ok {
			L.Replace(2, w.fn(func(L *lua.LState) int {
				L.Insert(compare, 1)
				L.Call(L.GetTop()-1, 1)
				w.known(L, L.Get(-1), "table.sort")
				return 1
			}))
		} else if t, ok := L.Get(1).(*lua.LTable); ok {
			for i := 1; i <= t.Len(); i++ {
				w.known(L, t.RawGetInt(i), "table.sort")
			}
		}
		return stockSort(L)
	})
}

// deciding makes a function need to know its arguments: the first n, or all
// if n is 0.
func (w *World) deciding(f *lua.LFunction, name string, n int) {
	stock := f.GFunction
	f.GFunction = w.watched(func(L *lua.LState) int {
		last := L.GetTop()
		if n > 0 {
			last = min(n, last)
		}
		for i := 1; i <= last; i++ {
			w.known(L, L.Get(i), name)
			w.whole(L, L.Get(i), name)
		}
		return stock(L)
	})
}

// passing makes a function answer unknowns if one of its arguments is one. A
// callback among the arguments could do anything, so it is an open point then.
func (w *World) passing(f *lua.LFunction, name string) {
	stock := f.GFunction
	short := name[strings.IndexByte(name, '.')+1:]
	f.GFunction = w.watched(func(L *lua.LState) int {
		for i := 1; i <= L.GetTop(); i++ {
			v := L.Get(i)
			if !w.isUnknown(v) {
				continue
			}
			for j := 1; j <= L.GetTop(); j++ {
				if L.Get(j).Type() == lua.LTFunction {
					w.known(L, v, name)
				}
			}
			n := results(L, short)
			for range n {
				L.Push(w.unknown(short + " of " + labelOf(v)))
			}
			return n
		}
		return stock(L)
	})
}

// results is how many values a function of the library answers, as far as can
// be seen: those of a search, as if it found something.
func results(L *lua.LState, name string) int {
	captures := 0
	if pattern, ok := L.Get(2).(lua.LString); ok {
		captures = strings.Count(strings.ReplaceAll(string(pattern), "%(", ""), "(")
	}
	switch name {
	case "find":
		return 2 + captures
	case "match":
		return max(1, captures)
	case "gsub", "modf", "frexp":
		return 2
	case "byte":
		from, one := L.Get(2).(lua.LNumber)
		to, two := L.Get(3).(lua.LNumber)
		if !one {
			from = 1
		}
		if !two {
			to = from
		}
		return max(1, min(64, int(to-from)+1))
	}
	return 1
}
