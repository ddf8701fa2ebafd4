package bindings

import (
	"fmt"
	"strings"
	"testing"

	"runner/internal/op"
)

func problemsOf(t *testing.T, source string) []string {
	t.Helper()
	problems, f := Check(Script{Name: "script.lua", Source: source}, []*op.Module{deskModule()})
	if f != nil {
		return []string{f.text()}
	}
	var list []string
	for _, p := range problems {
		text := fmt.Sprintf("%d: %s", p.Line, p.Error.Error())
		if p.Hint != "" {
			text += " (" + p.Hint + ")"
		}
		list = append(list, text)
	}
	return list
}

// TestCheckHasNoFalseAlarms: scripts that run are not complained about.
func TestCheckHasNoFalseAlarms(t *testing.T) {
	sources := map[string]string{}
	for _, name := range []string{"flow", "bounds", "codec", "language", "strings", "unknowns"} { // the others catch what they do wrong
		lines := strings.Split(read(t, "testdata/"+name+".lua"), "\n")
		for i, line := range lines {
			if mark.MatchString(line) {
				lines[i] = ""
			}
		}
		sources[name] = strings.Join(lines, "\n")
	}
	for i, source := range plainPrograms {
		sources[fmt.Sprintf("plain %d", i)] = source
	}
	for seed := range uint64(50) {
		sources[fmt.Sprintf("generated %d", seed)] = generate(seed, "table")
	}
	for i, source := range []string{
		`local function f() return g() end function g() return f end f()`,
		`x = 1 print(x) function y() return x end y()`,
		`if true then z = 1 end print(z)`, `local t = { f = function() w = 1 end } t.f() print(w)`,
		`each({ 1 }, function() v = 1 end) print(v)`, `(function() u = 1 end)() print(u)`, `local x = cond and function() s = 1 end or nil cond = true print(s)`,
		`while (function() q = 1 return false end)() do end print(q)`, `for i = (function() r = 1 return 1 end)(), 2 do end print(r)`,
		`local desk = connect("desk", "x") desk.anything { a = 1 } desk.x = 1`, `for desk in pairs {} do desk.x = 1 end`, `local function f(desk) return desk.whatever end`,
		`local print = function() end print = nil`, `local t = {} function t.a.b() end function t:m() return self end function t.f(...) return arg, ... end`,
		`local t = {} t.print = 1 t["each"] = 2 t = { step = 3 }`, `repeat local done = true until done`, `goto e do print(1) end ::e::`,
		`desk.get_ticket(args) args = {}`, `desk.get_ticket { id = x } x = 1`, `desk.add_ticket { [k] = 1 } k = "name"`,
		`local f = desk.get_ticket f(1)`, `desk.add_ticket { name = "x", count = "9007199254740993", due = null, owner = { email = e } } e = 1`,
		`desk.add_ticket { name = "x", state = s, tags = { t, "b" }, free = { 1, "x", y = 2 }, people = list } s, t, list = 1, 2, {}`,
		`desk.add_ticket { name = n, unpack { 1 } } n = 1`, `local t = { ... } local a, b = ... print(#t, a, b)`, "#!/usr/bin/env runner\nprint(1)",
		`connect("desk", "x").get_ticket { nme = 1 }`, `local p = params { x = {} } print(p.y)`, `local x = nil x.y = 1 x.z()`, `pcall(desk.get_ticket, { nme = 1 })`,
		`limits { [k] = 1, changes = n, population = #list } limits(list) limits() k, n, list = "x", 1, {}`, `local limits = print limits { nothing = 1 }`,
		`limits { changes = 0x10, destructive = "2%", ["desk.*"] = 5 + 5, ["*.remove_*"] = f() } function f() return 1 end`, `confirm("Remove " .. n .. "?") n = 1`,
		`desk.list_tickets() desk.list_tickets {} for x in iter(desk.list_tickets, { a = 1 }) do end`,
	} {
		sources[fmt.Sprintf("own %d", i)] = source
	}
	for name, source := range sources {
		if got := problemsOf(t, source); len(got) > 0 {
			t.Errorf("%s: %q\n%s", name, got, source)
		}
	}
}

