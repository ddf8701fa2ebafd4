package engine

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file reads the journal of a run that is to go on. The records since
// the script was last begun from its start are its take: they are replayed in
// their order. What the takes before it tell is known by the names of the
// calls alone.
//
// A run that broke off goes on in its take. One that ended, with a failure or
// because it was stopped, is begun anew: its end is part of the take, and it
// is what must not come again. What is then tried again is told by retries.go.

// A History is what the journal of a run tells of it.
type History struct {
	Opening journal.Opening // as the last of them says
	Ending  *journal.Ending // nil if the run broke off

	began     time.Time // the script's clock at its start
	last      time.Time // of the last record
	take      []*journal.Record
	calls     map[string]*known           // of the take
	earlier   map[string]*known           // of the takes before it
	displaced []*known                    // of the takes before it, where the script now makes another call of that name
	timers    map[string]journal.Record   // of the takes before it
	asked     map[string][]journal.Record // decisions of the takes before it, by key
	gaps      []gap                       // when no process was there
	n         int64                       // of the last record
	accounts  []journal.Opened            // where connections led to
	wakes     map[string]*journal.Record  // timers of the take
	answers   map[string][]journal.Record // decisions of the take, by key
	failed    map[string]bool             // branches that failed, or are in doubt
	finished  map[string]bool             // branches that came to their end otherwise
	stopped   bool                        // the take shows traces of a stop
	settled   bool                        // a person said what came of a call after the script had been told that nobody knows
	end       *journal.Record

	// Of a run that was begun anew.
	accept                       bool // changes of the script were accepted
	only                         bool // branches that had failed are taken up alone
	failedBefore, finishedBefore map[string]bool
}

// A known call is one that the journal tells of.
type known struct {
	first    int64           // number of its first begin
	begin    *journal.Record // its last one
	outcome  *journal.Record
	verdict  *verdict // of a person, about a call in doubt
	again    bool     // it failed, and is tried again
	asked    bool     // the script asked for it
	ahead    bool     // its begin was replayed before it was asked for
	replayed bool     // it is of the take that is replayed: its outcome was delivered, whatever it is
	from     *known   // the one that it was recalled from
}

// A verdict is what a person said, and the record of it, which may hold the
// answer sealed.
type verdict struct {
	*journal.Settlement
	rec journal.Record
}

// said is what a person said; nil if nobody did.
func (v *verdict) said() *journal.Settlement {
	if v == nil {
		return nil
	}
	return v.Settlement
}

// answer is the record of what the call answered.
func (v *verdict) answer() *journal.Record {
	return &journal.Record{B: v.Result, X: v.rec.X}
}

// NewHistory is the history of a run of which nothing was read yet.
func NewHistory() *History {
	h := &History{earlier: map[string]*known{}, timers: map[string]journal.Record{}, asked: map[string][]journal.Record{}}
	h.begin()
	return h
}

// begin makes room for a take.
func (h *History) begin() {
	h.take, h.calls, h.end, h.Ending, h.stopped, h.settled = nil, map[string]*known{}, nil, nil, false, false
	h.failed, h.finished = map[string]bool{}, map[string]bool{}
	h.wakes, h.answers = map[string]*journal.Record{}, map[string][]journal.Record{}
}

// Add takes the next record. It may keep its memory. Its error says why the
// run cannot go on from it.
func (h *History) Add(rec journal.Record) error {
	h.last, h.n = rec.T, rec.N
	switch rec.Kind {
	case journal.Open:
		if err := json.Unmarshal(rec.B, &h.Opening); err != nil {
			return err
		}
		h.began = rec.T
		return nil
	case journal.Resume:
		return h.resumed(rec)
	case journal.Account:
		var a journal.Opened
		if err := json.Unmarshal(rec.B, &a); err != nil {
			return err
		}
		if !slices.Contains(h.accounts, a) {
			h.accounts = append(h.accounts, a)
		}
	case journal.End:
		h.Ending, h.end = &journal.Ending{}, &rec
		return json.Unmarshal(rec.B, h.Ending)
	case journal.Begin:
		if k := h.calls[rec.Key]; k != nil { // sent again, because it had not landed
			if len(rec.B) == 0 {
				rec.B = k.begin.B
			}
			k.begin, k.verdict = &rec, nil
			return nil
		}
		k := &known{first: rec.N, begin: &rec}
		if rec.Via == viaRecalled {
			k.from = h.recalled(rec)
		}
		h.calls[rec.Key] = k
	case journal.Done, journal.Fail:
		h.answered(rec)
	case journal.Settle:
		return h.said(rec)
	case journal.Step:
		h.stepped(rec)
	case journal.Note:
		if rec.Via == ViaHost { // the script did not say it
			return nil
		}
	case journal.Decide:
		if q := h.asked[rec.Key]; len(q) > 0 { // it was answered from there
			h.asked[rec.Key] = q[1:]
		}
		h.answers[rec.Key] = append(h.answers[rec.Key], rec)
	case journal.Timer:
		h.wakes[rec.Key] = &rec
	case journal.Output:
	default: // of a later version, or of a dry run
		return nil
	}
	h.take = append(h.take, &rec)
	return nil
}

