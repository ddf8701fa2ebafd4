package bindings

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A generator writes small Lua programs in which no type is wrong: what they
// do depends on values alone. u is a value of the given kind.
type generator struct {
	*rand.Rand
	kind  string              // of u: number, text or table
	vars  map[string][]string // variables in scope, by type
	n     int
	depth int
}

func generate(seed uint64, kind string) string {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7)), kind: kind, vars: map[string][]string{}}
	var b strings.Builder
	b.WriteString("local u = desk.make_value {}\nlocal l0, n0, s0 = { 1, 2, 3 }, 4, \"s\"\n")
	b.WriteString("local function f0(a, ...) return select(\"#\", ...), a, ... end\n")
	b.WriteString("local o0 = setmetatable({ v = 1 }, { __index = function(_, k) return k .. \"!\" end, __add = function(a, b) return 7 end })\n")
	b.WriteString("function o0:set(x) self.v = x return self end\n")
	g.vars = map[string][]string{"number": {"n0", "n0"}, "text": {"s0", "o0.word", "tostring(o0.v)"}, "list": {"l0"}}
	switch kind {
	case "number":
		g.vars["number"] = append(g.vars["number"], "u", "u")
	case "text":
		g.vars["text"] = append(g.vars["text"], "u", "u")
	default:
		g.vars["number"] = append(g.vars["number"], "u.n", "u.deep.n")
		g.vars["text"] = append(g.vars["text"], "u.s", `u["s"]`)
		g.vars["list"] = append(g.vars["list"], "u.list")
	}
	g.block(&b, "", 6)
	return b.String()
}

func (g *generator) block(b *strings.Builder, indent string, n int) {
	g.depth++
	before := map[string][]string{}
	for k, v := range g.vars {
		before[k] = v[:len(v):len(v)]
	}
	for range 1 + g.IntN(n) {
		g.statement(b, indent)
	}
	g.vars = before
	g.depth--
}

func (g *generator) fresh(kind string) string {
	g.n++
	return fmt.Sprintf("%c%d", kind[0], g.n)
}

func (g *generator) statement(b *strings.Builder, in string) {
	line := func(format string, args ...any) { fmt.Fprintf(b, in+format+"\n", args...) }
	nested := func(n int) { g.block(b, in+"  ", n) }
	kind := []string{"number", "text", "number", "text", "list"}[g.IntN(5)]
	roll := g.IntN(24)
	if g.depth > 3 {
		roll %= 9
	}
	switch roll {
	case 0, 1, 2:
		line("desk.send_value { value = %s }", g.expression(kind, 2))
	case 3, 4:
		value, name := g.expression(kind, 3), g.fresh(kind)
		line("local %s = %s", name, value)
		g.vars[kind] = append(g.vars[kind], name)
	case 5:
		line("n0, s0 = %s, %s", g.expression("number", 2), g.expression("text", 2))
	case 6:
		line("l0[#l0 + 1] = %s", g.expression("number", 2))
	case 7:
		line("print(f0(%s, %s, f0(%s)))", g.expression("number", 1), g.expression("text", 1), g.expression("number", 1))
	case 8:
		line("o0:set(%s):set((f0(%s)))", g.expression("number", 1), g.expression("text", 1))
	case 9, 10:
		line("if %s then", g.condition(2))
		nested(3)
		if g.IntN(2) == 0 {
			line("elseif %s then", g.condition(1))
			nested(2)
		}
		line("else")
		nested(3)
		line("end")
	case 11:
		name := g.fresh("number")
		line("for %s = %s, %s%s do", name, g.small(), g.small(), []string{"", ", 1", ", 0.5"}[g.IntN(3)])
		nested(2)
		line("end")
	case 12:
		line("for _, x in %s({ unpack(%s) }) do", []string{"ipairs", "pairs"}[g.IntN(2)], g.expression("list", 1))
		line("  n0 = x")
		nested(2)
		line("end")
	case 13:
		name := g.fresh("w")
		line("local %s = 0", name)
		line("while %s < 2 and not (%s) do", name, g.condition(1))
		line("  %s = %s + 1", name, name)
		nested(2)
		line("end")
	case 14:
		name := g.fresh("r")
		line("local %s = 0", name)
		line("repeat")
		line("  local done = %s >= 1", name)
		line("  %s = %s + 1", name, name)
		nested(2)
		line("until done or %s", g.condition(1))
	case 15:
		line("step(\"s\" .. %s, function()", g.expression("text", 1))
		nested(3)
		line("end)")
	case 16:
		line("pcall(function()")
		nested(3)
		line("end)")
	case 17:
		line("each({ 1, 2 }, { concurrency = 1 }, function(item)")
		line("  desk.send_value { value = item }")
		nested(2)
		line("end)")
	case 18:
		name := g.fresh("c")
		line("local %s = coroutine.wrap(function(a) local b = coroutine.yield(a) desk.send_value { value = b } return %s end)", name, g.expression("number", 1))
		line("desk.send_value { value = { %s(%s), %s(%s) } }", name, g.expression("text", 1), name, g.expression("number", 1))
	case 19:
		line("do")
		line("  local t = { %s, k = %s, [%s] = %s }", g.expression("number", 1), g.expression("text", 1), g.expression("text", 1), g.expression("number", 1))
		line("  desk.send_value { value = t.k }")
		line("  t[%s], t.z = %s, 1", g.expression("text", 1), g.expression("number", 1))
		line("  desk.send_value { value = t.%s }", []string{"k", "z"}[g.IntN(2)])
		line("end")
	case 20:
		line("table.sort(l0, function(a, b) return a %s b end)", []string{"<", ">"}[g.IntN(2)])
	case 21:
		line(";(function(...) local a, b = ... desk.send_value { value = { b, a, (...) } } end)(%s, %s)", g.expression("number", 1), g.expression("text", 1))
	case 22:
		name := g.fresh("goto")
		line("for i = 1, 3 do")
		line("  if i == 2 then goto %s end", name)
		line("  do")
		nested(2)
		line("  end")
		line("  ::%s::", name)
		line("end")
	case 23:
		line("desk.send_value { value = %s and %s or %s }", g.condition(1), g.expression("number", 1), g.expression("number", 1))
	}
}

