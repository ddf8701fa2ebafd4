package main

import (
	"os"
	"path/filepath"
)

// stateDir is a folder of the runner's state, "" without a home.
func (a *app) stateDir(parts ...string) string {
	base := a.userDir("XDG_STATE_HOME", filepath.Join(".local", "state"))
	if dir, ok := a.env("RUNNER_STATE_DIR"); ok && dir != "" {
		base = absolute(dir)
	}
	if base == "" {
		return ""
	}
	return filepath.Join(append([]string{base}, parts...)...)
}

// userDir is the runner's folder below an XDG base folder, "" without a home.
func (a *app) userDir(variable, otherwise string) string {
	if base, ok := a.env(variable); ok && filepath.IsAbs(base) {
		return filepath.Join(base, "runner")
	}
	for _, name := range []string{"HOME", "USERPROFILE"} {
		if home, _ := a.env(name); home != "" {
			return filepath.Join(home, otherwise, "runner")
		}
	}
	return ""
}

// hostname is "" where the machine has no name: then a process is named without it.
func hostname() string {
	name, _ := os.Hostname()
	return name
}
