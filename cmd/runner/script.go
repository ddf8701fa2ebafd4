package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"runner/internal/bindings"
	"runner/internal/spell"
)

// maxScript is far more than any script needs.
const maxScript = 16 << 20

func (a *app) readScript(path string) (bindings.Script, error) {
	if path == "-" {
		b, err := io.ReadAll(io.LimitReader(a.stdin, maxScript))
		if err != nil {
			return bindings.Script{}, &usage{cause: "standard input: " + reason(err)}
		}
		return scriptOf("stdin", b)
	}
	b, err := os.ReadFile(path)
	if err == nil {
		return scriptOf(a.shown(absolute(path)), b)
	}
	u := &usage{cause: fmt.Sprintf("script %s: %s", path, reason(err))}
	if near := nearFile(path); near != "" && errors.Is(err, os.ErrNotExist) {
		u.hint = fmt.Sprintf("did you mean %s?", near)
	}
	return bindings.Script{}, u
}

// scriptOf takes a script as editors leave it: some begin a file with a mark
// of its encoding.
func scriptOf(name string, b []byte) (bindings.Script, error) {
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	if bytes.IndexByte(b, 0) >= 0 || !utf8.Valid(b) {
		return bindings.Script{}, &usage{cause: fmt.Sprintf("script %s: it is not a text in UTF-8", name)}
	}
	return bindings.Script{Name: name, Source: string(b)}, nil
}

// nearFile is a script beside path with nearly its name.
func nearFile(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	near := spell.Nearest(filepath.Base(path), names)
	if near == "" && filepath.Ext(path) == "" {
		near = spell.Nearest(filepath.Base(path)+".lua", names)
	}
	if near == "" {
		return ""
	}
	return filepath.ToSlash(filepath.Join(filepath.Dir(path), near))
}

// reason is why a file could not be read, without its path.
func reason(err error) string {
	if errors.Is(err, os.ErrNotExist) {
		return "there is no such file"
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

func absolute(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return full
}

func (a *app) here() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	return dir
}

// shown is a path as messages give it: below the current folder, or that of
// the user, if it is.
func (a *app) shown(path string) string {
	if rel, err := filepath.Rel(a.here(), path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	if home, _ := a.env("HOME"); home != "" {
		if rel, err := filepath.Rel(home, path); err == nil && filepath.IsLocal(rel) {
			return "~/" + filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(path)
}

// found is the path that was shown so: it undoes what shown does to one below
// the user's folder.
func (a *app) found(shown string) string {
	rest, ok := strings.CutPrefix(shown, "~/")
	if home, _ := a.env("HOME"); ok && home != "" {
		return filepath.Join(home, filepath.FromSlash(rest))
	}
	return shown
}

// about is the comment that a script begins with.
func about(source string) string {
	var lines []string
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		text, ok := strings.CutPrefix(line, "--")
		if !ok {
			if strings.HasPrefix(line, "#!") {
				continue
			}
			break
		}
		lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(text, "-"), " "))
	}
	if len(lines) == 0 {
		return "This script does not say what it is for: begin it with a comment."
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
