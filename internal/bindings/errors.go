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

func (w *World) raiseSignal(L *lua.LState, s signal) {
	ud := L.NewUserData()
	ud.Value = &s
	L.Error(ud, 0)
}

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

var position = regexp.MustCompile(`^(.+?:\d+): `)

// errorOf reads what a script raised: a failure's table, a text, or anything.
func (w *World) errorOf(v lua.LValue) *Failure {
	switch v := v.(type) {
	case *lua.LTable:
		field := func(name string) string {
			if s, ok := v.RawGetString(name).(lua.LString); ok {
				return string(s)
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
			e.Cause = w.inspect(v)
		}
		return &Failure{Error: e, At: field("at")}
	case lua.LString:
		f := &Failure{Error: &op.Error{Kind: op.Failed, Cause: string(v), RetryAfter: -1}}
		if m := position.FindStringSubmatch(string(v)); m != nil {
			f.At, f.Cause = m[1], strings.TrimPrefix(string(v), m[0])
		}
		return f
	}
	return &Failure{Error: &op.Error{Kind: op.Failed, Cause: w.inspect(v), RetryAfter: -1}}
}

// failure is what a script ended with.
func (w *World) failure(v lua.LValue) *Failure {
	if e := w.run.Stopped(); e != nil {
		return &Failure{Error: e, Step: w.failedIn}
	}
	f := w.errorOf(v)
	if v == w.failedErr {
		f.Step = w.failedIn
	}
	return f
}

// plain turns what the Lua engine itself raises, and what a native function
// did wrong, into a mistake of the script with a plain text.
func (w *World) plain(err *lua.ApiError) lua.LValue {
	if err.Type == lua.ApiErrorPanic {
		return w.panicked(err)
	}
	s, ok := err.Object.(lua.LString)
	if !ok {
		return err.Object
	}
	text, place := string(s), ""
	if m := position.FindStringSubmatch(text); m != nil {
		place, text = m[1], strings.TrimPrefix(text, m[0])
	}
	for _, known := range mistakes {
		if m := known.pattern.FindStringSubmatch(text); m != nil {
			e := &op.Error{Kind: op.Script, Cause: known.say(m), Hint: known.hint}
			return w.errorTable(e, place)
		}
	}
	return err.Object
}

// mistakes are the messages of gopher-lua that people meet, in plain words.
var mistakes = []struct {
	pattern *regexp.Regexp
	hint    string
	say     func(m []string) string
}{
	{regexp.MustCompile(`^attempt to index a non-table object\((\w+)\)(?: with key '(.*)')?`), "check the line above: find_… answers nil when nothing matches, and get_… raises instead",
		func(m []string) string {
			if m[2] == "" {
				return "tried to read a field of " + nothing(m[1])
			}
			return fmt.Sprintf("tried to read field %q of %s", m[2], nothing(m[1]))
		}},
	{regexp.MustCompile(`^attempt to call a non-function object`), "check the spelling of the function's name",
		func([]string) string { return "tried to call something that is not a function" }},
	{regexp.MustCompile(`^cannot perform concat operation between (\w+) and (\w+)`), "tostring() makes text of anything",
		func(m []string) string {
			return "tried to join " + nothing(m[1]) + " and " + nothing(m[2]) + " with .."
		}},
	{regexp.MustCompile(`^attempt to compare (.+) with (.+)`), "",
		func(m []string) string { return "tried to compare " + nothing(m[1]) + " with " + nothing(m[2]) }},
	{regexp.MustCompile(`(?:stack|registry) overflow`), "a function calls itself without end, or a list is too long for unpack",
		func([]string) string { return "the script's calls are nested too deep" }},
	{regexp.MustCompile(`^bad argument #(\d+) to (\S+) \((.*)\)`), "",
		func(m []string) string { return fmt.Sprintf("argument %s of %s: %s", m[1], m[2], m[3]) }},
	{regexp.MustCompile(`^(cannot perform .*)$`), "", func(m []string) string { return m[1] }},
}

func nothing(kind string) string {
	if kind == "nil" {
		return "nothing (nil)"
	}
	return "a " + kind
}

// panicked reads a Go panic in a native function. Those that scripts can
// cause are mistakes; any other is a bug of ours, and stops the run.
func (w *World) panicked(err *lua.ApiError) lua.LValue {
	text := strings.TrimSpace(err.Object.String())
	if strings.Contains(text, "can not yield") || strings.Contains(text, "stack overflow") || strings.Contains(text, "registry overflow") {
		return w.errorTable(&op.Error{Kind: op.Script, Cause: text}, "")
	}
	e := &op.Error{Kind: op.Bug, Cause: text, Hint: "report it; the run's journal is complete"}
	w.run.Stop(e.Wrap(&Panic{Text: text, Stack: err.StackTrace}))
	return lua.LString(text)
}

// A Panic is a bug of ours that came up during a run.
type Panic struct{ Text, Stack string }

func (p *Panic) Error() string { return p.Text }

// at is where the script stands: the innermost line of Lua that is not part
// of the library.
func at(L *lua.LState) string {
	for level := 1; ; level++ {
		dbg, ok := L.GetStack(level)
		if !ok {
			return ""
		}
		if _, err := L.GetInfo("Sl", dbg, nil); err == nil && dbg.CurrentLine > 0 && !strings.HasPrefix(dbg.Source, libraryPrefix) {
			return fmt.Sprintf("%s:%d", dbg.Source, dbg.CurrentLine)
		}
	}
}

// libraryPrefix begins the chunk names of the library.
const libraryPrefix = "stdlib/"
