package engine

import (
	"strconv"
	"strings"
)

// This file names things: a call is known by where it stands in the run,
// never by timing. Two rules keep names apart that a script is free to choose:
//
//   - A sign that parts a path, or looks like one, is replaced.
//   - A step or fan-out whose name would lead to a path that is taken gets
//     the next ordinal: "#2".

// A scope is a step or branch, and counts the uses of each name within it.
// Names are counted where they stand, so parallel branches do not disturb
// each other's counts.
type scope struct {
	path     string
	uses     map[use]int
	deadline *deadline // nil for none of its own
}

// A use is a name in one of its roles.
type use struct {
	role role
	name string
}

type role uint8

const (
	asked  role = iota // a step or fan-out of that name was asked for
	given              // a step or fan-out got that name
	fanned             // a fan-out got that name: its branches are name[key]
	likely             // a step got a name that a branch of this fan-out could have
	called             // an operation was called
)

// count is the ordinal of a use in the scope, from 1.
func (s *scope) count(r role, name string) int {
	if s.uses == nil {
		s.uses = map[use]int{}
	}
	u := use{r, name}
	n := s.uses[u] + 1
	s.uses[u] = n
	return n
}

func (s *scope) has(r role, name string) bool { return s.uses[use{r, name}] > 0 }

// key identifies a call: where it stands, what it is, and which one of that.
func (s *scope) key(name string) string {
	return s.path + ":" + name + "#" + strconv.Itoa(s.count(called, name))
}

// step is the path of a step.
func (s *scope) step(name string) string {
	own := s.claim(plain(name), func(own string) bool {
		return anyStem(own, func(stem string) bool { return s.has(fanned, stem) })
	})
	anyStem(own, func(stem string) bool { s.count(likely, stem); return false })
	return s.path + "/" + own
}

// fanOut is what the paths of a fan-out's branches begin with.
func (s *scope) fanOut(name string) string {
	own := s.claim(plain(name), func(own string) bool { return s.has(likely, own) })
	s.count(fanned, own)
	return s.path + "/" + own
}

// claim gives a name its ordinal, from the second use on, and passes over
// those that are taken.
func (s *scope) claim(name string, taken func(string) bool) string {
	for {
		own := name
		if n := s.count(asked, name); n > 1 {
			own += "#" + strconv.Itoa(n)
		}
		if !s.has(given, own) && !taken(own) {
			s.count(given, own)
			return own
		}
	}
}

// anyStem looks at every fan-out that could have a branch called name:
// "each" for "each[7]".
func anyStem(name string, is func(stem string) bool) bool {
	if !strings.HasSuffix(name, "]") {
		return false
	}
	for i := range len(name) {
		if name[i] == '[' && is(name[:i]) {
			return true
		}
	}
	return false
}

// plain is a name without the sign of the path.
func plain(name string) string { return strings.ReplaceAll(name, "/", "∕") }
