package bindings

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file carries failures between Go and Lua. A failure is a table in Lua:
// kind, op, subject, cause, status, hint, retryable, at. Signals are not
// failures: a script cannot catch them.

// A signal ends a step, a branch or the run, and passes through pcall.
type signal struct {
	kind   signalKind
	reason string
}

type signalKind uint8

const (
	stopped   signalKind = iota // the run was stopped; the reason is the run's
	skipped                     // skip: ends the step or branch
	openPoint                   // an unknown was needed: ends the step or branch
)

func signalOf(v lua.LValue) (*signal, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	s, ok := ud.Value.(*signal)
	return s, ok
}

// halt remembers where the script stood when it noticed that it was stopped.
func (w *World) halt(place string) {
	if w.haltedAt == "" {
		w.haltedAt = place
	}
}

func newSignal(s signal) lua.LValue { return &lua.LUserData{Value: &s, Metatable: lua.LNil} }

func (w *World) raiseSignal(L *lua.LState, s signal) { L.Error(newSignal(s), 0) }

// raise raises a failure at the place of the script that called. The reason
// of a stopped run is not the script's to catch.
func (w *World) raise(L *lua.LState, e *op.Error) {
	if w.run.Stopped() != nil {
		w.raiseSignal(L, signal{kind: stopped})
	}
	L.Error(w.errorTable(e, at(L)), 0)
}

// mistake raises a mistake of the script's.
func (w *World) mistake(L *lua.LState, hint, cause string, args ...any) {
	w.raise(L, &op.Error{Kind: op.Script, Cause: fmt.Sprintf(cause, args...), Hint: hint})
}

func (w *World) errorTable(e *op.Error, place string) *lua.LTable {
	t := &lua.LTable{Metatable: w.errorMeta}
	text := func(name, value string) {
		if value != "" {
			t.RawSetString(name, lua.LString(value))
		}
	}
	text("kind", string(e.Kind))
	text("op", e.Op)
	text("call", e.Call)
	text("subject", e.Subject)
	text("cause", e.Cause)
	text("hint", e.Hint)
	text("at", place)
	text("request_id", e.RequestID)
	text("was", string(e.Was))
	if e.Status != 0 {
		t.RawSetString("status", lua.LNumber(e.Status))
	}
	if e.Attempts > 1 {
		t.RawSetString("attempts", lua.LNumber(e.Attempts))
	}
	t.RawSetString("retryable", lua.LBool(e.Retryable()))
	return t
}

var position = lazily(`^(.+?:\d+): `)

// errorOf reads what a script raised: a failure's table, a text, or anything.
func (w *World) errorOf(L *lua.LState, v lua.LValue) *Failure {
	switch v := v.(type) {
	case *lua.LTable:
		field := func(name string) string {
			switch x := v.RawGetString(name).(type) {
			case lua.LString, lua.LNumber:
				return x.String()
			}
			return ""
		}
		e := &op.Error{
			Kind: op.Kind(field("kind")), Op: field("op"), Call: field("call"), Subject: field("subject"), Cause: field("cause"), Hint: field("hint"),
			RequestID: field("request_id"), Was: op.Kind(field("was")), RetryAfter: -1,
		}
		if e.Kind == "" {
			e.Kind = op.Failed
		}
		if n, ok := v.RawGetString("status").(lua.LNumber); ok {
			e.Status = int(n)
		}
		if n, ok := v.RawGetString("attempts").(lua.LNumber); ok {
			e.Attempts = int(n)
		}
		if e.Cause == "" && e.Subject == "" {
			if e.Cause = w.inspect(v); v.Metatable != w.errorMeta {
				e.Cause, _ = w.described(L, v)
			}
		}
		return &Failure{Error: e, At: field("at")}
	case lua.LString:
		f := &Failure{Error: &op.Error{Kind: op.Failed, Cause: string(v), RetryAfter: -1}}
		if m := position().FindStringSubmatch(string(v)); m != nil {
			f.At, f.Cause = m[1], strings.TrimPrefix(string(v), m[0])
		}
		return f
	}
	return &Failure{Error: &op.Error{Kind: op.Failed, Cause: w.inspect(v), RetryAfter: -1}}
}

// placeOf is the place that a text or a failure's table names.
func placeOf(raised lua.LValue) string {
	switch v := raised.(type) {
	case lua.LString:
		if m := position().FindStringSubmatch(string(v)); m != nil {
			return m[1]
		}
	case *lua.LTable:
		if s, ok := v.RawGetString("at").(lua.LString); ok {
			return string(s)
		}
	}
	return ""
}

// failure is what a script ended with.
func (w *World) failure(v lua.LValue) *Failure {
	if e := w.run.Stopped(); e != nil {
		f := &Failure{Error: e, Step: w.failedIn}
		switch e.Kind { // of the others it says nothing
		case op.Script, op.Bug, op.Refused, op.Stale, op.Mismatch:
			f.At = w.haltedAt
		}
		return f
	}
	f := w.errorOf(w.state, v)
	if v == w.failedErr {
		f.Step = w.failedIn
	}
	return f
}

// at is where the script stands: the innermost line of Lua that is not part
// of the library.
func at(L *lua.LState) string { return where(L, 0) }

// where passes over the innermost frames first, as many as skip says.
func where(L *lua.LState, skip int) string {
	for L != nil {
		for level := 0; ; level++ {
			dbg, ok := L.GetStack(level)
			if !ok {
				break
			}
			if skip--; skip >= 0 {
				continue
			}
			if _, err := L.GetInfo("Sl", dbg, nil); err == nil && dbg.CurrentLine > 0 && !strings.HasPrefix(dbg.Source, libraryPrefix) {
				return fmt.Sprintf("%s:%d", dbg.Source, dbg.CurrentLine)
			}
		}
		l, ok := L.Context().(*lane)
		if !ok {
			break
		}
		L = l.above
	}
	return ""
}

// libraryPrefix begins the chunk names of the library.
const libraryPrefix = "stdlib/"
