package emulator

import (
	"encoding/json"
	"slices"
)

// This file reads what a recipe is made of. A step is taken as valid if it says what it does: a trigger or an action
// needs a provider and a name (inf).

type step struct {
	Number   int    `json:"number"`
	Keyword  string `json:"keyword"`
	Provider string `json:"provider"`
	Name     string `json:"name"`
	Block    []step `json:"block"`
}

// steps are all steps of the code in their order, or none if it cannot be read.
func (r *recipe) steps() ([]step, bool) {
	var first step
	if json.Unmarshal([]byte(r.Code), &first) != nil {
		return nil, false
	}
	return first.flat(), true
}

func (s step) flat() []step {
	out := []step{s}
	for _, inner := range s.Block {
		out = append(out, inner.flat()...)
	}
	return out
}

// applications are those of the trigger and of the actions.
func (r *recipe) applications() (trigger string, actions []string) {
	actions = []string{}
	steps, _ := r.steps()
	for i, s := range steps {
		switch {
		case i == 0:
			trigger = s.Provider
		case s.Provider != "" && !slices.Contains(actions, s.Provider):
			actions = append(actions, s.Provider)
		}
	}
	return trigger, actions
}

func (r *recipe) providers() []string {
	trigger, actions := r.applications()
	if trigger == "" || slices.Contains(actions, trigger) {
		return actions
	}
	return append([]string{trigger}, actions...)
}

// configFromCode keeps the connections of applications that are still used (inf).
func (r *recipe) configFromCode() []use {
	out := []use{}
	for _, name := range r.providers() {
		u := use{Keyword: "application", Name: name, Provider: name}
		for _, old := range r.Config {
			if old.Provider == name {
				u = old
			}
		}
		out = append(out, u)
	}
	return out
}

// parseConfig reads a list of uses from a text.
func parseConfig(config string) ([]use, bool) {
	var out []use
	if config == "" || json.Unmarshal([]byte(config), &out) != nil {
		return nil, false
	}
	return append([]use{}, out...), true
}

// codeErrors are [step, [[label, value, message, path]]] for each step that is not valid.
func (r *recipe) codeErrors() []any {
	out := []any{}
	steps, ok := r.steps()
	if !ok {
		return append(out, []any{0, []any{[]any{"Code", r.Code, "Code can't be read", ""}}})
	}
	for i, s := range steps {
		if i > 0 && s.Keyword != "action" {
			continue
		}
		if s.Provider == "" {
			out = append(out, []any{s.Number, []any{[]any{"Application", nil, "Application can't be blank", "provider"}}})
		} else if s.Name == "" {
			out = append(out, []any{s.Number, []any{[]any{"Action", nil, "Action can't be blank", "name"}}})
		}
	}
	return out
}

// noConnection are applications that need none (inf).
var noConnection = []string{"clock", "logger", "workato_variable", "workato_recipe_function", "workato_webhooks",
	"lookup_table"}

// configErrors are [step, [[field, value, message, {key}]]] for each application whose connection does not work.
func (st *state) configErrors(r *recipe) []any {
	out := []any{}
	for _, u := range r.Config {
		if u.SkipValidation || slices.Contains(noConnection, u.Provider) {
			continue
		}
		k := st.connections.get(u.ConnectionID)
		switch {
		case k == nil:
			out = append(out, configError(r, u, "Connection can't be blank"))
		case k.Status != authorized:
			out = append(out, configError(r, u, "Connection is not authorized"))
		}
	}
	return out
}

// configError names the first step that uses the application.
func configError(r *recipe, u use, message string) any {
	at := 0
	steps, _ := r.steps()
	if i := slices.IndexFunc(steps, func(s step) bool { return s.Provider == u.Provider }); i >= 0 {
		at = steps[i].Number
	}
	return []any{at, []any{[]any{"account_id", orNull(u.ConnectionID), message, object{"key": u.Provider}}}}
}
