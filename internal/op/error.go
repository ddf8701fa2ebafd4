package op

import (
	"errors"
	"strings"
	"time"
)

// Kind is what kind of failure an error is. Code decides by kind, never by
// text.
type Kind string

// The kinds of failure.
const (
	Invalid         Kind = "invalid"         // arguments that we or the vendor refuse
	Unauthenticated Kind = "unauthenticated" // no credentials, or refused ones
	Denied          Kind = "denied"          // credentials that may not do this
	NotFound        Kind = "not_found"       // no such object
	Conflict        Kind = "conflict"        // the object's state forbids it
	Limited         Kind = "limited"         // the vendor asks to wait; it did not act
	Unavailable     Kind = "unavailable"     // no connection, or the vendor is out of order
	Timeout         Kind = "timeout"         // no answer in time
	Garbled         Kind = "garbled"         // an answer that cannot be understood
	Unsupported     Kind = "unsupported"     // the vendor's release or edition lacks it
	InDoubt         Kind = "in_doubt"        // sent, and the outcome is not known
	Failed          Kind = "failed"          // a script's own failure
	Script          Kind = "script"          // a mistake in the script
	Refused         Kind = "refused"         // the runner refuses: a limit or guard
	Stale           Kind = "stale"           // the plan does not fit what is there any more
	Mismatch        Kind = "mismatch"        // the record of a run does not fit what its script does
	Cancelled       Kind = "cancelled"       // the run was stopped
	Bug             Kind = "bug"             // a mistake of the runner's
)

// Kinds lists all kinds with what they mean, for the manual.
func Kinds() [][2]string {
	return [][2]string{
		{string(Invalid), "arguments that the runner or the vendor refuses"},
		{string(Unauthenticated), "credentials are missing or refused"},
		{string(Denied), "the credentials may not do this"},
		{string(NotFound), "there is no such object"},
		{string(Conflict), "the object's state forbids it"},
		{string(Limited), "the vendor asks to wait; it did not act"},
		{string(Unavailable), "no connection, or the vendor is out of order"},
		{string(Timeout), "no answer in time"},
		{string(Garbled), "an answer that cannot be understood"},
		{string(Unsupported), "the vendor's release or edition lacks it"},
		{string(InDoubt), "sent, and the outcome is not known"},
		{string(Failed), "the script itself said fail, or error"},
		{string(Script), "a mistake in the script: a wrong argument, a missing value"},
		{string(Refused), "the runner refuses: a limit or a guard"},
		{string(Stale), "the plan does not fit what is there any more"},
		{string(Mismatch), "the record of a run does not fit what its script does now"},
		{string(Cancelled), "the run was stopped"},
		{string(Bug), "a mistake of the runner's"},
	}
}

// An Error is a failed call: what was attempted, about what, and why.
type Error struct {
	Kind    Kind   `json:"kind"`
	Op      string `json:"op,omitempty"`      // filled in by the engine
	Call    string `json:"call,omitempty"`    // which call it was: its name in the run; filled in by the engine
	Subject string `json:"subject,omitempty"` // about what: `user "ada@example.com"`
	Cause   string `json:"cause,omitempty"`   // why, in plain words
	Hint    string `json:"hint,omitempty"`    // what to do, as an order

	Status     int           `json:"status,omitempty"`      // HTTP status, 0 if there was no answer
	RequestID  string        `json:"request_id,omitempty"`  // the vendor's name for the request
	Attempts   int           `json:"attempts,omitempty"`    // how often it was sent or tried
	Sent       bool          `json:"sent,omitempty"`        // a part of the request may have left
	RetryAfter time.Duration `json:"retry_after,omitempty"` // what the vendor asked for; negative if it did not
	Was        Kind          `json:"was,omitempty"`         // of an in_doubt: the kind of the failure behind it
	Acts       bool          `json:"-"`                     // the request was not one that only reads
	Compared   []Comparison  `json:"compared,omitempty"`    // of a stale or mismatch: where what was planned or recorded differs
	Final      bool          `json:"final,omitempty"`       // trying again changes nothing: a wrong host name, a certificate

	err error
}

// A Comparison is one place where a plan and reality differ, as JSON.
type Comparison struct {
	Field   string `json:"field"`
	Planned string `json:"planned,omitempty"` // what the plan rests on
	Found   string `json:"found,omitempty"`   // what is there now
	Wanted  string `json:"wanted,omitempty"`  // what the call makes of it
}

func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{e.Op, e.Subject, e.Cause} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return string(e.Kind)
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the error behind this one, if any.
func (e *Error) Unwrap() error { return e.err }

// Wrap sets the error behind this one.
func (e *Error) Wrap(err error) *Error {
	e.err = err
	return e
}

// Retryable reports whether the same call may succeed later.
func (e *Error) Retryable() bool {
	switch e.Kind {
	case Limited, Unavailable, Timeout:
		return !e.Final
	}
	return false
}

// KindOf is the kind of err, Bug if it is none of ours.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Bug
}

// A Panic stands behind an error of kind Bug: where our mistake came up.
type Panic struct{ Text, Stack string }

func (p *Panic) Error() string { return p.Text }
