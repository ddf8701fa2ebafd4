// Package report makes views of a run's journal: what was done, what was not,
// and what to do next. A report is a pure function of the records.
package report

import (
	"encoding/json"
	"strings"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// Schema is the version of the JSON form. Fields may be added to it; a change
// that breaks readers gets a new number.
const Schema = "runner.report/1"

// A Report is what a run did.
type Report struct {
	Schema  string            `json:"schema"`
	Run     string            `json:"run"`
	Tool    string            `json:"tool"`
	Script  Script            `json:"script"`
	Params  map[string]string `json:"params,omitempty"`
	Mode    string            `json:"mode"` // run or dry-run
	Emulate bool              `json:"emulate,omitempty"`
	Folder  string            `json:"folder,omitempty"` // of the run's journal
	Started time.Time         `json:"started"`
	Ended   time.Time         `json:"ended"`

	Exit       Exit                `json:"exit"`
	Counts     Counts              `json:"counts"`
	Steps      []*Step             `json:"steps"`
	Operations []*Operation        `json:"operations"`
	Changes    []*Change           `json:"changes"`
	OpenPoints []journal.OpenPoint `json:"open_points"`
	Outputs    []journal.Result    `json:"outputs"`
	Log        []journal.Line      `json:"log"`
	Error      *Card               `json:"error,omitempty"`
	Next       []string            `json:"next"`

	open  map[string]*pending   // calls that have begun
	steps map[string]*Step      // by path
	ops   map[string]*Operation // by name
}

// Script says what was run.
type Script struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// Exit is how the run ended.
type Exit struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}

// Counts are numbers of calls.
type Counts struct {
	Reads       int `json:"reads"`       // answered
	Writes      int `json:"writes"`      // answered
	Destructive int `json:"destructive"` // answered
	Planned     int `json:"planned"`     // not sent: this was a dry run
	Failed      int `json:"failed"`
	InDoubt     int `json:"in_doubt"`
}

// A Step is a step or branch.
type Step struct {
	Path        string `json:"path"`
	Branch      bool   `json:"branch"`
	Status      string `json:"status"`
	Reason      string `json:"reason,omitempty"`
	Reads       int    `json:"reads"`
	Writes      int    `json:"writes"`
	Destructive int    `json:"destructive"`
	Millis      int64  `json:"ms"`

	started time.Time
}

// An Operation counts the calls of one operation.
type Operation struct {
	Name    string `json:"name"`
	Effect  string `json:"effect"`
	Done    int    `json:"done"`
	Planned int    `json:"planned"`
	Failed  int    `json:"failed"`
	InDoubt int    `json:"in_doubt"`
}

// A Change is a call that is not a read.
type Change struct {
	Key        string          `json:"key"`
	Operation  string          `json:"operation"`
	Effect     string          `json:"effect"`
	Connection string          `json:"connection,omitempty"`
	Thing      string          `json:"thing,omitempty"`
	Args       json.RawMessage `json:"args"`
	At         string          `json:"at,omitempty"`
	Status     string          `json:"status"` // done, planned, failed, in_doubt, unanswered
	Error      *op.Error       `json:"error,omitempty"`
}

type pending struct {
	call   journal.Call
	change *Change // nil for a read
}

// Of makes the report of the records that f is fed by.
func New() *Report {
	return &Report{
		Schema: Schema, Steps: []*Step{}, Operations: []*Operation{}, Changes: []*Change{}, OpenPoints: []journal.OpenPoint{},
		Outputs: []journal.Result{}, Log: []journal.Line{}, Next: []string{},
		open: map[string]*pending{}, steps: map[string]*Step{}, ops: map[string]*Operation{},
	}
}

