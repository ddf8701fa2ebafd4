package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
)

// This file answers from the record of a run that goes on. There are two ways:
//
//   - As long as the take lasts it is replayed: every record that the script
//     makes must be the next one of the take, and when no branch can run, the
//     next record must be an outcome that some branch waits for. Nothing is
//     written. Whatever does not fit stops the run as a mismatch.
//   - After that, and in a run that is begun anew, calls are answered by name
//     from the takes before it, in the order in which they were delivered
//     there. They are recorded again, so that the new take is complete.

// How an outcome came about, in Record.Via.
const (
	viaSent     = "sent"
	viaStopped  = "stopped"  // a stop kept it from being sent
	viaProbed   = "probed"   // it was looked up
	viaDecided  = "decided"  // a person said so
	viaRecalled = "recalled" // from an earlier take
	viaAgain    = "again"    // of a begin: it had not landed, and is sent again
	ViaHost     = "host"     // of a note: the script did not say it
)

// unranked is the place of outcomes that the record does not have.
const unranked = math.MaxInt64

// A past is what a run that goes on knows, and how far it has come in it.
type past struct {
	*History
	at       int                          // in the take
	early    *journal.Record              // the first call that waits for the end of the take, which does not have it
	gone     bool                         // a stop or a mismatch ended the replay: nothing is recorded any more
	byDigest map[string][]*known          // changes of earlier takes, by what they ask for
	before   map[string][]*journal.Record // what was decided and read for a call before it was let pass, by its key
	since    time.Time                    // when the process that was before was surely gone
}

func newPast(h *History, now time.Time) *past {
	p := &past{History: h, since: now, byDigest: map[string][]*known{}, before: map[string][]*journal.Record{}}
	for _, k := range slices.AppendSeq(slices.Clone(p.displaced), maps.Values(p.earlier)) {
		if k.changes() {
			p.byDigest[k.begin.H] = append(p.byDigest[k.begin.H], k)
		}
	}
	for _, list := range p.byDigest {
		slices.SortFunc(list, func(a, b *known) int { return cmp.Compare(a.first, b.first) })
	}
	for key, k := range p.calls {
		k.replayed = true
		if old := cmp.Or(k.from, p.earlier[key]); old != nil && old.begin.H == k.begin.H {
			old.asked = true
		}
	}
	for _, rec := range p.take {
		if key := forWhich(rec); key != "" {
			p.before[key] = append(p.before[key], rec)
		}
	}
	return p
}

// forWhich is the call for whose sake something was decided or read; "" if it
// was for its own.
func forWhich(rec *journal.Record) string {
	switch rec.Kind {
	case journal.Decide:
		return rec.Key
	case journal.Begin, journal.Done, journal.Fail:
		return onBehalfOf(rec.Key)
	}
	return ""
}

// onBehalfOf is the call for whose sake one was made; "" if the script asked
// for it.
func onBehalfOf(key string) string {
	if i := strings.LastIndexByte(key, '~'); i > strings.LastIndexByte(key, ':') {
		return key[:i]
	}
	return ""
}

// replaying reports whether the take goes on.
func (p *past) replaying() bool { return p != nil && p.at < len(p.take) }

// next is the record that has to come.
func (p *past) next() *journal.Record { return p.take[p.at] }

// Replaying reports whether the run is still in the record of an earlier
// process, or never came out of it: nothing may be added to the journal then.
func (r *Run) Replaying() bool { return r.past.replaying() }

// replay takes the place of an append while the take lasts: the record must be
// the next one. It returns nil if it is not, or the run was stopped.
func (r *Run) replay(rec journal.Record, body any) *journal.Record {
	p := r.past
	if p.gone || r.Stopped() != nil {
		r.leave()
		return nil
	}
	want := p.next()
	if e := differs(want, &rec, body); e != nil {
		r.mismatch(e)
		return nil
	}
	r.advance()
	return want
}

// advance goes on to the next record of the take.
func (r *Run) advance() {
	p := r.past
	r.away = p.away(p.take[p.at].N)
	p.at++
	if p.at == len(p.take) {
		r.away = p.away(unranked)
		r.baton.free()
	}
}

// leave ends the replay before its end.
func (r *Run) leave() {
	r.past.gone = true
	r.baton.free()
}

func (r *Run) mismatch(e *op.Error) {
	e.Kind, e.RetryAfter = op.Mismatch, -1
	e.Hint = "if the script or its params were changed on purpose: runner resume " + r.o.Run + " --accept-changes"
	replaying := r.past.replaying()
	if replaying {
		e.Hint = "nothing was sent; the run is as it was\n" + e.Hint
	}
	r.Stop(e)
	if replaying {
		r.leave()
	}
}

