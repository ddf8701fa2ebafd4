package secret

// find returns the first range of t, from the given place on, that has to be hidden; overlapping
// forms make one range. start is -1 if there is none. Unless t is all of the text, hold says from
// where on it is not certain what is to be hidden; nothing is found from there on. before is the
// byte before t, 0 if there is none.
func (m *matcher) find(t string, from int, before byte, whole bool) (start, end, hold int) {
	start, end = -1, -1
	for i := m.candidate(t, from); i < len(t); i = m.candidate(t, i+1) {
		if start >= 0 && i >= end {
			break
		}
		previous := before
		if i > 0 {
			previous = t[i-1]
		}
		stop, open := m.match(t, i, previous, whole)
		if open {
			if start >= 0 {
				i = start
			}
			return -1, -1, i
		}
		if stop > i && t[i:stop] == Mask {
			if start < 0 {
				i = stop - 1
			}
			continue
		}
		if stop > i && start < 0 {
			start = i
		}
		end = max(end, stop)
	}
	return start, end, len(t)
}

// state is how far a comparison has come: the forms from lo to hi agree with the text before pos
// in their first depth bytes.
type state struct{ pos, lo, hi, depth int }

// match returns where the longest form that begins at i ends, or -1. Unless t is all of the text,
// open says that more text could make a form of it, or a longer one.
func (m *matcher) match(t string, i int, previous byte, whole bool) (end int, open bool) {
	end = -1
	var (
		stack    [4]state
		pairs    [8]reading
		seen     map[state]bool
		branched bool
	)
	todo := append(stack[:0], state{pos: i, hi: len(m.forms)})
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if branched {
			// A secret of many backslashes can be read in very many ways, most of which meet again.
			if seen[s] {
				continue
			}
			if seen == nil {
				seen = map[state]bool{}
			}
			seen[s] = true
		}
		if s.depth > 0 && len(m.forms[s.lo]) == s.depth {
			switch {
			case !m.alone[s.lo]:
				end = max(end, s.pos)
			case inWord(previous):
			case s.pos < len(t):
				if !inWord(t[s.pos]) {
					end = max(end, s.pos)
				}
			case whole:
				end = max(end, s.pos)
			default:
				open = true
			}
			if s.lo++; s.lo == s.hi {
				continue
			}
		}
		if s.pos == len(t) {
			open = open || !whole
			continue
		}
		ways := 0
		if next, ok := m.narrow(s, t[s.pos]); ok {
			next.pos++
			todo = append(todo, next)
			ways++
		}
		if introduces(t[s.pos]) {
			readings, cut := escapes(pairs[:0], t[s.pos:])
			open = open || cut && !whole
			for _, r := range readings {
				next, ok := s, true
				for k := 0; ok && k < r.n; k++ {
					next, ok = m.narrow(next, r.text[k])
				}
				if ok {
					next.pos += r.size
					todo = append(todo, next)
					ways++
				}
			}
		}
		branched = branched || ways > 1
	}
	return end, open
}

// narrow keeps the forms that go on with b.
func (m *matcher) narrow(s state, b byte) (state, bool) {
	switch {
	case s.depth == 0:
		s.lo, s.hi = m.first[b], m.first[int(b)+1]
	case s.hi-s.lo == 1:
		// By far the most frequent case.
		if form := m.forms[s.lo]; s.depth >= len(form) || form[s.depth] != b {
			return s, false
		}
	default:
		s.lo += lowest(m.forms[s.lo:s.hi], s.depth, int(b))
		s.hi = s.lo + lowest(m.forms[s.lo:s.hi], s.depth, int(b)+1)
	}
	s.depth++
	return s, s.lo < s.hi
}

// lowest returns the first of the forms, which are sorted and agree before depth, whose byte there
// is b or greater. A form that ends there counts as smaller than all. (slices.BinarySearchFunc takes
// twice as long.)
func lowest(forms []string, depth, b int) int {
	low, high := 0, len(forms)
	for low < high {
		mid := (low + high) / 2
		if form := forms[mid]; len(form) <= depth || int(form[depth]) < b {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

func inWord(b byte) bool { return b == '_' || b >= 0x80 || b != 0 && !escapable(b) }
