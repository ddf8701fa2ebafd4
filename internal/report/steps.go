package report

import (
	"fmt"
	"io"
	"strings"

	"runner/internal/journal"
)

// stepTable lists the steps and branches with what they did, or else with why
// they did nothing. What is too long for its column has a line of its own.
func (r *Report) stepTable(w io.Writer, s Style, names Names) {
	steps := r.Steps
	if len(steps) > shownChanges && !s.Full {
		steps = steps[:shownChanges]
	}
	const rest = 2 + len("open point") + 2 + len("Reads") + 2 + len("Would change")
	name := len("Step")
	for _, step := range steps {
		name = max(name, columns(stepName(step, names)))
	}
	name = min(name, max(12, s.page()-rest))
	row := func(step, result, reads, changes string) {
		line := fmt.Sprintf("  %-10s  %5s  %s", result, reads, changes)
		if columns(step) > name {
			hang(w, "", len(step)-len(strings.TrimLeft(step, " ")), s.page(), step)
			step = ""
		}
		fmt.Fprintln(w, strings.TrimRight(pad(step, name)+line, " "))
	}
	changes := "Changes"
	if r.Dry() {
		changes = "Would change"
	}
	row(s.Strong("Step")+strings.Repeat(" ", name-len("Step")), "Result", "Reads", changes)
	for _, step := range steps {
		own, reason := stepName(step, names), ""
		if step.Status != journal.StatusFailed && step.Status != journal.StatusInDoubt { // the card has those
			reason = Line(step.Reason)
		}
		idle := step.Reads+step.Writes+step.Destructive == 0
		if idle && columns(own) <= name && name+columns(reason) <= s.page()-14 {
			fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%s  %-10s  %s", pad(own, name), step.result(), reason), " "))
			continue
		}
		row(own, step.result(), number(step.Reads), number(step.Writes+step.Destructive)+destructive(step.Destructive))
		hang(w, "", 4+len(own)-len(strings.TrimLeft(own, " ")), s.page(), reason)
	}
	if more := len(r.Steps) - len(steps); more > 0 {
		fmt.Fprintf(w, "… and %d more (--full)\n", more)
	}
}

func stepName(s *Step, names Names) string {
	depth := strings.Count(s.Path, "/") - 1
	return strings.Repeat("  ", max(0, depth)) + Line(names.in(s.Path[strings.LastIndexByte(s.Path, '/')+1:]))
}

// number leaves out the noughts: what happened stands out.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// result says how a step ended. Why it failed stands on the card.
func (s *Step) result() string {
	switch s.Status {
	case running:
		return "unfinished"
	case journal.StatusOpen:
		return "open point"
	}
	return strings.ReplaceAll(s.Status, "_", " ")
}
