package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strconv"

	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/rest"
)

// A Call is one use of an operation.
type Call struct {
	Op         *op.Operation
	Connection *Connection
	Args       []byte // a JSON object with the names that Lua sees, checked
	At         string // script:line
	Page       bool   // one page of a list, from Cursor on
	Cursor     string

	due *due // of the branch that makes it
}

// An Answer is what a call came to.
type Answer struct {
	Result []byte // JSON with the names that Lua sees
	Next   string // of a page: the cursor of the next one
}

// Call makes a call, or plans it. The baton is passed on while it waits. A
// call that a stop kept from being sent returns a copy of the reason.
//
// The order of what happens here is what makes a run repeatable: the intent
// is appended while the branch holds the baton, and the outcome when it is
// delivered, in the order of delivery.
func (b *Branch) Call(c Call) (Answer, *op.Error) {
	r := b.Run()
	if e := r.Stopped(); e != nil {
		return Answer{}, unsent(e)
	}
	if e := b.Overdue(); e != nil {
		return Answer{}, c.named(e)
	}
	key := b.scope().key(c.Op.Name)
	op.Secrets(c.Op.In(), c.Args, r.o.Secret)
	if r.overlay != nil {
		return b.foresee(c, key)
	}
	if r.policy == Rehearse {
		return b.rehearse(c, key)
	}
	return b.send(c, key)
}

// send answers a call from the record of the run, or makes it once the gate
// lets it pass.
func (b *Branch) send(c Call, key string) (Answer, *op.Error) {
	r := b.Run()
	gate := r.o.Gate
	if c.Op.Effect == op.Read {
		gate = nil
	}
	c.due = b.due()
	rec, body := r.entry(c, key)
	if c.Op.Effect != op.Read {
		body.Thing = c.Op.Thing(c.Args)
	}
	k, e := b.recollect(c, rec, body)
	switch {
	case e != nil:
		return Answer{}, e
	case k == nil:
		if e := b.admit(c, key, gate); e != nil {
			return Answer{}, e
		}
	case gate != nil:
		gate.Recalled(&Passing{Key: key, Call: c, branch: b})
	}
	outcome := k.told() // nil if it has to be found out
	if k != nil && k.ahead {
		if outcome != nil {
			return r.told(c, key, outcome)
		}
		return b.conclude(c, rec, k.first, k)
	}
	rec.Kind = journal.Begin
	if k != nil {
		rec.Via = viaRecalled
	}
	n := r.append(rec, body)
	if n == 0 { // the intent is not on record, so nothing may be sent
		return Answer{}, unsent(r.Stopped())
	}
	rec.Via = ""
	if outcome != nil {
		return b.recall(c, key, outcome, viaRecalled)
	}
	if landed := k.landed(); landed != nil {
		return b.recall(c, key, landed, viaDecided)
	}
	return b.conclude(c, rec, n, k)
}

// admit asks whether a call may be made that the record does not have.
func (b *Branch) admit(c Call, key string, gate Gate) *op.Error {
	r := b.Run()
	if e := r.mayBegin(c, key); e != nil {
		r.Stop(c.named(e))
		return unsent(r.Stopped())
	}
	if gate == nil {
		return nil
	}
	if e := gate.Pass(&Passing{Key: key, Call: c, branch: b}); e != nil {
		r.Stop(e)
		return unsent(r.Stopped())
	}
	return nil
}

// entry is what the records of a call have in common.
func (r *Run) entry(c Call, key string) (journal.Record, *journal.Call) {
	return journal.Record{Key: key, Op: c.Op.Name, H: r.digest(c)},
		&journal.Call{Connection: c.Connection.Name, Effect: c.Op.Effect.String(), Args: elide(c.Args), At: c.At}
}

// An outcome is what a call came to.
type outcome struct {
	answer Answer
	failed *op.Error
	id     string // the vendor's name for the request
	via    string // how it is known
	body   []byte // the answer, as the record has it
	sealed string // the answer with its secrets
}

