package report

import (
	"strings"
	"unicode"
)

// Paint colours text. The zero value leaves it as it is.
type Paint struct{ Colour bool }

func (p Paint) wrap(code, s string) string {
	if !p.Colour || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// Bad is for failures.
func (p Paint) Bad(s string) string { return p.wrap("1;31", s) }

// Good is for what went well.
func (p Paint) Good(s string) string { return p.wrap("32", s) }

// Warn is for what needs a person's eye.
func (p Paint) Warn(s string) string { return p.wrap("33", s) }

// Strong is for headings.
func (p Paint) Strong(s string) string { return p.wrap("1", s) }

// Faint is for what matters less.
func (p Paint) Faint(s string) string { return p.wrap("2", s) }

// Inert makes text from outside harmless to a terminal and to a CI system
// that reads commands from output: control and direction characters are
// shown as such, and a line cannot begin with a command.
func Inert(s string) string {
	clean := true
	for _, r := range s {
		if inertRune(r) {
			clean = false
			break
		}
	}
	if !clean {
		var b strings.Builder
		for _, r := range s {
			switch {
			case r == '\n' || r == '\t':
				b.WriteRune(r)
			case inertRune(r):
				b.WriteRune('�')
			default:
				b.WriteRune(r)
			}
		}
		s = b.String()
	}
	if strings.Contains(s, "::") || strings.Contains(s, "##") {
		s = withoutCommands(s)
	}
	return s
}

func inertRune(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d')
}

// withoutCommands breaks what GitHub and Azure Pipelines would act on: a line
// that begins with "::", and "##vso[" or "##[" anywhere.
func withoutCommands(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if rest := strings.TrimLeft(l, " \t"); strings.HasPrefix(rest, "::") {
			lines[i] = l[:len(l)-len(rest)] + ": :" + rest[2:]
		}
	}
	s = strings.Join(lines, "\n")
	return strings.NewReplacer("##vso[", "# #vso[", "##[", "# #[").Replace(s)
}