// Add takes the next record of the journal. It keeps nothing of the record's
// memory.
func (r *Report) Add(rec journal.Record) {
	r.Ended = rec.T
	switch rec.Kind {
	case journal.Open:
		r.opened(rec)
	case journal.Begin, journal.Planned:
		r.begun(rec)
	case journal.Done, journal.Fail:
		r.answered(rec)
	case journal.Step:
		r.stepped(rec)
	case journal.Point:
		var p journal.OpenPoint
		if json.Unmarshal(rec.B, &p) == nil {
			r.OpenPoints = append(r.OpenPoints, p)
		}
	case journal.Note:
		var l journal.Line
		if json.Unmarshal(rec.B, &l) == nil {
			r.Log = append(r.Log, l)
		}
	case journal.Output:
		var o journal.Result
		if json.Unmarshal(rec.B, &o) == nil {
			r.Outputs = append(r.Outputs, o)
		}
	case journal.End:
		var e journal.Ending
		if json.Unmarshal(rec.B, &e) == nil {
			r.Exit = Exit{Code: e.Code, Reason: e.Reason}
		}
	}
}

func (r *Report) opened(rec journal.Record) {
	var o journal.Opening
	if json.Unmarshal(rec.B, &o) != nil {
		return
	}
	r.Started, r.Run, r.Tool, r.Mode, r.Params, r.Emulate = rec.T, o.Run, o.Tool, o.Mode, o.Params, o.Emulate
	r.Script = Script{Path: o.Script, SHA256: o.SHA256}
}

func (r *Report) begun(rec journal.Record) {
	var c journal.Call
	if json.Unmarshal(rec.B, &c) != nil {
		return
	}
	o := r.operation(rec.Op, c.Effect)
	p := &pending{call: c}
	if c.Effect != "read" {
		p.change = &Change{
			Key: rec.Key, Operation: rec.Op, Effect: c.Effect, Connection: c.Connection, Thing: c.Thing,
			Args: append(json.RawMessage(nil), c.Args...), At: c.At, Status: "unanswered",
		}
		r.Changes = append(r.Changes, p.change)
	}
	if rec.Kind == journal.Begin {
		p.call.Args, p.call.Answer = nil, nil
		r.open[rec.Key] = p
		return
	}
	o.Planned++
	if p.change != nil {
		r.Counts.Planned++
		p.change.Status = "planned"
		r.count(rec.Key, c.Effect)
	}
}

func (r *Report) answered(rec journal.Record) {
	p, ok := r.open[rec.Key]
	if !ok {
		return
	}
	delete(r.open, rec.Key)
	o := r.operation(rec.Op, p.call.Effect)
	status := "done"
	if rec.Kind == journal.Fail {
		status = "failed"
		var e op.Error
		if json.Unmarshal(rec.E, &e) == nil && e.Kind == op.InDoubt {
			status = "in_doubt"
		}
		if p.change != nil {
			p.change.Error = &e
		}
	}
	if p.change != nil {
		p.change.Status = status
	}
	switch status {
	case "done":
		o.Done++
		r.count(rec.Key, p.call.Effect)
		switch p.call.Effect {
		case "read":
			r.Counts.Reads++
		case "write":
			r.Counts.Writes++
		default:
			r.Counts.Destructive++
		}
	case "failed":
		o.Failed++
		r.Counts.Failed++
	default:
		o.InDoubt++
		r.Counts.InDoubt++
	}
}

// count adds a call to the step or branch it stands in, and to those above.
func (r *Report) count(key, effect string) {
	path, _, _ := strings.Cut(key, ":")
	if i := strings.LastIndex(key, ":"); i >= 0 {
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
		path = path[:strings.LastIndex(path, "/")]
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
	if json.Unmarshal(rec.B, &e) != nil {
		return
	}
	if e.Event == "start" {
		s := &Step{Path: rec.Key, Branch: e.Branch, Status: "running", started: rec.T}
		r.steps[rec.Key] = s
		r.Steps = append(r.Steps, s)
		return
	}
	if s, ok := r.steps[rec.Key]; ok {
		s.Status, s.Reason, s.Millis = e.Status, e.Reason, rec.T.Sub(s.started).Milliseconds()
	}
}