// stalled is told when no branch can run, and none waits for what has to come.
func (r *Run) stalled() {
	if r.Stopped() == nil {
		comes := "does not come to it"
		if call := r.past.early; call != nil {
			comes = "comes to " + described(call)
		}
		r.mismatch(&op.Error{Subject: "record " + fmt.Sprint(r.past.next().N), Cause: "the run has " + described(r.past.next()) + " here, and the script " + comes})
		return
	}
	r.leave()
}

// differs says how a record is not the one that has to come, nil if it is.
func differs(want, got *journal.Record, body any) *op.Error {
	if call, ok := body.(*journal.Call); ok && (want.Kind != got.Kind || want.Key != got.Key || want.H != got.H) {
		got.B = marshalCall(call) // to be shown
	}
	same := want.Kind == got.Kind && want.Key == got.Key && want.Op == got.Op
	if same && want.Kind == journal.Step {
		same = isStart(got.B) == isStart(want.B)
	}
	subject := fmt.Sprint("record ", want.N)
	if !same {
		return &op.Error{Subject: subject, Cause: "the run has " + described(want) + " here, and the script comes to " + described(got)}
	}
	if want.Kind == journal.Begin && want.H != got.H {
		return changed(want, got)
	}
	return nil
}

// isStart reports whether the body of a step's record is that of its start.
func isStart(body []byte) bool { return bytes.HasPrefix(body, []byte(`{"event":"start"`)) }

// changed shows both sides of a call that has other arguments than recorded.
func changed(want, got *journal.Record) *op.Error {
	return &op.Error{
		Op: got.Op, Subject: got.Key, Cause: "the run made this call with other arguments",
		Compared: []op.Comparison{{Field: "arguments", Planned: argsOf(want), Wanted: argsOf(got)}},
	}
}

func argsOf(rec *journal.Record) string {
	var c journal.Call
	if json.Unmarshal(rec.B, &c) != nil || len(c.Args) == 0 {
		return "{}"
	}
	return string(c.Args)
}

// described names a record for a person.
func described(rec *journal.Record) string {
	switch rec.Kind {
	case journal.Begin:
		return "the call " + rec.Key + " " + argsOf(rec)
	case journal.Done, journal.Fail:
		return "the outcome of " + rec.Key
	case journal.Timer:
		return "the end of " + rec.Key
	case journal.Decide, journal.Settle:
		return "an answer of a person at " + rec.Key
	case journal.Step:
		var e journal.StepEvent
		if json.Unmarshal(rec.B, &e) == nil && e.Event == "end" {
			return "the end of " + rec.Key
		}
		return "the beginning of " + rec.Key
	case journal.Note:
		return "a line of the log"
	}
	return "a record of kind " + string(rec.Kind)
}

// find is what earlier takes know of a call; nil if it is to be made. The
// error says why it can be neither answered nor made.
func (p *past) find(c Call, rec journal.Record, body *journal.Call) (*known, *op.Error) {
	if onBehalfOf(rec.Key) != "" { // it is about a call that is to be made now
		return nil, nil
	}
	k := p.earlier[rec.Key]
	if k != nil && !k.asked && k.begin.H == rec.H {
		k.asked = true
		return k, nil
	}
	if c.Op.Effect == op.Read {
		return nil, nil
	}
	if twin := p.stray(c, rec); twin != nil {
		if !p.accept {
			return nil, &op.Error{Op: rec.Op, Subject: rec.Key, Cause: "the run made the same call as " + twin.begin.Key + ", where the script did not come to it yet"}
		}
		twin.asked, body.From = true, twin.begin.Key
		return twin, nil
	}
	if k != nil && !k.asked && !k.again && !p.accept {
		rec.B = marshalCall(body)
		return nil, changed(k.begin, &rec)
	}
	return nil, nil
}

func marshalCall(body *journal.Call) []byte {
	b, err := json.Marshal(body)
	if err != nil {
		return nil
	}
	return b
}

// stray is a call of an earlier take that asks for the same at another place,
// and that the script did not come to; nil if there is none. One that does no
// harm again is looked for only where changes were accepted.
func (p *past) stray(c Call, rec journal.Record) *known {
	own := p.earlier[rec.Key]
	if c.Op.Effect == op.Read || c.Op.Idempotency == op.Idempotent && !p.accept || own != nil && !own.asked && own.begin.H == rec.H {
		return nil
	}
	for _, k := range p.byDigest[rec.H] {
		if !k.asked && !k.again {
			return k
		}
	}
	return nil
}

// mayBegin refuses a call that the record does not have, and that cannot be
// made.
func (r *Run) mayBegin(c Call, key string) *op.Error {
	p := r.past
	switch {
	case p == nil:
		return nil
	case r.lost(c):
		return lostSecret()
	case p.only && !p.failedAround(scopeOf(key)):
		return leftOutError(scopeOf(key), 1)
	}
	return nil
}

