package bindings

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
)

// This file holds the modules of the library that are written in Go.

// nativeLibrary makes a module; ok is false if there is none of that name.
func (w *World) nativeLibrary(name string) (module *lua.LTable, ok bool) {
	if name != "spell" {
		return nil, false
	}
	if t, ok := w.loaded[name].(*lua.LTable); ok {
		return t, true
	}
	t := w.state.NewTable()
	hint := w.fn(w.spellHint)
	if w.run.Dry() {
		w.deciding(hint, "spell.hint", 0)
	}
	t.RawSetString("hint", hint)
	w.loaded[name] = t
	return t, true
}

// spellHint is spell.hint(name, names): a hint that names the nearest known
// name, nil if none is near. The names are those of people's things, so one
// that contains what was written, or is contained in it, is near too.
func (w *World) spellHint(L *lua.LState) int {
	name, list := L.CheckString(1), L.CheckTable(2)
	names := make([]string, list.Len())
	for i := range names {
		names[i] = w.text(L, list.RawGetInt(i+1))
	}
	hint := spell.Suggest(name, names)
	for i := 0; hint == "" && i < len(names); i++ {
		a, b := strings.ToLower(name), strings.ToLower(names[i])
		if min(len(a), len(b)) >= 4 && (strings.Contains(a, b) || strings.Contains(b, a)) {
			hint = fmt.Sprintf("did you mean %q?", names[i])
		}
	}
	if hint == "" {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(hint))
	return 1
}
