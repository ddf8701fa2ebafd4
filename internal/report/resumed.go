package report

import (
	"encoding/json"

	"runner/internal/journal"
)

// This file reads what a run did that went on in another process. One that
// was begun anew makes its calls again: those that are answered from the
// record count once, those that are tried again count as what came of them at
// last, and what was changed before stays changed, also if the script does not
// come to it any more. Steps, outputs and the log are those of the last time.

func (r *Report) resumed(rec journal.Record) {
	var c journal.Continuation
	if json.Unmarshal(rec.B, &c) != nil {
		return
	}
	r.Resumed++
	r.Exit, r.Error, r.signal = nil, nil, false
	if o := c.Opening; o != nil {
		r.Params, r.Script = o.Params, &Script{Path: o.Script, SHA256: o.SHA256}
	}
	if !c.Anew {
		return
	}
	r.Outputs, r.Log, r.Decisions = []journal.Result{}, []journal.Line{}, nil
	r.Steps, r.steps = []*Step{}, map[string]*Step{}
	for key, p := range r.open { // reads that got no answer are over
		if p.change == nil {
			delete(r.open, key)
		}
	}
	for _, c := range r.Changes {
		c.Earlier = true
		r.earlier[asked{c.Key, c.h}] = c
	}
}

// again is the change that was made before the run was begun anew and comes
// again; nil if there is none. It is open again, unless its outcome stands or
// is still to be settled.
func (r *Report) again(rec journal.Record, c *journal.Call) *Change {
	call := asked{rec.Key, rec.H}
	if c.From != "" {
		call.key = c.From
	}
	old := r.earlier[call]
	if old == nil {
		return nil
	}
	delete(r.earlier, call)
	old.Earlier, old.Key, old.At = false, rec.Key, c.At
	if rec.Via == "recalled" && old.Status != "unanswered" {
		return old
	}
	r.uncount(old)
	old.Status, old.Error = "unanswered", nil
	return old
}

// readAgain takes back what was counted of a read that failed and is tried
// again.
func (r *Report) readAgain(call asked, o *Operation) {
	if r.missed[call] {
		delete(r.missed, call)
		r.Counts.Failed--
		o.Failed--
	}
}

// uncount takes back what was counted of a change.
func (r *Report) uncount(c *Change) {
	o := r.operation(c.Operation, c.Effect)
	switch c.Status {
	case "failed":
		r.Counts.Failed--
		o.Failed--
	case "in_doubt":
		r.Counts.InDoubt--
		o.InDoubt--
	case "unanswered":
		r.Counts.Unanswered--
	}
}
