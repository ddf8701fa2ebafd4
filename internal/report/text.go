package report

import (
	"fmt"
	"io"
	"strings"

	"runner/internal/journal"
)

// Text writes the report for a person: what was or would be done, what could
// not be foreseen, the steps, the failure, and in one line what came of it.
func (r *Report) Text(w io.Writer, s Style, names Names) {
	if len(r.Changes) > 0 {
		r.changes(w, s, names)
		fmt.Fprintln(w)
	}
	r.points(w, s)
	if len(r.Steps) > 0 {
		r.stepTable(w, s, names)
		fmt.Fprintln(w)
	}
	if r.Error != nil {
		r.Error.Write(w, s, names)
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, r.Headline(s))
	for _, line := range r.Footing {
		fmt.Fprintln(w, Line(line))
	}
	writeNext(w, s, r.Next)
}

// Promises reports whether a dry run found something to change, or something
// that it cannot foresee.
func (r *Report) Promises() bool {
	return r.Counts.Planned > r.Counts.Unchanged || len(r.OpenPoints) > 0
}

// Foreseen writes what a dry run foresees, and no more.
func (r *Report) Foreseen(w io.Writer, s Style, names Names) {
	if len(r.Changes) > 0 {
		r.changes(w, s, names)
	}
	r.points(w, s)
}

func (r *Report) points(w io.Writer, s Style) {
	if len(r.OpenPoints) == 0 {
		return
	}
	fmt.Fprintln(w, s.Warn("Open points: what follows them cannot be foreseen"))
	for _, p := range r.OpenPoints {
		hang(w, "  "+s.Warn("?"), 4, s.page(), fmt.Sprintf("%s  <%s>: %s", Line(p.At), Line(p.Label), Line(p.Why)))
	}
	fmt.Fprintln(w)
}

// Called reports whether there is anything to tell: a script that called
// nothing needs no summary.
func (r *Report) Called() bool {
	return len(r.Operations) > 0 || len(r.Steps) > 0 || len(r.OpenPoints) > 0 || len(r.Decisions) > 0 || r.connected || r.signal
}

// WriteLog lists what the script said, as far as it matters afterwards: with
// Full all of it, else warnings and errors, each once.
func (r *Report) WriteLog(w io.Writer, s Style) {
	seen := map[journal.Line]bool{}
	head := s.Strong("Log") + "\n"
	for _, l := range r.Log {
		if !s.Full && (l.Level != "warn" && l.Level != "error" || seen[l]) {
			continue
		}
		seen[l] = true
		fmt.Fprint(w, head)
		head = ""
		for i, line := range strings.Split(Inert(l.Text), "\n") {
			label := ""
			if i == 0 {
				label = l.Level
			}
			fmt.Fprintf(w, "  %s  %s\n", pad(label, 5), line)
		}
	}
	if head == "" {
		fmt.Fprintln(w)
	}
}
