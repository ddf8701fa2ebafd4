package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
)

// This file opens the world: which names scripts see, that they cannot reach
// anything else, and that they cannot change what others use.

// keptBase are the functions of Lua's base library that scripts keep as they
// are. The others read files, load code, reach other functions' environments,
// look past metatables, or are replaced.
var keptBase = []string{"getmetatable", "ipairs", "next", "pairs", "select", "setmetatable", "tonumber", "type", "unpack"}

// replacedBase are those that are ours.
var replacedBase = []string{"assert", "error", "pcall", "tostring", "xpcall"}

// libraries are the libraries of Lua that scripts see.
var libraries = []string{"coroutine", "math", "string", "table"}

func (w *World) open() {
	L := w.state
	w.openMeta()
	global := L.G.Global
	stock := func(name string, open lua.LGFunction) *lua.LTable {
		L.Push(L.NewFunction(open))
		L.Push(lua.LString(name))
		L.Call(1, 1)
		lib := L.Get(-1).(*lua.LTable)
		L.Pop(1)
		return lib
	}
	base := stock("", lua.OpenBase)
	w.words = L.NewTable()
	for _, name := range keptBase {
		w.words.RawSetString(name, w.kept(name, base.RawGetString(name)))
	}
	w.set("pcall", w.pcall)
	w.set("xpcall", w.xpcall)
	w.set("error", w.error)
	w.set("assert", w.assert)
	w.set("tostring", w.tostring)
	w.set("fail", w.fail)
	w.set("skip", w.skip)
	w.openIteration()
	libs := map[string]*lua.LTable{
		"coroutine": w.openCoroutines(stock("coroutine", lua.OpenCoroutine)),
		"math":      w.openMath(stock("math", lua.OpenMath)),
		"string":    w.openStrings(stock("string", lua.OpenString)),
		"table":     w.openTables(stock("table", lua.OpenTable)),
	}
	w.openWords()
	w.openFlow()
	w.openModules()
	if w.run.Dry() {
		w.openUnknowns(libs)
	}
	for _, name := range libraries {
		w.words.RawSetString(name, w.sealed(name, libs[name]))
	}
	w.strings = libs["string"]
	w.sealStrings(w.strings)
	w.seal(global)
}

// kept is a stock function, watched.
func (w *World) kept(name string, v lua.LValue) lua.LValue {
	f, ok := v.(*lua.LFunction)
	if !ok {
		return v // a number, such as math.pi
	}
	stock := f.GFunction
	if len(f.Upvalues) > 0 { // it needs them
		f.GFunction = w.watched(stock)
		return f
	}
	return w.stock(name, stock)
}

// openIteration restricts what of the base library reaches too far.
func (w *World) openIteration() {
	setmetatable := w.words.RawGetString("setmetatable").(*lua.LFunction).GFunction
	w.set("setmetatable", func(L *lua.LState) int {
		L.CheckTable(1) // those of other types are shared by all values of the type
		return setmetatable(L)
	})
	w.set("tonumber", w.tonumber(w.words.RawGetString("tonumber").(*lua.LFunction).GFunction))
	unpack := w.words.RawGetString("unpack").(*lua.LFunction).GFunction
	w.set("unpack", func(L *lua.LState) int {
		w.bounded(L, "unpack", L.OptInt(2, 1), L.OptInt(3, L.CheckTable(1).Len()))
		return unpack(L)
	})
	for _, name := range []string{"pairs", "ipairs"} { // their iterators stand in upvalues
		f := w.words.RawGetString(name).(*lua.LFunction)
		iterator := f.Upvalues[0].Value().(*lua.LFunction).GFunction
		f.Upvalues[0].SetValue(w.stock(name, iterator))
	}
}

// maxValues is how many values a function may answer: gopher-lua takes long to
// make room for more, and nothing can end that.
const maxValues = 200_000

func (w *World) bounded(L *lua.LState, name string, from, to int) {
	if from <= to && float64(to)-float64(from) >= maxValues {
		w.mistake(L, "go through them in a loop", "%s would answer more than %d values", name, maxValues)
	}
}

// sealed is a table through which a library is read, and cannot be changed:
// all scripts and modules of the run share it.
func (w *World) sealed(name string, lib *lua.LTable) *lua.LTable {
	t, meta := w.state.NewTable(), w.state.NewTable()
	meta.RawSetString("__index", lib)
	meta.RawSetString("__newindex", w.fn(func(L *lua.LState) int {
		w.mistake(L, "keep your own functions in a local table", "%s cannot be changed", name)
		return 0
	}))
	meta.RawSetString("__metatable", lua.LFalse)
	t.Metatable = meta
	return t
}

// sealStrings gives texts their methods, out of reach.
func (w *World) sealStrings(lib *lua.LTable) {
	meta := w.state.NewTable()
	meta.RawSetString("__index", lib)
	meta.RawSetString("__metatable", lua.LFalse)
	w.openArithmetic(meta)
	w.state.SetMetatable(lua.LString(""), meta)
}

// seal empties the table of globals: a script's own globals live in it, and
// the words behind it, where they cannot be changed.
func (w *World) seal(global *lua.LTable) {
	var names []lua.LValue
	for k, _ := global.Next(lua.LNil); k != lua.LNil; k, _ = global.Next(k) {
		names = append(names, k)
	}
	for _, k := range names {
		global.RawSet(k, lua.LNil)
	}
	global.RawSetString(sameName, w.fn(func(L *lua.LState) int { return L.GetTop() }))
	if w.run.Dry() {
		global.RawSetString(guardName, w.fn(w.guard))
	}
	meta, words := w.state.NewTable(), w.state.NewTable()
	words.RawSetString("__index", w.fn(w.unknownGlobal))
	w.words.Metatable = words
	meta.RawSetString("__index", w.words)
	meta.RawSetString("__newindex", w.fn(func(L *lua.LState) int {
		t, k, v := L.CheckTable(1), L.Get(2), L.Get(3)
		if w.words.RawGet(k) != lua.LNil {
			w.mistake(L, "choose another name, and put local before it", "%q is a word of the runner and cannot be changed", k.String())
		}
		t.RawSet(k, v)
		return 0
	}))
	meta.RawSetString("__metatable", lua.LFalse)
	global.Metatable = meta
}

// unknownGlobal answers for a global that there is none of.
func (w *World) unknownGlobal(L *lua.LState) int {
	name := L.Get(2).String()
	w.mistake(L, spell.Suggest(name, w.names()), "nothing is called %q", name)
	return 0
}

// names are the words that scripts can use, for suggestions.
func (w *World) names() []string {
	var names []string
	for k, _ := w.words.Next(lua.LNil); k != lua.LNil; k, _ = w.words.Next(k) {
		names = append(names, k.String())
	}
	return names
}
