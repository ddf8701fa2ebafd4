package bindings

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/op"
	"runner/internal/spell"
)

// This file makes operations callable. A vendor's module is a table whose
// functions are made when they are first used.

// bound is an operation on a connection.
type bound struct {
	op   *op.Operation
	conn string // "" is the module's default connection
}

func (w *World) openModules() {
	for _, m := range w.o.Modules {
		w.words.RawSetString(m.Name, w.module(m, ""))
	}
	w.set("connect", func(L *lua.LState) int {
		name, conn := L.CheckString(1), L.OptString(2, "")
		m, ok := w.modules[name]
		if !ok {
			w.mistake(L, spell.Suggest(name, w.moduleNames()), "no module is called %q", name)
		}
		if conn == "" {
			w.mistake(L, fmt.Sprintf(`write connect(%q, "name"); the default connection needs no connect`, name), "connect wants the name of a connection")
		}
		if _, e := w.connection(L, m, conn); e != nil {
			w.raise(L, e)
		}
		L.Push(w.module(m, conn))
		return 1
	})
	w.set("iter", w.iter)
}

func (w *World) moduleNames() []string {
	var names []string
	for _, m := range w.o.Modules {
		names = append(names, m.Name)
	}
	return names
}

// module is what a script sees of a module on a connection. Its functions are
// kept behind it, so that no script can put others in their place.
func (w *World) module(m *op.Module, conn string) *lua.LTable {
	key := m.Name + "\x00" + conn
	if t, ok := w.opened[key]; ok {
		return t
	}
	functions, meta := w.state.NewTable(), w.state.NewTable()
	t := w.sealed(m.Name, functions)
	meta.RawSetString("__index", w.fn(func(L *lua.LState) int {
		verb := L.Get(2).String()
		var f *lua.LFunction
		if o, ok := m.Operation(verb); ok {
			f = w.operation(bound{o, conn})
		} else {
			f = w.helper(L, m, t, verb)
		}
		functions.RawSetString(verb, f)
		L.Push(f)
		return 1
	}))
	functions.Metatable = meta
	w.opened[key] = t
	return t
}

// helper finds a function that the library adds to a module: it is called
// with the module, so that it uses the same connection.
func (w *World) helper(L *lua.LState, m *op.Module, module *lua.LTable, verb string) *lua.LFunction {
	helpers, ok := w.library(L, m.Name).(*lua.LTable)
	if ok {
		if helper, ok := helpers.RawGetString(verb).(*lua.LFunction); ok {
			return w.fn(func(L *lua.LState) int {
				L.Insert(module, 1)
				L.Insert(helper, 1)
				L.Call(L.GetTop()-1, lua.MultRet)
				return L.GetTop()
			})
		}
	}
	w.mistake(L, spell.Suggest(verb, w.verbs(m, helpers)), "%s has no operation %q", m.Name, verb)
	return nil
}

func (w *World) verbs(m *op.Module, helpers *lua.LTable) []string {
	var names []string
	for _, o := range m.Operations {
		names = append(names, o.Verb())
	}
	if helpers != nil {
		for k, _ := helpers.Next(lua.LNil); k != lua.LNil; k, _ = helpers.Next(k) {
			names = append(names, k.String())
		}
	}
	return names
}

// operation makes an operation a function of Lua. Its error says which
// argument of which operation is wrong.
func (w *World) operation(b bound) *lua.LFunction {
	f := w.fn(func(L *lua.LState) int {
		args := w.arguments(L, b.op, 1)
		answer := w.call(L, b, engine.Call{Op: b.op, Args: args})
		v := w.result(L, b.op, answer.Result)
		if w.run.Dry() && (b.op.Effect != op.Read || op.HasUnknown(args)) {
			w.predict(v, b.op.Out(), b.op.Thing(args), b.op.Shows != nil)
		}
		L.Push(v)
		return 1
	})
	w.ops[f] = b
	return f
}

func (w *World) arguments(L *lua.LState, o *op.Operation, index int) []byte {
	v := L.Get(index)
	if v == lua.LNil {
		v = &lua.LTable{Metatable: lua.LNil}
	}
	if L.GetTop() > index {
		w.raise(L, &op.Error{Kind: op.Script, Op: o.Name, Cause: "it takes one table of named arguments", Hint: fmt.Sprintf("write %s { name = value }", o.Name)})
	}
	args, err := w.encode(nil, v, o.In(), "")
	if m, ok := errors.AsType[*misfit](err); ok {
		hint := m.hint
		if _, isTable := v.(*lua.LTable); !isTable {
			hint = fmt.Sprintf("write %s { name = value }", o.Name)
		}
		w.raise(L, &op.Error{Kind: op.Script, Op: o.Name, Cause: m.cause, Hint: hint})
	}
	return args
}

func (w *World) call(L *lua.LState, b bound, c engine.Call) engine.Answer {
	conn, e := w.connection(L, w.modules[b.op.Module()], b.conn)
	if e != nil {
		w.raise(L, e)
	}
	c.Connection, c.At = conn, at(L)
	answer, failed := branchOf(L).Call(c)
	if failed != nil {
		w.raise(L, failed)
	}
	return answer
}

func (w *World) result(L *lua.LState, o *op.Operation, b []byte) lua.LValue {
	v, err := w.decode(b, o.Out())
	if err != nil {
		w.raise(L, &op.Error{Kind: op.Bug, Op: o.Name, Cause: "the result cannot be read: " + err.Error()})
	}
	return v
}

// connection opens a connection when it is first used.
func (w *World) connection(L *lua.LState, m *op.Module, name string) (*engine.Connection, *op.Error) {
	key := m.Name + "\x00" + name
	if c, ok := w.connections[key]; ok {
		return c, nil
	}
	c, e := w.o.Connect(branchOf(L), at(L), m.Name, name)
	if e != nil {
		return nil, e
	}
	w.connections[key] = c
	return c, nil
}
