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
	used  bool // something was written
	open  bool // a question stands at the end
}

func newPrinter(w io.Writer, r *secret.Redactor, style report.Style) *printer {
	return &printer{w: r.Writer(w), style: style}
}

// line writes a line. A stream that is closed is no reason to end a run.
func (p *printer) line(s string) { p.text(s + "\n") }

func (p *printer) text(s string) { p.write(s, false) }

func (p *printer) write(s string, question bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open && s != "" { // what comes now does not belong to the question
		s = "\n" + s
	}
	p.open = question || p.open && s == ""
	p.used = p.used || s != ""
	_, _ = io.WriteString(p.w, s)
	_ = p.w.Flush() // whole lines: no secret stands across two
}

// question writes a question, which is answered on the same line.
func (p *printer) question(s string) { p.write(s, true) }

// answered is called when no answer is waited for any more: the one that was
// typed ended the line, and without one the line ends here.
func (p *printer) answered(typed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open && !typed {
		_, _ = io.WriteString(p.w, "\n")
		_ = p.w.Flush()
	}
	p.open = false
}

// styleOf decides about colour and width for one stream.
func (a *app) styleOf(w io.Writer, flag string) report.Style {
	f, isFile := w.(*os.File)
	terminal := isFile && term.IsTerminal(int(f.Fd()))
	s := report.Style{Inert: terminal || a.inCI()}
	if terminal {
		s.Width = 80
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			s.Width = width
		}
	}
	s.Colour = a.colour(flag, terminal)
	return s
}

// colour is decided by the flag, else by NO_COLOR, else by CLICOLOR_FORCE,
// else by the terminal.
func (a *app) colour(flag string, terminal bool) bool {
	set := func(name string) bool { v, _ := a.env(name); return v != "" && v != "0" }
	termName, _ := a.env("TERM")
	clicolor, _ := a.env("CLICOLOR")
	noColor, _ := a.env("NO_COLOR")
	switch {
	case flag == "always":
		return true
	case flag == "never", noColor != "":
		return false
	case set("CLICOLOR_FORCE") || set("FORCE_COLOR"):
		return true
	case termName == "dumb", clicolor == "0":
		return false
	}
	return terminal
}

// inCI reports whether a CI system reads the output, and acts on commands
// that it finds there.
func (a *app) inCI() bool {
	ci, _ := a.env("CI")
	return ci != "" && !strings.EqualFold(ci, "false")
}
