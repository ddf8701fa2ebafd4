// Package report makes views of a run's journal: what was done, what was not,
// and what to do next. A report is a pure function of the records.
package report

import (
	"encoding/json"
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
	Run     string            `json:"run,omitempty"`
	Tool    string            `json:"tool,omitempty"`
	Script  *Script           `json:"script,omitempty"`
	Params  map[string]string `json:"params,omitempty"`
	Mode    string            `json:"mode,omitempty"` // run, dry-run or check
	Emulate bool              `json:"emulate,omitempty"`
	Resumed int               `json:"resumed,omitempty"` // how often the run went on in another process
	Folder  string            `json:"folder,omitempty"`  // of the run's journal
	Started time.Time         `json:"started,omitzero"`
	Ended   time.Time         `json:"ended,omitzero"` // when the last record was made

	Exit       *Exit               `json:"exit"` // null if the run did not come to its end
	Counts     Counts              `json:"counts"`
	Steps      []*Step             `json:"steps"`
	Operations []*Operation        `json:"operations"`
	Changes    []*Change           `json:"changes"`
	OpenPoints []journal.OpenPoint `json:"open_points"`
	Decisions  []journal.Decision  `json:"decisions,omitempty"` // what people were asked, and said
	Outputs    []journal.Result    `json:"outputs"`
	Log        []journal.Line      `json:"log"`
	Error      *Card               `json:"error,omitempty"`
	Problems   []*Card             `json:"problems,omitempty"` // that were found by reading the script
	Next       []string            `json:"next"`
	Footing    []string            `json:"-"` // what stands below the headline
	Track      map[string]string   `json:"-"` // how well operations were foreseen so far

	open      map[string]*pending   // calls that have begun
	earlier   map[asked]*Change     // calls of before the run was begun anew that did not come again yet
	missed    map[asked]bool        // reads that failed
	steps     map[string]*Step      // by path
	ops       map[string]*Operation // by name
	connected bool                  // a connection was opened
	signal    bool                  // it was ended from outside
}

// Script says what was run.
type Script struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256,omitempty"`
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
	Unchanged   int `json:"unchanged"`   // of those, where everything is already as wanted
	Failed      int `json:"failed"`
	InDoubt     int `json:"in_doubt"`
	Unanswered  int `json:"unanswered"` // changes that were begun, and nothing more is known
}

// made is the number of changes that were made for certain.
func (c Counts) made() int { return c.Writes + c.Destructive }

// doubtful is the number of changes that may have been made.
func (c Counts) doubtful() int { return c.InDoubt + c.Unanswered }

// A Step is a step or branch.
type Step struct {
	Path        string `json:"path"`
	Branch      bool   `json:"branch"`
	Status      string `json:"status"` // of journal, or running if it did not come to its end
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
	Status     string          `json:"status"`            // done, planned, failed, not_sent, in_doubt, unanswered
	Via        string          `json:"via,omitempty"`     // probed or decided, if it got no clear answer and was settled
	Earlier    bool            `json:"earlier,omitempty"` // made before the run was begun anew; the script does not make it any more
	Error      *op.Error       `json:"error,omitempty"`

	// Of a planned one: what it does to which objects, and whether everything
	// is already as wanted.
	Targets   []journal.Target `json:"targets,omitempty"`
	Unchanged bool             `json:"unchanged,omitempty"`

	h string // digest of what it asks for
}

// asked is what a call is known by when the run is begun anew: its name, and
// the digest of what it asks for.
type asked struct{ key, h string }

type pending struct {
	asked    asked
	effect   string
	change   *Change // nil for a read
	recalled bool    // it is answered from the record, where it counts already
}

// New makes the report of no records; Add gives it some.
func New() *Report {
	return &Report{
		Schema: Schema, Steps: []*Step{}, Operations: []*Operation{}, Changes: []*Change{}, OpenPoints: []journal.OpenPoint{},
		Outputs: []journal.Result{}, Log: []journal.Line{}, Next: []string{},
		open: map[string]*pending{}, earlier: map[asked]*Change{}, missed: map[asked]bool{}, steps: map[string]*Step{}, ops: map[string]*Operation{},
	}
}

// Dry reports whether the run was a dry run.
func (r *Report) Dry() bool { return r.Mode == "dry-run" }
