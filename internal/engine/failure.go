package engine

import (
	"context"
	"errors"

	"runner/internal/op"
)

// This file reads how a call failed. The question that matters is whether the
// vendor may have acted all the same. The rules are:
//
//   - A read is never in doubt.
//   - A write is in doubt if the request that may act left and got no clear
//     answer; also if a later attempt of it did get one, since that says
//     nothing about the one before.
//   - A failure that is not one of ours says nothing, so the write is in doubt
//     if any request was let out.
//   - So is a write of several requests that was given up between them.

// failure completes the error of a call. It is a copy: others may share it.
func (a *attempts) failure(ctx context.Context, err error) *op.Error {
	ours, known := errors.AsType[*op.Error](err)
	if !known {
		ours = a.foreign(ctx, err)
	}
	e := *ours
	a.call.named(&e)
	if a.call.Op.Effect == op.Read || e.Kind == op.InDoubt || !a.doubtful(ctx, &e, known) {
		return &e
	}
	e.Was, e.Kind, e.Sent = e.Kind, op.InDoubt, true
	e.Cause = doubtful + e.Cause
	e.Hint = a.run.doubtHint(a.call, a.key)
	return &e
}

const doubtful = "it was sent, and whether it happened is not known: "

// foreign makes an error of ours of any other. What an operation returns that
// was given up is what its context says; anything else is a mistake.
func (a *attempts) foreign(ctx context.Context, err error) *op.Error {
	e := &op.Error{Kind: op.Bug, Cause: err.Error(), Hint: "report it", RetryAfter: -1}
	switch {
	case ctx.Err() == nil || !errors.Is(err, ctx.Err()):
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Kind, e.Cause, e.Hint = op.Timeout, "the call took longer than it may", ""
		if late, ok := errors.AsType[*op.Error](context.Cause(ctx)); ok {
			e.Subject, e.Cause = late.Subject, late.Cause
		}
	default:
		e = unsent(a.run.Stopped())
	}
	return e.Wrap(err)
}

func (a *attempts) doubtful(ctx context.Context, e *op.Error, known bool) bool {
	switch {
	case a.left && !a.answered:
		return true
	case e.Sent && e.Acts:
		// The reason of a stop can be of any kind; it is no answer.
		return unclear(e.Kind) || e.Status == 0 && ctx.Err() != nil
	case !known:
		return a.out
	}
	return a.midway && errors.Is(ctx.Err(), context.Canceled)
}

// unclear reports kinds that do not tell whether the vendor acted.
func unclear(k op.Kind) bool {
	switch k {
	case op.Unavailable, op.Timeout, op.Garbled, op.Cancelled, op.Bug:
		return true
	}
	return false
}

// named says which operation failed, and about what.
func (c Call) named(e *op.Error) *op.Error {
	e.Op = c.Op.Name
	if e.Subject == "" {
		e.Subject, _ = c.Op.Named(c.Args)
	}
	return e
}

// unsent is a copy of the reason of a stop, for a call that it kept from
// being sent.
func unsent(e *op.Error) *op.Error {
	c := *e
	c.Sent = false
	return &c
}
