package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
)

// This file holds the values that Lua has no words for: unknowns, secrets and
// null.

type unknown struct{ label string }

type hidden struct{ value string }

type nullValue struct{}

func (w *World) unknown(label string) *lua.LUserData {
	return &lua.LUserData{Value: &unknown{label}, Metatable: w.unknownMeta}
}

func (w *World) isUnknown(v lua.LValue) bool {
	ud, ok := v.(*lua.LUserData)
	return ok && ud.Metatable == w.unknownMeta
}

func labelOf(v lua.LValue) string {
	if ud, ok := v.(*lua.LUserData); ok {
		if u, ok := ud.Value.(*unknown); ok {
			return u.label
		}
	}
	return v.String()
}

// Hidden wraps a secret value for scripts: they can pass it on, not see it.
func (w *World) hidden(value string) *lua.LUserData {
	return &lua.LUserData{Value: &hidden{value}, Metatable: w.secretMeta}
}

func (w *World) openMeta() {
	L := w.state
	sealed := func(t *lua.LTable, events map[string]lua.LGFunction) {
		for name, f := range events {
			t.RawSetString(name, L.NewFunction(f))
		}
		t.RawSetString("__metatable", lua.LFalse)
	}
	w.null = &lua.LUserData{Value: nullValue{}, Metatable: w.nullMeta}
	sealed(w.nullMeta, map[string]lua.LGFunction{
		"__index": func(L *lua.LState) int {
			w.mistake(L, "", "tried to read field %q of null", L.Get(2).String())
			return 0
		},
	})
	sealed(w.errorMeta, map[string]lua.LGFunction{
		"__tostring": func(L *lua.LState) int {
			L.Push(lua.LString(w.errorOf(L.Get(1)).Error.Error()))
			return 1
		},
		"__concat": func(L *lua.LState) int {
			L.Push(lua.LString(w.text(L.Get(1)) + w.text(L.Get(2))))
			return 1
		},
	})
	sealed(w.secretMeta, map[string]lua.LGFunction{
		"__concat": func(L *lua.LState) int {
			reveal := func(v lua.LValue) string {
				if ud, ok := v.(*lua.LUserData); ok {
					if h, ok := ud.Value.(*hidden); ok {
						return h.value
					}
				}
				return v.String()
			}
			L.Push(w.hidden(reveal(L.Get(1)) + reveal(L.Get(2))))
			return 1
		},
		"__index": func(L *lua.LState) int {
			w.mistake(L, "pass it to an operation as it is", "a secret cannot be looked into")
			return 0
		},
	})
	derived := func(name string) lua.LGFunction {
		return func(L *lua.LState) int {
			v := L.Get(1)
			if !w.isUnknown(v) {
				v = L.Get(2)
			}
			L.Push(w.unknown(name + " " + labelOf(v)))
			return 1
		}
	}
	unknowns := map[string]lua.LGFunction{
		"__index": func(L *lua.LState) int {
			L.Push(w.unknown(w.text(L.Get(2)) + " of " + labelOf(L.Get(1))))
			return 1
		},
		"__newindex": func(L *lua.LState) int {
			w.openPoint(L, L.Get(1), "a field of it is set")
			return 0
		},
		"__call": func(L *lua.LState) int {
			L.Push(w.unknown("result of " + labelOf(L.Get(1))))
			return 1
		},
		"__concat": func(L *lua.LState) int {
			L.Push(w.unknown("text " + w.text(L.Get(1)) + w.text(L.Get(2))))
			return 1
		},
		"__len": derived("length of"),
		"__unm": derived("minus"),
	}
	for _, name := range []string{"__add", "__sub", "__mul", "__div", "__mod", "__pow"} {
		unknowns[name] = derived("value computed from")
	}
	for _, name := range []string{"__eq", "__lt", "__le"} {
		unknowns[name] = func(L *lua.LState) int {
			w.openPoint(L, L.Get(1), "a comparison needs it")
			return 0
		}
	}
	sealed(w.unknownMeta, unknowns)
}

// openPoint marks where a dry run cannot go on, and ends the step or branch.
func (w *World) openPoint(L *lua.LState, v lua.LValue, why string) {
	place := at(L)
	branchOf(L).OpenPoint(place, labelOf(v), why)
	w.raiseSignal(L, signal{kind: openPoint, reason: place})
}

// openUnknowns makes the functions of the library pass unknowns through, or
// mark an open point where they would have to decide.
func (w *World) openUnknowns() {
	L := w.state
	passing := func(lib *lua.LTable, keep ...string) {
		kept := map[string]bool{}
		for _, k := range keep {
			kept[k] = true
		}
		for k, v := lib.Next(lua.LNil); k != lua.LNil; k, v = lib.Next(k) {
			f, ok := v.(*lua.LFunction)
			if !ok || !f.IsG || kept[k.String()] {
				continue
			}
			name, stock := k.String(), f.GFunction
			f.GFunction = func(L *lua.LState) int {
				for i := 1; i <= L.GetTop(); i++ {
					if v := L.Get(i); w.isUnknown(v) {
						L.Push(w.unknown(name + " of " + labelOf(v)))
						return 1
					}
				}
				return stock(L)
			}
		}
	}
	deciding := func(lib *lua.LTable, names ...string) {
		for _, name := range names {
			f := lib.RawGetString(name).(*lua.LFunction)
			stock := *f
			lib.RawSetString(name, L.NewFunction(func(L *lua.LState) int {
				for i := 1; i <= min(L.GetTop(), 2); i++ {
					if v := L.Get(i); w.isUnknown(v) {
						w.openPoint(L, v, name+" needs to look into it")
					}
				}
				args := L.GetTop()
				L.Insert(&stock, 1)
				L.Call(args, lua.MultRet)
				return L.GetTop()
			}))
		}
	}
	passing(w.words.RawGetString("string").(*lua.LTable), "format")
	passing(w.words.RawGetString("math").(*lua.LTable))
	deciding(w.words, "pairs", "ipairs", "next", "unpack", "setmetatable")
	table := w.words.RawGetString("table").(*lua.LTable)
	sort := table.RawGetString("sort").(*lua.LFunction).GFunction
	table.RawSetString("sort", L.NewFunction(func(L *lua.LState) int {
		if t, ok := L.Get(1).(*lua.LTable); ok && L.GetTop() < 2 {
			for i := 1; i <= t.Len(); i++ {
				if v := t.RawGetInt(i); w.isUnknown(v) {
					w.openPoint(L, v, "table.sort needs to compare it")
				}
			}
		}
		return sort(L)
	}))
	for _, name := range []string{"tonumber", "type"} {
		f := w.words.RawGetString(name).(*lua.LFunction)
		stock := f.GFunction
		w.set(name, func(L *lua.LState) int {
			if v := L.Get(1); w.isUnknown(v) {
				L.Push(w.unknown(name + " of " + labelOf(v)))
				return 1
			}
			return stock(L)
		})
	}
	w.words.RawSetString(guardName, L.NewFunction(func(L *lua.LState) int {
		n := L.GetTop()
		for i := 1; i <= n; i++ {
			if v := L.Get(i); w.isUnknown(v) {
				w.openPoint(L, v, "the script decides by it")
			}
		}
		return n
	}))
}

// optionsOf reads the named options of a word, and refuses others.
func (w *World) optionsOf(L *lua.LState, t *lua.LTable, word string, known ...string) {
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		name := k.String()
		found := false
		for _, o := range known {
			found = found || o == name
		}
		if !found {
			w.mistake(L, spell.Suggest(name, known), "%s has no option %q", word, name)
		}
	}
}
