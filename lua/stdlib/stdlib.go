// Package stdlib is the part of the library that is written in Lua. A module
// is compiled when it is first used.
package stdlib

import (
	"embed"
	"strings"
)

//go:embed *.lua
var files embed.FS

// Source is the source of a module; ok is false if there is none of that
// name.
func Source(name string) (source string, ok bool) {
	if strings.ContainsAny(name, "/\\") || strings.HasSuffix(name, "_test") {
		return "", false
	}
	b, err := files.ReadFile(name + ".lua")
	return string(b), err == nil
}

// Names are the names of all modules.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name := strings.TrimSuffix(e.Name(), ".lua"); !strings.HasSuffix(name, "_test") {
			names = append(names, name)
		}
	}
	return names
}

// Exports are the functions that a module of the library declares, as
// "function name.verb": what a vendor's module is extended by.
func Exports(name string) []string {
	source, ok := Source(name)
	if !ok {
		return nil
	}
	var names []string
	for line := range strings.Lines(source) {
		if rest, ok := strings.CutPrefix(line, "function "+name+"."); ok {
			verb, _, _ := strings.Cut(rest, "(")
			names = append(names, strings.TrimSpace(verb))
		}
	}
	return names
}

// Doc is the comment above an exported function, without its marks.
func Doc(name, verb string) string {
	var text []string
	for _, l := range above(name, verb) {
		if !strings.HasPrefix(l, "@") {
			text = append(text, l)
		}
	}
	return strings.TrimSpace(strings.Join(text, "\n"))
}

// Annotations are the lines of that comment that are for editors: "@param …".
func Annotations(name, verb string) []string {
	var list []string
	for _, l := range above(name, verb) {
		if strings.HasPrefix(l, "@") {
			list = append(list, l)
		}
	}
	return list
}

// above are the lines of the comment above an exported function.
func above(name, verb string) []string {
	source, _ := Source(name)
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "function "+name+"."+verb+"(") {
			continue
		}
		from := i
		for from > 0 && strings.HasPrefix(lines[from-1], "--") {
			from--
		}
		text := make([]string, 0, i-from)
		for _, l := range lines[from:i] {
			text = append(text, strings.TrimPrefix(strings.TrimLeft(l, "-"), " "))
		}
		return text
	}
	return nil
}
