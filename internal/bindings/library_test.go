package bindings

import (
	"context"
	"testing"

	"runner/internal/op"
)

// helped is a module that the library has helpers for.
func helped() *op.Module {
	none := op.Operation{Name: "alteryx.list_users", Doc: "Lists users.", Source: "https://docs.example", Effect: op.Read}
	return op.NewModule(op.Module{Name: "alteryx", Operations: []*op.Operation{
		op.NewList(none, func(context.Context, *desk, struct{}, string) ([]person, string, error) {
			return nil, "", &op.Error{Kind: op.Denied, Cause: "not you", RetryAfter: -1}
		}),
	}}, func(op.World, struct{}) (op.Client, error) { return op.Client{}, nil })
}

// TestHelpersFailWhereTheyAreCalled: what goes wrong in the library is said to
// be in the script's own line.
func TestHelpersFailWhereTheyAreCalled(t *testing.T) {
	for name, tt := range map[string]struct {
		source string
		kind   op.Kind
		at     string
	}{
		"a mistake that the helper sees":     {"\n\nalteryx.find_user { emal = 'x' }", op.Script, "script.lua:3"},
		"one that Lua sees":                  {"\n\nalteryx.find_user { email = 5 }", op.Script, "script.lua:3"},
		"within a function":                  {"local function f()\n  alteryx.find_user { email = 5 }\nend\nf()", op.Script, "script.lua:2"},
		"within a coroutine":                 {"coroutine.wrap(function()\n  alteryx.find_user { email = 5 }\nend)()", op.Script, "script.lua:2"},
		"caught":                             {"local _, e = pcall(alteryx.find_user, { email = 5 })\nerror(e)", op.Script, "script.lua:1"},
		"there is no such helper":            {"\nalteryx.find_usr {}", op.Script, "script.lua:2"},
		"a helper of a module of its own":    {"local a = connect('alteryx', 'x')\na.find_user { emal = 'x' }", op.Script, "script.lua:2"},
		"an operation that the helper calls": {"\nalteryx.list_users()", op.Denied, "script.lua:2"},
	} {
		t.Run(name, func(t *testing.T) {
			p := stage{options: Options{Modules: []*op.Module{helped()}}}.play(t, tt.source)
			if p.failure == nil || p.failure.Kind != tt.kind || p.failure.At != tt.at {
				t.Errorf("%s\nfailed with %s\nwant %s at %s", tt.source, p.said(), tt.kind, tt.at)
			}
		})
	}
}
