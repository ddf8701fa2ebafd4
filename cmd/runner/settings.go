package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"runner/internal/op"
	"runner/internal/spell"
)

// settings gathers the settings of a connection of a module. Secrets are
// resolved, and files are read.
func (a *app) settings(c *config, m *op.Module, name string) (map[string]any, *op.Error) {
	all := map[string]any{}
	subject := fmt.Sprintf("connection %q", name)
	known := slices.Concat(m.Settings().Names(), reserved)
	for _, conn := range slices.Backward(c.connections) { // the weakest first
		if conn.name != name {
			continue
		}
		vendor, given := conn.settings["vendor"].(string)
		if !given {
			vendor = conn.name
		}
		if vendor != m.Name {
			return nil, configError(conn.file+": "+subject, fmt.Sprintf("it belongs to vendor %q, not %q", vendor, m.Name), fmt.Sprintf("write vendor = %q in it, or choose another connection", m.Name))
		}
		for _, key := range sortedKeys(conn.settings) {
			field, ok := m.Settings().Field(key)
			if slices.Contains(reserved, key) {
				continue
			}
			if !ok {
				return nil, configError(conn.file+": "+subject, fmt.Sprintf("there is no setting %q", key), nearOr(key, known, "runner docs "+m.Name+" lists them"))
			}
			value, e := a.setting(field, conn.settings[key], conn.dir, false)
			if e != nil {
				e.Subject = fmt.Sprintf("%s: %s: setting %q", conn.file, subject, key)
				return nil, e
			}
			all[key] = value
		}
	}
	for _, f := range m.Settings().Fields {
		variable := variableOf(name, f.Name)
		if text, ok := a.env(variable); ok && text != "" {
			value, e := a.setting(&f, text, a.here(), true)
			if e != nil {
				e.Subject = strings.TrimSuffix(variable+": "+e.Subject, ": ")
				return nil, e
			}
			all[f.Name] = value
		}
	}
	return all, a.complete(c, m, name, all)
}

// variableOf is the environment variable of a setting.
func variableOf(connection, setting string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, connection)
	return "RUNNER_" + strings.ToUpper(clean) + "_" + strings.ToUpper(setting)
}

// complete says what is missing, and where to put it.
func (a *app) complete(c *config, m *op.Module, name string, all map[string]any) *op.Error {
	var missing, variables []string
	for _, f := range m.Settings().Fields {
		if _, ok := all[f.Name]; f.Required && !ok {
			missing, variables = append(missing, f.Name), append(variables, variableOf(name, f.Name))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	var next []string
	for _, v := range variables {
		if near := a.mistyped(v, m, name); near != "" {
			next = append(next, fmt.Sprintf("%s is set: did you mean %s?", near, v))
		}
	}
	next = append(next, "set "+strings.Join(variables, ", "),
		fmt.Sprintf("or write them under [connections.%s] in %s", name, strings.Join(c.looked, " or ")))
	cause := "it lacks " + strings.Join(missing, ", ")
	if len(all) == 0 {
		cause = fmt.Sprintf("it is not configured; %s is reached with %s", m.Title, strings.Join(missing, ", "))
		var others []string
		for _, conn := range c.connections {
			others = append(others, conn.name)
		}
		if near := spell.Suggest(name, others); near != "" {
			next = slices.Insert(next, 0, near)
		}
		next = append(next, "or add --emulate to try without an account")
	}
	return configError(fmt.Sprintf("connection %q", name), cause, strings.Join(next, "\n"))
}

// mistyped is a variable that is set, means nothing, and is nearly this one.
func (a *app) mistyped(variable string, m *op.Module, name string) string {
	var others []string
	for _, entry := range a.environ() {
		key, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(key, "RUNNER_") {
			others = append(others, key)
		}
	}
	others = slices.DeleteFunc(others, func(key string) bool {
		return slices.ContainsFunc(m.Settings().Names(), func(s string) bool { return variableOf(name, s) == key })
	})
	return spell.Nearest(variable, others)
}

// connectWith opens a connection from its settings.
func connectWith(m *op.Module, name string, w op.World, settings map[string]any) (op.Client, *op.Error) {
	b, err := json.Marshal(settings)
	if err != nil {
		return op.Client{}, configError(fmt.Sprintf("connection %q", name), err.Error(), "")
	}
	client, err := m.Connect(w, b)
	if err == nil {
		return client, nil
	}
	e, ok := errors.AsType[*op.Error](err)
	if !ok {
		e = &op.Error{Cause: err.Error()}
	}
	return op.Client{}, configError(strings.TrimSuffix(fmt.Sprintf("connection %q: %s", name, e.Subject), ": "), e.Cause, e.Hint)
}

// nearOr is the suggestion for a mistyped name, or else what to do.
func nearOr(name string, known []string, otherwise string) string {
	if near := spell.Suggest(name, known); near != "" {
		return near
	}
	return otherwise
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
