package bindings

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/spell"
)

// This file opens the world: which names scripts see, and that they cannot
// reach anything else.

// keptBase are the functions of Lua's base library that scripts keep as they
// are. The others read files, load code, reach other functions' environments,
// or are replaced.
var keptBase = []string{"error", "getmetatable", "ipairs", "next", "pairs", "select", "setmetatable", "tonumber", "type", "unpack"}

func (w *World) open() {
	L := w.state
	w.unknownMeta, w.secretMeta, w.errorMeta, w.nullMeta = L.NewTable(), L.NewTable(), L.NewTable(), L.NewTable()
	w.listMeta = L.NewTable()
	w.listMeta.RawSetString("__metatable", lua.LFalse)
	w.openMeta()

	base := L.NewTable()
	global := L.G.Global
	for _, lib := range []struct {
		name string
		open lua.LGFunction
	}{{"", lua.OpenBase}, {"table", lua.OpenTable}, {"string", lua.OpenString}, {"math", lua.OpenMath}, {"coroutine", lua.OpenCoroutine}} {
		L.Push(L.NewFunction(lib.open))
		L.Push(lua.LString(lib.name))
		L.Call(1, 0)
	}
	for _, name := range keptBase {
		base.RawSetString(name, global.RawGetString(name))
	}
	for _, name := range []string{"table", "string", "math", "coroutine"} {
		base.RawSetString(name, global.RawGetString(name))
	}
	w.words = base
	w.set("pcall", w.pcall)
	w.set("xpcall", w.xpcall)
	w.set("assert", w.assert)
	w.set("tostring", w.tostring)
	w.set("fail", w.fail)
	w.set("skip", w.skip)
	w.openCoroutines(base.RawGetString("coroutine").(*lua.LTable))
	w.openStrings(base.RawGetString("string").(*lua.LTable))
	w.openTables(base.RawGetString("table").(*lua.LTable))
	w.openMath(base.RawGetString("math").(*lua.LTable))
	w.openWords()
	w.openFlow()
	w.openModules()
	if w.run.Dry() {
		w.openUnknowns()
	}
	w.seal(global)
}

func (w *World) set(name string, f lua.LGFunction) {
	w.words.RawSetString(name, w.state.NewFunction(f))
}

// seal empties the table of globals: a script's own globals live in it, and
// the words behind it, where they cannot be changed.
func (w *World) seal(global *lua.LTable) {
	var names []lua.LValue
	global.ForEach(func(k, _ lua.LValue) { names = append(names, k) })
	for _, k := range names {
		global.RawSet(k, lua.LNil)
	}
	if g, ok := w.words.RawGetString(guardName).(*lua.LFunction); ok {
		global.RawSetString(guardName, g)
		w.words.RawSetString(guardName, lua.LNil)
	}
	meta, words := w.state.NewTable(), w.state.NewTable()
	words.RawSetString("__index", w.state.NewFunction(w.unknownGlobal))
	w.words.Metatable = words
	meta.RawSetString("__index", w.words)
	meta.RawSetString("__newindex", w.state.NewFunction(func(L *lua.LState) int {
		t, k, v := L.CheckTable(1), L.Get(2), L.Get(3)
		if w.words.RawGet(k) != lua.LNil {
			w.mistake(L, "choose another name, and put local before it", "%q is a word of the runner and cannot be changed", k.String())
		}
		t.RawSet(k, v)
		return 0
	}))
	meta.RawSetString("__metatable", lua.LFalse)
	global.Metatable = meta
}

// unknownGlobal answers for a global that there is none of.
func (w *World) unknownGlobal(L *lua.LState) int {
	name := L.Get(2).String()
	w.mistake(L, spell.Suggest(name, w.names()), "nothing is called %q", name)
	return 0
}

// names are the words that scripts can use, for suggestions.
func (w *World) names() []string {
	var names []string
	for k, _ := w.words.Next(lua.LNil); k != lua.LNil; k, _ = w.words.Next(k) {
		names = append(names, k.String())
	}
	return names
}

func (w *World) assert(L *lua.LState) int {
	if w.isUnknown(L.Get(1)) {
		w.openPoint(L, L.Get(1), "assert needs to know it")
	}
	if L.ToBool(1) {
		return L.GetTop()
	}
	if t, ok := L.Get(2).(*lua.LTable); ok {
		L.Error(t, 0)
	}
	message := "an assertion does not hold"
	if L.GetTop() > 1 {
		message = w.text(L.Get(2))
	}
	L.Error(lua.LString(at(L)+": "+message), 0)
	return 0
}

// maxText is the largest text that one native function may make: such a
// function cannot be interrupted.
const maxText = 64 << 20

func (w *World) openStrings(mod *lua.LTable) {
	mod.RawSetString("dump", lua.LNil)
	stock := mod.RawGetString("rep").(*lua.LFunction).GFunction
	mod.RawSetString("rep", w.state.NewFunction(func(L *lua.LState) int {
		if n := L.CheckInt(2); n > 0 && len(L.CheckString(1)) > maxText/n {
			w.mistake(L, "", "string.rep would make more than %d MiB", maxText>>20)
		}
		return stock(L)
	}))
	mod.RawSetString("format", w.state.NewFunction(w.format))
}

