package engine

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// A Branch is a line of execution of a run, with its place in it. Its methods
// may only be called by the code that it runs, with the baton.
type Branch struct {
	strand *strand
	scopes []scope // the innermost last
}

// A scope is a step or branch, and counts the uses of each name within it.
// Names are counted where they stand, so parallel branches do not disturb
// each other's counts.
type scope struct {
	path string
	uses map[string]int
}

func newBranch(s *strand, path string) *Branch {
	return &Branch{strand: s, scopes: []scope{{path: path}}}
}

func (b *Branch) scope() *scope { return &b.scopes[len(b.scopes)-1] }

// Path is the chain of steps and branch keys that the branch is in:
// "/offboard/each[ada@example.com]"; "" at the top.
func (b *Branch) Path() string { return b.scope().path }

// Run is the run that the branch belongs to.
func (b *Branch) Run() *Run { return b.strand.run }

// count is the ordinal of a use of name in the innermost scope, from 1.
func (s *scope) count(name string) int {
	if s.uses == nil {
		s.uses = map[string]int{}
	}
	s.uses[name]++
	return s.uses[name]
}

// key identifies a call: where it stands, what it is, and which one of that.
func (b *Branch) key(name string) string {
	n := b.scope().count(name)
	return b.Path() + ":" + name + "#" + strconv.Itoa(n)
}

// segment is a path of one more part; a name that is used again gets its
// ordinal.
func (b *Branch) segment(name string) string {
	name = strings.ReplaceAll(name, "/", "∕") // the sign of the path
	if n := b.scope().count("/" + name); n > 1 {
		name += "#" + strconv.Itoa(n)
	}
	return b.Path() + "/" + name
}

// Step runs fn as a named part of the script. What fn returns says how the
// step ended.
func (b *Branch) Step(name string, fn func() (status, reason string)) {
	path := b.segment(name)
	r := b.Run()
	r.append(journal.Record{Kind: journal.Step, Key: path}, journal.StepEvent{Event: "start"})
	b.scopes = append(b.scopes, scope{path: path})
	depth := len(b.scopes)
	status, reason := fn()
	b.scopes = b.scopes[:depth-1]
	r.append(journal.Record{Kind: journal.Step, Key: path}, journal.StepEvent{Event: "end", Status: status, Reason: reason})
}

// Now is the run's time: that of the last delivered event.
func (b *Branch) Now() time.Time {
	r := b.Run()
	return r.clock.Add(r.ahead)
}

// Sleep waits without the baton. A dry run puts its clock forward instead.
func (b *Branch) Sleep(d time.Duration) *op.Error {
	r := b.Run()
	if e := r.Stopped(); e != nil {
		return e
	}
	key := b.key("sleep")
	if r.Dry() {
		r.ahead += d
		return nil
	}
	r.baton.wait(b.strand, func() func() {
		_ = r.o.Host.Sleep(r.stop, d) // the reason of an early end is the run's
		return func() {
			r.append(journal.Record{Kind: journal.Timer, Key: key}, nil)
			r.clock = r.tick()
		}
	})
	return r.Stopped()
}

// Note records a line of the log or a printed text.
func (b *Branch) Note(level, text, at string) {
	b.Run().append(journal.Record{Kind: journal.Note, Key: b.Path()}, journal.Line{Level: level, Text: text, At: at})
}

// Output records a result of the script: any JSON.
func (b *Branch) Output(name string, value []byte) {
	b.Run().append(journal.Record{Kind: journal.Output, Key: b.Path()}, journal.Result{Name: name, Value: value})
}

// OpenPoint records where a dry run needs an unknown to go on.
func (b *Branch) OpenPoint(at, label, why string) {
	b.Run().append(journal.Record{Kind: journal.Point, Key: b.Path()}, journal.OpenPoint{At: at, Label: label, Why: why})
}

// A FanOut is what Each needs.
type FanOut struct {
	Name  string   // of the path's segment
	Keys  []string // one a branch, each once
	Width int      // how many run at a time
	// Worker is called for each of the strands that do the work, and makes
	// what runs its branches, one after the other: i is the index of the key.
	// failed ends the fan-out: no further branch starts.
	Worker func() func(b *Branch, i int) (status, reason string, failed bool)
}

// Each runs a branch for every key, Width at a time, and returns when all
// that were started have ended. Keys that were not started are counted.
func (b *Branch) Each(f FanOut) (notStarted int, err *op.Error) {
	seen := make(map[string]int, len(f.Keys))
	for i, k := range f.Keys {
		if j, twice := seen[k]; twice {
			return 0, &op.Error{Kind: op.Invalid, Cause: fmt.Sprintf("items %d and %d have the same key %q", j+1, i+1, k), Hint: "give a key that differs for every item: { key = \"id\" }"}
		}
		seen[k] = i
	}
	r := b.Run()
	segment := b.segment(f.Name)
	next, running, stopped := 0, 0, false
	for range min(max(1, f.Width), len(f.Keys)) {
		s := &strand{run: r, wake: make(chan struct{}, 1)}
		run := f.Worker()
		running++
		r.o.Host.Go(func() {
			<-s.wake
			for next < len(f.Keys) && !stopped && r.Stopped() == nil {
				i := next
				next++
				branch := newBranch(s, segment+"["+strings.ReplaceAll(f.Keys[i], "/", "∕")+"]")
				r.append(journal.Record{Kind: journal.Step, Key: branch.Path()}, journal.StepEvent{Event: "start", Branch: true})
				status, reason, failed := run(branch, i)
				stopped = stopped || failed
				r.append(journal.Record{Kind: journal.Step, Key: branch.Path()}, journal.StepEvent{Event: "end", Branch: true, Status: status, Reason: reason})
			}
			running--
			if running == 0 {
				r.baton.makeReady(b.strand)
			}
			r.baton.pass()
		})
		r.baton.makeReady(s)
	}
	if running > 0 {
		r.baton.park(b.strand)
	}
	return len(f.Keys) - next, r.Stopped()
}
