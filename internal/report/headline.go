package report

import (
	"fmt"
	"strings"
	"time"
)

// Headline says in one line what came of the run.
func (r *Report) Headline(s Style) string {
	c := r.Counts
	var parts []string
	switch made := c.made(); {
	case r.Dry() && c.Planned == 0 && len(r.OpenPoints) == 0 && r.Error == nil:
		parts = append(parts, "nothing to change")
	case r.Dry():
		parts = append(parts, count(c.Planned, "change")+" would be made"+destructive(r.planned("destructive")))
		if c.Unchanged > 0 {
			parts = append(parts, fmt.Sprintf("%d of them already as wanted", c.Unchanged))
		}
	case made > 0:
		parts = append(parts, count(made, "change")+" made"+destructive(c.Destructive))
	case c.doubtful() == 0:
		parts = append(parts, "nothing was changed")
	}
	if n := len(r.OpenPoints); n > 0 {
		parts = append(parts, s.Warn(count(n, "open point")))
	}
	if c.doubtful() > 0 {
		parts = append(parts, s.Bad(fmt.Sprintf("%d in doubt", c.doubtful())))
	}
	if c.Failed > 0 {
		parts = append(parts, s.Bad(count(c.Failed, "call")+" failed"))
	}
	if c.Reads > 0 {
		parts = append(parts, count(c.Reads, "read"))
	}
	parts = append(parts, Duration(r.Ended.Sub(r.Started)))
	return s.Strong(r.word()+":") + " " + strings.Join(parts, ", ") + "."
}

// word says how the run ended.
func (r *Report) word() string {
	word := "Done"
	switch {
	case r.Exit == nil:
		word = "Cut off"
	case r.signal:
		word = "Interrupted"
	case r.Counts.doubtful() > 0:
		word = "In doubt"
	case r.Exit.Code != 0:
		word = "Failed"
	}
	switch {
	case r.Dry() && word == "Done":
		return "Dry run"
	case r.Dry():
		return "Dry run, " + strings.ToLower(word)
	}
	return word
}

func (r *Report) planned(effect string) (n int) {
	for _, c := range r.Changes {
		if c.Effect == effect && c.Status == "planned" {
			n++
		}
	}
	return n
}

func destructive(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d destructive)", n)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Duration writes a span of time as a person would.
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Truncate(100*time.Millisecond).Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}
