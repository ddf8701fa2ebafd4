package engine

import (
	"bytes"
	"encoding/json"
	"iter"
	"strings"

	jsonv2 "github.com/go-json-experiment/json" // for every call: it takes a third of the time

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
//     and what was done before the failure may be gone. Branches beside it do
//     not count, whenever they began: they are not there to clean up.

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
	changed := h.changing()
	for _, key := range causes {
		k := h.calls[key]
		if k == nil || k.outcome == nil || k.outcome.Kind != journal.Fail || k.outcome.Via == viaStopped || k.inDoubt() {
			continue
		}
		k.again = !changed.after(k.outcome.N, scopeOf(key))
	}
}

// changing is what may have changed something in a take.
type changing struct {
	fanOut map[string]string           // of which fan-out a branch is, by path
	last   map[string]map[string]int64 // by scope and fan-out in it: when the last thing began there that changed something
}

// changing finds the calls that changed something, or may have.
func (h *History) changing() changing {
	c, began := changing{map[string]string{}, map[string]map[string]int64{}}, map[string]int64{}
	for _, rec := range h.take {
		if rec.Kind == journal.Step && isStart(rec.B) {
			began[rec.Key] = rec.N
			if bytes.Contains(rec.B, []byte(`"branch":true`)) {
				slash := strings.LastIndexByte(rec.Key, '/')
				name, _, _ := strings.Cut(rec.Key[slash+1:], "[")
				c.fanOut[rec.Key] = name
			}
		}
	}
	for key, k := range h.calls {
		if !k.changes() || k.outcome != nil && k.outcome.Kind == journal.Fail && !k.inDoubt() {
			continue
		}
		n, fanOut := k.first, ""
		for scope := range around(scopeOf(key)) {
			if c.last[scope] == nil {
				c.last[scope] = map[string]int64{}
			}
			c.last[scope][fanOut] = max(c.last[scope][fanOut], n)
			n, fanOut = began[scope], c.fanOut[scope]
		}
	}
	return c
}

// after reports whether something began after record n in a scope around path,
// but for branches beside those that path is in.
func (c changing) after(n int64, path string) bool {
	beside := ""
	for scope := range around(path) {
		for fanOut, last := range c.last[scope] {
			if last > n && (fanOut == "" || fanOut != beside) {
				return true
			}
		}
		beside = c.fanOut[scope]
	}
	return false
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
	return jsonv2.Unmarshal(k.begin.B, &c) != nil || c.Effect != "read"
}