func TestCheckFindsMistakes(t *testing.T) {
	for source, want := range map[string]string{
		"\nprnt(1)":                                   `2: nothing is called "prnt" (did you mean "print"?)`,
		"local x = y":                                 `1: nothing is called "y"`,
		"do local x = 1 end print(x)":                 `1: nothing is called "x"`,
		"local x = x":                                 `1: nothing is called "x"`,
		"local f = function() return g end":           `1: nothing is called "g"`,
		"if a then elseif b then end":                 `1: nothing is called "a"|1: nothing is called "b"`,
		"for i = 1, 2 do end print(i)":                `1: nothing is called "i"`,
		"repeat until z":                              `1: nothing is called "z"`,
		"function t.x() end":                          `1: nothing is called "t"`,
		"function t:x() return self end":              `1: nothing is called "t"`,
		"local t = {} function t.x() return self end": `1: nothing is called "self"`,
		"t.x = 1":                                            `1: nothing is called "t"`,
		"os.exit()":                                          `1: nothing is called "os"`,
		"rawget({}, 1)":                                      `1: nothing is called "rawget"`,
		"\n\nprint = nil":                                    `3: "print" is a word of the runner and cannot be changed (choose another name, and put local before it)`,
		"function each() end":                                `1: "each" is a word of the runner and cannot be changed (choose another name, and put local before it)`,
		"desk = 1":                                           `1: "desk" is a word of the runner and cannot be changed (choose another name, and put local before it)`,
		"desk.x = 1":                                         `1: desk cannot be changed (keep your own functions in a local table)`,
		"function desk.helper() end":                         `1: desk cannot be changed (keep your own functions in a local table)`,
		"string.trim = 1":                                    `1: string cannot be changed (keep your own functions in a local table)`,
		"desk.get_tickt { id = 1 }":                          `1: desk has no operation "get_tickt" (did you mean "get_ticket"?)`,
		"local f = desk.nothing_like":                        `1: desk has no operation "nothing_like"`,
		"desk:get_ticket { id = 1 }":                         `1: desk is called with a colon (write desk.get_ticket { … })`,
		"desk.get_ticket()":                                  `1: desk.get_ticket: argument "id": it is required: Which.`,
		"desk.get_ticket {}":                                 `1: desk.get_ticket: argument "id": it is required: Which.`,
		"desk.get_ticket(5)":                                 `1: desk.get_ticket: it takes one table of named arguments (write desk.get_ticket { name = value })`,
		`desk.get_ticket "5"`:                                `1: desk.get_ticket: it takes one table of named arguments (write desk.get_ticket { name = value })`,
		"desk.get_ticket({ id = 1 }, 2)":                     `1: desk.get_ticket: it takes one table of named arguments (write desk.get_ticket { name = value })`,
		"desk.get_ticket { 5 }":                              `1: desk.get_ticket: an argument has no name (write desk.get_ticket { name = value })`,
		"desk.get_ticket {\n  id = 1,\n  nme = 2 }":          `3: desk.get_ticket: argument "nme": there is no such argument`,
		"desk.add_ticket { name = 5 }":                       `1: desk.add_ticket: argument "name": want string, got a number`,
		"desk.add_ticket { name = {} }":                      `1: desk.add_ticket: argument "name": want string, got a table`,
		"desk.add_ticket { name = function() end }":          `1: desk.add_ticket: argument "name": want string, got a function`,
		`desk.add_ticket { name = "x", state = "opn" }`:      `1: desk.add_ticket: argument "state": "opn" is not one of open, closed (did you mean "open"?)`,
		`desk.add_ticket { name = "x", states = { "opn" } }`: `1: desk.add_ticket: argument "states[1]": "opn" is not one of open, closed (did you mean "open"?)`,
		`desk.add_ticket { name = "x", urgent = "true" }`:    `1: desk.add_ticket: argument "urgent": want bool, got a text`,
		`desk.add_ticket { name = "x", count = true }`:       `1: desk.add_ticket: argument "count": want int, got a boolean`,
		`desk.add_ticket { name = "x", tags = "a" }`:         `1: desk.add_ticket: argument "tags": want list of string, got a text`,
		`desk.add_ticket { name = "x", tags = { "a", 5 } }`:  `1: desk.add_ticket: argument "tags[2]": want string, got a number`,
		`desk.add_ticket { name = "x", owner = { emal = "e" } }`: `1: desk.add_ticket: argument "owner.emal": there is no such argument (did you mean "email"?)|` +
			`1: desk.add_ticket: argument "owner.email": it is required: Who.`,
		"limits { destructve = 1 }":       `1: limits has no option "destructve" (did you mean "destructive"?)`,
		"limits {\n\n changes = 1.5 }":    `3: limit "changes": "1.5" is not a whole number (write a number of calls, such as 50, or a share of the population, such as "2%")`,
		`limits { changes = -1 }`:         `1: limit "changes": "-1" is less than none (write 0 to allow no such call)`,
		`limits { changes = "5" }`:        `1: limit "changes": want a whole number or a text such as "2%", got the text "5"`,
		`limits { changes = false }`:      `1: limit "changes": want a whole number or a text such as "2%", got false`,
		`limits { ["desk.remov_*"] = n }`: `1: nothing is called "n"`,
		`limits { ["desk.remov_*"] = 1 }`: `1: limit "desk.remov_*": no operation matches it (did you mean "desk.remove_*"?)`,
		`step("s", function() local x = { limits { population = 0, 5 } } end)`: `1: population wants a whole number from 1, got 0|` +
			`1: limits wants names with numbers, got 5 without a name (` + limitsHint + `)`,
		"\nlocal x = = 1":  `script.lua:2: [script] the script is not Lua: syntax error near "="`,
		"if true then\n":   `script.lua:1: [script] the script is not Lua: syntax error at the end of the file (an "end", a bracket or a quote is missing)`,
		"goto nowhere":     `script.lua:2: [script] the script is not Lua: no visible label 'nowhere' for <goto> at line 1`,
		"prnt(1) pritn(2)": `1: nothing is called "prnt" (did you mean "print"?)|1: nothing is called "pritn" (did you mean "print"?)`,
	} {
		if got := strings.Join(problemsOf(t, source), "|"); got != want {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
	}
}
