package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file holds what Lua's patterns capture, and what refers to it.

// A span is a capture; its length may be one of the two below.
type span struct{ begin, length int }

// found are the captures of a match, or all of it if there are none.
func (m *matcher) found(begin, end int) []lua.LValue {
	if m.level == 0 {
		return []lua.LValue{lua.LString(m.src[begin:end])}
	}
	return m.captures()
}

func (m *matcher) captures() []lua.LValue {
	var list []lua.LValue
	for _, c := range m.spans[:m.level] {
		switch c.length {
		case placeOnly:
			list = append(list, lua.LNumber(c.begin+1))
		case stillOpen:
			m.fail("a capture is not closed")
		default:
			list = append(list, lua.LString(m.src[c.begin:c.begin+c.length]))
		}
	}
	return list
}

func (m *matcher) capture(s, p, length int) (end int, ok bool) {
	if m.level >= maxCaptures {
		m.fail("it has too many captures")
	}
	m.spans[m.level] = span{s, length}
	m.level++
	if end, ok = m.try(s, p); !ok {
		m.level--
	}
	return end, ok
}

func (m *matcher) close(s, p int) (end int, ok bool) {
	for i := m.level - 1; i >= 0; i-- {
		if c := &m.spans[i]; c.length == stillOpen {
			c.length = s - c.begin
			if end, ok = m.try(s, p); !ok {
				c.length = stillOpen
			}
			return end, ok
		}
	}
	m.fail("a bracket closes that was not opened")
	return 0, false
}

// balance matches %bxy.
func (m *matcher) balance(s, p int) (end int, ok bool) {
	if p+1 >= len(m.pat) {
		m.fail("two characters are missing after %b")
	}
	if s >= len(m.src) || m.src[s] != m.pat[p] {
		return 0, false
	}
	depth := 1
	for i := s + 1; i < len(m.src); i++ {
		switch m.src[i] {
		case m.pat[p+1]:
			if depth--; depth == 0 {
				return i + 1, true
			}
		case m.pat[p]:
			depth++
		}
	}
	return 0, false
}

// again matches %1 to %9: what a capture matched.
func (m *matcher) again(s int, digit byte) (end int, ok bool) {
	i := int(digit - '1')
	if digit == '0' || i >= m.level || m.spans[i].length < 0 {
		m.fail("there is no capture %" + string(digit))
	}
	c := m.spans[i]
	if !strings.HasPrefix(m.src[s:], m.src[c.begin:c.begin+c.length]) {
		return 0, false
	}
	return s + c.length, true
}