func (g *generator) small() string {
	if g.IntN(3) > 0 {
		return fmt.Sprint(g.IntN(3))
	}
	return "(" + g.expression("number", 1) + ") % 3"
}

func (g *generator) expression(kind string, depth int) string {
	if vars := g.vars[kind]; depth == 0 || g.IntN(3) == 0 {
		if g.IntN(4) > 0 {
			return vars[g.IntN(len(vars))]
		}
		return map[string]string{"number": fmt.Sprint(g.IntN(9)), "text": fmt.Sprintf("%q", []string{"a", "bc", ""}[g.IntN(3)]), "list": "{ 5, 6 }"}[kind]
	}
	n := func() string { return g.expression("number", depth-1) }
	s := func() string { return g.expression("text", depth-1) }
	l := func() string { return g.expression("list", depth-1) }
	var choices []string
	switch kind {
	case "number":
		choices = []string{
			"(" + n() + " + " + n() + ")", "(" + n() + " * 2)", "(-" + n() + ")", "(" + n() + ") % 5", "#" + l(), "math.floor(" + n() + ")",
			"math.max(" + n() + ", " + n() + ")", "#(" + s() + ")", "(select(2, f0(" + n() + ")))", "(" + g.condition(depth-1) + " and " + n() + " or " + n() + ")",
			"(o0 + " + n() + ")",
		}
	case "text":
		choices = []string{
			s() + " .. " + s(), "tostring(" + n() + ")", "string.format(\"%s-%s\", " + s() + ", " + n() + ")", "(" + s() + "):upper()", "(" + s() + "):sub(1, 2)",
			"(" + s() + ") .. " + n(), "table.concat({ " + s() + ", " + s() + " }, \",\")", "((" + s() + "):gsub(\"a\", \"b\"))", "(\"x\" .. " + s() + ")",
			"type(" + n() + ")",
		}
	default:
		choices = []string{"{ " + n() + ", " + n() + " }", "{ " + n() + " }", "{ (f0(" + n() + ")) }"}
	}
	return choices[g.IntN(len(choices))]
}

func (g *generator) condition(depth int) string {
	n := func() string { return g.expression("number", depth) }
	s := func() string { return g.expression("text", depth) }
	choices := []string{n() + " < " + n(), n() + " >= " + n(), n() + " == " + n(), s() + " == " + s(), s() + " ~= " + s(), "true", "n0 < 3", "#l0 > 2"}
	if depth > 0 {
		c := func() string { return g.condition(depth - 1) }
		choices = append(choices, "not ("+c()+")", "("+c()+" and "+c()+")", "("+c()+" or "+c()+")")
	}
	return choices[g.IntN(len(choices))]
}
