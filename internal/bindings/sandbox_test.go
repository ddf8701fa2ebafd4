package bindings

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/op"
)

// walker finds all that can be reached from a value, by any way that there is
// in Go: more than scripts can do.
type walker struct {
	seen  map[any]bool
	found map[string]*lua.LFunction // Go functions, by how they were reached first
}

func (r *walker) walk(path string, v lua.LValue) {
	switch v := v.(type) {
	case *lua.LTable:
		if v == nil || r.seen[v] {
			return
		}
		r.seen[v] = true
		for k, x := v.Next(lua.LNil); k != lua.LNil; k, x = v.Next(k) {
			r.walk(path, k)
			r.walk(strings.TrimPrefix(path+"."+k.String(), "."), x)
		}
		r.walk(path+"⟨meta⟩", v.Metatable)
	case *lua.LUserData:
		if !r.seen[v] {
			r.seen[v] = true
			r.walk(path+"⟨meta⟩", v.Metatable)
		}
	case *lua.LFunction:
		if r.seen[v] {
			return
		}
		r.seen[v] = true
		if v.IsG {
			r.found[path] = v
		}
		for i, u := range v.Upvalues {
			r.walk(fmt.Sprintf("%s⟨up %d⟩", path, i), u.Value())
		}
	}
}

// TestNothingElseCanBeReached walks everything behind the names of scripts.
// Each function must be one of the names below, and be watched by us.
func TestNothingElseCanBeReached(t *testing.T) {
	for name, dry := range map[string]bool{"for real": false, "dry run": true} {
		t.Run(name, func(t *testing.T) {
			p := stage{dry: dry}.open(t)
			w := p.world
			r := &walker{seen: map[any]bool{}, found: map[string]*lua.LFunction{}}
			r.walk("", w.state.G.Global)
			r.walk("text", w.state.GetMetatable(lua.LString("")))
			r.walk("unknown", w.unknown("x"))
			r.walk("secret", w.hidden("x"))
			r.walk("error", w.errorTable(tooDeep(), ""))
			r.walk("list", &lua.LTable{Metatable: w.listMeta})
			r.walk("strings", w.strings)
			allowed := map[string]bool{}
			for _, list := range [][]string{keptBase, replacedBase, {
				"math.abs", "math.acos", "math.asin", "math.atan", "math.atan2", "math.ceil", "math.cos", "math.cosh", "math.deg", "math.exp",
				"math.floor", "math.fmod", "math.frexp", "math.ldexp", "math.log", "math.log10", "math.max", "math.min", "math.mod", "math.modf",
				"math.pow", "math.rad", "math.random", "math.randomseed", "math.sin", "math.sinh", "math.sqrt", "math.tan", "math.tanh",
				"string.byte", "string.char", "string.find", "string.format", "string.gmatch", "string.gsub", "string.len", "string.lower",
				"string.match", "string.rep", "string.reverse", "string.sub", "string.upper",
				"table.concat", "table.insert", "table.remove", "table.sort",
				"coroutine.create", "coroutine.resume", "coroutine.running", "coroutine.status", "coroutine.wrap", "coroutine.yield",
				"log.debug", "log.error", "log.info", "log.warn", guardName, sameName,
			}} {
				for _, n := range list {
					allowed[n] = true
				}
			}
			for _, word := range Words {
				allowed[word.Name] = true
			}
			for path, f := range r.found {
				if !strings.HasPrefix(runtime.FuncForPC(reflect.ValueOf(f.GFunction).Pointer()).Name(), "runner/internal/bindings.") {
					t.Errorf("%s is not watched: %s", path, runtime.FuncForPC(reflect.ValueOf(f.GFunction).Pointer()).Name())
				}
				plain := path
				for _, sign := range []string{"⟨meta⟩.__index", "⟨meta⟩", "⟨up 0⟩"} {
					plain = strings.ReplaceAll(plain, sign, "")
				}
				plain = strings.TrimPrefix(plain, ".")
				event := plain[strings.LastIndexByte(plain, '.')+1:]
				isEvent := strings.HasPrefix(event, "__") || plain == "" || plain == "desk" || plain == "log" || plain == "null" || plain == "secret" || plain == "unknown"
				if !allowed[plain] && !isEvent {
					t.Errorf("%s can be reached", path)
				}
			}
			if len(r.found) < 100 {
				t.Errorf("only %d functions were found: the walk does not see them", len(r.found))
			}
		})
	}
}

// TestWordsAreThoseOfTheWorld keeps the manual and the check honest.
func TestWordsAreThoseOfTheWorld(t *testing.T) {
	w := stage{}.open(t).world
	want := slices.Concat(keptBase, replacedBase, libraries, []string{"desk"})
	for _, word := range Words {
		want = append(want, word.Name)
		if word.Signature == "" || word.Doc == "" || !strings.Contains(word.Signature, word.Name) {
			t.Errorf("the word %s is not explained", word.Name)
		}
	}
	got := w.names()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("names of the world\n got %q\nwant %q", got, want)
	}
}

