package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file matches Lua's patterns, by the rules of Lua 5.1: by trying, with
// what is not yet matched as the state. It ends when the run is stopped: a
// pattern with several .- in it can take longer than anybody waits.

type matcher struct {
	src, pat string
	level    int // captures so far, open ones too
	spans    [maxCaptures]span
	depth    int
	steps    uint
	done     <-chan struct{}
	fail     func(cause string) // raises
	stopped  func()             // raises
}

// A span is a capture; its length may be one of the two below.
type span struct{ begin, length int }

const (
	maxCaptures = 32
	maxNesting  = 200 // of tries

	stillOpen = -1
	placeOnly = -2 // the capture () is a position
)

// search finds the first match from a place on.
func (m *matcher) search(from int) (begin, end int, ok bool) {
	pattern := m.pat
	anchored := strings.HasPrefix(pattern, "^")
	m.pat = strings.TrimPrefix(pattern, "^")
	defer func() { m.pat = pattern }()
	for begin = from; begin <= len(m.src); begin++ {
		if end, ok = m.match(begin); ok || anchored {
			return begin, end, ok
		}
	}
	return 0, 0, false
}

// match matches the whole pattern at one place.
func (m *matcher) match(at int) (end int, ok bool) {
	m.level, m.depth = 0, 0
	return m.try(at, 0)
}

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

// try matches the pattern from p on with the text from s on.
func (m *matcher) try(s, p int) (end int, ok bool) {
	if m.depth++; m.depth > maxNesting {
		m.fail("it is too complex")
	}
	defer func() { m.depth-- }()
	for p < len(m.pat) {
		if m.steps++; m.steps&0xfff == 0 {
			select {
			case <-m.done:
				m.stopped()
			default:
			}
		}
		switch m.pat[p] {
		case '(':
			if p+1 < len(m.pat) && m.pat[p+1] == ')' {
				return m.capture(s, p+2, placeOnly)
			}
			return m.capture(s, p+1, stillOpen)
		case ')':
			return m.close(s, p+1)
		case '$':
			if p+1 == len(m.pat) {
				return s, s == len(m.src)
			}
		case '%':
			next := byte(0)
			if p+1 < len(m.pat) {
				next = m.pat[p+1]
			}
			switch {
			case next == 'b':
				if s, ok = m.balance(s, p+2); !ok {
					return 0, false
				}
				p += 4
				continue
			case next == 'f':
				set := p + 2
				if set >= len(m.pat) || m.pat[set] != '[' {
					m.fail("[ is missing after %f")
				}
				p = m.itemEnd(set)
				if m.inSet(m.byteAt(s-1), set, p-1) || !m.inSet(m.byteAt(s), set, p-1) {
					return 0, false
				}
				continue
			case next >= '0' && next <= '9':
				if s, ok = m.again(s, next); !ok {
					return 0, false
				}
				p += 2
				continue
			}
		}
		after := m.itemEnd(p)
		suffix := byte(0)
		if after < len(m.pat) {
			suffix = m.pat[after]
		}
		switch suffix {
		case '?':
			if m.one(s, p, after) {
				if end, ok := m.try(s+1, after+1); ok {
					return end, true
				}
			}
			p = after + 1
		case '*':
			return m.most(s, p, after)
		case '+':
			if !m.one(s, p, after) {
				return 0, false
			}
			return m.most(s+1, p, after)
		case '-':
			return m.least(s, p, after)
		default:
			if !m.one(s, p, after) {
				return 0, false
			}
			s, p = s+1, after
		}
	}
	return s, true
}

func (m *matcher) most(s, p, after int) (end int, ok bool) {
	n := 0
	for m.one(s+n, p, after) {
		n++
	}
	for ; n >= 0; n-- {
		if end, ok := m.try(s+n, after+1); ok {
			return end, true
		}
	}
	return 0, false
}

func (m *matcher) least(s, p, after int) (end int, ok bool) {
	for {
		if end, ok := m.try(s, after+1); ok {
			return end, true
		}
		if !m.one(s, p, after) {
			return 0, false
		}
		s++
	}
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
