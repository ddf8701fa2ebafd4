package main

import (
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"runner/internal/report"
	"runner/internal/secret"
)

// A printer writes to a stream, without secrets.
type printer struct {
	mu    sync.Mutex
	w     *secret.Writer
	style report.Style
}

func newPrinter(w io.Writer, r *secret.Redactor, style report.Style) *printer {
	return &printer{w: r.Writer(w), style: style}
}

// line writes a line. A stream that is closed is no reason to end a run.
func (p *printer) line(s string) { p.text(s + "\n") }

func (p *printer) text(s string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = io.WriteString(p.w, s)
	_ = p.w.Flush() // whole lines: no secret stands across two
}

func (p *printer) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.w.Flush()
}

// styleOf decides about colour and width for one stream. The flag stands
// above NO_COLOR, that above CLICOLOR_FORCE, and that above the terminal.
func (a *app) styleOf(w io.Writer, flag string) report.Style {
	f, isFile := w.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd()))
	s := report.Style{}
	if terminal {
		s.Width = 80
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			s.Width = width
		}
	}
	set := func(name string) bool { v, _ := a.env(name); return v != "" && v != "0" }
	termName, _ := a.env("TERM")
	clicolor, hasClicolor := a.env("CLICOLOR")
	noColor, _ := a.env("NO_COLOR")
	switch {
	case flag == "always":
		s.Colour = true
	case flag == "never", noColor != "":
	case set("CLICOLOR_FORCE") || set("FORCE_COLOR"):
		s.Colour = true
	case termName == "dumb", hasClicolor && clicolor == "0":
	default:
		s.Colour = terminal
	}
	return s
}

// careful reports whether somebody acts on what the stream says: a terminal
// on escape codes, a CI system on commands.
func (a *app) careful(w io.Writer) bool {
	if ci, _ := a.env("CI"); ci != "" && !strings.EqualFold(ci, "false") {
		return true
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
