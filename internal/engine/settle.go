package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/rest"
)

// This file finds out what came of a call that was sent, or may have been,
// and got no clear answer. The rules are:
//
//   - A read, and what is Idempotent or Keyed, is sent again.
//   - What can be looked up is looked up, once the vendor can be at work on it
//     no longer. If it landed, what it would have answered is its answer; if
//     not, it is sent again, after another intent.
//   - Otherwise a person says what came of it, or the call is in doubt.
//
// The vendor may be at work on a request from the moment when it was last
// seen to leave. Of a process that died nobody saw it: it may have waited
// with it as long as the call may take, but no longer than it lived.

// maxRepeats is how often a call is sent again that did not land.
const maxRepeats = 3

// A sending is one intent of a call.
type sending struct {
	intent int64     // its record
	began  time.Time // when it was recorded
	as     string    // the name under which it was sent first: its idempotency key is made from it
	left   time.Time // when a request may last have left
	doubt  *op.Error // it was sent, and this is all that is known; nil if it is to be sent
	said   *verdict
	before bool // an earlier process may have sent it
}

// conclude makes a call whose intent is on record, or settles one that an
// earlier process made. It comes back with the baton.
func (b *Branch) conclude(c Call, rec journal.Record, n int64, k *known) (Answer, *op.Error) {
	r := b.Run()
	s := sending{intent: n, began: r.last, as: rec.Key}
	if k != nil {
		b.outlast() // before the end of the replay nobody knows that it is the same run
		s = r.unfinished(c, rec.Key, n, k)
	}
	// From here on there is an outcome, whatever happens: a begin without one
	// would look like a call in doubt.
	var o outcome
	for repeats := 0; ; repeats++ {
		again := false
		r.baton.wait(b.strand, func() func() {
			if o, again = r.attempt(c, rec.Key, &s, repeats < maxRepeats); again {
				return func() {}
			}
			r.prepare(c, rec.Key, &o)
			return func() { r.record(c, rec, o) }
		})
		if !again {
			return o.answer, o.failed
		}
		if s.intent = r.beginAgain(rec); s.intent == 0 {
			return Answer{}, unsent(r.Stopped())
		}
		s.began, s.doubt, s.said, s.before = r.last, nil, nil, false
	}
}

// beginAgain records another intent of a call that did not land.
func (r *Run) beginAgain(rec journal.Record) int64 {
	rec.Kind, rec.Via = journal.Begin, viaAgain
	return r.append(rec, nil)
}

// attempt sends a call, unless it was sent, and settles it if it is in doubt.
// again asks for another intent.
func (r *Run) attempt(c Call, key string, s *sending, mayRepeat bool) (o outcome, again bool) {
	if s.doubt == nil {
		o = r.perform(c, key, s)
		if o.failed == nil || o.failed.Kind != op.InDoubt {
			return o, false
		}
		s.left, s.doubt = r.o.Host.Now(), o.failed
	}
	o = r.settle(c, s)
	if o.failed == nil || o.via != viaAgain {
		return o, false
	}
	if e := r.Stopped(); e != nil {
		return outcome{failed: c.named(unsent(e)), via: viaStopped}, false
	}
	o.via = viaProbed
	return o, mayRepeat
}

// unfinished is a call that an earlier process began. It may have come up in
// several takes without being settled: it was sent in the first of them, and
// what was said last counts.
func (r *Run) unfinished(c Call, key string, n int64, k *known) sending {
	s := sending{intent: n, as: k.name(), said: k.verdict, before: true}
	outcome := k.outcome
	for k.from != nil && k.begin.Via == viaRecalled {
		k = k.from
		s.said, outcome = cmp.Or(s.said, k.verdict), cmp.Or(outcome, k.outcome)
	}
	s.began = k.begin.T
	if c.Op.Effect == op.Read || c.Op.Idempotency != op.Once && s.said == nil {
		return s
	}
	s.left = r.past.since
	if latest := s.began.Add(c.Connection.Timeout); c.Connection.Timeout > 0 && latest.Before(s.left) {
		s.left = latest
	}
	s.doubt = &op.Error{
		Kind: op.InDoubt, Was: op.Unavailable, Sent: true, RetryAfter: -1,
		Cause: "the run broke off while it was under way, and whether it happened is not known",
	}
	if outcome != nil {
		var e op.Error
		if json.Unmarshal(outcome.E, &e) == nil {
			s.doubt = &e
		}
	}
	c.named(s.doubt)
	s.doubt.Hint = r.doubtHint(c, key)
	return s
}

