package engine

import (
	"encoding/json"
	"iter"
	"strings"

	"runner/internal/journal"
)

// This file decides which failed calls of a run are tried again when it is
// begun anew. A failure that the script handled is part of its way and stays.
// The rules are:
//
//   - A call that ended its step, its branch or the run by its failure is
//     tried again.
//   - Not so if something was changed after it, or may have been, in a scope
//     around it or in one begun there since: the script has cleaned up by then,
//     and what was done before the failure may be gone. Branches that were under
//     way beside it do not count.

// chooseRetries marks the failed calls of the take that are tried again.
func (h *History) chooseRetries() {
	last := map[string]string{} // call that was answered last, by scope
	var causes []string
	for _, rec := range h.take {
		switch rec.Kind {
		case journal.Done, journal.Fail:
			for scope := range around(scopeOf(rec.Key)) {
				last[scope] = rec.Key
			}
		case journal.Step:
			var e journal.StepEvent
			switch {
			case json.Unmarshal(rec.B, &e) != nil || e.Status != journal.StatusFailed:
			case e.Call != "":
				causes = append(causes, e.Call)
			default:
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
	if len(causes) == 0 {
		return
	}
	changed := h.lastChanges()
	for _, key := range causes {
		k := h.calls[key]
		if k == nil || k.outcome == nil || k.outcome.Kind != journal.Fail || k.outcome.Via == viaStopped || k.inDoubt() {
			continue
		}
		k.again = true
		for scope := range around(scopeOf(key)) {
			if changed[scope] > k.outcome.N { // the script has cleaned up
				k.again = false
			}
		}
	}
}

// lastChanges tells, by scope, when the last thing began directly in it that
// changed something, or may have: a call, or a step or branch with one in it.
func (h *History) lastChanges() map[string]int64 {
	began, changed := map[string]int64{}, map[string]int64{}
	for _, rec := range h.take {
		if rec.Kind == journal.Step && isStart(rec.B) {
			began[rec.Key] = rec.N
		}
	}
	for key, k := range h.calls {
		if !k.changes() || k.outcome != nil && k.outcome.Kind == journal.Fail && !k.inDoubt() {
			continue
		}
		n := k.first
		for scope := range around(scopeOf(key)) {
			changed[scope] = max(changed[scope], n)
			n = began[scope]
		}
	}
	return changed
}

// around are the scopes around a path, from itself to the top.
func around(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for yield(path) && path != "" {
			path = path[:max(0, strings.LastIndexByte(path, '/'))]
		}
	}
}

// changes reports whether the call is more than a read.
func (k *known) changes() bool {
	var c struct {
		Effect string `json:"effect"`
	}
	return json.Unmarshal(k.begin.B, &c) != nil || c.Effect != "read"
}
