package bindings

import (
	"strings"
	"testing"
)

// What costs what: quote ratios within a run.
func BenchmarkScripts(b *testing.B) {
	for _, bench := range []struct{ name, source string }{
		{"empty", ``},
		{"loop of 10,000", `for i = 1, 10000 do end`},
		{"10,000 Lua functions", `local function f() return 1 end for i = 1, 10000 do f() end`},
		{"10,000 pcall", `local function f() return 1 end for i = 1, 10000 do pcall(f) end`},
		{"10,000 pcall that catch", `local function f() error("x") end for i = 1, 10000 do pcall(f) end`},
		{"10,000 Go functions", `for i = 1, 10000 do math.floor(1.5) end`},
		{"10,000 yields", `local w = coroutine.wrap(function() while true do coroutine.yield(1) end end) for i = 1, 10000 do w() end`},
		{"1,000 coroutines", `for i = 1, 1000 do coroutine.wrap(function() coroutine.yield(1) end)() end`},
		{"1,000 branches", `local t = {} for i = 1, 1000 do t[i] = i end each(t, { concurrency = 50 }, function() end)`},
		{"1,000 calls", `for i = 1, 1000 do desk.wait_ticket { id = i } end`},
		{"gsub of 100 KB", `local s = ("word "):rep(20000) s:gsub("%w+", "%0!")`},
	} {
		b.Run(strings.ReplaceAll(bench.name, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p := stage{}.open((*testing.T)(nil))
				if f := p.world.Exec(Script{Name: "script.lua", Source: bench.source}); f != nil {
					b.Fatal(f.text())
				}
			}
		})
	}
}
