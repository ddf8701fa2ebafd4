package bindings

import (
	"strings"
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