// lost reports whether a call needs a secret that the record did not keep.
func (r *Run) lost(c Call) bool {
	return r.past != nil && r.o.Lost != "" && bytes.Contains(c.Args, []byte(r.o.Lost))
}

func lostSecret() *op.Error {
	return &op.Error{
		Kind: op.Refused, RetryAfter: -1, Cause: "it needs a secret that an earlier call answered, and the record of the run does not keep secrets",
		Hint: "do the rest by hand, or run the script again\nfor the next time: seal_to in the [journal] table of runner.toml has secrets kept, sealed",
	}
}

// failedAround reports whether a branch that had failed is around path.
func (p *past) failedAround(path string) bool {
	for scope := range p.failedBefore {
		if within(path, scope) {
			return true
		}
	}
	return false
}

// leavesOut reports whether a branch is not begun, because only branches that
// had failed are.
func (p *past) leavesOut(path string) bool {
	if p == nil || !p.only || p.finishedBefore[path] || p.failedAround(path) {
		return false
	}
	for scope := range p.failedBefore {
		if within(scope, path) {
			return false
		}
	}
	return true
}

func leftOutError(path string, n int) *op.Error {
	return &op.Error{
		Kind: op.Refused, Subject: path, RetryAfter: -1, Cause: fmt.Sprintf("--only-failed leaves out what did not fail: %d here", n),
		Hint: "what had failed was taken up; runner resume without --only-failed does the rest",
	}
}

// told is the outcome that a call is answered with; nil if it has to be found
// out. An earlier take may know what this one does not.
func (k *known) told() *journal.Record {
	switch {
	case k == nil || k.again:
		return nil
	case k.outcome == nil && k.from != nil:
		return k.from.told()
	case k.verdict != nil || k.inDoubt() && !k.replayed:
		return nil
	}
	return k.outcome
}

// landed is the outcome of a call that was in doubt and that a person said had
// landed; nil if that is not so. It takes the place of the doubt, so that the
// script goes on where it did then.
func (k *known) landed() *journal.Record {
	var said *verdict
	var doubt *journal.Record
	for ; k != nil; k = k.from {
		said, doubt = cmp.Or(said, k.verdict), cmp.Or(doubt, k.outcome)
	}
	if said == nil || !said.Landed || doubt == nil {
		return nil
	}
	rec := *doubt
	rec.Kind, rec.E, rec.ID, rec.B, rec.X = journal.Done, nil, "", said.Result, said.rec.X
	return &rec
}

// recollect is what is known of a call, nil if nothing is and it is to be
// made. It may pass the baton: calls that stood before the gate do so again.
func (b *Branch) recollect(c Call, rec journal.Record, body *journal.Call) (*known, *op.Error) {
	r := b.Run()
	if r.past.replaying() {
		if c.Op.Effect == op.Read && onBehalfOf(rec.Key) == "" {
			return r.past.calls[rec.Key], nil // if there is none, appending tells
		}
		if k := b.queue(rec, body); k != nil {
			return k, nil
		}
	}
	if e := r.Stopped(); e != nil {
		return nil, unsent(e)
	}
	if r.past == nil || r.past.replaying() {
		return nil, nil
	}
	if k := r.past.calls[rec.Key]; k != nil && k.ahead {
		if k.begin.H != rec.H {
			rec.B = marshalCall(body)
			r.mismatch(changed(k.begin, &rec))
			return nil, unsent(r.Stopped())
		}
		return k, nil
	}
	if r.past.stray(c, rec) != nil { // its own place may come first
		r.baton.recall(arrival{to: b.strand, deliver: func() {}, rank: unranked})
	}
	k, e := r.past.find(c, rec, body)
	if e != nil {
		r.mismatch(e)
		return nil, unsent(r.Stopped())
	}
	if k != nil && k.again {
		k = nil
	}
	return k, nil
}

// queue has a call wait for its turn in the take, as it did before the gate.
// What was decided and read for it meanwhile is replayed. A call that the take
// does not have then waits for its end: it comes before the gate again.
func (b *Branch) queue(call journal.Record, body *journal.Call) *known {
	r := b.Run()
	p := r.past
	k := p.calls[call.Key]
	for _, rec := range p.before[call.Key] {
		b.turn(rec.N)
		r.replayAgain(rec)
		if rec.Kind == journal.Begin {
			p.calls[rec.Key].ahead = true
		}
	}
	if k == nil {
		if p.early == nil {
			call.Kind, call.B = journal.Begin, marshalCall(body)
			p.early = &call
		}
		b.outlast()
		return nil
	}
	b.turn(k.first)
	return k
}

