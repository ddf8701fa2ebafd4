package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"runner/internal/op"
)

// The verdict depends on what the operation does, on whether what may act
// left, and on whether its answer was clear.
func TestVerdicts(t *testing.T) {
	sent := op.Error{Sent: true, Acts: true}
	reads := op.Error{Sent: true}
	kept := op.Error{Acts: true}
	of := func(e op.Error, k op.Kind) op.Error { e.Kind = k; return e }
	for name, tt := range map[string]struct {
		failure op.Error
		doubt   bool
	}{
		"no answer in time":                  {of(sent, op.Timeout), true},
		"the connection broke":               {of(sent, op.Unavailable), true},
		"an answer that cannot be read":      {of(sent, op.Garbled), true},
		"given up under way":                 {of(sent, op.Cancelled), true},
		"a mistake of ours after sending":    {of(sent, op.Bug), true},
		"it did not leave":                   {of(kept, op.Unavailable), false},
		"it did not leave in time":           {of(kept, op.Timeout), false},
		"the part that reads timed out":      {of(reads, op.Timeout), false},
		"the part that reads was cut off":    {of(reads, op.Unavailable), false},
		"the part that reads got nonsense":   {of(reads, op.Garbled), false},
		"refused as invalid":                 {of(sent, op.Invalid), false},
		"refused for want of rights":         {of(sent, op.Denied), false},
		"refused for want of credentials":    {of(sent, op.Unauthenticated), false},
		"no such object":                     {of(sent, op.NotFound), false},
		"the object is in the way":           {of(sent, op.Conflict), false},
		"the vendor asks to wait":            {of(sent, op.Limited), false},
		"the release lacks it":               {of(sent, op.Unsupported), false},
		"a failure that the operation found": {of(sent, op.Failed), false},
	} {
		for _, o := range []*op.Operation{getFlow, createFlow, runFlow, updateFlow, deleteFlow} {
			t.Run(name+"/"+o.Name, func(t *testing.T) {
				m := &memory{}
				failure := tt.failure
				failure.Cause, failure.RetryAfter = "as it is", -1
				conn := to(func(context.Context, Flow) (Flow, error) { return Flow{}, fmt.Errorf("wrapped: %w", &failure) })
				want := failure
				want.Op, want.Subject = o.Name, "flow 7"
				if tt.doubt && o.Effect != op.Read {
					want.Kind, want.Was = op.InDoubt, failure.Kind
					want.Cause = "it was sent, and whether it happened is not known: as it is"
					want.Hint = doubtHint(o)
				}
				start(t, m, Perform).Do(func(b *Branch) {
					_, e := call(b, conn, o, "7", "")
					sameError(t, e, want)
				})
				recorded := want
				recorded.Acts = false // it is for the engine alone
				got := failed(m.records[len(m.records)-1])
				sameError(t, &got, recorded)
				if failure.Op != "" {
					t.Error("the operation's own error was changed")
				}
			})
		}
	}
}

// What is not an error of ours tells nothing.
func TestForeignErrors(t *testing.T) {
	bare := op.New(op.Operation{Name: "web.load_flow", Doc: "Does something.", Source: "made up", Effect: op.Write, Object: "flow"},
		func(ctx context.Context, f func(context.Context) error, in Flow) (op.None, error) {
			return op.None{}, f(ctx)
		})
	s := newSite(t, answers(200))
	web := s.connect(t, op.Limit{}, 0)
	send := func(ctx context.Context) error {
		_, err := webCreate.Perform(ctx, web.Vendor, flow("7", ""))
		return err
	}
	const doubt = "it was sent, and whether it happened is not known: "
	for name, tt := range map[string]struct {
		f       func(context.Context) error
		timeout time.Duration
		want    op.Error
	}{
		"before anything was sent": {
			func(context.Context) error { return errors.New("odd") }, 0,
			op.Error{Kind: op.Bug, Cause: "odd", Hint: "report it", RetryAfter: -1},
		},
		"after something was sent": {
			func(ctx context.Context) error { return errors.Join(send(ctx), errors.New("odd")) }, 0,
			op.Error{Kind: op.InDoubt, Was: op.Bug, Sent: true, Cause: doubt + "odd", Hint: "look at flow 7, then say what came of it\nrunner settle test ':web.load_flow#1' landed, or not-landed", RetryAfter: -1},
		},
		"its own doubt stays": {
			func(context.Context) error {
				return &op.Error{Kind: op.InDoubt, Was: op.Timeout, Sent: true, Acts: true, Cause: "told so", RetryAfter: -1}
			}, 0,
			op.Error{Kind: op.InDoubt, Was: op.Timeout, Sent: true, Acts: true, Cause: "told so", RetryAfter: -1},
		},
		"the deadline, before anything was sent": {
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, time.Nanosecond,
			op.Error{Kind: op.Timeout, Cause: "the call took longer than it may", RetryAfter: -1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			tt.want.Op, tt.want.Subject = bare.Name, "flow 7"
			start(t, m, Perform).Do(func(b *Branch) {
				_, e := b.Call(Call{Op: bare, Connection: NewConnection("web", op.Client{Vendor: tt.f, Timeout: tt.timeout}), Args: flow("7", "")})
				sameError(t, e, tt.want)
			})
		})
	}
}

