package bindings

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"runner/internal/op"
)

// TestRunawayScriptsEnd: with small limits, each of these ends with a failure
// that says why, soon after the limit.
func TestRunawayScriptsEnd(t *testing.T) {
	tooLong := "computed for 300ms without making a call"
	for name, tt := range map[string]struct{ source, want string }{
		"an endless loop":           {`while true do end`, tooLong},
		"an endless repeat":         {`repeat until false`, tooLong},
		"goto":                      {`::top:: goto top`, tooLong},
		"pcall in a loop":           {`while true do pcall(function() while true do end end) end`, tooLong},
		"endless recursion":         {`local function f() return 1 + f() end f()`, "nested too deep"},
		"recursion by pcall":        {`local function f() pcall(f) f() end f()`, ""},
		"only by pcall":             {`local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()`, "nested too deep"},
		"recursion by tail calls":   {`local function f() return f() end f()`, tooLong},
		"recursion by metamethods":  {`local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k .. "x"] end local x = t.a`, "nested too deep"},
		"recursion by tostring":     {`local t = setmetatable({}, {}) getmetatable(t).__tostring = function() return tostring(t) end tostring(t)`, "nested too deep"},
		"recursion by sort":         {`local function f() table.sort({ 2, 1 }, f) end f()`, "nested too deep"},
		"recursion by gsub":         {`local function f() ("x"):gsub(".", f) end f()`, "nested too deep"},
		"recursion by steps":        {`local function f() step("s", f) end f()`, "nested too deep"},
		"a tower of coroutines":     {`local function f() coroutine.wrap(f)() end f()`, "nested too deep"},
		"a coroutine that spins":    {`coroutine.wrap(function() while true do end end)()`, tooLong},
		"a generator without end":   {`for _ in coroutine.wrap(function() while true do coroutine.yield(1) end end) do end`, tooLong},
		"an iterator without end":   {`for _ in function() return 1 end do end`, tooLong},
		"a branch that spins":       {`each({ 1, 2, 3 }, function() for i = 1, 1e18 do end end)`, tooLong},
		"a comparator that spins":   {`table.sort({ 2, 1 }, function() while true do end end)`, tooLong},
		"a pattern that backtracks": {`string.find(("a"):rep(30000), (".-"):rep(20) .. "b")`, "script.lua:1: [script] the script " + tooLong},
		"the same in gsub":          {`(("a"):rep(30000)):gsub((".-"):rep(20) .. "b", "")`, tooLong},
		"the same in gmatch":        {`for _ in (("a"):rep(30000)):gmatch((".*"):rep(20) .. "b") do end`, tooLong},
		"a module that spins":       {`require("spins")`, tooLong},
		"string.rep":                {`local s = ("x"):rep(1e10)`, "more than 64 MiB"},
		"format":                    {`local s = ("x"):rep(6e7) s = string.format("%s%s", s, s)`, "more than 64 MiB"},
		"concat":                    {`local s = ("x"):rep(6e7) s = table.concat { s, s }`, "more than 64 MiB"},
		"unpack without end":        {`unpack({}, 1, 1e9)`, "unpack would answer more than 200000 values"},
		"bytes without end":         {`local s = ("x"):rep(6e7) local t = { s:byte(1, -1) }`, "string.byte would answer more than 200000 values"},
		"dry loop of calls":         {`while true do local x = math.random() end`, tooLong},
	} {
		t.Run(name, func(t *testing.T) {

			s := stage{options: Options{MaxMemory: 4 << 30}, files: map[string]string{"spins": "while true do end"}}
			if strings.HasSuffix(tt.want, tooLong) || tt.want == "" {
				s.options.MaxCompute = 300 * time.Millisecond
			}
			began := time.Now()
			p := s.play(t, tt.source)
			if p.failure == nil || p.failure.Kind != op.Script || !strings.Contains(p.said(), tt.want) {
				t.Errorf("%s\nfailed with %s\nwant %q", tt.source, p.said(), tt.want)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("%s\ntook %v", tt.source, took)
			}
			if strings.Contains(p.said(), "0x") || strings.Contains(p.said(), "goroutine") {
				t.Errorf("%s\nshows what is Go's: %s", tt.source, p.said())
			}
		})
	}
}

// TestMemoryHasALimit runs one after the other: the limit is that of the
// process.
func TestMemoryHasALimit(t *testing.T) {
	for name, source := range map[string]string{
		"a text that doubles":  `local s = "x" while true do s = s .. s end`,
		"a table that grows":   `local t = {} while true do t[#t + 1] = {} end`,
		"names without end":    `local t, i = {}, 0 while true do i = i + 1 t["k" .. i] = i end`,
		"caught again":         `while true do pcall(function() local t = {} while true do t[#t + 1] = {} end end) end`,
		"a bomb of coroutines": `local t = {} while true do local co = coroutine.wrap(function() coroutine.yield() end) co() t[#t + 1] = co end`,
		"in branches":          `local t = {} each({ 1, 2, 3 }, function() while true do t[#t + 1] = {} end end)`,
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			limit := heap() + 48<<20
			p := stage{options: Options{MaxMemory: limit}}.play(t, source)
			if want := fmt.Sprintf("the script uses more than %d MiB", limit>>20); p.failure == nil || p.failure.Kind != op.Script || !strings.Contains(p.said(), want) {
				t.Errorf("%s\nfailed with %s\nwant %q", source, p.said(), want)
			}
		})
	}
	t.Run("garbage does not count", func(t *testing.T) {
		runtime.GC()
		stage{options: Options{MaxMemory: heap() + 64<<20}}.play(t, `for i = 1, 300 do local s = ("x"):rep(1e6) .. i end`).mustWork()
	})
}

// TestANativeFunctionIsLeftBehind: what cannot be interrupted does not keep
// the run from ending.
func TestANativeFunctionIsLeftBehind(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	s := stage{options: Options{MaxCompute: 50 * time.Millisecond}}
	s.options.Secret = func(string) (string, *op.Error) { <-release; return "", nil }
	p := s.play(t, `pcall(secret, "env:X")`)
	if p.failure == nil || !strings.Contains(p.said(), "computed for 50ms") {
		t.Errorf("failed with %s", p.said())
	}
}

// TestWaitingIsNotComputing: a script may wait as long as it likes.
func TestWaitingIsNotComputing(t *testing.T) {
	s := stage{options: Options{MaxCompute: 60 * time.Millisecond}}
	s.play(t, `for i = 1, 4 do sleep(0.05) end each({ 1, 2 }, function() sleep(0.2) end)`).mustWork()
}
