package plan

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file compares what was foreseen with what came. A call was foreseen
// well if it was made with the arguments that were foreseen, and nothing that
// its answer was said to hold was otherwise.

// AccuracySchema is the version of a score's JSON.
const AccuracySchema = "runner.accuracy/1"

// A Score is how well runs were foreseen.
type Score struct {
	Schema     string                     `json:"schema"`
	Runs       int                        `json:"runs"`
	Operations map[string]*OperationScore `json:"operations"`
}

// An OperationScore counts the calls of one operation.
type OperationScore struct {
	Right      int `json:"right"`      // foreseen, and made as foreseen
	Wrong      int `json:"wrong"`      // foreseen, and made or answered otherwise
	NotMade    int `json:"not_made"`   // foreseen, and not made
	Unforeseen int `json:"unforeseen"` // made, and not foreseen

	Fields map[string]*FieldScore `json:"fields,omitempty"` // of the answers
}

// A FieldScore counts the values of one field.
type FieldScore struct {
	Right   int `json:"right"`
	Wrong   int `json:"wrong"`
	Unknown int `json:"unknown"` // nothing was said about it
}

// Of is how many calls there were something to say about.
func (s *OperationScore) Of() int { return s.Right + s.Wrong + s.NotMade + s.Unforeseen }

// NewScore is a score of nothing.
func NewScore() *Score {
	return &Score{Schema: AccuracySchema, Operations: map[string]*OperationScore{}}
}

// Add adds another score.
func (s *Score) Add(t *Score) {
	s.Runs += t.Runs
	for name, o := range t.Operations {
		mine := s.operation(name)
		mine.Right, mine.Wrong, mine.NotMade, mine.Unforeseen = mine.Right+o.Right, mine.Wrong+o.Wrong, mine.NotMade+o.NotMade, mine.Unforeseen+o.Unforeseen
		for field, f := range o.Fields {
			g := mine.field(field)
			g.Right, g.Wrong, g.Unknown = g.Right+f.Right, g.Wrong+f.Wrong, g.Unknown+f.Unknown
		}
	}
}

func (s *Score) operation(name string) *OperationScore {
	o, ok := s.Operations[name]
	if !ok {
		o = &OperationScore{Fields: map[string]*FieldScore{}}
		s.Operations[name] = o
	}
	return o
}

func (s *OperationScore) field(name string) *FieldScore {
	f, ok := s.Fields[name]
	if !ok {
		f = &FieldScore{}
		s.Fields[name] = f
	}
	return f
}

// A call that was made, by its name.
type made struct {
	op           string
	args, answer []byte
	point        bool // it stands after an open point, where nothing was foreseen
}

// Compare compares a dry run with a run of the same script. noise says which
// fields of an operation's answer change by themselves.
func Compare(dry, run iter.Seq2[journal.Record, error], noise func(operation string) map[string]bool) (*Score, error) {
	p := &Plan{}
	for r, err := range dry {
		if err != nil {
			return nil, err
		}
		if Keeps(r) {
			p.Records = append(p.Records, r)
		}
	}
	p.index()
	calls, order, whole, err := p.read(run)
	if err != nil {
		return nil, err
	}
	s, ids := NewScore(), Bindings{}
	s.Runs = 1
	for _, key := range order {
		m := calls[key]
		o := s.operation(m.op)
		c := p.Find(key, ids)
		switch {
		case c == nil && m.point:
		case c == nil:
			o.Unforeseen++
		case m.answer != nil && ids.score(o, c, m, noise(m.op)) && len(ids.Arguments(c, m.args)) == 0:
			o.Right++
		default:
			o.Wrong++
		}
		if c != nil {
			c.Needed = true
			ids.Learn(c.Answer, m.answer)
		}
	}
	for _, c := range p.Calls() {
		if !c.Needed && whole {
			s.operation(c.Op).NotMade++
		}
	}
	return s, nil
}

// read finds the calls of a run that change something, with their answers.
// whole is false if the run did not come to its end.
func (p *Plan) read(run iter.Seq2[journal.Record, error]) (calls map[string]*made, order []string, whole bool, err error) {
	calls = map[string]*made{}
	for r, err := range run {
		if err != nil {
			return nil, nil, false, err
		}
		switch r.Kind {
		case journal.Begin:
			var c journal.Call
			if json.Unmarshal(r.B, &c) == nil && c.Effect != op.Read.String() {
				_, after := p.After(r.Key)
				calls[r.Key] = &made{op: r.Op, args: c.Args, point: after}
				order = append(order, r.Key)
			}
		case journal.Done:
			if m := calls[r.Key]; m != nil {
				m.answer = r.B
			}
		case journal.Fail:
			if m := calls[r.Key]; m != nil && r.Via == "stopped" { // it was not sent after all
				m.point = true
				delete(p.calls, r.Key)
			}
		case journal.End:
			var end journal.Ending
			whole = json.Unmarshal(r.B, &end) == nil && end.Code == 0
		}
	}
	return calls, order, whole, nil
}

// score compares the answer that was foreseen with the one that came.
func (b Bindings) score(o *OperationScore, c *Call, m *made, noise map[string]bool) (right bool) {
	right = true
	b = maps.Clone(b)
	b.Learn(c.Answer, m.answer) // the id of what the call creates is its own to tell
	foreseen, came := b.bound(op.Tree(c.Answer)), op.Tree(m.answer)
	f, isObject := foreseen.(map[string]any)
	g, _ := came.(map[string]any)
	if !isObject {
		f, g = map[string]any{"answer": foreseen}, map[string]any{"answer": came}
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if noise[name] {
			continue
		}
		score := o.field(name)
		switch same := op.Same(f[name], g[name]); {
		case same == op.Yes:
			score.Right++
		case same == op.Maybe:
			score.Unknown++
		default:
			score.Wrong++
			right = false
		}
	}
	return right
}
