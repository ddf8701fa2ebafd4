package rest

import "runner/internal/op"

// This file turns an error answer into an error with a kind.

// classify is nil for a success.
func (c *Client) classify(a *Answer) *op.Error {
	if a.Status >= 200 && a.Status < 300 {
		return nil
	}
	e := &op.Error{Status: a.Status, RequestID: a.RequestID, RetryAfter: c.wait(a.Status, a.Header), Sent: true}
	e.Kind = kindOf(a.Status, e.RetryAfter != noWait)
	if c.o.Explain != nil {
		if better := c.o.Explain(a); better != nil {
			e = merged(e, better)
		}
	}
	if e.Cause == "" {
		e.Cause = message(a)
	}
	if e.Hint == "" {
		e.Hint = hintFor(e.Kind)
	}
	return e
}

// merged is what the vendor's client says of an error, over the general
// reading of it. It is a copy: the client may answer the same one to many.
func merged(general, better *op.Error) *op.Error {
	e := *better
	if e.Kind == "" {
		e.Kind = general.Kind
	}
	if general.RetryAfter != noWait || e.RetryAfter <= 0 {
		e.RetryAfter = general.RetryAfter
	}
	e.Status, e.RequestID, e.Sent = general.Status, general.RequestID, true
	return &e
}

func hintFor(k op.Kind) string {
	switch k {
	case op.Unauthenticated:
		return "check the connection's credentials and what its user may do"
	case op.Denied:
		return "ask an administrator of the server for the right that is missing"
	}
	return ""
}

// kindOf is the general reading of a status. A 503 that names a time to wait
// is the vendor saying that it did not act; without one, nothing is known.
func kindOf(status int, waitNamed bool) op.Kind {
	switch {
	case status == 400 || status == 413 || status == 415 || status == 422:
		return op.Invalid
	case status == 401:
		return op.Unauthenticated
	case status == 403 || status == 407:
		return op.Denied
	case status == 404 || status == 410:
		return op.NotFound
	case status == 405 || status == 501:
		return op.Unsupported
	case status == 409 || status == 412 || status == 423:
		return op.Conflict
	case status == 429 || status == 503 && waitNamed:
		return op.Limited
	case status == 408 || status == 504:
		return op.Timeout
	case status >= 500:
		return op.Unavailable
	case status >= 300 && status < 400:
		return op.Garbled
	}
	return op.Invalid
}
