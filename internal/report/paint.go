package report

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
