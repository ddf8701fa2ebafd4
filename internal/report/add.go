package report

import (
	"encoding/json"
	"strings"

	jsonv2 "github.com/go-json-experiment/json" // for the records that every call makes: it takes a third of the time

	"runner/internal/journal"
	"runner/internal/op"
)

// Add takes the next record of the journal. It keeps nothing of the record's
// memory.
func (r *Report) Add(rec journal.Record) {
	if rec.T.Before(r.Ended) {
		rec.T = r.Ended // as the journal does, so that a report of it is the same
	}
	r.Ended = rec.T
	switch rec.Kind {
	case journal.Open:
		r.opened(rec)
	case journal.Resume:
		r.resumed(rec)
	case journal.Account:
		r.connected = true
	case journal.Begin, journal.Planned:
		r.begun(rec)
	case journal.Done, journal.Fail:
		r.answered(rec)
	case journal.Step:
		r.stepped(rec)
	case journal.Point:
		add(&r.OpenPoints, rec.B)
	case journal.Decide:
		add(&r.Decisions, rec.B)
	case journal.Note:
		add(&r.Log, rec.B)
	case journal.Output:
		add(&r.Outputs, rec.B)
	case journal.End:
		r.ended(rec)
	}
}

func add[T any](list *[]T, b json.RawMessage) {
	var v T
	if json.Unmarshal(b, &v) == nil {
		*list = append(*list, v)
	}
}

func (r *Report) opened(rec journal.Record) {
	var o journal.Opening
	if json.Unmarshal(rec.B, &o) != nil {
		return
	}
	r.Started, r.Run, r.Tool, r.Mode, r.Params, r.Emulate = rec.T, o.Run, o.Tool, o.Mode, o.Params, o.Emulate
	r.Script = &Script{Path: o.Script, SHA256: o.SHA256}
}

func (r *Report) begun(rec journal.Record) {
	var c journal.Call
	if jsonv2.Unmarshal(rec.B, &c) != nil {
		return
	}
	if rec.Via == "again" { // it did not land, and is sent again
		return
	}
	o := r.operation(rec.Op, c.Effect)
	p := &pending{asked: asked{rec.Key, rec.H}, effect: c.Effect}
	if old := r.again(rec, &c); old != nil {
		p.change = old
		p.recalled = old.Status != "unanswered"
	} else if c.Effect != "read" {
		p.change = &Change{
			Key: rec.Key, Operation: rec.Op, Effect: c.Effect, Connection: c.Connection, Thing: c.Thing,
			Args: append(json.RawMessage(nil), c.Args...), At: c.At, Status: "unanswered", h: rec.H,
		}
		r.Changes = append(r.Changes, p.change)
	} else if rec.Via != "recalled" {
		r.readAgain(p.asked, o)
	}
	if rec.Kind == journal.Begin {
		r.open[rec.Key] = p
		if p.change != nil && !p.recalled {
			r.Counts.Unanswered++
		}
		return
	}
	o.Planned++
	if p.change != nil {
		r.Counts.Planned++
		p.change.Status = "planned"
		p.change.Targets, p.change.Unchanged = c.Targets, c.Unchanged
		if c.Unchanged {
			r.Counts.Unchanged++
		}
		r.count(rec.Key, c.Effect)
	}
}

func (r *Report) answered(rec journal.Record) {
	p, ok := r.open[rec.Key]
	if !ok {
		return
	}
	delete(r.open, rec.Key)
	if rec.Via == "recalled" { // it counts already
		if rec.Kind == journal.Done {
			r.count(rec.Key, p.effect)
		}
		return
	}
	o := r.operation(rec.Op, p.effect)
	if p.recalled { // it was in doubt, and is settled now
		r.uncount(p.change)
		r.Counts.Unanswered++
	}
	status := "done"
	if rec.Kind == journal.Fail {
		status = "failed"
		var e op.Error
		if json.Unmarshal(rec.E, &e) == nil && e.Kind == op.InDoubt {
			status = "in_doubt"
		}
		if rec.Via == "stopped" {
			status = "not_sent"
		}
		if p.change != nil {
			p.change.Error = &e
		}
	}
	if p.change != nil {
		p.change.Status = status
		if rec.Via == "probed" || rec.Via == "decided" {
			p.change.Via = rec.Via
		}
		r.Counts.Unanswered--
	}
	switch {
	case status == "not_sent": // a stop kept it from being sent: nothing came of it
		return
	case status == "failed":
		o.Failed++
		r.Counts.Failed++
		if p.change == nil {
			r.missed[p.asked] = true
		}
		return
	case status == "in_doubt":
		o.InDoubt++
		r.Counts.InDoubt++
		return
	case p.effect == "read":
		r.Counts.Reads++
	case p.effect == "write":
		r.Counts.Writes++
	default:
		r.Counts.Destructive++
	}
	o.Done++
	r.count(rec.Key, p.effect)
}

// count adds a call to the step or branch it stands in, and to those above.
func (r *Report) count(key, effect string) {
	path := key
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		path = key[:i]
	}
	for path != "" {
		if s, ok := r.steps[path]; ok {
			switch effect {
			case "read":
				s.Reads++
			case "write":
				s.Writes++
			default:
				s.Destructive++
			}
		}
		path = path[:max(0, strings.LastIndexByte(path, '/'))]
	}
}

func (r *Report) operation(name, effect string) *Operation {
	o, ok := r.ops[name]
	if !ok {
		o = &Operation{Name: name, Effect: effect}
		r.ops[name] = o
		r.Operations = append(r.Operations, o)
	}
	return o
}

func (r *Report) stepped(rec journal.Record) {
	var e journal.StepEvent
	if jsonv2.Unmarshal(rec.B, &e) != nil {
		return
	}
	if e.Event == "start" {
		s := r.steps[rec.Key]
		if s == nil {
			s = &Step{}
			r.steps[rec.Key] = s
			r.Steps = append(r.Steps, s)
		}
		*s = Step{Path: rec.Key, Branch: e.Branch, Status: running, started: rec.T}
		return
	}
	if s, ok := r.steps[rec.Key]; ok {
		s.Status, s.Reason, s.Millis = e.Status, e.Reason, rec.T.Sub(s.started).Milliseconds()
	}
}

// running is the status of a step that did not come to its end.
const running = "running"
