package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"runner/internal/op"
)

// This file writes what stands on the command line as Lua.

func luaValue(f *op.Field, text string, isJSON bool) (string, error) {
	if isJSON {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return "", badArgument(f, "", "it is not JSON: %v", err)
		}
		return luaLiteral(v), nil
	}
	if path, ok := strings.CutPrefix(text, "@"); ok {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", badArgument(f, nearFile(path), "%s: %s", path, reason(err))
		}
		return luaLiteral(string(b)), nil
	}
	if f.Secret {
		return "secret(" + luaLiteral(text) + ")", nil
	}
	switch f.Type.Form {
	case op.Bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return "", badArgument(f, "", "want true or false, got %q", text)
		}
		return strconv.FormatBool(v), nil
	case op.Int:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return "", badArgument(f, "", "want a whole number, got %q", text)
		}
		return luaLiteral(text), nil // a text, so that no digit is lost
	case op.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "", badArgument(f, "", "want a number, got %q", text)
		}
		return luaLiteral(n), nil
	case op.List:
		items := []string{}
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
		if err := checkEnum(f, items...); err != nil {
			return "", err
		}
		values := make([]any, len(items))
		for i, item := range items {
			values[i] = item
		}
		return luaLiteral(values), nil
	case op.Object, op.Map:
		return "", badArgument(f, fmt.Sprintf("write %s:='{…}' in JSON", f.Name), "it is a table")
	}
	if err := checkEnum(f, text); err != nil {
		return "", err
	}
	return luaLiteral(text), nil
}

// luaLiteral writes a value as Lua.
func luaLiteral(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return luaString(v)
	case []any:
		texts := make([]string, len(v))
		for i := range v {
			texts[i] = luaLiteral(v[i])
		}
		return "{ " + strings.Join(texts, ", ") + " }"
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		for i, n := range names {
			names[i] = "[" + luaString(n) + "] = " + luaLiteral(v[n])
		}
		return "{ " + strings.Join(names, ", ") + " }"
	}
	return "nil"
}

func luaString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c == 0x7f:
			fmt.Fprintf(&b, "\\%03d", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
