package bindings

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// This file reads numbers that stand in texts, as Lua does: gopher-lua reads
// "010" as eight, and does not read "1e2" at all.

// numeric reads a number that stands in a text.
func numeric(s string) (n float64, ok bool) {
	s = strings.TrimSpace(s)
	if strings.Trim(s, "0123456789abcdefABCDEFxX+-.") != "" {
		return 0, false // what Go reads beside: names, and digits with _
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return n, true
	}
	sign, digits := 1.0, strings.ToLower(s)
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = -1, rest
	}
	hex, ok := strings.CutPrefix(digits, "0x")
	if !ok {
		return 0, false
	}
	u, err := strconv.ParseUint(hex, 16, 64)
	return sign * float64(u), err == nil
}

// tonumber is Lua's own, but for what it reads.
func (w *World) tonumber(stock lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		if s, ok := L.Get(1).(lua.LString); ok && (L.Get(2) == lua.LNil || L.Get(2) == lua.LNumber(10)) {
			if n, ok := numeric(string(s)); ok {
				L.Push(lua.LNumber(n))
			} else {
				L.Push(lua.LNil)
			}
			return 1
		}
		return stock(L)
	}
}

var operators = map[string]func(a, b float64) float64{
	"add": func(a, b float64) float64 { return a + b },
	"sub": func(a, b float64) float64 { return a - b },
	"mul": func(a, b float64) float64 { return a * b },
	"div": func(a, b float64) float64 { return a / b },
	"mod": func(a, b float64) float64 { return a - math.Floor(a/b)*b },
	"pow": math.Pow,
}

// openArithmetic lets texts be computed with, through their metatable.
func (w *World) openArithmetic(meta *lua.LTable) {
	for name, compute := range operators {
		meta.RawSetString("__"+name, w.fn(func(L *lua.LState) int {
			a, b := L.Get(1), L.Get(2)
			for _, v := range []lua.LValue{a, b} { // the other operand may have its own way
				if f := L.GetMetaField(v, "__"+name); v.Type() != lua.LTString && f.Type() == lua.LTFunction {
					L.Insert(f, 1)
					L.Call(2, 1)
					return 1
				}
			}
			x, one := operand(a)
			y, two := operand(b)
			if !one || !two {
				L.RaiseError("cannot perform %s operation between %s and %s", name, a.Type(), b.Type())
			}
			L.Push(lua.LNumber(compute(x, y)))
			return 1
		}))
	}
	meta.RawSetString("__unm", w.fn(func(L *lua.LState) int {
		x, ok := operand(L.Get(1))
		if !ok {
			L.RaiseError("__unm undefined")
		}
		L.Push(lua.LNumber(-x))
		return 1
	}))
}

func operand(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return numeric(string(v))
	}
	return 0, false
}
