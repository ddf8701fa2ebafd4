package bindings

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file holds the functions of the string library that take a pattern.
// gopher-lua's take time without bounds that nothing can end, and panic or
// answer nothing where Lua answers nil.

func (w *World) matcher(L *lua.LState, name, s, pattern string) *matcher {
	return &matcher{src: s, pat: pattern, done: laneOf(L).done,
		fail: func(cause string) { w.mistake(L, "", "string.%s: pattern %q: %s", name, pattern, cause) },
		stopped: func() {
			w.halt(at(L))
			w.raiseSignal(L, signal{kind: stopped})
		},
	}
}

// start is where a search begins, from 0, by Lua's counting from 1 or from
// the end.
func start(L *lua.LState, n int, s string) int {
	at := L.OptInt(n, 1)
	if at < 0 {
		at += len(s) + 1
	}
	return max(0, at-1)
}

func (w *World) find(L *lua.LState) int {
	s, pattern := L.CheckString(1), L.CheckString(2)
	from := start(L, 3, s)
	if from > len(s) {
		L.Push(lua.LNil)
		return 1
	}
	if lua.LVAsBool(L.Get(4)) {
		i := strings.Index(s[from:], pattern)
		if i < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(from + i + 1))
		L.Push(lua.LNumber(from + i + len(pattern)))
		return 2
	}
	m := w.matcher(L, "find", s, pattern)
	begin, end, ok := m.search(from)
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(begin + 1))
	L.Push(lua.LNumber(end))
	return 2 + push(L, m.captures())
}

func (w *World) match(L *lua.LState) int {
	s := L.CheckString(1)
	m := w.matcher(L, "match", s, L.CheckString(2))
	from := start(L, 3, s)
	if from > len(s) {
		L.Push(lua.LNil)
		return 1
	}
	begin, end, ok := m.search(from)
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	return push(L, m.found(begin, end))
}

// gmatch answers an iterator that needs no arguments.
func (w *World) gmatch(L *lua.LState) int {
	s, pattern := L.CheckString(1), L.CheckString(2)
	at := 0
	L.Push(w.fn(func(L *lua.LState) int {
		m := w.matcher(L, "gmatch", s, pattern)
		for ; at <= len(s); at++ {
			end, ok := m.match(at)
			if !ok {
				continue
			}
			begin := at
			if at = end; end == begin { // an empty match
				at++
			}
			return push(L, m.found(begin, end))
		}
		L.Push(lua.LNil)
		return 1
	}))
	return 1
}

func (w *World) gsub(L *lua.LState) int {
	s, pattern := L.CheckString(1), L.CheckString(2)
	replacement := L.Get(3)
	switch replacement.(type) {
	case lua.LString, lua.LNumber, *lua.LTable, *lua.LFunction:
	default:
		w.mistake(L, "", "string.gsub: the replacement must be a text, a table or a function, got %s", typeName(replacement))
	}
	most := L.OptInt(4, len(s)+1)
	m := w.matcher(L, "gsub", s, pattern)
	anchored := strings.HasPrefix(pattern, "^")
	m.pat = strings.TrimPrefix(pattern, "^")
	var b strings.Builder
	var open lua.LValue
	at, count := 0, 0
	for count < most {
		end, ok := m.match(at)
		if ok {
			count++
			v := w.replace(L, m, at, end, replacement)
			if w.isUnknown(v) {
				open = v
			}
			b.WriteString(lua.LVAsString(v))
		}
		switch {
		case ok && end > at:
			at = end
		case at < len(s):
			b.WriteByte(s[at])
			at++
		default:
			at++
		}
		if b.Len() > maxText {
			w.mistake(L, "", "string.gsub would make more than %d MiB", maxText>>20)
		}
		if at > len(s) || anchored {
			break
		}
	}
	if at < len(s) {
		b.WriteString(s[at:])
	}
	if open != nil {
		L.Push(w.unknown("text with " + labelOf(open)))
	} else {
		L.Push(lua.LString(b.String()))
	}
	L.Push(lua.LNumber(count))
	return 2
}

// replace is what stands for one match: a text, or an unknown.
func (w *World) replace(L *lua.LState, m *matcher, begin, end int, by lua.LValue) lua.LValue {
	found := m.found(begin, end)
	var v lua.LValue
	switch by := by.(type) {
	case *lua.LTable:
		v = L.GetTable(by, found[0])
	case *lua.LFunction:
		L.Push(by)
		L.Call(push(L, found), 1)
		v = L.Get(-1)
		L.Pop(1)
	default:
		return lua.LString(m.expand(by.String(), begin, end, found))
	}
	switch {
	case lua.LVIsFalse(v):
		return lua.LString(m.src[begin:end])
	case v.Type() == lua.LTString, v.Type() == lua.LTNumber, w.isUnknown(v):
		return v
	}
	w.mistake(L, "", "string.gsub: a replacement must be a text, got %s", typeName(v))
	return nil
}

// expand puts captures into a replacement: %1 to %9, %0 for all of it.
func (m *matcher) expand(text string, begin, end int, found []lua.LValue) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; {
		case c == '0':
			b.WriteString(m.src[begin:end])
		case c >= '1' && c <= '9':
			if int(c-'1') >= len(found) {
				m.fail(fmt.Sprintf("it has no capture %%%c", c))
			}
			b.WriteString(found[c-'1'].String())
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