// TestNoCallIsABug calls every function with odd values: it may refuse them,
// but neither panic nor take long.
func TestNoCallIsABug(t *testing.T) {
	for name, dry := range map[string]bool{"for real": false, "dry run": true} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for range 30 {
				var b strings.Builder
				b.WriteString("local co = coroutine.create(function() coroutine.yield() end)\nlocal u = desk.make_value {}\n")
				for range 150 {
					fmt.Fprintf(&b, "pcall(%s", pick(r, oddFunctions))
					for range r.IntN(5) {
						b.WriteString(", " + pick(r, oddValues))
					}
					b.WriteString(")\n")
				}
				source := "step('s', function()\n" + b.String() + "end)"
				p := stage{dry: dry, desk: &desk{value: []byte(`{}`)}}.play(t, source)
				if p.failure != nil && p.failure.Kind == op.Bug {
					t.Fatalf("%s\n%s", p.said(), source)
				}
			}
		})
	}
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

var oddFunctions = func() []string {
	list := slices.Concat(keptBase, []string{"tostring", "assert", "error", "fail", "output", "assume", "log", "log.info", "iter", "connect",
		"each", "parallel", "desk.get_ticket", "desk.add_ticket", "desk.echo_value", "require", "secret", "step", "params", "limits", "confirm", "now", "dry_run"})
	for _, lib := range []struct {
		name  string
		funcs []string
	}{
		{"string", []string{"byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "rep", "reverse", "sub", "upper"}},
		{"table", []string{"concat", "insert", "remove", "sort"}},
		{"math", []string{"abs", "ceil", "floor", "fmod", "frexp", "ldexp", "log", "max", "min", "mod", "modf", "pow", "random", "sqrt"}},
		{"coroutine", []string{"create", "resume", "running", "status", "wrap"}},
	} {
		for _, f := range lib.funcs {
			list = append(list, lib.name+"."+f, lib.name+"."+f)
		}
	}
	return list
}()

var oddValues = []string{
	"nil", "true", "false", "0", "1", "-1", "2", "1.5", "-1e300", "1e300", "0/0", "1/0", "1e9", "2^53", "''", "'a'", "'abc'", "'%'", "'('", "'%s%d'",
	"'[%a-z]*'", "'%b()'", "'\\0\\255'", "{}", "{1, 2, 3}", "{3, 'a', {}}", "{a = 1}", "{[0] = 1, [-1] = 2}", "{name = 'x'}", "{id = 1}", "print",
	"function(...) return ... end", "function() error('x') end", "co", "u", "u.x", "null", "secret('env:X')", "desk", "string", "params",
	"setmetatable({}, {__index = function() return 1 end})", "setmetatable({}, {__tostring = function() return {} end})", "'desk'", "('x'):rep(1000)",
}

// TestFuzzedSandbox writes programs from pieces that people use to break out.
func TestFuzzedSandbox(t *testing.T) {
	bad := []string{"io", "os", "debug", "load", "loadstring", "dofile", "loadfile", "rawget", "rawset", "rawequal", "getfenv", "setfenv", "module", "newproxy", "collectgarbage", "_G", "package", "channel", "_printregs", "_VERSION"}
	ways := map[string]string{
		"as a global":         "return NAME",
		"by the environment":  "local env = setmetatable({}, {__index = function(_, k) return NAME end}) return env.x",
		"in a coroutine":      "return coroutine.wrap(function() return NAME end)()",
		"of a module":         "return desk.NAME",
		"of a library":        "return string.NAME or math.NAME or table.NAME or coroutine.NAME",
		"of a text":           "return ('x').NAME",
		"of a failure":        "local _, e = pcall(desk.get_ticket, {id = 9}) return e.NAME",
		"of params":           "return params({}).NAME",
		"of null":             "return null.NAME",
		"of a secret":         "return secret('env:X').NAME",
		"by require":          "return require('NAME')",
		"by the metatable":    "return getmetatable('').NAME",
		"of the operation":    "return desk.get_ticket.NAME",
		"within a branch":     "return each({1}, function() return NAME end)[1]",
		"by connect":          "return connect('NAME', 'x')",
		"from an error's own": "local ok, e = pcall(error, setmetatable({}, {__index = function(_, k) return NAME end})) return e.x",
	}
	for _, way := range slices.Sorted(maps.Keys(ways)) {
		for _, name := range bad {
			body := strings.ReplaceAll(ways[way], "NAME", name)
			p := stage{}.play(t, "local ok, v = pcall(function() "+body+" end) print(ok, v)")
			if got := p.printed(); len(got) == 1 && !strings.HasPrefix(got[0], "false") && got[0] != "true\tnil" {
				t.Errorf("%s reached %s: %s", way, name, got[0])
			}
		}
	}
}
