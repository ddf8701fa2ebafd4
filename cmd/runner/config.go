package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"runner/internal/op"
	"runner/internal/secret"
	"runner/internal/spell"
)

// This file finds the settings of connections. What holds is, from strong to
// weak: environment variables, runner.toml of the project, runner.toml of the
// user.

const configName = "runner.toml"

// A config is what the files say.
type config struct {
	connections []connection // the project's first
	project     string       // folder of the project: of its runner.toml, else of the script
	looked      []string     // where a file was or could be, for messages
}

type connection struct {
	name     string
	file     string
	settings map[string]any
}

// loadConfig reads runner.toml from dir upwards, and the user's.
func (a *app) loadConfig(dir string) (*config, *op.Error) {
	c := &config{project: dir}
	for d := dir; ; d = filepath.Dir(d) {
		path := filepath.Join(d, configName)
		found, e := c.read(path)
		if e != nil {
			return nil, e
		}
		if found {
			c.project = d
			break
		}
		if d == filepath.Dir(d) {
			c.looked = append(c.looked, filepath.Join(dir, configName))
			break
		}
	}
	if user := a.userDir("XDG_CONFIG_HOME", ".config"); user != "" {
		if _, e := c.read(filepath.Join(user, configName)); e != nil {
			return nil, e
		}
		c.looked = append(c.looked, filepath.Join(user, configName))
	}
	return c, nil
}

// userDir is the runner's folder below an XDG base folder, "" without a home.
func (a *app) userDir(variable, otherwise string) string {
	if base, ok := a.env(variable); ok && filepath.IsAbs(base) {
		return filepath.Join(base, "runner")
	}
	home, ok := a.env("HOME")
	if !ok || home == "" {
		if home, ok = a.env("USERPROFILE"); !ok {
			return ""
		}
	}
	return filepath.Join(home, otherwise, "runner")
}

func (c *config) read(path string) (found bool, e *op.Error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, configError(path, err.Error(), "")
	}
	var file struct {
		Connections map[string]map[string]any `toml:"connections"`
	}
	meta, err := toml.Decode(string(b), &file)
	if err != nil {
		if p, ok := errors.AsType[toml.ParseError](err); ok {
			return false, configError(fmt.Sprintf("%s:%d", path, p.Position.Line), p.Message, "")
		}
		return false, configError(path, err.Error(), "")
	}
	for _, key := range meta.Undecoded() {
		return false, configError(path, fmt.Sprintf("there is no setting %q", key.String()), spell.Suggest(key[0], []string{"connections"}))
	}
	names := make([]string, 0, len(file.Connections))
	for name := range file.Connections {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c.connections = append(c.connections, connection{name, path, file.Connections[name]})
	}
	c.looked = append(c.looked, path)
	return true, nil
}

func configError(subject, cause, hint string) *op.Error {
	return &op.Error{Kind: op.Unauthenticated, Subject: subject, Cause: cause, Hint: hint, RetryAfter: -1}
}

// settings gathers the settings of a connection of a module. Secrets are
// resolved, and told to found, and files are read.
func (a *app) settings(c *config, m *op.Module, name string, resolve func(string) (string, *op.Error), found func(string)) (map[string]any, *op.Error) {
	all := map[string]any{}
	subject := fmt.Sprintf("connection %q", name)
	known := slices.Concat(m.Settings().Names(), []string{"vendor"})
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
		for key, v := range conn.settings {
			field, ok := m.Settings().Field(key)
			if key == "vendor" {
				continue
			}
			if !ok {
				return nil, configError(conn.file+": "+subject, fmt.Sprintf("there is no setting %q", key), spell.Suggest(key, known))
			}
			value, e := a.setting(field, v, filepath.Dir(conn.file), false, resolve, found)
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
			value, e := a.setting(&f, text, ".", true, resolve, found)
			if e != nil {
				e.Subject = variable
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

// setting reads one value. In a file a secret must be a reference; in the
// environment it may stand as it is.
func (a *app) setting(f *op.Field, v any, dir string, fromEnv bool, resolve func(string) (string, *op.Error), found func(string)) (any, *op.Error) {
	text, isText := v.(string)
	bad := func(want string) (any, *op.Error) {
		return nil, configError("", fmt.Sprintf("want %s, got %v", want, v), "")
	}
	switch {
	case f.Secret:
		if !isText {
			return nil, configError("", "want a reference: env:, file:, keyring: or exec:", "")
		}
		if _, err := secret.Parse(text); err != nil && fromEnv {
			found(text)
			return text, nil
		}
		return resolve(text)
	case f.Type.Form == op.Bytes:
		if !isText {
			return bad("the path of a file")
		}
		if !filepath.IsAbs(text) {
			text = filepath.Join(dir, text)
		}
		b, err := os.ReadFile(text)
		if err != nil {
			return nil, configError("", err.Error(), "")
		}
		return base64.StdEncoding.EncodeToString(b), nil
	case f.Type.Form == op.Bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		if b, err := strconv.ParseBool(text); fromEnv && err == nil {
			return b, nil
		}
		return bad("true or false")
	case f.Type.Form == op.Int || f.Type.Form == op.Number:
		switch v.(type) {
		case int64, float64:
			return v, nil
		}
		if n, err := strconv.ParseFloat(text, 64); fromEnv && err == nil {
			return n, nil
		}
		return bad("a number")
	}
	if !isText {
		return bad("a text")
	}
	return text, nil
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
	hint := fmt.Sprintf("set %s, or write them under [connections.%s] in %s", strings.Join(variables, ", "), name, strings.Join(c.looked, " or "))
	cause := "it lacks " + strings.Join(missing, ", ")
	if len(all) == 0 {
		cause = fmt.Sprintf("it is not configured; %s is reached with %s", m.Title, strings.Join(missing, ", "))
		var others []string
		for _, conn := range c.connections {
			others = append(others, conn.name)
		}
		if near := spell.Suggest(name, others); near != "" {
			cause += "; " + near
		}
		hint += "; or add --emulate to try without an account"
	}
	return configError(fmt.Sprintf("connection %q", name), cause, hint)
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
