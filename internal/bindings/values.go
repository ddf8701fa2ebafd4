package bindings

import (
	"encoding/json"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
)

// This file holds the values that Lua has no words for: unknowns, secrets and
// null.

type unknown struct {
	label  string
	method *lua.LFunction // of texts, if the unknown came from looking up its name
	isNew  bool           // the id of an object that a planned call creates
}

type hidden struct{ value string }

type nullValue struct{}

func (w *World) unknown(label string) *lua.LUserData {
	return &lua.LUserData{Value: &unknown{label: label}, Metatable: w.unknownMeta}
}

// newID is the id of an object that a planned call creates. It differs from
// all ids that there are, so a script may compare it, and use it as a key:
// there is one value for each.
func (w *World) newID(label string) *lua.LUserData {
	ud, ok := w.newIDs[label]
	if !ok {
		ud = w.unknown(label)
		ud.Value.(*unknown).isNew = true
		w.newIDs[label] = ud
	}
	return ud
}

func isNewID(v lua.LValue) bool {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return false
	}
	u, ok := ud.Value.(*unknown)
	return ok && u.isNew
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

func hiddenOf(v lua.LValue) (*hidden, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	h, ok := ud.Value.(*hidden)
	return h, ok
}

// Hidden wraps a secret value for scripts: they can pass it on, not see it.
func (w *World) hidden(value string) *lua.LUserData {
	return &lua.LUserData{Value: &hidden{value}, Metatable: w.secretMeta}
}

func (w *World) openMeta() {
	L := w.state
	w.unknownMeta, w.secretMeta, w.errorMeta, w.nullMeta = L.NewTable(), L.NewTable(), L.NewTable(), L.NewTable()
	w.listMeta, w.predictedMeta = L.NewTable(), L.NewTable()
	w.listMeta.RawSetString("__metatable", lua.LFalse)
	sealed := func(t *lua.LTable, events map[string]lua.LGFunction) {
		for name, f := range events {
			t.RawSetString(name, w.fn(f))
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
			L.Push(lua.LString(w.errorOf(L, L.Get(1)).Error.Error()))
			return 1
		},
		"__concat": func(L *lua.LState) int {
			L.Push(lua.LString(w.text(L, L.Get(1)) + w.text(L, L.Get(2))))
			return 1
		},
	})
	sealed(w.secretMeta, map[string]lua.LGFunction{
		"__concat": func(L *lua.LState) int {
			reveal := func(v lua.LValue) string {
				if h, ok := hiddenOf(v); ok {
					return h.value
				}
				if t := v.Type(); t != lua.LTString && t != lua.LTNumber {
					w.mistake(L, "", "tried to join a secret and %s with ..", typeName(v))
				}
				return v.String()
			}
			if w.isUnknown(L.Get(1)) || w.isUnknown(L.Get(2)) {
				L.Push(w.unknown("text " + w.text(L, L.Get(1)) + w.text(L, L.Get(2))))
				return 1
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
			v := w.unknown(w.text(L, L.Get(2)) + " of " + labelOf(L.Get(1)))
			if f, ok := w.strings.RawGet(L.Get(2)).(*lua.LFunction); ok {
				v.Value.(*unknown).method = f
			}
			L.Push(v)
			return 1
		},
		"__newindex": func(L *lua.LState) int {
			w.openPoint(L, L.Get(1), "a field of it is set")
			return 0
		},
		"__call": func(L *lua.LState) int {
			callee := L.Get(1)
			f := callee.(*lua.LUserData).Value.(*unknown).method
			if f == nil { // no vendor answers functions
				w.openPoint(L, callee, "it is called")
			}
			L.Replace(1, f)
			L.Call(L.GetTop()-1, lua.MultRet)
			return L.GetTop()
		},
		"__concat": func(L *lua.LState) int {
			L.Push(w.unknown("text " + w.text(L, L.Get(1)) + w.text(L, L.Get(2))))
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
			if name == "__eq" && isNewID(L.Get(1)) && isNewID(L.Get(2)) {
				L.Push(lua.LFalse) // the same one would not come here
				return 1
			}
			w.openPoint(L, L.Get(1), "a comparison needs it")
			return 0
		}
	}
	sealed(w.unknownMeta, unknowns)
	sealed(w.predictedMeta, map[string]lua.LGFunction{
		"__index": func(L *lua.LState) int {
			p, name := w.predicted[L.CheckTable(1)], w.text(L, L.Get(2))
			if p.shape != nil {
				if _, known := p.shape.Field(name); known {
					L.Push(lua.LNil)
					return 1
				}
			}
			L.Push(w.unknown(name + " of " + p.thing))
			return 1
		},
	})
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

// raw makes a Lua value of what the host hands in.
func (w *World) raw(v any) lua.LValue {
	switch v := v.(type) {
	case nil:
		return lua.LNil
	case SecretText:
		return w.hidden(string(v))
	case string:
		return lua.LString(v)
	case float64:
		return lua.LNumber(v)
	case bool:
		return lua.LBool(v)
	case *Rows:
		return w.rows(v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return lua.LString(fmt.Sprint(v))
	}
	out, err := w.decode(b, nil)
	if err != nil {
		return lua.LNil
	}
	return out
}

// SecretText is the value of a param that is a secret.
type SecretText string
