package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/BurntSushi/toml"

	"runner/internal/op"
	"runner/internal/spell"
)

// This file finds the settings of connections and of the journal. What holds is, from strong to
// weak: environment variables, runner.toml of the project, runner.toml of the
// user.

const configName = "runner.toml"

// A config is what the files say.
type config struct {
	connections []connection // the project's first
	journal     []journalTable
	project     string   // folder of the project: of its runner.toml, else of the script
	looked      []string // where a file was or could be, for messages
}

type connection struct {
	name     string
	file     string // as messages give it
	dir      string // that of the file
	settings map[string]any
}

// loadConfig reads runner.toml from dir upwards, and the user's.
func (a *app) loadConfig(dir string) (*config, *op.Error) {
	c := &config{project: dir}
	for d := dir; ; d = filepath.Dir(d) {
		path := filepath.Join(d, configName)
		found, e := a.read(c, path)
		if e != nil {
			return nil, e
		}
		if found {
			c.project = d
			break
		}
		if d == filepath.Dir(d) {
			c.looked = append(c.looked, a.shown(filepath.Join(dir, configName)))
			break
		}
	}
	if user := a.userDir("XDG_CONFIG_HOME", ".config"); user != "" {
		if _, e := a.read(c, filepath.Join(user, configName)); e != nil {
			return nil, e
		}
		c.looked = append(c.looked, a.shown(filepath.Join(user, configName)))
	}
	return c, nil
}

func (a *app) read(c *config, path string) (found bool, e *op.Error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, configError(a.shown(path), reason(err), "")
	}
	name := a.shown(path)
	var file map[string]any
	if _, err := toml.Decode(string(b), &file); err != nil {
		if p, ok := errors.AsType[toml.ParseError](err); ok {
			return false, configError(fmt.Sprintf("%s:%d", name, p.Position.Line), p.Message, "")
		}
		return false, configError(name, err.Error(), "")
	}
	for _, key := range sortedKeys(file) {
		if known := []string{"connections", "journal"}; !slices.Contains(known, key) {
			return false, configError(name, fmt.Sprintf("there is no setting %q", key), spell.Suggest(key, known))
		}
	}
	if e := c.add(file["connections"], name, filepath.Dir(path)); e != nil {
		return false, e
	}
	if e := c.addJournal(file["journal"], name, filepath.Dir(path)); e != nil {
		return false, e
	}
	if !slices.Contains(c.looked, name) {
		c.looked = append(c.looked, name)
	}
	return true, nil
}

// add takes in the connections of a file.
func (c *config) add(connections any, file, dir string) *op.Error {
	if connections == nil {
		return nil
	}
	const form = "write [connections.NAME] above its settings"
	table, ok := connections.(map[string]any)
	if !ok {
		return configError(file, "connections is "+typeName(connections), form)
	}
	for _, conn := range sortedKeys(table) {
		settings, ok := table[conn].(map[string]any)
		if !ok {
			return configError(file, fmt.Sprintf("connection %q is %s", conn, typeName(table[conn])), form)
		}
		c.connections = append(c.connections, connection{conn, file, dir, settings})
	}
	return nil
}

func configError(subject, cause, hint string) *op.Error {
	return &op.Error{Kind: op.Unauthenticated, Subject: subject, Cause: cause, Hint: hint, RetryAfter: -1}
}
