package bindings

import (
	"fmt"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// This file puts what the Lua engine says into plain words.

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
	{lazily(`^attempt to index a non-table object\((nil)\)(?: with key '(.*)')?`), "check the line above: find_… answers nil when nothing matches, and get_… raises instead", indexed},
	{lazily(`^attempt to index a non-table object\((\w+)\)(?: with key '(.*)')?`), "", indexed},
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
		func(m []string) string {
			if m[2] == "(anonymous)" || m[2] == "?" { // called by a function of ours
				return fmt.Sprintf("argument %s: %s", m[1], m[3])
			}
			return fmt.Sprintf("argument %s of %s: %s", m[1], m[2], m[3])
		}},
	{lazily(`^(cannot perform .*)$`), "", func(m []string) string { return m[1] }},
}

func indexed(m []string) string {
	if m[2] == "" {
		return "tried to read a field of " + nothing(m[1])
	}
	return fmt.Sprintf("tried to read field %q of %s", m[2], nothing(m[1]))
}

func nothing(kind string) string {
	if kind == "nil" {
		return "nothing (nil)"
	}
	return "a " + kind
}
