// Package plan is the file that a dry run leaves: what it would do, and what
// that rests on. It holds no secrets.
package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"runner/internal/journal"
)

// Schema is the version of the file. A change that breaks readers gets a new
// number.
const Schema = "runner.plan/1"

// A Header is what a plan rests on.
type Header struct {
	Schema  string    `json:"schema"`
	ID      string    `json:"id"` // of the dry run that made it
	Tool    string    `json:"tool"`
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`

	Script      Script            `json:"script"`
	Modules     []Script          `json:"modules,omitempty"` // of the project, that the script requires
	Params      map[string]string `json:"params,omitempty"`  // as they were given; secrets as references
	Inputs      map[string]string `json:"inputs,omitempty"`  // digests of the files that params name
	Connections []Connection      `json:"connections,omitempty"`
	Chosen      map[string]string `json:"chosen,omitempty"` // connections by module, where the command line named them
	Emulate     bool              `json:"emulate,omitempty"`
	Seed        uint64            `json:"seed,string"` // of the run's random numbers

	Limits     []Limit           `json:"limits,omitempty"`
	Population int               `json:"population,omitempty"` // that shares refer to
	Asks       []string          `json:"asks,omitempty"`       // what the script wants confirmed
	Forecast   []Forecast        `json:"forecast,omitempty"`
	Names      map[string]string `json:"names,omitempty"` // what ids stand for
}

// A Script is a text that was executed.
type Script struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// A Connection is an account that was used.
type Connection struct {
	Module  string `json:"module"`
	Name    string `json:"name"`
	Account string `json:"account"` // where it leads, and as whom
}

// A Limit is the most that may be changed.
type Limit struct {
	What       string `json:"what"`
	Most       string `json:"most"` // a number, or a share of the population
	Connection string `json:"connection,omitempty"`
	Source     string `json:"source"` // where it was set
}

// A Forecast is what applying the plan will ask of a connection.
type Forecast struct {
	Connection string  `json:"connection"`
	Calls      int     `json:"calls"`
	PerSecond  float64 `json:"per_second"` // its limit
}

// Seconds is how long the connection's limit makes the calls take at least.
func (f Forecast) Seconds() float64 {
	if f.PerSecond <= 0 {
		return 0
	}
	return float64(f.Calls) / f.PerSecond
}

// A Plan is a dry run that can be applied.
type Plan struct {
	Header
	// Records are those of the dry run's journal that tell what it would do:
	// its beginning, planned calls, steps, open points and its end.
	Records []journal.Record

	calls  map[string]*Call
	points []point
}

// A Call is a planned call.
type Call struct {
	Key, Op string
	journal.Call
	Needed bool // it was asked for since
}

type point struct {
	scope string // path of the step or branch that ended there
	journal.OpenPoint
}

// Keeps reports whether records of a kind belong in a plan.
func Keeps(r journal.Record) bool {
	switch r.Kind {
	case journal.Open, journal.Planned, journal.Step, journal.Point, journal.End:
		return true
	}
	return false
}

// index makes the calls and points findable.
func (p *Plan) index() {
	p.calls = map[string]*Call{}
	for _, r := range p.Records {
		switch r.Kind {
		case journal.Planned:
			c := &Call{Key: r.Key, Op: r.Op}
			if json.Unmarshal(r.B, &c.Call) == nil && c.Effect != "read" {
				p.calls[r.Key] = c
			}
		case journal.Point:
			x := point{scope: r.Key}
			if json.Unmarshal(r.B, &x.OpenPoint) == nil {
				p.points = append(p.points, x)
			}
		}
	}
}

// Find is the planned call of a name; nil if there is none. Steps and branches
// may be named by an id that the plan did not know yet: ids say which it is.
func (p *Plan) Find(key string, ids Bindings) *Call {
	if c, ok := p.calls[key]; ok {
		return c
	}
	return p.calls[ids.unnamed(key)]
}

// Calls are the planned calls, in order.
func (p *Plan) Calls() []*Call {
	var list []*Call
	for _, r := range p.Records {
		if c := p.calls[r.Key]; r.Kind == journal.Planned && c != nil {
			list = append(list, c)
		}
	}
	return list
}

// After is the open point that a call comes after: the dry run did not follow
// the step or branch it stands in to its end, or one around it.
func (p *Plan) After(key string) (at journal.OpenPoint, ok bool) {
	path := key
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		path = key[:i]
	}
	for _, x := range p.points {
		if path == x.scope || strings.HasPrefix(path, x.scope+"/") {
			return x.OpenPoint, true
		}
	}
	return journal.OpenPoint{}, false
}

// Asked reports whether the dry run met a question of the script.
func (p *Plan) Asked(question string) bool { return slices.Contains(p.Asks, question) }

// OpenPoints is how many there are.
func (p *Plan) OpenPoints() int { return len(p.points) }