// doubtHint tells a person what to do about a call in doubt.
func (r *Run) doubtHint(c Call, key string) string {
	if _, can := c.Op.CanProbe(); can || c.Op.Idempotency != op.Once {
		return fmt.Sprintf("runner resume %s finds it out, or sends it again where that does no harm", r.o.Run)
	}
	return fmt.Sprintf("look at %s, then say what came of it\nrunner settle %s %s landed, or not-landed",
		c.Op.Thing(c.Args), r.o.Run, quoted(key))
}

// quoted is a text as a shell takes it.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// settle finds out what came of a call in doubt. An outcome with viaAgain says
// that it did not land.
func (r *Run) settle(c Call, s *sending) outcome {
	notLanded := func() outcome {
		e := *s.doubt
		e.Kind, e.Was, e.Sent = e.Was, "", false
		if e.Kind == "" {
			e.Kind = op.Unavailable
		}
		e.Cause, e.Hint = "it did not happen: "+strings.TrimPrefix(e.Cause, doubtful), "run it again later"
		return outcome{failed: &e, via: viaAgain}
	}
	if s.said != nil {
		if !s.said.Landed {
			return notLanded()
		}
		result, e := r.result(s.said.answer())
		if e != nil { // it cannot be opened; nothing is lost
			r.Stop(c.named(e))
			return outcome{failed: s.doubt, via: viaSent}
		}
		return outcome{answer: Answer{Result: result}, via: viaDecided}
	}
	settle, can := c.Op.CanProbe()
	if !can {
		return outcome{failed: s.doubt, via: viaSent}
	}
	if c.Connection.Settle.Given {
		settle = c.Connection.Settle.Value
	}
	wait := min(s.left.Add(settle).Sub(r.o.Host.Now()), settle)
	if wait > announced {
		r.o.Waiting(c.Op.Name+": it got no clear answer; then it is looked up whether it happened", wait)
	}
	if wait > 0 && r.o.Host.Sleep(r.stop, wait) != nil {
		return outcome{failed: s.doubt, via: viaSent}
	}
	result, landed, e := r.look(c, s.began)
	switch {
	case e != nil:
		doubt := *s.doubt
		doubt.Cause += "; and it could not be looked up: " + e.Cause
		if e.Kind == op.InDoubt { // the look itself cannot tell
			doubt.Cause, doubt.Hint = e.Cause, e.Hint
		}
		return outcome{failed: &doubt, via: viaSent}
	case landed:
		return outcome{answer: Answer{Result: result}, via: viaProbed}
	}
	return notLanded()
}

// look asks the vendor whether a call landed.
func (r *Run) look(c Call, since time.Time) (result []byte, landed bool, e *op.Error) {
	read := *c.Op // the requests of a look follow the rules of reads
	read.Effect = op.Read
	ctx, cancel := context.WithCancelCause(r.abort)
	defer cancel(nil)
	if c.Connection.Timeout > 0 {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, c.Connection.Timeout)
		defer done()
	}
	a := &attempts{run: r, call: Call{Op: &read, Connection: c.Connection, Args: c.Args}, began: r.o.Host.Now(), cancel: cancel}
	result, landed, err := c.Op.Look(rest.WithRules(ctx, a), c.Connection.Vendor, c.Args, since)
	a.end()
	if err != nil {
		return nil, false, a.failure(ctx, err)
	}
	return result, landed, nil
}