// outlast returns when the take is over.
func (b *Branch) outlast() {
	if b.Run().past.replaying() {
		b.Run().baton.recall(arrival{to: b.strand, deliver: func() {}, rank: unranked})
	}
}

// turn returns when a record of the take is the next one.
func (b *Branch) turn(n int64) {
	if p := b.Run().past; p.replaying() && p.next().N != n {
		b.Run().baton.recall(arrival{to: b.strand, deliver: func() {}, rank: n, exact: true})
	}
}

// replayAgain replays a record that its branch does not make itself.
func (r *Run) replayAgain(rec *journal.Record) {
	if r.past.replaying() && r.replay(*rec, nil) != nil && rec.Kind != journal.Begin {
		r.clock = later(r.clock, clockOf(*rec))
	}
}

// recall answers a call from the record.
func (b *Branch) recall(c Call, key string, k *journal.Record, via string) (answer Answer, failed *op.Error) {
	r := b.Run()
	exact := r.past.replaying() && k.N >= r.past.next().N
	rec := *k
	rec.N, rec.S, rec.T, rec.Key = 0, 0, time.Time{}, key // which may be another than it was
	b.await(*k, exact, func() {
		r.recordAgain(rec, *k, exact, via)
		answer, failed = r.told(c, key, k)
		if exact && r.o.Replayed != nil && r.Stopped() == nil {
			r.o.Replayed(*k)
		}
	})
	if e := r.Stopped(); e != nil && (exact && r.past.gone) {
		return Answer{}, unsent(e)
	}
	return answer, failed
}

// told reads an outcome.
func (r *Run) told(c Call, key string, k *journal.Record) (Answer, *op.Error) {
	if k.Kind == journal.Fail {
		e := &op.Error{}
		if err := json.Unmarshal(k.E, e); err != nil {
			e = &op.Error{Kind: op.Bug, Cause: "its outcome cannot be read: " + err.Error()}
		}
		e.Call = key
		return Answer{}, e
	}
	result, e := r.result(k)
	if e != nil {
		r.Stop(c.named(e))
		return Answer{}, unsent(r.Stopped())
	}
	op.Secrets(c.Op.Out(), result, func(s string) {
		if s != r.o.Lost {
			r.o.Secret(s)
		}
	})
	return Answer{Result: result, Next: k.Next}, nil
}

// result is the answer of a call as the record kept it.
func (r *Run) result(k *journal.Record) ([]byte, *op.Error) {
	if k.X != "" && r.o.Open != nil {
		return r.o.Open(k.X)
	}
	var large struct {
		Blob  string `json:"$blob"`
		Bytes int    `json:"$bytes"`
	}
	if !bytes.HasPrefix(k.B, []byte(`{"$b`)) || json.Unmarshal(k.B, &large) != nil || large.Bytes == 0 {
		return k.B, nil
	}
	if large.Blob == "" || r.o.Blobs == nil {
		return nil, &op.Error{Kind: op.Refused, RetryAfter: -1, Cause: "its answer was too large to be kept", Hint: "run the script again"}
	}
	body, err := r.o.Blobs.Get(large.Blob)
	if err != nil {
		return nil, &op.Error{Kind: op.Refused, RetryAfter: -1, Cause: "its answer is lost: " + err.Error(), Hint: "put the run's folder back as it was"}
	}
	return body, nil
}

// await passes the baton until it is the turn of an outcome of the record.
func (b *Branch) await(k journal.Record, exact bool, deliver func()) {
	b.Run().baton.recall(arrival{to: b.strand, deliver: deliver, rank: k.N, exact: exact})
}

// recordAgain has the outcome of an earlier take in this one; in an exact
// replay it is there already.
func (r *Run) recordAgain(rec, k journal.Record, exact bool, via string) {
	clock := clockOf(k)
	if !exact {
		rec.B, rec.C, rec.Via = k.B, clock.Format(time.RFC3339Nano), via
	}
	r.append(rec, nil)
	r.clock = later(r.clock, clock)
}

// said is what was decided next at a place; nil if nothing was. exact says
// that the take has it, maybe ahead of the question.
func (p *past) said(key string) (said *journal.Record, exact bool) {
	if p == nil {
		return nil, false
	}
	if list := p.answers[key]; len(list) > 0 {
		p.answers[key] = list[1:]
		return &list[0], true
	}
	if list := p.History.asked[key]; len(list) > 0 {
		p.History.asked[key] = list[1:]
		return &list[0], false
	}
	return nil, false
}

// over is the end of a sleep that the record has.
func (p *past) over(key string) (over *journal.Record, exact bool) {
	if p == nil {
		return nil, false
	}
	if rec := p.wakes[key]; rec != nil && p.replaying() {
		return rec, true
	}
	if rec, ok := p.timers[key]; ok {
		return &rec, false
	}
	return nil, false
}
