// Package spell finds the known name that a mistyped one was meant to be.
package spell

import (
	"slices"
	"strings"
	"unicode"
)

// This file ranks the known names. A lower cost is nearer:
//
//   - 0: the same word, but for the case of its letters.
//   - 1: the same parts with other separators: list-users.
//   - 2 for each part in another number (user, users) and each verb with the same meaning
//     (disable, deactivate), 2 more if the parts stand in another order: list_user, users_list.
//   - 4 for each letter that is missing, surplus, wrong or swapped with its neighbour. At most two
//     letters, one in words of up to four.
//
// Meaning goes before letters: who writes get_user knows the word "get", and means read_user
// rather than set_user. For the same reason two verbs that mean different things are never near,
// however similar they look: nobody who wrote activate_user should be sent to deactivate_user.

const (
	costOfSeparators = 1
	costPerPart      = 2
	costPerLetter    = 4
)

// Nearest returns the known name that word most likely stands for, or "" if none is near. Among
// equally near names the one that shares the longest beginning with word wins, then the first.
func Nearest(word string, known []string) string {
	var (
		best       string
		bestCost   int
		bestPrefix int
		found      bool
		lettersBuf [64]rune
		knownBuf   [64]rune
	)
	letters := fold(lettersBuf[:0], word)
	parts := split(letters)
	limit := maxLetters(len(letters))
	for _, name := range known {
		other := fold(knownBuf[:0], name)
		otherParts := split(other)
		cost, near := costOf(letters, other, &parts, &otherParts, limit)
		if !near {
			continue
		}
		prefix := commonPrefix(letters, other)
		if !found || cost < bestCost || cost == bestCost && prefix > bestPrefix {
			best, bestCost, bestPrefix, found = name, cost, prefix, true
		}
	}
	return best
}

// Suggest returns the question `did you mean "x"?`, or "" if no known name is near.
func Suggest(word string, known []string) string {
	name := Nearest(word, known)
	if name == "" {
		return ""
	}
	return `did you mean "` + name + `"?`
}

// maxLetters is how many letters of a word may be wrong. One letter of a single-letter word is
// all of it.
func maxLetters(n int) int {
	switch {
	case n <= 1:
		return 0
	case n <= 4:
		return 1
	default:
		return 2
	}
}

func costOf(word, name []rune, wordParts, nameParts *parts, limit int) (cost int, near bool) {
	cost, near = wordParts.match(nameParts)
	if near && cost == 0 {
		if !slices.Equal(word, name) {
			cost = costOfSeparators
		}
		return cost, true
	}
	letters := distance(word, name, limit)
	if letters > limit || wordParts.contradict(nameParts) {
		return cost, near
	}
	if byLetters := costPerLetter * letters; !near || byLetters < cost {
		return byLetters, true
	}
	return cost, true
}

func fold(buf []rune, s string) []rune {
	for _, r := range s {
		buf = append(buf, unicode.ToLower(r))
	}
	return buf
}

func commonPrefix(a, b []rune) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func isSeparator(r rune) bool { return strings.ContainsRune("._- :/", r) }
