// Package bindings is the language: the sandboxed Lua world of a run, the
// words of its scripts, and the road of values between Lua and operations.
//
// All branches of a run share one Lua world. Each has a Lua thread; whoever
// holds the engine's baton runs.
package bindings

import (
	"context"
	"math/rand/v2"
	"time"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/op"
)

// Options are what a world needs.
type Options struct {
	Run     *engine.Run
	Modules []*op.Module
	// Connect opens the connection of a module by its name; "" is the
	// default one.
	Connect func(module, name string) (*engine.Connection, *op.Error)
	// Params answers the values of the params that the script declares.
	Params func([]Param) (map[string]any, *op.Error)
	// Load finds the source of a required module of the project; ok is false
	// if there is none of that name.
	Load func(name string) (chunk, source string, ok bool, err error)
	// Secret resolves a secret reference.
	Secret func(ref string) (string, *op.Error)
	// Seed of the run's random numbers.
	Seed uint64

	MaxCompute time.Duration // how long a script may compute between two calls; 10 s if zero
	MaxMemory  uint64        // bytes of the whole process; 1 GiB if zero
}

// A World is the Lua world of one run.
type World struct {
	o     Options
	run   *engine.Run
	state *lua.LState
	words *lua.LTable // what scripts see, beside their own globals

	ops         map[*lua.LFunction]bound // operations as functions
	connections map[string]*engine.Connection
	modules     map[string]*op.Module
	required    map[string]lua.LValue
	loading     []string // modules that are being loaded
	depths      map[*lua.LState]int
	ordinals    map[lua.LValue]int
	declared    bool // params was called

	unknownMeta, secretMeta, errorMeta, nullMeta, listMeta *lua.LTable
	null                                                   *lua.LUserData

	failedIn  string // path of the innermost step or branch that failed last
	failedErr lua.LValue
}

// New makes a world. It runs nothing.
func New(o Options) *World {
	if o.MaxCompute == 0 {
		o.MaxCompute = 10 * time.Second
	}
	if o.MaxMemory == 0 {
		o.MaxMemory = 1 << 30
	}
	w := &World{
		o: o, run: o.Run,
		ops: map[*lua.LFunction]bound{}, connections: map[string]*engine.Connection{}, modules: map[string]*op.Module{},
		required: map[string]lua.LValue{}, depths: map[*lua.LState]int{}, ordinals: map[lua.LValue]int{},
	}
	for _, m := range o.Modules {
		w.modules[m.Name] = m
	}
	// The sizes are measured: small registries make threads cheap, the large
	// limits let table functions work on large tables.
	w.state = lua.NewState(lua.Options{
		SkipOpenLibs: true, RegistrySize: 256, RegistryGrowStep: 1024, RegistryMaxSize: 1 << 22,
		CallStackSize: 4096, MinimizeStackMemory: true, IncludeGoStackTrace: true,
	})
	w.open()
	return w
}

// A lane is the context of a Lua thread: it carries the branch that the
// thread runs. Coroutines of the script share that of their creator.
type lane struct {
	context.Context
	branch *engine.Branch
	random *rand.Rand
}

func laneOf(L *lua.LState) *lane { return L.Context().(*lane) }

func branchOf(L *lua.LState) *engine.Branch { return laneOf(L).branch }

// enter binds a thread to a branch.
func (w *World) enter(L *lua.LState, b *engine.Branch) {
	L.SetContext(&lane{Context: w.run.Stopping(), branch: b})
}

// thread makes a thread for a branch. The context that NewThread derives is
// of no use: it would stay in its parent until the run ends.
func (w *World) thread(L *lua.LState) *lua.LState {
	t, cancel := L.NewThread()
	if cancel != nil {
		cancel()
	}
	t.SetContext(L.Context())
	return t
}

// yielding runs what may pass the baton on. Which thread runs is known to the
// whole Lua world, so it is put back afterwards.
func (w *World) yielding(L *lua.LState, f func()) {
	current := L.G.CurrentThread
	f()
	L.G.CurrentThread = current
}
