package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// This file has loads progress with the clock. Nothing happens by itself: whenever the state is looked at, what should
// have happened since the last time is done, in the order of its times.

// progress is how far a load is.
type progress int

const (
	queued progress = iota
	running
	succeeded
	failed
)

func (w Words) of(p progress) string { return [...]string{w.Queued, w.Running, w.Success, w.Failed}[p] }

// MarshalText writes the word, for dumps.
func (p progress) MarshalText() ([]byte, error) {
	return []byte([...]string{"queued", "running", "succeeded", "failed"}[p]), nil
}

// A load is one load of one schema.
type load struct {
	ID        int64     `json:"id"`
	Schema    string    `json:"schema"`
	Source    string    `json:"source"`
	Tables    []string  `json:"tables,omitempty"` // all if empty
	By        string    `json:"by"`
	Execution int64     `json:"execution,omitempty"` // of a load plan, if it is part of one
	Asked     time.Time `json:"asked"`
	Begin     time.Time `json:"begin"`
	End       time.Time `json:"end"`
	Status    progress  `json:"status"`
	Message   string    `json:"message,omitempty"`
	Failed    []string  `json:"failed,omitempty"` // tables
	Input     int64     `json:"input,omitempty"`  // rows that its materialized views found when it began
}

func (l *load) over() bool { return l.Status == succeeded || l.Status == failed }

func (l *load) includes(table string) bool {
	return len(l.Tables) == 0 || slices.Contains(l.Tables, table)
}

// lastLoad is the load of a schema that was asked for last, or nil.
func (st *state) lastLoad(schema string) *load {
	for _, l := range slices.Backward(st.loads) {
		if l.Schema == schema {
			return l
		}
	}
	return nil
}

func (st *state) loading(schema string) bool {
	return slices.ContainsFunc(st.loads, func(l *load) bool { return l.Schema == schema && !l.over() })
}

// start puts a load in the queue. A caller who waits does not hold up the emulator: the load gets that much of a head
// start instead, and is over at once if it would have ended while the caller waits. Loads of one schema wait for each
// other; only those of load plans ever have to.
func (st *state) start(s *schema, l load, headStart time.Duration) {
	l.ID, l.Schema = int64(len(st.loads)+1), s.Name
	l.Begin = l.Asked.Add(queueTime)
	for _, other := range st.loads {
		if other.Schema == s.Name && !other.over() && other.End.After(l.Begin) {
			l.Begin = other.End
		}
	}
	l.End = later(l.Asked, l.Begin.Add(s.Takes-headStart))
	l.Begin = later(l.Asked, l.Begin.Add(-headStart))
	st.loads = append(st.loads, &l)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// settle lets everything happen that is due.
func (st *state) settle(now time.Time) {
	for {
		var next *load
		for _, l := range st.loads {
			if !l.over() && !l.due().After(now) && (next == nil || l.due().Before(next.due())) {
				next = l
			}
		}
		switch {
		case next == nil:
			return
		case next.Status == queued:
			st.begin(next)
		default:
			st.end(next)
		}
	}
}

// due is when something happens next to a load that is not over.
func (l *load) due() time.Time {
	if l.Status == queued {
		return l.Begin
	}
	return l.End
}

// begin looks at what the materialized views of a schema read. They take what is there, fresh or not, and fail where
// nothing was ever loaded (inf): which is why the order of loads matters.
func (st *state) begin(l *load) {
	l.Status = running
	for _, name := range st.schema(l.Schema).Reads {
		source := st.schema(name)
		if source.Loads == 0 {
			l.Message = fmt.Sprintf("INC_%s: Failed to run the materialized views of %s: the schema %s has no data. Load it first.",
				codeLoad, l.Schema, name)
			return
		}
		for _, r := range source.Relations {
			l.Input += r.Rows
		}
	}
}

func (st *state) end(l *load) {
	s := st.schema(l.Schema)
	l.Status = succeeded
	var messages []string
	for _, r := range s.Relations {
		switch {
		case !l.includes(r.Name):
		case r.Materialized && l.Message != "":
			l.Failed = append(l.Failed, r.Name)
		case r.Broken != "":
			l.Failed = append(l.Failed, r.Name)
			messages = append(messages, fmt.Sprintf("INC_%s: Failed to load the table %s.%s: %s", codeLoad, s.Name, r.Name, r.Broken))
		default:
			r.loaded(l)
		}
	}
	if l.Message == "" {
		l.Message = strings.Join(messages, "\n")
	}
	if len(l.Failed) > 0 {
		l.Status = failed
	} else {
		l.Message = ""
		s.Loads++
	}
	if l.Execution != 0 {
		st.continueExecution(l.Execution, l.End)
	}
}

// loaded is what a successful load does to a table. From the staging area nothing new comes (inf).
func (r *relation) loaded(l *load) {
	switch {
	case l.Source == "STAGING":
	case r.Materialized:
		r.Rows = l.Input / 10
	default:
		r.Rows += r.Grows
	}
}