// recalled is the earlier call that a begin refers to.
func (h *History) recalled(rec journal.Record) *known {
	var c struct {
		From string `json:"from"`
	}
	_ = json.Unmarshal(rec.B, &c)
	if c.From == "" {
		c.From = rec.Key
	}
	return h.earlier[c.From]
}

func (h *History) answered(rec journal.Record) {
	if k := h.calls[rec.Key]; k != nil {
		k.outcome = &rec
	}
	if rec.Kind == journal.Fail && rec.Via == viaStopped {
		h.stopped = true
	}
}

// said takes note of what a person said about a call in doubt.
func (h *History) said(rec journal.Record) error {
	var s journal.Settlement
	if err := json.Unmarshal(rec.B, &s); err != nil {
		return err
	}
	if k := h.Call(rec.Key); k != nil {
		k.verdict = &verdict{&s, rec}
		h.settled = h.settled || k == h.calls[rec.Key] && k.outcome != nil
	}
	return nil
}

// Call is what is known of a call; nil if there is none of that name.
func (h *History) Call(key string) *known {
	if k := h.calls[key]; k != nil {
		return k
	}
	return h.earlier[key]
}

func (h *History) stepped(rec journal.Record) {
	var e journal.StepEvent
	if isStart(rec.B) || json.Unmarshal(rec.B, &e) != nil || e.Event != "end" {
		return
	}
	switch {
	case e.Status == journal.StatusStopped:
		h.stopped = true
	case !e.Branch:
	case e.Status == journal.StatusFailed || e.Status == journal.StatusInDoubt:
		h.failed[rec.Key] = true
	default:
		h.finished[rec.Key] = true
	}
}

// resumed begins another take if the run was begun anew.
func (h *History) resumed(rec journal.Record) error {
	var c journal.Continuation
	if err := json.Unmarshal(rec.B, &c); err != nil {
		return err
	}
	h.Resume(c)
	return nil
}

// Resume takes note of how the run goes on.
func (h *History) Resume(c journal.Continuation) {
	h.gaps = append(h.gaps, gap{h.n, c.Away})
	if c.Anew {
		h.anew()
		h.accept, h.only = c.Accept, c.OnlyFailed
	}
	if c.Opening != nil {
		h.Opening = *c.Opening
	}
}

// Last is when the last record was made.
func (h *History) Last() time.Time { return h.last }

// A gap is a time in which no process was there, after a record.
type gap struct {
	after int64
	span  time.Duration
}

// away is how long no process was there before a record.
func (h *History) away(n int64) (d time.Duration) {
	for _, g := range h.gaps {
		if g.after < n {
			d += g.span
		}
	}
	return d
}

// Exact reports whether the run can go on where it broke off. Otherwise it is
// begun anew.
func (h *History) Exact() bool { return h.end == nil && !h.stopped && !h.settled }

