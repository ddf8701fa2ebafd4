package incorta

import "strings"

// This file reads the words for how far a load is. The vendor's pages name none
// of them, so what is taken for a success is a short list, and what is taken for
// a failure a wide one. A word that is in neither is neither: it is never
// mistaken for the end.

// The states that words are read as.
const (
	running   = "running"
	succeeded = "succeeded"
	failed    = "failed"
	stopped   = "stopped"
	none      = "none"    // never loaded
	unknown   = "unknown" // a word that is not known, or none at all
)

var words = map[string]string{
	"success": succeeded, "succeeded": succeeded, "successful": succeeded, "succeed": succeeded,
	"completed": succeeded, "complete": succeeded, "finished": succeeded, "done": succeeded, "loaded": succeeded,
	"completedsuccessfully": succeeded, "finishedsuccessfully": succeeded, "loadedsuccessfully": succeeded,

	"running": running, "inprogress": running, "loading": running, "started": running, "queued": running,
	"inqueue": running, "pending": running, "waiting": running, "submitted": running, "executing": running,
	"extracting": running, "enriching": running, "transforming": running, "stopping": running, "cancelling": running,
	"canceling": running, "new": running, "starting": running, "processing": running, "ongoing": running,

	"none": none, "neverloaded": none, "notloaded": none, "notstarted": none, "empty": none,
}

func stateOf(word string) string {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.", r) {
			return -1
		}
		return r
	}, strings.ToLower(word))
	if state, ok := words[plain]; ok {
		return state
	}
	for _, bad := range []string{"fail", "error", "partial", "reject", "invalid"} {
		if strings.Contains(plain, bad) {
			return failed
		}
	}
	for _, bad := range []string{"cancel", "stop", "abort", "interrupt", "kill", "terminat", "timeout", "timedout"} {
		if strings.Contains(plain, bad) {
			return stopped
		}
	}
	return unknown
}
