package engine

import (
	"encoding/json"
	"strings"

	"runner/internal/journal"
)

// This file decides which failed calls of a run are tried again when it is
// begun anew. A failure that the script handled is part of its way and stays.
// The rules are:
//
//   - A call that ended its step, its branch or the run by its failure is
//     tried again.
//   - Not so if something was changed after it, in a scope around it or begun
//     since: the script has cleaned up by then, and what was done before the
//     failure may be gone. Branches that were under way beside it do not count.

// scopes tell when a step or branch began, by path.
type scopes map[string]int

// chooseRetries marks the failed calls of the take that are tried again.
func (h *History) chooseRetries() {
	began, last := scopes{}, map[string]string{}
	var causes []string
	for i, rec := range h.take {
		switch rec.Kind {
		case journal.Done, journal.Fail:
			for scope := scopeOf(rec.Key); ; scope = scope[:max(0, strings.LastIndexByte(scope, '/'))] {
				last[scope] = rec.Key
				if scope == "" {
					break
				}
			}
		case journal.Step:
			var e journal.StepEvent
			if json.Unmarshal(rec.B, &e) != nil {
				continue
			}
			switch {
			case e.Event == "start":
				began[rec.Key] = i
			case e.Status == journal.StatusFailed && e.Call != "":
				causes = append(causes, e.Call)
			case e.Status == journal.StatusFailed:
				causes = append(causes, last[rec.Key])
			}
		}
	}
	switch {
	case h.Ending == nil || h.Ending.Code == 0:
	case h.Ending.Call != "":
		causes = append(causes, h.Ending.Call)
	case h.end.E != nil:
		causes = append(causes, last[""])
	}
	for _, key := range causes {
		k := h.calls[key]
		if k == nil || k.outcome == nil || k.outcome.Kind != journal.Fail || k.outcome.Via == viaStopped || k.inDoubt() {
			continue
		}
		k.again = !h.cleanedUp(k, began)
	}
}

// cleanedUp reports whether something was changed after a call had failed.
func (h *History) cleanedUp(failed *known, began scopes) bool {
	at := len(h.take)
	for i, rec := range h.take {
		if rec.N == failed.outcome.N {
			at = i
		}
	}
	own := scopeOf(failed.begin.Key)
	for _, rec := range h.take[at:] {
		if rec.Kind != journal.Done {
			continue
		}
		if k := h.calls[rec.Key]; k == nil || !k.changes() || k.begin.N < failed.outcome.N {
			continue
		}
		if start, beside := began[branchBeside(scopeOf(rec.Key), own)]; !beside || start > at {
			return true
		}
	}
	return false
}

// branchBeside is the outermost scope of path that is not around own, "" if
// all are.
func branchBeside(path, own string) string {
	for i := 1; i <= len(path); i++ {
		if (i == len(path) || path[i] == '/') && !within(own, path[:i]) {
			return path[:i]
		}
	}
	return ""
}

// changes reports whether the call is more than a read.
func (k *known) changes() bool {
	var c struct {
		Effect string `json:"effect"`
	}
	return json.Unmarshal(k.begin.B, &c) != nil || c.Effect != "read"
}