// format is string.format, with our own texts of tables, and unknowns.
func (w *World) format(L *lua.LState) int {
	pattern := L.CheckString(1)
	args := make([]any, 0, L.GetTop()-1)
	for i := 2; i <= L.GetTop(); i++ {
		v := L.Get(i)
		switch x := v.(type) {
		case lua.LNumber:
			args = append(args, float64(x))
		case lua.LString:
			args = append(args, string(x))
		default:
			if w.isUnknown(v) {
				texts := make([]string, 0, L.GetTop()-1)
				for j := 2; j <= L.GetTop(); j++ {
					texts = append(texts, w.text(L.Get(j)))
				}
				L.Push(w.unknown("text " + fill(pattern, texts)))
				return 1
			}
			args = append(args, w.text(v))
		}
	}
	text, bad := sprintf(pattern, args)
	if bad != "" {
		w.mistake(L, "", "string.format: %s", bad)
	}
	L.Push(lua.LString(text))
	return 1
}

// sprintf formats as C does. Go's verbs differ in a few.
func sprintf(pattern string, args []any) (text, bad string) {
	var b strings.Builder
	next := 0
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			b.WriteByte(pattern[i])
			continue
		}
		if i+1 < len(pattern) && pattern[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		j := i + 1
		for j < len(pattern) && strings.IndexByte("-+ #0123456789.", pattern[j]) >= 0 {
			j++
		}
		if j >= len(pattern) || j-i > 16 {
			return "", fmt.Sprintf("%q is no format", pattern[i:min(j, len(pattern))])
		}
		if next >= len(args) {
			return "", fmt.Sprintf("%s has no value; only %d were given", pattern[i:j+1], len(args))
		}
		flags, arg := pattern[i:j], args[next]
		next++
		n, isNumber := arg.(float64)
		switch verb := pattern[j]; verb {
		case 'd', 'i', 'u', 'c', 'x', 'X', 'o':
			if s, ok := arg.(string); ok {
				if _, err := fmt.Sscan(s, &n); err == nil {
					isNumber = true
				}
			}
			if !isNumber {
				return "", fmt.Sprintf("%s%c wants a number, got %q", flags, verb, arg)
			}
			if verb == 'i' || verb == 'u' {
				verb = 'd'
			}
			fmt.Fprintf(&b, flags+string(verb), int64(n))
		case 'e', 'E', 'f', 'g', 'G':
			if !isNumber {
				return "", fmt.Sprintf("%s%c wants a number, got %q", flags, verb, arg)
			}
			fmt.Fprintf(&b, flags+string(verb), n)
		case 's':
			if isNumber {
				arg = lua.LNumber(n).String()
			}
			fmt.Fprintf(&b, flags+"s", arg)
		case 'q':
			fmt.Fprintf(&b, "%q", fmt.Sprint(arg))
		default:
			return "", fmt.Sprintf("%s%c is no format", flags, verb)
		}
		i = j
	}
	if b.Len() > maxText {
		return "", fmt.Sprintf("the text would have more than %d MiB", maxText>>20)
	}
	return b.String(), ""
}

// fill shows a pattern with texts in place of its formats, for the label of
// an unknown text.
func fill(pattern string, texts []string) string {
	for _, t := range texts {
		i := strings.IndexByte(pattern, '%')
		if i < 0 {
			break
		}
		j := i + 1
		for j < len(pattern)-1 && strings.IndexByte("-+ #0123456789.", pattern[j]) >= 0 {
			j++
		}
		pattern = pattern[:i] + t + pattern[min(j+1, len(pattern)):]
	}
	return pattern
}

// openTables replaces table.concat: the stock one pushes all pieces onto the
// stack, whose limit it then meets.
func (w *World) openTables(mod *lua.LTable) {
	mod.RawSetString("concat", w.state.NewFunction(func(L *lua.LState) int {
		t, sep := L.CheckTable(1), L.OptString(2, "")
		var b strings.Builder
		from, to := L.OptInt(3, 1), L.OptInt(4, t.Len())
		for i := from; i <= to; i++ {
			v := t.RawGetInt(i)
			if w.isUnknown(v) {
				L.Push(w.unknown("text with " + labelOf(v)))
				return 1
			}
			if v.Type() != lua.LTString && v.Type() != lua.LTNumber {
				w.mistake(L, "tostring() makes text of anything", "table.concat: item %d is %s", i, typeName(v))
			}
			if b.Len() > maxText {
				w.mistake(L, "", "table.concat would make more than %d MiB", maxText>>20)
			}
			if i > from {
				b.WriteString(sep)
			}
			b.WriteString(v.String())
		}
		L.Push(lua.LString(b.String()))
		return 1
	}))
	delete := func(name string) { mod.RawSetString(name, lua.LNil) }
	delete("getn")
	delete("maxn")
}

// openMath makes random numbers the run's: the same run has the same ones,
// each branch its own.
func (w *World) openMath(mod *lua.LTable) {
	mod.RawSetString("randomseed", w.state.NewFunction(func(L *lua.LState) int {
		w.mistake(L, "leave it out", "the run has a seed of its own, so that it can be resumed")
		return 0
	}))
	mod.RawSetString("random", w.state.NewFunction(func(L *lua.LState) int {
		l := laneOf(L)
		if l.random == nil {
			h := fnv.New64a()
			h.Write([]byte(l.branch.Path()))
			l.random = rand.New(rand.NewPCG(w.o.Seed, h.Sum64()))
		}
		low, high := 1, 0
		switch L.GetTop() {
		case 0:
			L.Push(lua.LNumber(l.random.Float64()))
			return 1
		case 1:
			high = L.CheckInt(1)
		default:
			low, high = L.CheckInt(1), L.CheckInt(2)
		}
		if high < low {
			w.mistake(L, "", "math.random: there is no number from %d to %d", low, high)
		}
		L.Push(lua.LNumber(low + int(l.random.Int64N(int64(high-low)+1))))
		return 1
	}))
}
