package secret

import (
	"maps"
	"slices"
	"strings"
)

// matcher finds forms in texts. It does not change once built.
//
// The forms are sorted, so that the forms with a common beginning are a range, and reading one
// more byte narrows the range. Most places of a text are ruled out before that, by a hash of their
// four bytes, or of the one to three before an escape.
type matcher struct {
	forms []string
	alone []bool
	// first[b] and first[b+1] bound the forms that begin with b.
	first [257]int
	// heads is the set of hashes of the first two, three and four bytes of all forms.
	heads [headBits / 64]uint64
	// starts says whether a form, escaped or not, can begin with this byte.
	starts [256]bool
	// escapes is set if an escape may stand among the first four bytes of a form; slow if some form
	// has less than four bytes.
	escapes, slow bool
}

const (
	headBits = 1 << 17
	// headShift leaves as many bits of a hash as number a bit of heads.
	headShift = 32 - 17
)

func newMatcher(forms map[string]bool) *matcher {
	m := &matcher{forms: slices.Collect(maps.Keys(forms))}
	if slices.ContainsFunc(m.forms, func(form string) bool { return strings.Contains(Mask, form) }) {
		// What is hidden already has to be recognised, or it would be hidden once more.
		m.forms = append(m.forms, Mask)
	}
	slices.Sort(m.forms)
	m.forms = slices.Compact(m.forms)
	m.alone = make([]bool, len(m.forms))
	for i, form := range m.forms {
		m.alone[i] = forms[form]
		m.first[int(form[0])+1]++
		m.starts[form[0]] = true
		if escapable(form[0]) {
			for _, b := range []byte(introducers) {
				m.starts[b] = true
			}
		}
		if len(form) < 4 {
			m.slow = true
			continue
		}
		m.escapes = m.escapes || slices.ContainsFunc([]byte(form[:4]), escapable)
		for n := 2; n <= 4; n++ {
			h := hash(head(form, n))
			m.heads[h/64] |= 1 << (h % 64)
		}
	}
	for b := range 256 {
		m.first[b+1] += m.first[b]
	}
	return m
}

// head packs the first n bytes of t, four at most.
func head(t string, n int) (packed uint32) {
	for i := range n {
		packed |= uint32(t[i]) << (8 * i)
	}
	return packed
}

func hash(head uint32) uint32 { return head * 0x9e3779b1 >> headShift }

func (m *matcher) mayBegin(head uint32) bool {
	h := hash(head)
	return m.heads[h/64]&(1<<(h%64)) != 0
}

// candidate returns the first place, from i on, where a form may begin, or the length of t.
func (m *matcher) candidate(t string, i int) int {
	if len(m.forms) == 0 {
		return len(t)
	}
	if !m.slow {
		// The last introducer among the four bytes looked at, and before them.
		escape := -1
		for j := i; m.escapes && j < min(i+3, len(t)); j++ {
			if introduces(t[j]) {
				escape = j
			}
		}
		for ; i+4 <= len(t); i++ {
			if m.escapes && introduces(t[i+3]) {
				escape = i + 3
			}
			four := uint32(t[i]) | uint32(t[i+1])<<8 | uint32(t[i+2])<<16 | uint32(t[i+3])<<24
			if i > escape {
				if m.mayBegin(four) {
					return i
				}
			} else if m.mayBeginEscaped(t[i : i+4]) {
				return i
			}
		}
	}
	for ; i < len(t); i++ {
		if m.starts[t[i]] {
			return i
		}
	}
	return len(t)
}

// mayBeginEscaped says whether a form may begin with these bytes, one of which introduces an
// escape.
func (m *matcher) mayBeginEscaped(t string) bool {
	n := 0
	for !introduces(t[n]) {
		n++
	}
	return m.starts[t[0]] && (n < 2 || m.mayBegin(head(t, n)))
}
