package report

import (
	"regexp"
	"strings"
	"unicode"
)

// This file makes text from outside harmless. A name at a vendor may hold
// escape codes for a terminal, marks that turn the direction of writing, or a
// line that a CI system takes for a command.

// Plain shows control and direction characters as such. Newlines and tabs
// stay.
func Plain(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if strings.IndexFunc(s, acts) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if acts(r) {
			return '�'
		}
		return r
	}, s)
}

// acts reports characters that do something rather than show something. The
// joiner that makes one emoji of several is let through.
func acts(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\u200d':
		return false
	case r == '\u2028' || r == '\u2029': // a new line to some
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// Inert is Plain, and breaks what CI systems would act on: a line that begins
// with "::", and "##[" and "##vso[" anywhere.
func Inert(s string) string {
	s = Plain(s)
	if !strings.Contains(s, "::") && !strings.Contains(s, "##") {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if rest := strings.TrimLeftFunc(l, unicode.IsSpace); strings.HasPrefix(rest, "::") {
			lines[i] = l[:len(l)-len(rest)] + ": :" + rest[2:]
		}
	}
	return command.ReplaceAllString(strings.Join(lines, "\n"), "# #$1")
}

var command = regexp.MustCompile(`(?i)##((?:vso)?\[)`)

// Line is Inert on one line.
func Line(s string) string {
	return Inert(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' || r == '\r' }), " "))
}
