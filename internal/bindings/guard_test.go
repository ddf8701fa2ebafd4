package bindings

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/op"
)

var kindsOfU = map[string][]string{
	"number": {`0`, `1`, `7`, `-3`, `2.5`},
	"text":   {`""`, `"a"`, `"bc"`, `"7"`, `"text number"`},
	"table": {
		`{"n":0,"s":"","list":[],"deep":{"n":1}}`, `{"n":4,"s":"a","list":[1,2],"deep":{"n":-1}}`, `{"n":2,"s":"bc","list":[5],"deep":{"n":9}}`,
	},
}

const programs = 120 // of each kind

// TestUnknownsDecideNothing: if the dry run of a program marked no open point,
// it planned what the program does, whatever the unknown turns out to be.
func TestUnknownsDecideNothing(t *testing.T) {
	for kind, values := range kindsOfU {
		t.Run(kind, func(t *testing.T) {
			followed := 0
			for seed := range uint64(programs) {
				source := generate(seed, kind)
				dry := stage{dry: true}.play(t, source)
				if dry.failure != nil {
					t.Fatalf("seed %d: the dry run failed: %s\n%s", seed, dry.said(), source)
				}
				if len(dry.points()) > 0 {
					continue
				}
				followed++
				for _, value := range values {
					real := stage{desk: &desk{value: json.RawMessage(value)}}.play(t, source)
					if real.failure != nil {
						t.Fatalf("seed %d: with %s: %s\n%s", seed, value, real.said(), source)
					}
					if diff := unplanned(dry.calls(), real.calls()); diff != "" {
						t.Fatalf("seed %d: with %s: %s\n%s", seed, value, diff, source)
					}
				}
			}
			if followed < programs/20 {
				t.Errorf("only %d of %d programs were without open points", followed, programs)
			}
		})
	}
}

// unplanned says where calls are not as they were planned. What the plan left
// open may be anything.
func unplanned(planned, made []string) string {
	if len(planned) != len(made) {
		return fmt.Sprintf("%d calls were planned, %d were made\nplanned %q\nmade    %q", len(planned), len(made), planned, made)
	}
	for i := range planned {
		key, _, _ := strings.Cut(planned[i], " {")
		if strings.Contains(planned[i], op.UnknownName) || strings.Contains(key, "<") {
			continue
		}
		// A step whose name is not known yet may turn out to have that of another.
		_, plan, _ := strings.Cut(planned[i], ":")
		_, made1, _ := strings.Cut(made[i], ":")
		if plan != made1 {
			return fmt.Sprintf("planned %s\nmade    %s", planned[i], made[i])
		}
	}
	return ""
}

// TestTheGuardChangesNothing: with values that are known, programs do the same
// with the pass over the syntax tree and without it.
func TestTheGuardChangesNothing(t *testing.T) {
	list := map[string]string{}
	for i, source := range plainPrograms {
		list[fmt.Sprintf("plain %d", i)] = source
	}
	for kind := range kindsOfU {
		for seed := range uint64(programs) {
			list[fmt.Sprintf("%s %d", kind, seed)] = strings.Replace(generate(seed, kind), "desk.make_value {}", map[string]string{
				"number": "4", "text": `"a"`, "table": `{ n = 4, s = "a", list = { 1, 2 }, deep = { n = -1 } }`,
			}[kind], 1)
		}
	}
	for name, source := range list {
		with := stage{dry: true}.play(t, source)
		without := stage{dry: true}.unguarded(t, source)
		if len(with.points()) > 0 {
			t.Errorf("%s: open points %q\n%s", name, with.points(), source)
		}
		if got, want := with.trace(), without.trace(); got != want {
			t.Errorf("%s\n%s\nwith the pass:\n%s\nwithout it:\n%s", name, source, got, want)
		}
	}
}

func (p *play) trace() string {
	return strings.Join(p.printed(), "\n") + "\n" + strings.Join(p.calls(), "\n") + "\n" + strings.Join(p.ends(), "\n") + "\n" + p.said()
}

// unguarded plays a script as it is.
func (s stage) unguarded(t *testing.T, source string) *play {
	t.Helper()
	p := s.open(t)
	chunk, f := Script{Name: "script.lua", Source: source}.Parse()
	if f != nil {
		t.Fatal(f.text())
	}
	mendAssignments(chunk)
	proto, err := lua.Compile(chunk, "script.lua")
	if err != nil {
		t.Fatal(err)
	}
	p.run.Do(func(b *engine.Branch) { p.failure = p.world.main(b, proto) })
	return p
}

