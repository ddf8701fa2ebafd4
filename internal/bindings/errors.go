package bindings

import (
	"fmt"
	"regexp"
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
			Kind: op.Kind(field("kind")), Op: field("op"), Subject: field("subject"), Cause: field("cause"), Hint: field("hint"),
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
		if e.Kind == op.Script || e.Kind == op.Bug { // otherwise it says nothing
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

// plain turns what the Lua engine itself raises, and what a native function
// did wrong, into a mistake of the script with a plain text.
func (w *World) plain(t *lua.LState, err *lua.ApiError) lua.LValue {
	if err.Type == lua.ApiErrorPanic { // in the Lua engine: our own functions are watched
		if overflow().MatchString(err.Object.String()) {
			return w.errorTable(tooDeep(), traced(err.StackTrace))
		}
		w.bug(strings.TrimSpace(err.Object.String()), err.StackTrace)
		return newSignal(signal{kind: stopped})
	}
	return w.plainText(laneOf(t).above, err.Object, err.StackTrace)
}

// plainText reads v, which was raised at trace, below the thread above. The
// place within a function of the library is not the script's.
func (w *World) plainText(above *lua.LState, v lua.LValue, trace string) lua.LValue {
	s, ok := v.(lua.LString)
	if !ok {
		return v
	}
	text, place := string(s), ""
	if m := position().FindStringSubmatch(text); m != nil {
		place, text = m[1], strings.TrimPrefix(text, m[0])
	}
	if strings.HasPrefix(place, libraryPrefix) {
		if place = traced(trace); place == "" {
			place = at(above)
		}
	}
	for _, known := range mistakes {
		if m := known.pattern().FindStringSubmatch(strings.TrimSpace(text)); m != nil {
			e := &op.Error{Kind: op.Script, Cause: known.say(m), Hint: known.hint, RetryAfter: -1}
			return w.errorTable(e, place)
		}
	}
	if place == "" {
		return s
	}
	return lua.LString(place + ": " + text)
}

// traced finds the innermost line of the script's in a trace of gopher-lua's.
func traced(trace string) string {
	for _, m := range frame().FindAllStringSubmatch(trace, -1) {
		if !strings.HasPrefix(m[1], libraryPrefix) {
			return m[1]
		}
	}
	return ""
}

var frame = lazily(`(?m)^\t(.+?:\d+):? in `)

var overflow = lazily(`^(?:lua callstack|stack|registry) overflow`)

// mistakes are the messages of gopher-lua that people meet, in plain words.
var mistakes = []struct {
	pattern func() *regexp.Regexp
	hint    string
	say     func(m []string) string
}{
	{lazily(`^attempt to index a non-table object\((\w+)\)(?: with key '(.*)')?`), "check the line above: find_… answers nil when nothing matches, and get_… raises instead",
		func(m []string) string {
			if m[2] == "" {
				return "tried to read a field of " + nothing(m[1])
			}
			return fmt.Sprintf("tried to read field %q of %s", m[2], nothing(m[1]))
		}},
	{lazily(`^attempt to call a non-function object`), "check the spelling of the function's name",
		func([]string) string { return "tried to call something that is not a function" }},
	{lazily(`^cannot perform concat operation between (\w+) and (\w+)`), "tostring() makes text of anything",
		func(m []string) string {
			return "tried to join " + nothing(m[1]) + " and " + nothing(m[2]) + " with .."
		}},
	{lazily(`^attempt to compare (.+) with (.+)`), "",
		func(m []string) string { return "tried to compare " + nothing(m[1]) + " with " + nothing(m[2]) }},
	{overflow, tooDeep().Hint, func([]string) string { return tooDeep().Cause }},
	{lazily(`^__len undefined`), "check the line above: find_… answers nil when nothing matches",
		func([]string) string { return "tried to take the length of what has none" }},
	{lazily(`^bad argument #(\d+) to (\S+) \((.*)\)`), "",
		func(m []string) string { return fmt.Sprintf("argument %s of %s: %s", m[1], m[2], m[3]) }},
	{lazily(`^(cannot perform .*)$`), "", func(m []string) string { return m[1] }},
}

func nothing(kind string) string {
	if kind == "nil" {
		return "nothing (nil)"
	}
	return "a " + kind
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