// An attempt without a clear answer leaves doubt, until one succeeds; also if
// a later one is answered clearly.
func TestDoubtOverSeveralAttempts(t *testing.T) {
	for name, tt := range map[string]struct {
		op        *op.Operation
		handlers  []http.HandlerFunc
		kind, was op.Kind
	}{
		"dropped":                                {webCreate, []http.HandlerFunc{drops}, op.InDoubt, op.Unavailable},
		"an error of the server":                 {webCreate, []http.HandlerFunc{answers(502)}, op.InDoubt, op.Unavailable},
		"a time-out of a gateway":                {webCreate, []http.HandlerFunc{answers(504)}, op.InDoubt, op.Timeout},
		"garbled":                                {webCreate, []http.HandlerFunc{garbles}, op.InDoubt, op.Garbled},
		"a read that is garbled":                 {webGet, []http.HandlerFunc{garbles}, op.Garbled, ""},
		"a read that drops every time":           {webGet, []http.HandlerFunc{drops}, op.Unavailable, ""},
		"refused":                                {webCreate, []http.HandlerFunc{answers(400)}, op.Invalid, ""},
		"limited every time":                     {webCreate, []http.HandlerFunc{asksToWait(1)}, op.Limited, ""},
		"five errors, idempotent":                {webUpdate, []http.HandlerFunc{answers(500)}, op.InDoubt, op.Unavailable},
		"five drops, with a key":                 {webRun, []http.HandlerFunc{drops}, op.InDoubt, op.Unavailable},
		"one error, then limited":                {webUpdate, []http.HandlerFunc{answers(500), asksToWait(1)}, op.InDoubt, op.Limited},
		"one drop, then a conflict":              {webRun, []http.HandlerFunc{drops, answers(409)}, op.InDoubt, op.Conflict},
		"limited, then a conflict":               {webRun, []http.HandlerFunc{asksToWait(1), answers(409)}, op.Conflict, ""},
		"one error, then done":                   {webUpdate, []http.HandlerFunc{answers(500), answers(200)}, "", ""},
		"the reading part drops":                 {webModify, []http.HandlerFunc{drops}, op.Unavailable, ""},
		"the reading part is refused":            {webModify, []http.HandlerFunc{answers(404)}, op.NotFound, ""},
		"the reading part is garbled":            {webModify, []http.HandlerFunc{garbles}, op.Garbled, ""},
		"the reading part at the third attempt":  {webModify, []http.HandlerFunc{drops, answers(500), answers(200)}, "", ""},
		"the writing part drops":                 {webModify, []http.HandlerFunc{answers(200), drops}, op.InDoubt, op.Unavailable},
		"the writing part is refused":            {webModify, []http.HandlerFunc{answers(200), answers(409)}, op.Conflict, ""},
		"the first of two writes is settled":     {webMove, []http.HandlerFunc{answers(500), answers(200), answers(409)}, op.Conflict, ""},
		"the second of two writes is not":        {webMove, []http.HandlerFunc{answers(200), answers(500), answers(403)}, op.InDoubt, op.Denied},
		"a read that failed before says nothing": {webModify, []http.HandlerFunc{drops, answers(200), answers(403)}, op.Denied, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, tt.handlers...)
			synctest.Test(t, func(t *testing.T) {
				conn := s.connect(t, op.Limit{}, time.Hour)
				start(t, &memory{}, Perform).Do(func(b *Branch) {
					_, e := call(b, conn, tt.op, "7", "")
					switch {
					case tt.kind == "" && e != nil:
						t.Error(e)
					case tt.kind != "" && (e == nil || e.Kind != tt.kind || e.Was != tt.was || e.Kind == op.InDoubt && !e.Sent):
						t.Errorf("got %+v, want %s was %q", e, tt.kind, tt.was)
					}
				})
			})
		})
	}
}

func TestNoConnectionIsNoDoubt(t *testing.T) {
	s := newSite(t, answers(200))
	s.server.Close()
	synctest.Test(t, func(t *testing.T) {
		conn := s.connect(t, op.Limit{}, time.Hour)
		start(t, &memory{}, Perform).Do(func(b *Branch) {
			_, e := call(b, conn, webCreate, "7", "")
			if e == nil || e.Kind != op.Unavailable || e.Sent || e.Attempts != 5 {
				t.Errorf("got %+v", e)
			}
		})
	})
}
