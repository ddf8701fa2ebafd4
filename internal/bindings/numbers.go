package bindings

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"
)

// This file is the math library, as far as it is ours: random numbers are the
// run's. The same run has the same ones, each branch its own.

func (w *World) openMath(stock *lua.LTable) *lua.LTable {
	mod := w.state.NewTable()
	for k, v := stock.Next(lua.LNil); k != lua.LNil; k, v = stock.Next(k) {
		mod.RawSet(k, w.kept("math."+k.String(), v))
	}
	mod.RawSetString("huge", lua.LNumber(math.Inf(1))) // gopher-lua has the largest finite number
	mod.RawSetString("random", w.fn(w.random))
	mod.RawSetString("randomseed", w.fn(func(L *lua.LState) int {
		w.mistake(L, "leave it out", "the run has a seed of its own, so that it can be resumed")
		return 0
	}))
	return mod
}

func (w *World) random(L *lua.LState) int {
	c := laneOf(L).course
	if c.random == nil {
		h := fnv.New64a()
		h.Write([]byte(c.branch.Path()))
		c.random = rand.New(rand.NewPCG(w.o.Seed, h.Sum64()))
	}
	low, high := 1.0, 0.0
	switch L.GetTop() {
	case 0:
		L.Push(lua.LNumber(c.random.Float64()))
		return 1
	case 1:
		high = math.Floor(float64(L.CheckNumber(1)))
	default:
		low, high = math.Floor(float64(L.CheckNumber(1))), math.Floor(float64(L.CheckNumber(2)))
	}
	if !(low <= high && low >= -maxExact && high <= maxExact) {
		w.mistake(L, "", "math.random: there is no whole number from %v to %v", low, high)
	}
	L.Push(lua.LNumber(low + float64(c.random.Int64N(int64(high-low)+1))))
	return 1
}

// maxExact bounds the whole numbers that a double holds exactly: all below it.
const maxExact = 1 << 53
