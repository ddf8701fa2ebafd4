package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"runner/internal/op"
)

// shownText is how much of a long text is shown in a line.
const shownText = 120

// Value shows a JSON value in a line, as Lua would write it, and unknowns as
// <what they are>.
func Value(v json.RawMessage) string {
	if label, ok := op.UnknownLabel(v); ok {
		return "<" + label + ">"
	}
	v = bytes.TrimSpace(v)
	var members map[string]json.RawMessage
	var items []json.RawMessage
	switch {
	case len(v) > 0 && v[0] == '{' && json.Unmarshal(v, &members) == nil:
		names := make([]string, 0, len(members))
		for n := range members {
			names = append(names, n)
		}
		slices.Sort(names)
		for i, n := range names {
			names[i] = n + " = " + Value(members[n])
		}
		return braces(names)
	case len(v) > 0 && v[0] == '[' && json.Unmarshal(v, &items) == nil:
		texts := make([]string, len(items))
		for i := range items {
			texts[i] = Value(items[i])
		}
		return braces(texts)
	}
	if r := []rune(string(v)); len(r) > shownText && v[0] == '"' {
		return string(r[:shownText-2]) + `…"`
	}
	return string(v)
}

func braces(list []string) string {
	if len(list) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(list, ", ") + " }"
}

// cell shows a value in a table: a text without its quotes, and nothing where
// there is nothing.
func cell(v json.RawMessage) string {
	var text string
	switch {
	case string(v) == "null":
		return ""
	case json.Unmarshal(v, &text) == nil:
		return text
	}
	return Value(v)
}