// perform carries a call out, without the baton. A write waits until its
// intent is on disk.
func (r *Run) perform(c Call, key string, s *sending) (o outcome) {
	o.via = viaSent
	if c.Op.Effect != op.Read {
		if err := r.o.Journal.Sync(s.intent); err != nil {
			e := journalFailed(err)
			r.Stop(e)
			return outcome{failed: c.named(unsent(e)), via: viaStopped}
		}
	}
	if c.Op.Effect != op.Read && r.o.Seal != nil && c.Op.Out().Hides() {
		r.sealing.Do(func() { _, r.unsealable = r.o.Seal(nil) }) // better now than when there is something to lose
		if err := r.unsealable; err != nil {
			r.Stop(c.named(&op.Error{Kind: op.Refused, RetryAfter: -1, Cause: "its answer holds a secret, which could not be kept: " + err.Error(), Hint: "mend the keys of the journal: seal_to and identity"}))
		}
	}
	if r.lost(c) {
		r.Stop(c.named(lostSecret()))
	}
	if e := r.Stopped(); e != nil {
		return outcome{failed: c.named(unsent(e)), via: viaStopped}
	}
	ctx, cancel := context.WithCancelCause(op.WithCall(r.abort, key))
	defer cancel(nil)
	ctx, late := c.due.within(ctx, r.o.Host)
	defer late()
	if c.Op.Idempotency == op.Keyed {
		ctx = op.WithKey(ctx, r.idempotencyKey(s.as, r.digest(c)))
	}
	if s.before {
		ctx = rest.WithRepeat(ctx)
	}
	if c.Connection.Timeout > 0 {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, c.Connection.Timeout)
		defer done()
	}
	a := &attempts{run: r, call: c, key: key, began: r.o.Host.Now(), cancel: cancel}
	defer func() {
		// Whoever recovered from it further up would go on without the baton.
		if v := recover(); v != nil {
			a.end()
			r.Stop(panicked(c, v))
			o = outcome{failed: a.failure(ctx, fmt.Errorf("panic: %v", v)), via: viaSent}
		}
	}()
	var err error
	if c.Page {
		var p op.Page
		p, err = c.Op.PerformPage(rest.WithRules(ctx, a), c.Connection.Vendor, c.Args, c.Cursor)
		o.answer = Answer{Result: p.Items, Next: p.Next}
	} else {
		o.answer.Result, err = c.Op.Perform(rest.WithRules(ctx, a), c.Connection.Vendor, c.Args)
	}
	kept := a.end()
	o.id = a.requestID
	if err != nil {
		e := a.failure(ctx, err)
		o = outcome{failed: e, id: o.id, via: viaSent}
		if kept && !e.Sent {
			o.via = viaStopped
		}
	}
	return o
}

// idempotencyKey is the key of a call: the same whenever the call is sent
// again, also by a run that is resumed. A mended script may make another call
// of the name, with other arguments: that one has a key of its own.
func (r *Run) idempotencyKey(call, digest string) string {
	sum := sha256.Sum256([]byte(r.o.Run + "\x00" + call + "\x00" + digest))
	return hex.EncodeToString(sum[:16])
}

// panicked is why a run stops whose operation made a mistake of ours.
func panicked(c Call, v any) *op.Error {
	e := &op.Error{Kind: op.Bug, Op: c.Op.Name, Cause: fmt.Sprintf("panic: %v", v), Hint: "report it; the run's journal is complete", RetryAfter: -1}
	return e.Wrap(&op.Panic{Text: fmt.Sprint(v), Stack: string(debug.Stack())})
}

// record writes what a call came to, at its delivery.
func (r *Run) record(c Call, rec journal.Record, o outcome) {
	rec.H, rec.Via, rec.ID = "", o.via, o.id
	if o.failed != nil {
		rec.Kind, rec.E = journal.Fail, marshalError(*o.failed)
	} else {
		rec.Kind, rec.B, rec.X, rec.Next = journal.Done, o.body, o.sealed, o.answer.Next
	}
	n := r.append(rec, nil)
	r.clock = later(r.clock, r.last)
	if c.Op.Effect != op.Read {
		r.o.Journal.Flush(n)
	}
}

func marshalError(e op.Error) []byte {
	e.Call = "" // the record has it already
	b, err := json.Marshal(&e)
	if err != nil {
		return []byte(`{"kind":"bug"}`)
	}
	return b
}

// prepare makes ready what the record will have of an outcome. It is called
// without the baton: a large answer goes to the disk here.
func (r *Run) prepare(c Call, key string, o *outcome) {
	if o.failed != nil {
		failed := *o.failed
		failed.Call = key
		o.failed = &failed
		return
	}
	secrets := false
	op.Secrets(c.Op.Out(), o.answer.Result, func(s string) {
		secrets = true
		r.o.Secret(s)
	})
	if secrets && r.o.Seal != nil {
		sealed, err := r.o.Seal(o.answer.Result)
		if err != nil { // it is then as if nothing was to be kept
			r.o.Waiting("the secrets of "+c.Op.Name+" are not kept: "+err.Error(), 0)
		}
		o.sealed = sealed
	}
	o.body = r.keep(o.answer.Result)
}

// digest tells two calls apart by what they ask for. Secrets are taken out
// first: a digest of one could be searched for.
func (r *Run) digest(c Call) string {
	args := r.o.Redact(c.Args)
	b := make([]byte, 0, 256)
	for _, part := range [...]string{c.Connection.Name, c.Op.Name, c.Cursor} {
		b = append(append(b, part...), 0)
	}
	b = strconv.AppendBool(b, c.Page)
	sum := sha256.Sum256(append(b, args...))
	return hex.EncodeToString(sum[:12])
}

// maxBody is the largest body that a record holds. A larger result is kept
// beside it, larger arguments are named by their digest alone.
const maxBody = 4 << 20

func elide(b []byte) []byte {
	if len(b) <= maxBody {
		return b
	}
	sum := sha256.Sum256(b)
	return fmt.Appendf(nil, `{"$bytes":%d,"sha256":"%x"}`, len(b), sum)
}

// keep is what the record has of a result.
func (r *Run) keep(result []byte) []byte {
	if len(result) <= maxBody || r.o.Blobs == nil {
		return elide(result)
	}
	name, err := r.o.Blobs.Put(r.o.Redact(result))
	if err != nil {
		r.Stop(journalFailed(err))
		return elide(result)
	}
	return fmt.Appendf(nil, `{"$blob":%q,"$bytes":%d}`, name, len(result))
}
