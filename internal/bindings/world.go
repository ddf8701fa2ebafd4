// Package bindings is the language: the sandboxed Lua world of a run, the
// words of its scripts, and the road of values between Lua and operations.
//
// All branches of a run share one Lua world. Each has a Lua thread; whoever
// holds the engine's baton runs.
package bindings

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"runner/internal/engine"
	"runner/internal/guard"
	"runner/internal/op"
)

// Options are what a world needs.
type Options struct {
	Run     *engine.Run
	Modules []*op.Module
	// Connect opens the connection of a module by its name; "" is the
	// default one. b is the branch that needs it, and at where in the script.
	// It is called with the baton held, and passes it on while it waits: several
	// branches may then ask for the same connection.
	Connect func(b *engine.Branch, at, module, name string) (*engine.Connection, *op.Error)
	// Params answers the values of the params that the script declares.
	Params func([]Param) (map[string]any, *op.Error)
	// Load finds the source of a required module of the project; ok is false
	// if there is none of that name.
	Load func(name string) (chunk, source string, ok bool, err error)
	// Secret resolves a secret reference.
	Secret func(ref string) (string, *op.Error)
	// Limits is told the limits that the script sets itself, and the
	// population that it declares, 0 if none. It may be called several times,
	// with the baton held. It may be nil: then nothing is limited.
	Limits func(list []guard.Limit, population int)
	// Confirm asks a person; at is where the script asks. nil means yes. A no
	// stops the run before it is returned: no script catches it. It is called
	// with the baton held, in a dry run too, and passes it on while it waits:
	// else the wait counts as computing. It may be nil: then a dry run goes
	// on, and any other raises refused.
	Confirm func(b *engine.Branch, question, at string) *op.Error
	// Seed of the run's random numbers.
	Seed uint64

	MaxCompute time.Duration // how long a script may compute between two calls; 10 s if zero
	MaxMemory  uint64        // bytes of the whole process; 1 GiB if zero
}

// A World is the Lua world of one run.
type World struct {
	o       Options
	run     *engine.Run
	state   *lua.LState
	words   *lua.LTable // what scripts see, beside their own globals
	strings *lua.LTable // the string library, behind its seal

	ops         map[*lua.LFunction]bound // operations as functions
	connections map[string]*engine.Connection
	modules     map[string]*op.Module
	opened      map[string]*lua.LTable // modules on their connections
	required    map[string]lua.LValue  // modules, by the name that require was given
	loaded      map[string]lua.LValue  // the same, by the name of the chunk
	loading     []loading
	newIDs      map[string]*lua.LUserData
	predicted   map[*lua.LTable]prediction // answers of planned calls
	spare       []*lua.LState              // threads for calls under protection
	ordinals    map[lua.LValue]int
	declared    bool // params was called

	unknownMeta, secretMeta, errorMeta, nullMeta, listMeta, predictedMeta *lua.LTable
	null                                                                  *lua.LUserData

	failedIn  string // path of the innermost step or branch that failed last
	failedErr lua.LValue
	haltedAt  string // where it noticed that it was stopped
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
		opened: map[string]*lua.LTable{}, predicted: map[*lua.LTable]prediction{}, newIDs: map[string]*lua.LUserData{}, required: map[string]lua.LValue{}, loaded: map[string]lua.LValue{}, ordinals: map[lua.LValue]int{},
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