// plainPrograms are places where a pass over the tree could go wrong.
var plainPrograms = []string{
	`local function f(...) return ... end print(f(1, nil, 3)) print((f(1, 2))) print({ f(1, 2), f(1, 2) }) print(#{ f(1, 2), (f(3, 4)) })`,
	`local function v(...) return (...) end print(v(1, 2), select("#", v())) print(v() == nil, v(false) == false)`,
	`local function two() return true, false end if two() then print("first") end while two() do print("once") break end`,
	`local function two() return 1, 2 end print(two() == 1, 1 == two(), two() and "yes", two() or "no", not two()) local t = { [two()] = two() } print(t[1], t[two()])`,
	`local function none() end print(none() == nil, none() or "or", not none()) if none() then print("bad") else print("else") end`,
	`local function va(...) if ... then return "some" end return "none" end print(va(), va(false), va(true), va(nil, true))`,
	`local function va(...) return ... == 1, ... or 2, (... and 3) end print(va(1, 5)) print(va())`,
	`print(1 and 2, nil and 2, false or nil, nil or false, 1 or error("never"), nil and error("never"), false == nil, not nil == true)`,
	`local t = { f = function(self, x) return self.v + x end, v = 1 } print(t:f(2), t.f(t, 3), t["f"](t, 4), (t).v, ("x"):rep(3))`,
	`local o = { n = 0 } function o:inc(by) self.n = self.n + (by or 1) return self end print(o:inc():inc(5).n) local k = "n" o[k] = o[k] + 1 print(o.n)`,
	`for i = 1, 3 do if i == 2 then goto next end print(i) ::next:: end do local i = 1 ::top:: if i < 3 then i = i + 1 goto top end print(i) end`,
	`for i = 1, 2, 0.5 do print(i) end for i = 3, 1, -1 do print(i) end for i = 1, 0 do print("never") end for i = 0.1, 0.35, 0.1 do print(i) end`,
	`for k, v in pairs({ a = 1, b = 2 }) do print(k, v) end for i, v in ipairs({ "x", "y", nil, "z" }) do print(i, v) end for k in next, { 5 } do print(k) end`,
	`local function iter(s, c) if c < s then return c + 1, c * 2 end end for a, b in iter, 3, 0 do print(a, b) end local function make() return iter, 2, 0 end for a in make() do print(a) end`,
	`for a in (function() local n = 0 return function() n = n + 1 if n < 4 then return n end end end)() do local a2 = a print(a2) a = nil end`,
	`local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end print(fs[1](), fs[1](), fs[2]())`,
	`local fs = {} for _, v in ipairs { 1, 2 } do fs[#fs + 1] = function() v = v + 10 return v end end print(fs[1](), fs[1](), fs[2]())`,
	`local fs, n = {}, 0 while n < 2 do n = n + 1 local m = n fs[n] = function() m = m + 1 return m end end print(fs[1](), fs[2](), fs[1]())`,
	`local n = 0 repeat local last = n n = n + 1 until last >= 2 print(n) repeat local x = true until x`,
	`local a, b, c = (function() return 1, 2 end)() print(a, b, c) local x, y = 1 print(x, y) a, b = b, a print(a, b) local t = {} t.a, t["b"], t[1] = 1, 2, 3 print(t)`,
	`local t = setmetatable({}, { __index = function(t, k) return k .. "?" end, __newindex = function(t, k, v) print("set", k, v) end, __call = function(self, ...) return ... end, __eq = function() return true end, __lt = function() return true end, __le = function() return false end, __concat = function() return "cat" end, __len = function() return 9 end, __unm = function() return "neg" end })
print(t.x, t[1], t(1, 2), t .. "x", #t, -t) t.y = 5 local u = setmetatable({}, getmetatable(t)) print(t < u, t <= u, t == u, t ~= u, t > u)`,
	`print(2 ^ 3 ^ 2, -2 ^ 2, 7 % 3, -7 % 3, 1 .. 2 .. 3, "a" < "b", 1 < 2 == true, not 1 == 2, #"abc" + 1, 10 / 4)`,
	`print(pcall(function() local x = nil; return x.y end)) print(pcall(function() return 1 < "x" end)) print(pcall(function() return {} .. "x" end)) print(pcall(function() return nil + 1 end))`,
	`print(pcall(function() for i = "a", 2 do end end)) print(pcall(function() for k in 5 do end end)) print(pcall(function() local t = {} t[nil] = 1 end)) print(({})[nil])`,
	`local function deep(n) if n == 0 then return "end" end return deep(n - 1) end print(deep(10000))`,
	`local function sum(...) local n = 0 for i = 1, select("#", ...) do n = n + (select(i, ...)) end return n end print(sum(1, 2, 3), sum(unpack { 4, 5 }))`,
	`local co = coroutine.wrap(function(...) local a = ... while a do a = coroutine.yield(a and a * 2) end return "end" end) print(co(1), co(2), co(nil))`,
	`local s = 0 for _, row in ipairs { { 1, 2 }, { 3 } } do for _, x in ipairs(row) do s = s + (x > 1 and x or 0) end end print(s)`,
	`do local x = 1 do local x = 2 print(x) end print(x) end`,
	`print((("x"):rep(2) .. "y"):upper(), #"x" == 1 and "one", ({ 1, 2 })[2], (function() return 5 end)())`,
	`local t = { 1, 2, [3] = 3, n = 4, [1 + 3] = 4, (function() return 5, 6 end)() } print(#t, t[1], t.n)`,
	`error({ kind = "conflict", cause = "raised" })`, `error("text")`, `local x = nil; x()`, `fail("why")`, `skip("why")`, `local t = nil t.x = 1`,
	"#!/usr/bin/env runner\nprint(1)",
}
