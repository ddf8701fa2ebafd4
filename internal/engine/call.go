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
	key := b.scope().key(c.Op.Name)
	op.Secrets(c.Op.In(), c.Args, r.o.Secret)
	if r.overlay != nil {
		return b.foresee(c, key)
	}
	if c.Op.Effect != op.Read && r.o.Gate != nil {
		if e := r.o.Gate.Pass(&Passing{Key: key, Call: c, branch: b}); e != nil {
			r.Stop(e)
			return Answer{}, unsent(r.Stopped())
		}
	}
	return b.send(c, key)
}

// send records the intent of a call, makes it, and records what came of it.
func (b *Branch) send(c Call, key string) (Answer, *op.Error) {
	r := b.Run()
	rec, body := r.entry(c, key)
	if c.Op.Effect != op.Read {
		body.Thing = c.Op.Thing(c.Args)
	}
	rec.Kind = journal.Begin
	n := r.append(rec, body)
	if n == 0 { // the intent is not on record, so nothing may be sent
		return Answer{}, unsent(r.Stopped())
	}
	// From here on there is an outcome, whatever happens: a begin without one
	// would look like a call in doubt.
	var o outcome
	r.baton.wait(b.strand, func() func() {
		o = r.perform(c, key, n)
		return func() { r.record(c, rec, o) }
	})
	return o.answer, o.failed
}

// entry is what the records of a call have in common.
func (r *Run) entry(c Call, key string) (journal.Record, *journal.Call) {
	return journal.Record{Key: key, Op: c.Op.Name, H: r.digest(c)},
		&journal.Call{Connection: c.Connection.Name, Effect: c.Op.Effect.String(), Args: elide(c.Args), At: c.At}
}

// An outcome is what performing a call came to.
type outcome struct {
	answer Answer
	failed *op.Error
	id     string // the vendor's name for the request
	kept   bool   // a stop kept it from being sent
}

// perform carries a call out, without the baton. A write waits until its
// intent is on disk.
func (r *Run) perform(c Call, key string, intent int64) (o outcome) {
	if c.Op.Effect != op.Read {
		if err := r.o.Journal.Sync(intent); err != nil {
			e := journalFailed(err)
			r.Stop(e)
			return outcome{failed: c.named(unsent(e)), kept: true}
		}
	}
	if e := r.Stopped(); e != nil {
		return outcome{failed: c.named(unsent(e)), kept: true}
	}
	ctx, cancel := context.WithCancelCause(r.abort)
	defer cancel(nil)
	if c.Op.Idempotency == op.Keyed {
		ctx = op.WithKey(ctx, r.idempotencyKey(key))
	}
	if c.Connection.Timeout > 0 {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, c.Connection.Timeout)
		defer done()
	}
	a := &attempts{run: r, call: c, began: r.o.Host.Now(), cancel: cancel}
	defer func() {
		// Whoever recovered from it further up would go on without the baton.
		if v := recover(); v != nil {
			a.end()
			r.Stop(panicked(c, v))
			o = outcome{failed: a.failure(ctx, fmt.Errorf("panic: %v", v))}
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
		return outcome{failed: e, id: o.id, kept: kept && !e.Sent}
	}
	return o
}

// idempotencyKey is the key of a call: the same whenever the call is sent
// again, also by a run that is resumed.
func (r *Run) idempotencyKey(call string) string {
	sum := sha256.Sum256([]byte(r.o.Run + "\x00" + call))
	return hex.EncodeToString(sum[:16])
}

// panicked is why a run stops whose operation made a mistake of ours.
func panicked(c Call, v any) *op.Error {
	e := &op.Error{Kind: op.Bug, Op: c.Op.Name, Cause: fmt.Sprintf("panic: %v", v), Hint: "report it; the run's journal is complete", RetryAfter: -1}
	return e.Wrap(&op.Panic{Text: fmt.Sprint(v), Stack: string(debug.Stack())})
}

// record writes what a call came to, at its delivery.
func (r *Run) record(c Call, rec journal.Record, o outcome) {
	rec.H, rec.Via, rec.ID = "", "sent", o.id
	if o.kept {
		rec.Via = "stopped"
	}
	if o.failed != nil {
		rec.Kind = journal.Fail
		e, err := json.Marshal(o.failed)
		if err != nil {
			e = []byte(`{"kind":"bug"}`)
		}
		rec.E = e
	} else {
		op.Secrets(c.Op.Out(), o.answer.Result, r.o.Secret)
		rec.Kind, rec.B = journal.Done, elide(o.answer.Result)
	}
	n := r.append(rec, nil)
	r.clock = r.last
	if c.Op.Effect != op.Read {
		r.o.Journal.Flush(n)
	}
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

// maxBody is the largest body that a record holds; a larger one is named by
// its digest alone.
const maxBody = 4 << 20

func elide(b []byte) []byte {
	if len(b) <= maxBody {
		return b
	}
	sum := sha256.Sum256(b)
	return fmt.Appendf(nil, `{"$bytes":%d,"sha256":"%x"}`, len(b), sum)
}
