package bindings

import (
	"errors"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// This file holds the words that need no file of their own.

func (w *World) openWords() {
	w.words.RawSetString("null", w.null)
	w.set("print", func(L *lua.LState) int {
		w.note(L, "print", 1)
		return 0
	})
	log, meta := w.state.NewTable(), w.state.NewTable()
	for _, level := range []string{"debug", "info", "warn", "error"} {
		log.RawSetString(level, w.fn(func(L *lua.LState) int {
			w.note(L, level, 1)
			return 0
		}))
	}
	meta.RawSetString("__index", w.fn(func(L *lua.LState) int {
		w.mistake(L, "log.debug, log.info, log.warn and log.error", "there is no log level %q", L.Get(2).String())
		return 0
	}))
	log.Metatable = meta
	word := w.sealed("log", log)
	word.Metatable.(*lua.LTable).RawSetString("__call", w.fn(func(L *lua.LState) int {
		w.note(L, "info", 2) // the first is log itself
		return 0
	}))
	w.words.RawSetString("log", word)
	w.set("now", func(L *lua.LState) int {
		L.Push(lua.LNumber(float64(branchOf(L).Now().UnixMilli()) / 1000))
		return 1
	})
	w.set("sleep", func(L *lua.LState) int {
		n := float64(L.CheckNumber(1))
		if !(n >= 0 && n <= 1e8) {
			w.mistake(L, "", "sleep wants seconds, got %v", n)
		}
		w.pause(L, time.Duration(n*float64(time.Second)))
		return 0
	})
	w.set("dry_run", func(L *lua.LState) int {
		L.Push(lua.LBool(w.run.Dry() && !w.run.Rehearsing()))
		return 1
	})
	w.set("output", w.output)
	w.set("assume", w.assume)
	w.set("secret", w.secretWord)
	w.set("require", w.require)
	w.set("params", w.params)
	w.set("limits", w.limits)
	w.set("confirm", w.confirm)
}

func (w *World) note(L *lua.LState, level string, from int) {
	texts := make([]string, 0, 4)
	for i := from; i <= L.GetTop(); i++ {
		texts = append(texts, w.text(L, L.Get(i)))
	}
	branchOf(L).Note(level, strings.Join(texts, "\t"), at(L))
}

// output is output(name, value): a result of the script, for the report.
func (w *World) output(L *lua.LState) int {
	if L.GetTop() < 2 {
		w.mistake(L, `write output("name", value)`, "output wants a name and a value")
	}
	name := w.nameOf(L, "output")
	b, err := freely{written, true, w.listMeta}.encode(nil, L.Get(2), "value", 0)
	if m, ok := errors.AsType[*misfit](err); ok {
		w.mistake(L, m.hint, "output: %s", m.cause)
	}
	branchOf(L).Output(name, b)
	return 0
}

// nameOf is the name that a step or output is given. One that a dry run does
// not know shows its label.
func (w *World) nameOf(L *lua.LState, word string) string {
	v := L.Get(1)
	switch {
	case w.isUnknown(v):
		return w.text(L, v)
	case v.Type() != lua.LTString && v.Type() != lua.LTNumber:
		w.mistake(L, fmt.Sprintf("write %s(\"name\", …)", word), "%s wants a name, got %s", word, typeName(v))
	case v.String() == "":
		w.mistake(L, "", "%s needs a name", word)
	}
	return v.String()
}

// assume is assume(value, expected): value, or in a dry run, if it is
// unknown, what the author expects it to be.
func (w *World) assume(L *lua.LState) int {
	if L.GetTop() < 2 {
		w.mistake(L, "write assume(value, what you expect)", "assume wants two values")
	}
	v := L.Get(1)
	if w.isUnknown(v) {
		branchOf(L).Note("info", "assumed that "+labelOf(v)+" will be "+w.inspect(L.Get(2)), at(L))
		v = L.Get(2)
	}
	L.Push(v)
	return 1
}

// secretWord is secret("env:NAME"): a secret that can be passed on, not seen.
func (w *World) secretWord(L *lua.LState) int {
	value, e := w.o.Secret(L.CheckString(1))
	if e != nil {
		w.raise(L, e)
	}
	L.Push(w.hidden(value))
	return 1
}