// anew has the script begun from its start: what was recorded so far is known
// by the names of calls.
func (h *History) anew() {
	h.chooseRetries()
	again := map[string]*known{}        // calls of the take
	taken := map[*known]bool{nil: true} // calls of before that they stand for
	for key, k := range h.calls {
		switch {
		case k.outcome == nil && k.from != nil: // it was about to be recalled
		case k.outcome == nil || k.outcome.Via != viaStopped:
			again[key], taken[k.from] = k, true
		case k.from != nil && k.from.outcome == nil: // it had not landed, and was not sent again
			taken[k.from] = true
		}
	}
	isTaken := func(k *known) bool { return taken[k] }
	h.displaced = slices.DeleteFunc(h.displaced, isTaken)
	for key, k := range h.earlier {
		now := again[key]
		if !isTaken(k) && (now == nil || now.begin.H == k.begin.H) {
			continue
		}
		if delete(h.earlier, key); !isTaken(k) {
			h.displaced = append(h.displaced, k)
		}
	}
	maps.Copy(h.earlier, again)
	for key, rec := range h.wakes {
		h.timers[key] = *rec
	}
	h.forgetRefusals()
	for key, list := range h.answers {
		h.asked[key] = append(list, h.asked[key]...)
	}
	h.failedBefore, h.finishedBefore = h.failed, h.finished
	h.begin()
}

// forgetRefusals forgets answers that ended the run, or came to nothing by its
// end: after them nothing more came at their place. They are asked for again.
func (h *History) forgetRefusals() {
	if h.end == nil || h.Ending.Code == 0 {
		return
	}
	for i, rec := range slices.Backward(h.take) {
		if rec.Kind != journal.Decide {
			continue
		}
		came := slices.ContainsFunc(h.take[i+1:], func(later *journal.Record) bool {
			return later.Kind != journal.Step && strings.HasPrefix(later.Key, rec.Key)
		})
		if list := h.answers[rec.Key]; !came {
			h.answers[rec.Key] = list[:len(list)-1]
		}
	}
}

// name is the name under which a call was sent first.
func (k *known) name() string {
	for k.from != nil {
		k = k.from
	}
	return k.begin.Key
}

// inDoubt reports whether nobody knows what came of the call.
func (k *known) inDoubt() bool {
	if k.outcome == nil {
		return true
	}
	if k.outcome.Kind != journal.Fail {
		return false
	}
	var e op.Error
	return json.Unmarshal(k.outcome.E, &e) == nil && e.Kind == op.InDoubt
}

// clockOf is the time that the script saw when an event was delivered.
func clockOf(rec journal.Record) time.Time {
	if rec.C != "" {
		if t, err := time.Parse(time.RFC3339Nano, rec.C); err == nil {
			return t
		}
	}
	return rec.T
}

// scopeOf is the path of the step or branch that a call stands in.
func scopeOf(key string) string {
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		return key[:i]
	}
	return key
}

// within reports whether path lies in the scope, or is it.
func within(path, scope string) bool {
	rest, ok := strings.CutPrefix(path, scope)
	return ok && (rest == "" || rest[0] == '/')
}

// Accounts are the connections that the run has opened.
func (h *History) Accounts() []journal.Opened { return h.accounts }

// A Doubt is a call of which nobody knows what came.
type Doubt struct {
	Key, Op, Thing string
	Args           json.RawMessage
	Settled        *journal.Settlement // what a person said; nil if nobody did
}

// Doubts are the calls in doubt, in the order in which they were begun. Reads
// are not among them.
func (h *History) Doubts() []Doubt {
	var list []*known
	again := map[*known]bool{}
	for _, k := range h.calls {
		again[k.from] = true
	}
	for _, calls := range []map[string]*known{h.earlier, h.calls} {
		for key, k := range calls {
			if h.Call(key) != k || again[k] || !k.changes() || !k.inDoubt() || k.outcome == nil && k.from != nil && !k.from.inDoubt() {
				continue
			}
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b *known) int { return cmp.Compare(a.first, b.first) })
	doubts := make([]Doubt, len(list))
	for i, k := range list {
		var c journal.Call
		_ = json.Unmarshal(k.begin.B, &c)
		doubts[i] = Doubt{Key: k.begin.Key, Op: k.begin.Op, Thing: c.Thing, Args: c.Args, Settled: k.verdict.said()}
	}
	return doubts
}

// MayGoOn reports whether a run that ended has something to take up: a call
// that failed and is tried again, is in doubt, or was not sent, or a branch
// that was not begun.
func (h *History) MayGoOn() bool {
	if h.end == nil || h.stopped || len(h.Doubts()) > 0 {
		return true
	}
	h.chooseRetries()
	for _, k := range h.calls {
		if k.again {
			return true
		}
	}
	return false
}
