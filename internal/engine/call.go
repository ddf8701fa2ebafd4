package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

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

// Call makes a call, or plans it. The baton is passed on while it waits.
//
// The order of what happens here is what makes a run repeatable: the intent
// is appended while the branch holds the baton, and the outcome when it is
// delivered, in the order of delivery.
func (b *Branch) Call(c Call) (Answer, *op.Error) {
	r := b.Run()
	if e := r.Stopped(); e != nil {
		return Answer{}, e
	}
	key := b.key(c.Op.Name)
	op.Secrets(c.Op.In(), c.Args, r.o.Secret)
	body := journal.Call{Connection: c.Connection.Name, Effect: c.Op.Effect.String(), Args: elide(c.Args), At: c.At}
	rec := journal.Record{Key: key, Op: c.Op.Name, H: r.digest(c)}

	unknown := r.Dry() && op.HasUnknown(c.Args)
	if !r.policy.performs(c.Op) || unknown {
		answer := Answer{Result: c.Op.Planned(c.Args)}
		if c.Op.Effect == op.Read {
			answer.Result = op.AppendUnknown(nil, "answer of "+c.Op.Verb()+" for "+c.Op.Thing(c.Args))
		}
		body.Answer, body.Thing = answer.Result, c.Op.Thing(c.Args)
		rec.Kind, rec.Via = journal.Planned, "planned"
		r.append(rec, body)
		return answer, r.Stopped()
	}

	if c.Op.Effect != op.Read {
		body.Thing = c.Op.Thing(c.Args)
	}
	rec.Kind = journal.Begin
	n := r.append(rec, body)
	if e := r.Stopped(); e != nil { // also when the journal could not take it
		return Answer{}, e
	}
	var answer Answer
	var failed *op.Error
	r.baton.wait(b.strand, func() func() {
		var a *attempts
		answer, a, failed = r.perform(c, n)
		return func() { r.outcome(c, rec, answer, a, failed) }
	})
	return answer, failed
}

// perform carries a call out, without the baton. A write waits until its
// intent is on disk.
func (r *Run) perform(c Call, intent int64) (Answer, *attempts, *op.Error) {
	ctx, cancel := context.WithCancelCause(r.abort)
	defer cancel(nil)
	if c.Connection.Timeout > 0 {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, c.Connection.Timeout)
		defer done()
	}
	a := &attempts{run: r, call: c, began: r.o.Host.Now()}
	release := context.AfterFunc(r.stop, func() {
		if a.waiting.Load() {
			cancel(r.Stopped())
		}
	})
	defer release()

	if c.Op.Effect != op.Read {
		if err := r.o.Journal.Sync(intent); err != nil {
			e := journalFailed(err)
			r.Stop(e)
			return Answer{}, a, e
		}
	}
	ctx = rest.WithRules(ctx, a)
	var answer Answer
	var err error
	if c.Page {
		var p op.Page
		p, err = c.Op.PerformPage(ctx, c.Connection.Vendor, c.Args, c.Cursor)
		answer = Answer{Result: p.Items, Next: p.Next}
	} else {
		answer.Result, err = c.Op.Perform(ctx, c.Connection.Vendor, c.Args)
	}
	if err == nil {
		return answer, a, nil
	}
	return Answer{}, a, c.failure(err, a)
}

// failure completes the error of a call. A write that left and got no clear
// answer is in doubt, whatever the failure looked like.
func (c Call) failure(err error, a *attempts) *op.Error {
	e, ok := errors.AsType[*op.Error](err)
	if !ok {
		e = (&op.Error{Kind: op.Bug, Cause: err.Error(), Hint: "report it"}).Wrap(err)
	}
	e.Op = c.Op.Name
	if e.Subject == "" {
		if _, named := c.Op.In().Key(); named {
			e.Subject = c.Op.Thing(c.Args)
		}
	}
	left := a.left || e.Sent && e.Acts
	if c.Op.Effect == op.Read || !left || !unclear(e.Kind) {
		return e
	}
	e.Was, e.Kind = e.Kind, op.InDoubt
	e.Cause = "it was sent, and whether it happened is not known: " + e.Cause
	e.Hint = fmt.Sprintf("look at %s before anything is sent again", c.Op.Thing(c.Args))
	return e
}

// unclear reports kinds that do not tell whether the vendor acted.
func unclear(k op.Kind) bool {
	switch k {
	case op.Unavailable, op.Timeout, op.Garbled, op.Cancelled, op.Bug:
		return true
	}
	return false
}

// outcome records what a call came to, at its delivery.
func (r *Run) outcome(c Call, rec journal.Record, answer Answer, a *attempts, failed *op.Error) {
	rec.H, rec.Via = "", "sent"
	var n int64
	if failed != nil {
		rec.Kind = journal.Fail
		e, err := json.Marshal(failed)
		if err != nil {
			e = []byte(`{"kind":"bug"}`)
		}
		rec.E = e
		n = r.append(rec, nil)
	} else {
		op.Secrets(c.Op.Out(), answer.Result, r.o.Secret)
		rec.Kind, rec.B = journal.Done, elide(answer.Result)
		n = r.append(rec, nil)
	}
	r.clock = r.tick()
	if c.Op.Effect != op.Read {
		r.o.Journal.Flush(n)
	}
}

// digest tells two calls apart by what they ask for. Secrets are taken out
// first: a digest of one could be searched for.
func (r *Run) digest(c Call) string {
	h := sha256.New()
	h.Write([]byte(c.Connection.Name + "\x00" + c.Op.Name + "\x00" + c.Cursor + "\x00"))
	h.Write(r.o.Redact(c.Args))
	return hex.EncodeToString(h.Sum(nil)[:12])
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
