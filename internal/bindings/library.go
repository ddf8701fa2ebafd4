package bindings

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
	"runner/lua/stdlib"
)

// This file is require: modules of the library, and of the project.

// library is a module of the library, nil if there is none of that name.
func (w *World) library(L *lua.LState, name string) lua.LValue {
	source, ok := stdlib.Source(name)
	if !ok {
		return lua.LNil
	}
	return w.load(L, name, Script{Name: libraryPrefix + name + ".lua", Source: source})
}

func (w *World) require(L *lua.LState) int {
	name := L.CheckString(1)
	if v := w.library(L, name); v != lua.LNil {
		L.Push(v)
		return 1
	}
	if v, ok := w.required[name]; ok {
		L.Push(v)
		return 1
	}
	if strings.Contains(name, "..") || strings.HasPrefix(name, "/") {
		w.mistake(L, "", "require reaches only files of the project, not %q", name)
	}
	chunk, source, ok, err := w.o.Load(name)
	switch {
	case err != nil:
		w.mistake(L, "", "module %q: %v", name, err)
	case !ok:
		hint := spell.Suggest(name, stdlib.Names())
		if hint == "" {
			hint = fmt.Sprintf("put %s.lua beside the script", strings.ReplaceAll(name, ".", "/"))
		}
		w.mistake(L, hint, "there is no module %q in the project or the library", name)
	}
	L.Push(w.load(L, name, Script{Name: chunk, Source: source}))
	return 1
}

// load runs a module once and keeps what it returns.
func (w *World) load(L *lua.LState, name string, s Script) lua.LValue {
	if v, ok := w.required[s.Name]; ok {
		return v
	}
	for _, above := range w.loading {
		if above == s.Name {
			w.mistake(L, "", "modules require each other in a circle: %s", strings.Join(append(w.loading, s.Name), " → "))
		}
	}
	proto, f := w.compile(s)
	if f != nil {
		L.Error(w.errorTable(f.Error, f.At), 0)
	}
	w.loading = append(w.loading, s.Name)
	results, raised := w.protect(L, L.NewFunctionFromProto(proto), 0)
	w.loading = w.loading[:len(w.loading)-1]
	if raised != nil {
		L.Error(raised, 0)
	}
	v := lua.LValue(lua.LTrue)
	if len(results) > 0 && results[0] != lua.LNil {
		v = results[0]
	}
	w.required[s.Name] = v
	w.required[name] = v
	return v
}
