package bindings

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"runner/internal/engine"
	"runner/internal/op"
)

// catchers are ways to hold on to what cannot be caught. BODY stops the run;
// if a catcher works, the script prints.
var catchers = map[string]string{
	"pcall":             `pcall(function() BODY end) print("caught")`,
	"pcall in a loop":   `while true do pcall(function() BODY end) end print("caught")`,
	"pcall in pcall":    `pcall(pcall, pcall, function() BODY end) print("caught")`,
	"xpcall":            `xpcall(function() BODY end, function() print("handled") end) print("caught")`,
	"a handler":         `xpcall(error, function() BODY end) print("caught")`,
	"a coroutine":       `coroutine.resume(coroutine.create(function() BODY end)) print("caught")`,
	"a generator":       `pcall(coroutine.wrap(function() BODY end)) print("caught")`,
	"a step":            `pcall(step, "s", function() BODY end) print("caught")`,
	"each":              `pcall(each, { 1, 2 }, function() pcall(function() BODY end) print("caught") end) print("caught")`,
	"parallel":          `pcall(parallel, { a = function() BODY end }) print("caught")`,
	"wait_until":        `pcall(wait_until, function() BODY end) print("caught")`,
	"a comparator":      `pcall(table.sort, { 2, 1 }, function() BODY end) print("caught")`,
	"a replacement":     `pcall(string.gsub, "x", ".", function() BODY end) print("caught")`,
	"tostring":          `tostring(setmetatable({}, { __tostring = function() BODY end })) print("caught")`,
	"a raised table":    `pcall(fail, setmetatable({}, { __tostring = function() BODY end })) local x = tostring(setmetatable({}, { __tostring = function() BODY end })) print("caught")`,
	"a metamethod":      `pcall(function() return setmetatable({}, { __index = function() BODY end }).x end) print("caught")`,
	"an iterator":       `pcall(function() for _ in function() BODY end do end end) print("caught")`,
	"a key":             `pcall(each, { 1 }, { key = function() BODY end }, print) print("caught")`,
	"a module":          `pcall(require, "bad") print("caught")`,
	"a swallowed error": `local ok, e = pcall(function() BODY end) error(e) print("caught")`,
}

func stopping(t *testing.T, body string, s stage, kind op.Kind, want string) {
	for name, catcher := range catchers {
		t.Run(name, func(t *testing.T) {
			s.files = map[string]string{"bad": body}
			p := s.play(t, strings.ReplaceAll(catcher, "BODY", body))
			if p.failure == nil || p.failure.Kind != kind || !strings.Contains(p.said(), want) {
				t.Errorf("%s\nfailed with %s\nwant %s with %q", catcher, p.said(), kind, want)
			}
			if got := p.printed(); len(got) > 0 {
				t.Errorf("%s\nwent on: %q", catcher, got)
			}
		})
	}
}

func TestAStopCannotBeCaught(t *testing.T) {
	var run *engine.Run
	s := stage{files: map[string]string{"bad": `secret("x")`}}
	s.options.Secret = func(string) (string, *op.Error) {
		e := &op.Error{Kind: op.Refused, Cause: "a guard says no", RetryAfter: -1}
		run.Stop(e)
		return "", e
	}
	for name, catcher := range catchers {
		t.Run(name, func(t *testing.T) {
			p := s.open(t)
			run = p.run
			p.failure = p.world.Exec(Script{Name: "script.lua", Source: strings.ReplaceAll(catcher, "BODY", `secret("x")`)})
			if p.failure == nil || p.failure.Kind != op.Refused || len(p.printed()) > 0 {
				t.Errorf("%s\nfailed with %s and printed %q", catcher, p.said(), p.printed())
			}
		})
	}
}

func TestALimitCannotBeCaught(t *testing.T) {
	s := stage{options: Options{MaxCompute: 100 * time.Millisecond}}
	stopping(t, "while true do end", s, op.Script, ".lua:1: [script] the script computed for 100ms without making a call (look for a loop without end)")
}

// TestAPanicIsABug: what Go panics with stops the run; the stack is kept, and
// not shown.
func TestAPanicIsABug(t *testing.T) {
	s := stage{}
	s.options.Secret = func(string) (string, *op.Error) { panic("our own mistake") }
	stopping(t, `secret("x")`, s, op.Bug, "our own mistake")
	stopping(t, `desk.fail_ticket { kind = "x", go = "an operation's mistake" }`, stage{}, op.Bug, "an operation's mistake")

	p := s.play(t, `secret("x")`)
	e, ok := errors.AsType[*op.Panic](p.failure.Error)
	if !ok || !strings.Contains(e.Stack, "stop_test.go") {
		t.Errorf("the stack is not kept: %+v", e)
	}
	if strings.Contains(p.said(), "goroutine") || strings.Contains(p.said(), ".go:") || p.failure.At != "script.lua:1" {
		t.Errorf("the failure shows too much: %s", p.said())
	}
}

func TestACancelledRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := stage{desk: &desk{hold: func(context.Context) { cancel() }}}
	p := s.open(t)
	p.run = engine.New(ctx, engine.Options{Host: engine.Local{}, Journal: p.journal})
	p.world.run = p.run
	p.failure = p.world.Exec(Script{Name: "script.lua", Source: `while true do pcall(desk.wait_ticket, { id = 1 }) end`})
	if p.failure == nil || p.failure.Kind != op.Cancelled {
		t.Errorf("failed with %s, want cancelled", p.said())
	}
}
