package bindings

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
	"runner/lua/stdlib"
)

// This file is require: modules of the library, and of the project.

// library is a module of the library, nil if there is none of that name.
func (w *World) library(L *lua.LState, name string) lua.LValue {
	if t, ok := w.nativeLibrary(name); ok {
		return t
	}
	source, ok := stdlib.Source(name)
	if !ok {
		return lua.LNil
	}
	return w.load(L, Script{Name: libraryPrefix + name + ".lua", Source: source})
}

func (w *World) require(L *lua.LState) int {
	name := L.CheckString(1)
	if m, ok := w.modules[name]; ok {
		L.Push(w.module(m, ""))
		return 1
	}
	if v, ok := w.required[name]; ok {
		L.Push(v)
		return 1
	}
	if v := w.library(L, name); v != lua.LNil {
		if t, ok := v.(*lua.LTable); ok { // others use it too
			v = w.sealed(name, t)
		}
		w.required[name] = v
		L.Push(v)
		return 1
	}
	if name == "" || strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\:\x00") {
		w.mistake(L, "", "require reaches only files of the project, not %q", name)
	}
	chunk, source, ok, err := w.o.Load(name)
	switch {
	case err != nil:
		w.mistake(L, "", "module %q: %v", name, err)
	case !ok:
		hint := spell.Suggest(name, append(stdlib.Names(), w.moduleNames()...))
		if hint == "" {
			hint = fmt.Sprintf("put %s.lua beside the script", strings.ReplaceAll(name, ".", "/"))
		}
		w.mistake(L, hint, "there is no module %q in the project or the library", name)
	}
	v := w.load(L, Script{Name: chunk, Source: source})
	w.required[name] = v
	L.Push(v)
	return 1
}

// A loading is a module that is being loaded, and the branch that does it.
type loading struct {
	chunk  string
	course *course
}

// load runs a module once and keeps what it returns.
func (w *World) load(L *lua.LState, s Script) lua.LValue {
	if v, ok := w.loaded[s.Name]; ok {
		return v
	}
	var circle []string
	for _, l := range w.loading {
		if l.course == laneOf(L).course {
			circle = append(circle, l.chunk)
		}
	}
	for _, l := range w.loading {
		switch {
		case l.chunk != s.Name:
		case l.course == laneOf(L).course:
			w.mistake(L, "", "modules require each other in a circle: %s", strings.Join(append(circle, s.Name), " → "))
		default:
			w.mistake(L, "require it at the beginning of the script", "another branch is just loading %s", s.Name)
		}
	}
	proto, f := w.compile(s)
	if f != nil {
		L.Error(w.errorTable(f.Error, f.At), 0)
	}
	w.loading = append(w.loading, loading{s.Name, laneOf(L).course})
	results, raised := w.protect(L, L.NewFunctionFromProto(proto))
	w.loading = slices.DeleteFunc(w.loading, func(l loading) bool { return l.chunk == s.Name })
	if raised != nil {
		L.Error(raised, 0)
	}
	v := lua.LValue(lua.LTrue)
	if len(results) > 0 && results[0] != lua.LNil {
		v = results[0]
	}
	w.loaded[s.Name] = v
	return v
}
