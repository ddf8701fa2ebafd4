package journal

import (
	"encoding/json"
	"time"
)

// This file holds what stands in the bodies of records: written by the
// engine, read by reports.

// An Opening is the body of open.
type Opening struct {
	Format  int               `json:"format"` // 1
	Run     string            `json:"run"`
	Tool    string            `json:"tool"` // version of the runner
	Script  string            `json:"script"`
	SHA256  string            `json:"sha256"` // of the script's text
	Params  map[string]string `json:"params,omitempty"`
	Mode    string            `json:"mode"`           // run, dry-run or apply
	Plan    string            `json:"plan,omitempty"` // of apply: what is applied
	Seed    uint64            `json:"seed,string"`
	Emulate bool              `json:"emulate,omitempty"`
	Dir     string            `json:"dir,omitempty"`    // where the project is looked for
	Path    string            `json:"path,omitempty"`   // of the script's file
	Inputs  map[string]string `json:"inputs,omitempty"` // SHA-256 of the files that params named, by path
	Flags   []string          `json:"flags,omitempty"`  // of the command line, as far as they decide what may be done
}

// A Continuation is the body of resume.
type Continuation struct {
	Tool       string        `json:"tool"`                  // version of the runner
	Away       time.Duration `json:"away,omitempty"`        // how long no process was there
	Anew       bool          `json:"anew,omitempty"`        // the script is begun from its start; what is known is answered
	Accept     bool          `json:"accept,omitempty"`      // changes of the script were accepted
	OnlyFailed bool          `json:"only_failed,omitempty"` // only branches that had failed are taken up
	Opening    *Opening      `json:"opening,omitempty"`     // if script, params or flags are others now
}

// An Opened is the body of account.
type Opened struct {
	Module     string `json:"module"`
	Connection string `json:"conn"`
	Account    string `json:"account"` // where it leads, and as whom
}

// A Settlement is the body of settle.
type Settlement struct {
	Landed bool            `json:"landed"`
	Result json.RawMessage `json:"result,omitempty"` // what the call answered, as far as that is known
}

// A Call is the body of begin and planned.
type Call struct {
	Connection string          `json:"conn,omitempty"`
	Effect     string          `json:"effect"`
	Args       json.RawMessage `json:"args,omitempty"`
	At         string          `json:"at,omitempty"`     // script:line
	Answer     json.RawMessage `json:"answer,omitempty"` // of planned: what the dry run went on with
	Thing      string          `json:"thing,omitempty"`  // what it is about, as a person says it
	From       string          `json:"from,omitempty"`   // of a call that is answered from the record: its key there, if that is another

	// Of planned.
	Targets   []Target `json:"targets,omitempty"`
	Unchanged bool     `json:"unchanged,omitempty"` // everything is already as wanted
}

// A Target is an object that a planned call touches, or goes by.
type Target struct {
	Object string          `json:"object"` // what it is: "user"
	ID     json.RawMessage `json:"id"`
	Get    string          `json:"get,omitempty"` // the operation that reads it
	Args   json.RawMessage `json:"args,omitempty"`
	In     string          `json:"in,omitempty"`     // the field with the id, if the read answers a list
	Change string          `json:"change,omitempty"` // created or removed; empty if it stays
	Fields []FieldChange   `json:"fields,omitempty"` // that the call changes
	Noise  int             `json:"noise,omitempty"`  // fields left out, because they change by themselves

	// Before is the object as it is before the call, without noise; nil if it
	// could not be read. Long values are named by their digest.
	Before map[string]json.RawMessage `json:"before,omitempty"`
}

// What a call does to a target.
const (
	Created = "created"
	Removed = "removed"
)

// A FieldChange is what a call changes about an object. Of a list it tells the
// elements that it gets and loses.
type FieldChange struct {
	Field string            `json:"field"`
	From  json.RawMessage   `json:"from,omitempty"` // null if the field is absent
	To    json.RawMessage   `json:"to,omitempty"`
	Gets  []json.RawMessage `json:"gets,omitempty"`
	Loses []json.RawMessage `json:"loses,omitempty"`
}

// A Decision is the body of decide: what a person was asked, and said.
type Decision struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
	By       string `json:"by"`              // terminal, or the flag that answered
	About    string `json:"about,omitempty"` // what it allows, if that is more than one call
}

// A StepEvent is the body of step.
type StepEvent struct {
	Event  string `json:"event"`  // start or end
	Branch bool   `json:"branch"` // a branch rather than a step
	Status string `json:"status,omitempty"`
	Reason string `json:"reason,omitempty"` // why it was skipped or failed, or where its open point is
	Call   string `json:"call,omitempty"`   // of a failure: the call that failed
}

// How a step or branch can end.
const (
	StatusDone    = "done"
	StatusFailed  = "failed"
	StatusSkipped = "skipped"
	StatusOpen    = "open" // a dry run could not follow it to its end
	StatusInDoubt = "in_doubt"
	StatusStopped = "stopped"
)

// An OpenPoint is the body of point.
type OpenPoint struct {
	At    string `json:"at"`    // script:line
	Label string `json:"label"` // which unknown
	Why   string `json:"why"`   // what needed it
}

// A Line is the body of note.
type Line struct {
	Level string `json:"level"` // print, debug, info, warn, error
	Text  string `json:"text"`
	At    string `json:"at,omitempty"`
}

// A Result is the body of output.
type Result struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// An Ending is the body of end. A failure stands in the record beside it;
// where it came up stands here.
type Ending struct {
	Code   int    `json:"code"`
	Reason string `json:"reason"`
	At     string `json:"at,omitempty"`     // script:line
	Step   string `json:"step,omitempty"`   // path of the step or branch
	Source string `json:"source,omitempty"` // that line of the script
	Call   string `json:"call,omitempty"`   // the call that failed
}
